"""What a researcher runs on a file gives the published figures, and words for what cannot be."""

import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.disclosure import ATTACK, METHODS, NOISE, SUPPRESS
from rightsplan.stats.catalogue.entry import Method


@pytest.mark.parametrize("entry", METHODS, ids=lambda entry: entry.name)
def test_worked_figures(entry: Method) -> None:
    tables = catalogue.run(entry, catalogue.example(entry), entry.example_options)
    for worked in entry.worked:
        rows = tables[worked.table].filter(*(pl.col(k) == v for k, v in worked.row.items()))
        assert rows.height == 1
        assert rows[worked.column][0] == pytest.approx(worked.value, abs=worked.within)


def text(rows: list[str]) -> pl.DataFrame:
    return pl.read_csv("\n".join(rows).encode(), infer_schema=False)


def test_small_counts_are_hidden_with_others() -> None:
    rows = [
        "row,column,layer,count",
        *(f"r{i},c{j},l{k},{3 + 7 * i + 5 * j + 4 * k}" for i in range(3) for j in range(3) for k in range(2)),
    ]
    tables = catalogue.run(SUPPRESS, text(rows), {"minimise": "cells"})
    summary, pattern = tables["summary"].row(0, named=True), tables["pattern"]
    assert summary["is_safe"]
    assert summary["is_optimal"]
    own = pattern.filter(pl.col("status") == "hidden (itself)")
    assert own.height == summary["primary"] == 1
    assert own["low"][0] == 0
    assert own["high"][0] >= 5
    assert pattern["count"].null_count() == summary["primary"] + summary["secondary"]


def test_what_suppress_publishes_attack_confirms() -> None:
    tables = catalogue.run(SUPPRESS, catalogue.example(SUPPRESS))
    again = catalogue.run(ATTACK, tables["pattern"].select("table", "row", "column", "count"))["hidden"]
    both = again.join(tables["pattern"], on=["row", "column"], suffix="_before")
    assert both.height == again.height == 4
    assert (both["low"] == both["low_before"]).all()
    assert (both["high"] == both["high_before"]).all()


def test_a_total_is_marked_beside_one_of_its_parts() -> None:
    marked = pl.col("row").eq("II") & pl.col("column").is_in(["C", "_T"])
    frame = catalogue.example(SUPPRESS).with_columns(primary=marked.cast(pl.Int64).cast(pl.String))
    tables = catalogue.run(SUPPRESS, frame)
    assert tables["summary"]["is_safe"].item()
    own = tables["pattern"].filter(pl.col("status") == "hidden (itself)").sort("column")
    assert own.select("row", "column").rows() == [("II", "C"), ("II", "_T")]
    for true, low, high in zip((22, 49), own["low"], own["high"], strict=True):
        assert low <= 0.8 * true
        assert high >= 1.2 * true


def test_cumulative_tables_disclose() -> None:
    rows = ["table,row,count", "2024,a,5", "2024,b,", "2024,_T,9", "2025,a,6", "2025,b,4", "2025,_T,10"]
    tables = catalogue.run(ATTACK, text(rows), {"tables": "cumulative"})
    hidden = tables["hidden"].filter(pl.col("table") == "new in 2025")
    assert dict(zip(hidden["row"], hidden["high"], strict=True)) == {"a": 1, "b": 0, "_T": 1}
    assert hidden["is_disclosed"].all()
    apart = catalogue.run(ATTACK, text(rows), {"tables": "separate"})["hidden"]
    assert apart.height == 1


def test_no_limit_is_null_with_a_note() -> None:
    hidden = catalogue.run(ATTACK, text(["row,count", "a,", "b,3"]))["hidden"]
    assert hidden["high"][0] is None
    assert hidden["note"][0] == "no upper limit"


def test_the_budget_of_the_year_is_kept() -> None:
    rows = ["table,row,count", *(f"{q},a,{n}" for q, n in [("q1", 4), ("q2", 9), ("q3", 2)])]
    tables = catalogue.run(NOISE, text(rows), {"epsilon": 0.5})
    assert tables["budget"]["left"].to_list() == [1.5, 1.0, 0.5]
    with pytest.raises(Refused, match="q3 needs epsilon 1"):
        catalogue.run(NOISE, text(rows), {"epsilon": 1})


def test_bad_files_are_refused() -> None:
    for entry, rows, words in [
        (ATTACK, ["row,count", "a,1"], "No cell is hidden"),
        (NOISE, ["row,count", "a,1", "_T,1"], "totals"),
        (NOISE, ["row,count", "a,1", "a,2"], "twice"),
        (SUPPRESS, ["row,count", "a,1.5"], "whole"),
        (SUPPRESS, ["row,count", "a,-1"], "below 0"),
        (SUPPRESS, ["row,count,primary", "a,1,2", "b,4,1"], "primary is neither 0 nor 1 at 1"),
        (SUPPRESS, ["row,count", "a,1", "b,2", "_T,4"], "differ from it"),
    ]:
        with pytest.raises(Refused, match=words):
            catalogue.run(entry, text(rows))
