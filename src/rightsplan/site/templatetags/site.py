"""Filters and tags that every template has without loading them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from rightsplan.indicators.models import Batch, Indicator
from rightsplan.site import datasets, labels, numbers, texts, verdicts
from rightsplan.stats.progress import VERDICTS

register = template.Library()


@register.filter
def text(value: Mapping[str, str] | None) -> SafeString:
    """Show the text in the reader's language, marked where it is in another."""
    return texts.marked(value)


@register.filter
def plain(value: Mapping[str, str] | None) -> str:
    """Show the text without marks, for titles and attributes."""
    return texts.plain(value)


@register.filter
def num(value: float | None) -> str:
    """Show a number."""
    return numbers.number(value)


@register.filter
def whole(value: int) -> str:
    """Show a count."""
    return numbers.whole(value)


@register.filter
def pct(value: float | None) -> str:
    """Show a share as percent."""
    return numbers.percent(value)


@register.filter
def year(value: float | str | None) -> str:
    """Show a year or a period."""
    return numbers.year(value)


@register.filter
def day(value: date | None) -> str:
    """Show a day."""
    return numbers.day(value)


@register.filter
def digits(value: object) -> str:
    """Show a code's digits as the reader writes them."""
    return numbers.digits(str(value))


@register.filter
def unit(words: str) -> str:
    """Show a unit in the reader's language."""
    return labels.unit(words)


@register.filter
def measured(value: float | None, unit: str) -> str:
    """Show a number with its unit."""
    return verdicts.with_unit(value, unit)


@register.filter
def latest(result: Mapping[str, Any], unit: str) -> str:
    """Show the last value of a result with its unit, told apart from the target that it misses."""
    return verdicts.latest(result, unit)


@register.filter
def verdict(value: str) -> SafeString:
    """Show a verdict's shape and word."""
    return verdicts.badge(value)


@register.filter
def shape(value: str) -> SafeString:
    """Show a verdict's shape; its word must stand beside it."""
    return verdicts.shape(value)


@register.filter
def tally(value: Mapping[str, int]) -> str:
    """Show counts of verdicts as a sentence."""
    return verdicts.tally_sentence(value)


@register.filter
def bar(value: Mapping[str, int]) -> SafeString:
    """Show counts of verdicts as a bar."""
    return verdicts.bar(value, rtl=get_language_bidi())


@register.filter
def tallied(value: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """List (verdict, words with count, count) of those that occur."""
    return [(v, verdicts.counted(v, value[v]), value[v]) for v in VERDICTS if value.get(v)]


@register.filter
def label(code: str, facet: str) -> str:
    """Show the name of a code of the vocabulary."""
    return labels.label(facet, code)


@register.filter
def codes(value: str) -> list[str]:
    """List the codes of `;health;food;`."""
    return [code for code in value.split(";") if code]


@register.filter
def group(value: str) -> str:
    """Show a group such as `sex=F;age=15-24` in words."""
    return labels.group_words(value)


@register.filter
def short(value: str) -> str:
    """Show the first twelve characters of a hash."""
    return value[:12]


@register.filter
def get(value: Mapping[Any, Any], key: Any) -> Any:
    """Look a key up."""
    return value.get(key)


@register.filter
def elsewhere(value: Mapping[str, str], q: str) -> SafeString | str:
    """Show the name in the language in which it has the words looked for, where that is not the one shown already."""
    return texts.found_in(value, q)


@register.simple_tag
def verdict_sprite() -> SafeString:
    """Put the shapes into the page once."""
    return verdicts.sprite()


@register.simple_tag(takes_context=True)
def in_language(context: Mapping[str, Any], code: str) -> str:
    """Return the address of this page in another language."""
    request: HttpRequest = context["request"]
    parts = request.path_info.split("/", 2)
    rest = parts[2] if len(parts) > 2 else ""
    query = request.META.get("QUERY_STRING", "")
    return quote(f"/{code}/{rest}") + (f"?{query}" if query else "")


@register.simple_tag(takes_context=True)
def with_query(context: Mapping[str, Any], **changes: Any) -> str:
    """Return this page's query with some values changed."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def dataset_of_indicator(indicator: Indicator, sources: Sequence[Any]) -> SafeString:
    """Describe an indicator's data for search engines."""
    return datasets.of_indicator(indicator, [source.batch for source in sources])


@register.simple_tag
def dataset_of_batch(batch: Batch) -> SafeString:
    """Describe a batch for search engines."""
    return datasets.of_batch(batch)
