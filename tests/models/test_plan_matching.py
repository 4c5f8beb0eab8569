"""Which stored measure a row of a corrected file is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.plan import ReadMeasure
from models.database import Database
from tests.models.plans import AS_STORED, look, put, settled
from tests.offices import Offices

ONE, TWO, THREE = AS_STORED


@pytest.mark.parametrize(
    ("row", "is_known_again"),
    [
        (replace(TWO, number=9, title="ชื่อใหม่ทั้งหมด"), True),  # by its code
        (replace(TWO, number=9, code=None), True),  # by its title
        (replace(TWO, number=9, code=None, title="เปิดเผย ผลการใช้จ่าย-งบประมาณฯ"), True),
        (replace(TWO, code=None, title="เปิดเผยผลการใช้จ่ายงบประมาณค่ะ"), True),  # number, alike
        (replace(TWO, number=9, code=None, title="เปิดเผยผลการใช้จ่ายงบประมาณค่ะ"), False),
        (replace(TWO, code=None, title="จัดซื้อจัดจ้างอย่างเป็นธรรม"), False),  # number alone
        (replace(TWO, code="O12", title="จัดซื้อจัดจ้างอย่างเป็นธรรม"), False),
    ],
)
def test_a_measure_is_known_again_by_code_by_title_or_by_likeness_and_number(
    db: Database, offices: Offices, row: ReadMeasure, is_known_again: bool
) -> None:
    office = offices.makham
    settled(db, office)
    seen = look(db, office, [ONE, THREE, row])
    assert (seen.new == []) == is_known_again
    assert (seen.gone == []) == is_known_again


def test_a_code_that_stands_twice_decides_nothing(db: Database, offices: Offices) -> None:
    office = offices.makham
    twice = [replace(TWO, number=8, title="รอบแรก"), replace(TWO, number=9, title="รอบหลัง")]
    put(db, office, twice, 2567)
    turned = [replace(twice[1], number=8), replace(twice[0], number=9)]
    seen = look(db, office, turned, 2567)
    assert [(one.title, [f.field for f in one.fields]) for one in seen.changed] == [
        ("รอบหลัง", ["number"]),
        ("รอบแรก", ["number"]),
    ]


def test_measures_of_one_title_are_told_apart_by_code_and_number(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    same = [replace(TWO, number=n, code=None) for n in (1, 2, 3)]
    put(db, office, same, 2567)
    assert look(db, office, same, 2567).empty
    seen = look(db, office, [same[0], same[2]], 2567)
    assert ([one.number for one in seen.gone], seen.changed) == ([2], [])
