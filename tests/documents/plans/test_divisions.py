"""The list of responsible divisions, taken apart as a person would read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.plans.divisions import split_divisions
from domain.divisions import means_every
from tests.documents.plans.paper import flag_names, measures_of, row


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("สำนักปลัด กองคลัง กองช่าง", ["สำนักปลัด", "กองคลัง", "กองช่าง"]),
        ("สำนักปลัด, กองคลัง / กองช่าง; กองการศึกษา", ["สำนักปลัด", "กองคลัง", "กองช่าง", "กองการศึกษา"]),
        ("- สำนักปลัด\n- กองคลัง\n- กองช่าง", ["สำนักปลัด", "กองคลัง", "กองช่าง"]),
        ("๑. สำนักปลัด\n๒. กองคลัง", ["สำนักปลัด", "กองคลัง"]),
        ("(๑) สำนักปลัด (๒) กองคลัง", ["สำนักปลัด", "กองคลัง"]),
        ("1)สำนักปลัด 2)กองคลัง", ["สำนักปลัด", "กองคลัง"]),
        ("• สำนักปลัด • กองคลัง", ["สำนักปลัด", "กองคลัง"]),
        ("สำนักปลัด-กองคลัง", ["สำนักปลัด", "กองคลัง"]),
        ("กองช่างและกองคลัง", ["กองช่าง", "กองคลัง"]),
        ("กองช่าง และ สำนักปลัดเทศบาล", ["กองช่าง", "สำนักปลัดเทศบาล"]),
        ("กองช่าง ร่วมกับกองคลัง", ["กองช่าง", "กองคลัง"]),
        ("หลัก: กองคลัง สนับสนุน: กองช่าง", ["กองคลัง", "กองช่าง"]),
        ("กองคลัง\nกองคลัง", ["กองคลัง"]),
        ("-", []),
        ("", []),
    ],
)
def test_a_list_is_taken_apart_whatever_parts_it(cell: str, names: list[str]) -> None:
    found = split_divisions(cell)
    assert (list(found.names), found.flags) == (names, ())


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("กองสาธารณสุขและสิ่งแวดล้อม", "กองสาธารณสุขและสิ่งแวดล้อม"),
        ("กองสาธารณสุขและ\nสิ่งแวดล้อม", "กองสาธารณสุขและสิ่งแวดล้อม"),
        ("กองสาธารณสุข\nและสิ่งแวดล้อม", "กองสาธารณสุขและสิ่งแวดล้อม"),
        ("กองการศึกษา ศาสนาและวัฒนธรรม", "กองการศึกษาศาสนาและวัฒนธรรม"),
        ("กองการศึกษา, ศาสนาและวัฒนธรรม", "กองการศึกษาศาสนาและวัฒนธรรม"),
        ("กองยุทธศาสตร์และงบประมาณ", "กองยุทธศาสตร์และงบประมาณ"),
        ("กอง การศึกษา", "กองการศึกษา"),
        ("สำนัก\nปลัด", "สำนักปลัด"),
        ("สำนักปลัด ฯ", "สำนักปลัดฯ"),
        ("สำนักปลัด(งานนิติการ, งานธุรการ)", "สำนักปลัด (งานนิติการ,งานธุรการ)"),
        ("งานทะเบียนราษฎรและบัตรประจำตัวประชาชน", "งานทะเบียนราษฎรและบัตรประจำตัวประชาชน"),
        ("โรงเรียนเทศบาล ๑", "โรงเรียนเทศบาล ๑"),
        ("คณะกรรมการ ITA", "คณะกรรมการ ITA"),
        ("ปลัดเทศบาล", "ปลัดเทศบาล"),
        ("หัวหน้าสำนักปลัด", "หัวหน้าสำนักปลัด"),
        ("ผอ. กองคลัง", "ผอ. กองคลัง"),
        ("ผู้อำนวยการกองช่าง", "ผู้อำนวยการกองช่าง"),
    ],
)
def test_one_name_stays_one(cell: str, name: str) -> None:
    found = split_divisions(cell)
    assert (found.names, found.flags) == ((name,), ())


@pytest.mark.parametrize(
    "cell",
    [
        *("ทุกส่วนราชการ", "ทุกสำนัก/กอง", "ทุกกอง/สำนัก", "ทุกสำนัก / ทุกกอง", "ทุกส่วนราชการ/หน่วยงาน"),
        *("เจ้าหน้าที่ทุกภารกิจ งาน", "ทุก กอง"),
    ],
)
def test_an_expression_for_all_of_them_stays_whole(cell: str) -> None:
    found = split_divisions(cell)
    assert (len(found.names), found.flags) == (1, ())
    assert means_every(found.names[0])


def test_posts_stand_beside_divisions() -> None:
    found = split_divisions("หัวหน้าสำนักปลัด, ผอ.กองคลัง\nกองช่าง")
    assert found.names == ("หัวหน้าสำนักปลัด", "ผอ.กองคลัง", "กองช่าง")


def test_a_list_that_goes_on_says_so() -> None:
    for end in ("เป็นต้น", "ฯลฯ"):
        found = split_divisions(f"กองคลัง กองช่าง {end}")
        assert (found.names, found.flags) == (("กองคลัง", "กองช่าง"), ("divisions_open",))


@pytest.mark.parametrize("cell", ["สถานีขนส่ง", "อบต.ข้างเคียง", "ชุมชน", "กองคลัง, ชุมชนเมือง"])
def test_a_name_of_no_known_form_is_kept_and_asked_about(cell: str) -> None:
    found = split_divisions(cell)
    assert any(flag.startswith("division_unclear:") for flag in found.flags)
    assert "".join(found.names) == cell.replace(", ", "")


def test_a_sentence_in_place_of_a_list_is_flagged_with_its_words() -> None:
    cell = "ทุกกองส่งข้อมูล ให้สำนักปลัดรวบรวม"
    found = split_divisions(cell)
    assert found.names == ("ทุกกอง", "สำนักปลัด")
    assert found.flags == (f"division_unclear:{cell}",)


def test_nobody_responsible_is_said() -> None:
    [measure] = measures_of(row("๑. จัดทำคู่มือ", ""))
    assert measure.divisions == ()
    assert "divisions_missing" in flag_names(measure)


UNITS = ("สำนักปลัด", "กองคลัง", "กองช่าง", "กองสาธารณสุขและสิ่งแวดล้อม", "หน่วยตรวจสอบภายใน", "งานพัสดุ")


@given(
    st.lists(st.sampled_from(UNITS), min_size=1, max_size=6, unique=True),
    st.sampled_from([" ", "\n", ", ", "/", " / ", "\n- ", ",\n", " และ", ";"]),
)
def test_any_units_between_any_separators_come_back(units: list[str], separator: str) -> None:
    assert list(split_divisions(separator.join(units)).names) == units


@given(st.text(alphabet="กองคลังสำนักปลัดและ (),/-\n๑1.ฯทุก", max_size=60))
def test_no_cell_makes_it_fail_or_lose_a_letter(cell: str) -> None:
    found = split_divisions(cell)
    kept = "".join((*found.names, *found.flags))
    # Of letters only "และ" between two names may go.
    assert not [letter for letter in cell if letter in "กองคสนปทั" and letter not in kept]
