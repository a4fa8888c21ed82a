"""The attack: the narrowest interval that can be worked out for every hidden cell from everything published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disclosure.search import CLOSE, Goal, Part, narrow
from rightsplan.stats.disclosure.table import Cell, Nested, System, Table, link
from rightsplan.stats.panel import Bools, Floats, Ints

ROUNDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What an attacker knows before looking at the tables. Stricter knowledge gives narrower intervals.

    `non_negative`: no number is below zero. `whole`: all are whole numbers, as counts are. `at_least` and `at_most`:
    limits that are known for single cells ("one of them is me").
    """

    non_negative: bool = True
    whole: bool = True
    at_least: Mapping[Cell, float] = field(default_factory=dict)
    at_most: Mapping[Cell, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """What the attacker learns. Arrays of length N, one entry for each cell of the tables, in the tables' unit.

    No table that fits everything published has a value below `low` or above `high` (infinite: no limit). Tables that
    fit have been found with `seen_low` and `seen_high` (NaN: none was looked for). `exact` says that the two agree, so
    that the interval is the narrowest one; where the time ran out it may be narrower than [low, high].
    """

    cells: tuple[Cell, ...]
    low: Floats
    high: Floats
    seen_low: Floats
    seen_high: Floats
    exact: Bools


class Enough(NamedTuple):
    """Where looking may stop: once tables with values at or below `low` and at or above `high` (N each) are found."""

    low: Floats
    high: Floats


def attack(
    tables: Sequence[Table],
    *,
    nested: Sequence[Nested] = (),
    prior: Prior | None = None,
    time_limit: float = 60.0,
) -> Intervals:
    """Return the narrowest interval that can be derived for each cell of a set of published tables.

    For each hidden cell the least and the greatest value over all tables y with M y = 0 (the sums), y equal to what is
    published, and the prior knowledge; linear programmes, and integer programmes where numbers are whole and the linear
    optimum is not. Cells that no sum connects are solved apart. Tables over time and linked tables are one system, see
    `link`. Source: the attacker subproblem of Fischetti and Salazar (2000), Models and Algorithms for Optimizing Cell
    Suppression in Tabular Data with Linear Constraints, section 2.

    tables: at least one; nested: populations within others; prior: what is known beforehand (default: whole numbers
    that are not negative); time_limit: seconds, after which the rest keeps wider limits, marked not exact. Raises
    Refused where the tables contradict each other. Does not know what is told about suppression rules elsewhere (that a
    hidden count is below ten): put it into the prior. Does not weigh values within an interval by how likely they are.
    """
    return attack_system(link(tables, nested), prior or Prior(), time_limit=time_limit)


def attack_system(given: System, prior: Prior, *, time_limit: float, enough: Enough | None = None) -> Intervals:
    """Return the intervals of a linked system; with `enough`, only as far as looking is asked for."""
    until = monotonic() + checks.number("time_limit", time_limit, above=0)
    low, high = tightened(given, *starting_bounds(given, prior), whole=prior.whole)
    free = high - low > CLOSE
    level = np.where(free, 0.0, low)
    target = -(given.matrix @ level)
    check_known_sums(given, free, target)
    seen_low, seen_high = np.where(free, np.nan, low), np.where(free, np.nan, high)
    goal = Goal(low, high) if enough is None else Goal(np.maximum(low, enough.low), np.minimum(high, enough.high))
    for cells, rows in components(given.matrix, free):
        part = Part.of(given.matrix[rows][:, cells], target[rows], low[cells], high[cells], whole=prior.whole)
        if not narrow(part, Goal(goal.low[cells], goal.high[cells]), until=until):
            raise contradiction(given.cells[cells[0]])
        low[cells], high[cells] = part.low, part.high
        seen_low[cells], seen_high[cells] = part.seen_low, part.seen_high
    off = 0.0 if prior.whole else CLOSE
    exact = np.isclose(low, seen_low, rtol=off, atol=CLOSE) & np.isclose(high, seen_high, rtol=off, atol=CLOSE)
    return Intervals(cells=given.cells, low=low, high=high, seen_low=seen_low, seen_high=seen_high, exact=exact)


def contradiction(cell: Cell) -> Refused:
    """Return the refusal of tables that no truth fits."""
    return Refused(
        f"No numbers fit the published tables and the prior knowledge: they contradict each other around {cell}.",
        "Correct the tables, name different populations differently, or assume less.",
    )


def starting_bounds(given: System, prior: Prior) -> tuple[Floats, Floats]:
    """Return the limits of each cell before any sum is used."""
    low, high = given.lower.copy(), given.upper.copy()
    if prior.non_negative:
        low = np.maximum(low, 0.0)
    for name in ("at_least", "at_most"):
        if not isinstance(getattr(prior, name), Mapping):
            raise Refused(f"{name} of the prior is no mapping.", "Give the limit of every cell that has one.")
    for i, (cell, limit) in zip(given.where(prior.at_least), prior.at_least.items(), strict=True):
        low[i] = max(low[i], checks.number(f"at_least of {cell}", limit))
    for i, (cell, limit) in zip(given.where(prior.at_most), prior.at_most.items(), strict=True):
        high[i] = min(high[i], checks.number(f"at_most of {cell}", limit))
    refuse_crossed(given, low, high)
    return low, high


def refuse_crossed(given: System, low: Floats, high: Floats) -> None:
    """Raise Refused where a lower limit is above the upper one."""
    wrong = np.flatnonzero(low > high + CLOSE * np.maximum(1.0, np.abs(low)))
    if len(wrong):
        raise contradiction(given.cells[wrong[0]])


def tightened(given: System, low: Floats, high: Floats, *, whole: bool) -> tuple[Floats, Floats]:
    """Return narrower limits: what each sum alone leaves for each of its cells, again and again."""
    entries = given.matrix.tocoo()
    row, column, sign = entries.row, entries.col, entries.data
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        # A sum says: sign * y = -(all others); so it lies between minus the others' greatest and minus their least.
        least = np.where(sign > 0, low[column], -high[column])
        most = np.where(sign > 0, high[column], -low[column])
        above, below = -others(row, least, given.matrix.shape[0]), -others(row, most, given.matrix.shape[0])
        np.minimum.at(high, column, np.where(sign > 0, above, -below))
        np.maximum.at(low, column, np.where(sign > 0, below, -above))
        if whole:
            low, high = np.ceil(low - CLOSE) + 0.0, np.floor(high + CLOSE) + 0.0
        refuse_crossed(given, low, high)
        high = np.maximum(low, high)
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def others(row: Ints, value: Floats, rows: int) -> Floats:
    """Return for each entry the sum of the other entries of its row, which may be infinite."""
    is_finite = np.isfinite(value)
    kept = np.where(is_finite, value, 0.0)
    total = np.bincount(row, kept, minlength=rows)
    endless = np.bincount(row, ~is_finite, minlength=rows)
    sign = -np.inf if (value == -np.inf).any() else np.inf
    return np.where(endless[row] - ~is_finite > 0, sign, total[row] - kept)


def check_known_sums(given: System, free: Bools, target: Floats) -> None:
    """Raise Refused where a sum of known numbers alone does not hold."""
    open_cells = np.abs(given.matrix) @ free.astype(np.float64)
    scale = np.maximum(1.0, np.abs(given.matrix) @ np.nan_to_num(np.abs(given.lower), posinf=0.0))
    wrong = np.flatnonzero((open_cells == 0) & (np.abs(target) > CLOSE * scale))
    if len(wrong):
        raise contradiction(given.cells[given.totals[wrong[0]]])


def components(matrix: sparse.csr_array, free: Bools) -> list[tuple[Ints, Ints]]:
    """Return the sets of free cells that sums connect, each with those sums."""
    at = np.flatnonzero(free)
    inner = sparse.csr_array(matrix[:, at])
    both = sparse.block_array([[None, inner], [inner.T, None]]) if len(at) and inner.shape[0] else None
    if both is None:
        return [(np.array([i]), np.empty(0, np.int64)) for i in at]
    _, label = connected_components(both, directed=False)
    row_label, cell_label = label[: inner.shape[0]], label[inner.shape[0] :]
    order = np.argsort(cell_label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(cell_label[order])) + 1) if len(order) else []
    by_row: dict[int, list[int]] = {}
    for i, name in enumerate(row_label):
        by_row.setdefault(int(name), []).append(i)
    rows_of = [np.array(by_row.get(int(cell_label[group[0]]), []), dtype=np.int64) for group in groups]
    return [(at[group], rows) for group, rows in zip(groups, rows_of, strict=True)]
