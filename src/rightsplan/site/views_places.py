"""Places, with map and ranked table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.bodies.models import Place
from rightsplan.site import reads_balance, reads_frontier, reads_home, reads_places
from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb
from rightsplan.site.texts import plain


@audience("public")
def places(request: HttpRequest) -> HttpResponse:
    """List the places, those with plans first."""
    levels = reads_places.levels()
    level = request.GET.get("level", "")
    plans = reads_home.present(reads_home.counted_plans())
    context = {
        "plans": plans, "page": reads_places.place_page(level if level in levels else "", request.GET.get("page")),
        "levels": levels, "level": level, "crumbs": [crumb(_("Places"))],
    }  # fmt: skip
    return render(request, "site/places.html", context)


@audience("public")
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show a place: its plans, and an indicator over the places below it."""
    found = get_object_or_404(Place.objects.select_related("parent").defer("parent__boundary"), code=code)
    below = list(found.children.all()[: reads_places.MOST_RANKED])
    choices = reads_places.choices(found, below)
    chosen = next((i for i in choices if i.code == request.GET.get("indicator")), choices[0] if choices else None)
    order = request.GET.get("order", "best")
    context = {
        "place": found, "below": below, "choices": choices, "chosen": chosen, "order": order,
        "ranking": reads_places.ranking(found, below, chosen, order) if chosen else None,
        "plans": reads_places.newest_first(found, reads_home.counted_plans()),
        "balance": reads_balance.balance_of(found, below), "frontier": reads_frontier.frontier_of(found),
        "bodies": list(found.bodies.all()), "crumbs": [crumb(_("Places"), reverse("places")), crumb(plain(found.name))],
    }  # fmt: skip
    return render(request, "site/place.html", context)
