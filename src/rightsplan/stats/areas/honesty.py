"""What a map of areas may say: which differences are more than noise, and where the margin is not known at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtr

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.areas.classes import Classes, classes_of
from rightsplan.stats.areas.ranks import HIGHER, joint_ranks, joint_reach
from rightsplan.stats.panel import Bools, Floats

ABOVE, BELOW, NOISE, UNKNOWN, MISSING, REFERENCE = "above", "below", "noise", "margin_unknown", "no_value", "reference"
MEAN = "mean"
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
NO_NUMBER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Differences of areas from one yardstick: NaN where the value or a margin is not known.

    `lower` and `upper` hold for all areas at once; `verdict` is "above", "below", "noise", "margin_unknown",
    "no_value" or, for the yardstick itself, "reference".
    """

    difference: Floats
    lower: Floats
    upper: Floats
    verdict: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapReading:
    """What a map of m areas may say. Everything holds at once with the given confidence.

    `compared` with the yardstick; `rank`, `first`, `last` are -1 where the margin is unknown, and count only areas
    whose margin is known; `classes` is None where no margin is known. `pairs_apart` is the share of pairs of areas
    (with margins) that can be told apart, None for fewer than two; `margins_known` counts areas with a margin, of
    `values_known`.
    """

    compared: Compared
    rank: tuple[int, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]
    ahead: Bools
    classes: Classes | None
    pairs_apart: float | None
    margins_known: int
    values_known: int


def read_map(
    values: ArrayLike,
    errors: ArrayLike | None,
    *,
    against: int | str = MEAN,
    better: str = HIGHER,
    number: int = 5,
    breaks: Sequence[float] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> MapReading:
    """Return everything that a map, a table or a sentence about areas may say without mistaking noise for a difference.

    `values` (m,) and standard `errors` (m,), NaN or None where there is none; `errors` None: no margin is known, then
    nothing is told apart and nothing is called equal. `against` is the number of an area (from 0) or "mean". The parts
    are `compare_with`, `joint_ranks` and `classes_of`, each at the full confidence. Raises Refused as they do, for
    infinite numbers and lengths that differ. An area that differs in truth may still be called noise: this says what
    the data can show, not that areas are equal.
    """
    y = checks.numbers("values", values, missing=True, at_least=1)
    error = np.full(len(y), np.nan) if errors is None else errors
    error = checks.numbers("errors", error, length=len(y), missing=True, least=0.0)
    compared = compare_with(y, error, against=against, confidence=confidence)
    known = np.flatnonzero(~np.isnan(y) & ~np.isnan(error))
    ahead = np.zeros((len(y), len(y)), dtype=bool)
    rank, first, last = (np.full(len(y), NO_NUMBER) for _ in range(3))
    if len(known):
        ranks = joint_ranks(y[known], error[known], better=better, confidence=confidence, seed=seed)
        ahead[np.ix_(known, known)] = ranks.ahead
        rank[known], first[known], last[known] = ranks.rank, ranks.first, ranks.last
    pairs = len(known) * (len(known) - 1) / 2
    judge = partial(classes_of, y, error, ahead | ahead.T, number=number, breaks=breaks, confidence=confidence)
    return MapReading(
        compared=compared, rank=tuple(rank.tolist()), first=tuple(first.tolist()), last=tuple(last.tolist()),
        ahead=ahead, classes=judge() if len(known) else None, pairs_apart=float(ahead.sum() / pairs) if pairs else None,
        margins_known=len(known), values_known=int((~np.isnan(y)).sum()),
    )  # fmt: skip


def compare_with(
    values: ArrayLike, errors: ArrayLike, *, against: int | str = MEAN, confidence: float = 0.95
) -> Compared:
    """Return every area's difference from one area or from the mean, with intervals that all hold at once.

    Against an area: Dunnett's many-to-one comparison for known, unequal variances, with the exact critical value (one
    integral over the yardstick's error; Hsu 1996, section 3.2). Against "mean", the plain mean of the areas whose
    margin is known: Sidak's (1967) inequality, which holds whatever the correlation; at least two such areas are
    needed. `values` and standard `errors` (m,) may be NaN. Raises Refused for a yardstick that is no area.
    """
    y = checks.numbers("values", values, missing=True, at_least=1)
    error = checks.numbers("errors", errors, length=len(y), missing=True, least=0.0)
    confidence = checks.number("confidence", confidence, above=0.0, below=1.0)
    known = ~np.isnan(y) & ~np.isnan(error)
    if against == MEAN:
        difference, spread, judged = from_mean(y, error, known)
        reach = joint_reach(max(int(judged.sum()), 1), confidence)
        place = NO_NUMBER
    else:
        place = place_of(against, len(y))
        difference, spread, judged = from_area(y, error, known, place)
        reach = dunnett(error[judged], float(error[place]), confidence) if judged.any() else 0.0
    width = np.where(judged, reach * np.where(judged, spread, 0.0), np.nan)
    lower, upper = difference - width, difference + width
    verdict = [verdict_of(i, place, y, lower, upper) for i in range(len(y))]
    return Compared(difference=difference, lower=lower, upper=upper, verdict=tuple(verdict))


def place_of(against: int | str, length: int) -> int:
    """Return the number of the yardstick. Raises Refused where it is no area."""
    if isinstance(against, bool) or not isinstance(against, int | np.integer) or not 0 <= against < length:
        raise Refused(f"against is {against!r}.", f'Give an area from 0 to {length - 1}, or "mean".')
    return int(against)


def from_mean(y: Floats, error: Floats, known: Bools) -> tuple[Floats, Floats, Bools]:
    """Return differences from the mean of the known areas, their standard errors, and which can be judged."""
    number = int(known.sum())
    if number < 2:
        return np.full(len(y), np.nan), np.full(len(y), np.nan), np.zeros(len(y), dtype=bool)
    squares = np.where(known, error, 0.0) ** 2
    spread = np.sqrt((squares.sum() - squares) / number**2 + (1 - 1 / number) ** 2 * squares)
    return y - y[known].mean(), spread, known


def from_area(y: Floats, error: Floats, known: Bools, place: int) -> tuple[Floats, Floats, Bools]:
    """Return differences from one area, their standard errors, and which can be judged."""
    judged = known & known[place]
    judged[place] = False
    return y - y[place], np.sqrt(error**2 + error[place] ** 2), judged


def dunnett(errors: Floats, reference: float, confidence: float) -> float:
    """Return the critical value of comparisons of independent normal estimates with one that they share."""
    errors = errors[errors > 0] if reference == 0 else errors
    if not len(errors):
        return 0.0
    if reference == 0:
        return joint_reach(len(errors), confidence)
    spread = np.hypot(errors, reference)
    weight = NODE_WEIGHTS / NODE_WEIGHTS.sum()
    shift = reference * NODES[:, None]
    own = np.maximum(errors, 1e-9 * reference)

    def chance(reach: float) -> float:
        inside = ndtr((reach * spread + shift) / own) - ndtr((shift - reach * spread) / own)
        return float(weight @ inside.prod(axis=1))

    return float(brentq(lambda c: chance(c) - confidence, 1e-6, joint_reach(len(errors), confidence) + 1e-3))


def verdict_of(i: int, place: int, y: Floats, lower: Floats, upper: Floats) -> str:
    """Return what may be said of one area."""
    if np.isnan(y[i]):
        return MISSING
    if i == place:
        return REFERENCE
    if np.isnan(lower[i]):
        return UNKNOWN
    return ABOVE if lower[i] > 0 else BELOW if upper[i] < 0 else NOISE
