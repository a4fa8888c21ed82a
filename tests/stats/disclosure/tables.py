"""Small tables, and what an attacker learns from them by trying every table there is."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from rightsplan.stats.disclosure import TOTAL, Cell, Table, table

Numbers = NDArray[np.float64]


def summed(inner: Numbers) -> Numbers:
    """Return the numbers with a total at the end of every axis."""
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner


def codes_of(shape: Sequence[int]) -> list[tuple[str, ...]]:
    """Return the codes of an array with totals at the ends, in its order."""
    axes = [[f"{'abc'[d]}{i}" for i in range(size - 1)] + [TOTAL] for d, size in enumerate(shape)]
    return list(product(*axes))


def published(full: Numbers, hidden: NDArray[np.bool_], population: str = "table") -> Table:
    """Return a table with totals of which some cells are hidden."""
    values = np.where(hidden, np.nan, full)
    names = ["x", "y", "z"][: full.ndim]
    return table(names, codes_of(full.shape), values.ravel(), population=population)


def fitting(full: Numbers, hidden: NDArray[np.bool_]) -> Iterator[Numbers]:
    """Return every table of whole numbers that fits what is published, by enumeration (the grand total is known)."""
    inner = (slice(None, -1),) * full.ndim
    most = int(full[(-1,) * full.ndim])
    open_cells = np.argwhere(hidden[inner])
    base = full[inner].copy()
    for values in product(range(most + 1), repeat=len(open_cells)):
        base[tuple(open_cells.T)] = values
        whole = summed(base)
        if (whole == full)[~hidden].all():
            yield whole


def brute_intervals(full: Numbers, hidden: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Return the least and greatest value of every cell over all fitting tables."""
    every = np.array(list(fitting(full, hidden)))
    return every.min(axis=0), every.max(axis=0)


def cell_at(full: Numbers, index: tuple[int, ...], population: str = "table") -> Cell:
    """Return the cell at a place of the array."""
    return published(full, np.zeros(full.shape, dtype=bool), population).cells[np.ravel_multi_index(index, full.shape)]
