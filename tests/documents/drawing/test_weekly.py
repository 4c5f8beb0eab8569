"""The executives' week, looked at as a phone and as a weak eye would."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from documents.drawing.weekly import WIDTH, draw_weekly
from domain.weekly import (
    MOST_DIVISIONS,
    Before,
    DivisionFigures,
    Figures,
    Overdue,
    alt_of,
    folded,
    in_order,
    text_of,
    week_words,
)
from tests.documents.drawing.test_menu_picture import contrast_in

pytestmark = pytest.mark.any_engine

MONDAY, TODAY = date(2023, 3, 13), date(2023, 3, 15)
LONG = "องค์การบริหารส่วนตำบลศรีสว่างวงศ์ทุ่งใหญ่หนองน้ำใส อำเภอเมืองนครศรีธรรมราช จังหวัดนครศรีธรรมราช"
GREEN = (11, 107, 93)


def week(**changed: object) -> Figures:
    plain = Figures(agency="อบต.บางพระ", week_of=MONDAY, counted_on=TODAY, fiscal_year=2566)
    return plain.model_copy(update=changed)


def divisions(count: int, name: str = "กอง") -> tuple[DivisionFigures, ...]:
    return in_order(
        [
            DivisionFigures(name=f"{name} {number}", due=9, on_time=5, late_answers=1, late=3)
            for number in range(count)
        ]
    )


def overdue(count: int, title: str = "คู่มือการใช้ทรัพย์สินของราชการ") -> tuple[Overdue, ...]:
    return tuple(
        Overdue(code="O11", title=title, division="กองคลัง", due_on=TODAY - timedelta(days=90 - at))
        for at in range(count)
    )


FULL = week(
    due=20,
    on_time=10,
    late_answers=4,
    late=8,
    carried=2,
    ahead=12,
    ahead_answered=3,
    divisions=divisions(6),
    overdue=overdue(5),
    before=Before(week_of=MONDAY - timedelta(days=7), share=40, late=9),
)
EXTREME = FULL.model_copy(
    update={
        "agency": LONG * 2,
        "divisions": divisions(20, LONG),
        "overdue": overdue(5, LONG * 3),
        "late": 123_456,
        "carried": 100_000,
    }
)
CASES = {
    "full": FULL,
    "nothing due": week(ahead=9, divisions=(DivisionFigures(name="กองคลัง"),)),
    "one division": week(
        due=4, on_time=4, divisions=(DivisionFigures(name="สำนักปลัด", due=4, on_time=4),)
    ),
    "extreme": EXTREME,
    "code": FULL.model_copy(update={"agency": "#panic() $x$ *a* \\ {}"}),
}
by_case = pytest.mark.parametrize("figures", CASES.values(), ids=CASES)


def opened(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn)).convert("RGB")


@by_case
def test_a_phones_chat_takes_the_picture_and_its_preview(figures: Figures) -> None:
    """LINE, "Image message": 10 MB and 1 MB."""
    original, preview = draw_weekly(figures), draw_weekly(figures, preview=True)
    assert original.startswith(b"\x89PNG")
    assert preview.startswith(b"\x89PNG")
    assert opened(original).width == WIDTH == 1040
    assert len(original) < 10_000_000
    assert len(preview) < 1_000_000
    assert opened(preview).width < WIDTH


@by_case
def test_nothing_touches_the_edge(figures: Figures) -> None:
    picture = opened(draw_weekly(figures))
    for left in (0, picture.width - 20):
        colours = picture.crop((left, 0, left + 20, picture.height)).getcolors() or []
        # The header's ground and the page's, and nothing else.
        assert len([one for one in colours if one[0] > 20]) == 2


@pytest.mark.parametrize("count", [1, 6, MOST_DIVISIONS, 20])
def test_a_long_list_of_divisions_is_folded(count: int) -> None:
    shown = folded(divisions(count))
    assert len(shown) == min(count, MOST_DIVISIONS)
    assert sum(one.late for one in shown) == 3 * count
    assert sum(one.due for one in shown) == 9 * count
    assert (shown[-1].name == "อีก 9 ส่วนราชการ") == (count == 20)


def test_twenty_divisions_make_it_no_higher_than_twelve() -> None:
    def height(count: int) -> int:
        return opened(draw_weekly(FULL.model_copy(update={"divisions": divisions(count)}))).height

    assert height(1) < height(12) == height(20)


def test_the_same_figures_give_the_same_picture_and_others_another() -> None:
    draw_weekly.cache_clear()
    first = draw_weekly(FULL)
    draw_weekly.cache_clear()
    assert draw_weekly(FULL) == first
    assert draw_weekly(FULL.model_copy(update={"late": 9})) != first


def test_a_name_is_words_and_never_code() -> None:
    assert draw_weekly(CASES["code"]) != draw_weekly(FULL)


def test_late_and_on_time_differ_by_more_than_their_colour() -> None:
    """What is on time is plain, what is late is striped: in grey too."""
    bar = opened(draw_weekly(FULL))
    top = next(
        y
        for y in range(250, bar.height)
        if {bar.getpixel((x, y)) for x in range(90, 300, 5)} == {GREEN}
    )
    strip = bar.crop((80, top + 4, 960, top + 36)).convert("L")
    plain = strip.crop((10, 0, 200, 32)).getcolors() or []
    striped = strip.crop((690, 0, 870, 32)).getcolors(10_000) or []
    assert len(plain) == 1
    light = sum(count for count, grey in striped if grey > 200)
    assert light > 0.1 * sum(count for count, _ in striped)


def test_a_weak_eye_can_read_the_header() -> None:
    assert contrast_in(opened(draw_weekly(FULL)).crop((40, 20, 900, 190))) >= 4.5


def test_the_text_says_what_the_picture_shows() -> None:
    said = text_of(FULL, "https://example.go.th")
    for words in (
        "สรุปมาตรการรายสัปดาห์ 13–17 มี.ค. 2566",
        "รายงานตรงเวลา 50% (10 จาก 20 รายการที่ครบกำหนดแล้ว)",
        "รายงานแล้วแต่ช้ากว่ากำหนด 4 รายการ",
        "เกินกำหนดและยังไม่รายงาน 8 รายการ (ค้างจากปีงบประมาณก่อน 2)",
        "ยังไม่เลยกำหนด 12 รายการ (รายงานล่วงหน้าแล้ว 3)",
        "เกินกำหนดลดลงจาก 9 เป็น 8 รายการ · ตรงเวลาเพิ่มขึ้นจาก 40 เป็น 50%",
        "• กอง 0: ตรงเวลา 5 จาก 9 เกินกำหนด 3",
        "1. O11 คู่มือการใช้ทรัพย์สินของราชการ (กองคลัง) เกินกำหนด 90 วัน",
        "ดูรายละเอียดได้ที่ https://example.go.th/desk/weekly",
    ):
        assert words in said
    for figure in ("50%", "8 รายการ", "12 รายการ", "อบต.บางพระ"):
        assert figure in alt_of(FULL)
    assert "ไม่มีรายการเกินกำหนด" in text_of(CASES["one division"])
    assert "ยังไม่มีรายการครบกำหนด" in text_of(CASES["nothing due"])


def test_nearly_all_is_not_all() -> None:
    assert week(due=1000, on_time=999).share == 99
    assert week(due=1000, on_time=1000).share == 100
    assert week().share is None


def test_the_longest_text_is_one_that_line_takes() -> None:
    assert len(text_of(EXTREME).encode("utf-16-le")) // 2 <= 5000


@pytest.mark.parametrize(
    ("monday", "words"),
    [
        (date(2023, 3, 13), "13–17 มี.ค. 2566"),
        (date(2023, 1, 30), "30 ม.ค. – 3 ก.พ. 2566"),
        (date(2024, 12, 30), "30 ธ.ค. 2567 – 3 ม.ค. 2568"),
    ],
)
def test_a_week_is_named_by_its_working_days(monday: date, words: str) -> None:
    assert week_words(monday) == words
