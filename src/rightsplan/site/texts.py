"""Picks the reader's language out of `{"en": "...", "zh": "..."}` and marks what is in another one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

TAGS = {"zh": "zh-Hans", "zh-hans": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Picked:
    """A text and the language it is in."""

    text: str
    language: str


def reading() -> str:
    """Return the reader's language as a code without script: zh-hans reads the texts marked zh."""
    return (get_language() or "en").split("-")[0]


def tag(language: str) -> str:
    """Return the language tag for HTML."""
    return TAGS.get(language.lower(), language)


def pick(texts: Mapping[str, str] | str | None, language: str | None = None) -> Picked:
    """Return the text in the reader's language, else English, else the first there is."""
    wanted = (language or get_language() or "en").lower()
    if not texts:
        return Picked("", wanted)
    if isinstance(texts, str):
        return Picked(texts, "en")
    for code in (wanted, wanted.split("-")[0], "en", *texts):
        if texts.get(code):
            return Picked(texts[code], code)
    return Picked("", wanted)


def plain(texts: Mapping[str, str] | str | None) -> str:
    """Return the picked text alone, for titles and attributes."""
    return pick(texts).text


def listed(words: Iterable[str]) -> str:
    """Return words with the comma of the reader's language between them."""
    return _(", ").join(words)


def marked(texts: Mapping[str, str] | str | None) -> SafeString:
    """Return the picked text; one in another language carries `lang` and keeps its own direction."""
    picked = pick(texts)
    if picked.language.split("-")[0] == reading():
        return format_html("{}", picked.text)
    return format_html('<span lang="{}" dir="auto">{}</span>', tag(picked.language), picked.text)


def found_in(texts: Mapping[str, str], q: str) -> SafeString | str:
    """Return the name that holds the words looked for, in another language than the one shown; else nothing."""
    shown = pick(texts)
    low = q.casefold()
    for language, text in texts.items():
        if q and low in text.casefold() and low not in shown.text.casefold():
            return format_html('<span lang="{}" dir="auto">{}</span>', tag(language), text)
    return ""
