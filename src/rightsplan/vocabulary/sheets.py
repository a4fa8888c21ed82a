"""Reads the CSV files of the vocabulary, with the row numbers that a spreadsheet shows."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO

DATA = files("rightsplan.vocabulary") / "data"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The text of one file: its name, its columns, and every row with its number (the first below the header is 2)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def records(self) -> list[tuple[int, dict[str, str]]]:
        """Return the rows by column; a row that is too short has empty cells at its end."""
        width = len(self.columns)
        return [
            (number, dict(zip(self.columns, (*cells, *[""] * (width - len(cells))), strict=False)))
            for number, cells in self.rows
        ]


def read_sheet(source: Traversable) -> Sheet:
    """Return a CSV file in UTF-8, with or without byte order mark; blanks around cells and empty rows are left out.

    Raises UnicodeDecodeError where it is not UTF-8, csv.Error where a quotation mark is never closed.
    """
    text = source.read_bytes().decode("utf-8-sig")
    lines = [tuple(cell.strip() for cell in cells) for cells in csv.reader(StringIO(text, newline=""), strict=True)]
    header = lines[0] if lines else ()
    rows = tuple((number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cells))
    return Sheet(source.name, header, rows)


@cache
def bundled_names() -> tuple[str, ...]:
    """Return the names of the bundled facets: the files of the data folder without their ending, sorted."""
    return tuple(sorted(f.name.removesuffix(".csv") for f in DATA.iterdir() if f.name.endswith(".csv")))


@cache
def read_bundled(name: str) -> Sheet:
    """Return the bundled file of a facet."""
    return read_sheet(DATA / f"{name}.csv")
