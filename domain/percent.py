"""How far something has come, as people write it."""

from __future__ import annotations

import re

from domain.digits import arabic_digits

_MOST = 100
_NUMBER = r"\d{1,3}(?:\.\d{1,2})?"
_UNIT = r"(?:%(?![0-9A-Fa-f]{2})|％|เปอร์เซ็นต์|เปอร์เซนต์|เปอร์เซ็น|เปอร์เซน)"
_ALONE = r"(?<![\d.,+±−–-])"  # what is below nothing, or only an increase, is no share
# "60%", "60 เปอร์เซ็นต์" and "ร้อยละ 60"; "เปอร์เซ็น", as many type it, too.
_SHARE = re.compile(rf"{_ALONE}({_NUMBER})\s*{_UNIT}|ร้อยละ\s*({_NUMBER})(?![\d.]*\d)(?!\s*{_UNIT})")
# "60-70%": of a range the lower end, never more than was said.
_RANGE = re.compile(rf"{_ALONE}({_NUMBER})\s*{_UNIT}?\s*(?:[-–—~]|ถึง)\s*{_NUMBER}\s*({_UNIT})")
# What is still to be done, or a share that is not reached, says not how far it has come …
_NOT_SO_FAR = re.compile(
    r"(?:เหลือ|ค้าง|อีก|ยังขาด|ขาดไป|ไม่ถึง|ไม่เกิน|น้อยกว่า|ต่ำกว่า|เกือบ|จวน|ลดลง|เพิ่มขึ้น"
    r"|ยังไม่(?:ได้)?(?:ทำ|เสร็จ|แล้วเสร็จ|ดำเนินการ))"
    # … unless another clause has begun since.
    r"(?:(?!แล้ว|ทำไป|ทำได้|การไป|การได้|เสร็จ|คืบหน้า|เป็น|ตอนนี้|ขณะนี้|ปัจจุบัน|วันนี้)[^\d\n%]){0,20}$"
)
_OF_THE_REST = re.compile(r"\s*(?:ของ\S{0,12})?\s*ที่(?:ยัง)?(?:เหลือ|ค้าง|ไม่|ขาด)")
_BARE = re.compile(r"\s*(\d{1,3})\s*")
_ANY = re.compile(
    rf"([-−–]?)\s*(\d[\d,]*(?:\.\d+)?)\s*{_UNIT}|ร้อยละ\s*([-−–]?)(\d[\d,]*(?:\.\d+)?)"
)


def percent_in(text: str) -> int | None:
    """The one share of a hundred that a text says has been reached, rounded down; None where it
    says none, or several that differ."""
    clean = _RANGE.sub(r"\1\2", arabic_digits(text))
    found = set()
    for one in _SHARE.finditer(clean):
        value = float(one[1] or one[2])
        before, after = clean[: one.start()], clean[one.end() :]
        if value <= _MOST and not _NOT_SO_FAR.search(before) and not _OF_THE_REST.match(after):
            found.add(int(value))
    return found.pop() if len(found) == 1 else None


def bare_percent(text: str) -> int | None:
    """The share where the text says nothing else, as when a button was typed: "60%", "60"."""
    clean = arabic_digits(text).strip()
    bare = _BARE.fullmatch(clean)
    if bare is not None:
        value = int(bare[1])
        return value if value <= _MOST else None
    whole = _SHARE.fullmatch(clean)
    return None if whole is None else percent_in(clean)


def is_no_share(text: str) -> bool:
    """Whether a text is a percentage and nothing else, but below 0 or above 100."""
    whole = _ANY.fullmatch(arabic_digits(text).strip())
    if whole is None:
        return False
    value = float((whole[2] or whole[4]).replace(",", ""))
    return value > _MOST or (bool(whole[1] or whole[3]) and value > 0)
