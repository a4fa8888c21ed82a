"""Two groups compared within strata (offices, kinds of case), so that a different mix of cases is no disparity."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats, Ints

ETS_SCALE = -2.35  # the delta scale of the Educational Testing Service (Holland and Thayer 1988)
NO_PAIR = "no stratum has cases of both groups"
NO_CONTRAST = "no stratum has both groups and both decisions"
NO_ODDS = "the common odds ratio is zero or infinite: no interval and no test of homogeneity"
ONE_STRATUM = "one informative stratum: nothing to be homogeneous with"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrataComparison:
    """Group a against group b, one entry per set of strata.

    `odds_ratio` is the Mantel-Haenszel common odds ratio of a favourable decision, `difference` the Mantel-Haenszel
    difference of rates, `crude_difference` the one that ignores strata; `_low` and `_high` bound them at the level
    asked for. `chi2` and `p` test conditional independence, `chi2_corrected` and `p_corrected` with half a case taken
    off. `breslow_day` and `tarone` (its correction) test whether the odds ratio is the same everywhere, on
    `freedom` degrees. `ets_delta` is -2.35 log(odds_ratio). `strata` counts strata with any case, `paired` those with
    both groups (they decide the difference), `informative` those with both groups and both decisions (they decide all
    else). Where `note` is not empty, what it speaks of is NaN: not measurable.
    """

    odds_ratio: Floats
    odds_ratio_low: Floats
    odds_ratio_high: Floats
    ets_delta: Floats
    difference: Floats
    difference_low: Floats
    difference_high: Floats
    crude_difference: Floats
    chi2: Floats
    p: Floats
    chi2_corrected: Floats
    p_corrected: Floats
    breslow_day: Floats
    breslow_day_p: Floats
    tarone: Floats
    tarone_p: Floats
    freedom: Ints
    strata: Ints
    paired: Ints
    informative: Ints
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Counts, strata on the last axis: `a` of `n1` favourable in group a, `c` of `n0` in group b; `n` all cases."""

    a: Floats
    n1: Floats
    c: Floats
    n0: Floats

    @property
    def n(self) -> Floats:
        """Return all cases, 1 for an empty stratum so that it can be divided by."""
        total = self.n1 + self.n0
        return np.where(total > 0, total, 1.0)


def mantel_haenszel(
    favourable_a: ArrayLike,
    total_a: ArrayLike,
    favourable_b: ArrayLike,
    total_b: ArrayLike,
    *,
    level: float = 0.95,
) -> StrataComparison:
    """Compare two groups within strata; arrays of shape (strata,) or (sets, strata), whole numbers.

    Common odds ratio and chi-squared test: Mantel and Haenszel (1959), variance of its logarithm: Robins, Breslow and
    Greenland (1986). Homogeneity: Breslow and Day (1980, section 4.4) and Tarone (1985). Difference of rates:
    Greenland and Robins (1985) with the variance of Sato (1989). The corrected chi-squared is (|A - E| - 1/2)^2 / V,
    zero where |A - E| is below 1/2. Empty strata may pad a set. Strata with one group only say nothing; those with
    both groups but one decision count in the difference only. Raises Refused for counts that are negative, fractions
    or above their total. Homogeneity tests need some expected cases in every cell (about 5) and have little power in
    small strata. Does not estimate what strata that are not in the data would change.
    """
    cells = cells_of(favourable_a, total_a, favourable_b, total_b)
    level = checks.number("level", level, above=0, below=1)
    return compared(cells, float(ndtri((1 + level) / 2)))


def compared(cells: Cells, reach: float) -> StrataComparison:
    """Return the comparison of checked cells; intervals reach so many standard errors."""
    paired = (cells.n1 > 0) & (cells.n0 > 0)
    favourable = cells.a + cells.c
    informative = paired & (favourable > 0) & (favourable < cells.n1 + cells.n0)
    odds, error = common_odds(cells)
    log_odds = np.log(odds, out=np.full_like(odds, np.nan), where=np.isfinite(odds) & (odds > 0))
    gap, gap_error = common_difference(cells, paired)
    tests = association(cells.a, cells.n1, cells.n0, favourable, favourable * (cells.n - favourable))
    freedom = np.maximum(informative.sum(axis=1) - 1, 0)
    same = homogeneity(cells, informative, odds, freedom)
    return StrataComparison(
        odds_ratio=odds,
        odds_ratio_low=np.exp(log_odds - reach * error),
        odds_ratio_high=np.exp(log_odds + reach * error),
        ets_delta=ETS_SCALE * log_odds,
        difference=gap,
        difference_low=np.maximum(gap - reach * gap_error, -1.0),
        difference_high=np.minimum(gap + reach * gap_error, 1.0),
        crude_difference=over(cells.a.sum(axis=1), cells.n1.sum(axis=1))
        - over(cells.c.sum(axis=1), cells.n0.sum(axis=1)),
        chi2=tests[0],
        p=chdtrc(1, tests[0]),
        chi2_corrected=tests[1],
        p_corrected=chdtrc(1, tests[1]),
        breslow_day=same[0],
        breslow_day_p=chdtrc(np.maximum(freedom, 1), same[0]),
        tarone=same[1],
        tarone_p=chdtrc(np.maximum(freedom, 1), same[1]),
        freedom=freedom,
        strata=((cells.n1 + cells.n0) > 0).sum(axis=1),
        paired=paired.sum(axis=1),
        informative=informative.sum(axis=1),
        note=tuple(note_of(*row) for row in zip(paired.sum(axis=1), informative.sum(axis=1), odds, strict=True)),
    )


