"""Talks between a citizen and an officer: who asked for a person, what was said, when it ended.

What is said is sealed, and erased with the talk a month after its end.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Index, LargeBinary, delete, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.states import TALK_MOVES, TalkState, check_move
from domain.workdays import end_of_next_workday
from models import audit, vault
from models.base import WITHOUT_ROW_ORDER, Base, Ordered, Unordered, state_column, within_agency
from models.contact import Contact
from models.person import Person
from models.stored_file import files_of_messages, forget_file

KEEP_ENDED_TALKS = timedelta(days=30)
QUIET_TALK_ENDS_AFTER = timedelta(hours=12)
TOLD_AT_ONCE_EVERY = timedelta(hours=1)  # who asks again and again rings no bell each time
LONGEST_LINE = 3000

_LIVE = "state in ('waiting', 'talking')"


class Speaker(StrEnum):
    CITIZEN = "citizen"
    OFFICER = "officer"


class Talk(Unordered, Base):
    __tablename__ = "talk"
    __table_args__ = (
        Index(
            "uq_talk_live",
            "agency_id",
            "contact_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index("ix_talk_state", "agency_id", "state", "touched_at"),
        within_agency("contact_id", "contact"),
        within_agency("person_id", "person"),
        WITHOUT_ROW_ORDER,
    )

    contact_id: Mapped[UUID]
    state: Mapped[TalkState] = mapped_column(state_column(TalkState, "state"))
    person_id: Mapped[UUID | None]  # who took it
    asked_at: Mapped[datetime]
    touched_at: Mapped[datetime]  # the last word of either side
    told_at: Mapped[datetime | None]  # when officers were told that somebody waits
    ended_at: Mapped[datetime | None]


class TalkMessage(Ordered, Base):
    __tablename__ = "talk_message"
    __table_args__ = (
        Index("ix_talk_message_talk_id", "agency_id", "talk_id", "id"),
        within_agency("talk_id", "talk"),
        within_agency("person_id", "person"),
    )

    talk_id: Mapped[UUID]
    speaker: Mapped[Speaker] = mapped_column(state_column(Speaker, "speaker"))
    person_id: Mapped[UUID | None]  # the officer who wrote
    text: Mapped[bytes]  # sealed; empty where it is a file
    said_at: Mapped[datetime]
    message_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # to find what is unsent


class TakenBySomebody(Exception):
    """It is another officer's, or over, by now."""


def _is_live() -> ColumnElement[bool]:
    return Talk.state.in_([TalkState.WAITING, TalkState.TALKING])


def live_talk(session: Session, contact: Contact) -> Talk | None:
    """The talk in which a citizen stands, locked."""
    return session.scalar(
        select(Talk)
        .where(Talk.agency_id == contact.agency_id, Talk.contact_id == contact.id, _is_live())
        .with_for_update()
    )


def ask_for_talk(session: Session, contact: Contact, now: datetime) -> Talk:
    """A citizen wants a person. The caller has seen that no talk of theirs is live."""
    talk = Talk(
        agency_id=contact.agency_id,
        contact_id=contact.id,
        state=TalkState.WAITING,
        asked_at=now,
        touched_at=now,
    )
    session.add(talk)
    session.flush()
    return talk


def was_told_lately(session: Session, contact: Contact, now: datetime) -> bool:
    """Whether officers heard of this citizen within the hour, for a talk before."""
    found = session.scalar(
        select(Talk.id).where(
            Talk.agency_id == contact.agency_id,
            Talk.contact_id == contact.id,
            Talk.told_at > now - TOLD_AT_ONCE_EVERY,
        )
    )
    return found is not None


def hear(session: Session, talk: Talk, words: str, message_id: str, now: datetime) -> TalkMessage:
    """Keep what the citizen said; empty words stand for a file."""
    return _add(session, talk, Speaker.CITIZEN, words, now, message_id=message_id)


def speak(session: Session, talk: Talk, person: Person, words: str, now: datetime) -> TalkMessage:
    """Keep what an officer writes. Raises `TakenBySomebody` where the talk is not theirs."""
    if talk.state is not TalkState.TALKING or talk.person_id != person.id:
        raise TakenBySomebody
    return _add(session, talk, Speaker.OFFICER, words, now, person=person)


def _add(
    session: Session,
    talk: Talk,
    speaker: Speaker,
    words: str,
    now: datetime,
    *,
    message_id: str = "",
    person: Person | None = None,
) -> TalkMessage:
    message = TalkMessage(
        agency_id=talk.agency_id,
        talk_id=talk.id,
        speaker=speaker,
        person_id=person.id if person else None,
        text=vault.seal_text(session, talk.agency_id, "talk", words),
        said_at=now,
        message_hash=_hash(session, talk.agency_id, message_id) if message_id else None,
    )
    session.add(message)
    talk.touched_at = now
    session.flush()
    return message


def _hash(session: Session, agency_id: int, message_id: str) -> bytes:
    return vault.blind(session, agency_id, "talk_message", message_id)


def heard_count(session: Session, talk: Talk) -> int:
    """How often the citizen has said something in it."""
    query = select(func.count()).where(
        TalkMessage.agency_id == talk.agency_id,
        TalkMessage.talk_id == talk.id,
        TalkMessage.speaker == Speaker.CITIZEN,
    )
    return session.scalar(query) or 0


def take_back(session: Session, agency_id: int, message_id: str) -> bool:
    """LINE's ``unsend``: forget what a message said, whether the talk is over or not."""
    message = session.scalar(
        select(TalkMessage).where(
            TalkMessage.agency_id == agency_id,
            TalkMessage.message_hash == _hash(session, agency_id, message_id),
        )
    )
    if message is None:
        return False
    _forget_files(session, agency_id, [message.id])
    session.delete(message)
    session.flush()
    return True


