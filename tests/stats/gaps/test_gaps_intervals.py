"""Intervals: exact cases, coverage where plain intervals fail, what noise adds, who is picked."""

import numpy as np
import pytest
from scipy import stats

from rightsplan.stats.gaps import gaps, gaps_many, group_panel
from rightsplan.stats.gaps.distance import distances_of, noise_around_mean, noise_around_reference
from rightsplan.stats.gaps.invert import crossing
from rightsplan.stats.gaps.panel import blocks
from rightsplan.stats.gaps.spread import mean_log_deviation, moments_of, relative_variance, theil, variance

DRAWS = 2500
ERROR = np.array([1.0, 2.0, 1.5, 0.7, 1.2])
SHARE = np.array([0.3, 0.05, 0.15, 0.3, 0.2])
TRUTH = np.array([50.0, 54.0, 52.0, 47.0, 51.0])


def sample(truth: np.ndarray, seed: int, **more: object) -> tuple[np.ndarray, object]:
    k = len(truth)
    y = truth + ERROR[:k] * np.random.default_rng(seed).standard_normal((DRAWS, k))
    panel = group_panel(
        y.ravel(),
        offsets=np.arange(DRAWS + 1) * k,
        error=np.tile(ERROR[:k], DRAWS),
        population=np.tile(SHARE[:k], DRAWS),
        **more,  # type: ignore[arg-type]
    )
    return y, gaps_many(panel)


def covered(found: object, truth: float | np.ndarray) -> float:
    return float(np.mean((found.low <= truth + 1e-9) & (found.high >= truth - 1e-9)))  # type: ignore[attr-defined]


@pytest.mark.parametrize("measure", ["bgv", "bgsd", "cov", "theil", "mld", "mdm_w", "mdm_u", "idis_w", "d_index"])
def test_where_all_are_equal_the_interval_holds_zero_in_95_of_100(measure: str) -> None:
    _, table = sample(np.full(5, 50.0), 1)
    assert covered(table.of(measure), 0.0) == pytest.approx(0.95, abs=0.017)  # type: ignore[attr-defined]


@pytest.mark.parametrize("measure", ["bgv", "cov", "theil", "mld"])
def test_where_groups_differ_the_interval_holds_the_truth(measure: str) -> None:
    _, table = sample(TRUTH, 2)
    w = SHARE
    r = TRUTH / (w @ TRUTH)
    bgv = w @ (TRUTH - w @ TRUTH) ** 2
    truth = {"bgv": bgv, "cov": 100 * np.sqrt(bgv) / (w @ TRUTH), "theil": w @ (r * np.log(r)), "mld": -w @ np.log(r)}
    assert covered(table.of(measure), truth[measure]) == pytest.approx(0.95, abs=0.018)  # type: ignore[attr-defined]


@pytest.mark.parametrize("truth", [np.full(5, 50.0), TRUTH], ids=["equal", "unequal"])
def test_measures_that_pick_groups_hold_what_they_picked(truth: np.ndarray) -> None:
    y, table = sample(truth, 3)
    best, worst, mean = truth[y.argmax(axis=1)], truth[y.argmin(axis=1)], SHARE @ truth
    expected = {"difference": best - worst, "ratio": best / worst, "par": best - mean, "mdb_u": best - truth.mean()}
    for measure, target in (expected | {"paf": 100 * (best / mean - 1)}).items():
        assert covered(table.of(measure), target) == pytest.approx(0.95, abs=0.017), measure  # type: ignore[attr-defined]


def test_picked_extremes_are_corrected_downwards() -> None:
    y, table = sample(np.full(5, 50.0), 4)
    found = table.of("difference")  # type: ignore[attr-defined]
    assert (found.value > 0).all()
    assert np.mean(found.corrected > 0) == pytest.approx(0.5, abs=0.04)  # median-unbiased for a true gap of zero
    naive = found.value - 1.96 * np.hypot(ERROR[y.argmax(axis=1)], ERROR[y.argmin(axis=1)])
    assert np.mean(naive <= 0) < 0.9  # the plain interval fails here


def test_the_variance_is_corrected_by_its_noise() -> None:
    _, table = sample(TRUTH, 5)
    found = table.of("bgv")  # type: ignore[attr-defined]
    truth = SHARE @ (TRUTH - SHARE @ TRUTH) ** 2
    noise = (SHARE * (1 - SHARE) * ERROR**2).sum()
    np.testing.assert_allclose(found.corrected, np.maximum(found.value - noise, 0), atol=1e-3)
    assert found.value.mean() == pytest.approx(truth + noise, rel=0.03)
    assert found.corrected.mean() == pytest.approx(truth, rel=0.05)


