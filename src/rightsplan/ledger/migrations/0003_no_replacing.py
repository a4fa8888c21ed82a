"""Closes two side doors of the append-only log: REPLACE on SQLite and TRUNCATE on PostgreSQL fire no DELETE trigger."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEYS = {"ledger_logentry": ["index", "leaf_hash"], "ledger_checkpoint": ["size"]}
REFUSE_TRUNCATE = """
CREATE FUNCTION refuse_log_truncate() RETURNS trigger AS $$
DECLARE
    holds_rows boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || quote_ident(TG_TABLE_NAME) || ')' INTO holds_rows;
    IF holds_rows THEN
        RAISE EXCEPTION 'the log is append-only';
    END IF;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql
"""


def add_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(REFUSE_TRUNCATE)
    for table, keys in KEYS.items():
        same = " OR ".join(f'"{key}" = NEW."{key}"' for key in keys)
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_truncate()"
            )
        else:
            editor.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )


def drop_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in KEYS:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        else:
            editor.execute(f"DROP TRIGGER {table}_no_replace")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION refuse_log_truncate()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
