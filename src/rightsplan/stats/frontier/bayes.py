"""The frontier as a posterior: what the best have achieved with such resources, with an interval (extra `bayes`)."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpy.typing import ArrayLike
from numpyro.diagnostics import effective_sample_size, gelman_rubin
from numpyro.infer import NUTS

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.frontier.scores import NO_BENCHMARK, NO_VALUE, REASONS
from rightsplan.stats.frontier.shape import Shape, pinball, quantile, scale_of, shape_of
from rightsplan.stats.panel import Bools, Floats, Ints

Data = tuple[Floats, Floats, Ints, tuple[str, ...]]  # resources (n, R), values, country of the row, names
BEYOND = len(REASONS)
BAYES_REASONS = (*REASONS, "beyond the resources of the other countries")
CHAINS, WARMUP, DRAWS = 4, 600, 400
LEAST_COUNTRIES = 10
LEAST_DRAWS = 50.0  # a country is left out by weighting where that keeps so many effective draws, else by a new fit
TYPICAL, TYPICAL_SPREAD = -4.0, 2.5  # prior of a weight of the shape, before softplus
LEVEL_SPREAD = 0.2  # prior of the height at an average country, around the tau-quantile of all values
HEIGHTS = 9  # places along the frontier where convergence is looked at
PADDED = 256  # rows are filled up with weightless ones to a multiple of this, so that compiled samplers serve again


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """The frontier at n resources: posterior mean and interval, in the unit of the values, shape (n).

    `inside` is False where the resources lie outside those of the countries that set the frontier: no support there.
    """

    mean: Floats
    lower: Floats
    upper: Floats
    inside: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalScores:
    """Scores of n rows in per cent with their intervals; NaN where `reason` (position in `BAYES_REASONS`) says why."""

    score: Floats
    lower: Floats
    upper: Floats
    benchmark: Benchmark
    reason: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Posterior draws in the frontier's own unit: level (S) and weights of the shape (S, R * K)."""

    level: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """A fitted frontier. `countries` are sorted names; the rest is what its methods need.

    `r_hat` (largest) and `draws_worth` (smallest effective sample size) are of the height of the frontier at 9 places;
    `divergences` counts failed steps of the sampler. `leans_on` are the countries on which the frontier leans so much
    that leaving one of them out takes a fit of its own (seconds; it is remembered).
    """

    tau: float
    countries: tuple[str, ...]
    leans_on: tuple[str, ...]
    r_hat: float
    draws_worth: float
    divergences: int
    seed: int
    shape: Shape
    zero: float
    unit: float
    top: float
    draws: Draws
    posterior: "Posterior"
    country: Ints
    strength: Floats
    factors: Floats
    log_ratios: Floats
    least: Floats
    largest: Floats
    remembered: dict[str, Draws] = field(default_factory=dict)

    @property
    def is_converged(self) -> bool:
        """Return whether the chains agree: R-hat at most 1.05, at least 100 effective draws, few failed steps."""
        return self.r_hat <= 1.05 and self.draws_worth >= 100 and self.divergences <= 0.01 * len(self.draws.level)

    def heights(self, resources: Floats, draws: Draws) -> Floats:
        """Return the frontier in the values' unit, shape (draws, n)."""
        rise = draws.weights @ self.shape.features(resources).T
        return np.minimum(self.top, self.zero + self.unit * (draws.level[:, None] + rise))

    def weighed(self, without: str | None) -> tuple[Draws, Floats]:
        """Return the draws and their weights (sum 1) of the frontier without one country, or of all."""
        if without is None or without not in self.countries:
            return self.draws, np.full(len(self.draws.level), 1 / len(self.draws.level))
        number = self.countries.index(without)
        if without not in self.leans_on:
            return self.draws, normalised(self.log_ratios[number])
        if without not in self.remembered:
            others = np.where(self.country == number, 0.0, self.strength / self.factors[number])
            self.remembered[without] = self.posterior.sample(others, self.seed + 1 + number)[0]
        draws = self.remembered[without]
        return draws, np.full(len(draws.level), 1 / len(draws.level))

    def benchmark(
        self, resources: ArrayLike, *, without: str | Sequence[str] | None = None, level: float = 0.95
    ) -> Benchmark:
        """Return the frontier at n resources, set by all countries or without the one that is judged.

        `resources` has the shape (n) or (n, R), in the units of the fit. `without` is one country for all rows or one
        for each; a country that did not take part changes nothing. `level` is the probability within the interval. A
        country is left out by weighting the draws (Gelfand, 1996) or, where that is too rough, by a new fit; only the
        places of the knots and the change of the scatter along the curve still come from all. Raises Refused for shapes
        and for resources that are not finite.
        """
        x = rows("resources", resources, width=len(self.least[0]))
        names = self.judged(without, len(x))
        tail = (1 - checks.number("level", level, above=0, below=1)) / 2
        mean, lower, upper = np.empty(len(x)), np.empty(len(x)), np.empty(len(x))
        inside = np.empty(len(x), dtype=bool)
        for name in sorted(set(names)):
            mine = np.flatnonzero(np.array([other == name for other in names]))
            draws, weight = self.weighed(name)
            heights = self.heights(x[mine], draws)
            mean[mine] = weight @ heights
            lower[mine] = [quantile(h, weight, tail) for h in heights.T]
            upper[mine] = [quantile(h, weight, 1 - tail) for h in heights.T]
            others = np.array([country != name for country in self.countries])
            inside[mine] = (
                (x[mine] >= self.least[others].min(axis=0)) & (x[mine] <= self.largest[others].max(axis=0))
            ).all(axis=1)
        return Benchmark(mean=mean, lower=lower, upper=upper, inside=inside)

    def judged(self, without: str | Sequence[str] | None, length: int) -> list[str]:
        """Return the country left out for every row, empty for none."""
        if without is None:
            return [""] * length
        names = [without] * length if isinstance(without, str) else list(without)
        return [str(name) for name in checks.labels("without", names, length=length)]

    def score(
        self,
        values: ArrayLike,
        resources: ArrayLike,
        *,
        minimum: float = 0.0,
        without: str | Sequence[str] | None = None,
        level: float = 0.95,
    ) -> IntervalScores:
        """Score n values against the frontier: 100 (v - m) / (B - m), cut to 0..100, with its interval.

        The score is that against the mean benchmark, its ends those against the ends of the benchmark's interval (the
        score falls as the benchmark rises, so they hold the same probability). `minimum` m scores 0. Other arguments as
        in `benchmark`; a value may be NaN. "No benchmark" where the frontier is not above m or beyond the resources of
        the other countries. No penalty for riches is taken off, unlike in `scores.score`. The value's own error of
        measurement is not in the interval.
        """
        v = checks.numbers("values", values, missing=True)
        m = checks.number("minimum", minimum)
        found = self.benchmark(resources, without=without, level=level)
        checks.numbers("values", v, length=len(found.mean), missing=True)
        reason = np.select([np.isnan(v), ~found.inside, found.mean <= m], [NO_VALUE, BEYOND, NO_BENCHMARK], 0)

        def against(benchmark: Floats) -> Floats:
            room = np.where(benchmark > m, benchmark - m, np.nan)
            share = np.where(np.isnan(room) & (v > m), 1.0, (v - m) / room)
            return np.where(reason == 0, 100 * np.clip(np.where(np.isnan(share), 0.0, share), 0, 1), np.nan)

        return IntervalScores(
            score=against(found.mean),
            lower=against(found.upper),
            upper=against(found.lower),
            benchmark=found,
            reason=reason,
        )


