"""Two groups and one yes-or-no decision: difference and ratio of the favourable rates, with intervals that cover."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, betaln, ndtr, ndtri

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disparity.strata import over
from rightsplan.stats.panel import Bools, Floats

FOUR_FIFTHS = 0.8
TINY = 10  # below so many cases in a group the score interval gives way to the exact one
STEPS = 45  # halvings of an interval of 2, or of 80 on the log scale: to 12 digits or more
LOG_RATIO = 40.0
METHODS = ("auto", "score", "exact")
NO_CASES = "a group has no cases"
NO_FAVOURABLE = "nobody was treated favourably: no ratio"

Method = Literal["auto", "score", "exact"]
Score = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The counts of two groups in n tables: `ya` favourable of `na` in group a, `yb` of `nb` in group b."""

    ya: Floats
    na: Floats
    yb: Floats
    nb: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RateComparison:
    """Favourable rates of group a against group b, arrays of one entry per table; rates are shares between 0 and 1.

    `difference` is rate a minus rate b, `ratio` rate a over rate b (infinite where only b has none). `low` and `high`
    bound them at the level asked for; a ratio without an upper bound has infinity. `p` is two-sided for equal rates.
    `below_four_fifths` is a screen, no test: the lower rate is less than 4/5 of the higher one; `surely_below` says
    that the whole interval of the ratio is. `exact` marks tables with exact intervals. Where `note` is not empty, the
    numbers that it speaks of are NaN: not measurable.
    """

    rate_a: Floats
    rate_b: Floats
    difference: Floats
    difference_low: Floats
    difference_high: Floats
    ratio: Floats
    ratio_low: Floats
    ratio_high: Floats
    p: Floats
    below_four_fifths: Bools
    surely_below: Bools
    exact: Bools
    note: tuple[str, ...]


def compare_rates(
    favourable_a: ArrayLike,
    total_a: ArrayLike,
    favourable_b: ArrayLike,
    total_b: ArrayLike,
    *,
    level: float = 0.95,
    method: Method = "auto",
) -> RateComparison:
    """Compare the favourable rates of two groups, many tables at once (arrays of length n, whole numbers).

    "score": intervals of difference and ratio by inverting the score test (Miettinen and Nurminen 1985, Statistics in
    Medicine 4, with their factor N/(N-1)). "exact": the two rates lie in a rectangle of Clopper-Pearson intervals
    (1934), each at the root of the level, so that difference and ratio are covered at least as often as promised
    however few the cases; wide; p by Fisher's exact test. "auto": exact where a group has fewer than 10 cases.
    The screen is the four-fifths rule of the US Uniform Guidelines (1978, 29 CFR 1607.4 D). Raises Refused for counts
    that are negative, fractions or above their total. Does not adjust for anything: see `mantel_haenszel` and
    `standardised_difference`; does not say why the rates differ.
    """
    pairs = pairs_of(favourable_a, total_a, favourable_b, total_b)
    level = checks.number("level", level, above=0, below=1)
    checks.one_of("method", method, METHODS)
    known = (pairs.na > 0) & (pairs.nb > 0)
    few = np.minimum(pairs.na, pairs.nb) < TINY
    exact = known & {"auto": few, "score": np.zeros_like(few), "exact": np.ones_like(few)}[method]
    spans = np.full((5, len(known)), np.nan)
    for mask, spans_of in ((known & ~exact, score_spans), (exact, exact_spans)):
        spans[:, mask] = spans_of(take(pairs, mask), level)
    return comparison(pairs, known, exact, spans)


def comparison(pairs: Pairs, known: Bools, exact: Bools, spans: Floats) -> RateComparison:
    """Return the comparison from the counts and the five rows of `score_spans`."""
    rate_a, rate_b = over(pairs.ya, pairs.na), over(pairs.yb, pairs.nb)
    ratio = ratio_of(rate_a, rate_b)
    spans[2:4, np.isnan(ratio)] = np.nan
    cross = np.stack([pairs.ya * pairs.nb, pairs.yb * pairs.na])  # whole numbers, so that exactly 4/5 is not below it
    best_case = np.minimum(spans[3], divide(1.0, spans[2]))
    return RateComparison(
        rate_a=rate_a,
        rate_b=rate_b,
        difference=rate_a - rate_b,
        difference_low=spans[0],
        difference_high=spans[1],
        ratio=ratio,
        ratio_low=spans[2],
        ratio_high=spans[3],
        p=spans[4],
        below_four_fifths=5 * cross.min(axis=0) < 4 * cross.max(axis=0),
        surely_below=np.nan_to_num(best_case, nan=1.0) < FOUR_FIFTHS,
        exact=exact,
        note=tuple(note_of(k, r) for k, r in zip(known, ratio, strict=True)),
    )


