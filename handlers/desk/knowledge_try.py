"""The try-it box: what the bot would make of a message, and why. Nothing typed there is kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request
from sqlalchemy.orm import Session

from domain.first_look import ANSWERED_BEFORE_THE_DOOR, SEARCHED, Taken, look_from_outside
from domain.search import DecisionKind, Explanation
from handlers.context import Explainer, now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import stripped
from handlers.desk.knowledge_edit import article_to_edit
from handlers.desk.knowledge_words import say_fault
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from handlers.shelf import Shelf
from models.knowledge import BadArticle, find_article
from models.knowledge_desk import add_paraphrase
from models.person import Person
from models.question_rules import may_edit_article
from models.question_work import LONGEST_KEPT_QUESTION, names_somebody

_LONGEST = 600  # the search reads no more of a message
_EXTENSION = "prongsai-desk-shelf"

_TAKEN = {
    Taken.RIGHT: "บอทจะถือเป็นการใช้สิทธิเรื่องข้อมูลส่วนบุคคล (ขอดูหรือขอลบข้อมูล) ไม่ใช่คำถาม",
    Taken.MY_WORK: "บอทจะถือว่าเจ้าหน้าที่ขอดูงานของตน ไม่ใช่คำถาม",
    Taken.PERSON: "บอทจะถือว่าขอคุยกับเจ้าหน้าที่ ไม่ใช่คำถาม",
    Taken.CODE: "บอทจะถือเป็นรหัสติดตามเรื่อง ไม่ใช่คำถาม",
    Taken.NOTHING: "ไม่มีตัวอักษรหรือตัวเลข บอทจะตอบด้วยเมนู",
    Taken.DOOR: "บอทจะถือว่าเลือกเมนู ไม่ใช่คำถาม",
    Taken.CORRUPTION: "บอทจะถือเป็นเบาะแสทุจริต ไม่ใช่คำถาม และเสนอทางแจ้งเบาะแสที่ปกปิดตัวตนได้",
    Taken.COMPLAINT: "บอทจะถือเป็นเรื่องร้องเรียน และเสนอทางแจ้งเรื่อง",
    Taken.REQUEST: "บอทจะถือเป็นการขอรับบริการ และเสนอทางแจ้งเรื่อง",
    Taken.STATUS: "บอทจะถือว่าติดตามเรื่องที่แจ้งไว้ ไม่ใช่คำถาม",
    # Greetings and thanks, and letters at random: the bot makes no difference.
    Taken.SMALL_TALK: "บอทไม่พบคำถามหรือเรื่องที่จะแจ้ง จึงไม่ค้นในคลังคำตอบ และตอบด้วยเมนู",
    Taken.QUESTION: "บอทจะถือเป็นคำถาม และค้นในคลังคำตอบ",
    Taken.UNSURE_COMPLAINT: "บอทไม่แน่ใจว่าเป็นคำถามหรือเรื่องร้องเรียน จึงตอบก่อน และเก็บไว้เผื่อกดแจ้งเรื่อง",
    Taken.UNSURE_REQUEST: "บอทไม่แน่ใจว่าเป็นคำถามหรือคำขอบริการ จึงตอบก่อน และเก็บไว้เผื่อกดแจ้งเรื่อง",
}
_KINDS = {
    DecisionKind.ANSWER: "ตอบทันที",
    DecisionKind.SUGGEST: "เสนอให้เลือก",
    DecisionKind.UNKNOWN: "บอกว่ายังไม่มีคำตอบ และส่งให้เจ้าหน้าที่",
}


@dataclass(frozen=True)
class Hit:
    """One entry that was found, with what speaks for it."""

    id: UUID
    question: str
    shared: str
    signs: list[tuple[str, int]]
    editable: bool


@dataclass(frozen=True)
class Tried:
    text: str
    taken: str
    alarming: bool
    decision: str
    look: str
    because: str
    figures: str
    translated: list[tuple[str, str]]
    hits: list[Hit]
    meaning: bool


def _shelf() -> Explainer:
    """The worker's own, where it is in this process; else one that compares words alone."""
    found = services()
    if found.shelf is not None:
        return found.shelf()
    made = current_app.extensions.setdefault(_EXTENSION, Shelf(found.db, None))
    if not isinstance(made, Shelf):
        raise TypeError("another extension took the name")
    return made


def _percent(chance: float) -> int:
    return round(100 * chance)


def _because(found: Explanation) -> str:
    """In words; `_figures` has the numbers."""
    decision = found.decision
    if not decision.hits:
        return "ไม่มีรายการใดในคลังที่มีคำร่วมกับข้อความนี้ จึงส่งให้เจ้าหน้าที่ตอบ"
    if decision.kind is DecisionKind.ANSWER:
        return "บอทมั่นใจว่ารายการแรกด้านล่างตรงกับที่ถาม จึงตอบเอง"
    if decision.kind is DecisionKind.UNKNOWN:
        return "ไม่มีรายการใดใกล้พอ จึงบอกตรง ๆ ว่ายังไม่มีคำตอบ ส่งให้เจ้าหน้าที่ และแสดงเรื่องที่ใกล้ที่สุดไว้ให้เลือก"
    return "บอทยังไม่มั่นใจพอที่จะตอบเอง จึงเสนอเรื่องที่ใกล้ที่สุดให้เลือก"


