"""Places with their plans, and one indicator ranked over the places below one.

What chance alone may have made is said: ranks are ranges, and places that cannot be told from the mean are grey.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.plans.models import Target
from rightsplan.site import maps, reads_data
from rightsplan.site.numbers import number, percent, whole, year
from rightsplan.site.reads_data import Value
from rightsplan.site.reads_home import PlanCounts
from rightsplan.site.texts import listed, plain
from rightsplan.site.verdicts import with_unit
from rightsplan.stats.areas import MapReading, read_map

PER_PAGE = 100
MOST_RANKED = 250
LEAST_MARGINS = 2  # below that there is nothing to tell apart
ABOVE, BELOW, NOISE, UNKNOWN = "above", "below", "noise", "margin_unknown"
GREY = 6  # the colour of a place that cannot be told from the mean
SIDES = {ABOVE: 5, BELOW: 1}  # the colours where no classes can be told apart
SURE = 0.95
TOLD = {NOISE: gettext_lazy("may be chance"), UNKNOWN: gettext_lazy("margin of error unknown")}
KEYS = {**TOLD, NOISE: gettext_lazy("cannot be told from the mean of these places")}


def place_page(level: str, number_of_page: Any) -> "Page[Place]":
    """Return one page of all places, with the number of places below each."""
    found: QuerySet[Place, Place] = Place.objects.defer("boundary").annotate(below=Count("children"))
    if level:
        found = found.filter(level=level)
    return Paginator(found.order_by("code"), PER_PAGE).get_page(number_of_page)


def levels() -> list[str]:
    """Return the levels that occur, from the world down."""
    have = set(Place.objects.order_by().values_list("level", flat=True).distinct())
    return [level for level in Place.Level.values if level in have]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the table: rank by the value, the ranks it may truly have, and how it stands to the mean.

    `first` and `last` are None where the margin of error is unknown; `verdict` is "above", "below", "noise",
    "margin_unknown", or empty without a value.
    """

    rank: int | None
    first: int | None
    last: int | None
    place: Place
    value: Value | None
    verdict: str

    @property
    def is_grey(self) -> bool:
        """Say whether nothing can be said of the place: no value, or one that chance may have made."""
        return self.value is None or self.verdict in TOLD

    @property
    def told(self) -> str:
        """Return what stands beside the value: what cannot be told."""
        return str(TOLD.get(self.verdict, ""))

    @property
    def ranks(self) -> str:
        """Return the ranks that the place may have, in words."""
        if self.first is None or self.last is None:
            return whole(self.rank) if self.rank else "–"
        if self.first == self.last:
            return whole(self.first)
        return _("between %(first)s and %(last)s") % {"first": whole(self.first), "last": whole(self.last)}


@dataclass(frozen=True, slots=True)
class Ranking:
    """One indicator over the places below one: table, map with its classes, what both may say, source."""

    indicator: Indicator
    rows: list[Ranked]
    batch: Batch | None
    map: SafeString | str
    legend: list[tuple[int, str]]
    boundaries: list[str]
    own: Value | None
    has_margins: bool
    honesty: list[str]


def newest_first(place: Place, plans: Iterable[PlanCounts]) -> list[PlanCounts]:
    """Return the plans of a place, the newest first."""
    own = [item for item in plans if item.plan.jurisdiction_id == place.pk]
    return sorted(own, key=lambda item: (item.plan.start, item.plan.end, item.plan.code), reverse=True)


def choices(place: Place, below: Sequence[Place]) -> list[Indicator]:
    """Return the indicators that the places below have data for (or the place itself), promised ones first."""
    codes = reads_data.measured_in([p.code for p in below] or [place.code])
    found = {i.code: i for i in Indicator.objects.filter(code__in=codes)}
    promised = set(Target.objects.filter(dropped=False, indicator__in=codes).values_list("indicator", flat=True))
    order = sorted(codes, key=lambda code: (code not in promised, codes.index(code)))
    return [found[code] for code in order if code in found]


def ranking(place: Place, below: Sequence[Place], indicator: Indicator, order: str) -> Ranking:
    """Return the ranked table and the map of one indicator."""
    found = reads_data.sources(indicator.code, [place.code, *(p.code for p in below)])
    by_source = [(s, {v.key: v for v in reads_data.latest(s)}) for s in found]
    codes = {p.code for p in below}
    source, values = max(by_source, key=lambda pair: len(codes & set(pair[1])), default=(None, {}))
    known = [p for p in below if p.code in values]
    known.sort(key=lambda p: values[p.code].value, reverse=(indicator.better != "lower"))
    reading = reading_of([values[p.code] for p in known], indicator.better)
    rows = ranked(known, values, reading)
    rows += [Ranked(None, None, None, p, None, "") for p in below if p.code not in values]
    drawn, legend = drawn_map(rows, indicator, reading)
    honesty = sentences(rows, reading)
    if order == "worst":
        rows = [*reversed(rows[: len(known)]), *rows[len(known) :]]
    elif order == "name":
        rows.sort(key=lambda row: plain(row.place.name))
    return Ranking(
        indicator=indicator, rows=rows, batch=source.batch if source else None, map=drawn, legend=legend,
        boundaries=sorted({str(p.boundary["source"]) for p in below if p.boundary and p.boundary.get("source")}),
        own=values.get(place.code), has_margins=reading is not None, honesty=honesty,
    )  # fmt: skip


