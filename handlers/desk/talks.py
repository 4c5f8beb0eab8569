"""Talking with citizens who asked for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import Response as Piece
from flask import abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields import TextAreaField

from domain import question_words
from domain.messages import Message
from domain.states import IllegalMove, TalkState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.files import FileLink, link_to
from handlers.desk.forms import at_most, filled, stripped
from handlers.desk.live import piece
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import talk as talking
from models.agency import Agency
from models.contact import Contact
from models.notice import tell
from models.person import get_person, names_of
from models.stored_file import files_of_messages
from models.talk import Speaker, TakenBySomebody, Talk

_SHOWN = 100


class WriteForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(
        "ข้อความถึงผู้สนทนา",
        filters=[stripped],
        validators=[filled("กรุณาพิมพ์ข้อความ"), at_most(talking.LONGEST_LINE)],
        description="ผู้สนทนาจะเห็นว่ามาจาก “เจ้าหน้าที่” โดยไม่แสดงชื่อท่าน",
    )


@dataclass(frozen=True)
class Row:
    id: UUID
    marker: str
    state: TalkState
    asked_at: datetime
    touched_at: datetime
    by: str


@dataclass(frozen=True)
class Line:
    speaker: Speaker
    by: str
    at: datetime
    text: str
    files: list[FileLink] = field(default_factory=list)


@dataclass(frozen=True)
class Thread:
    """A talk as plain data, for a template that runs after the session is closed."""

    id: UUID
    marker: str
    state: TalkState
    asked_at: datetime
    ended_at: datetime | None
    person_id: UUID | None
    by: str
    reachable: bool
    out_of_quota: bool
    lines: list[Line]
    viewer_id: UUID

    @property
    def mine(self) -> bool:
        return self.state is TalkState.TALKING and self.person_id == self.viewer_id

    @property
    def live(self) -> bool:
        return self.state is not TalkState.OVER


def marker_of(talk_id: UUID) -> str:
    """By what officers call it: nobody is told who it is."""
    return talk_id.hex[:6].upper()


@desk.get("/talks")
def talks() -> tuple[str, int]:
    return render("talks.html", section="desk.talks", rows=_rows())


@desk.get("/talks/live")
def talks_live() -> Piece:
    """Who waits and who is talked with, while the page is open."""
    return piece("talks_live.html", rows=_rows())


def _rows() -> list[Row]:
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        found = talking.talks_of(session, agency_id, _SHOWN)
        names = names_of(session, agency_id, {one.person_id for one in found if one.person_id})
        return [
            Row(
                one.id,
                marker_of(one.id),
                one.state,
                one.asked_at,
                one.touched_at,
                names.get(one.person_id, "") if one.person_id else "",
            )
            for one in found
        ]


def _thread(session: Session, talk: Talk, viewer_id: UUID) -> Thread:
    agency = session.get_one(Agency, talk.agency_id)
    contact = session.get_one(Contact, (talk.agency_id, talk.contact_id))
    said = talking.words_of_talk(session, talk)
    people = {one.person_id for one, _ in said if one.person_id}
    if talk.person_id is not None:
        people.add(talk.person_id)
    names = names_of(session, talk.agency_id, people)
    files: dict[UUID | None, list[FileLink]] = {}
    for stored in files_of_messages(session, talk.agency_id, [one.id for one, _ in said]):
        files.setdefault(stored.talk_message_id, []).append(link_to(stored))
    return Thread(
        id=talk.id,
        marker=marker_of(talk.id),
        state=talk.state,
        asked_at=talk.asked_at,
        ended_at=talk.ended_at,
        person_id=talk.person_id,
        by=names.get(talk.person_id, "") if talk.person_id else "",
        reachable=contact.reachable,
        out_of_quota=agency.quota_limit is not None
        and (agency.quota_used or 0) >= agency.quota_limit,
        lines=[
            Line(
                one.speaker,
                names.get(one.person_id, "") if one.person_id else "",
                one.said_at,
                text,
                files.get(one.id, []),
            )
            for one, text in said
        ],
        viewer_id=viewer_id,
    )


def _find(session: Session, agency_id: int, talk_id: UUID, *, lock: bool = True) -> Talk:
    talk = talking.get_talk(session, agency_id, talk_id, lock=lock)
    if talk is None:
        abort(404)
    return talk


def _thread_now(talk_id: UUID) -> Thread:
    with services().db.reading() as session:
        person = this_person(session)
        talk = _find(session, person.agency_id, talk_id, lock=False)
        return _thread(session, talk, person.id)


def _show(
    talk_id: UUID, form: WriteForm, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    return render(
        "talk.html",
        section="desk.talks",
        thread=_thread_now(talk_id),
        form=form,
        warning=warning,
        status=status,
    )


@desk.get("/talks/<uuid:talk_id>")
def talk(talk_id: UUID) -> tuple[str, int]:
    return _show(talk_id, WriteForm(formdata=None))


@desk.get("/talks/<uuid:talk_id>/live")
def talk_live(talk_id: UUID) -> Piece:
    """What was said, while the page is open; the field to type in is no part of it."""
    return piece("talk_live.html", thread=_thread_now(talk_id))


def _again(talk_id: UUID) -> Response:
    # Down to where the last word stands, and the field for the next one.
    return redirect(url_for("desk.talk", talk_id=talk_id, _anchor="last"))


_TAKEN = "ยังไม่ได้ทำรายการ เพราะการสนทนานี้มีเจ้าหน้าที่อื่นรับไปแล้ว หรือจบไปแล้ว"


@desk.post("/talks/<uuid:talk_id>/take")
def take_talk(talk_id: UUID) -> tuple[str, int] | Response:
    try:
        seen = UUID(request.form["seen"]) if request.form.get("seen") else None
    except ValueError:
        abort(400)
    try:
        with services().db.writing() as session:
            person = this_person(session)
            found = _find(session, person.agency_id, talk_id)
            talking.take(session, found, person, seen, now())
    except (TakenBySomebody, IllegalMove):
        return _show(talk_id, WriteForm(formdata=None), warning=_TAKEN, status=409)
    flash("รับการสนทนาแล้ว พิมพ์ข้อความถึงผู้สนทนาได้เลย", "success")
    return _again(talk_id)


@desk.post("/talks/<uuid:talk_id>/write")
def write_talk(talk_id: UUID) -> tuple[str, int] | Response:
    form = WriteForm()
    if not form.validate():
        return _show(talk_id, form, warning="ยังไม่ได้ส่ง กรุณาแก้ช่องที่มีข้อความสีแดง", status=422)
    try:
        with services().db.writing() as session:
            person = this_person(session)
            found = _find(session, person.agency_id, talk_id)
            talking.speak(session, found, person, form.text.data, now())
            sent = _push(session, found, question_words.officer_says(form.text.data))
            if not sent:
                raise _Unreachable
    except TakenBySomebody:
        return _show(talk_id, form, warning=_TAKEN, status=409)
    except _Unreachable:
        warning = "ยังไม่ได้ส่ง เพราะผู้สนทนาปิดรับข้อความจากบัญชีนี้แล้ว"
        return _show(talk_id, form, warning=warning, status=409)
    return _again(talk_id)


class _Unreachable(Exception):
    """Nothing is kept of what nobody can be told."""


@desk.post("/talks/<uuid:talk_id>/end")
def end_talk(talk_id: UUID) -> tuple[str, int] | Response:
    try:
        with services().db.writing() as session:
            person = this_person(session)
            found = _find(session, person.agency_id, talk_id)
            holder = get_person(session, person.agency_id, found.person_id or person.id)
            if holder is not None and holder.id != person.id and holder.active:
                raise TakenBySomebody
            talking.end_talk(session, found, now(), person)
            told = _push(session, found, question_words.ended_by_officer())
    except (TakenBySomebody, IllegalMove):
        return _show(talk_id, WriteForm(formdata=None), warning=_TAKEN, status=409)
    flash("จบการสนทนาแล้ว" + (" และแจ้งผู้สนทนาทาง LINE แล้ว" if told else ""), "success")
    return redirect(url_for("desk.talks"))


def _push(session: Session, found: Talk, message: Message) -> bool:
    """The citizen's reply token is long gone by the time a person answers."""
    contact = session.get_one(Contact, (found.agency_id, found.contact_id))
    if not contact.reachable:
        return False
    tell(session, contact, [message], "talk", now())
    return True
