"""A button's words, typed by hand: there are no quick replies on a computer."""

from __future__ import annotations

from domain.taps import Move
from domain.wording.english import ENGLISH
from domain.wording.thai import THAI

_ALSO = {
    "ย้อน": Move.BACK,
    "กลับ": Move.BACK,
    "เลิก": Move.CANCEL,
    "ไปต่อ": Move.NEXT,
    "ไม่มีแล้ว": Move.NEXT,
    "ส่งเรื่อง": Move.CONFIRM,
    "done": Move.NEXT,
    "next": Move.NEXT,
    "go on": Move.NEXT,
    "agree": Move.AGREE,
    "anonymous": Move.ANONYMOUS,
}


def _labelled() -> dict[str, Move]:
    found: dict[str, Move] = {}
    for words in (THAI, ENGLISH):
        label = words.labels
        found |= {
            label.back: Move.BACK,
            label.skip: Move.SKIP,
            label.cancel: Move.CANCEL,
            label.next: Move.NEXT,
            label.resume: Move.CONTINUE,
            label.confirm: Move.CONFIRM,
            label.send: Move.NEXT,
            label.edit: Move.EDIT,
            label.agree: Move.AGREE,
            label.named: Move.NAMED,
            label.confidential: Move.CONFIDENTIAL,
            label.anonymous: Move.ANONYMOUS,
            label.same: Move.SAME,
            label.different: Move.DIFFERENT,
            label.service: Move.SERVICE,
            label.request: Move.REQUEST,
            label.suggestion: Move.SUGGESTION,
            label.general: Move.GENERAL,
        }
    return found


_TYPED = {text.casefold(): move for text, move in (_labelled() | _ALSO).items()}
_DOORS = {
    text.casefold(): move
    for words in (THAI, ENGLISH)
    for text, move in {
        words.labels.ask: Move.ASK,
        words.labels.complain: Move.COMPLAINT,
        words.labels.corruption: Move.CORRUPTION,
        words.labels.track: Move.TRACK,
        words.labels.human: Move.HUMAN,
        words.labels.menu: Move.MENU,
    }.items()
} | {
    "english": Move.ENGLISH,
    "in english": Move.ENGLISH,
    "english please": Move.ENGLISH,
    "speak english": Move.ENGLISH,
    "do you speak english": Move.ENGLISH,
    "ภาษาอังกฤษ": Move.ENGLISH,
    "thai": Move.THAI,
    "ภาษาไทย": Move.THAI,
}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip("?!. ")


def typed_move(text: str) -> Move | None:
    """A move within a report."""
    return _TYPED.get(_plain(text))


def typed_door(text: str) -> Move | None:
    """A door of the menu, or another language."""
    return _DOORS.get(_plain(text))


def means_none(text: str) -> bool:
    """ "No, nothing", as people answer when asked for evidence."""
    bare = _plain(text).removesuffix("ค่ะ").removesuffix("ครับ").removesuffix("คะ").strip()
    return bare in {
        *("ไม่มี", "ไม่มีหลักฐาน", "ไม่มีรูป", "หมดแล้ว", "แค่นี้"),
        *("no", "none", "nothing", "no files"),
    }
