"""Answers that an office gives often, ready to be changed and sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.base import Base, Ordered, within_agency
from models.person import Person

MOST_TEMPLATES = 100


class BadTemplate(ValueError):
    """``why``: "taken" (another has the title), "many" or "changed" (by somebody else, since)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class AnswerTemplate(Ordered, Base):
    __tablename__ = "answer_template"
    __table_args__ = (
        Index("uq_answer_template_title", "agency_id", "title", unique=True),
        within_agency("made_by", "person"),
    )

    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID]
    changed_at: Mapped[datetime]


def templates_of(session: Session, agency_id: int) -> list[AnswerTemplate]:
    query = select(AnswerTemplate).where(AnswerTemplate.agency_id == agency_id)
    return list(session.scalars(query.order_by(AnswerTemplate.title, AnswerTemplate.id)))


def get_template(session: Session, agency_id: int, template_id: UUID) -> AnswerTemplate | None:
    return session.get(AnswerTemplate, (agency_id, template_id))


def put_template(
    session: Session,
    person: Person,
    template: AnswerTemplate | None,
    title: str,
    text: str,
    now: datetime,
) -> AnswerTemplate:
    """A new one, or new words for one that is there. Raises `BadTemplate`."""
    agency_id = person.agency_id
    own = AnswerTemplate.agency_id == agency_id
    taken = session.scalar(
        select(AnswerTemplate).where(own, AnswerTemplate.title == title).limit(1)
    )
    if taken is not None and taken is not template:
        raise BadTemplate("taken")
    action = "template.changed"
    if template is None:
        count = session.scalar(select(func.count()).select_from(AnswerTemplate).where(own)) or 0
        if count >= MOST_TEMPLATES:
            raise BadTemplate("many")
        action = "template.added"
        template = AnswerTemplate(agency_id=agency_id)
        session.add(template)
    template.title, template.text = title, text
    template.made_by, template.changed_at = person.id, now
    session.flush()
    _log(session, template, person, action, now)
    return template


def remove_template(
    session: Session, template: AnswerTemplate, person: Person, now: datetime
) -> None:
    _log(session, template, person, "template.removed", now)
    session.delete(template)
    session.flush()


def _log(
    session: Session, template: AnswerTemplate, person: Person, action: str, now: datetime
) -> None:
    audit.record_deed(
        session, person, action, f"template:{template.id}", now, {"title": template.title}
    )
