"""Mean distances: from the mean (MDM), from a reference group (MDR), index of disparity, D-index, opportunity index.

Each weighted by population share (w) or with every group alike (u). WHO, Handbook on health inequality monitoring
(2013); Pearcy and Keppel 2002 (index of disparity); Barros, Ferreira, Molinas Vega and Saavedra 2009 (D-index and human
opportunity index). The mean of absolute values of noise is not zero; `invert` makes the intervals.
"""

from collections.abc import Callable
from dataclasses import replace
from math import comb, factorial
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from rightsplan.stats.gaps import found as reasons
from rightsplan.stats.gaps.found import Found, found, without_interval, without_value
from rightsplan.stats.gaps.invert import (
    TINY,
    Chances,
    Moments,
    is_noiseless,
    pattern,
    root_chances,
    spread_interval,
)
from rightsplan.stats.gaps.panel import NO_REFERENCE, Block
from rightsplan.stats.gaps.spread import fit_for_ratio, mapped
from rightsplan.stats.panel import Bools, Floats, Ints

NORMAL_95 = 1.959963984540054
ROOT = np.sqrt(2 * np.pi)
UNLIKE = 0.35  # how far the bias may be off because the true pattern of the groups is not the one that was seen


Ends = tuple[Floats, Floats, Floats]


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
    """Return the coefficients of |error (u + Z)| in the Hermite polynomials of the standard normal Z, from the first."""
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
    mean = np.where(is_noisy, terms[1] + u * terms[0], np.abs(a))
    own = np.where(is_noisy, np.maximum(a**2 + noise.error**2 - mean**2, 0), 0)
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
    """A distance measure: weights v (n x K), its noise, and the value that is subtracted, as a function of theta."""

    v: Floats
    noise: Noise
    centre: Callable[[Floats], Floats]


def setup_mean(block: Block, v: Floats) -> Setup:
    """Return the distances from the weighted mean."""
    return Setup(v, noise_around_mean(block), lambda y: (block.w * y).sum(axis=1, keepdims=True))


def setup_reference(block: Block, v: Floats, reference: Ints) -> Setup:
    """Return the distances from the reference group."""
    noise = noise_around_reference(block, reference)
    return Setup(v, noise, lambda y: np.take_along_axis(y, reference[:, None], axis=1))


def distance_and_path(block: Block, setup: Setup) -> tuple[Floats, Callable[[Floats], Floats], Floats]:
    """Return the measure that was seen, the deviations a(t) along the path, and the t that was seen."""
    shape, seen = pattern(block.y, block.s, block.w, shrink=False)
    tilt = shape - setup.centre(shape)
    x = (setup.v * np.abs(block.y - setup.centre(block.y))).sum(axis=1)
    unit = (setup.v * np.abs(tilt)).sum(axis=1)
    at = np.where(unit > TINY, x / np.maximum(unit, TINY), seen)
    return x, lambda t: t[:, None] * tilt, at


def relative_moments(found_: Distances, mean: Floats, mean_variance: Floats) -> Distances:
    """Return the moments of X / mu by the delta method in mu; the last is unused."""
    m, v, c = found_
    spread = v / mean**2 + m**2 * mean_variance / mean**4 - 2 * m * c / mean**3
    return Distances(m / mean, np.maximum(spread, 0), c)


def hedged(a: Floats, t: Floats, setup: Setup) -> Distances:
    """Return the moments of the distance, the variance raised by what the unknown pattern may do to the bias.

    At equality (t = 0) the pattern does not matter.
    """
    plain = distances_of(a, setup.v, setup.noise)
    bias = plain.mean - (setup.v * np.abs(a)).sum(axis=1)
    return plain._replace(variance=plain.variance + (UNLIKE * bias) ** 2 * t**2 / (1 + t**2))


def inverted(block: Block, setup: Setup, *, is_relative: bool) -> Found:
    """Return a distance, or a distance over the mean, with its correction and interval."""
    x, path, seen = distance_and_path(block, setup)
    mean = np.where(block.mean > 0, block.mean, 1.0) if is_relative else np.ones(len(x))
    noise = block.mean_variance if is_relative else np.zeros(len(x))

    def moments(t: Floats) -> Distances:
        plain = hedged(path(t), t, setup)
        return relative_moments(plain, mean, noise) if is_relative else plain

    ends = ends_of(x / mean, moments, seen, block.y.shape[1])
    point = is_noiseless(block) == 1
    values = [np.where(point, x, (setup.v * np.abs(path(t))).sum(axis=1)) / mean for t in ends]
    measure = found(x / mean, values[1], values[0], values[2])
    return without_interval(measure, ~block.has_error, reasons.NO_ERROR)


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
    noise = noise_around_mean(block)
    here = distances_of(block.y - block.mean[:, None], block.w, noise)
    both = np.sqrt(here.variance * block.mean_variance)
    link = np.clip(here.with_mean / np.where(both > 0, both, 1), -1, 1)
    middle = block.mean - mdm.corrected / 2
    reach = NORMAL_95 * np.sqrt(block.mean_variance)
    down, up = (mdm.high - mdm.corrected) / 2, (mdm.corrected - mdm.low) / 2
    low = middle - np.sqrt(np.maximum(reach**2 + down**2 - 2 * link * reach * down, 0))
    high = middle + np.sqrt(np.maximum(reach**2 + up**2 - 2 * link * reach * up, 0))
    return without_interval(found(block.mean - mdm.value / 2, middle, low, high), ~block.has_error, reasons.NO_ERROR)


def ends_of(x: Floats, moments: Callable[[Floats], Distances], seen: Floats, groups: int) -> Ends:
    """Return t at the lower end, the corrected t and t at the upper end of a distance along its path."""

    def chances(t: Floats) -> Chances:
        m = moments(t)
        return root_chances(x, Moments(m.mean, m.variance, m.variance))

    return spread_interval(x, chances, lambda t: moments(t).mean, seen, groups)
