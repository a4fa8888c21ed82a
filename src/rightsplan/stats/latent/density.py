"""The density of the latent model in NumPyro, without a single gather: everything is a matrix unit x period.

Needs the extra `bayes`. The walk is a cumulative sum of standard steps (non-centred), and the ordinal likelihood needs
one logarithm of the logistic function for each cutpoint: log(F(b) - F(a)) = log F(b) + log F(-a) + log(1 - e^(a-b)),
whose last term does not depend on the unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.nn import logsumexp

from rightsplan.stats.latent.priors import Priors
from rightsplan.stats.latent.ratings import Ratings

Data = dict[str, Any]
Place = tuple[Any, Any, Any, Any]
SHIFT_SD, SLOPE_SD, GROUP_SD = 1.0, 0.5, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """All that shapes the model besides the data; hashable, so that a compiled sampler can be found again.

    `categories` (J) the categories of each source; `moving` the sources whose cutpoints walk; `shifts` the pairs
    (source, group) whose standard may differ; `groups` how many there are, 0 being the reference.
    """

    priors: Priors
    categories: tuple[int, ...]
    moving: tuple[int, ...] = ()
    shifts: tuple[tuple[int, int], ...] = ()
    slopes: bool = False
    groups: int = 1

    @property
    def still(self) -> tuple[int, ...]:
        """Return the sources whose cutpoints stand still."""
        return tuple(j for j in range(len(self.categories)) if j not in self.moving)


def data_of(ratings: Ratings, order: Sequence[int] | None = None) -> Data:
    """Return the arrays of the model: counts about each cutpoint (J x K-1 x R x T) and the roots of the steps.

    `order` lists the groups with the reference first; without it all units are one group.
    """
    counts = np.moveaxis(ratings.counts, (2, 3), (0, 1))
    runs = len(ratings.group)
    members = np.ones((runs, 1)) if order is None else np.eye(len(order))[np.argsort(order)[ratings.group]]
    below, above = counts[:, :-1].copy(), counts[:, 1:]
    middle = np.moveaxis(counts[:, 1:-1].sum(2), 2, 1)
    for j, size in enumerate(ratings.categories):
        below[j, size - 1 :] = 0.0  # the best category has no upper cutpoint
        middle[j, :, size - 2 :] = 0.0
    return {
        "both": jnp.asarray(below + above),
        "above": jnp.asarray(above),
        "middle": jnp.asarray(middle),
        "root": jnp.asarray(np.sqrt(ratings.step)),
        "weight": jnp.asarray(counts.sum((0, 1)) / max(counts.sum(), 1.0)),
        "membership": jnp.asarray(members),
        "time": jnp.asarray(np.sqrt(np.diff(ratings.periods))),
    }


@jax.custom_vjp
def likelihood(place: Place, both: Any, above: Any) -> Any:
    """Return sum(both log F(u) - above u), u = cut + shift - slope theta, with a gradient of its own making.

    `place` is theta (R x T), cuts (J x T or 1 x K-1), shift and slope (both J x R). The gradient reuses the
    exponentials and is summed by products of matrices: the compiler's own takes more than twice as long.
    """
    return likelihood_and_slopes(place, both, above)[0]


def likelihood_and_slopes(place: Place, both: Any, above: Any) -> tuple[Any, Place]:
    """Return the value and its gradient in all parts of `place`."""
    theta, cuts, shift, slope = place
    u = jnp.moveaxis(cuts, 1, 2)[:, :, None, :] + shift[:, None, :, None] - slope[:, None, :, None] * theta
    small = jnp.exp(-jnp.abs(u))
    value = (both * (jnp.minimum(u, 0.0) - jnp.log1p(small)) - above * u).sum()
    pull = both * jnp.where(u > 0, small, 1.0) / (1.0 + small) - above
    sources, size, _, periods = pull.shape
    by_source = sum(pull[:, k] for k in range(size))
    by_theta = -sum(slope[j][:, None] * by_source[j] for j in range(sources))
    along = jnp.ones(periods, dtype=pull.dtype)
    by_cut = pull.sum(2) if cuts.shape[1] > 1 else pull.reshape(sources, size, 1, -1).sum(-1)
    return value, (by_theta, jnp.moveaxis(by_cut, 2, 1), by_source @ along, -(by_source * theta) @ along)


def backward(slopes: Place, up: Any) -> tuple[Place, None, None]:
    """Return the gradient in the place alone: the counts are data."""
    return tuple(up * x for x in slopes), None, None


likelihood.defvjp(likelihood_and_slopes, backward)


def model(spec: Spec, data: Data) -> None:
    """Describe the model to NumPyro; see `latent.fit` for what it says."""
    size = len(spec.categories)
    beta = numpyro.sample("beta", dist.Gamma(*spec.priors.discrimination).expand([size]).to_event(1))
    theta = walk(spec, data)
    # Units and cutpoints may move together at little cost: sampled apart, they would be a long narrow valley.
    cuts = cutpoints(spec, data, beta * (data["weight"] * theta).sum())
    shift, slope = differences(spec)
    members = data["membership"].T
    discrimination = beta[:, None] * jnp.exp(slope @ members)
    numpyro.factor("ratings", likelihood((theta, cuts, shift @ members, discrimination), data["both"], data["above"]))
    gap = jnp.maximum(jnp.diff(cuts, axis=2), 1e-6)  # a distance that single precision rounds to zero is no NaN
    numpyro.factor("middle", (data["middle"] * jnp.log(-jnp.expm1(-gap))).sum())


def walk(spec: Spec, data: Data) -> Any:
    """Return theta (R x T): a first value of N(group mean, 1) and steps of the walk."""
    runs, periods = data["root"].shape
    first = numpyro.sample("first", dist.Normal(0.0, 1.0).expand([runs]).to_event(1))
    if spec.groups > 1:
        means = numpyro.sample("group", dist.Normal(0.0, GROUP_SD).expand([spec.groups - 1]).to_event(1))
        first = first + data["membership"] @ jnp.concatenate([jnp.zeros(1), means])
    theta = first[:, None]
    if periods > 1:
        one = numpyro.sample("sigma", dist.Uniform(0.0, 1.0))
        sd = jnp.sqrt(one) if spec.priors.walk == "variance" else one
        freedom = spec.priors.freedom
        shape = dist.Normal(0.0, 1.0) if freedom is None else dist.StudentT(freedom, 0.0, 1.0)
        steps = numpyro.sample("steps", shape.expand([runs, periods - 1]).to_event(2))
        moves = (sd * data["root"][:, 1:] * steps) @ np.tri(periods - 1, dtype=steps.dtype).T  # their running sums
        theta = theta + jnp.concatenate([jnp.zeros((runs, 1)), moves], axis=1)
    return numpyro.deterministic("theta", theta)


def cutpoints(spec: Spec, data: Data, start: Any) -> Any:
    """Return the cutpoints (J x T or 1 x K-1), ascending, sampled relative to `start` (J).

    Those that a source does not use are mere padding.
    """
    used = np.array(spec.categories)[:, None] - 1 > np.arange(max(spec.categories) - 1)
    still, moving = list(spec.still), list(spec.moving)
    parts = []
    if still:
        parts.append(start[np.array(still), None, None] + ascending("cut", (len(still), 1), used[still]))
        values = jnp.where(used[still][:, None], parts[-1], 0.0)
        numpyro.factor("cut prior", (used[still][:, None] * normal(values, 0.0, spec.priors.cut_sd)).sum())
    if moving:
        periods = data["root"].shape[1]
        raised = ascending("moving cut", (len(moving), periods), used[moving])
        parts.append(start[np.array(moving), None, None] + raised)
        for row, j in enumerate(moving):
            size = spec.categories[j] - 1
            numpyro.factor(f"moving cut prior {j}", sorted_walk(parts[-1][row, :, :size], data["time"], spec.priors))
        parts[0] = jnp.broadcast_to(parts[0], (len(still), periods, parts[0].shape[2])) if still else parts[0]
    cuts = jnp.concatenate(parts) if len(parts) > 1 else parts[0]
    return numpyro.deterministic("cuts", cuts[np.argsort(still + moving)])


def ascending(name: str, shape: tuple[int, int], used: Any) -> Any:
    """Return flat ascending numbers: the first, and the logarithms of the distances; padding has its own prior."""
    full = (*shape, used.shape[1])
    raw = numpyro.sample(name, dist.ImproperUniform(dist.constraints.real, (), full))
    mask = np.broadcast_to(used[:, None], full)
    numpyro.factor(f"{name} padding", (~mask * normal(raw, 0.0, 1.0)).sum())
    numpyro.factor(f"{name} jacobian", jnp.where(mask[..., 1:], raw[..., 1:], 0.0).sum())
    return raw[..., :1] + jnp.cumsum(jnp.concatenate([jnp.zeros((*shape, 1)), jnp.exp(raw[..., 1:])], axis=-1), axis=-1)


def sorted_walk(cuts: Any, roots: Any, priors: Priors) -> Any:
    """Return the log density of cutpoints (T x C) that walk and are sorted anew in every period.

    The sorted vector of normals with different means has a sum over the orders they may have come from.
    """
    first = normal(cuts[0], 0.0, priors.cut_sd).sum()
    orders = np.array(list(permutations(range(cuts.shape[1]))))
    sd = (priors.standard_step * roots)[:, None, None]
    paths = normal(cuts[1:, None, :], cuts[:-1][:, orders], sd).sum(-1)
    return first + logsumexp(paths, axis=1).sum()


def differences(spec: Spec) -> tuple[Any, Any]:
    """Return the shift and the log ratio of slopes (both J x G), zero for anchors and for the reference group."""
    none = jnp.zeros((len(spec.categories), spec.groups))
    if not spec.shifts:
        return none, none
    at = tuple(np.array(spec.shifts).T)
    size = len(spec.shifts)
    shift = numpyro.sample("shift", dist.Normal(0.0, SHIFT_SD).expand([size]).to_event(1))
    if not spec.slopes:
        return none.at[at].set(shift), none
    slope = numpyro.sample("slope", dist.Normal(0.0, SLOPE_SD).expand([size]).to_event(1))
    return none.at[at].set(shift), none.at[at].set(slope)


def normal(x: Any, mean: Any, sd: Any) -> Any:
    """Return the log density of the normal distribution."""
    return dist.Normal(mean, sd).log_prob(x)
