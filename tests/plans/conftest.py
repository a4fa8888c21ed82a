"""Alice, in a country with places and bodies."""

import pytest

from rightsplan.accounts.models import Person

from .files import prepare_country


@pytest.fixture
def by(alice: Person) -> Person:
    """Load places and bodies and return who imports."""
    prepare_country(alice)
    return alice
