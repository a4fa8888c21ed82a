"""The methods as their pages show them: from the catalogue, with its docstrings and its worked examples."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from rightsplan.site.markdown import rendered
from rightsplan.site.method_words import SAYS, TITLES
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue import Method

EXAMPLE_ROWS = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """A function behind a method: how it is imported and called, and what it says of itself."""

    name: str
    call: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a method's page shows."""

    method: Method
    title: str
    says: str
    explains: SafeString
    functions: list[Shown]
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
        functions=[shown(function) for function in method.functions],
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


def shown(function: Callable[..., Any]) -> Shown:
    """Return a function as its page shows it."""
    name = f"{function.__module__}.{function.__qualname__}"
    return Shown(
        name=name, call=f"{function.__name__}{inspect.signature(function)}", text=inspect.getdoc(function) or ""
    )
