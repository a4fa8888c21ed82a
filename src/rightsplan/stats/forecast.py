"""Probability of keeping a promise in time: a random walk with drift on the scale that fits the indicator.

Method (version 1, deliberately plain; a pooled, calibrated model replaces it under a new version): values since the
last break and at most 15 years old are put on the logit scale where the indicator is bounded on both sides, on the log
scale where its only bound is zero from below, and left linear otherwise. A value or target that sits on a bound keeps
the series on the linear scale; nothing is ever added to a zero. The drift is (last - first) / time. The scale s of the
yearly steps is estimated from all steps except the last, with their own drift: a better last value therefore raises
the forecast without widening it, so that the probability can only grow with the last value. The forecast at horizon h
is Student's t with observations - 3 degrees of freedom, mean last + drift h and variance s^2 (h + h^2 / time). The
interval of the probability lets the drift vary within its own central 80 % interval. What is certain has the
probability 0 or 1: see `certainties`. For a level to hold, it is the chance that the value at the deadline keeps it.
Observations in at least five years are needed, and steps that differ: a series without any variation says nothing
about how far it may stray.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from rightsplan.stats.facts import Facts
from rightsplan.stats.panel import COUNT, Bools, Floats, Ints, Panel, Promises

WINDOW_YEARS = 15.0
LEAST_YEARS = 5
CENTRAL = 0.9  # upper end of a central 80 % interval
NO_VARIATION = 1e-9  # steps that differ by less than this part of the values are rounding
LINEAR, LOG, LOGIT = range(3)
SCALES = ["linear", "log", "logit"]
NO_FORECAST = (
    "",
    "no_target_value",
    "no_data",
    "no_baseline_for_change",
    "deadline_passed",
    "no_deadline",
    "deadline_year_observed",
    "exact_target",
    "too_few_observations",
    "no_variation",
)
WHY = {name: code for code, name in enumerate(NO_FORECAST)}


@dataclass(frozen=True, slots=True)
class Forecast:
    """Arrays of length n, NaN where no forecast is possible (`why_not` indexes NO_FORECAST), in the indicator's unit.

    `observations` is the number of years with a usable value.
    """

    probability: Floats
    low: Floats
    high: Floats
    median: Floats
    lower: Floats
    upper: Floats
    scale: Ints
    observations: Ints
    why_not: Ints


@dataclass(frozen=True, slots=True)
class Window:
    """The points that a forecast may use, of the m series that have enough of them; `number` counts them."""

    chosen: Ints  # numbers of the m series in the panel
    t: Floats
    y: Floats
    start: Ints
    number: Ints

    @property
    def end(self) -> Ints:
        """Return the position of each series' last point."""
        return self.start + self.number - 1

    def spread(self, values: Floats) -> Floats:
        """Return one value per series repeated for each of its points."""
        return np.repeat(values, self.number)


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of each series, its bounds, and the transformation both ways."""

    code: Ints
    lower: Floats
    upper: Floats

    def put(self, y: Floats, number: Ints) -> Floats:
        """Return values on their scale, `number` values per series; a value beyond a bound becomes infinite."""
        out = y.astype(np.float64, copy=True)
        code = np.repeat(self.code, number)
        with np.errstate(divide="ignore"):
            if LOG in self.code:
                log = chosen_by(code == LOG)
                out[log] = np.log(np.maximum(y[log], 0.0))
            if LOGIT in self.code:
                logit = chosen_by(code == LOGIT)
                lower, upper = np.repeat(self.lower, number)[logit], np.repeat(self.upper, number)[logit]
                out[logit] = np.log(np.maximum(y[logit] - lower, 0.0) / np.maximum(upper - y[logit], 0.0))
        return out

    def back(self, w: Floats) -> Floats:
        """Return one value per series in the indicator's unit; linear ones stay within the bounds."""
        with np.errstate(over="ignore", invalid="ignore"):
            logistic = self.lower + (self.upper - self.lower) / (1 + np.exp(-w))
            linear = np.fmin(np.fmax(w, self.lower), self.upper)
            return np.select([self.code == LOG, self.code == LOGIT], [np.exp(w), logistic], default=linear)


def chosen_by(mask: Bools) -> Ints | slice:
    """Return what selects the masked places; a slice, which copies nothing, where that is all of them."""
    return slice(None) if mask.all() else np.flatnonzero(mask)


