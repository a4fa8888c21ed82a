"""A promise as a level to reach: what counts as near, and what counts as kept."""

from dataclasses import dataclass

import numpy as np

from rightsplan.stats.panel import ABOUT, AT_LEAST, AT_MOST, CHANGE, CHANGE_BY, Bools, Floats, Promises
from rightsplan.stats.promise import ABOUT_TOLERANCE

ROUNDING = 1e-12  # part of the indicator's range that a sum of decimals may be off by


@dataclass(frozen=True, slots=True)
class Goal:
    """Arrays of length n: `sign` is +1 (at least), -1 (at most) or 0 (close to `level`).

    `band` is how far from `level` still counts, `limit` the nearness that a value must exceed to keep the promise,
    `slack` the difference that is only rounding.
    """

    sign: Floats
    level: Floats
    band: Floats
    limit: Floats
    slack: Floats

    def nearness(self, y: Floats) -> Floats:
        """Return numbers that grow as each promise comes nearer, in the indicator's unit."""
        return nearness(y, self.sign, self.level)

    def is_kept_by(self, y: Floats) -> Bools:
        """Say for which promises the value keeps the promise."""
        return self.nearness(y) > self.limit


def nearness(y: Floats, sign: Floats, level: Floats) -> Floats:
    """Return sign * y, or minus the distance to the level where the sign is zero."""
    near: Floats = sign * y
    if not sign.all():
        close = np.flatnonzero(sign == 0)
        near[close] = -np.abs(y[close] - level[close])
    return near


def sign_of(promises: Promises) -> Floats:
    """Return +1, -1 or 0. Without a figure, or for a change of zero, the indicator's better direction decides."""
    change = np.where(promises.value == 0, promises.better, np.sign(promises.value))
    is_directed = (promises.direction == AT_LEAST) | (promises.direction == AT_MOST)
    sign = np.select(
        [promises.direction == AT_LEAST, promises.direction == AT_MOST, promises.direction == CHANGE_BY],
        [1.0, -1.0, change],
        default=0.0,
    )
    unknown = np.isnan(promises.value) & ((promises.better != 0) | ~is_directed)
    return np.where(unknown, promises.better, sign)


def band_of(promises: Promises, level: Floats) -> Floats:
    """Return the tolerance of each promise in the indicator's unit.

    "About" without a stated tolerance allows five per cent of the target, or of its distance to the nearer bound where
    the indicator has two: then "about 90 % enrolled" and "about 10 % not enrolled" allow the same.
    """
    to_bound = np.minimum(level - promises.lower, promises.upper - level)
    has_two = np.isfinite(to_bound)
    span = np.where(has_two, np.maximum(to_bound, 0.0), np.abs(level))
    usual = np.where(promises.direction == ABOUT, ABOUT_TOLERANCE * span, 0.0)
    return np.where(np.isfinite(promises.tolerance), promises.tolerance, usual)


def goal_of(promises: Promises, baseline: Floats) -> Goal:
    """Return the level that each promise means, given the baselines (NaN where unknown)."""
    is_step = (promises.direction == CHANGE_BY) & (promises.measured != CHANGE)
    level = np.where(is_step, baseline + promises.value, promises.value)
    sign = sign_of(promises)
    band = np.where(sign == 0, band_of(promises, level), 0.0)
    threshold = np.where(sign == 0, -band, sign * level)
    size = np.abs(level)
    for other in (promises.lower, promises.upper, baseline):
        size = np.fmax(size, np.abs(other))
    slack = ROUNDING * size
    strict = promises.strict & (sign != 0)
    limit = np.where(strict, threshold + slack, np.nextafter(threshold - slack, -np.inf))
    return Goal(sign=sign, level=level, band=band, limit=limit, slack=slack)
