"""A published series cut into what may be joined: breaks and gaps leave it open, nothing is interpolated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from rightsplan.stats.periods import decimal_year

GAP = 1.5  # a step of more than one and a half usual ones is a gap


@dataclass(frozen=True, slots=True)
class Point:
    """One observation at a decimal year."""

    t: float
    value: float
    lower: float | None
    upper: float | None
    period: str


@dataclass(frozen=True, slots=True)
class Series:
    """Stretches of adjacent observations, and the moments whose value is missing."""

    stretches: list[list[Point]] = field(default_factory=list)
    missing: list[float] = field(default_factory=list)
    breaks: list[float] = field(default_factory=list)

    @property
    def points(self) -> list[Point]:
        """Return every observation in order."""
        return [p for stretch in self.stretches for p in stretch]


def cut(points: Sequence[Sequence[Any]]) -> Series:
    """Cut `[[period, value, lower, upper, status], ...]` at breaks, at missing values and at gaps."""
    rows = sorted(((decimal_year(str(p[0])), *p) for p in points), key=lambda row: row[0])
    seen = [row[0] for row in rows if row[2] is not None]
    usual = median([b - a for a, b in pairwise(seen)]) if len(seen) > 1 else 1.0
    series = Series()
    last: float | None = None
    is_broken = False
    for t, period, value, *rest in rows:
        lower, upper, status = [*rest, None, None, None][:3]
        is_broken = is_broken or status == "break"
        if value is None:
            series.missing.append(t)
            last = None
            continue
        if is_broken and series.stretches:
            series.breaks.append(t)
        if last is None or is_broken or t - last > GAP * usual + 1e-9:
            series.stretches.append([])
        series.stretches[-1].append(Point(t, float(value), lower, upper, str(period)))
        last, is_broken = t, False
    return series


def since(series: Series, start: float) -> Series:
    """Return what lies at or after a moment."""
    kept = [[p for p in stretch if p.t >= start - 0.5] for stretch in series.stretches]
    return Series(
        [s for s in kept if s],
        [t for t in series.missing if t >= start - 0.5],
        [t for t in series.breaks if t >= start - 0.5],
    )
