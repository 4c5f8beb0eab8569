"""What of a month's quota is spent on which reminders."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.quota import ALL_RANKS, Forecast, Quota, Rank, worth_pushing

MONTH = Forecast({Rank.ESCALATION: 10, Rank.OVERDUE: 40, Rank.DUE: 20, Rank.EARLY: 60})


def test_without_a_limit_everything_is_pushed() -> None:
    assert worth_pushing(Quota(None, 5_000, 30), MONTH) == ALL_RANKS


def test_as_the_quota_runs_short_the_ranks_fall_away_from_the_last() -> None:
    order = [Rank.ESCALATION, Rank.OVERDUE, Rank.DUE, Rank.EARLY]
    for used, kept in ((140, 4), (141, 3), (200, 3), (201, 2), (220, 2), (221, 1), (269, 1)):
        assert worth_pushing(Quota(300, used, 30), MONTH) == frozenset(order[:kept]), used
    assert worth_pushing(Quota(300, 270, 30), MONTH) == frozenset()  # the reserve is left
    assert worth_pushing(Quota(300, 400, 30), MONTH) == frozenset()


def test_the_reserve_of_a_small_plan_leaves_half_of_it() -> None:
    assert Quota(40, 0, 30).spendable == 20
    assert Quota(0, 0, 30).spendable == 0


quotas = st.builds(
    Quota, st.one_of(st.none(), st.integers(0, 500)), st.integers(0, 600), st.integers(0, 100)
)
forecasts = st.dictionaries(st.sampled_from(Rank), st.integers(0, 300)).map(Forecast)


@given(quotas, forecasts)
def test_a_rank_is_never_pushed_before_a_weightier_one(quota: Quota, ahead: Forecast) -> None:
    ranks = worth_pushing(quota, ahead)
    assert ranks == frozenset(list(Rank)[: len(ranks)])


@given(quotas, forecasts, st.integers(1, 50))
def test_less_quota_never_pushes_more(quota: Quota, ahead: Forecast, spent: int) -> None:
    poorer = Quota(quota.limit, quota.used + spent, quota.reserve)
    assert worth_pushing(poorer, ahead) <= worth_pushing(quota, ahead)
