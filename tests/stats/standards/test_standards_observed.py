"""The audit finds a known double standard, clears fair sources, and knows what it cannot say."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.miscmodels.ordinal_model import OrderedModel

from rightsplan.errors import Refused
from rightsplan.stats.standards import ROPE, Comparison, audit, matching_scores, proportional_odds
from rightsplan.stats.standards.observed import ets_class

from .test_standards_tables import BERKELEY


def berkeley() -> dict[str, Any]:
    department, woman, answer = np.indices(BERKELEY.shape).reshape(3, -1)
    return {
        "source": ["admission"] * 24,
        "group": np.where(woman == 0, "women", "men").tolist(),
        "rating": answer,
        "matching": department,
        "count": BERKELEY.ravel(),
    }


def made_up(*, shift: float = 1.0, size: int = 1500, seed: int = 3) -> dict[str, Any]:
    """Two sources judge two groups of different conduct; the second source is harsher on the south by `shift`."""
    rng = np.random.default_rng(seed)
    south = np.arange(size) % 2 == 0
    conduct = np.clip(np.round(rng.normal(2.5 - south, 1.2, size)), 0, 5)
    rows: dict[str, list[Any]] = {"source": [], "group": [], "rating": [], "matching": []}
    for name, harsh in (("fair", 0.0), ("harsh", shift)):
        latent = 1.2 * (conduct - 2) - harsh * south + rng.logistic(size=size)
        rows["source"] += [name] * size
        rows["group"] += np.where(south, "south", "north").tolist()
        rows["rating"] += np.digitize(latent, [-1.0, 1.0]).tolist()
        rows["matching"] += conduct.tolist()
    return rows


def by_name(found: tuple[Comparison, ...]) -> dict[tuple[str, str], Comparison]:
    return {(c.source, c.group): c for c in found}


def test_berkeley_shows_no_double_standard() -> None:
    men, women = audit(**berkeley())
    assert (women.shift, women.delta) == (pytest.approx(np.log(0.9046968283)), pytest.approx(0.23536, abs=1e-4))
    assert (women.ets, women.finding, men.finding) == ("A", "same", "same")
    assert men.shift == pytest.approx(-float(women.shift or 0))
    assert women.p == pytest.approx(0.21692, abs=1e-4)  # without the correction; R's with it is 0.2323
    assert (women.number, women.others) == (1835, 2691)


def test_a_known_double_standard_is_found_and_the_fair_source_cleared() -> None:
    found = by_name(audit(**made_up()))
    harsh, fair = found["harsh", "south"], found["fair", "south"]
    assert (harsh.finding, harsh.ets, found["harsh", "north"].finding) == ("harsher", "C", "softer")
    assert fair.finding in {"same", "unclear"}
    assert (harsh.low or 9) < 1.0 < (harsh.high or 0)
    assert harsh.regression == pytest.approx(1.0, abs=0.25)
    assert (harsh.p_slope or 0) > 0.01


def test_a_shift_that_changes_with_conduct_is_seen_by_the_slope_test() -> None:
    rows = made_up(shift=0.0)
    south = np.array(rows["group"]) == "south"
    rng = np.random.default_rng(4)
    conduct = np.array(rows["matching"])
    latent = np.where(south, 0.2, 1.8) * (conduct - 2) + rng.logistic(size=len(south))
    found = by_name(audit(**{**rows, "rating": np.digitize(latent, [-1, 1])}))
    assert all((c.p_slope or 0) < 1e-6 for c in found.values())


def test_proportional_odds_as_in_statsmodels() -> None:
    rng = np.random.default_rng(9)
    for size in (2, 3, 5):
        x = np.column_stack([rng.normal(40, 7, 400), rng.integers(0, 2, 400)])
        y = np.digitize(-0.1 * (x[:, 0] - 40) - 0.6 * x[:, 1] + rng.logistic(size=400), np.linspace(-1, 1, size - 1))
        oracle = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=False, gtol=1e-8, maxiter=500)
        ours = proportional_odds(y, x)
        assert ours.found
        assert ours.effects == pytest.approx(-oracle.params[:2], abs=1e-4)
        assert ours.log_likelihood == pytest.approx(oracle.llf, abs=1e-6)
        cuts = oracle.model.transform_threshold_params(oracle.params)[1:-1]
        assert ours.cuts == pytest.approx(cuts, abs=1e-3)


def test_weights_are_repetitions() -> None:
    rng = np.random.default_rng(6)
    x, y, w = rng.normal(size=(60, 1)), np.arange(60) % 3, rng.integers(1, 5, 60)
    weighted, repeated = proportional_odds(y, x, weights=w), proportional_odds(np.repeat(y, w), np.repeat(x, w, axis=0))
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, abs=1e-6)
    assert weighted.effects == pytest.approx(repeated.effects, abs=1e-4)


def test_separation_has_no_maximum() -> None:
    assert not proportional_odds([0, 0, 0, 1, 1, 1], [[0], [1], [2], [3], [4], [5]]).found


def test_likelihood_ratio_test_as_in_statsmodels() -> None:
    rows = made_up(size=600)
    mine = np.array(rows["source"]) == "harsh"
    y, m = np.array(rows["rating"])[mine], np.array(rows["matching"])[mine]
    south = (np.array(rows["group"])[mine] == "south").astype(float)
    columns = np.column_stack([m, south])
    fits = [OrderedModel(y, columns[:, :p], distr="logit").fit(method="bfgs", disp=False, gtol=1e-8) for p in (1, 2)]
    from scipy.stats import chi2

    ours = by_name(audit(**rows))["harsh", "south"]
    assert ours.regression == pytest.approx(-fits[1].params[1], abs=1e-3)
    assert ours.p_uniform == pytest.approx(chi2.sf(2 * (fits[1].llf - fits[0].llf), 1), rel=1e-3)


def shown(found: tuple[Comparison, ...]) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {(c.source, c.group): (c.shift, c.p, c.p_holm, c.finding, c.regression) for c in found}


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(120)), st.floats(0.1, 50), st.floats(-40, 40))
def test_laws_of_the_audit(order: list[int], scale: float, offset: float) -> None:
    """Order of rows, unit of the matching score, size of the rating's steps: nothing changes."""
    rows = made_up(size=60, seed=11)
    first = shown(audit(**rows))
    moved = {name: [column[i] for i in order] for name, column in rows.items()}
    moved["matching"] = (np.array(moved["matching"]) * round(scale, 2) + round(offset, 1)).tolist()
    moved["rating"] = (np.array(moved["rating"]) ** 3 + 7).tolist()
    for key, values in shown(audit(**moved)).items():
        assert values[3] == first[key][3]
        assert [values[i] for i in (0, 1, 2)] == pytest.approx([first[key][i] for i in (0, 1, 2)], nan_ok=True)
        assert values[4] == pytest.approx(first[key][4], abs=1e-4)


