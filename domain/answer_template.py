"""Answers that an office gives often: words with places that a case fills in."""

from __future__ import annotations

import re
from collections.abc import Mapping

# In the words of those who write them.
PLACES = {
    "เลขเรื่อง": "เลขเรื่อง เช่น 3F2A9C",
    "วันที่รับ": "วันที่รับเรื่อง",
    "หน่วยงาน": "ชื่อหน่วยงาน",
    "ประเภทเรื่อง": "ประเภทของเรื่อง",
    "กำหนดแจ้งผล": "วันที่ต้องแจ้งผลการดำเนินการ",
    "ส่วนราชการ": "ส่วนราชการที่รับผิดชอบ",
}
_PLACE = re.compile(r"\{([^{}\n]{0,60})\}")
NOTHING = "........"  # what the case does not know, left for the officer to fill in


def unknown_places(text: str) -> list[str]:
    """What stands between braces and is none of `PLACES`, each once, in its order."""
    return list(dict.fromkeys(one for one in _PLACE.findall(text) if one.strip() not in PLACES))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Whatever a value says is not looked at again: a name in braces stays one."""

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        return (values.get(name) or NOTHING) if name in PLACES else found[0]

    return _PLACE.sub(value, text)
