import csv
from collections import Counter
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import Entry, Index, Lexicon
from domain.search.embedding import Vectors
from domain.search.index import TEXT_WEIGHTS, WEIGHTS, weights_of
from domain.search.near import Near, is_quoted, texthood, windows

ROOT = Path(__file__).resolve().parents[2]
SEARCH = ROOT / "benchmarks/search"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Letters:
    """Counts six letters: enough to say which text is near."""

    dimensions = 6

    def query(self, text: str) -> Vectors:
        counts = np.array([text.count(letter) for letter in "กขคงจฉ"], dtype=np.float32) + 1e-3
        made: Vectors = counts / np.linalg.norm(counts)
        return made

    def passages(self, texts: list[str]) -> Vectors:
        return np.array([self.query(text) for text in texts])


@given(st.text(" กขค", max_size=3000))
def test_windows_hold_the_whole_text_in_order(text: str) -> None:
    pieces = windows(text)
    assert "".join(pieces) == text
    assert all(len(piece) <= 600 for piece in pieces)


def test_the_end_of_a_long_answer_is_read_too() -> None:
    entries = [(("เรื่องหนึ่ง",), "ก" * 1000 + "ง" * 400), (("เรื่องสอง",), "ก" * 600 + "ข" * 800)]
    near = Near(Letters(), entries, np.arange(2))
    total, _ = near.compare(Letters().query("งงง")[None, :])
    assert total[0] > total[1]


def test_a_title_far_from_what_is_asked_does_not_hold_a_long_answer_back() -> None:
    entries = [(("กก",), "ข" * 500), (("ขข",), "ข" * 300 + "ก" * 200)]
    near = Near(Letters(), entries, np.arange(2))
    total, _ = near.compare(Letters().query("ข")[None, :])
    assert total[0] == pytest.approx(3.0, abs=0.01)
    short = Near(Letters(), [(("กก",), "ข" * 50), (("ขข",), "ข")], np.arange(2))
    total, _ = short.compare(Letters().query("ข")[None, :])
    assert total[0] < 2.5


def test_a_question_that_repeats_a_long_answer_says_nothing_more() -> None:
    answer = "แม่น้ำโขงไหลผ่านหกประเทศ " * 20
    assert is_quoted("แม่น้ำโขง", answer)
    assert not is_quoted("แม่น้ำชี", answer)
    assert not is_quoted("แม่น้ำโขง", "แม่น้ำโขงยาว")


def test_answers_written_for_residents_are_ranked_as_they_were_tuned() -> None:
    files = [SEARCH / f"{name}_entries.csv" for name in ("tune", "tune2", "eval")]
    for path in (*files, ROOT / "bot/demo/knowledge.csv"):
        assert all(texthood(row["answer"]) == 0 for row in rows(path)), path
    for mode, weights in WEIGHTS.items():
        assert weights_of(mode, 0.0) == weights
        assert astuple(weights_of(mode, 1.0)) == pytest.approx(astuple(TEXT_WEIGHTS[mode]))
        assert sum(astuple(TEXT_WEIGHTS[mode])) == pytest.approx(1.0)


def test_paragraphs_are_found_by_words_alone() -> None:
    known = rows(SEARCH / "paragraphs.csv")
    asked = rows(SEARCH / "paragraph_questions.csv")
    assert set(Counter(row["key"] for row in asked).values()) == {3}
    assert {row["key"] for row in asked} == {row["key"] for row in known}
    entries = [Entry(row["key"], row["title"], row["paragraph"]) for row in known]
    index = Index.build(entries, None, Lexicon.load())
    found = [index.search(row["query"], 3) for row in asked]
    right = [
        row["key"] in [hit.key for hit in hits] for row, hits in zip(asked, found, strict=True)
    ]
    assert np.mean(right) > 0.8
