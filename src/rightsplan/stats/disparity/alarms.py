"""Alarms over many offices with one promise for all of them together, and an interval that is valid on every day."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, xlog1py, xlogy

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disparity.tables import Pairs, constrained_rate, pairs_of
from rightsplan.stats.panel import Floats, Ints

ALPHA = 0.05
NEVER = -1
STEPS = 50
CHUNK = 500  # offices at a time
HALF = 0.5  # beta prior of the interval (Jeffreys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """When each office's alarm went off: `day` counts from 0, -1 is never; `log_adjusted` is its adjusted evidence now.

    `alpha` is the chance of any false alarm at all, over all offices and all days.
    """

    day: Ints
    log_adjusted: Floats
    alpha: float


def raise_alarms(evidence: ArrayLike, *, alpha: float = ALPHA) -> Alarms:
    """Return the alarms of e-processes (logarithms, days x offices): at most alpha that there ever is a false one.

    Closed testing with the mean of e-values (Vovk and Wang 2021, Annals of Statistics 49, section 5): an office raises
    an alarm on the first day when, for every set of offices it belongs to, the mean of their e-values is 1/alpha or
    more. The mean over the offices that do nothing wrong is itself an e-process, so by Ville's inequality the chance
    of any false alarm on any day is at most alpha, however often one looks. Offices may influence one another, as long
    as the evidence of each is sound given all that is known of the others. An office whose e-value is 1/alpha times
    the number of offices (Bonferroni) always raises it; others may. An alarm stays. Raises Refused for evidence that
    is no number. Says that something is unequal, not how much or why.
    """
    log_e = checks.matrix("evidence", evidence, shape=(None, None))
    alpha = checks.number("alpha", alpha, above=0, below=1)
    days, offices = log_e.shape
    if not days or not offices:
        raise Refused("There is no evidence yet.", "Give at least one day and one office.")
    first = np.full(offices, NEVER, dtype=np.int64)
    for day in np.flatnonzero(log_e.max(axis=1) >= -math.log(alpha)):
        new = (first == NEVER) & (log_e[day] >= -math.log(alpha))
        if new.any():
            first[new & (adjusted(log_e[day]) >= -math.log(alpha))] = day
    return Alarms(day=first, log_adjusted=adjusted(log_e[-1]), alpha=alpha)


def adjusted(log_e: Floats) -> Floats:
    """Return the adjusted evidence of every office: the least mean over the sets it belongs to, as a logarithm.

    The least mean is found among the sets that join an office with the smallest ones (Vovk and Wang 2021, algorithm 1).
    """
    order = np.argsort(log_e, kind="stable")
    value = log_e[order]
    below = np.concatenate([[-np.inf], np.logaddexp.accumulate(value)[:-1]])
    size = np.arange(1.0, len(value) + 1)
    found = np.empty_like(value)
    for first in range(0, len(value), CHUNK):
        rows = slice(first, first + CHUNK)
        means = np.logaddexp(value[rows, None], below) - np.log(size)
        found[rows] = np.where(size <= size[rows, None], means, np.inf).min(axis=1)
    result = np.empty_like(log_e)
    result[order] = found
    return result


def difference_sequence(
    favourable_a: ArrayLike,
    total_a: ArrayLike,
    favourable_b: ArrayLike,
    total_b: ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Return bounds of rate a minus rate b that hold on all days at once; arrays of n counts up to a day.

    A confidence sequence: all differences for which the best pair of rates has a likelihood of at least (1 - level)
    times the one mixed over beta(1/2, 1/2) rates (Robbins 1970; Turner, Ly and Gruenwald 2024, section 4, invert their
    test in the same way). Valid at any time of stopping, for rates that stay the same; -1 and 1 where nothing is known.
    Give 1 - (1 - level)/offices as the level for all offices together. Raises Refused as `compare_rates`.
    """
    pairs = pairs_of(favourable_a, total_a, favourable_b, total_b)
    level = checks.number("level", level, above=0, below=1)
    mixed = sum(
        betaln(y + HALF, n - y + HALF) - betaln(HALF, HALF) for y, n in ((pairs.ya, pairs.na), (pairs.yb, pairs.nb))
    )
    least = mixed + math.log(1 - level)
    known = (pairs.na > 0) & (pairs.nb > 0)
    safe = Pairs(ya=pairs.ya, na=np.maximum(pairs.na, 1), yb=pairs.yb, nb=np.maximum(pairs.nb, 1))
    middle = np.where(known, safe.ya / safe.na - safe.yb / safe.nb, 0.0)
    bounds = []
    for end in (-1.0, 1.0):
        inside, outside = middle.copy(), np.full_like(middle, end)
        for _ in range(STEPS):
            gap = (inside + outside) / 2
            is_inside = best_likelihood(safe, gap) >= least
            inside, outside = np.where(is_inside, gap, inside), np.where(is_inside, outside, gap)
        bounds.append(np.where(known & (best_likelihood(safe, np.full_like(middle, end)) < least), outside, end))
    return bounds[0], bounds[1]


def best_likelihood(pairs: Pairs, gap: Floats) -> Floats:
    """Return the log-likelihood of the best pair of rates with a given difference."""
    pb = constrained_rate(pairs, gap)
    pa = np.clip(pb + gap, 0.0, 1.0)
    found: Floats = likelihood(pairs.ya, pairs.na, pa) + likelihood(pairs.yb, pairs.nb, pb)
    return found


def likelihood(y: Floats, n: Floats, p: Floats) -> Floats:
    """Return the log-likelihood of y of n."""
    found: Floats = xlogy(y, p) + xlog1py(n - y, -p)
    return found
