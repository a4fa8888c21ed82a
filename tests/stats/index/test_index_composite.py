"""The index on a yardstick: goalposts, weights, means, ranks, classes, and the list of admissible methods."""

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import gmean, hmean, rankdata

from rightsplan.errors import Refused
from rightsplan.stats.index import (
    Goalpost,
    Yardstick,
    aggregate,
    drawn_weights,
    entropy_weights,
    hdi,
    measure,
    normalise,
    recipes,
)
from rightsplan.stats.index.composite import Aggregation, bands, ranks, scores_by
from rightsplan.stats.index.normalise import stretch

MEANS = get_args(Aggregation)
THREE = tuple(Goalpost(name=name, worst=0, best=100) for name in "abc")


def yard(number: int = 3, **more: Any) -> Yardstick:
    return Yardstick(goalposts=tuple(Goalpost(name=f"i{j}", worst=0, best=100) for j in range(number)), **more)


figures = st.lists(st.tuples(*[st.integers(0, 100)] * 3), min_size=2, max_size=8)
weightings = st.tuples(*[st.integers(1, 5)] * 3)
means = st.sampled_from(["arithmetic", "geometric", "harmonic"])


def test_the_human_development_index_is_one_of_these() -> None:
    figures_ = np.array([[78.587, 15.2179, 8.1069, 18_024.89], [83.393, 18.638, 13.062, 69_189.8]])
    known = hdi(
        life_expectancy=figures_[:, 0],
        expected_schooling=figures_[:, 1],
        mean_schooling=figures_[:, 2],
        income=figures_[:, 3],
    )
    posts = (
        Goalpost(name="life", worst=20, best=85),
        Goalpost(name="schooling", worst=0, best=1),
        Goalpost(name="income", worst=100, best=75_000, scale="log"),
    )
    schooling = (np.minimum(figures_[:, 1], 18) / 18 + figures_[:, 2] / 15) / 2
    found = measure(
        np.column_stack([figures_[:, 0], schooling, figures_[:, 3]]),
        yardstick=Yardstick(goalposts=posts, edges=(0.55, 0.7, 0.8)),
    )
    assert found.score == pytest.approx(known.index)
    assert found.score.round(3).tolist() == [0.788, 0.966]  # UNDP, Human Development Report 2023/24, of 2022
    assert found.band.tolist() == [2, 3]
    assert found.rank.tolist() == [2, 1]


@given(figures, weightings)
@settings(max_examples=50, deadline=None)
def test_means_equal_those_of_scipy(rows: list[tuple[int, ...]], weights: tuple[int, ...]) -> None:
    table = np.array(rows) / 100
    assert aggregate(table, weights=weights, aggregation="arithmetic") == pytest.approx(
        np.average(table, axis=1, weights=weights)
    )
    whole = np.clip(table, 0.01, 1)
    assert aggregate(whole, weights=weights, aggregation="geometric") == pytest.approx(
        gmean(whole, axis=1, weights=weights)
    )
    assert aggregate(whole, weights=weights, aggregation="harmonic") == pytest.approx(
        hmean(whole, axis=1, weights=np.broadcast_to(weights, whole.shape))
    )


def test_a_zero_that_counts_makes_the_product_means_zero() -> None:
    for mean in ("geometric", "harmonic"):
        assert aggregate([[0, 1]], weights=[1, 1], aggregation=mean)[0] == 0
        assert aggregate([[0, 0.5]], weights=[0, 1], aggregation=mean)[0] == pytest.approx(0.5)


def test_mazziotta_pareto_by_its_formula() -> None:
    values = np.array([0.2, 0.5, 0.9])
    scaled = 70 + 60 * values
    wanted = (scaled.mean() - scaled.var() / scaled.mean() - 70) / 60
    assert aggregate([values], weights=[1, 1, 1], aggregation="mazziotta-pareto")[0] == pytest.approx(wanted)
    assert aggregate([[0.4] * 3], weights=[1, 2, 3], aggregation="mazziotta-pareto")[0] == pytest.approx(0.4)


