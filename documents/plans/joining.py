"""Rows of tables put together to measures: headings repeat, and pages cut rows in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from documents.blocks import Block, TableRow
from documents.plans.codes import Code, read_code, read_code_cell
from documents.plans.columns import (
    Extra,
    Header,
    Role,
    header_of,
    header_of_two_rows,
    is_score_header,
)
from documents.plans.divisions import names_somebody
from documents.plans.headings import (
    Heading,
    Title,
    covers_others,
    heading_alone,
    indicator_alone,
    instrument_in,
    read_title,
)
from documents.plans.rows import by_role, is_below_the_table, says_nothing
from documents.plans.text import APART, squeeze
from domain import ita
from domain.plan import Column

_MARKED_ROW = re.compile(r"^\s*\(?[๐-๙0-9]{1,4}\s*[.)]?\s*$")
_LIST_NUMBER = re.compile(r"^\s*(?:[๐-๙0-9]{1,2}\s*[.)]|[-•–])")
_THAI = re.compile(r"[ก-๎]")
_ALIKE = 0.85
# What a row under a merged title may have of its own and still tell of the same activity.
_NAMES: frozenset[Role] = frozenset(
    {Column.TITLE, *(Extra.NUMBER, Extra.INDICATOR, Extra.ISSUE, Extra.INSTRUMENT, Extra.CODE)}
)


@dataclass
class RawMeasure:
    """One measure's cells, put together over its rows."""

    cells: dict[Role, str]
    lines: list[int]
    heading: Heading | None
    heading_is_own: bool
    title: str
    code: Code | None
    marked: bool
    table: int
    joined: bool = False
    number: str = field(init=False)

    def __post_init__(self) -> None:
        self.number = squeeze(self.cells.get(Extra.NUMBER, "")).strip(".()")


