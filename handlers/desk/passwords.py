"""Passwords at the desk: one's own asked for again, or changed."""

from __future__ import annotations

from domain.passwords import LONGEST, SHORTEST, Fault, fault_of
from handlers.context import now, services
from handlers.desk.turns import a_turn
from handlers.desk.viewer import Refused, Viewer, held
from models import login as logins
from models.person import get_person

CROWDED = "มีผู้เข้าสู่ระบบพร้อมกันจำนวนมาก รหัสผ่านของท่านยังไม่ได้ตรวจ กรุณารอสักครู่ แล้วกรอกรหัสผ่านอีกครั้ง"
_FAULTS = {
    Fault.SHORT: f"รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย {SHORTEST} ตัวอักษร",
    Fault.LONG: f"รหัสผ่านยาวเกินไป ต้องไม่เกิน {LONGEST} ตัวอักษร",
    Fault.NAME: "รหัสผ่านต้องไม่ใช่ชื่อผู้ใช้ กรุณาตั้งใหม่",
    Fault.COMMON: "รหัสผ่านนี้เดาได้ง่ายมาก กรุณาตั้งใหม่ เช่น นำคำที่ไม่เกี่ยวกันสามคำมาต่อกัน",
}


def fault_in_thai(password: str, username: str) -> str:
    """What is wrong with a password that somebody chose; "" for one that may be taken."""
    fault = fault_of(password, username)
    return _FAULTS[fault] if fault else ""


def gave_password(viewer: Viewer, password: str) -> bool:
    """Whether somebody who is in gave their password; a wrong one counts as at the sign-in.

    Raises `Crowded`.
    """
    with services().db.reading() as session:
        person = get_person(session, viewer.agency_id, viewer.person_id)
        login = logins.login_of(person)
    with a_turn():
        matched = logins.password_matches(login, password)
    if not matched:
        viewer.track_failed_authn("password")
        return False
    with services().db.writing() as session:
        try:
            person = held(session, viewer)
        except Refused:
            return False
        if logins.is_locked(person, now()):
            return False
        # Whoever may see complaints gave a second factor to get in. Their count begins anew.
        logins.forget_failures(person)
    return True
