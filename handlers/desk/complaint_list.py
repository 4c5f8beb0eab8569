"""The log of complaints: filters that live in the address, a page at a time, kept up to date."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Response, abort, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from domain.calendar import bangkok_day
from domain.states import ComplaintState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_badge import Badge, badge_of
from handlers.desk.case_view import reporter_name
from handlers.desk.complaint_filters import FIELDS, SORT_WORDS, Asked, Choices, read_filters
from handlers.desk.freshness import is_fresh
from handlers.desk.live import piece
from handlers.desk.pages import render
from handlers.desk.permissions import Permission, may
from handlers.desk.viewer import this_person
from handlers.desk.words import word
from models.complaint import ComplaintChannel, ComplaintKind, receipt_marker
from models.complaint_access import hands_out, visible_kinds
from models.complaint_log import Count, LogEntry, log_page
from models.complaint_search import search_page
from models.division import active_divisions
from models.duty import duties_of
from models.log_filters import LogQuery, LogSort, Place
from models.person import Person
from models.saved_view import MOST_VIEWS, views_for

__all__ = ["reporter_name", "shorten"]

PAGE = 30
_SHOWN_OF_TEXT = 80
_CORRUPT = ComplaintKind.CORRUPTION
_SHUT = "เปิดอ่านเพื่อดูเนื้อหา"


@dataclass(frozen=True)
class LogRow:
    id: UUID
    marker: str
    kind: ComplaintKind
    state: ComplaintState
    received_on: date
    channel: ComplaintChannel
    reporter: str
    beginning: str
    badge: Badge | None
    stars: int | None
    assignee: str
    division: str


@dataclass(frozen=True)
class ViewLink:
    id: UUID
    name: str
    shared: bool
    mine: bool  # theirs to change, or an admin's


@dataclass(frozen=True)
class Hands:
    """Into whose hands the viewer may give what is on the page."""

    people: Mapping[str, str]
    divisions: Mapping[str, str]


@dataclass(frozen=True)
class Log:
    """The page as plain data, for a template that runs after the session is closed."""

    asked: Asked
    choices: Choices
    rows: list[LogRow]
    count: Count | None  # on the first page, of what is no search
    looked_to: date | None
    newer: Mapping[str, str] | None
    older: Mapping[str, str] | None
    first_page: bool
    hands: Hands | None
    may_enter: bool  # a report that came by telephone or post
    views: list[ViewLink]
    left_out: bool  # a search that read no report of corruption: the password was given long ago

    @property
    def live(self) -> bool:
        """A search is too dear to be asked again every few seconds."""
        return self.first_page and not self.asked.filters.text

    @property
    def none_at_all(self) -> bool:
        all_asked = not self.asked.is_filtered and self.order in (LogSort.NEWEST, LogSort.OLDEST)
        return not self.rows and self.first_page and all_asked

    @property
    def order(self) -> LogSort:
        return self.asked.filters.order(self.asked.sort)

    @property
    def unsorted(self) -> Mapping[str, str]:
        """The same filters, in an order that passes nothing over."""
        return {name: text for name, text in self.asked.query.items() if name != "sort"}

    @property
    def sort_words(self) -> str:
        return SORT_WORDS[self.order]


@desk.get("/complaints")
def complaints() -> tuple[str, int]:
    with services().db.reading() as session:
        log = read_log(session, this_person(session), request.args)
    return show_log(log)


@desk.get("/complaints/live")
def complaints_live() -> Response:
    """The rows of the first page, for a page that is open. An address that cannot be read is told
    so by the page itself."""
    with services().db.reading() as session:
        given = {name: request.args[name] for name in FIELDS if name in request.args}
        log = read_log(session, this_person(session), given)
    if log.asked.errors or not log.live:
        return Response(status=204)
    return piece("complaint_rows.html", log=log, checked=frozenset())


def show_log(
    log: Log, *, warning: str = "", checked: Collection[str] = (), status: int = 200
) -> tuple[str, int]:
    if log.asked.errors and not warning:
        warning = "บางช่องของตัวกรองอ่านไม่ได้ จึงยังไม่ได้ใช้ช่องนั้น กรุณาแก้ช่องที่มีข้อความสีแดง"
        status = 422
    return render(
        "complaints.html",
        section="desk.complaints",
        log=log,
        asked=log.asked,
        typed=log.asked.typed,
        errors=log.asked.errors,
        sorts=SORT_WORDS,
        named=_named,
        states=list(ComplaintState),
        channels=list(ComplaintChannel),
        most_views=MOST_VIEWS,
        checked=frozenset(checked),
        warning=warning,
        status=status,
    )


def _named(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, word(one)) for one in members]


def read_log(session: Session, person: Person, given: Mapping[str, str]) -> Log:
    asked, choices = read_filters(session, person, given)
    query = LogQuery.of(session, person, asked.filters, asked.sort, bangkok_day(now()))
    fresh = is_fresh()
    left_out = bool(asked.filters.text) and not fresh and _CORRUPT in visible_kinds(person)
    query = replace(query, without_corruption=left_out)
    after = _read_place(query.sort, given["after"]) if "after" in given else None
    before = _read_place(query.sort, given["before"]) if "before" in given else None
    read = search_page if asked.filters.text else log_page
    page = read(session, query, PAGE, after=None if before else after, before=before)
    first_page = after is None and before is None
    return Log(
        asked=asked,
        choices=choices,
        rows=[_row(one, choices, query.today, fresh=fresh) for one in page.rows],
        count=page.count,
        looked_to=page.looked_to,
        newer=_to(asked, "before", page.before),
        older=_to(asked, "after", page.after),
        first_page=first_page,
        hands=_hands(session, person, choices),
        may_enter=may(person.role, Permission.CASES),
        views=[
            ViewLink(one.id, one.name, one.shared, mine) for one, mine in views_for(session, person)
        ],
        left_out=left_out,
    )


def given_in(query: str) -> Mapping[str, str]:
    """An address's filters, as a form carried them."""
    try:
        pairs = parse_qsl(query[:4000], keep_blank_values=False, max_num_fields=50)
    except ValueError:  # no page of ours writes so many
        return {}
    found: MultiDict[str, str] = MultiDict(pairs)
    return {name: found[name] for name in FIELDS if name in found}


