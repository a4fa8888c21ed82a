"""How a sample was drawn: weights, strata, clusters, population sizes; and weights raked to known margins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats, Ints

Singleton = Literal["refuse", "centre", "scale", "certainty"]
RULES = {"centre": "center", "scale": "scale", "certainty": "skip"}  # as svy names them
TOLERANCE = 1e-8
ROUNDS = 1000
MOST_ROUNDS = 1_000_000
AGREE = 1e-9  # margins that are meant to be equal differ by rounding alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample bound to its design: made by `sample`, raked by `rake`, read by the estimates.

    `weight` (n) are the weights in use, `freedom` clusters less strata. `source` is the sample as svy knows it.
    """

    weight: Floats
    strata: int
    clusters: int
    freedom: int
    source: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A margin of the population that the weights are to meet: the level of every row, the total of every level."""

    name: str
    levels: Sequence[str]
    totals: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raked:
    """A raked sample, the largest relative misfit of a margin, and the smallest and largest factor on a weight."""

    sample: Sample
    misfit: float
    smallest: float
    largest: float


def library() -> Any:
    """Return svy. Raises Refused where the extra is not installed."""
    try:
        return import_module("svy")
    except ModuleNotFoundError:
        raise Refused("Surveys need the extra 'survey'.", "pip install 'rightsplan[survey]'") from None


def sample(
    weight: ArrayLike,
    *,
    stratum: Sequence[str] | None = None,
    cluster: Sequence[str] | None = None,
    population: ArrayLike | None = None,
    singleton: Singleton = "refuse",
) -> Sample:
    """Bind the rows of a sample to the way they were drawn.

    Method: stratified one-stage cluster design for Taylor linearisation (Särndal, Swensson and Wretman 1992, ch. 5), by
    svy. `weight` (n, above 0) is how many people a row stands for; `stratum` and `cluster` (n) are names, a cluster's
    counting within its stratum; without clusters every row is one. `population` (n) is the number of clusters of
    the row's stratum in the population, for the finite population correction. `singleton` says what a stratum with one
    cluster adds to the variance: `refuse` nothing is estimated, `centre` its distance from the grand mean (R survey's
    "adjust"), `scale` the average of the others ("average"), `certainty` nothing: the cluster was drawn for sure.
    Raises Refused for bad input, for an unhandled singleton by name, and without the extra. Only the first
    stage is used; replicate weights are not.
    """
    svy = library()
    checks.one_of("singleton", singleton, get_args(Singleton))
    weights = checks.numbers("weight", weight, at_least=2, above=0)
    n = len(weights)
    layers = checks.labels("stratum", ["all"] * n if stratum is None else stratum, length=n)
    units = checks.labels("cluster", [str(i) for i in range(n)] if cluster is None else cluster, length=n)
    strata, layer = np.unique(layers, return_inverse=True)
    pairs, unit = np.unique(np.stack([layer.astype(str), units]), axis=1, return_inverse=True)
    sizes = np.bincount(pairs[0].astype(np.int64), minlength=len(strata))
    is_alone = refuse_singletons(strata.tolist(), sizes, singleton)
    frame = pl.DataFrame({"weight": weights, "stratum": layer, "cluster": unit.ravel()})
    if population is not None:
        frame = frame.with_columns(population=pl.Series(population_of(population, layer, sizes)))
    size = None if population is None else "population"
    rule = RULES[singleton] if is_alone else None
    plan = svy.Design(stratum="stratum", psu="cluster", wgt="weight", pop_size=size, singleton=rule)
    source, clusters = svy.Sample(frame, plan), len(pairs[0])
    return Sample(weight=weights, strata=len(strata), clusters=clusters, freedom=clusters - len(strata), source=source)


def refuse_singletons(strata: Sequence[str], sizes: Ints, singleton: str) -> bool:
    """Say whether a stratum has one cluster. Raises Refused where that has no rule, and where all have one."""
    alone = [name for name, size in zip(strata, sizes, strict=True) if size == 1]
    if alone and singleton == "refuse":
        raise Refused(
            f"stratum {', '.join(alone[: checks.MOST_NAMED])} has one cluster.",
            "Merge it with a similar stratum, or choose a singleton rule: centre, scale or certainty.",
        )
    if len(alone) == len(strata):
        raise Refused("No stratum has two clusters.", "Give at least two clusters in one stratum.")
    return bool(alone)


def population_of(population: ArrayLike, layer: Ints, sizes: Ints) -> Floats:
    """Return the population's clusters of every row's stratum. Raises Refused where they cannot be."""
    values = checks.numbers("population", population, length=len(layer), above=0)
    first = np.full(len(sizes), -1.0)
    first[layer[::-1]] = values[::-1]
    uneven = values != first[layer]
    if uneven.any():
        raise Refused(
            f"population differs within a stratum at {checks.places(uneven)}.", "Give one number for each stratum."
        )
    few = values < sizes[layer]
    if few.any():
        raise Refused(
            f"population is less than the clusters in the sample at {checks.places(few)}.",
            "Give the number of clusters of the stratum in the whole population.",
        )
    return values


def kish_effect(weight: ArrayLike) -> float:
    """Give by how much unequal weights alone enlarge the variance of a mean.

    Method: n times the sum of squared weights over the squared sum, 1 + CV^2 (Kish 1965, section 11.7). At least 1;
    the sample is worth n over it. `weight` (n, above 0). Raises Refused. Says nothing of strata and clusters.
    """
    weights = checks.numbers("weight", weight, at_least=1, above=0)
    scaled = weights / weights.max()
    return float(len(scaled) * (scaled**2).sum() / scaled.sum() ** 2)


def rake(drawn: Sample, margins: Sequence[Margin], *, tolerance: float = TOLERANCE, rounds: int = ROUNDS) -> Raked:
    """Adjust the weights so that they meet known margins of the population, such as age and sex.

    Method: iterative proportional fitting (Deming and Stephan 1940), by svy; variances of later estimates take
    the margins into account (Deville, Särndal and Sautory 1993), with residuals from the unweighted means of the
    margins, as in R's survey: where weights are unequal they differ a little from the weighted ones. `margins` have the
    level of every row (n) and the total of every level, in people, above 0, of one grand total. Stops where the largest
    relative misfit is at most `tolerance`. Raises Refused where it is not reached in `rounds`, for margins of different
    totals, for a total of zero, for a level without rows and for a row without total. Does not bound the factors: look
    at them.
    """
    checks.number("tolerance", tolerance, above=0, most=0.01)
    checks.number("rounds", rounds, most=MOST_ROUNDS)
    most = int(checks.counts("rounds", [rounds], least=1)[0])
    agree(margins, len(drawn.weight))
    columns = {f"margin {i}": list(margin.levels) for i, margin in enumerate(margins)}
    source = drawn.source.update_data(drawn.source.data.with_columns(pl.Series(k, v) for k, v in columns.items()))
    controls = {column: dict(margin.totals) for column, margin in zip(columns, margins, strict=True)}
    name = f"raked {len(drawn.source.data.columns)}"
    try:
        found = source.weighting.rake(controls=controls, wgt_name=name, tol=tolerance, max_iter=most)
    except library().SvyError as error:
        if getattr(error, "code", "") != "CONVERGENCE_FAILED":
            raise Refused(f"The margins cannot be met: {getattr(error, 'title', 'unknown')}.", "Check them.") from None
        raise Refused(
            f"Raking misses the margins by more than {tolerance:g} after {rounds} rounds.",
            "Merge small levels, drop a margin, or allow more rounds or a larger tolerance.",
        ) from None
    weights = found.data[name].to_numpy().astype(np.float64)
    factors = weights / drawn.weight
    return Raked(
        sample=Sample(
            weight=weights, strata=drawn.strata, clusters=drawn.clusters, freedom=drawn.freedom, source=found
        ),
        misfit=max(misfit(margin, weights) for margin in margins),
        smallest=float(factors.min()),
        largest=float(factors.max()),
    )


def checked_margin(margin: Margin, length: int) -> str:
    """Return the margin's name. Raises Refused where its levels and totals do not fit."""
    levels = set(checks.labels(margin.name, margin.levels, length=length).tolist())
    if not isinstance(margin.totals, Mapping):
        raise Refused(f"{margin.name} has no totals.", "Give the total of every level by its name.")
    checks.numbers(f"the totals of {margin.name}", list(margin.totals.values()), at_least=1, above=0)
    without = sorted(levels - set(margin.totals))
    if without:
        raise Refused(f"{margin.name} has no total for {', '.join(without)}.", "Give a total for every level.")
    empty = sorted(set(margin.totals) - levels)
    if empty:
        raise Refused(
            f"{margin.name} has no row of {', '.join(empty)}.", "Merge this level with another one that has rows."
        )
    return margin.name


def agree(margins: Sequence[Margin], length: int) -> None:
    """Raise Refused where margins cannot be met by rows of this number, or add up to different totals."""
    if not margins:
        raise Refused("margins is empty.", "Give at least one margin.")
    names = [checked_margin(margin, length) for margin in margins]
    if len(set(names)) < len(names):
        raise Refused("Two margins have one name.", "Name every margin once.")
    sums = [sum(margin.totals.values()) for margin in margins]
    if max(sums) - min(sums) > AGREE * max(sums):
        told = ", ".join(f"{margin.name} {value:g}" for margin, value in zip(margins, sums, strict=True))
        raise Refused(f"The margins add up to different totals: {told}.", "Give all of them for one population.")


def misfit(margin: Margin, weights: Floats) -> float:
    """Return the largest relative distance of a level's weights from its total."""
    levels = np.array(margin.levels, dtype=np.str_)
    return max(abs(float(weights[levels == level].sum()) / want - 1) for level, want in margin.totals.items())
