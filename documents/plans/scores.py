"""Tables of ITA scores, checked by the assessment's own weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from documents.blocks import Block, TableRow
from documents.plans.columns import Extra, header_of, is_score_header, role_of
from documents.plans.text import one_line, squeeze
from domain import ita
from domain.digits import arabic_digits
from domain.plan import IndicatorScore, PlanFlag, ScoreTable

_SCORE = re.compile(r"^([0-9]{1,3}(?:\.[0-9]+)?)$")
_SAID = re.compile(r"([0-9]{1,3}\.[0-9]{1,2})\s*คะแนน")
_YEAR = re.compile(r"(?<![0-9])(25[0-9]{2})(?![0-9])")
_WHOLE = re.compile(r"^(?:คะแนน)?(?:รวม|ภาพรวม|โดยรวม)|^ผลคะแนน(?:รวม|ภาพรวม)")
_MEAN = re.compile(r"^(?:คะแนน|ค่า)?เฉลี่ย")  # without the weights: no whole score
_HALF_A_HUNDREDTH = 0.0051
_NEAR = 0.5  # a printed whole score this close was meant for the table, and one of them is wrong
_ALIKE = 0.7


@dataclass(frozen=True)
class _Said:
    """A whole score in a sentence, and the year that stands nearest to it."""

    score: float
    year: int | None


@dataclass
class _Rows:
    ranked: bool  # the first column is a rank, so only the name tells the indicator
    column: int  # of the scores
    year: int | None = None
    rows: list[tuple[int | None, str, float]] = field(default_factory=list)


def score_tables(blocks: Iterable[Block]) -> tuple[ScoreTable, ...]:
    """Every table of the ten indicators' scores, with its year and the whole score as printed.

    The whole score and the year are looked for in the document's sentences: the one whose figure
    the weights give belongs to the table.
    """
    tables: list[_Rows] = []
    texts: list[str] = []
    said: list[_Said] = []
    open_table: int | None = None
    for block in blocks:
        if not isinstance(block, TableRow):
            texts.append(arabic_digits(one_line(block.text)))
            continue
        if is_score_header(block.cells):
            tables.extend(_opened(block.cells))
            open_table = block.table
        elif header_of(block.cells) is not None:
            open_table = None
        elif open_table == block.table and tables:
            said.extend(_take(block.cells, tables[-1]))
    said.extend(_statements(texts))
    return tuple(_table(rows, said) for rows in tables if rows.rows)


def _opened(cells: Sequence[str]) -> Iterator[_Rows]:
    ranked = any(squeeze(cell).startswith("อันดับ") for cell in cells)
    column = next(at for at, cell in enumerate(cells) if role_of(cell) is Extra.SCORE)
    years = _YEAR.findall(arabic_digits(cells[column]))
    yield _Rows(ranked, column, int(years[0]) if years else None)


def _take(cells: Sequence[str], into: _Rows) -> Iterator[_Said]:
    """One row's score; what it says of the whole is a statement like a sentence's."""
    texts = [arabic_digits(one_line(cell)) for cell in cells if cell.strip()]
    name = next((one for one in texts if re.search("[ก-ฮ]", one)), None)
    printed = arabic_digits(one_line(cells[into.column])) if into.column < len(cells) else ""
    score = _SCORE.match(printed) or (_SCORE.match(texts[-1]) if texts else None)
    if score is None or name is None or len(texts) < 2 or not 0 <= float(score[1]) <= 100:
        return
    if _MEAN.match(squeeze(name)):
        return
    if _WHOLE.match(squeeze(name)):
        yield _Said(float(score[1]), into.year)
        return
    number = re.match(r"^(?:ตัวชี้วัดที่ ?)?([0-9]{1,2})(?![0-9])[.):]?\s*", texts[0])
    if number is not None and name == texts[0]:
        name = name[number.end() :]
    into.rows.append((int(number[1]) if number is not None else None, name, float(score[1])))


def _statements(texts: Sequence[str]) -> Iterator[_Said]:
    """Whole scores that sentences name, each with the year named last before it.

    A line may break between the two, so the lines around are looked at when its own names none.
    """
    for at, text in enumerate(texts):
        for score in _SAID.finditer(text):
            before = _YEAR.findall(text[: score.start()])
            around = _YEAR.findall(text[score.end() :])
            for other in (at - 1, at + 1):
                if 0 <= other < len(texts):
                    years = _YEAR.findall(texts[other])
                    around.extend(years[-1:] if other < at else years[:1])
            found = before[-1:] or around[:1]
            yield _Said(float(score[1]), int(found[0]) if found else None)


def _table(rows: _Rows, said: Sequence[_Said]) -> ScoreTable:
    flags: list[str] = []
    scores: list[IndicatorScore] = []
    ranked = rows.ranked or _numbers_are_ranks(rows)
    for number, name, score in rows.rows:
        place = _number(number, name, ranked=ranked)
        known = ita.indicator(place) if place is not None else None
        if known is not None and not ita.same_name(name, known.name):
            flags.append(f"{PlanFlag.INDICATOR_NAME_REPAIRED}:{name}")
            name = known.name
        scores.append(IndicatorScore(place or 0, name, score))
    numbered = [one for one in scores if one.number]
    by_number = {one.number: one.score for one in numbered}
    weighed = ita.overall(by_number) if len(by_number) == len(numbered) else None
    year, printed = _said_of(weighed, said)
    if weighed is None:
        flags.append(PlanFlag.SCORES_DISAGREE)
    elif printed is not None and abs(printed - weighed) > _HALF_A_HUNDREDTH:
        flags.append(f"{PlanFlag.SCORES_DISAGREE}:{weighed:.2f}")
    overall = printed if printed is not None else weighed
    scores.sort(key=lambda one: one.number)
    return ScoreTable(rows.year or year, overall, tuple(scores), tuple(map(str, flags)))


def _numbers_are_ranks(rows: _Rows) -> bool:
    """True where the names stand in another order than the numbers: a table sorted by score."""
    known = [(number, ita.by_name(name)) for number, name, _ in rows.rows]
    told = [one for one in known if one[0] is not None and one[1] is not None]
    return sum(number != one.number for number, one in told if one is not None) * 2 > len(told)


def _number(printed: int | None, name: str, *, ranked: bool) -> int | None:
    """The indicator's number: as printed, or by its name in a table sorted by rank."""
    if not ranked and printed is not None and ita.indicator(printed) is not None:
        return printed
    likeness = {
        one.number: SequenceMatcher(None, squeeze(name), squeeze(one.name)).ratio()
        for one in ita.INDICATORS
    }
    best = max(likeness, key=lambda number: likeness[number])
    return best if likeness[best] >= _ALIKE else None


def _said_of(weighed: float | None, said: Sequence[_Said]) -> tuple[int | None, float | None]:
    if weighed is None:
        # Without the weights only what is said once and for all can belong to the table.
        only = {(one.year, one.score) for one in said}
        return next(iter(only)) if len(only) == 1 else (None, None)
    near = [one for one in said if abs(one.score - weighed) <= _NEAR]
    if not near:
        return None, None
    best = min(near, key=lambda one: (abs(one.score - weighed), one.year is None))
    return best.year, best.score
