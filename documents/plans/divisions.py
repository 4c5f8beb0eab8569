"""The list of responsible divisions as a cell prints it, taken apart.

Nothing is matched to an agency's own divisions here: `domain.divisions` does that, with a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.plans.text import one_line, squeeze
from domain.plan import PlanFlag

# What a division's or a post's name begins with.
_HEADS = (
    *("สำนัก", "กอง", "งาน", "ฝ่าย", "ส่วน", "หน่วย", "ศูนย์", "โรงเรียน", "กลุ่ม", "แผนก"),
    *("ผู้บริหาร", "ผู้อำนวยการ", "ผอ.", "หน.", "หัวหน้า", "ปลัด", "รองปลัด", "นายก", "รองนายก"),
    *("คณะ", "สภา", "เลขานุการ", "นิติกร", "นักวิ", "นักจัด", "นักพัฒนา", "นักทรัพยากร"),
    *("เจ้าพนักงาน", "เจ้าหน้าที่ทุก", "เจ้าหน้าที่ผู้", "พนักงาน", "บุคลากร", "ทุก"),
)
_HEAD = "|".join(sorted(map(re.escape, _HEADS), key=len, reverse=True))
_BEGINS = re.compile(f"(?:{_HEAD})")
# A head that says nothing alone: the name goes on after a space ("กอง การศึกษา").
_BARE = frozenset(
    {
        *("สำนัก", "กอง", "งาน", "ฝ่าย", "ส่วน", "หน่วย", "ศูนย์", "กลุ่ม", "แผนก", "ทุก"),
        *("ผอ.", "หน.", "หัวหน้า", "ผู้อำนวยการ"),
    }
)
_AND_SO_ON = re.compile(r"(?:เป็นต้น|ฯลฯ)\s*$")
_SEPARATORS = re.compile(
    r"(?:^|\s+)[-–]\s*|[,;•▪●]|/"
    f"|(?<=\\S)[-–](?={_HEAD})"
    r"|(?:ผู้รับผิดชอบ|หน่วยงาน)?(?:หลัก|รอง|ร่วม|สนับสนุน)\s*:"
)
_NUMBERED = re.compile(r"(?:^|(?<=\s))(?:\([๐-๙0-9]{1,2}\)|[๐-๙0-9]{1,2}[.)])\s*(?![๐-๙0-9])")
# "กองสาธารณสุขและสิ่งแวดล้อม" is one division, "กองช่างและกองคลัง" two.
_JOINED = re.compile(f"(?:และ|กับ|ร่วมกับ)(?={_HEAD})")
_EVERY = re.compile(
    r"(?:เจ้าหน้าที่|บุคลากร|พนักงาน)?ทุก(?:ส่วนราชการ|ภารกิจงาน|สำนัก/กอง|สำนักกอง|กอง/สำนัก|หน่วยงาน"
    r"|ส่วนงาน|กอง|สำนัก|ฝ่าย|งาน|คน)"
)
# The names that the law on local government gives to divisions, to be found within a sentence.
_USUAL = re.compile(
    r"สำนัก(?:งาน)?ปลัด(?:เทศบาล|ฯ)?|กองคลัง|กองช่าง|กองการศึกษา|กองสาธารณสุข(?:และสิ่งแวดล้อม)?"
    r"|กองสวัสดิการ(?:สังคม)?|กองวิชาการและแผนงาน|กองยุทธศาสตร์และงบประมาณ|กองการเจ้าหน้าที่"
    r"|กองการประปา|กองส่งเสริมการเกษตร|หน่วยตรวจสอบภายใน"
)
# A cell that tells instead of listing: who does what and sends it where.
_TELLS = re.compile(r"จัดทำ|รวบรวม|ส่งมอบ|ดำเนินการ|รายงาน|มอบหมาย|ประสาน|ตรวจสอบข้อมูล")
_LONGEST_NAME = 70
_ABBREVIATED = re.compile(r"^[ก-ฮ]{2,4}\.$")  # สป.
# Second halves of usual names: "กองการศึกษา, ศาสนาและวัฒนธรรม" is one division.
_SECOND_HALF = re.compile(r"^(?:และ|ศาสนา|วัฒนธรรม|สิ่งแวดล้อม|เทศบาล|ฯ|\()")
_THAI = re.compile("[ก-๎]")
# In brackets, and in "ทุกสำนัก/กอง", these part nothing.
_HIDDEN = str.maketrans("/,", "\u2044\u201a")
_SHOWN = str.maketrans("\u2044\u201a", "/,")


@dataclass(frozen=True)
class PrintedDivisions:
    names: tuple[str, ...]
    flags: tuple[str, ...] = ()


def names_a_division(cell: str) -> bool:
    """True for a cell that begins with a division as the law names it."""
    text = squeeze(cell)
    return bool(_USUAL.match(text) or _EVERY.match(text))


def names_somebody(cell: str) -> bool:
    """True when some name in a cell begins as those of divisions and posts do."""
    return any(_BEGINS.match(name) for name in split_divisions(cell).names)


def split_divisions(cell: str) -> PrintedDivisions:
    """The names in a cell, in order, each once, OCR's spaces taken out of them."""
    text = one_line(cell) and cell.strip()
    if not text:
        return PrintedDivisions(())
    flags: list[str] = []
    if _AND_SO_ON.search(text):
        flags.append(PlanFlag.DIVISIONS_OPEN)
        text = _AND_SO_ON.sub("", text).rstrip()
    whole = squeeze(text)
    if _TELLS.search(whole):
        flags.append(f"{PlanFlag.DIVISION_UNCLEAR}:{one_line(text)}")
        names = _named_within(whole)
        if names:
            return PrintedDivisions(names, tuple(flags))
    found: list[str] = []
    for piece in _SEPARATORS.split(_NUMBERED.sub(",", _shielded(_unbroken(text)))):
        names_here, unsure = _names_in(piece)
        if found and names_here and _SECOND_HALF.match(names_here[0]):
            found[-1] += names_here.pop(0)
        found += names_here
        flags += [f"{PlanFlag.DIVISION_UNCLEAR}:{name}" for name in unsure]
    unique = {squeeze(name): name for name in reversed(found)}
    result = tuple(dict.fromkeys(unique[squeeze(name)] for name in found))
    for name in result:
        if not _BEGINS.match(name) or len(name) > _LONGEST_NAME:
            flags.append(f"{PlanFlag.DIVISION_UNCLEAR}:{name}")
    return PrintedDivisions(result, tuple(dict.fromkeys(map(str, flags))))


