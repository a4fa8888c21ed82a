"""Who moved the mean: the change of a population's mean, group by group, adding up exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats.checks import numbers
from rightsplan.stats.gaps.named import different
from rightsplan.stats.panel import Floats
from rightsplan.stats.points import NORMAL_95

Pair = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the change of the mean with its 95 % interval; the interval is None without standard errors."""

    change: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMove:
    """What one group did to the mean: `own` by the change of its value, `weight` by that of its share, `total`."""

    group: str
    own: Part
    weight: Part
    total: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanMove:
    """The change of the mean: `own` of all groups plus `weight` (composition) of all groups is `total`, exactly."""

    before: float
    after: float
    own: Part
    weight: Part
    total: Part
    groups: tuple[GroupMove, ...]


def who_moved_the_mean(
    groups: Sequence[str],
    before: ArrayLike,
    after: ArrayLike,
    *,
    population_before: ArrayLike,
    population_after: ArrayLike,
    error_before: ArrayLike | None = None,
    error_after: ArrayLike | None = None,
) -> MeanMove:
    """Split the change of the mean into the groups' own changes and the change of who makes up the population.

    With shares v, w and values y before and after (Kitagawa 1955, Journal of the American Statistical Association 50):
    own_j = (v_j + w_j) / 2 x (y_j' - y_j); weight_j = (w_j - v_j) x ((y_j + y_j') / 2 - the mean of the two means), so
    that a group that grows raises the mean only if it is above it. All parts sum to the change exactly and change sign
    when time runs backwards. All arrays have length K, populations are sizes or shares. The intervals are exact for
    independent normal estimates with known standard errors and known shares. Raises Refused for bad numbers, double
    names, no people and fewer than two groups. Says who moved the mean, not why.
    """
    names = different(groups)
    k = len(names)
    if k < 2:
        raise Refused(f"There are {k} groups.", "Give at least two groups.")
    y = numbers("before", before, length=k), numbers("after", after, length=k)
    v, w = share("population_before", population_before, k), share("population_after", population_after, k)
    errors = errors_of(error_before, error_after, k)
    steady, shift = np.diag((v + w) / 2), np.diag(w - v)
    own = -steady, steady
    weight = shift @ (np.eye(k) - v) / 2, shift @ (np.eye(k) - w) / 2
    groups_moved = [move_of(own, weight, (y, errors), [j]) for j in range(k)]
    return MeanMove(
        before=float(v @ y[0]),
        after=float(w @ y[1]),
        groups=tuple(GroupMove(group=name, **parts) for name, parts in zip(names, groups_moved, strict=True)),
        **move_of(own, weight, (y, errors), list(range(k))),
    )


def errors_of(before: ArrayLike | None, after: ArrayLike | None, k: int) -> Pair | None:
    """Return both lists of standard errors, None where one is not given. Raises Refused for bad ones."""
    given = (("error_before", before), ("error_after", after))
    found = [numbers(name, error, length=k, least=0) for name, error in given if error is not None]
    return (found[0], found[1]) if len(found) == 2 else None


def move_of(own: Pair, weight: Pair, data: tuple[Pair, Pair | None], rows: list[int]) -> dict[str, Part]:
    """Return what some groups did together; `own` and `weight` are coefficients (K x K) of values before and after."""
    y, errors = data

    def part(*matrices: Pair) -> Part:
        before, after = (sum(m[side][rows].sum(axis=0) for m in matrices) for side in (0, 1))
        change = float(before @ y[0] + after @ y[1])
        if errors is None:
            return Part(change=change, low=None, high=None)
        reach = NORMAL_95 * float(np.sqrt(before**2 @ errors[0] ** 2 + after**2 @ errors[1] ** 2))
        return Part(change=change, low=change - reach, high=change + reach)

    return {"own": part(own), "weight": part(weight), "total": part(own, weight)}


def share(name: str, population: ArrayLike, k: int) -> Floats:
    """Return shares that sum to 1. Raises Refused where there are no people."""
    people = numbers(name, population, length=k, least=0)
    if people.sum() <= 0:
        raise Refused(f"{name} is zero in every group.", "Give the groups' sizes.")
    shares: Floats = people / people.sum()
    return shares