def model(features: Any, values: Any, weight: Any, tau: Any, top: Any) -> None:
    """Declare the posterior: an asymmetric Laplace likelihood around a rising, concave curve that stays below `top`."""
    level = numpyro.sample("level", dist.Normal(0.0, LEVEL_SPREAD))
    free = dist.Normal(TYPICAL, TYPICAL_SPREAD).expand([features.shape[1]]).to_event(1)
    weights = jax.nn.softplus(numpyro.sample("free", free))
    gap = values - jnp.minimum(top, level + features @ weights)
    numpyro.factor("likelihood", -jnp.sum(weight * jnp.where(gap >= 0, tau * gap, (tau - 1) * gap)))


@functools.partial(jax.jit, static_argnames="draws")
def sampled(keys: Any, data: tuple[Any, ...], *, draws: int) -> tuple[Any, Any]:
    """Return draws of level and free weights, and which steps failed, for every chain; compiles once for each shape.

    NumPyro's own loop over chains would compile for every call.
    """

    def chain(key: Any) -> tuple[Any, Any]:
        kernel = NUTS(model, target_accept_prob=0.85, max_tree_depth=8, dense_mass=True)
        start = kernel.init(key, WARMUP, None, data, {})
        warm = jax.lax.fori_loop(0, WARMUP, lambda _, state: kernel.sample(state, data, {}), start)

        def step(state: Any, _: Any) -> tuple[Any, Any]:
            following = kernel.sample(state, data, {})
            return following, (following.z, following.diverging)

        found: tuple[Any, Any] = jax.lax.scan(step, warm, None, length=draws)[1]
        return found

    return jax.vmap(chain)(keys)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posterior:
    """What the posterior is of: features (n, R * K) and values (n) in the frontier's own unit."""

    features: Floats
    values: Floats
    tau: float
    top: float
    draws: int

    def sample(self, strength: Floats, seed: int) -> tuple[Draws, int]:
        """Return draws under these strengths of the rows (0 leaves a row out), and the number of failed steps."""
        more = -len(self.values) % PADDED
        features = np.pad(self.features, ((0, more), (0, 0)))
        data = (features, np.pad(self.values, (0, more)), np.pad(strength, (0, more)), self.tau, self.top)
        keys = jax.random.split(jax.random.PRNGKey(seed), CHAINS)
        found, failed = sampled(keys, tuple(jnp.asarray(part, jnp.float32) for part in data), draws=self.draws)
        free = np.asarray(found["free"], float).reshape(-1, features.shape[1])
        draws = Draws(level=np.asarray(found["level"], float).ravel(), weights=np.logaddexp(0.0, free))
        return draws, int(np.sum(failed))