def step(values: Floats) -> Floats:
    """Return each value less the one before; the first is zero."""
    out = np.zeros_like(values)
    np.subtract(values[1:], values[:-1], out=out[1:])
    return out


def usable_of(panel: Panel, facts: Facts) -> tuple[Ints, Ints, Ints]:
    """Return the first usable point, the number of usable points and the number of years that they cover."""
    end = facts.spans.end
    recent = panel.until(facts.level.year - WINDOW_YEARS, inclusive=True)
    low = np.minimum(np.maximum(facts.spans.segment, recent), end)
    return low, end - low, panel.years_in(low, end)


def why_not(promises: Promises, facts: Facts, years: Ints) -> Ints:
    """Return for each series why there can be no forecast, 0 where there may be one."""
    goal, level, deadline = facts.goal, facts.level, facts.deadline
    reasons = [
        ("no_target_value", promises.in_words | np.isnan(promises.value)),
        ("no_data", facts.spans.last < 0),
        ("no_baseline_for_change", np.isnan(goal.level)),
        ("deadline_passed", facts.is_over),
        ("no_deadline", ~np.isfinite(deadline)),
        ("deadline_year_observed", ~(deadline > level.year)),
        ("exact_target", (goal.sign == 0) & (goal.band == 0)),
        ("too_few_observations", years < LEAST_YEARS),
    ]
    return np.select([mask for _name, mask in reasons], [WHY[name] for name, _mask in reasons], default=0)


def window_of(panel: Panel, able: Ints, low: Ints, number: Ints) -> Window:
    """Return the points of the series in `able`."""
    own = number[able]
    start = np.cumsum(own) - own
    index = np.repeat(low[able] - start, own) + np.arange(own.sum())
    return Window(able, panel.t[index], panel.y[index], start, own)


def scale_of(window: Window, lower: Floats, upper: Floats, level: Floats) -> Scale:
    """Return the scale of each series; `lower`, `upper` and the target's `level` have length m."""
    least, most = level.copy(), level.copy()
    if len(level):
        least = np.minimum(level, np.minimum.reduceat(window.y, window.start))
        most = np.maximum(level, np.maximum.reduceat(window.y, window.start))
    has_lower, has_upper = np.isfinite(lower), np.isfinite(upper)
    logit = has_lower & has_upper & (least > lower) & (most < upper)
    log = has_lower & (lower == 0) & ~has_upper & (least > 0)
    code = np.select([logit, log], [LOGIT, LOG], default=LINEAR).astype(np.int64)
    return Scale(code, lower, upper)


