"""Ratings of units over time by several sources, arranged as matrices (unit x period) for the latent model."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats, Ints

Gaps = Literal["calendar", "adjacent", "restart"]
GAPS: tuple[Gaps, ...] = ("calendar", "adjacent", "restart")
MOST_CELLS = 2_000_000
MOST_CATEGORIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Ratings as counts: R runs (a unit, or a part of it between gaps), T periods, J sources, up to K categories.

    `nodes` are the N unit-periods in order: `unit` their names, `period` their time, `row` and `column` their place.
    `counts` (R x T x J x K) says how often a source gave a category to a unit-period, 0 the worst; `step` (R x T) is
    how many periods the walk goes before that period, 0 before a run begins and where no node is. `categories` (J)
    is how many categories a source uses and `values` what they are called in the file, from worst to best.
    `group` (R) is the group of the judged, an index into `groups`; all 0 where no groups are given.
    """

    unit: NDArray[np.str_]
    period: Floats
    row: Ints
    column: Ints
    periods: Floats
    sources: tuple[str, ...]
    categories: Ints
    values: tuple[tuple[float, ...], ...]
    step: Floats
    counts: Floats
    groups: tuple[str, ...]
    group: Ints

    @property
    def end(self) -> Ints:
        """Return for each of the N nodes +1 where all ratings of its run are the best, -1 the worst, else 0."""
        codes = np.arange(self.counts.shape[3])
        per_run = self.counts.sum(1)
        best = np.where(codes == self.categories[:, None] - 1, per_run, 0.0).sum((1, 2))
        worst = per_run[:, :, 0].sum(1)
        total = per_run.sum((1, 2))
        ends = np.where((total > 0) & (best == total), 1, 0) - np.where((total > 0) & (worst == total), 1, 0)
        found: Ints = ends[self.row]
        return found

    @property
    def number(self) -> Ints:
        """Return how many ratings each of the N nodes has."""
        found: Ints = self.counts.sum((2, 3))[self.row, self.column].astype(np.int64)
        return found


def arrange(
    *,
    unit: Sequence[str],
    source: Sequence[str],
    rating: ArrayLike,
    period: ArrayLike | None = None,
    group: Sequence[str] | None = None,
    gaps: Gaps = "calendar",
    reversed_sources: Collection[str] = (),
) -> Ratings:
    """Arrange one row per rating for the latent model.

    Method: a rating is a number whose order matters, not its size; the values that a source uses become categories
    0, 1, ... in rising order, so a category that it never uses does not exist. Higher is better; a source named in
    `reversed_sources` is turned round. A rating may be missing (NaN): the unit-period is estimated from its
    neighbours all the same. Several ratings of one unit-period by one source count as independent ones.

    `period` in years (or any unit), all equal where None. `gaps` says how the walk crosses periods without rows:
    "calendar" (ours) by as many steps as time has passed; "adjacent" by one step, as versions 1 and 2 of the published
    scores do; "restart" begins anew at N(0, 1) where more than one period is missing, as they do from version 3 on.

    Raises Refused for empty or unequal columns, a unit in two groups, a source that gives everyone the same rating or
    uses more than 20 values, and for more than two million cells. Order of rows and names of units do not matter.
    """
    return arranged(unit, source, rating, period=period, group=group, gaps=gaps, reversed_sources=reversed_sources)


def arranged(
    unit: Sequence[str],
    source: Sequence[str],
    rating: ArrayLike,
    *,
    period: ArrayLike | None,
    group: Sequence[str] | None,
    gaps: Gaps,
    reversed_sources: Collection[str],
) -> Ratings:
    """Return the arranged ratings of checked columns."""
    names = checks.labels("source", source)
    y = checks.numbers("rating", rating, length=len(names), at_least=2, missing=True)
    units = checks.labels("unit", unit, length=len(names))
    when = checks.numbers("period", np.zeros(len(names)) if period is None else period, length=len(names))
    checks.one_of("gaps", gaps, GAPS)
    sources, j = np.unique(names, return_inverse=True)
    turned = turned_of(reversed_sources, sources.tolist())
    codes, values = coded(y, j, sources.tolist(), turned)
    layout = nodes(units, when, gaps)
    names_of_groups, group_of_unit = groups_of(units, group)
    shape = (len(layout.row_unit), len(layout.periods), len(sources), max(map(len, values)))
    if np.prod([float(n) for n in shape]) > MOST_CELLS * 10:
        raise Refused("There are too many units, periods and sources at once.", "Model fewer at a time.")
    counts, seen, place = np.zeros(shape), codes >= 0, layout.node_of_row
    np.add.at(counts, (layout.row[place][seen], layout.column[place][seen], j[seen], codes[seen]), 1.0)
    return Ratings(
        unit=layout.unit,
        period=layout.period,
        row=layout.row,
        column=layout.column,
        periods=layout.periods,
        sources=tuple(sources.tolist()),
        categories=np.array([len(v) for v in values], dtype=np.int64),
        values=values,
        step=layout.step,
        counts=counts,
        groups=names_of_groups,
        group=group_of_unit[layout.row_unit],
    )


