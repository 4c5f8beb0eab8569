from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from domain.file_types import RefusalReason
from domain.states import ComplaintState
from handlers.public import words
from handlers.public.words import catalogue
from models.complaint import ComplaintKind, EntryKind, IdentityMode

ROOM = Path(words.__file__).parent
pytestmark = pytest.mark.any_engine
# Put together from a value: each of its kind has to be there.
PUT_TOGETHER = {
    *(f"kind.{one.value}" for one in ComplaintKind),
    *(f"kind.{one.value}.hint" for one in ComplaintKind),
    *(f"mode.{one.value}" for one in IdentityMode),
    *(f"mode.{one.value}.hint" for one in IdentityMode),
    *(f"receipt.come_back.{one.value}" for one in IdentityMode),
    *(f"state.{one.value}" for one in ComplaintState),
    *(f"file.{one.value}" for one in RefusalReason),
    *(f"file.{one}" for one in ("too_many", "too_much", "busy")),
    *(f"line.{one}" for one in ("answer", "moved", "added", "asked", "rated", "taken_back")),
    *(f"stars.{number}" for number in range(1, 6)),
    *(f"media.{one}" for one in ("image", "video", "audio", "document")),
    *(f"fact.{one}" for one in ("what", "where", "when", "who")),
    *(f"who.{one}" for one in ("name", "phone")),
    *(f"error.too_long.{one}" for one in ("what", "where", "when", "who", "name", "phone")),
    *(f"trouble.{one}.{part}" for one in ("broken", "no_agency", "not_found", "bad_request", "csrf")
      for part in ("title", "text")),
    *(f"trouble.{one}.{part}" for one in ("too_large", "too_fast", "gone")
      for part in ("title", "text")),
    *("ask.corruption.what", "ask.corruption.where", "ask.corruption.when", "ask.corruption.who"),
    *("ask.service.what", "ask.service.where", "ask.request.what", "ask.request.where"),
    *("ask.suggestion.what", "ask.general.what", "ask.general.where", "ask.general.when"),
}  # fmt: skip


def sources() -> str:
    files = [*ROOM.glob("*.py"), *ROOM.glob("templates/public/*.html")]
    return "\n".join(one.read_text() for one in files)


def test_every_phrase_is_in_both_languages_and_asks_for_the_same_values() -> None:
    for key, phrases in catalogue().items():
        assert len(phrases) == 2
        assert all(one.strip() == one and one for one in phrases), key
        thai, english = ({field for _, field, _, _ in Formatter().parse(one) if field}
                         for one in phrases)  # fmt: skip
        assert thai == english, key


def test_thai_is_thai_and_english_is_not() -> None:
    named = {"ป.ป.ช.", "ป.ป.ท."}  # what the bodies are called
    for key, (thai, english) in catalogue().items():
        if "{" not in thai:
            assert re.search("[ก-ฮ]", thai), key
        for name in named:
            english = english.replace(name, "")
        assert not re.search("[ก-๛]", english), key


def test_every_phrase_that_is_used_is_there_and_every_one_there_is_used() -> None:
    text = sources()
    known = set(catalogue())
    assert known >= PUT_TOGETHER
    written = set(re.findall(r"""\bt\(\s*['"]([a-z_.0-9]+)['"][,)]""", text))
    assert written - known == set()
    quoted = set(re.findall(r"""['"]([a-z_]+(?:\.[a-z_0-9]+)+)['"]""", text))
    assert known - PUT_TOGETHER - written - quoted == set()


def test_the_reporters_lines_all_have_names() -> None:
    shown = {EntryKind.ANSWER, EntryKind.MOVED, EntryKind.ADDED, EntryKind.ASKED}
    shown |= {EntryKind.RATED, EntryKind.TAKEN_BACK}
    assert {f"line.{one.value}" for one in shown} <= set(catalogue())
