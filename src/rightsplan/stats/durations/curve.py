"""The share of cases still waiting over time, with intervals; medians, shares done by a deadline, restricted means."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri, stdtrit

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.durations.spells import (
    LEAST,
    LEVEL,
    TOO_FEW,
    TOO_SHORT,
    Figure,
    Risk,
    Spells,
    risk_of,
    spells,
    step,
    unknown_by,
)
from rightsplan.stats.panel import Floats, Ints

Interval = Literal["beta", "log-log", "greenwood"]
TINY = 1e-9  # a product of fractions misses one half by rounding

NO_SPREAD = "no interval: all waited equally long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The Kaplan-Meier curve at every distinct time, in ascending order, from the start of observation.

    `survival` is the share still waiting just after a time, `error` its Greenwood standard error, `low` and `high` its
    interval (NaN where the chosen interval is not defined: log-log before the first end and after the last one), and
    `low_after` the lower limit between this time and the next, when those last seen at it are known no more.
    `number` counts the cases, `at_risk`, `done` and `censored` are of every time.
    """

    times: Floats
    at_risk: Ints
    done: Ints
    censored: Ints
    survival: Floats
    error: Floats
    low: Floats
    low_after: Floats
    high: Floats
    number: int
    level: float
    interval: str


def kaplan_meier(
    time: ArrayLike,
    done: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    level: float = LEVEL,
    interval: Interval = "beta",
) -> Curve:
    """Estimate the share still waiting over time where some cases are not done yet.

    Method: the product-limit estimate (Kaplan and Meier 1958) with Greenwood's variance (1926). Intervals, each for one
    time: `beta`, the beta product procedure by moments (Fay, Brittain and Proschan 2013), which without censoring is
    the exact one of Clopper and Pearson; `log-log` (Kalbfleisch and Prentice 1980), the usual one; `greenwood`, the
    symmetric one cut at 0 and 1. `time` (n, any unit, from 0) is when a case was done or last seen, `done` (n) whether
    it was done, `entry` (n) when it came under observation where that is later than its beginning (left truncation).
    A case last seen at a time when another is done counts as at risk there.
    Assumes that being last seen tells nothing about the time still to wait. Raises Refused for bad input.
    Does not give a band for the whole curve, and does not adjust for the mix of cases.
    """
    checks.number("level", level, above=0, below=1)
    checks.one_of("interval", interval, get_args(Interval))
    return curve_of(spells(time, done, entry), level=level, interval=interval)


def curve_of(found: Spells, *, level: float, interval: str) -> Curve:
    """Estimate the curve of checked spells."""
    risk = risk_of(found)
    done, at_risk = risk.done[0], risk.at_risk
    stay = 1 - done / np.maximum(at_risk, 1)
    survival = np.cumprod(stay)
    spread = np.cumsum(hazard_variance(done, at_risk))
    error = survival * np.sqrt(spread)
    low, low_after, high = limits(interval, survival, spread, risk, level)
    return Curve(
        times=risk.times,
        at_risk=at_risk,
        done=done,
        censored=risk.censored,
        survival=survival,
        error=error,
        low=low,
        low_after=low_after,
        high=high,
        number=len(found.time),
        level=level,
        interval=interval,
    )


def hazard_variance(done: Ints, at_risk: Ints) -> Floats:
    """Return d / (Y (Y - d)) at every time, Greenwood's terms; 0 where everyone at risk was done."""
    below = at_risk * (at_risk - done)
    return np.divide(done, below, out=np.zeros(len(done)), where=below > 0)


def limits(interval: str, survival: Floats, spread: Floats, risk: Risk, level: float) -> tuple[Floats, ...]:
    """Return the lower limit of the share still waiting at every time, that after it, and the upper one."""
    z = float(ndtri((1 + level) / 2))
    if interval == "greenwood":
        reach = z * survival * np.sqrt(spread)
        low, high = np.maximum(survival - reach, 0), np.minimum(survival + reach, 1)
    elif interval == "beta":
        return beta_limits(risk, (1 - level) / 2)
    else:
        low, high = log_log_limits(survival, np.sqrt(spread), z)
    return low, low, high


def log_log_limits(survival: Floats, relative: Floats, z: float) -> tuple[Floats, Floats]:
    """Return S ** exp(±z e / |ln S|), NaN where S is 0 or 1; `relative` is the standard error over S."""
    inside = (survival > TINY) & (survival < 1 - TINY)
    kept = np.where(inside, survival, 0.5)
    reach = np.exp(z * np.where(inside, relative, 0) / -np.log(kept))
    return np.where(inside, kept**reach, np.nan), np.where(inside, kept ** (1 / reach), np.nan)


def beta_limits(risk: Risk, tail: float) -> tuple[Floats, ...]:
    """Return the limits (lower, lower after, upper) by products of betas, matched in mean and variance to one beta."""
    done, rest = risk.done[0], risk.at_risk - risk.done[0]
    first = np.cumsum(np.where(done > 0, np.log((rest + 1) / (rest + done + 1)), 0))
    second = np.cumsum(np.where(done > 0, np.log((rest + 2) / (rest + done + 2)), 0))  # E[x^2] / E[x]
    high = beta_quantile(np.exp(first), np.exp(second), 1 - tail)
    lows = [
        np.where(n > 0, beta_quantile(np.exp(first) * n / (n + 1), np.exp(second) * (n + 1) / (n + 2), tail), 0)
        for n in (rest, risk.left)
    ]
    return *lows, np.where(np.cumsum(done) > 0, high, 1)


