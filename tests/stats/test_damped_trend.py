"""The filter equals the Gaussian process that it stands for; its probabilities come true on series of its own law."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from scipy.stats import t as student

from rightsplan.stats.damped_trend import FIELDS, SETTINGS, Law, Setting, filtered, move, trend_of
from rightsplan.stats.panel import Floats
from rightsplan.stats.progress import Promise, assess
from rightsplan.stats.scales import LINEAR, LOG, LOGIT, Window

from .series import judge

SURE = 0.9999
PLAIN = Setting(reversion=0.15, trend_variance=0.6, noise_variance=0.4, freedom=0.0, spread_squared=0.0, tail=1000.0)


def window_over(*series: Floats) -> Window:
    """Return the window of series of years; the values are handed over on their own."""
    number = np.array([len(t) for t in series], dtype=np.int64)
    t = np.concatenate(series)
    start = np.cumsum(number) - number
    return Window(np.arange(len(series), dtype=np.int64), t, np.zeros(len(t)), start, number)


def law_of(setting: Setting, count: int) -> Law:
    return Law.of(np.full(count, LINEAR, dtype=np.int64), {**SETTINGS, LINEAR: setting})


def wandered(s: Floats, t: Floats, k: float, v: float) -> Floats:
    """Return the covariance of the integral of the trend from 0 to s and to t, by its double integral.

    The trend has covariance v exp(-k |x - y|): the integral over [0, s] x [0, t] in closed form.
    """
    low, high = np.minimum(s, t), np.maximum(s, t)
    part = 2 * k * low - 1 + np.exp(-k * low) + np.exp(-k * high) - np.exp(-k * (high - low))
    return v / k**2 * part


class Expected(NamedTuple):
    mean: float
    variance: float


def by_process(t: Floats, w: Floats, at: float, s: Setting) -> Expected:
    """Return the prediction of the Gaussian process with a flat prior of the level: a dense solve, no recursion."""
    when = np.append(t, at) - t[0]
    x, y = np.meshgrid(when, when)
    cov = np.minimum(x, y) + wandered(x, y, s.reversion, s.trend_variance) + s.noise_variance * np.eye(len(when))
    inner = np.linalg.inv(cov[:-1, :-1])
    one, cross = np.ones(len(t)), cov[-1, :-1]
    level = one @ inner @ w / (one @ inner @ one)
    mean = level + cross @ inner @ (w - level)
    variance = cov[-1, -1] - cross @ inner @ cross + (1 - cross @ inner @ one) ** 2 / (one @ inner @ one)
    return Expected(float(mean), float(variance))


gaps = st.lists(st.sampled_from([0.25, 0.5, 1.0, 1.0, 1.0, 2.0, 3.5]), min_size=2, max_size=14)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(gaps=gaps, ahead=st.floats(0.1, 20.0), seed=st.integers(0, 999), code=st.sampled_from([LINEAR, LOG, LOGIT]))
def test_the_filter_is_the_gaussian_process(gaps: list[float], ahead: float, seed: int, code: int) -> None:
    """Mean and variance agree with the dense solution, for years that are apart as they like."""
    t = 2000 + np.concatenate([[0.0], np.cumsum(gaps)])
    w = np.random.default_rng(seed).normal(size=len(t)).cumsum()
    setting = SETTINGS[code]
    trend = trend_of(window_over(t), w, np.array([code]), SETTINGS)
    coming = trend.at(np.array([ahead]))
    expected = by_process(t, w, t[-1] + ahead, setting)
    assert coming.mean[0] == pytest.approx(expected.mean, rel=1e-6, abs=1e-6)
    variance = (coming.spread[0] / trend.state.spread[0]) ** 2
    assert variance == pytest.approx(expected.variance, rel=1e-6)


def test_the_spread_is_learnt_from_the_surprises_but_the_last() -> None:
    """The likelihood of the same Gaussian process, without its last value, has its highest point there."""
    t = np.arange(2010.0, 2020.0)
    w = np.random.default_rng(1).normal(size=10).cumsum()
    state = filtered(window_over(t), w, law_of(PLAIN, 1))
    squares = 0.0
    for k in range(1, 9):
        expected = by_process(t[:k], w[:k], t[k], PLAIN)
        squares += (w[k] - expected.mean) ** 2 / expected.variance
    assert state.spread[0] == pytest.approx(np.sqrt(squares / 8), rel=1e-9)
    assert state.freedom[0] == 8


def test_the_prior_counts_as_that_many_surprises() -> None:
    t, w = np.arange(2010.0, 2016.0), np.array([0.0, 1, 1, 2, 2, 3])
    plain = filtered(window_over(t), w, law_of(PLAIN, 1))
    prior = replace(PLAIN, freedom=3.0, spread_squared=0.5)
    informed = filtered(window_over(t), w, law_of(prior, 1))
    assert informed.spread[0] ** 2 == pytest.approx((3 * 0.5 + 4 * plain.spread[0] ** 2) / 7)
    assert informed.freedom[0] == 7
    assert filtered(window_over(t), w, law_of(replace(prior, tail=1.5), 1)).freedom[0] == 1.5


def test_series_of_every_length_are_filtered_as_if_alone() -> None:
    rng = np.random.default_rng(5)
    series = [2000 + np.sort(rng.choice(60, size=n, replace=False)) / 4 for n in (3, 12, 5, 5, 30, 4)]
    values = [rng.normal(size=len(t)) for t in series]
    together = filtered(window_over(*series), np.concatenate(values), law_of(PLAIN, len(series)))
    for i, (t, w) in enumerate(zip(series, values, strict=True)):
        alone = filtered(window_over(t), w, law_of(PLAIN, 1))
        assert together.level[i] == pytest.approx(alone.level[0], abs=1e-12)
        assert together.spread[i] == pytest.approx(alone.spread[0], abs=1e-12)


def test_two_short_moves_are_one_long_move() -> None:
    law = law_of(PLAIN, 1)
    one, two = move(np.array([1.3]), law), move(np.array([0.8]), law)
    both = move(np.array([2.1]), law)
    assert both.fade == pytest.approx(one.fade * two.fade)
    assert both.reach == pytest.approx(one.reach + one.fade * two.reach)
    level = one.level_variance + 2 * two.reach * one.covariance + two.reach**2 * one.trend_variance + two.level_variance
    assert both.level_variance == pytest.approx(level)


HISTORY, AHEAD, COUNT = 12, 8, 6000


def simulated(seed: int, setting: Setting) -> tuple[Floats, Floats]:
    """Return series of the model's own law, and their values at the deadline."""
    rng = np.random.default_rng(seed)
    k, v = setting.reversion, setting.trend_variance
    fine = 20  # steps a year of an Euler scheme, which shares nothing with the filter
    spread = np.exp(rng.normal(size=COUNT))
    trend, level = rng.normal(size=COUNT) * np.sqrt(v), rng.normal(size=COUNT) * 5
    values = [level.copy()]
    for _year in range(HISTORY + AHEAD - 1):
        for _step in range(fine):
            level = level + trend / fine + rng.normal(size=COUNT) / np.sqrt(fine)
            trend = trend - k * trend / fine + rng.normal(size=COUNT) * np.sqrt(2 * k * v / fine)
        values.append(level.copy())
    seen = np.array(values).T + rng.normal(size=(COUNT, HISTORY + AHEAD)) * np.sqrt(setting.noise_variance)
    seen *= spread[:, None]
    return seen[:, :HISTORY], seen[:, -1]


