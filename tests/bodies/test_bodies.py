"""Duty-bearers: a tree of bodies, tied to the places they answer for."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from rightsplan.accounts.models import Person
from rightsplan.bodies.actions import import_bodies, import_places
from rightsplan.bodies.models import Body, Place
from rightsplan.bodies.queries import ancestors, body_tree
from rightsplan.bodies.tables import BODY_KINDS
from rightsplan.errors import Refused
from rightsplan.tables.changes import Changes
from rightsplan.tables.reading import read_text_table

HEADER = "code,name,kind,level,parent,place,url\n"
BODIES = HEADER + (
    "XA/gov,Government,government,national,,XA,https://gov.example\n"
    "XA/health,Ministry of Health,ministry,national,XA/gov,XA,\n"
    "XA/clinic,Clinic Office,agency,municipal,XA/health,XA-N,\n"
)


@pytest.fixture
def by(alice: Person) -> Person:
    """Load the places and return who imports."""
    table = read_text_table(b"code,name,level,parent\nXA,Aland,country,\nXA-N,North,region,XA\n", name="places.csv")
    import_places(by=alice, table=table)
    return alice


def load(text: str, by: Person, **more: Any) -> Changes:
    return import_bodies(by=by, table=read_text_table(text.encode(), name="bodies.csv"), **more)


@pytest.mark.parametrize(
    "code", ["..", "XA/..", "../XA", "XA/.hidden", ".XA", "-XA", "XA/-f", "XA..B", "XA/", "/XA", "XA//B", "X A"]
)
def test_a_code_that_a_path_or_an_option_could_be_is_refused(by: Person, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        load(f"{HEADER}{code},Office,agency,national,,XA,\n", by)
    assert [(p.row, p.column, p.message) for p in refusal.value.problems] == [(2, "code", "This cannot be a code.")]


@pytest.mark.parametrize("code", ["XA/health", "XA-N/a.b", "XA/a-b_c", "北京/局", "XA/1"])
def test_an_ordinary_code_is_stored(by: Person, code: str) -> None:
    assert load(f"{HEADER}{code},Office,agency,national,,XA,\n", by).added == [code]


def test_bodies_are_stored_with_place_and_path(by: Person) -> None:
    load(BODIES, by)
    clinic = Body.objects.select_related("place").get(code="XA/clinic")
    assert clinic.path == "XA/gov > XA/health > XA/clinic > "
    assert clinic.place is not None
    assert clinic.place.code == "XA-N"
    assert [body.code for body in ancestors(clinic)] == ["XA/gov", "XA/health"]
    assert Body.objects.get(code="XA/clinic").path.startswith(Body.objects.get(code="XA/health").path)


def test_the_tree_of_bodies_costs_one_query(by: Person, django_assert_num_queries: Any) -> None:
    load(BODIES, by)
    with django_assert_num_queries(1):
        kin = body_tree()
        assert [(b.code, b.place.code if b.place else "") for b in kin[kin[None][0].pk]] == [("XA/health", "XA")]


def test_the_same_bodies_again_change_nothing(by: Person) -> None:
    load(BODIES, by)
    assert not load(BODIES, by)


def test_a_change_of_place_and_parent_is_shown_by_codes(by: Person) -> None:
    load(BODIES, by)
    changes = load(HEADER + "XA/clinic,Clinic Office,agency,municipal,XA/gov,XA,\n", by, dry_run=True)
    assert [str(change) for change in changes.changed] == [
        "XA/clinic place: XA-N -> XA",
        "XA/clinic parent: XA/health -> XA/gov",
    ]
    load(BODIES.replace(",XA/health,XA-N,", ",XA/gov,XA,"), by)
    assert Body.objects.get(code="XA/clinic").path == "XA/gov > XA/clinic > "


@pytest.mark.parametrize("kind", BODY_KINDS)
def test_every_documented_kind_of_body_is_taken(by: Person, kind: str) -> None:
    load(HEADER + f"XA/x,X,{kind},national,,,\n", by)
    assert Body.objects.get().kind == kind


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("XA/x,X,council,national,,,", "kind", "This value is not known."),
        ("XA/x,X,,national,,,", "kind", "This cell is empty."),
        ("XA/x,X,agency,local,,,", "level", "This value is not known."),
        ("XA/x,X,agency,,,,", "level", "This cell is empty."),
        ("XA/x,,agency,national,,,", "name", "This cell is empty."),
        (",X,agency,national,,,", "code", "This cell is empty."),
        ("XA/x,X,agency,national,,XX,", "place", "This code is not known."),
        ("XA/x,X,agency,national,XA/y,,", "parent", "This code is not known."),
        ("XA/x,X,agency,national,,,javascript:alert(1)", "url", "This is no web address."),
        ("XA/x,X,agency,national,,,gov.example", "url", "This is no web address."),
        (f"XA/x,X,agency,national,,,https://{'x' * 500}", "url", "This is longer than 500 characters."),
        (f"XA/{'x' * 80},X,agency,national,,,", "code", "This is longer than 80 characters."),
        ("XA/x,X,agency,national,XA/x,,", "parent", "XA/x is above itself."),
    ],
)
def test_every_fault_of_a_body_is_named(by: Person, row: str, column: str, message: str) -> None:
    with pytest.raises(Refused) as refusal:
        load(HEADER + row + "\n", by)
    assert [(p.row, p.column, p.message) for p in refusal.value.problems] == [(2, column, message)]
    assert not Body.objects.exists()


def test_a_place_with_a_body_cannot_be_removed(by: Person) -> None:
    load(BODIES, by)
    with pytest.raises(ProtectedError):
        Place.objects.get(code="XA-N").delete()


def test_the_database_refuses_a_second_body_of_one_code(by: Person) -> None:
    load(BODIES, by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Body.objects.create(code="XA/gov", kind="agency", level="national", path="XA/gov > ")
    assert Body.objects.count() == 3