def steps_of(window: Window, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Return drift, step scale s (0 where the steps do not vary) and time span of each series."""
    head, tail, t = window.start, window.end, window.t
    if not len(head):
        return (np.empty(0),) * 3
    span = t[tail] - t[head]
    drift = (w[tail] - w[head]) / span
    own = (w[tail - 1] - w[head]) / (t[tail - 1] - t[head])
    gap = step(t)
    gap[head] = 1.0  # a first point has no step
    residual = (step(w) - window.spread(own) * gap) ** 2 / gap
    residual[head] = residual[tail] = 0.0
    s = np.sqrt(np.add.reduceat(residual, head) / (window.number - 3.0))
    size = np.maximum.reduceat(np.abs(w), head)
    return drift, np.where(s <= NO_VARIATION * size, 0.0, s), span


@dataclass(frozen=True, slots=True)
class Target:
    """The promised side of, or place between, two limits on the forecast's scale."""

    sign: Floats
    low: Floats
    high: Floats

    def chance(self, mean: Floats, spread: Floats, freedom: Floats) -> Floats:
        """Return the probability of ending there; tails are taken from their own side, so that none is lost."""
        limit = np.where(self.sign < 0, self.high, self.low)
        side = np.where(self.sign < 0, -1.0, 1.0)
        chance: Floats = stdtr(freedom, side * (mean - limit) / spread)
        if (self.sign == 0).any():
            beyond = stdtr(freedom, (mean - self.high) / spread)
            chance = np.where(self.sign == 0, np.maximum(chance - beyond, 0.0), chance)
        return chance


def forecast_of(panel: Panel, promises: Promises, facts: Facts) -> Forecast:
    """Return the forecast of every series at its deadline."""
    low, number, years = usable_of(panel, facts)
    reason = why_not(promises, facts, years)
    window = window_of(panel, np.flatnonzero(reason == 0), low, number)
    chosen = window.chosen
    level, band = facts.goal.level[chosen], facts.goal.band[chosen]
    scale = scale_of(window, promises.lower[chosen], promises.upper[chosen], level)
    w = scale.put(window.y, window.number)
    drift, s, span = steps_of(window, w)
    reason[chosen[s == 0]] = WHY["no_variation"]
    ahead = (facts.deadline - facts.level.year)[chosen]
    one = np.ones(len(chosen), dtype=np.int64)
    target = Target(facts.goal.sign[chosen], scale.put(level - band, one), scale.put(level + band, one))
    found = predict(window, scale, target, moving=(w[window.end], drift, np.where(s == 0, np.nan, s), span, ahead))
    sure, never = certainties(window, promises, facts)
    for i in range(3):
        found[i] = np.where(np.isnan(found[i]), np.nan, np.select([never, sure], [0.0, 1.0], default=found[i]))

    def whole(part: Floats) -> Floats:
        out = np.full(panel.count, np.nan)
        out[chosen] = part
        return out

    codes = np.full(panel.count, LINEAR, dtype=np.int64)
    codes[chosen] = scale.code
    return Forecast(
        probability=whole(found[0]),
        low=whole(found[1]),
        high=whole(found[2]),
        median=whole(found[3]),
        lower=whole(found[4]),
        upper=whole(found[5]),
        scale=codes,
        observations=years,
        why_not=reason,
    )


def certainties(window: Window, promises: Promises, facts: Facts) -> tuple[Bools, Bools]:
    """Return which of the m promises are certain to be kept, and which can be kept no longer.

    Certain: a count that has reached its target; every value between the indicator's bounds keeps the promise. Lost: a
    level to hold that was not held; a count beyond its limit; no value between the bounds keeps the promise. Bounds
    that the values themselves have passed are no bounds.
    """
    chosen, goal = window.chosen, facts.goal
    sign, level, band = goal.sign[chosen], goal.level[chosen], goal.band[chosen]
    low, high = np.where(sign < 0, -np.inf, level - band), np.where(sign > 0, np.inf, level + band)
    lower = np.where(np.isnan(promises.lower), -np.inf, promises.lower)[chosen]
    upper = np.where(np.isnan(promises.upper), np.inf, promises.upper)[chosen]
    inside = (window.y >= window.spread(lower)) & (window.y <= window.spread(upper))
    is_bound = np.logical_and.reduceat(inside, window.start) if len(chosen) else np.empty(0, dtype=bool)
    strict = promises.strict[chosen] & (sign != 0)
    covers = np.where(strict, (low < lower) & (high > upper), (low <= lower) & (high >= upper))
    misses = np.where(strict, (low >= upper) | (high <= lower), (low > upper) | (high < lower))
    is_count, reached = (promises.measured == COUNT)[chosen], facts.level.is_reached[chosen]
    broken = promises.hold[chosen] & (facts.level.first_broken[chosen] >= 0)
    sure = (is_bound & covers & ~broken) | (is_count & (sign > 0) & reached)
    return sure, (is_bound & misses) | broken | (is_count & (sign < 0) & ~reached)


def predict(window: Window, scale: Scale, target: Target, moving: tuple[Floats, ...]) -> list[Floats]:
    """Return probability, its low and high end, and median, lower and upper value at the deadline.

    `moving` holds last value, drift, step scale, time span and horizon of each series, on the forecast's scale.
    """
    last, drift, s, span, ahead = moving
    freedom: Floats = (window.number - 3).astype(np.float64)
    reach = quantiles_of(window.number)
    mean = last + drift * ahead
    total, steps = s * np.sqrt(ahead + ahead**2 / span), s * np.sqrt(ahead)
    shift = reach * s / np.sqrt(span) * ahead
    middle = target.chance(mean, total, freedom)
    one, other = (target.chance(mean + side * shift, steps, freedom) for side in (-1, 1))
    values = [scale.back(mean + side * reach * total) for side in (0, -1, 1)]
    return [middle, np.minimum(np.minimum(one, other), middle), np.maximum(np.maximum(one, other), middle), *values]


def quantiles_of(number: Ints) -> Floats:
    """Return Student's t quantile at CENTRAL for number - 3 degrees of freedom, each distinct one computed once."""
    distinct, place = np.unique(number, return_inverse=True)
    found: Floats = stdtrit(distinct - 3.0, CENTRAL)
    return found[place]
