"""What the tests of data files know without a database, and how they read a file."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from rightsplan.errors import Problem
from rightsplan.indicators.known import Known
from rightsplan.indicators.models import Indicator
from rightsplan.indicators.observations import Reading, read_observations

TODAY = date(2026, 11, 23)


def indicator(code: str, unit: str, **more: Any) -> Indicator:
    """Return an indicator that is stored nowhere."""
    return Indicator(code=code, unit=unit, better="higher", **more)


DEFINED = [
    indicator("literacy", "percent", lower=0.0, upper=100.0),
    indicator("maternal_deaths", "per 100,000 live births", lower=0.0),
    indicator("trees", "million", measured_as="count"),
    indicator("income", "dollars"),
]
SPELLINGS = {row.code: row for row in DEFINED} | {"4.6.1": DEFINED[0], "SE_ADT_LITR": DEFINED[0]}
PLACES = {"XA": "XA", "XAA": "XA", "987": "XA", "XA-N": "XA-N", "XB": "XB", "XBB": "XB"}
DIMENSIONS: dict[str, set[str]] = {"sex": {"F", "M"}, "age": set(), "location": {"U", "R"}}
KNOWN = Known(SPELLINGS, PLACES, DIMENSIONS)


def read(folder: Path, content: str | bytes, *, name: str = "data.csv", known: Known = KNOWN) -> Reading:
    """Read a data file, right or wrong."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_observations(path, known=known, today=TODAY)


def rows_of(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    """Return the rows of a file without errors, sorted; without names, the four columns that every file has."""
    assert [str(p) for p in reading.problems if p.severity == "error"] == []
    columns = list(names) or ["indicator", "place", "period", "value"]
    return sorted(reading.frame.select(columns).rows(), key=str)


def found(reading: Reading) -> list[tuple[int, str, str]]:
    """Return row, column and message of every problem."""
    assert all(p.remedy for p in reading.problems)
    return [(p.row, p.column, p.message) for p in reading.problems]


def problem(reading: Reading) -> Problem:
    """Return the only problem."""
    (only,) = reading.problems
    return only


def series(values: list[float], *, first: int = 2001, code: str = "income", **columns: str) -> str:
    """Return a tidy file of one series."""
    names = ["indicator", "place", "period", "value", *columns]
    lines = [",".join([code, "XA", str(year), str(v), *columns.values()]) for year, v in enumerate(values, first)]
    return "\n".join([",".join(names), *lines]) + "\n"


def long(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame in one order of rows and columns."""
    return frame.select(sorted(frame.columns)).sort(sorted(frame.columns))
