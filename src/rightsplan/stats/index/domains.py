"""Reference goalposts: which bundled indicator speaks for which domain of life, from where to where."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.stats import checks
from rightsplan.stats.index.normalise import Goalpost, Scale, normalise
from rightsplan.stats.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An indicator with its goalposts and the domain it speaks for."""

    goalpost: Goalpost
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Values of domains (or rights) by name, rows x names, 0 to 1; NaN where one of its indicators is missing."""

    names: tuple[str, ...]
    values: Floats


def placed(domain: str, name: str, worst: float, best: float, *, scale: Scale = "linear") -> Placed:
    """Return one line of a table below."""
    return Placed(goalpost=Goalpost(name=name, worst=worst, best=best, scale=scale), domain=domain)


# Countries. Worst: near the worst 2.5 % of places and years 2000 to 2019 of the bundled series, rounded. Best: the
# natural end, parity, or near the best 2.5 %, rounded. Frozen: new data do not move them. No series speaks for the
# ecological domain. Education speaks for the cultural one, as in articles 13 to 15 of the Covenant on Economic, Social
# and Cultural Rights.
WORLD = (
    placed("material", "gdp_per_capita", 1_000, 100_000, scale="log"),
    placed("material", "extreme_poverty", 70, 0),
    placed("material", "electricity_access", 10, 100),
    placed("material", "basic_water", 40, 100),
    placed("political", "women_in_parliament", 0, 50),
    placed("political", "unsentenced_detainees", 80, 0),
    placed("cultural", "out_of_school_primary", 45, 0),
    placed("cultural", "tertiary_enrolment", 0, 90),
    placed("social", "life_expectancy", 50, 85),
    placed("social", "under5_mortality", 150, 3, scale="log"),
    placed("social", "maternal_mortality", 1_000, 4, scale="log"),
    placed("social", "universal_health_coverage", 20, 100),
)

# Provinces and states. The goalposts of the human development index (UNDP, Human Development Report 2023/24, technical
# note 1). No series speaks for the political and the ecological domain.
REGIONS = (
    placed("material", "gni_per_capita", 100, 75_000, scale="log"),
    placed("cultural", "expected_years_schooling", 0, 18),
    placed("cultural", "mean_years_schooling", 0, 15),
    placed("social", "life_expectancy", 20, 85),
)


def joined_by(values: ArrayLike, *, goalposts: Sequence[Goalpost], names: Sequence[str]) -> Joined:
    """Return the mean of normalised indicators by the domain (or right) that each speaks for.

    `values` is rows x indicators in the units of the goalposts, NaN or None where missing; `names` holds one domain for
    every indicator. A domain has no value where one of its indicators has none: two places must be compared on the same
    figures. Domains come in the order in which they are first named. Arithmetic mean, equal weights, as the education
    part of the human development index (UNDP 2023/24, technical note 1). Raises Refused for lengths that differ.
    """
    label = checks.labels("names", names, length=len(goalposts))
    table = normalise(values, goalposts=goalposts)
    order = tuple(dict.fromkeys(label.tolist()))
    return Joined(names=order, values=np.stack([table[:, label == name].mean(axis=1) for name in order], axis=1))
