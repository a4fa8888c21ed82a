"""Looks for tables that fit what is published and reach as far as possible in each of their hidden cells."""

from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from rightsplan.stats.panel import Bools, Floats

CLOSE = 1e-6
RELATIVE = 1e-9
FAR = 1e4  # stands for infinity, in units of the sum of everything known
BATCHES = 40
INFEASIBLE = 2


class Goal(NamedTuple):
    """Values at which a cell needs no further looking: at or below `low`, at or above `high`."""

    low: Floats
    high: Floats


@dataclass(slots=True)
class Part:
    """Hidden cells that sums connect, with what is known so far; changed in place while looking.

    `low` and `high` are proven limits, `seen_low` and `seen_high` the extremes of the fitting tables found.
    """

    matrix: sparse.csr_array
    target: Floats
    low: Floats
    high: Floats
    seen_low: Floats
    seen_high: Floats
    far: float
    whole: bool

    @classmethod
    def of(cls, matrix: sparse.csr_array, target: Floats, low: Floats, high: Floats, *, whole: bool) -> "Part":
        """Return a part about which nothing has been seen."""
        known = np.concatenate([target, low[np.isfinite(low)], high[np.isfinite(high)]])
        far = FAR * (1.0 + np.abs(known).sum())
        nothing = np.full(len(low), np.inf)
        return cls(matrix, target, low + 0.0, high + 0.0, nothing, -nothing, far, whole)

    def undone(self, goal: Goal) -> tuple[Bools, Bools]:
        """Return which cells are still to be seen lower, and which higher."""
        lower = self.seen_low > np.maximum(self.low, goal.low) + slack(self.seen_low)
        return lower, self.seen_high < np.minimum(self.high, goal.high) - slack(self.seen_high)

    def record(self, y: Floats) -> bool:
        """Take note of a table that fits; say whether it does (whole numbers where they must be)."""
        if self.whole:
            nearest = np.round(y) + 0.0  # no minus zero
            if np.abs(y - nearest).max() > CLOSE or np.abs(self.matrix @ nearest - self.target).max(initial=0) > CLOSE:
                return False
            y = nearest
        is_far = np.abs(y) > self.far / 100
        y = np.where(is_far, np.copysign(np.inf, y), y)
        np.minimum(self.seen_low, np.where(y == np.inf, self.seen_low, y), out=self.seen_low)
        np.maximum(self.seen_high, np.where(y == -np.inf, self.seen_high, y), out=self.seen_high)
        return True


def slack(value: Floats) -> Floats:
    """Return by how much a value may be off, relative to its size; infinity is exact."""
    size: Floats = np.where(np.isfinite(value), np.abs(value), 1.0)
    return CLOSE * np.maximum(1.0, size)


class Found(NamedTuple):
    """What a solver said: a table or None, a proven limit of the objective, whether nothing fits at all."""

    y: Floats | None
    limit: float
    is_infeasible: bool


def solve(part: Part, gain: Floats, low: Floats, high: Floats, *, whole: bool, seconds: float) -> Found:
    """Return the table with the greatest gain within limits."""
    bounds = Bounds(np.maximum(low, -part.far), np.minimum(high, part.far))
    sums = LinearConstraint(part.matrix, part.target, part.target) if part.matrix.shape[0] else ()
    integrality = np.full(len(gain), int(whole))
    options = {"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0}
    answer = milp(-gain, bounds=bounds, constraints=sums, integrality=integrality, options=options)
    limit = np.inf
    if answer.status == 0:
        limit = -answer.fun
    elif whole and answer.mip_dual_bound is not None:
        limit = -answer.mip_dual_bound
    return Found(answer.x, limit, answer.status == INFEASIBLE)


def narrow(part: Part, goal: Goal, *, until: float) -> bool:
    """Narrow the limits of a part until the goal is seen, the limits are met, or time is up; say whether a table fits.

    First many cells at once: a table in which half of them are as high, the others as low as they go shows something
    about each. Then the cells that are left, one by one.
    """
    first = solve(part, np.zeros(len(part.low)), part.low, part.high, whole=False, seconds=until - monotonic())
    if first.is_infeasible:
        return False
    if first.y is not None and not part.record(first.y):
        middle = solve(part, np.zeros(len(part.low)), part.low, part.high, whole=True, seconds=until - monotonic())
        if middle.is_infeasible:
            return False
        if middle.y is not None:
            part.record(middle.y)
    batches(part, goal, until)
    for side in (1.0, -1.0):
        for i in range(len(part.low)):
            if part.undone(goal)[side > 0][i] and monotonic() < until:
                single(part, i, side, until)
    part.low, part.high = np.minimum(part.low, part.seen_low), np.maximum(part.high, part.seen_high)
    return True


def batches(part: Part, goal: Goal, until: float) -> None:
    """See many cells high or low at once, while that helps."""
    rng = np.random.default_rng(0)
    idle = 0
    for _ in range(BATCHES):
        lower, higher = part.undone(goal)
        if lower.sum() + higher.sum() < 3 or monotonic() > until or idle > 3:
            return
        up = higher & (~lower | (rng.random(len(higher)) < 0.5))
        down = lower & ~up
        low = np.where(down, np.maximum(part.low, goal.low), part.low)
        high = np.where(up, np.minimum(part.high, goal.high), part.high)
        gain = (up.astype(np.float64) - down) * rng.uniform(0.5, 1.0, len(up))
        found = solve(part, gain, np.minimum(low, high), high, whole=False, seconds=until - monotonic())
        if found.y is not None:
            part.record(found.y)
        left = sum(int(mask.sum()) for mask in part.undone(goal))
        idle = idle + 1 if left >= lower.sum() + higher.sum() else 0


def single(part: Part, i: int, side: float, until: float) -> None:
    """Find the extreme value of one cell: side +1 its greatest, -1 its least."""
    gain = np.zeros(len(part.low))
    gain[i] = side
    for whole in (False, True) if part.whole else (False,):
        found = solve(part, gain, part.low, part.high, whole=whole, seconds=until - monotonic())
        tighten(part, i, side, found.limit)
        if found.y is not None and part.record(found.y):
            seen, limit = (part.seen_high, part.high) if side > 0 else (part.seen_low, part.low)
            if seen[i] == limit[i] or abs(seen[i] - limit[i]) <= CLOSE * max(1.0, abs(limit[i])):
                return


def tighten(part: Part, i: int, side: float, limit: float) -> None:
    """Take a proven limit of one cell into account."""
    if limit > part.far / 100:
        return
    limit *= side
    if part.whole:
        # The solver's own error grows with the numbers; a limit is rather too wide than too narrow.
        off = CLOSE + RELATIVE * abs(limit)
        limit = (np.floor(limit + off) if side > 0 else np.ceil(limit - off)) + 0.0
    if side > 0:
        part.high[i] = min(part.high[i], limit)
    else:
        part.low[i] = max(part.low[i], limit)
