"""Noise is as large as it is said to be, and the budget is kept. OpenDP has no seed: bounds are six sigmas wide."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.disclosure import link, table
from rightsplan.stats.disclosure.privacy import Budget, fit_sums, margin_of, noisy_counts

from .tables import published, summed

pytest.importorskip("opendp")
MANY = 40_000
RICH = Budget(year=2026, limit=100.0)


def noise(epsilon: float, mechanism: str, **more: int) -> tuple[np.ndarray, float, float]:
    made = noisy_counts(np.full(MANY, 50), RICH, what="t", epsilon=epsilon, mechanism=mechanism, **more)  # type: ignore[arg-type]
    return made.counts - 50, made.margin, made.standard_error


def test_geometric_noise_has_its_published_variance() -> None:
    """Epsilon 1: 2 e^-1 / (1 - e^-1)^2 = 1.8413 (Ghosh, Roughgarden and Sundararajan 2009)."""
    drawn, _, error = noise(1.0, "geometric")
    assert error**2 == pytest.approx(1.8413, abs=5e-5)
    assert (drawn == np.round(drawn)).all()
    assert drawn.mean() == pytest.approx(0, abs=6 * error / math.sqrt(MANY))
    assert drawn.var() == pytest.approx(error**2, rel=0.12)
    assert (drawn == 0).mean() == pytest.approx((1 - math.exp(-1)) / (1 + math.exp(-1)), abs=0.015)


def test_laplace_noise_has_its_published_variance() -> None:
    drawn, margin, error = noise(0.5, "laplace")
    assert error == pytest.approx(math.sqrt(2) * 2)
    assert drawn.var() == pytest.approx(8, rel=0.14)
    assert (np.abs(drawn) <= margin).mean() == pytest.approx(0.95, abs=0.008)


def test_a_person_in_several_counts_costs_more_noise() -> None:
    assert noise(1.0, "geometric", contributes=3)[2] > 2.9 * noise(1.0, "geometric")[2]


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 1.0, 3.0])
def test_intervals_cover(epsilon: float) -> None:
    drawn, margin, _ = noise(epsilon, "geometric")
    r = math.exp(-epsilon)
    covered = 1 - 2 * r ** (margin + 1) / (1 + r)
    assert covered >= 0.95
    assert margin == 0 or 1 - 2 * r**margin / (1 + r) < 0.95
    assert (np.abs(drawn) <= margin).mean() == pytest.approx(covered, abs=0.008)


@settings(deadline=None)
@given(scale=st.floats(0.05, 500), share=st.floats(0.5, 0.999))
def test_the_margin_is_the_least(scale: float, share: float) -> None:
    margin, r = margin_of(scale, share, "geometric"), math.exp(-1 / scale)
    assert 1 - 2 * r ** (margin + 1) / (1 + r) >= share - 1e-6
    assert margin == 0 or 1 - 2 * r**margin / (1 + r) < share + 1e-6


def test_the_budget_is_a_value_and_is_kept() -> None:
    start = Budget(year=2026, limit=1.0)
    first = noisy_counts([3, 4], start, what="spring", epsilon=0.6).budget
    assert start.left == 1.0
    assert first.left == pytest.approx(0.4)
    assert first.spent == (("spring", 0.6),)
    with pytest.raises(Refused, match=r"autumn needs epsilon 0.5, but of the 1 for 2026 only 0.4 is left"):
        noisy_counts([3, 4], first, what="autumn", epsilon=0.5)
    assert noisy_counts([3], first, what="autumn", epsilon=0.4).budget.left == pytest.approx(0, abs=1e-12)


@settings(deadline=None)
@given(costs=st.lists(st.floats(0.01, 0.4), min_size=1, max_size=20))
def test_the_budget_is_never_overspent(costs: list[float]) -> None:
    budget = Budget(year=2026, limit=1.0)
    for cost in costs:
        try:
            budget = budget.spend("release", cost)
        except Refused:
            assert cost > budget.left
    assert sum(cost for _, cost in budget.spent) <= 1.0 + 1e-6


def test_small_counts_may_become_negative_but_intervals_do_not() -> None:
    made = noisy_counts(np.zeros(2000, dtype=int), RICH, what="t", epsilon=0.2)
    assert (made.counts < 0).any()
    assert (made.low >= 0).all()
    assert (made.high >= 0).all()


def test_sums_fit_with_the_least_change() -> None:
    rng = np.random.default_rng(3)
    full = summed(rng.poisson(40.0, (4, 3)).astype(float))
    values = (full + rng.integers(-6, 7, full.shape)).ravel()
    codes = published(full, np.zeros(full.shape, dtype=bool)).codes
    noisy = table(["x", "y"], codes, values, margin=100)
    fitted = fit_sums(noisy)
    sums = link([noisy]).matrix.toarray()
    np.testing.assert_allclose(sums @ fitted, 0, atol=1e-8)
    expected = values - np.linalg.pinv(sums) @ (sums @ values)
    np.testing.assert_allclose(fitted, expected, atol=1e-8)
    np.testing.assert_allclose(fit_sums(table(["x"], [("a",)], [3.0])), [3.0])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"epsilon": 0.0}, "epsilon"),
        ({"epsilon": math.nan}, "epsilon"),
        ({"epsilon": 1.0, "contributes": 0}, "contributes"),
        ({"epsilon": 1.0, "level": 100.0}, "level"),
        ({"epsilon": 1.0, "mechanism": "gauss"}, "mechanism"),
    ],
)
def test_bad_settings_are_refused(more: dict[str, float], field: str) -> None:
    with pytest.raises(Refused, match=field):
        noisy_counts([1, 2], RICH, what="t", **more)  # type: ignore[arg-type]


def test_bad_counts_are_refused() -> None:
    for bad in ([1.5], [-1], [math.nan]):
        with pytest.raises(Refused, match="counts"):
            noisy_counts(bad, RICH, what="t", epsilon=1.0)
