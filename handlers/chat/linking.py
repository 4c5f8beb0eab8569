"""Linking a LINE account to a member of staff, or a group to a division, and ending it."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from domain.digits import arabic_digits
from domain.messages import Choice, Menu, Message, Text
from handlers.chat.staff import staff_member
from handlers.chat.turn import SILENCE, Answer, Turn
from models import audit
from models.contact import Contact, ContactKind, find_contact, meet
from models.division import get_division
from models.duty import duties_of, heads, link_group, unlink_group
from models.invitation import accept_invitation, use_in_group
from models.link_tap import LinkTap, LinkVerb, make_link_tap, read_link_tap
from models.person import Person, person_of_contact, unlink

_DASH = r"[-‐-―−_.]"
_GAP = rf"\s*{_DASH}?\s*"
_CODE = re.compile(
    rf"(?<![A-Z0-9])PS({_GAP})([A-Z2-9]{{5}})({_GAP})([A-Z2-9]{{5}})(?!{_DASH}?[A-Z0-9])",
    re.IGNORECASE,
)
# What may have been meant for one: "PS", what hangs together behind it, and the word after that.
_LIKE = re.compile(
    rf"(?<![A-Z0-9])PS({_GAP})([A-Z0-9]+(?:\s?{_DASH}\s?[A-Z0-9]+)*)(?:\s+([A-Z0-9]+))?",
    re.IGNORECASE,
)
_SAYS_CODE = re.compile(r"รหัส|เชิญ|\bcode\b|\binvit", re.IGNORECASE)
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")  # what copying brings along
# Whole messages only: in the middle of a report such words are an answer.
_UNLINK = re.compile(
    r"(ขอ)?(ยกเลิก(การ)?|เลิก)เชื่อม(ต่อ)?(บัญชี|กลุ่ม)?(LINE|ไลน์|นี้)*(ค่ะ|ครับ)?", re.IGNORECASE
)

MY_WORK, DIVISIONS_WORK = Choice(label="งานของฉัน"), Choice(label="งานของกอง")
UNLINK_WORDS = "เลิกเชื่อมบัญชี"
_DEAD = "รหัสนี้ใช้ไม่ได้หรือหมดอายุแล้ว กรุณาขอรหัสใหม่จากผู้ดูแลระบบค่ะ"
_NOT_HERE = (
    "รหัสนี้ใช้ในกลุ่มนี้ไม่ได้ค่ะ การเชื่อมกลุ่มต้องทำโดยหัวหน้ากองที่เชื่อมบัญชี LINE ของตนแล้ว และใช้รหัสเชิญของตนเอง\n\n"
    "ทุกคนในกลุ่มเห็นรหัสที่พิมพ์เมื่อสักครู่แล้ว รหัสนั้นจึงใช้ต่อไม่ได้ หากต้องการเชื่อมบัญชีของท่านเอง "
    "กรุณาขอรหัสใหม่จากผู้ดูแลระบบ แล้วพิมพ์ในแชตส่วนตัวกับบัญชีนี้ค่ะ"
)
_HOW = (
    "รหัสเชิญขึ้นต้นด้วย PS- ตามด้วยตัวอักษรภาษาอังกฤษหรือตัวเลข 10 ตัว มีขีดคั่นตรงกลาง เช่น PS-XXXXX-XXXXX "
    "ไม่มีเลข 0 และเลข 1"
)
_NOT_WHOLE = (
    "รหัสเชิญไม่ครบหรือเกินมาค่ะ จึงยังไม่ได้เชื่อมบัญชี และไม่ได้บันทึกหรือส่งต่อข้อความนี้\n\n"
    f"{_HOW} กรุณาคัดลอกรหัสทั้งหมดแล้วส่งใหม่ หรือขอรหัสใหม่จากผู้ดูแลระบบ\n\n"
    "หากต้องการถามหรือแจ้งเรื่องอื่น กรุณาพิมพ์ใหม่โดยไม่ใส่คำที่ขึ้นต้นด้วย PS ค่ะ"
)
_NOT_WHOLE_HERE = (
    "รหัสเชิญไม่ครบหรือเกินมาค่ะ จึงยังไม่ได้เชื่อมกลุ่มนี้ และไม่ได้บันทึกข้อความนี้\n\n"
    f"{_HOW}\n\nทุกคนในกลุ่มเห็นรหัสที่พิมพ์แล้ว กรุณาขอรหัสใหม่จากผู้ดูแลระบบ แล้วคัดลอกมาทั้งหมด"
)
_ONE_AT_A_TIME = (
    "พบรหัสเชิญมากกว่าหนึ่งรหัสในข้อความเดียว จึงยังไม่ได้เชื่อมบัญชีค่ะ กรุณาส่งเฉพาะรหัสของท่านเพียงรหัสเดียว"
)
_NOT_YOURS = "ปุ่มนี้กดได้เฉพาะผู้ที่เริ่มรายการนี้เท่านั้นค่ะ"
_OLD = "ปุ่มนี้หมดเวลาแล้ว จึงยังไม่มีอะไรเปลี่ยน กรุณาพิมพ์คำสั่งอีกครั้งค่ะ"


def looks_like_invitation(text: str) -> bool:
    """Whether a code is anywhere in a message, or what was meant for one: a secret that must be
    neither kept nor passed on, whatever else the message says."""
    clean = _clean(text)
    return bool(_codes(clean)) or _broken(clean)


def _clean(text: str) -> str:
    return _UNSEEN.sub("", arabic_digits(unicodedata.normalize("NFKC", text))).strip()


def _codes(clean: str) -> list[str]:
    """The whole codes in a message, each once, as they are written on an invitation."""
    found = []
    for one in _CODE.finditer(clean):
        gaps, body = (one[1], one[3]), one[2] + one[4]
        dashed = all(gap.strip() for gap in gaps)
        typed_alone = any(gaps) and one[0] == clean
        if dashed or typed_alone or _is_no_word(clean, body, apart=any(gaps)):
            found.append(f"PS-{one[2]}-{one[4]}".upper())
    return list(dict.fromkeys(found))


def _is_no_word(clean: str, body: str, *, apart: bool) -> bool:
    """Tell a code from "psychologist" and "PS hello there"."""
    if any(mark.isdigit() for mark in body) or body.isupper():
        return True
    return apart and _SAYS_CODE.search(clean) is not None


def _broken(clean: str) -> bool:
    """Whether something looks like a code of which marks are missing, wrong or too many."""
    for one in _LIKE.finditer(clean):
        dashed = bool(one[1].strip())
        first = "".join(mark for mark in one[2] if mark.isalnum())
        bodies = [first]
        if one[3] is not None and 3 <= len(first) <= 7 and 3 <= len(one[3]) <= 7:
            bodies.append(first + one[3])
        for body in bodies:
            if body.isdigit():  # a number of something
                continue
            likely = 7 <= len(body) <= 24 if dashed else 9 <= len(body) <= 11
            in_two = dashed and body != one[2]
            if likely and (in_two or _is_no_word(clean, body, apart=bool(one[1]))):
                return True
            said = one[0] == clean or _SAYS_CODE.search(clean) is not None
            if dashed and 4 <= len(body) <= 6 and said:
                return True
    return False


def wants_to_unlink(text: str) -> bool:
    return _UNLINK.fullmatch("".join(text.split())) is not None


def link(turn: Turn) -> Answer:
    """An invitation code was typed: link the account, or the group to its head's division."""
    codes = _codes(_clean(turn.inbound.text))
    if not codes:
        return _say(_NOT_WHOLE_HERE if turn.inbound.in_group else _NOT_WHOLE)
    waiting = turn.guesses.wait()
    if waiting is not None:
        minutes = max(1, round(waiting.total_seconds() / 60))
        return _say(
            f"ใส่รหัสผิดหลายครั้งแล้ว กรุณารออีกประมาณ {minutes} นาทีแล้วลองใหม่ หรือขอรหัสใหม่จากผู้ดูแลระบบค่ะ"
        )
    if turn.inbound.in_group:
        return _link_group(turn, codes)
    return _link_account(turn, codes[0]) if len(codes) == 1 else _say(_ONE_AT_A_TIME)