@pytest.fixture(scope="module")
def world() -> tuple[Floats, Floats, Floats, Floats]:
    """Return probabilities of random targets with what came, and both ends of the central 80 %."""
    past, came = simulated(11, PLAIN)
    window = window_over(*[np.arange(2010.0, 2010 + HISTORY)] * COUNT)
    codes = np.full(COUNT, LINEAR, dtype=np.int64)
    coming = trend_of(window, past.ravel(), codes, {**SETTINGS, LINEAR: PLAIN}).at(np.full(COUNT, float(AHEAD)))
    targets = coming.mean + coming.spread * np.random.default_rng(3).normal(size=COUNT)
    said = student.cdf((coming.mean - targets) / coming.spread, coming.freedom)
    reach = student.ppf(0.9, coming.freedom) * coming.spread
    inside = (np.abs(came - coming.mean) <= reach).astype(float)
    return said, (came >= targets).astype(float), inside, coming.freedom


@pytest.mark.parametrize("low", [i / 10 for i in range(10)])
def test_probabilities_come_true_as_often_as_they_say(low: float, world: tuple[Floats, ...]) -> None:
    said, came, _inside, _freedom = world
    chosen = (said >= low) & (said < low + 0.1)
    least, most = binom.interval(SURE, int(chosen.sum()), float(said[chosen].mean()))
    assert chosen.sum() > 200
    assert least <= came[chosen].sum() <= most


