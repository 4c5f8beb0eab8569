"""Which column of a plan's table is which. Every office words its headings a little differently."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from documents.plans.divisions import names_a_division
from documents.plans.text import squeeze
from domain.plan import Column


class Extra(StrEnum):
    """Columns that say something else than `domain.plan.Column`."""

    NUMBER = "number"
    INDICATOR = "indicator"
    ISSUE = "issue"  # what covers several measures: ประเด็น, ด้าน, มิติ
    INSTRUMENT = "instrument"
    CODE = "code"
    DIVISIONS = "divisions"
    START = "start"  # the first day of a time whose last day stands beside it
    SCORE = "score"
    OTHER = "other"  # a budget, a remark


Role = Column | Extra

# The first that fits wins: "สรุปผลการดำเนินการตามมาตรการ" is a result, though it names measures.
_RULES: tuple[tuple[re.Pattern[str], Role], ...] = tuple(
    (re.compile(pattern), role)
    for pattern, role in (
        (r"^(?:ที่|ลำดับ(?:ที่)?|อันดับ(?:ที่)?|no\.?|ข้อ(?:ที่)?)$", Extra.NUMBER),
        (r"^(?:ค่า|ผล)?คะแนน|^ร้อยละ", Extra.SCORE),
        (
            r"รับผิดชอบ|^หน่วยดำเนินการ|^ผู้ดำเนินการ|^เจ้าภาพ"
            r"|^(?:หน่วยงาน|ส่วนราชการ|ส่วนงาน|สำนัก/กอง|กอง/สำนัก)(?:หลัก|ที่เกี่ยวข้อง|เจ้าของเรื่อง)?$",
            Extra.DIVISIONS,
        ),
        (r"ผลสำเร็จ|ผลลัพธ์|ความสำเร็จ|ประโยชน์ที่ได้รับ|ผลที่คาดว่า", Column.SUCCESS),
        (r"ข้อเสนอ|อุปสรรค|แนวทางแก้ไข|ข้อสังเกต", Column.RECOMMENDATION),
        (r"^รอบ(?:การ)?รายงาน", Column.SCHEDULE),
        (r"กำกับติดตาม|ติดตามผล|การติดตาม|^การรายงาน", Column.MONITORING),
        (r"^(?:วัน(?:ที่)?)?เริ่ม(?:ต้น)?(?:ดำเนินการ)?$", Extra.START),
        (
            r"^(?:ระยะ)?เวลา|ระยะเวลา|กำหนดเวลา|กำหนดวัน|กำหนดแล้ว|กำหนดส่ง|แล้วเสร็จ|ห้วงเวลา"
            r"|ช่วงเวลา|วันครบ|ปฏิทิน|วันเดือนปี|^(?:วัน(?:ที่)?)?สิ้นสุด",
            Column.SCHEDULE,
        ),
        (r"ขั้นตอน|วิธีการ|วิธีดำเนิน|วิธีปฏิบัติ|แนวทางการดำเนิน|แนวทางปฏิบัติ", Column.STEPS),
        (r"^(?:สรุป|รายงาน)?ผล|การดำเนินการ$", Column.RESULT),
        (r"^เครื่องมือ", Extra.INSTRUMENT),
        (r"^(?:รหัส|ข้อคำถามที่)", Extra.CODE),
        (r"^(?:ชื่อ|รายละเอียด)?ตัวชี้วัด", Extra.INDICATOR),
        (r"^(?:มิติ|ด้าน|หมวด|องค์ประกอบ|ประเด็นยุทธศาสตร์|ยุทธศาสตร์|กลยุทธ์)(?:ที่)?$", Extra.ISSUE),
        (
            r"มาตรการ|กิจกรรม|โครงการ|ประเด็น|แนวทาง|รายการ|ข้อคำถาม|เรื่อง|แผนงาน",
            Column.TITLE,
        ),
        (r"งบประมาณ|หมายเหตุ|วงเงิน|เป้าหมาย|หลักฐาน|เอกสาร|วัตถุประสงค์", Extra.OTHER),
    )
)
_LONGEST_HEADING = 90
_SHORT = 40
# A year, a round and the number of a second division stand in headings too.
_HEADING_FIGURES = re.compile(
    r"(?:ประจำ)?ปี(?:งบประมาณ)?(?:พ\.?ศ\.?)?[๐-๙0-9]{2,4}|รอบ(?:ที่)?[๐-๙0-9]{1,2}(?:เดือน)?"
    r"|(?:(?<=ร่วม)|(?<=รับผิดชอบ))\(?[๐-๙0-9]\)?$"
)
# Any other figure is content: a date, a list's number, "ตัวชี้วัดที่ ๑๐".
_FIGURE = re.compile(r"[๐-๙0-9]")
_MONTH = (
    r"(?:ม\.?ค|ก\.?พ|มี\.?ค|เม\.?ย|พ\.?ค|มิ\.?ย|ก\.?ค|ส\.?ค|ก\.?ย|ต\.?ค|พ\.?ย|ธ\.?ค)\.?"
    r"|(?:มกรา|มีนา|พฤษภา|กรกฎา|สิงหา|ตุลา|ธันวา)คม|(?:เมษา|มิถุนา|กันยา|พฤศจิกา)ยน|กุมภาพันธ์"
)
# Twelve or four narrow columns to tick instead of one that says when.
_PERIOD = re.compile(rf"ไตรมาส(?:ที่)?[๑-๔1-4]|(?:เดือน)?(?:{_MONTH})(?:[๐-๙0-9]{{2}}|[๐-๙0-9]{{4}})?")
_MEASURE = re.compile(r"มาตรการ|กิจกรรม|โครงการ")
_TITLE_WORDS = re.compile(r"มาตรการ|กิจกรรม|โครงการ|ประเด็น|แนวทาง")
_TELLS_RESULTS = re.compile(r"^(?:สรุป|รายงาน|ผล)")


def role_of(heading: str) -> Role | None:
    text = squeeze(heading).lower()
    if not text or len(text) > _LONGEST_HEADING:
        return None
    text = _HEADING_FIGURES.sub("", text)
    if _FIGURE.search(text):
        return None
    for pattern, role in _RULES:
        if pattern.search(text):
            return role
    return None


def period_of(heading: str) -> str:
    """The months that a heading names and a mark below it means; else nothing."""
    text = squeeze(heading)
    return text if _PERIOD.fullmatch(text) else ""


@dataclass(frozen=True)
class Header:
    """The roles of a table's columns, in order; `None` where a heading says nothing known."""

    roles: tuple[Role | None, ...]
    cells: tuple[str, ...]

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(map(period_of, self.cells))

    @property
    def filled(self) -> int:
        return sum(bool(cell.strip()) for cell in self.cells)

    def has(self, role: Role) -> bool:
        return role in self.roles


