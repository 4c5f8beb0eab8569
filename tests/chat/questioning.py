"""What the tests of questions have in common: entries, a search that is settled, linked staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from bot.worker import InboxWorker
from domain.search import Decision, DecisionKind, Hit
from models.knowledge import ArticleRow, Question
from tests.offices import Office
from tests.town import Town, words

TAX = ArticleRow("land-tax", "ชำระภาษีที่ดินที่ไหน", "ชำระที่กองคลัง ภายในเดือนเมษายน", division="กองคลัง")
ROAD = ArticleRow("road", "แจ้งซ่อมถนนที่ไหน", "แจ้งที่กองช่าง", division="กองช่าง")
HOURS = ArticleRow("hours", "เปิดทำการกี่โมง", "เปิด 08.30-16.30 น.")
ASKED = "ตลาดนัดวันพุธย้ายไปตรงไหนแล้ว"
REPLY = "ย้ายไปลานหน้าโรงเรียนแล้วค่ะ"


def know_all(town: Town) -> None:
    """Both agencies know the same."""
    for office in (town.offices.makham, town.offices.bangphra):
        town.knows(office, TAX, ROAD, HOURS)


def decides(town: Town, kind: DecisionKind, *keys: str) -> None:
    """What the search makes of every question from now on."""
    hits = [Hit(key, key, 0.5) for key in keys]
    engine = town.engine
    engine.worker = InboxWorker(
        town.db, town.blobs, engine.channels, engine.messenger, lambda *_: Decision(kind, hits, 0.3)
    )


def only_question(town: Town) -> Question:
    with town.db.reading() as session:
        [found] = session.scalars(select(Question)).all()
        session.expunge_all()
        return found


def count(town: Town, table: Any) -> int:
    with town.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def staff(town: Town, person: str, office: Office | None = None) -> str:
    """The LINE id of a member of staff, linked."""
    office = office or town.offices.makham
    line_id = town.user(person, office)
    town.link(office, person, line_id)
    return line_id


def news_to(town: Town, user: str) -> list[dict]:
    return [one for one in town.line.messages_to(user) if "มีคำถามใหม่" in words([one])]
