"""Whatever people send, in whatever order, the guided report keeps its promises."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

from hypothesis import event as note
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from bot.cards import MOST_MESSAGES, render
from domain.conversation import MOST_FILES, step
from domain.dialogue import (
    Dialogue,
    DiscardFiles,
    Draft,
    Event,
    FileReport,
    Moved,
    Other,
    PassOn,
    Placed,
    Said,
    Say,
    Sent,
    State,
    Unusable,
)
from domain.ids import new_receipt_code
from domain.limits import utf16_units
from domain.taps import Move
from domain.wording import typed_move
from tests.domain.talking import NOON

_WORDS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="กขคงาิ้ำ๑๒ 12\n", max_size=40),
    st.sampled_from(["ยืนยัน", "ส่งเรื่อง", "แก้ไข", "ย้อนกลับ", "ข้าม", "ยกเลิก", "ทำต่อ", "ไปต่อ"]),
    st.sampled_from(["ไม่มี", "ไม่มีครับ", "👍", "", " ", new_receipt_code(), "1" * 16]),
    st.sampled_from(["ก\u0e49", "😀", "a"]).map(lambda mark: mark * 6001),
)
# What a person does who wants to get on; without it random walks seldom reach the end.
_ONWARD: dict[State, list[Event]] = {
    State.IDLE: [Moved(Move.CORRUPTION), Moved(Move.COMPLAINT)],
    State.EVIDENCE: [Moved(Move.NEXT), Said("ไม่มี"), Moved(Move.SKIP)],
    State.IDENTITY: [Moved(Move.NAMED), Moved(Move.ANONYMOUS), Moved(Move.CONFIDENTIAL)],
    State.CONSENT: [Moved(Move.AGREE), Said("ยินยอม")],
    State.CONFIRM: [Moved(Move.CONFIRM), Said("ยืนยัน"), Moved(Move.EDIT), Moved(Move.BACK)],
    State.TRACK: [Said(new_receipt_code()), Moved(Move.CORRUPTION)],
}


class Conversation(RuleBasedStateMachine):
    """Random events; the rules are ways to send them, the checks are made at each."""

    sets = Bundle("sets")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.dialogue = Dialogue()
        self.accepted: Counter[str] = Counter()
        self.settled: Counter[str] = Counter()

    @rule(text=_WORDS)
    def says(self, text: str) -> None:
        self._happens(Said(text))

    @rule(text=st.text(alphabet="กขค", min_size=1, max_size=9))
    def answers(self, text: str) -> None:
        self._happens(Said(text))

    @rule(steps=st.integers(1, 9), which=st.integers(0, 11))
    def goes_on(self, steps: int, which: int) -> None:
        for _ in range(steps):
            onward = _ONWARD.get(self.dialogue.state, [Said("คำตอบ")])
            self._happens(onward[which % len(onward)])

    @rule(move=st.sampled_from(Move))
    def taps(self, move: Move) -> None:
        self._happens(Moved(move))

    @rule(count=st.integers(1, 4))
    def sends_photos(self, count: int) -> None:
        for _ in range(count):
            self._sends(None, 1)

    @rule(target=sets, total=st.integers(1, 14))
    def begins_a_set(self, total: int) -> tuple[str, int]:
        return f"set{len(self.accepted)}", total

    @rule(one=sets, count=st.integers(1, 14))
    def sends_some_of_a_set(self, one: tuple[str, int], count: int) -> None:
        for _ in range(count):
            self._sends(*one)

    @rule(text=st.text(max_size=30))
    def sends_a_place(self, text: str) -> None:
        self._happens(Placed(text))

    @rule(event=st.sampled_from([Other(), Unusable("ไฟล์นี้ว่างเปล่า กรุณาส่งใหม่อีกครั้งค่ะ")]))
    def sends_something_else(self, event: Event) -> None:
        self._happens(event)

    @rule(minutes=st.sampled_from([1, 59, 61, 60 * 24 * 13]))
    def is_away(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def is_saved_and_loaded(self) -> None:
        self.dialogue = Dialogue.from_json(json.loads(json.dumps(self.dialogue.to_json())))

    def _sends(self, set_id: str | None, total: int) -> None:
        name = f"file{len(self.accepted)}"
        self.accepted[name] += 1
        self._happens(Sent(name, set_id, total))

    def _happens(self, event: Event) -> None:
        before = self.dialogue
        note(before.state.value)
        outcome = step(before, event, self.now)
        self.dialogue = outcome.dialogue
        said = []
        for effect in outcome.effects:
            match effect:
                case Say(message):
                    said.append(message)
                case DiscardFiles(files):
                    self.settled.update(files)
                case FileReport(draft):
                    self._is_whole(draft, before, event)
                    self.settled.update(draft.files)
        assert len(said) < MOST_MESSAGES
        if said:
            for dressed in render(said):
                assert len(dressed.to_json()) < 30_000
                if dressed.type == "text":
                    assert 0 < utf16_units(dressed.text) <= 5000
        is_quiet = isinstance(event, Sent) and event.set_id is not None
        assert outcome.effects or is_quiet, "the person is left without an answer"
        if any(isinstance(one, PassOn) for one in outcome.effects):
            assert outcome.dialogue.state in (before.state, State.IDLE)
        if event == Moved(Move.CANCEL) and before.state is not State.IDLE:
            assert (outcome.dialogue.state, outcome.dialogue.draft) == (State.IDLE, Draft())

    def _is_whole(self, draft: Draft, before: Dialogue, event: Event) -> None:
        assert before.state is State.CONFIRM
        typed = isinstance(event, Said) and typed_move(event.text) is Move.CONFIRM
        assert typed or event == Moved(Move.CONFIRM)
        assert draft == before.draft
        assert draft.answers["what"]
        assert draft.mode in ("named", "confidential", "anonymous")
        assert bool(draft.name) <= (draft.mode == "named")
        assert self.dialogue.draft == Draft()

    @invariant()
    def no_file_is_lost_or_doubled(self) -> None:
        assert self.settled + Counter(self.dialogue.draft.files) == self.accepted

    @invariant()
    def an_idle_conversation_remembers_nothing(self) -> None:
        if self.dialogue.state is State.IDLE:
            assert self.dialogue.draft == Draft()
        assert len(self.dialogue.draft.files) <= MOST_FILES


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
