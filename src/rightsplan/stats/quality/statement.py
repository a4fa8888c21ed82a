"""Everything known about the quality of one series, side by side; never one score."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.quality.completeness import Disaggregation, disaggregation
from rightsplan.stats.quality.digits import Digits, last_digits
from rightsplan.stats.quality.outliers import Outlier, outliers
from rightsplan.stats.quality.revisions import Revisions, revisions

SLACK = 0.5  # periods that a value may be late before it is called stale
Age = Literal["current", "stale", "no_data", "unknown_rhythm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """How old the last value is, in years, and how many periods are missing since; None where not known.

    `every` is the time between values in years, given or the usual gap of the series (`is_estimated`).
    """

    verdict: Age
    last: float | None
    age: float | None
    every: float | None
    is_estimated: bool
    missed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The quality of one series. `holes` are periods without a value between the first and the last.

    `outliers` is None where the series is too short or flat to judge; `revisions` and `disaggregation` are None where
    nothing was given to compare.
    """

    number: int
    holes: int
    staleness: Staleness
    outliers: tuple[Outlier, ...] | None
    digits: Digits | None
    revisions: Revisions | None
    disaggregation: Disaggregation | None


def staleness(years: ArrayLike, as_of: float, *, every: float | None = None) -> Staleness:
    """Return the age of the last value against how often there should be one.

    `years` (n,) are decimal years with a value, in any order. `every` is the expected time between values in years;
    without it the median gap of at least three values is taken. A value is stale where its age is more than one and a
    half periods; `missed` counts whole periods since it. Raises Refused for a value after `as_of`. Publication lag is
    not known here: add it to `every` where it is usual.
    """
    when = np.unique(checks.numbers("years", years))
    as_of = checks.number("as_of", as_of)
    if every is not None:
        every = checks.number("every", every, above=0.0)
    if not len(when):
        return Staleness(verdict="no_data", last=None, age=None, every=every, is_estimated=False, missed=None)
    if when[-1] > as_of:
        raise Refused(f"years has a value after as_of ({as_of:g}).", "Leave forecasts out.")
    age = float(as_of - when[-1])
    rhythm = every if every is not None else float(np.median(np.diff(when))) if len(when) > 2 else None
    verdict: Age = "unknown_rhythm" if rhythm is None else "stale" if age > (1 + SLACK) * rhythm else "current"
    return Staleness(
        verdict=verdict,
        last=float(when[-1]),
        age=age,
        every=rhythm,
        is_estimated=every is None and rhythm is not None,
        missed=None if rhythm is None else int(np.floor(age / rhythm + 1e-9)),
    )


def state(
    years: ArrayLike,
    values: ArrayLike,
    *,
    as_of: float,
    every: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    neighbours: ArrayLike | None = None,
    earlier: ArrayLike | None = None,
    decimals: int | None = None,
    expected: Collection[str] | None = None,
    actual: Mapping[str, Collection[str]] | None = None,
) -> Statement:
    """Return all that can be said about the quality of one series, each fact by itself.

    `years` (n,) rise, `values` (n,) may be NaN; `earlier` (n,) is a former vintage of the same years, `decimals` how
    many decimals are published (None: digits are not judged), `expected` and `actual` the dimensions as in
    `disaggregation`. The rest as in `outliers`, `staleness`, `revisions` and `last_digits`, whose Refused it raises.
    Makes no score: a series can be complete and wrong, or late and right.
    """
    when = checks.numbers("years", years, at_least=1)
    raw = checks.numbers("values", values, length=len(when), missing=True)
    known = ~np.isnan(raw)
    age = staleness(when[known], as_of, every=every)
    rhythm = age.every
    inside = np.diff(when[known])
    holes = 0 if rhythm is None else int(np.maximum(np.rint(inside / rhythm) - 1, 0).sum())
    return Statement(
        number=int(known.sum()),
        holes=holes,
        staleness=age,
        outliers=outliers(when, raw, lower=lower, upper=upper, neighbours=neighbours),
        digits=None if decimals is None or not known.any() else last_digits(raw[known], decimals=decimals),
        revisions=None if earlier is None else revisions(earlier, raw),
        disaggregation=None if expected is None else disaggregation(expected, actual or {}),
    )
