"""Finds the cheapest pattern that satisfies what is known about safe patterns, and turns patterns into safe ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from rightsplan.stats.disclosure.cuts import Cuts, Problem, View, move, view
from rightsplan.stats.disclosure.search import CLOSE
from rightsplan.stats.panel import Bools, Floats, Ints

LEAST_SECONDS = 0.5


class Relaxed(NamedTuple):
    """The cheapest (fractional) pattern of a relaxation, or None, and a proven lower limit of what is safe."""

    x: Floats | None
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """The exact model: for every promise a move f of its own, M f = 0, that only uses hidden cells.

    `matrix` and its limits act on (x, f1, ..., fP) with each f of length N; `low` and `high` limit the moves.
    """

    matrix: sparse.csr_array
    least: Floats
    most: Floats
    low: Floats
    high: Floats


def flows(problem: Problem) -> Flows:
    """Return the exact model of a small table: -down x <= f <= up x for every cell and every promise.

    In a network (a two-way table) no cell needs more room than the amount, which makes the model tight. Source: the
    first model of Fischetti and Salazar (2000), section 3.
    """
    n, count = len(problem.value), len(problem.cell)
    tight = is_network(problem.matrix)
    low, high = np.zeros((count, n)), np.zeros((count, n))
    for k in range(count):
        p, amount = problem.cell[k], problem.amount[k]
        along, against = problem.room(problem.side[k])
        high[k], low[k] = along, -against
        if tight:
            high[k], low[k] = np.minimum(along, amount), -np.minimum(against, amount)
        low[k, p] = high[k, p] = amount
    free = [np.flatnonzero(np.arange(n) != problem.cell[k]) for k in range(count)]
    one = sparse.eye_array(n, format="csr")
    rows, least, most = [], [], []
    for k in range(count):
        before, after = sparse.csr_array((n, n * k)), sparse.csr_array((n, n * (count - k - 1)))
        for edge, limits in ((low[k], (0.0, np.inf)), (high[k], (-np.inf, 0.0))):
            rows.append(sparse.hstack([-sparse.diags_array(edge), before, one, after], format="csr")[free[k]])
            least.append(np.full(n - 1, limits[0]))
            most.append(np.full(n - 1, limits[1]))
    sums = sparse.hstack(
        [sparse.csr_array((problem.matrix.shape[0] * count, n)), sparse.kron(sparse.eye_array(count), problem.matrix)]
    )
    zero = np.zeros(problem.matrix.shape[0] * count)
    return Flows(
        matrix=sparse.vstack([*rows, sums], format="csr"),
        least=np.concatenate([*least, zero]),
        most=np.concatenate([*most, zero]),
        low=low.ravel(),
        high=high.ravel(),
    )


def is_network(matrix: sparse.csr_array) -> bool:
    """Say whether some change of signs of the sums leaves every cell with one +1 and one -1 at most."""
    by_cell = matrix.tocsc()
    if matrix.shape[1] == 0 or np.diff(by_cell.indptr).max() > 2:
        return False
    pairs: dict[int, list[tuple[int, bool]]] = {}
    for i in np.flatnonzero(np.diff(by_cell.indptr) == 2):
        start = by_cell.indptr[i]
        a, b = (int(r) for r in by_cell.indices[start : start + 2])
        turns = by_cell.data[start] == by_cell.data[start + 1]
        pairs.setdefault(a, []).append((b, bool(turns)))
        pairs.setdefault(b, []).append((a, bool(turns)))
    turned: dict[int, bool] = {}
    for root in pairs:
        turned.setdefault(root, False)
        stack = [root]
        while stack:
            at = stack.pop()
            for other, turns in pairs[at]:
                wanted = turned[at] != turns
                if other not in turned:
                    turned[other] = wanted
                    stack.append(other)
                elif turned[other] != wanted:
                    return False
    return True


def cheapest(problem: Problem, cuts: Cuts, exact: Flows | None, *, whole: bool, until: float) -> Relaxed:
    """Return the cheapest pattern that satisfies all inequalities (and the exact model where there is one)."""
    n = len(problem.value)
    extra = 0 if exact is None else len(exact.low)
    low = np.concatenate([problem.primary, [] if exact is None else exact.low])
    high = np.concatenate([np.ones(n), [] if exact is None else exact.high])
    constraints = []
    if cuts.rows:
        wide = sparse.hstack([cuts.matrix(), sparse.csr_array((len(cuts.rows), extra))], format="csr")
        constraints.append(LinearConstraint(wide, np.array(cuts.least), np.inf))
    if exact is not None:
        constraints.append(LinearConstraint(exact.matrix, exact.least, exact.most))
    kinds = np.concatenate([np.full(n, int(whole)), np.zeros(extra)])
    seconds = max(until - monotonic(), LEAST_SECONDS)
    answer = milp(
        np.concatenate([problem.weight, np.zeros(extra)]),
        bounds=Bounds(low, high),
        constraints=constraints,
        integrality=kinds,
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    bound = -np.inf
    if answer.status == 0 and not whole:
        bound = float(answer.fun)
    elif whole and answer.mip_dual_bound is not None:
        bound = float(answer.mip_dual_bound)
    return Relaxed(None if answer.x is None else answer.x[:n], bound)


def repair(problem: Problem, hidden: Bools, likely: Floats, which: Sequence[int]) -> tuple[Bools, list[int]]:
    """Return a pattern with more cells hidden that keeps some promises (as linear programmes see it).

    For every promise that is not kept, the cheapest move by its amount, where a cell costs its weight for each unit,
    less where `likely` (N, 0 to 1) says that a good pattern hides it. Also returns the promises that cannot be kept,
    whatever is hidden. Source: the heuristic of Kelly, Golden and Assad (1992), with any linear constraints.
    """
    hidden = hidden.copy()
    impossible = []
    both = sparse.hstack([problem.matrix, -problem.matrix], format="csc")
    sums = LinearConstraint(both, 0.0, 0.0)
    for k in sorted(which, key=lambda k: -problem.amount[k]):
        p, amount = problem.cell[k], problem.amount[k]
        if move(problem, k, view(problem, hidden), hidden)[0] >= amount - CLOSE:
            continue
        along, against = problem.room(problem.side[k])
        unit = np.clip(np.minimum(along, against), 0.1, max(amount, 0.1))
        cost = np.where(hidden, 1e-6, problem.weight * (1.05 - likely) / unit)
        low, high = np.zeros(2 * len(hidden)), np.concatenate([along, against])
        low[p] = high[p] = amount
        high[len(hidden) + p] = 0.0
        able = along[p] >= amount
        answer = milp(np.concatenate([cost, cost]), bounds=Bounds(low, high), constraints=sums) if able else None
        if answer is None or answer.x is None:
            impossible.append(k)
            continue
        along, against = np.split(answer.x, 2)
        hidden |= np.abs(along - against) > CLOSE
    return hidden, impossible


def shrink(problem: Problem, hidden: Bools, *, until: float) -> Bools:
    """Return the pattern without the cells that no promise needs, dearest first; `hidden` must keep all promises."""
    hidden = hidden.copy()
    seen = view(problem, hidden)
    moves = []
    for k in range(len(problem.cell)):
        if monotonic() > until:
            return hidden
        moves.append(move(problem, k, seen, hidden)[1])
    extra = np.flatnonzero(hidden & ~problem.primary)
    for i in extra[np.argsort(-problem.weight[extra], kind="stable")]:
        if monotonic() > until:
            break
        hidden[i] = False
        new = without(problem, hidden, seen, [k for k, f in enumerate(moves) if abs(f[i]) > CLOSE / 10])
        if new is None:
            hidden[i] = True
            continue
        for k, f in new.items():
            moves[k] = f
    return hidden


def without(problem: Problem, hidden: Bools, seen: View, which: Sequence[int]) -> dict[int, Floats] | None:
    """Return new moves for some promises under a pattern, or None where one of them cannot be kept."""
    found: dict[int, Floats] = {}
    for k in which:
        far, f = move(problem, k, seen, hidden)
        if far < problem.amount[k] - CLOSE:
            return None
        found[k] = f
    return found


def needs_more(cuts: Cuts, hidden: Bools) -> bool:
    """Add that an unsafe pattern needs a further cell: whatever is hidden less of is unsafe too."""
    columns: Ints = np.flatnonzero(~hidden)
    return cuts.add(columns, np.ones(len(columns)), 1.0)
