"""Evidence that may be looked at every day: e-processes for unequal decisions and for standards of time and number.

An e-process starts at 1 and, as long as nothing is wrong, is expected to stay at or below 1 whenever one looks: by
Ville's inequality (1939) it ever reaches 1/alpha with a chance of alpha at most. Here it is kept as its logarithm.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincc, gammaln, logsumexp

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats

MOST_OFFICES = 1_000_000
RESTART = 182  # days between fresh starts
PRIOR = 0.18  # beta prior with the least regret (Turner, Ly and Gruenwald 2024)
CONCENTRATION = 4.0
SMALLEST = 1e-280  # below it the incomplete gamma function gives way to a lower bound of it

Side = Literal["either", "a_lower"]
Worse = Literal["above", "below"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What must be kept from one day to the next to watch decisions of `offices` offices.

    `day` counts the days seen. `totals` (4 x offices) are counts of the finished blocks: favourable and all of group
    a, favourable and all of group b; `pending` those of the block that still waits for one of the groups. `before`
    (starts x 4 x offices) holds the totals when each start began, `log_e` (starts x offices) its evidence.
    """

    day: int
    totals: Floats
    pending: Floats
    before: Floats
    log_e: Floats
    restart_every: int
    prior: float
    side: Side

    @property
    def evidence(self) -> Floats:
        """Return the logarithm of the e-process of every office: the mixture over all starts, past and to come."""
        return mixture(self.log_e)


def watch_offices(offices: int, *, restart_every: int = RESTART, prior: float = PRIOR, side: Side = "either") -> Watch:
    """Return a fresh watch over a number of offices, before the first day.

    Every `restart_every` days a fresh start begins, so that years of fairness do not hide a disparity that begins
    late; start k has the weight 1/((k + 1)(k + 2)), which sum to 1 over all time, so the mixture stays an e-process.
    `prior` is the number of made-up favourable and of unfavourable decisions a start begins its learning with. `side`
    "a_lower" gathers evidence only that group a fares worse. Raises Refused.
    """
    checks.number("offices", offices, most=MOST_OFFICES)
    number = int(checks.counts("offices", [offices], least=1)[0])
    every = int(checks.counts("restart_every", [restart_every], least=1)[0])
    checks.one_of("side", side, ("either", "a_lower"))
    return Watch(
        day=0,
        totals=np.zeros((4, number)),
        pending=np.zeros((4, number)),
        before=np.zeros((0, 4, number)),
        log_e=np.zeros((0, number)),
        restart_every=every,
        prior=checks.number("prior", prior, above=0),
        side=side,
    )


def watch_day(watch: Watch, counts: ArrayLike) -> Watch:
    """Return the watch after one more day (or week, or month); `counts` is 4 x offices, as in `Watch.totals`.

    The safe test for two proportions with learned rates (Turner, Ly and Gruenwald 2024, "Generic E-variables for exact
    sequential k-sample tests"): a block of na and nb decisions, with rates pa and pb predicted from earlier blocks,
    multiplies the evidence by the likelihood of its outcomes under pa and pb over that under the common rate
    (na pa + nb pb)/(na + nb). Under equal chances its mean is at most 1 whatever they are, also if they are others in
    every block. A block is a day, or as many days as it takes to have both groups. What is assumed: within a block all
    cases of an office have one chance, whatever their group; how many cases of each group come in does not depend on
    how that block's cases are decided. Raises Refused for counts that are no counts.
    """
    found = checks.matrix("counts", counts, shape=watch.totals.shape, least=0)
    for (y, n), name in ((found[:2], "a"), (found[2:], "b")):
        if (y > n).any() or (y != np.floor(y)).any() or (n != np.floor(n)).any():
            raise Refused(f"The counts of group {name} are no counts.", "Give favourable, all; favourable at most all.")
    return advance(watch, found)


def advance(watch: Watch, counts: Floats) -> Watch:
    """Return the watch after one more day of counts that are known to be sound."""
    before, log_e = watch.before, watch.log_e
    if watch.day % watch.restart_every == 0:
        before = np.concatenate([before, watch.totals[None]])
        log_e = np.concatenate([log_e, np.zeros((1, log_e.shape[1]))])
    pending = watch.pending + counts
    done = np.flatnonzero((pending[1] > 0) & (pending[3] > 0))
    totals = watch.totals.copy()
    if len(done):
        block = pending[:, done]
        learned = totals[:, done] - before[:, :, done]
        log_e = log_e.copy() if log_e is watch.log_e else log_e
        log_e[:, done] += block_evidence(block, learned, watch.prior, watch.side)
        totals[:, done] += block
        pending[:, done] = 0.0
    return replace(watch, day=watch.day + 1, totals=totals, pending=pending, before=before, log_e=log_e)


def block_evidence(block: Floats, learned: Floats, prior: float, side: Side = "either") -> Floats:
    """Return the logarithm of the factor of blocks (4 x offices), by what was learned (starts x 4 x offices)."""
    ya, na, yb, nb = block
    pa = (learned[:, 0] + prior) / (learned[:, 1] + 2 * prior)
    pb = (learned[:, 2] + prior) / (learned[:, 3] + 2 * prior)
    if side == "a_lower":
        pa = np.minimum(pa, pb)  # equal predictions stake nothing
    both = (na * pa + nb * pb) / (na + nb)
    found: Floats = ya * np.log(pa / both) + yb * np.log(pb / both)
    found += (na - ya) * np.log((1 - pa) / (1 - both)) + (nb - yb) * np.log((1 - pb) / (1 - both))
    return found


