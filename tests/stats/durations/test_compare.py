"""The log-rank test beside R, scipy, lifelines and statsmodels; differences of restricted means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test
from scipy import stats
from statsmodels.duration.survfunc import survdiff

from rightsplan.errors import Refused
from rightsplan.stats.durations import kaplan_meier, log_rank, restricted_mean_difference

from .cases import leukemia, lung, office


def test_published_values() -> None:
    """lung by sex: R survival 3.5-3; 6-MP against placebo: 16.79 (Kleinbaum and Klein 2012, chapter 2)."""
    cases = lung()
    found = log_rank(cases.time, cases.done, cases.group)
    assert found.statistic == pytest.approx(10.3267419549, abs=5e-11)
    assert found.p_value == pytest.approx(0.00131116, abs=5e-9)
    assert (found.groups, found.degrees, found.observed.tolist()) == (("1", "2"), 1, [112, 53])
    cases = leukemia()
    found = log_rank(cases.time, cases.done, cases.group)
    assert found.statistic == pytest.approx(16.79, abs=5e-3)
    assert found.expected == pytest.approx([19.25, 10.75], abs=5e-3)


@pytest.mark.parametrize("seed", range(4))
def test_two_groups_are_those_of_scipy(seed: int) -> None:
    cases = office(seed, 70)
    group = np.arange(70) % 2
    halves = [
        stats.CensoredData(uncensored=cases.time[mine & cases.done], right=cases.time[mine & ~cases.done])
        for mine in (group == 0, group == 1)
    ]
    theirs = stats.logrank(*halves)
    found = log_rank(cases.time, cases.done, group)
    assert (found.statistic, found.p_value) == pytest.approx((theirs.statistic**2, theirs.pvalue))


@pytest.mark.parametrize("seed", range(4))
def test_several_groups_and_strata(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases = office(seed, 150)
    group, strata = rng.choice(list("abcd"), 150), rng.choice(["x", "y", "z"], 150)
    plain = multivariate_logrank_test(cases.time, group, cases.done)
    found = log_rank(cases.time, cases.done, group)
    assert (found.statistic, found.degrees) == (pytest.approx(plain.test_statistic), 3)
    statistic, p_value = survdiff(cases.time, cases.done.astype(int), group, strata=strata)
    layered = log_rank(cases.time, cases.done, group, strata=strata)
    assert (layered.statistic, layered.p_value) == pytest.approx((statistic, p_value))
    assert layered.observed.sum() == pytest.approx(layered.expected.sum())


def test_late_entry_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(6)
    cases = office(6, 150)
    entry = np.floor(cases.time * rng.uniform(0, 0.8, 150))
    keep = cases.time > np.maximum(entry, 3)
    time, done, entry, group = cases.time[keep], cases.done[keep], entry[keep], rng.choice(list("ab"), keep.sum())
    statistic, _ = survdiff(time, done.astype(int), group, entry=entry)
    assert log_rank(time, done, group, entry=entry).statistic == pytest.approx(statistic)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_laws(seed: int, scale: float) -> None:
    """Another unit, order and names: the same test. One stratum is no stratum; a stratum of one group adds nothing."""
    rng = np.random.default_rng(seed)
    cases = office(seed % 89, 60)
    group = rng.choice(list("abc"), 60)
    group[:3] = list("abc")
    base = log_rank(cases.time, cases.done, group)
    order = rng.permutation(60)
    names = {"a": "zeta", "b": "eta", "c": "alpha"}
    other = log_rank(cases.time[order] * scale, cases.done[order], [names[group[i]] for i in order])
    assert other.statistic == pytest.approx(base.statistic, rel=1e-6, abs=1e-9)
    assert other.observed[::-1].sum() == base.observed.sum()
    assert log_rank(cases.time, cases.done, group, strata=["one"] * 60).statistic == pytest.approx(base.statistic)
    more = log_rank(
        np.r_[cases.time, cases.time], np.r_[cases.done, cases.done], np.r_[group, ["a"] * 60],
        strata=["one"] * 60 + ["two"] * 60,
    )  # fmt: skip
    assert more.statistic == pytest.approx(base.statistic)


def test_false_alarms_are_rare() -> None:
    rng = np.random.default_rng(12)
    found = []
    for _ in range(600):
        waited, seen = rng.exponential(30, 80), rng.uniform(5, 90, 80)
        found.append(log_rank(np.minimum(waited, seen), waited <= seen, np.arange(80) % 2).p_value < 0.05)
    assert 0.03 < np.mean(found) < 0.075


def test_a_group_that_is_never_comparable_is_named() -> None:
    found = log_rank([5, 6, 7, 8, 1], [1, 1, 1, 1, 0], list("ababc"))
    assert (found.degrees, found.note) == (1, "not comparable: c")
    assert found.statistic == pytest.approx(log_rank([5, 6, 7, 8], [1, 1, 1, 1], list("abab")).statistic)
    nobody = log_rank([5, 6, 7], [0, 0, 0], list("aba"))
    assert (nobody.statistic, nobody.p_value, nobody.degrees) == (None, None, 0)
    assert nobody.note
    at_once = log_rank([5] * 6, [1] * 6, list("aaabbb"))
    assert (at_once.statistic, at_once.p_value) == (None, None)


def test_difference_of_restricted_means() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.exponential(20, 25), rng.exponential(30, 40)
    one, other = kaplan_meier(a, np.ones(25)), kaplan_meier(b, np.ones(40))
    until = float(max(a.max(), b.max()))
    found = restricted_mean_difference(one, other, until)
    welch = stats.ttest_ind(a, b, equal_var=False)
    interval = welch.confidence_interval()
    assert (found.value, found.low, found.high) == pytest.approx((a.mean() - b.mean(), interval.low, interval.high))
    back = restricted_mean_difference(other, one, until)
    assert (back.value, back.low, back.high) == pytest.approx((-found.value, -found.high, -found.low))
    same = kaplan_meier(np.full(9, 4.0), np.ones(9))
    found = restricted_mean_difference(same, same, 5)
    assert (found.value, found.low, found.note) == (0, None, "no interval: all waited equally long")
    few = restricted_mean_difference(one, kaplan_meier([1, 2, 3], [1, 1, 1]), 3)
    assert (few.value, few.note) == (None, "fewer than 5 cases done by then")


def test_bad_input_is_refused() -> None:
    one, other = (kaplan_meier(np.arange(1, 11.0), np.ones(10), level=x) for x in (0.9, 0.95))
    for call, message in [
        (lambda: log_rank([1, 2], [1, 1], ["a", "a"]), "one group"),
        (lambda: log_rank([1, 2], [1, 1], ["a"]), "group has 1 values"),
        (lambda: log_rank([1, 2], [1, 1], ["a", ""]), "group is empty"),
        (lambda: log_rank([1, 2], [1, 1], ["a", None]), "group is empty"),
        (lambda: log_rank([1, 2], [1, 1], ["a", float("nan")]), "group is empty"),
        (lambda: log_rank([1, 2], [1, 1], ["a", "b"], strata=["x"]), "strata has 1 values"),
        (lambda: log_rank([1, np.nan], [1, 1], ["a", "b"]), "time"),
        (lambda: restricted_mean_difference(one, other, 5), "different levels"),
        (lambda: restricted_mean_difference(one, one, -1), "until"),
    ]:
        with pytest.raises(Refused, match=message) as refused:
            call()
        assert refused.value.remedy
