"""Measures that pick groups: difference, ratio, population attributable risk and fraction, distance from the best.

Where the groups are named beforehand (the ends of an order, a reference group) the intervals are normal, and Fieller's
(1954) for ratios. Where the data themselves pick the best or the worst group, the pick is partly luck: the best of many
noisy groups looks better than it is. The interval then is for the groups that were picked, given that they were picked:
inference after a polyhedral selection (Lee, Sun, Sun and Taylor, Annals of Statistics 44, 2016), kept from being
needlessly long by a simultaneous bound (hybrid inference on winners: Andrews, Kitagawa and McCloskey, Quarterly Journal
of Economics 139, 2024). The corrected value is the median-unbiased one.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from rightsplan.stats.gaps import found as reasons
from rightsplan.stats.gaps.distance import reference_of
from rightsplan.stats.gaps.found import Found, found, value_alone, without_interval, without_value
from rightsplan.stats.gaps.panel import Block
from rightsplan.stats.panel import Bools, Floats, Ints
from rightsplan.stats.points import NORMAL_95

LEVEL, BOUND_LEVEL = 0.05, 0.005
REST_LEVEL = (LEVEL - BOUND_LEVEL) / (1 - BOUND_LEVEL)
TURN, TURN_SPEED = -1.75, 2.0
CLOSEST = 0.05  # a pick that won by less, in standard errors, is taken to have won by this much: rounding makes ties
HALVINGS = 45
FAR = 20.0  # standard errors
REACH = np.log(1e3)  # a ratio is sought within a thousandth and a thousand times the one that was seen


class Pick(NamedTuple):
    """The group picked as best and as worst of n settings (places in the block), and which of the two picks count.

    `z` are the values turned so that more is better. `best_counts`: the best was picked by the data, and so on.
    """

    z: Floats
    best: Ints
    worst: Ints
    best_counts: Bools
    worst_counts: Bools
    bound: Floats


def unit(block: Block, places: Ints) -> Floats:
    """Return n x K zeros with a one at the given places."""
    return np.asarray(np.arange(block.y.shape[1])[None, :] == places[:, None], dtype=np.float64)


def ends_pick(block: Block) -> Pick:
    """Return the ends of the order, or the best and the worst group of the data where there is no order."""
    z = block.sign[:, None] * block.y
    rank = np.where(np.isnan(block.rank), 0, block.rank)
    is_free = ~block.is_ordered
    best = np.where(is_free, z.argmax(axis=1), rank.argmax(axis=1))
    worst = np.where(is_free, z.argmin(axis=1), rank.argmin(axis=1))
    k = block.y.shape[1]
    bound = np.full(len(z), -float(ndtri(BOUND_LEVEL / (k * (k - 1)))))
    return Pick(z, best, worst, is_free, is_free, bound)


def best_pick(block: Block, *, is_free: Bools, fixed: Ints) -> Pick:
    """Return the best group of the data, or the fixed one where not free."""
    z = block.sign[:, None] * block.y
    best = np.where(is_free, z.argmax(axis=1), fixed)
    bound = np.full(len(z), -float(ndtri(BOUND_LEVEL / block.y.shape[1])))
    return Pick(z, best, best, is_free, np.zeros_like(is_free), bound)


def cut_of(block: Block, pick: Pick, contrast: Floats, variance: Floats) -> Floats:
    """Return the least value that a contrast (n x K, of z) could have had with the same groups picked; -inf if any."""
    c = block.s**2 * contrast / np.where(variance > 0, variance, 1)[:, None]
    seen = np.einsum("ij,ij->i", contrast, pick.z)
    rest = pick.z - c * seen[:, None]
    cut = np.full(len(seen), -np.inf)
    for places, counts, turn in ((pick.best, pick.best_counts, 1.0), (pick.worst, pick.worst_counts, -1.0)):
        lead = turn * (np.take_along_axis(rest, places[:, None], axis=1) - rest)
        gain = turn * (np.take_along_axis(c, places[:, None], axis=1) - c)
        binds = (gain > 0) & counts[:, None]
        bounds = np.where(binds, -lead / np.where(binds, gain, 1), -np.inf)
        cut = np.maximum(cut, bounds.max(axis=1))
    return cut


def surprise(excess: Floats, close: Floats, bound: Floats) -> Floats:
    """Return P(D >= seen | D beyond the cut and below the bound) for D ~ N(delta, 1).

    `excess` = seen - delta, `close` = seen - cut, `bound` the largest D - delta.
    """
    top = ndtr(-bound)  # small tails are subtracted, so that none is lost
    share = (ndtr(-excess) - top) / np.maximum(ndtr(-(excess - close)) - top, 1e-300)
    return np.asarray(np.where(excess >= bound, 0.0, share))


def halved(curve: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Return where a rising curve crosses zero, by halving."""
    a, b = low.copy(), high.copy()
    for _ in range(HALVINGS):
        middle = (a + b) / 2
        below = curve(middle) < 0
        a, b = np.where(below, middle, a), np.where(below, b, middle)
    return (a + b) / 2


