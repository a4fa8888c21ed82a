"""Colours of a map that differ by more than noise, and areas whose colour is not sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.areas.ranks import joint_reach
from rightsplan.stats.panel import Bools, Floats, Ints

NO_CLASS = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Classes of m areas from low to high, counted from 0; -1 where the value or the margin is not known.

    `breaks` lie between the classes (a value at a break belongs above). `lowest` to `highest` are the classes that the
    area may truly belong to; `is_sure` where that is one. `neighbours_differ` says of each break whether the middle
    areas of the classes beside it are told apart, `all_differ` whether every area below is told apart from every area
    above. `merged` says that fewer classes were made than asked for, because more could not be told apart.
    """

    breaks: tuple[float, ...]
    chosen: Ints
    lowest: Ints
    highest: Ints
    is_sure: Bools
    neighbours_differ: tuple[bool, ...]
    all_differ: tuple[bool, ...]
    merged: bool


def classes_of(
    values: Floats,
    errors: Floats,
    apart: Bools,
    *,
    number: int = 5,
    breaks: Sequence[float] | None = None,
    confidence: float = 0.95,
) -> Classes:
    """Return classes for a legend whose neighbours differ by more than noise.

    Without `breaks`, areas are cut into `number` classes of equal size (quantiles); where the middle areas of two
    neighbouring classes are not told apart in `apart` (from `joint_ranks`, so that looking at the ends is paid for),
    one class fewer is tried, down to a single one: then the map has no pattern to show. Given `breaks` are kept as they
    are and only judged. An area may belong to every class that its joint interval (Sidak) touches. `values` and
    `errors` (m,) may be NaN, `apart` is (m, m), symmetric. Compare Sun, Wong and Kronenfeld (2015), whose separability
    of classes looks at pairs one at a time. Raises Refused for breaks that do not rise and fewer than one class.
    """
    values, errors, apart = checked(values, errors, apart)
    checks.number("confidence", confidence, above=0, below=1)
    known = ~np.isnan(values) & ~np.isnan(errors)
    if not known.any():
        raise Refused("errors is missing everywhere.", "Without margins no class can be judged.")
    number, own = int(checks.counts("number", [number], least=1)[0]), breaks is None
    cuts = quantile_cuts(values, apart, known, number) if breaks is None else rising(breaks)
    reach = joint_reach(int(known.sum()), confidence) * np.where(known, errors, 0.0)
    chosen, low, high = (
        np.where(known, np.digitize(np.where(known, y, 0.0), cuts), NO_CLASS)
        for y in (values, values - reach, values + reach)
    )
    return Classes(
        breaks=tuple(float(cut) for cut in cuts),
        chosen=chosen,
        lowest=low,
        highest=high,
        is_sure=known & (low == high),
        neighbours_differ=middles_differ(values, chosen, apart, len(cuts) + 1),
        all_differ=tuple(bool(apart[np.ix_(known & (values < cut), known & (values >= cut))].all()) for cut in cuts),
        merged=own and len(cuts) + 1 < min(number, len(np.unique(values[known]))),
    )


def checked(values: Floats, errors: Floats, apart: Bools) -> tuple[Floats, Floats, Bools]:
    """Return the three arrays of areas. Raises Refused where they do not fit together."""
    y = checks.numbers("values", values, missing=True)
    error = checks.numbers("errors", errors, length=len(y), missing=True, least=0)
    return y, error, checks.matrix("apart", apart, shape=(len(y), len(y)), least=0, most=1) > 0


def rising(breaks: Sequence[float]) -> Floats:
    """Return the breaks. Raises Refused where they do not rise."""
    cuts = checks.numbers("breaks", breaks)
    if (np.diff(cuts) <= 0).any():
        raise Refused("breaks do not rise.", "Give them from low to high, each once.")
    return cuts


def quantile_cuts(values: Floats, apart: Bools, known: Bools, number: int) -> Floats:
    """Return the breaks of as many classes of equal size, up to a number, as have middle areas that are told apart."""
    for count in range(min(number, int(known.sum())), 1, -1):
        cuts: Floats = np.unique(np.quantile(values[known], np.arange(1, count) / count, method="higher"))
        cuts = np.asarray(cuts[cuts > values[known].min()], dtype=np.float64)
        chosen = np.where(known, np.digitize(np.where(known, values, 0.0), cuts), NO_CLASS)
        if len(cuts) and all(middles_differ(values, chosen, apart, len(cuts) + 1)):
            return cuts
    return np.empty(0)


def middles_differ(values: Floats, chosen: Ints, apart: Bools, number: int) -> tuple[bool, ...]:
    """Say for each pair of neighbouring classes whether their middle areas are told apart; False if one is empty."""
    middles: list[int | None] = []
    for k in range(number):
        inside = np.flatnonzero(chosen == k)
        middles.append(
            int(inside[np.argsort(values[inside], kind="stable")[len(inside) // 2]]) if len(inside) else None
        )
    return tuple(a is not None and b is not None and bool(apart[a, b]) for a, b in pairwise(middles))
