"""The entries of the catalogue: worked figures, tables without NaN, options, one group, bad columns."""

import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.durations import METHODS

ENTRIES = {entry.name: entry for entry in METHODS}


@pytest.mark.parametrize("entry", METHODS, ids=lambda x: x.name)
def test_worked_figures(entry: catalogue.Method) -> None:
    tables = catalogue.run(entry, catalogue.example(entry), entry.example_options)
    assert len(entry.worked) >= 10
    for worked in entry.worked:
        rows = tables[worked.table].filter(*(pl.col(k) == v for k, v in worked.row.items()))
        assert rows[worked.column].to_list() == [pytest.approx(worked.value, abs=max(worked.within, 1e-12))], worked


@pytest.mark.parametrize("entry", METHODS, ids=lambda x: x.name)
def test_no_table_holds_nan(entry: catalogue.Method) -> None:
    example = catalogue.example(entry)
    for frame in (example, example.drop("group"), example.head(12), example.head(2)):
        for name, table in catalogue.run(entry, frame).items():
            for column in table.select(pl.col(pl.Float64)).iter_columns():
                assert not column.is_nan().any(), (name, column.name)


def test_errors_are_about_those_of_r() -> None:
    """R survival 3.5-3 has 0.0350412532623 for the first group: by the infinitesimal jackknife, ours by Greenwood."""
    example = catalogue.prepare(ENTRIES["outcomes"], catalogue.example(ENTRIES["outcomes"]))
    from rightsplan.stats.durations import cumulative_incidence, incidence_at

    black = example.filter(pl.col("group") == "Black")
    outcome = black["outcome"].to_list()
    found = cumulative_incidence(black["time"].to_numpy(), [x != "open" for x in outcome], outcome)
    assert incidence_at(found, "closed without finding", 365).error == pytest.approx(0.0350412532623, rel=0.01)


def test_the_two_examples_are_one_sample() -> None:
    waits, ends = (catalogue.example(ENTRIES[name]) for name in ("durations", "outcomes"))
    assert (waits["time"] == ends["time"]).all()
    assert ((waits["done"] == "1") == (ends["outcome"] != "open")).all()


def test_strata_and_late_entry_are_read() -> None:
    entry = ENTRIES["durations"]
    example = catalogue.example(entry).with_columns(pl.lit("0").alias("entry"), pl.lit("one").alias("stratum"))
    later = example.filter(pl.col("time").cast(pl.Float64) > 0)
    plain, late = (catalogue.run(entry, x)["test"]["statistic"][0] for x in (example.drop("entry", "stratum"), later))
    assert late == pytest.approx(plain)
    layered = later.with_columns(stratum=pl.Series([str(i % 3) for i in range(len(later))]))
    assert catalogue.run(entry, layered)["test"]["statistic"][0] != pytest.approx(plain)


def test_small_groups_have_a_note() -> None:
    entry = ENTRIES["durations"]
    row = catalogue.run(entry, catalogue.example(entry), {"least": 45, "deadline": 90})["groups"].row(3, named=True)
    assert (row["group"], row["median"], row["mean"], row["in_time"]) == ("other or not recorded", None, None, None)
    assert "fewer than 45 cases" in row["note"]


def test_bad_files_are_refused() -> None:
    waits, ends = ENTRIES["durations"], ENTRIES["outcomes"]
    for entry, frame, message in [
        (waits, pl.DataFrame({"time": ["1"]}), "no column done"),
        (waits, pl.DataFrame({"time": ["1", "2"], "done": ["1", "3"]}), "done is neither 0 nor 1"),
        (waits, pl.DataFrame({"time": ["-1", "2"], "done": ["1", "0"]}), "time is below 0"),
        (ends, pl.DataFrame({"time": ["1", "2"], "outcome": ["open", "open"]}), "open everywhere"),
    ]:
        with pytest.raises(Refused, match=message):
            catalogue.run(entry, frame)
    with pytest.raises(Refused, match="least"):
        catalogue.run(waits, catalogue.example(waits), {"least": 1})
