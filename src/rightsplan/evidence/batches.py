"""Batches on disk: Parquet under the name of its content, beside a JSON description. Written once, never changed."""

import contextlib
import errno
import io
import os
import tempfile
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path

import polars as pl

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence.canonical import canonical_frame, canonical_json, name_of_canonical, parse_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Where a batch comes from. `accepted` lists warnings that a person accepted, each with the reason."""

    batch: str
    title: str
    source: str
    licence: str
    role: str
    retrieved: str
    by: str
    rows: int
    columns: list[str] = field(default_factory=list)
    publisher: str = ""
    url: str = ""
    supersedes: str | None = None
    file: str = ""
    note: str = ""
    accepted: list[dict[str, str]] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        """Return the canonical JSON that the log's entry is the hash of."""
        return canonical_json(asdict(self))


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file or nothing: temporary file, fsync, rename. Raises Refused when the disk is full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise_if_full(error, path.name)
        raise


def raise_if_full(error: Exception, what: str) -> None:
    """Raise Refused where the error says that the disk, or the user's part of it, is full."""
    if getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or "No space left" in str(error):
        raise Refused(
            f"The disk is full: {what} was not written.", "Free some space and run the command again."
        ) from error


def prepare(frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Return the canonical frame and its name.

    Raises Refused as `canonical_frame`, and for a frame without any value: no file could keep its number of rows.
    """
    clean = canonical_frame(frame)
    if clean.width == 0:
        raise Refused("The data hold no value.", "Give at least one value.")
    return clean, name_of_canonical(clean, rows=frame.height)


def write_batch(folder: Path, clean: pl.DataFrame, description: Description) -> Path:
    """Store a canonical frame and its description; the description last, so that it marks a complete batch.

    Writing the same batch again changes nothing. Raises Refused when the disk is full; leaves no partial file.
    """
    path = folder / f"{description.batch}.parquet"
    if not path.exists():
        write_parquet(path, clean)
    about = path.with_suffix(".json")
    if not about.exists():
        write_atomically(about, description.to_bytes())
    return path


def write_parquet(path: Path, clean: pl.DataFrame) -> None:
    """Write a whole Parquet file or nothing: temporary file, fsync, rename. Raises Refused when the disk is full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(path)
    try:
        clean.write_parquet(temporary, compression="zstd", statistics=True, row_group_size=100_000)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise_if_full(error, f"batch {path.stem[:12]}")
        raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def temporary_beside(path: Path) -> Path:
    """Return an empty file of its own for one writer, on the same file system, that `sweep_unfinished` knows."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=path.suffix)
    os.close(handle)
    return Path(temporary)


def parquet_of(content: Path | bytes, where: str) -> pl.DataFrame:
    """Return the frame of a Parquet file. Raises Damaged naming it, FileNotFoundError where it is missing.

    Bytes that ask for more memory than there is can end the process: see `probe` for files by strangers.
    """
    try:
        return pl.read_parquet(io.BytesIO(content) if isinstance(content, bytes) else content)
    except FileNotFoundError:
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise Damaged(f"it cannot be read as Parquet ({str(error).partition(chr(10))[0]})", where) from error


def read_batch(folder: Path, name: str, *, check: bool = False) -> pl.DataFrame:
    """Return a stored batch; with `check`, recompute its name. Raises Damaged naming the file."""
    path = folder / f"{name}.parquet"
    try:
        frame = parquet_of(path, path.name)
    except FileNotFoundError as error:
        raise Damaged("the file is missing", path.name) from error
    if check:
        try:
            found = prepare(frame)[1]
        except Refused as refusal:
            raise Damaged(f"it is no batch ({refusal.message})", path.name) from refusal
        if found != name:
            raise Damaged(f"its content has the hash {found}", path.name)
    return frame


def read_description(folder: Path, name: str) -> Description:
    """Return the description of a batch. Raises Damaged naming the file."""
    path = folder / f"{name}.json"
    try:
        return Description(**parse_json(path.read_bytes()))
    except FileNotFoundError as error:
        raise Damaged("the description is missing", path.name) from error
    except (ValueError, TypeError) as error:
        raise Damaged(f"the description is malformed ({error})", path.name) from error


def unlisted(folder: Path, listed: Collection[str]) -> list[str]:
    """Return the names of the files in a folder of batches that belong to none of the listed ones, sorted.

    Temporary files are left out: somebody may be writing them.
    """
    found = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    return sorted(path.name for path in found if path.stem not in listed and not path.name.startswith(".writing-"))


def sweep_unfinished(folder: Path) -> int:
    """Remove temporary files that a killed writer left; return how many."""
    leftovers = list(folder.glob(".writing-*")) if folder.exists() else []
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)
