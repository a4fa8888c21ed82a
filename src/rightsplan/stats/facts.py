"""Level, pace and regression of many series at once. Pure array arithmetic: no loop over series."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rightsplan.stats.goal import Goal, goal_of, nearness
from rightsplan.stats.panel import CHANGE, CHANGE_BY, COUNT, Bools, Floats, Ints, Panel, Promises, take

HALF_YEAR = 0.5  # every period of a year lies within half a year of it
HALF_QUARTER = 0.125  # and a quarter begins this long before its middle
BASELINE_REACH = 2.0  # a baseline from the series may lie at most two years before the plan
NONE, STATED, ZERO, IN_YEAR, AT_START = range(5)
SOURCES = ["none", "stated", "zero", "series", "series_at_start"]


@dataclass(frozen=True, slots=True)
class Spans:
    """Flat indices per series; `end` and `known` are one past the last point in time, and known at all.

    `years` counts the calendar years of the plan that have a value.
    """

    begin: Ints
    plan: Ints
    segment: Ints
    end: Ints
    known: Ints
    years: Ints

    @property
    def last(self) -> Ints:
        """Return the last point in time, or -1."""
        return np.where(self.end > self.begin, self.end - 1, -1)

    @property
    def later(self) -> Ints:
        """Return the last point known after the deadline, or -1."""
        return np.where(self.known > self.end, self.known - 1, -1)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Value, decimal year and source (an index of SOURCES); `index` is the point, or -1 unless from the series.

    `seen` is what the series itself says of the year that the plan names, NaN where it says nothing.
    """

    value: Floats
    year: Floats
    source: Ints
    index: Ints
    seen: Floats


@dataclass(frozen=True, slots=True)
class Level:
    """The last value in time against the target. `first_kept`, `last_kept`, `first_broken` are points or -1."""

    value: Floats
    year: Floats
    is_reached: Bools
    is_held: Bools
    share: Floats
    first_kept: Ints
    last_kept: Ints
    first_broken: Ints
    is_kept_later: Bools


@dataclass(frozen=True, slots=True)
class Pace:
    """Change per year. `moved` is the way covered towards the target, `is_broken` a break after the baseline.

    `tolerance` is the difference of two ratios that is only rounding.
    """

    moved: Floats
    needed: Floats
    observed: Floats
    required: Floats
    ratio: Floats
    tolerance: Floats
    needed_now: Floats
    is_broken: Bools


@dataclass(frozen=True, slots=True)
class Regression:
    """Change of the last value since the baseline and since the best value after the last break, with p-values.

    `best` is the point of the best value, -1 where there is none or where a stated baseline is better than all points.
    """

    since_baseline: Floats
    baseline_p: Floats
    best: Ints
    best_value: Floats
    since_best: Floats
    best_p: Floats


@dataclass(frozen=True, slots=True)
class Facts:
    """What the data say about each promise, before any verdict. Arrays of length n; NaN or -1 where unknown."""

    deadline: Floats
    is_over: Bools
    spans: Spans
    baseline: Baseline
    goal: Goal
    level: Level
    pace: Pace
    regression: Regression


def baseline_of(panel: Panel, promises: Promises, end: Ints) -> Baseline:
    """Return the baseline of every promise.

    In order: stated; zero for changes to reach and for counts; the series in the baseline year; the series at the start
    of the plan or at most two years before it. A count begins on the plan's first day, the end of the year before.
    """
    year, start = promises.baseline_year, promises.start
    is_change = promises.measured == CHANGE
    stated = np.isfinite(promises.baseline) & ~(is_change & (promises.direction == CHANGE_BY))
    zero = ~stated & ((promises.measured == COUNT) | is_change)
    in_year = last_between(panel, year - HALF_YEAR, np.minimum(panel.until(year + HALF_YEAR), end), inclusive=False)
    near = np.minimum(panel.until(start, inclusive=True), end)
    at_start = last_between(panel, start - BASELINE_REACH, near, inclusive=True)
    source = np.select([stated, zero, in_year >= 0, at_start >= 0], [STATED, ZERO, IN_YEAR, AT_START], default=NONE)
    index = np.select([source == IN_YEAR, source == AT_START], [in_year, at_start], default=-1)
    value = np.select([stated, zero], [promises.baseline, 0.0], default=take(panel.y, index))
    first_day = np.where(promises.measured == COUNT, start - 1, start)
    named = np.where(np.isfinite(year), year, first_day)
    when = np.select([index >= 0, source == NONE], [take(panel.t, index), np.nan], default=named)
    return Baseline(value, when, source, index, take(panel.y, in_year))


