"""Verdicts as word, shape, colour and sentence: the one place that says what each of them means to a reader."""

import math
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rightsplan.site import units
from rightsplan.site.numbers import decimals_apart, number, percent, rounded, whole, year
from rightsplan.site.texts import listed
from rightsplan.stats.progress import VERDICTS

WORDS: dict[str, str | Lazy] = {
    "met": gettext_lazy("met"),
    "on_track": gettext_lazy("on track"),
    "behind": gettext_lazy("behind"),
    "no_change": gettext_lazy("no change"),
    "moving_away": gettext_lazy("moving away"),
    "not_measurable": gettext_lazy("not measurable"),
}
MEANINGS: dict[str, str | Lazy] = {
    "met": gettext_lazy("The last value in time keeps the promise."),
    "on_track": gettext_lazy("Not there yet, but fast enough, or very likely to arrive in time."),
    "behind": gettext_lazy("Moving the right way too slowly, or the deadline has passed unmet."),
    "no_change": gettext_lazy("No movement that can be told from none."),
    "moving_away": gettext_lazy("Further from the promise than at the start."),
    "not_measurable": gettext_lazy("No figure was promised, or there are no data here to check it."),
}
# Shapes on a field of 16 by 16: they differ without colour, in grey print and at 10 pixels.
SHAPES = {
    "met": '<circle cx="8" cy="8" r="6.5"/>',
    "on_track": '<path d="M8 1l6.5 7.5h-4V15h-5V8.5h-4z"/>',
    "behind": '<circle class="hollow" cx="8" cy="8" r="5.8"/><path d="M8 1.5a6.5 6.5 0 0 0 0 13z"/>',
    "no_change": '<path d="M1.5 5.5h13v5h-13z"/>',
    "moving_away": '<path d="M8 15L1.5 7.5h4V1h5v6.5h4z"/>',
    "not_measurable": '<circle class="hollow dashed" cx="8" cy="8" r="5.8"/>',
}

