"""What a reader should know beside the verdict: each flag is true or not, and none changes the verdict."""

import numpy as np

from rightsplan.stats.facts import AT_START, HALF_YEAR, STATED, Facts
from rightsplan.stats.forecast import LINEAR, Forecast
from rightsplan.stats.panel import COUNT, Bools, Floats, Panel, Promises, take

SIGNIFICANT = 0.05
MARGIN = 1.96  # standard errors in half a 95 % interval
REVISED = 0.1  # part of the promised way by which a revised baseline matters

FLAGS = {
    "deadline_is_plan_end": "the target has no year of its own; the end of the plan is its deadline",
    "baseline_at_start": "the baseline is the last value at the start of the plan, at most two years before it",
    "baseline_year_assumed": "the plan states a baseline without its year; the start of the plan is taken",
    "baseline_revised": "the series now gives another value for the baseline's year, off by a tenth of the way or more",
    "baseline_keeps_promise": "the baseline kept the promise already",
    "direction_against_better": "the target asks for less of what is better, or for more of what is worse",
    "judged_one_year_early": "the deadline has passed and the last value in time is from the year before it",
    "break_after_baseline": "the series was interrupted after the baseline; level only, no pace",
    "worse_than_baseline": "the last value is worse than the baseline, and not known to be noise",
    "worse_than_best": "the last value is worse than the best one, and not known to be noise",
    "lost_after_met": "the target was reached during the plan and lost again",
    "hold_broken": "a level to hold was not held in every observed year of the plan",
    "hold_unseen": "a level to hold was not observed in every year from the start of the plan to the last value",
    "kept_only_later": "a value after the deadline keeps the promise; it came too late",
    "within_margin": "the target lies within the last value's 95 % margin of error: the verdict could be chance",
    "linear_at_bound": "a value or the target sits on a bound, so the forecast is linear",
}


def flags_of(panel: Panel, promises: Promises, facts: Facts, forecast: Forecast) -> dict[str, Bools]:
    """Return for every flag the promises to which it applies."""
    level, goal, baseline, regression = facts.level, facts.goal, facts.baseline, facts.regression
    years_early = facts.deadline - level.year
    may_grow = (promises.measured == COUNT) & (goal.sign < 0)  # a count within its limit grows without moving back
    seen = facts.spans.last >= 0
    assumed = (baseline.source == STATED) & np.isnan(promises.baseline_year) & np.isfinite(baseline.year)
    best_near = goal.nearness(level.value - regression.since_best)
    is_kept = goal.is_kept_by(baseline.value)
    needs_scale = np.isfinite(promises.lower) & (np.isfinite(promises.upper) | (promises.lower == 0))
    return {
        "deadline_is_plan_end": np.isnan(promises.year) & np.isfinite(promises.end),
        "baseline_at_start": baseline.source == AT_START,
        "baseline_year_assumed": assumed,
        "baseline_revised": is_revised(facts),
        "baseline_keeps_promise": is_kept,
        "direction_against_better": goal.sign * promises.better < 0,
        "judged_one_year_early": facts.is_over & (years_early >= 0.5) & (years_early < 1.5),
        "break_after_baseline": facts.pace.is_broken,
        "worse_than_baseline": (facts.pace.moved < -goal.slack)
        & ~facts.pace.is_broken
        & np.isfinite(regression.since_baseline)
        & ~(regression.baseline_p > SIGNIFICANT)
        & ~may_grow,
        "worse_than_best": (goal.nearness(level.value) < best_near - goal.slack)
        & ~(regression.best_p > SIGNIFICANT)
        & ~may_grow,
        "lost_after_met": seen & ~level.is_reached & (level.last_kept >= 0),
        "hold_broken": promises.hold & (level.first_broken >= 0),
        "hold_unseen": promises.hold & (years_due(promises, facts) > facts.spans.years) & (facts.spans.years > 0),
        "kept_only_later": ~level.is_reached & level.is_kept_later,
        "within_margin": is_within_margin(facts, take(panel.error, facts.spans.last)),
        "linear_at_bound": needs_scale & (forecast.scale == LINEAR) & np.isfinite(forecast.probability),
    }


def is_within_margin(facts: Facts, error: Floats) -> Bools:
    """Say where the last value is nearer to the limit that decides than 1.96 of its standard errors."""
    off = np.abs(facts.level.value - facts.goal.level)
    to_limit = np.where(facts.goal.sign == 0, np.abs(off - facts.goal.band), off)
    is_near: Bools = to_limit < MARGIN * error
    return is_near


def is_revised(facts: Facts) -> Bools:
    """Say where a stated baseline is not what the series now says of its year, so that the two do not compare."""
    baseline = facts.baseline
    off = np.abs(baseline.seen - baseline.value)
    way = np.abs(np.nan_to_num(facts.pace.needed))
    is_off: Bools = (off > facts.goal.slack) & (off >= REVISED * way - facts.goal.slack)
    is_off &= baseline.source == STATED
    return is_off


def years_due(promises: Promises, facts: Facts) -> Floats:
    """Return the number of calendar years from the plan's first to the last value's, NaN without a start."""
    first = np.where(np.isfinite(promises.start), promises.start, facts.baseline.year + 1)
    years: Floats = np.floor(facts.level.year + HALF_YEAR) - np.floor(first + HALF_YEAR) + 1
    return years