def reading_of(values: Sequence[Value], better: str) -> MapReading | None:
    """Return what a map of the values may say, None where fewer than two have a margin of error."""
    errors = tuple(value.error for value in values)
    if len([error for error in errors if error is not None]) < LEAST_MARGINS:
        return None
    return read(tuple(v.value for v in values), errors, "lower" if better == "lower" else "higher")


@lru_cache(maxsize=256)
def read(values: tuple[float, ...], errors: tuple[float | None, ...], better: str) -> MapReading:
    """Return what a map may say; kept, because drawing what chance makes takes up to a second."""
    return read_map(np.array(values), np.array(errors, dtype=np.float64), better=better, confidence=SURE)


def ranked(known: Sequence[Place], values: dict[str, Value], reading: MapReading | None) -> list[Ranked]:
    """Return the rows with equal ranks for equal values."""
    rows: list[Ranked] = []
    for i, place in enumerate(known):
        value = values[place.code]
        above = rows[-1] if rows else None
        is_tie = above is not None and above.value is not None and above.value.value == value.value
        rank = above.rank if is_tie and above else i + 1
        if reading is None:
            rows.append(Ranked(rank, None, None, place, value, ""))
            continue
        has_rank = reading.first[i] > 0
        first, last = (reading.first[i], reading.last[i]) if has_rank else (None, None)
        # A rank among all places would claim what is not known: without a margin there is none.
        rows.append(Ranked(rank if has_rank else None, first, last, place, value, reading.compared.verdict[i]))
    return rows


def sentences(rows: Sequence[Ranked], reading: MapReading | None) -> list[str]:
    """Return what the reader of the table has to know about chance."""
    if reading is None:
        return []
    grey = sum(row.verdict == NOISE for row in rows)
    told = [
        ngettext(
            "%(number)s place of %(total)s is grey: it cannot be told from the mean of these places.",
            "%(number)s places of %(total)s are grey: they cannot be told from the mean of these places.",
            grey,
        )
        % {"number": whole(grey), "total": whole(reading.margins_known)},
        _("A rank is the range in which the true rank lies. All of this holds at once with a certainty of %(share)s.")
        % {"share": percent(SURE)},
    ]
    if reading.pairs_apart == 0:
        told.append(_("No two of these places can be told apart."))
    elif reading.pairs_apart is not None:
        told.append(_("Of all pairs of places, %(share)s can be told apart.") % {"share": percent(reading.pairs_apart)})
    unknown = reading.values_known - reading.margins_known
    if unknown:
        told.append(
            ngettext(
                "For %(number)s place the margin of error is unknown; it has no rank and is grey too.",
                "For %(number)s places the margin of error is unknown; they have no rank and are grey too.",
                unknown,
            )
            % {"number": whole(unknown)}
        )
    return told


def drawn_map(
    rows: Sequence[Ranked], indicator: Indicator, reading: MapReading | None
) -> tuple[SafeString | str, list[tuple[int, str]]]:
    """Return the map and (class, range) of its colours."""
    levels = levels_of(rows, reading)
    areas = []
    for row in (row for row in rows if row.place.boundary):
        told = f"{with_unit(row.value.value, indicator.unit)} ({year(row.value.period)})" if row.value else "–"
        title = f"{plain(row.place.name)}: {told}" + (f"; {row.told}" if row.told else "")
        address = reverse("place", args=[row.place.code])
        areas.append(maps.Area(row.place.boundary or {}, levels.get(row.place.code, 0), address, title))
    return maps.draw(areas, plain(indicator.name)), legend_of(rows, levels) if areas else []


def levels_of(rows: Sequence[Ranked], reading: MapReading | None) -> dict[str, int]:
    """Return the colour of each place with a value.

    Without margins five colours have about as many places each. With them, the middles of neighbouring colours differ
    by more than chance; where no two colours do, there are two, above and below the mean. Grey is what may be chance.
    """
    known = {row.place.code: row.value.value for row in rows if row.value}
    if reading is None:
        ends = maps.classes(list(known.values()))
        return {code: maps.level_of(value, ends) for code, value in known.items()}
    breaks = reading.classes.breaks if reading.classes else ()
    levels = {}
    for row in (row for row in rows if row.value):
        if row.is_grey:
            levels[row.place.code] = GREY
        elif breaks:
            place = int(np.digitize(known[row.place.code], breaks))
            levels[row.place.code] = 1 + round(place * 4 / len(breaks))
        else:
            levels[row.place.code] = SIDES[row.verdict]
    return levels


def legend_of(rows: Sequence[Ranked], levels: Mapping[str, int]) -> list[tuple[int, str]]:
    """Return each colour with the values that have it, and what grey means."""
    legend = []
    for level in sorted(set(levels.values()) - {GREY}):
        inside = [row.value.value for row in rows if row.value and levels[row.place.code] == level]
        low, high = min(inside), max(inside)
        legend.append((level, number(low) if low == high else f"{number(low)} – {number(high)}"))
    grey = [str(words) for verdict, words in KEYS.items() if any(row.verdict == verdict for row in rows)]
    return [*legend, (GREY, listed(grey))] if grey else legend
