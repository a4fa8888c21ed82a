"""Small areas: do estimates beat the survey alone, do intervals cover, and do maps keep quiet about noise?"""

import numpy as np

from rightsplan.stats.areas import compare_with, fay_herriot, joint_ranks, smooth_rates
from rightsplan.stats.panel import Floats

SEED = 20261
# Variances of the direct estimates in five groups (patterns of Datta, Rao and Smith 2005, Biometrika 92).
PATTERNS = {"even": (0.7, 0.6, 0.5, 0.4, 0.3), "uneven": (4.0, 0.6, 0.5, 0.4, 0.1)}


def estimates(pattern: str, number: int, between: float, method: str, *, times: int) -> tuple[float, float, float]:
    """Return mean squared error over that of the direct estimates, estimated over true error, and coverage."""
    rng = np.random.default_rng(SEED)
    psi = np.repeat(PATTERNS[pattern], number // 5)
    x = np.linspace(-1, 1, number)
    ours, direct, said, held = (np.zeros(number) for _ in range(4))
    for _ in range(times):
        theta = 1 + x + np.sqrt(between) * rng.standard_normal(number)
        y = theta + np.sqrt(psi) * rng.standard_normal(number)
        found = fay_herriot(y, psi, x, method=method)
        ours += (found.estimate - theta) ** 2
        direct += (y - theta) ** 2
        said += found.mse
        held += (found.lower <= theta) & (theta <= found.upper)
    return float(ours.sum() / direct.sum()), float(said.sum() / ours.sum()), float(held.mean() / times)


def rates(number: int, spread: float, *, times: int) -> tuple[float, float]:
    """Return the mean squared error over that of raw rates, and the coverage of 95 % intervals."""
    rng = np.random.default_rng(SEED)
    size = np.geomspace(100, 20_000, number)
    ours, raw, held = 0.0, 0.0, 0
    for _ in range(times):
        shape = spread**-2.0
        truth = rng.gamma(shape, 0.005 / shape, number)
        count = rng.poisson(truth * size)
        found = smooth_rates(count, size)
        ours += float(((found.estimate - truth) ** 2).sum())
        raw += float(((found.raw - truth) ** 2).sum())
        held += int(((found.lower <= truth) & (truth <= found.upper)).sum())
    return ours / raw, held / times / number


def true_ranks(theta: Floats) -> tuple[Floats, Floats]:
    """Return the best and worst rank of every area; equal areas share a range."""
    return 1 + (theta[None, :] > theta[:, None]).sum(1), (theta[None, :] >= theta[:, None]).sum(1)


def rank_sets(number: int, spread: float, *, times: int) -> tuple[float, float]:
    """Return how often all rank sets hold at once, and their mean width as a share of the number of areas."""
    rng = np.random.default_rng(SEED)
    theta = spread * np.linspace(-1.7, 1.7, number)
    error = np.linspace(0.5, 1.5, number)[rng.permutation(number)]
    best, worst = true_ranks(theta)
    held, width = 0, 0.0
    for i in range(times):
        found = joint_ranks(theta + error * rng.standard_normal(number), error, seed=i)
        held += bool(((found.first <= best) & (worst <= found.last)).all())
        width += float((found.last - found.first + 1).mean()) / number
    return held / times, width / times


def false_alarms(number: int, *, against: int | str, times: int) -> float:
    """Return how often a map without any difference has a verdict other than noise."""
    rng = np.random.default_rng(SEED)
    error = np.linspace(0.5, 1.5, number)
    found = 0
    for _ in range(times):
        verdict = compare_with(error * rng.standard_normal(number), error, against=against).verdict
        found += bool({"above", "below"} & set(verdict))
    return found / times


def run(*, quick: bool) -> str:
    """Return the tables; `quick` takes a few seconds."""
    times = 40 if quick else 1000
    lines = [
        "# Small areas: simulations",
        "",
        "## Estimates of areas (Fay-Herriot)",
        "",
        f"One covariate, 95 % intervals, {times} repetitions. *Error*: mean squared error over that of the direct",
        "estimates. *Said*: the error that the method states over the one it has. *A*: variance between areas.",
        "",
        "| variances | areas | A | method | error | said | coverage |",
        "|---|---|---|---|---|---|---|",
    ]
    sizes = (15,) if quick else (15, 30, 60)
    for pattern in PATTERNS:
        for number in sizes:
            for between in (0.1, 1.0):
                for method in ("adjusted",) if quick else ("reml", "ml", "adjusted"):
                    row = estimates(pattern, number, between, method, times=times)
                    cells = " | ".join(f"{value:.3f}" for value in row)
                    lines.append(f"| {pattern} | {number} | {between:g} | {method} | {cells} |")
    return "\n".join([*lines, *rate_lines(quick=quick), *rank_lines(quick=quick), *CONCLUSION])


def rate_lines(*, quick: bool) -> list[str]:
    """Return the table of rates."""
    times = 20 if quick else 300
    lines = [
        "",
        "## Rates (gamma-Poisson, averaged)",
        "",
        f"Rate 5 per 1,000, exposures from 100 to 20,000, {times} repetitions. *Spread*: deviation of the true",
        "rates over their mean. *Error*: mean squared error over that of the raw rates.",
        "",
        "| areas | spread | error | coverage of 95 % |",
        "|---|---|---|---|",
    ]
    for number, spread in ((20, 0.5),) if quick else ((10, 0.5), (20, 0.1), (20, 0.5), (50, 0.1), (50, 0.5)):
        error, held = rates(number, spread, times=times)
        lines.append(f"| {number} | {spread:g} | {error:.3f} | {held:.3f} |")
    return lines


def rank_lines(*, quick: bool) -> list[str]:
    """Return the tables of rank sets and false alarms."""
    times = 15 if quick else 500
    lines = [
        "",
        "## Ranks and comparisons",
        "",
        f"Joint 95 % rank sets, {times} repetitions. *Spread*: of the true values, in typical errors; 0 means",
        "that all are equal. *Width*: mean width of a set over the number of areas.",
        "",
        "| areas | spread | all sets hold | width |",
        "|---|---|---|---|",
    ]
    for number, spread in ((10, 2.0),) if quick else ((10, 0.0), (10, 2.0), (10, 10.0), (30, 0.0), (30, 5.0)):
        held, width = rank_sets(number, spread, times=times)
        lines.append(f"| {number} | {spread:g} | {held:.3f} | {width:.2f} |")
    lines += ["", "Maps without any true difference on which at least one area is called above or below:", ""]
    lines += ["| areas | against | false alarms |", "|---|---|---|"]
    for number in (10,) if quick else (10, 50):
        for against in (0, "mean"):
            share = false_alarms(number, against=against, times=50 if quick else 4000)
            lines.append(f"| {number} | {'an area' if against == 0 else against} | {share:.3f} |")
    return lines


CONCLUSION = [
    "",
    "## Conclusion",
    "",
    "Estimates are better than the survey alone everywhere. Where areas differ as much as their margins (A = 1)",
    "the stated error is within 5 % of the true one and intervals cover 95 to 97 %. Where they hardly differ (A =",
    "0.1) the stated error is up to 80 % too large with 15 areas and by 4 to 17 % with 60, yet intervals cover as",
    "little as 93 % with 30 to 60 areas: the estimated A is often far too small, and then the margins are too. That",
    "falls short of 95 %. Intervals of rates cover 94 to 97 %. Rank sets hold at once in about 95 % where all",
    "areas are equal, their hardest case, and nearly always otherwise; false alarms on empty maps are 5 %.",
]
