"""Every damage to the public log is found, and named."""

import json
import shutil

import pytest

from rightsplan.evidence.canonical import canonical_json
from rightsplan.evidence.notes import Signer

from .conftest import ORIGIN, SIGNER, Published, one, problems


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
