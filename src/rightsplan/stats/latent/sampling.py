"""Runs the latent model: the No-U-Turn sampler of NumPyro, with diagnostics of every parameter. Extra `bayes`."""

from collections.abc import Collection
from functools import lru_cache, partial
from typing import Any

import jax
import numpy as np
import polars as pl
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.latent.density import Data, Spec, data_of, model
from rightsplan.stats.latent.priors import DOIRT_2014, Priors
from rightsplan.stats.latent.ratings import Ratings
from rightsplan.stats.latent.result import Diagnostics, Posterior
from rightsplan.stats.panel import Floats

Draws = dict[str, Floats]
LOW, HIGH, ONE_SIDED = 0.025, 0.975, 0.05
MOST_MOVING = 6


def fit(
    ratings: Ratings,
    *,
    priors: Priors = DOIRT_2014,
    moving: Collection[str] = (),
    chains: int = 2,
    warmup: int = 500,
    draws: int = 500,
    seed: int = 0,
) -> Posterior:
    """Estimate the dynamic ordinal item-response model (Schnakenberg & Fariss 2014; moving standards: Fariss 2014).

    Model, on the logit scale, for unit i, period t, source j, categories from 0 (worst):

        P(rating <= k) = F(cut_jkt - beta_j theta_it),  theta_i1 ~ N(0, 1),  theta_it ~ N(theta_i,t-1, v)

    `moving` names the sources whose cutpoints may change over time; at least one source must stand still, for else a
    moving standard and a moving world cannot be told apart. Sampled by NUTS in `chains` chains of `warmup` + `draws`
    steps, in parallel where JAX has as many devices (`numpyro.set_host_device_count` before the first use of JAX), in
    turn otherwise. Single precision: the same seed mostly gives the same numbers, which is not promised. JAX keeps
    what it compiles: after some fifty fits in one process call `jax.clear_caches()`.

    Returns the posterior; look at `diagnostics.converged` before using it. Scores are relative: they have no unit and
    no zero of their own, and say nothing about why sources differ. Ratings are taken as independent given theta, so
    sources that copy from each other make the intervals too narrow. Raises Refused for what cannot be modelled.
    """
    spec = Spec(
        priors=priors, categories=tuple(map(int, ratings.categories)), moving=moving_of(ratings, frozenset(moving))
    )
    found = sample(spec, data_of(ratings), runs=(chains, warmup, draws), seed=seed)
    return posterior(ratings, spec, found)


def moving_of(ratings: Ratings, moving: frozenset[str]) -> tuple[int, ...]:
    """Return the indices of the sources with a moving standard. Raises Refused where that is not identified."""
    strangers = sorted(moving - set(ratings.sources))
    if strangers:
        raise Refused(f"moving names {', '.join(strangers)}.", "Name sources that have ratings.")
    if moving and moving == set(ratings.sources):
        raise Refused("All sources have a moving standard.", "Let at least one stand still: else the scale floats.")
    if moving and len(ratings.periods) < 2:
        raise Refused("There is one period, so no standard can move.", "Leave moving empty.")
    found = tuple(j for j, name in enumerate(ratings.sources) if name in moving)
    for j in found:
        if ratings.categories[j] > MOST_MOVING:
            raise Refused(f"{ratings.sources[j]} has too many categories to move.", f"Use at most {MOST_MOVING}.")
    return found


def sample(spec: Spec, data: Data, *, runs: tuple[int, int, int], seed: int) -> tuple[Draws, int]:
    """Return the draws by name, each with the shape (chains, draws, ...), and how many draws diverged.

    `runs` are chains, warm-up and draws. Raises Refused for fewer than one, or fewer than 4 draws.
    """
    for name, number in zip(("chains", "warmup", "draws"), runs, strict=True):
        checks.counts(name, [number], least=1)
    checks.counts("seed", [seed])
    if runs[2] < 4:
        raise Refused("There are fewer than 4 draws.", "Give at least 4, better 500.")
    method = "parallel" if jax.local_device_count() >= runs[0] else "sequential"
    mcmc = sampler(spec, runs, method, walks=data["root"].shape[1] > 1)
    mcmc.run(jax.random.PRNGKey(seed), data, extra_fields=("diverging",))
    found = {name: np.asarray(x, dtype=np.float64) for name, x in mcmc.get_samples(group_by_chain=True).items()}
    return found, int(np.asarray(mcmc.get_extra_fields()["diverging"]).sum())


