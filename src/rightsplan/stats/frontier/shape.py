"""The shape of an estimated frontier, rising and concave, and how far countries scatter around it."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, identity
from scipy.stats import norm

from rightsplan.errors import Refused
from rightsplan.stats.panel import Floats, Ints

KNOTS = 8
STEEPEST = 2.0  # the scatter may change by at most this much on the logarithm per standard deviation of the frontier
LEAST_REACH = 200.0  # the largest resource over the first knot is at most twice this


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Curves x / (x + t), one for every resource and knot t, which all rise, bend downwards and level off.

    Any sum of them with weights of at least 0 does so too. `knots` (R, K) are in the resources' units; `middle` (R * K)
    is taken off, so that the level of a sum is its height at an average country.
    """

    knots: Floats
    middle: Floats

    def features(self, resources: Floats) -> Floats:
        """Return the curves at n resources, shape (n, R * K); `resources` has the shape (n, R)."""
        return raw_features(resources, self.knots) - self.middle


def raw_features(resources: Floats, knots: Floats) -> Floats:
    """Return x / (x + t) for every row, resource and knot, shape (n, R * K)."""
    x = resources[:, :, None]
    return np.asarray(x / (x + knots[None])).reshape(len(resources), -1)


def shape_of(resources: Floats, weight: Floats, knots: int = KNOTS) -> Shape:
    """Return the shape for these resources (n, R): knots from half the least to half the largest, evenly on the log.

    Raises Refused for a resource that is the same everywhere.
    """
    least, largest = resources.min(axis=0), resources.max(axis=0)
    if (least == largest).any():
        raise Refused("resources holds one value only.", "Leave a resource out that is the same everywhere.")
    first = np.maximum(least, largest / LEAST_REACH)
    placed = np.geomspace(first / 2, largest / 2, knots).T
    return Shape(knots=placed, middle=np.average(raw_features(resources, placed), axis=0, weights=weight))


def pinball(gap: Floats, tau: float) -> Floats:
    """Return the loss of a tau-quantile: tau times a gap above it, 1 - tau times one below (Koenker, Bassett, 1978)."""
    return np.where(gap >= 0, tau * gap, (tau - 1) * gap)


def quantile_fit(features: Floats, values: Floats, weight: Floats, tau: float) -> Floats:
    """Return the level and the weights (at least 0) with the least weighted pinball loss, by linear programming."""
    n, k = features.shape
    free = hstack([csr_matrix(np.column_stack([np.ones(n), features])), identity(n), -identity(n)]).tocsr()
    cost = np.concatenate([np.zeros(k + 1), tau * weight, (1 - tau) * weight])
    bounds = [(None, None)] + [(0, None)] * (k + 2 * n)
    found = linprog(cost, A_eq=free, b_eq=values, bounds=bounds, method="highs-ipm")
    if found.x is None:
        raise Refused("The frontier cannot be fitted to these values.", "Give values of comparable size.")
    return np.asarray(found.x[: k + 1])


def quantile(values: Floats, weight: Floats, tau: float) -> float:
    """Return the weighted quantile: the least value with at least the share tau of the weight at or below it."""
    order = np.argsort(values)
    share = np.cumsum(weight[order]) / weight.sum()
    return float(values[order][min(int(np.searchsorted(share, tau)), len(values) - 1)])


def spread(loss: Floats, where: Floats, weight: Floats) -> Floats:
    """Return the expected loss as exp(a + b where), by exponential regression (Fisher scoring); `where` is centred."""
    a, b = float(np.log(np.average(loss, weights=weight))), 0.0
    for _ in range(25):
        ratio = loss / np.exp(a + b * where)
        gradient = np.array([np.sum(weight * (ratio - 1)), np.sum(weight * (ratio - 1) * where)])
        step = gradient / np.array([weight.sum(), np.sum(weight * where**2) + 1e-12])
        a, b = a + float(np.clip(step[0], -1, 1)), float(np.clip(b + np.clip(step[1], -0.5, 0.5), -STEEPEST, STEEPEST))
    return np.exp(a + b * where)


def bandwidth(tau: float, number: int) -> float:
    """Return how far around tau the density at the frontier is looked at (Hall and Sheather, 1988), inside 0 and 1."""
    z = float(norm.ppf(tau))
    height = float(norm.pdf(z))
    wide = number ** (-1 / 3) * 1.96 ** (2 / 3) * (1.5 * height**2 / (2 * z**2 + 1)) ** (1 / 3)
    return float(min(wide, 0.8 * min(tau, 1 - tau)))


def match(gap: Floats, weight: Floats, country: Ints, tau: float, free: int) -> float:
    """Return V / f: the mean square over countries of their mean score tau - 1(below) over the density at the frontier.

    `free` is the number of estimated weights; the density is a difference of quantiles (Powell, 1991).
    """
    present = np.unique(country)
    reach = bandwidth(tau, len(present))
    apart = quantile(gap, weight, tau + reach) - quantile(gap, weight, tau - reach)
    score = np.bincount(country, weight * (tau - (gap < -1e-9)))[present]
    variance = float(np.sum(score**2)) / max(len(present) - free, 1)
    return max(variance, 0.25 * tau * (1 - tau)) * max(apart, 1e-3) / (2 * reach)


def scale_of(features: Floats, values: Floats, country: Ints, tau: float) -> tuple[Floats, Floats]:
    """Return the scale of the asymmetric Laplace likelihood for every row (n), and its factor without each country.

    With that scale, `match` times the scatter, the spread of the posterior equals the sampling variance of the quantile
    fit, countries being sampled and their years hanging together (Syring and Martin, 2019, for the matching). The
    scatter may change along the frontier. The factors (C) say how much larger the scale is where a country takes no
    part, so that one that stands far out does not blur the curve it is judged by. In the unit of the values.
    """
    weight = 1 / np.bincount(country)[country]
    first = quantile_fit(features, values, weight, tau)
    along = features @ first[1:]
    along = (along - np.average(along, weights=weight)) / max(float(along.std()), 1e-9)
    loss = pinball(values - first[0] - features @ first[1:], tau)
    if not np.average(loss, weights=weight) > 1e-9 * max(float(np.ptp(values)), 1e-9):
        raise Refused("The values lie on a curve without any scatter.", "Give values of more countries.")
    scatter = spread(loss, along, weight)
    fitted = quantile_fit(features, values, weight / scatter, tau)
    gap = (values - fitted[0] - features @ fitted[1:]) / scatter
    free = 1 + int((fitted[1:] > 1e-6).sum())
    whole = match(gap, weight, country, tau, free)
    others = [country != c for c in range(int(country.max()) + 1)]
    factors = np.array([match(gap[keep], weight[keep], country[keep], tau, free) / whole for keep in others])
    return scatter * whole, factors
