"""Many series and many promises as flat arrays, so that one code path serves one series and a hundred thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rightsplan.errors import Refused
from rightsplan.stats.promise import ABOUT_TOLERANCE, Promise

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_LEAST, AT_MOST, EXACTLY, CHANGE_BY, ABOUT = range(5)
CODES = {"at_least": AT_LEAST, "at_most": AT_MOST, "exactly": EXACTLY, "change_by": CHANGE_BY, "about": ABOUT}
LEVEL, COUNT, CHANGE = range(3)
MEASURES = {"level": LEVEL, "count": COUNT, "change": CHANGE}


@dataclass(frozen=True)
class Panel:
    """Series i holds the points offsets[i]:offsets[i+1], sorted by time without duplicates or missing values.

    Shapes: t, y, error, first flat of length N; offsets n + 1. `error` is the standard error or NaN; `first` marks a
    point that begins a new, incomparable series (a break).
    """

    t: Floats
    y: Floats
    error: Floats
    first: Bools
    offsets: Ints

    def __post_init__(self) -> None:
        size = len(self.t)
        if not (len(self.y) == len(self.error) == len(self.first) == size and self.offsets[-1] == size):
            raise Refused("The arrays of the panel differ in length.", "Give one value per point and n + 1 offsets.")
        if not (np.isfinite(self.t).all() and np.isfinite(self.y).all()):
            raise Refused("The panel holds a value that is no finite number.", "Leave missing values out.")
        is_later = np.diff(self.t, prepend=-np.inf) > 0
        is_later[self.offsets[:-1][self.offsets[:-1] < size]] = True
        if not is_later.all():
            raise Refused("Periods are out of order or double.", "Sort every series by period, one value a period.")

    @property
    def count(self) -> int:
        """Return the number of series."""
        return len(self.offsets) - 1

    @cached_property
    def row(self) -> Ints:
        """Return the series number of every point."""
        return np.repeat(np.arange(self.count), np.diff(self.offsets))


@dataclass(frozen=True, slots=True)
class Promises:
    """Promises as arrays of length n; NaN where a number is missing. See `Promise` for the meaning."""

    direction: Ints
    value: Floats
    year: Floats
    baseline: Floats
    baseline_year: Floats
    start: Floats
    lower: Floats
    upper: Floats
    strict: Bools
    hold: Bools
    tolerance: Floats
    measured: Ints
    numeric: Bools

    @classmethod
    def of(cls, promises: Sequence[Promise]) -> "Promises":
        """Return the arrays of a list of promises."""

        def numbers(name: str) -> Floats:
            return np.array([np.nan if (x := getattr(p, name)) is None else x for p in promises], dtype=np.float64)

        value = numbers("value")
        return cls(
            direction=np.array([CODES[p.direction] for p in promises], dtype=np.int64),
            value=value,
            year=numbers("year"),
            baseline=numbers("baseline"),
            baseline_year=numbers("baseline_year"),
            start=numbers("start_year"),
            lower=numbers("lower"),
            upper=numbers("upper"),
            strict=np.array([p.strict for p in promises], dtype=bool),
            hold=np.array([p.hold for p in promises], dtype=bool),
            tolerance=numbers("tolerance"),
            measured=np.array([MEASURES[p.measured_as] for p in promises], dtype=np.int64),
            numeric=np.array([p.kind != "qualitative" for p in promises], dtype=bool) & np.isfinite(value),
        )


@dataclass(frozen=True, slots=True)
class Goal:
    """The promise as a level to reach: n values each.

    `sign` is +1 (at least), -1 (at most) or 0 (close to `level`); `band` is how far from `level` still counts.
    """

    sign: Floats
    level: Floats
    band: Floats
    strict: Bools

    def nearness(self, y: Floats, row: Ints | slice) -> Floats:
        """Return a number that grows as the promise comes nearer, in the indicator's unit."""
        sign = self.sign[row]
        near = sign * y
        if not self.sign.all():
            close = sign == 0
            near[close] = -np.abs(y - self.level[row])[close]
        return near

    def threshold(self) -> Floats:
        """Return the nearness at which the promise is kept."""
        return np.where(self.sign == 0, -self.band, self.sign * self.level)

    def reached(self, y: Floats, row: Ints | slice) -> Bools:
        """Say which values keep the promise; one part in 10**12 is rounding."""
        return self.is_near_enough(self.nearness(y, row), row)

    def is_near_enough(self, near: Floats, row: Ints | slice) -> Bools:
        """Say which values of `nearness` keep the promise."""
        threshold = self.threshold()
        slack = 1e-12 * np.abs(threshold)
        limit = np.where(self.strict, threshold + slack, threshold - slack)[row]
        if not self.strict.any():
            return near >= limit
        return np.where(self.strict[row], near > limit, near >= limit)


def goal_of(promises: Promises, baseline: Floats) -> Goal:
    """Return the level that each promise means, given the baselines (NaN where unknown)."""
    change = promises.direction == CHANGE_BY
    level = np.where(change & (promises.measured != CHANGE), baseline + promises.value, promises.value)
    sign = np.select(
        [promises.direction == AT_LEAST, promises.direction == AT_MOST, change],
        [1.0, -1.0, np.where(promises.value >= 0, 1.0, -1.0)],
        default=0.0,
    )
    about = promises.direction == ABOUT
    span = np.where(np.isfinite(promises.baseline), np.abs(level - promises.baseline), np.abs(level))
    band = np.where(np.isfinite(promises.tolerance), promises.tolerance, np.where(about, ABOUT_TOLERANCE * span, 0.0))
    return Goal(sign=sign, level=level, band=band, strict=promises.strict & (sign != 0))
