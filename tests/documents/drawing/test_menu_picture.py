"""The menu's picture, looked at as LINE and as a weak eye would."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from PIL import Image

from documents.drawing import DOORS, MENU_HEIGHT, MENU_WIDTH, Area, areas, draw_menu

pytestmark = pytest.mark.any_engine

LONG = "องค์การบริหารส่วนตำบลศรีสว่างวงศ์ทุ่งใหญ่หนองน้ำใส อำเภอเมืองนครศรีธรรมราช จังหวัดนครศรีธรรมราช"


def opened(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn)).convert("RGB")


@pytest.mark.parametrize("agency", ["อบต.บางพระ", LONG, "ก" * 200])
def test_the_picture_has_the_size_and_weight_that_line_takes(agency: str) -> None:
    drawn = draw_menu(agency)
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) < 1_000_000
    assert opened(drawn).size == (MENU_WIDTH, MENU_HEIGHT) == (2500, 1686)


def test_the_same_name_gives_the_same_bytes_and_another_name_others() -> None:
    assert draw_menu("อบต.บางพระ") == draw_menu("อบต.บางพระ")
    assert draw_menu("อบต.บางพระ") != draw_menu("เทศบาลตำบลมะขาม")


def test_a_name_is_words_and_never_code() -> None:
    assert draw_menu("#panic() $x$ *a* \\ {}") != draw_menu("")


def test_six_doors_lie_side_by_side_and_leave_no_gap() -> None:
    found = areas()
    assert len(found) == len(DOORS) == 6
    for row in (found[:3], found[3:]):
        assert row[0].x == 0
        assert row[-1].x + row[-1].width == MENU_WIDTH
        assert all(left.x + left.width == right.x for left, right in pairwise(row))
        assert len({(one.y, one.height) for one in row}) == 1
    assert found[0].y + found[0].height == found[3].y
    assert found[5].y + found[5].height == MENU_HEIGHT
    # On a phone 390 points wide a door is more than twice the 44 points that a finger needs.
    assert all(min(one.width, one.height) * 390 / MENU_WIDTH > 88 for one in found)


def test_the_doors_differ_in_name_deed_and_icon() -> None:
    for what in ([door.choice.label for door in DOORS], [door.choice.data for door in DOORS]):
        assert len(set(what)) == 6
        assert all(what)
    assert len({door.icon for door in DOORS}) == 6


@pytest.mark.parametrize("number", range(6))
def test_a_weak_eye_can_read_every_door(number: int) -> None:
    """WCAG AA: 4.5 to 1, for the name and for the line below it."""
    area = areas()[number]
    below = 0.57  # of the height: the icon is above
    top = area.y + int(area.height * below)
    name = (area.x + 40, top, area.x + area.width - 40, top + 140)
    hint = (area.x + 40, top + 155, area.x + area.width - 40, area.y + area.height - 40)
    picture = opened(draw_menu("อบต.บางพระ"))
    for box in (name, hint):
        assert contrast_in(picture.crop(box)) >= 4.5


def contrast_in(part: Image.Image) -> float:
    """Between the ground, the commonest colour, and the ink, the next commonest."""
    colours = sorted(part.getcolors(part.width * part.height) or [], reverse=True)
    (_, ground), (count, ink) = colours[0], colours[1]
    assert count > part.width * part.height * 0.01, "there are no words here"
    light, dark = sorted((luminance(ground), luminance(ink)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: object) -> float:
    assert isinstance(colour, tuple)
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("area", areas())
def test_no_word_touches_the_edge_of_its_door(area: Area) -> None:
    picture = opened(draw_menu(LONG))
    inset = 30  # the card begins 18 pixels inside the area
    left, right = area.x + inset, area.x + area.width - inset
    top, bottom = area.y + 100, area.y + area.height - 100
    for column in (left, right - 1):
        assert len(picture.crop((column, top, column + 1, bottom)).getcolors() or []) == 1
