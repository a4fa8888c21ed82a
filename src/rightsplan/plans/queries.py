"""Reads that several faces use: a plan as a whole, and what it promises at present."""

from django.db.models import Prefetch, QuerySet

from rightsplan.errors import NotFound
from rightsplan.plans.models import Chapter, Measure, Plan, PlanRevision, Target


def plans() -> QuerySet[Plan]:
    """Return all plans with what their heads show, by jurisdiction and start."""
    return Plan.objects.select_related("jurisdiction", "predecessor", "parent_plan").defer("jurisdiction__boundary")


def plan_of(code: str) -> Plan:
    """Return one plan. Raises NotFound."""
    plan = plans().filter(code=code).first()
    if plan is None:
        known = ", ".join(Plan.objects.order_by("code").values_list("code", flat=True)[:20]) or "none yet"
        raise NotFound(f"There is no plan {code!r} (known: {known}).", "Use one of the known codes.")
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


def latest_revision(plan: Plan) -> PlanRevision | None:
    """Return what the plan promises at present, as it is in the log."""
    return plan.revisions.order_by("-number").first()
