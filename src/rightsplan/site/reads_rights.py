"""Rights with their promises and indicators, groups with theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from rightsplan.indicators.models import Assessment, Coverage, Indicator, Role
from rightsplan.plans.models import Measure, Target
from rightsplan.site.reads_home import by_facet
from rightsplan.site.reads_lines import Row, Tally, lines, rows_for, without_examples

COLUMNS = ("structural", "process", "outcome")
SHOWN = 6  # promises in a column before the reader is sent on
MOST_INDICATORS = 30
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Facet:
    """A right or a group with what plans promise about it."""

    code: str
    counts: Tally
    promises: int
    measures: int
    indicators: int


def facets(name: str) -> list[Facet]:
    """Return every right (or group) that measures or indicators name, most promises first (three queries)."""
    judged = {code: (counts, total) for code, counts, total in by_facet(name)}
    measures: dict[str, int] = {}
    for codes in Measure.objects.filter(without_examples("plan"), dropped=False).values_list(name, flat=True):
        for code in filter(None, codes.split(";")):
            measures[code] = measures.get(code, 0) + 1
    measured: dict[str, int] = {}
    if name == "rights":
        rows = Indicator.objects.exclude(right="").values("right").annotate(n=Count("pk"))
        measured = {row["right"]: row["n"] for row in rows.order_by()}
    every = {*judged, *measures, *measured}
    found = [Facet(c, *judged.get(c, ({}, 0)), measures.get(c, 0), measured.get(c, 0)) for c in every]
    return sorted(found, key=lambda f: (-f.promises, -f.measures, f.code))


def targets_of(name: str, code: str) -> "QuerySet[Target, Target]":
    """Return the targets of a right or group: named by their measure, or measured by an indicator of the right."""
    wanted = Q(**{f"measure__{name}__contains": f";{code};"})
    if name == "rights":
        wanted |= Q(indicator__in=Indicator.objects.filter(right=code).values("code"))
    found = Target.objects.filter(wanted, without_examples("measure__plan"), dropped=False, measure__dropped=False)
    return found.select_related("measure__plan", "measure__lead_body").order_by("-measure__plan__start", "code")


@dataclass(frozen=True, slots=True)
class Column:
    """One of commitment, effort and enjoyment: promises drawn, and indicators that no plan promises anything about."""

    kind: str
    rows: list[Row]
    total: int
    indicators: list[Indicator]
    more: bool


def columns(code: str) -> list[Column]:
    """Return the three columns of a right (five queries)."""
    kinds = dict(Indicator.objects.values_list("code", "kind"))
    sorted_in: dict[str, list[Target]] = {kind: [] for kind in COLUMNS}
    for target in targets_of("rights", code):
        sorted_in[column_of(target, kinds)].append(target)
    rows = {r.target.pk: r for r in rows_for([t for found in sorted_in.values() for t in found[:SHOWN]])}
    used = {t.indicator for found in sorted_in.values() for t in found}
    others: dict[str, list[Indicator]] = {kind: [] for kind in COLUMNS}
    for indicator in with_data().filter(right=code).order_by(F("has_data").desc(), "code"):
        if indicator.code not in used:
            others[indicator.kind].append(indicator)
    return [
        Column(
            kind,
            [rows[t.pk] for t in sorted_in[kind][:SHOWN]],
            len(sorted_in[kind]),
            others[kind][:MOST_INDICATORS],
            len(others[kind]) > MOST_INDICATORS,
        )
        for kind in COLUMNS
    ]


def column_of(target: Target, kinds: Mapping[str, str]) -> str:
    """Return where a target belongs: by its indicator; words are commitments, things to be done are effort."""
    if target.indicator in kinds:
        return kinds[target.indicator]
    return "structural" if target.kind == "qualitative" else "process"


def with_data() -> "QuerySet[Indicator, Indicator]":
    """Return indicators, each with the mark `has_data`."""
    current = Coverage.objects.filter(indicator=OuterRef("pk"), batch__superseded_by__isnull=True)
    return Indicator.objects.annotate(has_data=Exists(current)).order_by("code")


def kind_page(code: str, kind: str, number: Any) -> tuple[list[Row], "Page[Target]"]:
    """Return one page of the promises in one column of a right."""
    kinds = dict(Indicator.objects.values_list("code", "kind"))
    found = [t for t in targets_of("rights", code) if column_of(t, kinds) == kind]
    page = Paginator(found, PER_PAGE).get_page(number)
    return rows_for(page.object_list), page


def facet_page(name: str, code: str, number: Any) -> tuple[list[Row], "Page[Target]"]:
    """Return one page of the promises about a group."""
    page = Paginator(targets_of(name, code), PER_PAGE).get_page(number)
    return rows_for(page.object_list), page


def furthest_behind(limit: int = 25) -> list[Assessment]:
    """Return the published lines of groups that are furthest from their promise, relative to it."""
    found = (
        Assessment.objects.filter(publication__in=lines().order_by().values("publication_id")[:1])
        .exclude(group="")
        .filter(
            without_examples("target__measure__plan"), target__isnull=False, target__dropped=False, role__in=Role.values
        )
        .select_related("target__measure__plan")
        .defer("inputs", "points")
    )
    known = [x for x in found if x.result.get("latest") is not None and x.result.get("target_level")]

    def distance(line: Assessment) -> float:
        short = line.result["target_level"] - line.result["latest"]
        wants_less = line.promise.get("direction") == "at_most"
        return float((-short if wants_less else short) / abs(line.result["target_level"]))

    return sorted((x for x in known if distance(x) > 0), key=distance, reverse=True)[:limit]