def test_mazziotta_pareto_may_punish_progress_and_so_is_not_admissible_by_default() -> None:
    before, after = [0, 0, 0, 0, 0.9], [0, 0, 0, 0, 1.0]
    scores = aggregate([before, after], weights=[1] * 5, aggregation="mazziotta-pareto")
    assert scores[1] < scores[0]
    assert "mazziotta-pareto" not in {recipe.aggregation for recipe in recipes(yard(5))}
    extra = recipes(yard(5), extra=[("goalposts", "mazziotta-pareto")])
    assert "mazziotta-pareto" in {recipe.aggregation for recipe in extra}


# Laws


@given(figures, weightings, means)
@settings(max_examples=50, deadline=None)
def test_complement(rows: list[tuple[int, ...]], weights: tuple[int, ...], mean: Any) -> None:
    """40 % who lack it and 60 % who have it are the same place."""
    table = np.array(rows, dtype=float)
    one = measure(table, yardstick=Yardstick(goalposts=THREE, weights=weights, aggregation=mean))
    turned = (replace(THREE[0], worst=100, best=0), *THREE[1:])
    other = np.column_stack([100 - table[:, 0], table[:, 1:]])
    two = measure(other, yardstick=Yardstick(goalposts=turned, weights=weights, aggregation=mean))
    assert one.score == pytest.approx(two.score)
    assert one.rank.tolist() == two.rank.tolist()


@given(figures, st.sampled_from([0.001, 0.3, 12, 1000]), means)
@settings(max_examples=50, deadline=None)
def test_another_unit(rows: list[tuple[int, ...]], unit: float, mean: Any) -> None:
    table = np.array(rows, dtype=float) + 1
    for scale in ("linear", "log"):
        posts = (Goalpost(name="a", worst=1, best=101, scale=scale), *THREE[1:])  # type: ignore[arg-type]
        scaled = (Goalpost(name="a", worst=unit, best=101 * unit, scale=scale), *THREE[1:])  # type: ignore[arg-type]
        one = measure(table, yardstick=Yardstick(goalposts=posts, aggregation=mean))
        two = measure(table * [unit, 1, 1], yardstick=Yardstick(goalposts=scaled, aggregation=mean))
        assert one.score == pytest.approx(two.score, abs=1e-9)


