"""Maps: rank sets of another program, published critical values, classes, and margins that nobody knows."""

from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import studentized_range

from rightsplan.errors import Refused
from rightsplan.stats.areas import classes_of, compare_with, joint_ranks, read_map
from rightsplan.stats.areas.honesty import dunnett
from rightsplan.stats.areas.ranks import MOST_PAIRED, critical, joint_reach
from rightsplan.stats.panel import Floats

from .examples import column

RENT, RENT_ERROR = column("map-differences", "value"), column("map-differences", "error")
# Ranks of the 52 by csranks 1.2.3 in R (20,000 draws): first and last place that each may have.
CSRANKS = (
    "44-47 6-8 18-19 48-50 3-3 10-12 10-12 13-15 2-2 13-14 23-24 1-1 33-40 19-23 37-41 44-47 31-37 48-50 28-33 29-37 "
    "4-4 7-9 29-33 25-25 44-47 37-41 40-47 38-44 16-16 14-15 5-5 29-37 6-7 27-29 37-44 40-44 40-44 17-17 26-26 18-23 "
    "27-30 48-51 31-37 19-23 19-23 19-24 8-9 10-12 50-51 31-36 27-36 52-52"
)


def test_rank_sets_equal_csranks() -> None:
    """Arizona against Vermont lies at the edge: the draws decide whether the two can be told apart."""
    found = joint_ranks(RENT, RENT_ERROR)
    expected = [tuple(int(x) for x in pair.split("-")) for pair in CSRANKS.split()]
    ours = list(zip(found.first.tolist(), found.last.tolist(), strict=True))
    assert [i for i in range(52) if ours[i] != expected[i] and i not in (2, 45)] == []
    assert all(abs(ours[i][0] - expected[i][0]) + abs(ours[i][1] - expected[i][1]) <= 1 for i in (2, 45))


@pytest.mark.parametrize("number", [3, 10, 40])
def test_the_first_critical_value_is_tukeys(number: int) -> None:
    """For equal errors it is the quantile of the studentised range over the root of 2."""
    rng = np.random.default_rng(5)
    spread = np.full((number, number), np.sqrt(2))
    found = critical(rng.standard_normal((20_000, number)), spread, ~np.eye(number, dtype=bool), 0.95)
    assert found == pytest.approx(studentized_range.ppf(0.95, number, np.inf) / np.sqrt(2), rel=0.015)


DUNNETT = [(1, 1.96), (2, 2.21), (3, 2.35), (4, 2.44), (5, 2.51), (9, 2.69)]


@pytest.mark.parametrize(("number", "value"), DUNNETT)
def test_dunnetts_table_is_reproduced(number: int, value: float) -> None:
    """Dunnett (1964), Biometrics 20, table II: two-sided, 5 %, infinite degrees of freedom."""
    assert dunnett(np.ones(number), 1.0, 0.95) == pytest.approx(value, abs=0.006)


def test_a_yardstick_without_error_makes_comparisons_independent() -> None:
    assert dunnett(np.array([1.0, 2.0, 0.0]), 0.0, 0.95) == pytest.approx(joint_reach(2, 0.95))
    assert joint_reach(1, 0.95) == pytest.approx(1.959964, abs=1e-6)


def test_differences_from_an_area_hold_at_once() -> None:
    """Among 40,000 draws without any true difference, about 5 % have at least one verdict against the first area."""
    rng = np.random.default_rng(1)
    error = np.array([0.5, 1.0, 2.0, 0.2, 1.0])
    reach = dunnett(error[1:], 0.5, 0.95)
    draws = rng.standard_normal((40_000, 5)) * error
    score = np.abs(draws[:, 1:] - draws[:, :1]) / np.hypot(error[1:], 0.5)
    assert (score.max(axis=1) > reach).mean() == pytest.approx(0.05, abs=0.004)


