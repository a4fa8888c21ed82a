"""The audit of double standards without sampling: equal conduct, equal rating, whoever is judged?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, norm

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disparity.strata import ETS_SCALE
from rightsplan.stats.panel import Bools, Floats, Ints
from rightsplan.stats.points import NORMAL_95
from rightsplan.stats.standards.proportional import proportional_odds
from rightsplan.stats.standards.tables import liu_agresti, mantel

ROPE = -1 / ETS_SCALE  # the difference that ETS calls negligible, in logits
MEASURES = (
    "shift", "error", "low", "high", "delta", "ets", "p", "p_holm", "regression", "p_uniform", "p_slope",
)  # fmt: skip
Finding = Literal["harsher", "softer", "same", "unclear", "not measurable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a source judges one group against the others (or the reference) at equal matching scores.

    `shift` is the log odds ratio of a lower rating, above 0 harsher, with `error` and 95 % interval `low`, `high`;
    `delta` is it on the scale of ETS (-2.35 shift) and `ets` its class A, B or C. `p` is Mantel's test, `p_holm` the
    same adjusted for all comparisons of the audit (Holm 1979). `regression` is the shift in a proportional-odds model
    with the matching score, `p_uniform` its likelihood-ratio test and `p_slope` that of a shift that changes with the
    score. `finding`: "harsher" or "softer" where p_holm < 0.05; "same" where the whole interval is within +-0.43
    (ETS negligible) and the shift is not significant; else "unclear", which is no acquittal. None is not measurable;
    `note` says why.
    """

    source: str
    group: str
    number: int
    others: int
    shift: float | None
    error: float | None
    low: float | None
    high: float | None
    delta: float | None
    ets: Literal["A", "B", "C"] | None
    p: float | None
    p_holm: float | None
    regression: float | None
    p_uniform: float | None
    p_slope: float | None
    finding: Finding
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The checked columns of an audit, one row per case (or per `count` of equal ones)."""

    source: NDArray[np.str_]
    group: NDArray[np.str_]
    rating: Floats
    matching: Floats
    count: Floats


def audit(
    *,
    source: Sequence[str],
    group: Sequence[str],
    rating: ArrayLike,
    matching: ArrayLike,
    count: ArrayLike | None = None,
    reference: str = "",
    strata: int = 10,
) -> tuple[Comparison, ...]:
    """Compare the standards of every source between groups (differential item functioning).

    Method: cases are matched on `matching`, a measure of conduct that is not the source's own. Mantel's test (1963)
    and the cumulative odds ratio of Liu and Agresti (1996) over strata, for two categories those of Mantel and
    Haenszel as used by Holland and Thayer (1988); classes of ETS (Zieky 1993); likelihood-ratio tests in the
    proportional-odds model as Zumbo (1999). Each group is compared with all the others, or with `reference` alone.
    Where `matching` has more than `strata` values it is cut at its quantiles for the tables; the regression uses it as
    it is, linearly. Ratings are ordered numbers, higher is better; `count` says how many equal cases a row stands for.

    Does not find why standards differ, and trusts the matching score: where it measures conduct with error and groups
    truly differ, groups that are worse look harshly judged (docs/simulations/standards.md); where it is itself biased
    against a group, that bias is invisible. Rows and names in any order give the same. Raises Refused for bad columns,
    fewer than two groups, an unknown reference; a comparison without overlap is "not measurable" with the reason.
    """
    names = checks.labels("source", source)
    cases = Cases(
        source=names,
        group=checks.labels("group", group, length=len(names)),
        rating=checks.numbers("rating", rating, length=len(names), at_least=2),
        matching=checks.numbers("matching", matching, length=len(names)),
        count=checks.counts("count", np.ones(len(names)) if count is None else count, length=len(names)).astype(float),
    )
    return audited(cases, reference, int(checks.counts("strata", [strata], least=2)[0]))


def audited(cases: Cases, reference: str, strata: int) -> tuple[Comparison, ...]:
    """Return every comparison of checked cases. Raises Refused for one group and an unknown reference."""
    groups = np.unique(cases.group).tolist()
    if len(groups) < 2:
        raise Refused("There is one group.", "Give at least two groups of the judged.")
    if reference and reference not in groups:
        raise Refused(f"reference is {reference!r}.", f"Give one of: {', '.join(groups)}.")
    found = [
        compare(cases, name, judged, reference, strata)
        for name in np.unique(cases.source).tolist()
        for judged in groups
        if judged != reference
    ]
    return concluded(found, each_twice=len(groups) == 2 and not reference)


def compare(cases: Cases, source: str, group: str, reference: str, strata: int) -> Comparison:
    """Return one comparison, its finding still open."""
    here = (cases.source == source) & (cases.count > 0)
    here &= (cases.group == group) | (cases.group == reference) if reference else True
    is_judged, count = cases.group[here] == group, cases.count[here]
    values, y = np.unique(cases.rating[here], return_inverse=True)
    number, others = int(count[is_judged].sum()), int(count[~is_judged].sum())
    blank = dict.fromkeys(MEASURES)
    facts = {"source": source, "group": group, "number": number, "others": others, "finding": "not measurable"}
    if not number or not others or len(values) < 2:
        why = "all ratings are equal" if number and others else "one side has no cases"
        return Comparison(**facts, **blank, note=why)  # type: ignore[arg-type]
    matching = cases.matching[here]
    tables = tabulate(stratum(matching, count, strata), is_judged, y, count)
    found, (_, p) = liu_agresti(tables), mantel(tables)
    shift, error = float(found.log_odds), float(found.error)
    if not all(isfinite(x) for x in (shift, error, float(p))):
        return Comparison(**facts, **blank, note="no stratum compares both sides both ways")  # type: ignore[arg-type]
    span = {"low": shift - NORMAL_95 * error, "high": shift + NORMAL_95 * error}
    tests, note = regression(y, is_judged, matching, count)
    measured = {"shift": shift, "error": error, "ets": ets_class(shift, error), "p": float(p)}
    span["delta"] = ETS_SCALE * shift
    return Comparison(**facts | blank | measured | span | tests, note=note)  # type: ignore[arg-type]


def stratum(matching: Floats, count: Floats, strata: int) -> Ints:
    """Return the stratum of every row: the value itself, or its part between quantiles where there are too many."""
    values, place = np.unique(matching, return_inverse=True)
    if len(values) <= strata:
        own: Ints = place.astype(np.int64)
        return own
    below = np.cumsum(np.bincount(place, weights=count)) - np.bincount(place, weights=count) / 2
    found: Ints = np.floor(below / count.sum() * strata).astype(np.int64)[place]
    return found


def tabulate(stratum: Ints, is_judged: Bools, y: NDArray[np.intp], count: Floats) -> Floats:
    """Return the table strata x 2 x categories, the group judged first."""
    tables = np.zeros((int(stratum.max()) + 1, 2, int(y.max()) + 1))
    np.add.at(tables, (stratum, np.where(is_judged, 0, 1), y), count)
    return tables


def regression(
    y: NDArray[np.intp], is_judged: Bools, matching: Floats, count: Floats
) -> tuple[dict[str, float | None], str]:
    """Return the shift in the proportional-odds model with its tests, and a note where it could not be fitted."""
    if matching.std() == 0:
        return {}, "the matching score is constant: no regression"
    score = (matching - matching.mean()) / matching.std()
    columns = np.column_stack([score, is_judged, score * is_judged])
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(score)), columns])) < 4:
        return {}, "too few matching scores: no regression"
    fits = [proportional_odds(y, columns[:, :p], weights=count) for p in (1, 2, 3)]
    if not all(fit.found for fit in fits):
        return {}, "the regression has no maximum"
    gains = [max(0.0, 2 * (b.log_likelihood - a.log_likelihood)) for a, b in pairwise(fits)]
    p_uniform, p_slope = (float(chi2.sf(gain, 1)) for gain in gains)
    return {"regression": float(fits[1].effects[1]), "p_uniform": p_uniform, "p_slope": p_slope}, ""


def ets_class(shift: float, error: float) -> Literal["A", "B", "C"]:
    """Return ETS's class (Zieky 1993): A below 1 or not significant, C at least 1.5 and significantly above 1."""
    size, spread = abs(ETS_SCALE * shift), -ETS_SCALE * error
    if size < 1 or size < NORMAL_95 * spread:
        return "A"
    return "C" if size >= 1.5 and (size - 1) / spread > float(norm.ppf(0.95)) else "B"


