"""Rates: figures of other programs, a posterior computed another way, and the laws of shrinkage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.optimize import minimize

from rightsplan.errors import Refused
from rightsplan.stats.areas import prior, smooth_rates
from rightsplan.stats.panel import Floats

from .examples import CASES, EXPECTED, column

DEATHS, BIRTHS = column("rates", "events"), column("rates", "exposure")


def test_marshall_equals_esda() -> None:
    """esda 2.9.0, smoothing.Empirical_Bayes, on the sudden infant deaths of North Carolina, 1974 to 1978."""
    found = smooth_rates(DEATHS, BIRTHS, fit="moments")
    expected = [1.69729733, 1.70537768, 1.77308702, 2.01286808, 3.53491315]
    assert 1000 * found.estimate[:5] == pytest.approx(expected, abs=5e-9)
    assert found.mean == pytest.approx(DEATHS.sum() / BIRTHS.sum())


def test_the_gamma_prior_equals_the_negative_binomial_regression_of_r() -> None:
    """R 4.2, MASS::glm.nb(events ~ offset(log(exposure))): intercept -6.1546129, theta 6.3719767."""
    found = smooth_rates(DEATHS, BIRTHS, fit="likelihood")
    assert np.log(found.mean) == pytest.approx(-6.1546129, abs=2e-5)
    assert found.mean**2 / found.variance == pytest.approx(6.3719767, rel=1e-3)


def test_a_search_of_its_own_finds_the_same_beta_prior() -> None:
    """The beta-binomial distribution of scipy, maximised by another method."""

    def loss(x: Floats) -> float:
        a, b = np.exp(x)
        return -float(stats.betabinom(BIRTHS.astype(int), a, b).logpmf(DEATHS.astype(int)).sum())

    best = minimize(loss, np.log([4.0, 2000.0]), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    a, b = np.exp(best.x)
    found = smooth_rates(DEATHS, BIRTHS, model="binomial", fit="likelihood")
    assert found.mean == pytest.approx(a / (a + b), rel=1e-3)
    assert found.variance == pytest.approx(a * b / (a + b) ** 2 / (a + b + 1), rel=5e-3)


@pytest.mark.parametrize("area", [0, 55])
def test_the_averaged_rate_equals_adaptive_quadrature(area: int) -> None:
    """Posterior of one district of Scotland by an integrator, with the negative binomial distribution of scipy."""

    def density(place: float, spread: float) -> float:
        shape = spread**-2.0
        chance = shape / (shape + EXPECTED * np.exp(place))
        return float(np.exp(stats.nbinom(shape, chance).logpmf(CASES).sum() + 180))

    def rate(place: float, spread: float, power: int) -> float:
        shape = spread**-2.0
        a, b = shape + CASES[area], shape / np.exp(place) + EXPECTED[area]
        return a / b if power == 1 else a * (a + 1) / b**2

    def integral(power: int) -> float:
        def inner(place: float, spread: float) -> float:
            return density(place, spread) * (rate(place, spread, power) if power else 1.0)

        places, spreads = np.linspace(-0.4, 0.8, 25), np.linspace(0.35, 1.4, 25)
        grid = np.array([[inner(p, s) for p in places] for s in spreads])
        return float(integrate.simpson(integrate.simpson(grid, x=places), x=spreads))

    whole, first, second = (integral(power) for power in (0, 1, 2))
    over = prior.grid(CASES, EXPECTED, prior.POISSON)
    mean, variance = prior.posterior(over, CASES, EXPECTED, prior.POISSON)
    assert mean[area] == pytest.approx(first / whole, rel=2e-3)
    assert variance[area] == pytest.approx(second / whole - (first / whole) ** 2, rel=1e-2)


def test_where_chance_explains_everything_the_moments_draw_all_the_way() -> None:
    found = smooth_rates([10, 10, 10, 10], [100, 100, 100, 100], fit="moments")
    assert not found.beyond_chance
    assert found.variance == 0
    assert found.weight == pytest.approx(np.zeros(4))
    assert found.estimate == pytest.approx(np.full(4, 0.1))
    assert (found.lower < 0.1).all()
    assert (found.upper > 0.1).all()


def test_large_differences_between_large_areas_are_kept() -> None:
    found = smooth_rates([100, 9000, 50000], [100_000] * 3)
    assert found.estimate == pytest.approx(found.raw, rel=0.02)


def cases() -> st.SearchStrategy[tuple[Floats, Floats]]:
    size = st.integers(3, 8)
    rows = st.tuples(st.integers(0, 60), st.integers(60, 5000))
    return size.flatmap(lambda n: st.lists(rows, min_size=n, max_size=n)).filter(lambda r: any(x for x, _ in r)).map(
        lambda r: (np.array([x for x, _ in r], dtype=float), np.array([n for _, n in r], dtype=float))
    )  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(cases(), st.sampled_from(["poisson", "binomial"]), st.sampled_from(["moments", "likelihood"]))
def test_an_estimate_lies_between_the_raw_and_the_common_rate(
    case: tuple[Floats, Floats], model: str, fit: str
) -> None:
    events, exposure = case
    found = smooth_rates(events, exposure, model=model, fit=fit)
    low, high = np.minimum(found.raw, found.mean), np.maximum(found.raw, found.mean)
    assert ((found.estimate >= low - 1e-12) & (found.estimate <= high + 1e-12)).all()
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    order = np.argsort(exposure)
    assert (np.diff(found.weight[order]) >= -1e-12).all()
    assert (found.lower < found.upper).all()
    assert (found.lower >= 0).all()


@settings(max_examples=12, deadline=None)
@given(cases(), st.sampled_from([0.01, 1000.0]))
def test_another_unit_of_exposure_is_another_unit_of_the_rate(case: tuple[Floats, Floats], factor: float) -> None:
    events, exposure = case
    one, two = smooth_rates(events, exposure), smooth_rates(events, exposure * factor)
    assert two.estimate * factor == pytest.approx(one.estimate, rel=0.01)
    assert two.upper * factor == pytest.approx(one.upper, rel=0.02)
    assert two.weight == pytest.approx(one.weight, abs=0.01)


@settings(max_examples=12, deadline=None)
@given(cases())
def test_a_share_and_its_complement_tell_the_same(case: tuple[Floats, Floats]) -> None:
    events, exposure = case
    one = smooth_rates(events, exposure, model="binomial")
    two = smooth_rates(exposure - events, exposure, model="binomial")
    assert 1 - two.estimate == pytest.approx(one.estimate, abs=1e-4)
    assert 1 - two.upper == pytest.approx(one.lower, abs=1e-3)


@settings(max_examples=12, deadline=None)
@given(cases(), st.integers(0, 99))
def test_the_order_of_areas_does_not_matter(case: tuple[Floats, Floats], seed: int) -> None:
    events, exposure = case
    order = np.random.default_rng(seed).permutation(len(events))
    one, two = smooth_rates(events, exposure), smooth_rates(events[order], exposure[order])
    assert two.estimate == pytest.approx(one.estimate[order], rel=1e-3)


BAD = [
    ({"events": [0, 0, 0]}, "events"),
    ({"events": [1, 2]}, "exposure"),
    ({"events": [1], "exposure": [5]}, "events"),
    ({"events": [1, 2.5, 3]}, "events"),
    ({"events": [1, -2, 3]}, "events"),
    ({"events": [1, np.nan, 3]}, "events"),
    ({"exposure": [10, 0, 10]}, "exposure"),
    ({"exposure": [10, np.inf, 10]}, "exposure"),
    ({"events": [1, 12, 1], "model": "binomial"}, "events"),
    ({"events": [10, 10, 10], "model": "binomial"}, "events"),
    ({"exposure": [10, 10.5, 10], "model": "binomial"}, "exposure"),
    ({"model": "normal"}, "model"),
    ({"fit": "best"}, "fit"),
    ({"confidence": 0}, "confidence"),
]


@pytest.mark.parametrize(("change", "named"), BAD)
def test_bad_input_is_refused_with_the_name_of_the_field(change: dict[str, object], named: str) -> None:
    with pytest.raises(Refused, match=named):
        smooth_rates(**{"events": [1, 2, 3], "exposure": [10, 10, 10], **change})  # type: ignore[arg-type]
