"""However LINE and the network behave, nothing is said twice and nothing owed is lost unseen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.delivery import Answer, Final, Standing, Way, choose_way, judge
from domain.states import OUTBOX_MOVES, OutboxState

START = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
TOKEN_LIFE = timedelta(seconds=60)  # LINE's
OUR_TOKEN_LIFE = timedelta(seconds=57)
KEY_LIFE = timedelta(hours=24)
LEASE = timedelta(seconds=30)
MOST_STEPS = 3000  # one for each lease of 23 hours, when every attempt dies


class Trouble(Enum):
    """What may go wrong with one call."""

    NONE = auto()
    REQUEST_LOST = auto()
    ANSWER_LOST = auto()
    NOT_REACHED = auto()
    FAILS_BEFORE = auto()  # 500, and nothing was done
    FAILS_AFTER = auto()  # 500, and it was done
    DIES_BEFORE = auto()  # our own process, between the intent and the call
    DIES_AFTER = auto()  # our own process, between the call and the outcome
    RATE = auto()
    SAME_USER = auto()
    CHANNEL_TOKEN = auto()
    REFUSES = auto()


LASTING = [Trouble.REFUSES]


@dataclass
class Line:
    """LINE, as far as one message is concerned."""

    quota_first: bool  # whether the quota is looked at before the retry key: LINE does not say
    quota_from: datetime  # used up from here…
    quota_until: datetime  # …until a new month
    token_used: bool = False
    keys: dict[int, datetime] = field(default_factory=dict)
    arrived: int = 0

    def take(self, way: Way, key: int, now: datetime, trouble: Trouble) -> Answer | None:
        """One call; None when the caller died of it."""
        early = {
            Trouble.REQUEST_LOST: Answer(None),
            Trouble.NOT_REACHED: Answer(None, reached=False),
            Trouble.FAILS_BEFORE: Answer(500),
            Trouble.DIES_BEFORE: None,
            Trouble.RATE: Answer(429, "The API rate limit has been exceeded."),
            Trouble.SAME_USER: Answer(429, "Too many messages to the same user"),
            Trouble.CHANNEL_TOKEN: Answer(401),
            Trouble.REFUSES: Answer(400, "The property is invalid"),
        }
        if trouble in early:
            return early[trouble]
        answer = self._reply(now) if way is Way.REPLY else self._push(key, now)
        late = {
            Trouble.ANSWER_LOST: Answer(None),
            Trouble.FAILS_AFTER: Answer(500),
            Trouble.DIES_AFTER: None,
        }
        return late.get(trouble, answer)

    def _reply(self, now: datetime) -> Answer:
        if self.token_used or now > START + TOKEN_LIFE:
            return Answer(400, '{"message":"Invalid reply token"}')
        self.token_used = True
        self.arrived += 1
        return Answer(200)

    def _push(self, key: int, now: datetime) -> Answer:
        over = self.quota_from <= now < self.quota_until
        limit = Answer(429, "You have reached your monthly limit.")
        if self.quota_first and over:
            return limit
        if key in self.keys and now - self.keys[key] < KEY_LIFE:
            return Answer(409, accepted_request_id="before")
        if over:
            return limit
        self.keys[key] = now
        self.arrived += 1
        return Answer(200)


@dataclass
class Letter:
    """One row of the outbox, as `models.outbox` and `bot.outbox` keep it."""

    has_token: bool
    worth_quota: bool
    must_arrive: bool
    now: datetime
    state: OutboxState = OutboxState.WAITING
    outcome: str = ""
    ambiguous: bool = False
    attempts: int = 0
    key: int = 1
    first_push_at: datetime | None = None

    def standing(self) -> Standing:
        return Standing(
            has_token=self.has_token,
            token_until=START + OUR_TOKEN_LIFE if self.has_token else None,
            worth_quota=self.worth_quota or self.must_arrive,
            must_arrive=self.must_arrive,
            ambiguous=self.ambiguous,
            attempts=self.attempts,
            created_at=START,
            first_push_at=self.first_push_at,
        )

    def becomes(self, state: OutboxState, outcome: str = "") -> None:
        assert state in OUTBOX_MOVES[self.state]
        self.state, self.outcome = state, outcome

    def try_once(self, line: Line, trouble: Trouble) -> None:
        self.becomes(OutboxState.SENDING)
        self.attempts += 1
        standing = self.standing()
        way = choose_way(standing, self.now)
        if isinstance(way, Final):
            self.becomes(way.state, way.outcome)
            return
        if way is Way.PUSH and self.first_push_at is None:
            self.first_push_at = self.now
        answer = line.take(way, self.key, self.now, trouble)
        if answer is None:
            self.now += LEASE  # found again with its lease run out
            self.ambiguous = True
            return
        verdict = judge(way, standing, answer)
        if isinstance(verdict, Final):
            self.becomes(verdict.state, verdict.outcome)
            return
        assert verdict.pause >= timedelta()
        self.becomes(OutboxState.WAITING, verdict.outcome)
        self.now += verdict.pause
        self.ambiguous = self.ambiguous or verdict.ambiguous
        self.has_token = self.has_token and not verdict.token_is_gone

    def is_released(self, now: datetime) -> None:
        """A new month: `models.outbox.release_held`."""
        self.becomes(OutboxState.WAITING)
        self.now = max(self.now, now)
        self.key += 1
        self.first_push_at = None


def send(letter: Letter, line: Line, troubles: list[Trouble], well_from: datetime) -> None:
    """Try until it is over. From ``well_from`` on nothing goes wrong any more."""
    coming = iter(troubles)
    for _ in range(MOST_STEPS):
        if letter.state not in (OutboxState.WAITING, OutboxState.SENDING):
            return
        trouble = Trouble.NONE if letter.now >= well_from else next(coming, Trouble.NONE)
        letter.try_once(line, trouble)
        if letter.state is OutboxState.HELD:
            letter.is_released(line.quota_until)
    pytest.fail(f"no end is in sight: {letter}")


hours = st.integers(0, 22 * 60).map(lambda minutes: timedelta(minutes=minutes))
letters = st.builds(
    Letter,
    has_token=st.booleans(),
    worth_quota=st.booleans(),
    must_arrive=st.booleans(),
    now=st.sampled_from([0, 1, 30, 56, 57, 59, 61, 3600]).map(
        lambda seconds: START + timedelta(seconds=seconds)
    ),
)
lines = st.builds(
    Line,
    quota_first=st.booleans(),
    quota_from=st.sampled_from([0, 1, 60, 3600]).map(
        lambda seconds: START + timedelta(seconds=seconds)
    ),
    quota_until=st.sampled_from([timedelta(-1), timedelta(hours=2), timedelta(days=20)]).map(
        lambda wait: START + wait
    ),
)


@settings(max_examples=600, deadline=None)
@given(letters, lines, st.lists(st.sampled_from(Trouble), max_size=60), hours)
def test_whatever_goes_wrong_a_message_ends_and_is_not_said_twice(
    letter: Letter, line: Line, troubles: list[Trouble], trouble_lasts: timedelta
) -> None:
    send(letter, line, troubles, START + trouble_lasts)
    event(f"{letter.state.value}: {letter.outcome}")
    assert letter.state in (
        OutboxState.SENT,
        OutboxState.REFUSED,
        OutboxState.UNKNOWN,
        OutboxState.DROPPED,
    )
    if not letter.must_arrive:
        assert line.arrived <= 1
    if letter.state is OutboxState.SENT:
        assert line.arrived >= 1
    if letter.state is OutboxState.DROPPED:
        assert line.arrived == 0
        assert not letter.worth_quota
        assert not letter.must_arrive


@settings(max_examples=600, deadline=None)
@given(
    letters,
    lines,
    st.lists(st.sampled_from([one for one in Trouble if one not in LASTING]), max_size=60),
    hours,
)
def test_what_must_arrive_arrives_where_line_recovers_within_23_hours(
    letter: Letter, line: Line, troubles: list[Trouble], trouble_lasts: timedelta
) -> None:
    letter.must_arrive = True
    send(letter, line, troubles, START + trouble_lasts)
    assert letter.state is OutboxState.SENT
    assert line.arrived >= 1


@settings(max_examples=300, deadline=None)
@given(letters, st.lists(st.sampled_from(Trouble), min_size=1, max_size=12), st.booleans())
def test_where_line_never_recovers_what_must_arrive_is_given_up_aloud(
    letter: Letter, troubles: list[Trouble], quota_first: bool
) -> None:
    letter.must_arrive = True
    line = Line(quota_first, quota_from=START, quota_until=START)
    send(letter, line, troubles * 3000, START + timedelta(days=30))
    if line.arrived == 0:
        assert letter.state in (OutboxState.REFUSED, OutboxState.UNKNOWN)
