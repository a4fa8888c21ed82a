"""Plans, measures and targets."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from rightsplan.api.schemas import (
    AssessmentOut,
    MeasureDetail,
    MeasureOut,
    Page,
    Paging,
    PlanOut,
    TargetDetail,
    TargetOut,
    code_of,
    page_of,
)
from rightsplan.errors import NotFound
from rightsplan.indicators.models import Assessment, Publication, Role
from rightsplan.plans.models import Measure, Plan, Target
from rightsplan.plans.queries import plan_of, plans

router = Router(tags=["plans"])


def plan_row(plan: Plan) -> dict[str, Any]:
    """Return a plan as the API shows it."""
    return {
        "code": plan.code,
        "title": plan.title,
        "jurisdiction": plan.jurisdiction.code,
        "start": plan.start.isoformat(),
        "end": plan.end.isoformat(),
        "predecessor": code_of(plan.predecessor),
        "parent_plan": code_of(plan.parent_plan),
        "is_example": plan.is_example,
    }


def measure_row(measure: Measure) -> dict[str, Any]:
    """Return a measure as the API shows it."""
    return {
        "code": measure.code,
        "plan": measure.plan.code,
        "chapter": measure.chapter.number,
        "title": measure.title,
        "rights": [code for code in measure.rights.split(";") if code],
        "groups": [code for code in measure.groups.split(";") if code],
        "lead_body": code_of(measure.lead_body),
        "due": measure.due.isoformat() if measure.due else None,
        "dropped": measure.dropped,
    }


def target_row(target: Target) -> dict[str, Any]:
    """Return a target as the API shows it."""
    same = [
        "code",
        "title",
        "indicator",
        "unit",
        "kind",
        "force",
        "group",
        "promise",
        "reported_view",
        "source",
        "dropped",
    ]
    return {"measure": target.measure.code, **{name: getattr(target, name) for name in same}}


def assessment_row(line: Assessment) -> dict[str, Any]:
    """Return an assessment as the API shows it."""
    same = [
        "role",
        "group",
        "method",
        "version",
        "verdict",
        "reason",
        "inputs",
        "promise",
        "result",
        "points",
    ]
    return {
        "id": line.line_id,
        "target": code_of(line.target),
        "place": code_of(line.place),
        "publication": line.publication.number,
        **{name: getattr(line, name) for name in same},
    }


def current_assessments() -> Any:
    """Return the lines of the current publication."""
    current = Publication.objects.filter(published_at__isnull=False).values("pk")[:1]
    return Assessment.objects.filter(publication__in=current).select_related("target", "place", "publication")


@router.get("/plans", response=Page[PlanOut], summary="All plans")
def list_plans(request: HttpRequest, paging: Query[Paging], jurisdiction: str | None = None) -> dict[str, Any]:
    rows = plans()
    if jurisdiction:
        rows = rows.filter(jurisdiction__code=jurisdiction)
    return page_of(request, rows, paging, plan_row)


@router.get("/plans/{code}", response=PlanOut, summary="One plan")
def read_plan(request: HttpRequest, code: str) -> dict[str, Any]:
    return plan_row(plan_of(code))


class MeasureFilter(Schema):
    """Which measures are wanted; codes throughout."""

    plan: str | None = None
    right: str | None = None
    group: str | None = None
    lead_body: str | None = None


@router.get("/measures", response=Page[MeasureOut], summary="Measures, by plan, right, group or lead body")
def list_measures(request: HttpRequest, paging: Query[Paging], chosen: Query[MeasureFilter]) -> dict[str, Any]:
    wanted = {
        "plan__code": chosen.plan,
        "rights__contains": chosen.right and f";{chosen.right};",
        "groups__contains": chosen.group and f";{chosen.group};",
        "lead_body__code": chosen.lead_body,
    }
    rows = Measure.objects.select_related("plan", "chapter", "lead_body")
    return page_of(request, rows.filter(**{k: v for k, v in wanted.items() if v}), paging, measure_row)


@router.get("/measures/{path:code}", response=MeasureDetail, summary="One measure with its targets")
def read_measure(request: HttpRequest, code: str) -> dict[str, Any]:
    measure = Measure.objects.select_related("plan", "chapter", "lead_body").filter(code=code).first()
    if measure is None:
        raise NotFound(f"There is no measure {code!r}.", "GET /api/measures lists the codes.")
    return {
        **measure_row(measure),
        "supporting_bodies": list(measure.supporting_bodies.values_list("code", flat=True)),
        "targets": [target_row(target) for target in measure.targets.select_related("measure")],
    }


@router.get("/targets", response=Page[TargetOut], summary="Targets, by plan, indicator or official verdict")
def list_targets(
    request: HttpRequest,
    paging: Query[Paging],
    plan: str | None = None,
    indicator: str | None = None,
    verdict: str | None = None,
) -> dict[str, Any]:
    rows = Target.objects.select_related("measure").order_by("measure__plan__code", "position")
    if plan:
        rows = rows.filter(measure__plan__code=plan)
    if indicator:
        rows = rows.filter(indicator=indicator)
    if verdict:
        judged = current_assessments().filter(verdict=verdict, group="", role=Role.OFFICIAL).values("target")
        rows = rows.filter(pk__in=judged)
    return page_of(request, rows, paging, target_row)


@router.get("/targets/{path:code}", response=TargetDetail, summary="One target with its assessments")
def read_target(request: HttpRequest, code: str) -> dict[str, Any]:
    target = Target.objects.select_related("measure").filter(code=code).first()
    if target is None:
        raise NotFound(f"There is no target {code!r}.", "GET /api/targets lists the codes.")
    lines = current_assessments().filter(target=target)
    return {**target_row(target), "assessments": [assessment_row(line) for line in lines]}


@router.get("/assessments", response=Page[AssessmentOut], summary="Lines of the current publication")
def list_assessments(
    request: HttpRequest, paging: Query[Paging], verdict: str | None = None, role: str | None = None
) -> dict[str, Any]:
    wanted = {k: v for k, v in {"verdict": verdict, "role": role}.items() if v}
    return page_of(request, current_assessments().filter(**wanted), paging, assessment_row)
