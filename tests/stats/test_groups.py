"""The group furthest behind is named, with what chance leaves open."""

from math import exp, inf, log, nan, sqrt
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from rightsplan.errors import Refused
from rightsplan.stats.groups import GroupComparison, compare


class Case(NamedTuple):
    name: str
    values: dict[str, float | None]
    better: Any
    facts: dict[str, Any]


CASES = [
    Case(
        "more is better: the lowest is behind",
        {"rural": 60.0, "urban": 90.0},
        "higher",
        {"behind": ("rural",), "ahead": ("urban",), "difference": 30.0, "ratio": 1.5, "number": 2},
    ),
    Case(
        "less is better: the highest is behind",
        {"rural": 60.0, "urban": 90.0},
        "lower",
        {"behind": ("urban",), "ahead": ("rural",), "difference": 30.0, "ratio": 1.5},
    ),
    Case(
        "no direction: nobody is behind", {"a": 1.0, "b": 2.0}, "none", {"behind": (), "ahead": (), "difference": 1.0}
    ),
    Case("two are equally far behind", {"c": 1.0, "a": 1.0, "b": 3.0}, "higher", {"behind": ("a", "c")}),
    Case("all are equal", {"a": 2.0, "b": 2.0}, "higher", {"behind": (), "ahead": (), "difference": 0.0, "ratio": 1.0}),
    Case("one group is no comparison", {"a": 2.0}, "higher", {"behind": (), "difference": None, "ratio": None}),
    Case(
        "a group without a value is named",
        {"a": 2.0, "b": 3.0, "c": None},
        "higher",
        {"behind": ("a",), "missing": ("c",), "number": 2},
    ),
    Case("one value and one missing", {"a": 2.0, "b": None}, "higher", {"behind": (), "missing": ("b",)}),
    Case("no values", {"a": None}, "higher", {"lowest": None, "highest": None, "number": 0, "missing": ("a",)}),
    Case("no groups", {}, "higher", {"number": 0, "missing": (), "behind": ()}),
    Case("no ratio to zero", {"a": 0.0, "b": 3.0}, "higher", {"difference": 3.0, "ratio": None}),
    Case("no ratio below zero", {"a": -1.0, "b": 3.0}, "higher", {"difference": 4.0, "ratio": None}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_groups_are_compared(case: Case) -> None:
    found = compare(case.values, better=case.better)
    assert {name: getattr(found, name) for name in case.facts} == case.facts
    assert (found.difference_span, found.ratio_span, found.may_be_behind) == ((None, None), (None, None), ())


def spans(values: dict[str, float], half: float | dict[str, float]) -> dict[str, tuple[float | None, float | None]]:
    """Return intervals of a half width around the values."""
    halves = half if isinstance(half, dict) else dict.fromkeys(values, half)
    return {group: (value - halves[group], value + halves[group]) for group, value in values.items() if group in halves}


def test_the_intervals_of_difference_and_ratio_by_hand() -> None:
    values = {"a": 50.0, "b": 60.0}
    found = compare(values, better="higher", intervals=spans(values, {"a": 3.0, "b": 4.0}))
    assert found.difference_span == pytest.approx((10 - 5, 10 + 5))
    reach = sqrt((3 / 50) ** 2 + (4 / 60) ** 2)
    assert found.ratio_span == pytest.approx((exp(log(1.2) - reach), exp(log(1.2) + reach)))


WIDE = {"a": 50.0, "b": 52.0, "c": 70.0}
MAY = [
    ("sure values leave one", WIDE, 0.1, "higher", ("a",)),
    ("wide intervals leave two", WIDE, 3.0, "higher", ("a", "b")),
    ("very wide ones leave all", WIDE, 40.0, "higher", ("a", "b", "c")),
    ("less is better", WIDE, 3.0, "lower", ("c",)),
    ("no direction", WIDE, 3.0, "none", ()),
    ("a group without an interval stays", WIDE, {"a": 0.1, "b": 0.1}, "higher", ("a", "c")),
    ("one group", {"a": 1.0}, 1.0, "higher", ()),
]


@pytest.mark.parametrize(("name", "values", "half", "better", "expected"), MAY, ids=[row[0] for row in MAY])
def test_who_may_be_furthest_behind(name: str, values: Any, half: Any, better: Any, expected: Any) -> None:
    assert compare(values, better=better, intervals=spans(values, half)).may_be_behind == expected, name


def test_equal_groups_differ_by_the_errors_of_both() -> None:
    values = {"a": 50.0, "b": 50.0}
    found = compare(values, better="higher", intervals=spans(values, {"a": 3.0, "b": 4.0}))
    assert found.difference_span == pytest.approx((-5.0, 5.0))


def test_half_an_interval_is_none() -> None:
    found = compare({"a": 1.0, "b": 2.0}, better="higher", intervals={"a": (0.5, None), "b": (1.5, 2.5)})
    assert (found.difference_span, found.may_be_behind) == ((None, None), ("a", "b"))


def test_no_ratio_has_no_interval() -> None:
    values = {"a": 0.0, "b": 2.0}
    found = compare(values, better="higher", intervals=spans(values, 1.0))
    assert (found.ratio, found.ratio_span) == (None, (None, None))


@pytest.mark.parametrize("truth", [[50, 50, 50, 50, 50, 50], [50, 51, 52, 60, 70, 80], [50, 70, 70, 70, 70, 70]])
def test_the_group_furthest_behind_in_truth_is_named_in_95_of_100_comparisons(truth: list[float]) -> None:
    """Simulated: six groups with standard errors from 1 to 3, 2,000 times; at least 95 % within the binomial band."""
    rng = np.random.default_rng(11)
    errors = np.array([1.0, 3.0, 2.0, 1.5, 2.5, 1.0])
    draws = rng.normal(truth, errors, (2000, 6))
    hits = 0
    for draw in draws:
        values = {f"g{i}": float(value) for i, value in enumerate(draw)}
        halves = {f"g{i}": 1.959963984540054 * error for i, error in enumerate(errors)}
        hits += "g0" in compare(values, better="higher", intervals=spans(values, halves)).may_be_behind
    assert hits >= binom.ppf(0.0001, 2000, 0.95)


def test_the_intervals_of_two_groups_hold_the_truth_in_95_of_100_comparisons() -> None:
    rng = np.random.default_rng(5)
    draws = rng.normal([40.0, 60.0], [1.0, 2.0], (2000, 2))
    held = np.zeros(2)
    for low, high in draws.tolist():
        values = {"a": low, "b": high}
        found = compare(values, better="higher", intervals=spans(values, {"a": 1.96, "b": 3.92}))
        for i, (span, truth) in enumerate([(found.difference_span, 20.0), (found.ratio_span, 1.5)]):
            assert span[0] is not None
            assert span[1] is not None
            held[i] += span[0] <= truth <= span[1]
    least, most = binom.interval(0.9999, 2000, 0.95)
    assert (held >= least).all()
    assert (held <= most).all()


REFUSED = [
    ("periods differ", {"a": 1.0, "b": 2.0}, {"periods": {"a": "2020", "b": "2021"}}, "2020, 2021"),
    ("a value is not finite", {"a": nan}, {}, "nan"),
    ("a value is infinite", {"a": inf}, {}, "inf"),
    ("an interval of nobody", {"a": 1.0}, {"intervals": {"z": (0.0, 1.0)}}, "z"),
    ("an interval beside its value", {"a": 1.0}, {"intervals": {"a": (2.0, 3.0)}}, "hold"),
    ("an interval backwards", {"a": 1.0}, {"intervals": {"a": (2.0, 0.0)}}, "ends before"),
]


@pytest.mark.parametrize(("name", "values", "more", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_compared_is_refused(name: str, values: Any, more: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        compare(values, better="higher", **more)


def test_one_period_for_all_is_fine() -> None:
    assert compare({"a": 1.0, "b": 2.0}, better="higher", periods={"a": "2020", "b": "2020"}).number == 2


groups = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 99).map(float), min_size=1)


def measured(values: dict[str, float], better: Any, half: float) -> GroupComparison:
    """Compare groups that are measured alike."""
    return compare(values, better=better, intervals=spans(values, half))


@settings(derandomize=True)
@given(groups)
def test_the_complement_names_the_same_groups(values: dict[str, float]) -> None:
    one = measured(values, "higher", 3.0)
    other = measured({group: 100 - value for group, value in values.items()}, "lower", 3.0)
    assert (one.behind, one.ahead, one.difference) == (other.behind, other.ahead, other.difference)
    assert (one.may_be_behind, one.difference_span) == (other.may_be_behind, other.difference_span)


@settings(derandomize=True)
@given(groups)
def test_order_unit_and_names_change_nothing(values: dict[str, float]) -> None:
    one = measured(values, "higher", 3.0)
    assert one == measured(dict(reversed(values.items())), "higher", 3.0)
    doubled = measured({group: 2 * value for group, value in values.items()}, "higher", 6.0)
    assert (one.behind, one.ratio, one.may_be_behind) == (doubled.behind, doubled.ratio, doubled.may_be_behind)
    renamed = measured({f"group {group}": value for group, value in values.items()}, "higher", 3.0)
    assert tuple(f"group {group}" for group in one.behind) == renamed.behind


@settings(derandomize=True)
@given(groups)
def test_the_group_furthest_behind_is_always_among_those_that_may_be(values: dict[str, float]) -> None:
    found = measured(values, "higher", 1.0)
    assert set(found.behind) <= set(found.may_be_behind)
