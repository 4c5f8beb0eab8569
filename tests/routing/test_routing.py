import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.routing import Intent, route
from domain.routing.model import load, read, save
from domain.routing.train import train, utterances

ROOT = Path(__file__).resolve().parents[2]


def held_out() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in ("routing_eval.csv", "routing_eval2.csv"):
        with (ROOT / "benchmarks/search" / name).open(encoding="utf-8", newline="") as file:
            found += [(row["text"], row["intent"]) for row in csv.DictReader(file)]
    return found


def test_the_stored_model_is_what_the_utterances_build() -> None:
    stored, built = load(), read(save(train(utterances())))
    assert stored.intents == built.intents
    assert np.allclose(stored.idf, built.idf)
    assert np.allclose(stored.weights, built.weights, atol=0.02)
    assert len(save(stored)) < 1_000_000


def test_there_are_enough_utterances_of_every_intent() -> None:
    for intent in Intent:
        assert sum(label == intent for _, label in utterances()) >= 120


def test_no_held_out_message_was_trained_on() -> None:
    assert not {text for text, _ in held_out()} & {text for text, _ in utterances()}


def test_corruption_is_hardly_ever_missed_and_never_taken_for_small_talk() -> None:
    got = [route(text).intent for text, want in held_out() if want == "corruption"]
    assert got.count(Intent.CORRUPTION) / len(got) >= 0.95
    assert Intent.SMALL_TALK not in got


def test_most_held_out_messages_go_the_right_way() -> None:
    right = sum(route(text).intent == want for text, want in held_out())
    assert right / len(held_out()) >= 0.93


@pytest.mark.parametrize(
    "text",
    [
        "1234567890123456",
        "1234 5678 9012 3456",
        "๑๒๓๔-๕๖๗๘-๙๐๑๒-๓๔๕๖",
        "รหัสของฉันคือ 1234-5678-9012-3456 ครับ",
        "เรื่องที่แจ้งถึงไหนแล้ว",
    ],
)
def test_a_tracking_code_in_any_dress_is_a_status_check(text: str) -> None:
    assert route(text).intent is Intent.STATUS


@pytest.mark.parametrize("text", ["0812345678", "12345678901234567", "1 2 3"])
def test_other_numbers_are_no_tracking_code(text: str) -> None:
    assert route(text).intent is not Intent.STATUS or route(text).confidence < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "นายช่างเรียกสินบน",
        "ทุจริด",
        "ทุจรติ โกง",
        "เอารถหลวงไปใช้ส่วนตัว",
        "ฮั้วประมูลถนน",
        "เขายักยอกเงินหลวง",
        "โ ก ง เ งิ น",
        "สวัสดีค่ะ พอดีว่านายช่างขอเงินสองพันถึงจะเซ็นให้ค่ะ ขอบคุณค่ะ",
    ],
)
def test_talk_of_corruption_is_heard_through_spaces_slips_and_manners(text: str) -> None:
    assert route(text).intent is Intent.CORRUPTION


@pytest.mark.parametrize("text", ["บอทโกงเกม 555", "เทศบาลนี้ไม่โกง ดีมาก"])
def test_denials_and_jokes_are_not_reports(text: str) -> None:
    assert route(text).intent is not Intent.CORRUPTION


@pytest.mark.parametrize("text", ["", "   ", "👍", "🙏🙏", "...", "\ud800"])
def test_a_message_without_words_is_small_talk(text: str) -> None:
    assert route(text).intent is Intent.SMALL_TALK


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=100))
def test_no_message_makes_routing_raise(text: str) -> None:
    assert 0 <= route(text).confidence <= 1


@pytest.mark.parametrize("unit", ["ขอเงิน", "เอาเทศบาล", "ช่าง", "ก", "1 ", "ที่แจ้งไว้", "😀", "โกง"])
def test_ten_thousand_characters_are_routed(unit: str) -> None:
    assert route((unit * 10_000)[:10_000]).intent in Intent
