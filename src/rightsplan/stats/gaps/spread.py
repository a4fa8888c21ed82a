"""Variance-type measures: between-group variance, its root, coefficient of variation, Theil index, mean log deviation.

y: group values, w: population shares, mu = sum w y. WHO, Handbook on health inequality monitoring (2013); Theil 1967;
Shorrocks 1980. Near equality all of them are quadratic forms in the noise; `invert` makes their intervals.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rightsplan.stats.gaps import found as reasons
from rightsplan.stats.gaps.found import Found, found, value_alone, without_interval, without_value
from rightsplan.stats.gaps.invert import (
    TINY,
    Chances,
    Moments,
    is_noiseless,
    pattern,
    spread_interval,
    square_chances,
)
from rightsplan.stats.gaps.panel import Block
from rightsplan.stats.panel import Bools, Floats

SURE = 3.0  # a relative measure has an interval where the mean is more than so many standard errors above zero


class Shape(NamedTuple):
    """A measure at some group values: itself (n), its gradient (n x K), its second derivatives (n x K x K)."""

    value: Floats
    slope: Floats
    bend: Floats


Measure = Callable[[Floats, Floats], Shape]
Path = Callable[[Floats], Floats]


def variance(y: Floats, w: Floats) -> Shape:
    """Return the between-group variance BGV = sum w (y - mu)^2 with its derivatives."""
    away = y - (w * y).sum(axis=1, keepdims=True)
    bend = -2 * w[:, :, None] * w[:, None, :]
    add_diagonal(bend, 2 * w)
    return Shape((w * away**2).sum(axis=1), 2 * w * away, bend)


def relative_variance(y: Floats, w: Floats) -> Shape:
    """Return BGV / mu^2, the square of the coefficient of variation, with its derivatives."""
    mean = (w * y).sum(axis=1, keepdims=True)
    away = y - mean
    squares = (w * away**2).sum(axis=1, keepdims=True)
    slope = 2 * w * away / mean**2 - 2 * squares * w / mean**3
    pull = w[:, :, None] * w[:, None, :]
    tilt = w[:, :, None] * (w * away)[:, None, :]
    m = mean[:, :, None]
    bend = -2 * pull / m**2 - 4 * (tilt + tilt.transpose(0, 2, 1)) / m**3 + 6 * squares[:, :, None] * pull / m**4
    add_diagonal(bend, 2 * w / mean**2)
    return Shape((squares / mean**2)[:, 0], slope, bend)


def theil(y: Floats, w: Floats) -> Shape:
    """Return the Theil index T = sum w r ln r, r = y / mu, with its derivatives."""
    mean = (w * y).sum(axis=1, keepdims=True)
    r = y / mean
    logs = np.log(r)
    value = (w * r * logs).sum(axis=1, keepdims=True)
    away = logs - value
    sums = away[:, :, None] + away[:, None, :] + 1
    bend = -w[:, :, None] * w[:, None, :] * sums / mean[:, :, None] ** 2
    add_diagonal(bend, w / (mean * y))
    return Shape(value[:, 0], w * away / mean, bend)


def mean_log_deviation(y: Floats, w: Floats) -> Shape:
    """Return the mean log deviation M = -sum w ln(y / mu) with its derivatives."""
    mean = (w * y).sum(axis=1, keepdims=True)
    value = -(w * np.log(y / mean)).sum(axis=1)
    bend = -w[:, :, None] * w[:, None, :] / mean[:, :, None] ** 2
    add_diagonal(bend, w / y**2)
    return Shape(value, w * (1 / mean - 1 / y), bend)


def add_diagonal(bend: Floats, diagonal: Floats) -> None:
    """Add to the diagonals of n matrices in place."""
    k = bend.shape[1]
    bend[:, np.arange(k), np.arange(k)] += diagonal


def moments_of(shape: Shape, s: Floats) -> Moments:
    """Return the moments of a smooth measure of normal estimates to second order."""
    scaled = s[:, :, None] * shape.bend * s[:, None, :]
    slope = s * shape.slope
    square = scaled @ scaled
    trace, trace_square = np.einsum("ijj->i", scaled), np.einsum("ijj->i", square)
    tilted = np.einsum("ijk,ik->ij", scaled, slope)
    third = np.einsum("ijk,ikj->i", square, scaled) + 3 * np.einsum("ij,ij->i", slope, tilted)
    spread = np.einsum("ij,ij->i", slope, slope) + trace_square / 2
    return Moments(shape.value + trace / 2, spread, third)


def straight_path(y: Floats, s: Floats, w: Floats) -> tuple[Path, Floats]:
    """Return theta(t) = mu + t x pattern, and the t that was seen."""
    shape, seen = pattern(y, s, w)
    mean = (w * y).sum(axis=1, keepdims=True)
    return lambda t: mean + t[:, None] * shape, seen


def growing_path(y: Floats, s: Floats, w: Floats) -> tuple[Path, Floats]:
    """Return theta(t) = mu exp(t x pattern) / sum w exp(t x pattern), always above zero, and the t that was seen."""
    shape, seen = pattern(np.log(y), s / y, w, shrink=False)
    mean = (w * y).sum(axis=1, keepdims=True)

    def path(t: Floats) -> Floats:
        power = t[:, None] * shape
        grown = np.exp(power - power.max(axis=1, keepdims=True))
        grown = np.maximum(grown, 1e-9)
        return np.asarray(mean * grown / (w * grown).sum(axis=1, keepdims=True))

    return path, seen


def inverted(measure: Measure, block: Block, y: Floats, *, grows: bool) -> Found:
    """Return a quadratic measure with its correction and interval, for values that are fit for it."""
    s, w = block.s, block.w
    x = measure(y, w).value
    if not block.has_error:
        return value_alone(x)
    path, seen = (growing_path if grows else straight_path)(y, s, w)

    fixed = [moments_of(measure(path(np.full(len(x), t)), w), s) for t in (0.0, 1.0)] if measure is variance else []

    def moments(t: Floats) -> Moments:
        if fixed:  # all three moments of the plain variance are a + b t^2
            return Moments(*(a + (b - a) * t**2 for a, b in zip(*fixed, strict=True)))
        return moments_of(measure(path(t), w), s)

    def chances(least: Floats, t: Floats) -> Chances:
        return square_chances(least, moments(t))

    *ends, _ = spread_interval(x, chances, lambda t: moments(t).mean, seen, y.shape[1])
    point = is_noiseless(block)
    low, middle, high = (np.where(point, x, np.maximum(measure(path(t), w).value, 0)) for t in ends)
    low, middle = np.where(ends[0] <= TINY, np.where(point, x, 0), low), np.where(point, x, middle)
    return found(x, middle, low, high)


def fit_for_ratio(block: Block) -> tuple[Bools, Bools]:
    """Return where the mean is above zero, and where it surely is."""
    mean = block.mean
    return np.asarray(mean > 0), np.asarray(mean > SURE * np.sqrt(block.mean_variance))


def mapped(measure: Found, change: Callable[[Floats], Floats]) -> Found:
    """Return a rising function of a measure."""
    value, corrected, low, high = (change(x) for x in measure[:4])
    return Found(value, corrected, low, high, measure.why)


def variance_measures(block: Block) -> dict[str, Found]:
    """Return bgv, bgsd, cov (percent of the mean), theil and mld of every setting of a block."""
    bgv = inverted(variance, block, block.y, grows=False)
    positive, sure = fit_for_ratio(block)
    safe = np.where(positive[:, None], block.y, 1.0)
    square = inverted(relative_variance, block, safe, grows=False)
    cov = mapped(without_interval(square, ~sure, reasons.MEAN_UNSURE), lambda x: 100 * np.sqrt(x))
    above = np.asarray((block.y > 0).all(axis=1))
    logs = np.where(above[:, None], block.y, 1.0)
    answer = {"bgv": bgv, "bgsd": mapped(bgv, np.sqrt), "cov": without_value(cov, ~positive, reasons.NOT_POSITIVE)}
    for name, measure in (("theil", theil), ("mld", mean_log_deviation)):
        index = without_interval(inverted(measure, block, logs, grows=True), ~sure, reasons.MEAN_UNSURE)
        answer[name] = without_value(index, ~above, reasons.NOT_POSITIVE)
    return answer