def test_the_verdicts_of_a_small_map() -> None:
    found = read_map([50, 90, 51, 10, nan, 52], [1, 1, 1, 1, 1, nan], against=0)
    assert found.compared.verdict == ("reference", "above", "noise", "below", "no_value", "margin_unknown")
    assert found.rank == (3, 1, 2, 4, -1, -1)
    assert found.first == (2, 1, 2, 4, -1, -1)
    assert found.last == (3, 1, 3, 4, -1, -1)
    assert (found.margins_known, found.values_known) == (4, 5)
    assert found.pairs_apart == pytest.approx(5 / 6)
    assert np.isnan(found.compared.lower[[4, 5]]).all()


def test_the_spread_of_a_difference_from_the_mean_counts_that_the_area_is_in_it() -> None:
    found = compare_with([1.0, 2.0, 6.0], [1.0, 2.0, 3.0])
    # y1 - (y1 + y2 + y3) / 3 = (2 y1 - y2 - y3) / 3
    error = np.sqrt(4 * 1 + 4 + 9) / 3
    assert found.difference[0] == pytest.approx(-2.0)
    assert found.upper[0] - found.difference[0] == pytest.approx(joint_reach(3, 0.95) * error)


@pytest.mark.parametrize("errors", [None, [nan, nan, nan], [None, None, None]])
def test_unknown_margins_tell_nothing_apart_and_call_nothing_equal(errors: object) -> None:
    found = read_map([1.0, 50.0, 99.0], errors)  # type: ignore[arg-type]
    assert found.compared.verdict == ("margin_unknown",) * 3
    assert found.first == found.last == found.rank == (-1, -1, -1)
    assert found.classes is None
    assert found.pairs_apart is None
    assert not found.ahead.any()


def test_a_yardstick_of_unknown_margin_leaves_all_unknown() -> None:
    found = compare_with([1.0, 50.0, 99.0], [nan, 1.0, 1.0], against=0)
    assert found.verdict == ("reference", "margin_unknown", "margin_unknown")


def test_one_area_alone_has_nothing_to_compare() -> None:
    found = read_map([5.0], [1.0])
    assert found.compared.verdict == ("margin_unknown",)
    assert (found.rank, found.first, found.last) == ((1,), (1,), (1,))
    assert found.pairs_apart is None


def test_exact_values_are_told_apart_wherever_they_differ() -> None:
    found = read_map([1.0, 2.0, 2.0, 3.0], [0, 0, 0, 0], better="lower")
    assert found.rank == found.first == (1, 2, 2, 4)
    assert found.last == (1, 3, 3, 4)
    assert found.compared.verdict == ("below", "noise", "noise", "above")
    assert found.pairs_apart == pytest.approx(5 / 6)


def test_a_map_of_noise_gets_one_class() -> None:
    rng = np.random.default_rng(4)
    found = read_map(rng.normal(size=30), np.ones(30))
    assert found.classes is not None
    assert found.classes.breaks == ()
    assert found.classes.merged
    assert set(found.compared.verdict) == {"noise"}
    assert (found.first, found.last) == ((1,) * 30, (30,) * 30)


def test_clear_groups_get_their_classes() -> None:
    values = np.repeat([0.0, 10.0, 20.0, 30.0], 5) + np.tile(np.linspace(-0.1, 0.1, 5), 4)
    found = read_map(values, np.full(20, 0.5), number=4).classes
    assert found is not None
    assert found.chosen.tolist() == np.repeat([0, 1, 2, 3], 5).tolist()
    assert found.neighbours_differ == found.all_differ == (True, True, True)
    assert not found.merged
    blurred = read_map(values, np.full(20, 3.0), number=4).classes
    assert blurred is not None
    assert len(blurred.breaks) < 3
    assert blurred.merged


