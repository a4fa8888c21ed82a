"""Writes the published folder from database, stored batches and kept lines; running it again is harmless."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence.canonical import sha256
from rightsplan.evidence.published import (
    copy_batch,
    plan_file,
    publication_file,
    write_catalogue,
    write_document,
)
from rightsplan.evidence.tiles import write_log
from rightsplan.indicators.models import Batch, Publication
from rightsplan.ledger.actions import sign_checkpoint, wait_for_turn
from rightsplan.ledger.keys import signer
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.models import PlanRevision

BYTES_PER_LOG_ENTRY = 1_500  # entry, hashes and the line in the catalogue, generously
LEAST_RESERVE = 1_000_000


def kept_file(digest: str) -> Path:
    """Return where the lines of a publication with this hash are kept, so that the published folder can be rebuilt."""
    folder: Path = settings.DATA_DIR / "publications"
    return folder / f"{digest}.jsonl"


def kept_lines(publication: Publication) -> bytes:
    """Return a publication's lines. Raises Damaged where they are gone or changed."""
    path = kept_file(publication.sha256)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Damaged("the lines of a publication are missing", str(path)) from error
    if sha256(content) != publication.sha256:
        raise Damaged(f"its hash is not that of publication {publication.number}", str(path))
    return content


def write_contents(publication: Publication | None = None) -> None:
    """Write plan files, batches and lines; `publication` is one that is about to be published.

    Nothing refers to what is new among them before log and catalogue are written. Raises Refused when the disk is full.
    """
    folder: Path = settings.PUBLISHED_DIR
    folder.mkdir(parents=True, exist_ok=True)
    for revision in PlanRevision.objects.select_related("plan"):
        content = revision.document.encode("utf-8")
        write_document(folder, plan_file(revision.plan.code, revision.sha256), content)
    with full_disk_reported():
        for name in Batch.objects.values_list("sha256", flat=True):
            copy_batch(settings.BATCH_DIR, folder, name)
    published = Publication.objects.filter(published_at__isnull=False)
    for row in [*published, *([publication] if publication else [])]:
        write_document(folder, publication_file(row.number), kept_lines(row))


@contextmanager
def full_disk_reported() -> Iterator[None]:
    """Turn a full disk into something the operator can mend."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused(
                "The disk is full: nothing was marked as published.", "Free some space and publish again."
            ) from error
        raise


@contextmanager
def reserved_space() -> Iterator[None]:
    """Hold the room that log and catalogue will need until a publication is marked. Raises Refused for a full disk."""
    wanted = max(LEAST_RESERVE, 2 * BYTES_PER_LOG_ENTRY * (LogEntry.objects.count() + 100))
    path: Path = settings.PUBLISHED_DIR / f".writing-reserve-{os.getpid()}"
    try:
        with full_disk_reported(), path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, wanted)
        yield
    finally:
        path.unlink(missing_ok=True)


def complete(*, now: datetime) -> None:
    """Bring log, checkpoint and catalogue up to the database; the catalogue last.

    One process at a time, because an older state must not be written over a newer one.
    """
    with transaction.atomic():
        wait_for_turn()
        write_contents()
        checkpoint = sign_checkpoint(at=now)
        entries = [bytes(data) for data in LogEntry.objects.order_by("index").values_list("data", flat=True)]
        key = signer()
        write_log(settings.PUBLISHED_DIR / "log", entries, signer=key, origin=settings.LOG_ORIGIN)
        if checkpoint.size != len(entries):
            raise Damaged(f"the checkpoint has {checkpoint.size} entries, the log {len(entries)}", "log")
        origin = {"origin": settings.LOG_ORIGIN, "verifier_key": key.verifier_key}
        write_catalogue(settings.PUBLISHED_DIR, site=settings.SITE_URL, log=origin, contents=contents())


def complete_interrupted(*, now: datetime) -> bool:
    """Finish a publication that was interrupted after it was marked; say whether there was one."""
    newest = Publication.objects.filter(published_at__isnull=False).order_by("-number").first()
    if newest is None:
        return False
    try:
        listed = json.loads((settings.PUBLISHED_DIR / "catalogue.json").read_bytes())["publications"]
    except FileNotFoundError:
        listed = []
    if any(item["number"] == newest.number for item in listed):
        return False
    complete(now=now)
    return True


def contents() -> dict[str, list[dict[str, Any]]]:
    """Return what the catalogue lists."""
    descriptions = settings.PUBLISHED_DIR / "batches"
    return {
        "batches": [
            {
                "batch": batch.sha256,
                "description": sha256((descriptions / f"{batch.sha256}.json").read_bytes()),
                "log_index": batch.log_index,
            }
            for batch in Batch.objects.order_by("log_index")
        ],
        "plans": [
            {
                "plan": row.plan.code,
                "file": plan_file(row.plan.code, row.sha256),
                "sha256": row.sha256,
                "log_index": row.log_index,
            }
            for row in PlanRevision.objects.select_related("plan").order_by("log_index")
        ],
        "publications": [
            {
                "number": row.number,
                "file": publication_file(row.number),
                "sha256": row.sha256,
                "count": row.count,
                "log_index": row.log_index,
                "plans": sorted(revision.sha256 for revision in row.plan_revisions.all()),
                "as_of": row.as_of.isoformat(),
            }
            for row in Publication.objects.filter(published_at__isnull=False)
            .order_by("number")
            .prefetch_related("plan_revisions")
        ],
    }
