"""What everything rests on: batches and the public log."""

import json
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.errors import NotFound
from rightsplan.indicators.models import Batch
from rightsplan.ledger import queries
from rightsplan.ledger.models import LogEntry
from rightsplan.site.audience import audience
from rightsplan.site.crumbs import crumb
from rightsplan.site.numbers import whole
from rightsplan.site.reads_evidence import address_of, batch_page, citation, entry_title


@audience("public")
def data(request: HttpRequest) -> HttpResponse:
    """List every batch with source, licence and hash."""
    page, coverage = batch_page(request.GET.get("page"))
    context = {"page": page, "coverage": coverage, "crumbs": [crumb(_("Data"))]}
    return render(request, "site/data.html", context)


@audience("public")
def batch(request: HttpRequest, sha256: str) -> HttpResponse:
    """Show one batch: where it comes from, what it holds, what rests on it."""
    related = Batch.objects.select_related("supersedes").prefetch_related("superseded_by")
    found = get_object_or_404(related, sha256=sha256)
    context = {
        "batch": found,
        "coverage": found.coverage.select_related("indicator").order_by("indicator__code")[:200],
        "citation": citation(found),
        "crumbs": [crumb(_("Data"), reverse("data")), crumb(found.title)],
    }
    return render(request, "site/batch.html", context)


@audience("public")
def log(request: HttpRequest) -> HttpResponse:
    """Show the log: entries, signed state, how to check it."""
    page = Paginator(LogEntry.objects.order_by("-index").defer("data"), 50).get_page(request.GET.get("page"))
    context = {
        "page": page, "checkpoint": queries.latest_checkpoint(), "origin": settings.LOG_ORIGIN,
        "crumbs": [crumb(_("Public log"))],
    }  # fmt: skip
    return render(request, "site/log.html", context)


@audience("public")
def log_entry(request: HttpRequest, index: int) -> HttpResponse:
    """Show one entry with the proof that the signed log holds it."""
    try:
        found = queries.entry(index)
    except NotFound as error:
        raise Http404(error.message) from error
    return render(request, "site/log_entry.html", entry_context(found))


def entry_context(found: LogEntry) -> dict[str, Any]:
    """Gather everything an entry's page shows."""
    return {
        "entry": found,
        "text": json.dumps(json.loads(bytes(found.data)), indent=1, ensure_ascii=False),
        "proof": queries.inclusion(found.index),
        "title": entry_title(found),
        "about": address_of(found),
        "crumbs": [
            crumb(_("Public log"), reverse("log")),
            crumb(_("Entry %(number)s") % {"number": whole(found.index)}),
        ],
    }
