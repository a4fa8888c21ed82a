"""The attack finds exactly what trying every table finds, and never less than another table would give away."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from rightsplan.errors import Refused
from rightsplan.stats.disclosure import TOTAL, Cell, Intervals, Nested, Prior, attack, link, table
from rightsplan.stats.disclosure.attack import attack_system
from rightsplan.stats.disclosure.table import Equation, system

from .tables import brute_intervals, cell_at, published, summed

FULL = np.array([[20, 50, 10, 80], [8, 19, 22, 49], [17, 32, 12, 61], [45, 101, 44, 190]], dtype=float)
FEW = settings(max_examples=40, deadline=None)
N = np.nan


def hidden_at(full: np.ndarray, *places: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(full.shape, dtype=bool)
    for place in places:
        mask[place] = True
    return mask


def of(found: Intervals, cell: Cell) -> tuple[float, float]:
    i = found.cells.index(cell)
    return float(found.low[i]), float(found.high[i])


def test_the_table_of_fischetti_and_salazar() -> None:
    """Investment by activity and region (2001, figure 1): II-C hidden with three others is 5 to 30 by hand."""
    mask = hidden_at(FULL, (1, 0), (1, 2), (2, 0), (2, 2))
    found = attack([published(FULL, mask)])
    assert of(found, cell_at(FULL, (1, 2))) == (5, 30)
    assert of(found, cell_at(FULL, (2, 2))) == (4, 29)
    assert of(found, cell_at(FULL, (1, 0))) == (0, 25)
    assert found.exact.all()


def test_a_cell_hidden_alone_is_disclosed() -> None:
    found = attack([published(FULL, hidden_at(FULL, (1, 2)))])
    assert of(found, cell_at(FULL, (1, 2))) == (22, 22)


def test_large_numbers_are_as_exact_as_small_ones() -> None:
    mask = hidden_at(FULL, (1, 0), (1, 2), (2, 0), (2, 2))
    large = FULL * 1_000_003
    found = attack([published(large, mask)])
    assert of(found, cell_at(FULL, (1, 2))) == (5_000_015, 30_000_090)
    assert found.exact.all()


def test_prior_knowledge_narrows() -> None:
    mask = hidden_at(FULL, (1, 0), (1, 2), (2, 0), (2, 2))
    tables = [published(FULL, mask)]
    known = Prior(at_least={cell_at(FULL, (1, 0)): 7}, at_most={cell_at(FULL, (2, 2)): 15})
    assert of(attack(tables, prior=known), cell_at(FULL, (1, 2))) == (19, 23)
    loose = attack(tables, prior=Prior(non_negative=False))
    assert of(loose, cell_at(FULL, (1, 2))) == (-np.inf, np.inf)


def test_nothing_published_has_no_upper_limit() -> None:
    found = attack([table(["x"], [("a",), ("b",), (TOTAL,)], [N, N, N])])
    assert (found.low == 0).all()
    assert np.isinf(found.high).all()
    assert found.exact.all()


def test_whole_numbers_can_say_more_than_fractions() -> None:
    """Three counts of which every two that are summed make 3 or 2: fractions leave room that whole numbers do not."""
    cells = [Cell("table", (("x", name),)) for name in "abcd"]
    a, b, c, total = cells
    sums = [Equation(total, (a, b)), Equation(total, (a, c)), Equation(total, (b, c))]
    bounds = dict.fromkeys((a, b, c), (-np.inf, np.inf)) | {total: (3.0, 3.0)}
    fractions = attack_system(system(bounds, sums), Prior(whole=False), time_limit=9.0)
    assert of(fractions, a) == pytest.approx((1.5, 1.5))
    with pytest.raises(Refused, match="contradict"):
        attack_system(system(bounds, sums), Prior(), time_limit=9.0)
    wide = bounds | {total: (3.0, 4.0)}
    assert of(attack_system(system(wide, sums), Prior(whole=False), time_limit=9.0), a) == pytest.approx((1.5, 2))
    assert of(attack_system(system(wide, sums), Prior(), time_limit=9.0), a) == (2, 2)


@st.composite
def two_way(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Return a 2 x 3 table with totals, and up to four inner cells and two margins hidden; the grand total is shown."""
    inner = np.array(draw(st.lists(st.integers(0, 2), min_size=6, max_size=6)), dtype=float).reshape(2, 3)
    mask = np.zeros((3, 4), dtype=bool)
    for place in draw(st.lists(st.integers(0, 5), max_size=4, unique=True)):
        mask[np.unravel_index(place, (2, 3))] = True
    for margin in draw(st.lists(st.sampled_from([(0, 3), (1, 3), (2, 0), (2, 1), (2, 2)]), max_size=2, unique=True)):
        mask[margin] = True
    return summed(inner), mask


