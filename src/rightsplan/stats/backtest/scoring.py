"""Proper scores of probabilities: Brier score, logarithmic score, and a reliability diagram in numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.stats.checks import flags, numbers
from rightsplan.stats.panel import Bools, Floats

LEAST = (
    0.01  # no probability counts as nearer to 0 or 1 than this in the logarithmic score: of a sure rule it is infinite
)
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Brier score and logarithmic score (natural logarithm), both the smaller the better; `number` of cases."""

    number: int
    brier: float
    logarithmic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The cases with a probability from `low` to below `high`: their mean probability, and the share that was met.

    `said` and `came` are None where there is no case.
    """

    low: float
    high: float
    number: int
    said: float | None
    came: float | None


def checked(probability: ArrayLike, is_met: ArrayLike) -> tuple[Floats, Bools]:
    """Return both vectors. Raises Refused for other lengths, probabilities beyond 0 and 1, and no case at all."""
    said = numbers("probability", probability, least=0, most=1, at_least=1)
    return said, flags("is_met", is_met, length=len(said))


def score(probability: ArrayLike, is_met: ArrayLike) -> Score:
    """Return the scores of n probabilities (Brier, Monthly Weather Review 78, 1950; Good, JRSS B 14, 1952).

    The logarithmic score counts every probability as at least 0.01 and at most 0.99. Raises Refused as `checked`.
    """
    said, met = checked(probability, is_met)
    near = np.clip(said, LEAST, 1 - LEAST)
    logarithms = np.where(met, np.log(near), np.log1p(-near))
    return Score(number=len(said), brier=float(np.mean((said - met) ** 2)), logarithmic=float(-logarithms.mean()))


def reliability(probability: ArrayLike, is_met: ArrayLike) -> tuple[Bin, ...]:
    """Return ten bins of equal width: what was said and what came."""
    said, met = checked(probability, is_met)
    place = np.minimum((said * BINS).astype(np.int64), BINS - 1)
    return tuple(
        Bin(
            low=i / BINS,
            high=(i + 1) / BINS,
            number=int(mask.sum()),
            said=float(said[mask].mean()) if mask.any() else None,
            came=float(met[mask].mean()) if mask.any() else None,
        )
        for i in range(BINS)
        for mask in [place == i]
    )


def calibration_error(probability: ArrayLike, is_met: ArrayLike) -> float:
    """Return the expected calibration error: |said - came| of the ten bins, weighted by their cases.

    Naeini, Cooper and Hauskrecht, AAAI 2015. It grows with few cases per bin even where nothing is wrong.
    """
    bins = [b for b in reliability(probability, is_met) if b.said is not None and b.came is not None]
    total = sum(b.number for b in bins)
    return sum(b.number / total * abs((b.said or 0.0) - (b.came or 0.0)) for b in bins)
