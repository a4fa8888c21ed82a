"""One series as a person hands it over, sorted and checked, and several of them as a panel."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats.panel import Panel
from rightsplan.stats.periods import decimal_year
from rightsplan.stats.promise import LARGEST

BREAK = "break"
NORMAL_95 = 1.959963984540054
Optional = Sequence[float | None] | None


class Point(NamedTuple):
    """One observation: decimal year, period, value, standard error or NaN, and whether a new series begins here."""

    when: float
    period: str
    value: float
    error: float
    is_first: bool


def sorted_points(
    periods: Sequence[str],
    values: Sequence[float | None],
    *,
    lower: Optional = None,
    upper: Optional = None,
    status: Sequence[str | None] | None = None,
) -> list[Point]:
    """Return the observations by time, without missing values; the same value twice for one period counts once.

    A break on a missing value moves to the next value. The standard error is the width of the 95 % interval over
    2 * 1.96. Raises Refused for lengths that differ, for a period with two values, for a period of no known form and
    for numbers that are not finite.
    """
    given = {"periods": periods, "values": values, "lower": lower, "upper": upper, "status": status}
    for name, column in given.items():
        if not (hasattr(column, "__len__") or (column is None and name not in ("periods", "values"))):
            raise Refused(f"{name} is {column!r}.", f"Give {name} as a list.")
    if not all(len(x) == len(periods) for x in (values, lower, upper, status) if x is not None):
        raise Refused("Periods, values, bounds and status differ in length.", "Give one of each per observation.")
    blank = [None] * len(periods)
    rows = zip(periods, values, lower or blank, upper or blank, status or blank, strict=True)
    points: dict[float, Point] = {}
    breaks: set[float] = set()
    for period, value, low, high, mark in rows:
        when = decimal_year(period)
        if mark == BREAK:
            breaks.add(when)
        if value is not None:
            point = Point(when, period, checked(period, value), error_of(period, low, high), is_first=False)
            points[when] = merged(points.get(when), point)
    ordered = [points[when] for when in sorted(points)]
    return [mark_break(before, point, breaks) for before, point in zip([None, *ordered], ordered, strict=False)]


def mark_break(before: Point | None, point: Point, breaks: set[float]) -> Point:
    """Return the point, marked where a break lies after the point before it. A first point has nothing to break."""
    is_first = before is not None and any(before.when < when <= point.when for when in breaks)
    return point._replace(is_first=is_first)


def merged(known: Point | None, point: Point) -> Point:
    """Return one point for a period that is named twice; of two standard errors the larger one counts."""
    if known is None:
        return point
    if known.value != point.value:
        raise Refused(f"The period {point.period} has two values.", "Keep one value for each period.")
    return known._replace(error=float(np.fmax(known.error, point.error)))


def checked(period: str, number: float) -> float:
    """Return a finite number. Raises Refused for anything else."""
    if isinstance(number, str | bool) or not abs(number) <= LARGEST:
        raise Refused(f"A number of {period} is {number!r}.", "Give a finite number, or leave a missing value empty.")
    return float(number)


def error_of(period: str, low: float | None, high: float | None) -> float:
    """Return the standard error that a 95 % interval means, NaN where one end is missing."""
    if low is None or high is None:
        return math.nan
    if checked(period, low) > checked(period, high):
        raise Refused(f"The interval of {period} ends before it begins.", "Give the lower bound first.")
    return (high - low) / (2 * NORMAL_95)


def panel_of(series: Sequence[Sequence[Point]]) -> Panel:
    """Return the panel of several series of points."""
    flat = [point for points in series for point in points]
    return Panel(
        t=np.array([p.when for p in flat], dtype=np.float64),
        y=np.array([p.value for p in flat], dtype=np.float64),
        error=np.array([p.error for p in flat], dtype=np.float64),
        first=np.array([p.is_first for p in flat], dtype=bool),
        offsets=np.concatenate([[0], np.cumsum([len(points) for points in series], dtype=np.int64)]).astype(np.int64),
    )
