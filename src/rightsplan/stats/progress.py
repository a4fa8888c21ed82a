"""Is a promise being kept? Three separate facts (level, pace, probability), then one verdict by one table.

Everything is linear in the indicator except the forecast, so a fact and its complement, or another unit, give the same
verdict. The last value counts as seen on the day `as_of`; nothing later than the deadline can make a promise kept in
time. `assess` is `assess_many` of one series: there is one code path.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats.facts import SOURCES, Facts, facts_of
from rightsplan.stats.forecast import LEAST_OBSERVATIONS, SCALES, Forecast, forecast_of
from rightsplan.stats.panel import Floats, Ints, Panel, Promises
from rightsplan.stats.periods import day_as_year, decimal_year
from rightsplan.stats.promise import Promise
from rightsplan.stats.verdicts import REASONS, RULES, SIGNIFICANT, VERDICTS, conditions, counts, decide

__all__ = [
    "REASONS",
    "RULES",
    "VERDICTS",
    "Outcome",
    "Promise",
    "Result",
    "assess",
    "assess_many",
    "counts",
    "day_as_year",
    "decimal_year",
]

METHOD, VERSION = "progress", "1"
BREAK = "break"
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What is known about one promise. Values in the indicator's unit, paces per year, years decimal, None unknown."""

    verdict: str
    reason: str
    target_level: float | None
    deadline: float | None
    is_over: bool
    baseline: float | None
    baseline_year: float | None
    baseline_source: str
    latest: float | None
    latest_period: str | None
    latest_age: float | None
    gap: float | None
    share: float | None
    observed_pace: float | None
    required_pace: float | None
    pace_ratio: float | None
    pace_needed_now: float | None
    probability: float | None
    probability_low: float | None
    probability_high: float | None
    no_probability: str
    forecast: float | None
    forecast_lower: float | None
    forecast_upper: float | None
    scale: str
    observations: int
    since_baseline: float | None
    since_baseline_p: float | None
    best: float | None
    best_period: str | None
    since_best: float | None
    since_best_p: float | None
    has_moved_back: bool
    reached_period: str | None
    last_kept_period: str | None
    later: float | None
    later_period: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return every field as JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of many series at once, as arrays of length n. `rule` indexes `RULES`."""

    facts: Facts
    forecast: Forecast
    rule: Ints

    def verdicts(self) -> list[str]:
        """Return the verdict of every series."""
        return [RULES[i].verdict for i in self.rule]


def assess_many(panel: Panel, promises: Promises, *, as_of: float) -> Outcome:
    """Judge n series against n promises on the decimal year `as_of`.

    Method: facts.facts_of, forecast.forecast_of, verdicts.RULES. Shapes as in Panel and Promises.
    Raises Refused where the arrays do not fit together. Does not look at groups, resources or other places.
    """
    if panel.count != len(promises.value):
        raise Refused("There are not as many promises as series.", "Give one promise per series.")
    facts = facts_of(panel, promises, as_of)
    forecast = forecast_of(panel, promises, facts)
    return Outcome(facts, forecast, decide(conditions(panel, promises, facts, forecast, as_of)))


def assess(
    promise: Promise,
    periods: Sequence[str],
    values: Sequence[float | None],
    *,
    as_of: float,
    lower: Sequence[float | None] | None = None,
    upper: Sequence[float | None] | None = None,
    status: Sequence[str | None] | None = None,
) -> Result:
    """Judge one series against one promise.

    `periods` as in `decimal_year`, `values` with None for missing, `lower` and `upper` the 95 % interval of each value,
    `status` with "break" on the first value of a new, incomparable series. Order does not matter; the same value twice
    for one period counts once. Raises Refused for lengths that differ, for a period with two values and for numbers
    that are not finite. Numbers in the result have nine significant digits.
    """
    if not all(len(x) == len(periods) for x in (values, lower, upper, status) if x is not None):
        raise Refused("Periods, values, bounds and status differ in length.", "Give one of each per observation.")
    points = sorted_points(periods, values, lower, upper, status)
    panel = panel_of([points])
    if promise.kind == "qualitative" and promise.value is not None:
        raise Refused("A qualitative promise has no figure.", "Leave the value empty or call it quantitative.")
    outcome = assess_many(panel, Promises.of([promise]), as_of=as_of)
    return result_of(outcome, panel, [p[1] for p in points], 0, as_of=as_of, promise=promise)


Point = tuple[float, str, float, float, bool]


def sorted_points(
    periods: Sequence[str],
    values: Sequence[float | None],
    lower: Sequence[float | None] | None,
    upper: Sequence[float | None] | None,
    status: Sequence[str | None] | None,
) -> list[Point]:
    """Return (decimal year, period, value, standard error, is first after a break) sorted, without missing values.

    A break on a missing value moves to the next value.
    """
    blank = [None] * len(periods)
    rows = zip(periods, values, lower or blank, upper or blank, status or blank, strict=True)
    ordered = sorted(((decimal_year(row[0]), *row) for row in rows), key=lambda r: r[0])
    points: list[Point] = []
    is_first = False
    for when, period, value, low, high, mark in ordered:
        is_first = is_first or mark == BREAK
        if value is None:
            continue
        if not np.isfinite([value, low or 0.0, high or 0.0]).all():
            raise Refused(f"The value of {period} is no finite number.", "Leave missing values empty.")
        error = (high - low) / (2 * NORMAL_95) if low is not None and high is not None else np.nan
        if points and points[-1][0] == when:
            if points[-1][2] != value:
                raise Refused(f"The period {period} has two values.", "Keep one value for each period.")
            continue
        points.append((when, period, float(value), float(error), is_first and bool(points)))
        is_first = False
    return points


def panel_of(series: Sequence[Sequence[Point]]) -> Panel:
    """Return the panel of several series of points."""
    flat = [point for points in series for point in points]
    return Panel(
        t=np.array([p[0] for p in flat], dtype=np.float64),
        y=np.array([p[2] for p in flat], dtype=np.float64),
        error=np.array([p[3] for p in flat], dtype=np.float64),
        first=np.array([p[4] for p in flat], dtype=bool),
        offsets=np.concatenate([[0], np.cumsum([len(points) for points in series], dtype=np.int64)]).astype(np.int64),
    )


def number(values: Floats, i: int) -> float | None:
    """Return one array element with nine significant digits, None for NaN and infinity."""
    value = float(values[i])
    return float(f"{value:.8e}") + 0.0 if np.isfinite(value) else None


def result_of(
    outcome: Outcome, panel: Panel, periods: Sequence[str], i: int, *, as_of: float, promise: Promise
) -> Result:
    """Return series i of an outcome; `periods` are the texts of the panel's points."""
    facts, forecast = outcome.facts, outcome.forecast
    rule = RULES[int(outcome.rule[i])]
    latest = number(facts.latest, i)
    level = number(facts.goal.level, i)

    def period(index: Ints) -> str | None:
        return periods[int(index[i])] if index[i] >= 0 else None

    def value(index: Ints) -> float | None:
        return number(panel.y, int(index[i])) if index[i] >= 0 else None

    return Result(
        verdict=rule.verdict,
        reason="qualitative" if promise.kind == "qualitative" else rule.reason,
        target_level=level,
        deadline=number(facts.deadline, i),
        is_over=bool(facts.is_over[i]),
        baseline=number(facts.baseline, i),
        baseline_year=number(facts.baseline_year, i),
        baseline_source=SOURCES[int(facts.baseline_source[i])],
        latest=latest,
        latest_period=period(facts.last),
        latest_age=number(as_of - facts.latest_year - 0.5, i),
        gap=number(facts.goal.level - facts.latest, i),
        share=number(facts.share, i),
        observed_pace=number(facts.observed_pace, i),
        required_pace=number(facts.required_pace, i),
        pace_ratio=number(facts.pace_ratio, i),
        pace_needed_now=number(facts.pace_needed_now, i),
        probability=number(forecast.probability, i),
        probability_low=number(forecast.low, i),
        probability_high=number(forecast.high, i),
        no_probability=why_no_probability(outcome, promise, i),
        forecast=number(forecast.median, i),
        forecast_lower=number(forecast.lower, i),
        forecast_upper=number(forecast.upper, i),
        scale=SCALES[int(forecast.scale[i])],
        observations=int(forecast.observations[i]),
        since_baseline=number(facts.since_baseline, i),
        since_baseline_p=number(facts.since_baseline_p, i),
        best=value(facts.best),
        best_period=period(facts.best),
        since_best=number(facts.since_best, i),
        since_best_p=number(facts.since_best_p, i),
        has_moved_back=has_moved_back(facts, i),
        reached_period=period(facts.first_reached),
        last_kept_period=period(facts.lost),
        later=value(facts.later),
        later_period=period(facts.later),
    )


def has_moved_back(facts: Facts, i: int) -> bool:
    """Say whether the last value is worse than the best ever, unless the difference is known to be noise."""
    p = facts.since_best_p[i]
    is_noise = bool(np.isfinite(p) and p > SIGNIFICANT)
    return bool(facts.last[i] >= 0 and facts.best[i] != facts.last[i] and facts.since_best[i] != 0) and not is_noise


def why_no_probability(outcome: Outcome, promise: Promise, i: int) -> str:
    """Return why there is no probability; empty where there is one."""
    if np.isfinite(outcome.forecast.probability[i]):
        return ""
    if promise.value is None or promise.kind == "qualitative":
        return "no_target_value"
    if outcome.facts.last[i] < 0:
        return "no_data"
    if outcome.facts.is_over[i]:
        return "deadline_passed"
    if not np.isfinite(outcome.facts.deadline[i]):
        return "no_deadline"
    if outcome.forecast.observations[i] < LEAST_OBSERVATIONS:
        return "too_few_observations"
    return "exact_target"
