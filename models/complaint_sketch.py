"""A keyed sketch of what a case says, so that the log can be searched while its text is sealed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.sketch import SKETCH_BYTES, draw
from models.base import WITHOUT_ROW_ORDER, Base, Tenant, within_agency
from models.database import keys_of


class ComplaintSketch(Tenant, Base):
    """One a complaint, beside it for speed: a search reads these alone, in the log's order.

    ``bits`` is None where a sketch would say too much (corruption), or is not drawn yet: such a
    case is opened and read instead.
    """

    __tablename__ = "complaint_sketch"
    __table_args__ = (within_agency("complaint_id", "complaint"), WITHOUT_ROW_ORDER)

    received_on: Mapped[date] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    bits: Mapped[bytes | None] = mapped_column(LargeBinary(SKETCH_BYTES))


def sketch_key(session: Session, agency_id: int) -> bytes:
    """From outside the database; another agency's differs."""
    return keys_of(session).derive(f"sketch/{agency_id}")


def find_sketch(
    session: Session, agency_id: int, received_on: date, complaint_id: UUID
) -> ComplaintSketch | None:
    """The row, locked: two who add words at once must not lose one another's."""
    return session.scalar(
        select(ComplaintSketch)
        .where(
            ComplaintSketch.agency_id == agency_id,
            ComplaintSketch.received_on == received_on,
            ComplaintSketch.complaint_id == complaint_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def draw_in(
    session: Session, agency_id: int, received_on: date, complaint_id: UUID, text: str
) -> None:
    """A case says something more. One without a sketch stays without."""
    found = find_sketch(session, agency_id, received_on, complaint_id)
    if found is not None and found.bits is not None:
        found.bits = draw(sketch_key(session, agency_id), [text], onto=found.bits)
