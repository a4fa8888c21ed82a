"""Lists are written with the comma of the reader's language."""

import re

import pytest
from django.test import Client
from django.utils import translation

from rightsplan.site.labels import group_words
from rightsplan.site.texts import listed

COMMAS = [("ar", "، "), ("en", ", "), ("es", ", "), ("fr", ", "), ("ru", ", "), ("zh-hans", "，")]


@pytest.mark.parametrize(("language", "comma"), COMMAS)
def test_a_list_has_the_comma_of_its_language(language: str, comma: str) -> None:
    with translation.override(language):
        assert listed(["a", "b", "c"]) == f"a{comma}b{comma}c"
        assert listed([]) == ""
        assert comma in group_words("sex=F;age=15-24")


def test_a_page_in_chinese_has_no_latin_comma_between_links(site: Client) -> None:
    text = site.get("/zh-hans/indicators/rent_burden/").content.decode()
    caption = text.split("<figcaption>")[1].split("</figcaption>")[0]
    assert not re.search(r"</a>\s*\([^)]*\),\s*<a", caption)
    assert re.search(r"\)，<a", caption)
