"""The entries of the catalogue: every worked figure is found, nothing is NaN, bad files are refused."""

import polars as pl
import pytest

from benchmarks.frontier import with_income
from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.frontier import METHODS
from rightsplan.stats.frontier import score

PUBLISHED, BAYES = METHODS


@pytest.mark.parametrize("entry", METHODS, ids=lambda entry: entry.name)
def test_worked_figures(entry) -> None:
    tables = catalogue.run(entry, catalogue.example(entry), entry.example_options)
    assert entry.worked
    for worked in entry.worked:
        rows = tables[worked.table].filter(**worked.row)
        assert rows.height == 1, worked
        assert rows[worked.column][0] == pytest.approx(worked.value, abs=worked.within), worked
    for table in tables.values():
        assert table.height
        assert not any(table[name].is_nan().any() for name in table.columns if table[name].dtype == pl.Float64)


def rows(**change) -> pl.DataFrame:
    columns = {"place": ["A"], "period": ["2010"], "indicator": ["U5Survival"], "value": ["95"], "resource": ["5000"]}
    return pl.DataFrame(columns | change)


def test_what_cannot_be_scored_says_why() -> None:
    table = catalogue.run(PUBLISHED, rows(value=[""]))
    assert set(table) == {"scores"}
    assert table["scores"].select("score", "note").row(0) == (None, "no value")
    compat = rows(indicator=["BasicSanitation"], value=["46"], resource=["770"])
    assert catalogue.run(PUBLISHED, compat)["scores"].select("score", "note").row(0) == (None, "no benchmark")
    assert catalogue.run(PUBLISHED, compat, {"compat": "yes"})["scores"].select("score", "note").row(0) == (100, "")


def test_another_price_level() -> None:
    dear = catalogue.run(PUBLISHED, rows(resource=["5500"]), {"price": 1.1})["scores"]["score"][0]
    assert dear == pytest.approx(score(["U5Survival"], [95], [5000]).score[0])


@pytest.mark.parametrize(
    ("frame", "options", "says"),
    [
        (pl.concat([rows(), rows()]), {}, "two rows"),
        (rows(period=["2010.5"]), {}, "period is no whole number"),
        (rows(indicator=["Joy"]), {}, "Joy"),
        (rows(resource=["5"]), {}, "resource is below"),
        (rows(), {"price": 0}, "price is not above"),
        (rows(), {"carry": -1}, "carry|limit"),
    ],
)
def test_bad_files_are_refused(frame, options, says) -> None:
    with pytest.raises(Refused, match=says):
        catalogue.run(PUBLISHED, frame, options)


def test_few_places_have_no_frontier_of_their_own() -> None:
    with pytest.raises(Refused, match="There are 1 countries"):
        catalogue.run(BAYES, pl.DataFrame({"place": ["A"], "value": ["95"], "resource": ["5000"]}))


def test_the_benchmark_finds_the_income_that_a_published_benchmark_implies() -> None:
    table = pl.DataFrame(
        {
            "country_code": ["A", "A", "B"],
            "year": [2000, 2000, 2000],
            "metric_code": ["AdultSurvival", "WaterInHome", "WaterInHome"],
            "group": ["All"] * 3,
            "value": [80.0, 90.0, 90.0],
            "immediate_duty": [96 - 24 / 20, 100.0, 100.0],
        }
    )
    assert with_income(table)["income"].to_list() == pytest.approx([20_000, 20_000])
