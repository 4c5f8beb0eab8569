"""Searching what is sealed: sketches say which cases surely lack a word; the others are read.

A request looks at `MOST_SKETCHES` sketches and reads `MOST_READ` cases at most; where that was not
enough for a page, the answer says how far it came, and the next request goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from domain.sketch import Sieve, has_all, words_of
from models.complaint_log import FoundRow, LogPage, find_rows, page_of
from models.complaint_sketch import ComplaintSketch, sketch_key
from models.complaint_text import texts_of
from models.log_filters import LogQuery, LogSort, Place, conditions

MOST_SKETCHES = 100_000
MOST_READ = 1_000
_SKETCHES_AT_ONCE = 10_000
_READ_AT_ONCE = 100


@dataclass
class _Search:
    """One request's search, and what it may still do."""

    session: Session
    asked: LogQuery
    forward: bool  # from the oldest on
    sketches: int
    reads: int
    at: Place | None = None  # how far it came

    def matches(self, start: Place | None) -> Iterator[FoundRow]:
        """What holds all the words, in order; ends where nothing is left, or its means are."""
        words = words_of(self.asked.filters.text)
        agency_id = self.asked.viewer.agency_id
        sieve = Sieve(sketch_key(self.session, agency_id), words)
        self.at = start
        while self.sketches > 0:
            step = min(_SKETCHES_AT_ONCE, self.sketches)
            rows = self._next_sketches(step)
            if rows:
                passed = sieve.passes([row[2] for row in rows])
                places = [Place(row[0], row[1]) for row, ok in zip(rows, passed, strict=True) if ok]
                for first in range(0, len(places), _READ_AT_ONCE):
                    if self.reads <= 0:
                        return
                    some = places[first : first + _READ_AT_ONCE]
                    for one in self._read(some, words):
                        self.at = Place(one.complaint.received_on, one.complaint.id)
                        yield one
                    self.at = some[-1]
                self.at = Place(rows[-1][0], rows[-1][1])
            self.sketches -= len(rows)
            if len(rows) < step:
                self.at = None  # all of the log was looked at
                return

    def _next_sketches(self, count: int) -> Sequence[Any]:
        day, key = ComplaintSketch.received_on, ComplaintSketch.complaint_id
        wanted = self.asked.filters
        query = select(day, key, ComplaintSketch.bits).where(
            ComplaintSketch.agency_id == self.asked.viewer.agency_id
        )
        if wanted.first is not None:
            query = query.where(day >= wanted.first)
        if wanted.last is not None:
            query = query.where(day <= wanted.last)
        if self.at is not None:
            here, there = tuple_(day, key), tuple_(self.at.day, self.at.id)
            query = query.where(here > there if self.forward else here < there)
        order = (day, key) if self.forward else (day.desc(), key.desc())
        return self.session.execute(query.order_by(*order).limit(count)).all()

    def _read(self, places: list[Place], words: list[str]) -> list[FoundRow]:
        ids = [one.id for one in places]
        readable = find_rows(self.session, ids, *conditions(self.asked))
        if not readable:
            return []
        self.reads -= len(readable)
        complaints = [one.complaint for one in readable]
        texts = texts_of(self.session, self.asked.viewer.agency_id, complaints)
        for one in complaints:
            self.session.expunge(one)  # a long search must not keep all that it read
        return [one for one in readable if has_all(texts[one.complaint.id], words)]


def search_page(
    session: Session,
    asked: LogQuery,
    limit: int,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> LogPage:
    """As `complaint_log.log_page`, of what holds all the words of the filters' text."""
    turned = before is not None
    forward = (asked.sort is LogSort.OLDEST) is not turned
    search = _Search(session, asked, forward, MOST_SKETCHES, MOST_READ)
    found: list[FoundRow] = []
    ended: Place | None = None
    for one in search.matches(before or after):
        found.append(one)
        if len(found) > limit:
            break
    else:
        ended = search.at
    return page_of(session, asked, found, limit, after=after, before=before, ended=ended)


class SearchIsTooWide(Exception):
    """So many cases may hold the words that reading them all would take too long."""


def search_all(session: Session, asked: LogQuery, most: int, reads: int) -> list[UUID]:
    """The ids of all that hold the words. Raises `SearchIsTooWide`."""
    search = _Search(
        session, asked, asked.sort is LogSort.OLDEST, sketches=10 * MOST_SKETCHES, reads=reads
    )
    ids: list[UUID] = []
    for one in search.matches(None):
        ids.append(one.complaint.id)
        if len(ids) > most:
            return ids
    if search.at is not None:
        raise SearchIsTooWide
    return ids
