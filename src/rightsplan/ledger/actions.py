"""Adds to the public log and signs its state."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from rightsplan.accounts.models import Person
from rightsplan.errors import Refused
from rightsplan.evidence import notes
from rightsplan.evidence.canonical import canonical_json
from rightsplan.evidence.tree import leaf_hash
from rightsplan.ledger.keys import signer
from rightsplan.ledger.models import Checkpoint, LogEntry
from rightsplan.ledger.queries import tree

LARGEST_ENTRY = 65_535  # an entry bundle of C2SP tlog-tiles gives a length two bytes
LOCK = 0x5249474854  # any constant will do, as long as every writer asks for the same one


def append(*, kind: str, subject: str, payload: Mapping[str, Any], by: Person | None, at: datetime) -> LogEntry:
    """Add one entry to the log, inside the transaction of the change that it records.

    The entry is the canonical JSON of `payload` with `kind`, `at` (UTC, ISO 8601) and `by` (the person's code); its
    index is the number of entries before it. One writer at a time: SQLite holds the file from the start of the
    transaction (IMMEDIATE), PostgreSQL an advisory lock until its end. Raises TransactionManagementError outside a
    transaction, Refused for an entry above 65,535 bytes. Does not sign: see `sign_checkpoint`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A log entry belongs into the transaction of what it records.")
    name = by.code if by else ""
    data = canonical_json({**payload, "kind": kind, "at": at.astimezone(UTC).isoformat(), "by": name})
    if len(data) > LARGEST_ENTRY:
        raise Refused(f"The log entry for {subject} has {len(data):,} bytes.", "Log a hash of the content instead.")
    wait_for_turn()
    last = LogEntry.objects.aggregate(last=Max("index"))["last"]
    return LogEntry.objects.create(
        index=0 if last is None else last + 1,
        kind=kind,
        subject=subject,
        data=data,
        leaf_hash=leaf_hash(data).hex(),
        at=at,
        by=by,
    )


def wait_for_turn() -> None:
    """Let one transaction at a time give out indexes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def sign_checkpoint(*, at: datetime) -> Checkpoint:
    """Sign the present size and Merkle root of the log (RFC 6962, C2SP tlog-checkpoint) and keep the note.

    A state that is signed already keeps its note. Raises Refused for a malformed key and for an empty log.
    """
    with transaction.atomic():
        wait_for_turn()
        grown = tree()
        if len(grown) == 0:
            raise Refused("The log is empty.", "Import something first; then there is a state to sign.")
        text = notes.Checkpoint(settings.LOG_ORIGIN, len(grown), grown.root()).to_text()
        checkpoint, _ = Checkpoint.objects.get_or_create(
            size=len(grown), defaults={"root": grown.root().hex(), "note": signer().sign(text), "at": at}
        )
    return checkpoint
