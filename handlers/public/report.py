"""Reporting: the kind, the form, the summary. Only POSTs: an address says nothing of what is
reported, and a browser's history neither."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from domain.calendar import bangkok_day
from domain.consent import CONSENT_VERSION
from domain.states import ComplaintState
from handlers.context import now, services
from handlers.public import floods
from handlers.public.blueprint import public
from handlers.public.drafts import (
    FIELDS,
    MOST_CHARACTERS,
    Draft,
    DraftFile,
    Eyes,
    asks_for_place,
    can_be_read,
    eyes_of,
    hide_from_the_named,
    sounds_corrupt,
)
from handlers.public.form import Typed, kind_of_form, read_form
from handlers.public.guard import agency, language
from handlers.public.pages import address, render
from handlers.public.words import refusal_words
from handlers.uploads import (
    MOST_FILES,
    MOST_MEGABYTES,
    MOST_TOGETHER_MEGABYTES,
    Kept,
    Refusal,
    clean_uploads,
    describe_files,
    seal_files,
)
from models.complaint import ComplaintKind
from models.complaint_likeness import Similar, find_similar
from models.complaint_web import load_draft, new_draft_token, save_draft, take_draft
from models.stored_file import discard_drafted

DOORS = (
    ComplaintKind.SERVICE,
    ComplaintKind.REQUEST,
    ComplaintKind.SUGGESTION,
    ComplaintKind.GENERAL,
)


@public.get("/<slug>/report")
def choose_kind() -> Response:
    return render("kinds.html", doors=DOORS)


@public.get("/<slug>/report/<any(form,check,edit,cancel,send):_step>")
def begin_again(_step: str) -> AnyResponse:
    """Somebody loaded the address of a step by itself."""
    return redirect(address("choose_kind"))


@public.post("/<slug>/report/form")
def begin_report() -> Response:
    kind = kind_of_form()
    if kind is None:
        return render("kinds.html", doors=DOORS, missing=True, status=422)
    with services().db.reading() as session:
        eyes = eyes_of(session, agency().id, kind)
    if not eyes.anybody:
        return render("nobody.html", kind=kind)
    return show_form(Typed(Draft(kind)), eyes, "")


def show_form(
    typed: Typed, eyes: Eyes, token: str, *, refused: list[Refusal] | None = None, status: int = 200
) -> Response:
    return render(
        "form.html",
        draft=typed.draft,
        errors=typed.errors,
        refused=[refusal_words(one, language()) for one in refused or []],
        eyes=eyes,
        token_of_draft=token,
        fields=FIELDS[typed.draft.kind],
        most=MOST_CHARACTERS,
        place=asks_for_place(typed.draft.kind),
        version=CONSENT_VERSION,
        limits={
            "most": MOST_FILES,
            "each": MOST_MEGABYTES,
            "together": MOST_TOGETHER_MEGABYTES,
        },
        status=status,
    )


@public.post("/<slug>/report/check")
def check_report() -> Response:
    kind = kind_of_form()
    if kind is None:
        return render("kinds.html", doors=DOORS, missing=True, status=422)
    token = request.form.get("draft", "")
    with services().db.reading() as session:
        eyes = eyes_of(session, agency().id, kind)
        raw = load_draft(session, agency().id, token, now())
    before = Draft.from_json(raw) if raw is not None else None
    typed = read_form(kind, eyes, before)
    cleaned, refused = clean_uploads(
        request.files.getlist("files"), MOST_FILES - len(typed.draft.files)
    )
    kept = seal_files(services().blobs, agency().id, cleaned, bangkok_day(now()))
    typed, token = _keep(typed, before, kept, token if before else new_draft_token())
    more = "attach" in request.form
    if more and not refused:
        return show_form(Typed(typed.draft), eyes, token)
    if more or refused or typed.errors:
        shown = Typed(typed.draft) if more else typed
        return show_form(shown, eyes, token, refused=refused, status=422)
    return show_summary(typed.draft, token)


def _keep(typed: Typed, before: Draft | None, kept: list[Kept], token: str) -> tuple[Typed, str]:
    """Save what may be saved, and see whether somebody is left who can read it."""
    today = bangkok_day(now())
    draft, errors = typed.draft, dict(typed.errors)
    with services().db.reading() as session:
        draft = hide_from_the_named(session, agency().id, draft, before)
        if not can_be_read(session, agency().id, draft):
            errors["hidden"] = "error.nobody"
        found = None
        if not errors:
            found = find_similar(session, agency().id, draft.kind, draft.content, now())
    with services().db.writing() as session:
        ids = describe_files(session, agency().id, kept, today)
        new = tuple(
            DraftFile(file_id, one.media_type, one.size)
            for file_id, one in zip(ids, kept, strict=True)
        )
        draft = replace(
            draft,
            files=(*draft.files, *new),
            similar=str(found.complaint_id) if found else "",
        )
        dropped = {one.id for one in before.files} if before else set()
        discard_drafted(session, agency().id, list(dropped - {one.id for one in draft.files}))
        # A name waits for consent before it is kept, sealed or not.
        safe = draft if draft.agreed and not errors else draft.without_person()
        save_draft(session, agency().id, token, safe.to_json(), now())
    return Typed(draft, errors), token


@dataclass(frozen=True)
class Same:
    """Somebody else's report, as far as a stranger may know it."""

    received_on: date
    state: ComplaintState
    metres: int | None  # in tens


