"""Stratified tables of ratings: the common odds ratio of a lower rating, and Mantel's test."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disparity.strata import Cells, association, common_odds
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
    if n.shape[-1] == 2:
        rows = n.sum(-1)
        odds, error = common_odds(Cells(a=n[..., 0, 0], n1=rows[..., 0], c=n[..., 1, 0], n0=rows[..., 1]))
        ok = np.isfinite(odds) & (odds > 0)
        return Shift(log_odds=np.log(odds, out=np.full_like(odds, np.nan), where=ok), error=error)
    size = n.sum((-1, -2))
    share = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    grades = np.arange(n.shape[-1], dtype=np.float64)
    lower = np.maximum(grades[None, :] - grades[:, None], 0.0)
    group, others = n[..., 0, :], n[..., 1, :]
    top = ((group * (others @ lower.T)).sum(-1) * share).sum(-1)
    bottom = ((group * (others @ lower)).sum(-1) * share).sum(-1)
    ok = (top > 0) & (bottom > 0)
    safe_top, safe_bottom = np.where(ok, top, 1.0), np.where(ok, bottom, 1.0)
    variance = of_u_statistic(n, share, safe_top / safe_bottom) / safe_top**2
    good = ok & (variance > 0)
    return Shift(
        log_odds=np.where(ok, np.log(safe_top / safe_bottom), np.nan),
        error=np.where(good, np.sqrt(np.where(good, variance, 1.0)), np.nan),
    )


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
    columns, rows = n.sum(-2), n.sum(-1)
    total = columns @ grades
    spread = rows.sum(-1) * (columns @ grades**2) - total**2
    found = association(n[..., 0, :] @ grades, rows[..., 0], rows[..., 1], total, spread)[1 if correct else 0]
    return found, chdtrc(1, found)
