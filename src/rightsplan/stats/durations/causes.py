"""Cases that end in one of several ways, such as decided or withdrawn: the share that has ended in each by a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.durations.curve import TINY, hazard_variance, log_log_limits
from rightsplan.stats.durations.spells import (
    LEAST,
    LEVEL,
    Figure,
    Risk,
    Spells,
    labelled,
    risk_of,
    spells,
    step,
    unknown_by,
)
from rightsplan.stats.panel import Floats, Ints

CauseInterval = Literal["beta", "log-log"]
NO_INTERVAL = "no interval where none or all have ended so; ask for the interval 'beta'"
ROUNDING = 1e-15  # what is left of a variance that is zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """The share of all cases that has ended in each way, at every distinct time in ascending order.

    `causes` in alphabetical order are the rows of `done` (counts), `incidence` (shares), `error`, `low` and `high` (NaN
    where the interval is not defined: log-log where none or all have ended so). `waiting` is the share still waiting;
    with the incidences it adds up to 1.
    """

    causes: tuple[str, ...]
    times: Floats
    at_risk: Ints
    done: Ints
    censored: Ints
    incidence: Floats
    error: Floats
    low: Floats
    high: Floats
    waiting: Floats
    number: int
    level: float


def cumulative_incidence(
    time: ArrayLike,
    done: ArrayLike,
    cause: ArrayLike,
    *,
    causes: Sequence[str] = (),
    entry: ArrayLike | None = None,
    level: float = LEVEL,
    interval: CauseInterval = "beta",
) -> Incidence:
    """Estimate the share of cases ended in each way over time, where some are still open.

    Method: sum of S(t-) d_k / Y (Aalen and Johansen 1978) with the variance by the delta method on multinomial steps
    (Marubini and Valsecchi 1995, chapter 10; Allignol, Schumacher and Beyersmann 2010). Intervals, each for one time:
    `beta`, that of Clopper and Pearson on the effective number of cases F (1 - F) / Var F (after Korn and Graubard
    1998), exact without censoring; `log-log`, by ln(-ln(1 - F)), which with one cause is that of Kaplan and Meier.
    `time`, `done`, `entry` (n) as in `kaplan_meier`; `cause` (n) names the way a case ended, read only where `done` is
    true; `causes` names further ways in which no case here ended, so that offices can be compared.
    One minus the Kaplan-Meier curve of one cause, with the others as censored, is another and larger figure: the share
    in a world without the others. Raises Refused for bad input and where no cause is named. Does not test groups.
    """
    checks.number("level", level, above=0, below=1)
    checks.one_of("interval", interval, get_args(CauseInterval))
    found = spells(time, done, entry)
    names, which = causes_of(found, cause, causes)
    risk = risk_of(found, which, len(names))
    return Incidence(
        causes=names,
        times=risk.times,
        at_risk=risk.at_risk,
        done=risk.done,
        censored=risk.censored,
        **steps_and_limits(risk, interval, level),
        number=len(which),
        level=level,
    )


def steps_and_limits(risk: Risk, interval: str, level: float) -> dict[str, Floats]:
    """Return the curves with their errors and limits, by the names of the fields of `Incidence`."""
    share, error, waiting = steps(risk.done, risk.at_risk)
    low, high = limits_of(interval, risk, share, error, level)
    return {"incidence": share, "error": error, "low": low, "high": high, "waiting": waiting}


def causes_of(found: Spells, cause: ArrayLike, further: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """Return the names of the causes and the number of its cause for every case (0 for the open). Raises Refused."""
    ways = np.asarray(cause, dtype=object).ravel()
    if len(ways) != len(found.time):
        raise Refused(f"cause has {len(ways)} values where {len(found.time)} are needed.", "Give one for every case.")
    ended = int(found.done.sum())
    names, number = labelled("cause", [*ways[found.done], *further], ended + len(further))
    if not names:
        raise Refused("No case is done and no cause is named.", "Give cases that have ended.")
    which = np.zeros(len(ways), dtype=np.int64)
    which[found.done] = number[:ended]
    return names, which


def limits_of(interval: str, risk: Risk, share: Floats, error: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the limits of the incidences (causes x times)."""
    if interval == "beta":
        known = risk.left + np.cumsum(risk.done.sum(axis=0)) + risk.censored
        return exact_limits(share, error, known, (1 - level) / 2)
    relative = np.divide(error, 1 - share, out=np.zeros_like(error), where=share < 1)
    low, high = log_log_limits(1 - share, relative, float(ndtri((1 + level) / 2)))
    return 1 - high, 1 - low


