"""Whether groups wait equally long: the log-rank test, and the difference of restricted means."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, stdtrit

from rightsplan.errors import Refused
from rightsplan.stats.durations.curve import NO_SPREAD, Curve, area, area_note, same_level
from rightsplan.stats.durations.spells import LEAST, Figure, Spells, labelled, spells
from rightsplan.stats.panel import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """The log-rank test of equal waiting in all groups.

    `groups` in alphabetical order; `observed` cases done in each and `expected` were all equal; `statistic` is
    chi-square on `degrees` under equality. `statistic` and `p_value` are None where nothing can be compared, with the
    reason in `note`.
    """

    groups: tuple[str, ...]
    observed: Floats
    expected: Floats
    statistic: float | None
    degrees: int
    p_value: float | None
    note: str


def log_rank(
    time: ArrayLike,
    done: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    entry: ArrayLike | None = None,
) -> LogRank:
    """Test whether groups are done at the same pace, also within strata such as offices or kinds of case.

    Method: observed minus expected over all times with the hypergeometric variance (Mantel 1966; Klein and Moeschberger
    2003, sections 7.3 and 7.5); with strata both are added up over them, so that groups are compared only with
    their like. `time`, `done`, `entry` (n) as in `kaplan_meier`; `group` and `strata` (n) are names.
    A group that is never at risk together with another is left out and named in `note`. The chi-square is
    for large samples. Raises Refused for bad input and for one group. Has little power where curves cross, and says
    nothing about the size of a difference: give the difference of restricted means with it.
    """
    found = spells(time, done, entry)
    names, number = labelled("group", group, len(found.time))
    if len(names) < 2:
        raise Refused("group holds one group.", "Give at least two groups.")
    layer = np.zeros(len(number), dtype=np.int64)
    if strata is not None:
        layer = labelled("strata", strata, len(number))[1]
    observed, expected = np.zeros(len(names)), np.zeros(len(names))
    variance = np.zeros((len(names), len(names)))
    for which in np.unique(layer):
        inside = layer == which
        parts = moments(found, number, inside, len(names))
        observed, expected, variance = observed + parts[0], expected + parts[1], variance + parts[2]
    return tested(names, observed, expected, variance)


def moments(found: Spells, number: Ints, inside: np.ndarray, groups: int) -> tuple[Floats, Floats, Floats]:
    """Return observed, expected and covariance of one stratum."""
    time, done, which = found.time[inside], found.done[inside], number[inside]
    times = np.unique(time[done])
    at_risk, ended = np.zeros((groups, len(times))), np.zeros((groups, len(times)))
    for g in range(groups):
        mine = which == g
        at_risk[g] = mine.sum() - np.searchsorted(np.sort(time[mine]), times, side="left")
        if found.entry is not None:
            begun = np.sort(found.entry[inside][mine])
            at_risk[g] -= len(begun) - np.searchsorted(begun, times, side="left")
        ended[g] = np.bincount(np.searchsorted(times, time[mine & done]), minlength=len(times))
    everyone, d = at_risk.sum(axis=0), ended.sum(axis=0)
    share = at_risk / np.maximum(everyone, 1)
    scale = d * (everyone - d) / np.maximum(everyone - 1, 1)
    variance = np.diag((share * scale).sum(axis=1)) - (share * scale) @ share.T
    return ended.sum(axis=1), (share * d).sum(axis=1), variance


def tested(names: tuple[str, ...], observed: Floats, expected: Floats, variance: Floats) -> LogRank:
    """Return the test from the moments of all groups."""
    comparable = np.diag(variance) > 1e-12 * max(float(observed.sum()), 1)
    left_out = [name for name, has in zip(names, comparable, strict=True) if not has]
    note = f"not comparable: {', '.join(left_out)}" if left_out else ""
    statistic, degrees = None, 0
    if comparable.any():
        kept = np.flatnonzero(comparable)
        off = (observed - expected)[kept]
        inner = variance[np.ix_(kept, kept)]
        degrees = int(np.linalg.matrix_rank(inner, hermitian=True))
        statistic = float(off @ np.linalg.pinv(inner, hermitian=True) @ off)
    else:
        note = "at no time were some cases done while others of another group still waited"
    return LogRank(
        groups=names,
        observed=observed,
        expected=expected,
        statistic=statistic,
        degrees=degrees,
        p_value=None if statistic is None else float(chdtrc(degrees, statistic)),
        note=note,
    )


def restricted_mean_difference(one: Curve, other: Curve, until: float, *, least: int = LEAST) -> Figure:
    """Give by how much longer the first group waits than the second within the first `until`, with its interval.

    Method: difference of the restricted means of two independent groups (`restricted_mean`); Student's t with the
    degrees of freedom of Welch (1947). In the unit of the times. None with a reason where one of the two is not
    measured. Raises Refused for curves of different levels. Does not adjust for the mix of cases.
    """
    level = same_level(one, other)
    a, b = area(one, until), area(other, until)
    for found, curve in ((a, one), (b, other)):
        why = area_note(curve, until, int(found[2]) + 1, least)
        if why:
            return Figure(note=why)
    variance, gap = a[1] + b[1], a[0] - b[0]
    if variance <= 0:
        return Figure(value=gap, note=NO_SPREAD)
    shares = a[1] ** 2 / a[2] + b[1] ** 2 / b[2]
    reach = float(stdtrit(variance**2 / shares, (1 + level) / 2)) * sqrt(variance)
    return Figure(value=gap, error=sqrt(variance), low=gap - reach, high=gap + reach)
