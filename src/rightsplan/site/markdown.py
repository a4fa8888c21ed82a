"""Markdown of the methods to HTML: CommonMark with tables, and no HTML of its own."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

READER = MarkdownIt("commonmark", {"html": False}).enable("table")


def rendered(text: str) -> SafeString:
    """Return Markdown as HTML. Raw HTML in it stays text, so the result is safe to show."""
    html = str(READER.render(text.strip()))
    return mark_safe(html)  # noqa: S308  raw HTML is escaped by the reader
