"""The methods as their pages show them: from the catalogue, with its docstrings and its worked examples."""

import functools
from dataclasses import dataclass

import polars as pl
from django.utils.safestring import SafeString

from rightsplan.site.markdown import rendered
from rightsplan.site.method_words import SAYS, TITLES
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue import Method
from rightsplan.stats.catalogue.functions import Printed, printed

EXAMPLE_ROWS = 8


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a method's page shows."""

    method: Method
    title: str
    says: str
    explains: SafeString
    functions: list[Printed]
    columns: list[str]
    rows: list[list[str]]
    more: int


def listed() -> list[tuple[str, str, str]]:
    """Return name, title and sentence of every method in the reader's language."""
    return [(name, str(title), str(SAYS[name])) for name, title in TITLES.items()]


def page_of(name: str) -> Page:
    """Return one method's page. Raises NotFound."""
    method = catalogue.method(name)
    example = example_of(name)
    return Page(
        method=method,
        title=str(TITLES[name]),
        says=str(SAYS[name]),
        explains=explained(name),
        functions=[printed(function) for function in method.functions],
        columns=example.columns,
        rows=[["" if cell is None else str(cell) for cell in row] for row in example.head(EXAMPLE_ROWS).rows()],
        more=max(0, len(example) - EXAMPLE_ROWS),
    )


@functools.cache
def example_of(name: str) -> pl.DataFrame:
    """Return the bundled example of a method."""
    return catalogue.example(catalogue.method(name))


@functools.cache
def explained(name: str) -> SafeString:
    """Return the explanation of a method as HTML."""
    return rendered(catalogue.method(name).explains)
