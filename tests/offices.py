"""Two offices with the same divisions and posts, so that a leak between them shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from models.agency import Agency, Channel, channel_of
from models.division import Division, add_division
from models.measure import EVERY_DIVISION, MeasureRow, put_plan
from models.person import Person, Post, Role, add_person

PASSWORD = "a long pass phrase"
NOON = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Bangkok


@dataclass(frozen=True)
class Office:
    """One agency of the two, and what its tests need to know of it."""

    agency_id: int
    slug: str
    channel: Channel
    webhook_path: str
    divisions: dict[str, Division]
    people: dict[str, Person]


@dataclass(frozen=True)
class Offices:
    makham: Office
    bangphra: Office


@cache
def password_hash() -> str:
    """argon2 is slow on purpose: staff share one password and one hash of it."""
    return PasswordHasher().hash(PASSWORD)


_STAFF: tuple[tuple[str, str, Role, str | None, Post | None], ...] = (
    ("admin", "ผู้ดูแลระบบ", Role.ADMIN, None, None),
    ("integrity", "เจ้าหน้าที่จริยธรรม", Role.INTEGRITY_OFFICER, None, None),
    ("officer", "เจ้าหน้าที่รับเรื่อง", Role.OFFICER, None, None),
    ("finance", "เจ้าหน้าที่กองคลัง", Role.DIVISION_STAFF, "finance", None),
    ("works", "เจ้าหน้าที่กองช่าง", Role.DIVISION_STAFF, "works", None),
    ("finance_head", "ผู้อำนวยการกองคลัง", Role.DIVISION_HEAD, "finance", None),
    ("clerk", "ปลัดเทศบาล", Role.EXECUTIVE, None, Post.CLERK),
    ("auditor", "ผู้ตรวจสอบภายใน", Role.AUDITOR, None, None),
)


def furnish(session: Session, agency: Agency) -> Office:
    divisions = {
        "clerk": add_division(session, agency.id, "สำนักปลัด", ["สำนักปลัดฯ"]),
        "finance": add_division(session, agency.id, "กองคลัง"),
        "works": add_division(session, agency.id, "กองช่าง"),
    }
    people = {
        key: add_person(
            session,
            agency.id,
            username=key.replace("_", "-"),
            name=name,
            role=role,
            post=post,
            division_id=None if division is None else divisions[division].id,
        )
        for key, name, role, division, post in _STAFF
    }
    for person in people.values():
        person.password_hash = password_hash()
    put_plan(
        session,
        agency.id,
        2566,
        "มาตรการส่งเสริมคุณธรรมและความโปร่งใส 2566",
        [
            MeasureRow(1, "คู่มือการให้บริการประชาชน", [EVERY_DIVISION], [date(2023, 9, 30)]),
            MeasureRow(2, "เปิดเผยผลการใช้จ่ายงบประมาณ", ["กองคลัง"], [date(2023, 3, 31)], code="O11"),
            MeasureRow(3, "คู่มือการใช้ทรัพย์สินของราชการ", ["สำนักปลัดฯ"], [date(2022, 12, 31)]),
        ],
    )
    return Office(
        agency.id, agency.slug, channel_of(session, agency), agency.webhook_path, divisions, people
    )
