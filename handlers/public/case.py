"""What the holder of a code does with a case: adds, asks, withdraws, reopens, rates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Response, current_app, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from domain.calendar import bangkok_day
from domain.states import IllegalMove
from handlers.context import now, services
from handlers.once import Once
from handlers.public.blueprint import public
from handlers.public.guard import agency, language
from handlers.public.pages import address, form_text, render
from handlers.public.track import case_page, held_code, show_case, ticket_ended
from handlers.public.words import refusal_words
from handlers.uploads import MOST_FILES, clean_uploads, describe_files, seal_files
from models.complaint import Complaint, find_by_receipt
from models.complaint_reporter import (
    add_to_complaint,
    comment_on_outcome,
    rate_complaint,
    reopen_complaint,
    withdraw_complaint,
)
from models.complaint_web import files_of_token, files_token, hold_case, new_draft_token

_EXTENSION = "prongsai-public-deeds"
_MOST_WORDS = 5000
_STARS = ("1", "2", "3", "4", "5")
Deed = Callable[[Session, Complaint], None]


def _deeds() -> Once[bool]:
    found = current_app.extensions.setdefault(_EXTENSION, Once(timedelta(minutes=30)))
    if not isinstance(found, Once):
        raise TypeError("another extension took the name")
    return found


def _do(deed: Deed, done: str, *, typed: dict[str, str] | None = None) -> Response:
    """Run one verb on the case behind the ticket, once however often the page is sent."""
    code = held_code()
    if code is None:
        return ticket_ended((typed or {}).get("text", ""))
    name = f"{agency().id}/{request.form.get('deed') or new_draft_token()}"
    first = _deeds().put(name, True, now())  # claimed before it is done: a second tap may be near
    error, status = "", 200
    try:
        with services().db.writing() as session:
            complaint = hold_case(session, agency().id, code)
            if complaint is None:
                return ticket_ended()
            if first:
                deed(session, complaint)
    except IllegalMove:
        # It was closed, withdrawn or taken up again since the page was shown.
        error, status = "case.not_now", 409
    except BaseException:
        _deeds().drop(name)
        raise
    with services().db.reading() as session:
        complaint = find_by_receipt(session, agency().id, code)
        if complaint is None:
            return ticket_ended()
        page = case_page(session, complaint, code)
    told = {"error": error, "typed": typed or {}} if error else {"done": done}
    return show_case(page, status=status, **told)


def _say_error(error: str, **told: object) -> Response:
    """Nothing was done: the page again, with what was typed."""
    code = held_code()
    if code is None:
        typed = told.get("typed")
        return ticket_ended(typed.get("text", "") if isinstance(typed, dict) else "")
    with services().db.reading() as session:
        complaint = find_by_receipt(session, agency().id, code)
        if complaint is None:
            return ticket_ended()
        page = case_page(session, complaint, code)
    return show_case(page, error=error, status=422, **told)


@public.get("/<slug>/track/<any(add,withdraw,reopen,rate,show):_step>")
def track_again(_step: str) -> AnyResponse:
    """Somebody loaded the address of a step by itself."""
    return redirect(address("track"))


@public.post("/<slug>/track/show")
def show_again() -> Response:
    """Back from a question that was answered with no."""
    return _do(lambda _session, _complaint: None, "")


@public.post("/<slug>/track/add")
def add_to_case() -> Response:
    """Words, evidence, or a question that wants an answer."""
    text, asks = form_text("text"), request.form.get("asks") == "yes"
    typed = {"text": text, "asks": "yes" if asks else ""}
    code = held_code()
    if code is None:
        return ticket_ended(text)
    if len(text) > _MOST_WORDS:
        return _say_error("error.too_long", typed=typed)
    with services().db.reading() as session:
        complaint = find_by_receipt(session, agency().id, code)
        if complaint is None:
            return ticket_ended(text)
        before = files_of_token(
            session, agency().id, f"case/{complaint.id}", request.form.get("kept", "")
        )
    cleaned, refused = clean_uploads(request.files.getlist("files"), MOST_FILES - len(before))
    today = bangkok_day(now())
    sealed = seal_files(services().blobs, agency().id, cleaned, today)
    if refused:
        with services().db.writing() as session:
            ids = [*before, *describe_files(session, agency().id, sealed, today)]
            kept = files_token(session, agency().id, f"case/{complaint.id}", ids) if ids else ""
        words = [refusal_words(one, language()) for one in refused]
        return _say_error(
            "case.refused", typed=typed, refused=words, kept=kept, kept_count=len(ids)
        )
    if not sealed and not before and not any(mark.isalnum() for mark in text):
        return _say_error("case.nothing", typed=typed)

    def deed(session: Session, complaint: Complaint) -> None:
        ids = [*before, *describe_files(session, agency().id, sealed, today)]
        add_to_complaint(session, complaint, text, ids, now(), asks=asks)

    return _do(deed, "case.asked" if asks else "case.added", typed=typed)


@public.post("/<slug>/track/withdraw")
def withdraw() -> Response:
    if request.form.get("sure") != "yes":
        if held_code() is None:
            return ticket_ended()
        return render(
            "withdraw.html", ticket=request.form.get("ticket", ""), deed=new_draft_token()
        )
    return _do(
        lambda session, complaint: withdraw_complaint(session, complaint, now()), "case.gone"
    )


@public.post("/<slug>/track/reopen")
def reopen() -> Response:
    text = form_text("text")
    if len(text) > _MOST_WORDS:
        return _say_error("error.too_long", typed={"reason": text})

    def deed(session: Session, complaint: Complaint) -> None:
        reopen_complaint(session, complaint, now(), text or None)

    return _do(deed, "case.reopened", typed={"reason": text, "text": text})


@public.post("/<slug>/track/rate")
def rate() -> Response:
    stars, text = request.form.get("stars", ""), form_text("text")
    if stars not in _STARS and not text:
        return _say_error("case.no_stars")
    if len(text) > _MOST_WORDS:
        return _say_error("error.too_long", typed={"comment": text})

    def deed(session: Session, complaint: Complaint) -> None:
        if stars in _STARS:
            rate_complaint(session, complaint, int(stars), now())
        if text:
            comment_on_outcome(session, complaint, text, now())

    return _do(deed, "case.rated", typed={"comment": text, "text": text})
