"""The density of the latent model against one written rating by rating in NumPy, and its gradient by differences."""

from itertools import pairwise, permutations
from typing import Any

import jax
import numpy as np
import pytest
from numpyro.infer.util import log_density
from scipy.stats import gamma, norm, t

from rightsplan.stats.latent import Priors, Ratings, arrange
from rightsplan.stats.latent.density import Spec, data_of, model

ROWS: list[tuple[str, float, str, float]] = []
_rng = np.random.default_rng(12)
for _unit in range(6):
    for _year in (2000, 2001, 2004, 2005):
        for _source, _size in (("a", 2), ("b", 3), ("c", 4)):
            if _rng.random() > 0.25:
                ROWS.append((f"u{_unit}", _year, _source, float(_rng.integers(_size))))
ROWS += [("u0", 2000.0, "a", 1.0), ("u1", 2004.0, "b", np.nan), ("u2", 2000.0, "c", 0.0), ("u2", 2000.0, "c", 3.0)]
GROUP = {f"u{i}": "xyx"[i % 3] for i in range(6)}

SPECS = {
    "2014": Spec(priors=Priors(), categories=(2, 3, 4)),
    "version 3": Spec(priors=Priors(walk="sd", cut_sd=4.0, freedom=4.0), categories=(2, 3, 4)),
    "moving standards": Spec(priors=Priors(standard_step=0.7), categories=(2, 3, 4), moving=(1, 2)),
    "moving only first": Spec(priors=Priors(), categories=(2, 3, 4), moving=(0,)),
    "double standards": Spec(priors=Priors(), categories=(2, 3, 4), shifts=((1, 1), (2, 1)), slopes=True, groups=2),
}


def ratings(gaps: Any = "calendar") -> Ratings:
    unit, period, source, rating = zip(*ROWS, strict=True)
    group = [GROUP[u] for u in unit]
    return arrange(unit=unit, period=period, source=source, rating=rating, group=group, gaps=gaps)


