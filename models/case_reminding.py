"""Reminding of cases' deadlines: which stages have come, and whom each concerns.

As with measures (`domain.reminders`): early, on the day, again and again when late, and climbing;
only the newest stage speaks, and each person is told of it once. Who may not read a case is not
told of it, but for the clerk, who is told how many are late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from domain.quota import Rank
from domain.reminders import Level, Policy, reached
from domain.workdays import OfficeCalendar
from models.complaint import Complaint, ComplaintKind
from models.complaint_access import Circle, is_kept_from
from models.complaint_hands import ComplaintReminder, assignees_of
from models.complaint_hidden import HiddenFrom, hidden_of
from models.duty import Member, Staff
from models.person import Person, Post, Role
from models.reminding import rank_of

_BATCH = 500
EARLY_AT_MOST = 7  # days before: a promise of 15 days needs no word on its first
_BREAK = 14  # what is due in a long holiday is told before it
_MOST_LISTED = 200  # of one kind, in one message


def case_policy(policy: Policy) -> Policy:
    """The agency's own, less what comes too early for a case."""
    early = tuple(days for days in policy.early if days <= EARLY_AT_MOST) or (0,)
    return Policy(early=early, repeat=policy.repeat, joins=policy.joins)


@dataclass
class Bundle:
    """All that one person is told on one day."""

    member: Member
    own: list[UUID] = field(default_factory=list)
    loose: list[UUID] = field(default_factory=list)
    above: list[UUID] = field(default_factory=list)
    rank: Rank = Rank.EARLY
    rows: list[tuple[UUID, str]] = field(default_factory=list)  # complaint and stage


@dataclass(frozen=True)
class _Told:
    """Somebody whom a case concerns."""

    person: Person
    level: Level
    holds: bool


