"""E-processes: expectations counted out over all outcomes, closed forms by integration, laws, bad input."""

from fractions import Fraction
from itertools import product
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammainc, gammaincc, gammaln
from scipy.stats import binom, poisson

from rightsplan.errors import Refused
from rightsplan.stats.disparity import (
    disparity_evidence,
    expected_closures,
    rate_evidence,
    watch_day,
    watch_offices,
)
from rightsplan.stats.disparity.evidence import block_evidence, gamma_evidence, log_gamma_part, mixture


def expectation(blocks, chances, **options) -> float:
    """Return the mean of the e-process after all blocks, over every outcome, both groups having the same chance."""
    outcomes = [list(product(range(na + 1), range(nb + 1))) for na, nb in blocks]
    paths = np.array(list(product(*outcomes)))  # paths x blocks x (ya, yb); each path is watched as an office
    size = np.broadcast_to(np.array(blocks), paths.shape)
    chance = binom.pmf(paths, size, np.array(chances)[:, None]).prod(axis=(1, 2))
    assert chance.sum() == pytest.approx(1)
    counts = np.stack([paths[:, :, 0], size[:, :, 0], paths[:, :, 1], size[:, :, 1]]).transpose(2, 0, 1)
    return float(chance @ np.exp(disparity_evidence(counts, **options)[-1]))


@pytest.mark.parametrize("side", ["either", "a_lower"])
@pytest.mark.parametrize("chances", [(0.5, 0.5, 0.5, 0.5), (0.1, 0.1, 0.1, 0.1), (0.9, 0.2, 0.5, 0.7), (0, 1, 0.3, 0)])
def test_the_mean_under_equal_chances_is_at_most_one(side, chances) -> None:
    for blocks in ([(1, 1)] * 4, [(1, 2), (2, 1), (1, 1), (1, 1)], [(1, 1), (3, 1), (1, 1), (1, 2)]):
        for every in (1, 2, 182):
            assert expectation(blocks, chances, restart_every=every, side=side) <= 1 + 1e-12


@pytest.mark.parametrize(("na", "nb"), [(1, 1), (3, 2), (1, 8)])
def test_a_bet_is_fair_at_the_common_rate_it_assumes(na: int, nb: int) -> None:
    # Learned: 6 of 8 in a, 1 of 9 in b. The mean is exactly 1 where both have the pooled prediction, else less.
    learned = np.array([[[6.0], [8.0], [1.0], [9.0]]])
    ya, yb = (x.ravel().astype(float) for x in np.meshgrid(range(na + 1), range(nb + 1), indexing="ij"))
    block = np.stack([ya, np.full(len(ya), na), yb, np.full(len(ya), nb)])
    value = np.exp(block_evidence(block, np.repeat(learned, len(ya), axis=2), 0.18)[0])
    pa, pb = 6.18 / 8.36, 1.18 / 9.36
    pooled = (na * pa + nb * pb) / (na + nb)
    means = {p: float(value @ (binom.pmf(ya, na, p) * binom.pmf(yb, nb, p))) for p in (pooled, 0.0, 0.1, 0.5, 0.9, 1.0)}
    assert means.pop(pooled) == pytest.approx(1, abs=1e-12)
    assert max(means.values()) < 1
    assert float(value @ (binom.pmf(ya, na, pa) * binom.pmf(yb, nb, pb))) > 1


