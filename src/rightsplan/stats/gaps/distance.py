"""Mean distances: from the mean (MDM), from a reference group (MDR), index of disparity, D-index, opportunity index.

Each weighted by population share (w) or with every group alike (u). WHO, Handbook on health inequality monitoring
(2013); Pearcy and Keppel 2002 (index of disparity); Barros, Ferreira, Molinas Vega and Saavedra 2009 (D-index and human
opportunity index). The mean of absolute values of noise is not zero; `invert` makes the intervals.
"""

from dataclasses import replace
from functools import partial
from math import comb, factorial
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from rightsplan.stats.gaps import found as reasons
from rightsplan.stats.gaps.found import Found, found, value_alone, without_interval, without_value
from rightsplan.stats.gaps.invert import (
    TINY,
    Chances,
    Moments,
    is_noiseless,
    lower_end,
    not_too_equal,
    pattern,
    root_chances,
    spread_interval,
    upper_end,
)
from rightsplan.stats.gaps.panel import NO_REFERENCE, Block
from rightsplan.stats.gaps.spread import fit_for_ratio, mapped
from rightsplan.stats.panel import Bools, Floats, Ints
from rightsplan.stats.points import NORMAL_95

ROOT = np.sqrt(2 * np.pi)
FAR = 8.0  # so many standard errors from zero, an absolute value is normal
PLAIN = 4.0  # the t at which half of the doubt about the pattern is gone


class Noise(NamedTuple):
    """The noise of the distances a (all n x K): standard errors, covariances with mu, and halves of covariances.

    Two distances j and k have the covariance half_j + half_k.
    """

    error: Floats
    with_mean: Floats
    half: Floats


class Distances(NamedTuple):
    """Moments of X = sum v |a| with a normal: mean, variance, covariance with the mean of the values."""

    mean: Floats
    variance: Floats
    with_mean: Floats


def noise_around_mean(block: Block) -> Noise:
    """Return the noise of y - mu."""
    v = block.w * block.s**2
    total = (block.w * v).sum(axis=1, keepdims=True)
    return Noise(np.sqrt(np.maximum(block.s**2 - 2 * v + total, 0)), v - total, total / 2 - v)


def noise_around_reference(block: Block, reference: Ints) -> Noise:
    """Return the noise of y - y_ref; the reference group itself has none."""
    at = reference[:, None]
    v = np.take_along_axis(block.s, at, axis=1) ** 2
    is_other = np.arange(block.y.shape[1])[None, :] != at
    with_mean = block.w * block.s**2 - np.take_along_axis(block.w, at, axis=1) * v
    error = np.sqrt(block.s**2 + v)
    return Noise(error * is_other, with_mean * is_other, np.broadcast_to(v / 2, block.y.shape) * is_other)


def hermite_terms(u: Floats, error: Floats) -> list[Floats]:
    """Return the coefficients of |error (u + Z)| in Hermite polynomials of the standard normal Z, from the first."""
    bell = 2 * error * np.exp(-(u**2) / 2) / ROOT
    return [error * (2 * ndtr(u) - 1), bell, -bell * u, bell * (u**2 - 1)]


def distances_of(a: Floats, v: Floats, noise: Noise) -> Distances:
    """Return the moments of sum v |a + noise|: folded normals, their covariances by Mehler's expansion to fourth order.

    With two groups the distances depend on one another wholly, and the variance is exact.
    """
    is_noisy = noise.error > 0
    error = np.where(is_noisy, noise.error, 1)
    u = np.clip(np.where(is_noisy, a / error, 40 * np.sign(a)), -40, 40)
    terms = hermite_terms(u, noise.error)
    mean = np.where(is_noisy, terms[1] + a * terms[0] / error, np.abs(a))
    own = np.where(np.abs(u) < FAR, np.maximum(error**2 * (u**2 + 1) - mean**2, 0), noise.error**2) * is_noisy
    with_mean = (v * terms[0] / error * noise.with_mean).sum(axis=1)
    if a.shape[1] == 2:
        return Distances((v * mean).sum(axis=1), (v * np.sqrt(own)).sum(axis=1) ** 2, with_mean)
    variance = (v**2 * own).sum(axis=1)
    powers = [np.ones_like(a), noise.half]
    x = v
    for order, term in enumerate(terms, start=1):
        x = x / error
        part = x * term
        sums = [np.einsum("ij,ij->i", part, power) for power in powers]
        pairs = sum(comb(order, m) * sums[m] * sums[order - m] for m in range(order + 1))
        powers.append(powers[-1] * noise.half)
        variance += (pairs - np.einsum("ij,ij,ij->i", part, part, powers[order]) * 2**order) / factorial(order)
    return Distances((v * mean).sum(axis=1), np.maximum(variance, 0), with_mean)


