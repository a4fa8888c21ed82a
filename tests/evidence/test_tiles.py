"""The published log is C2SP tlog-tiles, and it only grows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.errors import Damaged
from rightsplan.evidence.notes import Checkpoint, Signer, Verifier
from rightsplan.evidence.source import Folder
from rightsplan.evidence.tiles import LogReader, bundle, spans, tile_number, tile_path, unbundle, write_log
from rightsplan.evidence.tree import Tree, leaf_hash, verify_consistency

SIGNER = Signer("log.example", b"s" * 32)


def entries(count: int) -> list[bytes]:
    return [f"entry {i}".encode() for i in range(count)]


def write(folder: Path, content: list[bytes]) -> Checkpoint:
    return write_log(folder / "log", content, signer=SIGNER, origin="log.example")


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a log by its path."""
    log = folder / "log"
    return {str(p.relative_to(log)): p.read_bytes() for p in sorted(log.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "000"), (7, "007"), (999, "999"), (1000, "x001/000"), (1067, "x001/067"), (1234067, "x001/x234/067"),
     (999999, "x999/999"), (1000000, "x001/x000/000")],
)  # fmt: skip
def test_tile_numbers_are_written_in_threes(number: int, text: str) -> None:
    assert tile_number(number) == text


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        ((0, 0), "tile/0/000"),
        ((1, 1067), "tile/1/x001/067"),
        ((0, 273, 112), "tile/0/273.p/112"),
        ((0, 1234067, 8), "tile/0/x001/x234/067.p/8"),
        (("entries", 0, 5), "tile/entries/000.p/5"),
        (("entries", 1000, 256), "tile/entries/x001/000"),
    ],
)
def test_tile_paths_are_those_of_the_specification(tile: tuple, path: str) -> None:
    assert tile_path(*tile) == path


@given(st.integers(0, 5_000))
def test_tiles_cover_everything_once(total: int) -> None:
    widths = [width for _, width in spans(total)]
    assert sum(widths) == total
    assert all(width == 256 for width in widths[:-1])
    assert [number for number, _ in spans(total)] == list(range(len(widths)))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_bundle_comes_back(content: list[bytes]) -> None:
    assert unbundle(bundle(content), len(content), "x") == content


def test_a_bundle_gives_lengths_in_two_bytes_big_end_first() -> None:
    assert bundle([b"ab", b"", b"c" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"c" * 258
    assert unbundle(bundle([b"x" * 65_535]), 1, "x") == [b"x" * 65_535]


@pytest.mark.parametrize("content", [[b"ab", b"cd"], [b"ab", b""], [b"", b""]])
def test_a_bundle_cut_off_anywhere_is_damage(content: list[bytes]) -> None:
    whole = bundle(content)
    for end in range(len(whole)):
        with pytest.raises(Damaged, match=r"cut off|instead of 2") as damage:
            unbundle(whole[:end], 2, "log/tile/entries/000.p/2")
        assert damage.value.where == "log/tile/entries/000.p/2"
    with pytest.raises(Damaged, match="holds 3 entries instead of 2"):
        unbundle(whole + bundle([b"x"]), 2, "x")


def test_a_log_of_a_few_entries_is_three_files(tmp_path: Path) -> None:
    state = write(tmp_path, entries(3))
    held = files(tmp_path)
    assert sorted(held) == ["checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"]
    assert held["tile/0/000.p/3"] == b"".join(map(leaf_hash, entries(3)))
    assert held["tile/entries/000.p/3"] == bundle(entries(3))
    note = Verifier(SIGNER.name, SIGNER.public).open(held["checkpoint"].decode())
    assert Checkpoint.parse(note) == state == Checkpoint("log.example", 3, Tree(map(leaf_hash, entries(3))).root())


def test_full_tiles_have_parents(tmp_path: Path) -> None:
    write(tmp_path, entries(600))
    held = files(tmp_path)
    assert sorted(held) == [
        "checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
        "tile/entries/000", "tile/entries/001", "tile/entries/002.p/88",
    ]  # fmt: skip
    parts = [Tree(map(leaf_hash, entries(600)[start : start + 256])).root() for start in (0, 256)]
    assert held["tile/1/000.p/2"] == b"".join(parts)


@pytest.mark.parametrize(("old", "new"), [(0, 1), (1, 2), (3, 255), (255, 256), (256, 257), (200, 600), (512, 513)])
def test_a_log_grows_without_touching_a_full_tile(tmp_path: Path, old: int, new: int) -> None:
    before = write(tmp_path, entries(old))
    full = {name: (content, (tmp_path / "log" / name).stat().st_mtime_ns)
            for name, content in files(tmp_path).items() if name != "checkpoint"}  # fmt: skip
    after = write(tmp_path, entries(new))
    for name, (content, written) in full.items():
        assert (tmp_path / "log" / name).read_bytes() == content
        assert (tmp_path / "log" / name).stat().st_mtime_ns == written
    reader = LogReader(Folder(tmp_path))
    assert list(reader.entries(new)) == entries(new)
    tree = reader.tree(new)
    assert tree.root() == after.root
    assert list(reader.entries(old)) == entries(old)  # older readers still find their partial tiles
    if old:
        proof = tree.consistency_proof(old)
        assert verify_consistency((old, before.root), (new, after.root), proof)


def test_writing_the_same_log_again_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, entries(300))
    before = files(tmp_path)
    write(tmp_path, entries(300))
    assert files(tmp_path) == before


def test_a_lost_or_damaged_tile_is_written_again(tmp_path: Path) -> None:
    write(tmp_path, entries(300))
    before = files(tmp_path)
    (tmp_path / "log/tile/0/000").unlink()
    (tmp_path / "log/tile/entries/000").write_bytes(b"damaged")
    write(tmp_path, entries(300))
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    "other",
    [entries(2), [], [b"forged", *entries(5)[1:]], [*entries(2), *entries(5)[3:], b"x", b"y"], entries(5)[::-1]],
    ids=["shorter", "empty", "changed", "dropped and longer", "reordered"],
)
def test_a_second_history_is_never_signed(tmp_path: Path, other: list[bytes]) -> None:
    write(tmp_path, entries(5))
    before = files(tmp_path)
    with pytest.raises(Damaged, match="5 entries is not part of this log") as damage:
        write(tmp_path, other)
    assert damage.value.where == "log/checkpoint"
    assert files(tmp_path) == before


@pytest.mark.parametrize("note", [b"", b"\xff", b"forged", Signer("log.example", b"x" * 32).sign("x\n").encode()])
def test_a_checkpoint_that_our_key_did_not_sign_is_replaced(tmp_path: Path, note: bytes) -> None:
    write(tmp_path, entries(3))
    before = files(tmp_path)
    (tmp_path / "log" / "checkpoint").write_bytes(note)
    write(tmp_path, entries(3))
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("path", "content", "sentence"),
    [
        ("tile/0/000.p/3", b"x" * 95, "95 bytes instead of 96"),
        ("tile/0/000.p/3", b"x" * 97, "97 bytes instead of 96"),
        ("tile/entries/000.p/3", b"\x00\x09x", "cut off"),
        ("checkpoint", b"\xff", "no text in UTF-8"),
    ],
)
def test_a_damaged_log_file_is_named(tmp_path: Path, path: str, content: bytes, sentence: str) -> None:
    write(tmp_path, entries(3))
    (tmp_path / "log" / path).write_bytes(content)
    reader = LogReader(Folder(tmp_path))
    with pytest.raises(Damaged, match=sentence) as damage:
        reader.note(), reader.tree(3), list(reader.entries(3))
    assert damage.value.where == f"log/{path}"
