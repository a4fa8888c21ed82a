"""Intervals of measures that cannot fall below zero, by inverting a test along a path from equality.

A measure of inequality X of estimates y ~ N(theta, s^2) is biased upward by noise and far from normal near equality, so
that "estimate plus or minus two standard errors" fails there. Here theta(t) is a path: everyone equal at t = 0, and the
estimated pattern of the groups (shrunk towards equality by its noise) stretched by t. For each t the distribution of X
is known from its moments. The interval holds every t under which the X that was seen is not surprising. At equality the
whole 5 % of surprise is given to large X (nothing can be surprisingly equal), far from it 2.5 % to either side; the
change is gradual, so that the interval is exact at both ends (in the manner of Feldman and Cousins, Physical Review D
57, 1998; test inversion: Carpenter, JRSS B 61, 1999).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import gammainc, gammaincc, gammaln, ndtri

from rightsplan.stats.gaps.panel import Block
from rightsplan.stats.panel import Bools, Floats

LEVEL = 0.05
STEPS = 12
WIDEN = 6
TINY = 1e-12
ROUNDING = 1e-13
ROUNDEST = 1e7
Curve = Callable[[Floats], Floats]


class Moments(NamedTuple):
    """Mean, variance and third central moment (zero where not used) of a measure in n settings."""

    mean: Floats
    variance: Floats
    third: Floats


class Chances(NamedTuple):
    """The chance of a measure at most, and at least, as large as the one that was seen."""

    below: Floats
    above: Floats


SHAPES = np.exp(np.linspace(np.log(0.05), np.log(ROUNDEST), 4000))
FLATNESS = np.exp(2 * (gammaln((SHAPES + 1) / 2) - gammaln(SHAPES / 2))) * 2 / SHAPES  # mean^2 / mean square of a chi
FLATNESS = np.where(SHAPES > 1e4, 1 - 1 / (2 * SHAPES), FLATNESS)


def square_chances(x: Floats, moments: Moments) -> Chances:
    """Return the chances of a quadratic measure by a shifted and scaled chi-square with its three moments.

    Pearson 1959 (Biometrika 46); Imhof 1961. Exact for two groups at equality.
    """
    sd = np.sqrt(np.maximum(moments.variance, TINY**2))
    skew = np.maximum(moments.third / sd**3, 1e-3)
    shape = 8 / skew**2
    point = np.maximum((shape + np.sqrt(2 * shape) * (x - moments.mean) / sd) / 2, 0)
    return Chances(gammainc(shape / 2, point), gammaincc(shape / 2, point))


def root_chances(x: Floats, moments: Moments) -> Chances:
    """Return the chances of a mean distance by a scaled chi (not squared) with its two moments.

    Exact for two groups at equality, where the distance is half-normal; normal far from equality.
    """
    mean_square = np.maximum(moments.mean**2 + moments.variance, TINY**2)
    shape = np.interp(moments.mean**2 / mean_square, FLATNESS, SHAPES)
    point = x**2 / mean_square * shape / 2
    return Chances(gammainc(shape / 2, point), gammaincc(shape / 2, point))


def crossing(curve: Curve, low: Floats, high: Floats, *, steps: int = STEPS) -> Floats:
    """Return where a rising curve crosses zero between low and high, by the Illinois rule; the near end where not."""
    f_low, f_high = curve(low), curve(high)
    never, always = f_high <= 0, f_low >= 0
    a, b, fa, fb = low.copy(), high.copy(), np.minimum(f_low, -TINY), np.maximum(f_high, TINY)
    was_low = np.zeros(len(a), dtype=np.int8)
    for _ in range(steps):
        middle = np.clip(b - fb * (b - a) / (fb - fa), a, b)
        f = curve(middle)
        below = f < 0
        fb = np.where(below & (was_low == 1), fb / 2, fb)
        fa = np.where(~below & (was_low == -1), fa / 2, fa)
        a, fa = np.where(below, middle, a), np.where(below, np.minimum(f, -TINY), fa)
        b, fb = np.where(below, b, middle), np.where(below, fb, np.maximum(f, TINY))
        was_low = np.where(below, 1, -1).astype(np.int8)
    answer = np.where(np.abs(fa) < np.abs(fb), a, b)
    return np.where(always, low, np.where(never, high, answer))


def lower_tail(t: Floats, groups: int) -> Floats:
    """Return the chance given to a surprisingly small measure: none at equality, 2.5 % far from it."""
    weight = (groups - 1) * t**2
    return np.asarray(LEVEL / 2 * weight / (weight + 2 + np.sqrt(2 * (groups - 1))))


def score(p: Floats) -> Floats:
    """Return the normal score of a chance."""
    return np.asarray(ndtri(np.clip(p, TINY, 1 - TINY)))


def lower_end(chances: Callable[[Floats], Chances], groups: int, top: Floats) -> Floats:
    """Return the least t under which what was seen is not surprisingly large; `top` is a t that is too large."""

    def curve(t: Floats) -> Floats:
        return score(chances(t).above) - score(LEVEL - lower_tail(t, groups))

    return crossing(curve, np.zeros_like(top), top)


def upper_end(chances: Callable[[Floats], Chances], groups: int, seen: Floats) -> tuple[Floats, Floats]:
    """Return the largest t under which what was seen is not surprisingly small, and a t above it."""

    def curve(t: Floats) -> Floats:
        return score(lower_tail(t, groups)) - score(chances(t).below)

    top = 1.3 * seen + 4
    for _ in range(WIDEN):
        short = curve(top) < 0
        if not short.any():
            break
        top = np.where(short, 2 * top, top)
    return crossing(curve, np.zeros_like(top), top), top


def not_too_equal(x: Floats, mean: Curve) -> Floats:
    """Return what was seen, or half of what noise alone makes on average where that is more.

    Groups whose rounded figures happen to agree are no proof of equality: the upper end does not shrink to nothing.
    """
    return np.maximum(x, mean(np.zeros_like(x)) / 2)


def spread_interval(
    x: Floats, chances: Callable[[Floats, Floats], Chances], mean: Curve, t_seen: Floats, groups: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return t at the lower end, the corrected t (where the mean of the measure is what was seen), t at the upper end.

    `chances` are those of x under t; `t_seen` is the uncorrected t of what was seen. The last answer is a t above all.
    """
    least = not_too_equal(x, mean)
    high, top = upper_end(lambda t: chances(least, t), groups, t_seen)
    middle = crossing(lambda t: mean(t) - x, np.zeros_like(top), top)
    return lower_end(lambda t: chances(x, t), groups, top), middle, high, top