@st.composite
def three_way(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Return a 2 x 2 x 2 table with totals and any inner cells hidden; the grand total is at most 4."""
    inner = np.array(draw(st.lists(st.integers(0, 1), min_size=8, max_size=8)), dtype=float)
    inner = (inner * (np.cumsum(inner) <= 3)).reshape(2, 2, 2)
    mask = np.zeros((3, 3, 3), dtype=bool)
    for place in draw(st.lists(st.integers(0, 7), max_size=6, unique=True)):
        mask[np.unravel_index(place, (2, 2, 2))] = True
    for margin in draw(st.lists(st.sampled_from([(2, 2, 0), (0, 2, 2), (2, 1, 1)]), max_size=2, unique=True)):
        mask[margin] = True
    return summed(inner), mask


def check_against_enumeration(full: np.ndarray, mask: np.ndarray) -> None:
    low, high = brute_intervals(full, mask)
    found = attack([published(full, mask)])
    np.testing.assert_array_equal(found.low, low.ravel())
    np.testing.assert_array_equal(found.high, high.ravel())
    assert found.exact.all()
    assert (found.low <= full.ravel()).all()
    assert (full.ravel() <= found.high).all()


@FEW
@given(case=two_way())
def test_equal_to_trying_every_two_way_table(case: tuple[np.ndarray, np.ndarray]) -> None:
    check_against_enumeration(*case)


@settings(max_examples=20, deadline=None)
@given(case=three_way())
def test_equal_to_trying_every_three_way_table(case: tuple[np.ndarray, np.ndarray]) -> None:
    check_against_enumeration(*case)


def test_equal_to_two_plain_linear_programmes_for_each_cell() -> None:
    rng = np.random.default_rng(5)
    full = summed(rng.poisson(6.0, (5, 4, 3)).astype(float))
    mask = rng.random(full.shape) < 0.35
    given_table = published(full, mask)
    system = link([given_table])
    found = attack([given_table], prior=Prior(whole=False))
    at = np.flatnonzero(mask.ravel())
    bounds = [(0, None) if hidden else (value, value) for hidden, value in zip(mask.ravel(), full.ravel(), strict=True)]
    zero = np.zeros(system.matrix.shape[0])
    for i in at[:25]:
        gain = np.eye(len(bounds))[i]
        ends = [linprog(s * gain, A_eq=system.matrix, b_eq=zero, bounds=bounds).fun for s in (1, -1)]
        assert (found.low[i], found.high[i]) == pytest.approx((ends[0], -ends[1]), abs=1e-5)


@FEW
@given(case=two_way(), data=st.data())
def test_publishing_more_never_widens_an_interval(case: tuple[np.ndarray, np.ndarray], data: st.DataObject) -> None:
    full, mask = case
    fewer = mask & np.array(data.draw(st.lists(st.booleans(), min_size=12, max_size=12))).reshape(3, 4)
    alone = attack([published(full, mask)])
    joined = attack([published(full, mask), published(full, fewer)])
    assert joined.cells == alone.cells
    assert (joined.low >= alone.low).all()
    assert (joined.high <= alone.high).all()


@FEW
@given(case=two_way(), data=st.data())
def test_the_order_of_rows_does_not_matter(case: tuple[np.ndarray, np.ndarray], data: st.DataObject) -> None:
    made = published(*case)
    order = data.draw(st.permutations(range(len(made.codes))))
    turned = replace(made, codes=tuple(made.codes[i] for i in order), values=made.values[order])
    plain, other = attack([made]), attack([turned])
    assert {c: of(plain, c) for c in plain.cells} == {c: of(other, c) for c in other.cells}


def test_linked_tables_share_margins() -> None:
    """Each table alone protects; together the shared margin by district gives the hidden cell away."""
    by_sex = table(["district", "sex"], [("1", "f"), ("1", "m"), ("1", TOTAL)], [N, N, N])
    by_age = table(["district", "age"], [("1", "old"), ("1", "young"), ("1", TOTAL)], [4, 3, N])
    female = Cell("table", (("district", "1"), ("sex", "f")))
    assert of(attack([by_sex]), female) == (0, np.inf)
    assert of(attack([by_sex, by_age]), female) == (0, 7)
    shown = table(["district", "sex"], [("1", "m")], [7])
    assert of(attack([by_sex, by_age, shown]), female) == (0, 0)


def test_two_years_of_cumulative_tables_disclose_the_difference() -> None:
    codes = [("a",), ("b",), (TOTAL,)]
    before = table(["x"], codes, [10, 12, 22], population="2024")
    after = table(["x"], codes, [11, 12, 23], population="2025")
    found = attack([before, after], nested=[Nested(whole="2025", part="2024", rest="new")])
    assert of(found, Cell("new", (("x", "a"),))) == (1, 1)
    assert of(found, Cell("new", (("x", "b"),))) == (0, 0)


def test_a_nested_population_narrows_what_each_table_hides() -> None:
    codes = [("a",), ("b",), (TOTAL,)]
    before = table(["x"], codes, [N, N, 22], population="2024")
    after = table(["x"], codes, [3, 21, 24], population="2025")
    found = attack([before, after], nested=[Nested(whole="2025", part="2024", rest="new")])
    assert of(found, Cell("2024", (("x", "a"),))) == (1, 3)


def test_hierarchies_are_sums_too() -> None:
    rows = [("n1",), ("n2",), ("north",), ("south",), (TOTAL,)]
    tree = {"x": {"n1": "north", "n2": "north"}}
    found = attack([table(["x"], rows, [N, 4, N, 8, 15], hierarchies=tree)])
    assert of(found, Cell("table", (("x", "n1"),))) == (3, 3)


def test_contradictions_are_refused() -> None:
    with pytest.raises(Refused, match="differ from it"):
        table(["x"], [("a",), ("b",), (TOTAL,)], [1, 2, 4])
    with pytest.raises(Refused, match="contradict"):
        attack([table(["x"], [("a",), ("b",), (TOTAL,)], [N, 5, 4])])
    one, two = (table(["x"], [("a",)], [n]) for n in (1, 2))
    with pytest.raises(Refused, match="Two tables differ"):
        attack([one, two])
    rows = [("a", "u"), ("a", "v"), ("b", "u"), ("b", "v"), ("a", TOTAL), ("b", TOTAL), (TOTAL, "u"), (TOTAL, "v")]
    odd = table(["x", "y"], rows, [N, N, N, N, 3, 3, 2, 3])
    with pytest.raises(Refused, match="contradict"):
        attack([odd])


def test_time_that_runs_out_is_said() -> None:
    rng = np.random.default_rng(1)
    full = summed(rng.poisson(30.0, (8, 8, 4)).astype(float))
    made = published(full, rng.random(full.shape) < 0.7)
    hurried, patient = attack([made], time_limit=1e-9), attack([made])
    assert not hurried.exact.all()
    assert patient.exact.mean() > hurried.exact.mean()
    assert (hurried.low <= patient.low).all()
    assert (hurried.high >= patient.high).all()
