"""The methods as users run them: their examples, their worked figures, gaps, and files that do not fit."""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.entry import Method, Tables
from rightsplan.stats.catalogue.index import METHODS
from rightsplan.stats.index.frames import goalposts_of, widen

BY_NAME = {entry.name: entry for entry in METHODS}
SIMULATIONS = Path(__file__).parents[3]


def run(entry: Method) -> Tables:
    return catalogue.run(entry, catalogue.example(entry), entry.example_options)


def refused(name: str, frame: pl.DataFrame, **options: Any) -> str:
    with pytest.raises(Refused) as refusal:
        catalogue.run(BY_NAME[name], frame.cast(pl.String()), options)
    assert refusal.value.remedy
    return refusal.value.message


@pytest.mark.parametrize("entry", METHODS, ids=lambda entry: entry.name)
def test_worked_figures_of_the_example(entry: Method) -> None:
    tables = run(entry)
    for worked in entry.worked:
        rows = tables[worked.table].filter([pl.col(name) == value for name, value in worked.row.items()])
        assert rows.height == 1, worked
        assert abs(rows[worked.column].item() - worked.value) <= worked.within, worked


@pytest.mark.parametrize("entry", METHODS, ids=lambda entry: entry.name)
def test_no_table_holds_nan_or_is_empty(entry: Method) -> None:
    for table in run(entry).values():
        assert not table.is_empty()
        for column in table.select(pl.selectors.float()):
            assert not column.is_nan().any()
            assert not column.is_infinite().any()


@pytest.mark.parametrize("entry", METHODS, ids=lambda entry: entry.name)
def test_the_order_of_rows_changes_no_figure(entry: Method) -> None:
    frame = catalogue.example(entry)
    turned = catalogue.run(entry, frame[::-1], entry.example_options)
    for worked in entry.worked:
        rows = turned[worked.table].filter([pl.col(name) == value for name, value in worked.row.items()])
        assert abs(rows[worked.column].item() - worked.value) <= worked.within


def test_human_development_with_inequality_and_a_gap() -> None:
    frame = pl.DataFrame(
        {
            "place": ["Norway", "China", "Gap"],
            "life_expectancy": [83.393, 78.587, None],
            "expected_schooling": [18.63846016, 15.21793605, 10],
            "mean_schooling": [13.06234279, 8.106910446, 5],
            "income": [69189.76165, 18024.88747, 1000],
            "inequality_health": [2.4463964, 5.4146132, 1],
            "inequality_education": [2.3289, 10.2931, 1],
            "inequality_income": [14.27021, 30.28756, 1],
        }
    ).cast(pl.String())
    tables = catalogue.run(BY_NAME["human-development"], frame)
    assert tables["inequality"]["ihdi"].round(3).to_list() == [0.903, 0.662, None]
    assert tables["development"]["note"].to_list() == ["", "", "missing: life_expectancy"]
    assert set(tables) == {"development", "inequality"}


def test_poverty_by_group_with_a_design() -> None:
    example = catalogue.example(BY_NAME["poverty"])
    more = [
        example.with_columns(
            household=pl.col("household") + f" {i}",
            people=pl.lit("3"),
            stratum=pl.lit("ab"[i % 2]),
            cluster=pl.lit(str(i)),
            group=pl.lit("ab"[i % 2]),
        )
        for i in range(4)
    ]
    tables = catalogue.run(BY_NAME["poverty"], pl.concat(more), {"cutoff": "1/2"})
    assert Counter(tables["poverty"]["group"]) == {"all": 3, "a": 3, "b": 3}
    assert tables["poverty"].filter(measure="adjusted headcount")["value"].to_list() == [0.375] * 3
    first = tables["poverty"].row(0, named=True)
    assert first["error"] == pytest.approx(0)  # every cluster is alike
    assert first["note"]


def test_a_group_may_be_called_all() -> None:
    example = catalogue.example(BY_NAME["poverty"])
    poor = pl.col("household").is_in(["household 2", "household 3"])
    named = example.with_columns(group=pl.when(poor).then(pl.lit("all")).otherwise(pl.lit("rest")))
    found = catalogue.run(BY_NAME["poverty"], named, {"cutoff": "1/2"})["poverty"].filter(measure="headcount")
    assert found["value"].to_list() == [0.5, 1, 0]


def test_poverty_with_dimensions_takes_nested_weights() -> None:
    frame = catalogue.example(BY_NAME["poverty"]).drop("weight")
    frame = frame.with_columns(dimension=pl.col("indicator").str.head(1).replace("b", "a"))
    frame = frame.with_columns(dimension=pl.when(pl.col("indicator") == "b2").then(pl.lit("c")).otherwise("dimension"))
    weights = dict(catalogue.run(BY_NAME["poverty"], frame)["indicators"].select("indicator", "weight").rows())
    assert weights == {"a1": 1 / 6, "a2": 1 / 6, "b1": 1 / 6, "b2": 0.5}


def test_coordination_shows_level_and_coupling_together_and_names_gaps() -> None:
    frame = catalogue.example(BY_NAME["coordination"])
    first = (
        frame.with_row_index()
        .with_columns(value=pl.when(pl.col("index") == 0).then(None).otherwise("value"))
        .drop("index")
    )
    found = catalogue.run(BY_NAME["coordination"], first)["coordination"]
    assert {"coupling", "level", "coordination", "lagging"} <= set(found.columns)
    assert found["note"][0] == "not measurable: no value for health"
    assert found["coordination"].null_count() == found["lagging"].null_count() == 1


