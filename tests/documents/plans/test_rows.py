"""Rows of tables put together to measures: pages cut them, headers repeat, cells are merged."""

from __future__ import annotations

import pytest

from documents.blocks import BadDocument
from tests.documents.plans.paper import (
    HEADER,
    MUNICIPALITY,
    ROW,
    SUBDISTRICT,
    flag_names,
    measures_of,
    read_text,
    row,
)


@pytest.mark.parametrize("plan", [MUNICIPALITY, SUBDISTRICT])
def test_one_row_is_one_measure(plan: str) -> None:
    _, [measure] = read_text(plan, [HEADER, ROW])
    assert measure.title == "จัดทำคู่มือบริการ"
    assert measure.divisions == ("สำนักปลัด",)
    assert measure.steps == ("ทบทวนคู่มือเดิม",)
    assert measure.result == "อยู่ระหว่างดำเนินการ"
    assert measure.source_lines == (4,)


def test_a_row_that_a_page_cuts_is_one_measure_and_says_so() -> None:
    _, found = read_text(
        MUNICIPALITY,
        [
            HEADER,
            row("๑. เผยแพร่งบประมาณ"),
            ("๒. จัดช่องทางร้อง", "๑. ตั้งตู้รับเรื่อง ๒. ประกาศ", "กองช่าง", "ตลอดปี", "ตั้งตู้ที่สำ"),
        ],
        "เลขหน้า ๒",
        [HEADER, ("เรียน", "ให้ประชาชนทราบ ๓. สรุปผล", "", "", "นักงานแล้ว"), row("๓. อบรมพนักงาน")],
    )
    assert [one.title for one in found] == ["เผยแพร่งบประมาณ", "จัดช่องทางร้องเรียน", "อบรมพนักงาน"]
    cut = found[1]
    assert cut.steps == ("ตั้งตู้รับเรื่อง", "ประกาศให้ประชาชนทราบ", "สรุปผล")
    assert cut.result == "ตั้งตู้ที่สำนักงานแล้ว"
    assert len(cut.source_lines) == 2
    assert "rows_joined" in cut.flags
    assert "rows_joined" not in found[0].flags


@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_whatever_column_goes_on_over_the_page_nothing_of_it_is_lost(column: int) -> None:
    rest = ["", "", "", "", ""]
    rest[column] = "กองสวัสดิการสังคม" if column == 2 else "ข้อความท้ายหน้า"
    _, [measure] = read_text(MUNICIPALITY, [HEADER, ROW], "หน้า", [HEADER, rest])
    whole = [*measure.steps, *measure.divisions, measure.result]
    whole += [one.reading.text for one in measure.schedules]
    if column != 3:  # of a time only what tells one is shown
        assert any(text.endswith(rest[column]) for text in whole)
    assert "rows_joined" in measure.flags


def test_a_page_may_go_on_without_repeating_the_header() -> None:
    _, found = read_text(
        MUNICIPALITY,
        [HEADER, ROW, row("๒. ตรวจรับพัสดุ")],
        "- ๒ -",
        [("", "แจ้งผลให้ทราบ", "", "", ""), row("๓. อบรมพนักงาน")],
    )
    assert [one.title for one in found] == ["จัดทำคู่มือบริการ", "ตรวจรับพัสดุ", "อบรมพนักงาน"]
    assert "แจ้งผลให้ทราบ" in found[1].steps[-1]


def test_a_key_that_the_next_page_repeats_stays_one_measure() -> None:
    first = ("E๓ การให้ข้อมูลแก่ผู้มาติดต่อ", "๑. จัดจุดประชาสัมพันธ์ ๒. ส่งคืนให้เรียบ", "กองช่าง", "ตลอดปี", "")
    again = ("E๓ การให้ ข้อมูลแก่ผู้มาติดต่อ", "ร้อย ๓. สรุปผล", "กองช่าง", "", "")
    _, found = read_text(MUNICIPALITY, [HEADER, first], "หน้า", [HEADER, again])
    assert [(one.code, one.divisions) for one in found] == [("E3", ("กองช่าง",))]
    assert found[0].steps == ("จัดจุดประชาสัมพันธ์", "ส่งคืนให้เรียบร้อย", "สรุปผล")


def test_an_unnumbered_row_at_a_pages_head_without_division_and_time_goes_on() -> None:
    _, found = read_text(
        MUNICIPALITY,
        [HEADER, row("จัดทำคู่มือสำหรับผู้มาขอ")],
        "หน้า",
        [HEADER, ("ใช้บริการ", "", "", "", "เสร็จแล้ว"), row("ตรวจสอบพัสดุ")],
    )
    assert [one.title for one in found] == ["จัดทำคู่มือสำหรับผู้มาขอใช้บริการ", "ตรวจสอบพัสดุ"]