def pairs_of(favourable_a: ArrayLike, total_a: ArrayLike, favourable_b: ArrayLike, total_b: ArrayLike) -> Pairs:
    """Return the checked counts. Raises Refused where one is no count, or favourable cases exceed all cases."""
    na = checks.counts("total_a", total_a)
    if not len(na):
        raise Refused("total_a has no values: there are no tables.", "Give the counts of at least one table.")
    nb = checks.counts("total_b", total_b, length=len(na))
    ya = checks.counts("favourable_a", favourable_a, length=len(na))
    yb = checks.counts("favourable_b", favourable_b, length=len(na))
    for name, y, n in (("a", ya, na), ("b", yb, nb)):
        if (y > n).any():
            raise Refused(f"favourable_{name} is above total_{name} at {checks.places(y > n)}.", "Correct the counts.")
    return Pairs(ya=ya.astype(float), na=na.astype(float), yb=yb.astype(float), nb=nb.astype(float))


def take(pairs: Pairs, mask: Bools) -> Pairs:
    """Return the tables of a mask."""
    return Pairs(ya=pairs.ya[mask], na=pairs.na[mask], yb=pairs.yb[mask], nb=pairs.nb[mask])


def note_of(known: bool, ratio: float) -> str:
    """Return why something of a table is not measurable, or nothing."""
    return NO_CASES if not known else NO_FAVOURABLE if math.isnan(ratio) else ""


def divide(top: float | Floats, bottom: Floats) -> Floats:
    """Return top / bottom, infinite where the bottom is zero; NaN stays."""
    found: Floats = np.divide(top, bottom, out=np.full(bottom.shape, np.inf), where=bottom != 0)
    return found


def ratio_of(rate_a: Floats, rate_b: Floats) -> Floats:
    """Return the ratio of two rates, infinite where only the second is zero, NaN where both are."""
    found: Floats = np.where((rate_a == 0) & (rate_b == 0), np.nan, divide(rate_a, rate_b))
    return found


def score_spans(pairs: Pairs, level: float) -> Floats:
    """Return five rows: interval of the difference, interval of the ratio, p of the score test of equal rates."""
    reach = float(ndtri((1 + level) / 2))
    ones = np.ones_like(pairs.ya)
    gap = pairs.ya / pairs.na - pairs.yb / pairs.nb
    log_ratio = np.clip(np.log(np.maximum(ratio_of(pairs.ya / pairs.na, pairs.yb / pairs.nb), 1e-17)), -39.0, 39.0)
    log_ratio = np.where(np.isnan(log_ratio), 0.0, log_ratio)

    def of_gap(x: Floats) -> Floats:
        return difference_score(pairs, x)

    def of_log_ratio(x: Floats) -> Floats:
        return ratio_score(pairs, np.exp(x))

    low = crossing(of_gap, reach, -ones, gap)
    high = crossing(of_gap, -reach, gap, ones)
    ratio_low = np.exp(crossing(of_log_ratio, reach, -LOG_RATIO * ones, log_ratio))
    ratio_high = np.exp(crossing(of_log_ratio, -reach, log_ratio, LOG_RATIO * ones))
    p = 2 * ndtr(-np.abs(difference_score(pairs, 0 * ones)))
    return np.stack(
        [low, high, np.where(pairs.ya == 0, 0.0, ratio_low), np.where(pairs.yb == 0, np.inf, ratio_high), p]
    )


def crossing(score: Score, wanted: float, low: Floats, high: Floats) -> Floats:
    """Return where a falling function reaches the wanted value between low and high, by halving."""
    for _ in range(STEPS):
        middle = (low + high) / 2
        is_above = score(middle) > wanted
        low, high = np.where(is_above, middle, low), np.where(is_above, high, middle)
    return (low + high) / 2


def difference_score(pairs: Pairs, gap: Floats) -> Floats:
    """Return the score statistic z for the hypothesis that rate a is rate b plus the gap."""
    pb = constrained_rate(pairs, gap)
    pa = np.clip(pb + gap, 0.0, 1.0)
    total = pairs.na + pairs.nb
    variance = (pa * (1 - pa) / pairs.na + pb * (1 - pb) / pairs.nb) * total / np.maximum(total - 1, 1)
    return standardised(pairs.ya / pairs.na - pairs.yb / pairs.nb - gap, variance)


