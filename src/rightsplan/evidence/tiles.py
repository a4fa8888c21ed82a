"""The log as plain files: C2SP tlog-tiles (tiles of height 8, entry bundles of 256 entries)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rightsplan.errors import Damaged
from rightsplan.evidence.batches import write_atomically
from rightsplan.evidence.notes import Checkpoint, Signer, Verifier
from rightsplan.evidence.source import Source
from rightsplan.evidence.tree import Tree, leaf_hash

WIDTH = 256
HASH_BYTES = 32


def tile_number(number: int) -> str:
    """Return 1234067 as x001/x234/067."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    return "/".join(parts)


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile below the log's folder; level is a number or `entries`."""
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{tile_number(number)}{partial}"


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries, each behind its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(content: bytes, count: int, where: str) -> list[bytes]:
    """Return the `count` entries of a bundle. Raises Damaged."""
    entries, position = [], 0
    while position < len(content):
        size = int.from_bytes(content[position : position + 2], "big")
        entry = content[position + 2 : position + 2 + size]
        if position + 2 + size > len(content):
            raise Damaged("the last entry is cut off", where)
        entries.append(entry)
        position += 2 + size
    if len(entries) != count:
        raise Damaged(f"it holds {len(entries)} entries instead of {count}", where)
    return entries


def spans(total: int) -> Iterator[tuple[int, int]]:
    """Yield (tile number, width) for `total` items."""
    for number in range(total // WIDTH):
        yield number, WIDTH
    if total % WIDTH:
        yield total // WIDTH, total % WIDTH


def write_log(folder: Path, entries: Sequence[bytes], *, signer: Signer, origin: str) -> Checkpoint:
    """Write every missing or damaged tile and bundle, then the checkpoint.

    Raises Damaged, before anything is written, where a checkpoint by the same key is there that these entries do not
    extend: two signed histories must never exist. Raises Refused when the disk is full.
    """
    tree = Tree(leaf_hash(entry) for entry in entries)
    refuse_fork(folder / "checkpoint", tree, signer)
    for number, width in spans(len(entries)):
        part = entries[number * WIDTH : number * WIDTH + width]
        write_new(folder / tile_path("entries", number, width), bundle(part))
    for level in range(0, len(tree.levels), 8):
        hashes = tree.levels[level]
        for number, width in spans(len(hashes)):
            part = hashes[number * WIDTH : number * WIDTH + width]
            write_new(folder / tile_path(level // 8, number, width), b"".join(part))
    checkpoint = Checkpoint(origin, len(entries), tree.root())
    write_atomically(folder / "checkpoint", signer.sign(checkpoint.to_text()).encode())
    return checkpoint


def refuse_fork(path: Path, tree: Tree, signer: Signer) -> None:
    """Raise Damaged where the signed state at `path` is no earlier state of the tree.

    A missing or unreadable checkpoint and one by another key are no signed history of ours: they are written anew.
    """
    try:
        text = Verifier(signer.name, signer.public).open(path.read_bytes().decode("utf-8"))
        signed = Checkpoint.parse(text)
    except (FileNotFoundError, UnicodeDecodeError, Damaged):
        return
    if signed.size > len(tree) or tree.root(signed.size) != signed.root:
        raise Damaged(
            f"a published checkpoint of {signed.size} entries is not part of this log of {len(tree)}; nothing was "
            "written. Restore the database that was published, or move the published folder away",
            "log/checkpoint",
        )


def write_new(path: Path, content: bytes) -> None:
    """Write a file unless it has this content already."""
    if path.exists() and path.read_bytes() == content:
        return
    write_atomically(path, content)


@dataclass(frozen=True, slots=True)
class LogReader:
    """Reads a published log from a folder or an address."""

    source: Source
    base: str = "log"

    def note(self) -> str:
        """Return the checkpoint note. Raises Damaged."""
        path = f"{self.base}/checkpoint"
        try:
            return self.source.read(path).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Damaged("it is no text in UTF-8", path) from error

    def entries(self, size: int) -> Iterator[bytes]:
        """Yield the first `size` entries from the bundles. Raises Damaged naming the file."""
        for number, width in spans(size):
            path = f"{self.base}/{tile_path('entries', number, width)}"
            yield from unbundle(self.source.read(path), width, path)

    def tree(self, size: int) -> Tree:
        """Return the tree built from the level-0 tiles. Raises Damaged naming the file."""
        tree = Tree()
        for number, width in spans(size):
            path = f"{self.base}/{tile_path(0, number, width)}"
            content = self.source.read(path)
            if len(content) != width * HASH_BYTES:
                raise Damaged(f"it has {len(content)} bytes instead of {width * HASH_BYTES}", path)
            for start in range(0, len(content), HASH_BYTES):
                tree.append(content[start : start + HASH_BYTES])
        return tree

    def upper_tiles(self, tree: Tree) -> Iterator[tuple[str, bytes]]:
        """Yield path and expected content of every tile above level 0."""
        for level in range(8, len(tree.levels), 8):
            for number, width in spans(len(tree.levels[level])):
                part = tree.levels[level][number * WIDTH : number * WIDTH + width]
                yield f"{self.base}/{tile_path(level // 8, number, width)}", b"".join(part)
