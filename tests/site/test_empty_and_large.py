"""Pages with nothing to show say so, and among ten thousand places and indicators they stay small."""

from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Indicator
from rightsplan.plans.models import Plan
from rightsplan.site.reads_holdings import MOST_CHOICES, counted
from rightsplan.site.reads_quality import MOST_IN_BOX, quality_page

from .place_data import accept, plain_pages
from .test_pages import FIXED, MOST_BYTES, MOST_QUERIES

MANY = 10_000


@pytest.fixture(autouse=True)
def pages(settings: Settings, own_folders: Path) -> object:
    plain_pages(settings, own_folders)
    with translation.override("en"):
        yield


def text(client: Client, address: str) -> str:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/en/{address}")
    assert answer.status_code == 200, address
    assert len(answer.content) < MOST_BYTES, (address, len(answer.content))
    assert len(queries) <= MOST_QUERIES, address
    return answer.content.decode()


# Nothing at all.


@pytest.mark.parametrize("address", FIXED)
def test_a_new_site_without_plans_and_data_has_every_page(db: None, client: Client, address: str) -> None:
    assert "<h1" in text(client, address)


def test_without_data_every_cell_is_empty_and_nothing_is_late(db: None, client: Client) -> None:
    page = text(client, "quality/")
    assert "All 213 cells are empty." in page
    assert "No indicator here is known to be late." in page
    assert "These figures are made up." not in page
    assert 'name="place"' not in page  # there is none to choose
    assert "All 12 cells are empty." in text(client, "quality/?right=education")


# Something without data.


@pytest.mark.parametrize("level", ["country", "county"])
def test_a_place_without_data_says_so(db: None, client: Client, level: str) -> None:
    place = Place.objects.create(code="ZZ", name={"en": "Nowhere"}, level=level, path="ZZ > ")
    Place.objects.create(code="ZZ-1", name={"en": "Inside"}, level="city", parent=place, path="ZZ > ZZ-1 > ")
    page = text(client, "places/ZZ/")
    assert "No data about this place or the places within it have been accepted yet." in page
    assert "Inside" in page
    is_country = level == "country"  # where figures are due, their absence is said
    assert ("None of the figures from which the domains of life are measured" in page) is is_country
    assert ("No income per person is held here for this place" in page) is is_country
    assert '<svg class="chart' not in page


def test_an_indicator_without_data_says_so(db: None, client: Client) -> None:
    Indicator.objects.create(code="y", name={"en": "Nothing yet"}, right="health", kind="outcome", unit="%")
    page = text(client, "indicators/y/")
    assert '<svg class="chart' not in page
    assert "How good are these figures?" not in page
    assert "Who is furthest behind, and how unequal" not in page
    assert "No data have been accepted for this indicator yet." in page
    assert "1 indicator has a definition here and no figure." in text(client, "quality/?right=health")


# Very much.


@pytest.fixture
def many(db: None) -> Place:
    """Make a country with ten thousand places, a thousand of them with a plan, and as many indicators of one right."""
    root = Place.objects.create(code="ZZ", name={"en": "Large"}, level="country", path="ZZ > ")
    places = Place.objects.bulk_create(
        Place(code=f"ZZ-{i:05}", name={"en": f"Part {i}"}, level="county", parent=root, path=f"ZZ > ZZ-{i:05} > ")
        for i in range(MANY)
    )
    Plan.objects.bulk_create(
        Plan(code=f"P{i}", title={"en": "Plan"}, jurisdiction=place, start="2020-01-01", end="2025-12-31")
        for i, place in enumerate(places[:1000])
    )
    Indicator.objects.bulk_create(
        Indicator(code=f"i{i}", name={"en": f"Indicator {i}"}, right="health", kind="outcome", unit="%")
        for i in range(MANY)
    )
    return places[999]


def test_ten_thousand_places_and_indicators_fit_on_the_pages(many: Place, client: Client) -> None:
    for address in (
        "quality/",
        f"quality/?place={many.code}",
        "places/",
        "indicators/",
        "indicators/i7/",
        "rights/health/",
    ):
        text(client, address)
    page = text(client, f"quality/?right=health&place={many.code}")
    assert "Show all</a> (10,000)" in page
    assert "10,000 indicators have a definition here and no figure." in page
    assert f'<option value="{many.code}" selected>' in page  # what was asked for is among the choices


def test_what_is_cut_short_keeps_what_matters(many: Place, client: Client) -> None:
    assert len(counted("").choices) == MOST_CHOICES
    assert counted(many.code).choices[0] == many
    accept(pl.DataFrame({"indicator": ["i9999"], "place": ["ZZ"], "period": ["2020"], "value": [1.0]}), "One", index=1)
    (box,) = [box for line in quality_page("health", "")["lines"] for box in line.boxes if box.total]
    assert (box.total, len(box.indicators)) == (MANY, MOST_IN_BOX)
    assert [(i.code, is_held) for i, is_held, _owner in box.indicators[:2]] == [("i9999", True), ("i0", False)]