def test_days_with_one_group_wait_for_the_other() -> None:
    # Groups come on different days; the chance is the same until the block is full.
    for chances in ((0.3, 0.3, 0.8, 0.8, 0.8), (0.5, 0.5, 0.1, 0.1, 0.1)):
        blocks = [(2, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
        assert expectation(blocks, chances, restart_every=2) <= 1 + 1e-12
    split = disparity_evidence([[[2], [2], [0], [0]], [[0], [0], [0], [1]], [[1], [1], [0], [2]]])
    joined = disparity_evidence([[[2], [2], [0], [1]], [[1], [1], [0], [2]]])
    assert split[-1, 0] == pytest.approx(joined[-1, 0])
    assert split[0, 0] == 0


def test_unequal_chances_make_it_grow() -> None:
    rng = np.random.default_rng(1)
    days, offices = 300, 200
    n = np.full((days, offices), 2)
    counts = np.stack([rng.binomial(n, 0.4), n, rng.binomial(n, 0.7), n], axis=1)
    last = disparity_evidence(counts)[-1]
    assert (last > log(20)).mean() > 0.95
    assert np.median(last) > 15


def test_the_side_matters() -> None:
    rng = np.random.default_rng(2)
    n = np.full((300, 50), 2)
    worse = np.stack([rng.binomial(n, 0.4), n, rng.binomial(n, 0.7), n], axis=1)
    better = worse[:, [2, 3, 0, 1]]
    assert np.median(disparity_evidence(worse, side="a_lower")[-1]) > 15
    assert disparity_evidence(better, side="a_lower")[-1].max() < log(20)
    assert disparity_evidence(better)[-1] == pytest.approx(disparity_evidence(worse)[-1])


def test_by_hand_in_exact_fractions() -> None:
    path = [(1, 2, 0, 1), (0, 1, 1, 1), (2, 3, 1, 4), (0, 2, 2, 2)]
    prior, value = Fraction(18, 100), Fraction(1)
    seen = [Fraction(0)] * 4
    for ya, na, yb, nb in path:
        pa, pb = ((seen[k] + prior) / (seen[k + 1] + 2 * prior) for k in (0, 2))
        both = (na * pa + nb * pb) / (na + nb)
        value *= (pa / both) ** ya * (pb / both) ** yb
        value *= ((1 - pa) / (1 - both)) ** (na - ya) * ((1 - pb) / (1 - both)) ** (nb - yb)
        seen = [s + x for s, x in zip(seen, (ya, na, yb, nb), strict=True)]
    found = disparity_evidence([[[x] for x in block] for block in path])
    assert exp(found[-1, 0]) == pytest.approx(float(value / 2 + Fraction(1, 2)), rel=1e-12)  # one start of weight 1/2


def test_starts_and_those_to_come_weigh_one_together() -> None:
    for number in (1, 3, 20):
        assert mixture(np.zeros((number, 4))) == pytest.approx(np.zeros(4), abs=1e-12)


def test_a_fresh_start_has_not_seen_the_past() -> None:
    fair, unfair = np.array([[[1], [2], [1], [2]]] * 40), np.array([[[0], [2], [2], [2]]] * 20)
    watch = watch_offices(1, restart_every=40)
    for day in np.concatenate([fair, unfair]):
        watch = watch_day(watch, day)
    alone = watch_offices(1, restart_every=10**6)
    for day in unfair:
        alone = watch_day(alone, day)
    assert watch.log_e[1] == pytest.approx(alone.log_e[0])
    assert len(watch.log_e) == 2


def test_a_watch_goes_on_where_it_was_left() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(0, 3, (60, 2, 7))
    y = rng.binomial(n, 0.5)
    counts = np.stack([y[:, 0], n[:, 0], y[:, 1], n[:, 1]], axis=1)
    whole = disparity_evidence(counts, restart_every=25)
    watch = watch_offices(7, restart_every=25)
    for day in counts:
        before, watch = watch, watch_day(watch, day)
        assert before.day == watch.day - 1  # what was is not changed
    assert watch.evidence == pytest.approx(whole[-1])
    order = rng.permutation(7)
    assert disparity_evidence(counts[:, :, order], restart_every=25) == pytest.approx(whole[:, order])


def test_extreme_histories_stay_finite() -> None:
    counts = np.zeros((3000, 4, 1))
    counts[:, 1], counts[:, 3], counts[:, 2] = 500, 500, 500
    assert np.isfinite(disparity_evidence(counts)).all()
    assert np.isfinite(block_evidence(np.array([[0.0], [1e9], [1e9], [1e9]]), np.zeros((1, 4, 1)), 0.18)).all()


@pytest.mark.parametrize("worse", ["above", "below"])
def test_the_gamma_mixture_by_integration(worse) -> None:
    ends = (1, 60) if worse == "above" else (0, 1)
    part = gammaincc(4, 4) if worse == "above" else gammainc(4, 4)
    for events, expected in [(0, 0.5), (7, 3.0), (3, 9.0), (40, 40.0), (55, 40.0)]:

        def density(x: float, events: int = events, expected: float = expected) -> float:
            prior = 4 * log(4) - gammaln(4) + 3 * log(x) - 4 * x - log(part)
            return exp(events * log(x) - (x - 1) * expected + prior)

        whole = quad(density, *ends, epsabs=0, epsrel=1e-10, limit=400)[0]
        found = gamma_evidence(np.array([float(events)]), np.array([expected]), 4.0, worse)
        assert exp(found[0]) == pytest.approx(whole, rel=1e-7)


@pytest.mark.parametrize(("worse", "rates"), [("above", (1.0, 0.7, 0.2)), ("below", (1.0, 1.4, 3.0))])
def test_the_mean_under_the_standard_is_at_most_one(worse, rates) -> None:
    events = np.arange(3000.0)
    for expected in (0.3, 4.0, 60.0):
        log_e = gamma_evidence(events, np.full(3000, expected), 4.0, worse)
        means = [float(np.exp(poisson.logpmf(events, rate * expected) + log_e).sum()) for rate in rates]
        assert means[0] == pytest.approx(1, abs=1e-9)
        assert means[1] < 1
        assert means[2] < means[1]


def test_the_mean_with_a_daily_chance_of_closing_is_at_most_one() -> None:
    # Ten open cases, two days: closed on the second day among those left; the standard is a mean wait of 3 days.
    chance, total = 1 - exp(-1 / 3), 0.0
    for first, second in product(range(11), range(11)):
        if second <= 10 - first:
            weight = binom.pmf(first, 10, chance) * binom.pmf(second, 10 - first, chance)
            expected = expected_closures([[10], [10 - first]], 3)
            if 10 - first == 0 and second:
                continue
            evidence = rate_evidence([[first], [second]], expected, worse="below", restart_every=1)
            total += weight * exp(evidence[-1, 0])
    assert total <= 1
    assert total > 0.8


def test_tiny_parts_are_bounded_from_below() -> None:
    for worse, shape, point in [("above", 50.0, 700.0), ("below", 700.0, 50.0), ("above", 5.0, 640.0)]:
        found = log_gamma_part(np.array([shape]), np.array([point]), worse)[0]
        first, last = (point, point + 400) if worse == "above" else (0.0, point)
        scale = (shape - 1) * log(point) - point
        whole = quad(lambda t, s=shape, k=scale: exp((s - 1) * log(max(t, 1e-300)) - t - k), first, last, limit=200)[0]
        assert found <= scale + log(whole) + 1e-9
        assert found > scale + log(whole) - 1.5


def test_good_years_do_not_hide_a_bad_one() -> None:
    events = np.concatenate([np.full(1000, 1.0), np.full(300, 4.0)])[:, None]
    expected = np.full((1300, 1), 2.0)
    assert rate_evidence(events, expected)[-1, 0] > log(20)
    assert rate_evidence(events, expected, restart_every=10**6)[-1, 0] < 0


def test_expected_closures_by_hand() -> None:
    assert expected_closures([100, 0], 180) == pytest.approx([100 * (1 - exp(-1 / 180)), 0])
    assert expected_closures(100.0, 180, days=30) == pytest.approx(100 * (1 - exp(-1 / 6)))
    left, closed = 100.0, 0.0
    for _ in range(30):
        today = float(expected_closures(left, 180))
        left, closed = left - today, closed + today
    assert closed == pytest.approx(float(expected_closures(100.0, 180, days=30)))


@given(st.lists(st.tuples(*[st.integers(0, 5)] * 4), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_swapping_groups_or_outcomes_changes_nothing(days) -> None:
    counts = np.array([[[a], [a + b], [c], [c + d]] for a, b, c, d in days])
    swapped = counts[:, [2, 3, 0, 1]]
    refused = np.stack([counts[:, 1] - counts[:, 0], counts[:, 1], counts[:, 3] - counts[:, 2], counts[:, 3]], axis=1)
    found = disparity_evidence(counts, restart_every=5)
    assert np.isfinite(found).all()
    assert disparity_evidence(swapped, restart_every=5) == pytest.approx(found)
    assert disparity_evidence(refused, restart_every=5) == pytest.approx(found)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: watch_offices(0), "offices"),
        (lambda: watch_offices(2, restart_every=0), "restart_every"),
        (lambda: watch_offices(2, prior=0), "prior"),
        (lambda: watch_offices(2, side="b_lower"), "side"),
        (lambda: watch_day(watch_offices(2), np.zeros((4, 3))), "counts has the shape"),
        (lambda: watch_day(watch_offices(1), [[2], [1], [0], [0]]), "group a"),
        (lambda: watch_day(watch_offices(1), [[0], [1], [0.5], [1]]), "group b"),
        (lambda: watch_day(watch_offices(1), [[0], [1], [-1], [1]]), "below 0"),
        (lambda: disparity_evidence(np.zeros((2, 3, 1))), "shape"),
        (lambda: disparity_evidence(np.full((2, 4, 1), np.nan)), "missing"),
        (lambda: disparity_evidence(np.zeros((2, 4, 0))), "offices"),
        (lambda: rate_evidence([[1.5]], [[1]]), "cannot be"),
        (lambda: rate_evidence([[1]], [[0]]), "cannot be"),
        (lambda: rate_evidence([[1]], [[-1]]), "expected"),
        (lambda: rate_evidence([[1], [2]], [[1]]), "events has the shape"),
        (lambda: rate_evidence([[1]], [[1]], worse="sideways"), "worse"),
        (lambda: rate_evidence([[1]], [[1]], concentration=0.5), "concentration"),
        (lambda: expected_closures([1], 0), "standard_days"),
        (lambda: expected_closures([-1], 10), "open_cases"),
        (lambda: expected_closures([1], 10, days=0), "days"),
    ],
)
def test_bad_input_is_refused(call, words: str) -> None:
    with pytest.raises(Refused, match=words):
        call()


def test_no_days_are_no_evidence() -> None:
    assert disparity_evidence(np.zeros((0, 4, 3))).shape == (0, 3)
    assert rate_evidence(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)
    assert rate_evidence(np.zeros((3, 2)), np.zeros((3, 2))) == pytest.approx(np.zeros((3, 2)), abs=1e-9)
