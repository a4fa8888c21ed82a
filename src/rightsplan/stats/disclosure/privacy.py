"""Differential privacy: counts with noise of known size, paid for out of a yearly budget (extra `privacy`)."""

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.linalg import lsmr

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disclosure.table import Table, link
from rightsplan.stats.panel import Floats

Mechanism = Literal["geometric", "laplace"]
ROUND = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much privacy one year may cost, and what was spent on what: a value, changed only by making the next one.

    `limit` is the greatest total epsilon of the year; `spent` has a name and an epsilon for every release. Releases add
    up (basic composition: Dwork and Roth, 2014, theorem 3.16), so that whoever is counted is protected with the
    total epsilon against somebody who sees the whole year.
    """

    year: int
    limit: float
    spent: tuple[tuple[str, float], ...] = ()

    @property
    def left(self) -> float:
        """Return what may still be spent."""
        return max(self.limit - math.fsum(epsilon for _, epsilon in self.spent), 0.0)

    def spend(self, what: str, epsilon: float) -> "Budget":
        """Return the budget after a release. Raises Refused where it would go beyond the limit."""
        checks.number("limit", self.limit, above=0)
        cost = checks.number("epsilon", epsilon, above=0)
        if cost > self.left + ROUND * self.limit:
            raise Refused(
                f"{what} needs epsilon {cost:g}, but of the {self.limit:g} for {self.year} only {self.left:g} is left.",
                "Publish it next year, publish less, or use a smaller epsilon.",
            )
        return replace(self, spent=(*self.spent, (what, cost)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Noisy:
    """Counts as released, N of them, with what the noise does to each.

    The true count lies between `low` and `high` with at least the stated probability, which speaks of each count alone;
    `margin` is half that width, `standard_error` the standard deviation of the noise. `budget` is what is left after
    the release.
    """

    counts: Floats
    low: Floats
    high: Floats
    margin: float
    standard_error: float
    epsilon: float
    budget: Budget


def noisy_counts(
    counts: ArrayLike,
    budget: Budget,
    *,
    what: str,
    epsilon: float,
    contributes: int = 1,
    mechanism: Mechanism = "geometric",
    level: float = 95.0,
) -> Noisy:
    """Return counts with noise, so that nobody can tell whether any one person was counted, and pay for it.

    geometric: P(noise = k) = (1 - r) / (1 + r) r^|k|, r = exp(-1 / scale)
    laplace: density exp(-|z| / scale) / (2 scale)
    scale = contributes / epsilon

    Source: Ghosh, Roughgarden and Sundararajan (2009), Universally Utility-Maximizing Privacy Mechanisms; Dwork,
    McSherry, Nissim and Smith (2006), Calibrating Noise to Sensitivity. The noise is drawn by OpenDP (safe against
    attacks on floating point), whose randomness cannot be seeded: two calls differ.

    counts: whole, 0 or more, no totals; epsilon: above 0, smaller is more private; contributes: in how many of the
    counts one person can be at most; level: percent. Raises Refused, also beyond the budget (then nothing is drawn).
    Does not cut negative results to zero, which would bias sums, nor make results add up (see `fit_sums`).
    """
    array = checks.counts("counts", counts)
    most = int(checks.counts("contributes", [contributes], least=1)[0])
    checks.one_of("mechanism", mechanism, ("geometric", "laplace"))
    share = checks.number("level", level, above=0, below=100) / 100
    paid = budget.spend(what, epsilon)
    released = draw(array.tolist(), mechanism, most, epsilon)
    margin = margin_of(most / epsilon, share, mechanism)
    return Noisy(
        counts=released,
        low=np.maximum(released - margin, 0.0),
        high=np.maximum(released + margin, 0.0),
        margin=margin,
        standard_error=standard_error_of(most / epsilon, mechanism),
        epsilon=float(epsilon),
        budget=paid,
    )


@cache
def library() -> Any:
    """Return OpenDP. Raises Refused where the extra is not installed."""
    try:
        import opendp.prelude as dp  # noqa: PLC0415
    except ImportError:
        raise Refused("Noisy counts need the extra 'privacy'.", "pip install 'rightsplan[privacy]'") from None
    dp.enable_features("contrib")
    return dp


def draw(counts: list[int], mechanism: Mechanism, contributes: int, epsilon: float) -> Floats:
    """Return the counts with noise; OpenDP itself confirms what it costs."""
    dp = library()
    scale = contributes / epsilon
    distance: float = contributes
    values: list[Any] = list(counts)
    if mechanism == "geometric":
        measurement = dp.m.make_geometric(dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int), scale=scale)
    else:
        space = dp.vector_domain(dp.atom_domain(T=float, nan=False)), dp.l1_distance(T=float)
        measurement = dp.m.make_laplace(*space, scale=scale)
        distance, values = float(contributes), [float(count) for count in counts]
    if measurement.map(distance) > epsilon * (1 + ROUND):
        raise Refused(f"Noise of scale {scale:g} does not reach epsilon {epsilon:g}.", "Use a larger epsilon.")
    return np.array(measurement(values), dtype=np.float64)


def margin_of(scale: float, share: float, mechanism: Mechanism) -> float:
    """Return the least margin (a whole number for geometric noise) that noise stays within with a probability."""
    if mechanism == "laplace":
        return -scale * math.log(1 - share)
    r = math.exp(-1 / scale)
    # P(|noise| > m) = 2 r^(m + 1) / (1 + r)
    return float(max(math.ceil(math.log((1 - share) * (1 + r) / 2) / math.log(r) - 1 - ROUND), 0))


def standard_error_of(scale: float, mechanism: Mechanism) -> float:
    """Return the standard deviation of the noise: sqrt(2 r) / (1 - r), or sqrt(2) scale."""
    r = math.exp(-1 / scale)
    return math.sqrt(2) * scale if mechanism == "laplace" else math.sqrt(2 * r) / (1 - r)


def fit_sums(given: Table) -> Floats:
    """Return the nearest numbers that add up: noisy parts and totals moved as little as possible (least squares).

    minimise sum (y - noisy)^2 such that all sums hold. Post-processing, so that it costs no privacy (Dwork and Roth,
    2014, proposition 2.1).

    given: a table of noisy numbers with their totals; its margin must be wide enough for them to pass as a table.
    Returns the numbers in the order of its cells, with fractions. Raises Refused for hidden cells. Does not keep
    numbers from becoming negative, nor say by how much the errors shrink.
    """
    noisy = checks.numbers("values", given.values)
    sums = link([given]).matrix
    if sums.shape[0] == 0:
        return noisy
    back = lsmr(sparse.csr_array(sums.T), noisy, atol=1e-14, btol=1e-14, maxiter=100 * len(noisy))[0]
    fitted: Floats = noisy - sums.T @ back
    return fitted