_TELLING: frozenset[Role] = frozenset(
    {
        Column.STEPS,
        Column.SCHEDULE,
        Column.MONITORING,
        Column.RESULT,
        Column.SUCCESS,
        Extra.DIVISIONS,
    }
)
# Hardly a measure's own words.
_SURE: frozenset[Role] = frozenset({Column.SCHEDULE, Extra.DIVISIONS})


def header_of(cells: Sequence[str], active: Header | None = None) -> Header | None:
    """The header that a row is, or `None` for a row of content.

    A table of measures names the measure (or at least the steps), and something that a plan tells
    of it. Almost every heading must be known, so that a row of content that happens to say
    ผู้รับผิดชอบ is not taken for one; below an ``active`` header a row must look like it.
    """
    filled = [cell for cell in cells if cell.strip()]
    roles = [Column.SCHEDULE if period_of(cell) else role_of(cell) for cell in cells]
    known = [role for role in roles if role is not None]
    if len(filled) < 2 or len(known) * 4 < len(filled) * 3:
        return None
    if any(role is None and _is_content(cell) for role, cell in zip(roles, cells, strict=True)):
        return None
    titled = _with_a_title(cells, roles)
    if Column.TITLE not in titled or not _TELLING & set(titled):
        return None
    header = Header(tuple(titled), tuple(cells))
    if len(filled) == 2 and not (_MEASURE.search("".join(filled)) and _SURE & set(titled)):
        return None  # "เรื่อง | รายงานผลตามแผน" of a memo
    return header if active is None or _is_like(header, active) else None


