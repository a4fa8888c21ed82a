"""Ratings are arranged as they stand: categories, gaps, ends of the scale; bad ones are refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.latent import Priors, arrange

GOOD: dict[str, Any] = {
    "unit": ["p", "p", "p", "q", "q", "q"],
    "period": [2000, 2001, 2004, 2000, 2001, 2001],
    "source": ["a", "a", "a", "a", "a", "b"],
    "rating": [1.0, 5.0, 3.0, 5.0, 5.0, np.nan],
}
WITH_B = {
    name: [*values, *extra]
    for (name, values), extra in zip(GOOD.items(), (["p", "q"], [2000, 2000], ["b", "b"], [10.0, 20.0]), strict=True)
}


def test_categories_gaps_and_ends() -> None:
    found = arrange(**WITH_B)
    assert (found.sources, found.values) == (("a", "b"), ((1.0, 3.0, 5.0), (10.0, 20.0)))
    assert found.step.tolist() == [[0, 1, 3], [0, 1, 0]]
    assert list(zip(found.unit.tolist(), found.period.tolist(), found.number.tolist(), strict=True)) == [
        ("p", 2000, 2), ("p", 2001, 1), ("p", 2004, 1), ("q", 2000, 2), ("q", 2001, 1),
    ]  # fmt: skip
    assert found.end.tolist() == [0, 0, 0, 1, 1]
    assert found.counts.sum() == 7
    assert found.counts[0, 2, 0].tolist() == [0, 1, 0]


def test_gaps_as_published() -> None:
    assert arrange(**WITH_B, gaps="adjacent").step.tolist() == [[0, 1, 1], [0, 1, 0]]
    restarted = arrange(**WITH_B, gaps="restart")
    assert restarted.step.tolist() == [[0, 1, 0], [0, 0, 0], [0, 1, 0]]
    assert restarted.row.tolist() == [0, 0, 1, 2, 2]


def test_a_reversed_source_is_turned_round() -> None:
    plain, turned = arrange(**WITH_B), arrange(**WITH_B, reversed_sources=["a"])
    assert turned.values[0] == (5.0, 3.0, 1.0)
    assert np.array_equal(turned.counts[:, :, 0], plain.counts[:, :, 0, ::-1])
    assert turned.end.tolist() == [0] * 5


def test_no_period_is_one_period() -> None:
    found = arrange(unit=["p", "q"], source=["a", "a"], rating=[0, 1])
    assert found.step.shape == (2, 1)
    assert found.end.tolist() == [-1, 1]


@settings(max_examples=30)
@given(st.permutations(range(8)), st.floats(0.5, 9))
def test_order_and_size_of_ratings_do_not_matter(order: list[int], scale: float) -> None:
    moved = {name: [values[i] for i in order] for name, values in WITH_B.items()}
    moved["rating"] = [r * scale for r in moved["rating"]]
    first, second = arrange(**WITH_B), arrange(**moved)
    assert np.array_equal(first.counts, second.counts)
    assert first.unit.tolist() == second.unit.tolist()


BAD: list[tuple[str, dict[str, Any]]] = [
    ("rating", {"rating": [1, 2, np.inf, 3, 3, 3, 1, 2]}),
    ("rating", {"rating": [1, 2]}),
    ("period", {"period": [np.nan] * 8}),
    ("unit", {"unit": ["p", ""] * 4}),
    ("same rating", {"rating": [1, 1, 1, 1, 1, 1, 1, 2]}),
    ("gaps", {"gaps": "leap"}),
    ("reversed_sources", {"reversed_sources": ["z"]}),
    ("two groups", {"group": ["x"] * 7 + ["y"]}),
    ("group", {"group": ["x"]}),
]


@pytest.mark.parametrize(("word", "change"), BAD, ids=lambda x: str(x)[:30])
def test_bad_ratings_are_refused(word: str, change: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=word) as raised:
        arrange(**{**WITH_B, **change})
    assert raised.value.remedy


def test_too_much_is_refused() -> None:
    number = 1500
    names = [f"u{i}" for i in range(number)]
    with pytest.raises(Refused, match="too many"):
        arrange(unit=names, source=["a"] * number, rating=np.arange(number) % 2, period=np.arange(number) * 1.5)


@pytest.mark.parametrize("wrong", [{"cut_sd": 0.0}, {"freedom": -1.0}, {"walk": "x"}, {"discrimination": (4.0, 0.0)}])
def test_bad_priors_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        Priors(**wrong)