def _link_account(turn: Turn, code: str) -> Answer:
    session, inbound = turn.session, turn.inbound
    contact = meet(session, turn.agency_id, ContactKind.USER, inbound.user_id)
    before = person_of_contact(session, contact)
    person = accept_invitation(session, turn.agency_id, code, contact, turn.now)
    if person is None:
        turn.guesses.wrong()
        return _say(_DEAD)
    words = f"เชื่อมบัญชี LINE นี้กับ {person.name} แล้วค่ะ"
    if before is not None and before.id != person.id:
        audit.record_deed(turn.session, person, "person.unlinked", f"person:{before.id}", turn.now)
        words += f" และเลิกเชื่อมกับ {before.name} เพราะหนึ่งบัญชีแทนเจ้าหน้าที่ได้คนเดียว"
    audit.record_deed(turn.session, person, "person.linked", f"person:{person.id}", turn.now)
    return _say(f"{words}\n\n{_what_next(turn, person)}", MY_WORK)


def _what_next(turn: Turn, person: Person) -> str:
    duties = duties_of(turn.session, person)
    lines = []
    if duties:
        names = " และ".join(_name(turn, one) for one in duties)
        lines.append(
            f"• งานของ{names}ที่ใกล้หรือเกินกำหนด ระบบจะเตือนในแชตนี้ กดปุ่มใต้รายการเพื่อรายงานผลได้เลย"
        )
    elif person.post is not None:
        lines.append("• งานที่เกินกำหนดและยังไม่มีผู้รายงาน ระบบจะสรุปให้ในแชตนี้")
    else:
        lines.append("• เรื่องที่เกี่ยวกับหน้าที่ของท่าน ระบบจะแจ้งในแชตนี้ในเวลาทำการ")
    if any(duties.values()):
        lines.append(
            "• ให้ทั้งกองเห็นด้วย: เชิญบัญชีนี้เข้ากลุ่ม LINE ของกอง "
            "ขอรหัสเชิญอีกหนึ่งรหัสจากผู้ดูแลระบบ แล้วพิมพ์รหัสนั้นในกลุ่ม"
        )
    lines.append(f"• ไม่ต้องการรับแล้ว พิมพ์ “{UNLINK_WORDS}”")
    return "ทำอะไรต่อได้บ้าง\n" + "\n".join(lines)