REASONS: dict[str, str | Lazy] = {
    "qualitative": gettext_lazy("The promise is in words, not in numbers, so no figure can say whether it is kept."),
    "no_target_value": gettext_lazy("The plan names no figure to reach."),
    "no_data": gettext_lazy("There is no observation of it here."),
    "no_data_in_time": gettext_lazy("All observations are later than the deadline."),
    "no_data_in_plan": gettext_lazy("The last observation is older than the plan."),
    "no_baseline_for_change": gettext_lazy("A change was promised, and nothing says from where it counts."),
    "count_reached": gettext_lazy("The count has reached the target; it cannot be lost again."),
    "limit_exceeded": gettext_lazy("The count has passed the limit it was to stay within."),
    "deadline_passed_unobserved": gettext_lazy(
        "The deadline has passed, and the last observation is more than a year older."
    ),
    "stale": gettext_lazy("The last observation is more than three years old."),
    "held_throughout": gettext_lazy("The level was held in every observed year up to the deadline."),
    "held_so_far": gettext_lazy("The level has been held in every observed year so far."),
    "hold_broken": gettext_lazy("The level was not held in every observed year of the plan."),
    "target_reached": gettext_lazy("The deadline has passed, and the last value in time keeps the promise."),
    "target_reached_early": gettext_lazy("The promise is kept before its deadline."),
    "fell_from_target": gettext_lazy("The promise was kept at the start and no longer is."),
    "break_before_deadline": gettext_lazy(
        "The series was broken between the start and the last value, so the two cannot be compared."
    ),
    "break_at_deadline": gettext_lazy("The deadline has passed unmet; a break in the series hides the way there."),
    "missed_without_baseline": gettext_lazy("The deadline has passed unmet, and where it started is not known."),
    "one_point": gettext_lazy("There is one observation, and one point is no movement."),
    "no_baseline": gettext_lazy("Where the measure started is not known."),
    "baseline_without_year": gettext_lazy("The plan says where it started, but not when."),
    "no_deadline": gettext_lazy("The target is not reached, and the plan names no year."),
    "no_data_since_baseline": gettext_lazy("There is no observation here since the start."),
    "within_noise": gettext_lazy("The change since the start could be chance."),
    "moved_back": gettext_lazy("It is worse than at the start."),
    "hardly_moved": gettext_lazy("It has moved less than a tenth of the way due by now."),
    "lost_after_met": gettext_lazy("The target was reached and then lost again."),
    "deadline_missed": gettext_lazy("The deadline has passed, and the last value in time falls short."),
    "pace_enough_but_unlikely": gettext_lazy(
        "The pace looks enough, but a forecast gives it less than one chance in three."
    ),
    "pace_enough": gettext_lazy("The pace is at least the one that is due."),
    "slow_but_likely": gettext_lazy("It is slower than due, but a forecast gives it at least two chances in three."),
    "pace_short": gettext_lazy("It is slower than due."),
}
NO_PROBABILITY: dict[str, str | Lazy] = {
    "no_target_value": gettext_lazy("No probability: there is no figure to reach."),
    "no_data": gettext_lazy("No probability: there are no data."),
    "deadline_passed": gettext_lazy("No probability: the deadline has passed, so there is nothing left to forecast."),
    "no_baseline_for_change": gettext_lazy("No probability: nothing says from where the change counts."),
    "no_deadline": gettext_lazy("No probability: the plan names no year."),
    "deadline_year_observed": gettext_lazy("No probability: the year of the deadline has been observed already."),
    "no_variation": gettext_lazy(
        "No probability: the values do not vary, so they say nothing about how far they may stray."
    ),
    "too_few_observations": gettext_lazy("No probability: there are too few observations for a forecast."),
    "exact_target": gettext_lazy("No probability: an exact value cannot be forecast."),
}
# What a reader should know beside the verdict; a loss and a target lost again have sentences of their own.
FLAGS: dict[str, str | Lazy] = {
    "deadline_is_plan_end": gettext_lazy("The target names no year of its own; the end of the plan is taken."),
    "baseline_at_start": gettext_lazy("The plan states no baseline; the last value at its start is taken."),
    "baseline_year_assumed": gettext_lazy(
        "The plan states a baseline without its year; the start of the plan is taken."
    ),
    "baseline_revised": gettext_lazy(
        "The series gives another value for the start than the plan states, so the way covered is not shown."
    ),
    "baseline_keeps_promise": gettext_lazy("What was promised was the case at the start already."),
    "direction_against_better": gettext_lazy(
        "The target asks for less of what is better, or for more of what is worse."
    ),
    "judged_one_year_early": gettext_lazy(
        "There is no value for the last year; the one from the year before is judged."
    ),
    "break_after_baseline": gettext_lazy("The series was broken after the start, so no pace is computed across it."),
    "hold_broken": gettext_lazy("The level was not held in every observed year of the plan."),
    "hold_unseen": gettext_lazy(
        "Some years of the plan have no observation here, so whether the level was held is not known."
    ),
    "kept_only_later": gettext_lazy("A value after the deadline keeps the promise; it came too late."),
    "within_margin": gettext_lazy(
        "The last value is nearer to the target than its margin of error, so the verdict could be chance."
    ),
    "linear_at_bound": gettext_lazy("A value lies on the edge of its scale, so the forecast is rough there."),
}


def sprite() -> SafeString:
    """Return the symbols that every page refers to."""
    symbols = "".join(
        f'<symbol id="v-{verdict}" viewBox="0 0 16 16">{SHAPES[verdict]}</symbol>' for verdict in VERDICTS
    )
    return mark_safe(f'<svg class="sprite" aria-hidden="true">{symbols}</svg>')  # noqa: S308  our own constants


def word(verdict: str) -> str:
    """Return the verdict's word."""
    return str(WORDS.get(verdict, verdict))


def shape(verdict: str) -> SafeString:
    """Return the verdict's shape alone; the word stands beside it wherever it is used."""
    return format_html('<svg class="shape {0}" aria-hidden="true"><use href="#v-{0}"/></svg>', verdict)


def badge(verdict: str) -> SafeString:
    """Return shape and word."""
    return format_html('<span class="badge">{}{}</span>', shape(verdict), word(verdict))


def goal(promise: Mapping[str, Any], unit: str = "") -> str:
    """Return what was promised as a phrase: "at least 78.3 years by 2025"."""
    value = promise.get("value")
    if value is None:
        return _("in words")
    governed = promise["direction"] in GENITIVE
    values = {"value": with_unit(value, unit, governed=governed), "year": year(promise.get("year"))}
    if promise.get("strict") and promise["direction"] in STRICTLY:
        values["value"] = str(STRICTLY[promise["direction"]] % values)
        return _("%(value)s by %(year)s") % values if promise.get("year") is not None else values["value"]
    if promise.get("year") is None:
        return str(GOALS_WITHOUT_YEAR[promise["direction"]] % values)
    if promise.get("hold"):
        return str(HELD_GOALS[promise["direction"]] % values)
    return str(GOALS[promise["direction"]] % values)


