"""The laws that an index of places must keep: one suite for all of them, ours and those of others.

An index registers as a `Judge` of a `World`: places by indicators, every indicator with its worst and best end and a
weight. A law is a question about one world and one judge.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats.frontier import score
from rightsplan.stats.index import Goalpost, Yardstick, coordinate, entropy_weights, hdi, measure
from rightsplan.stats.index.composite import Recipe as Way
from rightsplan.stats.index.composite import joined, scores_by
from rightsplan.stats.panel import Floats

CLOSE = 1e-9
STEP = 0.05  # by how much a value is made better, as part of the way from worst to best


@dataclass(frozen=True)
class World:
    """Values of places (rows) and indicators (columns), and what the plan fixed for each indicator."""

    values: Floats
    worst: Floats
    best: Floats
    weights: Floats

    @property
    def count(self) -> int:
        """Return the number of places."""
        return len(self.values)


Judge = Callable[[World], Floats]


@dataclass(frozen=True)
class Index:
    """An index under its name; `exempt` are the laws that make no sense for it, each with the reason."""

    name: str
    judge: Judge
    exempt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Law:
    """A law under its name, in words, and as a question."""

    name: str
    says: str
    is_kept: Callable[[Judge, World], bool]


def same(one: Floats, other: Floats) -> bool:
    """Say whether two lists of scores are equal but for rounding; a missing score stays missing."""
    return bool(np.allclose(one, other, rtol=CLOSE, atol=CLOSE, equal_nan=True))


def renamed(judge: Judge, world: World) -> bool:
    """Say whether the last place first, with its own score, is all that another order of places changes."""
    turned = replace(world, values=world.values[::-1])
    return same(judge(turned), judge(world)[::-1])


def other_columns(judge: Judge, world: World) -> bool:
    """Say whether another order of indicators changes nothing."""
    parts = (world.values[:, ::-1], world.worst[::-1], world.best[::-1], world.weights[::-1])
    return same(judge(World(*parts)), judge(world))


def other_unit(judge: Judge, world: World) -> bool:
    """Say whether the first indicator in another unit changes nothing."""
    factor = np.ones(len(world.worst))
    factor[0] = 1000.0
    return same(judge(replace(world, values=world.values * factor, worst=world.worst * factor,
                              best=world.best * factor)), judge(world))  # fmt: skip


def complement(judge: Judge, world: World) -> bool:
    """Say whether telling the first indicator of those who are not counted changes nothing."""
    total = world.worst[0] + world.best[0]
    values, worst, best = world.values.copy(), world.worst.copy(), world.best.copy()
    values[:, 0] = total - values[:, 0]
    worst[0], best[0] = best[0], worst[0]
    return same(judge(replace(world, values=values, worst=worst, best=best)), judge(world))


def better(world: World, column: int) -> World:
    """Return the world in which the first place is better in one indicator."""
    values = world.values.copy()
    low, high = sorted((world.worst[column], world.best[column]))
    step = STEP * (world.best[column] - world.worst[column])
    values[0, column] = np.clip(values[0, column] + step, low, high)
    return replace(world, values=values)


def monotone(judge: Judge, world: World) -> bool:
    """Say whether a place that is better in one indicator and the same in the others never scores worse.

    Where there is no score there is nothing to compare.
    """
    before = judge(world)[0]
    return not any(judge(better(world, j))[0] < before - CLOSE for j in range(len(world.worst)))


def independent(judge: Judge, world: World) -> bool:
    """Say whether the scores of all others stay as they are when one place is better."""
    before = judge(world)[1:]
    return all(same(judge(better(world, j))[1:], before) for j in range(len(world.worst)))


def steady(judge: Judge, world: World) -> bool:
    """Say whether the world told twice has the same scores."""
    twice = replace(world, values=np.vstack([world.values, world.values]))
    return same(judge(twice), np.tile(judge(world), 2))


LAWS = [
    Law("relabelling", "the order and the names of places do not matter", renamed),
    Law("order", "the order of indicators does not matter", other_columns),
    Law("unit", "another unit of an indicator changes nothing", other_unit),
    Law("complement", "an indicator and its complement give the same score", complement),
    Law("monotone", "better in one thing and equal in the others is never worse", monotone),
    Law("independence", "no place's score depends on how another place does", independent),
    Law("duplicate", "places that are listed twice change no score", steady),
]


def on_ends(world: World) -> Floats:
    """Return values as parts of the way from worst to best."""
    return np.clip((world.values - world.worst) / (world.best - world.worst), 0, 1)


def composite(mean: str) -> Judge:
    """Return our composite index with one of its means."""

    def judge(world: World) -> Floats:
        ends = zip(world.worst, world.best, strict=True)
        posts = tuple(Goalpost(name=f"i{j}", worst=a, best=b) for j, (a, b) in enumerate(ends))
        yardstick = Yardstick(goalposts=posts, weights=tuple(world.weights), aggregation=mean)  # type: ignore[arg-type]
        return measure(world.values, yardstick=yardstick).score

    return judge


def human(world: World) -> Floats:
    """Return the human development index of the first four indicators, spread over its own ranges."""
    part = on_ends(world)
    life, expected, mean, income = (part[:, j % part.shape[1]] for j in range(4))
    found = hdi(
        life_expectancy=20 + 65 * life,
        expected_schooling=18 * expected,
        mean_schooling=15 * mean,
        income=100 * 750**income,
    )
    return np.array(found.index, dtype=np.float64)


INCOMES = np.array([2_000.0, 15_000.0, 60_000.0])


def realized(world: World) -> Floats:
    """Return the mean resource-adjusted score: the same incomes in every world, the first two indicators as rights."""
    part = 100 * on_ends(world)
    income = np.resize(INCOMES, world.count) if world.count != 3 else INCOMES
    scores = [score([name] * world.count, part[:, j], income).score for j, name in enumerate(("BasicSanitation",
              "NotAbsPoor"))]  # fmt: skip
    return np.mean(np.array(scores, dtype=np.float64), axis=0)


def coordination(world: World) -> Floats:
    """Return the coordination degree of the domains, an index of evenness and level together."""
    return np.array(coordinate(on_ends(world), weights=tuple(world.weights)).degree, dtype=np.float64)


def relative(normalisation: str) -> Judge:
    """Return a mean of values that are set against the other places, as many published indices are."""

    def judge(world: World) -> Floats:
        way = Way(normalisation=normalisation, aggregation="arithmetic", weighting="", weights=tuple(world.weights))  # type: ignore[arg-type]
        return scores_by(on_ends(world), [way])[0]

    return judge


def by_entropy(world: World) -> Floats:
    """Return a mean whose weights are drawn from the data."""
    part = on_ends(world)
    try:
        return joined(part, entropy_weights(part), "arithmetic")
    except Refused:  # every column is constant: it has no answer
        return np.full(world.count, np.nan)


OURS = [Index(f"composite, {mean}", composite(mean)) for mean in ("arithmetic", "geometric", "harmonic")]
OURS += [
    Index("human development", human, {"order": "each of its parts has a place of its own"}),
    Index(
        "resource-adjusted realization",
        realized,
        {
            "relabelling": "the incomes stay where they are here; they belong to the place",
            "order": "each right has its own curve",
            "unit": "its curves are in per cent of people",
            "complement": "its curves are in per cent of people who enjoy the right",
            "duplicate": "the incomes stay where they are here; they belong to the place",
        },
    ),
]
THEIRS = [
    Index("min-max of the places", relative("min-max")),
    Index("z-scores of the places", relative("z")),
    Index("entropy weights", by_entropy),
    Index("Mazziotta-Pareto", composite("mazziotta-pareto")),
    Index("coordination degree", coordination),
]


def small_worlds() -> Iterator[World]:
    """Yield worlds of three places and two percentages that are a quarter, a half or all, the simplest first."""
    steps = (25.0, 50.0, 100.0)
    for cells in product(steps, repeat=6):
        yield World(np.array(cells).reshape(3, 2), np.zeros(2), np.full(2, 100.0), np.full(2, 0.5))


def smallest_failure(law: Law, index: Index) -> World | None:
    """Return the first small world where an index breaks a law, None where it keeps it in all of them."""
    return next((world for world in small_worlds() if not law.is_kept(index.judge, world)), None)