def test_other_names_give_the_same() -> None:
    rows = made_up(size=300)
    named = {**rows, "group": ["zebra" if g == "north" else "aardvark" for g in rows["group"]]}
    first, second = shown(audit(**rows)), shown(audit(**named))
    assert second["harsh", "zebra"] == pytest.approx(first["harsh", "north"])
    assert second["fair", "aardvark"] == pytest.approx(first["fair", "south"])


def test_three_groups_against_a_reference_or_the_rest() -> None:
    rows = made_up(size=900)
    rows["group"] = [g if i % 3 else "east" for i, g in enumerate(rows["group"])]
    assert len(audit(**rows)) == 6
    named = audit(**rows, reference="north")
    assert {c.group for c in named} == {"east", "south"}
    assert all(c.p_holm is not None and c.p is not None and c.p_holm >= c.p for c in named)


def test_holm_counts_a_mirrored_comparison_once() -> None:
    for c in audit(**berkeley()):
        assert c.p_holm == c.p


def test_many_matching_scores_are_cut_at_quantiles() -> None:
    rows = made_up(size=400)
    rows["matching"] = (np.array(rows["matching"]) + np.random.default_rng(1).random(800) / 10).tolist()
    coarse, fine = by_name(audit(**rows, strata=2)), by_name(audit(**rows, strata=12))
    assert fine["harsh", "south"].shift == pytest.approx(1.0, abs=0.6)
    assert abs(coarse["fair", "south"].shift or 0) > abs(fine["fair", "south"].shift or 0)


@pytest.mark.parametrize(
    ("size", "error", "grade"), [(0.4, 0.01, "A"), (0.8, 0.5, "A"), (0.5, 0.1, "B"), (1, 0.1, "C")]
)
def test_classes_of_ets(size: float, error: float, grade: str) -> None:
    assert ets_class(size, error) == ets_class(-size, error) == grade
    assert pytest.approx(1 / 2.35) == ROPE


def test_what_cannot_be_measured_says_why() -> None:
    rows: dict[str, Any] = {"source": ["a"] * 4 + ["b"] * 4, "group": ["x", "y"] * 4}
    found = audit(**rows, rating=[1, 1, 1, 1, 0, 1, 0, 1], matching=[0, 0, 1, 1] * 2)
    assert {c.finding for c in found} == {"not measurable"}
    assert {c.note for c in found} == {"all ratings are equal", "no stratum compares both sides both ways"}
    apart = audit(source=["a"] * 3, group=["x", "y", "y"], rating=[0, 1, 0], matching=[0, 1, 1])
    assert {c.shift for c in apart} == {None}
    lone = audit(source=["a", "a", "b"], group=["x", "x", "y"], rating=[0, 1, 0], matching=[0, 1, 1])
    assert {c.note for c in lone} == {"one side has no cases"}


BAD: list[tuple[str, dict[str, Any]]] = [
    ("rating", {"rating": [1.0, np.nan, 2.0, 3.0]}),
    ("matching", {"matching": [1.0, np.inf, 2.0, 3.0]}),
    ("count", {"count": [1, -1, 2, 2]}),
    ("count", {"count": [1, 0.5, 2, 2]}),
    ("group", {"group": ["x", "", "y", "y"]}),
    ("one group", {"group": ["x"] * 4}),
    ("group has 2", {"group": ["x", "y"]}),
    ("reference", {"reference": "z"}),
    ("strata", {"strata": 1}),
    ("strata", {"strata": 2.5}),
]


@pytest.mark.parametrize(("word", "change"), BAD, ids=lambda x: str(x)[:24])
def test_bad_columns_are_refused(word: str, change: dict[str, Any]) -> None:
    good = {"source": ["a"] * 4, "group": ["x", "y"] * 2, "rating": [0, 1, 1, 0], "matching": [0, 0, 1, 1]}
    with pytest.raises(Refused, match=word) as raised:
        audit(**{**good, **change})
    assert raised.value.remedy


def test_matching_scores_are_mean_ranks_of_the_anchors() -> None:
    columns = {"unit": ["u", "v", "w", "u", "v"], "source": ["a", "a", "a", "b", "b"], "rating": [1, 2, 2, 5, 9]}
    found = matching_scores(**columns, anchors=["a"])
    assert found == pytest.approx([1 / 6, 2 / 3, 2 / 3, 1 / 6, 2 / 3])
    both = matching_scores(**columns, anchors=["a", "b"])
    assert np.isnan(both).tolist() == [False, False, True, False, False]
    for anchors in ([], ["c"]):
        with pytest.raises(Refused, match="anchors"):
            matching_scores(**columns, anchors=anchors)
