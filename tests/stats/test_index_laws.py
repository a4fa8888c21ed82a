"""Our indices keep every law in any world; others break some, in the world that is named; the document says so."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from .index_laws import LAWS, OURS, THEIRS, Index, Law, World, small_worlds, smallest_failure

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "statisticians" / "laws-of-indices.md"
BY_NAME = {law.name: law for law in LAWS}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw three to six places with two to four indicators on ends of any direction."""
    places, number = draw(st.integers(3, 6)), draw(st.integers(2, 4))
    parts = draw(arrays(np.float64, (places, number), elements=st.integers(0, 100).map(lambda x: x / 100)))
    worst = draw(arrays(np.float64, number, elements=st.sampled_from([0.0, 20.0, 100.0])))
    best = draw(arrays(np.float64, number, elements=st.sampled_from([50.0, 80.0, 200.0])))
    weights = draw(arrays(np.float64, number, elements=st.sampled_from([1.0, 2.0, 3.0])))
    return World(worst + parts * (best - worst), worst, best, weights / weights.sum())


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("index", OURS, ids=lambda index: index.name)
@settings(max_examples=30, deadline=None, derandomize=True)
@given(world=worlds())
def test_our_index_keeps_the_law(index: Index, law: Law, world: World) -> None:
    if law.name in index.exempt:
        assert index.exempt[law.name]
        return
    assert law.is_kept(index.judge, world), law.says


# The index, the law, and the first world (three places, two indicators from 0 to 100, equal weights) that breaks it.
FAILURES = [
    ("min-max of the places", "independence", [[25, 25], [25, 25], [25, 25]]),
    ("z-scores of the places", "independence", [[25, 25], [25, 25], [25, 25]]),
    ("entropy weights", "monotone", [[25, 50], [25, 25], [25, 25]]),
    ("entropy weights", "independence", [[25, 25], [25, 25], [25, 25]]),
    ("coordination degree", "monotone", [[25, 25], [25, 25], [25, 25]]),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("index", THEIRS, ids=lambda index: index.name)
def test_an_index_breaks_exactly_the_laws_that_are_named(index: Index, law: Law) -> None:
    named = [cells for name, broken, cells in FAILURES if (name, broken) == (index.name, law.name)]
    found = smallest_failure(law, index)
    assert ([] if found is None else [found.values.tolist()]) == named


BREAKERS = {
    "relabelling": lambda world: np.arange(world.count, dtype=float) + world.values[:, 0],
    "order": lambda world: world.values[:, 0] / world.best[0],
    "unit": lambda world: world.values.sum(axis=1),
    "complement": lambda world: world.values.sum(axis=1),
    "monotone": lambda world: -world.values.sum(axis=1),
    "independence": lambda world: world.values[:, 0] / world.values[:, 0].max(),
    "duplicate": lambda world: world.values[:, 0] / world.count,
}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_law_finds_an_index_that_breaks_it(law: Law) -> None:
    assert not all(law.is_kept(BREAKERS[law.name], world) for world in small_worlds())


def test_the_document_has_the_table_of_the_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for law in LAWS:
        broken = ", ".join(name for name, which, _ in FAILURES if which == law.name) or "none of these"
        exempt = ", ".join(index.name for index in OURS if law.name in index.exempt)
        assert f"| {law.name} | {law.says} | {broken} | {exempt} |\n" in text
