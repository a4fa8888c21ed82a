"""The one table that turns level, pace and probability into a verdict. The documentation prints it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats.facts import HALF_YEAR, NONE, Facts
from rightsplan.stats.flags import SIGNIFICANT
from rightsplan.stats.forecast import Forecast
from rightsplan.stats.panel import COUNT, Bools, Ints, Promises

VERDICTS = ("met", "on_track", "behind", "no_change", "moving_away", "not_measurable")
ENOUGH_PACE = 0.95
NO_CHANGE_PACE = 0.10
LIKELY, UNLIKELY = 2 / 3, 1 / 3
STALE_YEARS = 3.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: the first rule that applies decides."""

    reason: str
    verdict: str
    when: str


RULES = (
    Rule("qualitative", "not_measurable", "the promise is in words, not in numbers"),
    Rule("no_target_value", "not_measurable", "the plan names no figure"),
    Rule("no_data", "not_measurable", "there is no observation at all"),
    Rule("no_data_in_time", "not_measurable", "all observations are later than the deadline"),
    Rule("no_data_in_plan", "not_measurable", "the last observation is older than the plan"),
    Rule("no_baseline_for_change", "not_measurable", "a change was promised and nothing says from where"),
    Rule("no_data_since_baseline", "not_measurable", "there is no observation after the baseline"),
    Rule("count_reached", "met", "an accumulating count has reached the target; it cannot be lost"),
    Rule("limit_exceeded", "behind", "an accumulating count has passed the limit it was to stay within"),
    Rule(
        "deadline_passed_unobserved",
        "not_measurable",
        "the deadline has passed and the last observation is more than a year older",
    ),
    Rule(
        "stale",
        "not_measurable",
        "the deadline lies ahead and the last observation is more than three years old",
    ),
    Rule("held_throughout", "met", "a level to hold was held in every observed year up to the deadline"),
    Rule("held_so_far", "on_track", "a level to hold was held in every observed year so far"),
    Rule("hold_broken", "behind", "a level to hold was not held in every observed year, and it is not moving away"),
    Rule("target_reached", "met", "the deadline has passed and the last value in time keeps the promise"),
    Rule("target_reached_early", "met", "the last value keeps the promise before the deadline"),
    Rule(
        "one_point",
        "not_measurable",
        "the deadline lies ahead, the target is not reached, and one observation is no movement",
    ),
    Rule("within_noise", "no_change", "the change since the baseline cannot be told from zero (p > 0.05)"),
    Rule("fell_from_target", "moving_away", "the baseline kept the promise and the last value has fallen from it"),
    Rule(
        "break_before_deadline",
        "not_measurable",
        "a break in the series lies between baseline and last value",
    ),
    Rule("break_at_deadline", "behind", "the deadline has passed unmet; a break hides the way there"),
    Rule(
        "missed_without_baseline",
        "behind",
        "the deadline has passed unmet and no dated baseline lies before the last value",
    ),
    Rule("no_baseline", "not_measurable", "no baseline is known"),
    Rule(
        "baseline_without_year", "not_measurable", "the plan states a baseline but neither its year nor its own start"
    ),
    Rule("no_deadline", "not_measurable", "the target is not reached and the plan names no year after the baseline's"),
    Rule("moved_back", "moving_away", "worse than the baseline by a tenth or more of the change due by now"),
    Rule("hardly_moved", "no_change", "less than a tenth of the change due by now, in either direction"),
    Rule("lost_after_met", "behind", "the target was reached during the plan and lost again"),
    Rule("deadline_missed", "behind", "the deadline has passed and the last value in time falls short"),
    Rule(
        "pace_enough_but_unlikely",
        "behind",
        "the pace is at least 95 % of the one due, but the probability is below one third",
    ),
    Rule("pace_enough", "on_track", "the pace is at least 95 % of the one due"),
    Rule("slow_but_likely", "on_track", "the pace is short, but the probability is at least two thirds"),
    Rule("pace_short", "behind", "the pace is below 95 % of the one due"),
)
REASONS = {rule.reason: rule.verdict for rule in RULES}


def conditions(promises: Promises, facts: Facts, forecast: Forecast, as_of: float) -> dict[str, Bools]:
    """Return for every reason the promises to which its condition applies (before order is considered)."""
    return {
        **absences(promises, facts),
        **by_level(promises, facts, as_of),
        **by_pace(facts, forecast),
    }


def absences(promises: Promises, facts: Facts) -> dict[str, Bools]:
    """Return the conditions under which there is nothing to judge."""
    spans = facts.spans
    is_silent = spans.end == spans.begin
    return {
        "qualitative": promises.in_words,
        "no_target_value": np.isnan(promises.value),
        "no_data": spans.known == spans.begin,
        "no_data_in_time": is_silent,
        "no_data_in_plan": np.isfinite(promises.start) & (spans.plan >= spans.end),
        "no_baseline_for_change": np.isnan(facts.goal.level),
        "no_data_since_baseline": is_before_baseline(facts),
    }


