"""The likelihood of the Fay-Herriot model as a function of its one unknown variance."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from rightsplan.stats.panel import Floats

GRID = 240  # points on which the maximum is looked for, so that a second hill of the likelihood is not missed
WIDEST = 1e3  # the largest variance looked at, in units of the largest variance in the data
SMALLEST = 1e-9
REML, ML, ADJUSTED = "reml", "ml", "adjusted"
METHODS = (REML, ML, ADJUSTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Direct estimates y (m,), their known variances (m,) and a design matrix (m, p) whose first column is 1."""

    y: Floats
    variance: Floats
    design: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Return the number of areas and of coefficients."""
        rows, columns = self.design.shape
        return rows, columns


def fit_at(model: Model, between: float) -> tuple[Floats, Floats, Floats]:
    """Return the generalised least squares coefficients (p,), their covariance (p, p) and the residuals (m,)."""
    weight = 1 / (between + model.variance)
    inverse = np.linalg.inv(model.design.T @ (weight[:, None] * model.design))
    covariance: Floats = np.asarray(inverse, dtype=np.float64)
    beta: Floats = covariance @ (model.design.T @ (weight * model.y))
    return beta, covariance, model.y - model.design @ beta


def log_likelihood(model: Model, between: Floats, method: str) -> Floats:
    """Return the profile log-likelihood at each of several variances (k,).

    ML: -1/2 [sum log V + sum r^2/V + m log 2 pi]. REML: minus 1/2 log |X'V^-1 X| more, and m - p in place of m. The
    adjusted one is REML plus log(arctan(sum A/(A + psi)))/m (Yoshimori and Lahiri 2014), which is -inf at A = 0.
    """
    rows, columns = model.size
    total = between[:, None] + model.variance
    information = np.einsum("km,mp,mq->kpq", 1 / total, model.design, model.design)
    moment = np.einsum("km,mp,m->kp", 1 / total, model.design, model.y)
    beta = np.linalg.solve(information, moment[..., None])[..., 0]
    misfit = ((model.y - beta @ model.design.T) ** 2 / total).sum(axis=1)
    found: Floats = -0.5 * (np.log(total).sum(axis=1) + misfit)
    if method == ML:
        found -= 0.5 * rows * np.log(2 * np.pi)
        return found
    found -= 0.5 * (np.linalg.slogdet(information)[1] + (rows - columns) * np.log(2 * np.pi))
    if method == ADJUSTED:
        share = (between[:, None] / total).sum(axis=1)
        with np.errstate(divide="ignore"):
            found += np.log(np.arctan(share)) / rows
    return found


def score(model: Model, between: float, method: str) -> float:
    """Return the derivative of the log-likelihood by the variance; for the adjusted one above zero only."""
    weight = 1 / (between + model.variance)
    _, covariance, residual = fit_at(model, between)
    trace = weight.sum()
    if method != ML:
        inner = model.design.T @ (weight[:, None] ** 2 * model.design)
        trace -= np.trace(covariance @ inner)
    found = -0.5 * (trace - ((weight * residual) ** 2).sum())
    if method == ADJUSTED:
        share = (between * weight).sum()
        slope = (model.variance * weight**2).sum()
        found += slope / (len(weight) * np.arctan(share) * (1 + share**2))
    return float(found)


def best_variance(model: Model, method: str) -> float:
    """Return the variance between areas that maximises the likelihood; 0 where REML or ML have their maximum there."""
    spread = float(np.var(model.y))
    top = max(spread, float(model.variance.max()))
    grid = np.concatenate([[0.0], np.geomspace(SMALLEST * model.variance.min(), WIDEST * top, GRID)])
    best = int(np.argmax(log_likelihood(model, grid, method)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, GRID)]
    if low == 0.0 and method == ADJUSTED:
        low = grid[1] * SMALLEST
    if score(model, low, method) <= 0:
        return 0.0 if low == 0.0 else float(low)
    return float(brentq(lambda a: score(model, a, method), low, high, xtol=1e-14 * top, rtol=1e-12))
