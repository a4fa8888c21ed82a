"""Every method by name: what the command line, the methods pages and the tests go through.

Each module here introduces the methods of one part; it is imported when one of them is asked for.
"""

import functools
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

import polars as pl

from rightsplan.errors import NotFound, Refused
from rightsplan.stats.catalogue.entry import Column, Kind, Method, Option, Options, Tables, Worked

__all__ = [
    "Column",
    "Method",
    "Option",
    "Options",
    "Tables",
    "Worked",
    "example",
    "method",
    "methods",
    "prepare",
    "run",
]

PARTS = (
    "progress",
    "frontier",
    "gaps",
    "index",
    "survey",
    "durations",
    "disparity",
    "areas",
    "latent",
    "disclosure",
    "quality",
)
DTYPES: dict[Kind, pl.DataType] = {"number": pl.Float64(), "text": pl.String()}
NEEDS = {"bayes": "numpyro", "survey": "svy", "privacy": "opendp"}


@functools.cache
def methods() -> dict[str, Method]:
    """Return every method by its name, in the order of the parts."""
    found: dict[str, Method] = {}
    for part in PARTS:
        found |= {entry.name: entry for entry in import_module(f"{__name__}.{part}").METHODS}
    return found


def method(name: str) -> Method:
    """Return one method. Raises NotFound that names all of them."""
    known = methods()
    if name not in known:
        raise NotFound(f"There is no method {name!r}.", f"Known methods: {', '.join(known)}.")
    return known[name]


def example(entry: Method) -> pl.DataFrame:
    """Return the bundled example of a method as the user's file would be read."""
    text = (files("rightsplan.stats") / "examples" / entry.example).read_bytes()
    return pl.read_csv(text, infer_schema=False)


def prepare(entry: Method, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the method's columns only, each of its type; blank cells are null.

    Raises Refused that names the missing columns, or the column and the row (the header is row 1) that cannot be read.
    """
    absent = [c.name for c in entry.columns if c.required and c.name not in frame.columns]
    if absent:
        wanted = ", ".join(c.name if c.required else f"[{c.name}]" for c in entry.columns)
        raise Refused(f"The file has no column {', '.join(absent)}.", f"{entry.name} reads the columns {wanted}.")
    if frame.is_empty():
        raise Refused("The file has no rows.", "Give at least one row below the header.")
    return frame.select(typed(frame, c) for c in entry.columns if c.name in frame.columns)


def typed(frame: pl.DataFrame, column: Column) -> pl.Series:
    """Return one column as its type. Raises Refused with the row of the first cell that does not fit."""
    raw = frame[column.name]
    if raw.dtype == pl.String:
        raw = raw.str.strip_chars().replace("", None)
    cast = raw.cast(DTYPES[column.kind], strict=False)
    if column.kind == "number":
        cast = cast.fill_nan(None)
        refuse_first(column, raw, (cast.is_null() & raw.is_not_null()) | cast.is_infinite(), "is no finite number")
    if not column.missing:
        refuse_first(column, raw, cast.is_null(), "is empty")
    return cast


def refuse_first(column: Column, raw: pl.Series, wrong: pl.Series, what: str) -> None:
    """Raise Refused for the first row where `wrong` holds."""
    rows = wrong.fill_null(value=False).arg_true()
    if len(rows):
        cell = raw[rows[0]]
        shown = "" if cell is None else f" ({str(cell)[:40]!r})"
        remedy = f"{column.name}: {column.says}"
        raise Refused(f"Row {rows[0] + 2}, column {column.name}{shown} {what}.", remedy)


def options_of(entry: Method, given: Options) -> dict[str, Any]:
    """Return the options with their defaults filled in, as their types. Raises Refused for unknown ones."""
    known = {option.name: option for option in entry.options}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Refused(f"{entry.name} has no option {', '.join(unknown)}.", f"Options: {', '.join(known) or 'none'}.")
    return {name: option_value(option, given.get(name, option.default)) for name, option in known.items()}


def option_value(option: Option, value: Any) -> float | str:
    """Return an option's value as its type. Raises Refused."""
    if option.choices and str(value) not in option.choices:
        raise Refused(f"{option.name} is {value!r}.", f"Give one of: {', '.join(option.choices)}.")
    if isinstance(option.default, str):
        return str(value)
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = float("nan")
    if not abs(found) < float("inf"):
        raise Refused(f"{option.name} is {value!r}.", "Give a finite number.")
    return found


def run(entry: Method, frame: pl.DataFrame, given: Options | None = None) -> Tables:
    """Run a method on a frame as read from a file. Raises Refused, also where the method's extra is not installed."""
    if entry.extra and find_spec(NEEDS[entry.extra]) is None:
        raise Refused(f"{entry.name} needs the extra {entry.extra!r}.", f"pip install 'rightsplan[{entry.extra}]'")
    return entry.run(prepare(entry, frame), options_of(entry, given or {}))
