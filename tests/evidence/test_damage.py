"""Every damage to a published folder is found, and named."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rightsplan.evidence.canonical import canonical_json, sha256
from rightsplan.evidence.notes import Signer
from rightsplan.evidence.verify import Report

from .conftest import ORIGIN, PROMISES, SERIES, SIGNER, Published, observations, problems

FILE = "publications/1.jsonl"
Alter = Callable[[Callable[[list[dict[str, Any]]], object]], Report]


def one(report: Report, where: str, sentence: str) -> None:
    """Say that a report names a place with a sentence."""
    assert any(place == where and sentence in said for place, said in problems(report)), problems(report)
    assert not report.ok


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


# --- the log


@pytest.mark.parametrize("change", ["dropped", "reordered", "forged", "added"])
def test_a_log_whose_entries_are_not_the_signed_ones_is_named(published: Published, change: str) -> None:
    note = (published.folder / "log/checkpoint").read_bytes()
    entries = list(published.entries)
    forged = canonical_json({**json.loads(entries[0]), "by": "mallory"})
    changes = {
        "dropped": entries[:2] + entries[3:],
        "reordered": entries[::-1],
        "forged": [forged, *entries[1:]],
        "added": [*entries, forged],
    }
    published.entries = changes[change]
    shutil.rmtree(published.folder / "log")
    published.write()
    (published.folder / "log/checkpoint").write_bytes(note)
    report = published.verify()
    if change in {"dropped", "added"}:  # the tile that the signed size needs is not there
        one(report, "log/tile/0/000.p/4", "the file is missing")
    else:
        one(report, "log/checkpoint", "neither the entries nor the tiles lead to the signed root")


def test_the_file_that_differs_from_the_signed_root_is_named(published: Published) -> None:
    tile, held = (published.folder / f"log/tile/{kind}/000.p/4" for kind in ("0", "entries"))
    content = tile.read_bytes()
    tile.write_bytes(content[:32] + bytes(32) + content[64:])
    assert problems(published.verify()) == [
        ("log/tile/0/000.p/4", "the hash of entry 1 is another one in the entries"),
    ]
    tile.write_bytes(content)
    held.write_bytes(held.read_bytes().replace(b'"by":"alice"', b'"by":"mallo"', 1))
    assert ("log/tile/entries/000.p/4", "the hash of entry 0 is another one in the tile") in problems(
        published.verify()
    )


def test_a_damaged_upper_tile_is_named(published: Published) -> None:
    for number in range(300):
        published.log("note", number=number)
    published.write()
    assert published.verify().ok
    tile = published.folder / "log/tile/1/000.p/1"
    tile.write_bytes(bytes(32))
    assert problems(published.verify()) == [("log/tile/1/000.p/1", "the tile does not match the tiles below it")]


def test_a_checkpoint_by_another_key_is_named(published: Published) -> None:
    path = published.folder / "log/checkpoint"
    text = path.read_text(encoding="utf-8").partition("\n\n")[0] + "\n"
    path.write_text(Signer(ORIGIN, b"m" * 32).sign(text), encoding="utf-8")
    assert problems(published.verify()) == [("log/checkpoint", "no signature is by the log's key")]


def test_a_folder_signed_anew_by_another_key_fails_against_a_pinned_key(published: Published) -> None:
    mallory = Signer(ORIGIN, b"m" * 32)
    report = published.verify(key=mallory.verifier_key)
    assert problems(report) == [("log/checkpoint", "no signature is by the log's key")]
    assert published.verify(key=SIGNER.verifier_key).ok


def test_a_checkpoint_of_another_log_is_named(published: Published) -> None:
    catalogue = json.loads((published.folder / "catalogue.json").read_bytes())
    (published.folder / "catalogue.json").write_bytes(canonical_json({**catalogue, "origin": "other.example/log"}))
    one(published.verify(), "log/checkpoint", "its origin is 'evidence.example/log', the catalogue says")


def test_a_log_that_grew_extends_every_earlier_checkpoint(published: Published) -> None:
    path = published.folder / "log/checkpoint"
    earlier = [
        path.read_text(encoding="utf-8"),
        SIGNER.sign(f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),
    ]
    for number in range(3):
        published.log("note", number=number)
        published.write()
        for note in earlier:
            report = published.verify(checkpoint=note)
            assert problems(report) == []
            assert report.counts["consistency proofs"] == 1
        earlier.append(path.read_text(encoding="utf-8"))


def test_a_rewritten_log_does_not_extend_the_earlier_checkpoint(published: Published) -> None:
    earlier = (published.folder / "log/checkpoint").read_text(encoding="utf-8")
    published.entries[0] = canonical_json({**json.loads(published.entries[0]), "by": "mallory"})
    published.resign()
    assert published.verify().ok  # nothing in the folder alone tells
    report = published.verify(checkpoint=earlier)
    assert problems(report) == [("log", "it does not extend the earlier checkpoint of 4 entries")]


@pytest.mark.parametrize(
    ("note", "where", "sentence"),
    [
        (SIGNER.sign(f"{ORIGIN}\n9\n{'A' * 43}=\n"), "log", "it has 4 entries; the earlier checkpoint had 9"),
        (SIGNER.sign(f"{ORIGIN}\n0\n{'A' * 43}=\n"), "log", "does not extend the earlier checkpoint of 0 entries"),
        (SIGNER.sign(f"other.example\n4\n{'A' * 43}=\n"), "the earlier checkpoint", "it is of the log 'other.example'"),
        (SIGNER.sign("nonsense\n"), "the earlier checkpoint", "malformed"),
        (Signer(ORIGIN, b"m" * 32).sign("x\n"), "the earlier checkpoint", "no signature is by the log's key"),
        ("", "the earlier checkpoint", "no signed note"),
    ],
)
def test_an_earlier_checkpoint_that_does_not_fit_is_named(
    published: Published, note: str, where: str, sentence: str
) -> None:
    one(published.verify(checkpoint=note), where, sentence)


@pytest.mark.parametrize(
    "entry", [b"no JSON", b"[]", b"{}", b'{"kind":1}', b'{"kind":{}}', b"[" * 60_000, b"\xff", b""]
)
def test_a_log_entry_of_the_wrong_form_is_named(published: Published, entry: bytes) -> None:
    published.entries.append(entry)
    published.write()
    assert problems(published.verify()) == [("log", "entry 4 is no JSON object with a kind")]


# --- the catalogue


def relist(published: Published, name: str, edit: Callable[[list[dict[str, Any]]], object]) -> Report:
    """Change one list of the catalogue and check the folder."""
    items = [dict(item) for item in published.contents[name]]
    edit(items)
    published.write_catalogue(**{name: items})
    return published.verify()


@pytest.mark.parametrize(
    ("name", "index", "kind"), [("batches", 0, "batch"), ("plans", 2, "plan"), ("publications", 3, "publication")]
)
def test_what_is_logged_but_not_listed_has_vanished(published: Published, name: str, index: int, kind: str) -> None:
    report = relist(published, name, lambda items: items.pop(0))
    one(report, "catalogue.json", f"log entry {index} ({kind} ")
    assert "it vanished" in problems(report)[0][1]


def test_a_batch_that_was_never_logged_is_named(published: Published) -> None:
    name = published.add_batch(observations("literacy", {2020: 99.0}))
    published.entries.pop()
    published.write_catalogue()
    one(published.verify(), "catalogue.json", f"lists batch {name} at log entry 4, which is not there")


@pytest.mark.parametrize("at", [0, 99])
def test_a_batch_hidden_behind_another_ones_log_entry_is_named(published: Published, at: int) -> None:
    name = published.add_batch(observations("literacy", {2020: 99.0}))
    published.entries.pop()
    added = published.contents["batches"].pop()
    published.contents["batches"].insert(at, {**added, "log_index": 0})
    published.write_catalogue()
    report = published.verify()
    assert any("is listed at log entry 0 beside another one" in said for _, said in problems(report))
    assert name in published.folder.joinpath("catalogue.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "key", "value", "sentence"),
    [
        ("batches", "log_index", 1, "beside another one"),
        ("batches", "log_index", -1, "at log entry -1, which is not there"),
        ("batches", "log_index", 10**30, "which is not there"),
        ("batches", "description", "0" * 64, "differs from log entry 0"),
        ("plans", "file", "plans/other.json", "is listed under the wrong file plans/other.json"),
        ("publications", "file", "publications/2.jsonl", "publication 1 is listed under publications/2.jsonl"),
        ("publications", "number", 2, "publication 2 differs from log entry 3"),
        ("publications", "sha256", "0" * 64, "publication 1 differs from log entry 3"),
    ],
)
def test_a_changed_listing_is_named(published: Published, name: str, key: str, value: object, sentence: str) -> None:
    one(relist(published, name, lambda items: items[0].update({key: value})), "catalogue.json", sentence)


@pytest.mark.parametrize(
    "path",
    [
        "../../secret",
        "/etc/passwd",
        "a/../../b",
        "plans//x",
        "plans/./x",
        "..\\x",
        "",
        "x\x00y",
        "x\ny",
        "a/" * 3000,
        "x" * 300,
    ],
)
def test_a_path_that_leaves_the_folder_is_never_opened(
    published: Published, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (published.folder.parent / "secret").write_text("secret", encoding="utf-8")
    opened: list[str] = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: (opened.append(os.path.realpath(self)), read(self))[1])
    report = relist(published, "plans", lambda items: items[0].update(file=path))
    assert not report.ok
    assert all(name.startswith(str(published.folder)) for name in opened if "\x00" not in name)
    batch = relist(published, "batches", lambda items: items[0].update(batch=path or ".."))
    assert not batch.ok
    assert all(name.startswith(str(published.folder)) for name in opened)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batches", {}), ("batches", None), ("batches", "x"), ("batches", [1]), ("batches", [[]]), ("batches", [{}]),
        ("plans", [{"plan": 1}]), ("publications", {"number": 1}), ("origin", 5), ("verifier_key", None),
        ("format", "rightsplan-published/2"), ("format", None),
    ],
)  # fmt: skip
def test_a_catalogue_of_the_wrong_form_is_named(published: Published, name: str, value: object) -> None:
    path = published.folder / "catalogue.json"
    path.write_bytes(canonical_json({**json.loads(path.read_bytes()), name: value}))
    report = published.verify()
    assert [place for place, _ in problems(report)] == ["catalogue.json"]


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("batches", "log_index", True), ("batches", "log_index", 1.0), ("batches", "log_index", "0"),
        ("batches", "batch", 7), ("publications", "count", None), ("publications", "plans", [["x"]]),
        ("publications", "plans", "x"),
    ],
)  # fmt: skip
def test_a_listing_of_the_wrong_type_is_named(published: Published, name: str, key: str, value: object) -> None:
    report = relist(published, name, lambda items: items[0].update({key: value}))
    assert [place for place, _ in problems(report)] == ["catalogue.json"]
    assert key in problems(report)[0][1]


@pytest.mark.parametrize("missing", ["format", "origin", "verifier_key", "batches", "plans", "publications"])
def test_a_catalogue_without_a_part_is_named(published: Published, missing: str) -> None:
    path = published.folder / "catalogue.json"
    catalogue = json.loads(path.read_bytes())
    del catalogue[missing]
    path.write_bytes(canonical_json(catalogue))
    one(published.verify(), "catalogue.json", f"KeyError: '{missing}'")


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"null", b'"x"', b"7", b"[" * 100_000, b"\xff", b'{"batches":NaN}', b"9" * 9000]
)
def test_a_catalogue_that_is_no_json_object_is_named(published: Published, content: bytes) -> None:
    (published.folder / "catalogue.json").write_bytes(content)
    assert [place for place, _ in problems(published.verify())] == ["catalogue.json"]


@pytest.mark.parametrize("key", ["", "nonsense", "a+b+c", SIGNER.verifier_key[:-1]])
def test_a_malformed_verifier_key_is_named(published: Published, key: str) -> None:
    path = published.folder / "catalogue.json"
    path.write_bytes(canonical_json({**json.loads(path.read_bytes()), "verifier_key": key}))
    assert problems(published.verify()) == [("catalogue.json", "The verifier key is malformed.")]


# --- plans and publications, by somebody who holds the key and updates every hash


def test_a_changed_figure_is_named_although_every_hash_fits(alter: Alter) -> None:
    report = alter(lambda lines: lines[1]["result"].update(verdict="not_met"))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "verdict is published as 'not_met', recomputed as 'met'")
    one(report, f"{FILE} counts:plan=XA-2021@independent", "recomputed")


@pytest.mark.parametrize(
    ("field", "value"), [("latest", 92.0), ("gap", 0), ("latest", 91), ("observed_pace", 2.0000001)]
)
def test_the_smallest_change_of_a_figure_is_named(alter: Alter, field: str, value: float) -> None:
    one(alter(lambda lines: lines[1]["result"].update({field: value})), f"{FILE} XA-2021/1.1-a@independent", field)


def test_an_invented_and_a_dropped_field_of_a_result_are_named(alter: Alter) -> None:
    one(alter(lambda lines: lines[1]["result"].update(bonus=1)), f"{FILE} XA-2021/1.1-a@independent", "bonus")
    one(alter(lambda lines: lines[1]["result"].pop("gap")), f"{FILE} XA-2021/1.1-a@independent", "recomputed")


def test_wrong_totals_are_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[0]["result"].update({next(iter(lines[0]["result"])): 77}))
    one(report, f"{FILE} counts:plan=XA-2021@independent", "is published as 77")


def test_a_removed_line_is_named(alter: Alter) -> None:
    one(alter(lambda lines: lines.pop(2)), FILE, "target XA-2021/1.2-a of the plan has no line: a result is missing")


def test_double_and_unordered_lines_are_named(alter: Alter) -> None:
    one(alter(lambda lines: lines.reverse()), FILE, "lines are double or out of order")
    one(alter(lambda lines: lines.append(lines[0])), FILE, "lines are double or out of order")


def test_an_easier_promise_is_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[1]["promise"].update(value=50.0))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "its promise is not the one in the plan")


def test_a_line_for_a_target_that_no_plan_holds_is_named(alter: Alter) -> None:
    one(
        alter(lambda lines: lines[1].update(target="XA-2021/9-z")), f"{FILE} XA-2021/1.1-a@independent", "no plan holds"
    )


def test_a_line_that_rests_on_a_batch_which_is_not_listed_is_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[1]["inputs"][0].update(batch="0" * 64))
    one(report, f"batches/{'0' * 64}.parquet", "a published line uses it, but the catalogue does not list it")


@pytest.mark.parametrize("where", [{"indicator": "literacy", "place": "XA", "colour": "red"}, {"value": "x"}])
def test_a_line_that_asks_a_batch_for_what_it_has_not_is_named(
    alter: Alter, published: Published, where: dict[str, str]
) -> None:
    report = alter(lambda lines: lines[1]["inputs"][0].update(where=where))
    assert f"{FILE} XA-2021/1.1-a@independent" in {place for place, _ in problems(report)}


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": 1}, {"inputs": [1]}, {"inputs": [{}]}, {"inputs": [{"batch": 1, "where": {}}]},
        {"inputs": [{"batch": "x", "where": {"place": 1}}]}, {"inputs": [{"batch": "x", "where": []}]},
        {"inputs": {"a": 1}}, {"id": 5}, {"method": None}, {"method": []}, {"result": []},
    ],
)  # fmt: skip
def test_a_line_of_the_wrong_form_is_named(alter: Alter, change: dict[str, object]) -> None:
    one(alter(lambda lines: lines[1].update(change)), FILE, "line 2 is malformed")


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": None}, {"as_of": "2026"}, {"as_of": 10**400}, {"as_of": []}, {"version": "2"}, {"version": []},
        {"method": "guess"}, {"promise": None}, {"promise": []}, {"promise": {}}, {"promise": {"value": "x"}},
        {"method": "counts", "of": 5}, {"method": "counts", "of": ["nobody"]}, {"method": "counts", "of": [[]]},
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_recomputed_is_named(alter: Alter, change: dict[str, object]) -> None:
    report = alter(lambda lines: lines[1].update(change))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "it cannot be recomputed")


@pytest.mark.parametrize(
    "row", [b"", b"nonsense", b"[]", b"7", b'{"id": "x"}', b'{"id":"\\ud800"}', b'{"a":1e999}', b"[" * 99_999, b"\xff"]
)
def test_a_row_that_is_no_line_is_named(published: Published, row: bytes) -> None:
    content = (published.folder / FILE).read_bytes()
    published.rewrite_publication(row + b"\n" + content)
    one(published.verify(), FILE, "line 1 is malformed")


def test_a_wrong_number_of_lines_is_named(published: Published) -> None:
    published.rewrite_publication((published.folder / FILE).read_bytes(), count=99)
    one(published.verify(), FILE, "it has 3 lines, the catalogue says 99")


def test_a_target_that_vanishes_from_the_next_publication_is_named_unless_withdrawn(published: Published) -> None:
    kept = {"XA-2021/1.1-a": PROMISES["XA-2021/1.1-a"]}
    plan = published.add_plan("XA-2021", kept)
    first = published.contents["batches"][0]["batch"]
    file = published.add_publication(
        [published.line("XA-2021/1.1-a", first, "literacy", kept["XA-2021/1.1-a"])], [plan]
    )
    published.write()
    sentence = "target XA-2021/1.2-a was in the publication before and vanished without withdrawal"
    assert problems(published.verify()) == [(file, sentence)]
    published.contents["publications"].reverse()  # the order of the list does not hide it
    published.write()
    assert problems(published.verify()) == [(file, sentence)]
    published.log("withdrawal", target="XA-2021/1.2-a")
    published.write()
    assert published.verify().ok


def test_a_publication_on_a_plan_that_is_not_listed_is_named(published: Published) -> None:
    report = relist(published, "publications", lambda items: items[0].update(plans=["f" * 64]))
    one(report, FILE, "it rests on plan revision ffffffffffff..., which the catalogue does not list")


@pytest.mark.parametrize(
    "document", [b"{}", b"[]", b"7", b'{"measures":[{}]}', b'{"measures":[{"targets":[1]}]}', b"x"]
)
def test_a_plan_of_the_wrong_form_is_named(published: Published, document: bytes) -> None:
    item = published.contents["plans"][0]
    item["sha256"] = sha256(document)
    item["file"] = f"plans/XA-2021.{item['sha256'][:12]}.json"
    (published.folder / item["file"]).write_bytes(document)
    published.entries[2] = canonical_json({**json.loads(published.entries[2]), "sha256": item["sha256"]})
    published.contents["publications"][0]["plans"] = [item["sha256"]]
    published.resign()
    one(published.verify(), item["file"], "it is no plan")


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"indicator": ["literacy"], "place": ["XA"], "value": [1.0]}),
        pl.DataFrame({"indicator": [1], "place": [2], "period": [2020], "value": [1.0]}),
        pl.DataFrame({"x": ["y"]}),
    ],
)
def test_a_batch_that_a_line_cannot_be_cut_from_is_named(published: Published, frame: pl.DataFrame) -> None:
    name = published.add_batch(frame)
    lines = published.lines()
    lines[1]["inputs"][0]["batch"] = name
    published.rewrite_publication(b"".join(canonical_json(line) + b"\n" for line in lines))
    report = published.verify()
    places = {place for place, _ in problems(report)}
    assert places & {f"batches/{name}.parquet", f"{FILE} XA-2021/1.1-a@independent"}, problems(report)


# --- the command


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