GENITIVE = {"at_least", "at_most", "about"}  # whose words ask for a genitive where a language has one
STRICTLY: dict[str, Any] = {
    "at_least": gettext_lazy("more than %(value)s"),
    "at_most": gettext_lazy("less than %(value)s"),
}
GOALS: dict[str, Any] = {
    "at_least": gettext_lazy("at least %(value)s by %(year)s"),
    "at_most": gettext_lazy("at most %(value)s by %(year)s"),
    "exactly": gettext_lazy("exactly %(value)s by %(year)s"),
    "about": gettext_lazy("about %(value)s by %(year)s"),
    "change_by": gettext_lazy("a change of %(value)s by %(year)s"),
}
HELD_GOALS: dict[str, Any] = {
    "at_least": gettext_lazy("at least %(value)s in every year up to %(year)s"),
    "at_most": gettext_lazy("at most %(value)s in every year up to %(year)s"),
    "exactly": gettext_lazy("exactly %(value)s in every year up to %(year)s"),
    "about": gettext_lazy("about %(value)s in every year up to %(year)s"),
    "change_by": gettext_lazy("a change of %(value)s in every year up to %(year)s"),
}
GOALS_WITHOUT_YEAR: dict[str, Any] = {
    "at_least": gettext_lazy("at least %(value)s, no year named"),
    "at_most": gettext_lazy("at most %(value)s, no year named"),
    "exactly": gettext_lazy("exactly %(value)s, no year named"),
    "about": gettext_lazy("about %(value)s, no year named"),
    "change_by": gettext_lazy("a change of %(value)s, no year named"),
}


def with_unit(value: float | None, unit: str, *, beside: float | None = None, governed: bool = False) -> str:
    """Return a number with its unit in the plural it needs; a percent sign follows without a word space.

    `beside` is a number that it must not look like unless it is the same: 89.996 beside a promise of 90 is no "90".
    `governed` says that the words before ask for a genitive.
    """
    decimals = decimals_apart(value, beside) if value is not None else None
    shown = number(value, decimals)
    if not unit or value is None:
        return shown
    if unit in {"%", "percent", "per cent"}:
        return f"{shown}\u202f%"
    return f"{shown} {units.beside(rounded(value, decimals), unit, governed=governed)}"


def latest(result: Mapping[str, Any], unit: str) -> str:
    """Return the last value with its unit, never rounded to the target that it misses."""
    return with_unit(result.get("latest"), unit, beside=result.get("target_level"))


def movement(name: str, result: Mapping[str, Any], unit: str) -> str:
    """Return what the numbers did, in one clause."""
    last, start = result.get("latest"), result.get("baseline")
    if last is None:
        return _("There is no figure here for “%(name)s”") % {"name": name}
    values = {
        "name": name, "from": number(start), "to": latest(result, unit),
        "start": year(result.get("baseline_year")), "end": year(result.get("latest_period")),
    }  # fmt: skip
    if start is None:
        return _("%(name)s: %(to)s in %(end)s") % values
    if last > start:
        return _("%(name)s: rose from %(from)s (%(start)s) to %(to)s (%(end)s)") % values
    if last < start:
        return _("%(name)s: fell from %(from)s (%(start)s) to %(to)s (%(end)s)") % values
    return _("%(name)s: stayed at %(to)s (%(start)s to %(end)s)") % values


def timing(result: Mapping[str, Any]) -> str:
    """Return "one year early" where a promise was kept before its time, else nothing."""
    if result.get("verdict") != "met" or not result.get("reached_period") or result.get("deadline") is None:
        return ""
    early = math.floor(result["deadline"] + 0.5) - int(str(result["reached_period"])[:4])
    if early <= 0:
        return ""
    return ngettext("%(count)s year early", "%(count)s years early", early) % {"count": whole(early)}


def sentence(name: str, promise: Mapping[str, Any], result: Mapping[str, Any], unit: str) -> str:
    """Return the verdict as one sentence: what happened, what was promised, what follows."""
    verdict = word(result["verdict"])
    early = timing(result)
    values = {
        "movement": movement(name, result, unit),
        "goal": goal(promise, unit),
        "verdict": _("%(verdict)s, %(timing)s") % {"verdict": verdict, "timing": early} if early else verdict,
    }
    if promise.get("value") is None:
        return _("The promise is in words; no figure can tell whether it is kept: not measurable.")
    return _("%(movement)s; the promise was %(goal)s: %(verdict)s.") % values


