"""What is broken or not there is said plainly: the page for our own faults needs nothing, and NUL finds nothing."""

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver
from pytest_django import Settings

from rightsplan.site.views_errors import failed

MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
LANGUAGES = [
    ("ar", "ar", "rtl"), ("en", "en", "ltr"), ("es", "es", "ltr"), ("fr", "fr", "ltr"), ("ru", "ru", "ltr"),
    ("zh-hans", "zh-Hans", "ltr"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "tag", "direction"), LANGUAGES)
def test_our_own_fault_is_told_without_manifest_or_database(
    language: str, tag: str, direction: str, settings: Settings
) -> None:
    settings.DEBUG = False
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}  # nothing has been collected
    answer = failed(RequestFactory().get(f"/{language}/plans/"))
    text = answer.content.decode()
    assert answer.status_code == 500
    assert f'<html lang="{tag}" dir="{direction}">' in text
    assert 'href="/static/site/site.css"' in text
    assert f'href="/{language}/"' in text
    assert ("Something went wrong" in text) == (language == "en")


def test_the_style_of_that_page_is_there_under_its_plain_name(site: Client) -> None:
    assert site.get("/static/site/site.css").status_code == 200


def test_the_site_uses_that_page() -> None:
    assert get_resolver().resolve_error_handler(500) is failed


NUL = [
    "/en/plans/%00/", "/en/plans/XA-LINDHOLM%00/", "/en/plans/XA/1%00/", "/en/targets/%00/a/", "/en/rights/%00/",
    "/en/groups/%00/", "/en/bodies/%00/", "/en/places/%00/", "/en/indicators/%00/", "/en/data/%00/", "/en/%00",
    "/api/plans/%00", "/api/measures/%00", "/api/targets/%00", "/api/indicators/%00", "/api/indicators/%00/data",
    "/api/batches/%00", "/api/%00", "/published/%00", "/published/batches/%00.json", "/en/data/%00.csv/",
]  # fmt: skip


@pytest.mark.parametrize("address", NUL)
def test_nul_in_an_address_is_not_found(site: Client, address: str) -> None:
    assert site.get(address, follow=True).status_code == 404


@pytest.mark.parametrize(
    "address", ["/en/search/?q=%00", "/en/plans/XA-LINDHOLM/?right=%00", "/api/plans?jurisdiction=%00"]
)
def test_nul_in_a_question_finds_nothing_and_breaks_nothing(site: Client, address: str) -> None:
    assert site.get(address).status_code == 200