def rows(name: str, resources: ArrayLike, *, width: int | None = None) -> Floats:
    """Return resources as an (n, R) array of finite numbers of at least 0. Raises Refused."""
    array = checks.as_floats(name, resources)
    shaped = array[:, None] if array.ndim == 1 else array
    return checks.matrix(name, shaped, shape=(None, width), least=0)


def log_ratios(likelihood: Floats, factors: Floats) -> Floats:
    """Return by how much each draw (C, S) is likelier, on the logarithm, where one country takes no part.

    `likelihood` (C, S) is that of each country; without it the scale is larger by its factor (C).
    """
    total = likelihood.sum(axis=0)
    return np.asarray((total - likelihood) / factors[:, None] - total)


def normalised(ratios: Floats) -> Floats:
    """Return weights of the draws with sum 1 from logarithms of their ratios."""
    raw = np.exp(ratios - ratios.max())
    return np.asarray(raw / raw.sum())


def fit_frontier(
    resources: ArrayLike,
    values: ArrayLike,
    countries: Sequence[str],
    *,
    tau: float = 0.9,
    seed: int = 0,
    top: float = 100.0,
    draws: int = DRAWS,
) -> Frontier:
    """Fit what the best achieve with such resources: a rising, concave curve with posterior intervals.

    The tau-quantile of the values given the resources is level + sum of weights times x / (x + t), weights of at least
    0, cut at `top`: monotone and concave in every resource, additive over resources. Likelihood: asymmetric Laplace
    (Yu and Moyeed, 2001), every country counting once however many years it has, its scale set so that the posterior is
    as wide as the sampling error of the fit (`shape.scale_of`). Priors: level Normal(0, 0.2) and weights softplus of
    Normal(-4, 2.5), in units of the range of the values. Sampled by NUTS (Hoffman and Gelman, 2014), 4 chains.

    `resources` (n) or (n, R), above or equal 0, any units; `values` (n), higher is better, at most `top`; `countries`
    (n) names. `tau` 0.5 to 0.99: 0.9 is what one in ten surpasses. `draws` per chain. A Frontier of the same numbers
    and seed is the same on the same machine. Raises Refused for fewer than 10 countries, a constant resource, values
    without scatter, and what `checks` refuses. Limits: a working likelihood, not a model of how values arise; no trend
    over time; correlated measurement errors between countries are not seen; intervals that mean
    95 % held the truth in 85 to 98 % of made-up worlds (docs/simulations/frontier.md); near the richest and the poorest
    they rest on few countries.
    """
    data = checked(resources, values, countries, top)
    t = checks.number("tau", tau, least=0.5, most=0.99)
    number = int(checks.counts("draws", [draws], least=100)[0])
    return fitted(data, t, int(checks.counts("seed", [seed])[0]), top=float(top), draws=number)


