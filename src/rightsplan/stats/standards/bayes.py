"""The audit of double standards with a latent scale: thresholds by source and group of the judged. Extra `bayes`."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.latent.density import Spec, data_of
from rightsplan.stats.latent.priors import DOIRT_2014, Priors
from rightsplan.stats.latent.ratings import Ratings
from rightsplan.stats.latent.result import Diagnostics
from rightsplan.stats.latent.sampling import Draws, diagnose, sample, summary
from rightsplan.stats.panel import Floats
from rightsplan.stats.standards.observed import ROPE

SURE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleStandards:
    """The posterior of each (source, group) against the reference.

    `shifts`: source, group, mean, sd, low, high (95 %; logits, above 0 harsher), harsher, same, softer (probabilities
    of lying above, within, below the region of practical equivalence), finding (one of them at 95 %, else "unclear").
    `slopes`: the same source and group with the log ratio of discriminations; empty where not asked for.
    """

    shifts: pl.DataFrame
    slopes: pl.DataFrame
    diagnostics: Diagnostics


def double_standards(
    ratings: Ratings,
    *,
    anchors: Collection[str],
    reference: str,
    slopes: bool = False,
    rope: float = ROPE,
    priors: Priors = DOIRT_2014,
    chains: int = 2,
    warmup: int = 500,
    draws: int = 500,
    seed: int = 0,
) -> DoubleStandards:
    """Estimate how much harsher each source judges each group than the reference, with anchors held to be fair.

    Model (uniform differential item functioning in the latent model of `latent.fit`), group g of unit i:

        P(rating <= k) = F(cut_jk + d_jg - beta_j e^(s_jg) theta_it),  first theta ~ N(m_g, 1)

    d = s = 0 for anchors and for the reference, m = 0 for the reference: groups may truly differ. d ~ N(0, 1),
    m ~ N(0, 1), s ~ N(0, 0.5) (0 unless `slopes`). `rope` in logits; 0.43 is what ETS calls negligible.
    Unlike the observed route it knows that ratings measure conduct with error. All rests on the anchors: a bias that
    they share is invisible. Raises Refused without anchors, with nothing but anchors, for an unknown reference.
    """
    rope = checks.number("rope", rope, least=0)
    order, pairs = arranged_pairs(ratings, anchors, reference)
    categories = tuple(map(int, ratings.categories))
    spec = Spec(priors=priors, categories=categories, shifts=pairs, slopes=slopes, groups=len(order))
    found, divergences = sample(spec, data_of(ratings, order), runs=(chains, warmup, draws), seed=seed)
    named = {"source": [ratings.sources[j] for j, _ in pairs], "group": [ratings.groups[order[g]] for _, g in pairs]}
    return DoubleStandards(
        shifts=pl.DataFrame({**named, **summary(found["shift"]), **decided(found["shift"], rope)}),
        slopes=pl.DataFrame({**named, **summary(found["slope"])}) if slopes else pl.DataFrame(),
        diagnostics=checked_chains(found, divergences),
    )


def arranged_pairs(
    ratings: Ratings, anchors: Collection[str], reference: str
) -> tuple[list[int], tuple[tuple[int, int], ...]]:
    """Return the groups with the reference first, and every (source, group) that is audited. Raises Refused."""
    if len(ratings.groups) < 2:
        raise Refused("The ratings have one group.", "Arrange them with at least two groups.")
    checks.one_of("reference", reference, ratings.groups)
    for anchor in anchors:
        checks.one_of("anchors", anchor, ratings.sources)
    if not 0 < len(set(anchors)) < len(ratings.sources):
        raise Refused("anchors names no source, or all.", "Name at least one that is fair, and leave one to audit.")
    first = ratings.groups.index(reference)
    order = [first, *(g for g in range(len(ratings.groups)) if g != first)]
    audited = [j for j, name in enumerate(ratings.sources) if name not in anchors]
    return order, tuple((j, g) for j in audited for g in range(1, len(order)))


def decided(shift: Floats, rope: float) -> dict[str, list[float] | list[str]]:
    """Return the three probabilities of every shift (chains x draws x n), and the finding."""
    flat = shift.reshape(-1, shift.shape[2])
    chances = {
        "harsher": (flat > rope).mean(0),
        "same": (np.abs(flat) <= rope).mean(0),
        "softer": (flat < -rope).mean(0),
    }
    sure = [[name for name, p in chances.items() if p[i] > SURE] for i in range(flat.shape[1])]
    found: dict[str, list[float] | list[str]] = {name: p.tolist() for name, p in chances.items()}
    return found | {"finding": [names[0] if names else "unclear" for names in sure]}


def checked_chains(found: Draws, divergences: int) -> Diagnostics:
    """Return the diagnostics of all parameters that bear on the shifts."""
    values, labels = [], []
    for name in ("shift", "slope", "beta", "group", "cut", "sigma"):
        if name in found:
            flat = found[name].reshape(*found[name].shape[:2], -1)
            values.append(flat)
            labels += [f"{name} {i + 1}" for i in range(flat.shape[2])]
    return diagnose(np.concatenate(values, axis=2), labels, divergences)
