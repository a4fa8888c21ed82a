"""The database itself keeps the log: what is in it cannot be changed, replaced or removed, on either engine."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from rightsplan.accounts.models import Person
from rightsplan.ledger.actions import append, sign_checkpoint
from rightsplan.ledger.models import Checkpoint, LogEntry

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TABLES = ["ledger_logentry", "ledger_checkpoint"]
COLUMNS = {
    "ledger_logentry": ["index", "kind", "subject", "data", "leaf_hash", "at", "by_id"],
    "ledger_checkpoint": ["size", "root", "note", "at"],
}


@pytest.fixture(autouse=True)
def log(alice: Person) -> None:
    """Put two entries and their signed state into the log."""
    for number in range(2):
        append(kind="note", subject=str(number), payload={"number": number}, by=alice, at=NOW)
    sign_checkpoint(at=NOW)


def state() -> list[object]:
    return [*LogEntry.objects.order_by("index").values_list(), *Checkpoint.objects.values_list()]


def refused(statement: str, *values: object) -> None:
    """Run SQL past every model and say that it changed nothing."""
    before = state()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert state() == before


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_the_log_cannot_be_deleted(table: str) -> None:
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("index", [0, 1])
def test_no_field_of_a_row_can_be_changed(table: str, index: int) -> None:
    for column in COLUMNS[table]:
        refused(f'UPDATE {table} SET "{column}" = "{column}"')
    refused('UPDATE ledger_logentry SET data = %s WHERE "index" = %s', b"{}", index)


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_rows_cannot_be_replaced_on_sqlite(verb: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE; its upserts are updates, which are refused")
    columns = ", ".join(f'"{name}"' for name in COLUMNS["ledger_logentry"])
    insert = f"{verb} INTO ledger_logentry ({columns}) VALUES (%s, 'x', 'x', %s, %s, %s, NULL)"
    refused(insert, 1, b"{}", "0" * 64, NOW)
    refused(insert, 2, b"{}", LogEntry.objects.get(index=0).leaf_hash, NOW)
    refused(f"{verb} INTO ledger_checkpoint (size, root, note, at) VALUES (2, 'x', 'x', %s)", NOW)


def test_an_upsert_changes_nothing() -> None:
    update = "ON CONFLICT (size) DO UPDATE SET root = excluded.root"
    refused(f"INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (2, 'x', 'x', %s) {update}", NOW)


@pytest.mark.parametrize("table", TABLES)
def test_the_log_cannot_be_truncated_on_postgresql(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys left to the end would refuse it first
    refused(f"TRUNCATE {table} CASCADE")


def test_the_models_cannot_change_the_log_either() -> None:
    entry, checkpoint = LogEntry.objects.get(index=0), Checkpoint.objects.get()
    entry.subject, checkpoint.note = "other", "other"
    before = state()
    for change in [
        entry.save,
        checkpoint.save,
        checkpoint.delete,
        LogEntry.objects.all().delete,
        lambda: LogEntry.objects.update(kind="other"),
        lambda: LogEntry.objects.filter(index=1).delete(),
        lambda: Checkpoint.objects.update_or_create(size=2, defaults={"root": "x"}),
    ]:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert state() == before


def test_an_index_cannot_be_given_twice_or_below_zero() -> None:
    for index in (1, -1):
        with pytest.raises(DatabaseError), transaction.atomic():
            LogEntry.objects.create(index=index, kind="x", subject="x", data=b"{}", leaf_hash="0" * 64, at=NOW)
    assert LogEntry.objects.count() == 2


def test_a_person_who_is_in_the_log_cannot_be_deleted(alice: Person) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        alice.delete()
    assert Person.objects.filter(code="alice").exists()


def test_the_triggers_go_and_come_with_their_migrations() -> None:
    """Run both migrations backwards and forwards: the names of dropped and made triggers must agree."""
    loader = MigrationLoader(connection)
    operations = [
        loader.get_migration("ledger", name).operations[0] for name in ["0002_append_only", "0003_no_replacing"]
    ]
    editor = connection.schema_editor(atomic=False)
    editor.deferred_sql = []
    for operation in reversed(operations):
        operation.reverse_code(apps, editor)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("UPDATE ledger_logentry SET kind = 'changed'")
    assert set(LogEntry.objects.values_list("kind", flat=True)) == {"changed"}
    for operation in operations:
        operation.code(apps, editor)
    refused("UPDATE ledger_logentry SET kind = 'again'")
    refused("DELETE FROM ledger_checkpoint")
