"""How much of what is possible at an income has been achieved: indicator scores against the published curves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.frontier.curves import CURVES, curve, frontier_at, no_curve, resources_of
from rightsplan.stats.panel import Floats, Ints

MEASURED, NO_VALUE, NO_RESOURCE, NO_BENCHMARK = range(4)
MOST = 100.0001  # published shares of 100 per cent carry rounding of their own
REASONS = ("", "no value", "no resource", "no benchmark")

POSITION = {key: i for i, key in enumerate(CURVES)}
PARAMETERS = np.array([(k.a, k.b, k.c, k.cap, k.minimum, k.threshold) for k in CURVES.values()]).T


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Scores of n rows in per cent, 0 to 100; NaN only where `reason` says why.

    `reason` is a position in `REASONS`. `benchmark` is what was possible at the income, in per cent of people;
    `threshold` the income in dollars above which a shortfall is penalised; `penalty` what that took off the score.
    `global_best`, `global_best_penalty`: the same against the best possible at any income, which needs no benchmark.
    `benchmark_share` is how far the benchmark itself lies on the way from the minimum to the best possible.
    """

    benchmark: Floats
    threshold: Floats
    score: Floats
    penalty: Floats
    global_best: Floats
    global_best_penalty: Floats
    benchmark_share: Floats
    reason: NDArray[np.int8]

    def frame(self) -> pl.DataFrame:
        """Return the columns as a frame, with null in the place of NaN and the reason in words as `note`."""
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "reason"}
        notes = pl.Series("note", self.reason).cast(pl.UInt32)
        words = pl.Series(REASONS, dtype=pl.String).gather(notes)
        return pl.DataFrame(columns).fill_nan(None).with_columns(words.alias("note"))


def score(
    indicators: Sequence[str],
    values: ArrayLike,
    resources: ArrayLike,
    *,
    groups: Sequence[str] | None = None,
    compat: bool = False,
) -> Scores:
    """Score achievements against what has been possible at the same income (SERF Index; HRMI, 2021).

    S = (v - m) / (B(x) - m), cut to 0..1, with the benchmark B, the minimum m and the income x of `curves.Curve`. The
    score is 100 S, and 100 S^sqrt(x / threshold) where the income is above the curve's threshold: a rich country cannot
    plead poverty. All arguments have length n. `values` are per cent of people who enjoy the right, 0 to 100;
    `resources` are yearly gross domestic product per person in international dollars of 2017 (not in thousands);
    either may be NaN or None. `groups` are "All" (the default), "Female" or "Male". Regions of a country are scored by
    the same call with regional income: a region is then held against what countries of its income have achieved.

    "No benchmark" where the curve is at or below the minimum: so little income that it says nothing. HRMI publishes
    the score 100 there; `compat=True` gives that. Reproduces HRMI's scores of 2021 within 0.004 points (the rounding
    of its thresholds). Raises Refused for unknown curves, lengths, values outside 0..100, incomes below 100 dollars.
    Limits: income is the only resource, the curve is a drawn envelope without an interval (`frontier.bayes` has one),
    a better value than the benchmark is not rewarded. Never to be shown without the plain value beside it.
    """
    position = positions(indicators, groups)
    v = checks.numbers("value", values, length=len(position), missing=True, least=0, most=MOST)
    return scored(position, v, resources_of(resources, length=len(position)), compat=compat)


def scored(position: Ints, v: Floats, x: Floats, *, compat: bool) -> Scores:
    """Return the scores of checked values and incomes on the curves at these rows of `PARAMETERS`."""
    a, b, c, cap, minimum, threshold = PARAMETERS[:, position]
    height = frontier_at(x, a=a, b=b, c=c, cap=cap)
    has_none = ~np.isnan(x) & ~(height > minimum)
    height = np.where(has_none, v if compat else np.nan, height)
    power = np.sqrt(np.maximum(x / threshold, 1.0))
    share = np.clip((v - minimum) / np.where(has_none, np.nan, height - minimum), 0.0, 1.0)
    share = np.where(has_none & compat & ~np.isnan(v), 1.0, share)
    best = np.clip((v - minimum) / (cap - minimum), 0.0, 1.0)
    final, final_best = 100 * share**power, 100 * best**power
    reason = np.select(
        [np.isnan(v), np.isnan(x), has_none & (not compat)], [NO_VALUE, NO_RESOURCE, NO_BENCHMARK], MEASURED
    )
    return Scores(
        benchmark=height,
        threshold=threshold,
        score=final,
        penalty=100 * share - final,
        global_best=final_best,
        global_best_penalty=100 * best - final_best,
        benchmark_share=np.maximum(100 * (height - minimum) / (cap - minimum), 0.0),
        reason=reason.astype(np.int8),
    )


def positions(indicators: Sequence[str], groups: Sequence[str] | None) -> Ints:
    """Return the row of `PARAMETERS` of every curve. Raises Refused for unknown curves, lengths, no rows."""
    names = list(indicators)
    kinds = ["All"] * len(names) if groups is None else list(groups)
    if not names:
        raise Refused("indicator has 0 values.", "Give at least 1.")
    if len(kinds) != len(names):
        raise Refused(f"group has {len(kinds)} values where {len(names)} are needed.", f"Give {len(names)} values.")
    try:
        return np.array([POSITION[key] for key in zip(names, kinds, strict=True)], dtype=np.int64)
    except KeyError as missing:
        raise no_curve(*missing.args[0]) from None
    except TypeError:
        raise Refused("indicator or group is no text.", "Give the codes of `curves.INDICATORS`.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPoint:
    """One year of a place: income in dollars, value, benchmark and score in per cent; None where `note` says why."""

    year: int
    resource: float | None
    value: float | None
    benchmark: float | None
    score: float | None
    note: str


def path(
    indicator: str, years: ArrayLike, values: ArrayLike, resources: ArrayLike, *, group: str = "All"
) -> tuple[PathPoint, ...]:
    """Return the way of one place through income and achievement, year by year, beside what was possible.

    Arguments as in `score`, all of length n, in any order of years (whole numbers, each once); the result is sorted by
    year. For the frontier plot: the points (resource, value), with `curves.curve_points` as the line. Raises Refused as
    `score`, and for a year given twice. Does not fill gaps.
    """
    known = curve(indicator, group)
    when = checks.counts("year", years)
    if len(np.unique(when)) < len(when):
        raise Refused("year holds the same year twice.", "Give one row for every year.")
    result = score([indicator] * len(when), values, resources, groups=[known.group] * len(when))
    v, x = checks.as_floats("value", values), checks.as_floats("resource", resources)

    def at(array: Floats, i: int) -> float | None:
        return None if np.isnan(array[i]) else float(array[i])

    return tuple(
        PathPoint(
            year=int(when[i]),
            resource=at(x, i),
            value=at(v, i),
            benchmark=at(result.benchmark, i),
            score=at(result.score, i),
            note=REASONS[result.reason[i]],
        )
        for i in np.argsort(when)
    )