def last_between(panel: Panel, since: Floats, end: Ints, *, inclusive: bool) -> Ints:
    """Return the last point before `end` that lies after (or at) `since`, or -1."""
    index = end - 1
    when = np.where(end > panel.offsets[:-1], take(panel.t, index), np.nan)
    is_late_enough = when >= since if inclusive else when > since
    return np.where(is_late_enough, index, -1)


def spans_of(panel: Panel, promises: Promises, as_of: float) -> tuple[Spans, Baseline]:
    """Return which points count for what, and the baseline found on the way."""
    begin = panel.offsets[:-1]
    known = known_of(panel, as_of)
    end = np.minimum(known, panel.until(promises.deadline + HALF_YEAR))
    baseline = baseline_of(panel, promises, end)
    has_start = np.isfinite(promises.start)
    first_day = np.where(has_start, promises.start - HALF_YEAR, baseline.year)
    plan = np.minimum(panel.until(first_day, inclusive=True), end)
    segment = begin.copy()
    breaks = np.flatnonzero(panel.first)
    of = panel.series_of(breaks)
    in_time = breaks < end[of]
    segment[of[in_time]] = breaks[in_time]  # later breaks overwrite earlier ones
    return Spans(begin, plan, segment, end, known, panel.years_in(plan, end)), baseline