def test_an_unnumbered_row_at_a_pages_head_with_its_own_division_is_a_measure() -> None:
    _, found = read_text(
        MUNICIPALITY, [HEADER, row("จัดทำคู่มือ")], "หน้า", [HEADER, row("ตรวจสอบพัสดุ", "กองช่าง")]
    )
    assert [one.title for one in found] == ["จัดทำคู่มือ", "ตรวจสอบพัสดุ"]


def test_headers_repeat_without_becoming_measures() -> None:
    _, found = read_text(MUNICIPALITY, [HEADER, ROW, HEADER, row("๒. ตรวจรับพัสดุ")])
    assert [one.title for one in found] == ["จัดทำคู่มือบริการ", "ตรวจรับพัสดุ"]


@pytest.mark.parametrize(
    "content",
    [
        ("โครงการอบรมคุณธรรม", "จัดทำแนวทางปฏิบัติ", "สำนักปลัด", "", "รายงานผลแล้ว"),
        ("โครงการอบรมคุณธรรม", "จัดทำแนวทางปฏิบัติ", "สำนักปลัด", "กำหนดเวลาเดิม", "รายงานผลแล้ว"),
        ("มาตรการลดขั้นตอน", "", "", "", "สรุปผลแล้ว"),
        ("มาตรการลดขั้นตอน", "จัดทำแนวทางปฏิบัติ", "", "", "สรุปผลแล้ว"),
    ],
)
def test_a_row_that_speaks_like_a_header_is_content(content: tuple[str, ...]) -> None:
    found = measures_of(ROW, content, row("๓. ตรวจรับพัสดุ", "กองช่าง"))
    assert [one.title for one in found] == ["จัดทำคู่มือบริการ", content[0], "ตรวจรับพัสดุ"]
    assert found[1].result == content[4]
    assert found[2].divisions == ("กองช่าง",)


def test_a_title_over_two_columns_is_read_once() -> None:
    header = ("มาตรการ", "มาตรการ", "ผู้รับผิดชอบ", "ระยะเวลา")
    found = measures_of(
        ("จัดทำคู่มือ", "จัดทำคู่มือ", "กองคลัง", "ตลอดปี"),
        ("๒", "ตรวจรับพัสดุ", "กองคลัง", "ตลอดปี"),
        header=header,
    )
    assert [one.title for one in found] == ["จัดทำคู่มือ", "ตรวจรับพัสดุ"]


def test_a_header_may_spread_over_two_rows() -> None:
    header = [
        ("ที่", "มาตรการ", "การดำเนินงาน", "", "หมายเหตุ"),
        ("", "", "ผู้รับผิดชอบ", "ระยะเวลา", ""),
    ]
    _, [measure] = read_text(
        MUNICIPALITY, [*header, ("๑", "จัดทำคู่มือบริการ", "กองช่าง", "ภายในเดือนมีนาคม", "-")]
    )
    assert (measure.title, measure.divisions) == ("จัดทำคู่มือบริการ", ("กองช่าง",))
    assert [one.reading.text for one in measure.schedules] == ["ภายในเดือนมีนาคม"]


def test_the_second_row_of_a_known_header_refines_it() -> None:
    header = [
        ("มาตรการ", "ผู้รับผิดชอบ", "ระยะเวลาดำเนินการ", "ระยะเวลาดำเนินการ"),
        ("มาตรการ", "ผู้รับผิดชอบ", "เริ่มต้น", "สิ้นสุด"),
    ]
    _, [measure] = read_text(
        MUNICIPALITY, [*header, ("๑. จัดทำคู่มือ", "กองช่าง", "1 ต.ค. 2569", "31 มี.ค. 2570")]
    )
    assert [day.isoformat() for day in measure.deadlines] == ["2027-03-31"]


def test_ticked_quarters_are_a_time() -> None:
    header = ("ลำดับ", "กิจกรรม", "ผู้รับผิดชอบ", "ไตรมาส 1", "ไตรมาส 2", "ไตรมาส 3", "ไตรมาส 4")
    [first, second] = measures_of(
        ("1", "ตรวจสอบพัสดุ", "กองคลัง", "", "✓", "", ""),
        ("2", "ประชุมชี้แจง", "กองช่าง", "-", "", "/", "-"),
        header=header,
    )
    assert [one.reading.text for one in first.schedules] == ["ไตรมาส2"]
    assert [one.reading.text for one in second.schedules] == ["ไตรมาส3"]