def parameters(spec: Spec, arranged: Ratings, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    runs, periods = arranged.step.shape
    found = {
        "first": rng.normal(size=runs),
        "steps": rng.normal(size=(runs, periods - 1)),
        "sigma": np.array(rng.uniform(0.1, 0.9)),
        "beta": rng.gamma(4, 1 / 3, 3),
    }
    if spec.still:
        found["cut"] = rng.normal(0, 0.7, (len(spec.still), 1, 3))
    if spec.moving:
        found["moving cut"] = rng.normal(0, 0.7, (len(spec.moving), periods, 3))
    if spec.shifts:
        found |= {"shift": rng.normal(size=2), "slope": rng.normal(0, 0.5, 2), "group": rng.normal(size=1)}
    return found


def cutpoints(spec: Spec, p: dict[str, np.ndarray], j: int, c: int) -> np.ndarray:
    name, row, when = ("moving cut", spec.moving.index(j), c) if j in spec.moving else ("cut", spec.still.index(j), 0)
    raw = p[name][row, when, : spec.categories[j] - 1]
    return np.cumsum([raw[0], *np.exp(raw[1:])])


def scores(spec: Spec, p: dict[str, np.ndarray], gap_steps: Any) -> dict[tuple[str, float], float]:
    """Each unit walks through the years it has rows in."""
    years, theta = [2000.0, 2001.0, 2004.0, 2005.0], {}
    sd = np.sqrt(p["sigma"]) if spec.priors.walk == "variance" else p["sigma"]
    for number, unit in enumerate(sorted(GROUP)):
        seen = sorted({r[1] for r in ROWS if r[0] == unit})
        second = spec.groups > 1 and GROUP[unit] == "y"
        theta[unit, seen[0]] = p["first"][number] + (p["group"][0] if second else 0.0)
        for before, after in pairwise(seen):
            z = p["steps"][number, years.index(after) - 1]
            theta[unit, after] = theta[unit, before] + sd * np.sqrt(gap_steps(after - before)) * z
    return theta


def naive(spec: Spec, p: dict[str, np.ndarray], *, gap_steps: Any) -> float:
    """The priors, the Jacobian of ascending cutpoints (padding is standard normal), and rating by rating.

    Cutpoints are sampled relative to beta times the mean score of what is rated.
    """
    pri, theta, years = spec.priors, scores(spec, p, gap_steps), [2000.0, 2001.0, 2004.0, 2005.0]
    rated = [r for r in ROWS if not np.isnan(r[3])]
    middle = np.mean([theta[r[0], r[1]] for r in rated])
    steps = norm.logpdf(p["steps"]) if pri.freedom is None else t.logpdf(p["steps"], pri.freedom)
    total = norm.logpdf(p["first"]).sum() + steps.sum() + gamma.logpdf(p["beta"], 4, scale=1 / 3).sum()

    def cut(j: int, year: int) -> np.ndarray:
        return cutpoints(spec, p, j, year) + p["beta"][j] * middle

    for name, sources in (("cut", spec.still), ("moving cut", spec.moving)):
        for row, j in enumerate(sources):
            size, raw = spec.categories[j] - 1, p[name][row]
            total += raw[:, 1:size].sum() + norm.logpdf(raw[:, size:]).sum()
            paths = [cut(j, c) for c in range(len(raw))]
            total += norm.logpdf(paths[0], 0, pri.cut_sd).sum()
            for before, after, gap in zip(paths, paths[1:], (1, 3, 1), strict=False):
                sd = pri.standard_step * np.sqrt(gap)
                total += np.log(sum(norm.pdf(after, list(o), sd).prod() for o in permutations(before)))
    if spec.shifts:
        total += norm.logpdf(p["shift"]).sum() + norm.logpdf(p["slope"], 0, 0.5).sum() + norm.logpdf(p["group"]).sum()
    for unit, year, source, rating in rated:
        j = "abc".index(source)
        at, beta = cut(j, years.index(year)), p["beta"][j]
        if spec.shifts and GROUP[unit] == "y" and source != "a":
            at, beta = at + p["shift"][j - 1], beta * np.exp(p["slope"][j - 1])
        below = np.array([0, *(1 / (1 + np.exp(-(at - beta * theta[unit, year])))), 1])
        total += np.log(np.diff(below)[int(rating)])
    return float(total)


def ours(spec: Spec, arranged: Ratings) -> Any:
    data = data_of(arranged, [0, 1] if spec.groups > 1 else None)
    return jax.jit(jax.value_and_grad(lambda p: log_density(model, (spec, data), {}, p)[0]))


@pytest.mark.parametrize("name", SPECS)
def test_density_and_gradient(name: str) -> None:
    spec, arranged = SPECS[name], ratings()
    with jax.enable_x64(True):
        function = ours(spec, arranged)
        for seed in range(2):
            p = parameters(spec, arranged, seed)
            value, slopes = function(p)
            assert float(value) == pytest.approx(naive(spec, p, gap_steps=lambda gap: gap), abs=1e-8)
        slope = {k: np.asarray(v) for k, v in slopes.items()}
        for key, value in p.items():
            for place in list(np.ndindex(value.shape))[:4]:
                ends = []
                for small in (-1e-5, 1e-5):
                    moved = {k: v.copy() for k, v in p.items()}
                    moved[key][place] += small
                    ends.append(naive(spec, moved, gap_steps=lambda gap: gap))
                assert slope[key][place] == pytest.approx((ends[1] - ends[0]) / 2e-5, abs=1e-4), (key, place)


def test_adjacent_years_ignore_gaps() -> None:
    spec, arranged = SPECS["2014"], ratings("adjacent")
    p = parameters(spec, arranged, 3)
    with jax.enable_x64(True):
        assert float(ours(spec, arranged)(p)[0]) == pytest.approx(naive(spec, p, gap_steps=lambda gap: 1.0), abs=1e-8)


def test_single_precision_is_enough() -> None:
    spec, arranged = SPECS["moving standards"], ratings()
    p = parameters(spec, arranged, 4)
    assert float(ours(spec, arranged)(p)[0]) == pytest.approx(naive(spec, p, gap_steps=lambda gap: gap), rel=1e-4)