def test_given_breaks_are_kept_and_judged() -> None:
    found = read_map([1.0, 2.0, 9.0], [0.5, 0.5, 0.5], breaks=[1.5, 5.0]).classes
    assert found is not None
    assert found.breaks == (1.5, 5.0)
    assert found.chosen.tolist() == [0, 1, 2]
    assert found.neighbours_differ == (False, True)
    assert found.is_sure.tolist() == [False, False, True]
    assert (found.lowest.tolist(), found.highest.tolist()) == ([0, 0, 2], [1, 1, 2])


maps = st.integers(2, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(-50, 50), min_size=n, max_size=n), st.lists(st.floats(0.1, 20), min_size=n, max_size=n)
    )
)


@settings(max_examples=30, deadline=None)
@given(maps)
def test_rank_sets_hold_the_rank_and_turn_with_the_direction(case: tuple[list[float], list[float]]) -> None:
    up, down = joint_ranks(*case), joint_ranks(*case, better="lower")
    assert ((up.first <= up.rank) & (up.rank <= up.last)).all()
    assert not (up.ahead & up.ahead.T).any()
    number = len(case[0])
    turned = up.first == number + 1 - down.last
    assert turned.mean() > 0.5 or not up.ahead.any()


@settings(max_examples=30, deadline=None)
@given(maps, st.floats(0.1, 50), st.floats(-100, 100))
def test_another_unit_gives_the_same_reading(
    case: tuple[list[float], list[float]], factor: float, shift: float
) -> None:
    values, errors = np.array(case[0]), np.array(case[1])
    one, two = read_map(values, errors), read_map(shift + factor * values, factor * errors)
    edge = np.minimum(np.abs(one.compared.lower), np.abs(one.compared.upper)) < 1e-6
    same = [a == b for a, b in zip(one.compared.verdict, two.compared.verdict, strict=True)]
    assert (np.array(same) | edge).all()
    assert one.first == two.first


@settings(max_examples=30, deadline=None)
@given(maps)
def test_wider_margins_never_tell_more_apart(case: tuple[list[float], list[float]]) -> None:
    narrow = read_map(case[0], case[1])
    wide = read_map(case[0], [2 * error for error in case[1]])
    assert not (wide.ahead & ~narrow.ahead).any()
    assert all(a in ("noise", b) for a, b in zip(wide.compared.verdict, narrow.compared.verdict, strict=True))


def test_many_areas_are_judged_by_joint_intervals() -> None:
    number = MOST_PAIRED + 1
    values: Floats = np.arange(number, dtype=float)
    found = joint_ranks(values, np.full(number, 1.0))
    reach = joint_reach(number, 0.95)
    assert found.first[0] == number - int(np.floor(2 * reach))
    assert found.last[0] == number


BAD = [
    ({"values": []}, "values"),
    ({"values": [1.0, np.inf]}, "values"),
    ({"errors": [1.0]}, "errors"),
    ({"errors": [1.0, -1.0]}, "errors"),
    ({"against": 2}, "against"),
    ({"against": "median"}, "against"),
    ({"against": True}, "against"),
    ({"better": "none"}, "better"),
    ({"number": 0}, "number"),
    ({"breaks": [2.0, 1.0]}, "breaks"),
    ({"breaks": [nan]}, "breaks"),
    ({"confidence": 1.2}, "confidence"),
]


@pytest.mark.parametrize(("change", "named"), BAD)
def test_bad_input_is_refused_with_the_name_of_the_field(change: dict[str, object], named: str) -> None:
    with pytest.raises(Refused, match=named):
        read_map(**{"values": [1.0, 2.0], "errors": [1.0, 1.0], **change})  # type: ignore[arg-type]


def test_ranks_and_classes_refuse_what_is_unknown() -> None:
    with pytest.raises(Refused, match="errors"):
        joint_ranks([1.0, 2.0], [1.0, nan])
    with pytest.raises(Refused, match="errors"):
        classes_of(np.ones(2), np.full(2, nan), np.zeros((2, 2), dtype=bool))
