"""Tables of ITA scores, checked by the weights of the assessment."""

from __future__ import annotations

import pytest

from domain import ita
from domain.plan import ScoreTable
from tests.documents.plans.paper import MUNICIPALITY, Row, head_of

NAMES = [one.name for one in ita.INDICATORS]
SCORES = [91.5, 82.25, 93.0, 74.75, 95.5, 86.0, 97.25, 88.5, 99.0, 80.0]
HEADER = ("ที่", "ตัวชี้วัด", "คะแนน")


def rows(scores: list[float] = SCORES) -> list[Row]:
    return [
        (str(at), name, f"{score:.2f}")
        for at, (name, score) in enumerate(zip(NAMES, scores, strict=True), 1)
    ]


def only(*parts: str | list[Row]) -> ScoreTable:
    [table] = head_of(MUNICIPALITY, *parts).scores
    return table


def test_the_whole_is_what_the_weights_give() -> None:
    table = only([HEADER, *rows()])
    internal, external, public = 437.0 / 5, 271.75 / 3, 179.0 / 2
    assert table.overall == pytest.approx(0.3 * internal + 0.3 * external + 0.4 * public, abs=0.005)
    assert [one.score for one in table.indicators] == SCORES
    assert [one.name for one in table.indicators] == NAMES
    assert table.flags == ()


def sentence(score: float, year: str = "๒๕๖๙") -> str:
    return f"ผลการประเมินในภาพรวม ประจำปี พ.ศ. {year} คิดเป็น {score:.2f} คะแนน"


def test_a_sentence_gives_the_year_and_confirms_the_whole() -> None:
    whole = only([HEADER, *rows()]).overall
    assert whole is not None
    table = only(sentence(whole), [HEADER, *rows()])
    assert (table.year, table.overall, table.flags) == (2569, whole, ())


@pytest.mark.parametrize(
    "text",
    [
        "ผลคะแนนในภาพรวมของปี ๒๕๖๙\nได้ {score} คะแนน",
        "ผลการประเมินได้ {score} คะแนน\nประจำปีงบประมาณ พ.ศ. ๒๕๖๙",
        "ได้คะแนนรวม {score} คะแนน ในปี พ.ศ. ๒๕๖๙",
    ],
)
def test_the_year_may_stand_on_the_line_beside(text: str) -> None:
    whole = only([HEADER, *rows()]).overall
    table = only("คั่นบรรทัด", text.format(score=whole), "คั่นบรรทัด", [HEADER, *rows()])
    assert (table.year, table.overall) == (2569, whole)


def test_a_table_sorted_by_rank_is_read_by_its_names() -> None:
    ordered = sorted(zip(NAMES, SCORES, strict=True), key=lambda one: -one[1])
    by_rank: list[Row] = [
        (str(at), name, f"{score}") for at, (name, score) in enumerate(ordered, 1)
    ]
    plain = only([HEADER, *rows()])
    for first in ("อันดับ", "ที่"):
        table = only([(first, "ตัวชี้วัด", "คะแนน"), *by_rank])
        assert table.indicators == plain.indicators
        assert table.overall == plain.overall


def test_two_years_are_two_tables_each_with_its_own_whole() -> None:
    later = [one + 0.5 for one in SCORES[:-1]] + [100.0]
    first, second = only([HEADER, *rows()]).overall, only([HEADER, *rows(later)]).overall
    assert first is not None
    assert second is not None
    tables = head_of(
        MUNICIPALITY,
        [HEADER, *rows()],
        "ปีถัดมา",
        [HEADER, *rows(later)],
        f"{sentence(second, '๒๕๗๐')} {sentence(first)}",
    ).scores
    assert [(one.year, one.overall, one.flags) for one in tables] == [
        (2569, first, ()),
        (2570, second, ()),
    ]


def test_a_wrong_figure_is_kept_as_printed_and_flagged_with_the_right_one() -> None:
    whole = only([HEADER, *rows()]).overall
    assert whole is not None
    table = only(sentence(whole + 0.2), [HEADER, *rows()])
    assert table.overall == pytest.approx(whole + 0.2)
    assert table.flags == (f"scores_disagree:{whole:.2f}",)


def test_a_missing_indicator_is_flagged_and_no_whole_is_invented() -> None:
    table = only([HEADER, *rows()[:-1]])
    assert table.overall is None
    assert table.flags == ("scores_disagree",)
    said = only(sentence(89.9), [HEADER, *rows()[:-1]])
    assert (said.year, said.overall, said.flags) == (2569, 89.9, ("scores_disagree",))


def test_an_indicator_twice_is_flagged() -> None:
    table = only([HEADER, *rows(), rows()[0]])
    assert (table.overall, table.flags) == (None, ("scores_disagree",))


def test_a_misread_name_is_repaired_by_its_number_and_flagged() -> None:
    wrong = [*rows()[:1], ("2", "การใช้ออมงบประมาณ", "82.25"), *rows()[2:]]
    table = only([HEADER, *wrong])
    assert [one.name for one in table.indicators] == NAMES
    assert table.flags == ("indicator_name_repaired:การใช้ออมงบประมาณ",)


def test_a_name_of_nothing_known_in_a_ranked_table_is_kept_without_a_number() -> None:
    strange = [("1", "ความสุขของชาวบ้าน", "99.00"), *rows()[1:]]
    table = only([("อันดับ", "ตัวชี้วัด", "คะแนน"), *strange])
    assert (table.indicators[0].number, table.indicators[0].name) == (0, "ความสุขของชาวบ้าน")
    assert table.overall is None
    assert "scores_disagree" in table.flags


def test_columns_behind_the_score_and_a_row_of_the_whole_do_not_disturb() -> None:
    whole = only([HEADER, *rows()]).overall
    wide = [(*row, "ผ่าน", "1") for row in rows()]
    table = only(
        [
            (*HEADER, "ระดับ", "จำนวนครั้ง"),
            *wide,
            ("", "คะแนนรวม", f"{whole}", "ผ่าน", ""),
            ("", "เฉลี่ย", "1", "", ""),
        ]
    )
    assert [one.score for one in table.indicators] == SCORES
    assert (table.overall, table.flags) == (whole, ())


def test_a_table_of_scores_is_no_plan_and_a_plan_no_table_of_scores() -> None:
    head = head_of(MUNICIPALITY, [HEADER, *rows()])
    assert len(head.scores) == 1
    assert head_of(MUNICIPALITY).scores == ()


@pytest.mark.parametrize("score", ["-1.00", "100.01", "มาก", ""])
def test_what_is_no_score_is_left_out(score: str) -> None:
    table = only([HEADER, *rows()[:-1], ("10", NAMES[-1], score)])
    assert len(table.indicators) == 9
