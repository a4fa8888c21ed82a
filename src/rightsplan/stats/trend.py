"""The shape of a series as facts, from which a chart's text alternative is written in any language."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from rightsplan.stats import checks
from rightsplan.stats.points import Point, sorted_points
from rightsplan.stats.promise import Better

__all__ = ["Stretch", "Trend", "describe"]

TURN = 0.2  # a turn goes back by at least this part of the range between breaks

Way = Literal["rose", "fell", "level"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One movement between two turning points."""

    way: Way
    since: str
    until: str
    first: float
    last: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What a series did. Periods as handed over, values in the indicator's unit; None and empty where there is no data.

    `segments` are runs of comparable values: the stretches of each; a break lies between two segments and is named in
    `breaks` by the first period after it. `best` and `worst` are periods (the earliest of equals) since the last break.
    """

    number: int
    first: str | None
    last: str | None
    segments: tuple[tuple[Stretch, ...], ...]
    breaks: tuple[str, ...]
    turns: tuple[str, ...]
    best: str | None
    worst: str | None
    highest: str | None
    lowest: str | None


def describe(
    periods: Sequence[str],
    values: Sequence[float | None],
    status: Sequence[str | None] | None = None,
    *,
    better: Better = "none",
) -> Trend:
    """Describe a series as stretches that rose, fell or stayed level, between turning points.

    A point is a turn where the series came by at least a fifth of its range between breaks, and afterwards goes back by
    as much: the peaks and valleys whose prominence is that fifth (as `scipy.signal.find_peaks` defines it). Smaller
    movements belong to the stretch around them. The same series upside down or backwards has the same turns. Raises
    Refused as `progress.assess`. Does not smooth, test for significance, or compare values across a break.
    """
    checks.one_of("better", better, get_args(Better))
    points = sorted_points(periods, values, status=status)
    runs = runs_of(points)
    turns = [turns_of(run) for run in runs]
    latest = runs[-1] if runs else []
    highest = max(latest, key=lambda p: p.value).period if latest else None
    lowest = min(latest, key=lambda p: p.value).period if latest else None
    ends = {"higher": (highest, lowest), "lower": (lowest, highest), "none": (None, None)}[better]
    return Trend(
        number=len(points),
        first=points[0].period if points else None,
        last=points[-1].period if points else None,
        segments=tuple(stretches_of(run, inner) for run, inner in zip(runs, turns, strict=True)),
        breaks=tuple(point.period for point in points if point.is_first),
        turns=tuple(run[i].period for run, inner in zip(runs, turns, strict=True) for i in inner),
        best=ends[0],
        worst=ends[1],
        highest=highest,
        lowest=lowest,
    )


def runs_of(points: Sequence[Point]) -> list[list[Point]]:
    """Return the points between breaks."""
    runs: list[list[Point]] = []
    for point in points:
        if point.is_first or not runs:
            runs.append([])
        runs[-1].append(point)
    return runs


def turns_of(run: Sequence[Point]) -> list[int]:
    """Return the positions of the turning points within a run, ends left out."""
    values = [point.value for point in run]
    least = TURN * (max(values) - min(values))
    turns: list[int] = []
    high = low = 0
    way = 0
    for i, value in enumerate(values):
        high = i if value > values[high] else high
        low = i if value < values[low] else low
        falls, rises = values[high] - value, value - values[low]
        if way >= 0 and falls >= least > 0 and high < i:
            turns += [high] if way else []  # the first movement only says which way it went
            way, low = -1, i
        elif way <= 0 and rises >= least > 0 and low < i:
            turns += [low] if way else []
            way, high = 1, i
    return turns


def stretches_of(run: Sequence[Point], turns: Sequence[int]) -> tuple[Stretch, ...]:
    """Return the stretches between the ends and turns of a run; a single point has none."""
    edges = sorted({0, *turns, len(run) - 1})
    return tuple(stretch_of(run[a], run[b]) for a, b in pairwise(edges))


def stretch_of(a: Point, b: Point) -> Stretch:
    """Return the movement between two points."""
    way: Way = "rose" if b.value > a.value else "fell" if b.value < a.value else "level"
    return Stretch(way=way, since=a.period, until=b.period, first=a.value, last=b.value)
