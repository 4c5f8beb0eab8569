"""The six doors of the menu: what each says, what it does when tapped, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from domain import wording
from domain.messages import Choice
from domain.taps import Move

MENU_WIDTH, MENU_HEIGHT = 2500, 1686  # pixels; LINE's large menu
_HEADER = 150
_COLUMNS = 3
_ROWS = 2


@dataclass(frozen=True)
class Door:
    """``choice.label`` is its name on the picture. ``types`` is true where words come next, so
    that the keyboard may open; elsewhere the menu makes room for the answer."""

    choice: Choice
    hint: str
    english: str  # a small line below, for who cannot read the others
    icon: str  # a drawing of icons.typ
    types: bool = False
    strong: bool = False  # set apart by its colour


@dataclass(frozen=True)
class Area:
    """A rectangle of the picture, in pixels from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


_LABEL = wording.ENGLISH.labels

DOORS = (
    Door(wording.ASK, "ภาษี ทะเบียน งานบริการ", _LABEL.ask, "question", types=True),
    Door(wording.COMPLAIN, "ถนน ไฟ น้ำ ขยะ และอื่น ๆ", _LABEL.complain, "megaphone"),
    Door(wording.CORRUPTION, "ไม่ต้องบอกชื่อก็ได้", _LABEL.corruption, "shield", strong=True),
    Door(wording.TRACK, "ดูผลด้วยรหัส 16 หลัก", _LABEL.track, "magnifier", types=True),
    Door(wording.HUMAN, "ฝากข้อความถึงเจ้าหน้าที่", _LABEL.human, "person"),
    Door(wording.button("เริ่มต้นใช้งาน", Move.MENU), "ทำอะไรได้บ้าง", "Start · English", "squares"),
)


def areas() -> tuple[Area, ...]:
    """Where each door may be touched: three beside each other, twice, with no gap between."""
    xs = [MENU_WIDTH * column // _COLUMNS for column in range(_COLUMNS + 1)]
    ys = [_HEADER + (MENU_HEIGHT - _HEADER) * row // _ROWS for row in range(_ROWS + 1)]
    return tuple(
        Area(xs[column], ys[row], xs[column + 1] - xs[column], ys[row + 1] - ys[row])
        for row in range(_ROWS)
        for column in range(_COLUMNS)
    )
