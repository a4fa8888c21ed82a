"""What people come for, from the first page to the answer."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from .conftest import Reader, Site

RIGHTSPLAN = str(Path(sys.executable).parent / "rightsplan")


def first_target(page: Page, site: Site) -> None:
    """Go from the first page to a target as a reader would: by the links."""
    page.goto(f"{site.address}/en/")
    page.locator("main a[href*='/plans/']").first.click()
    page.locator("main a[href*='/targets/']").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_a_reader_goes_from_home_to_the_evidence_and_verifies_it(site: Site, reader: Reader, tmp_path: Path) -> None:
    page = reader.open(accept_downloads=True)
    first_target(page, site)
    evidence = page.locator("#how-we-know")
    expect(evidence).to_contain_text("rightsplan verify")
    link = evidence.locator("a[href$='.parquet']").first
    with page.expect_download() as waiting:
        link.click()
    kept = tmp_path / "batch.parquet"
    waiting.value.save_as(kept)
    assert {"indicator", "place", "period", "value"} <= set(pl.read_parquet(kept).columns)
    done = subprocess.run([RIGHTSPLAN, "--json", "verify", site.address], capture_output=True, text=True, check=False)
    report = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, report["ok"], report["problems"]) == (0, True, [])
    assert report["checked"]


def test_a_reader_searches_a_word_of_two_chinese_letters(site: Site, reader: Reader) -> None:
    page = reader.open(locale="zh-CN")
    page.goto(f"{site.address}/zh-hans/")
    word = two_letters_of(page)
    page.get_by_role("searchbox").first.fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search"))
    expect(page.locator("main a", has_text=word).first).to_be_visible()


def two_letters_of(page: Page) -> str:
    """Return the first two letters of the first Chinese plan title on the page."""
    for link in page.locator("main a[href*='/plans/']").all():
        found = re.search(r"[\u4e00-\u9fff]{2}", link.inner_text())
        if found:
            return found[0]
    pytest.fail("no plan has a Chinese title")


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("zh-hans", "ltr")])
def test_a_reader_changes_the_language_and_stays_on_the_page(
    site: Site, reader: Reader, language: str, direction: str
) -> None:
    page = reader.open()
    first_target(page, site)
    before = urlsplit(page.url).path.removeprefix("/en/")
    page.locator(f"a[hreflang='{language}' i]:visible").first.click()
    assert urlsplit(page.url).path == f"/{language}/{before}"
    assert page.locator("html").get_attribute("dir") in {direction, None if direction == "ltr" else direction}


def test_a_reader_with_another_browser_language_is_led_there(site: Site, reader: Reader) -> None:
    page = reader.open(locale="ru-RU")
    page.goto(site.address)
    assert urlsplit(page.url).path == "/ru/"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_nonsense_address_gets_help_in_the_readers_language(site: Site, reader: Reader, language: str) -> None:
    page = reader.open()
    answer = page.goto(f"{site.address}/{language}/targets/nonsense'%3Cscript%3E/")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main").get_by_role("searchbox")).to_be_visible()
    assert page.locator(f"main a[href^='/{language}/']").count() >= 1


def test_the_keyboard_alone_reaches_everything(site: Site, reader: Reader) -> None:
    page = reader.open()
    page.goto(f"{site.address}/en/")
    reached: list[str] = []
    for _press in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if all(any(word in at for at in reached) for word in ["href=#", "type=search", "hreflang"]):
            break
    assert "href=#" in reached[0], "the first stop leads to the content"
    assert any("type=search" in at for at in reached)
    assert any("hreflang" in at for at in reached)
    assert [at for at in reached if "focus=hidden" in at] == []


FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const outlined = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  const inside = box.width > 0 && box.right > 0 && box.left < innerWidth;
  return [at.tagName, 'href=' + at.getAttribute('href'), 'type=' + at.getAttribute('type'),
    at.hasAttribute('hreflang') ? 'hreflang' : '', 'focus=' + (outlined && inside ? 'seen' : 'hidden')].join(' ');
}"""


def test_the_skip_link_leads_to_the_content(site: Site, reader: Reader) -> None:
    page = reader.open()
    page.goto(f"{site.address}/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.querySelector('main').matches(':target, :focus, :has(:target)')")
