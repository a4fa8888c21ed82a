"""The entries of the catalogue: worked figures, tables without NaN, options, bad columns."""

import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.survey import METHODS

ENTRIES = {entry.name: entry for entry in METHODS}
R_SHARE = {"value": 0.195694802009, "error": 0.0374533713577, "low": 0.12860578, "high": 0.28628}


@pytest.mark.parametrize("entry", METHODS, ids=lambda x: x.name)
def test_worked_figures(entry: catalogue.Method) -> None:
    tables = catalogue.run(entry, catalogue.example(entry), entry.example_options)
    assert len(entry.worked) >= 5
    for worked in entry.worked:
        rows = tables[worked.table].filter(*(pl.col(k) == v for k, v in worked.row.items()))
        assert rows[worked.column].to_list() == [pytest.approx(worked.value, abs=worked.within)], worked


@pytest.mark.parametrize("entry", METHODS, ids=lambda x: x.name)
def test_no_table_holds_nan(entry: catalogue.Method) -> None:
    example = catalogue.example(entry)
    sizes = [x for x in ("population",) if x in example.columns]
    for frame in (example, example.drop("group", "stratum", *sizes), example.head(60).drop("stratum")):
        for name, table in catalogue.run(entry, frame).items():
            for column in table.select(pl.col(pl.Float64)).iter_columns():
                assert not column.is_nan().any(), (name, column.name)


def test_total_and_share_are_those_of_r() -> None:
    """R survey 4.1-1: svytotal, and svymean and svyciprop (logit) of more than 60 minutes."""
    entry = ENTRIES["survey"]
    example = catalogue.example(entry)
    total = catalogue.run(entry, example, {"figure": "total"})["estimates"].row(0, named=True)
    assert (total["value"], total["error"]) == pytest.approx((9914347.4, 486482.845738), rel=1e-11)
    assert (total["number"], total["unanswered"]) == (
        len(example) - example["value"].null_count(),
        example["value"].null_count(),
    )
    far = pl.col("value").cast(pl.Float64) > 60
    is_far = example.with_columns(value=far.cast(pl.Int64).cast(pl.String))
    row = catalogue.run(entry, is_far, {"figure": "share"})["estimates"].row(0, named=True)
    for name, value in R_SHARE.items():
        assert row[name] == pytest.approx(value, rel=2e-5), name


def test_a_group_may_be_called_all() -> None:
    entry = ENTRIES["survey"]
    example = catalogue.example(entry)
    named = example.with_columns(group=pl.col("group").replace({"rural": "all"}))
    plain, other = (catalogue.run(entry, frame)["estimates"] for frame in (example, named))
    assert other.filter(group="all").drop("group").equals(plain.filter(pl.col("group") != "urban").drop("group"))


def test_the_design_is_told() -> None:
    entry = ENTRIES["survey"]
    facts = catalogue.run(entry, catalogue.example(entry))["design"].row(0, named=True)
    assert (facts["rows"], facts["strata"], facts["clusters"], facts["freedom"]) == (308, 4, 22, 18)
    assert 1 < facts["weights_effect"] < 2


def test_a_question_by_itself_is_the_index_of_one() -> None:
    entry = ENTRIES["perception"]
    example = catalogue.example(entry)
    options = {"reverse": "fear of speaking"}
    items = catalogue.run(entry, example, options)["items"]
    assert items.height == 9
    only = catalogue.run(entry, example.filter(pl.col("item") == "fear of speaking"), options)["index"]
    for row in only.iter_rows(named=True):
        same = items.filter(pl.col("item") == "fear of speaking", pl.col("group") == row["group"]).row(0, named=True)
        assert {name: same[name] for name in row} == row
        assert row["lowest"] <= row["top"] * 1 <= row["highest"]
        assert row["asked"] > row["answered"]


def test_bad_files_and_options_are_refused() -> None:
    survey, feeling = ENTRIES["survey"], ENTRIES["perception"]
    example, answers = catalogue.example(survey), catalogue.example(feeling)
    one_cluster = pl.when(pl.col("cluster") == "A1").then(pl.lit("alone")).otherwise(pl.col("stratum"))
    for entry, frame, options, message in [
        (survey, example.drop("weight"), {}, "no column weight"),
        (survey, example.with_columns(weight=pl.lit("-1")), {}, "weight is not above 0"),
        (survey, example.drop("population").with_columns(stratum=one_cluster), {}, "stratum alone has one cluster"),
        (survey, example, {"figure": "share"}, "is_so"),
        (survey, example, {"least": 0}, "least"),
        (survey, example, {"level": 1}, "level"),
        (feeling, pl.concat([answers, answers.head(1)]), {}, "answers a question twice"),
        (feeling, answers.with_columns(weight=pl.Series([str(1 + i % 2) for i in range(459)])), {}, "different weight"),
        (feeling, answers, {"reverse": "courts"}, "reverse names no question: courts"),
        (feeling, answers, {"best": 4}, "answers is above 4"),
        (feeling, answers, {"top": 5}, "top"),
    ]:
        with pytest.raises(Refused, match=message):
            catalogue.run(entry, frame, options)
    alone = example.drop("population").with_columns(stratum=one_cluster)
    assert catalogue.run(survey, alone, {"singleton": "centre"})["estimates"]["error"][0] > 0
