"""Bad input is refused by name; what cannot be measured is None with a reason; never a warning, never NaN."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.gaps import (
    GapTable,
    furthest_behind,
    gaps,
    gaps_many,
    group_panel,
    invert,
    picked,
    who_moved_the_mean,
)
from rightsplan.stats.gaps.found import KNOWN, MEAN_UNSURE, NO_ERROR, OPEN

AB = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": [1, 2]}, "value"),
        ({"value": [1, math.inf, 2]}, "value"),
        ({"value": [math.nan, math.nan, 2]}, "1 of 3"),
        ({"error": [1, -1, 1]}, "error"),
        ({"error": [1, 1]}, "error"),
        ({"size": [10, 0, 10]}, "size"),
        ({"population": [1, -2, 1]}, "population"),
        ({"population": [0, 0, 0]}, "population"),
        ({"rank": [1, 2]}, "rank"),
        ({"rank": [1, 2, math.inf]}, "rank"),
        ({"groups": ["a", "a", "b"]}, "twice"),
        ({"groups": ["a", "", "b"]}, "groups"),
        ({"better": "up"}, "better"),
        ({"reference": "z"}, "reference"),
        ({"lowest": 5, "highest": 1}, "lowest"),
        ({"lowest": 0, "highest": 50}, "value"),
        ({"highest": math.nan}, "highest"),
    ],
)
def test_bad_input_is_refused_by_name(change: dict[str, object], field: str) -> None:
    given_ = {"groups": AB, "value": [10.0, 20.0, 60.0], "lowest": 0, "highest": 100} | change
    with pytest.raises(Refused, match=field) as refused:
        gaps(**given_)  # type: ignore[arg-type]
    assert refused.value.remedy


@pytest.mark.parametrize(
    "change",
    [
        {"offsets": [0, 2]},
        {"offsets": [1, 3]},
        {"offsets": [0, 0, 3]},
        {"offsets": [0, 2.5, 3]},
        {"is_higher_better": [True, False]},
        {"is_higher_better": 2},
        {"reference": [5]},
        {"reference": [-2]},
        {"lowest": [0, 0]},
        {"error": [1, 1, math.inf]},
    ],
)
def test_a_panel_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        group_panel([1.0, 2.0, 3.0], **({"offsets": [0, 3]} | change))  # type: ignore[arg-type]


def test_unknown_names_and_settings_are_refused() -> None:
    found = gaps(AB, [1.0, 2.0, 3.0])
    with pytest.raises(Refused, match="gini"):
        found.of("gini")
    table = gaps_many(group_panel([1.0, 2.0], offsets=[0, 2]))
    with pytest.raises(Refused, match="gini"):
        table.of("gini")
    with pytest.raises(Refused, match="settings"):
        gaps_many(group_panel([1.0, 2.0], offsets=[0, 2]), settings=[1])


def test_a_group_without_a_value_is_named_and_one_without_error_takes_the_intervals() -> None:
    found = gaps(["a", "b", "c", "d"], [10, 20, math.nan, 40], error=[1, math.nan, 1, 1])
    assert found.missing == ("c",)
    for estimate in (*found.absolute, *found.relative):
        assert estimate.low is None
        assert estimate.note


def many(error: float | None, *, is_ordered: bool) -> GapTable:
    """Return the measures of 40 settings of two to six groups, some of values at or below zero."""
    rng = np.random.default_rng(8)
    offsets = np.append(0, np.cumsum(rng.integers(2, 7, 40)))
    value, rank = rng.uniform(-3, 60, offsets[-1]), rng.permutation(offsets[-1]).astype(float)
    panel = group_panel(
        value,
        offsets=offsets,
        error=None if error is None else np.full(offsets[-1], error),
        rank=rank if is_ordered else None,
        population=rng.uniform(1, 9, offsets[-1]),
        is_higher_better=rng.random(40) < 0.5,
        lowest=np.where(np.arange(40) % 2, -5.0, np.nan),
        highest=np.where(np.arange(40) % 2, 100.0, np.nan),
    )
    return gaps_many(panel)


@pytest.mark.parametrize("is_ordered", [True, False])
@pytest.mark.parametrize("error", [1.0, 20.0])
def test_without_errors_the_values_and_reasons_are_those_with_errors(error: float, is_ordered: bool) -> None:
    known, alone = many(error, is_ordered=is_ordered), many(None, is_ordered=is_ordered)
    np.testing.assert_array_equal(alone.value, known.value)
    hidden = np.isin(known.why, (KNOWN, OPEN, MEAN_UNSURE))
    np.testing.assert_array_equal(alone.why, np.where(hidden, NO_ERROR, known.why))
    assert np.isnan([alone.corrected, alone.low, alone.high]).all()
    assert np.isfinite(known.low).sum() > 100


def test_settings_with_and_without_errors_do_not_touch_each_other() -> None:
    y, error = np.array([20.0, 35.0, 60.0] * 3), np.array([2.0, 3.0, 4.0, 2.0, math.nan, 4.0, 2.0, 3.0, 4.0])
    mixed = gaps_many(group_panel(y, offsets=[0, 3, 6, 9], error=error, lowest=0, highest=100))
    for at, own in enumerate((error[:3], None, error[:3])):
        alone = gaps_many(group_panel(y[:3], offsets=[0, 3], error=own, lowest=0, highest=100))
        for part in ("value", "corrected", "low", "high", "why"):
            np.testing.assert_array_equal(getattr(mixed, part)[at], getattr(alone, part)[0])


def test_without_errors_no_test_is_inverted(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_more: object) -> None:
        raise AssertionError

    monkeypatch.setattr(invert, "crossing", refused)
    monkeypatch.setattr(picked, "halved", refused)
    assert gaps(AB, [10, 20, 30]).of("bgv").value == pytest.approx(200 / 3)
    with pytest.raises(AssertionError):
        gaps(AB, [10, 20, 30], error=[1, 1, 1])


def test_values_at_zero_leave_logs_and_ratios_unmeasured() -> None:
    found = gaps(AB, [0.0, 20.0, 60.0], error=[1, 1, 1], lowest=0, highest=100)
    for measure in ("theil", "mld", "ratio"):
        assert found.of(measure).value is None
        assert "above zero" in found.of(measure).note
    assert found.of("cov").low is not None
    unsure = gaps(AB, [0.1, 0.2, 0.3], error=[1, 1, 1])
    assert unsure.of("cov").value is not None
    assert unsure.of("cov").low is None
    assert "mean" in unsure.of("cov").note


def test_less_is_better_without_ends_has_no_opportunity_index() -> None:
    found = gaps(AB, [10, 20, 30], better="lower")
    assert found.of("hoi").value is None
    assert "two ends" in found.of("d_index").note


def test_certain_and_equal_groups_have_intervals_of_no_length() -> None:
    certain = gaps(AB, [10, 20, 30], error=[0, 0, 0], rank=[1, 2, 3], lowest=0, highest=100, reference="a")
    for estimate in (*certain.absolute, *certain.relative):
        assert estimate.low == pytest.approx(estimate.value, rel=1e-6), estimate.measure
        assert estimate.high == pytest.approx(estimate.value, rel=1e-6), estimate.measure
    equal = gaps(AB, [20, 20, 20], error=[1, 1, 1], rank=[1, 2, 3], lowest=0, highest=100)
    assert equal.of("bgv").corrected == pytest.approx(0, abs=1e-9)
    assert equal.of("bgv").low == 0
    assert (equal.of("bgv").high or 0) > 0
    assert equal.of("rii").value == pytest.approx(1)


def test_groups_told_apart_without_error_have_no_logistic_slope() -> None:
    found = gaps(["a", "b", "c", "d"], [0, 0, 100, 100], rank=[1, 2, 3, 4], lowest=0, highest=100)
    assert found.of("sii").value is None
    assert "fit" in found.of("sii").note


def test_sizes_give_errors_that_are_never_zero() -> None:
    panel = group_panel([0.0, 100.0, 50.0], offsets=[0, 3], size=[20, 20, 20], lowest=0, highest=100)
    moved = np.array([1 / 22, 21 / 22, 0.5])
    np.testing.assert_allclose(panel.error, 100 * np.sqrt(moved * (1 - moved) / 20))
    assert np.isnan(group_panel([1.0, 2.0], offsets=[0, 2], size=[9, 9]).error).all()


numbers = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1e-9, 100.0, math.nan, 1e15]))


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=6), st.booleans())
@settings(max_examples=40, deadline=None)
def test_nothing_warns_and_nothing_is_nan(rows: list[tuple[float, float, float]], is_bounded: bool) -> None:
    values, errors, people = (list(column) for column in zip(*rows, strict=True))
    names = [f"g{i}" for i in range(len(rows))]
    ends = {"lowest": 0, "highest": 100} if is_bounded else {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = gaps(names, values, error=errors, population=people, rank=range(len(rows)), **ends)  # type: ignore[arg-type]
        except Refused:
            return
        behind = furthest_behind(names, values, error=errors)
    for estimate in (*found.absolute, *found.relative):
        numbers_found = (estimate.value, estimate.corrected, estimate.low, estimate.high)
        assert all(x is None or math.isfinite(x) for x in numbers_found), estimate
        assert estimate.note or None not in numbers_found
    assert behind.chance is None or 0 <= behind.chance <= 1


def test_moves_are_refused_by_name() -> None:
    good: dict[str, object] = {
        "groups": AB, "before": [1, 2, 3], "after": [1, 2, 3],
        "population_before": [1, 1, 1], "population_after": [1, 1, 1],
    }  # fmt: skip
    bad: dict[str, object] = {
        "before": [1, 2], "after": [1, 2, math.nan], "population_after": [0, 0, 0], "groups": ["a", "a", "b"],
        "error_before": [1, -1, 1],
    }  # fmt: skip
    for field, value in bad.items():
        with pytest.raises(Refused, match="twice" if field == "groups" else field):
            who_moved_the_mean(**(good | {field: value}))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="1 groups"):
        who_moved_the_mean(["a"], [1], [1], population_before=[1], population_after=[1])
