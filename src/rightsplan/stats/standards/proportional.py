"""Ordered logistic regression by maximum likelihood, small enough to read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats, Ints

LARGEST_EFFECT = 20.0  # in logits per standard deviation: beyond it the likelihood has no maximum


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The fit of log odds(rating <= k) = cut_k + x . effect: cutpoints, effects, log likelihood, and if it was found.

    `found` is False where the likelihood has no maximum, as where one predictor separates the categories.
    """

    cuts: Floats
    effects: Floats
    log_likelihood: float
    found: bool


def proportional_odds(y: ArrayLike, x: ArrayLike, *, weights: ArrayLike | None = None) -> Fit:
    """Fit McCullagh's proportional-odds model (1980) of categories y = 0, 1, ... on the columns of x.

    Shapes: y N whole numbers, every category from 0 to the largest one in use; x N x P; weights N, counts of equal
    rows. An effect above 0 makes low ratings likelier. Quasi-Newton with the analytic gradient on standardised
    columns. Raises Refused for a constant column, an unused category and what `checks` refuses. Gives no standard
    errors: compare log likelihoods.
    """
    codes = checks.counts("y", y)
    table = checks.matrix("x", x, shape=(len(codes), None))
    w = np.ones(len(codes)) if weights is None else checks.numbers("weights", weights, length=len(codes), least=0)
    size = int(codes.max(initial=0)) + 1
    if not 2 <= size <= len(codes) or (np.bincount(codes, weights=w, minlength=size) == 0).any():
        raise Refused("y has one category, or skips one.", "Number the categories in use 0, 1, ...")
    scale = table[w > 0].std(0)
    if (scale < 1e-12).any():
        raise Refused("x has a column that is constant.", "Leave it out.")
    middle = table.mean(0)
    z = (table - middle) / scale
    share = np.cumsum(np.bincount(codes, weights=w, minlength=size))[:-1] / w.sum()
    logits = np.log(share / (1 - share))
    start = np.concatenate([logits[:1], np.log(np.maximum(np.diff(logits), 1e-3)), np.zeros(z.shape[1])])
    best = minimize(loss, start, args=(codes, z, w / w.sum()), jac=True, method="BFGS", options={"gtol": 1e-8})
    cuts = np.cumsum(np.concatenate([best.x[:1], np.exp(best.x[1 : size - 1])]))
    slopes = best.x[size - 1 :]
    found = bool(np.abs(best.jac).max() < 1e-5 and np.abs(slopes).max(initial=0.0) < LARGEST_EFFECT)
    effects = slopes / scale
    return Fit(
        cuts=cuts - middle @ effects, effects=effects, log_likelihood=-float(best.fun) * float(w.sum()), found=found
    )


def loss(point: Floats, codes: Ints, z: Floats, w: Floats) -> tuple[float, Floats]:
    """Return the mean negative log likelihood and its gradient; cutpoints as the first and the logs of distances."""
    size = len(point) - z.shape[1] + 1
    gaps = np.exp(np.minimum(point[1 : size - 1], 30.0))
    cuts = np.concatenate([[-np.inf], np.cumsum(np.concatenate([point[:1], gaps])), [np.inf]])
    line = z @ point[size - 1 :]
    high, low = cuts[codes + 1] + line, cuts[codes] + line
    apart = np.maximum(np.where(np.isfinite(high - low), high - low, np.inf), 1e-12)
    value = log_expit(high) + log_expit(-low) + np.log(-np.expm1(-apart))
    pull = 1 / np.expm1(np.minimum(apart, 700.0))
    to_high = np.where(np.isinf(high), 0.0, expit(-high) + pull)
    to_low = np.where(np.isinf(low), 0.0, -expit(low) - pull)
    by_cut = np.bincount(codes, weights=w * to_high, minlength=size)[:-1]
    by_cut = by_cut + np.bincount(codes, weights=w * to_low, minlength=size)[1:]
    tails = np.cumsum(by_cut[::-1])[::-1]
    by_effect = (w * (to_high + to_low)) @ z
    return -float(w @ value), -np.concatenate([tails[:1], tails[1:] * gaps, by_effect])
