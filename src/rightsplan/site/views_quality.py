"""What nobody measures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from rightsplan.site import reads_quality
from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb


@audience("public")
def quality(request: HttpRequest) -> HttpResponse:
    """Show what should be known about every right and is not, and what is known but old."""
    page = reads_quality.quality_page(request.GET.get("right", ""), request.GET.get("place", ""))
    return render(request, "site/quality.html", {**page, "crumbs": [crumb(_("What nobody measures"))]})
