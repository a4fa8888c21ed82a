"""The audit on a file: the worked figures, and what the file may leave out."""

import numpy as np
import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.latent import METHODS

ENTRY = next(m for m in METHODS if m.name == "standards")


def test_worked_figures() -> None:
    tables = catalogue.run(ENTRY, catalogue.example(ENTRY), ENTRY.example_options)
    for known in ENTRY.worked:
        row = tables[known.table].filter(*(pl.col(k) == v for k, v in known.row.items()))
        assert row[known.column].to_list() == [pytest.approx(known.value, abs=known.within)], known
    findings = dict(tables["comparisons"].filter(pl.col("group") == "south").select("source", "finding").iter_rows())
    assert (findings["ministry"], findings["tribunal"]) == ("harsher", "harsher")
    assert {findings["council"], findings["observers"]} <= {"same", "unclear"}


def test_anchors_give_the_matching_score() -> None:
    frame = catalogue.example(next(m for m in METHODS if m.name == "standards-bayes"))
    table = catalogue.run(ENTRY, frame, {"anchors": "census,visits"})["comparisons"]
    assert set(table["source"]) == {"league", "review"}
    found = dict(table.filter(pl.col("group") == "south").select("source", "shift").iter_rows())
    assert found["league"] > found["review"]


def test_rows_without_a_score_are_counted() -> None:
    frame = catalogue.example(ENTRY).with_columns(
        matching=pl.when(pl.int_range(pl.len()) < 3).then(None).otherwise(pl.col("matching"))
    )
    assert catalogue.run(ENTRY, frame)["left_out"]["rows"].to_list() == [3]


def test_nothing_is_nan() -> None:
    frame = catalogue.example(ENTRY).with_columns(rating=pl.lit("1"))
    table = catalogue.run(ENTRY, frame)["comparisons"]
    assert set(table["finding"]) == {"not measurable"}
    assert not any(np.isnan(table[c].fill_null(0).to_numpy()).any() for c in table.columns if table[c].dtype.is_float())


@pytest.mark.parametrize("options", [{"reference": "moon"}, {"strata": 1}, {"anchors": "council"}])
def test_bad_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(Refused):
        catalogue.run(ENTRY, catalogue.example(ENTRY), options)


def test_without_score_and_anchors_it_is_refused() -> None:
    with pytest.raises(Refused, match="matching"):
        catalogue.run(ENTRY, catalogue.example(ENTRY).drop("matching"))