def reason(code: str) -> str:
    """Return why the verdict is what it is."""
    return str(REASONS.get(code, ""))


def notes(result: Mapping[str, Any]) -> list[str]:
    """Return what a reader should know beside the verdict."""
    return [str(FLAGS[flag]) for flag in result.get("flags", ()) if flag in FLAGS]


def chance(result: Mapping[str, Any]) -> str:
    """Return the probability of keeping the promise in time with its interval, or why there is none."""
    if result.get("probability") is None:
        return str(NO_PROBABILITY.get(result.get("no_probability", ""), ""))
    values = {name: percent(result.get(key)) for name, key in CHANCES.items()}
    if result.get("probability_low") is None:
        return _("The chance that it is kept in time is %(chance)s.") % values
    return _("The chance that it is kept in time is %(chance)s (between %(low)s and %(high)s).") % values


CHANCES = {"chance": "probability", "low": "probability_low", "high": "probability_high"}


def loss(result: Mapping[str, Any], unit: str) -> str:
    """Return the gain that was lost, where there is one."""
    if not result.get("has_moved_back"):
        return ""
    values = {
        "best": with_unit(result.get("best"), unit), "year": year(result.get("best_period")),
        "latest": with_unit(result.get("latest"), unit), "end": year(result.get("latest_period")),
    }  # fmt: skip
    return _("It was better before: %(best)s in %(year)s, %(latest)s in %(end)s.") % values


def counted(verdict: str, count: int) -> str:
    """Return "3 behind" with the plural that the language needs."""
    n = {"count": whole(count)}
    if verdict == "met":
        return ngettext("%(count)s met", "%(count)s met", count) % n
    if verdict == "on_track":
        return ngettext("%(count)s on track", "%(count)s on track", count) % n
    if verdict == "behind":
        return ngettext("%(count)s behind", "%(count)s behind", count) % n
    if verdict == "no_change":
        return ngettext("%(count)s without change", "%(count)s without change", count) % n
    if verdict == "moving_away":
        return ngettext("%(count)s moving away", "%(count)s moving away", count) % n
    return ngettext("%(count)s not measurable", "%(count)s not measurable", count) % n


def tally_sentence(counts: Mapping[str, int]) -> str:
    """Return "41 of 118 promises met, 22 on track, 9 behind, 43 not measurable." """
    total = sum(counts.get(v, 0) for v in VERDICTS)
    if not total:
        return _("No promise has been judged yet.")
    met = counts.get("met", 0)
    first = ngettext(
        "%(met)s of %(total)s promise met", "%(met)s of %(total)s promises met", total
    ) % {"met": whole(met), "total": whole(total)}  # fmt: skip
    rest = [counted(v, counts[v]) for v in VERDICTS if v != "met" and counts.get(v)]
    return _("%(list)s.") % {"list": listed([first, *rest])}


def bar(counts: Mapping[str, int], *, rtl: bool = False) -> SafeString:
    """Return one bar of shapes and numbers; the list beneath it says the same in words."""
    total = sum(counts.get(v, 0) for v in VERDICTS)
    parts, start = [], 0.0
    for verdict in VERDICTS:
        width = 100 * counts.get(verdict, 0) / total if total else 0
        if width:
            left = 100 - start - width if rtl else start
            parts.append(segment(verdict, counts[verdict], left, width))
            start += width
    return format_html(
        '<svg class="bar" aria-hidden="true">{}</svg>', format_html_join("", "{}", ((p,) for p in parts))
    )


def segment(verdict: str, count: int, left: float, width: float) -> SafeString:
    """Return one stretch of the bar; shape and number only where there is room for them on a phone."""
    room = 'class="in"' if width >= 14 else 'class="in tight"' if width >= 6 else 'class="gone"'
    return format_html(
        '<svg x="{0}%" width="{1}%" class="seg {2}"><rect width="100%" height="100%"/><svg {3} x="50%" y="50%" '
        'overflow="visible"><use href="#v-{2}" x="-22" y="-8" width="16" height="16"/>'
        '<text y="5">{4}</text></svg></svg>',
        f"{left:.2f}", f"{width:.2f}", verdict, mark_safe(room), whole(count),  # noqa: S308
    )  # fmt: skip
