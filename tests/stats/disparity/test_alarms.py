"""Alarms: closed testing against all subsets, the family-wise promise, the confidence sequence."""

from itertools import combinations
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, xlog1py, xlogy

from rightsplan.errors import Refused
from rightsplan.stats.disparity import difference_sequence, disparity_evidence, raise_alarms
from rightsplan.stats.disparity.alarms import adjusted
from simulations import disparity

evidence = st.lists(st.floats(-20, 20), min_size=1, max_size=7)


def by_all_subsets(log_e: list[float]) -> list[float]:
    """Return the least mean e-value over all sets that hold each office."""
    everyone = range(len(log_e))
    sets = [s for k in range(1, len(log_e) + 1) for s in combinations(everyone, k)]
    return [min(log(sum(exp(log_e[j]) for j in s) / len(s)) for s in sets if i in s) for i in everyone]


@given(evidence)
@settings(max_examples=150, deadline=None)
def test_adjusted_evidence_is_the_least_over_all_subsets(log_e) -> None:
    assert adjusted(np.array(log_e)) == pytest.approx(by_all_subsets(log_e), abs=1e-9)


@given(evidence)
@settings(max_examples=60, deadline=None)
def test_it_is_never_above_its_own_and_never_below_bonferroni(log_e) -> None:
    found = adjusted(np.array(log_e))
    assert (found <= np.array(log_e) + 1e-9).all()
    assert (found >= np.array(log_e) - log(len(log_e)) - 1e-9).all()


def test_order_of_the_offices_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    log_e, order = rng.normal(0, 4, 1200), rng.permutation(1200)
    assert adjusted(log_e[order]) == pytest.approx(adjusted(log_e)[order])


def test_huge_evidence_stays_a_number() -> None:
    found = adjusted(np.array([5000.0, -5000.0, 0.0]))
    assert found[0] == pytest.approx(5000 - log(3))
    assert found[1] == -5000


def test_an_alarm_has_its_day_and_stays() -> None:
    log_e = np.array([[0.0, 1.0, -1.0], [4.2, 1.0, -1.0], [0.0, 1.0, 9.0], [-3.0, 2.99, 9.0]])
    found = raise_alarms(log_e)
    assert found.day.tolist() == [1, -1, 2]
    assert found.alpha == 0.05
    assert raise_alarms(log_e, alpha=0.0001).day.tolist() == [-1, -1, -1]


def test_one_office_alone_needs_one_over_alpha() -> None:
    assert raise_alarms([[log(19.9)], [log(20.1)]]).day.tolist() == [1]


def test_many_bad_offices_help_one_another() -> None:
    # Nine of ten offices are at 60: Bonferroni asks for 200 from each, closed testing does not.
    log_e = np.log(np.array([[60.0] * 9 + [0.5]]))
    assert (raise_alarms(log_e).day >= 0).tolist() == [True] * 9 + [False]
    assert log(200) > log_e.max()


def test_false_alarms_are_rare_while_the_usual_dashboard_cries_wolf() -> None:
    world = disparity.World(says="fair", cases=4)
    found = disparity.many(world, 1, size=60, offices=25, days=250)
    assert (found.ours >= 0).any(axis=1).mean() <= 0.1
    assert (found.alone >= 0).mean() < 0.05
    assert (found.usual >= 0).any(axis=1).mean() > 0.9
    assert ((found.ours >= 0) >= (found.bonferroni >= 0)).all()


def test_fair_offices_whose_rates_and_mix_swing_are_not_accused() -> None:
    world = disparity.World(says="moving", cases=4, moving=True)
    found = disparity.many(world, 2, size=25, offices=25, days=365)
    assert (found.ours >= 0).any(axis=1).mean() <= 0.12
    assert (found.usual >= 0).mean() > 0.3