@dataclass(frozen=True)
class CaseRound:
    """One agency's reminders of one day."""

    session: Session
    agency_id: int
    today: date
    policy: Policy
    calendar: OfficeCalendar
    staff: Staff
    circle: Circle

    def bundles(self) -> list[Bundle]:
        """What is to be said; nothing is written."""
        members = {one.person.id: one for one in self.staff.members if one.contact is not None}
        found: dict[UUID, Bundle] = {}
        for batch in self._batches():
            ids = [one.id for one in batch]
            hidden = hidden_of(self.session, self.agency_id, ids)
            held = assignees_of(self.session, self.agency_id, ids)
            known = self._known(ids)
            for complaint in batch:
                row = held.get(complaint.id)
                holder = row.person_id if row else None
                for told in self._whom(complaint, hidden[complaint.id], holder):
                    member = members.get(told.person.id)
                    if member is None:
                        continue
                    stage = self._stage(complaint, told.level)
                    if stage is None or (complaint.id, told.person.id, stage) in known:
                        continue
                    bundle = found.setdefault(told.person.id, Bundle(member))
                    self._put(bundle, complaint, told, stage)
        return list(found.values())

    def _put(self, bundle: Bundle, complaint: Complaint, told: _Told, stage: str) -> None:
        kind = bundle.above
        if told.level is Level.DIVISION:
            kind = bundle.own if told.holds else bundle.loose
        if len(kind) >= _MOST_LISTED:
            return  # not in this message, so not told: the next working day's round lists it
        kind.append(complaint.id)
        bundle.rows.append((complaint.id, stage))
        if complaint.due_on is not None:
            rank = rank_of(told.level, complaint.due_on, self.today)
            bundle.rank = min(bundle.rank, rank)

    def _stage(self, complaint: Complaint, level: Level) -> str | None:
        if complaint.due_on is None:
            return None
        due = reached(self.policy, level, complaint.due_on, self.today, self.calendar)
        if not due:
            return None
        what = "answer" if complaint.answered_on is None else "outcome"
        return f"{what}-{complaint.due_on}/{due[-1].name}"

    def _whom(
        self, complaint: Complaint, hidden: HiddenFrom, holder: UUID | None
    ) -> Iterator[_Told]:
        readers = self.circle.readers(complaint.kind, hidden, complaint.division_id)
        holding = [one for one in readers if one.id == holder]
        first = holding or self._who_may_assign(complaint, readers)
        for person in first:
            yield _Told(person, Level.DIVISION, bool(holding))
        below = {one.id for one in first}
        for person in self._who_stands_above(complaint, readers):
            if person.id not in below:
                yield _Told(person, Level.HEAD, holds=False)
        if complaint.kind is ComplaintKind.CORRUPTION:
            return  # nobody but integrity officers hears that there is one
        for member in self.staff.members:
            if member.person.post is Post.CLERK and not is_kept_from(
                member.person, self._serves(member), hidden
            ):
                yield _Told(member.person, Level.CLERK, holds=False)

    def _serves(self, member: Member) -> set[UUID]:
        own = member.person.division_id
        return {*member.duties, *([own] if own is not None else [])}

    def _heads(self, complaint: Complaint, readers: Sequence[Person]) -> list[Person]:
        if complaint.division_id is None:
            return []
        heads = self.staff.holders(complaint.division_id, Level.HEAD)
        ids = {one.person.id for one in heads if one.contact is not None}
        return [one for one in readers if one.id in ids]

    def _who_may_assign(self, complaint: Complaint, readers: Sequence[Person]) -> list[Person]:
        """Of whom nobody holds it: the head that it was handed to, else officers, else admins."""
        if complaint.kind is ComplaintKind.CORRUPTION:
            return list(readers)
        officers = [one for one in readers if one.role is Role.OFFICER]
        admins = [one for one in readers if one.role is Role.ADMIN]
        return self._heads(complaint, readers) or self._reached(officers) or self._reached(admins)

    def _who_stands_above(self, complaint: Complaint, readers: Sequence[Person]) -> list[Person]:
        if complaint.kind is ComplaintKind.CORRUPTION:
            return list(readers)
        return self._heads(complaint, readers) or [one for one in readers if one.role is Role.ADMIN]

    def _reached(self, people: Sequence[Person]) -> list[Person]:
        ids = {one.person.id for one in self.staff.members if one.contact is not None}
        return [one for one in people if one.id in ids]

    def _known(self, ids: Sequence[UUID]) -> set[tuple[UUID, UUID, str]]:
        query = select(
            ComplaintReminder.complaint_id, ComplaintReminder.person_id, ComplaintReminder.stage
        ).where(
            ComplaintReminder.agency_id == self.agency_id, ComplaintReminder.complaint_id.in_(ids)
        )
        return {(row[0], row[1], row[2]) for row in self.session.execute(query)}

    def _batches(self) -> Iterator[list[Complaint]]:
        until = self.today + timedelta(days=EARLY_AT_MOST + _BREAK)
        after: tuple[date, UUID] | None = None
        while True:
            query = select(Complaint).where(
                Complaint.agency_id == self.agency_id,
                Complaint.due_on.is_not(None),
                Complaint.due_on <= until,
            )
            if after is not None:
                day, last = after
                later = and_(Complaint.due_on == day, Complaint.id > last)
                query = query.where(or_(Complaint.due_on > day, later))
            query = query.order_by(Complaint.due_on, Complaint.id).limit(_BATCH)
            batch = list(self.session.scalars(query))
            if not batch:
                return
            yield batch
            newest = batch[-1]
            if newest.due_on is None:
                return
            after = (newest.due_on, newest.id)

    def note(self, bundle: Bundle) -> None:
        """In the commit that enqueues the message: told once a stage."""
        self.session.add_all(
            ComplaintReminder(
                agency_id=self.agency_id,
                complaint_id=complaint_id,
                person_id=bundle.member.person.id,
                stage=stage,
                told_on=self.today,
            )
            for complaint_id, stage in bundle.rows
        )
        self.session.flush()


def agencies_with_running_cases(session: Session, until: date) -> list[int]:
    query = select(Complaint.agency_id).where(
        Complaint.due_on.is_not(None), Complaint.due_on <= until
    )
    return sorted(session.scalars(query.distinct()))
