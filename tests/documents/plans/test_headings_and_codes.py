"""What stands at the head of a title: indicators, issues, numbers, codes that a scan misread."""

from __future__ import annotations

import pytest

from documents.plans.codes import read_code, read_code_cell
from domain.plan import ReadMeasure
from tests.documents.plans.paper import (
    HEADER,
    MUNICIPALITY,
    flag_names,
    measures_of,
    read_text,
    row,
)


def one(title: str, plan: str = MUNICIPALITY) -> ReadMeasure:
    [measure] = measures_of(row(title), title=plan)
    return measure


@pytest.mark.parametrize(
    "printed",
    [
        *("๑) จัดทำคู่มือ", "1. จัดทำคู่มือ", "๑.จัดทำคู่มือ", "(๑) จัดทำคู่มือ", "ข้อ ๑ จัดทำคู่มือ"),
        *("ข้อ ๑. จัดทำคู่มือ", "ข้อที่ 1 จัดทำคู่มือ", "มาตรการที่ ๑ จัดทำคู่มือ", "กิจกรรมที่ ๑ : จัดทำคู่มือ"),
        *("๑.๑ จัดทำคู่มือ", "1.2.3 จัดทำคู่มือ", "- จัดทำคู่มือ", "• จัดทำคู่มือ", "จัดทำคู่มือ"),
    ],
)
def test_the_number_of_a_measure_is_no_part_of_its_title(printed: str) -> None:
    assert one(printed).title == "จัดทำคู่มือ"
    assert one(printed).code is None


@pytest.mark.parametrize("title", ["กิจกรรม 5 ส", "โครงการ ๑ ตำบล ๑ อาชีพ", "๑๒ สิงหา ร่วมใจพัฒนา"])
def test_a_number_that_belongs_to_a_title_stays(title: str) -> None:
    assert one(title).title == title


@pytest.mark.parametrize("instrument", ["เครื่องมือการประเมิน IIT", "(IIT)", "เครื่องมือ: lIT", ""])
def test_an_indicator_covers_its_measures_until_the_next(instrument: str) -> None:
    first = f"ตัวชี้วัดที่ ๓ การใช้อำนาจ {instrument} I๑๓ การมอบหมายงาน"
    found = measures_of(
        row(first), row("I๑๔ การประเมินผลงาน"), row("ตัวชี้วัดที่ ๔ การใช้ทรัพย์สินของทางราชการ I๒๐ การยืม")
    )
    assert [one.code for one in found] == ["I13", "I14", "I20"]
    assert [one.title for one in found] == ["การมอบหมายงาน", "การประเมินผลงาน", "การยืม"]
    assert [one.indicator for one in found] == [
        *("3 การใช้อำนาจ", "3 การใช้อำนาจ"),
        "4 การใช้ทรัพย์สินของทางราชการ",
    ]
    assert found[0].instrument == found[1].instrument == ("IIT" if instrument else None)


def test_an_indicator_in_a_row_of_its_own_covers_the_rows_below() -> None:
    found = measures_of(
        ("ตัวชี้วัดที่ ๖ คุณภาพการดำเนินงาน เครื่องมือการประเมิน EIT", "", "", "", ""),
        row("E๒ ความเท่าเทียม"),
        row("E๕ ประโยชน์ของประชาชน"),
    )
    assert [(one.code, one.indicator) for one in found] == [
        ("E2", "6 คุณภาพการดำเนินงาน"),
        ("E5", "6 คุณภาพการดำเนินงาน"),
    ]
    assert [len(one.source_lines) for one in found] == [2, 1]


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("ด้านที่ ๒ การใช้จ่ายเงิน", "2 การใช้จ่ายเงิน"),
        ("มิติที่ 1 สร้างสังคมสุจริต", "1 สร้างสังคมสุจริต"),
        ("ประเด็นที่ ๓. การสื่อสาร", "3 การสื่อสาร"),
        ("ด้านการให้บริการ", "ด้านการให้บริการ"),
        ("ตัวชี้วัดการใช้งบประมาณ", "2 การใช้งบประมาณ"),
    ],
)
@pytest.mark.parametrize("merged", [True, False])
def test_a_heading_over_the_whole_table_covers_the_rows_below(
    heading: str, label: str, merged: bool
) -> None:
    over = (heading,) * 5 if merged else (heading, "", "", "", "")
    found = measures_of(over, row("๑. จัดทำคู่มือ"), row("๒. ตรวจรับพัสดุ"))
    assert [(one.indicator, one.title) for one in found] == [
        (label, "จัดทำคู่มือ"),
        (label, "ตรวจรับพัสดุ"),
    ]


def test_a_heading_may_stand_in_the_column_of_numbers() -> None:
    header = ("ลำดับ", *HEADER)
    found = measures_of(("ด้านที่ ๑ การบริการ", *[""] * 5), ("๑", *row("จัดทำคู่มือ")), header=header)
    assert [(one.indicator, one.title) for one in found] == [("1 การบริการ", "จัดทำคู่มือ")]