def margins(excess: Floats, close: Floats, bound: Floats) -> tuple[Floats, Floats, Floats]:
    """Return three numbers that rise with delta and are zero at its lower limit, median-unbiased value, upper limit.

    Where the cut lies within the bulk of the distribution, a narrow win surprises nobody and the whole level is given
    to large wins; where it lies far out, half of it to either side.
    """
    share = surprise(excess, close, bound)
    narrow = REST_LEVEL / 2 * ndtr(-TURN_SPEED * (excess - close - TURN))
    return share - (REST_LEVEL - narrow), share - 0.5, share - (1 - narrow)


def ends_of_excess(close: Floats, bound: Floats) -> list[Floats]:
    """Return seen - delta, in standard errors, at the lower limit, the middle and the upper limit of delta."""
    low = np.full_like(close, -FAR)
    return [halved(lambda e, i=i: -margins(e, close, bound)[i], low, bound) for i in range(3)]  # type: ignore[misc]


def contrast_measure(block: Block, pick: Pick, contrast: Floats) -> Found:
    """Return a linear contrast of z with its median-unbiased value and interval."""
    value = np.einsum("ij,ij->i", contrast, pick.z)
    if not block.has_error:
        return value_alone(value)
    variance = np.einsum("ij,ij->i", contrast**2, block.s**2)
    sd = np.sqrt(variance)
    close = (value - cut_of(block, pick, contrast, variance)) / np.where(sd > 0, sd, 1)
    excess = ends_of_excess(np.clip(close, CLOSEST, 2 * FAR), pick.bound)
    is_free = pick.best_counts | pick.worst_counts
    fixed = (NORMAL_95, 0.0, -NORMAL_95)
    low, middle, high = (value - sd * np.where(is_free, e, f) for e, f in zip(excess, fixed, strict=True))
    return found(value, middle, low, high)


def fieller(block: Block, over: Floats, under: Floats) -> Found:
    """Return the ratio of two linear combinations (n x K) named beforehand, with Fieller's interval."""
    a, b = np.einsum("ij,ij->i", over, block.y), np.einsum("ij,ij->i", under, block.y)
    value = a / np.where(b != 0, b, np.nan)
    if not block.has_error:
        return without_value(value_alone(value), b == 0, reasons.NOT_POSITIVE)
    v = block.s**2
    vaa, vbb, vab = (np.einsum("ij,ij,ij->i", p, q, v) for p, q in ((over, over), (under, under), (over, under)))
    square = NORMAL_95**2
    lead, half, rest = b**2 - square * vbb, a * b - square * vab, a**2 - square * vaa
    is_closed = lead > 0
    safe = np.where(is_closed, lead, 1)
    reach = np.sqrt(np.maximum(half**2 - safe * rest, 0))
    measure = found(value, value, (half - reach) / safe, (half + reach) / safe)
    measure = without_interval(measure, ~is_closed, reasons.OPEN)
    return without_value(measure, b == 0, reasons.NOT_POSITIVE)


