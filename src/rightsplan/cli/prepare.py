"""Prepares Django for the commands that need it, and finds the person who acts."""

import os
from typing import TYPE_CHECKING

from rightsplan.errors import Refused

if TYPE_CHECKING:
    from rightsplan.accounts.models import Person


def django_ready() -> None:
    """Load Django; on a fresh database create the tables, on an old one ask for `rightsplan migrate`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightsplan.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Refused(str(error), "Correct the environment and run the command again.") from error
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise Refused(
            "The database does not answer.", "Check DATABASE_URL and that the server runs, then try again."
        ) from error
    if not executor.loader.applied_migrations:
        call_command("migrate", verbosity=0)
    elif executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("The database is of an older version.", "Run: rightsplan migrate")


def person_of(code: str) -> "Person":
    """Return the acting person, or refuse with the codes that exist."""
    from rightsplan.accounts.models import Person

    person = Person.objects.filter(code=code, is_active=True).first()
    if person is None:
        known = ", ".join(Person.objects.order_by("code").values_list("code", flat=True)[:10]) or "nobody yet"
        raise Refused(
            f"Nobody has the code {code!r} (known: {known}).",
            f'Add them: rightsplan people add {code} "Full name"',
        )
    return person
