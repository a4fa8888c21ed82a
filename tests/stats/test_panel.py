"""Many series at once give, bit for bit, what each of them gives alone; and the same bytes every time."""

import json
import subprocess
import sys
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.evidence.canonical import canonical_json
from rightsplan.stats.panel import Panel, Promises
from rightsplan.stats.points import Point, panel_of, sorted_points
from rightsplan.stats.progress import Promise, assess, assess_many, result_of

DIRECTIONS = ["at_least", "at_most", "exactly", "about", "change_by"]
tenths = st.integers(-200, 1200).map(lambda number: number / 10)
years = st.integers(2005, 2032).map(float)


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    """Draw any promise that can be made."""
    maybe = st.none() | tenths
    return Promise(
        direction=draw(st.sampled_from(DIRECTIONS)),
        value=draw(maybe),
        year=draw(st.none() | years),
        baseline=draw(maybe),
        baseline_year=draw(st.none() | years),
        start_year=draw(st.none() | years),
        end_year=draw(st.none() | years),
        lower=draw(st.sampled_from([None, 0.0, -50.0])),
        upper=draw(st.sampled_from([None, 100.0, 200.0])),
        better=draw(st.sampled_from(["higher", "lower", "none"])),
        strict=draw(st.booleans()),
        hold=draw(st.booleans()),
        tolerance=draw(st.sampled_from([None, 0.0, 2.5])),
        measured_as=draw(st.sampled_from(["level", "count", "change"])),
        kind=draw(st.sampled_from(["quantitative", "quantitative", "qualitative", "process"])),
    )


