"""Indicators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.indicators.models import Indicator
from rightsplan.site import reads_gaps, reads_indicators, reads_statement
from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb
from rightsplan.site.texts import plain


@audience("public")
def indicators(request: HttpRequest) -> HttpResponse:
    """List what is measured."""
    wanted = {name: request.GET.get(name, "") for name in ("right", "kind")}
    context = {
        "page": reads_indicators.indicator_page(wanted, request.GET.get("page")),
        "wanted": wanted, "rights": reads_indicators.rights_measured(), "kinds": Indicator.Kind.values,
        "crumbs": [crumb(_("Indicators"))],
    }  # fmt: skip
    return render(request, "site/indicators.html", context)


@audience("public")
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Show an indicator: chart, table, groups, sources, downloads, citation."""
    found = get_object_or_404(Indicator, code=code)
    rows, total = reads_indicators.promises(found)
    look = reads_indicators.look_at(found, request.GET.get("place", ""))
    context = {
        "indicator": found, "look": look, "rows": rows, "total": total,
        "quality": reads_statement.quality_of(found, look.place, look.sources),
        "gaps": reads_gaps.unequal(found, look.place.code, look.groups_source) if look.place and look.groups else None,
        "crumbs": [crumb(_("Indicators"), reverse("indicators")), crumb(plain(found.name) or found.code)],
    }  # fmt: skip
    return render(request, "site/indicator.html", context)
