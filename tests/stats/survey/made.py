"""Small made-up designs, and the plain formulas of the textbooks, written without the library that is tested."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Made:
    """A made-up sample: one row per person."""

    weight: np.ndarray
    stratum: list[str]
    cluster: list[str]
    population: np.ndarray
    y: np.ndarray
    x: np.ndarray
    group: list[str]


def made(seed: int = 7, *, strata: int = 3, clusters: int = 5, people: int = 8) -> Made:
    rng = np.random.default_rng(seed)
    layer = np.repeat(np.arange(strata), clusters * people)
    unit = np.tile(np.repeat(np.arange(clusters), people), strata)
    n = len(layer)
    level = rng.normal(0, 3, (strata, clusters))[layer, unit]
    return Made(
        weight=rng.uniform(50, 150, n) * (1 + layer),
        stratum=[f"s{i}" for i in layer],
        cluster=[f"c{i}" for i in unit],  # the names repeat in every stratum
        population=np.array([20.0, 35.0, 50.0] * strata)[layer],
        y=rng.normal(50, 10, n) + level + 4 * layer,
        x=rng.uniform(5, 9, n),
        group=[str(g) for g in rng.choice(["north", "south"], n)],
    )


def total_variance(scores: np.ndarray, sample: Made, *, finite: bool) -> float:
    """Variance of a weighted total: between clusters within strata (Cochran 1977, chapter 11; 1 - n/N where finite)."""
    stratum, cluster = np.array(sample.stratum), np.array(sample.cluster)
    found = 0.0
    for name in np.unique(stratum):
        inside = stratum == name
        sums = np.array([scores[inside & (cluster == c)].sum() for c in np.unique(cluster[inside])])
        n = len(sums)
        factor = 1 - n / sample.population[inside][0] if finite else 1.0
        found += factor * n / (n - 1) * ((sums - sums.mean()) ** 2).sum()
    return found


def ratio_by_hand(sample: Made, y: np.ndarray, x: np.ndarray, *, finite: bool) -> tuple[float, float]:
    """Ratio of two totals and its linearised standard error (Särndal, Swensson and Wretman 1992, section 5.6)."""
    w = sample.weight
    value = float((w * y).sum() / (w * x).sum())
    scores = w * (y - value * x) / (w * x).sum()
    return value, total_variance(scores, sample, finite=finite) ** 0.5
