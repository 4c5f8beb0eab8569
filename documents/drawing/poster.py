"""A poster for the office's wall: the code to scan, what one can do, whom to ring."""

from __future__ import annotations

import re
from urllib.parse import quote

import segno

from documents.drawing.typesetting import typeset

_BASIC_ID = re.compile(r"@[a-zA-Z0-9._-]{2,30}")
_QUIET_ZONE = 4  # modules; what the standard asks for
_CAN_DO = (
    ("question", "ถามเรื่องภาษี ทะเบียน และงานบริการ ได้ทุกเวลา"),
    ("megaphone", "แจ้งถนนชำรุด ไฟดับ น้ำไม่ไหล หรือขยะตกค้าง พร้อมรูปและตำแหน่ง"),
    ("magnifier", "ติดตามเรื่องที่แจ้งไว้ด้วยรหัส 16 หลัก"),
)
_CORRUPTION = (
    "แจ้งเบาะแสทุจริตได้อย่างปลอดภัย",
    "เลือกไม่เปิดเผยตัวตนได้ ระบบจะไม่เก็บสิ่งใดที่โยงเรื่องนี้ถึงบัญชี LINE ของท่าน",
    "เฉพาะเจ้าหน้าที่ผู้รับผิดชอบเรื่องทุจริตเท่านั้นที่เปิดอ่านได้",
)


class BadPoster(ValueError):
    """The poster cannot be drawn as asked; the text says why."""


def add_friend_link(basic_id: str) -> str:
    """The address that makes a LINE account a friend. Raises `BadPoster`.

    Source: LINE, "Use LINE features with the LINE URL scheme": the id is percent-encoded.
    """
    if not _BASIC_ID.fullmatch(basic_id):
        raise BadPoster(f"{basic_id!r} is not a LINE basic id, such as @123abcde")
    return f"https://line.me/R/ti/p/{quote(basic_id, safe='')}"


def draw_poster(agency: str, basic_id: str, contact: str = "") -> bytes:
    """A PDF of one A4 page, readable aloud (PDF/UA). Without ``contact`` there is room to write
    the telephone by hand. Raises `BadPoster`."""
    link = add_friend_link(basic_id)
    data = {
        "agency": agency,
        "basic_id": basic_id,
        "link": link,
        "qr": _picture_of(link),
        "can_do": [{"icon": icon, "words": words} for icon, words in _CAN_DO],
        "corruption": _CORRUPTION,
        "contact": contact.strip(),
    }
    picture = typeset("poster.typ", data, "svg").decode()
    return typeset("poster.typ", {**data, "picture": picture}, "pdf")


def _picture_of(link: str) -> str:
    """A QR code as SVG. One path, so that no seams show between its modules; level H, so that a
    scratched poster still scans."""
    code = segno.make_qr(link, error="h")
    side = code.symbol_size(border=_QUIET_ZONE)[0]
    parts = []
    for y, row in enumerate(code.matrix_iter(border=_QUIET_ZONE)):
        bits = "".join(str(bit) for bit in row)
        for run in re.finditer("1+", bits):
            long = run.end() - run.start()
            parts.append(f"M{run.start()} {y}h{long}v1h-{long}z")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
        f'viewBox="0 0 {side} {side}"><path d="{"".join(parts)}"/></svg>'
    )
