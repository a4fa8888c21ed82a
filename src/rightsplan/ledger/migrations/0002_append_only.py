"""The database itself refuses to change or remove what the log holds, on SQLite and on PostgreSQL."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ["ledger_logentry", "ledger_checkpoint"]


def add_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE FUNCTION refuse_log_change() RETURNS trigger AS "
            "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END; $$ LANGUAGE plpgsql"
        )
    for table in TABLES:
        for verb in ["UPDATE", "DELETE"]:
            name = f"{table}_no_{verb.lower()}"
            if editor.connection.vendor == "postgresql":
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()"
                )
            else:
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
                )


def drop_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for verb in ["UPDATE", "DELETE"]:
            name = f"{table}_no_{verb.lower()}"
            if editor.connection.vendor == "postgresql":
                editor.execute(f"DROP TRIGGER {name} ON {table}")
            else:
                editor.execute(f"DROP TRIGGER {name}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION refuse_log_change()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