class Joiner:
    """Feed it a document's rows; it gives each measure once the next one begins."""

    def __init__(self, fiscal_year: int | None) -> None:
        self._fiscal_year = fiscal_year
        self._header: Header | None = None
        self._headings: set[tuple[str, ...]] = set()  # of all header rows so far
        self._table: int | None = None
        self._foreign: int | None = None  # a table without measures
        self._below: int | None = None  # the table below whose rows signatures stand
        self._row_above: TableRow | None = None  # one that was no content
        self._heading: Heading | None = None
        self._heading_lines: list[int] = []
        self._current: RawMeasure | None = None
        self._page_begins = False  # nothing stood between the header and this row
        self._all_marked = True
        self.headers: dict[int, int] = {}  # the last row of each table's first header
        self.reached: dict[int, int] = {}  # the last row of content of each table

    def measures(self, blocks: Iterable[Block]) -> Iterator[RawMeasure]:
        for block in blocks:
            if isinstance(block, TableRow):
                done = self._row(block)
                if done is not None:
                    yield done
        if self._current is not None:
            yield self._current

    def _row(self, row: TableRow) -> RawMeasure | None:
        if self._is_header(row):
            return None
        if is_score_header(row.cells):
            self._foreign = row.table
        header = self._header
        if header is None or not self._belongs(row, header):
            self._row_above = row
            return None
        if says_nothing(row.cells):
            return None
        if is_below_the_table(row.cells, header, already=self._below == row.table):
            self._below = row.table
            return None
        self._row_above = None
        begins, self._page_begins = self._page_begins, False
        cells = by_role(row.cells, header)
        if not cells:
            return None
        self.reached[row.table] = row.number
        return self._content(row, cells, begins)

    def _is_header(self, row: TableRow) -> bool:
        printed = tuple(squeeze(cell) for cell in row.cells)
        above = self._row_above
        header = header_of(row.cells, self._header if row.table == self._table else None)
        if header is None and above is not None and above.table == row.table:
            header = header_of_two_rows(above.cells, row.cells)
            if header is not None:
                self._headings.add(tuple(squeeze(cell) for cell in above.cells))
                if self.headers.get(row.table) == above.number:
                    self.headers[row.table] = row.number
        if header is None and printed not in self._headings:
            return False
        self._headings.add(printed)
        self._header = header or self._header
        self.headers.setdefault(row.table, row.number)
        self._table, self._foreign, self._below = row.table, None, None
        self._row_above, self._page_begins = row, True
        return True

    def _belongs(self, row: TableRow, header: Header) -> bool:
        """A page may go on without its header, but then with the same columns."""
        if row.table == self._foreign:
            return False
        if row.table == self._table:
            return True
        if len(row.cells) != len(header.roles) or self._is_of_others(row, header):
            self._foreign = row.table
            return False
        self._table, self._page_begins, self._below = row.table, True, None
        return True

    @staticmethod
    def _is_of_others(row: TableRow, header: Header) -> bool:
        """True where the column of divisions says something else: a list of names, a summary."""
        responsible = by_role(row.cells, header).get(Extra.DIVISIONS, "")
        return bool(responsible) and not names_somebody(responsible)

    def _content(
        self, row: TableRow, cells: dict[Role, str], page_begins: bool
    ) -> RawMeasure | None:
        alone = self._heading_of_row(row, cells)
        if alone is not None:
            self._heading = alone
            self._heading_lines.append(row.number)
            return None
        title = read_title(cells.get(Column.TITLE, ""))
        own = title.heading or self._from_columns(cells)
        heading = own or self._heading
        code = self._code(cells, title, heading)
        if own is None and heading is not None and _is_of_another(code, heading):
            heading = None
        name = title.rest
        if code is not None and code.value is not None and Extra.CODE not in cells:
            name = name[code.end :].strip(" .:-–")
        if not name and title.heading is not None:
            name = title.heading.name
        marked = self._is_marked(cells, title, code)
        new = RawMeasure(
            cells, [row.number], heading, own is not None, name, code, marked, row.table
        )
        if self._goes_on(new, page_begins):
            self._join(new, cut_by_page=page_begins)
            return None
        done = self._current
        if done is not None and not name and new.number in ("", done.number):
            # Another activity under a merged title.
            new.title, new.heading, new.code = done.title, done.heading, new.code or done.code
        new.lines = [*self._heading_lines, *new.lines]
        self._heading_lines.clear()
        self._heading = new.heading
        self._all_marked = self._all_marked and (marked or title.heading is not None)
        self._current = new
        return done

    @staticmethod
    def _heading_of_row(row: TableRow, cells: dict[Role, str]) -> Heading | None:
        """A row that is a heading alone: one text over all columns, or one that says so itself."""
        texts = {squeeze(cell): cell.strip() for cell in row.cells if cell.strip()}
        if len(texts) == 1 and sum(bool(cell.strip()) for cell in row.cells) > 2:
            return heading_alone(next(iter(texts.values())))
        if not set(cells) <= {Column.TITLE, Extra.NUMBER}:
            return None
        number, title = cells.get(Extra.NUMBER, ""), cells.get(Column.TITLE, "")
        if number and not _MARKED_ROW.match(number):
            if not title or squeeze(title) == squeeze(number):
                return heading_alone(number)
            number, title = "", f"{number} {title}"
        read = read_title(title)
        if (read.heading is not None and not read.rest) or (
            read.heading is None and covers_others(read.rest)
        ):
            return heading_alone(f"{number.strip(' .()')}. {title}" if number else title)
        return None

    @staticmethod
    def _from_columns(cells: dict[Role, str]) -> Heading | None:
        """The indicator and the instrument, or the issue, where they have columns of their own."""
        instrument = cells.get(Extra.INSTRUMENT, "")
        indicator = indicator_alone(cells.get(Extra.INDICATOR, ""), instrument)
        if indicator is not None:
            return indicator
        for role in (Extra.INDICATOR, Extra.ISSUE):
            if role in cells:
                heading = heading_alone(cells[role])
                named = instrument_in(instrument) or heading.instrument
                return Heading(heading.number, heading.name, named, heading.is_indicator)
        return None

    def _code(self, cells: dict[Role, str], title: Title, heading: Heading | None) -> Code | None:
        number = heading.number if heading is not None and heading.is_indicator else None
        instrument = heading.instrument if heading is not None else None
        instrument = instrument_in(cells.get(Extra.INSTRUMENT, "")) or instrument
        printed = cells.get(Extra.CODE, "").strip()
        if printed:
            return read_code_cell(printed, number, instrument, self._fiscal_year)
        issue = read_code(cells.get(Extra.ISSUE, ""), number, instrument, self._fiscal_year)
        if issue is not None and issue.value is not None:
            return replace(issue, end=0)  # nothing of the title is the code's
        if title.marked:  # "๑. O๑๒ …" has a code, "๑. ๑๒ …" only another number
            return read_code(title.rest, None, None, self._fiscal_year)
        return read_code(title.rest, number, instrument, self._fiscal_year)

    @staticmethod
    def _is_marked(cells: dict[Role, str], title: Title, code: Code | None) -> bool:
        return (
            title.marked or code is not None or bool(_MARKED_ROW.match(cells.get(Extra.NUMBER, "")))
        )

    def _goes_on(self, new: RawMeasure, page_begins: bool) -> bool:
        current = self._current
        if current is None:
            return False
        if new.number and current.number and new.number != current.number:
            return False
        if not new.title and new.code is None:
            return page_begins or not self._is_another_activity(new, current, merged=True)
        if self._is_same(new, current):
            return new.table != current.table or not self._is_another_activity(new, current)
        if not page_begins or new.marked or new.heading_is_own:
            return False
        # Where every measure bears a number, one without at a page's head is the last one's rest;
        # so is what names neither a division nor a time.
        return self._all_marked or not self._stands_alone(new)

    @staticmethod
    def _is_same(new: RawMeasure, current: RawMeasure) -> bool:
        if new.code is not None and new.code.value is not None and current.code is not None:
            if new.code.value != current.code.value:
                return False
            return not new.title or not current.title or _alike(new.title, current.title)
        return squeeze(new.title) == squeeze(current.title)

    @staticmethod
    def _is_another_activity(new: RawMeasure, current: RawMeasure, *, merged: bool = False) -> bool:
        """Under one merged title, with its own steps, and its own division or time.

        Where the title is left empty other cells may be merged too, so both must be there.
        """

        def own(role: Role) -> bool:
            text = squeeze(new.cells.get(role, ""))
            return bool(text) and text not in squeeze(current.cells.get(role, ""))

        times = own(Column.SCHEDULE) or own(Column.MONITORING)
        if merged:
            return own(Extra.DIVISIONS) and times
        tells = any(own(role) for role in Column if role not in _NAMES)
        return tells and (own(Extra.DIVISIONS) or own(Column.SCHEDULE))

    def _stands_alone(self, new: RawMeasure) -> bool:
        columns = {Extra.DIVISIONS, Column.SCHEDULE} & set(
            self._header.roles if self._header else ()
        )
        return not columns or any(role in new.cells for role in columns)

    def _join(self, new: RawMeasure, *, cut_by_page: bool) -> None:
        current = self._current
        assert current is not None  # noqa: S101 (asked for by the caller)
        if new.title and not _alike(new.title, current.title[: len(new.title) + 9]):
            current.title = continued(current.title, new.title)
        for role, text in new.cells.items():
            if role in _NAMES:
                continue
            before = current.cells.get(role, "")
            if squeeze(text) in squeeze(before):
                continue
            if not before:
                current.cells[role] = text
            elif role is Extra.DIVISIONS:
                current.cells[role] = f"{before}\n{text}"
            else:
                glued = cut_by_page or new.table != current.table
                current.cells[role] = continued(before, text) if glued else before + APART + text
        current.lines.extend(new.lines)
        current.table = new.table
        current.joined = True


def _is_of_another(code: Code | None, heading: Heading) -> bool:
    """True where a code's letter says that the heading above does not cover its row (O11 under an
    indicator that staff are asked about)."""
    known = None if heading.number is None else ita.indicator(heading.number)
    if code is None or code.value is None or known is None or not heading.is_indicator:
        return False
    return code.value[0] != ita.letter_of(known.instrument)


def _alike(one: str, other: str) -> bool:
    """The same text, read twice by a scan."""
    one, other = squeeze(one), squeeze(other)
    if other.startswith(one):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def continued(before: str, after: str) -> str:
    """A page's end cuts words in two: Thai goes on without a space, a list item on a new line."""
    if not before or not after:
        return before or after
    if _LIST_NUMBER.match(after):
        return f"{before}\n{after}"
    if _THAI.match(before[-1]) and _THAI.match(after[0]):
        return before + after
    return f"{before} {after}"
