"""Probability of keeping a promise in time: a level and a fading trend on the scale that fits the indicator.

Method (version 2): values since the last break and at most 15 years old are put on the logit scale where the indicator
is bounded on both sides, on the log scale where its only bound is zero from below, and left linear otherwise. A value
or target that sits on a bound keeps the series on the linear scale; nothing is ever added to a zero. On that scale the
model of `damped_trend` is filtered to the last value and carried to the deadline; its numbers were learnt from all
places of the bundled world data and are frozen. The interval of the probability lets today's level and trend vary
within their central 80 %. What is certain has the probability 0 or 1: see `certainties`. For a level to hold, it is the
chance that the value at the deadline keeps it. Observations in at least five years are needed, and steps that differ: a
straight line says nothing about how far it may stray.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from rightsplan.stats.damped_trend import SETTINGS, Ahead, Setting, Trend, trend_of
from rightsplan.stats.facts import Facts
from rightsplan.stats.panel import COUNT, Bools, Floats, Ints, Panel, Promises
from rightsplan.stats.plain_trend import Walk, walk_of
from rightsplan.stats.scales import LINEAR, SCALES, Scale, Window, is_straight, scale_of, window_of

__all__ = ["LINEAR", "NO_FORECAST", "SCALES", "VERSION", "VERSIONS", "Fan", "Forecast", "fans_of", "forecast_of"]

WINDOW_YEARS = 15.0
LEAST_YEARS = 5
VERSION = "2"
VERSIONS = ("1", VERSION)  # of the method: only the probability differs; what was published with 1 stays recomputable
CENTRAL = 0.9  # upper end of a central 80 % interval
MOST_FAN_YEARS = 50
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


@dataclass(frozen=True, slots=True)
class Model:
    """The series that can be forecast, on their scale, with what carries them on.

    `reason` says of all n series why there is no forecast, `years` in how many years they were observed.
    """

    window: Window
    scale: Scale
    carried: Trend | Walk
    reason: Ints
    years: Ints


def model_of(
    panel: Panel, promises: Promises, facts: Facts, *, version: str = VERSION, settings: dict[int, Setting] = SETTINGS
) -> Model:
    """Return the model of a version of the method; other `settings` than the frozen ones serve the backtest."""
    low, number, years = usable_of(panel, facts)
    reason = why_not(promises, facts, years)
    window = window_of(panel, np.flatnonzero(reason == 0), low, number)
    chosen = window.chosen
    scale = scale_of(window, promises.lower[chosen], promises.upper[chosen], facts.goal.level[chosen])
    w = scale.put(window.y, window.number)
    if version == VERSIONS[0]:
        walk = walk_of(window, w)
        reason[chosen[np.isnan(walk.spread)]] = WHY["no_variation"]
        return Model(window, scale, walk, reason, years)
    straight = is_straight(window, w)
    reason[chosen[straight]] = WHY["no_variation"]
    trend = trend_of(window, w, scale.code, settings)
    state = replace(trend.state, spread=np.where(straight, np.nan, trend.state.spread))
    return Model(window, scale, replace(trend, state=state), reason, years)


def forecast_of(
    panel: Panel, promises: Promises, facts: Facts, *, version: str = VERSION, settings: dict[int, Setting] = SETTINGS
) -> Forecast:
    """Return the forecast of every series at its deadline, by a version of the method."""
    model = model_of(panel, promises, facts, version=version, settings=settings)
    chosen, scale = model.window.chosen, model.scale
    level, band = facts.goal.level[chosen], facts.goal.band[chosen]
    one = np.ones(len(chosen), dtype=np.int64)
    target = Target(facts.goal.sign[chosen], scale.put(level - band, one), scale.put(level + band, one))
    found = predict(scale, target, model.carried.at((facts.deadline - facts.level.year)[chosen]))
    is_silent = model.reason[chosen] != 0
    sure, never = certainties(model.window, promises, facts)
    for i in range(3):
        found[i] = np.select([is_silent, never, sure], [np.nan, 0.0, 1.0], default=found[i])
    for i in range(3, 6):
        found[i] = np.where(is_silent, np.nan, found[i])

    def whole(part: Floats) -> Floats:
        out = np.full(panel.count, np.nan)
        out[chosen] = part
        return out

    codes = np.full(panel.count, LINEAR, dtype=np.int64)
    codes[chosen] = scale.code
    probability, low, high, median, lower, upper = (whole(part) for part in found)
    return Forecast(probability, low, high, median, lower, upper, codes, model.years, model.reason)


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


def predict(scale: Scale, target: Target, law: Ahead) -> list[Floats]:
    """Return probability, its low and high end, and median, lower and upper value at the deadline."""
    reach = quantiles_of(law.freedom, CENTRAL)
    middle = target.chance(law.mean, law.spread, law.freedom)
    one, other = (target.chance(law.mean + side * reach * law.unsure, law.known, law.freedom) for side in (-1, 1))
    values = [scale.back(law.mean + side * reach * law.spread) for side in (0, -1, 1)]
    return [middle, np.minimum(np.minimum(one, other), middle), np.maximum(np.maximum(one, other), middle), *values]


def quantiles_of(freedom: Floats, level: float) -> Floats:
    """Return Student's t quantile at `level`, each distinct number of degrees of freedom computed once."""
    distinct, place = np.unique(freedom, return_inverse=True)
    found: Floats = stdtrit(distinct, level)
    return found[place]


@dataclass(frozen=True, slots=True)
class Fan:
    """The forecast of one series year by year, in the indicator's unit: median, central 50 % and central 80 %."""

    years: Floats
    median: Floats
    inner: tuple[Floats, Floats]
    outer: tuple[Floats, Floats]


def fans_of(panel: Panel, promises: Promises, facts: Facts) -> list[Fan | None]:
    """Return for every series its fan from the year after its last value to its deadline, None without a forecast.

    At the deadline the median and the outer band are those of `forecast_of`. At most 50 years are drawn.
    """
    model = model_of(panel, promises, facts)
    since, until = facts.level.year[model.window.chosen], facts.deadline[model.window.chosen]
    longest = int(np.clip(np.ceil((until - since).max(initial=0.0)), 0, MOST_FAN_YEARS))
    marks: dict[float, list[Floats]] = {0.5: [], 0.25: [], 0.75: [], 1 - CENTRAL: [], CENTRAL: []}
    steps = [np.minimum(since + k, until) - since for k in range(1, longest + 1)]
    for years in steps:
        law = model.carried.at(years)
        for level, column in marks.items():
            column.append(model.scale.back(law.mean + quantiles_of(law.freedom, level) * law.spread))
    fans: list[Fan | None] = [None] * panel.count
    for j, i in enumerate(model.window.chosen):
        if model.reason[i] == 0:
            number = int(np.clip(np.ceil(until[j] - since[j]), 0, longest))
            low, q1, q2, q3, high = (
                np.array([column[j] for column in marks[level][:number]])
                for level in (1 - CENTRAL, 0.25, 0.5, 0.75, CENTRAL)
            )
            when = np.array([since[j] + years[j] for years in steps[:number]])
            fans[i] = Fan(when, q2, (q1, q3), (low, high))
    return fans
