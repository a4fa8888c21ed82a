"""Inequality in sentences: who is furthest behind, how far, in points and in proportion, and what it was before."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rightsplan.indicators.models import Indicator
from rightsplan.site.labels import group_words
from rightsplan.site.numbers import number, percent, whole, year
from rightsplan.site.texts import listed
from rightsplan.site.verdicts import with_unit
from rightsplan.stats.gaps import Estimate, FurthestBehind, Gaps

PERCENT = {"%", "percent", "per cent"}
SAME = 0.005  # of the gap: a smaller change is called none
CHANGES: dict[tuple[int, int], str | Promise] = {
    (-1, -1): gettext_lazy("The gap has narrowed, in points and in proportion."),
    (1, 1): gettext_lazy("The gap has widened, in points and in proportion."),
    (0, 0): gettext_lazy("The gap is about what it was, in points and in proportion."),
    (-1, 1): gettext_lazy("The two disagree: the gap has narrowed in points and widened in proportion."),
    (1, -1): gettext_lazy("The two disagree: the gap has widened in points and narrowed in proportion."),
    (0, 1): gettext_lazy("In points the gap is about what it was; in proportion it has widened."),
    (0, -1): gettext_lazy("In points the gap is about what it was; in proportion it has narrowed."),
    (1, 0): gettext_lazy("In points the gap has widened; in proportion it is about what it was."),
    (-1, 0): gettext_lazy("In points the gap has narrowed; in proportion it is about what it was."),
}
POINTS_ONLY: dict[int, str | Promise] = {
    -1: gettext_lazy("In points the gap has narrowed; in proportion it cannot be told."),
    0: gettext_lazy("In points the gap is about what it was; in proportion it cannot be told."),
    1: gettext_lazy("In points the gap has widened; in proportion it cannot be told."),
}


def last_said(indicator: Indicator, found: FurthestBehind, values: Mapping[str, float], period: str) -> list[str]:
    """Return who is furthest behind, and with what probability truly so."""
    if indicator.better not in {"higher", "lower"}:
        return [_("Neither more nor less is better here, so no group is called behind.")]
    said = {"year": year(period), "value": with_unit(found.value, indicator.unit), "groups": whole(len(values))}
    last = [key for key, value in values.items() if value == found.value]
    if len(last) == len(values):
        return [_("All groups stand alike in %(year)s, at %(value)s.") % said, doubt(found)]
    said["who"] = listed(group_words(key) for key in last)
    sentence = ngettext(
        "Furthest behind of %(groups)s group in %(year)s: %(who)s, %(value)s.",
        "Furthest behind of %(groups)s groups in %(year)s: %(who)s, %(value)s.",
        len(values),
    )
    told = [sentence % said]
    if found.chance is None:
        return [*told, doubt(found)]
    if len(last) == 1:
        told.append(_("The probability that this is truly the last one: %(chance)s.") % {"chance": sure(found.chance)})
    if found.likeliest not in {None, *last}:
        chances = dict(found.chances)
        more = {"who": group_words(str(found.likeliest)), "chance": sure(chances[str(found.likeliest)])}
        told.append(_("More likely it is another, whose figure is surer: %(who)s, %(chance)s.") % more)
    return told


def doubt(found: FurthestBehind) -> str:
    """Return what cannot be said where margins are not known; nothing where they are."""
    return _("Margin of error unknown: who is last may be chance.") if found.chance is None else ""


def sure(chance: float) -> str:
    """Return a probability that is never certain: all of it rests on intervals that may be wrong."""
    return percent(min(max(chance, 0.01), 0.99))


def points(value: float, unit: str) -> str:
    """Return a difference in the unit; one of percentages is in percentage points."""
    return with_unit(value, "percentage points" if unit in PERCENT else unit)


def gap_said(indicator: Indicator, found: Gaps, values: Mapping[str, float]) -> list[str]:
    """Return the difference and the ratio of the two ends in words, always both."""
    difference, ratio = found.of("difference"), found.of("ratio")
    best, worst = (found.best, found.worst)
    if difference.value is None or len(set(values.values())) == 1:
        return []
    high, low = (best, worst) if values[best] >= values[worst] else (worst, best)
    said = {"high": group_words(high), "low": group_words(low), "gap": points(abs(difference.value), indicator.unit)}
    told = [_("In points: %(high)s is above %(low)s by %(gap)s") % said + within(difference, indicator)]
    if indicator.measured_as == "change":
        return [*told, _("In proportion: not measurable, because the figure is a change and not a level.")]
    if ratio.value is None:
        return [*told, _("In proportion: not measurable, because a value is zero or below.")]
    is_turned = ratio.value < 1
    times = {**said, "ratio": number(1 / ratio.value if is_turned else ratio.value)}
    told.append(_("In proportion: %(high)s has %(ratio)s times the value of %(low)s") % times + within_ratio(ratio))
    return told


def within(estimate: Estimate, indicator: Indicator) -> str:
    """Return the end of a sentence about a difference: its interval, if there is one."""
    if estimate.low is None or estimate.high is None:
        return _(" (margin of error unknown).")
    low, high = estimate.low, estimate.high
    if (estimate.value or 0) < 0:
        low, high = -high, -low
    said = {"low": number(low), "high": points(high, indicator.unit)}
    ends = _(" (95%% interval from %(low)s to %(high)s).") % said
    return ends + (" " + _("It may be chance.") if low <= 0 <= high else "")


def within_ratio(estimate: Estimate) -> str:
    """Return the end of a sentence about a ratio: its interval, if there is one."""
    if estimate.low is None or estimate.high is None or estimate.low <= 0:
        return _(" (margin of error unknown).")
    low, high = estimate.low, estimate.high
    if (estimate.value or 1) < 1:
        low, high = 1 / high, 1 / low
    return _(" (95%% interval from %(low)s to %(high)s).") % {"low": number(low), "high": number(high)}


def change_said(indicator: Indicator, now: Gaps, then: Gaps | None, before: str, *, was_broken: bool) -> list[str]:
    """Return what the gap was, whether it narrowed both ways, and whether that can be told from chance."""
    if then is None:
        if was_broken:
            return [_("The way of counting changed since, so earlier years are not compared.")]
        return [_("No earlier year has figures for the same groups, so whether the gap narrows is not known.")]
    is_level = indicator.measured_as != "change"
    pairs = [(now.of("difference"), then.of("difference"))]
    if is_level and now.of("ratio").value is not None and then.of("ratio").value is not None:
        pairs.append((now.of("ratio"), then.of("ratio")))
    said = {"year": year(before), "gap": points(abs(then.of("difference").value or 0), indicator.unit)}
    if len(pairs) == 2:
        said["ratio"] = number(far_from_one(then.of("ratio").value or 1))
        told = [_("In %(year)s it was %(gap)s, and %(ratio)s times.") % said]
        told.append(str(CHANGES[moved(pairs[0], 0), moved(pairs[1], 1)]))
    else:
        told = [_("In %(year)s it was %(gap)s.") % said, str(POINTS_ONLY[moved(pairs[0], 0)])]
    if (now.best, now.worst) != (then.best, then.worst):
        ends = {"high": group_words(then.best), "low": group_words(then.worst)}
        told.append(_("The two ends were others then: %(high)s and %(low)s.") % ends)
    has_moved = any(moved(pair, nothing) for nothing, pair in enumerate(pairs))
    return [*told, chance_said(pairs)] if has_moved else told


def far_from_one(ratio: float) -> float:
    """Return how many times the larger of two values is the smaller."""
    return 1 / ratio if 0 < ratio < 1 else ratio


def moved(pair: tuple[Estimate, Estimate], nothing: float) -> int:
    """Say whether a gap, a distance from `nothing`, narrowed (-1), widened (1) or did neither.

    A gap that turned round counts by its size.
    """
    sizes = [abs((far_from_one(e.value or 1) if nothing else (e.value or 0)) - nothing) for e in pair]
    if abs(sizes[0] - sizes[1]) <= SAME * max(sizes):
        return 0
    return 1 if sizes[0] > sizes[1] else -1


def chance_said(pairs: list[tuple[Estimate, Estimate]]) -> str:
    """Return whether the change may be chance: only intervals that do not overlap are taken to tell.

    A ratio without an interval, because the value below may be zero, leaves it to the difference.
    """
    known = [(a, b) for a, b in pairs if None not in {a.low, a.high, b.low, b.high}]
    if not known:
        return _("Margin of error unknown: this change may be chance.")
    overlap = [(a.low or 0) <= (b.high or 0) and (b.low or 0) <= (a.high or 0) for a, b in known]
    if any(overlap):
        return _("The intervals of then and now overlap, so this change may be chance.")
    return _("The intervals of then and now do not overlap, so this change is hardly chance.")