def picked_ratio(block: Block, pick: Pick, value: Floats, contrast: Callable[[Floats], Floats], falls: Bools) -> Found:
    """Return the ratio of two linear combinations for which the data picked groups, with its interval.

    `contrast` gives, for a ratio in each setting, the combination of z (n x K) that is zero on average where the ratio
    is true, and that rises with the best group and falls with the worst; `falls`: it falls as the ratio grows. The
    interval holds the ratios under which it is not surprising, given the pick.
    """
    if not block.has_error:
        return value_alone(value)

    def limits(log_ratio: Floats, end: int) -> Floats:
        parts = contrast(np.exp(log_ratio)[:, None])
        variance = np.einsum("ij,ij->i", parts**2, block.s**2)
        sd = np.sqrt(np.maximum(variance, 1e-300))
        seen = np.einsum("ij,ij->i", parts, pick.z)
        close = (seen - cut_of(block, pick, parts, variance)) / sd
        three = margins(seen / sd, np.clip(close, CLOSEST, 2 * FAR), pick.bound)
        return np.where(falls, three[end], -three[2 - end])

    start = np.log(np.maximum(value, 1e-3))
    low, middle, high = (
        np.exp(halved(lambda r, i=i: limits(r, i), start - REACH, start + REACH))  # type: ignore[misc]
        for i in range(3)
    )
    point = (block.s == 0).all(axis=1)
    ends = [np.where(point, value, x) for x in (middle, low, high)]
    is_open = high > np.exp(start + REACH) * 0.999
    return without_interval(found(value, *ends), is_open & ~point, reasons.OPEN)


def either(is_first: Bools, first: Found, second: Found) -> Found:
    """Return the first measure where the mask holds, else the second."""
    value, corrected, low, high = (np.where(is_first, a, b) for a, b in zip(first[:4], second[:4], strict=True))
    return Found(value, corrected, low, high, np.where(is_first, first.why, second.why))


def ratio_measure(block: Block, pick: Pick) -> Found:
    """Return the ratio that is above 1 where the worst group is behind: best over worst, or worst over best."""
    best, worst = unit(block, pick.best), unit(block, pick.worst)
    is_higher = block.sign[:, None] > 0
    over, under = np.where(is_higher, best, worst), np.where(is_higher, worst, best)
    named = fieller(block, over, under)
    value = np.where(np.isnan(named.value), 1, named.value)
    free = picked_ratio(
        block, pick, value, lambda r: block.sign[:, None] * (over - r * under), np.ones(len(value), dtype=bool)
    )
    measure = either(pick.best_counts, free, named)
    below = np.einsum("ij,ij->i", under, block.y) <= 0
    return without_value(measure, below | (np.einsum("ij,ij->i", over, block.y) <= 0), reasons.NOT_POSITIVE)


def fraction_measure(block: Block, pick: Pick) -> Found:
    """Return the population attributable fraction: the percent by which the mean would change at the best's level."""
    best = unit(block, pick.best)
    named = fieller(block, best, block.w)
    value = np.where(np.isnan(named.value), 1, named.value)
    free = picked_ratio(block, pick, value, lambda r: best - r * block.w, block.sign > 0)
    measure = either(pick.best_counts, free, named)
    low, high = (block.sign * (x - 1) * 100 for x in (measure.low, measure.high))
    value, corrected = (block.sign * (x - 1) * 100 for x in (measure.value, measure.corrected))
    measure = Found(value, corrected, np.minimum(low, high), np.maximum(low, high), measure.why)
    return without_value(measure, (block.mean <= 0) | (block.y < 0).any(axis=1), reasons.NOT_POSITIVE)


def picked_measures(block: Block) -> dict[str, Found]:
    """Return difference, ratio, par, paf (percent), mdb_u and mdb_w of every setting of a block.

    All are turned so that a positive number (a ratio above 1) says that the worse-off group is behind. Difference and
    ratio are between the ends of the order, or between the best and the worst group; PAR and PAF against the reference
    group (the named one, else the most advantaged of an order, else the best); MDB against the best.
    """
    ends = ends_pick(block)
    reference, has_one = reference_of(block)
    against = best_pick(block, is_free=~has_one, fixed=reference)
    best = best_pick(block, is_free=np.ones_like(has_one), fixed=reference)
    alike = 1 / block.y.shape[1]
    return {
        "difference": contrast_measure(block, ends, unit(block, ends.best) - unit(block, ends.worst)),
        "ratio": ratio_measure(block, ends),
        "par": contrast_measure(block, against, unit(block, against.best) - block.w),
        "paf": fraction_measure(block, against),
        "mdb_u": contrast_measure(block, best, unit(block, best.best) - alike),
        "mdb_w": contrast_measure(block, best, unit(block, best.best) - block.w),
    }
