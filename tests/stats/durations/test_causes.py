"""Competing outcomes: shares and variances beside lifelines and plain algebra."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter
from scipy import stats

from rightsplan.errors import Refused
from rightsplan.stats.durations import cumulative_incidence, incidence_at, incidence_difference, kaplan_meier

from .cases import office


@pytest.mark.parametrize("seed", range(4))
def test_incidence_and_variance_are_those_of_lifelines(seed: int) -> None:
    cases = office(seed, 90, ties=False, causes=2)
    found = cumulative_incidence(cases.time, cases.done, cases.group)
    for row, cause in enumerate(found.causes):
        which = np.where(cases.done, np.where(np.array(cases.group) == cause, 1, 2), 0)
        theirs = AalenJohansenFitter(calculate_variance=True).fit(cases.time, which, event_of_interest=1)
        assert found.incidence[row] == pytest.approx(theirs.cumulative_density_.iloc[:, 0].to_numpy(), rel=1e-9)
        variance = theirs.variance_.to_numpy().ravel()
        known = ~np.isnan(variance)  # lifelines has none where everyone at risk is done
        assert known.sum() > 85
        assert found.error[row][known] ** 2 == pytest.approx(variance[known], rel=1e-6, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_outcomes_and_waiting_add_up(seed: int) -> None:
    cases = office(seed % 101, 50, causes=3)
    found = cumulative_incidence(cases.time, cases.done, cases.group)
    assert found.incidence.sum(axis=0) + found.waiting == pytest.approx(1)
    assert found.waiting == pytest.approx(kaplan_meier(cases.time, cases.done).survival)
    assert (np.diff(found.incidence, axis=1) >= 0).all()
    order = np.random.default_rng(seed).permutation(50)
    names = {"decided": "x", "withdrawn": "b", "settled": "c"}
    other = cumulative_incidence(cases.time[order] * 3, cases.done[order], [names[cases.group[i]] for i in order])
    for row, cause in enumerate(found.causes):
        again = other.causes.index(names[cause])
        for field in ("incidence", "error", "low", "high"):
            assert getattr(other, field)[again] == pytest.approx(getattr(found, field)[row], nan_ok=True, abs=1e-12)


def test_one_cause_is_kaplan_meier() -> None:
    cases = office(5)
    found = cumulative_incidence(cases.time, cases.done, cases.group, interval="log-log")
    curve = kaplan_meier(cases.time, cases.done, interval="log-log")
    assert found.incidence[0] == pytest.approx(1 - curve.survival)
    assert found.error[0] == pytest.approx(curve.error, abs=1e-12)
    assert found.low[0] == pytest.approx(1 - curve.high, nan_ok=True, abs=1e-12)
    assert found.high[0] == pytest.approx(1 - curve.low, nan_ok=True, abs=1e-12)


def test_without_censoring_the_incidence_is_a_share_with_binomial_variance() -> None:
    rng = np.random.default_rng(2)
    time, cause = np.ceil(rng.exponential(10, 60)), rng.choice(["decided", "withdrawn"], 60)
    found = cumulative_incidence(time, np.ones(60), cause)
    for day in (3, 10, 25):
        share = ((time <= day) & (cause == "withdrawn")).mean()
        figure = incidence_at(found, "withdrawn", day)
        assert figure.value == pytest.approx(share)
        assert figure.error == pytest.approx((share * (1 - share) / 60) ** 0.5)
        exact = stats.binomtest(round(share * 60), 60).proportion_ci(0.95, method="exact")
        assert (figure.low, figure.high) == pytest.approx((exact.low, exact.high))


def test_one_minus_kaplan_meier_is_more() -> None:
    """The usual mistake: treating the withdrawn as censored overstates the share decided."""
    cases = office(9, 200, causes=2)
    decided = cases.done & (np.array(cases.group) == "decided")
    naive = 1 - kaplan_meier(cases.time, decided).survival
    found = cumulative_incidence(cases.time, cases.done, cases.group)
    assert (naive >= found.incidence[0] - 1e-12).all()
    assert naive[-1] - found.incidence[0, -1] > 0.1


def test_difference_of_two_groups() -> None:
    a, b = (office(seed, 80, causes=2) for seed in (1, 2))
    one, other = (cumulative_incidence(x.time, x.done, x.group) for x in (a, b))
    found, back = incidence_difference(one, other, "decided", 30), incidence_difference(other, one, "decided", 30)
    gap = incidence_at(one, "decided", 30).value - incidence_at(other, "decided", 30).value
    assert (found.value, back.value) == (pytest.approx(gap), pytest.approx(-gap))
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))
    assert -1 <= found.low < found.value < found.high <= 1
    assert found.error == pytest.approx((incidence_at(one, "decided", 30).error ** 2
                                         + incidence_at(other, "decided", 30).error ** 2) ** 0.5)  # fmt: skip


def test_an_outcome_that_never_happened_is_zero_and_not_unknown() -> None:
    cases = office(3, 40)
    found = cumulative_incidence(cases.time, cases.done, cases.group, causes=["withdrawn"])
    assert found.causes == ("decided", "withdrawn")
    figure = incidence_at(found, "withdrawn", 30)
    known = 40 - int((~cases.done & (cases.time < 30)).sum())
    assert (figure.value, figure.low, figure.note) == (0, 0, "")
    assert figure.high == pytest.approx(stats.binomtest(0, known).proportion_ci(0.95, method="exact").high)
    assert incidence_difference(found, found, "withdrawn", 30).value == 0
    usual = cumulative_incidence(cases.time, cases.done, cases.group, causes=["withdrawn"], interval="log-log")
    plain = incidence_at(usual, "withdrawn", 30)
    assert (plain.value, plain.low) == (0, None)
    assert "beta" in plain.note
    assert incidence_difference(usual, usual, "withdrawn", 30).low is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["beta", "log-log"]))
def test_the_limits_hold_the_incidence(seed: int, interval: str) -> None:
    cases = office(seed % 103, 30, causes=3)
    found = cumulative_incidence(cases.time, cases.done, cases.group, interval=interval)  # type: ignore[arg-type]
    defined = ~np.isnan(found.low)
    assert defined.all() or interval == "log-log"
    low, share, high = (x[defined] for x in (found.low, found.incidence, found.high))
    assert ((low >= 0) & (low <= share + 1e-9) & (share <= high + 1e-9) & (high <= 1)).all()


def test_too_few_and_too_short_have_a_reason() -> None:
    few = cumulative_incidence([1, 2, 3], [1, 1, 0], ["a", "b", ""])
    assert incidence_at(few, "a", 2).value is None
    assert "fewer than 5" in incidence_at(few, "a", 2).note
    cases = office(4, 40, causes=2)
    found = cumulative_incidence(cases.time, cases.done & (cases.time < 25), cases.group)
    assert incidence_at(found, "decided", 400).note == "no case was observed for so long"
    assert incidence_difference(found, cumulative_incidence([1], [1], ["decided"]), "decided", 1).value is None


def test_bad_input_is_refused() -> None:
    cases = office(4, 40, causes=2)
    found = cumulative_incidence(cases.time, cases.done, cases.group)
    wider = cumulative_incidence(cases.time, cases.done, cases.group, level=0.9)
    for call, message in [
        (lambda: cumulative_incidence([1, 2], [1, 1], ["a"]), "cause has 1 values"),
        (lambda: cumulative_incidence([1, 2], [1, 1], ["a", ""]), "cause is empty"),
        (lambda: cumulative_incidence([1, 2], [0, 0], ["", ""]), "no cause is named"),
        (lambda: cumulative_incidence([1, -2], [1, 1], ["a", "b"]), "time"),
        (lambda: cumulative_incidence([1, 2], [1, 1], ["a", "b"], level=1), "level"),
        (lambda: cumulative_incidence([1], [1], ["a"], interval="wald"), "interval"),  # type: ignore[arg-type]
        (lambda: incidence_at(found, "lost", 3), "cause"),
        (lambda: incidence_at(found, "decided", float("nan")), "time"),
        (lambda: incidence_difference(found, wider, "decided", 3), "different levels"),
    ]:
        with pytest.raises(Refused, match=message) as refused:
            call()
        assert refused.value.remedy
