"""A page is kept under what it knows of its address: no other parameter makes it anew or shows up in its links."""

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from rightsplan.site import reads_home
from rightsplan.site.middleware import PARAMETERS, known_query

SITE = Path(reads_home.__file__).parent
QUERIES = [
    ("", ""), ("x=1", ""), ("verdict=met", "verdict=met"), ("x=1&verdict=met&utm_source=y", "verdict=met"),
    ("verdict=met&page=2", "page=2&verdict=met"), ("page=2&verdict=met", "page=2&verdict=met"),
    ("page=1&page=3", "page=3"), ("q=", ""), ("q=%D8%A7", "q=%D8%A7"), ("q=a%26x%3D1", "q=a%26x%3D1"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "known"), QUERIES)
def test_only_what_pages_know_is_left(query: str, known: str) -> None:
    request = RequestFactory().get("/en/")
    request.META["QUERY_STRING"] = query
    assert known_query(request) == known


def test_every_parameter_that_a_view_or_form_uses_is_known() -> None:
    used: set[str] = set()
    for path in [*SITE.glob("*.py"), *SITE.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'request\.GET\.get\("(\w+)"', text))
        used |= set(re.findall(r'<(?:select|input)[^>]* name="(\w+)"', text))
        used |= set(re.findall(r'href="[^"]*\?(\w+)=', text))
    used |= {"verdict", "right", "group", "body", "kind"}  # taken by the loops over names in two views
    assert used == set(PARAMETERS)


@pytest.fixture
def cached(site: Client, settings: Settings) -> Client:
    settings.PAGE_CACHE = True
    return Client()


def times_made(reader: Client, *addresses: str) -> int:
    with patch.object(reads_home, "counted_plans", wraps=reads_home.counted_plans) as made:
        for address in addresses:
            assert reader.get(address).status_code == 200
        return made.call_count


def test_an_unknown_parameter_does_not_pass_by_the_cache(cached: Client) -> None:
    assert times_made(cached, "/en/plans/", "/en/plans/", "/en/plans/?x=1", "/en/plans/?x=2&utm=3") == 1


def test_a_known_parameter_makes_a_page_of_its_own(cached: Client) -> None:
    assert times_made(cached, "/en/plans/XA-LINDHOLM/", "/en/plans/XA-LINDHOLM/?verdict=met") == 2


@pytest.mark.parametrize("keeps", [True, False])
def test_an_unknown_parameter_is_in_no_link_of_a_page(site: Client, settings: Settings, keeps: bool) -> None:
    settings.PAGE_CACHE = keeps
    text = Client().get("/en/plans/XA-LINDHOLM/?verdict=met&tracked=yes").content.decode()
    assert "tracked" not in text
    assert "/fr/plans/XA-LINDHOLM/?verdict=met" in text