def pattern(y: Floats, s: Floats, w: Floats, *, shrink: bool = True) -> tuple[Floats, Floats]:
    """Return the pattern of the groups (n x K, weighted mean zero) and the t at which it has the spread that was seen.

    Deviations from the mean are shrunk by their noise (DerSimonian and Laird 1986 for the variance between groups), so
    that a small group does not give the pattern its own noise, and scaled so that at t = 1 the weighted variance
    between groups equals the noise in it; not shrunk if not asked.
    """
    largest = s.max(axis=1, keepdims=True)
    floor = np.maximum(np.where(s > 0, s, np.inf).min(axis=1, keepdims=True), 1e-3 * largest)
    floor = np.where(largest > 0, floor, 1.0)
    v = np.maximum(s, 1e-3 * floor) ** 2
    precision = 1 / v
    total = precision.sum(axis=1, keepdims=True)
    centre = (precision * y).sum(axis=1, keepdims=True) / total
    q = (precision * (y - centre) ** 2).sum(axis=1, keepdims=True)
    scale = total - (precision**2).sum(axis=1, keepdims=True) / total
    between = np.maximum((q - (y.shape[1] - 1)) / scale, 0.01 * floor**2)
    shrunk = centre + between / (between + v) * (y - centre) if shrink else y
    shape = shrunk - (w * shrunk).sum(axis=1, keepdims=True)
    noise = np.sqrt(noise_of(s, w))
    flat = (w * shape**2).sum(axis=1) <= ROUNDING**2 * (w * y**2).sum(axis=1)
    zigzag = np.where(np.arange(y.shape[1]) % 2 == 0, 1.0, -1.0) * np.ones_like(y)
    shape = np.where(flat[:, None], zigzag - (w * zigzag).sum(axis=1, keepdims=True), shape)
    size = np.sqrt((w * shape**2).sum(axis=1))
    mean = (w * y).sum(axis=1, keepdims=True)
    seen = np.sqrt((w * (y - mean) ** 2).sum(axis=1)) / np.where(noise > 0, noise, 1)
    return np.asarray(shape * (noise / np.where(size > 0, size, 1))[:, None]), seen


def noise_of(s: Floats, w: Floats) -> Floats:
    """Return the part of the weighted variance between groups that is noise: sum of w (1 - w) s^2."""
    return np.asarray((w * (1 - w) * s**2).sum(axis=1))


def is_noiseless(block: Block) -> Bools:
    """Return where every estimate is certain, so that the interval is a point."""
    return np.asarray((block.s == 0).all(axis=1))
