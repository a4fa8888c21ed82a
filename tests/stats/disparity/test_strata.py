"""Mantel-Haenszel: the Berkeley admissions, statsmodels, laws, strata with zeros, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import StratifiedTable

from rightsplan.errors import Refused
from rightsplan.stats.disparity.strata import NO_CONTRAST, NO_ODDS, NO_PAIR, ONE_STRATUM, mantel_haenszel

# Admitted and applied, men then women, departments A to F: Bickel, Hammel and O'Connell (1975), Science 187, 398-404;
# R data set UCBAdmissions.
MEN = ([512, 353, 120, 138, 53, 22], [825, 560, 325, 417, 191, 373])
WOMEN = ([89, 17, 202, 131, 94, 24], [108, 25, 593, 375, 393, 341])


def test_berkeley_as_in_r() -> None:
    # R 4, mantelhaen.test(UCBAdmissions), with and without correct = TRUE; DescTools::BreslowDayTest.
    found = mantel_haenszel(*MEN, *WOMEN)
    assert found.odds_ratio[0] == pytest.approx(0.9046968283, abs=1e-10)
    assert found.odds_ratio_low[0] == pytest.approx(0.7719073618, abs=1e-10)
    assert found.odds_ratio_high[0] == pytest.approx(1.0603297644, abs=1e-10)
    assert found.chi2_corrected[0] == pytest.approx(1.4269462, abs=1e-7)
    assert found.p_corrected[0] == pytest.approx(0.2322635, abs=1e-7)
    assert found.chi2[0] == pytest.approx(1.52460666, abs=1e-8)
    assert found.breslow_day[0] == pytest.approx(18.8255, abs=1e-4)
    assert found.breslow_day_p[0] == pytest.approx(0.00207, abs=5e-6)
    assert found.freedom[0] == 5
    assert found.note == ("",)


def test_berkeley_reverses_within_departments() -> None:
    found = mantel_haenszel(*MEN, *WOMEN)
    assert found.crude_difference[0] == pytest.approx(1198 / 2691 - 557 / 1835, abs=1e-12)
    assert found.crude_difference[0] > 0 > found.difference[0]


def random_strata(rng: np.random.Generator, number: int) -> tuple[np.ndarray, ...]:
    n1, n0 = rng.integers(8, 60, number), rng.integers(8, 60, number)
    base = rng.uniform(-1, 1, number)
    return (
        np.clip(rng.binomial(n1, 1 / (1 + np.exp(-base - 0.4))), 1, n1 - 1),
        n1,
        np.clip(rng.binomial(n0, 1 / (1 + np.exp(-base))), 1, n0 - 1),
        n0,
    )


@pytest.mark.parametrize("seed", range(10))
def test_statsmodels_agrees(seed: int) -> None:
    a, n1, c, n0 = random_strata(np.random.default_rng(seed), 2 + seed)
    found = mantel_haenszel(a, n1, c, n0)
    oracle = StratifiedTable([[[a[i], n1[i] - a[i]], [c[i], n0[i] - c[i]]] for i in range(len(a))])
    low, high = oracle.oddsratio_pooled_confint()
    assert found.odds_ratio[0] == pytest.approx(oracle.oddsratio_pooled, rel=1e-12)
    assert (found.odds_ratio_low[0], found.odds_ratio_high[0]) == pytest.approx((low, high), rel=1e-10)
    for tarone, statistic, p in ((False, found.breslow_day, found.breslow_day_p), (True, found.tarone, found.tarone_p)):
        same = oracle.test_equal_odds(adjust=tarone)
        assert (statistic[0], p[0]) == pytest.approx((same.statistic, same.pvalue), rel=1e-9)
    for correction, statistic, p in ((False, found.chi2, found.p), (True, found.chi2_corrected, found.p_corrected)):
        test = oracle.test_null_odds(correction=correction)
        assert (statistic[0], p[0]) == pytest.approx((test.statistic, test.pvalue), rel=1e-9)


def test_strata_with_zero_margins_change_nothing() -> None:
    plain = mantel_haenszel(*MEN, *WOMEN)
    men = ([*MEN[0], 0, 5, 4, 0], [*MEN[1], 0, 9, 4, 7])
    women = ([*WOMEN[0], 3, 0, 6, 0], [*WOMEN[1], 8, 0, 6, 2])
    padded = mantel_haenszel(*men, *women)
    for name in ("odds_ratio", "odds_ratio_low", "chi2", "chi2_corrected", "breslow_day", "tarone", "freedom"):
        assert getattr(padded, name)[0] == pytest.approx(getattr(plain, name)[0], rel=1e-12), name
    assert (padded.strata[0], padded.paired[0], padded.informative[0]) == (10, 8, 6)
    assert abs(padded.difference[0]) < abs(plain.difference[0])  # two strata without any difference count there


def test_many_sets_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(5)
    sets = [random_strata(rng, 6) for _ in range(20)]
    together = mantel_haenszel(*[np.stack([s[k] for s in sets]) for k in range(4)])
    for i, one in enumerate(sets):
        single = mantel_haenszel(*one)
        for name in ("odds_ratio", "odds_ratio_high", "chi2", "breslow_day", "difference_low", "difference_high"):
            assert getattr(single, name)[0] == pytest.approx(getattr(together, name)[i], rel=1e-12)


def test_the_difference_and_its_variance_by_simulation() -> None:
    rng = np.random.default_rng(7)
    n1, n0, base = np.array([10, 25, 4, 40]), np.array([12, 9, 16, 30]), np.array([0.2, 0.5, 0.35, 0.7])
    a, c = rng.binomial(n1, base + 0.1, (4000, 4)), rng.binomial(n0, base, (4000, 4))
    shape = (4000, 4)
    found = mantel_haenszel(a, np.broadcast_to(n1, shape), c, np.broadcast_to(n0, shape))
    assert found.difference.mean() == pytest.approx(0.1, abs=0.006)
    errors = (found.difference_high - found.difference_low) / 2 / 1.959964
    assert np.sqrt((errors**2).mean()) == pytest.approx(found.difference.std(), rel=0.04)
    held = (found.difference_low <= 0.1) & (found.difference_high >= 0.1)
    assert 0.93 < held.mean() < 0.965


def test_sparse_strata_give_an_unbiased_odds_ratio() -> None:
    # Matched pairs, 1 to 1: the Mantel-Haenszel ratio is that of the discordant pairs (Breslow and Day 1980, 5.2).
    a = np.array([1] * 20 + [0] * 10 + [1] * 7 + [0] * 5)
    c = np.array([0] * 20 + [1] * 10 + [1] * 7 + [0] * 5)
    ones = np.ones(len(a), dtype=int)
    found = mantel_haenszel(a, ones, c, ones)
    assert found.odds_ratio[0] == pytest.approx(2.0)
    assert found.chi2[0] == pytest.approx((20 - 10) ** 2 / 30)  # McNemar
    assert found.informative[0] == 30
    assert np.log(found.odds_ratio_high[0] / 2) / 1.959964 == pytest.approx(np.sqrt(1 / 20 + 1 / 10), rel=1e-6)


strata = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=5
)


@given(strata)
@settings(max_examples=80, deadline=None)
def test_laws_of_swapping_and_order(cells) -> None:
    a, b, c, d = np.array(cells).T
    found = mantel_haenszel(a, a + b, c, c + d)
    swapped = mantel_haenszel(c, c + d, a, a + b)
    refused = mantel_haenszel(b, a + b, d, c + d)
    turned = mantel_haenszel(a[::-1], (a + b)[::-1], c[::-1], (c + d)[::-1])
    for other in (swapped, refused):
        assert other.difference[0] == pytest.approx(-found.difference[0], abs=1e-12, nan_ok=True)
        assert other.difference_low[0] == pytest.approx(-found.difference_high[0], abs=1e-9, nan_ok=True)
        if 0 < found.odds_ratio[0] < np.inf:
            assert other.odds_ratio[0] * found.odds_ratio[0] == pytest.approx(1)
            assert other.odds_ratio_low[0] * found.odds_ratio_high[0] == pytest.approx(1)
            assert other.breslow_day[0] == pytest.approx(found.breslow_day[0], rel=1e-6, abs=1e-8, nan_ok=True)
        assert other.chi2[0] == pytest.approx(found.chi2[0], nan_ok=True)
    assert turned.odds_ratio[0] == pytest.approx(found.odds_ratio[0], nan_ok=True)


def test_the_size_of_the_corrected_test_never_goes_up() -> None:
    found = mantel_haenszel([5, 6], [10, 12], [5, 6], [10, 12])
    assert found.chi2_corrected[0] == 0
    assert found.p_corrected[0] == 1


def test_tests_have_their_size() -> None:
    rng = np.random.default_rng(11)
    n, base = np.full((3000, 5), 40), np.array([0.2, 0.35, 0.5, 0.6, 0.75])
    odds = base / (1 - base) * 1.8
    a, c = rng.binomial(n, odds / (1 + odds)), rng.binomial(n, base)
    found = mantel_haenszel(a, n, c, n)
    held = (found.odds_ratio_low <= 1.8) & (found.odds_ratio_high >= 1.8)
    assert 0.935 < held.mean() < 0.965
    assert 0.035 < (found.tarone_p < 0.05).mean() < 0.065
    assert found.tarone[0] <= found.breslow_day[0]
    assert found.breslow_day_p[0] == pytest.approx(chi2.sf(found.breslow_day[0], 4))


@pytest.mark.parametrize(
    ("counts", "note"),
    [
        (([1, 0], [3, 0], [0, 2], [0, 4]), NO_PAIR),
        (([3, 0], [3, 2], [4, 0], [4, 5]), NO_CONTRAST),
        (([3, 2], [3, 2], [0, 1], [4, 5]), NO_ODDS),
        (([1], [3], [2], [4]), ONE_STRATUM),
        (([0, 0], [0, 0], [0, 0], [0, 0]), NO_PAIR),
    ],
)
def test_what_is_not_measurable_says_so(counts, note: str) -> None:
    found = mantel_haenszel(*counts)
    assert found.note == (note,)
    assert np.isnan(found.breslow_day[0])
    assert np.isnan(found.odds_ratio_low[0]) == (note != ONE_STRATUM)
    assert np.isnan(found.difference[0]) == (note == NO_PAIR)


def test_ets_delta_is_on_its_scale() -> None:
    found = mantel_haenszel(*MEN, *WOMEN)
    assert found.ets_delta[0] == pytest.approx(-2.35 * np.log(0.9046968283), abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (([3], [2], [1], [2]), "favourable_a"),
        (([1], [2], [3], [2]), "favourable_b"),
        (([0.5], [2], [1], [2]), "favourable_a"),
        (([1], [2], [-1], [2]), "favourable_b"),
        (([1], [2], [1, 1], [2, 2]), "favourable_b"),
        (([float("nan")], [2], [1], [2]), "favourable_a"),
        (([], [], [], []), "total_a"),
        (([[[1]]], [[[2]]], [[[1]]], [[[2]]]), "total_a"),
    ],
)
def test_bad_counts_are_refused(counts, field: str) -> None:
    with pytest.raises(Refused, match=field):
        mantel_haenszel(*counts)