def test_an_issue_and_its_first_measure_may_share_a_cell() -> None:
    found = measures_of(
        row("ประเด็นที่ ๑. การบริการที่โปร่งใส\n๑. จัดทำคู่มือ"),
        row("๒. ลดขั้นตอน"),
        row("ประเด็นที่ ๒ การดูแลทรัพย์สิน"),
    )
    assert [(one.indicator, one.title) for one in found] == [
        ("1 การบริการที่โปร่งใส", "จัดทำคู่มือ"),
        ("1 การบริการที่โปร่งใส", "ลดขั้นตอน"),
        ("2 การดูแลทรัพย์สิน", "การดูแลทรัพย์สิน"),
    ]


def test_indicator_instrument_and_code_may_have_columns_of_their_own() -> None:
    header = ("ตัวชี้วัด", "เครื่องมือ", "รหัส", "มาตรการ", "ผู้รับผิดชอบ", "ระยะเวลา")
    found = measures_of(
        ("3 การใช้อำนาจ", "IIT", "I 13", "การมอบหมายงาน", "กองคลัง", "ตลอดปี"),
        ("การป้องกันการทุจริต", "oit", "o-35", "การมีส่วนร่วม", "กองคลัง", "ตลอดปี"),
        ("ตัวชี้วัดที่ ๗ ประสิทธิภาพการสื่อสาร", "EIT", "", "เปิดช่องทาง", "กองคลัง", "ตลอดปี"),
        header=header,
    )
    assert [(one.indicator, one.instrument, one.code) for one in found] == [
        ("3 การใช้อำนาจ", "IIT", "I13"),
        ("10 การป้องกันการทุจริต", "OIT", "O35"),
        ("7 ประสิทธิภาพการสื่อสาร", "EIT", None),
    ]


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        *(("I13", "I13"), ("I 13", "I13"), ("O-35", "O35"), ("o12", "O12"), ("E.๑๐", "E10")),
        *(("ข้อ O๑๒", "O12"), ("(E9)", "E9"), ("O01", "O1"), ("О๓๐", "O30")),  # the last is Cyrillic
    ],
)
def test_a_code_may_be_written_in_many_ways(printed: str, code: str) -> None:
    found = read_code(f"{printed} การทดสอบ", None, None, 2566)
    assert found is not None
    assert (found.value, found.flags) == (code, ())


@pytest.mark.parametrize(
    "text", ["E-Service", "e-mail กลาง", "IT ภายใน", "Internet", "O2O", "การมี I13"]
)
def test_words_are_no_codes(text: str) -> None:
    assert read_code(text, 9, "OIT", 2566) is None
    assert one(text).title == text


@pytest.mark.parametrize(
    ("printed", "indicator", "code"),
    [
        *(("1๑๓", 3, "I13"), ("l๒๓", 4, "I23"), ("|๑๕", 3, "I15"), ("๑๑๔", 3, "I14")),
        *(("๐๓๕", 10, "O35"), ("0๓๐", 9, "O30"), ("๐๑", 9, "O1")),
        *(("๑๘", 2, "I8"), ("๑๑", 2, "I11"), ("๑๒", 8, "E12")),
    ],
)
def test_a_misread_code_is_repaired_by_its_indicator_and_flagged(
    printed: str, indicator: int, code: str
) -> None:
    found = read_code(f"{printed} การทดสอบ", indicator, None, 2566)
    assert found is not None
    assert (found.value, found.flags) == (code, (f"code_repaired:{printed}",))


@pytest.mark.parametrize(
    ("printed", "indicator"), [("๑", 1), ("๓", 6), ("๔๐", 3), ("๙๙", 9), ("๑๐", None)]
)
def test_a_number_that_may_be_anything_is_never_made_a_code(
    printed: str, indicator: int | None
) -> None:
    found = read_code(f"{printed} การทดสอบ", indicator, None, 2566)
    assert found is None or found.value is None
    if found is not None:
        assert found.flags == (f"code_unclear:{printed}",)


def test_what_is_no_code_after_all_stays_in_the_title() -> None:
    measure = one("ตัวชี้วัดที่ ๓ การใช้อำนาจ เครื่องมือการประเมิน IIT ๙๙ ข้อร้องเรียน")
    assert (measure.code, measure.title) == (None, "๙๙ ข้อร้องเรียน")
    assert "code_unclear" in flag_names(measure)


@pytest.mark.parametrize("printed", ["O1-O9", "O24, O25", "I7 ถึง I12", "O1 และ O2"])
def test_several_codes_are_no_single_one(printed: str) -> None:
    measure = one(f"{printed} การเปิดเผย")
    assert measure.code is None
    assert f"code_unclear:{printed}" in measure.flags


@pytest.mark.parametrize("printed", ["13", "7"])
def test_a_bare_number_in_the_column_of_codes_is_asked_about(printed: str) -> None:
    found = read_code_cell(printed, None, None, 2566)
    assert found is not None
    assert (found.value, found.flags) == (None, (f"code_unclear:{printed}",))


def test_a_number_in_the_column_of_codes_is_told_by_its_instrument() -> None:
    found = read_code_cell("35", None, "OIT", 2566)
    assert found is not None
    assert (found.value, found.flags) == ("O35", ("code_repaired:35",))