def concluded(found: Sequence[Comparison], *, each_twice: bool) -> tuple[Comparison, ...]:
    """Return the comparisons with adjusted p-values and findings; with two groups each is seen from both sides."""
    p = np.array([1.0 if c.p is None else c.p for c in found])
    measured = np.array([c.p is not None for c in found])
    number = int(measured.sum()) // (2 if each_twice else 1)
    order = np.argsort(np.where(measured, p, 2.0), kind="stable")
    rank = np.empty(len(p), dtype=np.int64)
    rank[order] = np.arange(len(p)) // (2 if each_twice else 1)
    steps = np.minimum(1.0, p * np.maximum(number - rank, 1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(steps[order])
    return tuple(closed(c, float(q)) for c, q in zip(found, adjusted, strict=True))


def closed(found: Comparison, p_holm: float) -> Comparison:
    """Return a comparison with its adjusted p-value and its finding."""
    if found.shift is None or found.low is None or found.high is None:
        return found
    finding: Finding = "unclear"
    if p_holm < 0.05:
        finding = "harsher" if found.shift > 0 else "softer"
    elif found.p is not None and found.p >= 0.05 and found.low > -ROPE and found.high < ROPE:
        finding = "same"
    return replace(found, p_holm=p_holm, finding=finding)


def matching_scores(*, unit: Sequence[str], source: Sequence[str], rating: ArrayLike, anchors: Sequence[str]) -> Floats:
    """Return for every row the mean rank of its unit among the anchors' ratings: a matching score from fair sources.

    Method: each anchor's ratings become mid-ranks from 0 to 1 (so that its scale does not matter), averaged per unit.
    A unit that not every anchor has rated has NaN: leave its rows out. A score of few anchors measures with error; see
    the limits of `audit`. Raises Refused for no or unknown anchors.
    """
    names = checks.labels("source", source)
    units = checks.labels("unit", unit, length=len(names))
    y = checks.numbers("rating", rating, length=len(names))
    strangers = sorted(set(checks.labels("anchors", anchors).tolist()) - set(names.tolist()))
    if strangers or not anchors:
        raise Refused(f"anchors is {', '.join(strangers) or 'empty'}.", "Name sources that are known to be fair.")
    unit_names, u = np.unique(units, return_inverse=True)
    means = []
    for anchor in sorted(set(anchors)):
        mine = names == anchor
        _, code, number = np.unique(y[mine], return_inverse=True, return_counts=True)
        ranks = (np.cumsum(number) - number / 2) / number.sum()
        total = np.bincount(u[mine], weights=ranks[code], minlength=len(unit_names))
        times = np.bincount(u[mine], minlength=len(unit_names))
        means.append(np.divide(total, times, out=np.full(len(unit_names), np.nan), where=times > 0))
    found: Floats = np.round(np.vstack(means).mean(0), 12)
    return found[u]
