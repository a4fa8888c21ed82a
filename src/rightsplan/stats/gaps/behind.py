"""Which group is furthest behind, by name, and with what probability it truly is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, logsumexp, ndtri

from rightsplan.stats.checks import one_of
from rightsplan.stats.gaps.named import Kept, end_of, kept_groups, kept_of
from rightsplan.stats.gaps.panel import group_panel
from rightsplan.stats.panel import Bools, Floats

LEFT_OUT = 0.05  # the chance that the group furthest behind in truth is left out of `may_be`
NO_CHANCE = "no probability: a group has no standard error or sample size"
STANDARD = np.linspace(-5.5, 5.5, 89)  # where the normal densities are summed
WEIGHT = np.exp(-(STANDARD**2) / 2) / np.exp(-(STANDARD**2) / 2).sum()
SPREADS = (np.arange(24) + 0.5) / 24  # of the distance between groups, from none to any
MEANS = np.array([-2.02018, -0.95857, 0.0, 0.95857, 2.02018])  # Gauss-Hermite, five points, for a standard normal
MEANS = MEANS * np.sqrt(2)
MEAN_WEIGHT = np.array([0.01995324, 0.39361932, 0.94530872, 0.39361932, 0.01995324]) / np.sqrt(np.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class FurthestBehind:
    """The group with the worst value and the probability that it is truly the worst; None without standard errors.

    `likeliest` is the group with the highest such probability: not the same one where the worst value is that of few
    people. `chances` gives that probability for every group with a value, in the order given; they sum to 1. `may_be`
    are the groups that may be the worst: the true one is among them in at least 95 of 100 comparisons. `missing` names
    groups without a value: they may be worse off. `note` says why there is no probability.
    """

    group: str
    value: float
    chance: float | None
    likeliest: str | None
    chances: tuple[tuple[str, float], ...]
    may_be: tuple[str, ...]
    missing: tuple[str, ...]
    note: str


def furthest_behind(
    groups: Sequence[str],
    value: ArrayLike,
    *,
    better: str = "higher",
    error: ArrayLike | None = None,
    size: ArrayLike | None = None,
    lowest: float | None = None,
    highest: float | None = None,
    pooling: str = "partial",
) -> FurthestBehind:
    """Name the group furthest behind and the probability that it truly is, given all the groups.

    Estimates are independent and normal with known standard errors (or those of shares from `size`, see `group_panel`).
    With `pooling` "partial" the true values come from a normal distribution whose mean and spread are unknown, with
    flat priors on both (Gelman 2006, Bayesian Analysis 1), so that a tiny group is not named for its noise alone; with
    "none" each true value has a flat prior of its own, which overstates the probability where groups differ little.
    Two groups are never pooled. Exact by quadrature, no random numbers. A group is left out of `may_be` only where
    another one is worse by a one-sided test at 5 % over the number of the other groups (Bonferroni), without any
    pooling; one without a standard error is never left out and leaves out nobody. Raises Refused for bad input and
    fewer than two groups with a value. Does not say by how much the group is behind: see `gaps`.
    """
    turn = 1.0 if one_of("better", better, ("higher", "lower")) == "higher" else -1.0
    is_pooled = one_of("pooling", pooling, ("partial", "none")) == "partial"
    kept = kept_groups(groups, value)
    panel = group_panel(
        kept.value,
        offsets=[0, len(kept.names)],
        error=kept_of("error", error, kept),
        size=kept_of("size", size, kept),
        lowest=end_of("lowest", lowest),
        highest=end_of("highest", highest),
    )
    return behind_of(kept, turn * panel.value, panel.error, is_pooled=is_pooled)


def behind_of(kept: Kept, z: Floats, s: Floats, *, is_pooled: bool) -> FurthestBehind:
    """Return who is furthest behind; `z` are the values turned so that more is better."""
    worst = int(z.argmin())
    chance: float | None = None
    likeliest: str | None = None
    chances: tuple[tuple[str, float], ...] = ()
    note = NO_CHANCE
    if not np.isnan(s).any():
        found = chances_of(z, s, pooled=is_pooled and len(z) > 2)
        chance, likeliest, note = float(found[worst]), kept.names[int(found.argmax())], ""
        chances = tuple(zip(kept.names, (float(x) for x in found), strict=True))
    return FurthestBehind(
        group=kept.names[worst],
        value=float(kept.value[worst]),
        chance=chance,
        likeliest=likeliest,
        chances=chances,
        may_be=tuple(name for name, may in zip(kept.names, may_be_lowest(z, s), strict=True) if may),
        missing=kept.missing,
        note=note,
    )


def may_be_lowest(z: Floats, s: Floats) -> Bools:
    """Return which groups no other one is surely below."""
    reach = ndtri(1 - LEFT_OUT / (len(z) - 1))
    below = z[:, None] - z[None, :] > reach * np.hypot(s[:, None], s[None, :])  # unknown errors leave nobody out
    may: Bools = ~below.any(axis=1)
    return may


def chances_of(z: Floats, s: Floats, *, pooled: bool) -> Floats:
    """Return for every group the probability that its true value is the lowest."""
    typical = max(float(np.sqrt((s**2).mean())), float(z.std()))
    if typical == 0:
        return np.full(len(z), 1 / len(z))
    v = np.maximum(s, 1e-4 * typical) ** 2
    if not pooled:
        return lowest_of(z[None, :], np.sqrt(v)[None, :], np.ones(1))
    spread = (typical * SPREADS / (1 - SPREADS))[:, None]
    total = v + spread**2
    precision = (1 / total).sum(axis=1)
    centre = (z / total).sum(axis=1) / precision
    log_weight = (
        -0.5 * np.log(precision)
        - 0.5 * (np.log(total) + (z - centre[:, None]) ** 2 / total).sum(axis=1)
        - 2 * np.log(1 - SPREADS)
    )
    weight = np.exp(log_weight - logsumexp(log_weight))
    means = centre[:, None] + MEANS / np.sqrt(precision)[:, None]
    weights = (weight[:, None] * MEAN_WEIGHT).ravel()
    shrink = np.repeat(spread**2 / total, len(MEANS), axis=0)
    middle = shrink * z + (1 - shrink) * means.ravel()[:, None]
    return lowest_of(middle, np.sqrt(shrink * v), weights)


def lowest_of(mean: Floats, sd: Floats, weights: Floats) -> Floats:
    """Return the chance of every group to be the lowest of independent normals (m x K), averaged over m cases."""
    chances = np.zeros(mean.shape[1])
    for group in range(mean.shape[1]):
        x = mean[:, group, None] + sd[:, group, None] * STANDARD
        others = np.zeros_like(x)
        for other in range(mean.shape[1]):
            if other != group:
                others += log_ndtr((mean[:, other, None] - x) / sd[:, other, None])
        chances[group] = weights @ (np.exp(others) @ WEIGHT)
    answer: Floats = chances / chances.sum()
    return answer
