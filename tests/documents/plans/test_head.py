"""Whose plan it is, and for which year."""

from __future__ import annotations

import pytest

from tests.documents.plans.paper import (
    HEADER,
    MUNICIPALITY,
    ROW,
    SUBDISTRICT,
    head_of,
    read_text,
)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (MUNICIPALITY, "เทศบาลตำบลทุ่งสมมุติ"),
        (SUBDISTRICT, "องค์การบริหารส่วนตำบลดอนสมมุติ"),
        ("แผนของอบต.ดอนสมมุติ", "อบต.ดอนสมมุติ"),
        ("แผนของ อบจ.แดนสมมุติ", "อบจ.แดนสมมุติ"),
        ("เทศบาลเมืองท่าสมมุติ อำเภอหนึ่ง", "เทศบาลเมืองท่าสมมุติ"),
        ("เทศบาลนครแดนสมมุติประจำปีงบประมาณ 2570", "เทศบาลนครแดนสมมุติ"),
        ("องค์การบริหารส่วนจังหวัดแดนสมมุติ", "องค์การบริหารส่วนจังหวัดแดนสมมุติ"),
        ("ส่วนราชการ สำนักปลัด ทม.ท่าสมมุติ", "ทม.ท่าสมมุติ"),
        ("เทศ บาลตำบลทุ่งสมมุติ", "เทศบาลตำบลทุ่งสมมุติ"),
    ],
)
def test_the_agency_is_named_in_many_forms(text: str, agency: str) -> None:
    assert head_of(text).agency == agency


def test_the_name_that_is_printed_most_often_is_the_agencys() -> None:
    head = head_of(
        "เสนอต่อ เทศบาลเมืองท่าสมมุติ",
        "ด้วย อบต.ดอนสมมุติ ได้จัดทำแผน",
        "องค์การบริหารส่วนตำบลดอนสมมุติ",
    )
    assert head.agency == "องค์การบริหารส่วนตำบลดอนสมมุติ"


def test_an_unnamed_agency_is_flagged_and_not_invented() -> None:
    head = head_of("มาตรการส่งเสริมคุณธรรม ประจำปีงบประมาณ พ.ศ. 2570", "เทศบาลของเราทุกคน")
    assert (head.agency, head.flags) == (None, ("agency_missing",))


@pytest.mark.parametrize(
    "text",
    [
        "มาตรการส่งเสริมคุณธรรม ประจำปีงบประมาณ พ.ศ. ๒๕๗๐",
        "มาตรการส่งเสริมคุณธรรม ปีงบประมาณ 2570",
        "มาตรการส่งเสริมคุณธรรม ประจำปี พ.ศ.2570 รอบ ๖ เดือน",
        "มาตรการส่งเสริมคุณธรรม ประจำปีงบประมาณ ๒๕๗๐ (๑ ตุลาคม ๒๕๖๙ - ๓๐ กันยายน ๒๕๗๐)",
        "มาตรการส่งเสริมคุณธรรม ประจำปี ๗๐",
        "มาตรการส่งเสริมคุณธรรม ปี ๗๐",
        "มาตรการส่งเสริมคุณธรรม พ.ศ. 2570",
        "มาตรการส่งเสริมคุณธรรม ปีงบประมาณ 2027",
        "มาตรการส่งเสริมคุณธรรม\nประจำปีงบประมาณ\nพ.ศ. ๒๕๗๐",
        "รายงานตามมาตรการส่งเสริมคุณธรรมและ\nความโปร่งใส\nประจำปี งบ ประมาณ พ. ศ. ๒๕๗๐",
    ],
)
def test_the_fiscal_year_is_written_in_many_forms(text: str) -> None:
    assert head_of(text).fiscal_year == 2570


@pytest.mark.parametrize(
    "text",
    [
        "มาตรการส่งเสริมคุณธรรม",
        "บันทึก วันที่ ๕ มีนาคม ๒๕๗๐",
        "ตามแผนยุทธศาสตร์ชาติ (พ.ศ. ๒๕๖๑ - ๒๕๘๐)",
        "แผนพัฒนาท้องถิ่น พ.ศ. ๒๕๖๖-๒๕๗๐",
        "มาตรการตามคำสั่งที่ ๗๐/๒๕๖๙",
        "มาตรการสำหรับผู้มีอายุ ๗๐ ปี",
    ],
)
def test_a_year_that_is_not_the_plans_is_not_taken(text: str) -> None:
    head = head_of(text)
    assert head.fiscal_year is None
    assert "year_missing" in head.flags


def test_the_year_of_the_assessment_before_is_not_the_plans() -> None:
    head = head_of(
        "จากผลการประเมิน ITA ประจำปีงบประมาณ พ.ศ. ๒๕๖๙ ได้คะแนน 90.00 คะแนน",
        "จึงกำหนดมาตรการส่งเสริมความโปร่งใส ประจำปีงบประมาณ พ.ศ. ๒๕๗๐",
    )
    assert head.fiscal_year == 2570


def test_the_subject_of_a_letter_stands_above_all_else() -> None:
    head = head_of(
        "มาตรการที่ดี ประจำปีงบประมาณ พ.ศ. ๒๕๖๘",
        "เรื่อง รายงานผลตามมาตรการส่งเสริมความโปร่งใส\nประจำปีงบประมาณ พ.ศ. ๒๕๗๐",
    )
    assert head.fiscal_year == 2570
    assert head.title == "รายงานผลตามมาตรการส่งเสริมความโปร่งใส ประจำปีงบประมาณ พ.ศ. ๒๕๗๐"


def test_a_title_over_several_lines_is_one() -> None:
    head = head_of("แบบฟอร์ม", "รายงานตามมาตรการส่งเสริมคุณธรรมและ\nความโปร่งใส\nประจำปีงบประมาณ ๒๕๗๐")
    assert head.title == "รายงานตามมาตรการส่งเสริมคุณธรรมและ ความโปร่งใส ประจำปีงบประมาณ ๒๕๗๐"


def test_a_given_year_stands_in_for_a_missing_one_alone() -> None:
    head, [measure] = read_text("มาตรการส่งเสริมคุณธรรม", [HEADER, ROW], fiscal_year=2575)
    assert head.fiscal_year == 2575
    assert "year_missing" not in head.flags
    assert [day.year for day in measure.deadlines] == [2032]
    head, _ = read_text(MUNICIPALITY, [HEADER, ROW], fiscal_year=2575)
    assert head.fiscal_year == 2570


def test_without_a_year_no_date_is_read() -> None:
    _, [measure] = read_text("มาตรการส่งเสริมคุณธรรม", [HEADER, ROW])
    assert measure.schedules == ()
