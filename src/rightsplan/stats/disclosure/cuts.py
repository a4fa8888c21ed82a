"""What every safe pattern must satisfy: inequalities on which cells are hidden, found by attacking a pattern."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from rightsplan.errors import Refused
from rightsplan.stats.disclosure.search import CLOSE
from rightsplan.stats.panel import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A table to protect. N cells, M sums, P promises.

    `value` (N) the true numbers, `down` and `up` (N) how far an attacker may hold each for wrong, `weight` (N) what
    hiding costs, `matrix` (M x N), `primary` (N) what must be hidden. Promise k says that cell `cell[k]` can be moved
    by `amount[k]` > 0 in the direction `side[k]` (+1 up, -1 down).
    """

    value: Floats
    down: Floats
    up: Floats
    weight: Floats
    matrix: sparse.csr_array
    primary: Bools
    cell: Ints
    side: Floats
    amount: Floats

    def room(self, side: float) -> tuple[Floats, Floats]:
        """Return how far cells can go along and against a move in the direction `side`."""
        return (self.up, self.down) if side > 0 else (self.down, self.up)


@dataclass(slots=True)
class Cuts:
    """Inequalities: coefficients times x at least `least`. Grows while solving."""

    size: int
    rows: list[tuple[Ints, Floats]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)

    def add(self, columns: Ints, coefficients: Floats, least: float) -> bool:
        """Add an inequality; say whether it is new."""
        key = columns.tobytes() + np.round(coefficients, 9).tobytes() + np.float64(round(least, 9)).tobytes()
        if key in self.seen or not len(columns):
            return False
        self.seen.add(key)
        self.rows.append((columns, coefficients))
        self.least.append(least)
        return True

    def matrix(self) -> sparse.csr_array:
        """Return all coefficients."""
        lengths = [len(columns) for columns, _ in self.rows]
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        indices = np.concatenate([columns for columns, _ in self.rows])
        data = np.concatenate([coefficients for _, coefficients in self.rows])
        return sparse.csr_array((data, indices, indptr), shape=(len(lengths), self.size))


def add_capacity(problem: Problem, cuts: Cuts, k: int, dual: Floats, x: Floats | None = None) -> bool:
    """Add the inequality that a dual vector (M) gives for promise k, if `x` breaks it; say whether it was added.

    With d = e - M' dual, every move f with M f = 0 has f[cell] = d f, so what d lets through must reach the amount: sum
    of max(d, 0) up x + max(-d, 0) down x >= amount. Coefficients above the amount may be cut to it, since x is 0 or 1.
    Source: capacity constraints, Fischetti and Salazar (2000), section 3.
    """
    p, amount = problem.cell[k], problem.amount[k]
    along, against = problem.room(problem.side[k])
    d = -(problem.matrix.T @ dual)
    d[p] += 1.0
    d[np.abs(d) < 1e-9] = 0.0
    with np.errstate(invalid="ignore"):
        c = np.where(d > 0, d * along, np.where(d < 0, -d * against, 0.0))
    least = 1.0 - c[p] / amount
    if least <= CLOSE:
        return False
    c = np.minimum(c / amount / least, 1.0)
    c[problem.primary & (np.arange(len(c)) == p)] = 0.0
    columns = np.flatnonzero(c > 1e-9)
    if x is not None and c[columns] @ x[columns] > 1 - 1e-4:
        return False
    return cuts.add(columns, c[columns], 1.0)


def add_sums(problem: Problem, cuts: Cuts) -> None:
    """Add for every promise what each single sum through its cell asks for."""
    by_cell = problem.matrix.tocsc()
    for k, p in enumerate(problem.cell):
        for j in range(by_cell.indptr[p], by_cell.indptr[p + 1]):
            dual = np.zeros(problem.matrix.shape[0])
            dual[by_cell.indices[j]] = by_cell.data[j]
            add_capacity(problem, cuts, k, dual)


def add_bridges(problem: Problem, cuts: Cuts, x: Floats, most: int = 4000) -> int:
    """Add that no cell is hidden alone in a sum, where `x` breaks it; return how many were added.

    A cell alone in a sum can be worked out exactly, so hiding it protects nothing: no cheapest pattern does it. Source:
    bridge-less inequalities, Fischetti and Salazar (2000), section 3.
    """
    total = np.abs(problem.matrix) @ x
    entries = problem.matrix.tocoo()
    broken = 2 * x[entries.col] - total[entries.row]
    worst = np.argsort(-broken)[:most]
    added = 0
    for j in worst[broken[worst] > 0.05]:
        row, i = entries.row[j], entries.col[j]
        columns = problem.matrix.indices[problem.matrix.indptr[row] : problem.matrix.indptr[row + 1]]
        added += cuts.add(columns.astype(np.int64), np.where(columns == i, -1.0, 1.0), 0.0)
    return added


def reach(problem: Problem, k: int, x: Floats, most: float) -> Floats:
    """Return the dual vector (M) of how far promise k can be moved under a pattern, up to its amount.

    x: the pattern (N), which may be fractional; most: no cell has more room than that. With the amount as the most, a
    fraction of a large cell does not stand for all of it.
    """
    p = problem.cell[k]
    along, against = (np.minimum(room, most) * x for room in problem.room(problem.side[k]))
    bounds = np.column_stack([-against, along])
    bounds[p] = (0.0, min(along[p], problem.amount[k]))
    gain = np.zeros(len(x))
    gain[p] = -1.0
    zero = np.zeros(problem.matrix.shape[0])
    answer = linprog(gain, A_eq=problem.matrix, b_eq=zero, bounds=bounds, method="highs")
    if answer.x is None:
        raise Refused("The attack on a pattern could not be solved.", "Give numbers of more similar size.")
    dual: Floats = -answer.eqlin.marginals
    return dual


class View(NamedTuple):
    """The cells that a pattern hides, and the sums between them."""

    used: Ints
    part: sparse.csr_array


def view(problem: Problem, hidden: Bools) -> View:
    """Return the hidden part of a problem."""
    used = np.flatnonzero(hidden)
    part = problem.matrix[:, used]
    return View(used, part[np.diff(part.indptr) > 0])


def move(problem: Problem, k: int, seen: View, hidden: Bools) -> tuple[float, Floats]:
    """Return how far promise k can be moved by hidden cells alone, up to its amount, and the move (N).

    `seen` may hold more cells than `hidden`; only those that are hidden move.
    """
    p = problem.cell[k]
    along, against = (np.where(hidden, room, 0.0)[seen.used] for room in problem.room(problem.side[k]))
    at = seen.used == p
    low, high = np.where(at, 0.0, -against), np.where(at, np.minimum(along, problem.amount[k]), along)
    answer = milp(-at.astype(np.float64), bounds=Bounds(low, high), constraints=LinearConstraint(seen.part, 0.0, 0.0))
    step = np.zeros(len(hidden))
    if answer.x is None:
        return 0.0, step
    step[seen.used] = answer.x
    return float(step[p]), step


def separate(problem: Problem, cuts: Cuts, x: Floats, which: Iterable[int], *, until: float) -> int:
    """Attack a pattern (N) for some promises and add the inequalities that it breaks; return how many."""
    is_whole = bool(np.isin(x, (0.0, 1.0)).all())
    added = 0
    for k in which:
        if monotonic() > until:
            break
        most = np.inf if is_whole else problem.amount[k]
        added += add_capacity(problem, cuts, k, reach(problem, k, x, most), x)
    return added