_UNITS = "(?:สำนัก|กอง|ฝ่าย|ส่วนราชการ|ส่วนงาน|ส่วน|หน่วยงาน|งาน)"
_SLASHED = re.compile(rf"ทุก\s*{_UNITS}(?:\s*/\s*(?:ทุก)?\s*{_UNITS}(?=[\s/,]|$))+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BROKEN = re.compile(f"(?:^|(?<=\\s))({'|'.join(map(re.escape, _BARE))})\\s*\\n\\s*")


def _unbroken(text: str) -> str:
    """A name whose head stands at the end of a line goes on in the next."""
    return _BROKEN.sub(lambda found: found[1], text)


def _shielded(text: str) -> str:
    """Hide what looks like a separator and is none."""

    def hidden(found: re.Match[str]) -> str:
        return squeeze(found[0]).translate(_HIDDEN)

    return _SLASHED.sub(hidden, _IN_BRACKETS.sub(hidden, text))


def _names_in(piece: str) -> tuple[list[str], list[str]]:
    """The names in a piece without separators, and those that a line's end may have joined."""
    names: list[str] = []
    unsure: list[str] = []
    for at_line, line in enumerate(piece.split("\n")):
        for at_token, part in enumerate(part for token in line.split() for part in _parts(token)):
            if not names or _begins_a_name(part, names[-1]):
                names.append(part)
                continue
            joint = "" if _is_thai_joint(names[-1], part) else " "
            names[-1] += joint + part
            if at_line and not at_token and not _goes_on(part, names[-1][: -len(part)]):
                unsure.append(_cleaned(names[-1]))
    if len(names) > 1 and names[-1] in _BARE:  # "ทุกภารกิจ งาน"
        names[-2:] = [names[-2] + names[-1]]
    cleaned = [_cleaned(one) for one in names]
    return [one for one in cleaned if one], unsure


def _is_thai_joint(before: str, after: str) -> bool:
    return bool(_THAI.match(before[-1]) and _THAI.match(after[0]))


def _goes_on(part: str, before: str) -> bool:
    """True where a line surely breaks within a name."""
    return _SECOND_HALF.match(part) is not None or before.endswith("และ") or before in _BARE


def _begins_a_name(part: str, before: str) -> bool:
    if before in _BARE or before.count("(") > before.count(")"):
        return False
    return bool(_BEGINS.match(part))


def _parts(token: str) -> list[str]:
    """A token cut where ``และ`` joins two divisions, and before a bracket."""
    parts = _JOINED.split(token)
    return [part for one in parts for part in re.split(r"(?=\()", one) if part]


def _cleaned(name: str) -> str:
    name = name.translate(_SHOWN)
    name = re.sub(r"(?:และ|กับ|ร่วมกับ)$", "", name)
    name = re.sub(r"\s*\(", " (", name)
    name = name.strip(" :")
    return name if _ABBREVIATED.match(name) else name.strip(" .")


def _named_within(text: str) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for pattern in (_EVERY, _USUAL):
        for found in pattern.finditer(text):
            names[found[0]] = None
    return tuple(names)
