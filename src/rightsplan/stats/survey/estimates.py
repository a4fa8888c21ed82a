"""Means, totals, ratios and shares of a population from a sample, for all and by group, with intervals by design."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, log
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike
from scipy.special import betaincinv, expit, stdtrit

from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats
from rightsplan.stats.survey.design import Sample, kish_effect, library

LEAST = 25  # below so many answers nothing is published, as in the Demographic and Health Surveys
LEVEL = 0.95
ALL = ""
LEAST_LEVEL = 1e-6  # of confidence: less is no interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimate of a group (empty: everybody) by design; what cannot be published is None, and `note` says why.

    `error` is the standard error, `low` and `high` the interval, `number` the answers behind it, `freedom` the degrees
    of freedom (clusters less strata, of the group), `effect` the design effect: the variance over that of a simple
    random sample of as many answers with replacement (not for totals and ratios).
    """

    group: str = ALL
    value: float | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None
    number: int
    freedom: int = 0
    effect: float | None = None
    note: str = ""


def mean(
    drawn: Sample,
    values: ArrayLike,
    *,
    by: Sequence[str] | None = None,
    least: int = LEAST,
    level: float = LEVEL,
) -> tuple[Estimate, ...]:
    """Estimate the mean of the population, of everybody or of every group.

    Method: weighted mean (Hájek 1971) with the Taylor-linearised variance of the design and Student's t, by svy.
    `values` (n) in any unit, NaN where there is no answer: those who answered are a domain, and the mean is of them.
    `by` (n) are names of groups, in alphabetical order in the result. A group with fewer than `least` answers has no
    figure but a reason. Raises Refused for bad input. Does not repair what the silent would have said.
    """
    return estimated("mean", drawn, {"y": numbers_of(drawn, values)}, by, (least, level))


def total(
    drawn: Sample,
    values: ArrayLike,
    *,
    by: Sequence[str] | None = None,
    least: int = LEAST,
    level: float = LEVEL,
) -> tuple[Estimate, ...]:
    """Estimate the sum over the population, of everybody or of every group.

    Method: weighted sum (Horvitz and Thompson 1952) with the Taylor-linearised variance of the design, by svy; it needs
    weights that count people. Arguments, missing values and errors as in `mean`: rows without answer add nothing,
    so that the total is too low where there are some.
    """
    return estimated("total", drawn, {"y": numbers_of(drawn, values)}, by, (least, level))


def ratio(
    drawn: Sample,
    above: ArrayLike,
    below: ArrayLike,
    *,
    by: Sequence[str] | None = None,
    least: int = LEAST,
    level: float = LEVEL,
) -> tuple[Estimate, ...]:
    """Estimate the ratio of two totals of the population, such as cases per household.

    Method: ratio of weighted sums with the Taylor-linearised variance, by svy. `above` and `below` (n), NaN where there
    is no answer to either; other arguments and errors as in `mean`. None with a reason where the lower sum is zero.
    """
    columns = {"y": numbers_of(drawn, above, "above"), "x": numbers_of(drawn, below, "below")}
    return estimated("ratio", drawn, columns, by, (least, level))


def share(
    drawn: Sample,
    is_so: ArrayLike,
    *,
    by: Sequence[str] | None = None,
    least: int = LEAST,
    level: float = LEVEL,
) -> tuple[Estimate, ...]:
    """Estimate the share of the population for which something is so, from 0 to 1.

    Method: mean of 0 and 1 with the interval on the logit scale, which stays within 0 and 1; where nobody or everybody
    says so, the exact interval of Clopper and Pearson on the effective number of answers (Korn and Graubard 1998,
    with Kish's effect of the weights, since there is no variance to tell the design's). `is_so` (n) is 0, 1 or NaN
    where there is no answer; other arguments and errors as in `mean`.
    """
    values = numbers_of(drawn, is_so, "is_so")
    answered = ~np.isnan(values)
    checks.flags("is_so", np.where(answered, values, 0.0))
    found = estimated("mean", drawn, {"y": values}, by, (least, level))
    groups = names_of(drawn, by)
    return tuple(bounded(x, drawn.weight[answered & (groups == x.group)], level) for x in found)


def numbers_of(drawn: Sample, values: ArrayLike, name: str = "values") -> Floats:
    """Return one number per row of the sample, NaN where there is none. Raises Refused."""
    return checks.numbers(name, values, length=len(drawn.weight), missing=True)


