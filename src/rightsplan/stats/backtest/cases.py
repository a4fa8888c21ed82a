"""Cases of the past: a series up to an origin, a target as ambitious as improvements have been, and what came."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats, Ints, Panel, Promises
from rightsplan.stats.promise import Promise

BASE_YEARS = 5  # a promise was made this long before the origin: what came since is the "progress so far" of a rule
HORIZONS = (1, 3, 5, 8, 10)
WINDOW = 15
LEAST_POINTS = 5
LEAST_IMPROVEMENTS = 20
NOW = 2000.0  # every origin is moved to this year, so that one panel holds them all
TEXTS = ("indicator", "place", "group", "better")
COLUMNS = ("indicator", "place", "group", "year", "value", "lower", "upper", "better")


@dataclass(frozen=True, slots=True)
class Cases:
    """n cases: what was known at the origin (`panel`, `promises`), and whether the promise was kept.

    Years are moved so that each origin is 2000. `base` is the value when the promise was made, `latest` that of the
    origin, `outcome` that of the deadline, `horizon` the years between; `origin` is the true year of the origin.
    """

    panel: Panel
    promises: Promises
    base: Floats
    latest: Floats
    outcome: Floats
    horizon: Floats
    origin: Floats
    is_met: Bools
    indicator: Ints
    place: Ints
    indicators: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def count(self) -> int:
        """Return the number of cases."""
        return len(self.outcome)


@dataclass(frozen=True, slots=True)
class History:
    """The series of one indicator: years and values of each, its place, and the indicator's facts."""

    indicator: str
    lower: float
    upper: float
    sign: float
    places: tuple[str, ...]
    series: tuple[tuple[Floats, Floats], ...]

    def put(self, y: Floats) -> Floats:
        """Return values on the logit scale between two bounds, else on the log scale; NaN on or beyond a bound."""
        has_two = np.isfinite(self.upper) and np.isfinite(self.lower)
        inside = (y > self.lower) & ((y < self.upper) | ~np.isfinite(self.upper))
        safe = np.where(inside, y, np.nan)
        return np.log((safe - self.lower) / (self.upper - safe)) if has_two else np.log(safe)

    def back(self, w: float) -> float:
        """Return one value of that scale in the indicator's unit."""
        if np.isfinite(self.upper) and np.isfinite(self.lower):
            return float(self.lower + (self.upper - self.lower) / (1 + np.exp(-w)))
        return float(np.exp(w))


def draw_cases(frame: pl.DataFrame, *, each: int, rng: np.random.Generator) -> Cases:
    """Return up to `each` cases for every indicator and horizon of a frame of yearly series.

    `frame` has one row per value with the columns COLUMNS: `lower` and `upper` are the indicator's bounds (null where
    there is none; `lower` is 0 or with `upper`), `better` is higher or lower, `year` a whole year. A case is a series,
    a year of origin with a value, a value BASE_YEARS before it, at least five values in the last 15 years, and a value
    at the deadline. Its target is the base moved by an improvement that some place really made in that indicator
    within as many years: drawn evenly from all of them, on the logit or log scale. Series and origins are drawn evenly.
    Raises Refused where columns are missing or no case can be drawn. Does not draw where base or improvement touch a
    bound.
    """
    most = int(checks.counts("each", [each], least=1)[0])
    rows: list[dict[str, Any]] = []
    for history in histories(checked(frame)):
        for horizon in HORIZONS:
            rows += drawn(history, horizon, most, rng)
    if not rows:
        raise Refused("No case can be drawn.", "Give yearly series that are longer, or more of them.")
    return gathered(rows)


