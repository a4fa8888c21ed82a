"""Writes the published folder: plan files, publications, batches, log, and the catalogue last."""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rightsplan.evidence.batches import raise_if_full, temporary_beside, write_atomically
from rightsplan.evidence.canonical import canonical_json, sha256

FORMAT = "rightsplan-published/1"


def publication_bytes(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the lines as canonical JSON, one a row, sorted by id."""
    return b"".join(canonical_json(line) + b"\n" for line in sorted(lines, key=lambda line: str(line["id"])))


def plan_file(code: str, digest: str) -> str:
    """Return the path of a plan revision in the published folder."""
    return f"plans/{code}.{digest[:12]}.json"


def publication_file(number: int) -> str:
    """Return the path of a publication in the published folder."""
    return f"publications/{number}.jsonl"


def copy_batch(stored: Path, published: Path, name: str) -> None:
    """Put a batch and its description into the published folder, as a hard link where the disk allows it."""
    for suffix in (".parquet", ".json"):
        target = published / "batches" / f"{name}{suffix}"
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        origin = stored / f"{name}{suffix}"
        try:
            os.link(origin, target)
        except FileExistsError:  # another process was faster; the name says that the content is the same
            continue
        except OSError:  # another file system
            copy_atomically(origin, target)


def copy_atomically(origin: Path, target: Path) -> None:
    """Copy a whole file or nothing. Raises Refused when the disk is full."""
    temporary = temporary_beside(target)
    try:
        shutil.copyfile(origin, temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, target)
    except OSError as error:
        raise_if_full(error, target.name)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_document(published: Path, path: str, content: bytes) -> str:
    """Write one immutable document unless it is there already; return its SHA-256."""
    target = published / path
    if not (target.exists() and target.read_bytes() == content):
        write_atomically(target, content)
    return sha256(content)


def write_catalogue(
    published: Path, *, site: str, log: Mapping[str, str], contents: Mapping[str, Sequence[Any]]
) -> None:
    """Write the catalogue; it comes last, so that readers never see a list of files that are not there yet."""
    catalogue = {"format": FORMAT, "site": site, **log, **contents}
    write_atomically(published / "catalogue.json", canonical_json(catalogue))
