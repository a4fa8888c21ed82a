"""Every way in which the test breaks an argument: single cells, whole columns, lengths, kinds."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl


class Broken(NamedTuple):
    """A broken value, what was done, and whether the message must name this very argument if it is refused."""

    what: str
    value: Any
    is_own_fault: bool = False


NOT_NUMBERS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "1e300": 1e300, "text": "x"}
NUMBERS = {"1e14": 1e14, "1e-300": 1e-300, "1e-12": 1e-12, "zero": 0.0, "-1": -1.0, "none": None, "half": 0.5}
SCALARS = {"list": [1.0, 2.0], "flag": True, "frame": {}}


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def is_numbers(values: Sequence[Any]) -> bool:
    return all(x is None or isinstance(x, bool) or is_number(x) for x in values)


def breaks_of(value: Any) -> Iterator[Broken]:
    """Yield every broken form of a valid argument."""
    if isinstance(value, pl.DataFrame):
        yield from of_frame(value)
    elif isinstance(value, Mapping):
        yield from of_mapping(value)
    elif isinstance(value, np.ndarray):
        yield from of_sequence(value.tolist())
    elif isinstance(value, list | tuple):
        yield from of_sequence(list(value))
    elif isinstance(value, str):
        yield from of_word()
    elif is_number(value):
        yield from of_number(value)


def of_word() -> Iterator[Broken]:
    yield Broken("an unknown word", "no such word")
    yield Broken("no word", None)
    yield Broken("an empty word", "")
    yield Broken("a number", 5)
    yield Broken("a list", ["x"])


def of_number(value: float) -> Iterator[Broken]:
    for what, number in NOT_NUMBERS.items():
        yield Broken(what, number, is_own_fault=True)
    for what, number in {**NUMBERS, **SCALARS}.items():
        yield Broken(what, number)
    yield Broken("the negative", -value)
    yield Broken("a fraction", value + 0.3)


def of_sequence(values: list[Any]) -> Iterator[Broken]:
    if values and isinstance(values[0], list | tuple):
        yield from of_rows([list(row) for row in values])
    elif is_numbers(values):
        yield from of_numbers(values)
    elif all(isinstance(x, str | type(None)) for x in values):
        yield from of_words(values)
    else:
        yield from of_lengths(values)


def of_lengths(values: list[Any]) -> Iterator[Broken]:
    yield Broken("empty", [])
    yield Broken("one element", values[:1])
    yield Broken("one too many", [*values, values[-1]])
    yield Broken("all twice", [*values, *values])
    yield Broken("backwards", values[::-1])
    yield Broken("all the same", [values[0]] * len(values))
    yield Broken("nothing", None)


def of_numbers(values: list[Any]) -> Iterator[Broken]:
    for at in sorted({0, len(values) // 2, len(values) - 1}):
        for what, number in NOT_NUMBERS.items():
            yield Broken(f"{what} at {at}", replaced(values, at, number), is_own_fault=what != "nan")
        for what, number in NUMBERS.items():
            yield Broken(f"{what} at {at}", replaced(values, at, number))
    for what, number in {**NOT_NUMBERS, **NUMBERS}.items():
        yield Broken(f"all {what}", [number] * len(values), is_own_fault=what in {"inf", "-inf", "1e300", "text"})
    for factor in (-1.0, 1e13, 1e-12, 1e-70):
        yield Broken(f"times {factor:g}", [None if x is None else x * factor for x in values])
    yield Broken("plus 1e9", [None if x is None else x + 1e9 for x in values])
    yield Broken("huge and tiny", [1e14 if i % 2 else 1e-12 for i in range(len(values))])
    yield Broken("a table", [values, values])
    yield Broken("words", ["x"] * len(values), is_own_fault=True)
    yield Broken("a word", "x")
    yield Broken("a number", 1.0)
    yield from of_lengths(values)


def of_words(values: list[Any]) -> Iterator[Broken]:
    for at in sorted({0, len(values) - 1}):
        for what, word in {"empty": "", "none": None, "a number": 5, "nan": math.nan, "new": "no such name"}.items():
            yield Broken(f"{what} at {at}", replaced(values, at, word))
    yield Broken("all different", [f"name {i}" for i in range(len(values))])
    yield Broken("numbers", [1.0] * len(values))
    yield Broken("a number", 1.0)
    yield from of_lengths(values)


def of_rows(rows: list[list[Any]]) -> Iterator[Broken]:
    flat = [x for row in rows for x in row]
    width = len(rows[0])
    if is_numbers(flat) and all(len(row) == width for row in rows):
        for broken in of_numbers(flat):
            if isinstance(broken.value, list) and len(broken.value) == len(flat):
                table = [broken.value[i : i + width] for i in range(0, len(flat), width)]
                yield broken._replace(value=table)
        for j in range(width):
            for what, number in {"zero": 0.0, "nan": math.nan, "1e14": 1e14, "the same": rows[0][j]}.items():
                yield Broken(f"column {j} {what}", [replaced(row, j, number) for row in rows])
    yield Broken("ragged", [*rows[:-1], rows[-1][:-1]])
    yield Broken("one column", [row[:1] for row in rows])
    yield Broken("one column too many", [[*row, row[-1]] for row in rows])
    yield Broken("no columns", [[] for _ in rows])
    yield Broken("flat", flat)
    yield Broken("a word", "x")
    yield Broken("a number", 1.0)
    yield from of_lengths(rows)


def of_mapping(values: Mapping[Any, Any]) -> Iterator[Broken]:
    keys, content = list(values), list(values.values())
    for broken in of_sequence(content):
        if isinstance(broken.value, list) and len(broken.value) == len(keys):
            yield broken._replace(value=dict(zip(keys, broken.value, strict=True)))
    yield Broken("empty", {})
    yield Broken("one element", dict(list(values.items())[:1]))
    yield Broken("one too many", {**values, "no such key": content[-1]})
    yield Broken("nothing", None)


def of_frame(frame: pl.DataFrame) -> Iterator[Broken]:
    for name in frame.columns:
        values = frame[name].to_list()
        yield Broken(f"without {name}", frame.drop(name))
        for broken in of_sequence(values):
            if isinstance(broken.value, list) and len(broken.value) == len(values):
                column = pl.Series(name, broken.value, strict=False)
                if column.dtype != pl.Object:
                    yield Broken(f"{name}: {broken.what}", frame.with_columns(column))
        yield Broken(f"{name}: as text", frame.with_columns(pl.col(name).cast(pl.String)))
        yield Broken(f"{name}: null", frame.with_columns(pl.lit(None).alias(name)))
    yield Broken("empty", frame.clear())
    yield Broken("one row", frame.head(1))
    yield Broken("all twice", pl.concat([frame, frame]))
    yield Broken("backwards", frame.reverse())
    yield Broken("no columns", pl.DataFrame())
    yield Broken("no frame", [1.0])


def replaced(values: list[Any], at: int, value: Any) -> list[Any]:
    """Return the values with another one in one place."""
    return [*values[:at], value, *values[at + 1 :]]
