"""Two reports of the same thing: near each other and alike, or alike in so many words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.likeness import COORDINATES, compare, coordinates_in, distance

HERE = (13.361100, 100.984700)  # latitude, longitude
A_METRE = 1 / 111_195  # of latitude, in degrees


def report(what: str, where: str = "", metres_north: float | None = None) -> dict[str, str]:
    answers = {"what": what, "where": where}
    if metres_north is not None:
        answers[COORDINATES] = f"{HERE[0] + metres_north * A_METRE:.6f},{HERE[1]:.6f}"
    return answers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (report("ถนนเป็นหลุมหน้าวัด", "", 0), report("หลุมใหญ่บนถนน รถล้มบ่อย", "", 60)),
        (report("ไฟถนนดับ", "", 0), report("ไฟส่องสว่างถนนดับหลายวันแล้ว", "", 120)),
        (report("ถนนหน้าวัดเป็นหลุม", "หน้าวัดกลาง"), report("ถนนหน้าวัดกลางเป็นหลุมลึก", "หน้าวัดกลาง")),
    ],
)
def test_the_same_thing_is_seen(one: dict[str, str], other: dict[str, str]) -> None:
    assert compare(one, other).same
    assert compare(other, one).same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (report("ไฟถนนดับ", "", 0), report("ไฟถนนดับ", "", 400)),  # another lamp
        (report("ไฟถนนดับ", "", 0), report("หมาจรจัดไล่กัดคน", "", 5)),  # another thing there
        (report("ถนนหน้าวัดเป็นหลุม", "หน้าวัดกลาง"), report("น้ำประปาไม่ไหล", "ซอย 3")),
        (report("ไฟดับ", "ซอย 1"), report("", "")),
        (report("", "", 0), report("", "", 0)),
    ],
)
def test_something_else_is_told_apart(one: dict[str, str], other: dict[str, str]) -> None:
    assert not compare(one, other).same


def test_distances_are_metres_on_the_earth() -> None:
    assert distance(HERE, HERE) == 0
    north = (HERE[0] + 100 * A_METRE, HERE[1])
    assert distance(HERE, north) == pytest.approx(100, abs=0.5)
    assert distance((0, 179.9999), (0, -179.9999)) == pytest.approx(22.2, abs=0.5)


@given(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
def test_any_two_places_have_one_distance(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one), abs=1e-3)
    assert 0 <= distance(one, other) <= 20_020_000


@given(st.dictionaries(st.sampled_from(["what", "where", COORDINATES]), st.text(max_size=80)))
def test_anything_can_be_compared_with_anything(answers: dict[str, str]) -> None:
    likeness = compare(answers, report("ไฟถนนดับ", "ซอย 5", 0))
    assert 0 <= likeness.words <= 1 + 1e-9


def test_coordinates_are_read_as_a_place_writes_them() -> None:
    assert coordinates_in("วัดกลาง หมู่ 1 (13.361100, 100.984700)") == "13.361100,100.984700"
    assert coordinates_in("(-13.361100, -100.984700)") == "-13.361100,-100.984700"
    for words in ("วัดกลาง", "โทร (081, 234)", "", "(13.3, 100.9) หน้าวัด"):
        assert coordinates_in(words) == ""
