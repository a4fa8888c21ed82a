"""Difference and ratio of two rates: published intervals, oracles, coverage counted out, laws, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import xlog1py, xlogy
from scipy.stats import binom, chi2_contingency, fisher_exact, norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from rightsplan.errors import Refused
from rightsplan.stats.disparity.tables import (
    NO_CASES,
    NO_FAVOURABLE,
    clopper_pearson,
    compare_rates,
    constrained_rate,
    pairs_of,
)

# Newcombe (1998), Statistics in Medicine 17, 873-890, table II: eight tables and their Miettinen-Nurminen intervals.
NEWCOMBE = [
    ((56, 70, 48, 80), 0.0528, 0.3382),
    ((9, 10, 3, 10), 0.1700, 0.8406),
    ((6, 7, 2, 7), 0.0342, 0.8534),
    ((5, 56, 0, 29), -0.0326, 0.1933),
    ((0, 10, 0, 20), -0.1658, 0.2844),
    ((0, 10, 0, 10), -0.2879, 0.2879),
    ((10, 10, 0, 20), 0.7156, 1.0000),
    ((10, 10, 0, 10), 0.6636, 1.0000),
]

tables = st.integers(1, 60).flatmap(
    lambda na: st.integers(1, 60).flatmap(
        lambda nb: st.tuples(st.integers(0, na), st.just(na), st.integers(0, nb), st.just(nb))
    )
)


def one(table: tuple[int, int, int, int], **options):
    return compare_rates(*[[x] for x in table], **options)


@pytest.mark.parametrize(("table", "low", "high"), NEWCOMBE)
def test_published_intervals_of_the_difference(table, low: float, high: float) -> None:
    found = one(table, method="score")
    assert (found.difference_low[0], found.difference_high[0]) == pytest.approx((low, high), abs=6e-5)


def test_the_constrained_rate_is_the_most_likely_one() -> None:
    rng = np.random.default_rng(1)
    na, nb = rng.integers(1, 40, 200), rng.integers(1, 40, 200)
    ya, yb, gap = rng.binomial(na, rng.random(200)), rng.binomial(nb, rng.random(200)), rng.uniform(-0.95, 0.95, 200)
    found = constrained_rate(pairs_of(ya, na, yb, nb), gap)

    def lost(p: float, i: int) -> float:
        pa = min(max(p + gap[i], 0), 1)
        return -(xlogy(ya[i], pa) + xlog1py(na[i] - ya[i], -pa) + xlogy(yb[i], p) + xlog1py(nb[i] - yb[i], -p))

    for i in range(200):
        ends = (max(0, -gap[i]), min(1, 1 - gap[i]))
        best = minimize_scalar(lost, bounds=ends, args=(i,), method="bounded", options={"xatol": 1e-10})
        assert lost(found[i], i) <= best.fun + 1e-9


def test_ratio_intervals_agree_with_statsmodels() -> None:
    # The difference is not compared: the score interval of statsmodels 0.15 for a difference has count0 where
    # Miettinen and Nurminen have nobs0 in the linear coefficient of the cubic, and misses Newcombe's published ones.
    rng = np.random.default_rng(2)
    na, nb = rng.integers(30, 200, 25), rng.integers(30, 200, 25)
    ya, yb = rng.binomial(na, rng.uniform(0.2, 0.8, 25)), rng.binomial(nb, rng.uniform(0.2, 0.8, 25))
    found = compare_rates(ya, na, yb, nb, method="score")
    for i in range(25):
        low, high = confint_proportions_2indep(ya[i], na[i], yb[i], nb[i], compare="ratio", method="score")
        assert (found.ratio_low[i], found.ratio_high[i]) == pytest.approx((low, high), rel=1e-6)


def test_p_is_the_score_test_or_fishers() -> None:
    table = (30, 50, 20, 55)
    chi2, p, *_ = chi2_contingency([[30, 20], [20, 35]], correction=False)
    corrected = 2 * norm.sf(np.sqrt(chi2 * 104 / 105))
    assert one(table, method="score").p[0] == pytest.approx(corrected, rel=1e-9)
    assert corrected == pytest.approx(p, rel=0.05)
    for small in [(3, 7, 5, 6), (0, 4, 4, 4), (2, 2, 1, 9)]:
        ya, na, yb, nb = small
        assert one(small).p[0] == pytest.approx(fisher_exact([[ya, na - ya], [yb, nb - yb]]).pvalue, rel=1e-9)


def test_clopper_pearson_agrees_with_statsmodels() -> None:
    for y, n in [(0, 5), (5, 5), (3, 9), (40, 100)]:
        low, high = clopper_pearson(np.array([float(y)]), np.array([float(n)]), 0.025)
        assert (low[0], high[0]) == pytest.approx(proportion_confint(y, n, method="beta"), rel=1e-9)


def coverage(na: int, nb: int) -> np.ndarray:
    """Return how often the intervals of difference and ratio hold the truth, counted over all outcomes."""
    ya, yb = (x.ravel() for x in np.meshgrid(np.arange(na + 1), np.arange(nb + 1), indexing="ij"))
    found = compare_rates(ya, np.full(len(ya), na), yb, np.full(len(ya), nb))
    rows = []
    for pa, pb in GRID:
        chance = binom.pmf(ya, na, pa) * binom.pmf(yb, nb, pb)
        gap = (found.difference_low - 1e-9 <= pa - pb) & (pa - pb <= found.difference_high + 1e-9)
        ratio = np.isnan(found.ratio) | ((found.ratio_low <= pa / pb + 1e-9) & (pa / pb - 1e-9 <= found.ratio_high))
        rows.append((chance[gap].sum(), chance[ratio].sum()))
    return np.array(rows)


GRID = [(pa, pb) for pa in (0.05, 0.2, 0.5, 0.8, 0.95) for pb in (0.1, 0.3, 0.5, 0.9)]


@pytest.mark.parametrize(("na", "nb"), [(3, 5), (8, 8), (9, 40)])
def test_exact_intervals_always_cover(na: int, nb: int) -> None:
    assert coverage(na, nb).min() >= 0.95


@pytest.mark.parametrize(("na", "nb"), [(10, 10), (15, 40), (40, 50)])
def test_score_intervals_cover_on_average(na: int, nb: int) -> None:
    found = coverage(na, nb)
    assert (np.abs(found.mean(axis=0) - 0.95) < 0.02).all()
    assert found.min() > 0.915


@given(tables)
@settings(max_examples=40, deadline=None)
def test_intervals_hold_the_estimate_and_swap_with_the_groups(table) -> None:
    ya, na, yb, nb = table
    found, swapped, refused = one(table), one((yb, nb, ya, na)), one((na - ya, na, nb - yb, nb))
    assert found.difference_low[0] - 1e-9 <= found.difference[0] <= found.difference_high[0] + 1e-9
    for other in (swapped, refused):  # other way round, and not favourable instead of favourable
        assert -other.difference_high[0] == pytest.approx(found.difference_low[0], abs=1e-7)
        assert other.p[0] == pytest.approx(found.p[0], abs=1e-9)
    if ya and yb:
        assert 1 / swapped.ratio_high[0] == pytest.approx(found.ratio_low[0], rel=1e-6)
        assert found.ratio_low[0] - 1e-9 <= found.ratio[0] <= found.ratio_high[0] + 1e-9
    assert swapped.below_four_fifths[0] == found.below_four_fifths[0]


@given(tables)
@settings(max_examples=20, deadline=None)
def test_a_higher_level_is_wider(table) -> None:
    wide, narrow = one(table, level=0.99), one(table, level=0.9)
    assert wide.difference_low[0] <= narrow.difference_low[0] + 1e-9
    assert wide.difference_high[0] >= narrow.difference_high[0] - 1e-9


def test_the_four_fifths_screen() -> None:
    # Uniform Guidelines, question 12 (1979): 48 of 80 against 12 of 40 are 60 % and 30 %, half: adverse.
    found = compare_rates([12, 28, 30, 300], [40, 60, 40, 1000], [48, 7, 40, 600], [80, 12, 40, 1000])
    assert found.below_four_fifths.tolist() == [True, False, True, True]  # the second is four fifths exactly
    assert found.surely_below.tolist() == [True, False, False, True]


def test_what_is_not_measurable_says_so() -> None:
    found = compare_rates([0, 0, 0, 3], [0, 12, 5, 20], [2, 0, 0, 0], [5, 12, 5, 20])
    assert found.note == (NO_CASES, NO_FAVOURABLE, NO_FAVOURABLE, "")
    assert np.isnan(found.difference[0])
    assert np.isnan(found.p[0])
    assert np.isnan(found.ratio[:3]).all()
    assert np.isnan(found.ratio_low[:3]).all()
    assert np.isfinite(found.difference_low[1:]).all()
    assert found.ratio[3] == np.inf == found.ratio_high[3]
    assert found.ratio_low[3] > 0
    assert found.exact.tolist() == [False, False, True, False]


def test_many_tables_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    na, nb = rng.integers(0, 30, 30), rng.integers(0, 30, 30)
    ya, yb = rng.binomial(na, 0.4), rng.binomial(nb, 0.5)
    found = compare_rates(ya, na, yb, nb)
    for i in range(30):
        single = one((ya[i], na[i], yb[i], nb[i]))
        for name in ("difference_low", "difference_high", "ratio_low", "ratio_high", "p"):
            assert getattr(single, name)[0] == pytest.approx(getattr(found, name)[i], nan_ok=True)


def test_large_counts_stay_finite() -> None:
    found = one((10**9, 2 * 10**9, 10**9 + 10**5, 2 * 10**9))
    assert found.difference_low[0] < -5e-5 < found.difference_high[0]
    assert found.difference_high[0] - found.difference_low[0] < 1e-4


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (([3], [2], [1], [2]), "favourable_a"),
        (([1], [2], [3], [2]), "favourable_b"),
        (([1.5], [2], [1], [2]), "favourable_a"),
        (([-1], [2], [1], [2]), "favourable_a"),
        (([1], [float("nan")], [1], [2]), "total_a"),
        (([1], [2], [1], [float("inf")]), "total_b"),
        (([1, 1], [2], [1], [2]), "favourable_a"),
        (([], [], [], []), "tables"),
        ((["a"], [2], [1], [2]), "favourable_a"),
    ],
)
def test_bad_counts_are_refused(arguments, field: str) -> None:
    with pytest.raises(Refused, match=field):
        compare_rates(*arguments)


@pytest.mark.parametrize("options", [{"level": 0}, {"level": 1}, {"level": float("nan")}, {"method": "wald"}])
def test_bad_options_are_refused(options) -> None:
    with pytest.raises(Refused):
        compare_rates([1], [2], [1], [2], **options)
