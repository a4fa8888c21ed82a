"""Places with their plans, and one indicator ranked over the places below one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.plans.models import Target
from rightsplan.site import maps, reads_data
from rightsplan.site.numbers import number, year
from rightsplan.site.reads_data import Value
from rightsplan.site.reads_home import PlanCounts
from rightsplan.site.texts import plain
from rightsplan.site.verdicts import with_unit

PER_PAGE = 100
MOST_RANKED = 250


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
    """A place in the table: rank, latest value, and whether it can be told from the row above."""

    rank: int | None
    place: Place
    value: Value | None
    is_noise: bool | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """One indicator over the places below one: table, map with its classes, source."""

    indicator: Indicator
    rows: list[Ranked]
    batch: Batch | None
    map: SafeString | str
    legend: list[tuple[int, str]]
    boundaries: list[str]
    own: Value | None

    @property
    def has_intervals(self) -> bool:
        """Say whether any value tells how uncertain it is."""
        return any(row.value and row.value.lower is not None for row in self.rows)


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
    rows = ranked(known, values)
    rows += [Ranked(None, p, None, None) for p in below if p.code not in values]
    drawn, legend = drawn_map(below, values, indicator)
    if order == "worst":
        rows = [*reversed(rows[: len(known)]), *rows[len(known) :]]
    elif order == "name":
        rows.sort(key=lambda row: plain(row.place.name))
    whose = sorted({str(p.boundary["source"]) for p in below if p.boundary and p.boundary.get("source")})
    return Ranking(indicator, rows, source.batch if source else None, drawn, legend, whose, values.get(place.code))


def ranked(known: Sequence[Place], values: dict[str, Value]) -> list[Ranked]:
    """Return the rows with equal ranks for equal values."""
    rows: list[Ranked] = []
    for i, place in enumerate(known):
        value = values[place.code]
        above = rows[-1] if rows else None
        is_tie = above is not None and above.value is not None and above.value.value == value.value
        rank = above.rank if is_tie and above else i + 1
        noise = reads_data.is_noise(value, above.value) if above and above.value else None
        rows.append(Ranked(rank, place, value, noise))
    return rows


def drawn_map(
    below: Sequence[Place], values: dict[str, Value], indicator: Indicator
) -> tuple[SafeString | str, list[tuple[int, str]]]:
    """Return the map and (class, range) of its colours."""
    ends = maps.classes([values[p.code].value for p in below if p.code in values])
    areas = []
    for place in (p for p in below if p.boundary):
        value = values.get(place.code)
        told = f"{with_unit(value.value, indicator.unit)} ({year(value.period)})" if value else "–"
        level = maps.level_of(value.value, ends) if value else 0
        address = reverse("place", args=[place.code])
        areas.append(maps.Area(place.boundary or {}, level, address, f"{plain(place.name)}: {told}"))
    lowest = min((v.value for k, v in values.items() if k in {p.code for p in below}), default=0.0)
    starts = [lowest, *ends[:-1]][: len(ends)]
    legend = [
        (maps.level_of(end, ends), number(end) if start == end else f"{number(start)} – {number(end)}")
        for start, end in zip(starts, ends, strict=True)
    ]
    return maps.draw(areas, plain(indicator.name)), legend if areas else []
