"""Batches and log entries as the pages show them."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.indicators.models import Batch, Coverage
from rightsplan.ledger.models import LogEntry
from rightsplan.site.labels import label
from rightsplan.site.numbers import day

PER_PAGE = 25
NAMED = 6  # indicators of a batch that the list names


def batch_page(number_of_page: Any) -> tuple["Page[Batch]", dict[int, tuple[list[Coverage], int]]]:
    """Return one page of batches, newest first, and for each the first indicators it holds with how many there are."""
    found = Batch.objects.select_related("supersedes").prefetch_related("superseded_by")
    page = Paginator(found, PER_PAGE).get_page(number_of_page)
    held: dict[int, list[Coverage]] = {}
    rows = Coverage.objects.filter(batch__in=[b.pk for b in page.object_list]).select_related("indicator")
    for row in rows.order_by("indicator__code"):
        held.setdefault(row.batch_id, []).append(row)
    return page, {pk: (rows[:NAMED], len(rows)) for pk, rows in held.items()}


def citation(batch: Batch) -> str:
    """Return how to cite a batch."""
    values = {
        "source": batch.source, "title": batch.title, "day": day(batch.retrieved), "licence": batch.licence,
        "hash": batch.sha256,
    }  # fmt: skip
    return _("%(source)s: %(title)s. Retrieved %(day)s. %(licence)s. SHA-256 %(hash)s.") % values


def entry_title(entry: LogEntry) -> str:
    """Return what an entry says happened."""
    return f"{label('entry', entry.kind)}: {entry.subject[:12] if entry.kind == 'batch' else entry.subject}"


def address_of(entry: LogEntry) -> str:
    """Return the page of what an entry is about; publications are files."""
    if entry.kind == "batch":
        return reverse("batch", args=[entry.subject])
    if entry.kind == "plan":
        return reverse("plan", args=[entry.subject])
    return f"/published/publications/{entry.subject}.jsonl" if entry.kind == "publication" else ""
