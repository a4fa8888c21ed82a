"""Primary rules: which cells of a table say too much about somebody, before anything else is looked at.

No rule waives anything: a cell that a rule hits stays hit, whatever its contributors agreed to.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Primary:
    """What a rule found. Arrays of one length, one entry for each cell.

    `hit` says that the rule hits the cell. Publication is safe as far as this cell goes only where the attacker's
    interval reaches from `low` or below to `high` or above (in the unit of the cell; NaN where the rule does not hit).
    """

    rule: str
    hit: Bools
    low: Floats
    high: Floats


def found(rule: str, hit: Bools, low: Floats, high: Floats) -> Primary:
    """Return the finding with NaN where the rule does not hit."""
    return Primary(rule=rule, hit=hit, low=np.where(hit, low, np.nan), high=np.where(hit, high, np.nan))


def minimum_frequency(counts: ArrayLike, *, threshold: int = 10, zeros: bool = False) -> Primary:
    """Say which counts are below a threshold: a cell is hit where 0 < n < threshold.

    With `zeros` an empty cell is hit as well ("nobody in this group ever had a complaint upheld" says something about
    each of them). What is promised for a hit cell: the attacker must hold both 0 and the threshold for possible, so
    that neither presence nor smallness can be told from the table. Source: the threshold rule of Hundepool et al.
    (2012), Statistical Disclosure Control, section 4.2.

    counts: whole numbers of any length; threshold: 2 or more. Raises Refused for fractions, negative counts, NaN.
    Does not protect large cells whose members are all alike (a column of zeros beside one full cell).
    """
    array = checks.counts("counts", counts)
    least = checks.counts("threshold", [threshold], least=2)[0]
    hit = (array < least) & ((array > 0) | zeros)
    return found("minimum frequency", hit, np.zeros(len(array)), np.full(len(array), float(least)))


def dominance(contributions: ArrayLike, *, largest: int = 2, share: float = 85.0) -> Primary:
    """Say in which cells the n largest contributors hold more than k percent: the (n, k) rule.

    A cell with total X and contributions x1 >= x2 >= ... is hit where x1 + ... + xn > k/100 X. What is promised: the
    upper end is at least (x1 + ... + xn) / (k/100), the lowest total at which the rule would not hit; the lower end
    lies as far below X. Source: Hundepool et al. (2012), sections 4.2.1 and 4.2.2.

    contributions: cells x contributors, not negative, 0 for nobody; largest: n; share: k, above 0 and below 100.
    Raises Refused. Does not know whether a contributor is a group of several under one control.
    """
    ordered, total = ranked(contributions)
    n = int(checks.counts("largest", [largest], least=1)[0])
    k = checks.number("share", share, above=0, below=100) / 100
    top = ordered[:, :n].sum(axis=1)
    needed = top / k - total
    return found("dominance", needed > 1e-9 * total, total - needed, total + needed)


def p_percent(contributions: ArrayLike, *, p: float = 10.0) -> Primary:
    """Say in which cells the second contributor can estimate the largest to within p percent.

    Hit where X - x1 - x2 < p/100 x1. What is promised: the interval reaches p/100 x1 - (X - x1 - x2) to both sides of
    X. It is the pq rule with q = 100. Source: Hundepool et al. (2012), section 4.2.1.

    contributions: cells x contributors, not negative, 0 for nobody; p above 0. Raises Refused. Does not look at
    coalitions of several contributors.
    """
    return named("p percent", contributions, p=p, q=100.0)


def pq(contributions: ArrayLike, *, p: float = 10.0, q: float = 50.0) -> Primary:
    """Say in which cells the second contributor can estimate the largest to within p percent, knowing all to q percent.

    Hit where q/100 (X - x1 - x2) < p/100 x1. What is promised: the interval reaches p/q x1 - (X - x1 - x2) to both
    sides of X. Source: Hundepool et al. (2012), section 4.2.1 (prior-posterior rule).

    contributions: cells x contributors, not negative, 0 for nobody; 0 < p < q <= 100. Raises Refused. Does not look at
    coalitions of several contributors.
    """
    checks.number("p", p, above=0, below=checks.number("q", q, above=0, most=100))
    return named("pq", contributions, p=p, q=q)


def named(rule: str, contributions: ArrayLike, *, p: float, q: float) -> Primary:
    """Return what the pq rule finds, under the name of the rule it serves."""
    ordered, total = ranked(contributions)
    tight = checks.number("p", p, above=0)
    loose = checks.number("q", q, above=0, most=100)
    first = ordered[:, 0]
    rest = ordered[:, 2:].sum(axis=1)
    needed = tight / loose * first - rest
    return found(rule, (needed > 1e-9 * total) & (first > 0), total - needed, total + needed)


def ranked(contributions: ArrayLike) -> tuple[Floats, Floats]:
    """Return the contributions of each cell, largest first, and the totals."""
    array = checks.matrix("contributions", contributions, least=0)
    ordered = -np.sort(-array, axis=1)
    if ordered.shape[1] < 1:
        ordered = np.zeros((len(ordered), 1))
    return ordered, ordered.sum(axis=1)


def together(*primaries: Primary) -> Primary:
    """Return what several rules find together: hit where any hits, with the widest of their promises.

    primaries: findings for the same cells. Raises Refused where there are none or their lengths differ.
    """
    lengths = [len(primary.hit) for primary in primaries]
    checks.numbers("primaries", [float(n) for n in lengths], at_least=1, least=lengths[0], most=lengths[0])
    low = np.fmin.reduce([primary.low for primary in primaries])
    high = np.fmax.reduce([primary.high for primary in primaries])
    hit = np.logical_or.reduce([primary.hit for primary in primaries])
    return Primary(rule=" or ".join(primary.rule for primary in primaries), hit=hit, low=low, high=high)
