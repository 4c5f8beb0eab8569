"""A case as plain data, for templates that run after the session is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.states import COMPLAINT_MOVES, ComplaintState
from handlers.context import now
from handlers.desk.case_badge import Badge, badge_of
from handlers.desk.case_timeline import Timeline, timeline
from handlers.desk.complaint_same import SameReports, facts_of, same_reports, stars_of
from handlers.desk.files import FileLink, link_to
from handlers.desk.words import word
from models import complaint_clock
from models import complaint_work as work
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    receipt_marker,
)
from models.complaint_access import (
    OpenedComplaint,
    hands_out,
    readers_of,
    speaks_for_office,
)
from models.complaint_hands import assignee_of, may_assign
from models.complaint_hidden import hidden_from
from models.complaint_measures import MeasureName, measures_of
from models.complaint_web import is_kept_from_somebody
from models.complaint_work import Seen
from models.division import active_divisions, get_division
from models.person import Person
from models.sealed_identity import holds_the_right, is_sealed, opened_until
from models.stored_file import files_of_complaint


def reporter_name(opened: OpenedComplaint) -> str:
    """A sealed reporter goes by the case's own mark: two cases of one person tell nobody so."""
    complaint = opened.complaint
    if complaint.identity_mode is IdentityMode.NAMED:
        return (opened.identity or {}).get("name") or "ไม่ได้ให้ชื่อไว้"
    if complaint.identity_mode is IdentityMode.CONFIDENTIAL:
        return f"{word(complaint.identity_mode)} {receipt_marker(complaint)[:4]}"
    return word(complaint.identity_mode)


@dataclass(frozen=True)
class Rights:
    """What the viewer may do with this case."""

    speak: bool  # to its reporter, and move it on
    hand_out: bool  # to divisions; join it, link it, extend it
    assign: bool  # to others
    identity: bool  # ask to open a sealed one
    identity_open: bool  # somebody said yes


@dataclass(frozen=True)
class Case:
    id: UUID
    marker: str
    kind: ComplaintKind
    state: ComplaintState
    seen: str
    received_on: date
    answer_by: date | None
    outcome_by: date | None
    answered_on: date | None
    ended_on: date | None
    badge: Badge | None
    channel: ComplaintChannel
    mode: IdentityMode
    reporter: str
    phone: str
    facts: list[tuple[str, str]]
    timeline: Timeline
    files: list[FileLink]
    restricted: bool  # kept from somebody; from whom is not written here
    stars: int | None
    same: SameReports
    sealed: bool
    erased: bool
    division: str
    division_id: UUID | None
    assignee: str
    assignee_id: UUID | None
    mine: bool
    people: list[tuple[str, str]]  # who may be given it: id, name
    divisions: list[tuple[str, str]]
    measures: list[MeasureName]
    rights: Rights

    @property
    def corruption(self) -> bool:
        return self.kind is ComplaintKind.CORRUPTION

    @property
    def next_states(self) -> list[ComplaintState]:
        return [state for state in ComplaintState if state in COMPLAINT_MOVES[self.state]]

    @property
    def runs(self) -> bool:
        return self.state in complaint_clock.RUNNING and self.same.stands_alone

    @property
    def answerable(self) -> bool:
        return self.state in work.ANSWERABLE

    @property
    def answer_is_announced(self) -> bool:
        """Whether the reporter's account may be told; whether it could be is not for officers."""
        by_line = self.channel is ComplaintChannel.LINE
        return by_line and self.mode is not IdentityMode.ANONYMOUS

    @property
    def may_end_with_answer(self) -> bool:
        return work.may_become_answered(self.state)


def mark_of(session: Session, complaint: Complaint, last_entry: int) -> str:
    return f"{complaint.state.value}.{last_entry}.{work.last_deed(session, complaint)}"


def case_from(
    session: Session, person: Person, opened: OpenedComplaint, seen: Seen | None = None
) -> Case:
    """Needs a writing session: reports of the same that are shown along are logged."""
    complaint = opened.complaint
    agency_id = complaint.agency_id
    last = opened.entries[-1].entry.number if opened.entries else 0
    files = files_of_complaint(session, agency_id, complaint.id)
    holder = assignee_of(session, complaint)
    division = complaint.division_id
    handed = get_division(session, agency_id, division) if division else None
    rights = Rights(
        speak=speaks_for_office(session, person, complaint),
        hand_out=hands_out(person),
        assign=may_assign(session, person, complaint),
        identity=holds_the_right(person),
        identity_open=opened_until(session, complaint, person, now()) is not None,
    )
    people = readers_of(session, complaint) if rights.assign else []
    # Whom it is kept from is not offered, and not named in any other way.
    kept = hidden_from(session, complaint).divisions if rights.hand_out else frozenset()
    to_hand = active_divisions(session, agency_id) if rights.hand_out else []
    return Case(
        id=complaint.id,
        marker=receipt_marker(complaint),
        kind=complaint.kind,
        state=complaint.state,
        seen=mark_of(session, complaint, last),
        received_on=complaint.received_on,
        answer_by=complaint.answer_by,
        outcome_by=complaint.outcome_by,
        answered_on=complaint.answered_on,
        ended_on=complaint.ended_on,
        badge=badge_of(complaint, bangkok_day(now())),
        channel=complaint.channel,
        mode=complaint.identity_mode,
        reporter=reporter_name(opened),
        phone=(opened.identity or {}).get("phone", ""),
        facts=facts_of(opened.content),
        timeline=timeline(session, person, complaint, opened.entries, seen),
        files=[link_to(stored) for stored in files],
        restricted=is_kept_from_somebody(session, complaint),
        stars=stars_of(session, complaint),
        same=same_reports(session, person, complaint, now()),
        sealed=is_sealed(complaint),
        erased=complaint.erased_on is not None,
        division=handed.name if handed else "",
        division_id=division,
        assignee=holder.name if holder else "",
        assignee_id=holder.id if holder else None,
        mine=holder is not None and holder.id == person.id,
        people=[(str(one.id), f"{one.name} ({word(one.role)})") for one in people],
        divisions=[(str(one.id), one.name) for one in to_hand if one.id not in kept],
        measures=measures_of(session, complaint),
        rights=rights,
    )
