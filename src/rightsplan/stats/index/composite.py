"""A composite index on the yardstick of a plan, and every other admissible way to compute it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.index.normalise import Goalpost, Normalisation, normalise, stretch, whole_rows
from rightsplan.stats.index.weights import shares
from rightsplan.stats.panel import Bools, Floats, Ints

Aggregation = Literal["arithmetic", "geometric", "harmonic", "mazziotta-pareto"]
PAIRS: tuple[tuple[Normalisation, Aggregation], ...] = (
    ("goalposts", "arithmetic"),
    ("goalposts", "geometric"),
    ("goalposts", "harmonic"),
    ("min-max", "arithmetic"),
    ("z", "arithmetic"),
)
EVEN = 12  # scores that agree to so many decimals are equal
LOWEST, WIDTH = 70.0, 60.0  # the scale of the adjusted Mazziotta-Pareto index: 70 to 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What the plan fixes: goalposts, weights, the mean that joins them, and the edges of classes.

    `edges` rise within 0 and 1; a score that reaches an edge is in the class above it; class 0 is the lowest. Raises
    Refused for weights that do not fit, an unknown mean, a name twice, or edges that do not rise.
    """

    goalposts: tuple[Goalpost, ...]
    weights: tuple[float, ...] = ()
    aggregation: Aggregation = "geometric"
    edges: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        names = [post.name for post in self.goalposts]
        if not names or len(set(names)) < len(names):
            raise Refused("goalposts is empty or has a name twice.", "Give one goalpost for every indicator.")
        _ = self.shares
        checks.one_of("aggregation", self.aggregation, get_args(Aggregation))
        edges = checks.numbers("edges", self.edges, above=0, below=1)
        if (np.diff(edges) <= 0).any():
            raise Refused("edges do not rise.", "Give the edges of classes from low to high.")

    @property
    def shares(self) -> Floats:
        """Return the weights divided by their sum; equal where none are given."""
        number = len(self.goalposts)
        return shares("weights", self.weights or (1.0,) * number, length=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One admissible way to compute the index: how values are normalised, joined and weighted."""

    normalisation: Normalisation
    aggregation: Aggregation
    weighting: str
    weights: tuple[float, ...]

    @property
    def name(self) -> str:
        """Return the recipe in words."""
        return f"{self.normalisation}, {self.aggregation}, {self.weighting}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """Every row's values on the goalposts, score (0 to 1), rank (1 is best) within its group, and class.

    A row with a gap has the score NaN, rank 0, class -1, and a note that names the gap.
    """

    values: Floats
    score: Floats
    rank: Ints
    band: Ints
    notes: tuple[str, ...]


def measure(values: ArrayLike, *, yardstick: Yardstick, groups: Sequence[str] | None = None) -> Composite:
    """Return the index of every row on the plan's yardstick.

    `values` is rows x indicators in the units of the goalposts; NaN or None is missing. `groups` are the rows that are
    ranked against each other (a year, say); equal scores share the better rank. Raises Refused for shapes that do not
    fit. Fills no gap, and takes the figures as exact: see `uncertainty` and `robustness`.
    """
    table = normalise(values, goalposts=yardstick.goalposts)
    whole = whole_rows(table)
    score = np.full(len(table), np.nan)
    score[whole] = aggregate(table[whole], weights=yardstick.shares, aggregation=yardstick.aggregation)
    rank, band = np.zeros(len(table), dtype=np.int64), np.full(len(table), -1, dtype=np.int64)
    for rows in grouped(whole, groups):
        rank[rows] = ranks(score[None, rows])[0]
    band[whole] = bands(score[whole], yardstick.edges)
    names = np.array([post.name for post in yardstick.goalposts])
    notes = tuple(f"missing: {', '.join(names[np.isnan(row)])}" if np.isnan(row).any() else "" for row in table)
    return Composite(values=table, score=score, rank=rank, band=band, notes=notes)


def aggregate(values: ArrayLike, *, weights: Sequence[float] | Floats, aggregation: Aggregation) -> Floats:
    """Return one score for every row: a weighted mean that lets a good value make up for a bad one fully or less.

    OECD and JRC (2008), step 7: "arithmetic" (fully), "geometric" and "harmonic" (less; 0 where a value that counts is
    0); "mazziotta-pareto", adjusted form (Mazziotta and Pareto 2016, Social Indicators Research 127, 983-1003): on a
    scale of 70 to 130 the mean less the variance over the mean, given back on 0 to 1; it may fall when a value far
    above the others rises further. `values` is rows x indicators, 0 to 1 (any finite number for "arithmetic"). Raises
    Refused for shapes that do not fit and values outside 0 to 1.
    """
    checks.one_of("aggregation", aggregation, get_args(Aggregation))
    low, high = (-np.inf, np.inf) if aggregation == "arithmetic" else (0.0, 1.0)
    table = checks.matrix("values", values, least=low, most=high)
    return joined(table, shares("weights", weights, length=table.shape[1]), aggregation)


def joined(table: Floats, share: Floats, aggregation: Aggregation) -> Floats:
    """Return weighted means over the last axis; `share` has that axis alone or draws x 1 x indicators."""
    if aggregation == "arithmetic":
        return np.asarray((table * share).sum(axis=-1))
    if aggregation == "mazziotta-pareto":
        scaled = LOWEST + WIDTH * table
        middle = (scaled * share).sum(axis=-1)
        variance = (scaled**2 * share).sum(axis=-1) - middle**2
        return np.asarray((middle - np.maximum(variance, 0.0) / middle - LOWEST) / WIDTH)
    safe = np.where(table > 0, table, 1.0)
    zero = ((table == 0) & (share > 0)).any(axis=-1)
    if aggregation == "geometric":
        return np.where(zero, 0.0, np.exp((np.log(safe) * share).sum(axis=-1)))
    return np.where(zero, 0.0, 1 / (share / safe).sum(axis=-1))


def recipes(yardstick: Yardstick, *, extra: Sequence[tuple[Normalisation, Aggregation]] = ()) -> tuple[Recipe, ...]:
    """Return every admissible way to compute the index, the plan's own first.

    The pairs of `PAIRS` (and the plan's own and `extra`), each with the plan's weights, equal weights, and the plan's
    with one indicator's weight doubled or halved, for each indicator; equal ones once. A pair is admissible where a
    place that is nowhere worse can never score worse: the geometric and harmonic means need a true zero, so they go
    with goalposts only, and the Mazziotta-Pareto index is no pair by default. The set is small and in a fixed order, so
    that anybody can compute all of it. Weights drawn from the data are never in it. The order of indicators and the
    names of places do not change it. Raises Refused for an unknown pair.
    """
    for normalisation, aggregation in extra:
        checks.one_of("normalisation", normalisation, get_args(Normalisation))
        checks.one_of("aggregation", aggregation, get_args(Aggregation))
        if normalisation != "goalposts" and aggregation != "arithmetic":
            raise Refused(f"{normalisation} has no true zero for the {aggregation} mean.", "Give it with goalposts.")
    own: tuple[Normalisation, Aggregation] = ("goalposts", yardstick.aggregation)
    pairs = list(dict.fromkeys([own, *PAIRS, *extra]))
    weightings = weightings_of(yardstick)
    return tuple(
        Recipe(normalisation=normalisation, aggregation=aggregation, weighting=label, weights=tuple(share.tolist()))
        for normalisation, aggregation in pairs
        for label, share in weightings.items()
    )


def weightings_of(yardstick: Yardstick) -> dict[str, Floats]:
    """Return every admissible weighting by its label, equal ones once."""
    plan = yardstick.shares
    found: dict[str, Floats] = {"plan's weights": plan, "equal weights": (plan > 0) / np.count_nonzero(plan)}
    for word, factor in (("twice", 2.0), ("half", 0.5)):
        for j, post in enumerate(yardstick.goalposts):
            changed = plan * np.where(np.arange(len(plan)) == j, factor, 1.0)
            found[f"{word} {post.name}"] = changed / changed.sum()
    seen: dict[tuple[float, ...], str] = {}
    for label, share in found.items():
        seen.setdefault(tuple(np.round(share, EVEN).tolist()), label)
    return {label: found[label] for label in seen.values()}


def scores_by(values: Floats, chosen: Sequence[Recipe]) -> Floats:
    """Return the scores of rows without gaps, normalised on goalposts, by every recipe: recipes x rows."""
    stretched = {name: stretch(values, normalisation=name) for name in {recipe.normalisation for recipe in chosen}}
    return np.array([joined(stretched[r.normalisation], np.array(r.weights), r.aggregation) for r in chosen]).reshape(
        len(chosen), len(values)
    )


def ranks(scores: Floats) -> Ints:
    """Return ranks along the last axis, 1 for the highest; equal scores share the better rank."""
    rounded = np.round(scores, EVEN)
    order = np.argsort(-rounded, axis=-1, kind="stable")
    ordered = np.take_along_axis(rounded, order, axis=-1)
    place = np.arange(scores.shape[-1])
    fresh = np.concatenate([np.ones_like(ordered[..., :1], dtype=bool), np.diff(ordered, axis=-1) != 0], axis=-1)
    first = np.maximum.accumulate(np.where(fresh, place, 0), axis=-1)
    found = np.empty(scores.shape, dtype=np.int64)
    np.put_along_axis(found, order, first + 1, axis=-1)
    return found


def bands(scores: Floats, edges: Sequence[float]) -> Ints:
    """Return the class of every score: the number of edges it reaches."""
    found: Ints = np.searchsorted(np.round(np.array(edges, dtype=np.float64), EVEN), np.round(scores, EVEN), "right")
    return found.astype(np.int64)


def grouped(whole: Bools, groups: Sequence[str] | None) -> list[Ints]:
    """Return the rows without gaps of every group."""
    if groups is None:
        return [np.flatnonzero(whole)] if whole.any() else []
    label = checks.labels("groups", groups, length=len(whole))
    return [np.flatnonzero(whole & (label == name)) for name in np.unique(label[whole])]
