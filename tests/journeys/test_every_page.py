"""Every kind of page, in every language: axe, on a phone, enlarged, in the dark, printed, without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import LocalePrefixPattern, URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from .conftest import Reader, Site
from .crawl import answers_from

LANGUAGES = [code for code, _name in settings.LANGUAGES]
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe_findings(page: Page, options: dict[str, object]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def visit(page: Page, addresses: list[str], look: Callable[[Page], list[str]]) -> list[str]:
    """Open each address and return what was found, with the address before it."""
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        found += [f"{address}: {finding}" for finding in look(page)]
    return found


def sideways(page: Page) -> list[str]:
    """Return by how much the page scrolls sideways, if it does."""
    pixels = page.evaluate(SIDEWAYS)
    return [f"scrolls sideways by {pixels} px"] if pixels > 0 else []


def test_no_link_of_the_site_is_broken(site: Site) -> None:
    assert [path for path, answer in answers_from(site.address).items() if answer.status != 200] == []


def test_links_lead_to_every_page_of_the_map(site: Site) -> None:
    reached = {answer.route for answer in answers_from(site.address).values()}
    assert page_routes() - reached == set()


def page_routes() -> set[str]:
    """Return the names of the routes that have a language, with their namespace."""
    found: set[str] = set()
    waiting = [
        (pattern.namespace or "", part)
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and isinstance(pattern.pattern, LocalePrefixPattern)
        for part in pattern.url_patterns
    ]
    while waiting:
        namespace, pattern = waiting.pop()
        if isinstance(pattern, URLPattern):
            found.add(":".join(n for n in [namespace, pattern.name or ""] if n))
        else:
            inner = ":".join(n for n in [namespace, pattern.namespace or ""] if n)
            waiting += [(inner, part) for part in pattern.url_patterns]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(site: Site, reader: Reader, language: str) -> None:
    page = reader.open(locale=language)
    assert visit(page, site.pages(language), lambda p: axe_findings(p, RULES)) == []


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_contrast_holds_in_the_dark(site: Site, reader: Reader, language: str) -> None:
    page = reader.open(color_scheme="dark")
    assert visit(page, site.pages(language), lambda p: axe_findings(p, CONTRAST)) == []


@pytest.mark.parametrize("language", ["en", "ar", "ru", "zh-hans"])
@pytest.mark.parametrize("width", [360, 640], ids=["phone", "zoom 200 %"])
def test_nothing_scrolls_sideways(site: Site, reader: Reader, language: str, width: int) -> None:
    # 1280 pixels at a zoom of 200 % are 640 pixels of CSS.
    page = reader.open(width=width, height=740)
    assert visit(page, site.pages(language), sideways) == []


def test_arabic_runs_from_right_to_left(site: Site, reader: Reader) -> None:
    def look(page: Page) -> list[str]:
        start, width = page.evaluate("() => [document.querySelector('h1').getBoundingClientRect().right, innerWidth]")
        told = page.locator("html").get_attribute("dir")
        return [] if told == "rtl" and start > width / 2 else [f"dir={told}, heading ends at {start} of {width}"]

    page = reader.open()
    assert visit(page, site.pages("ar"), look) == []
    assert visit(page, site.pages("ar"), sideways) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_its_language_and_title(site: Site, reader: Reader, language: str) -> None:
    def look(page: Page) -> list[str]:
        told = (page.locator("html").get_attribute("lang") or "").lower()
        heads = page.locator("h1").count()
        return [] if told == language and page.title().strip() and heads == 1 else [f"lang={told}, {heads} headings"]

    assert visit(reader.open(), site.pages(language), look) == []


def test_everything_is_there_without_javascript(site: Site, reader: Reader) -> None:
    with_scripts, without = reader.open(), reader.open(java_script_enabled=False)
    for address in site.pages("en"):
        texts = []
        for page in (with_scripts, without):
            page.goto(address)
            texts.append(" ".join(page.locator("main").inner_text().split()))
        assert texts[0] == texts[1], address
        assert len(texts[1]) > 20, address


def test_print_shows_the_content_and_not_the_navigation(site: Site, reader: Reader) -> None:
    def look(page: Page) -> list[str]:
        shown = page.locator("main h1").is_visible()
        menus = [n for n in page.locator("nav:visible").all() if n.get_attribute("aria-label")]
        return sideways(page) + ([] if shown and not menus else ["heading hidden" if not shown else "menu printed"])

    page = reader.open(width=718)
    page.emulate_media(media="print")
    assert visit(page, site.pages("en"), look) == []