def checked(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with a value. Raises Refused for what is not there, no number, no text, or there twice."""
    if not isinstance(frame, pl.DataFrame):
        raise Refused("The series are no frame.", f"Give a Polars frame with the columns {', '.join(COLUMNS)}.")
    absent = [name for name in COLUMNS if name not in frame.columns]
    if absent:
        raise Refused(f"The frame has no column {', '.join(absent)}.", f"Give the columns {', '.join(COLUMNS)}.")
    for name in TEXTS:
        if frame[name].dtype not in (pl.String, pl.Categorical, pl.Enum):
            raise Refused(f"{name} is no text.", f"Give {name} as text.")
    found = {name: checks.numbers(name, frame[name].to_list(), missing=True) for name in ("value", "lower", "upper")}
    found["year"] = checks.counts("year", frame["year"].to_list()).astype(np.float64)
    kept = frame.with_columns(pl.Series(name, column).fill_nan(None) for name, column in found.items())
    kept = kept.drop_nulls("value")
    if kept.select("indicator", "place", "group", "year").is_duplicated().any():
        raise Refused("A year of a series is there twice.", "Give one value for every year.")
    return kept


def histories(frame: pl.DataFrame) -> Iterator[History]:
    """Return the series of every indicator that has a better direction, in the order of their names."""
    ordered = frame.filter(pl.col("better").is_in(["higher", "lower"])).sort("indicator", "place", "group", "year")
    for (indicator,), part in ordered.group_by("indicator", maintain_order=True):
        found = [
            (place, rows["year"].to_numpy().astype(np.float64), rows["value"].to_numpy().astype(np.float64))
            for (place, _group), rows in part.group_by("place", "group", maintain_order=True)
        ]
        first = part.row(0, named=True)
        yield History(
            indicator=str(indicator),
            lower=-np.inf if first["lower"] is None else float(first["lower"]),
            upper=np.inf if first["upper"] is None else float(first["upper"]),
            sign=1.0 if first["better"] == "higher" else -1.0,
            places=tuple(str(place) for place, _t, _y in found),
            series=tuple((t, y) for _place, t, y in found),
        )


def drawn(history: History, horizon: int, each: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return up to `each` cases of one indicator and horizon."""
    possible: list[tuple[int, int, int, int]] = []
    improvements: list[float] = []
    for i, (t, y) in enumerate(history.series):
        base, origin, end = positions(t, horizon)
        w = history.put(y)
        moved = history.sign * (w[end] - w[base])
        improvements += moved[moved > 0].tolist()
        enough = origin - np.searchsorted(t, t[origin] - WINDOW) + 1 >= LEAST_POINTS
        usable = enough & np.isfinite(w[base])
        possible += [(i, *triple) for triple in zip(base[usable], origin[usable], end[usable], strict=True)]
    if len(improvements) < LEAST_IMPROVEMENTS:
        return []
    ways = np.sort(improvements)
    chosen = rng.permutation(len(possible))[:each]
    sizes = rng.choice(ways, len(chosen))
    return [case_of(history, horizon, possible[c], float(way)) for c, way in zip(chosen, sizes, strict=True)]


def positions(t: Floats, horizon: int) -> tuple[Ints, Ints, Ints]:
    """Return the positions of base, origin and deadline for every origin that has all three."""
    origin = np.arange(len(t))
    base = np.searchsorted(t, t - BASE_YEARS)
    end = np.searchsorted(t, t + horizon)
    last = len(t) - 1
    fits = (t[np.minimum(base, last)] == t - BASE_YEARS) & (end <= last)
    fits &= t[np.minimum(end, last)] == t + horizon
    return base[fits], origin[fits], end[fits]


def case_of(history: History, horizon: int, where: tuple[int, int, int, int], way: float) -> dict[str, Any]:
    """Return one case as a row; `way` is the improvement promised, on the scale of the indicator."""
    i, base, origin, end = where
    t, y = history.series[i]
    first = int(np.searchsorted(t, t[origin] - WINDOW))
    start = float(history.put(y[base : base + 1])[0])
    target = history.back(start + history.sign * way)
    return {
        "t": t[first : origin + 1] - t[origin] + NOW,
        "y": y[first : origin + 1],
        "promise": Promise(
            direction="at_least" if history.sign > 0 else "at_most",
            value=target,
            year=NOW + horizon,
            baseline=float(y[base]),
            baseline_year=NOW - BASE_YEARS,
            start_year=NOW - BASE_YEARS + 1,
            lower=history.lower if np.isfinite(history.lower) else None,
            upper=history.upper if np.isfinite(history.upper) else None,
            better="higher" if history.sign > 0 else "lower",
        ),
        "base": float(y[base]),
        "latest": float(y[origin]),
        "outcome": float(y[end]),
        "horizon": float(horizon),
        "origin": float(t[origin]),
        "is_met": history.sign * (y[end] - target) >= 0,
        "indicator": history.indicator,
        "place": history.places[i],
    }


def gathered(rows: list[dict[str, Any]]) -> Cases:
    """Return the rows as arrays."""
    sizes = np.array([len(row["t"]) for row in rows], dtype=np.int64)
    number = int(sizes.sum())
    panel = Panel(
        t=np.concatenate([row["t"] for row in rows]),
        y=np.concatenate([row["y"] for row in rows]),
        error=np.full(number, np.nan),
        first=np.zeros(number, dtype=bool),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )
    indicators, of_indicator = np.unique([row["indicator"] for row in rows], return_inverse=True)
    places, of_place = np.unique([row["place"] for row in rows], return_inverse=True)

    def numbers(name: str) -> Floats:
        return np.array([row[name] for row in rows], dtype=np.float64)

    return Cases(
        panel=panel,
        promises=Promises.of([row["promise"] for row in rows]),
        base=numbers("base"),
        latest=numbers("latest"),
        outcome=numbers("outcome"),
        horizon=numbers("horizon"),
        origin=numbers("origin"),
        is_met=np.array([row["is_met"] for row in rows], dtype=bool),
        indicator=of_indicator.astype(np.int64),
        place=of_place.astype(np.int64),
        indicators=tuple(str(name) for name in indicators),
        places=tuple(str(name) for name in places),
    )
