"""Methods, search, about and accessibility."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb
from rightsplan.site.reads_methods import listed
from rightsplan.site.search import find_or_alike, suggest
from rightsplan.site.texts import reading
from rightsplan.site.verdicts import MEANINGS, REASONS
from rightsplan.stats.progress import METHOD, RULES, VERDICTS, VERSION


@audience("public")
def methods(request: HttpRequest) -> HttpResponse:
    """Say in plain words how a verdict is reached; the table is the one that decides."""
    rules = [(rule.reason, rule.verdict, REASONS.get(rule.reason, rule.when)) for rule in RULES]
    meanings = [(verdict, MEANINGS[verdict]) for verdict in VERDICTS]
    context = {"rules": rules, "meanings": meanings, "method": METHOD, "version": VERSION, "methods": listed()}
    return render(request, "site/methods.html", {**context, "crumbs": [crumb(_("How verdicts are reached"))]})


@audience("public")
def search(request: HttpRequest) -> HttpResponse:
    """Find plans, measures, targets, indicators, bodies, places, rights and groups."""
    q = request.GET.get("q", "")[:200].strip()
    hits, is_alike = find_or_alike(q, reading())
    page = Paginator(hits, 25).get_page(request.GET.get("page"))
    near = suggest(q) if q and not page.paginator.count else []
    context = {"q": q, "page": page, "is_alike": is_alike, "near": near, "crumbs": [crumb(_("Search"))]}
    return render(request, "site/search.html", context)


@audience("public")
def about(request: HttpRequest) -> HttpResponse:
    """Say what this site is and is not."""
    return render(request, "site/about.html", {"crumbs": [crumb(_("About"))]})


@audience("public")
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how the site can be used by everyone, and where it falls short."""
    return render(request, "site/accessibility.html", {"crumbs": [crumb(_("Accessibility"))]})
