"""From figures in their own units to values between 0 and 1 that can stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats

Scale = Literal["linear", "log"]
Normalisation = Literal["goalposts", "min-max", "z"]
FLAT = 1e-12  # a column that varies by no more than this says nothing about who is ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Goalpost:
    """Where an indicator counts as 0 (worst) and as 1 (best), fixed by the plan, in the indicator's unit.

    Where less is better, worst is above best. On the scale "log" equal ratios are equal steps; both ends are then above
    0. Raises Refused for ends that are equal, not finite, or not above 0 on the logarithm.
    """

    name: str
    worst: float
    best: float
    scale: Scale = "linear"

    def __post_init__(self) -> None:
        checks.labels("name", [self.name])
        checks.one_of("scale", self.scale, get_args(Scale))
        above = 0.0 if self.scale == "log" else -np.inf
        for end, value in (("worst", self.worst), ("best", self.best)):
            checks.number(f"{self.name}: {end}", value, above=above)
        if self.worst == self.best:
            raise Refused(f"{self.name}: worst and best are both {self.worst:g}.", "Give two different goalposts.")


def normalise(values: ArrayLike, *, goalposts: Sequence[Goalpost]) -> Floats:
    """Return values on goalposts: 0 at the worst, 1 at the best, held within both; NaN stays NaN.

    UNDP, Human Development Report 2023/24, technical note 1; OECD and JRC (2008), Handbook on Constructing Composite
    Indicators, step 5. `values` is rows x indicators in the units of the goalposts. The result of a place does not
    depend on other places or years, and is the same for a complement with swapped ends and for another unit. Raises
    Refused for no rows and a number of columns that does not fit. What lies beyond a goalpost does not show.
    """
    if not goalposts:
        raise Refused("goalposts is empty.", "Give a goalpost for every indicator.")
    table = checks.matrix("values", values, shape=(None, len(goalposts)), missing=True)
    if not len(table):
        raise Refused("values has no rows.", "Give at least one place.")
    return on_goalposts(table, goalposts)


def on_goalposts(table: Floats, goalposts: Sequence[Goalpost]) -> Floats:
    """Return (draws x) rows x indicators on goalposts."""
    ends = [sorted((post.worst, post.best)) for post in goalposts]
    table = np.clip(table, [low for low, _ in ends], [high for _, high in ends])
    for j, post in enumerate(goalposts):
        worst, best = post.worst, post.best
        if post.scale == "log":
            table[..., j] = np.log(table[..., j])
            worst, best = np.log(worst), np.log(best)
        table[..., j] = (table[..., j] - worst) / (best - worst)
    return np.clip(table, 0, 1)


def stretch(values: Floats, *, normalisation: Normalisation) -> Floats:
    """Return normalised values set against the other rows: unchanged, between their ends, or in standard deviations.

    "min-max" runs from 0 for the lowest row to 1 for the highest, "z" counts standard deviations from the mean (OECD
    and JRC 2008, step 5). Both move whenever another place moves: **for sensitivity only**. `values` is (draws x) rows
    x indicators without gaps; a column in which all rows are alike becomes 0.5 or 0 everywhere and changes no rank.
    """
    checks.one_of("normalisation", normalisation, get_args(Normalisation))
    if normalisation == "goalposts" or not values.size:
        return values
    low, high = values.min(axis=-2, keepdims=True), values.max(axis=-2, keepdims=True)
    flat = high - low <= FLAT
    if normalisation == "min-max":
        return np.where(flat, 0.5, (values - low) / np.where(flat, 1.0, high - low))
    middle, spread = values.mean(axis=-2, keepdims=True), values.std(axis=-2, keepdims=True)
    return np.where(flat, 0.0, (values - middle) / np.where(flat, 1.0, spread))


def whole_rows(table: Floats) -> Bools:
    """Return which rows have no gap."""
    found: Bools = np.asarray(~np.isnan(table).any(axis=1), dtype=bool)
    return found
