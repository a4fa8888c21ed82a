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
from rightsplan.stats import checks
from rightsplan.stats.facts import HALF_YEAR, SOURCES, Facts, facts_of
from rightsplan.stats.flags import FLAGS, flags_of
from rightsplan.stats.forecast import NO_FORECAST, SCALES, VERSION, VERSIONS, Forecast, forecast_of
from rightsplan.stats.panel import Bools, Floats, Ints, Panel, Promises
from rightsplan.stats.periods import day_as_year, decimal_year
from rightsplan.stats.points import panel_of, sorted_points
from rightsplan.stats.promise import Promise
from rightsplan.stats.verdicts import REASONS, RULES, VERDICTS, conditions, counts, decide

__all__ = [
    "FLAGS",
    "REASONS",
    "RULES",
    "VERDICTS",
    "VERSION",
    "VERSIONS",
    "Outcome",
    "Promise",
    "Result",
    "assess",
    "assess_many",
    "counts",
    "day_as_year",
    "decimal_year",
]

METHOD = "progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What is known about one promise. Values in the indicator's unit, paces per year, years decimal, None unknown."""

    verdict: str
    reason: str
    flags: tuple[str, ...]
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
    broken_period: str | None
    later: float | None
    later_period: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return every field as JSON can hold it."""
        return {**asdict(self), "flags": list(self.flags)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of many series at once, as arrays of length n. `rule` indexes `RULES`."""

    panel: Panel
    promises: Promises
    facts: Facts
    forecast: Forecast
    rule: Ints

    def verdicts(self) -> list[str]:
        """Return the verdict of every series."""
        return [RULES[i].verdict for i in self.rule]

    def flags(self) -> dict[str, Bools]:
        """Return for every name in FLAGS which series it applies to."""
        return flags_of(self.panel, self.promises, self.facts, self.forecast)


def assess_many(panel: Panel, promises: Promises, *, as_of: float, version: str = VERSION) -> Outcome:
    """Judge n series against n promises on the decimal year `as_of`, by a version of the method.

    Method: facts.facts_of, forecast.forecast_of, verdicts.RULES. Shapes as in Panel and Promises.
    Raises Refused where the arrays do not fit together. Does not look at groups, resources or other places.
    """
    if panel.count != len(promises.value):
        raise Refused("There are not as many promises as series.", "Give one promise per series.")
    as_of = checks.number("as_of, the day of the assessment,", as_of)
    if version not in VERSIONS:
        raise Refused(f"There is no version {version!r} of the method.", f"Versions: {', '.join(VERSIONS)}.")
    with np.errstate(invalid="ignore", over="ignore"):  # unknown numbers are NaN on purpose and stay unknown
        facts = facts_of(panel, promises, as_of)
        forecast = forecast_of(panel, promises, facts, version=version)
        return Outcome(panel, promises, facts, forecast, decide(conditions(promises, facts, forecast, as_of)))


def assess(
    promise: Promise,
    periods: Sequence[str],
    values: Sequence[float | None],
    *,
    as_of: float,
    lower: Sequence[float | None] | None = None,
    upper: Sequence[float | None] | None = None,
    status: Sequence[str | None] | None = None,
    version: str = VERSION,
) -> Result:
    """Judge one series against one promise.

    `periods` as in `decimal_year`, `values` with None for missing, `lower` and `upper` the 95 % interval of each value,
    `status` with "break" on the first value of a new, incomparable series. Order does not matter; the same value twice
    for one period counts once. Raises Refused for lengths that differ, for a period with two values and for numbers
    that are not finite. Numbers in the result have nine significant digits.
    """
    points = sorted_points(periods, values, lower=lower, upper=upper, status=status)
    panel = panel_of([points])
    outcome = assess_many(panel, Promises.of([promise]), as_of=as_of, version=version)
    return result_of(outcome, panel, [point.period for point in points], 0, as_of=as_of)


def rounded(values: Floats, i: int) -> float | None:
    """Return one array element with nine significant digits, None for NaN and infinity."""
    value = float(values[i])
    return float(f"{value:.8e}") + 0.0 if np.isfinite(value) else None


