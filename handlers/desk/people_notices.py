"""Telling of what could make one person two: an authenticator reset, a new way to a password, a
new holder of the right to open identities.

Told are the person concerned and everybody who may read reports of corruption, by LINE or e-mail,
at once: `models.new_rights` counts its three days from the same moment. Call before whatever takes
somebody's LINE account or address away.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.messages import Text
from handlers.desk.words import word
from models.complaint import ComplaintKind
from models.complaint_access import visible_kinds
from models.delivery import SIGN_IN_NOTICE
from models.duty import staff_of
from models.notice import tell
from models.person import Person
from models.sealed_identity import holds_the_right

_IF_NOT_AGREED = "หากไม่ได้ตกลงกันไว้ กรุณาแจ้งปลัดและผู้ดูแลระบบทันทีค่ะ"
SERVER = "ผู้ดูแลเครื่องแม่ข่าย"  # who typed `prongsai person …`


def tell_of_reset(session: Session, about: Person, by: Person | None, now: datetime) -> None:
    _tell(session, about, f"{_name(by)} ล้างแอปยืนยันตัวตนของ{about.name}", now)


def tell_of_invitation(session: Session, about: Person, by: Person | None, now: datetime) -> None:
    """Only of somebody who had a password: a first invitation takes nobody's place."""
    if about.password_hash is None:
        return
    what = f"{_name(by)} ออกรหัสเชิญใหม่ให้{about.name} ซึ่งใช้ตั้งรหัสผ่านแทนรหัสเดิมได้"
    _tell(session, about, what, now)


def tell_of_new_right(session: Session, about: Person, by: Person | None, now: datetime) -> None:
    """Of somebody who was added, came back, or was given another role."""
    if not holds_the_right(about):
        return
    what = f"{_name(by)} ให้{about.name}ทำหน้าที่{word(about.role)} ซึ่งขอเปิดดูหรืออนุมัติให้เปิดดูตัวตนผู้ร้องได้"
    _tell(session, about, what, now)


def tell_of_lost_reader(
    session: Session, about: Person, by: Person, what: str, now: datetime
) -> None:
    """Before somebody who reads reports of corruption is told of nothing any more."""
    if ComplaintKind.CORRUPTION in visible_kinds(about):
        _tell(session, about, f"{_name(by)} {what}ของ{about.name}", now)


def _name(by: Person | None) -> str:
    return SERVER if by is None else f"{by.name} ({word(by.role)})"


def _tell(session: Session, about: Person, what: str, now: datetime) -> None:
    said = Text(text=f"แจ้งเพื่อทราบ {what} {_IF_NOT_AGREED}")
    for member in staff_of(session, about.agency_id).members:
        contact, person = member.contact, member.person
        concerned = person.id == about.id or ComplaintKind.CORRUPTION in visible_kinds(person)
        if not concerned or contact is None:
            continue
        tell(session, contact, [said], SIGN_IN_NOTICE, now)
