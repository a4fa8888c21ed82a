"""Probability of keeping a promise in time: a random walk with drift on the scale that fits the indicator.

Method (version 1, deliberately plain; a pooled, calibrated model replaces it under a new version): values since the
last break and at most 15 years old are put on the logit scale where the indicator is bounded on both sides, on the log
scale where its only bound is zero from below, and left linear otherwise. A value or target that sits on a bound keeps
the series on the linear scale; nothing is ever added to a zero. The drift is (last - first) / time. The scale s of the
yearly steps is estimated from all steps except the last, with their own drift: a better last value therefore raises
the forecast without widening it, so that the probability can only grow with the last value. The forecast at horizon h
is Student's t with observations - 3 degrees of freedom, mean last + drift h and variance s^2 (h + h^2 / time). The
interval of the probability lets the drift vary within its own central 80 % interval.
At least five observations at distinct years are needed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from rightsplan.stats.facts import Facts
from rightsplan.stats.panel import Floats, Ints, Panel, Promises

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


@dataclass(frozen=True, slots=True)
class Window:
    """The points that a forecast may use, of the m series that have enough of them. `row` numbers these series."""

    chosen: Ints  # numbers of the m series in the panel
    row: Ints
    t: Floats
    y: Floats
    start: Ints
    number: Ints

    @property
    def end(self) -> Ints:
        """Return the position of each series' last point."""
        return self.start + self.number - 1


def window_of(panel: Panel, promises: Promises, facts: Facts) -> tuple[Window, Ints]:
    """Return the window and the number of usable observations of every series."""
    row, order = panel.row, np.arange(len(panel.t))
    floor = np.maximum(facts.segment, 0)
    recent = panel.t > (facts.latest_year - WINDOW_YEARS)[row]
    index = np.flatnonzero(recent & (order >= floor[row]) & (order <= facts.last[row]))
    number = np.bincount(row[index], minlength=panel.count)
    ahead = facts.deadline - facts.latest_year
    able = (number >= LEAST_OBSERVATIONS) & (ahead > 0) & np.isfinite(ahead) & promises.numeric & ~facts.is_over
    able &= np.isfinite(facts.goal.level) & ((facts.goal.sign != 0) | (facts.goal.band > 0))
    chosen = np.flatnonzero(able)
    index = index[able[row[index]]]
    own = number[chosen]
    start = np.cumsum(own) - own
    within = np.repeat(np.arange(len(chosen)), own)
    return Window(chosen, within, panel.t[index], panel.y[index], start, own), number


def scales_of(window: Window, lower: Floats, upper: Floats, level: Floats) -> Ints:
    """Return the scale of each series; `lower`, `upper` and the target's `level` have length m."""
    has_lower, has_upper = np.isfinite(lower), np.isfinite(upper)
    at_edge = (window.y <= lower[window.row]) | (window.y >= upper[window.row])
    touched = np.bincount(window.row[at_edge], minlength=len(level)) > 0
    touched |= (level <= lower) | (level >= upper)
    logit = has_lower & has_upper & ~touched
    log = has_lower & (lower == 0) & ~has_upper & ~touched
    return np.select([logit, log], [LOGIT, LOG], default=LINEAR).astype(np.int64)


def to_scale(y: Floats, scale: Ints, lower: Floats, upper: Floats) -> Floats:
    """Return values on their scale; a value beyond a bound becomes infinite."""
    out = y.astype(np.float64, copy=True)
    log, logit = np.flatnonzero(scale == LOG), np.flatnonzero(scale == LOGIT)
    with np.errstate(divide="ignore", invalid="ignore"):
        out[log] = np.log(np.maximum(y[log], 0.0))
        below, above = np.maximum(y[logit] - lower[logit], 0.0), np.maximum(upper[logit] - y[logit], 0.0)
        out[logit] = np.log(below / above)
    return out


def from_scale(w: Floats, scale: Ints, lower: Floats, upper: Floats) -> Floats:
    """Return values back in the indicator's unit; linear ones stay within the bounds."""
    with np.errstate(over="ignore", invalid="ignore"):
        logistic = lower + (upper - lower) / (1 + np.exp(-w))
        linear = np.fmin(np.fmax(w, lower), upper)
        return np.select([scale == LOG, scale == LOGIT], [np.exp(w), logistic], default=linear)


