"""The latent model finds what was put in, agrees with JAGS, and says when it must not be believed."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.latent import METHODS
from rightsplan.stats.latent import Diagnostics, Priors, arrange
from rightsplan.stats.latent.density import Spec
from rightsplan.stats.latent.sampling import diagnose, fit, posterior

ENTRY = next(m for m in METHODS if m.name == "latent")


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return catalogue.run(ENTRY, catalogue.example(ENTRY), {"warmup": 400, "draws": 600})


def test_worked_figures_of_jags(tables: dict[str, pl.DataFrame]) -> None:
    for known in ENTRY.worked:
        row = tables[known.table].filter(*(pl.col(k) == v for k, v in known.row.items()))
        assert row[known.column].to_list() == [pytest.approx(known.value, abs=known.within)], known


def test_what_was_put_in_is_found(tables: dict[str, pl.DataFrame]) -> None:
    """The example was drawn with discriminations 1.2, 2.0, 1.5 and these cutpoints."""
    sources = tables["sources"].sort("source")
    assert sources["source"].to_list() == ["embassy", "monitor", "press"]
    for truth, low, high in zip((1.2, 2.0, 1.5), sources["low"], sources["high"], strict=True):
        assert low < truth < high
    truths = {("embassy", 1): -1, ("embassy", 2): 1, ("monitor", 1): -0.5, ("monitor", 2): 1.5}
    for (source, cut), truth in truths.items():
        row = tables["standards"].filter(pl.col("source") == source, pl.col("cut") == cut)
        assert row["low"][0] < truth < row["high"][0]


def test_a_place_at_the_top_has_no_upper_bound(tables: dict[str, pl.DataFrame]) -> None:
    top = tables["units"].filter(pl.col("unit") == "Lumen")
    assert top["high"].null_count() == top.height == 10
    assert set(top["note"]) == {"all ratings are the best: no upper bound"}
    assert tables["units"].filter(pl.col("note") == "")["high"].null_count() == 0


def test_diagnostics_are_reported(tables: dict[str, pl.DataFrame]) -> None:
    row = tables["diagnostics"].row(0, named=True)
    assert row["rhat"] < 1.05
    assert row["ess"] > 50
    assert row["draws"] == 1200


def test_chains_that_disagree_are_not_believed() -> None:
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(2, 200, 3))
    assert diagnose(draws, ["a", "b", "c"], 0).converged
    draws[1, :, 1] += 3
    apart = diagnose(draws, ["a", "b", "c"], 0)
    assert (apart.converged, apart.worst) == (False, "b")
    assert apart.note.startswith("not converged")
    stuck = diagnose(np.zeros((2, 200, 1)), ["a"], 0)
    assert not stuck.converged
    assert not Diagnostics(rhat=1.0, ess=400, worst="a", divergences=50, draws=400).converged


def test_every_parameter_is_diagnosed_by_its_name() -> None:
    """Periods that agree in their first digits are parameters of their own."""
    days = [20250101.0, 20250102.0]
    ratings = arrange(unit=["p", "p", "q", "q"], period=days * 2, source=["a"] * 4, rating=[0, 1, 1, 0])
    rng = np.random.default_rng(3)
    shapes = {"theta": (2, 2), "beta": (1,), "cuts": (1, 1, 1), "sigma": ()}
    draws = {name: rng.normal(size=(2, 200, *shape)) for name, shape in shapes.items()}
    spec = Spec(priors=Priors(), categories=(2,))
    draws["sigma"][1] += 5
    assert posterior(ratings, spec, (draws, 0)).diagnostics.worst == "variance of a step"
    draws["theta"][1, :, 1, 1] += 9
    assert posterior(ratings, spec, (draws, 0)).diagnostics.worst == "theta q 20250102"


BAD: list[tuple[str, dict[str, Any]]] = [
    ("moving", {"moving": ["z"]}),
    ("All sources", {"moving": ["a", "b"]}),
    ("one period", {"moving": ["a"]}),
    ("draws", {"draws": 0}),
    ("fewer than 4", {"draws": 2}),
]


@pytest.mark.parametrize(("word", "options"), BAD, ids=str)
def test_what_is_not_identified_is_refused(word: str, options: dict[str, Any]) -> None:
    ratings = arrange(unit=["p", "q"] * 2, source=["a", "a", "b", "b"], rating=[0, 1, 0, 1])
    with pytest.raises(Refused, match=word):
        fit(ratings, **options)
