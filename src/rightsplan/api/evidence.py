"""Batches, publications and the log."""

import json
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from ninja import Query, Router

from rightsplan.api.schemas import BatchOut, LogOut, Page, Paging, PublicationOut, page_of
from rightsplan.errors import NotFound
from rightsplan.indicators.models import Batch, Publication
from rightsplan.ledger.models import LogEntry

router = Router(tags=["evidence"])


def batch_row(batch: Batch) -> dict[str, Any]:
    """Return a batch as the API shows it."""
    same = ["sha256", "title", "source", "publisher", "url", "licence", "role", "rows", "log_index"]
    return {
        **{name: getattr(batch, name) for name in same},
        "retrieved": batch.retrieved.isoformat(),
        "supersedes": batch.supersedes.sha256 if batch.supersedes else None,
        "superseded_by": [newer.sha256 for newer in batch.superseded_by.all()],
        "parquet": f"/published/batches/{batch.sha256}.parquet",
    }


def batches() -> Any:
    """Return batches with what their rows need."""
    newer = Prefetch("superseded_by", queryset=Batch.objects.only("sha256", "supersedes"))
    return Batch.objects.select_related("supersedes").prefetch_related(newer)


@router.get("/batches", response=Page[BatchOut], summary="Immutable batches of data")
def list_batches(
    request: HttpRequest, paging: Query[Paging], indicator: str | None = None, role: str | None = None
) -> dict[str, Any]:
    wanted = {k: v for k, v in {"coverage__indicator__code": indicator, "role": role}.items() if v}
    return page_of(request, batches().filter(**wanted), paging, batch_row)


@router.get("/batches/{sha256}", response=BatchOut, summary="One batch")
def read_batch(request: HttpRequest, sha256: str) -> dict[str, Any]:
    batch = batches().filter(sha256=sha256).first()
    if batch is None:
        raise NotFound(f"There is no batch {sha256!r}.", "GET /api/batches lists the hashes.")
    return batch_row(batch)


def publication_row(publication: Publication) -> dict[str, Any]:
    """Return a publication as the API shows it."""
    return {
        "number": publication.number,
        "as_of": publication.as_of.isoformat(),
        "published_at": publication.published_at.isoformat() if publication.published_at else "",
        "count": publication.count,
        "sha256": publication.sha256,
        "log_index": publication.log_index,
    }


@router.get("/publications", response=Page[PublicationOut], summary="Publications, newest first")
def list_publications(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return page_of(request, Publication.objects.filter(published_at__isnull=False), paging, publication_row)


def log_row(entry: LogEntry) -> dict[str, Any]:
    """Return a log entry as the API shows it."""
    return {
        "index": entry.index,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "subject": entry.subject,
        "leaf_hash": entry.leaf_hash,
        "entry": json.loads(bytes(entry.data)),
    }


@router.get("/log", response=Page[LogOut], summary="Entries of the public log, newest first")
def list_log(request: HttpRequest, paging: Query[Paging], kind: str | None = None) -> dict[str, Any]:
    rows = LogEntry.objects.order_by("-index")
    return page_of(request, rows.filter(kind=kind) if kind else rows, paging, log_row)


@router.get("/log/{int:index}", response=LogOut, summary="One log entry")
def read_log(request: HttpRequest, index: int) -> dict[str, Any]:
    entry = LogEntry.objects.filter(index=index).first()
    if entry is None:
        raise NotFound(f"The log has no entry {index}.", "GET /api/log lists the entries.")
    return log_row(entry)
