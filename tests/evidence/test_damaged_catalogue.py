"""Every damage to the catalogue is found, and named."""

import json
import os
from pathlib import Path

import pytest

from rightsplan.evidence.canonical import canonical_json

from .conftest import SIGNER, Published, observations, one, problems, relist


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
