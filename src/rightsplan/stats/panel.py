"""Many series and many promises as flat arrays, so that one code path serves one series and a hundred thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rightsplan.errors import Refused
from rightsplan.stats.promise import Promise

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_LEAST, AT_MOST, EXACTLY, CHANGE_BY, ABOUT = range(5)
CODES = {"at_least": AT_LEAST, "at_most": AT_MOST, "exactly": EXACTLY, "change_by": CHANGE_BY, "about": ABOUT}
LEVEL, COUNT, CHANGE = range(3)
MEASURES = {"level": LEVEL, "count": COUNT, "change": CHANGE}
BETTER = {"higher": 1.0, "lower": -1.0, "none": 0.0}
YEARS_APART = 1e5  # the years of neighbouring series lie this far apart in `Panel.key`
LAST_YEAR = 1e4


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
        if self.offsets[0] != 0 or (np.diff(self.offsets) < 0).any():
            raise Refused("The offsets of the panel do not rise from zero.", "Give the first point of every series.")
        if not (np.isfinite(self.t).all() and np.isfinite(self.y).all()):
            raise Refused("The panel holds a value that is no finite number.", "Leave missing values out.")
        if (np.abs(self.t) >= LAST_YEAR).any():
            raise Refused("A year has more than four digits.", "Give decimal years.")
        if np.isinf(self.error).any() or (self.error < 0).any():
            raise Refused("A standard error is negative or infinite.", "Give a standard error or NaN.")
        if not (self.key[1:] > self.key[:-1]).all():
            raise Refused("Periods are out of order or double.", "Sort every series by period, one value a period.")

    @property
    def count(self) -> int:
        """Return the number of series."""
        return len(self.offsets) - 1

    @cached_property
    def sizes(self) -> Ints:
        """Return the number of points of every series."""
        return np.diff(self.offsets)

    @cached_property
    def key(self) -> Floats:
        """Return years shifted by series, so that one sorted array holds all series and one search serves them all."""
        return self.t + np.repeat(np.arange(self.count) * YEARS_APART, self.sizes)

    @cached_property
    def last_key(self) -> Floats:
        """Return the key of every series' last point; for an empty series that of one before it, which is smaller."""
        if not len(self.t):
            return np.full(self.count, -np.inf)
        return np.where(self.offsets[1:] > 0, self.key[np.maximum(self.offsets[1:] - 1, 0)], -np.inf)

    @cached_property
    def is_yearly(self) -> bool:
        """Say whether every point stands for a whole year, by far the most usual: then points are years."""
        return bool((np.floor(self.t) == self.t).all())

    @cached_property
    def year_numbers(self) -> Ints:
        """Return how often the calendar year has turned before each point."""
        calendar = np.floor(self.t + 0.5)
        turns: Ints = np.cumsum(np.diff(calendar, prepend=calendar[:1]) != 0)
        return turns

    def years_in(self, low: Ints, end: Ints) -> Ints:
        """Return for each series in how many calendar years the points low:end lie."""
        if self.is_yearly:
            points: Ints = np.maximum(end - low, 0)
            return points
        if not len(self.t):
            return np.zeros(self.count, dtype=np.int64)
        first = self.year_numbers[np.minimum(low, len(self.t) - 1)]
        last = self.year_numbers[np.maximum(end - 1, 0)]
        number: Ints = np.where(end > low, last - first + 1, 0)
        return number

    def until(self, year: Floats, *, inclusive: bool = False) -> Ints:
        """Return for each series the flat index after its last point before (or at) its `year`; NaN means never."""
        limit = np.clip(np.where(np.isnan(year), -np.inf, year), -2 * LAST_YEAR, 2 * LAST_YEAR)
        wanted = limit + np.arange(self.count) * YEARS_APART
        begin, index = self.offsets[:-1], self.offsets[1:].copy()
        inside = np.flatnonzero(self.last_key > wanted if inclusive else self.last_key >= wanted)
        found = np.searchsorted(self.key, wanted[inside], side="right" if inclusive else "left")
        index[inside] = np.minimum(np.maximum(found, begin[inside]), index[inside])
        return index

    def series_of(self, index: Ints) -> Ints:
        """Return the series numbers of points."""
        found: Ints = np.searchsorted(self.offsets, index, side="right") - 1
        return found

    def spread(self, values: Floats) -> Floats:
        """Return one value per series repeated for each of its points."""
        return np.repeat(values, self.sizes)


def take(values: Floats, index: Ints) -> Floats:
    """Return values at the indices, NaN at -1."""
    if not len(values):
        return np.full(len(index), np.nan)
    return np.where(index >= 0, values[np.maximum(index, 0)], np.nan)


@dataclass(frozen=True, slots=True)
class Promises:
    """Promises as arrays of length n; NaN where a number is missing. See `Promise` for the meaning.

    `better` is +1, -1 or 0; `in_words` marks qualitative promises, which have no value; `end` is the end of the plan.
    """

    direction: Ints
    value: Floats
    year: Floats
    baseline: Floats
    baseline_year: Floats
    start: Floats
    end: Floats
    lower: Floats
    upper: Floats
    better: Floats
    strict: Bools
    hold: Bools
    tolerance: Floats
    measured: Ints
    in_words: Bools

    @property
    def deadline(self) -> Floats:
        """Return the year of the target, else the end of the plan, else infinity."""
        known = np.where(np.isfinite(self.year), self.year, self.end)
        return np.where(np.isfinite(known), known, np.inf)

    @classmethod
    def of(cls, promises: Sequence[Promise]) -> "Promises":
        """Return the arrays of a list of promises."""

        def numbers(name: str) -> Floats:
            return np.array([np.nan if (x := getattr(p, name)) is None else x for p in promises], dtype=np.float64)

        in_words = np.array([p.kind == "qualitative" for p in promises], dtype=bool)
        return cls(
            direction=np.array([CODES[p.direction] for p in promises], dtype=np.int64),
            value=np.where(in_words, np.nan, numbers("value")),
            year=numbers("year"),
            baseline=numbers("baseline"),
            baseline_year=numbers("baseline_year"),
            start=numbers("start_year"),
            end=numbers("end_year"),
            lower=numbers("lower"),
            upper=numbers("upper"),
            better=np.array([BETTER[p.better] for p in promises], dtype=np.float64),
            strict=np.array([p.strict for p in promises], dtype=bool),
            hold=np.array([p.hold for p in promises], dtype=bool),
            tolerance=numbers("tolerance"),
            measured=np.array([MEASURES[p.measured_as] for p in promises], dtype=np.int64),
            in_words=in_words,
        )
