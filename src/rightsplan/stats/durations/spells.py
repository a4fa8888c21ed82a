"""Spells of waiting: who is at risk at every time, and the figure with its interval that a method hands back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats, Ints

LEAST = 5  # below so many cases nothing is published: an interval of four cases says next to nothing
LEVEL = 0.95
TOO_FEW = "fewer than {} cases"
TOO_SHORT = "no case was observed for so long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with its standard error and interval; what cannot be measured is None, and `note` says why."""

    value: float | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Checked spells: the time each ended or was last seen, whether it ended, and when it came under observation."""

    time: Floats
    done: Bools
    entry: Floats | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Who is at risk at every distinct time, in ascending order; the first is the start of observation.

    `at_risk` counts those under observation just before a time, `left` those just after it, `done` those whose spell
    ended at it (one row per cause), `censored` those last seen at it.
    """

    times: Floats
    at_risk: Ints
    left: Ints
    done: Ints
    censored: Ints


def spells(time: ArrayLike, done: ArrayLike, entry: ArrayLike | None) -> Spells:
    """Return checked spells. Raises Refused for no rows, negative times, and spells that end before they begin."""
    ends = checks.numbers("time", time, at_least=1, least=0)
    ended = checks.flags("done", done, length=len(ends))
    if entry is None:
        return Spells(time=ends, done=ended, entry=None)
    begins = checks.numbers("entry", entry, length=len(ends), least=0)
    late = begins >= ends
    if late.any():
        raise Refused(f"entry is not before time at {checks.places(late)}.", "Leave out cases that ended before entry.")
    return Spells(time=ends, done=ended, entry=begins)


def risk_of(found: Spells, cause: Ints | None = None, causes: int = 1) -> Risk:
    """Count who is at risk, who ends by which cause and who is last seen, at every distinct time.

    `cause` numbers the cause of every spell that ended, from 0; without it there is one. Raises Refused where late
    entry leaves nobody at risk while others still come: the curve would be zero from there on by accident.
    """
    start = 0.0 if found.entry is None else float(found.entry.min())
    times = np.unique(np.append(found.time, start))
    place = np.searchsorted(times, found.time)
    kind = np.zeros(len(place), dtype=np.int64) if cause is None else cause
    done = np.zeros((causes, len(times)), dtype=np.int64)
    np.add.at(done, (kind[found.done], place[found.done]), 1)
    censored = np.bincount(place[~found.done], minlength=len(times))
    gone = np.cumsum(done.sum(axis=0) + censored)
    if found.entry is None:
        left = len(place) - gone
        at_risk = np.append(len(place), left[:-1])
    else:
        begun = np.sort(found.entry)
        left = np.searchsorted(begun, times, side="right") - gone
        at_risk = np.searchsorted(begun, times, side="left") - np.append(0, gone[:-1])
        refuse_gap(times, at_risk, done.sum(axis=0), float(begun[-1]))
    return Risk(times=times, at_risk=at_risk, left=left, done=done, censored=censored)


def refuse_gap(times: Floats, at_risk: Ints, done: Ints, last: float) -> None:
    """Raise Refused where everyone at risk was done at a time while others entered later."""
    empty = (at_risk > 0) & (done == at_risk) & (times <= last)
    if empty.any():
        when = float(times[np.flatnonzero(empty)[-1]])
        raise Refused(
            f"entry leaves nobody at risk at time {when:g}, while others come later.",
            f"Leave out the cases that ended by {when:g} and read the curve as of those who waited longer.",
        )


def labelled(name: str, values: ArrayLike, length: int) -> tuple[tuple[str, ...], Ints]:
    """Return the names in alphabetical order and the number of its name for every row. Raises Refused."""
    raw = np.asarray(values, dtype=object).ravel()
    given = checks.labels(name, ["" if x is None or str(x) == "nan" else str(x) for x in raw], length=length)
    names, number = np.unique(given, return_inverse=True)
    return tuple(str(x) for x in names), number.astype(np.int64)


def unknown_by(time: float, least: int, *, times: Floats, censored: Ints, waiting: Floats, number: int) -> str:
    """Return why nothing is known of a share of the cases by a time, or nothing."""
    if number - int(censored[times < time].sum()) < least:
        return f"{TOO_FEW.format(least)} known by then"
    return TOO_SHORT if time > times[-1] and waiting[-1] > 0 else ""


def step(times: Floats, when: float) -> int:
    """Return the place of the last time that is not after `when`. Raises Refused before the first one."""
    place = int(np.searchsorted(times, when, side="right")) - 1
    if place < 0:
        raise Refused(f"time {when:g} is before the first observation at {times[0]:g}.", "Give a later time.")
    return place
