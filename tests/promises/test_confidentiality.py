"""Every field of every model says how confidential it is."""

import pytest
from django.apps import apps
from django.db import models

CLASSES = {"public", "internal", "personal", "secret"}
OURS = [m for m in apps.get_models() if m.__module__.startswith("rightsplan.")]


def stored_fields(model: type[models.Model]) -> set[str]:
    """Return the fields that the model itself declares: columns and many-to-many."""
    return {field.name for field in [*model._meta.fields, *model._meta.many_to_many]}


def test_there_are_models() -> None:
    assert {"Person", "Plan", "Target", "Assessment", "LogEntry"} <= {m.__name__ for m in OURS}


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_field_is_classified_and_nothing_else(model: type[models.Model]) -> None:
    classified: dict[str, str] = model.__dict__.get("confidentiality", {})
    assert set(classified) == stored_fields(model)
    assert set(classified.values()) <= CLASSES


def test_passwords_are_secret() -> None:
    secret = {
        f"{m.__name__}.{name}" for m in OURS for name, kind in vars(m)["confidentiality"].items() if kind == "secret"
    }
    assert "Person.password" in secret