class Setup(NamedTuple):
    """A distance measure: weights v (n x K), its noise, what is subtracted from theta, and the patterns it is tried on.

    The patterns (n x K, deviations, of the same distance at the same t) are what was seen, the one to which noise adds
    least (everyone equally far away), and the one to which it adds most (one group away). The true pattern is not
    known, and the bias depends on it: the lower end is the lower of the first and the last, the upper end the higher of
    the first and the second.
    """

    v: Floats
    noise: Noise
    centre: Floats
    patterns: tuple[Floats, Floats, Floats]
    seen: Floats

    @property
    def unit(self) -> Floats:
        """Return the distance at t = 1."""
        return np.asarray((self.v * np.abs(self.patterns[0])).sum(axis=1))


def setup_mean(block: Block, v: Floats) -> Setup:
    """Return the distances from the weighted mean."""
    centre = block.mean[:, None]
    shape = pattern(block.y, block.s, block.w, shrink=False)[0]
    above = shape > 0
    upper = (block.w * above).sum(axis=1, keepdims=True)
    camps = np.where(above, 1 / np.maximum(upper, TINY), -1 / np.maximum(1 - upper, TINY))
    alone = lonely(v * np.abs(shape)) * np.sign(shape)
    alone = alone - (block.w * alone).sum(axis=1, keepdims=True)
    return setup_of(block, v, noise_around_mean(block), (centre, shape, camps, alone))