def _to(asked: Asked, side: str, place: Place | None) -> Mapping[str, str] | None:
    if place is None:
        return None
    stars = "" if place.stars is None else f"{place.stars}_"
    return {**asked.query, side: f"{stars}{place.day.isoformat()}_{place.id}"}


def _read_place(sort: LogSort, text: str) -> Place:
    parts = text.split("_")
    try:
        stars = int(parts.pop(0)) if sort is LogSort.RATING else None
        day, last = parts
        if stars is not None and not 1 <= stars <= 5:
            raise ValueError
        return Place(date.fromisoformat(day), UUID(last), stars)
    except (ValueError, IndexError):
        abort(404)


def _hands(session: Session, person: Person, choices: Choices) -> Hands | None:
    if hands_out(person):
        offices = active_divisions(session, person.agency_id)
        return Hands(choices.people, {str(one.id): one.name for one in offices})
    if any(duties_of(session, person).values()):  # the head of a division, among its people
        return Hands(choices.people, {})
    return None


def _row(entry: LogEntry, choices: Choices, today: date, *, fresh: bool) -> LogRow:
    opened = entry.opened
    complaint = opened.complaint
    shut = complaint.kind is _CORRUPT and not fresh  # as its own page is
    beginning = shorten(opened.content.get("what", ""), _SHOWN_OF_TEXT)
    return LogRow(
        id=complaint.id,
        marker=receipt_marker(complaint),
        kind=complaint.kind,
        state=complaint.state,
        received_on=complaint.received_on,
        channel=complaint.channel,
        reporter=word(complaint.identity_mode) if shut else reporter_name(opened),
        beginning=_SHUT if shut else beginning,
        badge=badge_of(complaint, today),
        stars=complaint.stars,
        assignee=entry.assignee,
        division=choices.divisions.get(str(complaint.division_id or ""), ""),
    )


def shorten(text: str, length: int) -> str:
    """The beginning of a text on one line, never cut between a consonant and its vowels."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    while length > 1 and unicodedata.category(line[length]) == "Mn":
        length -= 1
    return line[:length].rstrip("เแโใไ ") + "…"
