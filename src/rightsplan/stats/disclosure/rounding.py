"""Rounding: every number is published as a multiple of a base, and an attacker is left with the honest interval."""

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disclosure.table import Table, link
from rightsplan.stats.panel import Floats

STEPS = (1, 2, 3)


def random_rounding(given: Table, *, base: int = 5, seed: int = 0) -> Table:
    """Return the table with each number rounded up or down to a multiple of the base by chance, without bias.

    A count n with remainder r goes up with probability r / base, down otherwise, so its expected value is n. Source:
    unbiased random rounding, Hundepool et al. (2012), Statistical Disclosure Control, section 5.4.

    given: whole, exact counts; base: 2 or more; seed: the same seed gives the same result (keep it secret: who has it
    can undo the rounding of other tables that used it). The result carries the margin base - 1, so that `attack` tells
    what can still be worked out. Raises Refused. Does not keep sums: parts may differ from their total.
    """
    count, step = whole_counts(given), int(checks.counts("base", [base], least=2)[0])
    rng = np.random.default_rng(int(checks.counts("seed", [seed])[0]))
    rest = count % step
    up = rng.random(len(count)) * step < rest
    return rounded(given, count - rest + step * up, margin=step - 1)


def controlled_rounding(given: Table, *, base: int = 5, time_limit: float = 60.0) -> Table:
    """Return the table with each number rounded to a multiple of the base such that all sums still hold.

    minimise sum |rounded - n|, rounded within less than a base of n, and equal to it where it is a multiple

    as an integer programme. Where no such rounding exists (possible from three dimensions on) numbers may move by up to
    two, then three bases, and the margin of the result says so. Source: Cox (1987), A Constructive Procedure for
    Unbiased Controlled Rounding, JASA 82; Hundepool et al. (2012), section 5.4.

    given: whole, exact counts with their totals; base: 2 or more; time_limit: seconds. The same table gives the same
    result. Raises Refused where none is found. Does not make the expected value equal to the truth.
    """
    count, step = whole_counts(given), int(checks.counts("base", [base], least=2)[0])
    seconds = checks.number("time_limit", time_limit, above=0)
    sums = link([given]).matrix
    for steps in STEPS:
        found = nearest_multiples(count, step, steps, sums=sums, seconds=seconds)
        if found is not None:
            return rounded(given, found, margin=step * steps - 1)
    raise Refused("No rounding that keeps the sums was found.", "Use random rounding, another base, or more time.")


def nearest_multiples(count: Floats, base: int, steps: int, *, sums: sparse.csr_array, seconds: float) -> Floats | None:
    """Return the nearest multiples of the base that keep the sums, or None."""
    floor = np.floor(count / base)
    rest = count - base * floor
    low, high = np.where(rest == 0, floor, floor - steps + 1), np.where(rest == 0, floor, floor + steps)
    if steps > 1:
        low, high = np.where(rest == 0, floor - steps + 1, low), np.where(rest == 0, floor + steps - 1, high)
    low = np.maximum(low, 0.0)
    n = len(count)
    one = sparse.eye_array(n)
    # y multiples, d distances: d >= base y - n and d >= n - base y
    both = [
        LinearConstraint(sparse.hstack([base * one, -one], format="csr"), -np.inf, count),
        LinearConstraint(sparse.hstack([base * one, one], format="csr"), count, np.inf),
    ]
    if sums.shape[0]:
        wide = sparse.hstack([sums, sparse.csr_array(sums.shape)], format="csr")
        both.append(LinearConstraint(wide, 0.0, 0.0))
    answer = milp(
        np.concatenate([np.zeros(n), np.ones(n)]),
        bounds=Bounds(np.concatenate([low, np.zeros(n)]), np.concatenate([high, np.full(n, np.inf)])),
        constraints=both,
        integrality=np.concatenate([np.ones(n), np.zeros(n)]),
        options={"time_limit": seconds},
    )
    return None if answer.x is None else base * np.round(answer.x[:n])


def whole_counts(given: Table) -> Floats:
    """Return the counts of a table. Raises Refused for hidden, inexact, negative and broken numbers."""
    if (given.margin > 0).any():
        raise Refused("The table is rounded already.", "Give the exact counts.")
    return checks.counts("values", given.values).astype(np.float64)


def rounded(given: Table, values: Floats, *, margin: int) -> Table:
    """Return the table as published."""
    return replace(given, values=values + 0.0, margin=np.full(len(values), float(margin)))
