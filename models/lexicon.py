"""An agency's own everyday words, beside the list that ships with Prongsai."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.search.lexicon import Lexicon
from domain.thai_text import normalise
from models import audit
from models.base import Base, Ordered, within_agency
from models.person import Person

LONGEST_EVERYDAY = 60
LONGEST_OFFICIAL = 120
MOST_ENTRIES = 2000  # the look-up and its page stay quick


class BadWord(ValueError):
    """The word cannot be kept as given; the text says why, in Thai, to who typed it."""


class LexiconEntry(Ordered, Base):
    """One pair, never changed: what is wrong is removed and added anew."""

    __tablename__ = "lexicon_entry"
    __table_args__ = (
        Index("uq_lexicon_entry_word", "agency_id", "word", unique=True),
        within_agency("added_by", "person"),
    )

    everyday: Mapped[str] = mapped_column(String(LONGEST_EVERYDAY))
    official: Mapped[str] = mapped_column(String(LONGEST_OFFICIAL))
    # The everyday word as the look-up sees it. Normalising can lengthen a text.
    word: Mapped[str] = mapped_column(String(4 * LONGEST_EVERYDAY))
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]


def folded(text: str) -> str:
    """A word as the search compares it: no spaces, marks in order."""
    return "".join(normalise(text).split())


def add_word(
    session: Session, person: Person, everyday: str, official: str, now: datetime
) -> LexiconEntry:
    """From now on who types ``everyday`` means ``official``. Raises `BadWord`."""
    everyday, official = " ".join(everyday.split()), " ".join(official.split())
    _check(everyday, official)
    word, agency_id = folded(everyday), person.agency_id
    same = select(LexiconEntry).where(
        LexiconEntry.agency_id == agency_id, LexiconEntry.word == word
    )
    known = session.scalar(same)
    if known is not None:
        raise BadWord(
            f"มีคำว่า “{known.everyday}” อยู่แล้ว ใช้แทน “{known.official}” หากต้องการเปลี่ยน ให้ลบคำเดิมก่อน"
        )
    if folded(official) in (folded(one) for one in Lexicon.load().meanings(everyday)):
        raise BadWord("คำคู่นี้มีในรายการที่มากับระบบแล้ว ไม่ต้องเพิ่ม")
    if _count(session, agency_id) >= MOST_ENTRIES:
        raise BadWord(f"เพิ่มได้ไม่เกิน {MOST_ENTRIES:,} คำ กรุณาลบคำที่ไม่ใช้แล้วก่อน")
    entry = LexiconEntry(
        agency_id=agency_id,
        everyday=everyday,
        official=official,
        word=word,
        added_by=person.id,
        added_at=now,
    )
    session.add(entry)
    session.flush()
    _log(session, person, "lexicon.added", entry, now)
    return entry


def _check(everyday: str, official: str) -> None:
    if not folded(everyday):
        raise BadWord("กรุณากรอกคำที่ชาวบ้านใช้")
    if not folded(official):
        raise BadWord("กรุณากรอกคำทางการ")
    if len(everyday) > LONGEST_EVERYDAY or len(folded(everyday)) > 4 * LONGEST_EVERYDAY:
        raise BadWord(f"คำที่ชาวบ้านใช้ยาวเกินไป เขียนได้ไม่เกิน {LONGEST_EVERYDAY} ตัวอักษร")
    if len(official) > LONGEST_OFFICIAL:
        raise BadWord(f"คำทางการยาวเกินไป เขียนได้ไม่เกิน {LONGEST_OFFICIAL} ตัวอักษร")
    if folded(everyday) == folded(official):
        raise BadWord("คำที่ชาวบ้านใช้กับคำทางการเป็นคำเดียวกัน จึงไม่ต้องเพิ่ม")


def remove_word(session: Session, person: Person, entry_id: UUID, now: datetime) -> bool:
    """False when it is not there (any more)."""
    entry = session.get(LexiconEntry, (person.agency_id, entry_id))
    if entry is None:
        return False
    _log(session, person, "lexicon.removed", entry, now)
    session.delete(entry)
    session.flush()
    return True


def words_of(session: Session, agency_id: int) -> list[LexiconEntry]:
    """Newest first."""
    query = select(LexiconEntry).where(LexiconEntry.agency_id == agency_id)
    return list(session.scalars(query.order_by(LexiconEntry.id.desc())))


def lexicon_version(session: Session, agency_id: int) -> str:
    """Changes whenever a word is added or removed."""
    query = select(LexiconEntry.id).where(LexiconEntry.agency_id == agency_id)
    digest = hashlib.sha256()
    for entry_id in session.scalars(query.order_by(LexiconEntry.id)):
        digest.update(entry_id.bytes)
    return digest.hexdigest()[:16]


def _count(session: Session, agency_id: int) -> int:
    query = select(func.count()).where(LexiconEntry.agency_id == agency_id)
    return session.scalar(query) or 0


def _log(session: Session, person: Person, action: str, entry: LexiconEntry, now: datetime) -> None:
    audit.record_deed(
        session,
        person,
        action,
        f"word:{entry.id}",
        now,
        {"everyday": entry.everyday, "official": entry.official},
    )
