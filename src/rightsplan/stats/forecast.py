"""Probability of keeping a promise in time: a random walk with drift on the scale that fits the indicator.

Method (version 1, deliberately plain; a pooled, calibrated model replaces it under a new version): values since the last
break and at most 15 years old are put on the logit scale where the indicator is bounded on both sides, on the log scale
where its only bound is zero from below, and left linear otherwise. A value or target that sits on a bound keeps the
series on the linear scale; nothing is ever added to a zero. The drift is (last - first) / time. The scale of the yearly
steps is estimated from all steps except the last, with their own drift: a better last value therefore raises the
forecast without widening it, so that the probability can only grow with the last value. The forecast at horizon h is
Student's t with steps - 2 degrees of freedom, mean last + drift h and variance s^2 (h + h^2 / time). The interval of
the probability lets the drift vary within its own central 80 % interval.
At least five observations at distinct years are needed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from rightsplan.stats.facts import Facts, take
from rightsplan.stats.panel import Bools, Floats, Ints, Panel, Promises

WINDOW_YEARS = 15.0
LEAST_OBSERVATIONS = 5
CENTRAL = 0.9  # upper end of a central 80 % interval
LINEAR, LOG, LOGIT = range(3)
SCALES = ["linear", "log", "logit"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Arrays of length n, NaN where no forecast is possible; values are in the indicator's unit."""

    probability: Floats
    low: Floats
    high: Floats
    median: Floats
    lower: Floats
    upper: Floats
    scale: Ints
    observations: Ints


def scales_of(panel: Panel, promises: Promises, facts: Facts, window: Bools) -> Ints:
    """Return the scale of each series."""
    row = panel.row
    has_lower, has_upper = np.isfinite(promises.lower), np.isfinite(promises.upper)
    at_edge = (panel.y <= promises.lower[row]) | (panel.y >= promises.upper[row])
    touched = np.bincount(row[window & at_edge], minlength=panel.count) > 0
    level = facts.goal.level
    touched |= (level <= promises.lower) | (level >= promises.upper)
    logit = has_lower & has_upper & ~touched
    log = has_lower & (promises.lower == 0) & ~has_upper & ~touched
    return np.select([logit, log], [LOGIT, LOG], default=LINEAR)


def to_scale(y: Floats, scale: Ints, lower: Floats, upper: Floats) -> Floats:
    """Return values on their scale; a value beyond a bound becomes infinite."""
    out = y.astype(np.float64, copy=True)
    log, logit = scale == LOG, scale == LOGIT
    with np.errstate(divide="ignore", invalid="ignore"):
        out[log] = np.log(np.maximum(y[log], 0.0))
        below, above = np.maximum(y[logit] - lower[logit], 0.0), np.maximum(upper[logit] - y[logit], 0.0)
        out[logit] = np.log(below) - np.log(above)
    return out


def from_scale(w: Floats, scale: Ints, lower: Floats, upper: Floats) -> Floats:
    """Return values back in the indicator's unit; linear ones stay within the bounds."""
    with np.errstate(over="ignore", invalid="ignore"):
        logistic = lower + (upper - lower) / (1 + np.exp(-w))
        return np.select(
            [scale == LOG, scale == LOGIT], [np.exp(w), logistic], default=np.fmin(np.fmax(w, lower), upper)
        )


def steps_of(panel: Panel, w: Floats, window: Bools, facts: Facts) -> tuple[Floats, Floats, Floats, Ints]:
    """Return drift, step scale s, time span and number of observations of each series in the window."""
    n, index = panel.count, np.flatnonzero(window)
    row = panel.row[index]
    t, v = panel.t[index], w[index]
    number = np.bincount(row, minlength=n)
    start = np.concatenate([[0], np.cumsum(number)])[:-1]
    enough = number >= 3
    head = np.where(enough, start, 0)
    tail = np.where(enough, start + number - 1, 0)
    if not len(index):
        empty = np.full(n, np.nan)
        return empty, empty, empty, number
    span = t[tail] - t[head]
    with np.errstate(divide="ignore", invalid="ignore"):
        drift = (v[tail] - v[head]) / span
        own = (v[tail - 1] - v[head]) / (t[tail - 1] - t[head])
        inner = np.flatnonzero((row[1:] == row[:-1]) & (np.arange(1, len(index)) != tail[row[1:]]) & enough[row[1:]])
        gap = t[inner + 1] - t[inner]
        residual = (v[inner + 1] - v[inner] - own[row[inner]] * gap) ** 2 / gap
        total = np.bincount(row[inner], weights=residual, minlength=n)
        freedom = number - 3.0
        spread = np.sqrt(total / np.where(freedom > 0, freedom, np.nan))
    blank = np.where(enough, 1.0, np.nan)
    return drift * blank, spread * blank, span * blank, number


def keeping(facts: Facts, limits: tuple[Floats, Floats], mean: Floats, spread: Floats, freedom: Floats) -> Floats:
    """Return the probability that the value lies on the promised side of (or between) the limits."""
    low, high = limits

    def below(limit: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (limit - mean) / spread
        certain = np.where(mean < limit, 1.0, 0.0)
        return np.where(spread > 0, stdtr(freedom, z), certain)

    # At a certain forecast exactly on the limit the promise is kept from either side.
    upward = np.where((spread > 0) | (mean != low), 1 - below(low), 1.0)
    downward = np.where((spread > 0) | (mean != high), below(high), 1.0)
    between = np.where(facts.goal.band > 0, np.maximum(below(high) - below(low), 0.0), np.nan)
    return np.select([facts.goal.sign > 0, facts.goal.sign < 0], [upward, downward], default=between)


def forecast_of(panel: Panel, promises: Promises, facts: Facts) -> Forecast:
    """Return the forecast of every series at its deadline."""
    row, order = panel.row, np.arange(len(panel.t))
    recent = panel.t > (facts.latest_year - WINDOW_YEARS)[row]
    window = (order >= facts.segment[row]) & (order <= facts.last[row]) & recent
    scale = scales_of(panel, promises, facts, window)
    w = to_scale(panel.y, scale[row], promises.lower[row], promises.upper[row])
    drift, spread, span, number = steps_of(panel, w, window, facts)
    ahead = facts.deadline - facts.latest_year
    able = (number >= LEAST_OBSERVATIONS) & (ahead > 0) & np.isfinite(ahead) & promises.numeric & ~facts.is_over
    blank = np.where(able, 1.0, np.nan)
    freedom = np.where(able, number - 3.0, 1.0)
    last = take(w, facts.last) * blank
    mean, drift_error = last + drift * ahead, spread / np.sqrt(span)
    total = np.sqrt(spread**2 * (ahead + ahead**2 / span))
    bounds = (promises.lower, promises.upper)
    level, band = facts.goal.level, facts.goal.band
    limits = (to_scale(level - band, scale, *bounds), to_scale(level + band, scale, *bounds))
    reach = stdtrit(freedom, CENTRAL)
    steps = spread * np.sqrt(ahead)
    shift = reach * drift_error * ahead
    one, other = (keeping(facts, limits, mean + side * shift, steps, freedom) for side in (-1, 1))
    middle = keeping(facts, limits, mean, total, freedom)
    ends = [from_scale(mean + side * reach * total, scale, *bounds) for side in (-1, 0, 1)]
    return Forecast(
        probability=middle * blank,
        low=np.minimum(np.minimum(one, other), middle) * blank,
        high=np.maximum(np.maximum(one, other), middle) * blank,
        median=ends[1] * blank,
        lower=ends[0] * blank,
        upper=ends[2] * blank,
        scale=scale,
        observations=number,
    )
