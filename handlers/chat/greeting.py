"""The first word to somebody who added the account: who we are, and what becomes of their words."""

from __future__ import annotations

from domain import rights_words, wording
from domain.consent import CONSENT_VERSION, NOTICE_PATH
from domain.messages import Menu
from domain.taps import Move
from handlers.chat.language import own_words, words_for
from handlers.chat.turn import Answer, Turn
from models.contact import ContactKind, find_contact, meet

_START = wording.button("เริ่มต้นใช้งาน", Move.MENU)  # the sixth door, as on the menu's picture


def followed(turn: Turn) -> Answer:
    """Added as a friend, or unblocked: they can be reached from now on."""
    known = find_contact(turn.session, turn.agency_id, turn.inbound.user_id)
    contact = known or meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
    contact.reachable = True
    if known is not None or turn.inbound.came_back:
        return Answer([_welcome_again(turn)])
    return Answer([wording.plain(_introduction(turn)), _doors(turn)])


def _welcome_again(turn: Turn) -> Menu:
    if words_for(turn) is wording.ENGLISH:
        text = "Welcome back. Type your question, or choose below."
        doors = wording.doors(wording.ENGLISH)
    else:
        text = own_words(turn, "greeting_again")
        doors = (*wording.DOORS, _START)
    return Menu(title=turn.agency.name, text=text, choices=doors)


def _introduction(turn: Turn) -> str:
    return (
        f"{own_words(turn, 'greeting')}\n\n"
        f"ประกาศความเป็นส่วนตัว ฉบับ {CONSENT_VERSION} {_where_to_read(turn)}\n"
        f"ดูหรือลบข้อมูลของท่านได้ทุกเมื่อ พิมพ์ “{rights_words.ASK_TO_SEE}” "
        f"หรือ “{rights_words.ASK_TO_ERASE}”\n\n"
        "For English, type: English"
    )


def _where_to_read(turn: Turn) -> str:
    if not turn.public_url:
        return "ขออ่านได้ที่สำนักงาน"
    return f"อ่านได้ที่ {turn.public_url}{NOTICE_PATH.format(slug=turn.agency.slug)}"


def _doors(turn: Turn) -> Menu:
    return Menu(
        title=turn.agency.name,
        text="พิมพ์คำถามได้เลย หรือเลือกเรื่องที่ต้องการด้านล่างนี้",
        choices=(*wording.DOORS, _START),
    )
