"""Coordination: published rows, laws, zeros and gaps, who lags by name, and the reference goalposts."""

from importlib.resources import files
from itertools import combinations
from math import prod, sqrt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.index import DOMAINS, balance, coordinate
from rightsplan.stats.index.domains import REGIONS, WORLD, Joined, joined_by

# Values, weights, form, and C, T, D as printed in the documentation of the R package mathmodels.
ROWS = [
    ((0.0162, 0.2720, 0.2655), (1, 1, 1), "standard", (0.571, 0.185, 0.325)),
    ((0.0162, 0.2720, 0.2655), (0.4, 0.3, 0.3), "corrected", (0.447, 0.168, 0.274)),
    ((0.9875, 0.5573, 0.8984), (1, 1, 1), "standard", (0.971, 0.814, 0.889)),
    ((0.9875, 0.5573, 0.8984), (0.4, 0.3, 0.3), "corrected", (0.715, 0.832, 0.771)),
]


@pytest.mark.parametrize(("values", "weights", "form", "printed"), ROWS)
def test_printed_rows(
    values: tuple[float, ...], weights: tuple[float, ...], form: Any, printed: tuple[float, ...]
) -> None:
    found = coordinate([values], weights=weights, form=form)
    assert (found.coupling[0], found.level[0], found.degree[0]) == pytest.approx(printed, abs=0.00051)


def by_hand(values: tuple[float, ...], form: str) -> float:
    number = len(values)
    if form == "standard":
        return float(number * prod(values) ** (1 / number) / sum(values))
    apart = [abs(a - b) for a, b in combinations(values, 2)]
    return sqrt((1 - sum(apart) / len(apart)) * prod(v / max(values) for v in values) ** (1 / (number - 1)))


inside = st.floats(0.001, 1)
several = st.integers(2, 6).flatmap(lambda number: st.tuples(*[inside] * number))
forms = st.sampled_from(["corrected", "standard"])


@given(several, forms)
@settings(max_examples=80, deadline=None)
def test_the_formulas_as_written(values: tuple[float, ...], form: Any) -> None:
    found = coordinate([values], form=form)
    assert found.coupling[0] == pytest.approx(by_hand(values, form), abs=1e-9)
    assert found.degree[0] == pytest.approx(sqrt(found.coupling[0] * found.level[0]))
    assert 0 <= found.coupling[0] <= 1


