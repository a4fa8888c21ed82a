"""Every damage to a file of a published folder is found, and named."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from rightsplan.evidence.probe import Probe

from .conftest import FILE, SERIES, Published, one, problems


def paths(published: Published) -> list[Path]:
    """Return every file that verification rests on."""
    return sorted(p for p in published.folder.rglob("*") if p.is_file())


def test_an_undamaged_folder_verifies(published: Published) -> None:
    report = published.verify()
    assert problems(report) == []
    assert report.as_dict() == {
        "ok": True,
        "checked": {
            "log entries": 4, "descriptions": 2, "plan revisions": 1, "batches": 2, "figures recomputed": 3,
        },
        "problems": [],
    }  # fmt: skip


def test_every_file_is_missed_when_it_is_gone(published: Published) -> None:
    for path in paths(published):
        name = str(path.relative_to(published.folder))
        content = path.read_bytes()
        path.unlink()
        one(published.verify(), name, "the file is missing")
        path.write_bytes(content)
    assert published.verify().ok


@pytest.mark.parametrize("damage", ["emptied", "halved", "one byte short", "one byte longer", "a folder"])
def test_every_file_is_named_when_its_size_is_wrong(published: Published, damage: str) -> None:
    for path in paths(published):
        name = str(path.relative_to(published.folder))
        content = path.read_bytes()
        if name.endswith(".parquet") and damage == "one byte longer":
            continue  # some readers look for the footer at the end: whether it is found depends on them
        path.unlink()
        if damage == "a folder":
            path.mkdir()
        else:
            sizes = {"emptied": b"", "halved": content[: len(content) // 2], "one byte short": content[:-1]}
            path.write_bytes(sizes.get(damage, content + b"x"))
        report = published.verify()
        assert name in {place for place, _ in problems(report)}, (name, problems(report))
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        path.write_bytes(content)
    assert published.verify().ok


def test_every_flipped_byte_of_a_text_file_is_named(published: Published) -> None:
    """Four places in each file; in a checkpoint also the signature, in tiles and bundles also lengths and hashes."""
    for path in paths(published):
        name = str(path.relative_to(published.folder))
        if name.endswith(".parquet") or name == "catalogue.json":
            continue
        content = path.read_bytes()
        path.unlink()  # batches are hard links: the stored copy stays whole
        for at in [0, len(content) // 3, 2 * len(content) // 3, len(content) - 1]:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            report = published.verify()
            assert any(place.startswith(name) for place, _ in problems(report)), (name, at, problems(report))
        path.write_bytes(content)


def test_a_flipped_byte_of_a_batch_is_named_or_leaves_the_same_data(published: Published) -> None:
    """Some bytes of a Parquet file carry no data; what is in them cannot change a figure. Some end the reader."""
    path = sorted(published.folder.glob("batches/*.parquet"))[0]
    name = str(path.relative_to(published.folder))
    content = path.read_bytes()
    path.unlink()
    found = 0
    for at in [*range(0, 60, 4), 41, *range(60, len(content), 97)]:
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        report = published.verify()
        if report.ok:
            assert report.counts["figures recomputed"] == 3
        else:
            found += 1
            assert problems(report)[0][0] == name, problems(report)
    assert found > 20


def test_a_file_that_ends_its_reader_is_named(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rightsplan.evidence.verify_lines.Probe", Probe)
    monkeypatch.setattr("rightsplan.evidence.probe.COMMAND", [sys.executable, "-c", "import os; os.abort()"])
    report = published.verify()
    batches = [f"batches/{item['batch']}.parquet" for item in published.contents["batches"]]
    assert [place for place, said in problems(report) if "the reader broke down" in said] == batches
    assert any("does not hold" in said for place, said in problems(report) if place.startswith(FILE))


def test_two_swapped_batches_are_named(published: Published) -> None:
    one_file, other = sorted(published.folder.glob("batches/*.parquet"))
    content = one_file.read_bytes()
    for path, swapped in [(one_file, other.read_bytes()), (other, content)]:
        path.unlink()
        path.write_bytes(swapped)
    report = published.verify()
    for path in (one_file, other):
        one(report, f"batches/{path.name}", "its content has the hash")


def test_two_swapped_descriptions_are_named(published: Published) -> None:
    one_file, other = sorted(published.folder.glob("batches/*.json"))
    contents = [one_file.read_bytes(), other.read_bytes()]
    for path, swapped in zip([other, one_file], contents, strict=True):
        path.unlink()
        path.write_bytes(swapped)
    for path in (one_file, other):
        one(published.verify(), f"batches/{path.name}", "its hash is")


def test_a_changed_value_in_a_batch_is_named(published: Published) -> None:
    name = published.contents["batches"][0]["batch"]
    path = published.folder / f"batches/{name}.parquet"
    better = pl.read_parquet(path).with_columns(pl.col("value") + 1)
    path.unlink()
    better.write_parquet(path)
    report = published.verify()
    one(report, f"batches/{name}.parquet", "its content has the hash")
    one(report, f"{FILE} XA-2021/1.1-a@independent", f"its batch {name[:12]}... does not hold")


def test_a_batch_written_by_another_program_still_holds(published: Published) -> None:
    for path in published.folder.glob("batches/*.parquet"):
        frame = pl.read_parquet(path)
        path.unlink()
        frame.reverse().select(frame.columns[::-1]).write_parquet(path, compression="snappy")
    assert published.verify().ok


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from rightsplan.cli import main; main()", *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_command_ends_with_0_3_or_2(published: Published) -> None:
    good = run("--json", "verify", str(published.folder))
    assert (good.returncode, json.loads(good.stdout)["ok"]) == (0, True)
    path = published.folder / FILE
    path.write_bytes(path.read_bytes().replace(b'"latest":91.0', b'"latest":95.0'))
    bad = run("verify", str(published.folder))
    assert bad.returncode == 3
    assert f"{FILE}: its hash is not the one in the log" in bad.stderr
    assert f"{FILE} XA-2021/1.1-a@independent: latest is published as 95.0, recomputed as 91.0" in bad.stderr
    assert run("verify", str(published.folder / "nowhere")).returncode == 2
    assert run("verify", str(published.folder), "--key", "nonsense").returncode == 2


def test_every_series_is_what_the_tests_say(published: Published) -> None:
    latest = {line["id"]: line["result"]["latest"] for line in published.lines() if line["method"] == "progress"}
    assert latest == {
        "XA-2021/1.1-a@independent": SERIES["literacy"][2025],
        "XA-2021/1.2-a@independent": SERIES["maternal_deaths"][2023],
    }