def result_of(outcome: Outcome, panel: Panel, periods: Sequence[str], i: int, *, as_of: float) -> Result:
    """Return series i of an outcome; `periods` are the texts of the panel's points."""
    rule = RULES[int(outcome.rule[i])]
    flags = tuple(name for name, applies in outcome.flags().items() if applies[i])
    return Result(
        verdict=rule.verdict,
        reason=rule.reason,
        flags=flags,
        has_moved_back=not {"worse_than_best", "worse_than_baseline"}.isdisjoint(flags),
        **level_fields(outcome, periods, i, as_of),
        **pace_fields(outcome.facts, i),
        **probability_fields(outcome.forecast, i),
        **regression_fields(outcome.facts, panel, periods, i),
    )


def at(periods: Sequence[str], index: Ints, i: int) -> str | None:
    """Return the period of a point of series i, None where there is none."""
    return periods[int(index[i])] if index[i] >= 0 else None


def level_fields(outcome: Outcome, periods: Sequence[str], i: int, as_of: float) -> dict[str, Any]:
    """Return what is known of the level: where from, where to, where now."""
    facts, is_held_to = outcome.facts, bool(outcome.promises.hold[i])
    level, baseline, spans = facts.level, facts.baseline, facts.spans
    return {
        "target_level": rounded(facts.goal.level, i),
        "deadline": rounded(facts.deadline, i),
        "is_over": bool(facts.is_over[i]),
        "baseline": rounded(baseline.value, i),
        "baseline_year": rounded(baseline.year, i),
        "baseline_source": SOURCES[int(baseline.source[i])],
        "latest": rounded(level.value, i),
        "latest_period": at(periods, spans.last, i),
        "latest_age": rounded(np.maximum(as_of - level.year - HALF_YEAR, 0.0), i),
        "gap": rounded(facts.goal.level - level.value, i),
        "share": rounded(level.share, i),
        "reached_period": at(periods, level.first_kept, i),
        "last_kept_period": None if level.is_reached[i] else at(periods, level.last_kept, i),
        "broken_period": at(periods, level.first_broken, i) if is_held_to else None,
    }


def pace_fields(facts: Facts, i: int) -> dict[str, Any]:
    """Return what is known of the pace."""
    return {
        "observed_pace": rounded(facts.pace.observed, i),
        "required_pace": rounded(facts.pace.required, i),
        "pace_ratio": rounded(facts.pace.ratio, i),
        "pace_needed_now": rounded(facts.pace.needed_now, i),
    }


def probability_fields(forecast: Forecast, i: int) -> dict[str, Any]:
    """Return what is known of the chance; probabilities have nine decimals, for tails are no better known."""
    return {
        "probability": rounded(forecast.probability.round(9), i),
        "probability_low": rounded(forecast.low.round(9), i),
        "probability_high": rounded(forecast.high.round(9), i),
        "no_probability": NO_FORECAST[int(forecast.why_not[i])],
        "forecast": rounded(forecast.median, i),
        "forecast_lower": rounded(forecast.lower, i),
        "forecast_upper": rounded(forecast.upper, i),
        "scale": SCALES[int(forecast.scale[i])],
        "observations": int(forecast.observations[i]),
    }


def best_period(facts: Facts, periods: Sequence[str], i: int) -> str | None:
    """Return the period of the best value; a stated baseline that is the best value has the year of the baseline."""
    if facts.regression.best[i] < 0 and np.isfinite(facts.regression.best_value[i]):
        return f"{int(np.floor(facts.baseline.year[i] + HALF_YEAR)):04}"
    return at(periods, facts.regression.best, i)


def regression_fields(facts: Facts, panel: Panel, periods: Sequence[str], i: int) -> dict[str, Any]:
    """Return what is known of moving back, and of values that came too late; p-values have nine decimals."""
    regression, later = facts.regression, facts.spans.later
    return {
        "since_baseline": rounded(regression.since_baseline, i),
        "since_baseline_p": rounded(regression.baseline_p.round(9), i),
        "best": rounded(regression.best_value, i),
        "best_period": best_period(facts, periods, i),
        "since_best": rounded(regression.since_best, i),
        "since_best_p": rounded(regression.best_p.round(9), i),
        "later": rounded(panel.y, int(later[i])) if later[i] >= 0 else None,
        "later_period": at(periods, later, i),
    }
