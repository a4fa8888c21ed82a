"""Secondary suppression: which further cells to hide, so that the hidden ones cannot be worked out from the sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disclosure.attack import Prior, starting_bounds
from rightsplan.stats.disclosure.audit import Audit, Promised, audit_system, refuse_unsafe
from rightsplan.stats.disclosure.cuts import Cuts, Problem, add_bridges, add_sums, separate
from rightsplan.stats.disclosure.master import Flows, cheapest, flows, is_network, needs_more, repair, shrink
from rightsplan.stats.disclosure.search import CLOSE
from rightsplan.stats.disclosure.table import Cell, System, Table, link
from rightsplan.stats.panel import Bools, Floats

SMALL = 60_000  # moves in the exact model (promises times cells)
AUDIT_SECONDS = 600.0
ATTACKED = 60_000  # promises times cells up to which fractional patterns are attacked too
SLIM_SHARE = 0.15  # of the time, for dropping what a pattern that is not known to be cheapest does not need
REPAIR_EVERY = 8.0  # seconds between attempts at a better safe pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A safe pattern. Arrays of length N, one entry for each cell of `cells`.

    `hidden` says what is not published, `primary` what was promised protection. `low` and `high` are what tables that
    fit the publication have been seen to reach: the attacker's interval is at least that wide (NaN: not looked at;
    infinite: it has no end).
    `cost` is the weight of the hidden cells that are not primary, `bound` a proven lower limit of it over all safe
    patterns; `is_optimal` says that the two agree.
    """

    cells: tuple[Cell, ...]
    hidden: Bools
    primary: Bools
    low: Floats
    high: Floats
    cost: float
    bound: float
    is_optimal: bool

    @property
    def gap(self) -> float:
        """Return by which share of its cost the pattern may be dearer than the cheapest safe one."""
        return 0.0 if self.is_optimal or self.cost <= 0 else (self.cost - self.bound) / self.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be protected: the problem as arrays, and the tables and promises it was made of."""

    problem: Problem
    given: System
    promised: Promised
    prior: Prior


@dataclass(slots=True)
class Best:
    """The best safe pattern so far, its audit, and the proven limit."""

    hidden: Bools | None = None
    checked: Audit | None = None
    cost: float = np.inf
    bound: float = 0.0

    def is_done(self) -> bool:
        """Say whether nothing cheaper can exist."""
        return self.bound >= self.cost - CLOSE * max(1.0, self.cost)


def suppress(
    tables: Sequence[Table],
    promised: Promised,
    *,
    weights: Mapping[Cell, float] | None = None,
    prior: Prior | None = None,
    time_limit: float = 60.0,
) -> Pattern:
    """Return the cheapest set of cells to hide such that every promise is kept, or a safe one with its gap.

    minimise sum of weights of hidden cells
    such that for each promised cell the attacker's interval covers [low, high] of its promise

    A master problem in whole numbers chooses the cells; attacks on its pattern add the inequalities that it breaks,
    until none is broken. Small tables add the exact model with one network flow for each promise. What is returned has
    passed the audit as a whole; an unsafe pattern is never returned. Source: Fischetti and Salazar (2000), Models and
    Algorithms for Optimizing Cell Suppression in Tabular Data with Linear Constraints, JASA 95; (2001), Management
    Science 47.

    tables: complete and exact, linked where they share cells; promised: {cell: (low, high)} for the primary cells, with
    low <= value <= high; weights: above 0, default the value of the cell, at least 1; prior: what attackers know;
    time_limit: seconds after which no better pattern is looked for (making a safe one is not cut short). Raises Refused
    for hidden cells, unknown cells, and promises that cannot be kept whatever is hidden. Does not know of tables that
    are not given (audit those together), nor treat several promised cells of one person as one.
    """
    checks.number("time_limit", time_limit, above=0)
    known = prior or Prior()
    given = link(tables)
    problem = problem_of(given, promised, weights or {}, known)
    until = monotonic() + time_limit
    best = Best()
    search(Task(problem=problem, given=given, promised=promised, prior=known), best, until)
    if best.hidden is None or best.checked is None:
        raise Refused("No safe pattern was found.", "Promise less, or leave the table out.")
    refuse_unsafe(best.checked)
    return pattern_of(problem, best, best.hidden, best.checked)


def pattern_of(problem: Problem, best: Best, hidden: Bools, checked: Audit) -> Pattern:
    """Return the best pattern as the answer."""
    is_done = best.is_done()
    return Pattern(
        cells=checked.intervals.cells,
        hidden=hidden,
        primary=problem.primary,
        low=checked.intervals.seen_low,
        high=checked.intervals.seen_high,
        cost=best.cost,
        bound=best.cost if is_done else max(best.bound, 0.0),
        is_optimal=is_done,
    )


def problem_of(given: System, promised: Promised, weights: Mapping[Cell, float], prior: Prior) -> Problem:
    """Return the arrays of the problem. Raises Refused."""
    if not np.array_equal(given.lower, given.upper):
        raise Refused("A cell is hidden or inexact.", "Give the true numbers of every cell.")
    value = given.lower
    blank = replace(given, lower=np.full(len(value), -np.inf), upper=np.full(len(value), np.inf))
    low, high = starting_bounds(blank, prior)
    off = np.flatnonzero((value < low) | (value > high) | (prior.whole & (value != np.round(value))))
    if len(off):
        raise Refused(f"{given.cells[off[0]]} is {value[off[0]]:g}, against the prior knowledge.", "Correct the prior.")
    primary = np.zeros(len(value), dtype=bool)
    moves: list[tuple[int, float, float]] = []
    if not isinstance(promised, Mapping):
        raise Refused("promised is no mapping.", "Give the lower and the upper end of every cell.")
    for i, (cell, ends) in zip(given.where(promised), promised.items(), strict=True):
        least, most = wanted(cell, ends, value[i], prior)
        if most > high[i]:
            raise Refused(
                f"{cell} is known to be at most {high[i]:g}, so {most:g} cannot be promised.", "Promise less."
            )
        primary[i] = True
        moves += [(i, 1.0, most - value[i]), (i, -1.0, value[i] - max(least, low[i]))]
    moves = [move for move in moves if move[2] > 0]
    weight = np.maximum(np.abs(value), 1.0)
    for i, (cell, number) in zip(given.where(weights), weights.items(), strict=True):
        weight[i] = checks.number(f"weight of {cell}", number, above=0)
    endless = 10 * np.abs(value).max(initial=1.0) + sum(amount for _, _, amount in moves)
    return Problem(
        value=value,
        down=np.minimum(value - low, endless),
        up=np.minimum(high - value, endless),
        weight=np.where(primary, 0.0, weight),
        matrix=given.matrix,
        primary=primary,
        cell=np.array([i for i, _, _ in moves], dtype=np.int64),
        side=np.array([side for _, side, _ in moves]),
        amount=np.array([amount for _, _, amount in moves]),
    )


def wanted(cell: Cell, ends: tuple[float, float], value: float, prior: Prior) -> tuple[float, float]:
    """Return the ends of a promise, outwards to whole numbers where numbers are whole. Raises Refused."""
    low, high = checks.numbers(f"promised for {cell}", ends, length=2)
    if not low <= value <= high:
        raise Refused(
            f"promised for {cell} is {low:g} to {high:g}, without its {value:g}.", "Promise around the value."
        )
    if low == high:
        raise Refused(f"promised for {cell} has no width.", "Promise an interval, or leave the cell out.")
    return (np.floor(low), np.ceil(high)) if prior.whole else (low, high)


def search(task: Task, best: Best, until: float) -> None:
    """Improve the best pattern and the limit until they meet or the time is up; at least one safe pattern is made."""
    problem = task.problem
    cuts = Cuts(len(problem.value))
    add_sums(problem, cuts)
    exact = exact_model(problem)
    last, until = until, until - SLIM_SHARE * (until - monotonic())
    x = relax(problem, cuts, best, until)
    offer(task, best, problem.primary | (x > 0.5), x)
    tried = monotonic()
    while monotonic() < until and not best.is_done():
        chosen = cheapest(problem, cuts, exact, whole=True, until=until)
        best.bound = max(best.bound, chosen.bound)
        if chosen.x is None or best.is_done():
            break
        hidden = chosen.x > 0.5
        x = hidden.astype(np.float64)
        checked = audited(task, hidden)
        keep(problem, best, hidden, checked)
        broken = broken_promises(problem, checked)
        added = add_bridges(problem, cuts, x)
        added += separate(problem, cuts, x, broken, until=until)
        if not checked.is_safe and added == 0:
            needs_more(cuts, hidden)
        if broken and monotonic() - tried > REPAIR_EVERY:
            offer(task, best, hidden, chosen.x)
            tried = monotonic()
    if not best.is_done() and best.hidden is not None:
        slim = shrink(problem, best.hidden, until=last)
        keep(problem, best, slim, audited(task, slim))


def exact_model(problem: Problem) -> Flows | None:
    """Return the exact model where the table is a network and small enough."""
    is_small = 0 < len(problem.cell) * len(problem.value) <= SMALL
    return flows(problem) if is_small and is_network(problem.matrix) else None


def broken_promises(problem: Problem, checked: Audit) -> list[int]:
    """Return the promises that an audit found broken."""
    at = {breach.cell for breach in checked.breaches}
    low, high = checked.intervals.seen_low, checked.intervals.seen_high
    cells = checked.intervals.cells
    found = []
    for k, p in enumerate(problem.cell):
        if cells[p] in at:
            end = problem.value[p] + problem.side[k] * problem.amount[k]
            if not (high[p] >= end - CLOSE if problem.side[k] > 0 else low[p] <= end + CLOSE):
                found.append(k)
    return found


def relax(problem: Problem, cuts: Cuts, best: Best, until: float) -> Floats:
    """Solve the relaxation without whole numbers by adding what it breaks; return its fractional pattern."""
    x = problem.primary.astype(np.float64)
    while monotonic() < until:
        chosen = cheapest(problem, cuts, None, whole=False, until=until)
        best.bound = max(best.bound, chosen.bound)
        if chosen.x is None:
            break
        x = chosen.x
        added = add_bridges(problem, cuts, x)
        if added == 0 and len(x) * len(problem.cell) <= ATTACKED:
            added = separate(problem, cuts, x, range(len(problem.cell)), until=until)
        if added == 0:
            break
    return x


def offer(task: Task, best: Best, hidden: Bools, likely: Floats) -> None:
    """Make a pattern safe, and keep it if it is the best and passes the audit."""
    problem = task.problem
    broken = broken_promises(problem, audited(task, hidden))
    made, impossible = repair(problem, hidden, np.clip(likely, 0.0, 1.0), broken)
    if impossible:
        k = impossible[0]
        end = problem.value[problem.cell[k]] + problem.side[k] * problem.amount[k]
        cell = task.given.cells[problem.cell[k]]
        raise Refused(f"{cell}: whatever is hidden, {end:g} can be ruled out.", "Promise less, or leave the table out.")
    for pattern in (made, np.ones(len(made), dtype=bool)):
        checked = audited(task, pattern)
        keep(problem, best, pattern, checked)
        if checked.is_safe:
            return
    if best.hidden is None:
        refuse_unsafe(checked)


def keep(problem: Problem, best: Best, hidden: Bools, checked: Audit) -> None:
    """Take a safe pattern that is cheaper than the best."""
    cost = float(problem.weight[hidden].sum())
    if checked.is_safe and (cost < best.cost or best.hidden is None):
        best.hidden, best.checked, best.cost = hidden.copy(), checked, cost


def audited(task: Task, hidden: Bools) -> Audit:
    """Return the audit of a pattern."""
    given = task.given
    lower, upper = np.where(hidden, -np.inf, given.lower), np.where(hidden, np.inf, given.upper)
    published = replace(given, lower=lower, upper=upper)
    return audit_system(published, task.promised, task.prior, time_limit=AUDIT_SECONDS)