def setup_reference(block: Block, v: Floats, reference: Ints) -> Setup:
    """Return the distances from the reference group."""
    at = reference[:, None]
    shape = pattern(block.y, block.s, block.w, shrink=False)[0]
    shape = shape - np.take_along_axis(shape, at, axis=1)
    side = np.where((v * shape).sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    camps = side * (np.arange(shape.shape[1])[None, :] != at)
    alone = lonely(v * np.abs(shape)) * np.where(shape < 0, -1.0, 1.0)
    centre = np.take_along_axis(block.y, at, axis=1)
    return setup_of(block, v, noise_around_reference(block, reference), (centre, shape, camps, alone))


def lonely(size: Floats) -> Floats:
    """Return n x K zeros with a one at the largest size."""
    return np.asarray(np.arange(size.shape[1])[None, :] == size.argmax(axis=1)[:, None], dtype=np.float64)


def setup_of(block: Block, v: Floats, noise: Noise, parts: tuple[Floats, Floats, Floats, Floats]) -> Setup:
    """Return the setup with all patterns at the same distance at t = 1, and the t that was seen."""
    centre, *patterns = parts
    sizes = [(v * np.abs(x)).sum(axis=1) for x in patterns]
    unit = np.maximum(sizes[0], TINY)
    even = [x * (unit / np.maximum(size, TINY))[:, None] for x, size in zip(patterns, sizes, strict=True)]
    seen = (v * np.abs(block.y - centre)).sum(axis=1) / unit
    doubt = 1 / (1 + (seen / PLAIN) ** 2)
    camps, alone = (patterns[0] + doubt[:, None] * (x - patterns[0]) for x in even[1:])
    return Setup(v, noise, centre, (patterns[0], camps, alone), seen)


def relative_moments(plain: Distances, mean: Floats, mean_variance: Floats) -> Distances:
    """Return the moments of X / mu by the delta method in mu; the last is unused."""
    m, v, c = plain
    spread = v / mean**2 + m**2 * mean_variance / mean**4 - 2 * m * c / mean**3
    return Distances(m / mean, np.maximum(spread, 0), c)


def inverted(block: Block, setup: Setup, *, is_relative: bool) -> Found:
    """Return a distance, or a distance over the mean, with its correction and interval."""
    mean = np.where(block.mean > 0, block.mean, 1.0) if is_relative else np.ones(len(block.y))
    k, x = block.y.shape[1], (setup.v * np.abs(block.y - setup.centre)).sum(axis=1) / mean
    if not block.has_error:
        return value_alone(x)

    def moments(t: Floats, at: int) -> Distances:
        plain = distances_of(t[:, None] * setup.patterns[at], setup.v, setup.noise)
        return relative_moments(plain, mean, block.mean_variance) if is_relative else plain

    def chances(at: int, least: Floats, t: Floats) -> Chances:
        m = moments(t, at)
        return root_chances(least, Moments(m.mean, m.variance, m.variance))

    sizes = [np.maximum((setup.v * np.abs(p)).sum(axis=1), TINY) / np.maximum(setup.unit, TINY) for p in setup.patterns]
    low, middle, high, top = spread_interval(x, partial(chances, 0), lambda t: moments(t, 0).mean, setup.seen, k)
    least = not_too_equal(x, lambda t: moments(t, 1).mean)
    wide, _ = upper_end(partial(chances, 1, least), k, setup.seen)
    lone = lower_end(partial(chances, 2, x), k, top)
    low, high = np.minimum(low, lone * sizes[2]), np.maximum(high, wide * sizes[1])
    point = is_noiseless(block)
    ends = (np.where(point, x, t * setup.unit / mean) for t in (middle, low, high))
    return found(x, *ends)


def distance_measures(block: Block) -> dict[str, Found]:
    """Return mdm_u, mdm_w, idis_u, idis_w (percent), mdr_u, mdr_w, d_index and hoi of every setting of a block.

    MDR needs a reference group; where none is named, the most advantaged of ordered groups is taken.
    """
    alike = np.full_like(block.w, 1 / block.w.shape[1])
    positive, sure = fit_for_ratio(block)
    answer: dict[str, Found] = {}
    for end, v in (("u", alike), ("w", block.w)):
        setup = setup_mean(block, v)
        answer[f"mdm_{end}"] = inverted(block, setup, is_relative=False)
        idis = mapped(inverted(block, setup, is_relative=True), lambda x: 100 * x)
        idis = without_interval(idis, ~sure, reasons.MEAN_UNSURE)
        answer[f"idis_{end}"] = without_value(idis, ~positive, reasons.NOT_POSITIVE)
    reference, has_one = reference_of(block)
    for end, v in (("u", alike), ("w", block.w)):
        mdr = inverted(block, setup_reference(block, v, reference), is_relative=False)
        answer[f"mdr_{end}"] = without_value(mdr, ~has_one, reasons.NO_REFERENCE)
    return answer | opportunity(block, answer["mdm_w"], answer["idis_w"])


def reference_of(block: Block) -> tuple[Ints, Bools]:
    """Return the reference group of each setting (the named one, else the most advantaged of an order), and if any."""
    top = np.where(np.isnan(block.rank), -np.inf, block.rank).argmax(axis=1)
    is_named = block.reference != NO_REFERENCE
    return np.where(is_named, block.reference, top), is_named | block.is_ordered


def opportunity(block: Block, mdm_w: Found, idis_w: Found) -> dict[str, Found]:
    """Return the D-index and the human opportunity index C (1 - D) = C - MDM / 2, in the unit of the values.

    Both are of the favourable share: of the complement where less is better, which needs a unit with two ends.
    """
    low = np.where(np.isnan(block.lowest), 0.0, block.lowest)[:, None]
    high = np.where(np.isnan(block.highest), 0.0, block.highest)[:, None]
    chance = replace(block, y=np.where(block.sign[:, None] > 0, block.y - low, high - block.y))
    positive, sure = fit_for_ratio(chance)
    if (chance.y != block.y).any():
        idis_w = mapped(inverted(chance, setup_mean(chance, block.w), is_relative=True), lambda x: 100 * x)
        idis_w = without_interval(idis_w, ~sure, reasons.MEAN_UNSURE)
    is_fit = positive & (chance.y >= 0).all(axis=1)
    is_adverse = (block.sign < 0) & ~block.is_bounded
    answer = {"d_index": mapped(idis_w, lambda x: x / 200), "hoi": opportunity_index(chance, mdm_w)}
    fit = {name: without_value(x, ~is_fit, reasons.NOT_POSITIVE) for name, x in answer.items()}
    return {name: without_value(x, is_adverse, reasons.ADVERSE) for name, x in fit.items()}


def opportunity_index(block: Block, mdm: Found) -> Found:
    """Return C - MDM / 2; the interval joins those of C and of MDM (MOVER: Zou and Donner 2008)."""
    value = block.mean - mdm.value / 2
    if not block.has_error:
        return value_alone(value)
    noise = noise_around_mean(block)
    here = distances_of(block.y - block.mean[:, None], block.w, noise)
    both = np.sqrt(here.variance * block.mean_variance)
    link = np.clip(here.with_mean / np.where(both > 0, both, 1), -1, 1)
    middle = block.mean - mdm.corrected / 2
    reach = NORMAL_95 * np.sqrt(block.mean_variance)
    down, up = (mdm.high - mdm.corrected) / 2, (mdm.corrected - mdm.low) / 2
    low = middle - np.sqrt(np.maximum(reach**2 + down**2 - 2 * link * reach * down, 0))
    high = middle + np.sqrt(np.maximum(reach**2 + up**2 - 2 * link * reach * up, 0))
    return found(value, middle, low, high)
