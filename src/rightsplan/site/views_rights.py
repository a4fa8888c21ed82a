"""Rights and groups."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.site import labels, reads_home, reads_quality, reads_rights
from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb


@audience("public")
def rights(request: HttpRequest) -> HttpResponse:
    """List the rights that plans name."""
    context = {"facets": reads_rights.facets("rights"), "crumbs": [crumb(_("Rights"))]}
    return render(request, "site/rights.html", context)


@audience("public")
def right(request: HttpRequest, code: str) -> HttpResponse:
    """Show commitment, effort and enjoyment of one right side by side."""
    if not labels.is_known("rights", code):
        raise Http404(code)
    crumbs = [crumb(_("Rights"), reverse("rights")), crumb(labels.label("rights", code))]
    context: dict[str, Any] = {"code": code, "crumbs": crumbs}
    kind = request.GET.get("kind", "")
    if kind in reads_rights.COLUMNS:
        rows, page = reads_rights.kind_page(code, kind, request.GET.get("page"))
        return render(request, "site/right_kind.html", {**context, "kind": kind, "rows": rows, "page": page})
    counts = {found: tally for found, tally, _n in reads_home.by_facet("rights")}.get(code, {})
    context |= {"columns": reads_rights.columns(code), "counts": counts, "missing": reads_quality.missing(code)}
    return render(request, "site/right.html", context)


@audience("public")
def groups(request: HttpRequest) -> HttpResponse:
    """List the groups that plans name, and who is furthest behind."""
    context = {
        "facets": reads_rights.facets("groups"),
        "furthest": reads_rights.furthest_behind(),
        "crumbs": [crumb(_("Groups"))],
    }
    return render(request, "site/groups.html", context)


@audience("public")
def group(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is promised to one group."""
    if not labels.is_known("groups", code):
        raise Http404(code)
    rows, page = reads_rights.facet_page("groups", code, request.GET.get("page"))
    counts = {found: tally for found, tally, _n in reads_home.by_facet("groups")}.get(code, {})
    crumbs = [crumb(_("Groups"), reverse("groups")), crumb(labels.label("groups", code))]
    context = {"code": code, "rows": rows, "page": page, "counts": counts, "crumbs": crumbs}
    return render(request, "site/group.html", context)