def take(session: Session, talk: Talk, person: Person, seen: UUID | None, now: datetime) -> None:
    """An officer takes a waiting talk, or takes it over from whom they saw it with.

    Compare and set: of two who try at once one raises `TakenBySomebody`.
    """
    if talk.state is TalkState.WAITING:
        check_move(TALK_MOVES, talk.state, TalkState.TALKING)
    changed = session.connection().execute(
        update(Talk)
        .where(
            Talk.agency_id == talk.agency_id,
            Talk.id == talk.id,
            _is_live(),
            Talk.person_id.is_(None) if seen is None else Talk.person_id == seen,
        )
        .values(state=TalkState.TALKING, person_id=person.id, touched_at=now)
    )
    session.expire(talk)
    if changed.rowcount != 1:
        raise TakenBySomebody
    audit.record_deed(session, person, "talk.taken", f"talk:{talk.id}", now)


def end_talk(session: Session, talk: Talk, now: datetime, person: Person | None = None) -> None:
    """It is over: by the officer, or (without one) by the citizen or the clock."""
    check_move(TALK_MOVES, talk.state, TalkState.OVER)
    talk.state = TalkState.OVER
    talk.ended_at = now
    session.flush()
    if person is not None:
        audit.record_deed(session, person, "talk.ended", f"talk:{talk.id}", now)


def is_quiet(talk: Talk, now: datetime) -> bool:
    """Whether it has run its time without a word: half a day, or for whom nobody took a day on
    which somebody could have."""
    if talk.state is TalkState.WAITING:
        return now >= end_of_next_workday(talk.touched_at)
    return talk.state is TalkState.TALKING and now - talk.touched_at >= QUIET_TALK_ENDS_AFTER


def quiet_talks(session: Session, now: datetime) -> list[Talk]:
    """Every agency's talks that have run their time, locked."""
    rows = session.scalars(
        select(Talk)
        .where(_is_live(), Talk.touched_at <= now - QUIET_TALK_ENDS_AFTER)
        .order_by(Talk.agency_id, Talk.id)
        .with_for_update()
    )
    return [talk for talk in rows if is_quiet(talk, now)]


def agencies_who_wait(session: Session) -> list[int]:
    """Agencies where somebody waits for a person and nobody was told of it."""
    query = select(Talk.agency_id).where(Talk.state == TalkState.WAITING, Talk.told_at.is_(None))
    return list(session.scalars(query.distinct()))


def untold_talks(session: Session, agency_id: int) -> list[Talk]:
    """Who waits for a person and nobody was told of."""
    return list(
        session.scalars(
            select(Talk)
            .where(
                Talk.agency_id == agency_id,
                Talk.state == TalkState.WAITING,
                Talk.told_at.is_(None),
            )
            .order_by(Talk.asked_at, Talk.id)
            .with_for_update()
        )
    )


def erase_old_talks(session: Session, now: datetime) -> int:
    """Forget what was said a month after it ended, files too; the sweep removes their bytes."""
    old = list(
        session.execute(
            select(Talk.agency_id, Talk.id).where(
                Talk.state == TalkState.OVER, Talk.ended_at < now - KEEP_ENDED_TALKS
            )
        )
    )
    for agency_id, talk_id in old:
        within = (TalkMessage.agency_id == agency_id) & (TalkMessage.talk_id == talk_id)
        _forget_files(
            session, agency_id, list(session.scalars(select(TalkMessage.id).where(within)))
        )
        session.execute(delete(TalkMessage).where(within))
        session.execute(delete(Talk).where(Talk.agency_id == agency_id, Talk.id == talk_id))
    return len(old)


def _forget_files(session: Session, agency_id: int, message_ids: list[UUID]) -> None:
    for stored in files_of_messages(session, agency_id, message_ids):
        forget_file(session, stored)
    session.flush()


def get_talk(session: Session, agency_id: int, talk_id: UUID, *, lock: bool = False) -> Talk | None:
    query = select(Talk).where(Talk.agency_id == agency_id, Talk.id == talk_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def talks_of(session: Session, agency_id: int, limit: int) -> list[Talk]:
    """Those who wait first, longest waiting first; then those that are held; then what is over."""
    waiting, talking = Talk.state == TalkState.WAITING, Talk.state == TalkState.TALKING
    query = select(Talk).where(Talk.agency_id == agency_id)
    live = query.where(or_(waiting, talking)).order_by(Talk.state.desc(), Talk.asked_at, Talk.id)
    over = query.where(Talk.state == TalkState.OVER).order_by(Talk.ended_at.desc(), Talk.id)
    found = list(session.scalars(live.limit(limit)))
    return found + list(session.scalars(over.limit(max(0, limit - len(found)))))


def waiting_talks_count(session: Session, agency_id: int) -> int:
    query = select(func.count()).where(Talk.agency_id == agency_id, Talk.state == TalkState.WAITING)
    return session.scalar(query) or 0


def words_of_talk(session: Session, talk: Talk) -> list[tuple[TalkMessage, str]]:
    """What was said, oldest first, opened."""
    rows = session.scalars(
        select(TalkMessage)
        .where(TalkMessage.agency_id == talk.agency_id, TalkMessage.talk_id == talk.id)
        .order_by(TalkMessage.id)
    )
    return [(one, vault.open_text(session, one.agency_id, "talk", one.text)) for one in rows]
