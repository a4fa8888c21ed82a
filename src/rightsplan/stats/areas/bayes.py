"""Rates of areas smoothed along the map: neighbours tell something about each other (extra `bayes`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpy.typing import ArrayLike
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.areas.fay_herriot import centre_of, columns_of
from rightsplan.stats.areas.neighbours import adjacency, components, scaled_root
from rightsplan.stats.panel import Floats

TAIL = 4.605170185988092  # -log(0.01): the prior of sigma gives 1 % to sigma > 1
MOST_SAMPLES = 100_000
RHAT, LEAST_SAMPLES, CHAINS = 1.01, 400.0, 4
Draws = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmoothedMap:
    """Posterior of m areas: rate per unit of exposure (or the mean, for a survey) with interval.

    `coefficients` (with lower and upper) begin with the intercept, on the log scale for counts, in the units of the
    covariates. `sigma` is the standard deviation of the areas' effects on that scale, `rho` the share of their variance
    that follows the map: posterior means. `parts` counts pieces of the map that do not touch. `converged` says that
    every split R-hat is at most 1.01, every effective sample size at least 400 and no transition diverged; otherwise
    `warnings` has the reasons and the figures must not be published.
    """

    estimate: Floats
    error: Floats
    lower: Floats
    upper: Floats
    coefficients: Floats
    coefficients_lower: Floats
    coefficients_upper: Floats
    sigma: float
    rho: float
    parts: int
    worst_rhat: float
    least_samples: float
    divergences: int
    converged: bool
    warnings: tuple[str, ...]
    confidence: float


def smooth_counts(
    events: ArrayLike,
    exposure: ArrayLike,
    neighbours: Sequence[tuple[int, int]],
    covariates: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    samples: int = 1000,
    seed: int = 0,
) -> SmoothedMap:
    """Return rates from a Poisson model with BYM2 effects (Riebler, Sorbye, Simpson and Rue 2016).

    events_i ~ Poisson(exposure_i exp(x_i'b + sigma (sqrt(1 - rho) v_i + sqrt(rho) u_i))), v independent standard
    normal, u the intrinsic autoregression along `neighbours` scaled to variance 1 in every connected part; an area
    without neighbours has an independent u (Freni-Sterrantino et al. 2018). Priors: intercept flat in effect (normal
    with standard deviation 5 around the log of the overall rate), coefficients normal(0, 2.5) per standard deviation,
    sigma exponential with P(sigma > 1) = 0.01 (Simpson et al. 2017), rho beta(1/2, 1/2) (Morris et al. 2019).

    `events` (m,) are counts, `exposure` (m,) above zero, `neighbours` pairs of area numbers from 0, `covariates` (m, q)
    or (m,). Four chains of NUTS with `samples` draws each after as many of warm-up. Raises Refused for bad input and
    for no events at all. Does not model time, nor areas that touch more or less. Takes about 10 s for 50 areas.
    """
    count = checks.counts("events", events).astype(np.float64)
    size = checks.numbers("exposure", exposure, length=len(count), above=0.0)
    if not count.any():
        raise Refused("events is zero in every area.", "Join years or areas until there are some.")
    middle = float(np.log(count.sum() / size.sum()))

    def observe(effect: Any) -> None:
        numpyro.sample("events", dist.Poisson(jnp.exp(jnp.log(size) + middle + effect)), obs=count)

    return smoothed(
        observe, neighbours, covariates, number=len(count), middle=middle, unit=1.0, is_log=True,
        confidence=confidence, samples=samples, seed=seed,
    )  # fmt: skip


def smooth_survey(
    direct: ArrayLike,
    errors: ArrayLike,
    neighbours: Sequence[tuple[int, int]],
    covariates: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    samples: int = 1000,
    seed: int = 0,
) -> SmoothedMap:
    """Return the Fay-Herriot model with BYM2 effects: survey figures with known standard errors, smoothed on the map.

    direct_i ~ normal(theta_i, errors_i), theta as the logarithm of the rate in `smooth_counts`. NaN in both marks an
    area without a sample, which then leans on its neighbours too. Priors are in units of the standard deviation of the
    direct figures. Shapes, neighbours and sampling as in `smooth_counts`. Raises Refused for bad input, fewer than
    three areas with a sample, and figures that are all the same.
    """
    y = checks.numbers("direct", direct, missing=True, at_least=1)
    error = checks.numbers("errors", errors, length=len(y), missing=True, above=0.0)
    known = ~np.isnan(y)
    if (known != ~np.isnan(error)).any():
        raise Refused("direct and errors are not both given everywhere.", "Give both or neither for an area.")
    if known.sum() < 3 or np.ptp(y[known]) == 0:
        raise Refused("direct has too little to smooth.", "Give at least three areas that differ.")
    middle, unit = float(y[known].mean()), float(y[known].std())
    place = np.flatnonzero(known)

    def observe(effect: Any) -> None:
        numpyro.sample("direct", dist.Normal(effect[place], error[place] / unit), obs=(y[place] - middle) / unit)

    return smoothed(
        observe, neighbours, covariates, number=len(y), middle=middle, unit=unit, is_log=False,
        confidence=confidence, samples=samples, seed=seed,
    )  # fmt: skip


def smoothed(
    observe: Any,
    neighbours: Sequence[tuple[int, int]],
    covariates: ArrayLike | None,
    *,
    number: int,
    middle: float,
    unit: float,
    is_log: bool,
    confidence: float,
    samples: int,
    seed: int,
) -> SmoothedMap:
    """Sample the model with the given observations and sum it up."""
    confidence = checks.number("confidence", confidence, above=0.0, below=1.0)
    samples = int(checks.number("samples", samples, least=100, most=MOST_SAMPLES))
    start = int(checks.counts("seed", [seed])[0])
    matrix = adjacency(number, neighbours)
    raw = columns_of(covariates, number)
    centre, scale = centre_of(raw, np.ones(number, dtype=bool))
    root, design = jnp.asarray(scaled_root(matrix)), jnp.asarray((raw - centre) / scale)
    kernel = NUTS(lambda: model(root, design, observe), target_accept_prob=0.95)
    mcmc = MCMC(kernel, num_warmup=samples, num_samples=samples, num_chains=CHAINS, chain_method="vectorized",
                progress_bar=False)  # fmt: skip
    mcmc.run(jax.random.PRNGKey(start), extra_fields=("diverging",))
    draws = {name: np.asarray(x, dtype=np.float64) for name, x in mcmc.get_samples(group_by_chain=True).items()}
    diverging = int(np.asarray(mcmc.get_extra_fields()["diverging"]).sum())
    theta = middle + unit * draws["effect"]
    theta = np.exp(theta) if is_log else theta
    slopes = unit * draws["slopes"] / scale
    intercept = middle + unit * draws["intercept"] - slopes @ centre
    return summary(
        theta, np.concatenate([intercept[..., None], slopes], axis=-1), draws, diverging=diverging,
        unit=unit, parts=components(matrix)[0], confidence=confidence,
    )  # fmt: skip


def model(root: Any, design: Any, observe: Any) -> None:
    """The BYM2 effects, in units of the observation's scale, from independent standard normals."""
    intercept = numpyro.sample("intercept", dist.Normal(0.0, 5.0))
    slopes = numpyro.sample("slopes", dist.Normal(0.0, 2.5).expand([design.shape[1]]).to_event(1))
    sigma = numpyro.sample("sigma", dist.Exponential(TAIL))
    rho = numpyro.sample("rho", dist.Beta(0.5, 0.5))
    own = numpyro.sample("own", dist.Normal(0.0, 1.0).expand([root.shape[0]]).to_event(1))
    shared = numpyro.sample("shared", dist.Normal(0.0, 1.0).expand([root.shape[1]]).to_event(1))
    spatial = sigma * (jnp.sqrt(1 - rho) * own + jnp.sqrt(rho) * (root @ shared))
    observe(numpyro.deterministic("effect", intercept + design @ slopes + spatial))


def summary(
    theta: Floats, beta: Floats, draws: Draws, *, diverging: int, unit: float, parts: int, confidence: float
) -> SmoothedMap:
    """Sum up the draws (chain, draw, ...) with their diagnostics."""
    watched = [theta, beta, draws["sigma"], draws["rho"]]
    rhat = max(float(np.max(split_gelman_rubin(x))) for x in watched)
    ess = min(float(np.min(effective_sample_size(x))) for x in watched)
    warnings = [
        *([f"The chains disagree (R-hat {rhat:.3f})."] if not rhat <= RHAT else []),
        *([f"Too few independent draws ({ess:.0f})."] if not ess >= LEAST_SAMPLES else []),
        *([f"{diverging} transitions diverged."] if diverging else []),
    ]
    ends = (1 - confidence) / 2, (1 + confidence) / 2
    (lower, upper), (low, high) = (np.quantile(x, ends, axis=(0, 1)) for x in (theta, beta))
    return SmoothedMap(
        estimate=theta.mean(axis=(0, 1)),
        error=theta.std(axis=(0, 1)),
        lower=lower,
        upper=upper,
        coefficients=beta.mean(axis=(0, 1)),
        coefficients_lower=low,
        coefficients_upper=high,
        sigma=float(unit * draws["sigma"].mean()),
        rho=float(draws["rho"].mean()),
        parts=parts,
        worst_rhat=rhat,
        least_samples=ess,
        divergences=diverging,
        converged=not warnings,
        warnings=tuple(warnings),
        confidence=confidence,
    )
