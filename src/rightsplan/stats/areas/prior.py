"""How true rates differ between areas: the mean and variance of a gamma or beta distribution, from noisy counts."""

from math import inf
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, logit

from rightsplan.stats.panel import Floats

POISSON, BINOMIAL = "poisson", "binomial"
MODELS = (POISSON, BINOMIAL)
POINTS = 35  # points of each axis of the grid over which mean and spread are averaged
FAR = 9.0  # how far below its top the log-likelihood no longer counts
REACH = 5.0  # half width of the grid of the mean, in standard errors
LEAST, MOST = 1e-4, 0.995  # spread of the true rates over its unit: the limits of the search
FURTHEST = 30.0  # log (logit) means beyond which shares are 0 or 1 to the last digit
WIDEST_STEP = 2.0  # the largest standard error of the log (logit) mean that the grid is made for


class Grid(NamedTuple):
    """Log (logit) means and relative spreads (g,) with their posterior weights, which sum to 1."""

    places: Floats
    spreads: Floats
    weight: Floats


def unit_of(mean: Floats | float, model: str) -> Floats | float:
    """Return what the standard deviation of the true rates is measured in: the mean, or the root of m (1 - m)."""
    return mean if model == POISSON else np.sqrt(mean * (1 - mean))


def strength_of(mean: float, variance: float, model: str) -> float:
    """Return the exposure at which an area's own rate weighs one half; infinite where true rates do not differ."""
    if variance <= 0:
        return inf
    return mean / variance if model == POISSON else max(mean * (1 - mean) / variance - 1, 0.0)


def moments(count: Floats, size: Floats, model: str) -> tuple[float, float]:
    """Return the mean and variance between areas by moments (Marshall 1991); the variance is at least 0."""
    mean = float(count.sum() / size.sum())
    spread = float((size * (count / size - mean) ** 2).sum() / size.sum())
    typical = size.mean()
    if model == POISSON:
        return mean, max(spread - mean / typical, 0.0)
    if typical <= 1:
        return mean, 0.0
    return mean, float(np.clip((spread - mean * (1 - mean) / typical) / (1 - 1 / typical), 0.0, mean * (1 - mean)))


def likelihood(place: Floats, relative: Floats, count: Floats, size: Floats, model: str) -> Floats:
    """Return the marginal log-likelihood, up to a constant, at (g,) means and spreads.

    `place` is log m (logit m), `relative` the standard deviation of the true rates over its unit.
    """
    a, b = shapes(place, relative, model)
    a, b = a[:, None], b[:, None]
    if model == POISSON:
        terms = gammaln(a + count) - gammaln(a) - a * np.log1p(size / b) - count * np.log(b + size)
    else:
        terms = betaln(a + count, b + size - count) - betaln(a, b)
    found: Floats = terms.sum(axis=1)
    return found


def shapes(place: Floats, relative: Floats, model: str) -> tuple[Floats, Floats]:
    """Return the parameters of the gamma (shape, rate) or beta (a, b) distribution of the true rates."""
    if model == POISSON:
        shape = relative**-2.0
        return shape, shape / np.exp(place)
    total = relative**-2.0 - 1
    place = np.clip(place, -FURTHEST, FURTHEST)
    return expit(place) * total, expit(-place) * total


def maximum(count: Floats, size: Floats, model: str) -> tuple[float, float]:
    """Return the mean and variance between areas of greatest marginal likelihood (Clayton and Kaldor 1987)."""
    place, relative = peak(count, size, model)
    mean = float(np.exp(place) if model == POISSON else expit(place))
    spread = relative * unit_of(mean, model)
    return mean, 0.0 if relative <= 2 * LEAST else float(spread**2)


def peak(count: Floats, size: Floats, model: str) -> tuple[float, float]:
    """Return log (logit) mean and relative spread of greatest marginal likelihood."""
    mean, variance = moments(count, size, model)
    first = float(np.log(mean) if model == POISSON else logit(mean))
    top = np.log(MOST if model == BINOMIAL else 20.0)

    def loss(x: Floats) -> float:
        return -float(likelihood(x[:1], np.exp(x[1:]), count, size, model)[0])

    starts = [np.sqrt(max(variance, 0.0)) / unit_of(mean, model), 0.3]
    found = [
        minimize(
            loss,
            np.array([first, np.clip(np.log(max(start, 2 * LEAST)), np.log(LEAST), top)]),
            method="L-BFGS-B",
            bounds=[(first - 5, first + 5), (np.log(LEAST), top)],
        )
        for start in starts
    ]
    best = min(found, key=lambda result: result.fun)
    return float(best.x[0]), float(np.exp(best.x[1]))


def grid(count: Floats, size: Floats, model: str) -> Grid:
    """Return the grid over which mean and spread are averaged."""
    place, relative = peak(count, size, model)
    top = likelihood(np.array([place]), np.array([relative]), count, size, model)[0]
    widest = MOST if model == BINOMIAL else 20.0
    ladder = relative + np.geomspace(1e-3, widest, 60)
    ladder = ladder[ladder < widest]
    line = likelihood(np.full(len(ladder), place), ladder, count, size, model)
    beyond = ladder[line < top - FAR]
    most = float(beyond[0]) if len(beyond) else widest
    failures = size - count if model == BINOMIAL else np.full_like(count, inf)
    sampling = 1 / (count.sum() + 0.5) + 1 / (failures.sum() + 0.5)
    odds = 1.0 if model == POISSON else expit(place) * expit(-place)
    error = np.sqrt(sampling + relative**2 / odds / len(count) + (most - relative) ** 2 / odds / len(count) / 4)
    error = min(float(error), WIDEST_STEP)
    step = (np.arange(POINTS) + 0.5) / POINTS
    axes = place + REACH * error * (2 * step - 1), LEAST + (most - LEAST) * step
    places, spreads = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    found = likelihood(places, spreads, count, size, model)
    weight = np.exp(found - found.max())
    kept = weight > 1e-7
    return Grid(places[kept], spreads[kept], weight[kept] / weight[kept].sum())


def posterior(over: Grid, count: Floats, size: Floats, model: str) -> tuple[Floats, Floats]:
    """Return the mean and variance of every area's rate, averaged over the posterior of mean and spread."""
    a, b = shapes(over.places, over.spreads, model)
    above = a[:, None] + count
    total = b[:, None] + size if model == POISSON else a[:, None] + b[:, None] + size
    middle = above / total
    within = above / total**2 if model == POISSON else middle * (1 - middle) / (total + 1)
    mean: Floats = over.weight @ middle
    spread: Floats = over.weight @ (within + (middle - mean) ** 2)
    return mean, spread


def average(over: Grid, size: Floats, model: str) -> tuple[float, float, Floats]:
    """Return mean, variance between areas and the weights of the areas' own rates, averaged over the posterior."""
    places, spreads, weight = over
    a, b = shapes(places, spreads, model)
    strength = b if model == POISSON else a + b
    means = np.exp(places) if model == POISSON else expit(places)
    variance = (spreads * unit_of(means, model)) ** 2
    own: Floats = weight @ (size / (strength[:, None] + size))
    return float(weight @ means), float(weight @ variance), own