def names_of(drawn: Sample, by: Sequence[str] | None) -> np.ndarray:
    """Return the group of every row. Raises Refused."""
    if by is None:
        return np.full(len(drawn.weight), ALL)
    return checks.labels("by", by, length=len(drawn.weight))


def estimated(
    what: str, drawn: Sample, columns: dict[str, Floats], by: Sequence[str] | None, rules: tuple[int, float]
) -> tuple[Estimate, ...]:
    """Return the estimates of every group in one call of svy. Raises Refused."""
    least, level = rules
    checks.counts("least", [least], least=2)
    checks.number("level", level, least=LEAST_LEVEL, below=1)
    groups = names_of(drawn, by)
    answered = ~np.any([np.isnan(x) for x in columns.values()], axis=0)
    counted = {str(name): int(answered[groups == name].sum()) for name in np.unique(groups)}
    rows = {}
    if any(number >= least for number in counted.values()):
        given = {"x": "x"} if what == "ratio" else {}
        found = asked(drawn, columns, groups, answered)
        answer = getattr(found.estimation, what)(
            "y", by="group", where=library().col("answered") == 1, alpha=1 - level, **given
        )
        rows = {str(row.by_level[0]): row for row in answer.estimates}
    made = tuple(one(name, number, rows.get(name), least) for name, number in counted.items())
    if what != "mean":
        return made
    inside = {name: answered & (groups == name) for name in counted}
    return tuple(replace(x, effect=effect_of(x, columns["y"], drawn.weight, inside[x.group])) for x in made)


def effect_of(found: Estimate, values: Floats, weights: Floats, inside: Bools) -> float | None:
    """Return the variance of a mean over that of a simple random sample of as many, drawn with replacement."""
    if found.value is None or found.error is None:
        return None
    simple = float(np.average((values[inside] - found.value) ** 2, weights=weights[inside])) / (found.number - 1)
    return found.error**2 / simple


def asked(drawn: Sample, columns: dict[str, Floats], groups: np.ndarray, answered: Bools) -> Any:
    """Return the sample of svy with the columns of one question."""
    added = [pl.Series(name, np.where(answered, x, 0.0)) for name, x in columns.items()]
    added += [pl.Series("group", groups.tolist(), dtype=pl.String), pl.Series("answered", answered.astype(np.int64))]
    return drawn.source.update_data(drawn.source.data.with_columns(added))


def one(name: str, number: int, row: Any, least: int) -> Estimate:
    """Return the estimate of one group from a row of svy."""
    if number < least:
        return Estimate(group=name, number=number, note=f"fewer than {least} answers")
    if row is None or not isfinite(row.est):
        return Estimate(group=name, number=number, note="the lower sum is zero")
    value, freedom = float(row.est), int(row.df)
    if freedom < 1:
        return Estimate(group=name, value=value, number=number, note="no interval: one cluster in every stratum")
    if not row.se > 1e-12 * abs(value):
        return Estimate(
            group=name, value=value, number=number, freedom=freedom, note="no interval: all answers are the same"
        )
    return Estimate(
        group=name,
        value=value,
        error=float(row.se),
        low=float(row.lci),
        high=float(row.uci),
        number=number,
        freedom=freedom,
    )


def bounded(found: Estimate, weights: Floats, level: float) -> Estimate:
    """Return the estimate of a share with an interval that stays within 0 and 1."""
    if found.value is None or found.freedom < 1:
        return found
    t = float(stdtrit(found.freedom, (1 + level) / 2))
    low: float
    high: float
    if found.error is None or not 1e-12 < found.value < 1 - 1e-12:
        narrow = (float(stdtrit(found.number - 1, (1 + level) / 2)) / t) ** 2
        size = min(found.number / kish_effect(weights) * narrow, found.number)
        tail = float(betaincinv(1, size, (1 + level) / 2))
        low, high = (0.0, tail) if found.value < 0.5 else (1 - tail, 1.0)
        error, note = None, "nobody or everybody says so: exact interval on the effective number of answers"
    else:
        middle = log(found.value / (1 - found.value))
        reach = t * found.error / (found.value * (1 - found.value))
        low, high = (float(expit(middle + sign * reach)) for sign in (-1, 1))
        error, note = found.error, ""
    return replace(found, value=min(max(found.value, 0.0), 1.0), error=error, low=low, high=high, note=note)
