"""The cells that hold nothing, named; and dimensions that are missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.quality import Cell, completeness, disaggregation, expected_cells

ATTRIBUTES = {"health": ["child health", "medicines"], "life": []}


def test_every_cell_of_right_attribute_kind_and_group_is_expected() -> None:
    cells = expected_cells(ATTRIBUTES, groups=["", "women"])
    assert len(cells) == len(set(cells)) == 3 * 3 * 2
    assert Cell("life", "", "process", "women") in cells


def test_empty_cells_are_named_with_who_owes_them() -> None:
    wanted = expected_cells(ATTRIBUTES)
    have, kept = wanted[0], wanted[1]
    found = completeness(
        wanted, [have, have], withheld=[kept, have], owners={wanted[2]: "Ministry", wanted[3]: "Ministry"}
    )
    assert (found.expected, found.available, found.withheld) == (9, 1, 1)
    assert found.share == pytest.approx(1 / 9)
    assert [gap.cell for gap in found.gaps] == sorted(set(wanted) - {have})
    assert [gap.cell for gap in found.gaps if gap.withheld] == [kept]
    assert found.owed == (("", 5), ("Ministry", 2))
    assert ("right", "life") in [(one.axis, one.value) for one in found.silent]
    assert ("right", "health") not in [(one.axis, one.value) for one in found.silent]


def test_a_figure_that_nobody_asked_for_fills_no_gap() -> None:
    extra = Cell("food", "safety", "outcome")
    found = completeness(expected_cells({"life": []}), [extra])
    assert found.available == 0
    assert found.unexpected == (extra,)


cells = st.lists(
    st.builds(Cell, st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from(["process", "outcome"])), max_size=12
)


@given(cells.filter(bool), cells, st.randoms(use_true_random=False))
def test_counts_add_up_in_any_order(wanted: list[Cell], have: list[Cell], random: object) -> None:
    found = completeness(wanted, have)
    assert found.available + len(found.gaps) == found.expected
    for axis in ("right", "attribute", "kind", "group"):
        along = [one for one in found.shares if one.axis == axis]
        assert sum(one.expected for one in along) == found.expected
        assert sum(one.available for one in along) == found.available
    assert found == completeness(reversed(wanted), have * 2)
    more = completeness(wanted, [*have, wanted[0]])
    assert more.share >= found.share


def test_bad_cells_are_refused() -> None:
    with pytest.raises(Refused, match="expected"):
        completeness([], [])
    with pytest.raises(Refused, match="right"):
        completeness([Cell("", "a", "outcome")], [])
    with pytest.raises(Refused, match="kind"):
        expected_cells({"life": []}, kinds=["input"])


def test_a_dimension_with_one_group_is_not_broken_down() -> None:
    found = disaggregation(["sex", "age", "location"], {"sex": ["F", "M"], "age": ["15-24"], "quintile": ["Q1", "Q5"]})
    assert (found.present, found.missing, found.unexpected) == (("sex",), ("age", "location"), ("quintile",))
