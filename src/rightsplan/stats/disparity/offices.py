"""What if every office treated everyone alike: the counterfactual of one standard for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtri

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disparity.logistic import Fit, checked, newton
from rightsplan.stats.panel import Bools, Floats, Ints

ROUNDS = 200
GAPS = ("gap", "gap_expected", "gap_low", "gap_high")
LEAST = 1e-6  # of the variance between offices: as good as none
Standard = Literal["average", "best"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneStandard:
    """Offices against one standard; arrays of one entry per office, in alphabetical order.

    `effect` is the office's log-odds of a favourable decision beside the average of these offices for like cases,
    shrunk towards zero, with `effect_error`. `favourable` are its favourable decisions, `expected` those it would have
    made for its own cases by the standard. `favourable_all` and `expected_all` sum them, with the interval of the
    latter; `spread` is the standard deviation of true office effects. `standard` names the office followed, or
    "average".
    `gap` is the difference between the groups' rates as decided, `gap_expected` the one left by the standard (from the
    mix of cases alone), with its interval; None without groups.
    """

    offices: tuple[str, ...]
    cases: Ints
    favourable: Ints
    effect: Floats
    effect_error: Floats
    expected: Floats
    standard: str
    spread: float
    favourable_all: int
    expected_all: float
    expected_low: float
    expected_high: float
    gap: float | None
    gap_expected: float | None
    gap_low: float | None
    gap_high: float | None


def one_standard(
    offices: Sequence[str],
    favourable: ArrayLike,
    covariates: ArrayLike,
    *,
    is_a: ArrayLike | None = None,
    cases: ArrayLike | None = None,
    standard: Standard = "average",
    level: float = 0.95,
) -> OneStandard:
    """Return what would have been decided if every office had treated all as the average or the best office does.

    A logistic regression on the covariates (n x p, may have no columns) with normal office effects, whose variance is
    estimated by penalised quasi-likelihood (Breslow and Clayton 1993); the effects are shrunk, so that an office is not
    "best" for having three lucky cases. Every case is then decided by the standard. Intervals are normal (delta
    method) and hold the uncertainty of the model, with the best office as named. `is_a`, if given, marks one of two
    groups. Raises Refused as `fit_logistic`, and for fewer than two offices. With a handful of cases per office the
    variance is underestimated somewhat. The best office is the one with the most favourable treatment of like cases;
    whether its decisions were right is another question.
    """
    x, flags, w = checked(covariates, favourable, cases)
    names, index = np.unique(checks.labels("offices", offices, length=len(flags)), return_inverse=True)
    checks.one_of("standard", standard, ("average", "best"))
    reach = float(ndtri((1 + checks.number("level", level, above=0, below=1)) / 2))
    y = flags.astype(float)
    if len(names) < 2:
        raise Refused("There is one office only.", "Give cases of at least two.")
    groups = None if is_a is None else checks.flags("is_a", is_a, length=len(y))
    return judged(([str(name) for name in names], index), (x, y, w), groups, standard, reach)


def judged(
    office: tuple[list[str], Ints],
    data: tuple[Floats, Floats, Floats],
    groups: Bools | None,
    standard: Standard,
    reach: float,
) -> OneStandard:
    """Return the counterfactual of checked cases; intervals reach so many standard errors."""
    (names, index), (x, y, w) = office, data
    m, p = len(names), x.shape[1] + 1
    own = np.hstack([np.ones((len(y), 1)), x, np.eye(m)[index]])
    fit, spread = with_spread(own, y, w, p)
    apart = np.eye(m) - 1 / m  # from the average of these offices
    effect = apart @ fit.coefficients[p:]
    best = int(np.argmax(effect))
    own[:, p:] = np.eye(m)[best] if standard == "best" else 1 / m
    chance = expit(own @ fit.coefficients)
    total, error = weighted(own, chance, w, fit)
    gap = (None,) * 4 if groups is None else gap_of(groups, y, w, (own, fit, reach))
    return OneStandard(
        **dict(zip(GAPS, gap, strict=True)),
        offices=tuple(names),
        cases=np.bincount(index, w, m).astype(np.int64),
        favourable=np.bincount(index, w * y, m).astype(np.int64),
        effect=effect,
        effect_error=np.sqrt(np.diag(apart @ fit.covariance[p:, p:] @ apart)),
        expected=np.bincount(index, w * chance, m).astype(np.float64),
        standard=names[best] if standard == "best" else "average",
        spread=spread,
        favourable_all=int((w * y).sum()),
        expected_all=total,
        expected_low=max(0.0, total - reach * error),
        expected_high=min(float(w.sum()), total + reach * error),
    )


def with_spread(design: Floats, y: Floats, w: Floats, fixed: int) -> tuple[Fit, float]:
    """Return the fit with office effects and the standard deviation of the true ones.

    Columns from `fixed` on are offices. The variance is the sum of squared effects over how many of them the data
    determine (Harville 1977), over and over until it stays; where it vanishes the offices are alike.
    """
    free = design[w > 0][:, :fixed]
    if np.linalg.matrix_rank(free) < fixed:
        raise Refused("The covariates depend on each other.", "Leave out constant or repeated columns.")
    variance = 1.0
    for _ in range(ROUNDS):
        penalty = np.concatenate([np.zeros(fixed), np.full(design.shape[1] - fixed, 1 / variance)])
        fit = newton(design, y, w, penalty)
        known = (1 - np.diag(fit.covariance)[fixed:] / variance).sum()  # of the offices' effects, by their own cases
        found = float((fit.coefficients[fixed:] ** 2).sum() / max(known, LEAST))
        if abs(found - variance) < 1e-5 * variance or found < LEAST:
            break
        variance = found
    return fit, float(np.sqrt(variance))


def weighted(design: Floats, chance: Floats, weight: Floats, fit: Fit) -> tuple[float, float]:
    """Return the weighted sum of the chances and its standard error."""
    slope = (weight * chance * (1 - chance)) @ design
    return float(weight @ chance), float(np.sqrt(slope @ fit.covariance @ slope))


def gap_of(
    a: Bools, y: Floats, w: Floats, model: tuple[Floats, Fit, float]
) -> tuple[float | None, float | None, float | None, float | None]:
    """Return the groups' gap as decided and by the standard, with its interval. Raises Refused."""
    if not (w[a].sum() and w[~a].sum()):
        raise Refused("One group has no cases.", "Give cases of both groups.")
    design, fit, reach = model
    share = w * a / w[a].sum() - w * ~a / w[~a].sum()
    gap, error = weighted(design, expit(design @ fit.coefficients), share, fit)
    return float(share @ y), gap, gap - reach * error, gap + reach * error
