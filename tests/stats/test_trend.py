"""The shape of a series in facts: what rose, fell and turned, and nothing across a break."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import find_peaks

from rightsplan.errors import Refused
from rightsplan.stats.trend import TURN, Trend, describe

from .series import columns


def trend(text: str, **more: Any) -> Trend:
    """Describe a series written as text."""
    data = columns(text)
    return describe(data["periods"], data["values"], data["status"], **more)


def told(found: Trend) -> str:
    """Return the segments as a line of text."""
    return " | ".join(
        ", ".join(f"{s.way} {s.first:g}-{s.last:g} {s.since}-{s.until}" for s in segment) for segment in found.segments
    )


class Case(NamedTuple):
    name: str
    series: str
    told: str
    facts: dict[str, Any] = {}


CASES = [
    Case("nothing", "", "", {"number": 0, "first": None, "last": None, "highest": None, "segments": ()}),
    Case("only missing values", "2020 -", "", {"number": 0}),
    Case(
        "one point", "2020 5", "", {"number": 1, "first": "2020", "last": "2020", "segments": ((),), "highest": "2020"}
    ),
    Case("two points", "2020 5, 2021 7", "rose 5-7 2020-2021", {"turns": ()}),
    Case("level", "2020 5, 2021 5, 2022 5", "level 5-5 2020-2022", {"highest": "2020", "lowest": "2020"}),
    Case("up", "2020 1, 2021 2, 2022 4", "rose 1-4 2020-2022"),
    Case(
        "up and down",
        "2020 1, 2021 5, 2022 2",
        "rose 1-5 2020-2021, fell 5-2 2021-2022",
        {"turns": ("2021",), "highest": "2021", "lowest": "2020"},
    ),
    Case("a dent smaller than a fifth is none", "2020 0, 2021 6, 2022 5, 2023 10", "rose 0-10 2020-2023"),
    Case(
        "a dent of a fifth is one",
        "2020 0, 2021 6, 2022 4, 2023 10",
        "rose 0-6 2020-2021, fell 6-4 2021-2022, rose 4-10 2022-2023",
        {"turns": ("2021", "2022")},
    ),
    Case("a small rise before the fall is no turn", "2020 9, 2021 10, 2022 0", "fell 9-0 2020-2022", {"turns": ()}),
    Case("nor is a small fall after the rise", "2020 0, 2021 10, 2022 9", "rose 0-9 2020-2022", {"turns": ()}),
    Case(
        "nothing is compared across a break",
        "2020 1, 2021 9, break 2022 50, 2023 40",
        "rose 1-9 2020-2021 | fell 50-40 2022-2023",
        {"breaks": ("2022",), "highest": "2022", "lowest": "2023"},
    ),
    Case("one point after a break", "2020 1, 2021 9, break 2022 50", "rose 1-9 2020-2021 | ", {"highest": "2022"}),
    Case("a missing value is skipped", "2020 1, 2021 -, 2022 3", "rose 1-3 2020-2022", {"number": 2}),
    Case("rows in any order", "2022 3, 2020 1", "rose 1-3 2020-2022"),
    Case("quarters", "2020-Q1 1, 2020-Q2 2", "rose 1-2 2020-Q1-2020-Q2"),
    Case("the earliest of equals is the best", "2020 1, 2021 5, 2022 5", "rose 1-5 2020-2022", {"highest": "2021"}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_series_is_described(case: Case) -> None:
    found = trend(case.series)
    assert told(found) == case.told
    assert {name: getattr(found, name) for name in case.facts} == case.facts


@pytest.mark.parametrize(("better", "best", "worst"), [("higher", "2021", "2020"), ("lower", "2020", "2021"),
                                                       ("none", None, None)])  # fmt: skip
def test_best_and_worst_need_a_better_direction(better: Any, best: str | None, worst: str | None) -> None:
    found = trend("2020 1, 2021 5, 2022 2", better=better)
    assert (found.best, found.worst) == (best, worst)


def test_two_values_for_a_period_are_refused() -> None:
    with pytest.raises(Refused, match="2020"):
        trend("2020 1, 2020 2")


walks = st.lists(st.integers(0, 10_000), min_size=2, max_size=30, unique=True).map(lambda xs: [float(x) for x in xs])


def turns_of(values: list[float]) -> list[int]:
    """Return the positions of the turns of a yearly series."""
    return [int(period) - 1990 for period in describe([str(1990 + i) for i in range(len(values))], values).turns]


@settings(derandomize=True, max_examples=300)
@given(walks)
def test_turns_are_the_peaks_and_valleys_that_scipy_finds(values: list[float]) -> None:
    """scipy.signal.find_peaks with a prominence of a fifth of the range is the oracle."""
    least = TURN * (max(values) - min(values))
    peaks = [int(i) for side in (1, -1) for i in find_peaks(side * np.array(values), prominence=least)[0]]
    assert turns_of(values) == sorted(peaks)


@settings(derandomize=True)
@given(walks)
def test_upside_down_and_backwards_have_the_same_turns(values: list[float]) -> None:
    turns = turns_of(values)
    assert turns_of([100 - value for value in values]) == turns
    assert turns_of(values[::-1]) == sorted(len(values) - 1 - i for i in turns)
    assert turns_of([1024 * value for value in values]) == turns


@settings(derandomize=True)
@given(walks)
def test_stretches_join_without_a_gap_and_take_turns(values: list[float]) -> None:
    (segment,) = describe([str(1990 + i) for i in range(len(values))], values).segments
    assert [segment[0].first, segment[-1].last] == [values[0], values[-1]]
    assert all(a.last == b.first and a.until == b.since for a, b in pairwise(segment))
    assert all({a.way, b.way} == {"rose", "fell"} for a, b in pairwise(segment))
