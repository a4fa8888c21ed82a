"""Suppression is never unsafe, and as cheap as the cheapest of all patterns."""

from importlib import import_module
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.disclosure import (
    TOTAL,
    Cell,
    Pattern,
    Prior,
    Table,
    attack,
    audit,
    refuse_unsafe,
    suppress,
    table,
    with_totals,
)
from rightsplan.stats.disclosure.master import is_network
from rightsplan.stats.disclosure.suppress import SMALL
from rightsplan.stats.disclosure.table import link

from .tables import brute_intervals, codes_of, published, summed

Promised = dict[Cell, tuple[float, float]]


def small_counts(full: np.ndarray, threshold: int) -> Promised:
    """Promise, for each small count, that 0 and the threshold stay possible."""
    cells = published(full, np.zeros(full.shape, dtype=bool)).cells
    return {c: (0.0, float(threshold)) for c, v in zip(cells, full.ravel(), strict=True) if 0 < v < threshold}


def complete(full: np.ndarray) -> Table:
    return published(full, np.zeros(full.shape, dtype=bool))


def is_safe(full: np.ndarray, mask: np.ndarray, promised: Promised) -> bool:
    """Say so by trying every table."""
    low, high = brute_intervals(full, mask)
    at = {cell: i for i, cell in enumerate(complete(full).cells)}
    return all(low.ravel()[at[c]] <= a and high.ravel()[at[c]] >= b for c, (a, b) in promised.items())


def brute_cost(full: np.ndarray, promised: Promised, candidates: list[int]) -> float | None:
    """Return the least cost over all patterns of the candidate cells."""
    cells = complete(full).cells
    primary = [i for i, c in enumerate(cells) if c in promised]
    weight = np.maximum(full.ravel(), 1.0)
    others = [i for i in candidates if i not in primary]
    best = None
    for chosen in chain.from_iterable(combinations(others, k) for k in range(len(others) + 1)):
        cost = float(weight[list(chosen)].sum())
        if best is not None and cost >= best:
            continue
        mask = np.zeros(full.size, dtype=bool)
        mask[[*primary, *chosen]] = True
        if is_safe(full, mask.reshape(full.shape), promised):
            best = cost
    return best


def test_the_table_of_fischetti_and_salazar() -> None:
    """(2001, figure 1) with II-C = 22 to stay uncertain by a fifth: 8 + 17 + 12 = 37 is the cheapest rectangle."""
    full = np.array([[20, 50, 10, 80], [8, 19, 22, 49], [17, 32, 12, 61], [45, 101, 44, 190]], dtype=float)
    target = complete(full).cells[6]
    found = suppress([complete(full)], {target: (17.6, 26.4)})
    assert found.cost == 37
    assert found.is_optimal
    assert found.gap == 0
    assert np.flatnonzero(found.hidden).tolist() == [4, 6, 8, 10]


@st.composite
def small(draw: st.DrawFn) -> np.ndarray:
    """Return a 2 x 3 table with totals."""
    return summed(np.array(draw(st.lists(st.integers(0, 4), min_size=6, max_size=6)), dtype=float).reshape(2, 3))