def turned_of(reversed_sources: Collection[str], sources: list[str]) -> set[str]:
    """Return the sources that are turned round. Raises Refused for one that is not there."""
    turned = set(checks.labels("reversed_sources", reversed_sources).tolist())
    strangers = sorted(turned - set(sources))
    if strangers:
        raise Refused(f"reversed_sources names {', '.join(strangers)}.", "Name sources that are in the file.")
    return turned


def coded(
    y: Floats, j: NDArray[np.intp], sources: list[str], turned: set[str]
) -> tuple[Ints, tuple[tuple[float, ...], ...]]:
    """Return the category of every rating (-1 where missing) and the values of every source from worst to best."""
    codes = np.full(len(y), -1, dtype=np.int64)
    values: list[tuple[float, ...]] = []
    for number, name in enumerate(sources):
        mine = (j == number) & ~np.isnan(y)
        sign = -1.0 if name in turned else 1.0
        found, code = np.unique(sign * y[mine], return_inverse=True)
        if not 2 <= len(found) <= MOST_CATEGORIES:
            what = "gives everyone the same rating" if len(found) == 1 else f"uses {len(found)} different ratings"
            raise Refused(f"The source {name} {what}.", f"Leave it out, or give it 2 to {MOST_CATEGORIES} categories.")
        codes[mine] = code
        values.append(tuple((sign * found).tolist()))
    return codes, tuple(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where every unit-period stands in the matrix run x period, and how far the walk goes to reach it."""

    unit: NDArray[np.str_]
    period: Floats
    row: Ints
    column: Ints
    periods: Floats
    step: Floats
    row_unit: Ints
    node_of_row: NDArray[np.intp]


def nodes(units: NDArray[np.str_], when: Floats, gaps: Gaps) -> Layout:
    """Return the layout of the unit-periods that occur, sorted by unit and period."""
    unit_names, u = np.unique(units, return_inverse=True)
    periods, c = np.unique(when, return_inverse=True)
    if len(unit_names) * len(periods) > MOST_CELLS:
        raise Refused("There are too many units and periods at once.", "Model fewer at a time.")
    keys, node_of_row = np.unique(u * len(periods) + c, return_inverse=True)
    node_unit, column = np.divmod(keys, len(periods))
    time = periods[column]
    is_new = np.diff(node_unit, prepend=-1) != 0
    gap = np.where(is_new, 0.0, np.diff(time, prepend=time[0]))
    if gaps == "restart":
        is_new |= gap > 1
    row = np.cumsum(is_new) - 1
    step = np.zeros((int(row[-1]) + 1, len(periods)))
    step[row, column] = np.where(is_new, 0.0, 1.0 if gaps == "adjacent" else gap)
    return Layout(
        unit=unit_names[node_unit],
        period=time,
        row=row.astype(np.int64),
        column=column.astype(np.int64),
        periods=periods,
        step=step,
        row_unit=node_unit[is_new].astype(np.int64),
        node_of_row=node_of_row,
    )


def groups_of(units: NDArray[np.str_], group: Sequence[str] | None) -> tuple[tuple[str, ...], Ints]:
    """Return the names of the groups and the group of every unit. Raises Refused for a unit in two groups."""
    unit_names, u = np.unique(units, return_inverse=True)
    if group is None:
        return ("",), np.zeros(len(unit_names), dtype=np.int64)
    names, g = np.unique(checks.labels("group", group, length=len(units)), return_inverse=True)
    found = np.zeros(len(unit_names), dtype=np.int64)
    found[u] = g
    torn = unit_names[np.unique(u[found[u] != g])]
    if len(torn):
        raise Refused(f"The unit {torn[0]} is in two groups.", "Give every unit one group, or name two units.")
    return tuple(names.tolist()), found
