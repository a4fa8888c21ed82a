"""Every visible word of a template can be translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .tracked import SOURCE

TEMPLATES = sorted(p for kind in ("*.html", "*.xml", "*.txt") for p in SOURCE.rglob(kind) if "templates" in p.parts)
HIDDEN = [
    re.compile(r"\{#.*?#\}"),
    re.compile(r"\{%\s*comment\b.*?endcomment\s*%\}", re.DOTALL),
    re.compile(r"\{%\s*verbatim\b.*?endverbatim\s*%\}", re.DOTALL),
    re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\bendblocktrans(?:late)?\s*%\}", re.DOTALL),
    re.compile(r"\{%.*?%\}", re.DOTALL),
    re.compile(r"\{\{.*?\}\}", re.DOTALL),
]
# Names that are the same in every language.
NAMES = {
    "CSV", "CSVW", "JSON", "XLSX", "SVG", "Parquet", "SDMX", "SDMX-CSV", "SHA-256", "API", "Atom", "OpenAPI",
    "Rightsplan",
}  # fmt: skip
# What stands in these is typed, not read.
TYPED = {"code", "pre", "kbd", "samp", "script", "style"}
SPOKEN = {"alt", "title", "aria-label", "placeholder", "summary", "label"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class VisibleText(HTMLParser):
    """Collects what a reader would see or hear."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.typed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TYPED and tag not in VOID:
            self.typed.append(tag)
        for name, value in attrs:
            if name in SPOKEN and value:
                self.see(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.typed:
            self.typed.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.typed:
            self.see(data)

    def see(self, text: str) -> None:
        words = [w for w in re.findall(r"[^\W\d_][\w-]*", text) if w not in NAMES]
        # A single letter is a sign: a unit, an axis, a shape.
        if any(len(w) > 1 for w in words):
            self.found.append(f"line {self.getpos()[0]}: {' '.join(text.split())}")


def untranslated(code: str) -> list[str]:
    for pattern in HIDDEN:
        code = pattern.sub(lambda hit: "\n" * hit[0].count("\n"), code)
    reader = VisibleText()
    reader.feed(code)
    reader.close()
    return reader.found


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_nothing_is_said_in_one_language_only(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "<p>Hello</p>",
        "<p>{{ name }} promised</p>",
        '<img alt="A chart">',
        '<a href="{% url "home" %}" aria-label="Home page">1</a>',
        "<p>{% blocktrans %}fine{% endblocktrans %} but not this</p>",
        "{% if x %}\n<td>Yes</td>{% endif %}",
    ],
)
def test_words_outside_a_translation_are_found(code: str) -> None:
    assert untranslated(code)


@pytest.mark.parametrize(
    "code",
    [
        "<p>{% trans 'Hello' %}</p>",
        "{% blocktrans count n=n %}one{% plural %}{{ n }} many{% endblocktrans %}",
        "<p>12 % · → ({{ unit }})</p>",
        "<code>rightsplan verify</code>",
        '<a title="{% translate "Go" %}" href="/x">CSV</a>',
        "{# a note #}{% comment %}another{% endcomment %}",
    ],
)
def test_signs_names_and_translations_are_fine(code: str) -> None:
    assert untranslated(code) == []
