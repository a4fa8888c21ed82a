"""Duty-bearers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.bodies.models import Body
from rightsplan.bodies.queries import ancestors
from rightsplan.site import reads_bodies
from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb
from rightsplan.site.texts import plain


@audience("public")
def bodies(request: HttpRequest) -> HttpResponse:
    """Show the tree of bodies with what each owes."""
    branches, page = reads_bodies.tree_page(request.GET.get("page"))
    return render(request, "site/bodies.html", {"branches": branches, "page": page, "crumbs": [crumb(_("Bodies"))]})


@audience("public")
def body(request: HttpRequest, code: str) -> HttpResponse:
    """Show what one body answers for."""
    found = get_object_or_404(Body.objects.select_related("parent", "place").defer("place__boundary"), code=code)
    role = "supports" if request.GET.get("role") == "supports" else "leads"
    rows, page = reads_bodies.target_page(found, role, request.GET.get("page"))
    branches = reads_bodies.tree()
    context = {
        "body": found, "role": role, "rows": rows, "page": page, "counts": reads_bodies.measure_counts(found),
        "branch": next(b for b in branches if b.body.pk == found.pk),
        "children": [b for b in branches if b.body.parent_id == found.pk],
        "crumbs": body_crumbs(ancestors(found), found),
    }  # fmt: skip
    return render(request, "site/body.html", context)


def body_crumbs(above: list[Body], found: Body) -> list[tuple[str, str]]:
    """Return the way down the tree."""
    steps = [crumb(plain(b.name), reverse("body", args=[b.code])) for b in above]
    return [crumb(_("Bodies"), reverse("bodies")), *steps, crumb(plain(found.name))]
