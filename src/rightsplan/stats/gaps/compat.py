"""Slope indices as WHO's package prints them for grouped data, for comparison only: every group counts twice over."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats.checks import numbers
from rightsplan.stats.gaps.slope import logistic_fit, positions


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSlope:
    """The slope index (in the unit) and the relative index as the package gives them, and whose rule it is."""

    sii: float
    rii: float
    source: str = "healthequal 1.0.1 (WHO): population entered as counts and again as weights"


def slope_weighted_twice(
    value: ArrayLike, *, population: ArrayLike, rank: ArrayLike, lowest: float = 0.0, highest: float = 100.0
) -> PublishedSlope:
    """Return SII and RII of the logistic curve with population squared as weights, as healthequal 1.0.1 fits it.

    Arrays of length K; `population` in people, of whom value x population, rounded, are counted as cases; positions in
    the order are by population, once. A group of double size counts four times, so the figures differ from ours
    (`gaps`: weighted once, not rounded). The figures of the package's own test, 44.44502 and 3.159506, are met. No
    interval. Raises Refused for bad numbers and where no finite curve fits.
    """
    y = numbers("value", value, at_least=2, least=lowest, most=highest)
    people = numbers("population", population, length=len(y), above=0)
    order = numbers("rank", rank, length=len(y))
    shares = people / people.sum()
    twice = shares**2 / (shares**2).sum()
    place = positions(order[None, :], shares[None, :])
    cases = np.round((y - lowest) / (highest - lowest) * people) / people
    fit = logistic_fit(cases[None, :], twice[None, :], place)
    if not fit.is_found[0]:
        raise Refused("No finite curve fits these values.", "Leave out groups at the ends of the unit.")
    bottom, top = float(fit.bottom[0]), float(fit.top[0])
    return PublishedSlope(sii=(highest - lowest) * (top - bottom), rii=float(np.divide(top, bottom)))
