"""How a method introduces itself: its columns, its options, its example, and figures that anyone can look up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

Kind = Literal["number", "text"]
Options = Mapping[str, Any]
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the user's file. A number may be missing (null) only where `missing` says so; a text never is."""

    name: str
    kind: Kind = "number"
    required: bool = True
    missing: bool = False
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice that is not in the file. `default` has the option's type; `choices` are the only allowed texts."""

    name: str
    default: float | str
    choices: tuple[str, ...] = ()
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """One figure of the example that can be looked up elsewhere: a cell of a result table, and where it stands.

    `row` names the row by some of its columns, `within` is the difference that rounding allows.
    """

    table: str
    row: Mapping[str, Any] = field(default_factory=dict)
    column: str
    value: float
    within: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method that `rightsplan stats NAME FILE` runs, that the methods pages explain and that the tests check.

    `says` is one sentence for everybody. `explains` is Markdown: formula, source, assumptions, what it does not do.
    `run` takes a frame with the columns above (numbers as Float64, texts as String, columns that are not required may
    be absent, further columns are dropped) and options with their defaults filled in, and returns result tables by
    name; what cannot be measured is null there with the reason in a column `note`, never NaN. It raises Refused.
    `functions` are the public functions behind it, whose docstrings are printed; one that needs the
    extra is named, as "module:function". `example` is a file in
    `stats/examples`, `example_source` its origin and licence, `example_options` the options it is run with.
    `extra` is the extra that must be installed ("bayes", "survey", "privacy"), or empty.
    """

    name: str
    title: str
    says: str
    explains: str
    columns: tuple[Column, ...]
    options: tuple[Option, ...] = ()
    run: Callable[[pl.DataFrame, Options], Tables]
    functions: tuple[Callable[..., Any] | str, ...]
    example: str
    example_source: str
    example_options: Mapping[str, Any] = field(default_factory=dict)
    worked: tuple[Worked, ...]
    extra: str = ""