def test_eighty_in_a_hundred_end_within_the_interval(world: tuple[Floats, ...]) -> None:
    _said, _came, inside, freedom = world
    least, most = binom.interval(SURE, COUNT, 0.8)
    assert least <= inside.sum() <= most
    assert set(freedom) == {HISTORY - 2.0}


def test_the_whole_road_by_hand() -> None:
    """Six years of a percentage: logit, dense Gaussian process, Student's t, and back."""
    values = [40.0, 43.0, 42.0, 46.0, 47.0, 51.0]
    periods = [str(2017 + i) for i in range(6)]
    promise = Promise(direction="at_least", value=60.0, year=2026.0, lower=0.0, upper=100.0)
    result = assess(promise, periods, values, as_of=2023.0)
    setting, t = SETTINGS[LOGIT], np.arange(2017.0, 2023.0)
    w = np.log(np.array(values) / (100 - np.array(values)))
    squares = sum(
        (w[k] - e.mean) ** 2 / e.variance for k in range(1, 5) for e in [by_process(t[:k], w[:k], t[k], setting)]
    )
    spread = np.sqrt((setting.freedom * setting.spread_squared + squares) / (setting.freedom + 4))
    expected = by_process(t, w, 2026.0, setting)
    scale, freedom = spread * np.sqrt(expected.variance), min(setting.freedom + 4, setting.tail)
    goal = np.log(60 / 40)
    assert result.probability == pytest.approx(student.cdf((expected.mean - goal) / scale, freedom), abs=1e-8)
    assert result.forecast == pytest.approx(100 / (1 + np.exp(-expected.mean)), rel=1e-8)
    upper = expected.mean + student.ppf(0.9, freedom) * scale
    assert result.forecast_upper == pytest.approx(100 / (1 + np.exp(-upper)), rel=1e-8)


def test_a_trend_fades_and_never_turns_by_itself() -> None:
    """Far ahead the median goes on in the direction of the trend, by less each year."""
    rising = "2013 40, 2014 41, 2015 43, 2016 44, 2017 46, 2018 47, 2019 49, 2020 50, 2021 52, 2022 53"
    found = [judge(rising, year=float(year), value=90.0).forecast or 0.0 for year in (2025, 2035, 2045, 2055)]
    logits = np.log(np.array(found) / (100 - np.array(found)))
    assert (np.diff(logits) > 0).all()
    assert (np.diff(logits, 2) < 0).all()


def test_the_frozen_numbers_are_whole() -> None:
    assert set(SETTINGS) == {LINEAR, LOG, LOGIT}
    for code, setting in SETTINGS.items():
        assert all(getattr(setting, name) > 0 for name in FIELDS if name not in {"freedom", "spread_squared"})
        assert (setting.freedom == 0) == (code == LINEAR)