def beta_quantile(mean: Floats, ratio: Floats, tail: float) -> Floats:
    """Return the quantile of the betas with the given mean and E[x^2] / E[x]; 1 and 0 at the ends."""
    spread = ratio - mean
    inside = (mean > 0) & (mean < 1) & (spread > 0)
    total = np.divide(1 - ratio, spread, out=np.ones(len(mean)), where=inside)
    a, b = np.where(inside, mean * total, 1), np.where(inside, (1 - mean) * total, 1)
    return np.where(inside, betaincinv(a, b, tail), mean)


def quantile(curve: Curve, share: float = 0.5, *, least: int = LEAST) -> Figure:
    """Give the time by which a share of the cases is done, 0.5 for the median, with its interval.

    Method: the first time at which the curve is at or below 1 - share; the limits are the first times at which the
    limits of the curve are (Brookmeyer and Crowley 1982). In the unit of the times. The value is None where the curve
    does not come down so far, a limit is None where the curve's limit does not (the interval is open there); None with
    a reason for fewer than `least` cases. Raises Refused for a share outside (0, 1). Does not interpolate.
    """
    target = 1 - checks.number("share", share, above=0, below=1)
    checks.counts("least", [least])
    if curve.number < least:
        return Figure(note=TOO_FEW.format(least))
    value, low, high = (first_below(curve.times, x, target) for x in (curve.survival, curve.low_after, curve.high))
    note = "" if value is not None else f"fewer than {share:.0%} were done while they were observed"
    return Figure(value=value, low=low, high=high, note=note)


def first_below(times: Floats, values: Floats, target: float) -> float | None:
    """Return the first time at which the values are at or below the target, None where they never are."""
    found = np.flatnonzero(values <= target + TINY)  # NaN compares as no
    return float(times[found[0]]) if len(found) else None


def done_by(curve: Curve, time: float, *, least: int = LEAST) -> Figure:
    """Give the share of cases done within a time, such as the deadline of the law, with its interval.

    Method: one minus the curve (`kaplan_meier`), interval and error likewise. A share from 0 to 1. None with a reason
    for fewer than `least` cases, where the last case was censored before the time, and where fewer than `least` cases
    are known to be done or undone by then. Raises Refused for a time that is no finite number or before observation.
    """
    place = step(curve.times, checks.number("time", time, least=0))
    checks.counts("least", [least])
    if why := unknown_by(
        time, least, times=curve.times, censored=curve.censored, waiting=curve.survival, number=curve.number
    ):
        return Figure(note=why)
    lower = curve.low if time == curve.times[place] else curve.low_after
    ends = [1 - float(x[place]) for x in (curve.survival, curve.high, lower)]
    low, high = (None, None) if np.isnan(ends[1]) else (ends[1], ends[2])
    note = "" if low is not None else "no interval where none or all are done; ask for the interval 'beta'"
    return Figure(value=ends[0], error=float(curve.error[place]), low=low, high=high, note=note)


def restricted_mean(curve: Curve, until: float, *, least: int = LEAST) -> Figure:
    """Give the mean time waited within the first `until`, with its interval.

    Method: the area under the curve up to `until`, with the variance sum of A^2 d / (Y (Y - d)) (Klein and Moeschberger
    2003, section 4.5), times m / (m - 1) for m cases done (Kaplan and Meier 1958), and Student's t with m - 1 degrees
    of freedom, so that small offices are covered too. In the unit of the times, in which `until` is given.
    None with a reason where fewer than `least` cases were done by then, and where the longest observation is shorter
    than `until`. Raises Refused for an `until` that is not above the start of observation.
    """
    value, variance, freedom = area(curve, until)
    why = area_note(curve, until, int(freedom) + 1, least)
    if why:
        return Figure(note=why)
    if variance <= 0:
        return Figure(value=value, note=NO_SPREAD)
    error = sqrt(variance)
    reach = float(stdtrit(freedom, (1 + curve.level) / 2)) * error
    return Figure(value=value, error=error, low=max(value - reach, 0), high=min(value + reach, until))


def area(curve: Curve, until: float) -> tuple[float, float, float]:
    """Return the area under the curve, its variance and the degrees of freedom. Raises Refused."""
    begin = float(curve.times[0])
    end = checks.number("until", until, above=begin)
    inside = curve.times <= end
    widths = np.diff(np.append(curve.times[inside], end))
    pieces = curve.survival[inside] * widths
    after = np.cumsum(pieces[::-1])[::-1]  # the area from every time on
    terms = hazard_variance(curve.done[inside], curve.at_risk[inside]) * after**2
    number = int(curve.done[inside].sum())
    return begin + float(pieces.sum()), float(terms.sum()) * number / max(number - 1, 1), float(number - 1)


def area_note(curve: Curve, until: float, number: int, least: int) -> str:
    """Return why the area is not measured, or nothing. Raises Refused for a `least` that is no count."""
    checks.counts("least", [least])
    if number < max(least, 2):
        return f"{TOO_FEW.format(max(least, 2))} done by then"
    if until > curve.times[-1] and curve.survival[-1] > 0:
        return TOO_SHORT
    return ""


def same_level(one: Curve, other: Curve) -> float:
    """Return the level of two curves. Raises Refused where they differ."""
    if one.level != other.level:
        raise Refused("The two curves have intervals of different levels.", "Estimate both at one level.")
    return one.level
