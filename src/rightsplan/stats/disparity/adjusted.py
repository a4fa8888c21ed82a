"""What is left of a difference between two groups when both are given the same mix of cases."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtri

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.disparity.logistic import Fit, checked, newton
from rightsplan.stats.panel import Bools, Floats

REFERENCES = ("pooled", "all", "a", "b")
Reference = Literal["pooled", "all", "a", "b"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedDifference:
    """Group a minus group b, in shares of favourable decisions.

    `crude` is the plain difference of rates, `difference` the one with the same case mix, with its interval;
    `mix` is crude minus difference: what the mix of cases accounts for. `rate_a` and `rate_b` are the rates that all
    cases would have if each were treated as one of a and of b. `cases` counts them.
    """

    crude: float
    difference: float
    low: float
    high: float
    error: float
    mix: float
    rate_a: float
    rate_b: float
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """The gap of group a against group b in two parts that add up to it, with standard errors.

    `explained` is due to other cases, `unexplained` to other treatment of like cases; `by_covariate` is the explained
    part of every covariate, in their order.
    """

    gap: float
    explained: float
    explained_error: float
    unexplained: float
    unexplained_error: float
    by_covariate: tuple[float, ...]
    by_covariate_error: tuple[float, ...]


def standardised_difference(
    is_a: ArrayLike,
    favourable: ArrayLike,
    covariates: ArrayLike,
    *,
    cases: ArrayLike | None = None,
    by_group: bool = False,
    level: float = 0.95,
) -> AdjustedDifference:
    """Return the difference between two groups standardised to the case mix of all (g-computation).

    A logistic regression on group and covariates (n x p numbers; indicators for categories) predicts every case once
    as one of a and once as one of b; the two means are compared (Lane and Nelder 1982; Hernan and Robins 2020, chapter
    13). `by_group` fits each group apart, so that covariates may weigh differently. The interval is normal, from the
    influence of every case (sandwich), and counts the cases as a sample. `is_a` and `favourable` are 0 or 1 (n);
    `cases` says how many cases a row stands for. Raises Refused as `fit_logistic`, and where a group is missing.
    Adjusts for nothing that is not among the covariates; a covariate that is itself unfair (an earlier decision, say)
    hides unfairness.
    """
    a, y, x, w = groups_of(is_a, favourable, covariates, cases)
    level = checks.number("level", level, above=0, below=1)
    (rate_a, pull_a), (rate_b, pull_b) = (
        standardised_rate(*part, y=y, w=w) for part in models(a, y, x, w, by_group=by_group)
    )
    error = float(np.sqrt((w * (pull_a - pull_b) ** 2).sum()) / w.sum())
    crude = float((w * y)[a].sum() / w[a].sum() - (w * y)[~a].sum() / w[~a].sum())
    gap, reach = rate_a - rate_b, float(ndtri((1 + level) / 2)) * error
    return AdjustedDifference(
        crude=crude,
        difference=gap,
        low=max(-1.0, gap - reach),
        high=min(1.0, gap + reach),
        error=error,
        mix=crude - gap,
        rate_a=rate_a,
        rate_b=rate_b,
        cases=int(w.sum()),
    )


def models(a: Bools, y: Floats, x: Floats, w: Floats, *, by_group: bool) -> list[tuple[Floats, Fit, Floats, Bools]]:
    """Return for treatment as a and as b: its design, the model, the design it was fitted with, and on which rows."""
    plain = np.hstack([np.ones((len(y), 1)), x])
    if by_group:
        return [(plain, fit_within(plain, y, w, mask), plain, mask) for mask in (a, ~a)]
    own = np.column_stack([a, plain])
    fit = newton(own, y, w, np.zeros(own.shape[1]))
    everyone = np.ones(len(y), dtype=bool)
    return [(np.column_stack([np.full(len(y), flag), plain]), fit, own, everyone) for flag in (1.0, 0.0)]


def standardised_rate(
    design: Floats, fit: Fit, own: Floats, fitted_to: Bools, *, y: Floats, w: Floats
) -> tuple[float, Floats]:
    """Return the mean prediction for a design, and the influence of a case of every row on it, times all cases.

    `own` is the design that the model was fitted with, on the rows of `fitted_to`.
    """
    found = expit(design @ fit.coefficients)
    mean = float((w * found).sum() / w.sum())
    slope = (w * found * (1 - found)) @ design
    residual = np.where(fitted_to, y - expit(own @ fit.coefficients), 0.0)
    return mean, found - mean + residual * (own @ (fit.covariance @ slope))


def fit_within(design: Floats, y: Floats, w: Floats, mask: Bools) -> Fit:
    """Return the fit within one group. Raises Refused where its decisions are all alike."""
    found, kept, weight = checked(design[mask], y[mask], w[mask])
    return newton(found, kept.astype(float), weight, np.zeros(design.shape[1]))


def groups_of(
    is_a: ArrayLike, favourable: ArrayLike, covariates: ArrayLike, cases: ArrayLike | None
) -> tuple[Bools, Floats, Floats, Floats]:
    """Return group, decisions, covariates and cases, checked. Raises Refused where a group has no cases."""
    x, y, w = checked(covariates, favourable, cases)
    a = checks.flags("is_a", is_a, length=len(y))
    if not (w[a].sum() and w[~a].sum()):
        raise Refused("One group has no cases.", "Give cases of both groups.")
    return a, y.astype(float), x, w


def decompose(
    is_a: ArrayLike,
    favourable: ArrayLike,
    covariates: ArrayLike,
    *,
    cases: ArrayLike | None = None,
    reference: Reference = "pooled",
) -> Decomposition:
    """Split the difference of two groups' rates in two (Oaxaca 1973, Blinder 1973), by linear probability models.

    With means x of the covariates and coefficients of least squares within a, within b and of the reference:

        explained   = (x_a - x_b) . reference
        unexplained = x_a . (beta_a - reference) + x_b . (reference - beta_b)

    `reference` is the treatment held to be right: "pooled", all cases with an indicator of the group (Jann 2008);
    "all", all cases without it (Neumark 1988), which hides some of the unexplained part; "a" or "b", as that group is
    treated. Standard errors are of the sandwich kind and count the covariates as random too (Jann 2008). Input as for
    `standardised_difference`. Raises Refused as it does, and for covariates that are constant within a group. A linear
    model may predict beyond 0 and 1; "unexplained" is no proof of discrimination, nor "explained" of fairness.
    """
    a, y, x, w = groups_of(is_a, favourable, covariates, cases)
    checks.one_of("reference", reference, REFERENCES)
    if not x.shape[1]:
        raise Refused("covariates has no columns.", "Give at least one covariate.")
    return split(np.hstack([np.ones((len(y), 1)), x]), y, w, a, reference)


def split(z: Floats, y: Floats, w: Floats, a: Bools, reference: Reference) -> Decomposition:
    """Return the decomposition of checked cases; `z` are the covariates behind a column of ones."""
    beta, moved = reference_model(z, y, w, a, reference)
    weight = {side: np.where(mask, 1 / w[mask].sum(), 0.0) for side, mask in ((1, a), (-1, ~a))}
    mean = {side: (w * weight[side]) @ z for side in weight}
    share = {side: float((w * weight[side]) @ y) for side in weight}
    parts = (mean[1] - mean[-1]) * beta
    apart = sum(side * (z - mean[side]) * weight[side][:, None] for side in weight)
    influence = apart * beta + (mean[1] - mean[-1]) * moved
    rest = sum(side * (y - share[side]) * weight[side] for side in weight) - influence.sum(axis=1)
    gap, explained = share[1] - share[-1], float(parts.sum())
    errors = np.sqrt(w @ influence**2)
    return Decomposition(
        gap=gap,
        explained=explained,
        explained_error=float(np.sqrt(w @ influence.sum(axis=1) ** 2)),
        unexplained=gap - explained,
        unexplained_error=float(np.sqrt(w @ rest**2)),
        by_covariate=tuple(float(v) for v in parts[1:]),
        by_covariate_error=tuple(float(v) for v in errors[1:]),
    )


def reference_model(z: Floats, y: Floats, w: Floats, a: Bools, reference: Reference) -> tuple[Floats, Floats]:
    """Return the coefficients of the treatment held to be right, and the influence of cases on them.

    Each group must have a regression of its own, or else nothing can be split. Raises Refused.
    """
    own = {side: least_squares(z, y, w * mask) for side, mask in (("a", a), ("b", ~a))}
    if reference in own:
        return own[reference]
    columns = np.column_stack([z, a]) if reference == "pooled" else z
    beta, moved = least_squares(columns, y, w)
    return beta[: z.shape[1]], moved[:, : z.shape[1]]


def least_squares(z: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Return the coefficients and the influence (n x p) of one case of every row on them. Raises Refused."""
    used = w > 0
    if np.linalg.matrix_rank(z[used]) < z.shape[1]:
        remedy = "Leave out columns that are constant or repeated, also within a group."
        raise Refused("The covariates depend on each other.", remedy)
    inverse = np.linalg.inv((z * w[:, None]).T @ z)
    beta = inverse @ (z.T @ (w * y))
    return beta, np.where(used, y - z @ beta, 0.0)[:, None] * (z @ inverse)
