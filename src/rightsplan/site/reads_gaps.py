"""Who is furthest behind in a place, and how unequal its groups are: `stats.gaps` on the groups of one year."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rightsplan.evidence.recompute import series_of
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.site import labels
from rightsplan.site.gaps_words import change_said, gap_said, last_said
from rightsplan.site.numbers import whole
from rightsplan.site.reads_data import Source, Value, as_float, group_rows
from rightsplan.site.texts import listed
from rightsplan.stats.gaps import Estimate, FurthestBehind, Gaps, furthest_behind, gaps
from rightsplan.stats.periods import decimal_year

MOST_KINDS = 4
MOST_MISSING = 6
HALF = 0.5  # of the groups must have a value in the year that is shown
APART = 10.0  # years between then and now, or as near to it as there is
FAMILIES = {"Q": 5, "D": 10}  # fifths and tenths by wealth or income, from the poorest
PAIRS = (("difference", "ratio"), ("mdm_u", "idis_u"), ("sii", "rii"), ("aci", "rci"))
NAMES: dict[str, str | Promise] = {
    "difference": gettext_lazy("Difference between the two ends"),
    "ratio": gettext_lazy("Ratio of the two ends"),
    "mdm_u": gettext_lazy("Mean distance of the groups from their mean"),
    "idis_u": gettext_lazy("The same in percent of the mean"),
    "sii": gettext_lazy("Difference along the whole order, from poorest to richest (SII)"),
    "rii": gettext_lazy("Ratio along the whole order, richest to poorest (RII)"),
    "aci": gettext_lazy("Concentration, in the unit (ACI)"),
    "rci": gettext_lazy("Concentration, relative to the mean (RCI)"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A measure: name, whether relative, now with its interval, freed from noise, and then; None where unknown."""

    name: str
    is_relative: bool
    now: Estimate
    then: float | None


@dataclass(frozen=True, slots=True)
class Kind:
    """The groups of one kind (sexes, fifths by wealth) in one year.

    `last` says who is furthest behind, `gap` how far both ways, `change` what it was; `why` stands alone where nothing
    of this can be said.
    """

    name: str
    period: str
    before: str
    last: list[str]
    gap: list[str]
    change: list[str]
    missing: str
    rows: list[Row]
    is_ordered: bool
    why: str


@dataclass(frozen=True, slots=True)
class Unequal:
    """What an indicator's page says about inequality in a place: one entry a kind of groups, or why there is none."""

    kinds: list[Kind]
    more: int
    batch: Batch | None
    has_margins: bool
    why: str


Groups = dict[str, dict[str, Value]]  # group -> period -> value


@dataclass(frozen=True, slots=True)
class Asked:
    """What the statistics are asked about one year's groups; hashable, so that the answer is computed once."""

    keys: tuple[str, ...]
    values: tuple[float, ...]
    errors: tuple[float | None, ...]
    better: str
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The measures and the group furthest behind."""

    gaps: Gaps
    behind: FurthestBehind


def unequal(indicator: Indicator, place: str, source: Source | None) -> Unequal:
    """Return who is furthest behind in a place and how unequal its groups are, by one source's groups."""
    if source is None:
        why = _("No source held here tells groups apart, so nobody can say who is furthest behind.")
        return Unequal([], 0, None, has_margins=False, why=why)
    if indicator.measured_as == "count":
        why = _("This counts cases. Without the size of each group a larger count does not say who is better off.")
        return Unequal([], 0, source.batch, has_margins=False, why=why)
    families = list(families_of(source.frame.filter(pl.col("place") == place)))
    kinds = [kind_of(indicator, name, groups, broken) for name, groups, broken in families[:MOST_KINDS]]
    has_margins = any(row.now.low is not None for kind in kinds for row in kind.rows)
    why = "" if kinds else _("No source held here tells groups apart, so nobody can say who is furthest behind.")
    return Unequal(kinds, len(families) - len(kinds), source.batch, has_margins=has_margins, why=why)


def families_of(rows: pl.DataFrame) -> Iterator[tuple[str, Groups, set[str]]]:
    """Yield each kind of groups with its values by period and the periods in which a series of it broke.

    Fifths and tenths are two kinds: the poorest tenth is part of the poorest fifth.
    """
    found: dict[tuple[str, str], Groups] = {}
    broken: dict[tuple[str, str], set[str]] = {}
    for name, value, part in group_rows(rows):
        key, family = f"{name}={value}", (name, family_of(name, value))
        points = series_of([part])
        broken.setdefault(family, set()).update(str(p[0]) for p in points if p[4] == "break")
        known = {str(p[0]): Value(key, str(p[0]), float(p[1]), as_float(p[2]), as_float(p[3]))
                 for p in points if p[1] is not None}  # fmt: skip
        if known:
            found.setdefault(family, {})[key] = known
    for family in sorted(found):
        yield family[0], found[family], broken[family]


def family_of(dimension: str, value: str) -> str:
    """Return what tells fifths from tenths; nothing elsewhere."""
    hit = re.fullmatch(r"([QD])\d+", value) if dimension == "quantile" else None
    return hit[1] if hit else ""


def expected(groups: Groups) -> list[str]:
    """Return the groups that there should be: all fifths or tenths, else those with a value in some year."""
    first = next(iter(groups))
    dimension, _equals, value = first.partition("=")
    family = family_of(dimension, value)
    every = [f"{dimension}={family}{i}" for i in range(1, FAMILIES[family] + 1)] if family else []
    return every if set(groups) <= set(every) else sorted(groups)


