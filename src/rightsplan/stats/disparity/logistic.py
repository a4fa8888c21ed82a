"""A small logistic regression: the case mix of decisions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats

ROUNDS = 60
CLOSE = 1e-9
SEPARATED = "The covariates tell some decisions apart completely."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted logistic regression: `coefficients` (p), their `covariance` (p x p), `fitted` probabilities (n)."""

    coefficients: Floats
    covariance: Floats
    fitted: Floats


def fit_logistic(
    design: ArrayLike, favourable: ArrayLike, *, cases: ArrayLike | None = None, ridge: ArrayLike | None = None
) -> Fit:
    """Fit P(favourable) = 1 / (1 + exp(-design @ coefficients)) by maximum likelihood (Newton-Raphson).

    `design` is n x p and has its own column of ones; `favourable` is 0 or 1 (n); `cases` says how many cases each row
    stands for; `ridge` (p) takes half of ridge times coefficient squared off the log-likelihood, which is a normal
    prior of that precision. Method: McCullagh and Nelder (1989, section 4.4). Raises Refused for columns that depend
    on each other, decisions that are all alike, and covariates that separate them (no finite estimate). Does not
    choose covariates and does not test the fit.
    """
    x, y, w = checked(design, favourable, cases, name="design")
    penalty = np.zeros(x.shape[1]) if ridge is None else checks.numbers("ridge", ridge, length=x.shape[1], least=0)
    return newton(x, y.astype(float), w, penalty)


def checked(
    design: ArrayLike, favourable: ArrayLike, cases: ArrayLike | None, *, name: str = "covariates"
) -> tuple[Floats, Bools, Floats]:
    """Return design, decisions and cases, all of one length. Raises Refused."""
    y = checks.flags("favourable", favourable)
    if not len(y):
        raise Refused("favourable has no values.", "Give at least one case.")
    x = checks.matrix(name, design, shape=(len(y), None))
    w = np.ones(len(y)) if cases is None else checks.counts("cases", cases, length=len(y)).astype(float)
    if not (w[y].sum() and w[~y].sum()):
        raise Refused("All decisions are alike: favourable never changes.", "Give cases with both decisions.")
    return x, y, w


def newton(x: Floats, y: Floats, w: Floats, penalty: Floats) -> Fit:
    """Return the maximum of the (penalised) likelihood. Raises Refused where there is none."""
    if (penalty == 0).any():
        free = x[w > 0][:, penalty == 0]
        if np.linalg.matrix_rank(free) < free.shape[1]:
            raise Refused("The covariates depend on each other.", "Leave out constant or repeated columns.")
    beta = np.zeros(x.shape[1])
    best = likelihood(x @ beta, y, w) - (penalty * beta**2).sum() / 2
    for _ in range(ROUNDS):
        p = expit(x @ beta)
        gradient = x.T @ (w * (y - p)) - penalty * beta
        step = cho_solve(factor(hessian(x, w * p * (1 - p), penalty)), gradient)
        beta, best = climb(x, y, w, penalty, (beta, step, best))
        if np.max(np.abs(step)) < CLOSE * (1 + np.max(np.abs(beta))):
            p = expit(x @ beta)
            covariance = cho_solve(factor(hessian(x, w * p * (1 - p), penalty)), np.eye(len(beta)))
            return Fit(coefficients=beta, covariance=covariance, fitted=p)
    raise Refused(SEPARATED, "Leave out the covariate or join its rare values.")


def climb(x: Floats, y: Floats, w: Floats, penalty: Floats, move: tuple[Floats, Floats, float]) -> tuple[Floats, float]:
    """Return the coefficients after a step, halved until the likelihood does not fall, and the likelihood there."""
    beta, step, best = move
    for half in range(ROUNDS):
        new = beta + step / 2**half
        found = likelihood(x @ new, y, w) - float((penalty * new**2).sum()) / 2
        if found >= best - 1e-10 * abs(best):
            break
    return new, found


def likelihood(eta: Floats, y: Floats, w: Floats) -> float:
    """Return the log-likelihood."""
    return float((w * (y * eta - np.logaddexp(0.0, eta))).sum())


def hessian(x: Floats, weight: Floats, penalty: Floats) -> Floats:
    """Return minus the second derivative of the penalised likelihood."""
    found: Floats = (x * weight[:, None]).T @ x + np.diag(penalty)
    return found


def factor(matrix: Floats) -> tuple[Floats, bool]:
    """Return the Cholesky factor. Raises Refused where the likelihood is flat."""
    scale = np.sqrt(np.diag(matrix))
    if not (scale > 1e-7).all():
        raise Refused(SEPARATED, "Leave out the covariate or join its rare values.")
    try:
        found: tuple[Floats, bool] = cho_factor(matrix)
    except np.linalg.LinAlgError:
        raise Refused(SEPARATED, "Leave out the covariate or join its rare values.") from None
    return found
