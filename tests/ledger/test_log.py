"""The log takes one entry at a time, and proves each."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from pytest_django import Settings

from rightsplan.accounts.models import Person
from rightsplan.errors import NotFound, Refused
from rightsplan.evidence import notes
from rightsplan.evidence.canonical import canonical_json
from rightsplan.evidence.notes import Signer, Verifier
from rightsplan.evidence.tiles import unbundle
from rightsplan.evidence.tree import Tree, leaf_hash, verify_consistency, verify_inclusion
from rightsplan.ledger import keys, queries
from rightsplan.ledger.actions import LARGEST_ENTRY, append, sign_checkpoint
from rightsplan.ledger.keys import signer
from rightsplan.ledger.models import Checkpoint, LogEntry

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def add(count: int, by: Person | None = None) -> list[LogEntry]:
    """Add entries in one transaction each."""
    first = LogEntry.objects.count()
    return [
        append(kind="note", subject=str(n), payload={"number": n}, by=by, at=NOW) for n in range(first, first + count)
    ]


def test_an_entry_is_the_canonical_json_of_what_happened(alice: Person) -> None:
    at = datetime(2026, 11, 23, 20, tzinfo=timezone(timedelta(hours=8)))
    entry = append(kind="plan", subject="CN-2021", payload={"plan": "CN-2021", "ä": 1}, by=alice, at=at)
    assert bytes(entry.data) == (
        '{"at":"2026-11-23T12:00:00+00:00","by":"alice","kind":"plan","plan":"CN-2021","ä":1}'.encode()
    )
    stored = queries.entry(0)
    assert (stored.index, stored.kind, stored.subject, stored.by) == (0, "plan", "CN-2021", alice)
    assert stored.leaf_hash == leaf_hash(bytes(stored.data)).hex()
    assert str(stored) == "0 plan CN-2021"


def test_kind_time_and_person_cannot_be_forged_by_the_payload(alice: Person) -> None:
    payload = {"kind": "batch", "by": "bob", "at": "1999"}
    entry = append(kind="note", subject="x", payload=payload, by=alice, at=NOW)
    assert json.loads(bytes(entry.data)) == {"kind": "note", "by": "alice", "at": "2026-11-23T12:00:00+00:00"}


def test_indexes_count_from_zero_without_gaps_even_after_a_failure(alice: Person) -> None:
    add(2, alice)

    @transaction.atomic
    def fail() -> None:
        add(3, alice)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    add(2)
    assert list(LogEntry.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2, 3]
    assert [entry.index for entry in queries.entries()] == [3, 2, 1, 0]


def test_an_entry_that_no_bundle_can_hold_is_refused(db: None) -> None:
    rest = len(canonical_json({"x": "", "kind": "note", "at": NOW.isoformat(), "by": ""}))
    with pytest.raises(Refused, match="65,536 bytes"):
        append(kind="note", subject="x", payload={"x": "a" * (LARGEST_ENTRY - rest + 1)}, by=None, at=NOW)
    assert LogEntry.objects.count() == 0
    entry = append(kind="note", subject="x", payload={"x": "a" * (LARGEST_ENTRY - rest)}, by=None, at=NOW)
    size = len(bytes(entry.data)).to_bytes(2, "big")
    assert unbundle(size + bytes(entry.data), 1, "x") == [bytes(entry.data)]


@pytest.mark.parametrize("payload", [{"x": float("nan")}, {"x": "\ud800"}, {"x": NOW}])
def test_what_has_no_canonical_form_is_refused(db: None, payload: dict[str, object]) -> None:
    with pytest.raises(Refused, match="canonical JSON"):
        append(kind="note", subject="x", payload=payload, by=None, at=NOW)
    assert LogEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_a_bug() -> None:
    with pytest.raises(TransactionManagementError, match="belongs into the transaction"):
        append(kind="note", subject="x", payload={}, by=None, at=NOW)


# --- signed states and proofs


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9])
def test_a_checkpoint_signs_the_tree_of_the_entries(db: None, settings: Settings, count: int) -> None:
    add(count)
    checkpoint = sign_checkpoint(at=NOW)
    text = Verifier.parse(signer().verifier_key).open(checkpoint.note)
    tree = Tree(leaf_hash(bytes(data)) for data in LogEntry.objects.order_by("index").values_list("data", flat=True))
    assert notes.Checkpoint.parse(text) == notes.Checkpoint(settings.LOG_ORIGIN, count, tree.root())
    assert (checkpoint.size, checkpoint.root) == (count, tree.root().hex())
    assert queries.latest_checkpoint() == checkpoint
    assert str(checkpoint) == f"{count} {checkpoint.root[:12]}"


def test_a_state_is_signed_once(db: None) -> None:
    add(2)
    first = sign_checkpoint(at=NOW)
    again = sign_checkpoint(at=NOW + timedelta(days=1))
    assert (again.note, again.at, Checkpoint.objects.count()) == (first.note, NOW, 1)


def test_an_empty_log_is_not_signed(db: None) -> None:
    with pytest.raises(Refused, match="The log is empty"):
        sign_checkpoint(at=NOW)
    assert queries.latest_checkpoint() is None


def test_every_entry_is_proved_in_the_latest_signed_state(db: None) -> None:
    add(5)
    checkpoint = sign_checkpoint(at=NOW)
    add(2)
    for entry in queries.entries():
        proof = queries.inclusion(entry.index)
        position = (proof.index, proof.size)
        assert position == (entry.index, 5 if entry.index < 5 else 7)
        hashes = [bytes.fromhex(node) for node in proof.hashes]
        assert verify_inclusion(bytes.fromhex(entry.leaf_hash), position, hashes, bytes.fromhex(proof.root))
        assert not verify_inclusion(leaf_hash(b"other"), position, hashes, bytes.fromhex(proof.root))
    assert queries.inclusion(4).root == checkpoint.root


def test_every_signed_state_extends_the_one_before(db: None) -> None:
    states = []
    for count in (1, 2, 4):
        add(count)
        states.append(sign_checkpoint(at=NOW))
    new = states[-1]
    for old in states[:-1]:
        proof = queries.tree().consistency_proof(old.size)
        before, after = ((state.size, bytes.fromhex(state.root)) for state in (old, new))
        assert verify_consistency(before, after, proof)
    assert queries.tree(3).root().hex() == states[1].root


@pytest.mark.parametrize("index", [2, -1, 2**70])
@pytest.mark.parametrize("query", [queries.entry, queries.inclusion])
def test_an_entry_that_is_not_there_is_not_found(db: None, index: int, query: Callable[[int], object]) -> None:
    add(2)
    with pytest.raises(NotFound, match=f"The log has no entry {index}") as missing:
        query(index)
    assert "2 entries" in missing.value.remedy


# --- two writers at once

WRITE = """
import sys, time, pathlib, datetime, django
django.setup()
from django.db import transaction
from rightsplan.ledger.actions import append, sign_checkpoint
who, go = sys.argv[1], pathlib.Path(sys.argv[2])
print("ready", flush=True)
while not go.exists():
    time.sleep(0.01)
