"""Estimates of areas made to agree with the published figure of the whole country."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats

RATIO, DIFFERENCE, ERROR = "ratio", "difference", "error"
HOW = (RATIO, DIFFERENCE, ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarked:
    """Estimates that add up to the total, and by how much each was moved; `mse` has the squared move added."""

    estimate: Floats
    mse: Floats
    moved: Floats
    gap: float


def benchmark(
    estimate: ArrayLike, mse: ArrayLike, shares: ArrayLike, total: float, *, how: str = DIFFERENCE
) -> Benchmarked:
    """Return estimates whose weighted mean is the national figure (Rao and Molina 2015, section 6.4.6).

    `shares` are the areas' parts of the population, of any sum. "ratio" multiplies all estimates by one number,
    "difference" adds one number to all, "error" moves area i in proportion to share times mean squared error, so that
    the estimates known worst move most (Datta, Ghosh, Steorts and Maples 2011, with loss weights 1 / mse). All have
    length m, in one unit. The squared move is added to the mean squared error, a cautious rule of thumb: the national
    figure's own error is not counted. Raises Refused for shares that sum to zero, and for "ratio" where the weighted
    mean and the total do not have the same sign.
    """
    checks.one_of("how", how, HOW)
    values = checks.numbers("estimate", estimate, at_least=1)
    errors = checks.numbers("mse", mse, length=len(values), least=0.0)
    weight = checks.numbers("shares", shares, length=len(values), least=0.0)
    target = checks.number("total", total)
    if weight.sum() == 0:
        raise Refused("shares sum to zero.", "Give the populations of the areas.")
    weight = weight / weight.sum()
    mean = float(weight @ values)
    gap = target - mean
    if how == RATIO and not mean * target > 0:
        raise Refused("The ratio to total is not above zero.", 'Take how = "difference".')
    lead = {RATIO: values, DIFFERENCE: np.ones_like(values), ERROR: weight * errors}[how]
    if weight @ lead == 0:
        raise Refused("mse is zero everywhere, so that no estimate may move.", 'Take how = "difference".')
    moved = gap * lead / (weight @ lead)
    return Benchmarked(estimate=values + moved, mse=errors + moved**2, moved=moved, gap=gap)