def test_unfair_offices_are_found() -> None:
    world = disparity.World(says="unfair", cases=8, gap=0.3, unfair=5)
    found = disparity.many(world, 3, size=10, offices=25, days=200)
    assert (found.ours[:, :5] >= 0).mean() > 0.9
    assert (found.ours[:, 5:] >= 0).any(axis=1).mean() <= 0.3


def test_the_quick_simulation_reports_all_parts() -> None:
    text = disparity.run(quick=True)
    for words in ("False alarms", "Unfair offices", "Arrivals above a standard", "What falls short"):
        assert words in text
    assert "NOT KEPT" not in text
    assert "nan" not in text


def by_grid(ya: int, na: int, yb: int, nb: int, level: float) -> tuple[float, float]:
    """Return the least and the largest difference of pairs on a fine grid that the likelihood does not rule out."""
    p = np.linspace(0, 1, 2001)
    a, b = (xlogy(y, p) + xlog1py(n - y, -p) for y, n in ((ya, na), (yb, nb)))
    least = log(1 - level) + sum(betaln(y + 0.5, n - y + 0.5) - betaln(0.5, 0.5) for y, n in ((ya, na), (yb, nb)))
    inside = a[:, None] + b >= least
    gaps = (p[:, None] - p)[inside]
    return gaps.min(), gaps.max()


@pytest.mark.parametrize("counts", [(3, 10, 8, 12), (0, 15, 9, 20), (30, 60, 45, 80), (20, 20, 0, 20)])
def test_the_sequence_by_a_grid(counts) -> None:
    low, high = difference_sequence(*[[x] for x in counts])
    assert (low[0], high[0]) == pytest.approx(by_grid(*counts, 0.95), abs=2e-3)


def test_the_sequence_holds_the_truth_on_all_days() -> None:
    held, usual = disparity.covered(5, size=200, days=150)
    assert held >= 190
    assert usual < 170


def test_the_sequence_swaps_and_widens() -> None:
    table = ([12], [40], [33], [50])
    low, high = difference_sequence(*table)
    back = difference_sequence(*table[2:], *table[:2])
    assert (-back[1][0], -back[0][0]) == pytest.approx((low[0], high[0]), abs=1e-7)
    wide = difference_sequence(*table, level=0.999)
    assert wide[0][0] < low[0] < 12 / 40 - 33 / 50 < high[0] < wide[1][0]


def test_without_cases_everything_is_possible() -> None:
    low, high = difference_sequence([0, 0, 1], [0, 4, 1], [3, 0, 1], [5, 0, 1])
    assert low.tolist()[:2] == [-1, -1]
    assert high.tolist()[:2] == [1, 1]
    assert low[2] < -0.9
    assert high[2] > 0.9


def test_evidence_and_interval_tell_the_same_story() -> None:
    rng = np.random.default_rng(8)
    n = np.full((600, 4), 3)
    counts = np.stack([rng.binomial(n, [0.5, 0.3, 0.5, 0.2]), n, rng.binomial(n, 0.5), n], axis=1)
    alarms = raise_alarms(disparity_evidence(counts))
    low, high = difference_sequence(*counts.sum(axis=0), level=1 - 0.05 / 4)
    assert (alarms.day >= 0).tolist() == [False, True, False, True]
    assert ((low > 0) | (high < 0)).tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: raise_alarms([[float("nan")]]), "evidence is missing"),
        (lambda: raise_alarms([[float("inf")]]), "evidence"),
        (lambda: raise_alarms(np.zeros((0, 2))), "no evidence"),
        (lambda: raise_alarms(np.zeros((2, 0))), "no evidence"),
        (lambda: raise_alarms([1.0, 2.0]), "shape"),
        (lambda: raise_alarms([[1.0]], alpha=0), "alpha"),
        (lambda: difference_sequence([3], [2], [1], [2]), "favourable_a"),
        (lambda: difference_sequence([1], [2], [1], [2], level=1), "level"),
    ],
)
def test_bad_input_is_refused(call, words: str) -> None:
    with pytest.raises(Refused, match=words):
        call()