def _link_group(turn: Turn, codes: list[str]) -> Answer:
    """A code that everybody in a group has read is used up, whoever's it was."""
    person = staff_member(turn)
    own = False
    for code in codes:
        if use_in_group(turn.session, turn.agency_id, code, person, turn.now):
            own = True
        else:
            turn.guesses.wrong()
    if person is None or not own:
        return _say(_NOT_HERE)
    headed = [one for one, is_head in duties_of(turn.session, person).items() if is_head]
    if not headed:
        return _say(_NOT_HERE)
    group = meet(turn.session, turn.agency_id, ContactKind.GROUP, turn.inbound.chat_id)
    if len(headed) == 1:
        return _belongs(turn, person, group, headed[0])
    return _ask_which(turn, person, group, headed)


def _ask_which(turn: Turn, person: Person, group: Contact, headed: list[UUID]) -> Answer:
    """The code is used up; what it stood for is in the buttons, for half an hour."""
    names = [f"{number}. {_name(turn, one)}" for number, one in enumerate(headed, start=1)]
    choices = tuple(
        Choice(
            label=name,
            say=name,
            data=_data(turn, LinkTap(LinkVerb.LINK_GROUP, person.id, one, group.id)),
        )
        for name, one in zip(names, headed, strict=True)
    )
    asked = "ท่านเป็นหัวหน้าหลายส่วนราชการ ให้แจ้งงานของส่วนราชการใดในกลุ่มนี้คะ กดเลือกภายใน 30 นาที\n"
    return Answer([Menu(title="เชื่อมกลุ่มนี้", text=asked + "\n".join(names), choices=choices)])


def _belongs(turn: Turn, person: Person, group: Contact, division_id: UUID) -> Answer:
    link_group(turn.session, group, division_id)
    audit.record_deed(turn.session, person, "group.linked", f"division:{division_id}", turn.now)
    return _say(
        f"เชื่อมกลุ่มนี้กับ{_name(turn, division_id)}แล้วค่ะ งานที่ครบกำหนดจะแจ้งในกลุ่มนี้ด้วย "
        "ผู้ที่กดปุ่มรายงานได้คือเจ้าหน้าที่ของส่วนราชการนี้ที่เชื่อมบัญชี LINE ของตนแล้ว\n\n"
        "หากไม่ต้องการให้แจ้งในกลุ่มนี้แล้ว หัวหน้าพิมพ์ “เลิกเชื่อมกลุ่ม”",
        DIVISIONS_WORK,
    )


def ask_to_unlink(turn: Turn) -> Answer:
    """Asked before it is done: reminders end with it."""
    person = staff_member(turn)
    if turn.inbound.in_group:
        return _ask_to_unlink_group(turn, person)
    if person is None:
        return _say("บัญชี LINE นี้ไม่ได้เชื่อมกับเจ้าหน้าที่คนใด จึงไม่มีอะไรต้องยกเลิกค่ะ")
    return _confirm(
        turn,
        LinkTap(LinkVerb.UNLINK, person.id),
        "เลิกเชื่อมบัญชี LINE",
        f"บัญชีนี้เชื่อมกับ {person.name} อยู่ หากเลิกเชื่อม ระบบจะไม่ส่งงานและการแจ้งเตือนมาในแชตนี้อีก "
        "และปุ่มรายงานผลเดิมจะใช้ไม่ได้ รายงานที่ส่งไว้แล้วยังอยู่ครบ",
    )


