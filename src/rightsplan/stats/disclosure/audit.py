"""The audit: is every hidden cell as uncertain to an attacker as it was promised to be?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disclosure.attack import Enough, Intervals, Prior, attack_system
from rightsplan.stats.disclosure.search import CLOSE
from rightsplan.stats.disclosure.table import Cell, Nested, System, Table, link

Promised = Mapping[Cell, tuple[float, float]]
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A cell that is narrower than promised: the attacker was to hold [promised_low, promised_high] for possible.

    `low` and `high` are the attacker's interval. `is_proven` is False where it may still be wide enough, but no fitting
    table that shows it was found in time; that counts as a breach too.
    """

    cell: Cell
    promised_low: float
    promised_high: float
    low: float
    high: float
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The breaches of a publication, and the intervals as far as they were looked at."""

    breaches: tuple[Breach, ...]
    intervals: Intervals

    @property
    def is_safe(self) -> bool:
        """Say whether every promise is kept."""
        return not self.breaches


def audit(
    tables: Sequence[Table],
    promised: Promised,
    *,
    nested: Sequence[Nested] = (),
    prior: Prior | None = None,
    time_limit: float = 60.0,
) -> Audit:
    """Attack tables that are about to be published, together with all that are out already, and compare with promises.

    A promise is kept only where two tables that fit everything published have been found, one with the cell at or
    below the promised low, one with it at or above the promised high; in case of doubt it counts as broken. Source:
    protection levels of Fischetti and Salazar (2000), section 2.

    tables, nested, prior, time_limit: as `attack`; promised: {cell: (low, high)}, limits within the prior knowledge
    (a promise below zero is met at zero). Raises Refused for an unknown cell, NaN, low above high, and tables that
    contradict each other. Does not look at how likely values are.
    """
    return audit_system(link(tables, nested), promised, prior or Prior(), time_limit=time_limit)


def audit_system(given: System, promised: Promised, prior: Prior, *, time_limit: float) -> Audit:
    """Return the audit of a linked system."""
    size = len(given.cells)
    wanted = Enough(np.full(size, np.inf), np.full(size, -np.inf))
    floor = 0.0 if prior.non_negative else -np.inf
    if not isinstance(promised, Mapping):
        raise Refused("promised is no mapping.", "Give the lower and the upper end of every cell.")
    for i, (cell, ends) in zip(given.where(promised), promised.items(), strict=True):
        low, high = checks.numbers(f"promised for {cell}", ends, length=2).tolist()
        if low > high:
            raise Refused(f"promised for {cell} is {low:g} to {high:g}.", "Give the lower end first.")
        wanted.low[i], wanted.high[i] = max(low, floor), high
    intervals = attack_system(given, prior, time_limit=time_limit, enough=wanted)
    broken = (intervals.seen_low > wanted.low + CLOSE) | (intervals.seen_high < wanted.high - CLOSE)
    named = np.isfinite(wanted.low)
    broken |= named & (np.isnan(intervals.seen_low) | ~np.isfinite(intervals.seen_low) & (intervals.seen_low > 0))
    places = [int(i) for i in np.flatnonzero(broken & named)]
    return Audit(breaches=tuple(breach(intervals, wanted, i) for i in places), intervals=intervals)


def breach(intervals: Intervals, wanted: Enough, i: int) -> Breach:
    """Return what is wrong with a cell."""
    low, high = float(intervals.low[i]), float(intervals.high[i])
    return Breach(
        cell=intervals.cells[i],
        promised_low=float(wanted.low[i]),
        promised_high=float(wanted.high[i]),
        low=low,
        high=high,
        is_proven=bool(low > wanted.low[i] + CLOSE or high < wanted.high[i] - CLOSE),
    )


def refuse_unsafe(checked: Audit) -> None:
    """Raise Refused where an audit found a breach, naming the cells and what would be learned about them."""
    if checked.is_safe:
        return
    shown = "; ".join(f"{b.cell}: {b.low:g} to {b.high:g}" for b in checked.breaches[:MOST_NAMED])
    more = len(checked.breaches) - MOST_NAMED
    rest = f"; and {more} more" if more > 0 else ""
    raise Refused(
        f"{len(checked.breaches)} hidden cells would be narrower than promised: {shown}{rest}.",
        "Hide more cells (suppress finds which), round the table, or leave it out.",
    )
