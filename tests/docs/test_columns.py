"""docs/coordinators/files.md names exactly the columns that the importers read."""

import re
from collections.abc import Callable

import polars as pl
import pytest

from rightsplan.bodies.tables import read_bodies, read_places
from rightsplan.errors import Refused
from rightsplan.indicators import definitions
from rightsplan.plans import tables as plans
from rightsplan.tables.cells import Problems
from rightsplan.tables.reading import ROW, TextTable

from .blocks import ROOT

DOCUMENT = (ROOT / "docs" / "coordinators" / "files.md").read_text(encoding="utf-8")


def columns_of(section: str) -> tuple[set[str], set[str]]:
    """Return the required (bold) and the optional columns that a section lists."""
    body = re.search(rf"^## {section}$(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert body is not None
    cells = re.findall(r"^\| ([^|]+?) \|", body[1], re.MULTILINE)
    names = {name.strip() for cell in cells for name in cell.split(",")} - {"column", "---"}
    required = {name.strip("*") for name in names if name.startswith("**")}
    return required, {name for name in names if not name.startswith("**")}


def test_the_plan_file() -> None:
    assert columns_of("Plan") == (set(plans.REQUIRED), set(plans.OPTIONAL))


def test_the_indicators_file() -> None:
    assert columns_of("Indicators") == (set(definitions.REQUIRED), set(definitions.OPTIONAL))


def empty_table(columns: set[str]) -> TextTable:
    return TextTable("file.csv", pl.DataFrame(schema=dict.fromkeys([ROW, *sorted(columns)], pl.String)))


READERS: dict[str, Callable[[TextTable], object]] = {
    "Places": lambda table: read_places(table, Problems()),
    "Bodies": lambda table: read_bodies(table, {}, Problems()),
}


@pytest.mark.parametrize("section", READERS)
def test_a_tree_file_takes_what_is_documented_and_asks_for_what_is_bold(section: str) -> None:
    required, optional = columns_of(section)
    assert READERS[section](empty_table(required | optional)) == []
    for column in required:
        with pytest.raises(Refused) as refusal:
            READERS[section](empty_table((required | optional) - {column}))
        assert column in {problem.column for problem in refusal.value.problems}