@st.composite
def series(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Draw the columns of a series, yearly or quarterly, with gaps, intervals and breaks, also an empty one."""
    forms = draw(st.sampled_from([["{}"], ["{}-Q1", "{}-Q3"], ["{}", "{}-12"]]))
    periods = [form.format(year) for year in sorted(draw(st.sets(st.integers(2004, 2026)))) for form in forms]
    rows = [(draw(st.none() | tenths), draw(st.sampled_from([None, None, 0.0, 2.0]))) for _ in periods]
    return {
        "periods": periods,
        "values": [value for value, _ in rows],
        "lower": [None if value is None or half is None else value - half for value, half in rows],
        "upper": [None if value is None or half is None else value + half for value, half in rows],
        "status": [draw(st.sampled_from([None, None, None, None, "break"])) for _ in periods],
    }


def points_of(columns: dict[str, list[Any]]) -> list[Point]:
    """Return the points of a series."""
    data = dict(columns)
    return sorted_points(data.pop("periods"), data.pop("values"), **data)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(series(), promises()), min_size=1, max_size=8), as_of=st.integers(20100, 20300))
def test_the_panel_gives_each_series_what_it_gets_alone(
    rows: list[tuple[dict[str, list[Any]], Promise]], as_of: int
) -> None:
    day = as_of / 10
    every = [points_of(columns) for columns, _ in rows]
    panel = panel_of(every)
    outcome = assess_many(panel, Promises.of([promise for _, promise in rows]), as_of=day)
    periods = [point.period for points in every for point in points]
    for i, (columns, promise) in enumerate(rows):
        alone = assess(promise, as_of=day, **columns).to_dict()
        assert canonical_json(result_of(outcome, panel, periods, i, as_of=day).to_dict()) == canonical_json(alone)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(columns=series(), promise=promises(), as_of=st.integers(20100, 20300))
def test_any_promise_of_any_series_has_a_verdict_that_json_can_hold(
    columns: dict[str, list[Any]], promise: Promise, as_of: int
) -> None:
    result = assess(promise, as_of=as_of / 10, **columns)
    text = json.dumps(result.to_dict(), allow_nan=False)
    assert json.loads(text) == result.to_dict()
    assert Promise.from_dict(json.loads(json.dumps(promise.to_dict()))) == promise


def test_neighbours_in_the_panel_do_not_matter() -> None:
    """The same series between other series, first, last and between empty ones."""
    own = sorted_points(["2020", "2021", "2022"], [90.0, 91.0, 93.0])
    other = sorted_points([str(year) for year in range(2005, 2024)], [float(year % 7) for year in range(2005, 2024)])
    promise = Promise(direction="at_least", value=95.0, year=2025.0, baseline_year=2020.0)
    found = []
    for before, after in [([], []), ([other], []), ([], [other]), ([[], other, []], [[], other])]:
        panel = panel_of([*before, own, *after])
        outcome = assess_many(panel, Promises.of([promise] * panel.count), as_of=2023.0)
        periods = [point.period for points in [*before, own, *after] for point in points]
        found.append(result_of(outcome, panel, periods, len(before), as_of=2023.0))
    assert found == [found[0]] * 4


PROGRAM = """
import sys
from rightsplan.evidence.canonical import canonical_json
from rightsplan.stats.progress import Promise, assess
promise = Promise(direction="at_least", value=95.0, year=2030.0, baseline_year=2012.0, lower=0.0, upper=100.0)
values = [61.7 + 2.3 * i + (i * i * 7 % 5) / 3 for i in range(11)]
result = assess(promise, [str(2012 + i) for i in range(11)], values, as_of=2023.0)
sys.stdout.buffer.write(canonical_json(result.to_dict()))
"""


def test_two_programs_write_the_same_bytes_whatever_the_order_of_their_hashes() -> None:
    written = [
        subprocess.run([sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    ]
    assert written[0].stdout == written[1].stdout
    assert b'"probability":' in written[0].stdout


def panel(**changes: Any) -> Panel:
    """Return a panel of two series with changes."""
    usual: dict[str, Any] = {
        "t": np.array([2020.0, 2021.0, 2020.0]),
        "y": np.array([1.0, 2.0, 3.0]),
        "error": np.full(3, np.nan),
        "first": np.zeros(3, dtype=bool),
        "offsets": np.array([0, 2, 3]),
    }
    return Panel(**{**usual, **changes})


WRONG = [
    ("too few values", {"y": np.array([1.0, 2.0])}, "length"),
    ("offsets that end early", {"offsets": np.array([0, 2])}, "length"),
    ("offsets that do not begin at zero", {"offsets": np.array([1, 2, 3])}, "rise from zero"),
    ("offsets that fall", {"offsets": np.array([0, 3, 2, 3])}, "rise from zero"),
    ("a value that is no number", {"y": np.array([1.0, np.nan, 3.0])}, "finite"),
    ("a year that is no number", {"t": np.array([2020.0, np.inf, 2020.0])}, "finite"),
    ("a year of five digits", {"t": np.array([2020.0, 20210.0, 2020.0])}, "four digits"),
    ("a negative standard error", {"error": np.array([1.0, -1.0, 1.0])}, "standard error"),
    ("years out of order", {"t": np.array([2021.0, 2020.0, 2020.0])}, "order"),
    ("a year twice", {"t": np.array([2020.0, 2020.0, 2020.0])}, "double"),
]


@pytest.mark.parametrize(("name", "changes", "says"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_panel_is_refused(name: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        panel(**changes)


def test_a_promise_too_many_is_refused() -> None:
    promise = Promise(direction="at_least", value=1.0, year=2025.0)
    with pytest.raises(Refused, match="promises"):
        assess_many(panel(), Promises.of([promise]), as_of=2023.0)


@pytest.mark.parametrize("as_of", [float("nan"), float("inf")])
def test_an_assessment_without_a_day_is_refused(as_of: float) -> None:
    promise = Promise(direction="at_least", value=1.0, year=2025.0)
    with pytest.raises(Refused, match="day"):
        assess_many(panel(), Promises.of([promise] * 2), as_of=as_of)


def test_no_series_at_all_is_no_error() -> None:
    empty = panel_of([])
    outcome = assess_many(empty, Promises.of([]), as_of=2023.0)
    assert outcome.verdicts() == []
    assert all(len(getattr(outcome.promises, field.name)) == 0 for field in fields(Promises))


@pytest.mark.parametrize(
    ("year", "inclusive", "expected"),
    [(2020.0, False, [0, 2]), (2020.0, True, [1, 3]), (2022.0, False, [2, 3]), (np.nan, True, [0, 2]),
     (np.inf, False, [2, 3]), (-np.inf, True, [0, 2])],
)  # fmt: skip
def test_until_counts_the_points_of_each_series(year: float, inclusive: bool, expected: list[int]) -> None:
    assert panel().until(np.full(2, year), inclusive=inclusive).tolist() == expected


def test_years_are_counted_by_the_calendar() -> None:
    points = sorted_points(["2020-Q1", "2020-Q4", "2021-01-01", "2022-12-31"], [1.0, 2.0, 3.0, 4.0])
    found = panel_of([points, [], points[:2]])
    assert found.years_in(found.offsets[:-1], found.offsets[1:]).tolist() == [3, 0, 1]
    assert panel_of([[]]).years_in(np.array([0]), np.array([0])).tolist() == [0]
