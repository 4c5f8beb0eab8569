"""One row of a plan's table: its texts by the role of their columns, and rows that tell nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from documents.plans.columns import Extra, Header, Role
from documents.plans.text import APART, one_line, squeeze
from domain.plan import Column

_NUMBER_ALONE = re.compile(r"^\(?[๐-๙0-9]{1,4}[.)]?$")
_COLUMN_NUMBER = re.compile(r"^\(?[๐-๙0-9]{1,2}\)?$")
# What is ticked or drawn in a column that stands for a month: "✓", "/", "x", "<----->".
_MARK = re.compile(r"^[^ก-๙0-9A-Za-z]+$|^[xXvVPü]$")
_NOTHING = re.compile(r"^[-–—.…_\s]*$")
_DASH = re.compile(r"^[-–—]$")
_BELOW = re.compile(
    r"^\(?\s*(?:ลงชื่อ|ลงนาม)|^\(\s*(?:นาย|นาง|ว่าที่|น\.ส\.)|^หมายเหตุ"
    r"|^(?:รวม|ยอดรวม)(?:ทั้งสิ้น|เงิน|งบประมาณ)?$"
    r"|^ผู้(?:จัดทำ|รายงาน|ตรวจสอบ|อนุมัติ|เห็นชอบ|เสนอ)(?:แผน|รายงาน)?$"
)


def by_role(cells: Sequence[str], header: Header) -> dict[Role, str]:
    """Each role's text; columns of one role stand apart."""
    found: dict[Role, list[str]] = {}
    columns = zip_longest(header.roles, header.periods, cells[: len(header.roles)], fillvalue="")
    for role, period, cell in columns:
        text = cell.strip()
        if not role or not text or (_DASH if period else _NOTHING).match(text):
            continue
        assert isinstance(role, Column | Extra)  # noqa: S101 -- zip_longest knows no types
        if period:
            text = period if _MARK.match(text) else f"{period} {text}"
        elif role is Column.TITLE and _NUMBER_ALONE.match(text) and header.roles.count(role) > 1:
            role = Extra.NUMBER
        pieces = found.setdefault(role, [])
        if text not in pieces:
            pieces.append(text)
    texts = {role: APART.join(pieces) for role, pieces in found.items()}
    if Extra.START in texts and Column.SCHEDULE in texts:
        end = one_line(texts[Column.SCHEDULE])
        texts[Column.SCHEDULE] = f"{one_line(texts.pop(Extra.START))} - {end}"
    return texts


def says_nothing(cells: Sequence[str]) -> bool:
    """An empty row, or "(๑) (๒) (๓)" under the headings."""
    return all(not cell.strip() or _COLUMN_NUMBER.match(cell.strip()) for cell in cells)


def is_below_the_table(cells: Sequence[str], header: Header, *, already: bool) -> bool:
    """A signature, a remark or a sum, in a sheet whose rows are all of one table."""
    texts = dict.fromkeys(squeeze(cell) for cell in cells if cell.strip())
    if already:
        return len(texts) <= max(1, header.filled // 3)
    return len(texts) <= 2 and any(_BELOW.search(text) for text in texts)
