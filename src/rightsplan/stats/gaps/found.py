"""What a measure comes to in many settings, and why it is not known where it is not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rightsplan.stats.panel import Bools, Floats

Codes = NDArray[np.int8]

KNOWN, NO_ERROR, ONE_GROUP, NO_ORDER, NO_LIMITS, NO_REFERENCE, NOT_POSITIVE, MEAN_UNSURE, NO_FIT, OPEN, ADVERSE = range(
    11
)
REASONS = (
    "",
    "no interval: a group has no standard error or sample size",
    "not measurable: fewer than two groups",
    "not measurable: the groups have no order",
    "not measurable: the unit has no two ends",
    "not measurable: no reference group",
    "not measurable: needs values above zero",
    "no interval: the mean is less than three standard errors above zero",
    "not measurable: the model has no finite fit",
    "no interval: the divisor may be zero, so that every ratio is possible",
    "not measurable: less is better here and the unit has no two ends",
)


class Found(NamedTuple):
    """One measure in n settings: the raw value, the value corrected for noise, a 95 % interval; NaN where unknown.

    `why` is the place in REASONS.
    """

    value: Floats
    corrected: Floats
    low: Floats
    high: Floats
    why: Codes


def found(value: Floats, corrected: Floats, low: Floats, high: Floats) -> Found:
    """Return a measure known in every setting."""
    return Found(value, corrected, low, high, np.zeros(len(value), dtype=np.int8))


def value_alone(value: Floats) -> Found:
    """Return a measure of groups of which one has no standard error: no correction, no interval."""
    unknown = np.full(len(value), np.nan)
    return Found(value, unknown, unknown, unknown, np.full(len(value), NO_ERROR, dtype=np.int8))


def without_interval(measure: Found, mask: Bools, why: int) -> Found:
    """Return the measure with the interval and the correction taken away where the mask holds."""
    mask = mask & (measure.why == KNOWN)
    corrected, low, high = (np.where(mask, np.nan, x) for x in (measure.corrected, measure.low, measure.high))
    return Found(measure.value, corrected, low, high, np.where(mask, why, measure.why).astype(np.int8))


def without_value(measure: Found, mask: Bools, why: int) -> Found:
    """Return the measure taken away where the mask holds."""
    value, corrected, low, high = (np.where(mask, np.nan, x) for x in measure[:4])
    return Found(value, corrected, low, high, np.where(mask, why, measure.why).astype(np.int8))
