"""The form of a report: what was typed into it, and what is wrong with that."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from flask import request

from handlers.public.drafts import (
    FIELDS,
    MOST_CHARACTERS,
    MOST_OF_A_NAME,
    MOST_OF_A_PHONE,
    Draft,
    Eye,
    Eyes,
    asks_for_place,
)
from handlers.public.pages import form_text
from models.complaint import ComplaintKind, IdentityMode

_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)", re.ASCII)


@dataclass(frozen=True)
class Typed:
    """``errors`` are keys of phrases by the field that they belong to, in the form's order."""

    draft: Draft
    errors: dict[str, str] = field(default_factory=dict)


def kind_of_form() -> ComplaintKind | None:
    try:
        return ComplaintKind(request.form.get("kind", ""))
    except ValueError:
        return None


def read_form(kind: ComplaintKind, eyes: Eyes, before: Draft | None) -> Typed:
    """``before`` is what the draft held: its files stay, unless they were ticked off."""
    dropped = set(request.form.getlist("drop"))
    mode = request.form.get("mode", "")
    draft = Draft(
        kind=kind,
        answers={key: form_text(key) for key in FIELDS[kind]},
        coordinates=_place(form_text("coordinates")) if asks_for_place(kind) else "",
        files=tuple(one for one in (before.files if before else ()) if one.id not in dropped),
        mode=mode if mode in set(IdentityMode) else "",
        agreed=request.form.get("agreed") == "yes",
        divisions=_ticked("division", eyes.divisions),
        people=_ticked("person", eyes.people),
    )
    if not draft.is_anonymous:
        draft = replace(draft, name=form_text("name"), phone=form_text("phone"))
    return Typed(draft, _errors(draft))


def _place(text: str) -> str:
    """What our own script wrote, or nothing."""
    found = _PLACE.fullmatch(text)
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        return ""
    return text


def _ticked(name: str, offered: Iterable[Eye]) -> tuple[str, ...]:
    known = {one.id for one in offered}
    return tuple(dict.fromkeys(one for one in request.form.getlist(name) if one in known))


def _errors(draft: Draft) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not any(mark.isalnum() for mark in draft.answers["what"]):
        errors["what"] = "error.what"
    for key, text in draft.answers.items():
        if len(text) > MOST_CHARACTERS[key]:
            errors[key] = "error.too_long"
    if not draft.mode:
        errors["mode"] = "error.mode"
    elif not draft.is_anonymous:
        errors |= _errors_of_person(draft)
    return errors


def _errors_of_person(draft: Draft) -> dict[str, str]:
    errors: dict[str, str] = {}
    if draft.mode == IdentityMode.NAMED.value and not draft.name:
        errors["name"] = "error.name"
    if len(draft.name) > MOST_OF_A_NAME:
        errors["name"] = "error.too_long"
    if len(draft.phone) > MOST_OF_A_PHONE:
        errors["phone"] = "error.too_long"
    if not draft.agreed:
        errors["agreed"] = "error.agreed"
    return errors
