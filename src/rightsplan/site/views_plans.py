"""Home, plans, measures and targets."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.plans.models import Measure, Plan, Target
from rightsplan.site import promise_line, reads_forecast, reads_home, reads_plans, verdicts
from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb, plan_crumbs
from rightsplan.site.reads_lines import current, rows_for
from rightsplan.site.texts import plain


@audience("public")
def home(request: HttpRequest) -> HttpResponse:
    """Answer the question: is the plan being kept?"""
    plans = reads_home.present(reads_home.counted_plans())
    missing, missing_count = reads_home.unmeasured(plans)
    context = {
        "plans": [p for p in plans if not p.plan.is_example],
        "examples": [p for p in plans if p.plan.is_example],
        "moved_back": reads_home.moved_back(plans),
        "unmeasured": missing,
        "unmeasured_count": missing_count,
        "by_right": reads_home.by_right(plans),
        "changes": reads_home.changes(),
    }
    return render(request, "site/home.html", context)


@audience("public")
def plans(request: HttpRequest) -> HttpResponse:
    """List every plan."""
    every = reads_home.counted_plans()
    context = {
        "plans": [p for p in every if not p.plan.is_example],
        "examples": [p for p in every if p.plan.is_example],
        "crumbs": [crumb(_("Plans"))],
    }
    return render(request, "site/plans.html", context)


@audience("public")
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Show a plan: chapters, measures and the promise line of each target."""
    related = ["jurisdiction", "predecessor", "parent_plan"]
    found = get_object_or_404(Plan.objects.select_related(*related).prefetch_related("successors"), code=code)
    wanted = {name: request.GET.get(name, "") for name in ("verdict", "right", "group", "body")}
    measures, page = reads_plans.measure_page(found, wanted, request.GET.get("page"))
    counts = next((c for c in reads_home.counted_plans() if c.plan.pk == found.pk), None)
    context = {
        "plan": found, "measures": measures, "page": page, "wanted": wanted, "counts": counts,
        "facets": reads_plans.facets(found), "bodies": reads_plans.bodies_of(found), "verdicts": verdicts.WORDS.items(),
        "crumbs": [crumb(_("Plans"), reverse("plans")), crumb(plain(found.title))],
    }  # fmt: skip
    return render(request, "site/plan.html", context)


@audience("public")
def measure(request: HttpRequest, code: str) -> HttpResponse:
    """Show a measure: who leads, who supports, for whom, and its targets."""
    related = ["plan__jurisdiction", "chapter", "lead_body"]
    found = get_object_or_404(Measure.objects.select_related(*related), code=code)
    context = {
        "measure": found,
        "supporting": list(found.supporting_bodies.all()),
        "rows": rows_for(found.targets.filter(dropped=False).select_related("measure__plan")),
        "crumbs": [*plan_crumbs(found.plan), crumb(found.code.rpartition("/")[2])],
    }
    return render(request, "site/measure.html", context)


@audience("public")
def target(request: HttpRequest, code: str) -> HttpResponse:
    """Show a promise: verdict, both sources, for whom, and how we know."""
    related = ["measure__plan__jurisdiction", "measure__lead_body", "measure__chapter"]
    found = get_object_or_404(Target.objects.select_related(*related), code=code)
    return render(request, "site/target.html", target_context(found))


def target_context(found: Target) -> dict[str, Any]:
    """Gather everything a target's page shows."""
    every = reads_plans.target_lines(found)
    row = reads_plans.main_row(found, every)
    whole = [line for line in (row.official, row.independent) if line]
    name = plain(found.title)
    return {
        "target": found, "measure": found.measure, "plan": found.measure.plan, "row": row, "lines": whole,
        "picture": promise_line.large(row.picture) if row.picture else "",
        "alternative": promise_line.describe(row.picture) if row.picture else "",
        "sentence": verdicts.sentence(name, row.main.promise, row.main.result, found.unit) if row.main else "",
        "chance": verdicts.chance(row.main.result) if row.main else "",
        "notes": verdicts.notes(row.main.result) if row.main else [],
        "outlook": reads_forecast.outlook(row.main) if row.main else None,
        "other_notes": verdicts.notes(row.independent.result) if row.official and row.independent else [],
        "table": table_of(row), "groups": reads_plans.group_rows(found, every),
        "evidence": reads_plans.evidence_of(whole), "indicator": reads_plans.indicator_of(found),
        "supporting": list(found.measure.supporting_bodies.all()), "publication": current(),
        "history": reads_plans.history(found), "revisions": reads_plans.revisions(found),
        "crumbs": [*plan_crumbs(found.measure.plan), *measure_crumbs(found)],
    }  # fmt: skip


def measure_crumbs(found: Target) -> list[tuple[str, str]]:
    """Return the way from the plan to a target."""
    code = found.measure.code
    address = reverse("measure", args=[code])
    return [crumb(code.rpartition("/")[2], address), crumb(found.code.rpartition("-")[2])]


def table_of(row: Any) -> list[dict[str, Any]]:
    """Return the picture's numbers: one row a period, official beside independent."""
    periods: dict[str, dict[str, Any]] = {}
    for name, line in (("official", row.official), ("independent", row.independent)):
        for point in line.points if line else []:
            periods.setdefault(point[0], {"period": point[0]})[name] = point
    return [periods[p] for p in sorted(periods)]
