"""Reads that several faces use: a plan as a whole, and measures by right, group or body."""

from django.db.models import Prefetch, Q, QuerySet

from rightsplan.bodies.models import Body
from rightsplan.bodies.queries import within
from rightsplan.errors import NotFound
from rightsplan.plans.models import Chapter, Measure, Plan, PlanRevision, Target


def plans() -> QuerySet[Plan]:
    """Return all plans with what their heads show, by jurisdiction and start."""
    return Plan.objects.select_related("jurisdiction", "predecessor", "parent_plan").defer("jurisdiction__boundary")


def plan_of(code: str) -> Plan:
    """Return one plan. Raises NotFound."""
    plan = plans().filter(code=code).first()
    if plan is None:
        raise NotFound(f"There is no plan {code!r}.", "The list of plans shows their codes.")
    return plan


def chapters_of(plan: Plan, *, with_dropped: bool = False) -> list[Chapter]:
    """Return a plan's chapters with measures, bodies and targets at hand, in four queries whatever the size.

    `chapter.measures.all()`, `measure.targets.all()` and `measure.supporting_bodies.all()` cost no further query.
    """
    kept = {} if with_dropped else {"dropped": False}
    targets = Target.objects.filter(**kept).order_by("position")
    measures = (
        Measure.objects.filter(**kept)
        .select_related("lead_body")
        .prefetch_related("supporting_bodies", Prefetch("targets", targets))
        .order_by("position")
    )
    chapters = plan.chapters.prefetch_related(Prefetch("measures", measures)).order_by("position")
    return [chapter for chapter in chapters if with_dropped or chapter.measures.all()]


def measures() -> QuerySet[Measure]:
    """Return the present measures of all plans with plan, chapter and lead body at hand."""
    return Measure.objects.filter(dropped=False).select_related("plan", "chapter", "lead_body")


def measures_for_right(code: str) -> QuerySet[Measure]:
    """Return the present measures that name a right."""
    return measures().filter(rights__contains=f";{code};")


def measures_for_group(code: str) -> QuerySet[Measure]:
    """Return the present measures that name a group."""
    return measures().filter(groups__contains=f";{code};")


def measures_of_body(body: Body) -> QuerySet[Measure]:
    """Return the present measures that a body, or one below it, leads or supports."""
    below = within(body).values("pk")
    return measures().filter(Q(lead_body__in=below) | Q(supporting_bodies__in=below)).distinct()


def targets_for_indicator(code: str) -> QuerySet[Target]:
    """Return the present targets that are measured by an indicator."""
    present = Target.objects.filter(dropped=False, measure__dropped=False, indicator=code)
    return present.select_related("measure__plan", "measure__chapter").order_by("measure__plan__start", "position")


def latest_revision(plan: Plan) -> PlanRevision | None:
    """Return what the plan promises at present, as it is in the log."""
    return plan.revisions.order_by("-number").first()
