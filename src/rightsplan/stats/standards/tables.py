"""Stratified tables of ratings: the common odds ratio of a lower rating, and Mantel's test."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The log odds ratio of a lower rating of the group judged against the others, and its standard error.

    Both have the shape of the tables without their last three axes; NaN where there is nothing to compare.
    """

    log_odds: Floats
    error: Floats


def checked(tables: ArrayLike) -> Floats:
    """Return tables (... x strata x 2 x categories) of counts. Raises Refused for anything else."""
    array = checks.within("tables", checks.as_floats("tables", tables), least=0)
    if array.ndim < 3 or array.shape[-2] != 2 or array.shape[-1] < 2 or not array.shape[-3]:
        raise Refused(f"tables has the shape {array.shape}.", "Give strata x 2 x categories: the group, the others.")
    return array


def liu_agresti(tables: ArrayLike) -> Shift:
    """Return the common cumulative odds ratio over strata (Liu & Agresti 1996), Mantel and Haenszel's for two grades.

    Shapes: tables ... x strata x 2 x categories, the group judged first, the worst category first. With n0 and n1 the
    counts of the two rows and n the size of a stratum,

        odds ratio = sum_s sum_(y < z) (z - y) n0(y) n1(z) / n  /  sum_s sum_(y > z) (y - z) n0(y) n1(z) / n

    Above 1 the group is rated lower at the same matching score. The variance for two categories is that of Robins,
    Breslow and Greenland (1986); for more it is our own: each stratum's numerator less odds ratio times denominator is
    a two-sample U statistic with mean 0, whose variance is estimated without bias. It holds for few large strata and
    for many small ones, and takes the odds ratio to be the same in all strata and at all cutpoints, which it does not
    test. NaN where one of the sums is 0. Raises Refused for negative or missing counts and wrong shapes.
    """
    n = checked(tables)
    size = n.sum((-1, -2))
    share = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    grades = np.arange(n.shape[-1], dtype=np.float64)
    lower = np.maximum(grades[None, :] - grades[:, None], 0.0)
    group, others = n[..., 0, :], n[..., 1, :]
    over = (group * (others @ lower.T)).sum(-1) * share
    under = (group * (others @ lower)).sum(-1) * share
    top, bottom = over.sum(-1), under.sum(-1)
    ok = (top > 0) & (bottom > 0)
    safe_top, safe_bottom = np.where(ok, top, 1.0), np.where(ok, bottom, 1.0)
    if n.shape[-1] == 2:
        variance = robins(n, share, safe_top, safe_bottom)
    else:
        variance = of_u_statistic(n, share, safe_top / safe_bottom) / safe_top**2
    good = ok & (variance > 0)
    return Shift(
        log_odds=np.where(ok, np.log(safe_top / safe_bottom), np.nan),
        error=np.where(good, np.sqrt(np.where(good, variance, 1.0)), np.nan),
    )


def robins(n: Floats, share: Floats, top: Floats, bottom: Floats) -> Floats:
    """Return the variance of the log odds ratio of 2 x 2 tables (Robins, Breslow & Greenland 1986)."""
    a, b, c, d = n[..., 0, 0], n[..., 0, 1], n[..., 1, 0], n[..., 1, 1]
    r, s = a * d * share, b * c * share
    p, q = (a + d) * share, (b + c) * share
    both = (p * s + q * r).sum(-1)
    found: Floats = (p * r).sum(-1) / (2 * top**2) + both / (2 * top * bottom) + (q * s).sum(-1) / (2 * bottom**2)
    return found


def of_u_statistic(n: Floats, share: Floats, ratio: Floats) -> Floats:
    """Return the variance of sum_s sum_im h(y_i, z_m) / n_s with the kernel h = (z - y)+ - ratio (y - z)+ of mean 0."""
    grades = np.arange(n.shape[-1], dtype=np.float64)
    far = grades[None, :] - grades[:, None]
    kernel = np.maximum(far, 0.0) - ratio[..., None, None, None] * np.maximum(-far, 0.0)
    group, others = n[..., 0, :], n[..., 1, :]
    by_group = (kernel * others[..., None, :]).sum(-1)
    by_others = (kernel * group[..., :, None]).sum(-2)
    pairs = (kernel**2 * group[..., :, None] * others[..., None, :]).sum((-1, -2))
    parts = (group * by_group**2).sum(-1) + (others * by_others**2).sum(-1) - pairs
    found: Floats = (parts * share**2).sum(-1)
    return found


def mantel(tables: ArrayLike, *, correct: bool = False) -> tuple[Floats, Floats]:
    """Return Mantel's chi-squared (1963) of equal ratings at equal matching scores, and its p-value (1 degree).

    Shapes as `liu_agresti`; categories score 0, 1, ... For two categories it is the Mantel-Haenszel test, with the
    continuity correction of a half where `correct`. It sees a shift in one direction, not one that changes its sign
    from stratum to stratum. NaN where no stratum holds both groups and two categories. Raises Refused as there.
    """
    n = checked(tables)
    grades = np.arange(n.shape[-1], dtype=np.float64)
    columns, size, rows = n.sum(-2), n.sum((-1, -2)), n.sum(-1)
    safe = np.where(size > 1, size, 2.0)
    total = columns @ grades
    expected = rows[..., 0] * total / np.where(size > 0, size, 1.0)
    spread = size * (columns @ grades**2) - total**2
    variance = (rows[..., 0] * rows[..., 1] * spread / (safe**2 * (safe - 1))).sum(-1)
    gap = np.abs((n[..., 0, :] @ grades - expected).sum(-1))
    gap = np.maximum(gap - 0.5, 0.0) if correct else gap
    ok = variance > 0
    found = np.where(ok, gap**2 / np.where(ok, variance, 1.0), np.nan)
    return found, np.where(ok, chi2.sf(np.where(ok, found, 0.0), 1), np.nan)
