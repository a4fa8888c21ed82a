"""Adds the people who act."""

from django.core.exceptions import ValidationError
from django.db import transaction

from rightsplan.accounts.models import Person
from rightsplan.errors import Refused


def add_person(*, code: str, name: str) -> Person:
    """Add a person who may import, assess and publish, without a password to sign in with.

    The code (letters, digits, hyphen, underscore; at most 40) appears in the public log, the name does not.
    Raises Refused for a code that is taken or malformed and for an empty name.
    """
    person = Person(code=code, name=name.strip())
    person.set_unusable_password()
    if not person.name:
        raise Refused("The name is empty.", "Give the person's full name.")
    if Person.objects.filter(code=code).exists():
        raise Refused(f"The code {code!r} is taken.", "Choose another code.")
    try:
        person.clean_fields()
    except ValidationError as error:
        raise Refused(
            f"{code!r} cannot be a person's code ({'; '.join(error.messages)}).",
            "Use up to 40 letters, digits, hyphens and underscores.",
        ) from error
    with transaction.atomic():
        person.save()
    return person