for number in range(25):
    now = datetime.datetime.now(datetime.UTC)
    with transaction.atomic():
        append(kind="note", subject=who, payload={"number": number}, by=None, at=now)
    if number % 5 == 0:
        sign_checkpoint(at=now)
"""
READ = """
import json, django
django.setup()
from rightsplan.ledger.models import Checkpoint, LogEntry
from rightsplan.ledger.queries import tree
rows = [[e.index, e.subject, bytes(e.data).decode()] for e in LogEntry.objects.order_by("index")]
signed = [[c.size, c.root == tree(c.size).root().hex()] for c in Checkpoint.objects.all()]
print(json.dumps([rows, signed]))
"""


@pytest.fixture
def own_database(db: None, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a fresh, migrated database on the engine that the tests run on."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "rightsplan.settings",
        "RIGHTSPLAN_DATA": str(tmp_path / "own"),
    }
    if connection.vendor == "postgresql":
        import psycopg

        name = f"writers_{os.getpid()}"
        address = os.environ["DATABASE_URL"]
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = urlsplit(address)._replace(path=f"/{name}").geturl()
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=environment, check=True, timeout=300)
    yield environment
    if connection.vendor == "postgresql":
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_two_processes_write_one_after_the_other(own_database: dict[str, str], tmp_path: Path) -> None:
    go = tmp_path / "go"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, who, str(go)], env=own_database, stdout=subprocess.PIPE)
        for who in ("alice", "bob")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    go.touch()
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    for writer in writers:
        writer.communicate()
    done = subprocess.run([sys.executable, "-c", READ], env=own_database, capture_output=True, check=True, timeout=120)
    rows, signed = json.loads(done.stdout)
    assert [index for index, _, _ in rows] == list(range(50))
    for who in ("alice", "bob"):
        assert [json.loads(data)["number"] for _, subject, data in rows if subject == who] == list(range(25))
    assert len(signed) >= 5
    assert all(holds for _, holds in signed)


# --- the key


def test_the_key_is_made_once_and_readable_by_its_owner_alone(settings: Settings) -> None:
    settings.LOG_KEY = ""
    made = signer()
    path = settings.DATA_DIR / "log_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert signer() == made == Signer.parse(path.read_text(encoding="ascii"))
    assert made.name == settings.LOG_ORIGIN
    assert [p.name for p in settings.DATA_DIR.iterdir()] == ["log_key"]


def test_first_starts_at_once_agree_on_one_key(settings: Settings) -> None:
    settings.LOG_KEY = ""
    barrier = threading.Barrier(8)
    found: list[Signer] = []

    def start() -> None:
        barrier.wait()
        found.append(signer())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [p.name for p in settings.DATA_DIR.iterdir()] == ["log_key"]


def test_the_key_of_the_settings_comes_first(settings: Settings) -> None:
    own = Signer("own.example/log", b"k" * 32)
    settings.LOG_KEY = own.encode()
    assert signer() == own
    assert not (settings.DATA_DIR / "log_key").exists()


@pytest.mark.parametrize("key", ["nonsense", "PRIVATE+KEY+a+b+c"])
def test_a_malformed_key_is_refused_with_the_remedy(settings: Settings, key: str) -> None:
    settings.LOG_KEY = key
    with pytest.raises(Refused, match="not in signed-note form") as refusal:
        signer()
    assert refusal.value.remedy == "Set RIGHTSPLAN_LOG_KEY to PRIVATE+KEY+name+hash+key."


def test_a_full_disk_leaves_no_half_a_key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOG_KEY = ""

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keys.os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            signer()
    assert list(settings.DATA_DIR.iterdir()) == []
    assert signer() == signer()
