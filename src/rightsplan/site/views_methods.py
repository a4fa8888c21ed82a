"""How well forecasts did, and every method with its formula, its example and its figures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.errors import NotFound
from rightsplan.site import reads_forecast, reads_methods
from rightsplan.site.audience import audience
from rightsplan.site.charts_forecast import reliability_chart
from rightsplan.site.crumbs import crumb


@audience("public")
def forecasts(request: HttpRequest) -> HttpResponse:
    """Say how well forecasts of the past came true, beside the rules of others."""
    found = reads_forecast.backtest()
    words = reads_forecast.said_and_came(found)
    context = {
        "found": found,
        "rules": reads_forecast.rules_of(found),
        "indicators": reads_forecast.furthest_off(found),
        "sentence": words,
        "chart": reliability_chart(found["bins"], words),
        "crumbs": [crumb(_("How verdicts are reached"), reverse("methods")), crumb(_("How well our forecasts did"))],
    }
    return render(request, "site/forecasts.html", context)


@audience("public")
def method(request: HttpRequest, name: str) -> HttpResponse:
    """Explain one method."""
    try:
        page = reads_methods.page_of(name)
    except NotFound as missing:
        raise Http404(missing.message) from missing
    crumbs = [crumb(_("How verdicts are reached"), reverse("methods")), crumb(page.title)]
    return render(request, "site/method.html", {"page": page, "crumbs": crumbs})
