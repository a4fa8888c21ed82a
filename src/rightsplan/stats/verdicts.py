"""The one table that turns level, pace and probability into a verdict. The documentation prints it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rightsplan.stats.facts import HALF_YEAR, Facts
from rightsplan.stats.forecast import Forecast
from rightsplan.stats.panel import COUNT, Bools, Ints, Panel, Promises

VERDICTS = ("met", "on_track", "behind", "no_change", "moving_away", "not_measurable")
ENOUGH_PACE = 0.95
NO_CHANGE_PACE = 0.10
LIKELY, UNLIKELY = 2 / 3, 1 / 3
STALE_YEARS = 3.0
SIGNIFICANT = 0.05


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
    Rule("no_baseline_for_change", "not_measurable", "a change was promised and nothing says from where"),
    Rule("count_reached", "met", "an accumulating count has reached the target; it cannot be lost"),
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
    Rule("hold_broken", "behind", "a level to hold was not held in every year, and is held now"),
    Rule("target_reached", "met", "the deadline has passed and the last value in time keeps the promise"),
    Rule("target_reached_early", "met", "the last value keeps the promise before the deadline"),
    Rule("fell_from_target", "moving_away", "the baseline kept the promise and the last value does not"),
    Rule(
        "break_before_deadline",
        "not_measurable",
        "a break in the series lies between baseline and last value",
    ),
    Rule("break_at_deadline", "behind", "the deadline has passed unmet; a break hides the way there"),
    Rule("missed_without_baseline", "behind", "the deadline has passed unmet and no baseline is known"),
    Rule("one_point", "not_measurable", "one observation is no movement"),
    Rule("no_baseline", "not_measurable", "no baseline is known"),
    Rule("no_deadline", "not_measurable", "the target is not reached and the plan names no year"),
    Rule("no_data_since_baseline", "not_measurable", "there is no observation after the baseline"),
    Rule("within_noise", "no_change", "the change since the baseline cannot be told from zero (p > 0.05)"),
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


def conditions(panel: Panel, promises: Promises, facts: Facts, forecast: Forecast, as_of: float) -> dict[str, Bools]:
    """Return for every reason the promises to which its condition applies (before order is considered)."""
    seen, over, reached = facts.last >= 0, facts.is_over, facts.is_reached
    points = np.diff(panel.offsets)
    age = as_of - facts.latest_year - HALF_YEAR
    late = facts.latest_year <= facts.deadline - 1 - HALF_YEAR
    unknown = facts.baseline_source == 0
    pace = facts.pace_ratio
    base_kept = facts.goal.reached(facts.baseline, slice(None)) & ~unknown
    after_baseline = facts.latest_year > facts.baseline_year
    return {
        **absences(promises, facts, seen),
        "count_reached": (promises.measured == COUNT) & reached,
        "deadline_passed_unobserved": over & late,
        "stale": ~over & (age > STALE_YEARS),
        "held_throughout": promises.hold & over & facts.is_held,
        "held_so_far": promises.hold & ~over & facts.is_held,
        "hold_broken": promises.hold & ~facts.is_held & reached,
        "target_reached": over & reached,
        "target_reached_early": reached,
        "fell_from_target": base_kept & after_baseline & ~facts.is_broken,
        "break_before_deadline": facts.is_broken & ~over,
        "break_at_deadline": facts.is_broken & over,
        "missed_without_baseline": over & (unknown | ~after_baseline),
        "one_point": unknown & (points == 1),
        "no_baseline": unknown,
        "no_deadline": ~np.isfinite(facts.deadline),
        "no_data_since_baseline": ~after_baseline,
        "within_noise": facts.since_baseline_p > SIGNIFICANT,
        "moved_back": pace <= -NO_CHANGE_PACE,
        "hardly_moved": pace < NO_CHANGE_PACE,
        "lost_after_met": facts.lost >= 0,
        "deadline_missed": over,
        "pace_enough_but_unlikely": (pace >= ENOUGH_PACE) & (forecast.probability < UNLIKELY),
        "pace_enough": pace >= ENOUGH_PACE,
        "slow_but_likely": forecast.probability >= LIKELY,
        "pace_short": np.ones(len(pace), dtype=bool),
    }


def absences(promises: Promises, facts: Facts, seen: Bools) -> dict[str, Bools]:
    """Return the conditions under which there is nothing to judge."""
    return {
        "qualitative": ~promises.numeric & ~np.isnan(promises.value),
        "no_target_value": ~promises.numeric,
        "no_data": ~seen & (facts.later < 0),
        "no_data_in_time": ~seen,
        "no_baseline_for_change": ~np.isfinite(facts.goal.level),
    }


def decide(applies: Mapping[str, Bools]) -> Ints:
    """Return for each promise the number of the first rule that applies."""
    masks = np.array([applies[rule.reason] for rule in RULES])
    first: Ints = masks.argmax(axis=0).astype(np.int64)
    return first


def counts(results: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many results have each verdict, and the total. `results` are dictionaries with the key `verdict`."""
    tally = dict.fromkeys(VERDICTS, 0)
    for result in results:
        tally[result["verdict"]] += 1
    return {**tally, "total": sum(tally.values())}
