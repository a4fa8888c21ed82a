"""Published tables as what they are to an attacker: numbers that are known, and sums that must hold between them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats

TOTAL = "_T"
EXACT = 1e-6  # how far sums of published numbers may be off, relative to their size, before they contradict

Codes = tuple[str, ...]
Hierarchies = Mapping[str, Mapping[str, str]]


class Cell(NamedTuple):
    """A cell by what it counts: its population, and the code on each dimension that is not summed over.

    Tables that share a population share their cells: "district 5, both sexes" of one table is "district 5, all ages" of
    another.
    """

    population: str
    at: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        where = ", ".join(f"{dimension} {code}" for dimension, code in self.at)
        return f"{self.population} ({where or 'total'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as published, in long form. Make it with `table`.

    `codes` has one tuple for each cell (`_T` on a dimension that is summed over), `values` the numbers (NaN: hidden),
    `margin` how far the truth may lie from a published number (0: exact; base - 1 for one that was rounded).
    `hierarchies` names for a dimension the parent of each code whose parent is not the total.
    """

    population: str
    dimensions: Codes
    codes: tuple[Codes, ...]
    values: Floats
    margin: Floats
    hierarchies: Hierarchies = field(default_factory=dict)

    @property
    def cells(self) -> list[Cell]:
        """Return the cells by what they count."""
        return [cell_of(self.population, self.dimensions, codes) for codes in self.codes]


class Equation(NamedTuple):
    """A total and the parts that add up to it."""

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Everything that is known about a set of cells, by any number of tables. Make it with `link`.

    N cells; `lower` and `upper` (N) are equal where a number is published exactly, infinite where nothing is.
    `matrix` (M x N, entries 1 for a part and -1 for its total) times the true values is zero; `totals` (M) is the
    position of each equation's total.
    """

    cells: tuple[Cell, ...]
    lower: Floats
    upper: Floats
    matrix: sparse.csr_array
    totals: tuple[int, ...]

    def where(self, cells: Iterable[Cell]) -> list[int]:
        """Return the positions of cells. Raises Refused for one that the tables do not have."""
        at = {cell: i for i, cell in enumerate(self.cells)}
        named = list(cells)
        for cell in named:
            if cell not in at:
                raise Refused(f"The tables have no cell {cell}.", "Name a cell of the tables.")
        return [at[cell] for cell in named]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """A population that contains another: the later of two cumulative tables, a country and one of its regions.

    Every cell that both have is split into the part and the rest; the cells of `rest` count as hidden unless a table
    of that population shows them.
    """

    whole: str
    part: str
    rest: str


def cell_of(population: str, dimensions: Codes, codes: Codes) -> Cell:
    """Return the cell that codes stand for."""
    return Cell(population, tuple(sorted((d, c) for d, c in zip(dimensions, codes, strict=True) if c != TOTAL)))


def table(
    dimensions: Sequence[str],
    codes: Sequence[Sequence[str]],
    values: ArrayLike,
    *,
    population: str = "table",
    margin: float = 0.0,
    hierarchies: Hierarchies | None = None,
) -> Table:
    """Return a table that has been checked: no cell twice, and published parts add up to their published totals.

    dimensions: D names; codes: N rows of D codes, `_T` where a dimension is summed over; values: N numbers, NaN for a
    hidden cell; margin: see `Table`; hierarchies: {dimension: {code: parent}} for codes below the first level. Raises
    Refused that names the cell that is there twice, missing from a sum, or wrong. A table without totals has no sums
    and is fine (`with_totals` adds them). Does not guess a combination that is absent: write 0 or leave it hidden.
    """
    names = tuple(str(name) for name in checks.labels("dimensions", dimensions))
    if not names or len(set(names)) < len(names):
        raise Refused("dimensions must be different names, at least one.", "Name each dimension once.")
    numbers = checks.numbers("values", values, missing=True, at_least=1)
    if not hasattr(codes, "__len__") or not all(isinstance(row, tuple | list) for row in codes):
        raise Refused("codes has something that is no row of codes.", "Give one row of codes for each value.")
    rows = tuple(tuple(row) for row in codes)
    if len(rows) != len(numbers):
        raise Refused(f"codes has {len(rows)} rows where {len(numbers)} are needed.", "Give one row for each value.")
    for row in rows:
        checks.labels("codes", row, length=len(names))
    if len(set(rows)) < len(rows):
        twice = next(row for i, row in enumerate(rows) if row in rows[:i])
        raise Refused(f"The cell {', '.join(twice)} is there twice in codes.", "Give every cell once.")
    width = np.full(len(rows), checks.number("margin", margin, least=0))
    tree = check_hierarchies(names, hierarchies or {})
    made = Table(population=population, dimensions=names, codes=rows, values=numbers, margin=width, hierarchies=tree)
    check_sums(made)
    return made


def check_hierarchies(names: Codes, hierarchies: Hierarchies) -> Hierarchies:
    """Return the hierarchies. Raises Refused for unknown dimensions and for a code that is its own ancestor."""
    for name, parents in hierarchies.items():
        checks.one_of("hierarchies", name, names)
        for code in parents:
            seen, at = {code}, parents[code]
            while at in parents:
                if at in seen:
                    raise Refused(f"{name}: {at} lies below itself.", "Give every code one parent above it.")
                seen.add(at)
                at = parents[at]
    return {name: dict(parents) for name, parents in hierarchies.items()}


def equations(given: Table) -> list[Equation]:
    """Return the sums of a table: along each dimension, the children of a parent make up the parent.

    Raises Refused where a total stands beside only some of its parts: what is absent is neither zero nor hidden.
    """
    present = set(given.codes)
    found: list[Equation] = []
    for d, name in enumerate(given.dimensions):
        children = children_of(sorted({row[d] for row in given.codes}), given.hierarchies.get(name, {}))
        for row in given.codes:
            below = children.get(row[d])
            if not below:
                continue
            parts = [(*row[:d], code, *row[d + 1 :]) for code in below]
            there = [part for part in parts if part in present]
            if there and len(there) < len(parts):
                gone = ", ".join(next(part for part in parts if part not in present))
                raise Refused(f"The cell {gone} is missing from its sum.", "Write 0, or leave its number empty.")
            if there:
                as_cells = [cell_of(given.population, given.dimensions, part) for part in there]
                found.append(Equation(cell_of(given.population, given.dimensions, row), tuple(as_cells)))
    return found


def children_of(codes: Sequence[str], parents: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the children of every code that has some; a code without a named parent lies below the total."""
    children: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        if code != TOTAL:
            children[parents.get(code, TOTAL)].append(code)
    return children


