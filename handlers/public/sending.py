"""Sending a report that was filled in and checked; the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from domain.agency_texts import kind_of_receipt
from domain.calendar import bangkok_day
from domain.case_times import first_answer_by, outcome_by
from domain.ids import show_receipt_code
from domain.states import ComplaintState
from handlers.context import now, services
from handlers.once import Once
from handlers.public import floods
from handlers.public.blueprint import public
from handlers.public.drafts import Draft, can_be_read, eyes_of
from handlers.public.floods import Answered
from handlers.public.form import Typed
from handlers.public.guard import agency, language
from handlers.public.pages import render
from handlers.public.report import gone, show_form, show_summary
from models.complaint import ComplaintKind, IdentityMode, find_by_receipt
from models.complaint_filing import file_complaint
from models.complaint_likeness import JOINABLE
from models.complaint_web import hold_complaint, load_draft, seal_contact, take_draft
from models.office import text_for, ways_of
from models.stored_file import discard_drafted

_EXTENSION = "prongsai-public-receipts"
# A second tap on "send" must show the receipt of the first: nothing else ever can.
_AGAIN = timedelta(minutes=2)
_OPEN = frozenset({ComplaintState.RECEIVED, ComplaintState.IN_REVIEW})


@dataclass(frozen=True)
class Receipt:
    code: str
    kind: ComplaintKind
    mode: str
    joined: bool
    restricted: bool
    first_answer: date
    outcome: date
    opening: str  # the agency's own words, in Thai alone

    @property
    def shown_code(self) -> str:
        return show_receipt_code(self.code)


class NobodyCanRead(Exception):
    """Those who could have left, or were hidden from, since the form was checked."""


def _receipts() -> Once[Receipt]:
    found = current_app.extensions.setdefault(_EXTENSION, Once(_AGAIN))
    if not isinstance(found, Once):
        raise TypeError("another extension took the name")
    return found


@public.post("/<slug>/report/send")
def send_report() -> Response:
    token = request.form.get("draft", "")
    with services().db.reading() as session:
        raw = load_draft(session, agency().id, token, now())
    if raw is None:
        return _sent_already(token)
    draft = Draft.from_json(raw)
    if draft.similar and request.form.get("join") not in ("same", "other"):
        return show_summary(draft, token, errors={"join": "error.join"}, status=422)
    if draft.is_anonymous and not _worked(token):
        return show_summary(draft, token)
    try:
        receipt = _file(token)
    except NobodyCanRead:
        return _unreadable(draft, token)
    if receipt is None:
        return _sent_already(token)
    if draft.is_anonymous:
        floods.note_sent(agency().id)
    return _show(receipt)


def _sent_already(token: str) -> Response:
    """Asked only after the draft was seen to be gone: its receipt was put down before that."""
    receipt = _receipts().get(_name(token), now())
    return gone() if receipt is None else _show(receipt)


def _unreadable(draft: Draft, token: str) -> Response:
    with services().db.writing() as session:
        eyes = eyes_of(session, agency().id, draft.kind)
        if not eyes.anybody and take_draft(session, agency().id, token, now()) is not None:
            discard_drafted(session, agency().id, [one.id for one in draft.files])
    if not eyes.anybody:
        return render("nobody.html", kind=draft.kind, status=409)
    return show_form(Typed(draft, {"hidden": "error.nobody"}), eyes, token, status=409)


def _name(token: str) -> str:
    return f"{agency().id}/{token}"


def _worked(token: str) -> bool:
    ticket, answer = request.form.get("ticket", ""), request.form.get("answer", "")
    return floods.answered(agency().id, token, ticket, answer) is not Answered.NO


def _file(token: str) -> Receipt | None:
    """None where another request of the same moment sent it."""
    try:
        with services().db.writing() as session:
            receipt = _file_draft(session, token)
            if receipt is not None:
                # Before the commit: whoever waits for the draft's row finds the receipt after it.
                _receipts().put(_name(token), receipt, now())
    except BaseException:
        _receipts().drop(_name(token))
        raise
    return receipt


def _file_draft(session: Session, token: str) -> Receipt | None:
    raw = take_draft(session, agency().id, token, now())
    if raw is None:
        return None
    draft = Draft.from_json(raw)
    if not can_be_read(session, agency().id, draft):
        raise NobodyCanRead
    joins = _joins(session, draft)
    code = file_complaint(session, agency().id, draft.finished(joins), None, now())
    if draft.mode == IdentityMode.CONFIDENTIAL.value and (draft.name or draft.phone):
        filed = find_by_receipt(session, agency().id, code)
        if filed is not None:
            seal_contact(session, filed, draft.name, draft.phone)
    today, ways = bangkok_day(now()), ways_of(session, agency().id)
    return Receipt(
        code=code,
        kind=draft.kind,
        mode=draft.mode,
        joined=joins is not None,
        restricted=bool(draft.divisions or draft.people),
        first_answer=first_answer_by(today, ways),
        outcome=outcome_by(today, ways),
        opening=_opening(session, draft),
    )


def _opening(session: Session, draft: Draft) -> str:
    if language() != "th":
        return ""
    key = kind_of_receipt(draft.kind.value, anonymous=draft.is_anonymous)
    return text_for(session, agency().id, key, agency=agency().name)


def _joins(session: Session, draft: Draft) -> UUID | None:
    """What the sender said it repeats, unless that was closed meanwhile."""
    if not draft.similar or request.form.get("join") != "same":
        return None
    first = hold_complaint(session, agency().id, UUID(draft.similar))
    if first is None or first.state not in _OPEN or first.kind not in JOINABLE:
        return None
    return first.id


def _show(receipt: Receipt) -> Response:
    return render("receipt.html", receipt=receipt)
