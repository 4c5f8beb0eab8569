"""Whose plan it is, and for which year: read from what stands around the tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from documents.blocks import Block, Paragraph
from documents.plans.columns import header_of, is_score_header
from documents.plans.scores import score_tables
from documents.plans.text import mend_spaces, one_line
from domain.digits import arabic_digits
from domain.plan import PlanFlag, PlanHead

_AGENCY = re.compile(
    r"(?P<kind>เทศบาล(?:ตำบล|เมือง|นคร)|องค์การบริหารส่วน(?:ตำบล|จังหวัด)|อบ[ตจ]\.|(?<![ก-๎])ท[ตมน]\.)"
    r"\s?(?P<name>(?!ใน|ที่|ของ|และ|ประจำ)[ก-๎]{2,40})"
)
# What follows a name without a space.
_BEHIND_A_NAME = re.compile(r"(?<=..)(?:ประจำปี|อำเภอ|จังหวัด|ได้(?:ดำเนิน|จัด|รับ)|ขอรายงาน).*$")
_SHORT_KINDS = {
    "อบต.": "องค์การบริหารส่วนตำบล",
    "อบจ.": "องค์การบริหารส่วนจังหวัด",
    "ทต.": "เทศบาลตำบล",
    "ทม.": "เทศบาลเมือง",
    "ทน.": "เทศบาลนคร",
}
_YEAR = r"(25[0-9]{2}|20[2-9][0-9]|[4-9][0-9])(?![0-9])(?!\s*[-–]\s*[0-9])(?! ?(?:คน|ครั้ง|คะแนน|ปี))"
_FOR_THE_YEAR = re.compile(
    r"(?:ประจำ\s*ปี|ปี\s*งบ\s*ประมาณ)\s*(?:งบ\s*ประมาณ)?\s*(?:พ\s*\.?\s*ศ\s*\.?)?\s*:?\s*" + _YEAR
)
# Less sure: a plan's title may say no more than "ปี ๗๐" or "พ.ศ. ๒๕๗๐".
_SOME_YEAR = re.compile(r"(?:ปี\s*(?:พ\s*\.?\s*ศ\s*\.?)?|พ\s*\.?\s*ศ\s*\.?)\s*" + _YEAR)
_SUBJECT = re.compile(r"^เรื่อง\s+")
_TELLS_A_PLAN = re.compile(r"มาตรการ|แผน|รายงานผล|คุณธรรม")
_NAMES_A_PLAN = re.compile(r"มาตรการ|แผน(?!แม่บท|ยุทธศาสตร์)")
_OF_THE_ASSESSMENT = re.compile(r"ผลการประเมิน|คะแนน|การประเมิน\s*(?:ITA|คุณธรรม)")
_GOES_ON = re.compile(r"^(?:ประจำ\s*ปี|ของ|ปี\s*งบ|รอบ|พ\.\s*ศ)")
_UNFINISHED = re.compile(r"(?:และ|หรือ|ของ|เพื่อ|ใน|การ)$")
_LONGEST_TITLE = 300


def read_head(blocks: Iterable[Block]) -> PlanHead:
    """Agency, fiscal year, title and scores. Rows before a sheet's header count as sentences."""
    kept = list(_until_too_long(blocks))
    texts = [one for one in map(_sentence, kept) if one]
    agency, year = _agency(texts), _fiscal_year(texts)
    flags = []
    if agency is None:
        flags.append(str(PlanFlag.AGENCY_MISSING))
    if year is None:
        flags.append(str(PlanFlag.YEAR_MISSING))
    return PlanHead(agency, year, _title(texts), score_tables(kept), tuple(flags))


_MOST_BLOCKS = 20_000


def _until_too_long(blocks: Iterable[Block]) -> Iterable[Block]:
    """A sheet's rows of content are not kept: its head stands above the header."""
    for count, block in enumerate(blocks):
        if count >= _MOST_BLOCKS:
            return
        yield block


def head_of_sheet(blocks: Iterable[Block]) -> PlanHead:
    """The same for a spreadsheet: its sentences stand above the header, scores may stand below.

    Rows of content are not kept, however many there are.
    """

    def kept() -> Iterable[Block]:
        above, of_scores = True, False
        for block in blocks:
            if isinstance(block, Paragraph):
                yield block
                continue
            if is_score_header(block.cells):
                of_scores = True
            elif header_of(block.cells) is not None:
                above = of_scores = False
            if above or of_scores:
                yield block

    return read_head(kept())


def _sentence(block: Block) -> str:
    if isinstance(block, Paragraph):
        return one_line(block.text)
    filled = [one_line(cell) for cell in block.cells if cell.strip()]
    # A line of a form ("ปีงบประมาณ พ.ศ." | "2570") is a sentence, a row of a table is none.
    return " ".join(filled) if len(filled) <= 2 else ""


def _agency(texts: list[str]) -> str | None:
    """The name that is printed most often: it heads every page and ends every letter."""
    printed: dict[str, Counter[str]] = {}
    for text in texts:
        for match in _AGENCY.finditer(mend_spaces(text)):
            kind, name = match["kind"], _BEHIND_A_NAME.sub("", match["name"])
            whole = _SHORT_KINDS.get(kind, kind) + name
            printed.setdefault(whole, Counter())[kind + name] += 1
    if not printed:
        return None
    most = max(forms.total() for forms in printed.values())
    found = min((one for one, forms in printed.items() if forms.total() == most), key=len)
    return found if found in printed[found] else printed[found].most_common(1)[0][0]


def _fiscal_year(texts: list[str]) -> int | None:
    """The first year that the document says its plan is for, else the first that it names at all.

    A report also names the year of the assessment that it follows from.
    """
    lines = _with_their_rest(texts)
    subjects = [text for text in lines if _SUBJECT.match(text)]
    for pattern, candidates, of_the_plan in (
        (_FOR_THE_YEAR, subjects, False),
        (_FOR_THE_YEAR, lines, True),
        (_FOR_THE_YEAR, lines, False),
        (_SOME_YEAR, [text for text in lines if len(text) <= _LONGEST_TITLE], True),
    ):
        for text in candidates:
            year = _year_in(arabic_digits(text), pattern, of_the_plan=of_the_plan)
            if year is not None:
                return year
    return None


def _year_in(text: str, pattern: re.Pattern[str], *, of_the_plan: bool) -> int | None:
    before = 0
    for found in pattern.finditer(text):
        leading = text[before : found.start()]
        before = found.end()
        plans = [one.start() for one in _NAMES_A_PLAN.finditer(leading)]
        assessed = [one.start() for one in _OF_THE_ASSESSMENT.finditer(leading)]
        if of_the_plan and (not plans or max(assessed, default=-1) > max(plans)):
            continue
        year = int(found[1])
        return 2500 + year if year < 100 else year + 543 if year < 2400 else year
    return None


def _with_their_rest(texts: list[str]) -> list[str]:
    """Lines, and what a line that breaks off goes on with."""
    joined: list[str] = []
    for text in texts:
        goes_on = joined and (_GOES_ON.match(text) or _UNFINISHED.search(joined[-1]))
        if goes_on and len(joined[-1]) + len(text) < _LONGEST_TITLE:
            joined[-1] = f"{joined[-1]} {text}"
        else:
            joined.append(text)
    return joined


def _title(texts: list[str]) -> str:
    lines = _with_their_rest(texts)
    for text in lines:
        if _SUBJECT.match(text):
            return _SUBJECT.sub("", text)[:_LONGEST_TITLE]
    for text in lines:
        if _TELLS_A_PLAN.search(text) and len(text) <= _LONGEST_TITLE:
            return text
    return ""