def test_column_numbers_and_dashes_are_nothing() -> None:
    [measure] = measures_of(
        ("(๑)", "(๒)", "(๓)", "(๔)", "(๕)"), ("๑. จัดทำคู่มือ", "-", "กองคลัง", "…", "-")
    )
    assert (measure.steps, measure.result, measure.schedules) == ((), "", ())


def test_a_number_in_a_column_of_its_own_parts_measures() -> None:
    header = ("ลำดับที่", *HEADER)
    found = measures_of(("๑", *row("จัดทำคู่มือ")), ("๒", *row("จัดทำคู่มือ")), header=header)
    assert [one.title for one in found] == ["จัดทำคู่มือ", "จัดทำคู่มือ"]


def test_rows_of_which_only_the_division_differs_are_one_measure() -> None:
    title = "๑. จัดทำคู่มือ"
    [measure] = measures_of(row(title, "กองคลัง"), row(title, "กองช่าง"), row("", "กองการศึกษา", ""))
    assert measure.divisions == ("กองคลัง", "กองช่าง", "กองการศึกษา")
    assert measure.steps == ("ประชุมผู้เกี่ยวข้อง",)


def test_activities_under_one_title_with_their_own_division_and_time_stay_apart() -> None:
    title = "๑. ส่งเสริมความโปร่งใส"
    found = measures_of(
        (title, "อบรมพนักงาน", "กองคลัง", "ภายในเดือนมีนาคม", ""),
        (title, "ทำแผ่นพับ", "กองช่าง", "ภายในเดือนมิถุนายน", ""),
        ("", "ติดประกาศ", "กองการศึกษา", "ภายในเดือนกรกฎาคม", ""),
    )
    assert [(one.title, one.divisions, one.steps) for one in found] == [
        ("ส่งเสริมความโปร่งใส", ("กองคลัง",), ("อบรมพนักงาน",)),
        ("ส่งเสริมความโปร่งใส", ("กองช่าง",), ("ทำแผ่นพับ",)),
        ("ส่งเสริมความโปร่งใส", ("กองการศึกษา",), ("ติดประกาศ",)),
    ]


def test_steps_under_a_merged_title_are_steps_of_one_measure() -> None:
    [measure] = measures_of(
        ("๑. ส่งเสริมความโปร่งใส", "อบรมพนักงาน", "กองคลัง", "ตลอดปี", ""),
        ("", "ทำแผ่นพับ", "", "", "แจกแล้ว"),
    )
    assert measure.steps == ("อบรมพนักงาน", "ทำแผ่นพับ")
    assert measure.result == "แจกแล้ว"


def test_the_same_code_over_another_title_is_another_measure() -> None:
    found = measures_of(row("O๑๐ แผนการใช้จ่ายเงิน"), row("O๑๐ รายงานการจัดซื้อจัดจ้าง"))
    assert [one.title for one in found] == ["แผนการใช้จ่ายเงิน", "รายงานการจัดซื้อจัดจ้าง"]