def _figures(found: Explanation) -> str:
    decision, bounds = found.decision, found.bounds
    right = f"มั่นใจ {_percent(decision.confidence)}% ว่ารายการแรกตรงกับที่ถาม"
    held = f"คาดว่าคลังคำตอบมีเรื่องนี้ {_percent(found.held)}%"
    if not decision.hits:
        return ""
    if decision.kind is DecisionKind.ANSWER:
        return (
            f"{right} (เกณฑ์ {_percent(bounds.answer_at)}%) และ{held} "
            f"(เกณฑ์ {_percent(bounds.sure_at)}%) ถึงเกณฑ์ทั้งสองอย่าง"
        )
    if decision.kind is DecisionKind.UNKNOWN:
        return f"{held} ต่ำกว่าเกณฑ์ {_percent(bounds.suggest_at)}%"
    if decision.confidence < bounds.answer_at:
        return f"{right} ต่ำกว่าเกณฑ์ตอบเอง {_percent(bounds.answer_at)}%"
    return f"{right} แต่{held} ต่ำกว่าเกณฑ์ตอบเอง {_percent(bounds.sure_at)}%"


def _try(text: str) -> Tried:
    look = look_from_outside(text)
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
    searched = look.taken in SEARCHED or look.taken in ANSWERED_BEFORE_THE_DOOR
    shelf = _shelf()
    found = shelf.explain(agency_id, text) if searched else None
    kind = found.decision.kind if found else DecisionKind.UNKNOWN
    decision, because = "", ""
    if searched:
        decision = _KINDS[kind]
        because = _because(found) if found else "ยังไม่มีรายการที่ใช้ได้ในคลังคำตอบ"
    if look.taken in ANSWERED_BEFORE_THE_DOOR:
        if kind is DecisionKind.ANSWER:
            decision = "ตอบก่อน แล้วเสนอทางแจ้งเรื่อง"
        else:
            decision = "เสนอทางแจ้งเรื่อง"
            because = "บอทไม่มั่นใจพอว่าคลังคำตอบมีเรื่องนี้ จึงไม่ตอบก่อน และเสนอทางแจ้งเรื่องเลย"
    with services().db.reading() as session:
        hits = _hits(session, this_person(session), found) if found else []
    return Tried(
        text,
        f"ข้อความนี้{_TAKEN[look.taken]}",
        look.taken is Taken.CORRUPTION,
        decision,
        {"answer": "tag-good", "suggest": "tag-busy", "unknown": "tag-new"}[kind.value],
        because,
        _figures(found) if found else "",
        list(found.translated) if found else [],
        hits,
        shelf.reads_meaning,
    )


def _hits(session: Session, person: Person, found: Explanation) -> list[Hit]:
    hits = []
    for sign in found.signs:
        article = find_article(session, person.agency_id, sign.key)
        if article is None:
            continue
        signs = [("ถ้อยคำใกล้เคียง", _percent(sign.lexical))]
        if sign.meaning is not None:
            signs.append(("ความหมายใกล้เคียง", _percent(sign.meaning)))
        signs.append(("ตรงกับคำที่ชาวบ้านใช้", _percent(sign.bridge)))
        signs.append(("คะแนนรวม", _percent(sign.score)))
        hits.append(
            Hit(
                article.id,
                article.question,
                ", ".join(sign.shared),
                signs,
                may_edit_article(session, person, article.division_id),
            )
        )
    return hits


def _show(
    tried: Tried | None, text: str = "", *, warning: str = "", done: str = "", status: int = 200
) -> tuple[str, int]:
    return render(
        "knowledge_try.html",
        section="desk.knowledge",
        tried=tried,
        text=text,
        most=_LONGEST,
        done=done,
        warning=warning,
        status=status,
    )


@desk.get("/knowledge/try")
def try_knowledge() -> tuple[str, int]:
    return _show(None)


@desk.post("/knowledge/try")
def try_question() -> tuple[str, int]:
    # By POST: an address is kept in the browser's history, and people type names.
    text = stripped(request.form.get("text", ""))[:_LONGEST]
    if not text:
        return _show(None, warning="กรุณาพิมพ์ข้อความที่ต้องการลอง", status=422)
    return _show(_try(text), text)


@desk.post("/knowledge/<uuid:article_id>/paraphrase")
def add_one_paraphrase(article_id: UUID) -> tuple[str, int]:
    text = " ".join(stripped(request.form.get("text", ""))[:_LONGEST].split())
    trouble = ""
    if not text:
        trouble = "กรุณาพิมพ์ข้อความที่ต้องการเพิ่ม"
    elif len(text) > LONGEST_KEPT_QUESTION:
        trouble = f"ยาวเกินไป คำถามแบบอื่นต้องไม่เกิน {LONGEST_KEPT_QUESTION} ตัวอักษร"
    elif names_somebody(text):
        trouble = "มีตัวเลขที่อาจเป็นเบอร์โทรหรือเลขประจำตัว กรุณาลบออกก่อนเพิ่ม"
    done = ""
    if not trouble:
        try:
            with services().db.writing() as session:
                person = this_person(session)
                found = article_to_edit(session, person, article_id)
                added = add_paraphrase(session, person, found, text, now())
                question = found.question
            done = (
                f"เพิ่มเป็นคำถามแบบอื่นของ “{question}” แล้ว ด้านล่างคือผลใหม่"
                if added
                else f"“{question}” มีคำถามแบบนี้อยู่แล้ว"
            )
        except BadArticle as bad:
            trouble = say_fault(bad.fault)
    if trouble:
        tried = _try(text) if text else None
        return _show(tried, text, warning=f"ยังไม่ได้เพิ่ม {trouble}", status=422)
    return _show(_try(text), text, done=done)