def is_before_baseline(facts: Facts) -> Bools:
    """Say where the last value is of a year before the baseline's, or of the baseline itself, unmet and not alone.

    A value that keeps the promise in the baseline's own year is a level that was observed; an older one says nothing.
    """
    year, from_year, spans = facts.level.year, facts.baseline.year, facts.spans
    is_own = ~(year > from_year) & np.isfinite(from_year) & ~facts.level.is_reached & ~facts.is_over
    return (year < from_year - HALF_YEAR) | (is_own & (spans.end - spans.begin > 1))


def by_level(promises: Promises, facts: Facts, as_of: float) -> dict[str, Bools]:
    """Return the conditions that the level alone decides."""
    level, over = facts.level, facts.is_over
    reached = level.is_reached
    is_count = promises.measured == COUNT
    is_limit = is_count & (facts.goal.sign < 0)
    hold = promises.hold | is_limit  # a count can only leave its limit, so it holds or has failed
    is_broken = promises.hold & (level.first_broken >= 0)
    return {
        "count_reached": is_count & (facts.goal.sign > 0) & reached,
        "limit_exceeded": is_limit & ~reached,
        "deadline_passed_unobserved": over & (level.year <= facts.deadline - 1 - HALF_YEAR),
        "stale": ~over & (as_of - level.year - HALF_YEAR > STALE_YEARS),
        "held_throughout": hold & over & level.is_held,
        "held_so_far": hold & ~over & level.is_held,
        "hold_broken": is_broken & (reached | ~is_moving_away(facts)),
        "target_reached": over & reached,
        "target_reached_early": reached,
    }


def by_pace(facts: Facts, forecast: Forecast) -> dict[str, Bools]:
    """Return the conditions of promises whose level is not reached."""
    over, baseline, broken = facts.is_over, facts.baseline, facts.pace.is_broken
    unknown = baseline.source == NONE
    has_moved = facts.level.year > baseline.year
    pace, slack = facts.pace.ratio, facts.pace.tolerance
    is_enough = pace >= ENOUGH_PACE - slack
    is_from_target = has_begun_at_target(facts)
    return {
        "one_point": ~over & (facts.spans.end - facts.spans.begin == 1) & ~has_moved,
        "within_noise": facts.regression.baseline_p > SIGNIFICANT,
        "fell_from_target": has_fallen_from_target(facts),
        "break_before_deadline": broken & ~over,
        "break_at_deadline": broken & over,
        "missed_without_baseline": over & ~has_moved,
        "no_baseline": unknown,
        "baseline_without_year": np.isnan(baseline.year),
        "no_deadline": ~(np.isfinite(facts.deadline) & (facts.deadline > baseline.year)),
        "moved_back": pace <= -NO_CHANGE_PACE + slack,
        "hardly_moved": (pace < NO_CHANGE_PACE - slack) | is_from_target,
        "lost_after_met": facts.level.last_kept >= 0,
        "deadline_missed": over,
        "pace_enough_but_unlikely": is_enough & (forecast.probability < UNLIKELY),
        "pace_enough": is_enough,
        "slow_but_likely": forecast.probability >= LIKELY,
        "pace_short": np.ones(len(pace), dtype=bool),
    }


def has_begun_at_target(facts: Facts) -> Bools:
    """Say where the baseline keeps the promise, or is the target itself."""
    is_from_target: Bools = facts.goal.is_kept_by(facts.baseline.value) | (facts.pace.needed == 0)
    return is_from_target


def has_fallen_from_target(facts: Facts) -> Bools:
    """Say where the promise was kept at the baseline and the last value is worse than it, without a break between."""
    has_moved = facts.level.year > facts.baseline.year
    has_fallen = facts.pace.moved < -facts.goal.slack
    return has_begun_at_target(facts) & has_moved & has_fallen & ~facts.pace.is_broken


def is_moving_away(facts: Facts) -> Bools:
    """Say where the last value is worse than the baseline, by more than noise and a tenth of the change due by now."""
    back = (facts.pace.ratio <= -NO_CHANGE_PACE + facts.pace.tolerance) | has_fallen_from_target(facts)
    return back & ~(facts.regression.baseline_p > SIGNIFICANT)


def decide(applies: Mapping[str, Bools]) -> Ints:
    """Return for each promise the number of the first rule that applies."""
    masks = np.array([applies[rule.reason] for rule in RULES])
    first: Ints = masks.argmax(axis=0).astype(np.int64)
    return first


def counts(results: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many results have each verdict, and the total. `results` are dictionaries with the key `verdict`."""
    tally = dict.fromkeys(VERDICTS, 0)
    for result in results:
        if result.get("verdict") not in tally:
            raise Refused(f"{result.get('verdict')!r} is no verdict.", f"Use one of: {', '.join(VERDICTS)}.")
        tally[result["verdict"]] += 1
    return {**tally, "total": sum(tally.values())}