def check_sums(given: Table) -> None:
    """Raise Refused where published parts cannot add up to their published total, naming the total."""
    cells = given.cells
    value = dict(zip(cells, given.values, strict=True))
    margin = dict(zip(cells, given.margin, strict=True))
    for total, parts in equations(given):
        involved = (total, *parts)
        slack = sum(margin[cell] for cell in involved)
        gap = sum(value[part] for part in parts) - value[total]
        if abs(gap) > slack + EXACT * max(1.0, abs(value[total])):  # never true of NaN: something is hidden
            raise Refused(f"The parts of {total} differ from it by {gap:g}.", "Correct the number, or hide it.")


def with_totals(given: Table) -> Table:
    """Return the table with the totals it lacks, over every set of its dimensions; absent combinations count as zero.

    given: exact numbers without `_T` and without hierarchies. Raises Refused where totals or hidden cells are there.
    """
    if any(TOTAL in row for row in given.codes) or given.hierarchies:
        raise Refused("The table has totals already.", "Give the cells without any totals.")
    if np.isnan(given.values).any():
        raise Refused("A hidden cell has no total.", "Give every count.")
    axes = [sorted({row[d] for row in given.codes}) for d in range(len(given.dimensions))]
    array = np.zeros([len(axis) for axis in axes])
    places = [{code: i for i, code in enumerate(axis)} for axis in axes]
    for row, number in zip(given.codes, given.values, strict=True):
        array[tuple(place[code] for place, code in zip(places, row, strict=True))] = number
    for d in range(len(axes)):
        array = np.concatenate([array, array.sum(axis=d, keepdims=True)], axis=d)
    codes = list(product(*([*axis, TOTAL] for axis in axes)))
    return table(given.dimensions, codes, array.ravel(), population=given.population)


def link(tables: Sequence[Table], nested: Sequence[Nested] = ()) -> System:
    """Return what several published tables say together: same cells are joined, nested populations are split.

    A cell that one table hides and another shows is shown. Source: linked tables, Fischetti and Salazar (2000), section
    2. Raises Refused where there is no table, or where two tables show different numbers for the same cell.
    """
    if not tables:
        raise Refused("There is no table.", "Give at least one.")
    bounds: dict[Cell, tuple[float, float]] = {}
    sums: dict[Equation, None] = {}
    for given in tables:
        for cell, value, margin in zip(given.cells, given.values, given.margin, strict=True):
            low, high = bounds.get(cell, (-np.inf, np.inf))
            new = (low, high) if np.isnan(value) else (max(low, value - margin), min(high, value + margin))
            if new[0] > new[1] + EXACT * max(1.0, abs(new[0])):
                raise Refused(f"Two tables differ about {cell}.", "Correct one, or name its population differently.")
            bounds[cell] = (new[0], max(new))
        sums |= dict.fromkeys(equations(given))
    for pair in nested:
        sums |= dict.fromkeys(split(pair, bounds))
    return system(bounds, list(sums))


def split(pair: Nested, bounds: dict[Cell, tuple[float, float]]) -> list[Equation]:
    """Return whole = part + rest for every cell that both populations have, and add the cells of the rest."""
    common = [cell.at for cell in bounds if cell.population == pair.part and Cell(pair.whole, cell.at) in bounds]
    if not common:
        raise Refused(f"{pair.whole} and {pair.part} share no cell.", "Name two populations with the same cells.")
    for at in common:
        bounds.setdefault(Cell(pair.rest, at), (-np.inf, np.inf))
    return [Equation(Cell(pair.whole, at), (Cell(pair.part, at), Cell(pair.rest, at))) for at in common]


def system(bounds: Mapping[Cell, tuple[float, float]], sums: Sequence[Equation]) -> System:
    """Return the cells and sums as arrays."""
    at = {cell: i for i, cell in enumerate(bounds)}
    rows = [i for i, (_, parts) in enumerate(sums) for _ in range(len(parts) + 1)]
    columns = [at[cell] for total, parts in sums for cell in (*parts, total)]
    entries = [entry for _, parts in sums for entry in (*[1.0] * len(parts), -1.0)]
    return System(
        cells=tuple(bounds),
        lower=np.array([low for low, _ in bounds.values()]),
        upper=np.array([high for _, high in bounds.values()]),
        matrix=sparse.csr_array((entries, (rows, columns)), shape=(len(sums), len(at))),
        totals=tuple(at[total] for total, _ in sums),
    )
