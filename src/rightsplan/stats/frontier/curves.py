"""What has been possible at an income: the published achievement possibilities curves, their parameters and shape."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats

SOURCE = (
    "Human Rights Measurement Initiative and SERF Index (Randolph, Fukuda-Parr and Lawson-Remer), frontiers of the 2021"
    " update; parameters computed from the published benchmarks, which they reproduce"
)
GROUPS = ("All", "Female", "Male")
LEAST_RESOURCE = 100.0  # no country has lived on less in a year; a smaller number is one in thousands
LEAST_GAIN = 0.1  # percentage points that another 1,000 dollars must still raise the frontier by


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One published frontier: a - b / (x + c), not above `cap`, with x the income in thousands of dollars of 2017.

    `minimum` is the value that scores 0; `standard` is "core" (for low and middle incomes), "high income" or "both".
    """

    indicator: str
    group: str
    right: str
    standard: str
    a: float
    b: float
    c: float
    cap: float
    minimum: float
    says: str

    @property
    def threshold(self) -> float:
        """Return the income in dollars above which a shortfall is penalised.

        It is where the curve meets its cap; where it never does, where another 1,000 dollars raise it by 0.1 points.
        """
        if self.cap < self.a:
            return 1000 * (self.b / (self.a - self.cap) - self.c)
        return 1000 * (float(np.sqrt(self.b / LEAST_GAIN)) - self.c)


def read_curves() -> dict[tuple[str, str], Curve]:
    """Return the curves of the package's table by indicator and group."""
    text = (files("rightsplan.stats.frontier") / "curves.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        found[row["indicator"], row["group"]] = Curve(
            indicator=row["indicator"],
            group=row["group"],
            right=row["right"],
            standard=row["standard"],
            a=float(row["a"]),
            b=float(row["b"]),
            c=float(row["c"]),
            cap=float(row["cap"]),
            minimum=float(row["minimum"]),
            says=row["says"],
        )
    return found


CURVES: Mapping[tuple[str, str], Curve] = MappingProxyType(read_curves())
INDICATORS = tuple(dict.fromkeys(indicator for indicator, _group in CURVES))


def curve(indicator: str, group: str = "All") -> Curve:
    """Return the published curve of an indicator, for everybody or for one sex (source: `SOURCE`).

    `indicator` is HRMI's code, as in `INDICATORS`; `group` is "All", "Female" or "Male". Raises Refused where no curve
    was published. Does not fall back on the curve of everybody.
    """
    found = CURVES.get((indicator, group)) if isinstance(indicator, str) and isinstance(group, str) else None
    if found is None:
        raise no_curve(indicator, group)
    return found


def no_curve(indicator: str, group: str) -> Refused:
    """Return the refusal of an indicator or a group without a published curve."""
    if indicator not in INDICATORS:
        return Refused(f"indicator {indicator!r} has no published curve.", f"Known: {', '.join(INDICATORS)}.")
    known = [other for name, other in CURVES if name == indicator]
    return Refused(f"{indicator} has no published curve of the group {group!r}.", f"Known: {', '.join(known)}.")


def resources_of(resources: ArrayLike, *, length: int | None = None) -> Floats:
    """Return incomes in dollars; NaN is missing. Raises Refused below 100 dollars a year, which are thousands."""
    array = checks.numbers("resource", resources, length=length, missing=True)
    low = array < LEAST_RESOURCE
    if low.any():
        raise Refused(
            f"resource is below {LEAST_RESOURCE:g} at {checks.places(low)}.",
            "Give the income per person and year in international dollars of 2017, not in thousands.",
        )
    return array


def frontier_at(resources: Floats, *, a: ArrayLike, b: ArrayLike, c: ArrayLike, cap: ArrayLike) -> Floats:
    """Return min(cap, a - b / (x + c)) elementwise, minus infinity where x + c is not above 0; x = dollars / 1000.

    NaN where the income is NaN.
    """
    reach = resources / 1000 + np.asarray(c)
    is_below = reach <= 0
    height = np.asarray(a) - np.asarray(b) / np.where(is_below, 1.0, reach)
    return np.where(is_below, -np.inf, np.minimum(height, cap))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One point of a curve: an income in dollars and the benchmark in per cent, None where the curve is undefined."""

    resource: float
    benchmark: float | None


def curve_points(
    indicator: str, low: float, high: float, n: int = 100, *, group: str = "All"
) -> tuple[CurvePoint, ...]:
    """Return n points of a published curve from the income `low` to `high`, for drawing.

    Incomes in dollars of 2017, evenly spaced on the logarithm, so that poor countries are drawn as finely as rich ones.
    Benchmarks are in per cent; None where the curve lies at or below the value that scores 0 ("no benchmark"). Raises
    Refused for an unknown curve, incomes out of order, fewer than 2 or more than 10,000 points.
    """
    known = curve(indicator, group)
    first, last = resources_of(checks.numbers("low, high", [low, high]))
    if first >= last:
        raise Refused("low is not below high.", "Give the lower income first.")
    number = int(checks.counts("n", [n], least=2)[0])
    if number > 10_000:
        raise Refused(f"n is {number}.", "Give 10000 or less.")
    resources = np.geomspace(first, last, number)
    heights = frontier_at(resources, a=known.a, b=known.b, c=known.c, cap=known.cap)
    return tuple(
        CurvePoint(resource=float(x), benchmark=float(y) if y > known.minimum else None)
        for x, y in zip(resources, heights, strict=True)
    )
