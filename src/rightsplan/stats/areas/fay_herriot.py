"""Estimates for small areas: each area's own survey figure, drawn towards what its circumstances let us expect."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.areas.likelihood import (
    ADJUSTED,
    METHODS,
    ML,
    Model,
    best_variance,
    fit_at,
    log_likelihood,
)
from rightsplan.stats.panel import Bools, Floats

SPARE = 3  # areas with a sample that there must be beyond the number of coefficients
COLLINEAR = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallAreas:
    """Estimates of m areas, in the unit of the direct estimates (`mse` in its square).

    `gamma` is the weight of the area's own figure (0: only the model, 1: only the survey); `synthetic` is what the
    model alone says; `has_sample` is False where the area has no figure of its own, so that its estimate is purely
    synthetic. `coefficients` begin with the intercept and are in the units of the covariates; `standardized` are per
    standard deviation of a covariate. `variance` is the variance between areas that the covariates leave unexplained;
    `at_zero` says that it was estimated as zero, so that every estimate is synthetic and the margins are too small.
    """

    estimate: Floats
    mse: Floats
    lower: Floats
    upper: Floats
    gamma: Floats
    synthetic: Floats
    has_sample: Bools
    coefficients: Floats
    coefficient_errors: Floats
    standardized: Floats
    variance: float
    at_zero: bool
    log_likelihood: float
    method: str
    confidence: float


def fay_herriot(
    direct: ArrayLike,
    variance: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    method: str = ADJUSTED,
    confidence: float = 0.95,
) -> SmallAreas:
    """Return the empirical best linear unbiased predictor of every area (Fay and Herriot 1979) with its error.

    Model: y_i = theta_i + e_i with known Var e_i = psi_i, theta_i = x_i'b + u_i with Var u_i = A. The estimate is
    gamma_i y_i + (1 - gamma_i) x_i'b with gamma_i = A / (A + psi_i). A comes from "reml", "ml" or the "adjusted"
    residual likelihood of Yoshimori and Lahiri (2014), which is never zero. The mean squared error is the second-order
    one: g1 + g2 + 2 g3 (Prasad and Rao 1990) with the variance and, for ML, the bias of A after Datta and Lahiri
    (2000). Intervals take Student's t with m - p degrees of freedom, because A is estimated.

    `direct` and `variance` (the squared standard error) have length m; NaN in both marks an area without a sample, for
    which the estimate is x_i'b and its error A + x_i' Cov(b) x_i. `covariates` is (m, q) or (m,), known without error,
    without a column of ones. Raises Refused for a variance of zero, for fewer than p + 3 areas with a sample, and for
    covariates that are constant or say the same. Does not transform: a share near 0 or 1 may get an interval beyond
    it. Does not account for variances that are themselves estimated, nor for neighbours (see `bayes`).
    """
    checks.one_of("method", method, METHODS)
    confidence = checks.number("confidence", confidence, above=0.0, below=1.0)
    y = checks.numbers("direct", direct, missing=True, at_least=1)
    psi = checks.numbers("variance", variance, length=len(y), missing=True, above=0.0)
    has_sample = sampled(y, psi)
    raw = columns_of(covariates, len(y))
    middle, scale = centre_of(raw, has_sample)
    design = np.column_stack([np.ones(len(y)), (raw - middle) / scale])
    refuse_thin(design[has_sample])
    model = Model(y=y[has_sample], variance=psi[has_sample], design=design[has_sample])
    fit = Fit(model=model, between=best_variance(model, method), method=method, confidence=confidence)
    return result_of(fit, design, y, psi, (middle, scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A model with the variance between areas that was found for it."""

    model: Model
    between: float
    method: str
    confidence: float


