"""Which of two areas is truly ahead, and which ranks an area may have, all said at once with one chance of error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats, Ints

DRAWS = 4000  # draws of the largest difference that chance makes
MOST_PAIRED = 150  # areas up to which all pairs are judged together; beyond, intervals that do not overlap
CHUNK = 200_000  # differences held at once: few enough to stay in the processor's cache
LOWER, HIGHER = "lower", "higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Ranks of m areas, 1 the best: `rank` by the values (equal ones share the best), `first` to `last` what it may be.

    `ahead` (m, m) says in row i that area i is truly better than area j. With the given confidence everything said
    here is true at once.
    """

    rank: Ints
    first: Ints
    last: Ints
    ahead: Bools
    confidence: float


def joint_ranks(
    values: ArrayLike, errors: ArrayLike, *, better: str = HIGHER, confidence: float = 0.95, seed: int = 0
) -> Ranks:
    """Return ranks with simultaneous confidence sets.

    Up to 150 areas: every ordered pair is tested by its studentised difference, against the quantile of the largest
    such difference that chance alone makes, then again without the pairs already told apart until nothing more is
    found (Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies 91, section 3; the stepwise method of
    Romano and Wolf 2005). Beyond: an area is ahead where the joint normal intervals (Sidak) do not overlap (Klein,
    Wright and Wieczorek 2020, JRSS A 183), which is wider. A rank set runs from 1 + the number of areas surely ahead
    to m - the number surely behind.

    `values` and standard `errors` have length m; estimates are taken as independent and normal. An error of zero says
    that a value is exact. `seed` fixes the draws. Raises Refused for missing values: leave such areas out, their rank
    is unknown. Does not hold for estimates that share a model or a sample.
    """
    checks.one_of("better", better, (LOWER, HIGHER))
    y = checks.numbers("values", values, at_least=1)
    error = checks.numbers("errors", errors, length=len(y), least=0.0)
    confidence = checks.number("confidence", confidence, above=0.0, below=1.0)
    good = y if better == HIGHER else -y
    ahead = told_apart(good, error, confidence=confidence, seed=seed)
    return Ranks(
        rank=1 + (good[None, :] > good[:, None]).sum(axis=1),
        first=1 + ahead.sum(axis=0),
        last=len(y) - ahead.sum(axis=1),
        ahead=ahead,
        confidence=confidence,
    )


def told_apart(y: Floats, error: Floats, *, confidence: float, seed: int) -> Bools:
    """Return (m, m): row i, column j says that i is truly larger than j, with one chance of error for all pairs."""
    gap = y[:, None] - y[None, :]
    spread = np.sqrt(error[:, None] ** 2 + error[None, :] ** 2)
    exact = spread == 0
    apart: Bools = exact & (gap > 0)
    if len(y) > MOST_PAIRED:
        reach = joint_reach(len(y), confidence)
        apart |= ~exact & (gap > reach * (error[:, None] + error[None, :]))
        return apart
    if exact.all():
        return apart
    score = gap / np.where(exact, 1.0, spread)
    draws = np.random.default_rng(int(checks.counts("seed", [seed])[0])).standard_normal((DRAWS, len(y))) * error
    open_pairs = ~exact
    while open_pairs.any():
        found = open_pairs & (score > critical(draws, spread, open_pairs, confidence))
        if not found.any():
            break
        apart |= found
        open_pairs &= ~found
    return apart


def critical(draws: Floats, spread: Floats, pairs: Bools, confidence: float) -> float:
    """Return the quantile of the largest studentised difference over the ordered pairs."""
    inverse = np.where(pairs, 1 / np.where(pairs, spread, 1.0), 0.0)
    barred = np.where(pairs, 0.0, -np.inf)
    step = max(1, CHUNK // pairs.size)
    largest = np.concatenate(
        [
            ((part[:, :, None] - part[:, None, :]) * inverse + barred).max(axis=(1, 2))
            for part in (draws[i : i + step] for i in range(0, len(draws), step))
        ]
    )
    place = min(int(np.ceil(confidence * (len(draws) + 1))), len(draws)) - 1
    return float(np.partition(largest, place)[place])


def joint_reach(number: int, confidence: float) -> float:
    """Return the half width, in standard errors, of intervals that all hold at once (Sidak 1967)."""
    return float(ndtri((1 + confidence ** (1 / number)) / 2))
