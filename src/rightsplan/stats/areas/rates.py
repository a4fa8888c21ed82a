"""Rates and shares of small areas, drawn towards the common level as far as chance explains their differences."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.areas import prior
from rightsplan.stats.panel import Floats

MOMENTS, LIKELIHOOD, AVERAGED = "moments", "likelihood", "averaged"
LEAST_EXPOSURE = 1e-9  # less is no exposure, and its rates leave the range of a float
FITS = (AVERAGED, MOMENTS, LIKELIHOOD)
LEAST_AREAS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Rates of m areas per unit of exposure.

    `raw` is events over exposure; `estimate` is drawn towards `mean`, the common level; `weight` is the weight of the
    area's own rate; `lower` and `upper` bound the rate with the given confidence. `mean` and `variance` describe how
    true rates differ between areas; `beyond_chance` is False where the moments find no difference beyond chance.
    """

    raw: Floats
    estimate: Floats
    lower: Floats
    upper: Floats
    weight: Floats
    mean: float
    variance: float
    beyond_chance: bool
    model: str
    fit: str
    confidence: float


def smooth_rates(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    model: str = prior.POISSON,
    fit: str = AVERAGED,
    confidence: float = 0.95,
) -> Rates:
    """Return empirical Bayes rates: gamma-Poisson for events, beta-binomial for shares of people.

    With prior mean m and variance A the estimate is m + C_i (r_i - m), C_i = n_i / (n_i + m / A) for "poisson" and
    n_i / (n_i + m (1 - m) / A - 1) for "binomial". `fit` "moments" takes m and A of Marshall (1991) (for shares with
    the binomial variance in its place), "likelihood" the maximum of the marginal likelihood (Clayton and Kaldor 1987;
    beta-binomial for shares), "averaged" the mean over the posterior of m and A, flat in log m (logit m) and in the
    standard deviation of the true rates over m (over the root of m (1 - m)). Intervals are always averaged: a gamma
    (beta) distribution with the mean and variance of that posterior, so that they stay honest where A is uncertain.

    `events` are counts (m,), `exposure` is above zero (m,): people, births, person-years, or expected counts, which
    makes the rate a ratio to expectation; for "binomial" a whole number of people, at least `events`. Raises Refused
    for fewer than 3 areas, no events at all, or everybody affected. Does not know which areas are neighbours (see
    `bayes`), and takes areas to be exchangeable: an area that differs for a known reason is drawn too far.
    """
    checks.one_of("model", model, prior.MODELS)
    checks.one_of("fit", fit, FITS)
    confidence = checks.number("confidence", confidence, above=0.0, below=1.0)
    count, size = checked(events, exposure, model)
    mean, variance = (prior.maximum if fit == LIKELIHOOD else prior.moments)(count, size, model)
    strength = prior.strength_of(mean, variance, model)
    weight = np.zeros_like(size) if np.isinf(strength) else size / (size + strength)
    over = prior.grid(count, size, model)
    middle, spread = prior.posterior(over, count, size, model)
    raw = count / size
    if fit == AVERAGED:
        mean, variance, weight = prior.average(over, size, model)
    estimate = middle if fit == AVERAGED else mean + weight * (raw - mean)
    lower, upper = interval_of(middle, spread, model, confidence)
    return Rates(
        raw=raw, estimate=estimate, lower=lower, upper=upper, weight=weight, mean=mean, variance=variance,
        beyond_chance=prior.moments(count, size, model)[1] > 0, model=model, fit=fit, confidence=confidence,
    )  # fmt: skip


def checked(events: ArrayLike, exposure: ArrayLike, model: str) -> tuple[Floats, Floats]:
    """Return counts and exposures. Raises Refused for what cannot be smoothed."""
    count = checks.counts("events", events).astype(np.float64)
    size = checks.numbers("exposure", exposure, length=len(count), above=0.0)
    size = checks.within("exposure", size, least=LEAST_EXPOSURE)
    if len(count) < LEAST_AREAS:
        raise Refused(f"events has {len(count)} areas.", f"Give at least {LEAST_AREAS}.")
    if model == prior.BINOMIAL:
        size = checks.counts("exposure", size).astype(np.float64)
        beyond = count > size
        if beyond.any():
            raise Refused(f"events is more than exposure at {checks.places(beyond)}.", 'Take model = "poisson".')
        if (count == size).all():
            raise Refused("events is exposure in every area.", "There is nothing to smooth: report the full share.")
    if not count.any():
        raise Refused("events is zero in every area.", "Join years or areas until there are some.")
    return count, size


def interval_of(middle: Floats, spread: Floats, model: str, confidence: float) -> tuple[Floats, Floats]:
    """Return the central interval of a gamma (beta) distribution with these means and variances."""
    ends = (1 - confidence) / 2, (1 + confidence) / 2
    if model == prior.POISSON:
        shape, scale = middle**2 / spread, spread / middle
        low, high = (stats.gamma.ppf(end, shape, scale=scale) for end in ends)
    else:
        total = middle * (1 - middle) / spread - 1
        low, high = (stats.beta.ppf(end, middle * total, (1 - middle) * total) for end in ends)
    return low, high