def test_composite_speaks_of_every_place_and_says_what_flips() -> None:
    tables = run(BY_NAME["composite"])
    assert tables["places"].height == 54
    counts = Counter(tables["statements"]["says"])
    assert counts == {"is above": 52, "is in class": 54, "is better than in": 27}
    flipping = tables["statements"].filter(pl.col("methods") - pl.col("agree") > pl.col("methods") / 10)
    assert set(flipping["verdict"]) == {"depends on the method"}
    assert not flipping["note"].str.contains("otherwise").not_().any()
    assert tables["methods"].height == 35
    assert tables["weights"]["plan"].to_list() == pytest.approx([1 / 3] * 3)
    assert tables["weights"]["entropy"].sum() == pytest.approx(1)


def test_composite_with_weights_a_gap_and_without_periods() -> None:
    frame = catalogue.example(BY_NAME["composite"]).filter(pl.col("period") == "2019").drop("period", "error", "scale")
    frame = frame.with_columns(weight=pl.when(pl.col("indicator") == "income").then(pl.lit("2")).otherwise(pl.lit("1")))
    frame = frame.with_row_index().with_columns(value=pl.when(pl.col("index") == 4).then(None).otherwise("value"))
    tables = catalogue.run(BY_NAME["composite"], frame.drop("index"), {"mean": "arithmetic", "draws": 200})
    gaps = tables["places"].filter(pl.col("score").is_null())
    assert gaps.height == 1
    assert gaps["note"].item() == "missing: schooling"
    assert gaps["rank"].item() is None
    assert tables["weights"]["plan"].to_list() == pytest.approx([0.25, 0.25, 0.5])


def test_one_place_has_no_entropy_weights_and_says_why() -> None:
    frame = catalogue.example(BY_NAME["composite"]).head(3)
    weights = catalogue.run(BY_NAME["composite"], frame, {"draws": 100})["weights"]
    assert weights["entropy"].null_count() == 3
    assert "no entropy weights" in weights["note"][0]


def test_files_that_do_not_fit_are_refused() -> None:
    human, poor, even, joint = (catalogue.example(BY_NAME[name]) for name in BY_NAME)
    assert "unknown: other" in refused("human-development", human.with_columns(sex=pl.lit("other")))
    assert "named twice" in refused("human-development", human.drop("sex"))
    assert "two rows" in refused("poverty", pl.concat([poor, poor]))
    assert "missing for household 4, b2" in refused("poverty", poor.head(15))
    assert "several values" in refused("poverty", poor.with_columns(weight=pl.int_range(pl.len()) + 1))
    assert "two values of people" in refused("poverty", poor.with_columns(people=pl.int_range(pl.len()) + 1))
    assert "cutoff" in refused("poverty", poor, cutoff="2")
    assert "no number" in refused("poverty", poor, cutoff="x")
    assert "worst of" in refused("coordination", even.with_columns(worst=pl.int_range(pl.len())))
    assert "scale of" in refused("coordination", even.with_columns(scale=pl.lit("root")))
    assert "columns" in refused("coordination", even.filter(pl.col("domain") == "health"))
    assert "edges" in refused("composite", joint, edges="low")
    assert "edges do not rise" in refused("composite", joint, edges="0.8, 0.5")
    assert "draws" in refused("composite", joint, draws=5)
    assert "seed" in refused("composite", joint, seed=1.5)


def test_a_wide_table_keeps_the_order_of_its_file() -> None:
    frame = catalogue.prepare(BY_NAME["composite"], catalogue.example(BY_NAME["composite"]))
    wide = widen(frame, rows=["place", "period"], names="indicator")
    assert wide.names == ("life_expectancy", "schooling", "income")
    assert wide.labels.row(0) == ("Acre", "2010")
    assert wide.matrix("value").shape == (54, 3)
    assert [post.scale for post in goalposts_of(wide)] == ["linear", "linear", "log"]


def test_every_function_behind_a_method_says_what_it_does_and_raises() -> None:
    for entry in METHODS:
        for function in entry.functions:
            text = " ".join((function.__doc__ or "").split())
            assert "Raises Refused" in text, function.__name__
            assert len(text) > 200


def test_simulated_coverage_and_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick run of what docs/simulations/index.md shows at length."""
    monkeypatch.syspath_prepend(str(SIMULATIONS))
    from simulations import index as simulation

    found = {world.name: simulation.coverage(world, 12) for world in simulation.WORLDS}
    assert all(each["set"] >= 0.97 for each in found.values())
    assert found["places nearly alike, large errors"]["draws"] < 0.92  # why the usual draws are not used
    said, came = simulation.agreements(80)
    assert abs(said - came).mean() < 0.03
    firm = said >= 0.9
    assert came[firm].mean() >= 0.97
    for world in simulation.WORLDS:
        chance, truth = simulation.chances(world, 8)
        assert (chance[truth == 0] >= simulation.SURE).mean() <= 0.1
    assert simulation.run(quick=True).count("\n|") > 20