def standardised(distance: Floats, variance: Floats) -> Floats:
    """Return distance over standard error; infinite where a distance has no variance, zero where there is neither."""
    error = np.sqrt(np.maximum(variance, 0.0))
    limit = np.where(np.abs(distance) < 1e-12, 0.0, np.copysign(np.inf, distance))
    found: Floats = np.divide(distance, error, out=limit, where=error > 1e-150)
    return found


def constrained_rate(pairs: Pairs, gap: Floats) -> Floats:
    """Return the most likely rate of b where rate a is rate b plus the gap: the middle root of a cubic.

    The likelihood equation multiplied out; solved with the cosine (Miettinen and Nurminen 1985, appendix 1).
    """
    ya, na, yb, nb = pairs.ya, pairs.na, pairs.yb, pairs.nb
    c3 = na + nb
    c2 = (gap * (na + 2 * nb) - c3 - ya - yb) / c3
    c1 = (ya + yb - gap * (na + 2 * yb) - nb * gap * (1 - gap)) / c3
    c0 = yb * gap * (1 - gap) / c3
    q = (c2 / 3) ** 3 - c1 * c2 / 6 + c0 / 2
    size = np.sqrt(np.maximum((c2 / 3) ** 2 - c1 / 3, 0.0))
    cosine = np.divide(np.abs(q), size**3, out=np.ones_like(q), where=size > 1e-8)
    angle = (math.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    root = 2 * np.where(q < 0, -size, size) * np.cos(angle) - c2 / 3
    found: Floats = np.clip(root, np.maximum(0.0, -gap), np.minimum(1.0, 1 - gap))
    return found


def ratio_score(pairs: Pairs, ratio: Floats) -> Floats:
    """Return the score statistic z for the hypothesis that rate a is the ratio times rate b."""
    ya, na, yb, nb = pairs.ya, pairs.na, pairs.yb, pairs.nb
    total = na + nb
    half = (na * ratio + ya + nb + yb * ratio) / 2
    root = np.sqrt(np.maximum(half**2 - total * ratio * (ya + yb), 0.0))
    pb = np.clip((ya + yb) / (half + root), 0.0, 1.0)
    pa = np.clip(ratio * pb, 0.0, 1.0)
    variance = (pa * (1 - pa) / na + ratio**2 * pb * (1 - pb) / nb) * total / np.maximum(total - 1, 1)
    return standardised(ya / na - ratio * yb / nb, variance)


def exact_spans(pairs: Pairs, level: float) -> Floats:
    """Return five rows as `score_spans`, from the rectangle of two Clopper-Pearson intervals and Fisher's test."""
    tail = (1 - math.sqrt(level)) / 2
    (low_a, high_a), (low_b, high_b) = (
        clopper_pearson(y, n, tail) for y, n in ((pairs.ya, pairs.na), (pairs.yb, pairs.nb))
    )
    p = np.array([fisher(*table) for table in zip(pairs.ya, pairs.na, pairs.yb, pairs.nb, strict=True)])
    return np.stack([low_a - high_b, high_a - low_b, low_a / high_b, divide(high_a, low_b), p.reshape(-1)])


def clopper_pearson(y: Floats, n: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return the exact interval of a share with so much chance beyond either end (Clopper and Pearson 1934)."""
    low = np.where(y == 0, 0.0, betaincinv(np.maximum(y, 1), n - y + 1, tail))
    high = np.where(y == n, 1.0, betaincinv(y + 1, np.maximum(n - y, 1), 1 - tail))
    return low, high


def fisher(ya: float, na: float, yb: float, nb: float) -> float:
    """Return the two-sided p of Fisher's exact test: the chance of all tables no more likely than this one."""
    first, last = max(0, int(ya + yb - nb)), int(min(na, ya + yb))
    k = np.arange(first, last + 1.0)
    logs = log_choose(na, k) + log_choose(nb, ya + yb - k)
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    return float(min(1.0, chances[chances <= chances[int(ya) - first] * (1 + 1e-7)].sum()))


def log_choose(n: float, k: Floats) -> Floats:
    """Return the logarithm of the number of ways to choose k of n."""
    found: Floats = -np.log(n + 1) - betaln(n - k + 1, k + 1)
    return found
