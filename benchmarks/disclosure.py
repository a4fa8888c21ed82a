"""Hide cells of a 34 x 20 x 10 table with totals: to the proven optimum or with its gap stated, and within a minute."""

import math
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.measure import Ratio
from rightsplan.stats.disclosure import Cell, Table, audit, suppress, table, with_totals

SHAPE = (34, 20, 10)
THRESHOLD = 5
SEED = 1
ATTEMPT = 45.0  # seconds for looking; making safe and auditing come on top
PROMISE = 60.0
MEANS = (300.0, 150.0, 60.0)  # people per cell: the fewer, the more small counts


def made_up(mean: float, shape: tuple[int, ...] = SHAPE) -> Table:
    """Return counts with places, ages and outcomes of unequal size."""
    rng = np.random.default_rng(SEED)
    rate = np.full(shape, mean)
    for axis, size in enumerate(shape):
        rate = rate * rng.gamma(1.5, 1 / 1.5, [size if d == axis else 1 for d in range(len(shape))])
    codes = [tuple(f"c{i:02}" for i in place) for place in np.ndindex(*shape)]
    return with_totals(table(["place", "age", "outcome"], codes, rng.poisson(rate).ravel()))


def small_counts(given: Table) -> dict[Cell, tuple[float, float]]:
    """Return what is promised for counts below the threshold: 0 and the threshold stay possible."""
    pairs = zip(given.cells, given.values, strict=True)
    return {cell: (0.0, float(THRESHOLD)) for cell, value in pairs if 0 < value < THRESHOLD}


def one(mean: float, shape: tuple[int, ...] = SHAPE, attempt: float = ATTEMPT) -> list[str]:
    """Return the lines for one table."""
    given = made_up(mean, shape)
    promised = small_counts(given)
    started = perf_counter()
    found = suppress([given], promised, time_limit=attempt)
    seconds = perf_counter() - started
    values = np.where(found.hidden, math.nan, given.values)
    published = table(given.dimensions, given.codes, values)
    is_safe = audit([published], promised, time_limit=600).is_safe
    stated = "proven cheapest" if found.is_optimal else f"at most {100 * found.gap:.1f} % dearer than the cheapest"
    others = int((found.hidden & ~found.primary).sum())
    return [
        f"suppress: {' x '.join(map(str, shape))} with totals ({len(given.codes):,} cells), mean {mean:g}:"
        f" {len(promised)} small counts, {others} more hidden, cost {found.cost:,.0f}, {stated}",
        f"  a second audit of what would be published: {'safe PASS' if is_safe else 'unsafe FAIL'}",
        Ratio("seconds until a safe pattern with its gap", seconds, PROMISE, unit="s").line(),
    ]


def run(folder: Path) -> list[str]:
    """Return the lines of the report."""
    return [line for mean in MEANS for line in one(mean)]