@given(several, forms, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_systems_does_not_matter(values: tuple[float, ...], form: Any, random: Any) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    weights = [j + 1.0 for j in range(len(values))]
    one = coordinate([values], weights=weights, form=form)
    two = coordinate([[values[j] for j in order]], weights=[weights[j] for j in order], form=form)
    for name in ("coupling", "level", "degree"):
        assert getattr(one, name)[0] == pytest.approx(getattr(two, name)[0])


@given(st.lists(st.tuples(inside, inside, inside), min_size=2, max_size=6), forms)
@settings(max_examples=40, deadline=None)
def test_a_place_does_not_depend_on_the_others(places: list[tuple[float, ...]], form: Any) -> None:
    together = coordinate(places, form=form).degree
    alone = [coordinate([place], form=form).degree[0] for place in places]
    assert together == pytest.approx(alone)
    assert coordinate(places[::-1], form=form).degree == pytest.approx(together[::-1])


@given(several, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_lifting_the_lowest_to_the_next_raises_all_three(values: tuple[float, ...], seed: int) -> None:
    low = int(np.argmin(values))
    rest = min(v for j, v in enumerate(values) if j != low)
    lifted = [rest if j == low else v for j, v in enumerate(values)]
    for form in ("corrected", "standard"):
        before, after = coordinate([values], form=form), coordinate([lifted], form=form)
        assert after.coupling[0] >= before.coupling[0] - 1e-12
        assert after.level[0] >= before.level[0] - 1e-12
        assert after.degree[0] >= before.degree[0] - 1e-12


@given(inside, st.integers(2, 6), forms)
@settings(max_examples=30, deadline=None)
def test_alike_is_coupled_however_bad(value: float, number: int, form: Any) -> None:
    found = coordinate([[value] * number], form=form)
    assert found.coupling[0] == pytest.approx(1)
    assert found.degree[0] == pytest.approx(sqrt(value))


@pytest.mark.parametrize("form", ["corrected", "standard"])
def test_zeros(form: Any) -> None:
    found = coordinate([[0, 0, 0], [0, 0.5, 1], [1, 1, 1]], form=form)
    assert np.isnan(found.coupling[0])
    assert found.coupling[1:].tolist() == [0, 1]
    assert found.degree.tolist() == [0, 0, 1]
    assert found.level.tolist() == pytest.approx([0, 0.5, 1])
    assert found.notes == ("coupling is undefined: every value is 0", "", "")


def test_tiny_values_do_not_vanish() -> None:
    assert coordinate([[1e-200] * 4], form="standard").coupling[0] == pytest.approx(1)
    assert coordinate([[5e-324, 5e-324]]).coupling[0] == pytest.approx(1)


def test_the_corrected_form_tells_apart_what_the_standard_one_crowds() -> None:
    pair = [[0.5, 0.8], [0.8, 0.8]]
    standard, corrected = (coordinate(pair, form=form).coupling for form in ("standard", "corrected"))
    assert standard[1] - standard[0] < 0.03
    assert corrected[1] - corrected[0] > 0.3


def test_who_lags_by_name() -> None:
    found = balance(
        [[0.2, 0.9, 0.5], [0.4, 0.4, 0.4], [0.3, 0.3, 0.6], [0.5, None, 0.5]], names=["material", "social", "cultural"]
    )
    assert found.lagging == (("material",), (), ("material", "social"), ())
    assert found.leading == (("social",), (), ("cultural",), ())
    assert found.spread[:3].tolist() == pytest.approx([0.7, 0, 0.3])
    assert found.deviation[0] == pytest.approx(np.std([0.2, 0.9, 0.5]))
    assert np.isnan(found.spread[3])
    assert np.isnan(found.coordination.degree[3])
    assert found.coordination.notes == ("", "", "", "not measurable: no value for social")
    assert found.absent == ("political", "ecological")
    assert len(DOMAINS) == 5


def test_reference_goalposts_keep_their_promise() -> None:
    """Every indicator is a bundled one, its best end lies on the better side, and most values lie between the ends."""
    for folder, table in (("world", WORLD), ("subnational", REGIONS)):
        text = (files("rightsplan.demo") / "data" / folder / "indicators.csv").read_bytes()
        better = dict(pl.read_csv(text, infer_schema=False).select("code", "better").rows())
        for each in table:
            post = each.goalpost
            assert better[post.name] == ("higher" if post.best > post.worst else "lower"), post.name
            assert each.domain in DOMAINS
    assert "ecological" not in {each.domain for each in WORLD}


def test_domains_of_provinces_are_the_parts_of_human_development() -> None:
    text = (files("rightsplan.demo") / "data" / "subnational" / "china_provinces.csv.gz").read_bytes()
    rows = pl.read_csv(text).filter((pl.col("sex") == "_T") & (pl.col("period") == 2019))
    wide = rows.pivot(on="indicator", index="place", values="value")
    found = joined_by(
        wide.select(each.goalpost.name for each in REGIONS).to_numpy(),
        goalposts=[each.goalpost for each in REGIONS],
        names=[each.domain for each in REGIONS],
    )
    assert found.names == ("material", "cultural", "social")
    assert found.values.prod(axis=1) ** (1 / 3) == pytest.approx(wide["hdi"].to_numpy(), abs=0.00051)


def test_a_domain_with_a_gap_has_no_value() -> None:
    found = joined_by(
        [[10_000, None, 8, 70]], goalposts=[each.goalpost for each in REGIONS], names=[each.domain for each in REGIONS]
    )
    assert isinstance(found, Joined)
    assert np.isnan(found.values[0]).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: coordinate([[0.5]]), "values has 1 columns"),
        (lambda: coordinate([[0.5, 1.2]]), "above 1"),
        (lambda: coordinate([[-0.5, 0.2]]), "below 0"),
        (lambda: coordinate([0.5, 0.2]), "shape"),
        (lambda: coordinate([[0.5, float("inf")]]), "infinite"),
        (lambda: coordinate([[0.5, 0.2]], weights=[1]), "weights has 1 values"),
        (lambda: coordinate([[0.5, 0.2]], weights=[-1, 2]), "weights is below 0"),
        (lambda: coordinate([[0.5, 0.2]], weights=[0, 0]), "all 0"),
        (lambda: coordinate([[0.5, 0.2]], form="other"), "form"),  # type: ignore[arg-type]
        (lambda: balance([[0.5, 0.2]], names=["a", "a"]), "twice"),
        (lambda: balance([[0.5, 0.2]], names=["a", ""]), "names is empty"),
        (lambda: balance([[0.5, 0.2]], names=["a", "b", "c"]), "shape"),
        (lambda: joined_by([[1]], goalposts=[REGIONS[0].goalpost], names=[]), "names has 0 values"),
    ],
)
def test_bad_input_is_refused(call: Any, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        call()
    assert refusal.value.remedy