def cells_of(favourable_a: ArrayLike, total_a: ArrayLike, favourable_b: ArrayLike, total_b: ArrayLike) -> Cells:
    """Return the checked counts as (sets, strata). Raises Refused."""
    given = {
        "favourable_a": favourable_a,
        "total_a": total_a,
        "favourable_b": favourable_b,
        "total_b": total_b,
    }
    found = {name: checks.as_floats(name, values) for name, values in given.items()}
    shape = found["total_a"].shape
    if len(shape) not in (1, 2) or 0 in shape:
        raise Refused(f"total_a has the shape {shape}.", "Give (strata,) or (sets, strata), at least one of each.")
    for name, values in found.items():
        checks.matrix(name, values, shape=shape, least=0)
        if (values != np.floor(values)).any():
            raise Refused(f"{name} is no whole number at {checks.places(values != np.floor(values))}.", "Give counts.")
    a, n1, c, n0 = (np.atleast_2d(values) for values in found.values())
    for name, y, n in (("a", a, n1), ("b", c, n0)):
        if (y > n).any():
            raise Refused(f"favourable_{name} is above total_{name} at {checks.places(y > n)}.", "Correct the counts.")
    return Cells(a=a, n1=n1, c=c, n0=n0)


def note_of(paired: int, informative: int, odds: float) -> str:
    """Return why something of a set is not measurable, or nothing."""
    if not paired:
        return NO_PAIR
    if not informative:
        return NO_CONTRAST
    if not 0 < odds < np.inf:
        return NO_ODDS
    return ONE_STRATUM if informative == 1 else ""


def over(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom, NaN where the bottom is zero."""
    found: Floats = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
    return found


def common_odds(cells: Cells) -> tuple[Floats, Floats]:
    """Return the common odds ratio and the standard error of its logarithm (NaN where it is zero or infinite).

    Mantel and Haenszel (1959); Robins, Breslow and Greenland (1986). Strata are on the last axis.
    """
    a, b, c, d, n = cells.a, cells.n1 - cells.a, cells.c, cells.n0 - cells.c, cells.n
    r, s = a * d / n, b * c / n
    p, q = (a + d) / n, (b + c) / n
    big_r, big_s = r.sum(-1), s.sum(-1)
    odds = np.where((big_s == 0) & (big_r > 0), np.inf, over(big_r, big_s))
    variance = (
        over((p * r).sum(-1), 2 * big_r**2)
        + over((p * s + q * r).sum(-1), 2 * big_r * big_s)
        + over((q * s).sum(-1), 2 * big_s**2)
    )
    return odds, np.sqrt(variance)


def common_difference(cells: Cells, paired: Bools) -> tuple[Floats, Floats]:
    """Return the common difference of rates and its standard error; NaN where no stratum has both groups."""
    a, n1, c, n0, n = cells.a, cells.n1, cells.c, cells.n0, cells.n
    weight = np.where(paired, n1 * n0 / n, 0.0).sum(axis=1)
    gap = over(np.where(paired, (a * n0 - c * n1) / n, 0.0).sum(axis=1), weight)
    p = np.where(paired, (n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2, 0.0).sum(axis=1)
    q = np.where(paired, (a * (n0 - c) + c * (n1 - a)) / (2 * n), 0.0).sum(axis=1)
    variance = over(gap * p + q, weight**2)
    return gap, np.sqrt(np.maximum(variance, 0.0))


def association(score: Floats, n1: Floats, n0: Floats, total: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return Mantel's chi-squared (1963), without and with the continuity correction; strata on the last axis.

    `score` sums the scores of the `n1` cases of group a and `total` those of all n = n1 + n0; `spread` is n times the
    sum of squared scores less the square of `total`. With scores 0 and 1, so that `score` is a, `total` m and `spread`
    m (n - m), it is the test of Mantel and Haenszel (1959). NaN where no stratum holds both groups and two scores.
    """
    n = n1 + n0
    safe = np.where(n > 1, n, 2.0)
    excess = (score - n1 * total / np.where(n > 0, n, 1.0)).sum(-1)
    variance = (n1 * n0 * spread / (safe**2 * (safe - 1))).sum(-1)
    return over(excess**2, variance), over(np.maximum(np.abs(excess) - 0.5, 0.0) ** 2, variance)


def homogeneity(cells: Cells, informative: Bools, odds: Floats, freedom: Ints) -> tuple[Floats, Floats]:
    """Return the Breslow-Day statistic and Tarone's; NaN where there is no common odds ratio or one stratum only."""
    usable = (freedom > 0) & np.isfinite(odds) & (odds > 0)
    psi = np.where(usable, odds, 1.0)[:, None]
    n1, n0, m = cells.n1, cells.n0, cells.a + cells.c
    b = n0 - m + psi * (n1 + m)
    root = np.sqrt(np.maximum(b**2 + 4 * (1 - psi) * psi * n1 * m, 0.0))
    by_sum = 2 * psi * n1 * m / np.where(b + root > 0, b + root, 1.0)
    by_difference = (root - b) / np.where(psi < 1, 2 * (1 - psi), 1.0)
    expected = np.where(b < 0, by_difference, by_sum)  # either formula loses digits where the other one does not
    inner = np.stack([expected, n1 - expected, m - expected, n0 - m + expected])
    inverse = np.divide(1.0, inner, out=np.ones_like(inner), where=informative & (inner > 0)).sum(axis=0)
    distance = np.where(informative, cells.a - expected, 0.0)
    variance = np.where(informative, 1 / inverse, 0.0)
    breslow_day = (distance**2 * inverse).sum(axis=1)
    correction = over(distance.sum(axis=1) ** 2, variance.sum(axis=1))
    return np.where(usable, breslow_day, np.nan), np.where(usable, breslow_day - correction, np.nan)
