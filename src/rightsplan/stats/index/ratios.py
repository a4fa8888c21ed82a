"""Ratios of two totals in a sample survey with their standard errors: the arithmetic under every share of the poor."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t as student

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats, Ints

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """An estimate between 0 and 1, its standard error and 95 % interval; None with a reason in `note`."""

    value: float | None
    error: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How rows were drawn: their weights, the number of their cluster, and the stratum of every cluster."""

    weights: Floats
    cluster: Ints
    stratum: Ints

    @property
    def freedom(self) -> int:
        """Return the degrees of freedom: clusters less strata."""
        return len(self.stratum) - int(self.stratum.max()) - 1


def design_of(
    rows: int,
    *,
    weights: Sequence[float] | Floats | None = None,
    strata: Sequence[str] | None = None,
    clusters: Sequence[str] | None = None,
) -> Design:
    """Return the design of a sample. Clusters are counted within their stratum, so that numbers may repeat.

    Raises Refused for lengths that differ, negative weights or only zeros, and a stratum with a single cluster, whose
    variance nobody knows.
    """
    size = np.ones(rows) if weights is None else checks.numbers("sampling weights", weights, length=rows, least=0)
    if not size.sum() > 0:
        raise Refused("The sampling weights are all 0.", "Give at least one row a weight.")
    layer = np.array(["all"] * rows) if strata is None else checks.labels("strata", strata, length=rows)
    layers, layer_number = np.unique(layer, return_inverse=True)
    if clusters is None:
        unit_number = np.arange(rows)
    else:
        unit_number = np.unique(checks.labels("clusters", clusters, length=rows), return_inverse=True)[1]
    pairs, cluster = np.unique(np.stack([layer_number, unit_number]), axis=1, return_inverse=True)
    lonely = np.flatnonzero(np.bincount(pairs[0], minlength=len(layers)) < 2)
    if len(lonely) and rows > 1:
        raise Refused(
            f"Stratum {layers[lonely[0]]} has one cluster, so that its variance is unknown.",
            "Merge it with the stratum most like it.",
        )
    return Design(weights=size / size.mean(), cluster=cluster.ravel(), stratum=pairs[0])


def share(top: Floats, bottom: Floats, design: Design, *, empty: str = "") -> Share:
    """Return the ratio of the weighted totals of two variables, with its standard error and interval.

    Taylor linearization with clusters drawn with replacement within strata (Cochran 1977, Sampling Techniques, 6.3 and
    11.21); interval by Student's t on the log odds, so that it stays within 0 and 1. `empty` is the note where the
    bottom is zero. There is no interval where the ratio is 0 or 1, or with one row.
    """
    total = float(design.weights @ bottom)
    if not total > 0:
        return Share(value=None, note=empty)
    value = min(float(design.weights @ top) / total, 1.0)
    if design.freedom < 1:
        return Share(value=value, note="one row: no standard error")
    error = sqrt(variance_of_total(design.weights * (top - value * bottom) / total, design))
    if not 0 < value < 1 or error == 0:
        return Share(value=value, error=error, note="no interval: no row differs" if error == 0 else "")
    reach = float(student.ppf((1 + CONFIDENCE) / 2, design.freedom)) * error / (value * (1 - value))
    low, high = expit(logit(value) + np.array([-reach, reach]))
    return Share(value=value, error=error, low=float(low), high=float(high))


def variance_of_total(scores: Floats, design: Design) -> float:
    """Return the variance of a sum over rows, from the spread of cluster totals within strata."""
    number = np.bincount(design.stratum)
    totals = np.bincount(design.cluster, weights=scores, minlength=len(design.stratum))
    middle = np.bincount(design.stratum, weights=totals) / number
    squares = np.bincount(design.stratum, weights=(totals - middle[design.stratum]) ** 2)
    return float((squares * number / np.maximum(number - 1, 1)).sum())