def _ask_to_unlink_group(turn: Turn, person: Person | None) -> Answer:
    if person is None:
        return SILENCE
    group = find_contact(turn.session, turn.agency_id, turn.inbound.chat_id)
    if group is None or group.division_id is None:
        return _say("กลุ่มนี้ไม่ได้เชื่อมกับส่วนราชการใด จึงไม่มีอะไรต้องยกเลิกค่ะ")
    name = _name(turn, group.division_id)
    if not heads(turn.session, person, group.division_id):
        return _say(f"กลุ่มนี้เชื่อมกับ{name}อยู่ ผู้ที่เลิกเชื่อมได้คือหัวหน้าของส่วนราชการนั้น หรือผู้ดูแลระบบค่ะ")
    return _confirm(
        turn,
        LinkTap(LinkVerb.UNLINK_GROUP, person.id, group.division_id, group.id),
        "เลิกเชื่อมกลุ่มนี้",
        f"หากเลิกเชื่อม งานของ{name}จะไม่แจ้งในกลุ่มนี้อีก เจ้าหน้าที่ที่เชื่อมบัญชีของตนไว้ยังได้รับแจ้งในแชตส่วนตัวตามเดิม",
    )


def _confirm(turn: Turn, tap: LinkTap, title: str, text: str) -> Answer:
    keep = LinkTap(LinkVerb.KEEP, tap.person_id, tap.division_id, tap.group_id)
    choices = (
        Choice(label="ยืนยันเลิกเชื่อม", say="ยืนยันเลิกเชื่อม", data=_data(turn, tap)),
        Choice(label="ไม่เลิก", say="ไม่เลิก", data=_data(turn, keep)),
    )
    return Answer([Menu(title=title, text=text, choices=choices)])


def tapped(turn: Turn) -> Answer:
    """A button of ours. Only who began may end it, and only where they began."""
    tap = read_link_tap(turn.session, turn.agency_id, turn.inbound.postback_data, turn.now)
    if tap is None:
        return _say(_OLD)
    person = staff_member(turn)
    if person is None or person.id != tap.person_id:
        return _say(_NOT_YOURS)
    group = None
    if tap.group_id is not None:
        group = find_contact(turn.session, turn.agency_id, turn.inbound.chat_id)
        if group is None or group.id != tap.group_id:
            return _say(_NOT_YOURS)
    match tap.verb:
        case LinkVerb.KEEP:
            return _say("ไม่มีอะไรเปลี่ยน ยังเชื่อมอยู่ตามเดิมค่ะ")
        case LinkVerb.UNLINK:
            return _unlinked(turn, person)
        case _ if group is None or tap.division_id is None:
            return _say(_OLD)
        case _ if not heads(turn.session, person, tap.division_id):
            return _say("ท่านไม่ได้เป็นหัวหน้าของส่วนราชการนี้แล้ว จึงยังไม่มีอะไรเปลี่ยนค่ะ")
        case LinkVerb.LINK_GROUP:
            return _belongs(turn, person, group, tap.division_id)
        case LinkVerb.UNLINK_GROUP:
            return _group_unlinked(turn, person, group, tap.division_id)


def _unlinked(turn: Turn, person: Person) -> Answer:
    unlink(turn.session, person)
    audit.record_deed(turn.session, person, "person.unlinked", f"person:{person.id}", turn.now)
    return _say(
        "เลิกเชื่อมบัญชี LINE นี้แล้วค่ะ ระบบจะไม่ส่งงานและการแจ้งเตือนของเจ้าหน้าที่มาในแชตนี้อีก "
        "ท่านยังถามข้อมูลและแจ้งเรื่องในแชตนี้ได้เหมือนประชาชนทั่วไป หากต้องการเชื่อมใหม่ ขอรหัสเชิญจากผู้ดูแลระบบค่ะ"
    )


def _group_unlinked(turn: Turn, person: Person, group: Contact, division_id: UUID) -> Answer:
    if group.division_id != division_id:
        return _say(_OLD)
    unlink_group(turn.session, group)
    audit.record_deed(turn.session, person, "group.unlinked", f"division:{division_id}", turn.now)
    return _say(
        f"เลิกเชื่อมกลุ่มนี้กับ{_name(turn, division_id)}แล้วค่ะ งานที่ครบกำหนดจะไม่แจ้งในกลุ่มนี้อีก "
        "หากต้องการเชื่อมใหม่ ให้หัวหน้าพิมพ์รหัสเชิญของตนในกลุ่มนี้"
    )


def _name(turn: Turn, division_id: UUID) -> str:
    division = get_division(turn.session, turn.agency_id, division_id)
    return "" if division is None else division.name


def _data(turn: Turn, tap: LinkTap) -> str:
    return make_link_tap(turn.session, turn.agency_id, tap, turn.now)


def _say(text: str, *choices: Choice) -> Answer:
    messages: list[Message] = [Text(text=text, choices=choices)]
    return Answer(messages)
