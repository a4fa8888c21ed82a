"""The methods of small areas on their examples, and the promises of the simulation."""

import re

import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue import areas
from rightsplan.stats.catalogue.entry import Method
from simulations import areas as simulation

BY_NAME = {entry.name: entry for entry in areas.METHODS}


@pytest.mark.parametrize("entry", areas.METHODS, ids=lambda entry: entry.name)
def test_the_worked_figures_are_found(entry: Method) -> None:
    tables = catalogue.run(entry, catalogue.example(entry), entry.example_options)
    assert entry.worked
    for worked in entry.worked:
        row = tables[worked.table].filter(*(pl.col(name) == value for name, value in worked.row.items()))
        assert row.height == 1
        assert row[worked.column][0] == pytest.approx(worked.value, abs=worked.within)
    for table in tables.values():
        assert not any(table[name].is_nan().any() for name, kind in table.schema.items() if kind == pl.Float64)


def test_a_total_moves_the_estimates_to_agree_with_it() -> None:
    frame = catalogue.example(BY_NAME["small-areas"])
    found = catalogue.run(BY_NAME["small-areas"], frame, {"total": "-0.5"})["areas"]
    assert found["benchmarked"].mean() == pytest.approx(-0.5)
    with pytest.raises(Refused, match="total"):
        catalogue.run(BY_NAME["small-areas"], frame, {"total": "much"})


def test_a_map_without_errors_says_that_the_margin_is_unknown() -> None:
    frame = catalogue.example(BY_NAME["map-differences"]).drop("error")
    found = catalogue.run(BY_NAME["map-differences"], frame)
    assert set(found["areas"]["verdict"]) == {"margin_unknown"}
    assert found["areas"]["rank"].null_count() == 52
    assert found["summary"]["pairs told apart"][0] is None


def test_an_area_that_is_there_twice_or_nowhere_is_refused() -> None:
    frame = catalogue.example(BY_NAME["map-differences"])
    with pytest.raises(Refused, match="twice"):
        catalogue.run(BY_NAME["map-differences"], pl.concat([frame, frame]))
    with pytest.raises(Refused, match="against"):
        catalogue.run(BY_NAME["map-differences"], frame, {"against": "Atlantis"})


def test_the_simulation_keeps_its_promises() -> None:
    text = simulation.run(quick=True)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    fits = [row for row in rows if row[0] in simulation.PATTERNS]
    assert len(fits) == 4
    for row in fits:
        error, said, coverage = (float(cell) for cell in row[4:])
        assert error < 0.9
        assert 0.8 < said < 2.2
        assert coverage > 0.9
    assert re.search(r"\| 10 \| 2 \| (0\.9|1\.0)", text)
    assert all(float(row[2]) <= 0.14 for row in rows if len(row) == 3 and row[0] == "10")
