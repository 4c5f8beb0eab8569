"""Coming back with a receipt code. The code is posted, never part of an address or a cookie; the
pages after it carry a sealed ticket that ends after half an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Response, request
from sqlalchemy.orm import Session

from domain.ids import read_receipt_code, receipt_code_is_sound
from handlers.context import now, services
from handlers.public.blueprint import public
from handlers.public.guard import agency
from handlers.public.limits import note_wrong_code, seconds_until_next_guess
from handlers.public.pages import form_text, render, too_fast
from handlers.uploads import MOST_FILES, MOST_MEGABYTES, MOST_TOGETHER_MEGABYTES
from models.complaint import Complaint, EntryKind, find_by_receipt
from models.complaint_reporter import ReporterCase, case_of
from models.complaint_web import code_of_ticket, new_draft_token, ticket_for_code


@dataclass(frozen=True)
class CasePage:
    """A case as plain data, for a template that runs after the session is closed."""

    case: ReporterCase
    ticket: str
    deed: str  # of the page's forms: what was done with it is not done again
    first_answer: date
    outcome: date

    @property
    def may(self) -> frozenset[str]:
        return frozenset(one.value for one in self.case.may)

    @property
    def answered(self) -> bool:
        return any(line.kind is EntryKind.ANSWER for line in self.case.lines)


def case_page(session: Session, complaint: Complaint, code: str) -> CasePage:
    case = case_of(session, complaint)
    return CasePage(
        case=case,
        ticket=ticket_for_code(session, complaint.agency_id, code, now()),
        deed=new_draft_token(),
        first_answer=case.answer_by,
        outcome=case.outcome_by,
    )


def ask_for_code(error: str = "", *, typed: str = "", status: int = 200) -> Response:
    """``typed``: words that were not taken because the ticket had ended."""
    return render("track.html", error=error, typed=typed, status=status)


def ticket_ended(typed: str = "") -> Response:
    return ask_for_code("track.ended", typed=typed, status=403)


def show_case(page: CasePage, *, status: int = 200, **told: object) -> Response:
    """``told``: what was just done, or why it was not."""
    limits = {"most": MOST_FILES, "each": MOST_MEGABYTES, "together": MOST_TOGETHER_MEGABYTES}
    data: dict[str, object] = {"done": "", "error": "", "refused": [], "kept": "", "typed": {}}
    return render("case.html", page=page, limits=limits, status=status, **(data | told))


def held_code() -> str | None:
    """The code behind the form's ticket."""
    with services().db.reading() as session:
        return code_of_ticket(session, agency().id, request.form.get("ticket", ""), now())


@public.get("/<slug>/track")
def track() -> Response:
    return ask_for_code()


@public.post("/<slug>/track")
def open_case() -> Response:
    wait = seconds_until_next_guess(agency().id)
    if wait:
        return too_fast(wait)
    code = read_receipt_code(form_text("code"))
    if code is None:
        return ask_for_code("track.not_a_code", status=422)
    if not receipt_code_is_sound(code):
        note_wrong_code(agency().id)
        return ask_for_code("track.mistyped", status=422)
    with services().db.reading() as session:
        complaint = find_by_receipt(session, agency().id, code)
        page = None if complaint is None else case_page(session, complaint, code)
    if page is None:
        note_wrong_code(agency().id)
        return ask_for_code("track.unknown", status=404)
    return show_case(page)
