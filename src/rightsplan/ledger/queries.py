"""Reads the log: entries, proofs and the latest signed state."""

from dataclasses import dataclass

from django.db.models import QuerySet

from rightsplan.errors import NotFound
from rightsplan.evidence.tree import Tree
from rightsplan.ledger.models import Checkpoint, LogEntry


@dataclass(frozen=True, slots=True)
class Proof:
    """The hashes (hexadecimal) that lead from one entry to the root of a tree of `size` entries."""

    index: int
    size: int
    root: str
    hashes: list[str]


def entries() -> QuerySet[LogEntry]:
    """Return all entries, newest first."""
    return LogEntry.objects.select_related("by").order_by("-index")


def entry(index: int) -> LogEntry:
    """Return one entry. Raises NotFound."""
    found = LogEntry.objects.filter(index=index).first()
    if found is None:
        raise NotFound(f"The log has no entry {index}.", f"It holds {LogEntry.objects.count():,} entries, from 0 on.")
    return found


def tree(size: int | None = None) -> Tree:
    """Return the Merkle tree over the first `size` entries (all by default)."""
    rows = LogEntry.objects.order_by("index").values_list("leaf_hash", flat=True)
    return Tree(bytes.fromhex(leaf) for leaf in (rows if size is None else rows[:size]))


def inclusion(index: int) -> Proof:
    """Return the proof that the latest signed state holds an entry; of the present state where it is newer.

    Raises NotFound.
    """
    entry(index)
    checkpoint = latest_checkpoint()
    grown = tree(checkpoint.size if checkpoint and index < checkpoint.size else None)
    hashes = [node.hex() for node in grown.inclusion_proof(index)]
    return Proof(index, len(grown), grown.root().hex(), hashes)


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest signed state, if any."""
    return Checkpoint.objects.order_by("-size").first()
