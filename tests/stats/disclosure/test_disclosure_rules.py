"""Primary rules on cells that can be worked out by hand, and what tables refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.disclosure import (
    TOTAL,
    Cell,
    dominance,
    link,
    minimum_frequency,
    p_percent,
    pq,
    table,
    together,
    with_totals,
)

CONTRIBUTIONS = [[50.0, 40.0, 5.0, 5.0], [30.0, 30.0, 20.0, 20.0], [100.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
shares = st.lists(st.lists(st.floats(0, 1e6), min_size=4, max_size=4), min_size=1, max_size=6)


def test_minimum_frequency() -> None:
    found = minimum_frequency([0, 1, 4, 5, 90], threshold=5)
    assert found.hit.tolist() == [False, True, True, False, False]
    assert found.low[1] == 0
    assert found.high[2] == 5
    assert np.isnan(found.low[0])
    assert minimum_frequency([0, 1, 5], threshold=5, zeros=True).hit.tolist() == [True, True, False]


def test_dominance() -> None:
    """The two largest hold 90, 60 and 100 percent; the first total at which 90 is 85 percent is 105.88."""
    found = dominance(CONTRIBUTIONS, largest=2, share=85)
    assert found.hit.tolist() == [True, False, True, False]
    assert found.high[0] == pytest.approx(90 / 0.85)
    assert found.high[0] - 100 == pytest.approx(100 - found.low[0])


def test_p_percent() -> None:
    """What others than the two largest have is 10, 40 and 0; ten percent of the largest is 5, 3 and 10."""
    found = p_percent(CONTRIBUTIONS, p=10)
    assert found.hit.tolist() == [False, False, True, False]
    assert (found.low[2], found.high[2]) == (90, 110)
    assert p_percent(CONTRIBUTIONS, p=30).hit.tolist() == [True, False, True, False]
    assert p_percent(CONTRIBUTIONS, p=30).high[0] == pytest.approx(105)


def test_pq_is_stricter_where_the_others_are_known_better() -> None:
    assert pq(CONTRIBUTIONS, p=10, q=40).hit.tolist() == [True, False, True, False]
    assert pq(CONTRIBUTIONS, p=10, q=40).high[0] == pytest.approx(100 + 12.5 - 10)


@settings(deadline=None)
@given(cells=shares, factor=st.sampled_from([1e-3, 7.0, 1e4]))
def test_another_unit_and_another_order_of_contributors_hit_the_same(cells: list[list[float]], factor: float) -> None:
    array = np.round(np.array(cells), 3)
    for rule in (dominance, p_percent, pq):
        plain = rule(array).hit
        assert rule(array * factor).hit.tolist() == plain.tolist()
        assert rule(array[:, ::-1]).hit.tolist() == plain.tolist()


@settings(deadline=None)
@given(cells=shares)
def test_pq_with_everything_unknown_is_p_percent(cells: list[list[float]]) -> None:
    array = np.round(np.array(cells), 3)
    assert pq(array, p=10, q=100).hit.tolist() == p_percent(array, p=10).hit.tolist()


def test_rules_together_promise_the_widest() -> None:
    both = together(dominance(CONTRIBUTIONS), p_percent(CONTRIBUTIONS, p=30))
    assert both.rule == "dominance or p percent"
    assert both.hit.tolist() == [True, False, True, False]
    assert both.high[2] == 130
    assert both.high[0] == pytest.approx(90 / 0.85)
    with pytest.raises(Refused):
        together(minimum_frequency([1]), minimum_frequency([1, 2]))


@pytest.mark.parametrize("bad", [[1.5], [-1], [np.nan], [np.inf], ["x"], [[1, 2]]])
def test_bad_counts_are_refused(bad: list[object]) -> None:
    with pytest.raises(Refused, match="counts"):
        minimum_frequency(bad)  # type: ignore[arg-type]


def test_bad_settings_are_refused() -> None:
    with pytest.raises(Refused, match="threshold"):
        minimum_frequency([1], threshold=1)
    with pytest.raises(Refused, match="share"):
        dominance(CONTRIBUTIONS, share=100)
    with pytest.raises(Refused, match="p "):
        pq(CONTRIBUTIONS, p=60, q=50)
    with pytest.raises(Refused, match="contributions"):
        p_percent([[1.0, -1.0]])


def test_totals_are_added_and_absent_combinations_are_zero() -> None:
    made = with_totals(table(["x", "y"], [("a", "u"), ("b", "v")], [3, 4]))
    value = dict(zip(made.codes, made.values.tolist(), strict=True))
    assert value[("a", "v")] == 0
    assert value[(TOTAL, "v")] == 4
    assert value[(TOTAL, TOTAL)] == 7
    system = link([made])
    assert np.abs(system.matrix @ system.lower).max() == 0
    assert system.matrix.shape == (6, 9)


def test_sums_that_do_not_add_up_name_the_total() -> None:
    rows = [("a", "u"), ("a", "v"), ("a", TOTAL)]
    with pytest.raises(Refused, match="x a"):
        table(["x", "y"], rows, [1, 2, 4])
    assert table(["x", "y"], rows, [1, 2, 4], margin=1).margin.tolist() == [1, 1, 1]
    wide = [*rows, ("b", "u"), ("b", TOTAL)]
    with pytest.raises(Refused, match="missing from its sum"):
        table(["x", "y"], wide, [1, 2, 3, 4, 4])


def test_bad_tables_are_refused() -> None:
    with pytest.raises(Refused, match="twice"):
        table(["x"], [("a",), ("a",)], [1, 2])
    with pytest.raises(Refused, match="different names"):
        table(["x", "x"], [("a", "b")], [1])
    with pytest.raises(Refused, match="rows"):
        table(["x"], [("a",)], [1, 2])
    with pytest.raises(Refused, match="codes"):
        table(["x", "y"], [("a",)], [1])
    with pytest.raises(Refused, match="values"):
        table(["x"], [("a",)], [np.inf])
    with pytest.raises(Refused, match="below itself"):
        table(["x"], [("a",)], [1], hierarchies={"x": {"a": "b", "b": "a"}})
    with pytest.raises(Refused, match="no table"):
        link([])
    with pytest.raises(Refused, match="totals already"):
        with_totals(table(["x"], [(TOTAL,)], [1]))


def test_a_cell_reads_like_words() -> None:
    assert str(Cell("2024", (("district", "5"), ("sex", "f")))) == "2024 (district 5, sex f)"
    assert str(Cell("2024", ())) == "2024 (total)"
