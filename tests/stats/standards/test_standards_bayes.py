"""The latent audit agrees with JAGS and finds the double standard that was put in."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.latent import METHODS
from rightsplan.stats.latent import arrange
from rightsplan.stats.standards.bayes import decided, double_standards

ENTRY = next(m for m in METHODS if m.name == "standards-bayes")


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return catalogue.run(ENTRY, catalogue.example(ENTRY), ENTRY.example_options)


def test_worked_figures_of_jags(tables: dict[str, pl.DataFrame]) -> None:
    assert ENTRY.worked
    for known in ENTRY.worked:
        row = tables[known.table].filter(*(pl.col(k) == v for k, v in known.row.items()))
        assert row[known.column].to_list() == [pytest.approx(known.value, abs=known.within)], known


def test_the_harsh_source_is_found(tables: dict[str, pl.DataFrame]) -> None:
    """League was made harsher on the south by 1.2 logits, review is fair."""
    rows = {row["source"]: row for row in tables["shifts"].iter_rows(named=True)}
    assert set(rows) == {"league", "review"}
    assert rows["league"]["low"] < 1.2 < rows["league"]["high"]
    assert rows["review"]["low"] < 0 < rows["review"]["high"]
    assert rows["league"]["harsher"] > 0.9
    for row in rows.values():
        assert row["harsher"] + row["same"] + row["softer"] == pytest.approx(1)


def test_a_finding_needs_ninety_five_in_a_hundred() -> None:
    draws = np.stack([np.linspace(0.5, 2, 100), np.linspace(-0.2, 0.2, 100), np.linspace(-1, 1, 100), -np.ones(100)], 1)
    found = decided(draws[None], 0.4255)
    assert found["finding"] == ["harsher", "same", "unclear", "softer"]
    assert found["harsher"] == pytest.approx([1, 0, (np.linspace(-1, 1, 100) > 0.4255).mean(), 0])


BAD: list[tuple[str, dict[str, Any]]] = [
    ("anchors", {"anchors": []}),
    ("anchors", {"anchors": ["a", "b"]}),
    ("anchors", {"anchors": ["z"]}),
    ("reference", {"reference": "z"}),
    ("rope", {"rope": -1.0}),
    ("draws", {"draws": 0}),
    ("fewer than 4", {"draws": 2}),
]


@pytest.mark.parametrize(("word", "options"), BAD, ids=str)
def test_what_is_not_identified_is_refused(word: str, options: dict[str, Any]) -> None:
    ratings = arrange(unit=["p", "q"] * 2, source=["a", "a", "b", "b"], rating=[0, 1, 0, 1], group=["x", "y"] * 2)
    with pytest.raises(Refused, match=word):
        double_standards(ratings, **{"anchors": ["a"], "reference": "x", **options})


def test_one_group_is_refused() -> None:
    ratings = arrange(unit=["p", "q"] * 2, source=["a", "a", "b", "b"], rating=[0, 1, 0, 1])
    with pytest.raises(Refused, match="one group"):
        double_standards(ratings, anchors=["a"], reference="")
