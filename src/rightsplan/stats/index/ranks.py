"""What errors of the data, weights and methods leave of scores, ranks and classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.stats import checks
from rightsplan.stats.index.composite import Aggregation, Yardstick, bands, grouped, joined, ranks, recipes
from rightsplan.stats.index.normalise import Normalisation, normalise, on_goalposts, stretch, whole_rows
from rightsplan.stats.index.weights import SHARPNESS, drawn_weights
from rightsplan.stats.panel import Bools, Floats, Ints

CONFIDENCE = 0.95
TAILS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
EXACT = 12  # leads and spreads smaller than this, in decimals, are none
GAP = "not measurable: a value is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """For every row: 95 % interval of the score, ranks, and the probability of each class.

    `rank_low` (best) to `rank_high`: the rank set under the errors of the data alone, on the plan's yardstick.
    `reach_low` to `reach_high`: where 95 of 100 draws land when data, weights and methods vary together. `band` is rows
    x classes. A row with a gap has NaN, 0, and a note.
    """

    score_low: Floats
    score_high: Floats
    rank_low: Ints
    rank_high: Ints
    reach_low: Ints
    reach_high: Ints
    band: Floats
    notes: tuple[str, ...]


def uncertainty(
    values: ArrayLike,
    *,
    yardstick: Yardstick,
    seed: int,
    errors: ArrayLike | None = None,
    groups: Sequence[str] | None = None,
    draws: int = 1_000,
    sharpness: float = SHARPNESS,
) -> Uncertainty:
    """Carry errors of the data, weights and methods to scores, ranks and classes by drawing.

    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7; Saisana, Saltelli and Tarantola (2005),
    JRSS A 168, 307-323. `errors` are standard errors of `values` (rows x indicators, same units, 0 where exact; none:
    all exact), drawn as normal and independent. Score and class probabilities: data and weights vary (Dirichlet around
    the plan's, see `drawn_weights`) and the mean that joins them, on goalposts. Reach: the normalisation varies too,
    every admissible pair equally often. Rank set: the plan's method, data errors alone, see `rank_sets`. The same seed
    gives the same answer. Raises Refused for negative errors and shapes that do not fit. Knows no unstated errors.
    """
    checks.number("draws", draws, least=100, most=100_000)
    rng = np.random.default_rng(int(checks.counts("seed", [seed])[0]))
    exact = normalise(values, goalposts=yardstick.goalposts)
    whole = whole_rows(exact)
    noisy = drawn_values(values, errors, whole=whole, yardstick=yardstick, draws=int(draws), rng=rng)
    weights = drawn_weights(yardstick.shares, draws=int(draws), rng=rng, sharpness=sharpness)
    pairs = list(dict.fromkeys((r.normalisation, r.aggregation) for r in recipes(yardstick)))
    scores = varied(noisy, weights, [pair for pair in pairs if pair[0] == "goalposts"])
    point, own = (joined(table, yardstick.shares, yardstick.aggregation) for table in (exact[whole], noisy))
    best, worst, near, far = sets_of(point, own, varied(noisy, weights, pairs), whole=whole, groups=groups)
    low, high = np.quantile(scores, TAILS, axis=0)
    return Uncertainty(
        score_low=filled(low, whole),
        score_high=filled(high, whole),
        rank_low=best,
        rank_high=worst,
        reach_low=near,
        reach_high=far,
        band=band_shares(scores, whole, yardstick.edges),
        notes=tuple("" if flag else GAP for flag in whole),
    )


def sets_of(point: Floats, own: Floats, mixed: Floats, *, whole: Bools, groups: Sequence[str] | None) -> Ints:
    """Return for every row the rank set (two numbers) and the reach (two) within its group, 4 x rows."""
    positions = np.cumsum(whole) - 1
    sets = np.zeros((4, len(whole)), dtype=np.int64)
    for rows in grouped(whole, groups):
        inner = positions[rows]
        sets[:2, rows] = rank_sets(point[inner], own[:, inner])
        sets[2:, rows] = reach(ranks(mixed[:, inner]))
    return sets


def drawn_values(
    values: ArrayLike,
    errors: ArrayLike | None,
    *,
    whole: Bools,
    yardstick: Yardstick,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Return draws x rows x indicators of the rows without gaps, normalised on goalposts."""
    table = checks.matrix("values", values, shape=(None, len(yardstick.goalposts)), missing=True)[whole]
    if errors is None:
        return np.broadcast_to(on_goalposts(table, yardstick.goalposts), (draws, *table.shape))
    stated = checks.matrix("errors", errors, shape=(len(whole), table.shape[1]), missing=True, least=0)[whole]
    checks.within("errors", stated)  # an error may be missing only where the row is
    return on_goalposts(table + stated * rng.standard_normal((draws, *table.shape)), yardstick.goalposts)


def varied(noisy: Floats, weights: Floats, pairs: Sequence[tuple[Normalisation, Aggregation]]) -> Floats:
    """Return draws x rows of scores, every pair of normalisation and mean in its equal part of the draws."""
    found = np.empty(noisy.shape[:2])
    for i, (normalisation, aggregation) in enumerate(pairs):
        mine = slice(i, None, len(pairs))
        table = stretch(noisy[mine], normalisation=normalisation)
        found[mine] = joined(table, weights[mine, None, :], aggregation)
    return found


def rank_sets(point: Floats, scores: Floats) -> Ints:
    """Return the best and the worst rank of every row that the draws of its score leave open, 2 x rows.

    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, 476-518, marginal sets: every lead over a
    row is set against its standard deviation, and counts where it exceeds the largest lead among all others that chance
    reaches in 95 of 100 draws. `point` is rows, `scores` draws x rows.
    """
    number = len(point)
    found = np.empty((2, number), dtype=np.int64)
    centred = np.ascontiguousarray((scores - scores.mean(axis=0)).T)
    both = centred @ centred.T / len(scores)
    own = np.diag(both)
    spreads = np.sqrt(np.maximum(own[:, None] + own - 2 * both, 0.0))
    spreads[spreads < 10.0**-EXACT] = 0.0
    for j in range(number):
        spread = spreads[j]
        chance = np.abs(centred - centred[j])
        chance *= (1 / np.where(spread > 0, spread, np.inf))[:, None]
        needed = np.quantile(chance.max(axis=0), CONFIDENCE) * spread
        lead = np.round(point - point[j], EXACT)
        found[:, j] = 1 + np.count_nonzero(lead > needed), number - np.count_nonzero(-lead > needed)
    return found


def reach(drawn: Ints) -> Ints:
    """Return the best and the worst rank of the middle 95 % of the draws, 2 x rows."""
    ends: Ints = np.quantile(drawn, TAILS, axis=0, method="inverted_cdf").astype(np.int64)
    return ends


def band_shares(scores: Floats, whole: Bools, edges: Sequence[float]) -> Floats:
    """Return rows x classes: the share of draws in each class, NaN for a row with a gap."""
    found = np.full((len(whole), len(edges) + 1), np.nan)
    member = bands(scores, edges)
    for k in range(len(edges) + 1):
        found[whole, k] = (member == k).mean(axis=0)
    return found


def filled(values: Floats, whole: Bools) -> Floats:
    """Return values of the rows without gaps at their rows, NaN elsewhere."""
    found = np.full(len(whole), np.nan)
    found[whole] = values
    return found
