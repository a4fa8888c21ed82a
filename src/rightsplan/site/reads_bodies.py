"""Duty-bearers with what they owe, alone and with everything below them."""

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from rightsplan.bodies.models import Body
from rightsplan.bodies.queries import body_tree
from rightsplan.plans.models import Plan, Target
from rightsplan.site.reads_lines import Row, Tally, added, official_tallies, rows_for

PER_PAGE = 25
PER_TREE_PAGE = 150


@dataclass(slots=True)
class Branch:
    """A body, its own counts, those of everything below it, and how deep it stands."""

    body: Body
    own: Tally
    depth: int
    total: Tally = field(default_factory=dict)
    is_example: bool = False


def tree() -> list[Branch]:
    """Return every body in the order of the tree, with rolled-up counts (three queries)."""
    counts = official_tallies("target__measure__lead_body_id")
    below, made_up = body_tree(), example_paths()
    found: list[Branch] = []

    def grow(body: Body, depth: int) -> Tally:
        is_example = body.place is not None and body.place.path.startswith(made_up)
        branch = Branch(body, counts.get(body.pk, {}), depth, is_example=is_example)
        found.append(branch)
        branch.total = added([branch.own, *(grow(child, depth + 1) for child in below.get(body.pk, []))])
        return branch.total

    for root in below.get(None, []):
        grow(root, 0)
    return found


def example_paths() -> tuple[str, ...]:
    """Return the paths of places that have made-up plans alone (one query)."""
    plans = Plan.objects.order_by().values_list("jurisdiction__path", "is_example").distinct()
    real = {path for path, is_example in plans if not is_example}
    return tuple(path for path, is_example in plans if is_example and path not in real)


def tree_page(number: Any) -> tuple[list[Branch], "Page[Branch]"]:
    """Return one page of the tree."""
    page = Paginator(tree(), PER_TREE_PAGE).get_page(number)
    return list(page.object_list), page


def target_page(body: Body, role: str, number: Any) -> tuple[list[Row], "Page[Target]"]:
    """Return one page of the promises that a body leads or supports."""
    wanted = Q(measure__lead_body=body) if role == "leads" else Q(measure__supporting_bodies=body)
    found = Target.objects.filter(wanted, dropped=False, measure__dropped=False).select_related("measure__plan")
    page = Paginator(found.order_by("-measure__plan__start", "code"), PER_PAGE).get_page(number)
    return rows_for(page.object_list), page


def measure_counts(body: Body) -> dict[str, int]:
    """Return how many measures a body leads and supports."""
    found = Body.objects.filter(pk=body.pk).aggregate(
        leads=Count("leads", filter=Q(leads__dropped=False), distinct=True),
        supports=Count("supports", filter=Q(supports__dropped=False), distinct=True),
    )
    return {name: int(value) for name, value in found.items()}