def steps_of(window: Window, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Return drift, step scale s and time span of each series."""
    head, tail = window.start, window.end
    t, row = window.t, window.row
    span = t[tail] - t[head]
    drift = (w[tail] - w[head]) / span
    own = (w[tail - 1] - w[head]) / (t[tail - 1] - t[head])
    is_inner = np.ones(len(t), dtype=bool)
    is_inner[head] = is_inner[tail] = False
    inner = np.flatnonzero(is_inner)
    gap = t[inner] - t[inner - 1]
    residual = (w[inner] - w[inner - 1] - own[row[inner]] * gap) ** 2 / gap
    total = np.bincount(row[inner], weights=residual, minlength=len(head))
    return drift, np.sqrt(total / (window.number - 3.0)), span


def below(limit: Floats, mean: Floats, spread: Floats, freedom: Floats) -> Floats:
    """Return P(value < limit); a certain value counts as above a limit that it equals."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (limit - mean) / spread
    chance: Floats = stdtr(freedom, np.where(np.isnan(z), 0.0, z))
    return np.where(spread > 0, chance, (mean < limit).astype(np.float64))


def keeping(sign: Floats, limits: tuple[Floats, Floats], mean: Floats, spread: Floats, freedom: Floats) -> Floats:
    """Return the probability that the value lies on the promised side of (or between) the limits."""
    low, high = limits
    under_low = below(low, mean, spread, freedom)
    if not (sign == 0).any():
        certain = (spread == 0) & (mean == low)
        return np.where(sign > 0, 1 - under_low, np.where(certain, 1.0, under_low))
    under_high = below(high, mean, spread, freedom)
    certain = (spread == 0) & (mean == high)
    under_high = np.where(certain, 1.0, under_high)
    return np.select([sign > 0, sign < 0], [1 - under_low, under_high], default=np.maximum(under_high - under_low, 0.0))


def forecast_of(panel: Panel, promises: Promises, facts: Facts) -> Forecast:
    """Return the forecast of every series at its deadline."""
    window, observations = window_of(panel, promises, facts)
    chosen, row = window.chosen, window.row
    lower, upper = promises.lower[chosen], promises.upper[chosen]
    sign, level, band = (x[chosen] for x in (facts.goal.sign, facts.goal.level, facts.goal.band))
    scale = scales_of(window, lower, upper, level)
    w = to_scale(window.y, scale[row], lower[row], upper[row])
    drift, spread, span = steps_of(window, w)
    ahead = (facts.deadline - facts.latest_year)[chosen]
    freedom: Floats = (window.number - 3).astype(np.float64)
    mean = w[window.end] + drift * ahead
    reach = quantiles_of(window.number)
    steps, total = spread * np.sqrt(ahead), spread * np.sqrt(ahead + ahead**2 / span)
    shift = reach * spread / np.sqrt(span) * ahead
    limits = tuple(to_scale(x, scale, lower, upper) for x in (level - band, level + band))
    low, high = limits[0], limits[1]
    middle = keeping(sign, (low, high), mean, total, freedom)
    ends = [keeping(sign, (low, high), mean + side * shift, steps, freedom) for side in (-1, 1)]
    values = [from_scale(mean + side * reach * total, scale, lower, upper) for side in (0, -1, 1)]

    def spread_out(part: Floats) -> Floats:
        whole = np.full(panel.count, np.nan)
        whole[chosen] = part
        return whole

    every_scale = np.full(panel.count, LINEAR, dtype=np.int64)
    every_scale[chosen] = scale
    return Forecast(
        probability=spread_out(middle),
        low=spread_out(np.minimum(np.minimum(ends[0], ends[1]), middle)),
        high=spread_out(np.maximum(np.maximum(ends[0], ends[1]), middle)),
        median=spread_out(values[0]),
        lower=spread_out(values[1]),
        upper=spread_out(values[2]),
        scale=every_scale,
        observations=observations,
    )


def quantiles_of(number: Ints) -> Floats:
    """Return Student's t quantile at CENTRAL for number - 3 degrees of freedom, each distinct one computed once."""
    distinct, place = np.unique(number, return_inverse=True)
    found: Floats = stdtrit(distinct - 3.0, CENTRAL)
    return found[place]
