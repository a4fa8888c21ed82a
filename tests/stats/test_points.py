"""Series and periods as people hand them over: sorted, checked, and never mended in silence."""

import math
from datetime import date
from typing import Any

import pytest

from rightsplan.errors import Refused
from rightsplan.stats.periods import day_as_year, decimal_year
from rightsplan.stats.points import NORMAL_95, sorted_points

PERIODS = [
    ("2015", 2015.0),
    (" 2015 ", 2015.0),
    ("2015-Q1", 2014.625),
    ("2015-Q4", 2015.375),
    ("2015-01", 2015 + 0.5 / 12 - 0.5),
    ("2015-12", 2015 + 11.5 / 12 - 0.5),
    ("2015-01-01", 2015 + 0.5 / 365 - 0.5),
    ("2015-12-31", 2015 + 364.5 / 365 - 0.5),
    ("2016-02-29", 2016 + 59.5 / 366 - 0.5),
    ("0001", 1.0),
]


@pytest.mark.parametrize(("period", "year"), PERIODS)
def test_a_period_is_the_middle_of_its_time(period: str, year: float) -> None:
    assert decimal_year(period) == pytest.approx(year, abs=1e-12)


@pytest.mark.parametrize(
    "period",
    ["", "15", "2015-Q5", "2015-Q0", "2015Q1", "2015-13", "2015-00", "2015-02-29", "2015-2", "2015/16", "٢٠١٥", "abc",
     None, 2015, 2015.0],
)  # fmt: skip
def test_anything_else_is_no_period(period: Any) -> None:
    with pytest.raises(Refused):
        decimal_year(period)


def test_every_day_of_a_year_lies_within_half_a_year_of_it() -> None:
    days = [day_as_year(date(2016, 1, 1)), day_as_year(date(2016, 12, 31))]
    assert 2015.5 < days[0] < days[1] < 2016.5
    assert day_as_year(date(2015, 12, 31)) < 2015.5 < days[0]


def test_rows_are_sorted_and_missing_values_left_out() -> None:
    found = sorted_points(["2022", "2020", "2021"], [3.0, 1.0, None])
    assert [(point.period, point.value) for point in found] == [("2020", 1.0), ("2022", 3.0)]
    assert all(math.isnan(point.error) for point in found)


def test_the_same_row_twice_counts_once_with_the_larger_error() -> None:
    found = sorted_points(["2020", "2020", "2020"], [1.0, 1.0, 1.0], lower=[0.9, 0.5, None], upper=[1.1, 1.5, None])
    assert len(found) == 1
    assert found[0].error == pytest.approx(0.5 / NORMAL_95)


BREAKS = [
    ("on a value", ["2020", "2021", "2022"], [1.0, 2.0, 3.0], [None, "break", None], ["2021"]),
    ("on a missing value", ["2020", "2021", "2022"], [1.0, None, 3.0], [None, "break", None], ["2022"]),
    ("on the first value", ["2020", "2021"], [1.0, 2.0], ["break", None], []),
    ("before the first value", ["2019", "2020"], [None, 2.0], ["break", None], []),
    ("after the last value", ["2020", "2021"], [1.0, None], [None, "break"], []),
    ("twice in a gap", ["2020", "2021", "2022"], [1.0, None, 3.0], [None, "break", "break"], ["2022"]),
    ("another status", ["2020", "2021"], [1.0, 2.0], [None, "provisional"], []),
]


@pytest.mark.parametrize(("name", "periods", "values", "status", "firsts"), BREAKS, ids=[row[0] for row in BREAKS])
def test_a_break_marks_the_first_value_after_it(
    name: str, periods: list[str], values: list[float | None], status: list[str | None], firsts: list[str]
) -> None:
    found = sorted_points(periods, values, status=status)
    assert [point.period for point in found if point.is_first] == firsts


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("lengths differ", {"values": [1.0]}, "length"),
    ("bounds too short", {"values": [1.0, 2.0], "lower": [1.0], "upper": [1.0, 2.0]}, "length"),
    ("status too long", {"values": [1.0, 2.0], "status": [None, None, None]}, "length"),
    ("not a number", {"values": [1.0, math.nan]}, "2021"),
    ("infinite", {"values": [1.0, math.inf]}, "2021"),
    ("too large to square", {"values": [1.0, 1e151]}, "2021"),
    ("text", {"values": [1.0, "2"]}, "2021"),
    ("true is no number", {"values": [1.0, True]}, "2021"),
    ("bounds the wrong way round", {"values": [1.0, 2.0], "lower": [None, 3.0], "upper": [None, 1.0]}, "2021"),
    ("a bound that is no number", {"values": [1.0, 2.0], "lower": [None, math.nan], "upper": [None, 1.0]}, "2021"),
    ("two values for a period", {"periods": ["2021", "2021"], "values": [1.0, 2.0]}, "two values"),
    ("two values for a day", {"periods": ["2021-01-01", "2021-01-01"], "values": [1.0, 2.0]}, "two values"),
]


@pytest.mark.parametrize(("name", "data", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_fault_is_refused_with_its_period(name: str, data: dict[str, Any], says: str) -> None:
    usual = {"periods": ["2020", "2021"], **data}
    with pytest.raises(Refused, match=says):
        sorted_points(usual.pop("periods"), usual.pop("values"), **usual)