def known_of(panel: Panel, as_of: float) -> Ints:
    """Return the flat index after the last point whose period has begun on the day `as_of`.

    A period that is a whole year begins half a year before its middle; a shorter one is taken for a quarter.
    """
    begun = panel.until(np.full(panel.count, as_of + HALF_QUARTER))
    following = take(panel.t, np.where(begun < panel.offsets[1:], begun, -1))
    is_year = (following == np.floor(following)) & (following < as_of + HALF_YEAR)
    known: Ints = begun + is_year
    return known


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom, NaN where the bottom is zero."""
    return top / np.where(bottom == 0, np.nan, bottom)


def significance(difference: Floats, error_a: Floats, error_b: Floats) -> Floats:
    """Return the two-sided p-value of a difference with two standard errors; NaN where none is known."""
    spread = np.sqrt(error_a**2 + error_b**2)
    both_tails: Floats = 2 * ndtr(-np.abs(ratio(difference, spread)))
    return both_tails


def level_of(panel: Panel, spans: Spans, goal: Goal, baseline: Baseline, near: Floats) -> Level:
    """Return the level facts; `near` holds the nearness of every point of the panel."""
    is_kept = near > panel.spread(goal.limit)
    total = running_total(is_kept)
    comparable = np.maximum(spans.segment, spans.plan)
    value, year = take(panel.y, spans.last), take(panel.t, spans.last)
    is_reached = goal.is_kept_by(value)
    base_near = goal.nearness(baseline.value)
    needed = needed_of(goal, baseline)
    first_kept = nth_kept(total, total[spans.plan] + 1, spans.plan, spans.end)
    missed = np.arange(len(total)) - total  # the running total of the points that do not keep the promise
    return Level(
        value=value,
        year=year,
        is_reached=is_reached,
        is_held=(total[spans.end] - total[spans.plan] == spans.end - spans.plan) & (spans.end > spans.plan),
        share=np.where(needed > 0, ratio(goal.nearness(value) - base_near, needed), np.nan),
        first_kept=first_kept,
        last_kept=nth_kept(total, total[spans.end], comparable, spans.end),
        first_broken=nth_kept(missed, missed[spans.plan] + 1, spans.plan, spans.end),
        is_kept_later=goal.is_kept_by(take(panel.y, spans.later)),
    )


def running_total(is_kept: Bools) -> Ints:
    """Return how many points keep the promise before each point, and in all. Summing in place is five times as fast."""
    total = np.zeros(len(is_kept) + 1, dtype=np.int64)
    total[1:] = is_kept
    return np.cumsum(total, out=total)


def nth_kept(total: Ints, nth: Ints, low: Ints, high: Ints) -> Ints:
    """Return the point at which a running total reaches `nth`, or -1 unless it lies in low:high."""
    index = np.full(len(nth), -1, dtype=np.int64)
    inside = np.flatnonzero((total[low] < nth) & (nth <= total[high]))
    index[inside] = np.searchsorted(total, nth[inside], side="left") - 1
    return index


def needed_of(goal: Goal, baseline: Baseline) -> Floats:
    """Return the way from the baseline to the target, negative where the baseline lies beyond it."""
    gap = goal.level - baseline.value
    return np.where(np.abs(gap) <= goal.slack, 0.0, np.where(goal.sign == 0, np.abs(gap), goal.sign * gap))


def pace_of(panel: Panel, spans: Spans, goal: Goal, baseline: Baseline, deadline: Floats) -> Pace:
    """Return the pace facts, linear in the indicator so that a complement moves exactly as fast."""
    value, year = take(panel.y, spans.last), take(panel.t, spans.last)
    moved = goal.nearness(value) - goal.nearness(baseline.value)
    needed = needed_of(goal, baseline)
    elapsed = np.where(year > baseline.year, year - baseline.year, np.nan)
    allowed = np.where(np.isfinite(deadline) & (deadline > baseline.year), deadline - baseline.year, np.nan)
    ahead = np.where(deadline > year, deadline - year, np.nan)
    first = take(panel.t, np.where(spans.end > spans.begin, spans.segment, -1))
    is_broken = (spans.segment > spans.begin) & (first > baseline.year)
    observed = np.where(is_broken, np.nan, moved / elapsed)
    required = np.where(needed > 0, needed / allowed, np.nan)
    direction = np.where(goal.sign == 0, 1.0, goal.sign)
    return Pace(
        moved=moved,
        needed=needed,
        observed=direction * observed,
        required=direction * required,
        ratio=observed / required,
        tolerance=goal.slack / (required * elapsed),
        needed_now=np.where(goal.is_kept_by(value), np.nan, ratio(goal.level - value, ahead)),
        is_broken=is_broken,
    )


def regression_of(
    panel: Panel, spans: Spans, goal: Goal, baseline: Baseline, *, near: Floats, pace: Pace
) -> Regression:
    """Return the change since the baseline and since the best value ever, whatever the verdict."""
    last, best = spans.last, best_of(panel, near, spans)
    value, error = take(panel.y, last), take(panel.error, last)
    is_exact = (baseline.source == STATED) | (baseline.source == ZERO)
    base_error = np.where(is_exact, 0.0, take(panel.error, baseline.index))
    since = np.where(pace.is_broken | ~(take(panel.t, last) > baseline.year), np.nan, value - baseline.value)
    baseline_p = significance(since, error, base_error)
    best_value = take(panel.y, best)
    is_base = (baseline.source == STATED) & np.isfinite(since)
    is_base &= goal.nearness(baseline.value) > goal.nearness(best_value) + goal.slack
    since_best = value - best_value
    best_p = significance(since_best, error, take(panel.error, best))
    return Regression(
        since_baseline=since,
        baseline_p=baseline_p,
        best=np.where(is_base, -1, best),
        best_value=np.where(is_base, baseline.value, best_value),
        since_best=np.where(is_base, since, since_best),
        best_p=np.where(is_base, baseline_p, best_p),
    )


def best_of(panel: Panel, near: Floats, spans: Spans) -> Ints:
    """Return the point nearest to the promise since the last break (the earliest of equals), or -1."""
    found = np.full(panel.count, -1, dtype=np.int64)
    has_any = spans.end > spans.segment
    if not has_any.any():
        return found
    pairs = np.column_stack([spans.segment, spans.end]).ravel()
    top = np.maximum.reduceat(np.append(near, -np.inf), pairs)[::2]
    hits = np.flatnonzero(near == panel.spread(np.where(has_any, top, np.nan)))
    of = panel.series_of(hits)
    inside = (hits >= spans.segment[of]) & (hits < spans.end[of])
    found[of[inside][::-1]] = hits[inside][::-1]  # the earliest is written last
    return found


def facts_of(panel: Panel, promises: Promises, as_of: float) -> Facts:
    """Return the facts of every series against its promise on the day `as_of` (a decimal year)."""
    spans, baseline = spans_of(panel, promises, as_of)
    goal, deadline = goal_of(promises, baseline.value), promises.deadline
    near = nearness(panel.y, panel.spread(goal.sign), panel.spread(goal.level))
    pace = pace_of(panel, spans, goal, baseline, deadline)
    return Facts(
        deadline=deadline,
        is_over=as_of >= deadline + HALF_YEAR,
        spans=spans,
        baseline=baseline,
        goal=goal,
        level=level_of(panel, spans, goal, baseline, near),
        pace=pace,
        regression=regression_of(panel, spans, goal, baseline, near=near, pace=pace),
    )
