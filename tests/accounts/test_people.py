"""People: a code for the public log, a name that stays inside, no password to sign in with."""

import pytest
from django.db import IntegrityError, transaction

from rightsplan.accounts.actions import add_person
from rightsplan.accounts.models import Person
from rightsplan.errors import Refused


def test_a_person_is_added_without_a_password(db: None) -> None:
    person = add_person(code="dora-2", name="  Dora Díaz ")
    stored = Person.objects.get_by_natural_key("dora-2")
    assert (stored.pk, stored.name, str(stored), stored.is_active) == (person.pk, "Dora Díaz", "dora-2", True)
    assert not stored.has_usable_password()


@pytest.mark.parametrize(
    ("code", "name", "message"),
    [
        ("alice", "Another Alice", "is taken"),
        ("dora", "   ", "name is empty"),
        ("", "Dora", "cannot be a person's code"),
        ("dora díaz", "Dora", "cannot be a person's code"),
        ("dóra", "Dora", "cannot be a person's code"),
        ("dora/x", "Dora", "cannot be a person's code"),
        ("d" * 41, "Dora", "cannot be a person's code"),
        ("dora", "D" * 201, "cannot be"),
    ],
)
def test_who_cannot_be_added(alice: Person, code: str, name: str, message: str) -> None:
    with pytest.raises(Refused, match=message) as refusal:
        add_person(code=code, name=name)
    assert refusal.value.remedy
    assert list(Person.objects.values_list("code", flat=True)) == ["alice"]


def test_the_database_refuses_a_code_twice(alice: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(code="alice", name="Impostor")
    assert Person.objects.get().name == "Alice"


def test_the_log_may_show_the_code_and_never_the_name() -> None:
    assert Person.confidentiality["code"] == "public"
    assert Person.confidentiality["name"] == "personal"
    assert Person.confidentiality["password"] == "secret"
