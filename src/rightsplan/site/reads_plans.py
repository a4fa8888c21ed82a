"""A plan's rows, a measure and a target with everything that is known about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from rightsplan.bodies.models import Body
from rightsplan.indicators.models import Assessment, Batch, Indicator, Publication, Role
from rightsplan.plans.models import Measure, Plan, PlanRevision, Target
from rightsplan.site.reads_lines import Row, judged, rows_for

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class MeasureRows:
    """A measure on one page of its plan; `opens` says that its chapter starts here."""

    measure: Measure
    rows: list[Row]
    opens: bool


def chosen(plan: Plan, wanted: Mapping[str, str]) -> "QuerySet[Measure, Measure]":
    """Return the measures that a filter by right, group and body leaves."""
    found = Measure.objects.filter(plan=plan, dropped=False)
    if wanted.get("right"):
        found = found.filter(rights__contains=f";{wanted['right']};")
    if wanted.get("group"):
        found = found.filter(groups__contains=f";{wanted['group']};")
    if wanted.get("body"):
        body = Body.objects.filter(code=wanted["body"])
        supported = Measure.supporting_bodies.through.objects.filter(body__in=body)
        found = found.filter(Q(lead_body__in=body) | Q(pk__in=supported.values("measure")))
    return found.order_by("position")


NO_TARGET: list[int | None] = [None]


def measure_page(plan: Plan, wanted: Mapping[str, str], number: Any) -> tuple[list[MeasureRows], "Page[Any]"]:
    """Return one page of (measure, target) pairs, grouped by measure, and the page."""
    targets = Target.objects.filter(dropped=False, measure__plan=plan).order_by("position")
    pairs = list(targets.values_list("pk", "measure_id"))
    if wanted.get("verdict"):
        kept = judged(plan, wanted["verdict"])
        pairs = [pair for pair in pairs if pair[0] in kept]
    by_measure: dict[int, list[int]] = {}
    for pk, measure in pairs:
        by_measure.setdefault(measure, []).append(pk)
    measures = chosen(plan, wanted).values_list("pk", flat=True)
    flat: list[tuple[int, int | None]] = [
        (measure, target)
        for measure in measures
        if measure in by_measure or not wanted.get("verdict")
        for target in by_measure.get(measure, NO_TARGET)
    ]
    page = Paginator(flat, PER_PAGE).get_page(number)
    return grouped(list(page.object_list)), page


def grouped(pairs: list[tuple[int, int | None]]) -> list[MeasureRows]:
    """Return the measures of one page with their rows."""
    measures = {
        m.pk: m
        for m in Measure.objects.filter(pk__in={m for m, _t in pairs}).select_related("chapter", "lead_body", "plan")
    }
    targets = Target.objects.filter(pk__in=[t for _m, t in pairs if t]).select_related("measure__plan")
    rows = {row.target.pk: row for row in rows_for(targets)}
    found: list[MeasureRows] = []
    for measure_pk, target_pk in pairs:
        measure = measures[measure_pk]
        if not found or found[-1].measure.pk != measure_pk:
            opens = not found or found[-1].measure.chapter_id != measure.chapter_id
            found.append(MeasureRows(measure, [], opens))
        if target_pk:
            found[-1].rows.append(rows[target_pk])
    return found


def facets(plan: Plan) -> dict[str, list[str]]:
    """Return which rights and groups the plan's measures name, and its lead bodies (one query)."""
    rights: set[str] = set()
    groups: set[str] = set()
    for own_rights, own_groups in Measure.objects.filter(plan=plan, dropped=False).values_list("rights", "groups"):
        rights.update(filter(None, own_rights.split(";")))
        groups.update(filter(None, own_groups.split(";")))
    return {"right": sorted(rights), "group": sorted(groups)}


def bodies_of(plan: Plan) -> list[Body]:
    """Return the bodies that lead or support a measure of the plan."""
    involved = Q(leads__plan=plan) | Q(supports__plan=plan)
    return list(Body.objects.filter(involved).distinct().only("code", "name", "language"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one line's figures come from."""

    line: Assessment
    batches: list[Batch]


def target_lines(target: Target) -> list[Assessment]:
    """Return every line of a target in the current publication, groups included, with its inputs."""
    newest = Publication.objects.filter(published_at__isnull=False).order_by("-number").values("pk")[:1]
    found = Assessment.objects.filter(target=target, publication__in=newest).select_related("publication", "place")
    every = list(found.defer("place__boundary"))
    for line in every:
        line.target = target
    return every


def evidence_of(every: list[Assessment]) -> list[Evidence]:
    """Return the batches behind each line (one query)."""
    hashes = {item["batch"] for line in every for item in line.inputs if "batch" in item}
    batches = {b.sha256: b for b in Batch.objects.filter(sha256__in=hashes).prefetch_related("superseded_by")}
    return [
        Evidence(line, [batches[h] for h in dict.fromkeys(i["batch"] for i in line.inputs) if h in batches])
        for line in every
    ]


def main_row(target: Target, every: list[Assessment]) -> Row:
    """Return the row of the promise as a whole."""
    whole = {line.role: line for line in every if not line.group}
    return Row(target, whole.get(Role.OFFICIAL), whole.get(Role.INDEPENDENT))


def group_rows(target: Target, every: list[Assessment]) -> list[Assessment]:
    """Return the lines of groups, furthest behind first; those without data come last and are shown too."""
    groups = [line for line in every if line.group]

    def behind(line: Assessment) -> tuple[bool, float, str]:
        level, latest = line.result.get("target_level"), line.result.get("latest")
        if level is None or latest is None:
            return True, 0.0, line.line_id
        wants_less = target.promise.get("direction") == "at_most" or (
            target.promise.get("direction") == "change_by" and (target.promise.get("value") or 0) < 0
        )
        return False, (level - latest) if wants_less else (latest - level), line.line_id

    return sorted(groups, key=behind)


def history(target: Target) -> list[Assessment]:
    """Return what earlier publications said about the promise, newest first."""
    found = Assessment.objects.filter(
        target=target, role=Role.OFFICIAL, group="", publication__published_at__isnull=False
    ).select_related("publication")
    return list(found.only("verdict", "reason", "result", "publication").order_by("-publication__number")[:10])


def revisions(target: Target) -> list[PlanRevision]:
    """Return the revisions of the plan that the target belongs to, newest first."""
    found = PlanRevision.objects.filter(plan=target.measure.plan).defer("document")
    return list(found.order_by("-number")[:10])


def indicator_of(target: Target) -> Indicator | None:
    """Return the indicator's definition, where there is one."""
    return Indicator.objects.filter(code=target.indicator).first() if target.indicator else None