@lru_cache(maxsize=4)
def sampler(spec: Spec, runs: tuple[int, int, int], method: str, *, walks: bool = True) -> Any:
    """Return a sampler; kept, so that data of the same shape need no second compilation."""
    chains, warmup, draws = runs
    return MCMC(
        NUTS(partial(model, spec), dense_mass=[("beta", "sigma")] if walks else False, max_tree_depth=(8, 10)),
        num_warmup=warmup,
        num_samples=draws,
        num_chains=chains,
        chain_method=method,
        progress_bar=False,
        jit_model_args=True,
    )


def posterior(ratings: Ratings, spec: Spec, found: tuple[Draws, int]) -> Posterior:
    """Return the frames of the posterior from the draws."""
    draws, divergences = found
    theta = draws["theta"][:, :, ratings.row, ratings.column]
    cuts, names, standards = standards_of(ratings, spec, draws)
    scores = [f"theta {u} {t:.10g}" for u, t in zip(ratings.unit, ratings.period, strict=True)]
    labels = [*scores, *(f"discrimination {s}" for s in ratings.sources), *names]
    values = [theta, draws["beta"], cuts]
    walk = pl.DataFrame()
    if "sigma" in draws:
        variance = (draws["sigma"] if spec.priors.walk == "variance" else draws["sigma"] ** 2)[..., None]
        walk = pl.DataFrame(summary(variance))
        values.append(variance)
        labels.append("variance of a step")
    return Posterior(
        units=units_of(ratings, theta),
        sources=pl.DataFrame({"source": ratings.sources, **summary(draws["beta"])}),
        standards=standards,
        walk=walk,
        diagnostics=diagnose(np.concatenate(values, axis=2), labels, divergences),
    )


def summary(draws: Floats) -> dict[str, Floats]:
    """Return mean, sd and 95 % interval of draws (chains x draws x n)."""
    flat = draws.reshape(-1, draws.shape[2])
    low, high = np.quantile(flat, (LOW, HIGH), axis=0)
    return {"mean": flat.mean(0), "sd": flat.std(0, ddof=1), "low": low, "high": high}


def units_of(ratings: Ratings, theta: Floats) -> pl.DataFrame:
    """Return the scores of all unit-periods; a unit at the end of every scale has a one-sided interval."""
    end = ratings.end
    found = summary(theta)
    low, high = np.quantile(theta.reshape(-1, theta.shape[2]), (ONE_SIDED, 1 - ONE_SIDED), axis=0)
    notes = {1: "all ratings are the best: no upper bound", -1: "all ratings are the worst: no lower bound", 0: ""}
    frame = pl.DataFrame({"unit": ratings.unit, "period": ratings.period, **found, "ratings": ratings.number})
    return frame.with_columns(
        pl.Series("low", [None if e < 0 else b if e else a for e, a, b in zip(end, found["low"], low, strict=True)]),
        pl.Series("high", [None if e > 0 else b if e else a for e, a, b in zip(end, found["high"], high, strict=True)]),
        pl.Series("note", [notes[int(e)] for e in end]),
    )


def standards_of(ratings: Ratings, spec: Spec, draws: Draws) -> tuple[Floats, list[str], pl.DataFrame]:
    """Return the draws of all cutpoints in use (chains x draws x n), their names, and their frame."""
    cuts, rows, index = draws["cuts"], [], []
    for j, source in enumerate(ratings.sources):
        when = list(enumerate(ratings.periods.tolist())) if j in spec.moving else [(0, None)]
        for t, period in when:
            for k in range(spec.categories[j] - 1):
                rows.append((source, period, k + 1))
                index.append((j, t, k))
    picked = cuts[(slice(None), slice(None), *np.array(index).T)]
    schema = {"source": pl.String, "period": pl.Float64, "cut": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.DataFrame(summary(picked)))
    return picked, [f"cutpoint {s} {k}" + ("" if t is None else f" {t:.10g}") for s, t, k in rows], frame


def diagnose(draws: Floats, labels: list[str], divergences: int) -> Diagnostics:
    """Return the worst R-hat and effective sample size of draws (chains x draws x n)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rhat = np.asarray(split_gelman_rubin(draws))
        ess = np.asarray(effective_sample_size(draws))
    rhat = np.where(np.isfinite(rhat), rhat, np.inf)  # a parameter that never moved has no R-hat: it did not converge
    worst = int(np.argmax(rhat))
    return Diagnostics(
        rhat=float(rhat[worst]),
        ess=float(np.where(np.isfinite(ess), ess, 0.0).min()),
        worst=labels[worst],
        divergences=divergences,
        draws=draws.shape[0] * draws.shape[1],
    )
