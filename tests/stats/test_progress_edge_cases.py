"""One readable table: a series, a promise, and what must be said about it.

The usual promise is "from 90 in 2020 to at least 95 in 2025" of a percentage, in a plan from 2021 to 2025, seen in
mid-2023 (2023.4). Each row names what is different. The last column holds facts that must hold as well.
"""

from typing import Any, NamedTuple

import pytest

from rightsplan.stats.progress import FLAGS, RULES

from .series import judge


class Case(NamedTuple):
    name: str
    series: str
    changes: dict[str, Any]
    reason: str
    facts: dict[str, Any] = {}


NO_BASE: dict[str, Any] = {"baseline": None, "baseline_year": None}
COUNT: dict[str, Any] = {**NO_BASE, "measured_as": "count", "value": 100.0, "upper": None}
CHANGE: dict[str, Any] = {"measured_as": "change", "direction": "change_by", "baseline": None, "upper": None}
OVER: dict[str, Any] = {"as_of": 2026.0}
LOWER: dict[str, Any] = {"direction": "at_most", "value": 10.0, "baseline": 20.0}
LONG = "2013 80, 2014 81.2, 2015 81.9, 2016 83.4, 2017 84.1, 2018 85.6, 2019 86.2, 2020 87.7"

CASES = [
    # Nothing to judge.
    Case("in words", "2021 92", {"kind": "qualitative", "value": None}, "qualitative"),
    Case(
        "in words, with a figure beside them", "2021 92", {"kind": "qualitative"}, "qualitative", {"pace_ratio": None}
    ),
    Case("a process without a figure", "2021 92", {"kind": "process", "value": None}, "no_target_value"),
    Case("a figure to reach is missing", "2021 92", {"value": None}, "no_target_value"),
    Case(
        "no figure, but how the indicator moved is still known",
        "2021 92, 2022 91",
        {"value": None},
        "no_target_value",
        {"since_baseline": 1.0, "since_best": -1.0, "has_moved_back": True},
    ),
    Case("no series at all", "", {}, "no_data", {"latest_age": None, "no_probability": "no_data"}),
    Case("only missing values", "2021 -, 2022 -", {}, "no_data"),
    Case("only values of the future", "2024 92", {}, "no_data"),
    Case("a quarter of the future is no value either", "2024-Q1 96", {}, "no_data"),
    Case(
        "a quarter that has begun is one, and so is the running year",
        "2023-Q3 92, 2023-Q4 93, 2024-Q1 96",
        {"as_of": 2023.3},
        "pace_short",
        {"latest_period": "2023-Q4", "pace_ratio": 0.888888889},
    ),
    Case(
        "only values after the deadline",
        "2026 97",
        {"as_of": 2027.0},
        "no_data_in_time",
        {"later": 97.0, "later_period": "2026", "flags": ("kept_only_later",)},
    ),
    Case("only values older than the plan", "2018 92, 2019 96", {}, "no_data_in_plan", {"latest": 96.0}),
    Case("a stale last value: four years", "2021 92", {"as_of": 2025.6, "year": 2030.0}, "stale", {"latest_age": 4.1}),
    Case(
        "three years old is not yet stale",
        "2021 91, 2022 92",
        {"as_of": 2025.5, "year": 2030.0},
        "pace_enough",
        {"latest_age": 3.0},
    ),
    # Nearer to the target than the margin of error.
    Case(
        "reached, but within the margin of error",
        "2021 92 (91..93), 2022 96 (94.5..97.5)",
        {},
        "target_reached_early",
        {"flags": ("within_margin",)},
    ),
    Case(
        "missed, but within the margin of error",
        "2024 94 (93..95), 2025 94.6 (93.6..95.6)",
        OVER,
        "deadline_missed",
        {"flags": ("within_margin",)},
    ),
    Case(
        "reached by more than the margin of error",
        "2021 92 (91..93), 2022 97 (95.5..98.5)",
        {},
        "target_reached_early",
        {"flags": ()},
    ),
    # Level before the deadline.
    Case(
        "reached before the deadline",
        "2021 92, 2022 95",
        {},
        "target_reached_early",
        {"reached_period": "2022", "gap": 0.0, "share": 1.0, "pace_needed_now": None},
    ),
    Case(
        "reached, then lost",
        "2021 96, 2022 94",
        {},
        "lost_after_met",
        {"reached_period": "2021", "last_kept_period": "2021", "has_moved_back": True},
    ),
    Case(
        "reached, lost and reached again",
        "2021 96, 2022 94, 2023 95",
        {},
        "target_reached_early",
        {"reached_period": "2021", "last_kept_period": None, "has_moved_back": True, "best_period": "2021"},
    ),
    Case(
        "met and still going back: the regression is its own fact",
        "2021 99, 2022 96",
        {},
        "target_reached_early",
        {"since_best": -3.0, "has_moved_back": True},
    ),
    Case(
        "reached, then worse than the baseline",
        "2021 96, 2022 89",
        {},
        "moved_back",
        {"flags": ("worse_than_baseline", "worse_than_best", "lost_after_met")},
    ),
    Case("strictly more: the target itself is not enough", "2021 93, 2022 95", {"strict": True}, "pace_enough"),
    Case("strictly more: a little above is", "2021 93, 2022 95.1", {"strict": True}, "target_reached_early"),
    Case(
        "decimals that do not add up in binary are no miss",
        "2021 0.2, 2022 0.3",
        {"value": 0.1 + 0.2, "baseline": 0.1},
        "target_reached_early",
    ),
    # Pace.
    Case(
        "exactly the pace due",
        "2021 91, 2022 92",
        {},
        "pace_enough",
        {"observed_pace": 1.0, "required_pace": 1.0, "pace_ratio": 1.0, "pace_needed_now": 1.0, "share": 0.4},
    ),
    Case("just enough (95 %)", "2021 91, 2022 91.9", {}, "pace_enough", {"pace_ratio": 0.95}),
    Case("half the pace due", "2021 90, 2022 91", {}, "pace_short", {"pace_ratio": 0.5}),
    Case("a tenth of the change due is movement", "2022 90.2", {}, "pace_short", {"pace_ratio": 0.1}),
    Case("less than a tenth of the change due is none", "2022 90.19", {}, "hardly_moved"),
    Case("less than a tenth back is none either", "2022 89.81", {}, "hardly_moved"),
    Case(
        "a tenth back is moving away",
        "2022 89.79",
        {},
        "moved_back",
        {"flags": ("worse_than_baseline", "worse_than_best")},
    ),
    Case(
        "downward target on the pace due",
        "2021 18, 2022 16",
        LOWER,
        "pace_enough",
        {"observed_pace": -2.0, "required_pace": -2.0, "pace_ratio": 1.0},
    ),
    Case("downward target moving up", "2021 21, 2022 22", LOWER, "moved_back"),
    Case(
        "target zero on the straight line",
        "2021 8, 2022 6",
        {**LOWER, "value": 0.0, "baseline": 10.0},
        "pace_enough",
        {"pace_ratio": 1.0},
    ),
    Case("baseline zero", "2021 20, 2022 38", {"baseline": 0.0}, "pace_enough", {"pace_ratio": 1.0}),
    Case(
        "from below zero to above it, at the pace due",
        "2021 -3, 2022 -1",
        {"baseline": -5.0, "value": 5.0, "lower": None, "upper": None},
        "pace_enough",
        {"pace_ratio": 1.0, "share": 0.4},
    ),
    Case(
        "less of a negative number is worse",
        "2021 -5, 2022 -7",
        {"baseline": -5.0, "value": -1.0, "lower": None, "upper": None},
        "moved_back",
        {"pace_ratio": -1.25},
    ),
    Case("a pace by quarters", "2020-Q4 90, 2022-Q4 91.75", {"baseline": None}, "pace_short", {"pace_ratio": 0.809375}),
    Case("quarters at the pace due", "2021-Q2 91, 2022-Q4 92.375", {}, "pace_enough", {"pace_ratio": 1.0}),
    Case(
        "noise: the change is within the intervals",
        "2020 90 (88..92), 2022 91 (89..93)",
        {"baseline": None},
        "within_noise",
        {"since_baseline": 1.0, "baseline_source": "series"},
    ),
    Case(
        "the same change, surely measured",
        "2020 90 (89.9..90.1), 2022 91 (90.9..91.1)",
        {"baseline": None},
        "pace_short",
        {"since_baseline_p": 0.0},
    ),
    Case("noise: one step below a stated baseline", "2022 89 (87..91)", {}, "within_noise", {"flags": ()}),
    # Baselines.
    Case("baseline stated", "2020 80, 2022 92", {}, "pace_enough", {"baseline": 90.0, "baseline_source": "stated"}),
    Case(
        "baseline from the series in the baseline year",
        "2020 90, 2022 92",
        {"baseline": None},
        "pace_enough",
        {"baseline": 90.0, "baseline_year": 2020.0, "baseline_source": "series"},
    ),
    Case(
        "baseline from the start of the plan",
        "2021 90, 2022 92",
        NO_BASE,
        "pace_enough",
        {"baseline_year": 2021.0, "baseline_source": "series_at_start", "flags": ("baseline_at_start",)},
    ),
    Case(
        "baseline year without a value: the last two years before the plan",
        "2019 90, 2022 92",
        {"baseline": None},
        "pace_short",
        {"baseline_year": 2019.0, "baseline_source": "series_at_start"},
    ),
    Case(
        "baseline three years before the plan is too old",
        "2018 90, 2022 92",
        NO_BASE,
        "no_baseline",
        {"baseline": None, "pace_ratio": None},
    ),
    Case(
        "a stated baseline without a year stands at the start of the plan",
        "2022 92",
        {"baseline_year": None},
        "pace_enough",
        {"baseline_year": 2021.0, "flags": ("baseline_year_assumed",)},
    ),
    Case(
        "a stated baseline with neither year nor plan",
        "2021 91, 2022 92",
        {"baseline_year": None, "start_year": None},
        "baseline_without_year",
        {"baseline": 90.0, "baseline_year": None, "pace_ratio": None},
    ),
    Case(
        "baseline equal to the target, held",
        "2022 95",
        {"baseline": 95.0},
        "target_reached_early",
        {"share": None, "pace_ratio": None, "flags": ("baseline_keeps_promise",)},
    ),
    Case("baseline equal to the target, lost", "2022 94", {"baseline": 95.0}, "fell_from_target"),
    Case("baseline equal to a strict target, unchanged", "2022 95", {"baseline": 95.0, "strict": True}, "hardly_moved"),
    Case(
        "baseline beyond the target, fallen below it",
        "2022 94",
        {"baseline": 97.0},
        "fell_from_target",
        {"pace_ratio": None, "since_baseline": -3.0},
    ),
    Case("baseline later than the last value", "2021 92", {"baseline_year": 2022.0}, "no_data_since_baseline"),
    Case(
        "a value that keeps the promise is no pass when it is older than the baseline",
        "2021 96",
        {"baseline_year": 2022.0},
        "no_data_since_baseline",
        {"latest": 96.0, "share": 1.2},
    ),
    Case(
        "nor without a plan's start",
        "2019 96",
        {"start_year": None},
        "no_data_since_baseline",
    ),
    Case("in the baseline's own year the level counts", "2020 96", {"start_year": None}, "target_reached_early"),
    Case(
        "the series was revised after the plan named its baseline: said, not mended",
        "2020 92, 2021 92, 2022 92",
        {},
        "pace_enough",
        {"baseline": 90.0, "flags": ("baseline_revised",)},
    ),
    Case("a rounded baseline is no revision", "2020 90.4, 2022 92", {}, "pace_enough", {"flags": ()}),
    Case(
        "met, but worse than the stated baseline: shown all the same",
        "2022 96",
        {"baseline": 99.0},
        "target_reached_early",
        {
            "has_moved_back": True,
            "best": 99.0,
            "best_period": "2020",
            "since_best": -3.0,
            "since_baseline": -3.0,
            "flags": ("baseline_keeps_promise", "worse_than_baseline", "worse_than_best"),
        },
    ),
    Case("the target's year is before the baseline's, unmet", "2021 92", {"year": 2019.0}, "no_data_in_time"),
    Case(
        "the target's year is before the baseline's, and the old value would do",
        "2019 96, 2021 97",
        {"year": 2019.0, "start_year": None},
        "no_data_since_baseline",
        {"later": 97.0},
    ),
    Case(
        "the target's year is the baseline's, and it is not over",
        "2021-Q3 91, 2021-Q4 92",
        {"year": 2021.0, "baseline_year": 2021.0, "as_of": 2021.4},
        "no_deadline",
        {"required_pace": None},
    ),
    Case(
        "two values, neither after the baseline",
        "2021 92, 2022 93",
        {"baseline_year": 2022.0},
        "no_data_since_baseline",
    ),
    Case(
        "no year for the target: the end of the plan",
        "2021 91, 2022 92",
        {"year": None},
        "pace_enough",
        {"deadline": 2025.0, "flags": ("deadline_is_plan_end",)},
    ),
    Case(
        "no year at all",
        "2021 91, 2022 92",
        {"year": None, "end_year": None},
        "no_deadline",
        {"deadline": None, "required_pace": None, "no_probability": "no_deadline"},
    ),
    Case("no year at all, but reached", "2022 96", {"year": None, "end_year": None}, "target_reached_early"),
    # One point.
    Case("one point, unmet, ahead of the deadline", "2022 92", NO_BASE, "one_point"),
    Case("one point that is its own baseline", "2021 92", NO_BASE, "one_point"),
    Case("one point, met", "2022 96", NO_BASE, "target_reached_early"),
    Case("one point at the deadline, met", "2025 96", {**NO_BASE, **OVER}, "target_reached"),
    Case("one point at the deadline, missed", "2025 94", {**NO_BASE, **OVER}, "missed_without_baseline", {"gap": 1.0}),
    Case("one point and a stated baseline make a pace", "2022 91", {}, "pace_short"),
    # After the deadline.
    Case("met at the deadline", "2021 92, 2025 95", OVER, "target_reached", {"is_over": True}),
    Case("missed at the deadline", "2021 92, 2025 94", OVER, "deadline_missed", {"gap": 1.0, "share": 0.8}),
    Case("at the deadline where it began", "2021 92, 2025 90.1", OVER, "hardly_moved"),
    Case("at the deadline worse than it began", "2021 92, 2025 88", OVER, "moved_back"),
    Case(
        "reached too late",
        "2021 92, 2025 94, 2026 96",
        {"as_of": 2027.0},
        "deadline_missed",
        {"later": 96.0, "latest": 94.0, "flags": ("kept_only_later",)},
    ),
    Case(
        "the year before the deadline still counts",
        "2021 92, 2024 95",
        OVER,
        "target_reached",
        {"flags": ("judged_one_year_early",)},
    ),
    Case(
        "two years before the deadline do not",
        "2021 92, 2023 95",
        OVER,
        "deadline_passed_unobserved",
        {"latest": 95.0, "latest_period": "2023"},
    ),
    Case(
        "a value after the deadline does not stand in",
        "2023 94, 2026 96",
        {"as_of": 2027.0},
        "deadline_passed_unobserved",
        {"later": 96.0},
    ),
    Case("the last day of the deadline's year is in time", "2021 92, 2025-12-31 95", OVER, "target_reached"),
    Case("the first day after it is not", "2021 92, 2025 94, 2026-01-01 95", {"as_of": 2026.4}, "deadline_missed"),
    Case(
        "the deadline's year itself is not over",
        "2021 92, 2025 94",
        {"as_of": 2025.4},
        "pace_short",
        {"is_over": False, "no_probability": "deadline_year_observed"},
    ),
    # Counts.
    Case(
        "a count on its way: it began on the first day",
        "2021 20, 2022 40",
        COUNT,
        "pace_enough",
        {"baseline": 0.0, "baseline_year": 2020.0, "baseline_source": "zero", "pace_ratio": 1.0},
    ),
    Case("a count reached cannot be lost, however old the value", "2022 100", {**COUNT, **OVER}, "count_reached"),
    Case("a count not reached and not seen again", "2022 90", {**COUNT, **OVER}, "deadline_passed_unobserved"),
    Case("a count that falls short at the deadline", "2022 40, 2025 90", {**COUNT, **OVER}, "deadline_missed"),
    Case(
        "a count to stay within a limit",
        "2021 20, 2022 40",
        {**COUNT, "direction": "at_most"},
        "held_so_far",
        {"has_moved_back": False},
    ),
    Case("a limit kept to the end", "2021 20, 2025 99", {**COUNT, **OVER, "direction": "at_most"}, "held_throughout"),
    Case(
        "a limit passed can never be kept again",
        "2021 20, 2022 101",
        {**COUNT, "direction": "at_most"},
        "limit_exceeded",
    ),
    # Promised changes.
    Case(
        "a change since a stated baseline",
        "2021 91, 2022 92",
        {"direction": "change_by", "value": 5.0},
        "pace_enough",
        {"target_level": 95.0, "pace_ratio": 1.0},
    ),
    Case(
        "a change downwards",
        "2021 89, 2022 88",
        {"direction": "change_by", "value": -5.0},
        "pace_enough",
        {"target_level": 85.0},
    ),
    Case(
        "a change downwards that went up", "2021 91, 2022 92", {"direction": "change_by", "value": -5.0}, "moved_back"
    ),
    Case(
        "a change since a baseline of zero",
        "2021 1, 2022 2",
        {"direction": "change_by", "value": 5.0, "baseline": 0.0},
        "pace_enough",
        {"target_level": 5.0},
    ),
    Case(
        "a series that already counts from the baseline",
        "2021 1, 2022 2",
        {**CHANGE, "value": 5.0},
        "pace_enough",
        {"target_level": 5.0, "baseline": 0.0, "baseline_source": "zero"},
    ),
    Case(
        "such a series does not start at the stated level",
        "2021 1, 2022 2",
        {**CHANGE, "value": 5.0, "baseline": 90.0},
        "pace_enough",
        {"baseline": 0.0},
    ),
    Case("a negative change so far", "2021 -1, 2022 -2", {**CHANGE, "value": 5.0, "lower": None}, "moved_back"),
    Case(
        "a change from nowhere",
        "2022 92",
        {**NO_BASE, "direction": "change_by", "value": 5.0},
        "no_baseline_for_change",
        {"target_level": None, "no_probability": "no_baseline_for_change"},
    ),
    # Levels to hold.
    Case("held in every year so far", "2021 95, 2022 96", {"hold": True, "baseline": 95.0}, "held_so_far"),
    Case("held to the end", "2021 95, 2023 97, 2025 96", {"hold": True, **OVER}, "held_throughout"),
    Case(
        "held until two years before the end", "2021 95, 2023 97", {"hold": True, **OVER}, "deadline_passed_unobserved"
    ),
    Case(
        "broken once, held again",
        "2021 94, 2022 96",
        {"hold": True},
        "hold_broken",
        {"broken_period": "2021", "flags": ("hold_broken",)},
    ),
    Case(
        "broken once stays broken at the end",
        "2021 96, 2022 94, 2025 96",
        {"hold": True, **OVER},
        "hold_broken",
        {"broken_period": "2022"},
    ),
    Case(
        "not held and not held now, though the pace would do",
        "2021 91, 2022 92",
        {"hold": True},
        "hold_broken",
        {"broken_period": "2021", "pace_ratio": 1.0},
    ),
    Case("one value below the level is enough to know", "2022 94", {**NO_BASE, "hold": True}, "hold_broken"),
    Case("not held and further away than at the start", "2021 89, 2022 88", {"hold": True}, "moved_back"),
    Case(
        "held where it was observed, and not observed everywhere",
        "2021 95, 2023 97, 2025 96",
        {"hold": True, **OVER},
        "held_throughout",
        {"flags": ("worse_than_best", "hold_unseen")},
    ),
    Case("broken now, held at the start", "2021 96, 2022 94", {"hold": True, "baseline": 96.0}, "fell_from_target"),
    Case(
        "what was before the plan does not break it",
        "2019 80, 2021 95",
        {"hold": True},
        "held_so_far",
        {"broken_period": None},
    ),
    Case(
        "an upper limit held", "2021 5, 2022 4.9", {**LOWER, "value": 5.5, "baseline": 5.0, "hold": True}, "held_so_far"
    ),
    # About and exactly.
    Case(
        "about 50 is 47.5 to 52.5",
        "2021 44, 2022 47.5",
        {"direction": "about", "value": 50.0, "baseline": 40.0},
        "target_reached_early",
    ),
    Case(
        "47.4 is not about 50",
        "2021 44, 2022 47.4",
        {"direction": "about", "value": 50.0, "baseline": 40.0},
        "pace_enough",
        {"gap": 2.6},
    ),
    Case(
        "52.6 is not about 50 either: too much",
        "2021 50, 2022 52.6",
        {"direction": "about", "value": 50.0, "baseline": 40.0},
        "lost_after_met",
    ),
    Case(
        "about 90 %: five per cent of the distance to 100 %",
        "2022 90.6",
        {"direction": "about", "value": 90.0, "baseline": 80.0},
        "pace_enough",
    ),
    Case(
        "about 90 without bounds: five per cent of 90",
        "2022 94.5",
        {"direction": "about", "value": 90.0, "baseline": 80.0, "lower": None, "upper": None},
        "target_reached_early",
    ),
    Case(
        "a stated tolerance",
        "2022 93",
        {"direction": "about", "value": 90.0, "baseline": 80.0, "tolerance": 3.0},
        "target_reached_early",
    ),
    Case(
        "exactly means exactly",
        "2022 95.01",
        {"direction": "exactly"},
        "pace_enough",
        {"no_probability": "exact_target"},
    ),
    Case("exactly, reached", "2022 95", {"direction": "exactly"}, "target_reached_early"),
    Case("exactly, further off than before", "2022 84", {"direction": "exactly"}, "moved_back"),
    Case("a tolerance does not soften at least", "2022 94.9", {"tolerance": 1.0}, "pace_enough"),
    # Breaks.
    Case(
        "a break after the baseline: no pace",
        "2021 91, break 2022 94",
        {},
        "break_before_deadline",
        {"pace_ratio": None, "since_baseline": None, "flags": ("break_after_baseline",)},
    ),
    Case("a break does not hide a level that is reached", "2021 91, break 2022 96", {}, "target_reached_early"),
    Case("a break and a missed deadline", "2021 91, break 2025 94", OVER, "break_at_deadline"),
    Case("a break before the baseline", "2015 80, break 2020 90, 2022 92", {"baseline": None}, "pace_enough"),
    Case(
        "a break on a missing value moves to the next one",
        "2021 91, break 2022 -, 2023 94",
        {},
        "break_before_deadline",
    ),
    Case("a mark on the first value breaks nothing", "break 2021 91, 2022 92", {}, "pace_enough"),
    Case(
        "a break after the deadline does not matter",
        "2021 91, 2025 94, break 2026 80",
        {"as_of": 2027.0},
        "deadline_missed",
    ),
    Case(
        "the best value is the best since the break",
        "2015 99, break 2019 88, 2020 90, 2022 92",
        {},
        "pace_enough",
        {"best_period": "2022", "has_moved_back": False},
    ),
    # Probability against pace.
    Case(
        "enough pace on a scale without bounds",
        f"{LONG}, 2021 92.2, 2022 92.3",
        {"upper": None, "lower": None},
        "pace_enough",
    ),
    Case(
        "missing values between are no steps",
        "2013 80, 2014 -, 2016 83, 2018 85, 2020 88, 2022 91",
        {},
        "pace_short",
        {"observations": 5, "no_probability": ""},
    ),
    Case(
        "four years are too few to forecast",
        "2019 89, 2020 90, 2021 91.5, 2022 92",
        {},
        "pace_enough",
        {"probability": None, "no_probability": "too_few_observations"},
    ),
    Case(
        "months of one year are one year",
        ", ".join(f"2022-{m:02} {91 + m / 10 + m % 2}" for m in range(1, 13)),
        {},
        "pace_short",
        {"observations": 1, "no_probability": "too_few_observations"},
    ),
    Case(
        "a series without variation cannot say how far it strays",
        ", ".join(f"{y} 90" for y in range(2012, 2023)),
        {},
        "hardly_moved",
        {"probability": None, "no_probability": "no_variation"},
    ),
    Case(
        "a value on a bound keeps the forecast linear",
        "2015 0, 2016 1, 2018 1, 2020 3, 2021 2, 2022 4",
        {"baseline": 3.0, "value": 9.0, "lower": 0.0, "upper": 100.0},
        "pace_short",
        {"scale": "linear", "flags": ("linear_at_bound",)},
    ),
    Case(
        "a target on a bound keeps the forecast linear",
        LONG + ", 2022 91",
        {"value": 100.0},
        "pace_short",
        {"scale": "linear"},
    ),
    Case("bounded on both sides: logit", LONG + ", 2022 91", {}, "pace_short", {"scale": "logit"}),
    Case("bounded by zero: log", LONG + ", 2022 91", {"upper": None}, "pace_short", {"scale": "log"}),
    Case("not bounded: linear", LONG + ", 2022 91", {"upper": None, "lower": None}, "pace_short", {"scale": "linear"}),
    # Contradictions in a plan are said, not mended.
    Case(
        "less of what is better",
        "2022 92",
        {"better": "lower"},
        "pace_enough",
        {"flags": ("direction_against_better",)},
    ),
]
VERDICT_OF = {rule.reason: rule.verdict for rule in RULES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_edge_case(case: Case) -> None:
    result = judge(case.series, **case.changes)
    found = {name: getattr(result, name) for name in case.facts}
    assert (result.reason, result.verdict, found) == (case.reason, VERDICT_OF[case.reason], case.facts)


def test_every_rule_and_every_flag_has_a_case() -> None:
    results = [judge(case.series, **case.changes) for case in CASES] + list(FORECAST_DECIDES.values())
    assert {result.reason for result in results} == {rule.reason for rule in RULES}
    assert {flag for result in results for flag in result.flags} == set(FLAGS)


FORECAST_DECIDES = {
    "pace_enough_but_unlikely": judge(
        "2009 93, 2010 92, 2011 93, 2013 92, 2015 90, 2016 90, 2017 91, 2018 89.5, 2019 90, 2020 90, 2021 91, 2022 92"
    ),
    "slow_but_likely": judge(
        "2010 80, 2011 81.1, 2012 81.9, 2013 83.1, 2014 83.9, 2015 85.1, 2016 85.9, 2017 87.1, 2018 88, 2019 89.1,"
        " 2020 89.9, 2021 91, 2022 91.9",
        year=2027.0,
        value=94.0,
        lower=None,
        upper=None,
        baseline=91.3,
    ),
}


@pytest.mark.parametrize("reason", FORECAST_DECIDES)
def test_where_the_forecast_decides(reason: str) -> None:
    result = FORECAST_DECIDES[reason]
    assert result.probability is not None
    assert result.reason == reason