@settings(max_examples=12, deadline=None)
@given(inner=st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_the_optimum_is_the_cheapest_of_all_patterns(inner: list[int]) -> None:
    """2 x 2 with the grand total always shown: its weight keeps it out of every pattern."""
    full = summed(np.array(inner, dtype=float).reshape(2, 2))
    promised = small_counts(full, 2)
    total = complete(full).cells[-1]
    if not promised or total in promised:
        return
    cheapest = brute_cost(full, promised, list(range(8)))
    weights = {total: 1e6}
    if cheapest is None:
        return
    found = suppress([complete(full)], promised, weights=weights)
    assert found.cost == pytest.approx(cheapest)
    assert found.is_optimal


@settings(max_examples=25, deadline=None)
@given(full=small(), threshold=st.integers(2, 4))
def test_never_unsafe(full: np.ndarray, threshold: int) -> None:
    promised = small_counts(full, threshold)
    found = suppress([complete(full)], promised)
    mask = found.hidden.reshape(full.shape)
    again = attack([published(full, mask)])
    at = {cell: i for i, cell in enumerate(again.cells)}
    for cell, (low, high) in promised.items():
        assert mask.ravel()[at[cell]]
        assert again.low[at[cell]] <= low
        assert again.high[at[cell]] >= high
    assert found.bound <= found.cost + 1e-6
    assert audit([published(full, mask)], promised).is_safe


@settings(max_examples=10, deadline=None)
@given(full=small(), data=st.data())
def test_other_names_and_another_order_cost_the_same(full: np.ndarray, data: st.DataObject) -> None:
    promised = small_counts(full, 3)
    plain = suppress([complete(full)], promised)
    order = data.draw(st.permutations(range(full.size)))
    rows = codes_of(full.shape)
    every = {code for row in rows for code in row}
    rename = {code: code if code == TOTAL else f"z{code[0]}{9 - int(code[1:])}" for code in every}
    turned = table(["x", "y"], [tuple(rename[c] for c in rows[i]) for i in order], full.ravel()[order])
    renamed = {Cell(c.population, tuple((d, rename[v]) for d, v in c.at)): ends for c, ends in promised.items()}
    other = suppress([turned], renamed)
    assert plain.is_optimal
    assert other.is_optimal
    assert other.cost == pytest.approx(plain.cost)


def three_way(seed: int, shape: tuple[int, ...], mean: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return summed(rng.poisson(mean * rng.gamma(1.0, 1.0, shape)).astype(float))


def check(full: np.ndarray, found: Pattern, promised: Promised) -> None:
    mask = found.hidden.reshape(full.shape)
    assert audit([published(full, mask)], promised).is_safe
    assert found.bound <= found.cost + 1e-6


def test_a_three_way_table_is_solved_to_the_optimum() -> None:
    full = three_way(3, (5, 4, 3), 20.0)
    promised = small_counts(full, 3)
    found = suppress([complete(full)], promised)
    check(full, found, promised)
    assert found.is_optimal
    assert found.primary.sum() == len(promised) > 2


def test_the_exact_model_and_the_cutting_planes_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    full = three_way(4, (6, 5), 10.0)
    promised = small_counts(full, 5)
    made = complete(full)
    system = link([made])
    assert is_network(system.matrix)
    assert len(promised) * 2 * full.size <= SMALL
    exact = suppress([made], promised)
    monkeypatch.setattr(import_module("rightsplan.stats.disclosure.suppress"), "SMALL", 0)
    cutting = suppress([made], promised)
    assert exact.is_optimal
    assert cutting.is_optimal
    assert exact.cost == pytest.approx(cutting.cost)


def test_a_three_way_table_is_no_network() -> None:
    assert not is_network(link([complete(three_way(1, (2, 2, 2), 5.0))]).matrix)


def test_without_time_the_pattern_is_safe_and_its_gap_stated() -> None:
    full = three_way(7, (8, 6, 4), 20.0)
    promised = small_counts(full, 5)
    found = suppress([complete(full)], promised, time_limit=0.01)
    check(full, found, promised)
    assert not found.is_optimal
    assert 0 < found.gap <= 1
    patient = suppress([complete(full)], promised, time_limit=4.0)
    check(full, patient, promised)
    assert found.bound - 1e-6 <= patient.cost <= found.cost


def test_linked_tables_are_protected_together() -> None:
    by_sex = with_totals(table(["district", "sex"], [(d, s) for d in "123" for s in "fm"], [1, 9, 8, 7, 6, 9]))
    ages = [(d, a) for d in "123" for a in ("old", "young")]
    by_age = with_totals(table(["district", "age"], ages, [4, 6, 7, 8, 9, 6]))
    target = Cell("table", (("district", "1"), ("sex", "f")))
    promised = {target: (0.0, 3.0)}
    found = suppress([by_sex, by_age], promised)
    hidden = {c for c, h in zip(found.cells, found.hidden, strict=True) if h}
    shown = [
        table(t.dimensions, t.codes, [np.nan if c in hidden else v for c, v in zip(t.cells, t.values, strict=True)])
        for t in (by_sex, by_age)
    ]
    assert audit(shown, promised).is_safe
    assert found.is_optimal


def test_nothing_to_protect_hides_nothing() -> None:
    found = suppress([complete(three_way(1, (3, 3), 50.0))], {})
    assert not found.hidden.any()
    assert found.is_optimal
    assert found.cost == 0


def test_an_audit_names_what_is_narrower_than_promised() -> None:
    full = summed(np.array([[3, 9], [8, 7]], dtype=float))
    mask = np.zeros((3, 3), dtype=bool)
    mask[0, 0] = mask[0, 1] = True
    target = complete(full).cells[0]
    found = audit([published(full, mask)], {target: (0.0, 5.0)})
    assert not found.is_safe
    breach = found.breaches[0]
    assert (breach.cell, breach.low, breach.high, breach.is_proven) == (target, 3, 3, True)
    with pytest.raises(Refused, match="narrower than promised"):
        refuse_unsafe(found)
    mask[1, 0] = mask[1, 1] = True
    wide = audit([published(full, mask)], {target: (0.0, 5.0)})
    assert wide.is_safe
    refuse_unsafe(wide)


def test_a_published_promised_cell_is_a_breach() -> None:
    full = summed(np.array([[3, 9], [8, 7]], dtype=float))
    found = audit([complete(full)], {complete(full).cells[0]: (0.0, 5.0)})
    assert [b.cell for b in found.breaches] == [complete(full).cells[0]]


def test_promises_that_cannot_be_kept_are_refused() -> None:
    full = summed(np.array([[3, 9], [8, 7]], dtype=float))
    made = complete(full)
    target = made.cells[0]
    with pytest.raises(Refused, match="known to be at most"):
        suppress([made], {target: (0.0, 50.0)}, prior=Prior(at_most={target: 20.0}))
    values = dict(zip(made.cells, full.ravel(), strict=True))
    fixed = Prior(at_most=values | {target: 10.0}, at_least=values | {target: 0.0})
    with pytest.raises(Refused, match="whatever is hidden"):
        suppress([made], {target: (0.0, 5.0)}, prior=fixed)
    with pytest.raises(Refused, match="without its"):
        suppress([made], {target: (5.0, 9.0)})
    with pytest.raises(Refused, match="no cell"):
        suppress([made], {Cell("table", (("x", "nowhere"),)): (0.0, 5.0)})
    with pytest.raises(Refused, match="hidden or inexact"):
        suppress([published(full, np.eye(3, dtype=bool))], {target: (0.0, 5.0)})
    with pytest.raises(Refused, match="weight"):
        suppress([made], {target: (0.0, 5.0)}, weights={target: 0.0})
    with pytest.raises(Refused, match="time_limit"):
        suppress([made], {target: (0.0, 5.0)}, time_limit=float("nan"))