def kind_of(indicator: Indicator, dimension: str, groups: Groups, broken: set[str]) -> Kind:
    """Return everything about one kind of groups."""
    name, keys = labels.label("dimensions", dimension), expected(groups)
    now = period_shown(groups)
    if now is None:
        why = (
            _("Only one group has a value, %(group)s: one cannot be behind itself.")
            % {"group": labels.group_words(next(iter(groups)))}
            if len(groups) == 1
            else _("No two groups have a value for the same year, so they are not compared.")
        )
        return Kind(name, "", "", [], [], [], "", [], is_ordered=False, why=why)
    shown = [key for key in keys if now in groups.get(key, {})]
    answer = computed(asked(indicator, shown, groups, now))
    before, was_broken = period_before({key: groups[key] for key in shown}, now, broken)
    earlier = computed(asked(indicator, shown, groups, before)) if before else None
    is_ordered = answer.gaps.of("sii").value is not None or answer.gaps.of("aci").value is not None
    values = {key: groups[key][now].value for key in shown}
    return Kind(
        name=name, period=now, before=before, is_ordered=is_ordered, why="",
        last=last_said(indicator, answer.behind, values, now), gap=gap_said(indicator, answer.gaps, values),
        change=change_said(indicator, answer.gaps, earlier.gaps if earlier else None, before, was_broken=was_broken),
        missing=missing_said([key for key in keys if key not in shown]),
        rows=list(rows_of(indicator, len(shown), answer.gaps, earlier.gaps if earlier else None)),
    )  # fmt: skip


def period_shown(groups: Groups) -> str | None:
    """Return the newest period in which two groups and at least half of them have a value; None where there is none."""
    counts: dict[str, int] = {}
    for values in groups.values():
        for period in values:
            counts[period] = counts.get(period, 0) + 1
    enough = [p for p, n in counts.items() if n >= max(2, HALF * len(groups))] or [
        p for p, n in counts.items() if n > 1
    ]
    return max(enough, key=decimal_year, default=None)


def period_before(groups: Groups, now: str, broken: set[str]) -> tuple[str, bool]:
    """Return the period about ten years earlier in which the same groups have values, and whether breaks hide it.

    Where a series of these groups broke, only periods since the break are compared.
    """
    last = decimal_year(now)
    common = set.intersection(*({p for p in values if decimal_year(p) < last} for values in groups.values()))
    since = max((t for t in map(decimal_year, broken) if t <= last), default=float("-inf"))
    kept = [p for p in common if decimal_year(p) >= since]
    nearest = min(kept, key=lambda p: (abs(last - APART - decimal_year(p)), p), default="")
    return nearest, bool(common) and not kept


def asked(indicator: Indicator, keys: list[str], groups: Groups, period: str) -> Asked:
    """Return the question about the groups of one period; limits that a value breaks are left out."""
    found = [groups[key][period] for key in keys]
    values = tuple(v.value for v in found)
    low, high = indicator.lower, indicator.upper
    return Asked(
        keys=tuple(keys),
        values=values,
        errors=tuple(v.error for v in found),
        better="lower" if indicator.better == "lower" else "higher",
        lowest=low if low is not None and low <= min(values) else None,
        highest=high if high is not None and high >= max(values) else None,
    )


@lru_cache(maxsize=2048)
def computed(question: Asked) -> Answer:
    """Return the measures of one year's groups, every group alike: how many people each has is not known."""
    keys, values, better = question.keys, question.values, question.better
    errors = np.array(question.errors, dtype=np.float64)
    low, high = question.lowest, question.highest
    rank = rank_of(keys)
    found = gaps(keys, values, better=better, error=errors, rank=rank, lowest=low, highest=high)
    return Answer(found, furthest_behind(keys, values, better=better, error=errors, lowest=low, highest=high))


def rank_of(keys: tuple[str, ...]) -> list[int] | None:
    """Return the order of fifths or tenths where all of them are there; None for groups without an order."""
    parts = [re.fullmatch(r"quantile=([QD])(\d+)", key) for key in keys]
    if any(hit is None for hit in parts):
        return None
    letters, places = {hit[1] for hit in parts if hit}, [int(hit[2]) for hit in parts if hit]
    if len(letters) != 1 or sorted(places) != list(range(1, FAMILIES[letters.pop()] + 1)):
        return None
    return places


def missing_said(keys: list[str]) -> str:
    """Name the groups without a value: they may be worse off."""
    if not keys:
        return ""
    named = listed(labels.group_words(key) for key in keys[:MOST_MISSING])
    if len(keys) > MOST_MISSING:
        more = len(keys) - MOST_MISSING
        text = ngettext("%(groups)s and %(more)s more", "%(groups)s and %(more)s more", more)
        named = text % {"groups": named, "more": whole(more)}
    return _("Without a value in that year, and perhaps worse off: %(groups)s.") % {"groups": named}


def rows_of(indicator: Indicator, count: int, now: Gaps, then: Gaps | None) -> Iterator[Row]:
    """Yield the measures, absolute and relative in turn, without pairs of which neither is measurable.

    Of two groups the distance from the mean says nothing new; of a change nothing relative has a meaning.
    """
    for pair in PAIRS:
        found: Mapping[str, Estimate] = {name: now.of(name) for name in pair}
        if all(e.value is None for e in found.values()) or (pair == PAIRS[1] and count < 3):
            continue
        for name in pair[: 1 if indicator.measured_as == "change" else 2]:
            before = then.of(name).value if then else None
            yield Row(str(NAMES[name]), name == pair[1], found[name], before)