def result_of(fit: Fit, design: Floats, y: Floats, psi: Floats, centre: tuple[Floats, Floats]) -> SmallAreas:
    """Return the estimates of all areas, with or without a sample."""
    model, between, method, confidence = fit.model, fit.between, fit.method, fit.confidence
    has_sample = ~np.isnan(y)
    beta, covariance, _ = fit_at(model, between)
    gamma = np.where(has_sample, between / (between + np.where(has_sample, psi, 1.0)), 0.0)
    synthetic = design @ beta
    estimate = synthetic + gamma * np.where(has_sample, y - synthetic, 0.0)
    mse = squared_error(model, between, method, covariance=covariance, design=design, psi=psi)
    rows, columns = model.size
    reach = student.ppf((1 + confidence) / 2, rows - columns) * np.sqrt(mse)
    coefficients, errors = on_scale(beta, covariance, *centre)
    return SmallAreas(
        estimate=estimate,
        mse=mse,
        lower=estimate - reach,
        upper=estimate + reach,
        gamma=gamma,
        synthetic=synthetic,
        has_sample=has_sample,
        coefficients=coefficients,
        coefficient_errors=errors,
        standardized=beta,
        variance=between,
        at_zero=between == 0.0,
        log_likelihood=float(log_likelihood(model, np.array([between]), method)[0]),
        method=method,
        confidence=confidence,
    )


def sampled(y: Floats, psi: Floats) -> Bools:
    """Return which areas have a figure of their own. Raises Refused where only one of figure and variance is there."""
    has_sample: Bools = ~np.isnan(y)
    half = has_sample != ~np.isnan(psi)
    if half.any():
        where = checks.places(half)
        raise Refused(
            f"direct and variance are not both given at {where}.",
            "Give both, or leave both empty for an area without a sample.",
        )
    return has_sample


def columns_of(covariates: ArrayLike | None, length: int) -> Floats:
    """Return the covariates as (m, q). Raises Refused for another shape and for missing values."""
    if covariates is None:
        return np.empty((length, 0))
    raw = checks.as_floats("covariates", covariates)
    return checks.matrix("covariates", raw[:, None] if raw.ndim == 1 else raw, shape=(length, None))


def centre_of(raw: Floats, has_sample: Bools) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of every covariate over the areas with a sample.

    Raises Refused where there is no sample at all and for a covariate that is the same everywhere.
    """
    if not has_sample.any():
        raise Refused("No area has a direct estimate.", "Give direct estimates with their variances.")
    middle, scale = raw[has_sample].mean(axis=0), raw[has_sample].std(axis=0)
    flat = scale <= COLLINEAR * np.maximum(np.abs(middle), np.finfo(float).tiny)
    if flat.any():
        raise Refused(f"covariates is constant in column {checks.places(flat)}.", "Leave that column out.")
    return middle, scale


def refuse_thin(design: Floats) -> None:
    """Raise Refused where areas are too few for the coefficients or covariates say the same."""
    rows, columns = design.shape
    if rows < columns + SPARE:
        raise Refused(
            f"{rows} areas have a sample, too few for {columns} coefficients.",
            f"Give at least {columns + SPARE} areas with a sample, or fewer covariates.",
        )
    if np.linalg.svd(design, compute_uv=False)[-1] < COLLINEAR * np.sqrt(rows):
        raise Refused("covariates say the same as others.", "Leave one of them out.")


def squared_error(
    model: Model, between: float, method: str, *, covariance: Floats, design: Floats, psi: Floats
) -> Floats:
    """Return the second-order mean squared error of every area, with or without a sample."""
    weight = 1 / (between + model.variance)
    precision = (weight**2).sum()
    leverage = np.einsum("mp,pq,mq->m", design, covariance, design)
    known = ~np.isnan(psi)
    psi = np.where(known, psi, 1.0)
    share = psi / (between + psi)  # 1 - gamma
    found = between * share + share**2 * leverage + 4 * share**2 / (between + psi) / precision
    if method == ML:
        inner = model.design.T @ (weight[:, None] ** 2 * model.design)
        found += share**2 * np.trace(covariance @ inner) / precision
    whole: Floats = np.where(known, found, between + leverage)
    return whole


def on_scale(beta: Floats, covariance: Floats, middle: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Return coefficients and standard errors in the units of the covariates."""
    turn = np.eye(len(beta))
    turn[0, 1:] = -middle / scale
    turn[1:, 1:] = np.diag(1 / scale)
    return turn @ beta, np.sqrt(np.diag(turn @ covariance @ turn.T))
