"""Fay-Herriot: published figures, an independent maximisation, the laws of shrinkage, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal

from rightsplan.errors import Refused
from rightsplan.stats.areas import fay_herriot
from rightsplan.stats.areas.likelihood import METHODS, Model, log_likelihood, score
from rightsplan.stats.panel import Floats

# Thirteen trials of the BCG vaccine: ill and well with it, ill and well without it, latitude of the place, year of the
# report (Colditz et al. 1994, JAMA 271; van Houwelingen, Arends and Stijnen 2002, Statistics in Medicine 21, table I).
# A random-effects meta-analysis is a Fay-Herriot model whose areas are trials.
BCG = np.array(
    [
        [4, 119, 11, 128, 44, 1948],
        [6, 300, 29, 274, 55, 1949],
        [3, 228, 11, 209, 42, 1960],
        [62, 13536, 248, 12619, 52, 1977],
        [33, 5036, 47, 5761, 13, 1973],
        [180, 1361, 372, 1079, 44, 1953],
        [8, 2537, 10, 619, 19, 1973],
        [505, 87886, 499, 87892, 13, 1980],
        [29, 7470, 45, 7232, 27, 1968],
        [17, 1699, 65, 1600, 42, 1961],
        [186, 50448, 141, 27197, 18, 1974],
        [5, 2493, 3, 2338, 33, 1969],
        [27, 16886, 29, 17825, 33, 1976],
    ],
    dtype=float,
)
ILL, WELL, ILL_WITHOUT, WELL_WITHOUT, LATITUDE, YEAR = BCG.T
RISK = np.log(ILL / (ILL + WELL)) - np.log(ILL_WITHOUT / (ILL_WITHOUT + WELL_WITHOUT))
RISK_VARIANCE = 1 / ILL - 1 / (ILL + WELL) + 1 / ILL_WITHOUT - 1 / (ILL_WITHOUT + WELL_WITHOUT)
ODDS = np.log(ILL * WELL_WITHOUT / (WELL * ILL_WITHOUT))
ODDS_VARIANCE = 1 / ILL + 1 / WELL + 1 / ILL_WITHOUT + 1 / WELL_WITHOUT

# Eight schools (Rubin 1981, Journal of Educational Statistics 6): the likelihood is highest at no variance at all.
SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SCHOOL_VARIANCE = np.array([15.0, 10, 16, 11, 9, 11, 10, 18]) ** 2


def test_viechtbauer_2010_is_reproduced() -> None:
    """Journal of Statistical Software 36(3), sections 4.1 and 4.2: log relative risks, REML."""
    plain = fay_herriot(RISK, RISK_VARIANCE, method="reml")
    assert plain.variance == pytest.approx(0.3132, abs=5e-5)
    assert plain.coefficients == pytest.approx([-0.7145], abs=5e-5)
    assert plain.coefficient_errors == pytest.approx([0.1798], abs=5e-5)
    full = fay_herriot(RISK, RISK_VARIANCE, np.column_stack([LATITUDE, YEAR]), method="reml")
    assert full.variance == pytest.approx(0.1108, abs=5e-5)
    # The intercept stands for the year 0; a step of 1e-5 in the variance, where that program stops, moves it by 6e-4.
    assert full.coefficients[0] == pytest.approx(-3.5455, abs=6e-4)
    assert full.coefficients[1:] == pytest.approx([-0.0280, 0.0019], abs=5e-5)
    assert full.coefficient_errors == pytest.approx([29.0959, 0.0102, 0.0147], abs=6e-4)


def test_van_houwelingen_2002_is_reproduced() -> None:
    """Statistics in Medicine 21, pages 594 to 609: log odds ratios, maximum likelihood, without and with latitude."""
    plain = fay_herriot(ODDS, ODDS_VARIANCE, method="ml")
    assert plain.variance == pytest.approx(0.302, abs=6e-4)
    assert plain.coefficients == pytest.approx([-0.742], abs=6e-4)
    with_latitude = fay_herriot(ODDS, ODDS_VARIANCE, LATITUDE, method="ml")
    assert with_latitude.variance == pytest.approx(0.004, abs=6e-4)
    assert with_latitude.coefficients == pytest.approx([0.371, -0.033], abs=6e-4)


def test_estimates_and_errors_equal_samplics() -> None:
    """samplics 0.6.1 (EblupAreaModel, REML). Its ML stops at 0.0155, where the likelihood is lower than at ours."""
    found = fay_herriot(RISK, RISK_VARIANCE, LATITUDE, method="reml")
    assert found.variance == pytest.approx(0.07634796395242889, rel=1e-8)
    assert found.estimate[[0, 5, 7]] == pytest.approx(
        [-1.00247207489442, -0.8062627092505819, 0.005105162847], rel=1e-8
    )
    assert found.mse[[0, 5, 7]] == pytest.approx([0.08314091714003866, 0.006891881915103, 0.003991200623938], rel=1e-8)
    model = Model(y=RISK, variance=RISK_VARIANCE, design=np.column_stack([np.ones(13), LATITUDE]))
    ours = fay_herriot(RISK, RISK_VARIANCE, LATITUDE, method="ml").variance
    theirs, best = log_likelihood(model, np.array([0.01553052, ours]), "ml")
    assert best > theirs + 0.1


@pytest.mark.parametrize("covariate", [None, LATITUDE])
@pytest.mark.parametrize("method", METHODS)
def test_a_maximisation_of_its_own_finds_the_same_variance(method: str, covariate: Floats | None) -> None:
    def density(between: float) -> float:
        """The likelihood from the normal density of y, or of the contrasts that are free of the coefficients."""
        design = np.ones((13, 1)) if covariate is None else np.column_stack([np.ones(13), covariate])
        total = np.diag(between + RISK_VARIANCE)
        if method == "ml":
            inverse = np.linalg.inv(total)
            beta = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ RISK)
            return float(multivariate_normal(design @ beta, total).logpdf(RISK))
        contrast = np.linalg.svd(design)[0][:, design.shape[1] :].T
        found = multivariate_normal(np.zeros(len(contrast)), contrast @ total @ contrast.T).logpdf(contrast @ RISK)
        if method == "adjusted":
            found += np.log(np.arctan((between / (between + RISK_VARIANCE)).sum())) / 13
        return float(found)

    ours = fay_herriot(RISK, RISK_VARIANCE, covariate, method=method)
    other = minimize_scalar(lambda a: -density(a), bounds=(1e-6, 3), method="bounded", options={"xatol": 1e-9})
    assert ours.variance == pytest.approx(other.x, rel=1e-5)
    if method == "ml":
        assert ours.log_likelihood == pytest.approx(-other.fun, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_score_is_the_slope_of_the_likelihood(method: str) -> None:
    model = Model(y=RISK, variance=RISK_VARIANCE, design=np.column_stack([np.ones(13), LATITUDE]))
    for between in (0.01, 0.1, 1.0):
        near = log_likelihood(model, np.array([between - 1e-6, between + 1e-6]), method)
        assert score(model, between, method) == pytest.approx((near[1] - near[0]) / 2e-6, rel=1e-4, abs=1e-6)


def test_where_reml_finds_no_variance_the_adjusted_likelihood_does() -> None:
    for method in ("reml", "ml"):
        flat = fay_herriot(SCHOOLS, SCHOOL_VARIANCE, method=method)
        assert flat.at_zero
        assert flat.variance == 0
        assert flat.estimate == pytest.approx(np.full(8, flat.coefficients[0]))
        assert (flat.mse > 0).all()
    adjusted = fay_herriot(SCHOOLS, SCHOOL_VARIANCE)
    assert not adjusted.at_zero
    assert adjusted.variance > 0
    assert np.argsort(adjusted.estimate)[-2:].tolist() == [0, 6]  # 28 with error 15 is drawn further in than 18 with 10


@pytest.mark.parametrize("method", METHODS)
def test_an_area_without_a_sample_gets_the_synthetic_estimate_and_changes_nothing_else(method: str) -> None:
    base = fay_herriot(RISK, RISK_VARIANCE, LATITUDE, method=method)
    more = fay_herriot([*RISK, np.nan], [*RISK_VARIANCE, np.nan], [*LATITUDE, 60.0], method=method)
    assert more.estimate[:13] == pytest.approx(base.estimate, rel=1e-12)
    assert more.mse[:13] == pytest.approx(base.mse, rel=1e-12)
    assert not more.has_sample[13]
    assert more.gamma[13] == 0
    assert more.estimate[13] == pytest.approx(base.coefficients @ [1, 60.0])
    assert more.mse[13] > base.variance


def instances() -> st.SearchStrategy[tuple[Floats, Floats, Floats]]:
    """Return direct estimates, variances and one covariate of 6 to 15 areas."""

    def build(size: int, seed: int) -> tuple[Floats, Floats, Floats]:
        rng = np.random.default_rng(seed)
        x = rng.normal(size=size)
        psi = rng.uniform(0.2, 3, size)
        y = 1 + x + rng.normal(size=size) * rng.choice([0.0, 1.0]) + rng.normal(size=size) * np.sqrt(psi)
        return y, psi, x

    return st.builds(build, st.integers(6, 15), st.integers(0, 10_000))


@settings(max_examples=30, deadline=None)
@given(instances(), st.sampled_from(METHODS))
def test_the_estimate_lies_between_the_areas_own_figure_and_the_model(
    case: tuple[Floats, Floats, Floats], method: str
) -> None:
    y, psi, x = case
    found = fay_herriot(y, psi, x, method=method)
    low, high = np.minimum(y, found.synthetic), np.maximum(y, found.synthetic)
    assert ((found.estimate >= low - 1e-9) & (found.estimate <= high + 1e-9)).all()
    order = np.argsort(psi)
    assert (np.diff(found.gamma[order]) <= 1e-12).all()
    assert (found.mse > 0).all()
    assert (found.lower < found.estimate).all()


@settings(max_examples=30, deadline=None)
@given(instances(), st.sampled_from(METHODS), st.sampled_from([-1.0, 0.01, 60.0]), st.sampled_from([-100.0, 0.0, 7.0]))
def test_another_unit_and_the_complement_give_the_same_answer(
    case: tuple[Floats, Floats, Floats], method: str, factor: float, shift: float
) -> None:
    y, psi, x = case
    one = fay_herriot(y, psi, x, method=method)
    two = fay_herriot(shift + factor * y, factor**2 * psi, 3 - 8 * x, method=method)
    assert two.estimate == pytest.approx(shift + factor * one.estimate, rel=1e-5, abs=1e-5)
    assert two.mse == pytest.approx(factor**2 * one.mse, rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(instances(), st.integers(0, 99))
def test_the_order_of_areas_does_not_matter(case: tuple[Floats, Floats, Floats], seed: int) -> None:
    y, psi, x = case
    order = np.random.default_rng(seed).permutation(len(y))
    one, two = fay_herriot(y, psi, x), fay_herriot(y[order], psi[order], x[order])
    assert two.estimate == pytest.approx(one.estimate[order], rel=1e-6, abs=1e-7)


GOOD = {"direct": RISK, "variance": RISK_VARIANCE, "covariates": LATITUDE}
BAD = [
    ({"direct": []}, "direct"),
    ({"direct": [*RISK[:12], np.inf]}, "direct"),
    ({"variance": RISK_VARIANCE[:12]}, "variance"),
    ({"variance": np.where(np.arange(13) == 3, 0.0, RISK_VARIANCE)}, "variance"),
    ({"variance": -RISK_VARIANCE}, "variance"),
    ({"variance": np.where(np.arange(13) == 3, np.nan, RISK_VARIANCE)}, "direct and variance"),
    ({"direct": np.full(13, np.nan), "variance": np.full(13, np.nan)}, "No area"),
    ({"covariates": np.full(13, 4.0)}, "covariates"),
    ({"covariates": np.column_stack([LATITUDE, 2 * LATITUDE])}, "covariates"),
    ({"covariates": np.where(np.arange(13) == 3, np.nan, LATITUDE)}, "covariates"),
    ({"covariates": LATITUDE[:5]}, "covariates"),
    ({"direct": RISK[:4], "variance": RISK_VARIANCE[:4], "covariates": LATITUDE[:4]}, "4 areas"),
    ({"method": "bayes"}, "method"),
    ({"confidence": 1.0}, "confidence"),
    ({"direct": ["a"] * 13}, "direct"),
]


@pytest.mark.parametrize(("change", "named"), BAD)
def test_bad_input_is_refused_with_the_name_of_the_field(change: dict[str, object], named: str) -> None:
    with pytest.raises(Refused, match=named):
        fay_herriot(**{**GOOD, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
def test_estimates_that_are_all_the_same_are_no_trouble(method: str) -> None:
    found = fay_herriot(np.full(6, 4.0), np.full(6, 1.0), method=method)
    assert found.estimate == pytest.approx(np.full(6, 4.0))
    assert np.isfinite(found.mse).all()
    assert (found.variance > 0) == (method == "adjusted")