def steps(done: Ints, at_risk: Ints) -> tuple[Floats, Floats, Floats]:
    """Return incidences and their standard errors (causes x times), and the share still waiting."""
    everyone = np.maximum(at_risk, 1)
    total = done.sum(axis=0)
    waiting = np.cumprod(1 - total / everyone)
    before = np.append(1.0, waiting[:-1])
    hazard = done / everyone
    share = np.cumsum(before * hazard, axis=1)
    # Var F(t) = sum of a - 2 b (F(t) - F_i) + c (F(t) - F_i)^2, written out in powers of F(t).
    a = before**2 * hazard * (1 - hazard) / everyone
    b = before * hazard / everyone
    c = hazard_variance(total, at_risk)
    constant = np.cumsum(a + 2 * b * share + c * share**2, axis=1)
    linear = np.cumsum(b + c * share, axis=1)
    variance = constant - 2 * share * linear + share**2 * np.cumsum(c)
    return share, np.sqrt(np.where(variance > ROUNDING, variance, 0)), waiting


def exact_limits(share: Floats, error: Floats, known: Ints, tail: float) -> tuple[Floats, Floats]:
    """Return the limits of Clopper and Pearson on the effective number of cases."""
    spread = error**2
    has = spread > ROUNDING
    size = np.minimum(np.divide(share * (1 - share), spread, out=np.full(share.shape, np.inf), where=has), known)
    size = np.maximum(size, 1)
    few = share * size
    low = np.where(few > TINY, betaincinv(np.maximum(few, TINY), size - few + 1, tail), 0)
    rest = size - few
    high = np.where(rest > TINY, betaincinv(few + 1, np.maximum(rest, TINY), 1 - tail), 1)
    return low, high


def incidence_at(found: Incidence, cause: str, time: float, *, least: int = LEAST) -> Figure:
    """Give the share of cases ended in one way by a time, with its interval.

    Method: `cumulative_incidence` at that time. A share from 0 to 1. None with a reason for fewer than `least` cases,
    where fewer than `least` are known by then, and where no case was observed for so long.
    Raises Refused for an unknown cause and a time that is no finite number.
    """
    checks.one_of("cause", cause, found.causes)
    place = step(found.times, checks.number("time", time, least=0))
    checks.counts("least", [least])
    if why := unknown_by(
        time, least, times=found.times, censored=found.censored, waiting=found.waiting, number=found.number
    ):
        return Figure(note=why)
    row = found.causes.index(cause)
    low, high = float(found.low[row, place]), float(found.high[row, place])
    if np.isnan(low):
        return Figure(value=float(found.incidence[row, place]), note=NO_INTERVAL)
    error = float(found.error[row, place])
    return Figure(value=float(found.incidence[row, place]), error=error, low=low, high=high)


def incidence_difference(one: Incidence, other: Incidence, cause: str, time: float, *, least: int = LEAST) -> Figure:
    """Give by how much the share ended in one way by a time is larger in the first group than in the second.

    Method: difference of two independent incidences with the interval from those of both (MOVER, Newcombe 1998; Zou and
    Donner 2008), which keeps within -1 and 1. None with a reason where one of the two is not measured.
    Raises Refused for curves of different levels and an unknown cause. Does not adjust for the mix of cases.
    """
    if one.level != other.level:
        raise Refused("The two groups have intervals of different levels.", "Estimate both at one level.")
    a, b = (incidence_at(x, cause, time, least=least) for x in (one, other))
    if a.value is None or b.value is None:
        return Figure(note=a.note or b.note)
    gap = a.value - b.value
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return Figure(value=gap, note=a.note or b.note)
    low = gap - hypot(a.value - a.low, b.high - b.value)
    high = gap + hypot(a.high - a.value, b.value - b.low)
    return Figure(value=gap, error=hypot(a.error or 0.0, b.error or 0.0), low=low, high=high)