@given(figures, weightings, means, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_of_indicators_and_names_of_places(
    rows: list[tuple[int, ...]], weights: tuple[int, ...], mean: Any, random: Any
) -> None:
    across, order = [0, 1, 2], list(range(len(rows)))
    random.shuffle(across)
    random.shuffle(order)
    table = np.array(rows, dtype=float)
    one = measure(table, yardstick=Yardstick(goalposts=THREE, weights=weights, aggregation=mean))
    moved = Yardstick(
        goalposts=tuple(THREE[j] for j in across), weights=tuple(weights[j] for j in across), aggregation=mean
    )
    two = measure(table[order][:, across], yardstick=moved)
    assert one.score[order] == pytest.approx(two.score)
    assert one.rank[order].tolist() == two.rank.tolist()


@given(figures, weightings, st.integers(0, 2), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_every_admissible_method_is_monotone(
    rows: list[tuple[int, ...]], weights: tuple[int, ...], which: int, more: int
) -> None:
    """A place that gets better in one thing is never ranked lower by any admissible method."""
    table = np.array(rows, dtype=float)
    better = table.copy()
    better[0, which] = min(100, better[0, which] + more)
    yardstick = Yardstick(goalposts=THREE, weights=weights)
    chosen = recipes(yardstick)
    before, after = (ranks(scores_by(normalise(x, goalposts=THREE), chosen))[:, 0] for x in (table, better))
    assert (after <= before).all()


@given(figures, weightings)
@settings(max_examples=40, deadline=None)
def test_a_place_that_is_nowhere_worse_never_ranks_lower(rows: list[tuple[int, ...]], weights: tuple[int, ...]) -> None:
    table = np.array(rows, dtype=float)
    table[1] = np.minimum(table[0] + 5, 100)
    scores = scores_by(normalise(table, goalposts=THREE), recipes(Yardstick(goalposts=THREE, weights=weights)))
    assert (scores[:, 1] >= scores[:, 0] - 1e-12).all()


@given(figures)
@settings(max_examples=30, deadline=None)
def test_goalposts_ignore_other_places_and_min_max_does_not(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows, dtype=float)
    alone = measure(table[:1], yardstick=yard()).score
    assert measure(table, yardstick=yard()).score[:1] == pytest.approx(alone)
    assume(table[:, 0].max() > table[:, 0].min() + 1)
    spread = stretch(table / 100, normalisation="min-max")
    assert spread[:, 0].min() == 0
    assert spread[:, 0].max() == 1


def test_z_and_min_max_against_numpy_and_a_column_without_differences() -> None:
    table = np.array([[0.1, 0.5], [0.4, 0.5], [0.9, 0.5]])
    found = stretch(table, normalisation="z")
    assert found[:, 0] == pytest.approx((table[:, 0] - table[:, 0].mean()) / table[:, 0].std())
    assert found[:, 1].tolist() == [0, 0, 0]
    assert stretch(table, normalisation="min-max")[:, 1].tolist() == [0.5, 0.5, 0.5]


def test_values_beyond_goalposts_and_zero_on_the_logarithm() -> None:
    posts = (Goalpost(name="deaths", worst=1_000, best=10, scale="log"),)
    found = normalise([[0], [10], [100], [1_000], [5_000], [None]], goalposts=posts)[:, 0]
    assert found[:5] == pytest.approx([1, 1, 0.5, 0, 0])
    assert np.isnan(found[5])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_ranks_equal_those_of_scipy(values: list[int]) -> None:
    scores = np.array(values) / 7
    assert ranks(scores[None])[0].tolist() == rankdata(-scores, method="min").tolist()


def test_ranks_within_groups_and_rows_with_gaps() -> None:
    table = [[10, 10, 10], [20, 20, 20], [None, 50, 50], [30, 30, 30]]
    found = measure(table, yardstick=yard(edges=(0.2,)), groups=["2010", "2010", "2010", "2020"])
    assert found.rank.tolist() == [2, 1, 0, 1]
    assert found.band.tolist() == [0, 1, -1, 1]
    assert found.notes == ("", "", "missing: i0", "")
    assert np.isnan(found.score[2])


def test_an_edge_belongs_to_the_class_above() -> None:
    assert bands(np.array([0.7, 0.7 - 1e-15, 0.69]), (0.7,)).tolist() == [1, 1, 0]


def test_the_list_of_methods_is_the_one_written_down() -> None:
    found = recipes(yard(3))
    assert len(found) == 5 * 7  # five pairs; the plan's weights are equal, one of three doubled or halved
    assert found[0].name == "goalposts, geometric, plan's weights"
    assert len({recipe.name for recipe in found}) == len(found)
    assert all(sum(recipe.weights) == pytest.approx(1) for recipe in found)
    weighted = recipes(yard(3, weights=(2, 1, 1)))
    assert [r.weighting for r in weighted[:9]] == [
        "plan's weights",
        "equal weights",
        "twice i0",
        "twice i1",
        "twice i2",
        "half i1",
        "half i2",
        "plan's weights",
        "equal weights",
    ]  # half of the first one is the equal weighting, and counts once
    assert recipes(yard(3, aggregation="harmonic"))[0].aggregation == "harmonic"
    assert recipes(yard(1))[-1].weights == (1,)


def test_an_indicator_without_weight_keeps_none() -> None:
    assert all(recipe.weights[2] == 0 for recipe in recipes(yard(3, weights=(1, 1, 0))))


# Weights


def test_entropy_by_its_formula() -> None:
    table = np.array([[1, 5, 3.0], [2, 5, 0], [3, 5, 1]])
    part = table / table.sum(axis=0)
    terms = np.where(part > 0, part * np.log(np.where(part > 0, part, 1)), 0)
    spare = 1 + terms.sum(axis=0) / np.log(3)
    found = entropy_weights(table)
    assert found == pytest.approx(spare / spare.sum())
    assert found[1] == 0


def test_entropy_weights_move_with_the_data_and_the_plan_does_not() -> None:
    table = np.array([[10, 50.0], [20, 60], [30, 70]])
    changed = table.copy()
    changed[2, 1] = 100
    assert np.abs(entropy_weights(table) - entropy_weights(changed)).max() > 0.05
    one, two = (measure(x, yardstick=yard(2)).score for x in (table, changed))
    assert one[:2].tolist() == two[:2].tolist()


def test_drawn_weights_lie_around_the_plan() -> None:
    plan = np.array([0.5, 0.3, 0.2, 0])
    found = drawn_weights(plan, draws=20_000, rng=np.random.default_rng(5))
    assert found.sum(axis=1) == pytest.approx(1)
    assert found.mean(axis=0) == pytest.approx(plan, abs=0.005)
    assert (found[:, 3] == 0).all()
    assert found[:, :3].std(axis=0) == pytest.approx(np.sqrt(plan[:3] * (1 - plan[:3]) / 31), rel=0.03)
    sharper = drawn_weights(plan, draws=2_000, rng=np.random.default_rng(5), sharpness=1_000)
    assert sharper.std(axis=0).max() < 0.02


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Goalpost(name="a", worst=1, best=1), "both 1"),
        (lambda: Goalpost(name="", worst=0, best=1), "name is empty"),
        (lambda: Goalpost(name="a", worst=0, best=1, scale="log"), "a: worst is not above 0"),
        (lambda: Goalpost(name="a", worst=0, best=float("inf")), "a: best"),
        (lambda: Goalpost(name="a", worst=0, best=1, scale="root"), "scale"),  # type: ignore[arg-type]
        (lambda: Yardstick(goalposts=()), "empty"),
        (lambda: Yardstick(goalposts=(THREE[0], THREE[0])), "twice"),
        (lambda: yard(weights=(1, 2)), "weights has 2 values"),
        (lambda: yard(weights=(1, -2, 1)), "weights is below 0"),
        (lambda: yard(weights=(0, 0, 0)), "all 0"),
        (lambda: yard(aggregation="median"), "aggregation"),
        (lambda: yard(edges=(0.7, 0.5)), "edges do not rise"),
        (lambda: yard(edges=(1,)), "edges is not below 1"),
        (lambda: measure([[1, 2]], yardstick=yard()), "shape"),
        (lambda: measure(np.empty((0, 3)), yardstick=yard()), "no rows"),
        (lambda: measure([[1, 2, 3]], yardstick=yard(), groups=[]), "groups has 0 values"),
        (lambda: normalise([[1]], goalposts=[]), "goalposts is empty"),
        (lambda: normalise([["x"]], goalposts=THREE[:1]), "not made of numbers"),
        (lambda: stretch(np.ones((2, 2)), normalisation="rank"), "normalisation"),  # type: ignore[arg-type]
        (lambda: aggregate([[2, 1]], weights=[1, 1], aggregation="geometric"), "above 1"),
        (lambda: aggregate([[0.2, 1]], weights=[1], aggregation="geometric"), "weights has 1 values"),
        (lambda: aggregate([[0.2, 1]], weights=[1, 1], aggregation="sum"), "aggregation"),  # type: ignore[arg-type]
        (lambda: recipes(yard(), extra=[("z", "geometric")]), "no true zero"),
        (lambda: entropy_weights([[1, 2]]), "1 rows"),
        (lambda: entropy_weights([[1, 0], [2, 0]]), "only zeros in column 2"),
        (lambda: entropy_weights([[1, 2], [1, 2]]), "constant"),
        (lambda: entropy_weights([[1, -2], [1, 2]]), "below 0"),
        (lambda: drawn_weights([1, 1], draws=0, rng=np.random.default_rng(1)), "draws"),
        (lambda: drawn_weights([1, 1], draws=5, rng=np.random.default_rng(1), sharpness=0), "sharpness"),
        (lambda: drawn_weights([], draws=5, rng=np.random.default_rng(1)), "all 0"),
    ],
)
def test_bad_input_is_refused(call: Any, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        call()
    assert refusal.value.remedy


@pytest.mark.parametrize("mean", MEANS)
def test_a_weighted_mean_lies_between_the_ends_of_its_scale(mean: Any) -> None:
    table = np.random.default_rng(3).random((200, 4))
    found = aggregate(table, weights=[1, 2, 3, 4], aggregation=mean)
    assert (found >= 0).all()
    assert (found <= table.max(axis=1) + 1e-12).all()
