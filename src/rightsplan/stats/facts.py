"""Level, pace and regression of many series at once. Pure array arithmetic: no loop over series."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rightsplan.stats.panel import CHANGE, COUNT, Bools, Floats, Goal, Ints, Panel, Promises, goal_of

HALF_YEAR = 0.5  # every period of a year lies within half a year of it
BASELINE_REACH = 2.0  # a baseline from the series may lie at most two years before the plan
SOURCES = ["none", "stated", "zero", "series"]


def last_where(panel: Panel, mask: Bools) -> Ints:
    """Return for each series the flat index of its last point in the mask, or -1."""
    found = np.full(panel.count, -1, dtype=np.int64)
    index = np.flatnonzero(mask)
    found[panel.row[index]] = index  # later indices overwrite earlier ones
    return found


def first_where(panel: Panel, mask: Bools) -> Ints:
    """Return for each series the flat index of its first point in the mask, or -1."""
    found = np.full(panel.count, -1, dtype=np.int64)
    index = np.flatnonzero(mask)[::-1]
    found[panel.row[index]] = index
    return found


def take(values: Floats, index: Ints) -> Floats:
    """Return values at the indices, NaN at -1."""
    if not len(values):
        return np.full(len(index), np.nan)
    return np.where(index >= 0, values[np.maximum(index, 0)], np.nan)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the data say about each promise, before any verdict. Arrays of length n; NaN or -1 where unknown."""

    goal: Goal
    deadline: Floats
    is_over: Bools
    baseline: Floats
    baseline_year: Floats
    baseline_source: Ints
    last: Ints
    latest: Floats
    latest_year: Floats
    is_reached: Bools
    share: Floats
    observed_pace: Floats
    required_pace: Floats
    pace_ratio: Floats
    pace_needed_now: Floats
    segment: Ints
    is_broken: Bools
    since_baseline: Floats
    since_baseline_p: Floats
    best: Ints
    since_best: Floats
    since_best_p: Floats
    first_reached: Ints
    lost: Ints
    is_held: Bools
    later: Ints


def baselines(panel: Panel, promises: Promises, usable: Bools) -> tuple[Floats, Floats, Ints, Ints]:
    """Return value, year, source and flat index (-1 unless from the series) of each baseline.

    In order: stated; zero for counts and changes; the series in the baseline year; the series at the start of the plan
    or at most two years before it.
    """
    row = panel.row
    year, start = promises.baseline_year, promises.start
    at_year = last_where(panel, usable & (np.abs(panel.t - year[row]) < HALF_YEAR))
    near_start = (panel.t <= start[row]) & (panel.t >= start[row] - BASELINE_REACH)
    at_start = last_where(panel, usable & near_start & ~np.isfinite(year)[row])
    index = np.where(at_year >= 0, at_year, at_start)
    stated = np.isfinite(promises.baseline)
    zero = ~stated & ((promises.measured == COUNT) | (promises.measured == CHANGE))
    in_series = ~stated & ~zero & (index >= 0)
    value = np.select([stated, zero, in_series], [promises.baseline, 0.0, take(panel.y, index)], default=np.nan)
    when = np.where(in_series, take(panel.t, index), np.where(np.isfinite(year), year, start))
    source = np.select([stated, zero, in_series], [1, 2, 3], default=0)
    return value, np.where(source > 0, when, np.nan), source, np.where(in_series, index, -1)


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom, NaN where the bottom is zero."""
    safe = np.where(bottom == 0, np.nan, bottom)
    return top / safe


def significance(difference: Floats, error_a: Floats, error_b: Floats) -> Floats:
    """Return the two-sided p-value of a difference with two standard errors; NaN where none is known."""
    spread = np.sqrt(error_a**2 + error_b**2)
    both_tails: Floats = 2 * ndtr(-np.abs(ratio(difference, spread)))
    return both_tails


def best_of(panel: Panel, near: Floats, mask: Bools) -> Ints:
    """Return the flat index of the nearest point to the promise in the mask (the earliest of equals), or -1."""
    if not mask.any():
        return np.full(panel.count, -1, dtype=np.int64)
    top = np.full(panel.count, -np.inf)
    np.maximum.at(top, panel.row[mask], near[mask])
    return first_where(panel, mask & (near == top[panel.row]))


def facts_of(panel: Panel, promises: Promises, as_of: float) -> Facts:
    """Return the facts of every series against its promise on the day `as_of` (a decimal year)."""
    row = panel.row
    deadline = np.where(np.isfinite(promises.year), promises.year, np.inf)
    known = panel.t < as_of + HALF_YEAR
    in_time = known & (panel.t < deadline[row] + HALF_YEAR)
    value, when, source, base_index = baselines(panel, promises, in_time)
    goal = goal_of(promises, value)
    last = last_where(panel, in_time)
    latest, latest_year = take(panel.y, last), take(panel.t, last)
    segment = np.maximum(last_where(panel, in_time & panel.first), panel.offsets[:-1])
    near = goal.nearness(panel.y, row)
    reached = goal.is_near_enough(near, row)
    base_near = goal.nearness(value, slice(None))
    began = np.where(np.isfinite(promises.start), promises.start, when)
    in_plan = in_time & (panel.t > np.where(np.isfinite(began), began, -np.inf)[row] - HALF_YEAR)
    comparable = in_time & (np.arange(len(panel.t)) >= segment[row])
    best = best_of(panel, near, comparable)
    is_reached = goal.reached(latest, slice(None)) & (last >= 0)
    last_kept = last_where(panel, in_plan & reached & comparable)
    moved = take(near, last) - base_near
    base_error = take(panel.error, base_index)
    needed = np.where(goal.sign == 0, -base_near, goal.sign * (goal.level - value))
    pace, required = ratio(moved, latest_year - when), ratio(needed, deadline - when)
    required = np.where(np.isfinite(deadline), required, np.nan)
    ahead = np.where(deadline > latest_year, deadline - latest_year, np.nan)
    broke = (segment > panel.offsets[:-1]) & (take(panel.t, segment * (last >= 0) - (last < 0)) > when)
    direction = np.where(goal.sign == 0, 1.0, goal.sign)
    return Facts(
        goal=goal,
        deadline=deadline,
        is_over=as_of >= deadline + HALF_YEAR,
        baseline=value,
        baseline_year=when,
        baseline_source=source,
        last=last,
        latest=latest,
        latest_year=latest_year,
        is_reached=is_reached,
        share=np.where(needed > 0, ratio(moved, needed), np.nan),
        observed_pace=np.where(latest_year > when, direction * pace, np.nan),
        required_pace=np.where(needed > 0, direction * required, np.nan),
        pace_ratio=np.where((needed > 0) & (latest_year > when) & ~broke, ratio(pace, required), np.nan),
        pace_needed_now=np.where(is_reached, np.nan, ratio(goal.level - latest, ahead)),
        segment=segment,
        is_broken=broke,
        since_baseline=np.where(broke, np.nan, latest - value),
        since_baseline_p=np.where(broke, np.nan, significance(latest - value, take(panel.error, last), base_error)),
        best=best,
        since_best=latest - take(panel.y, best),
        since_best_p=significance(latest - take(panel.y, best), take(panel.error, last), take(panel.error, best)),
        first_reached=first_where(panel, in_plan & reached),
        lost=np.where((last_kept >= 0) & ~is_reached & (last >= 0), last_kept, -1),
        is_held=~np.isin(np.arange(panel.count), row[in_plan & ~reached]) & (last >= 0),
        later=last_where(panel, known & ~in_time),
    )
