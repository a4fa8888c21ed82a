"""Indicators: the list, and one with its series, groups, sources and promises."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Indicator
from rightsplan.plans.models import Plan, Target
from rightsplan.site import charts, labels, reads_data
from rightsplan.site.numbers import number, year
from rightsplan.site.reads_data import Source, Value
from rightsplan.site.reads_lines import Row, rows_for
from rightsplan.site.reads_rights import with_data
from rightsplan.site.series import cut
from rightsplan.site.texts import listed, plain

PER_PAGE = 50
MOST_ROWS = 60
MOST_PROMISES = 10


def indicator_page(wanted: Mapping[str, str], number_of_page: Any) -> "Page[Indicator]":
    """Return one page of indicators, those with data first."""
    found = with_data()
    if wanted.get("right"):
        found = found.filter(right=wanted["right"])
    if wanted.get("kind"):
        found = found.filter(kind=wanted["kind"])
    return Paginator(found.order_by(F("has_data").desc(), "code"), PER_PAGE).get_page(number_of_page)


def rights_measured() -> list[str]:
    """Return the rights that indicators measure."""
    found = Indicator.objects.exclude(right="").order_by("right").values_list("right", flat=True).distinct()
    return list(found)


@dataclass(frozen=True, slots=True)
class Look:
    """An indicator in one place: sources, chart, table, groups."""

    place: Place | None
    places: list[Place]
    others: int
    sources: list[Source]
    chart: SafeString | str
    told: str
    rows: list[tuple[str, list[object]]]
    total_rows: int
    groups: list[tuple[str, Value]]
    groups_chart: SafeString | str
    groups_source: Source | None


def look_at(indicator: Indicator, wanted: str) -> Look:
    """Return everything the indicator's page shows about one place: the wanted one, else one with a plan."""
    codes = reads_data.places_with(indicator.code)
    promised = Plan.objects.filter(measures__targets__indicator=indicator.code, is_example=False).order_by()
    first = set(promised.values_list("jurisdiction__code", flat=True))
    planned = set(Plan.objects.order_by().values_list("jurisdiction__code", flat=True))
    ordered = sorted(codes, key=lambda code: (code not in first, code not in planned, code))
    every = {p.code: p for p in Place.objects.filter(code__in=ordered).defer("boundary")}
    # A list of thousands is no choice: those with a plan, the top levels, and whatever was asked for.
    offered = [every[c] for c in ordered if c in every and (c in planned or every[c].level in ("world", "country"))]
    offered = offered or [every[c] for c in ordered if c in every][:300]
    place = every.get(wanted) or next((every[c] for c in ordered if c in every), None)
    if place is None:
        return Look(None, [], 0, [], "", "", [], 0, [], "", None)
    if place not in offered:
        offered.insert(0, place)
    found = reads_data.sources(indicator.code, [place.code])
    lines = lines_of(found, place.code)
    told = describe(lines)
    rows = reads_data.by_period(found, place.code)
    groups, source = best_groups(found, place.code)
    title = _("%(name)s, %(place)s") % {"name": plain(indicator.name), "place": plain(place.name)}
    return Look(
        place=place, places=offered, others=len(codes) - len(offered), sources=found,
        chart=charts.series_chart(lines, f"{title}. {told}") if lines else "", told=told, rows=rows[:MOST_ROWS],
        total_rows=len(rows), groups=groups, groups_source=source,
        groups_chart=charts.dots_by_group(groups, title) if 1 < len(groups) <= 24 else "",
    )  # fmt: skip


def lines_of(found: list[Source], place: str) -> list[charts.Line]:
    """Return each source's series with its name, and with who says it where several have the same role."""
    drawn = [(source.batch, cut(source.total(place))) for source in found]
    drawn = [(batch, series) for batch, series in drawn if series.points][: charts.MOST_LINES]
    often = Counter(batch.role for batch, _series in drawn)
    lines = []
    for batch, series in drawn:
        name = f"{labels.label('role', batch.role)}: {batch.title}"
        who = shortened(batch.publisher or batch.title) if often[batch.role] > 1 else ""
        lines.append(charts.Line(name, batch.role, who, series))
    return lines


def shortened(name: str, most: int = 16) -> str:
    """Return a name that fits beside a chart."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def best_groups(found: list[Source], place: str) -> tuple[list[tuple[str, Value]], Source | None]:
    """Return the groups of the source that tells most of them apart."""
    by_source = [(reads_data.groups(source, place), source) for source in found]
    values, source = max(by_source, key=lambda pair: len(pair[0]), default=([], None))
    return [(labels.group_words(v.key), v) for v in values], source if values else None


def describe(lines: list[charts.Line]) -> str:
    """Return the text alternative of the chart, written from the data."""
    parts = []
    for line in lines:
        series = line.series
        first, last = series.points[0], series.points[-1]
        values = {
            "name": line.name, "first": number(first.value), "start": year(first.period),
            "last": number(last.value), "end": year(last.period),
        }  # fmt: skip
        parts.append(_("%(name)s: %(first)s in %(start)s, %(last)s in %(end)s.") % values)
        if series.breaks:
            parts.append(_("The series is broken in %(years)s.") % {"years": listed(map(year, series.breaks))})
    return " ".join(parts)


def promises(indicator: Indicator) -> tuple[list[Row], int]:
    """Return promises about the indicator, newest plans first, and how many there are."""
    found = Target.objects.filter(indicator=indicator.code, dropped=False, measure__dropped=False)
    found = found.select_related("measure__plan").order_by("-measure__plan__start", "code")
    return rows_for(found[:MOST_PROMISES]), found.count()