def fitted(data: Data, tau: float, seed: int, *, top: float, draws: int) -> Frontier:
    """Return the frontier of checked data: of all countries, and how well it can do without each."""
    x, y, country, names = data
    weight = 1 / np.bincount(country)[country]
    shape = shape_of(x, weight)
    features = shape.features(x)
    zero, unit = quantile(y, weight, tau), float(np.ptp(y))
    own_y = (y - zero) / unit
    scale, factors = scale_of(features, own_y, country, tau)
    strength = weight / scale
    posterior = Posterior(features=features, values=own_y, tau=tau, top=(top - zero) / unit, draws=draws)
    found, divergences = posterior.sample(strength, seed)
    gap = own_y - np.minimum(posterior.top, found.level[:, None] + found.weights @ features.T)
    loss = strength * pinball(gap, tau)
    ratios = log_ratios(-np.array([loss[:, country == c].sum(axis=1) for c in range(len(names))]), factors)
    worth_without = [1 / np.sum(normalised(row) ** 2) for row in ratios]
    r_hat, worth = diagnostics(found, features)
    return Frontier(
        tau=tau,
        countries=names,
        leans_on=tuple(name for name, number in zip(names, worth_without, strict=True) if number < LEAST_DRAWS),
        r_hat=r_hat,
        draws_worth=worth,
        divergences=divergences,
        seed=seed,
        shape=shape,
        zero=zero,
        unit=unit,
        top=top,
        draws=found,
        posterior=posterior,
        country=country,
        strength=strength,
        factors=factors,
        log_ratios=ratios,
        least=np.array([x[country == c].min(axis=0) for c in range(len(names))]),
        largest=np.array([x[country == c].max(axis=0) for c in range(len(names))]),
    )


def checked(resources: ArrayLike, values: ArrayLike, countries: Sequence[str], top: float) -> Data:
    """Return resources (n, R), values, the country of every row as a number, and the countries' sorted names."""
    x = rows("resources", resources)
    limit = checks.number("top", top)
    y = checks.numbers("values", values, length=len(x), most=limit)
    names, country = np.unique(checks.labels("countries", countries, length=len(x)), return_inverse=True)
    if len(names) < LEAST_COUNTRIES:
        raise Refused(f"There are {len(names)} countries.", f"Give at least {LEAST_COUNTRIES}.")
    if np.ptp(y) == 0:
        raise Refused("values holds one value only.", "Give values that differ.")
    return x, y, country.astype(np.int64), tuple(str(name) for name in names)


def diagnostics(draws: Draws, features: Floats) -> tuple[float, float]:
    """Return the largest R-hat and the smallest effective sample size of the frontier at places from low to high."""
    order = np.argsort(features.sum(axis=1))
    at = order[np.linspace(0, len(order) - 1, HEIGHTS).astype(int)]
    heights = draws.level[:, None] + draws.weights @ features[at].T
    by_chain = heights.reshape(CHAINS, -1, HEIGHTS)
    return float(np.max(gelman_rubin(by_chain))), float(np.min(effective_sample_size(by_chain)))