def test_two_equal_groups_are_the_folded_normal() -> None:
    found = gaps(["a", "b"], [50.0, 53.0], error=[1.0, 1.0], rank=[1, 2])
    difference = found.of("difference")
    reach = stats.norm.ppf(0.975) * np.sqrt(2)
    assert (difference.low, difference.high) == pytest.approx((3 - reach, 3 + reach))
    edge = stats.norm.ppf(0.975) * np.sqrt(2)  # the two-sided test of equality, at 5 %
    for gap, holds_zero in ((edge * 0.999, True), (edge * 1.001, False)):
        low = gaps(["a", "b"], [50.0, 50.0 + gap], error=[1.0, 1.0]).of("bgv").low
        assert (low == pytest.approx(0, abs=1e-6)) is holds_zero


@pytest.mark.parametrize("measure", [variance, relative_variance, theil, mean_log_deviation])
def test_derivatives_are_those_of_small_changes(measure: object) -> None:
    y, w, step = TRUTH[None, :], SHARE[None, :], 1e-4
    shape = measure(y, w)  # type: ignore[operator]
    for j in range(5):
        up, down = (measure(y + side * step * np.eye(5)[j], w) for side in (1, -1))  # type: ignore[operator]
        assert shape.slope[0, j] == pytest.approx((up.value[0] - down.value[0]) / 2 / step, rel=1e-5, abs=1e-9)
        np.testing.assert_allclose(shape.bend[0, j], (up.slope[0] - down.slope[0]) / 2 / step, rtol=1e-4, atol=1e-9)


def test_the_moments_of_the_variance_are_those_of_a_simulation() -> None:
    y = TRUTH + ERROR * np.random.default_rng(6).standard_normal((400_000, 5))
    drawn = ((y - (y @ SHARE)[:, None]) ** 2) @ SHARE
    moments = moments_of(variance(TRUTH[None, :], SHARE[None, :]), ERROR[None, :])
    assert moments.mean[0] == pytest.approx(drawn.mean(), rel=0.01)
    assert moments.variance[0] == pytest.approx(drawn.var(), rel=0.02)
    assert moments.third[0] == pytest.approx(stats.moment(drawn, order=3), rel=0.08)


@pytest.mark.parametrize("around", ["mean", "reference"])
def test_the_moments_of_distances_are_those_of_a_simulation(around: str) -> None:
    panel = group_panel(TRUTH, offsets=[0, 5], error=ERROR, population=SHARE)
    block = next(blocks(panel))
    y = TRUTH + ERROR * np.random.default_rng(7).standard_normal((400_000, 5))
    mean, reference = y @ SHARE, np.array([3])
    centre = mean if around == "mean" else y[:, 3]
    drawn = np.abs(y - centre[:, None]) @ SHARE
    noise = noise_around_mean(block) if around == "mean" else noise_around_reference(block, reference)
    at = TRUTH - (SHARE @ TRUTH if around == "mean" else TRUTH[3])
    moments = distances_of(at[None, :], SHARE[None, :], noise)
    assert moments.mean[0] == pytest.approx(drawn.mean(), rel=0.005)
    assert moments.variance[0] == pytest.approx(drawn.var(), rel=0.03)
    assert moments.with_mean[0] == pytest.approx(np.cov(drawn, mean)[0, 1], abs=0.01)


def test_fieller_s_interval_is_where_the_ratio_is_not_rejected() -> None:
    ratio = gaps(["a", "b"], [20.0, 30.0], error=[2.0, 1.5], rank=[1, 2]).of("ratio")
    for end in (ratio.low, ratio.high):
        assert end is not None
        score = (30 - end * 20) / np.hypot(1.5, end * 2.0)
        assert abs(score) == pytest.approx(stats.norm.ppf(0.975), rel=1e-9)


def test_crossing_finds_roots_and_the_near_ends() -> None:
    root = np.array([0.3, -2.0, 9.0])
    found = crossing(lambda t: np.sinh(t - root), np.zeros(3), np.full(3, 4.0), steps=40)
    np.testing.assert_allclose(found, [0.3, 0.0, 4.0], atol=1e-9)
