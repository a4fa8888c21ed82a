"""A batch is on the disk whole or not at all, and never changes."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence import batches
from rightsplan.evidence.batches import (
    Description,
    parquet_of,
    prepare,
    read_batch,
    read_description,
    sweep_unfinished,
    write_atomically,
    write_batch,
    write_parquet,
)
from rightsplan.evidence.canonical import batch_name
from rightsplan.evidence.probe import Probe
from rightsplan.evidence.published import copy_batch, plan_file, publication_bytes, publication_file, write_document

from .conftest import observations

FRAME = observations("literacy", {2020: 80.0, 2021: 82.0})
CLEAN, NAME = prepare(FRAME)
ABOUT = Description(
    batch=NAME, title="A series", source="office", licence="CC0", role="independent", retrieved="2026-11-23",
    by="alice", rows=2, columns=CLEAN.columns,
)  # fmt: skip


def fail_with(code: int) -> Callable[..., None]:
    def fail(*arguments: object, **options: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def held(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_stored_batch_comes_back_with_its_description(tmp_path: Path) -> None:
    path = write_batch(tmp_path, CLEAN, ABOUT)
    assert path.name == f"{NAME}.parquet"
    assert batch_name(read_batch(tmp_path, NAME, check=True)) == NAME == batch_name(FRAME)
    assert read_description(tmp_path, NAME) == ABOUT
    assert [path.stat().st_mode & 0o777, path.with_suffix(".json").stat().st_mode & 0o777] == [0o644, 0o644]
    assert json.loads(ABOUT.to_bytes())["supersedes"] is None


def test_storing_the_same_batch_again_changes_nothing(tmp_path: Path) -> None:
    write_batch(tmp_path, CLEAN, ABOUT)
    paths = [tmp_path / name for name in held(tmp_path)]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    write_batch(tmp_path, CLEAN, replace(ABOUT, title="Another title"))
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before
    assert held(tmp_path) == [path.name for path in paths]


@pytest.mark.parametrize("frame", [pl.DataFrame(), pl.DataFrame({"a": [None, None]}), FRAME.clear()])
def test_data_without_any_value_are_no_batch(frame: pl.DataFrame) -> None:
    with pytest.raises(Refused, match="The data hold no value"):
        prepare(frame)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(batches.os, step, fail_with(code))
    with pytest.raises(Refused, match="The disk is full") as refusal:
        write_atomically(path, b"new")
    assert refusal.value.remedy == "Free some space and run the command again."
    assert held(tmp_path) == ["file.json"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_no_part_of_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(batches.os, step, fail_with(errno.ENOSPC))
    with pytest.raises(Refused, match=f"batch {NAME[:12]} was not written"):
        write_batch(tmp_path, CLEAN, ABOUT)
    assert held(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_device_that_is_really_full_refuses_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = tmp_path / ".writing-full"
    full.symlink_to("/dev/full")
    monkeypatch.setattr(batches, "temporary_beside", lambda path: full)
    with pytest.raises(Refused, match="The disk is full"):
        write_parquet(tmp_path / f"{NAME}.parquet", CLEAN)
    assert not full.is_symlink()
    assert held(tmp_path) == []


@pytest.mark.parametrize("write", [lambda path: write_atomically(path, b"x"), lambda path: write_parquet(path, CLEAN)])
def test_another_failure_of_the_disk_is_no_refusal_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(batches.os, "fsync", fail_with(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write(tmp_path / "x.parquet")
    assert held(tmp_path) == []


def test_a_crash_between_data_and_description_is_mended_by_storing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(batches, "write_atomically", fail_with(errno.EIO))
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            write_batch(tmp_path, CLEAN, ABOUT)
    assert held(tmp_path) == [f"{NAME}.parquet"]
    with pytest.raises(Damaged, match="the description is missing"):
        read_description(tmp_path, NAME)
    write_batch(tmp_path, CLEAN, ABOUT)
    assert read_description(tmp_path, NAME) == ABOUT


def test_what_a_killed_writer_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    """A fork that is killed in the middle of writing stands for the power cut."""
    write_batch(tmp_path, CLEAN, ABOUT)
    child = os.fork()
    if child == 0:
        batches.os.fsync = lambda number: os._exit(9)  # type: ignore[assignment]
        write_atomically(tmp_path / "other.json", b"x" * 100)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = [name for name in held(tmp_path) if name.startswith(".writing-")]
    assert len(left) == 1
    assert sweep_unfinished(tmp_path) == 1
    assert held(tmp_path) == [f"{NAME}.json", f"{NAME}.parquet"]
    assert sweep_unfinished(tmp_path) == 0 == sweep_unfinished(tmp_path / "nowhere")


def test_files_that_belong_to_no_listed_batch_are_named(tmp_path: Path) -> None:
    write_batch(tmp_path, CLEAN, ABOUT)
    (tmp_path / "other.parquet").write_bytes(b"x")
    (tmp_path / ".writing-x").write_bytes(b"x")
    assert batches.unlisted(tmp_path, {NAME}) == ["other.parquet"]
    assert batches.unlisted(tmp_path, set()) == [f"{NAME}.json", f"{NAME}.parquet", "other.parquet"]
    assert batches.unlisted(tmp_path / "nowhere", set()) == []


def test_two_writers_in_one_process_have_files_of_their_own(tmp_path: Path) -> None:
    paths = {batches.temporary_beside(tmp_path / "x.parquet") for _ in range(3)}
    assert len(paths) == 3
    assert sweep_unfinished(tmp_path) == 3


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "the file is missing"),
        (b"", "cannot be read as Parquet"),
        (b"PAR1" + b"x" * 40, "cannot be read as Parquet"),
    ],
)
def test_a_batch_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / f"{NAME}.parquet").write_bytes(content)
    with pytest.raises(Damaged, match=sentence) as damage:
        read_batch(tmp_path, NAME)
    assert damage.value.where == f"{NAME}.parquet"


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (FRAME.with_columns(value=pl.lit(1.0)), "its content has the hash"),
        (FRAME.with_columns(value=pl.lit(float("nan"))), "it is no batch"),
        (FRAME.with_columns(value=pl.lit(True)), "it is no batch"),
    ],
)
def test_a_batch_with_other_content_is_damage(tmp_path: Path, frame: pl.DataFrame, sentence: str) -> None:
    frame.write_parquet(tmp_path / f"{NAME}.parquet")
    assert read_batch(tmp_path, NAME).height == frame.height
    with pytest.raises(Damaged, match=sentence):
        read_batch(tmp_path, NAME, check=True)


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"{}", b'{"batch":"x"}', b"\xff", b"[" * 50_000])
def test_a_malformed_description_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{NAME}.json").write_bytes(content)
    with pytest.raises(Damaged, match="the description is malformed") as damage:
        read_description(tmp_path, NAME)
    assert damage.value.where == f"{NAME}.json"


def test_a_panic_of_the_reader_is_damage(tmp_path: Path) -> None:
    """Each flipped byte either leaves a frame or raises Damaged; bytes that end the process are left to the probe."""
    path = write_batch(tmp_path, CLEAN, ABOUT)
    content = path.read_bytes()
    found = []
    for at in range(len(content) - 300, len(content)):
        try:
            parquet_of(content[:at] + bytes([content[at] ^ 0x01]) + content[at + 1 :], "x")
        except Damaged as damage:
            found.append(str(damage))
    assert len(found) > 30
    assert all(said.startswith("x: it cannot be read as Parquet (") and "\n" not in said for said in found)


def test_the_reading_process_answers_again_after_a_file_that_ended_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = write_batch(tmp_path, CLEAN, ABOUT).read_bytes()
    with Probe() as probe:
        monkeypatch.setattr("rightsplan.evidence.probe.COMMAND", ["/bin/false"])
        with pytest.raises(Damaged, match="the reader broke down over it") as damage:
            probe.name_of(content, "batches/x.parquet")
        assert damage.value.where == "batches/x.parquet"
        monkeypatch.undo()
        assert probe.name_of(content, "x") == NAME
        with pytest.raises(Damaged, match="cannot be read as Parquet"):
            probe.name_of(b"nonsense", "x")
        assert probe.name_of(content, "x") == NAME


def test_the_reading_process_ends_with_its_owner(tmp_path: Path) -> None:
    with Probe() as probe:
        probe.name_of(write_batch(tmp_path, CLEAN, ABOUT).read_bytes(), "x")
        child = probe._child
        assert child is not None
        assert child.poll() is None
    assert child.poll() is not None


# --- the published folder


def test_a_published_batch_is_the_stored_file_itself_where_the_disk_allows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = write_batch(tmp_path / "stored", CLEAN, ABOUT)
    copy_batch(tmp_path / "stored", tmp_path / "linked", NAME)
    assert (tmp_path / "linked/batches" / stored.name).samefile(stored)
    monkeypatch.setattr("rightsplan.evidence.published.os.link", fail_with(errno.EXDEV))
    for _ in range(2):  # again is harmless
        copy_batch(tmp_path / "stored", tmp_path / "copied", NAME)
    assert held(tmp_path / "copied") == [f"{NAME}.json", f"{NAME}.parquet"]
    assert (tmp_path / "copied/batches" / stored.name).read_bytes() == stored.read_bytes()


def test_a_copy_onto_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_batch(tmp_path / "stored", CLEAN, ABOUT)
    monkeypatch.setattr("rightsplan.evidence.published.os.link", fail_with(errno.EXDEV))
    monkeypatch.setattr("rightsplan.evidence.published.shutil.copyfile", fail_with(errno.ENOSPC))
    with pytest.raises(Refused, match="The disk is full"):
        copy_batch(tmp_path / "stored", tmp_path / "copied", NAME)
    assert held(tmp_path / "copied") == []


def test_a_document_is_written_once(tmp_path: Path) -> None:
    digest = write_document(tmp_path, "plans/x.json", b"{}")
    written = (tmp_path / "plans/x.json").stat().st_mtime_ns
    assert write_document(tmp_path, "plans/x.json", b"{}") == digest
    assert (tmp_path / "plans/x.json").stat().st_mtime_ns == written


def test_publications_are_sorted_canonical_lines_under_known_names() -> None:
    lines = [{"id": "b", "z": 1.0}, {"id": "a", "ä": None}]
    assert publication_bytes(lines) == '{"id":"a","ä":null}\n{"id":"b","z":1.0}\n'.encode()
    assert publication_file(7) == "publications/7.jsonl"
    assert plan_file("CN-2021", "abcdef0123456789") == "plans/CN-2021.abcdef012345.json"