@pytest.mark.parametrize(
    "foreign",
    [
        [("ที่", "อท 00001/70"), ("เรื่อง", "รายงานผลตามแผน"), ("เรียน", "นายกเทศมนตรี")],
        [("ลงชื่อ", "", "", "", "ผู้จัดทำ"), ("", "(นาย……………)", "", "", "")],
        [("ลำดับ", "ชื่อ-สกุล", "ตำแหน่ง", "ลายมือชื่อ", "หมายเหตุ"), ("1", "ก", "ข", "ค", "")],
        [("งบประมาณ", "ตั้งไว้", "ใช้ไป", "คงเหลือ", "หมายเหตุ"), ("๑,๐๐๐", "๑", "๒", "๓", "๔")],
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_table_that_is_no_plan_gives_no_measure(
    foreign: list[tuple[str, ...]], first: bool
) -> None:
    plan = [HEADER, ROW]
    parts = [foreign, "ต่อไปนี้", plan] if first else [plan, "ต่อไปนี้", foreign]
    _, found = read_text(MUNICIPALITY, *parts)
    assert [one.title for one in found] == ["จัดทำคู่มือบริการ"]


def test_signatures_remarks_and_sums_below_the_rows_are_no_measures() -> None:
    found = measures_of(
        ROW,
        ("รวมทั้งสิ้น", "", "", "", "๑๐,๐๐๐"),
        ("หมายเหตุ : ปรับได้ตามความเหมาะสม", "", "", "", ""),
        ("ลงชื่อ........ผู้จัดทำ", "", "", "", ""),
        ("(นาง……………)", "", "", "", ""),
        ("ปลัดเทศบาล", "", "", "", ""),
    )
    assert [one.title for one in found] == ["จัดทำคู่มือบริการ"]


@pytest.mark.parametrize(
    "header",
    [
        ("กิจกรรม/โครงการ", "ขั้นตอน", "หน่วยงานรับผิดชอบ", "กำหนดเวลา", "ผลลัพธ์หรือความสำเร็จ"),
        ("ประเด็นที่ต้องพัฒนา", "ขั้นตอน/มาตรการ", "หน่วยงานหลัก", "กำหนดแล้วเสร็จ", "การดำเนินการ"),
        ("มาตรการ/แนวทางการดำเนินการ", "ขั้นตอน", "ผู้ที่ รับผิดชอบ", "ช่วงเวลา", "สรุปผล"),
        ("มาตรการ/\nการดำเนินการ", "วิธีปฏิบัติ", "ผู้รับผิดชอบหลัก", "ระยะเวลา\n(เดือน)", "ผลลัพธ์"),
        ("แนวทาง", "วิธีการ", "ส่วนราชการ", "รอบรายงาน", "ผลการดำเนินงาน ปีงบประมาณ พ.ศ. ๒๕๗๐"),
        ("ข้อคำถาม", "แนวทางปฏิบัติ", "ผู้รับผิดชอบ", "แล้วเสร็จ", "รายงานผล"),
    ],
)
def test_offices_word_their_headers_differently(header: tuple[str, ...]) -> None:
    [measure] = measures_of(ROW, header=header)
    assert measure.title == "จัดทำคู่มือบริการ"
    assert measure.divisions == ("สำนักปลัด",)
    assert measure.steps == ("ทบทวนคู่มือเดิม",)
    assert [one.reading.text for one in measure.schedules] == ["ภายในเดือนมีนาคม"]
    assert "อยู่ระหว่างดำเนินการ" in (measure.result, measure.success)


def test_several_columns_of_divisions_are_all_read() -> None:
    header = ("มาตรการ", "ผู้รับผิดชอบหลัก", "ผู้รับผิดชอบร่วม ๑", "ผู้รับผิดชอบร่วม ๒", "ระยะเวลา")
    [measure] = measures_of(("จัดทำคู่มือ", "กองคลัง", "กองช่าง", "กองคลัง", "ตลอดปี"), header=header)
    assert measure.divisions == ("กองคลัง", "กองช่าง")


def test_of_two_columns_with_a_name_the_measure_is_the_title() -> None:
    header = ("ประเด็น", "มาตรการ", "ผู้รับผิดชอบ", "ระยะเวลา")
    found = measures_of(
        ("ด้านการบริการ", "จัดทำคู่มือ", "กองคลัง", "ตลอดปี"),
        ("ด้านพัสดุ", "ตรวจรับพัสดุ", "กองช่าง", "ตลอดปี"),
        header=header,
    )
    assert [(one.indicator, one.title) for one in found] == [
        ("ด้านการบริการ", "จัดทำคู่มือ"),
        ("ด้านพัสดุ", "ตรวจรับพัสดุ"),
    ]


def test_what_success_is_measured_by_is_no_indicator_of_the_assessment() -> None:
    header = ("มาตรการ", "ตัวชี้วัด", "ผู้รับผิดชอบ", "ระยะเวลา")
    [measure] = measures_of(("จัดอบรม", "๓ ครั้ง", "กองคลัง", "ตลอดปี"), header=header)
    assert measure.indicator is None


def test_a_document_without_measures_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadDocument, match="ไม่พบตารางมาตรการ") as refused:
        read_text("รายงานการประชุม", [("วาระ", "มติ"), ("๑", "รับทราบ")])
    assert refused.value.code == "no_measures"


def test_a_header_without_rows_is_refused_too() -> None:
    with pytest.raises(BadDocument, match="ไม่พบตารางมาตรการ"):
        read_text(MUNICIPALITY, [HEADER])


def test_what_was_inherited_is_flagged() -> None:
    found = measures_of(row("ตัวชี้วัดที่ ๖ คุณภาพการดำเนินงาน E๑ การให้บริการ"), row("E๒ ความเท่าเทียม"))
    assert [("indicator_inherited" in flag_names(one)) for one in found] == [False, True]
