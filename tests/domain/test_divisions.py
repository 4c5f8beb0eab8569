"""Which division a printed name means; what is not surely known is asked about."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.divisions import KnownDivision, Outcome, match_division, means_every, ranked


def known(*names: str | tuple[str, ...]) -> list[KnownDivision]:
    """Divisions by name, or by name and aliases."""
    every = [(one,) if isinstance(one, str) else one for one in names]
    return [KnownDivision(uuid4(), one[0], one[1:]) for one in every]


TOWN = known(
    "สำนักปลัด",
    "กองคลัง",
    "กองช่าง",
    "กองการศึกษา ศาสนาและวัฒนธรรม",
    "กองสาธารณสุขและสิ่งแวดล้อม",
    ("กองยุทธศาสตร์และงบประมาณ", "กองวิชาการและแผนงาน"),
    "หน่วยตรวจสอบภายใน",
    "กองสวัสดิการสังคม",
)


def meant(printed: str, divisions: list[KnownDivision] | None = None) -> list[str] | str:
    """The names of those that are meant, or the outcome where no single one is."""
    divisions = TOWN if divisions is None else divisions
    match = match_division(printed, divisions)
    names = {one.id: one.name for one in divisions}
    if match.outcome in (Outcome.UNKNOWN, Outcome.EVERY):
        assert match.ids == ()
        return match.outcome.value
    assert (match.outcome is Outcome.ONE) == (len(match.ids) == 1)
    return [names[one] for one in match.ids]


@pytest.mark.parametrize(
    "printed",
    [
        "สำนักปลัด",
        "สำนักปลัดฯ",
        "สำนักปลัด ฯ",
        "สำนักงานปลัด",
        "สำนักงานปลัดฯ",
        "สำนักปลัดเทศบาล",
        "สำนักงานปลัดเทศบาล",
        "สำนักปลัดเทศบาลตำบลมะขาม",
        "สำนักปลัดองค์การบริหารส่วนตำบล",
        "สำนักปลัดองค์การบริหารส่วนจังหวัด",
        "สำนักปลัด อบต.",
        "สำนักปลัด อบต.บางพระ",
        "สำ นัก ปลัด",
        "- สำนักปลัด",
        "๑. สำนักปลัด",
    ],
)
@pytest.mark.parametrize("called", ["สำนักปลัด", "สำนักปลัดเทศบาล", "สำนักงานปลัด"])
def test_the_clerks_office_has_many_names(printed: str, called: str) -> None:
    assert meant(printed, known(called, "กองคลัง")) == [called]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("กอง การศึกษา", "กองการศึกษา ศาสนาและวัฒนธรรม"),
        ("กองการศึกษาฯ", "กองการศึกษา ศาสนาและวัฒนธรรม"),
        ("กองการศึกษา ฯ", "กองการศึกษา ศาสนาและวัฒนธรรม"),
        ("กองการศึกษาศาสนาและวัฒนธรรม", "กองการศึกษา ศาสนาและวัฒนธรรม"),
        ("กองสาธารณสุข", "กองสาธารณสุขและสิ่งแวดล้อม"),
        ("กองสาธารณสุขฯ", "กองสาธารณสุขและสิ่งแวดล้อม"),
        ("กองสาธารณ สุขและสิ่ง แวดล้อม", "กองสาธารณสุขและสิ่งแวดล้อม"),
        ("กองวิชาการและแผนงาน", "กองยุทธศาสตร์และงบประมาณ"),
        ("กองวิชาการฯ", "กองยุทธศาสตร์และงบประมาณ"),
        ("กองสวัสดิการ", "กองสวัสดิการสังคม"),
        ("หน่วยตรวจสอบ", "หน่วยตรวจสอบภายใน"),
        ("กองช่าง", "กองช่าง"),
        ("กองช่างฯ", "กองช่าง"),
        ("กองคลังเทศบาลตำบลมะขาม", "กองคลัง"),
        ("กองคลัง อบต.บางพระ", "กองคลัง"),
        ("สำนักปลัด (งานบริหารงานบุคคล)", "สำนักปลัด"),
        ("สำนักปลัดฯ (งานนิติการ)", "สำนักปลัด"),
        ("งานพัสดุ (กองคลัง)", "กองคลัง"),
    ],
)
def test_other_spellings_and_shortenings(printed: str, name: str) -> None:
    assert meant(printed) == [name]


@pytest.mark.parametrize(
    "printed",
    [
        "ทุกส่วนราชการ",
        "ทุกส่วน ราชการ",
        "ทุกกอง",
        "ทุกสำนัก/กอง",
        "ทุกสำนัก กอง",
        "ทุกกอง/สำนัก/ฝ่าย",
        "ทุกสำนักและทุกกอง",
        "ทุกภารกิจงาน",
        "เจ้าหน้าที่ทุกภารกิจงาน",
        "ทุกหน่วยงาน",
        "ทุกส่วนงาน",
        "บุคลากรทุกส่วนราชการ",
        "ทุกหน่วยงานในสังกัด",
        "ทุกกองของเทศบาล",
    ],
)
def test_all_of_them(printed: str) -> None:
    assert means_every(printed)
    assert meant(printed) == "every"


@pytest.mark.parametrize(
    "printed",
    [
        "",
        " ",
        "ฯ",
        "งานพัสดุ",
        "ส่วนโยธา",
        "กองแผนงาน",
        "กอง",
        "กองการ",
        "กองสวัส",
        "สำนัก",
        "สำนักงาน",
        "หน่วยงาน",
        "ตรวจสอบภายใน",
        "ผู้บริหาร",
        "ประชาชน",
        "ทุกหน่วยงานที่เกี่ยวข้อง",
        "ทุกกองยกเว้นกองคลัง",
        "ทุกกองในสังกัด ยกเว้นกองคลัง",
        "ทุกคน",
        "กองคลัง ฯลฯ",
        # Two names in one: which would be lost?
        "สำนักปลัด/กองคลัง",
        "สำนักปลัดเทศบาล กองคลัง",
        "กองคลังและกองช่าง",
    ],
)
def test_what_is_not_surely_known_is_asked(printed: str) -> None:
    assert meant(printed) == "unknown"


def test_a_part_that_is_known_itself_goes_before_its_parent() -> None:
    with_part = [*TOWN, *known("งานบริหารงานบุคคล")]
    assert meant("สำนักปลัด (งานบริหารงานบุคคล)", with_part) == ["งานบริหารงานบุคคล"]


def test_a_beginning_that_two_share_is_ambiguous() -> None:
    two = known("กองการศึกษา ศาสนาและวัฒนธรรม", "กองการศึกษาและกีฬา", "กองคลัง")
    assert match_division("กองการศึกษาฯ", two).outcome is Outcome.AMBIGUOUS
    assert meant("กองการศึกษาฯ", two) == [two[0].name, two[1].name]
    assert meant("กองการศึกษา", two) == [two[0].name, two[1].name]
    assert meant("กองการศึกษาและกีฬา", two) == ["กองการศึกษาและกีฬา"]


def test_a_name_goes_before_a_longer_one_that_begins_like_it() -> None:
    two = known("กองช่างสุขาภิบาล", "กองช่าง")
    assert meant("กองช่าง", two) == ["กองช่าง"]
    assert meant("กองช่างฯ", two) == ["กองช่าง"]
    assert meant("กองช่าง", two[:1]) == "unknown"  # another division, not a part of its name


def test_an_alias_decides_even_against_every_division() -> None:
    odd = known(("สำนักปลัด", "ทุกส่วนงาน", "งานพัสดุ"), "กองคลัง")
    assert meant("ทุกส่วนงาน", odd) == ["สำนักปลัด"]
    assert meant("งาน พัสดุ", odd) == ["สำนักปลัด"]


def test_likeness_ranks_what_is_offered_and_decides_nothing() -> None:
    assert meant("กองคลงั") == "unknown"
    assert ranked("กองคลงั", TOWN)[0].name == "กองคลัง"
    assert sorted(one.name for one in ranked("x", TOWN)) == sorted(one.name for one in TOWN)
    assert ranked("งานพัสดุ", []) == []


@given(st.text(max_size=40), st.lists(st.text(max_size=12), max_size=5))
def test_any_text_whatever_gets_an_answer(printed: str, names: list[str]) -> None:
    divisions = known(*names)
    match = match_division(printed, divisions)
    assert set(match.ids) <= {one.id for one in divisions}
    assert all(isinstance(one, UUID) for one in match.ids)
    assert len(ranked(printed, divisions)) == len(divisions)


@given(st.sampled_from([one.name for one in TOWN]), st.data())
def test_spaces_inside_a_name_never_matter(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(name) - 1))
    assert meant(name[:at] + " " + name[at:]) == [name]