def test_later_years_ask_other_questions_so_nothing_is_repaired_by_the_old_ones() -> None:
    title = "ตัวชี้วัดที่ ๙ การเปิดเผยข้อมูล O๓๕ การทดสอบ"
    assert "code_unclear" in flag_names(one(title, "มาตรการ ประจำปีงบประมาณ ๒๕๖๖"))
    assert "code_unclear" not in flag_names(one(title, "มาตรการ ประจำปีงบประมาณ ๒๕๗๐"))


def test_slips_of_the_office_are_kept_as_printed_and_flagged() -> None:
    measure = one(
        "ตัวชี้วัดที่ ๗ การเปิดเผยข้อมูล เครื่องมือการประเมิน OIT E๗ ผลงานที่ควรทราบ",
        "มาตรการ ประจำปีงบประมาณ พ.ศ. ๒๕๖๖",
    )
    assert (measure.indicator, measure.instrument) == ("7 การเปิดเผยข้อมูล", "OIT")
    assert "instrument_mismatch:EIT" in measure.flags
    assert "indicator_mismatch:7 ประสิทธิภาพการสื่อสาร" in measure.flags


def test_boxes_to_tick_are_no_part_of_a_question() -> None:
    measure = one("I๑๑ การจัดซื้อของหน่วยงาน มากน้อยเพียงใด ☐ โปร่งใส □ ตรวจสอบได้")
    assert measure.title == "การจัดซื้อของหน่วยงาน มากน้อยเพียงใด"


def test_spaces_that_a_scan_put_into_words_are_taken_out_of_titles() -> None:
    assert one("๑. รายงานผลการดำเนิน งานประจำปี").title == "รายงานผลการดำเนินงานประจำปี"


@pytest.mark.parametrize(
    ("cell", "steps"),
    [
        ("๑. ก่อตั้งคณะ ๒. ประชุม ๓. รายงาน", 3),
        ("1) ตั้งคณะทำงาน\n2) ประชุม", 2),
        ("๑.ตั้งคณะทำงาน ๒.ประชุม ๓.สรุป ๓.รายงาน ๔.เผยแพร่", 5),
        ("๒. ประชุม ๓. รายงาน", 2),
        ("ดำเนินการดังนี้ ๑. ประชุม ๒. รายงาน", 2),
        ("๑. วิเคราะห์ ๑) จุดแข็ง ๒) จุดอ่อน ๒. รายงาน", 2),
        ("๑. แต่งตั้งเจ้าหน้าที่ ๒. ประชุม", 2),
        ("๑. ประชุมไตรมาสที่ ๒. ของปี ๒. รายงาน", 2),
        ("- ประชุม\n- รายงาน", 2),
        ("ประชุมวันที่ ๕ มีนาคม ๒๕๗๐ เวลา ๐๙.๓๐ น.", 1),
        ("จัดประชุม\nแล้วรายงาน", 1),
        ("", 0),
    ],
)
def test_steps_are_counted_as_a_person_would(cell: str, steps: int) -> None:
    [measure] = measures_of(("จัดระบบงาน", cell, "กองคลัง", "ตลอดปี", ""))
    assert len(measure.steps) == steps
    printed = "".join("".join(measure.steps).split())
    assert all(word in printed for word in ("ประชุม", "รายงาน") if word in cell)


def test_a_plan_may_call_its_measures_by_their_indicators() -> None:
    header = ("ตัวชี้วัด", "ขั้นตอน", "ผู้รับผิดชอบ", "ระยะเวลา")
    _, [measure] = read_text(
        MUNICIPALITY, [header, ("การใช้งบประมาณ", "ทำแผนใช้เงิน", "กองคลัง", "ตลอดปี")]
    )
    assert (measure.title, measure.divisions) == ("การใช้งบประมาณ", ("กองคลัง",))


def test_a_code_may_stand_before_the_issue_that_a_measure_answers() -> None:
    header = ("ตัวชี้วัด", "ประเด็นที่ต้องพัฒนา", "มาตรการ", "ผู้รับผิดชอบ", "ระยะเวลา")
    [measure] = measures_of(
        ("๑. การปฏิบัติหน้าที่", "i๓ การให้บริการ", "จัดทำคู่มือ", "กองคลัง", "ตลอดปี"), header=header
    )
    assert (measure.code, measure.title) == ("I3", "จัดทำคู่มือ")
    assert measure.indicator == "1 การปฏิบัติหน้าที่"


def test_an_indicator_above_does_not_cover_a_code_of_another_instrument() -> None:
    found = measures_of(
        row("ตัวชี้วัดที่ ๓ การใช้อำนาจ เครื่องมือการประเมิน IIT I๑๓ การมอบหมายงาน"),
        row("O๑๑ รายงานการกำกับติดตาม"),
        row("O๑๒ รายงานผลการดำเนินงาน"),
    )
    assert [one.code for one in found] == ["I13", "O11", "O12"]
    assert [one.indicator for one in found] == ["3 การใช้อำนาจ", None, None]
