"""The curve, its intervals, medians, shares by a deadline and restricted means, beside scipy, lifelines and books."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times, restricted_mean_survival_time
from scipy import stats

from rightsplan.errors import Refused
from rightsplan.stats.durations import Curve, done_by, kaplan_meier, quantile, restricted_mean

from .cases import leukemia, lung, office

SEEDS = st.integers(0, 2**32 - 1)


def at(curve: Curve, times: np.ndarray) -> np.ndarray:
    return np.searchsorted(curve.times, times, side="right") - 1


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("interval", ["log-log", "greenwood"])
def test_the_curve_is_that_of_scipy(seed: int, interval: str) -> None:
    cases = office(seed)
    curve = kaplan_meier(cases.time, cases.done, interval=interval)  # type: ignore[arg-type]
    data = stats.CensoredData(uncensored=cases.time[cases.done], right=cases.time[~cases.done])
    theirs = stats.ecdf(data).sf
    place = at(curve, theirs.quantiles)
    assert curve.survival[place] == pytest.approx(theirs.probabilities)
    with np.errstate(all="ignore"):  # scipy divides by zero at the ends
        limits = theirs.confidence_interval(method="linear" if interval == "greenwood" else "log-log")
    inside = (theirs.probabilities > 0) & (theirs.probabilities < 1)
    assert curve.low[place][inside] == pytest.approx(limits.low.probabilities[inside].clip(0, 1))
    assert curve.high[place][inside] == pytest.approx(limits.high.probabilities[inside].clip(0, 1))


def test_late_entry_is_that_of_lifelines() -> None:
    rng = np.random.default_rng(3)
    cases = office(8, 200)
    entry = np.floor(cases.time * rng.uniform(0, 0.9, 200))
    entry[:20] = 0
    keep = (cases.time > entry) & (cases.time > 3)
    time, done, entry = cases.time[keep], cases.done[keep], entry[keep]
    curve = kaplan_meier(time, done, entry=entry)
    theirs = KaplanMeierFitter().fit(time, done, entry=entry)
    when = np.unique(time)
    assert curve.survival[at(curve, when)] == pytest.approx(theirs.predict(when).to_numpy())
    table = theirs.event_table.loc[when]
    assert curve.at_risk[at(curve, when)].tolist() == (table["at_risk"] - table["entrance"]).tolist()


def test_figures_of_the_books() -> None:
    """6-MP arm of Freireich: the curve in Kleinbaum and Klein (2012, chapter 2) and Klein and Moeschberger (2003)."""
    cases = leukemia()
    treated = np.array(cases.group) == "0"
    curve = kaplan_meier(cases.time[treated], cases.done[treated], interval="log-log")
    printed = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    for week, share in printed.items():
        assert curve.survival[at(curve, np.array([week]))][0] == pytest.approx(share, abs=6e-5)
    assert curve.error[at(curve, np.array([6]))][0] == pytest.approx(0.0764, abs=6e-5)
    assert quantile(curve).value == 23
    placebo = kaplan_meier(cases.time[~treated], cases.done[~treated])
    assert (quantile(placebo).value, placebo.survival[-1]) == (8, 0)
    patients = lung()
    medians = {"1": 270, "2": 426}  # survfit of R survival 3.5-3: lung by sex
    for sex, days in medians.items():
        mine = np.array(patients.group) == sex
        assert quantile(kaplan_meier(patients.time[mine], patients.done[mine])).value == days


@pytest.mark.parametrize("seed", range(5))
def test_medians_and_areas_are_those_of_lifelines(seed: int) -> None:
    cases = office(seed, 80)
    curve = kaplan_meier(cases.time, cases.done, interval="log-log")
    theirs = KaplanMeierFitter().fit(cases.time, cases.done)
    found = quantile(curve)
    assert found.value == theirs.median_survival_time_
    low, high = median_survival_times(theirs.confidence_interval_).to_numpy()[0]
    assert (found.low, found.high if found.high is not None else np.inf) == (low, high)
    mean = restricted_mean(curve, 40)
    assert mean.value == pytest.approx(restricted_mean_survival_time(theirs, t=40), rel=1e-9)


def test_without_censoring_the_share_is_binomial_and_its_interval_exact() -> None:
    time = np.arange(1, 21.0)
    curve = kaplan_meier(time, np.ones(20))
    for day in (0, 3, 10, 17, 20, 25):
        found = done_by(curve, day)
        exact = stats.binomtest(min(day, 20), 20).proportion_ci(0.95, method="exact")
        assert found.value == pytest.approx(min(day, 20) / 20)
        assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)
        assert found.error == pytest.approx((found.value * (1 - found.value) / 20) ** 0.5)


def test_ties_do_not_change_the_exact_interval() -> None:
    one_day = kaplan_meier(np.repeat([2.0, 9.0], [6, 14]), np.ones(20))
    exact = stats.binomtest(6, 20).proportion_ci(0.95, method="exact")
    found = done_by(one_day, 2)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_without_censoring_the_restricted_mean_is_the_mean_with_its_t_interval() -> None:
    time = np.random.default_rng(4).exponential(20, 30)
    found = restricted_mean(kaplan_meier(time, np.ones(30)), float(time.max()))
    assert found.value == pytest.approx(time.mean())
    assert found.error == pytest.approx(time.std(ddof=1) / 30**0.5)
    t = stats.t.ppf(0.975, 29) * found.error
    assert (found.low, found.high) == pytest.approx((found.value - t, found.value + t))


def test_the_variance_of_the_restricted_mean_is_that_of_the_jackknife() -> None:
    """Pseudo-values give the same standard error to first order (Andersen, Hansen and Klein 2004)."""
    cases = office(21, 400, ties=False)
    whole = restricted_mean(kaplan_meier(cases.time, cases.done), 50)
    keep = ~np.eye(400, dtype=bool)
    parts = np.array([restricted_mean(kaplan_meier(cases.time[k], cases.done[k]), 50).value for k in keep])
    jackknife = (399 / 400 * ((parts - parts.mean()) ** 2).sum()) ** 0.5
    assert whole.error == pytest.approx(jackknife, rel=0.01)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0.01, 1000), st.sampled_from(["beta", "log-log", "greenwood"]))
def test_laws(seed: int, scale: float, interval: str) -> None:
    """Another unit of time, another order, every case twice: the same shares; and the limits hold the curve."""
    cases = office(seed % 97, 40)
    base = kaplan_meier(cases.time, cases.done, interval=interval)  # type: ignore[arg-type]
    order = np.random.default_rng(seed).permutation(40)
    other = kaplan_meier(cases.time[order] * scale, cases.done[order], interval=interval)  # type: ignore[arg-type]
    assert other.times == pytest.approx(base.times * scale)
    for name in ("survival", "error", "low", "low_after", "high"):
        assert getattr(other, name) == pytest.approx(getattr(base, name), nan_ok=True)
    assert restricted_mean(other, 30 * scale).value == pytest.approx(restricted_mean(base, 30).value * scale)
    twice = kaplan_meier(np.tile(cases.time, 2), np.tile(cases.done, 2), interval=interval)  # type: ignore[arg-type]
    assert twice.survival == pytest.approx(base.survival)
    assert (np.diff(base.survival) <= 0).all()
    defined = ~np.isnan(base.low)
    assert (base.low[defined] <= base.survival[defined] + 1e-12).all()
    assert (base.survival[defined] <= base.high[defined] + 1e-12).all()
    assert ((base.low[defined] >= 0) & (base.high[defined] <= 1)).all()


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.5, 0.98))
def test_a_higher_level_is_a_wider_interval(seed: int, level: float) -> None:
    cases = office(seed % 97, 40)
    narrow, wide = (kaplan_meier(cases.time, cases.done, level=x) for x in (level, level + 0.01))
    assert (wide.low <= narrow.low + 1e-9).all()
    assert (wide.high >= narrow.high - 1e-9).all()


def test_the_curve_adds_waiting_by_dates_alone() -> None:
    """Censoring at a time where another case is done counts as at risk there."""
    curve = kaplan_meier([5, 5, 8], [1, 0, 1])
    assert curve.at_risk.tolist() == [3, 3, 1]
    assert curve.survival == pytest.approx([1, 2 / 3, 0])
    zero = kaplan_meier([0, 0, 4, 6], [1, 0, 1, 1])  # done on the same day
    assert (zero.times.tolist(), zero.survival[0]) == ([0, 4, 6], 0.75)


def test_too_few_and_too_short_have_a_reason() -> None:
    few = kaplan_meier([3, 4, 5, 6], [1, 1, 1, 1])
    assert [x.value for x in (quantile(few), done_by(few, 4), restricted_mean(few, 5))] == [None] * 3
    assert quantile(few).note == "fewer than 5 cases"
    cases = office(2, 40)
    curve = kaplan_meier(cases.time, cases.done & (cases.time < 25))
    assert restricted_mean(curve, 500).note == done_by(curve, 500).note == "no case was observed for so long"
    assert quantile(curve, 0.99).value is None
    assert "99%" in quantile(curve, 0.99).note
    gone = kaplan_meier(np.r_[np.full(40, 2.0), [9, 9]], np.r_[np.zeros(40), [1, 1]])
    assert done_by(gone, 9).note == "fewer than 5 cases known by then"
    at_once = restricted_mean(kaplan_meier(np.full(9, 4.0), np.ones(9)), 5)
    assert (at_once.value, at_once.low, at_once.note) == (4, None, "no interval: all waited equally long")
    nobody = kaplan_meier(np.full(30, 9.0), np.zeros(30))
    assert restricted_mean(nobody, 9).note == "fewer than 5 cases done by then"
    assert (done_by(nobody, 9).value, done_by(nobody, 9).low) == (0, 0)
    assert done_by(nobody, 9).high == pytest.approx(stats.binomtest(0, 30).proportion_ci(0.95, method="exact").high)
    plain = done_by(kaplan_meier(np.full(30, 9.0), np.zeros(30), interval="log-log"), 9)
    assert (plain.value, plain.low) == (0, None)
    assert "beta" in plain.note


def test_who_was_last_seen_at_the_deadline_is_known_to_wait_then_but_not_later() -> None:
    curve = kaplan_meier(np.full(30, 9.0), np.zeros(30))
    assert (done_by(curve, 9).high, curve.low_after[-1]) == (pytest.approx(0.1157, abs=1e-4), 0)
    half = kaplan_meier(np.r_[np.full(15, 9.0), np.full(15, 12.0)], np.zeros(30))
    fewer = stats.binomtest(0, 15).proportion_ci(0.95, method="exact").high
    assert done_by(half, 9).high < done_by(half, 10).high == pytest.approx(fewer)


def test_an_open_median_has_an_open_limit() -> None:
    curve = kaplan_meier(np.arange(1, 13.0), [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    found = quantile(curve)
    assert (found.value, found.high) == (6, None)
    assert found.low is not None


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (([], []), "time"),
        (([1, np.nan], [1, 1]), "time"),
        (([1, np.inf], [1, 1]), "time"),
        (([1, -2], [1, 1]), "time"),
        (([[1, 2]], [1, 1]), "time"),
        ((["a", "b"], [1, 1]), "time"),
        (([1, 2], [1]), "done"),
        (([1, 2], [1, 2]), "done"),
    ],
)
def test_bad_cases_are_refused(arguments: tuple[list[float], list[float]], field: str) -> None:
    with pytest.raises(Refused, match=field) as refused:
        kaplan_meier(*arguments)
    assert refused.value.remedy


def test_bad_questions_are_refused() -> None:
    curve = kaplan_meier(np.arange(1, 11.0), np.ones(10))
    for call, field in [
        (lambda: kaplan_meier([1, 2], [1, 1], level=0), "level"),
        (lambda: kaplan_meier([1, 2], [1, 1], interval="wald"), "interval"),  # type: ignore[arg-type]
        (lambda: kaplan_meier([1, 2], [1, 1], entry=[0, 2]), "entry is not before time at 2"),
        (lambda: kaplan_meier([1, 5, 6], [1, 1, 1], entry=[0, 2, 2]), "entry leaves nobody at risk at time 1"),
        (lambda: quantile(curve, 0), "share"),
        (lambda: quantile(curve, 1), "share"),
        (lambda: done_by(curve, float("nan")), "time"),
        (lambda: done_by(curve, -1), "time"),
        (lambda: restricted_mean(curve, 0), "until"),
        (lambda: done_by(kaplan_meier([4, 5, 6], [1, 1, 1], entry=[2, 2, 2]), 1), "before the first observation"),
    ]:
        with pytest.raises(Refused, match=field) as refused:
            call()
        assert refused.value.remedy