def _is_like(header: Header, active: Header) -> bool:
    """True for a second header; a sparse row of content may happen to use its words."""
    if _SURE & set(active.roles) and not _SURE & set(header.roles):
        return False
    if header.filled * 4 >= active.filled * 3:
        return True
    filled = [cell for cell in header.cells if cell.strip()]
    return None not in header.roles and all(len(squeeze(cell)) <= _SHORT for cell in filled)


def _is_content(cell: str) -> bool:
    return bool(_FIGURE.search(cell)) or names_a_division(cell)


def _with_a_title(cells: Sequence[str], roles: Sequence[Role | None]) -> list[Role | None]:
    """One heading names the measure; of several the one that says so."""
    found = list(roles)
    if Column.TITLE not in found:
        at = _stands_for_title(cells, found)
        if at is None:
            return found
        found[at] = Column.TITLE
    places = [at for at, role in enumerate(found) if role is Column.TITLE]
    main = next((at for at in places if _MEASURE.search(squeeze(cells[at]))), places[0])
    for at in places:
        if squeeze(cells[at]) == squeeze(cells[main]):
            continue
        if at < main:
            found[at] = Extra.ISSUE
        elif Column.STEPS not in found:
            found[at] = Column.STEPS
    if Extra.CODE not in found and Extra.INSTRUMENT not in found:
        # Behind the measure, ตัวชี้วัด is what its success is measured by.
        for at, role in enumerate(found):
            if role is Extra.INDICATOR and at > main:
                found[at] = Extra.OTHER
    return found


def _stands_for_title(cells: Sequence[str], roles: Sequence[Role | None]) -> int | None:
    for at, (cell, role) in enumerate(zip(cells, roles, strict=True)):
        text = squeeze(cell)
        if role is Column.STEPS and _TITLE_WORDS.search(text):
            return at
        if role is Column.RESULT and _MEASURE.search(text) and not _TELLS_RESULTS.search(text):
            return at
    # A plan that calls its measures ตัวชี้วัด has no other column for the title.
    if Extra.INDICATOR in roles and len(_TELLING & set(roles)) >= 2:
        return roles.index(Extra.INDICATOR)
    if Column.STEPS in roles and {Extra.DIVISIONS, Column.SCHEDULE} <= set(roles):
        return roles.index(Column.STEPS)
    return None


def header_of_two_rows(above: Sequence[str], below: Sequence[str]) -> Header | None:
    """The header that two rows make: below a heading of several columns stand theirs."""
    pairs = [(up.strip(), down.strip()) for up, down in zip_longest(above, below, fillvalue="")]
    own = [at for at, (up, down) in enumerate(pairs) if down and squeeze(down) != squeeze(up)]
    if len(own) < 2 or any(not _in_group(pairs, at) for at in own):
        return None
    if any(role_of(pairs[at][1]) is None and not period_of(pairs[at][1]) for at in own):
        return None
    return header_of([down or up for up, down in pairs])


def _in_group(pairs: Sequence[tuple[str, str]], at: int) -> bool:
    """True below a merged cell: its text is repeated, or stands in the first column alone."""
    up = pairs[at][0]
    beside = [pairs[next_to][0] for next_to in (at - 1, at + 1) if 0 <= next_to < len(pairs)]
    return not up or any(not text or squeeze(text) == squeeze(up) for text in beside)


def is_score_header(cells: Sequence[str]) -> bool:
    roles = {role_of(cell) for cell in cells if cell.strip()}
    return Extra.SCORE in roles and Extra.INDICATOR in roles and not roles & _TELLING