def mixture(log_e: Floats) -> Floats:
    """Return the mixture over starts (first axis), those to come included, which stand at 1."""
    number = len(log_e)
    k = np.arange(number).reshape(-1, *[1] * (log_e.ndim - 1))
    parts = np.concatenate([log_e - np.log((k + 1) * (k + 2)), np.full((1, *log_e.shape[1:]), -np.log(number + 1))])
    found: Floats = logsumexp(parts, axis=0)
    return found


def disparity_evidence(
    counts: ArrayLike, *, restart_every: int = RESTART, prior: float = PRIOR, side: Side = "either"
) -> Floats:
    """Return the evidence of a whole history: logarithms, days x offices; `counts` is days x 4 x offices.

    The same as `watch_day` day by day: see there for the method, its source and its assumptions. Raises Refused.
    """
    found = checks.matrix("counts", counts, shape=(None, 4, None), least=0)
    watch = watch_offices(found.shape[2], restart_every=restart_every, prior=prior, side=side)
    rows: list[Floats] = []
    for day in found:
        watch = watch_day(watch, day)
        rows.append(watch.evidence)
    return np.array(rows).reshape(len(rows), found.shape[2])


def rate_evidence(
    events: ArrayLike,
    expected: ArrayLike,
    *,
    worse: Worse = "above",
    restart_every: int = RESTART,
    concentration: float = CONCENTRATION,
) -> Floats:
    """Return the evidence that events happen more (or less) often than a stated standard: logarithms, days x offices.

    `events` and `expected` are days x offices: what happened, and the most ("above") or the least ("below") that the
    standard expects, known before the day. Arrivals above a standard: expected = standard x days. Cases closed too
    slowly: events = closed, expected by `expected_closures`, worse = "below"; cases still open count. The likelihood
    of a multiple of the standard over that of the standard (Poisson), mixed over all worse multiples by a gamma
    density of mean 1, cut off at 1 (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021, gamma-Poisson mixture),
    and over starts as in `watch_offices`. A supermartingale for every rate that keeps the standard, also if it varies,
    and for counts that vary less than Poisson counts do (a chance of being closed per case); not for events that come
    in clusters. `concentration`: of the gamma density; 4 stakes on rates from a half to twice the standard. Raises
    Refused for negative or fractional events and days on which events were impossible.
    """
    mu = checks.matrix("expected", expected, shape=(None, None), least=0)
    x = checks.matrix("events", events, shape=mu.shape, least=0)
    checks.one_of("worse", worse, ("above", "below"))
    every = int(checks.counts("restart_every", [restart_every], least=1)[0])
    shape = checks.number("concentration", concentration, least=1, most=1e6)
    if (x != np.floor(x)).any() or (x[mu == 0] > 0).any():
        raise Refused("events holds what cannot be.", "Give whole numbers, and none on days when none is expected.")
    starts = range(0, len(x), every)
    seen, due = (np.concatenate([np.zeros((1, x.shape[1])), np.cumsum(v, axis=0)]) for v in (x, mu))
    found = np.empty_like(x)
    for day in range(len(x)):
        begun = np.array(starts[: day // every + 1])
        found[day] = mixture(gamma_evidence(seen[day + 1] - seen[begun], due[day + 1] - due[begun], shape, worse))
    return found


def gamma_evidence(events: Floats, expected: Floats, shape: float, worse: Worse) -> Floats:
    """Return the logarithm of the mixed likelihood ratio, in closed form by the incomplete gamma function."""
    expected = np.maximum(expected, 0.0)
    after, rate = shape + events, shape + expected
    prior = shape * np.log(shape) - log_gamma_part(np.array(shape), np.array(shape), worse)
    found: Floats = expected + prior + log_gamma_part(after, rate, worse) - after * np.log(rate)
    return found


def log_gamma_part(shape: Floats, point: Floats, worse: Worse) -> Floats:
    """Return the log of the integral of t^(shape-1) e^-t above (or below) a point; a lower bound where it is tiny.

    The bounds are the first terms of the usual expansions, below the integral for a shape of 1 or more, so that the
    evidence is understated there.
    """
    part = gammaincc(shape, point) if worse == "above" else gammainc(shape, point)
    bound = (shape - 1) * np.log(point) - point if worse == "above" else shape * np.log(point) - point - np.log(shape)
    is_tiny: Bools = part < SMALLEST
    found: Floats = np.where(is_tiny, bound, gammaln(shape) + np.log(np.where(is_tiny, 1.0, part)))
    return found


def expected_closures(open_cases: ArrayLike, standard_days: float, *, days: float = 1) -> Floats:
    """Return how many of the cases open at the start of a period are closed in it where the standard is just kept.

    open x (1 - exp(-days/standard)): the standard is a daily chance of being closed of 1/standard_days, the mean wait
    of which is standard_days (exponential waiting). Any shape. Raises Refused.
    """
    standard = checks.number("standard_days", standard_days, above=0)
    length = checks.number("days", days, above=0)
    cases = checks.as_floats("open_cases", open_cases)
    found: Floats = checks.within("open_cases", cases, least=0) * -np.expm1(-length / standard)
    return found


def total_counts(rows: Sequence[tuple[int, int, bool, float, float]], days: int, offices: int) -> Floats:
    """Return counts (days x 4 x offices) from rows of day, office, whether of group a, favourable and all cases."""
    found = np.zeros((days, 4, offices))
    for day, office, is_a, favourable, total in rows:
        first = 0 if is_a else 2
        found[day, first, office] += favourable
        found[day, first + 1, office] += total
    return found