def _same(draft: Draft) -> Same | None:
    if not draft.similar:
        return None
    with services().db.reading() as session:
        found: Similar | None = find_similar(session, agency().id, draft.kind, draft.content, now())
    if found is None or str(found.complaint_id) != draft.similar:
        return None
    # A phone's own error is larger than the last digit.
    metres = None if found.metres is None else round(found.metres / 10) * 10
    return Same(found.received_on, found.state, metres)


def show_summary(
    draft: Draft, token: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    with services().db.reading() as session:
        eyes = eyes_of(session, agency().id, draft.kind)
    hidden = {*draft.divisions, *draft.people}
    # A challenge that was given before goes on waiting.
    ticket = request.form.get("ticket", "")
    return render(
        "summary.html",
        draft=draft,
        token_of_draft=token,
        fields=FIELDS[draft.kind],
        hidden=[one.name for one in (*eyes.divisions, *eyes.people) if one.id in hidden],
        named=bool(set(draft.named) & set(draft.divisions)),
        corrupt=sounds_corrupt(draft),
        same=_same(draft),
        work=floods.work_for(agency().id, token, ticket) if draft.is_anonymous else None,
        errors=errors or {},
        status=status,
    )


def gone() -> Response:
    """The draft was sent, thrown away, or left for a day."""
    return render("trouble.html", which="gone", status=410)


@public.post("/<slug>/report/edit")
def edit_report() -> Response:
    token = request.form.get("draft", "")
    with services().db.reading() as session:
        raw = load_draft(session, agency().id, token, now())
        if raw is None:
            return gone()
        draft = Draft.from_json(raw)
        if kind_of_form() is ComplaintKind.CORRUPTION:
            draft = replace(draft, kind=ComplaintKind.CORRUPTION)  # to the door of its own
        eyes = eyes_of(session, agency().id, draft.kind)
    if not eyes.anybody:
        return render("nobody.html", kind=draft.kind, kept=True)
    return show_form(Typed(draft), eyes, token)


@public.post("/<slug>/report/cancel")
def cancel_report() -> Response:
    with services().db.writing() as session:
        raw = take_draft(session, agency().id, request.form.get("draft", ""), now())
        if raw is not None:
            files = [one.id for one in Draft.from_json(raw).files]
            discard_drafted(session, agency().id, files)
    return render("cancelled.html")
