"""Poverty in many things at once (Alkire and Foster): who is poor, how deeply, and in what."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.index.ratios import Design, Share, design_of, share
from rightsplan.stats.panel import Bools, Floats, Ints

Part = int | float | str | Fraction
MOST_PARTS = 2**40  # scores are counted in whole parts of one; that many still fit
FINEST = 10_000  # the largest denominator in which a decimal number is read as a simple fraction
CLOSE = 1e-9  # of the number
NO_ONE = "nobody is poor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprivation:
    """One indicator: its weight, the share of people deprived in it, the share poor and deprived, its part of M0."""

    name: str
    weight: Fraction
    uncensored: Share
    censored: Share
    contribution: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Poverty:
    """Headcount H, intensity A, adjusted headcount M0 = H x A, each indicator; every row's score and whether poor.

    Where nobody is poor, the intensity is 0 by convention and no indicator has a contribution.
    """

    headcount: Share
    intensity: Share
    adjusted: Share
    indicators: tuple[Deprivation, ...]
    score: Floats
    poor: Bools
    rows: int


def alkire_foster(
    deprived: ArrayLike,
    *,
    names: Sequence[str],
    weights: Sequence[Part],
    cutoff: Part,
    sampling: Sequence[float] | Floats | None = None,
    strata: Sequence[str] | None = None,
    clusters: Sequence[str] | None = None,
    within: ArrayLike | None = None,
) -> Poverty:
    """Measure multidimensional poverty by counting deprivations.

    Alkire and Foster (2011), Journal of Public Economics 95, 476-487: a row is poor where the weighted share of its
    deprivations reaches the cutoff; H is the share of the poor, A their mean share of deprivations, M0 = H x A.
    Standard errors by linearization (Alkire et al. 2015, Multidimensional Poverty Measurement and Analysis, ch. 8).
    `deprived` is rows x indicators of 0 and 1; `weights` of the indicators and `cutoff` (above 0, at most 1) may be
    written as fractions ("1/18"): scores are counted in whole parts, so that a tie at the cutoff is a tie. Weights are
    divided by their sum. `sampling` is how many people a row stands for, `strata` and `clusters` how rows were drawn,
    `within` marks the rows of a group that is looked at (the others still tell about the design). Raises Refused for
    lengths that differ, a cell that is neither 0 nor 1, negative or zero weights, a lonely cluster. Rows with gaps must
    be filled or left out before; does not say which deprivations matter, nor see who suffers within a household.
    """
    kept = checks.labels("names", names)
    table = zeros_and_ones(deprived, columns=len(kept))
    parts, line = whole_parts(weights, cutoff, number=len(names))
    design = design_of(len(table), weights=sampling, strata=strata, clusters=clusters)
    inside = inside_of(within, design)
    score = table.astype(np.int64) @ parts
    poor, share_of = score >= line, score / float(parts.sum())
    here = inside.astype(np.float64)
    return Poverty(
        headcount=share(here * poor, here, design),
        intensity=intensity_of(inside & poor, share_of, design),
        adjusted=share(here * poor * share_of, here, design),
        indicators=indicators_of(kept.tolist(), parts, table=table, poor=poor, inside=inside, design=design),
        score=share_of,
        poor=poor,
        rows=int(inside.sum()),
    )


def zeros_and_ones(deprived: ArrayLike, *, columns: int) -> Floats:
    """Return the deprivations as a matrix. Raises Refused where it is empty or a cell is neither 0 nor 1."""
    table = checks.matrix("deprived", deprived, shape=(None, columns))
    if not table.size:
        raise Refused("deprived is empty.", "Give at least one row and one indicator.")
    if (off := ~np.isin(table, (0.0, 1.0))).any():
        raise Refused(f"deprived is neither 0 nor 1 in row {np.flatnonzero(off.any(axis=1))[0] + 1}.", "Give 0 or 1.")
    return table


def inside_of(within: ArrayLike | None, design: Design) -> Bools:
    """Return which rows are looked at. Raises Refused where they have no weight together."""
    rows = len(design.weights)
    inside = np.ones(rows, dtype=bool) if within is None else checks.flags("within", within, length=rows)
    if not design.weights[inside].sum() > 0:
        raise Refused("No row of the group that is looked at has a weight.", "Choose a group with rows.")
    return inside


def intensity_of(poor: Bools, score: Floats, design: Design) -> Share:
    """Return the mean score of the poor; 0 by convention where there are none."""
    found = share(poor * score, poor.astype(np.float64), design, empty=NO_ONE)
    return Share(value=0.0, note=NO_ONE) if found.value is None else found


def indicators_of(
    names: Sequence[str], parts: Ints, *, table: Floats, poor: Bools, inside: Bools, design: Design
) -> tuple[Deprivation, ...]:
    """Return every indicator with its headcounts and its contribution to the adjusted headcount."""
    whole = int(parts.sum())
    censored = table * (inside & poor)[:, None]
    score = censored @ (parts / whole)
    here: Floats = inside.astype(np.float64)
    return tuple(
        Deprivation(
            name=name,
            weight=Fraction(int(parts[j]), whole),
            uncensored=share(here * table[:, j], here, design),
            censored=share(censored[:, j], here, design),
            contribution=share(parts[j] / whole * censored[:, j], score, design, empty=NO_ONE),
        )
        for j, name in enumerate(names)
    )


def whole_parts(weights: Sequence[Part], cutoff: Part, *, number: int) -> tuple[Ints, int]:
    """Return the weights as whole numbers and the least sum of them that makes a row poor.

    A number within a billionth of a fraction with a denominator up to 10,000 is read as that fraction. Raises Refused
    for a weight that is not above 0, a cutoff not above 0 or above 1, and weights too fine to count.
    """
    if not hasattr(weights, "__len__"):
        raise Refused(f"weights is {weights!r}.", f"Give {number} values.")
    exact = [fraction("weights", weight) for weight in weights]
    line = fraction("cutoff", cutoff)
    if len(exact) != number:
        raise Refused(f"weights has {len(exact)} values where {number} are needed.", f"Give {number} values.")
    if min(exact) <= 0:
        raise Refused("A weight of an indicator is not above 0.", "Leave an indicator out instead.")
    if not 0 < line <= 1:
        raise Refused(f"cutoff is {line}.", "Give more than 0 and at most 1, as a share of all weights.")
    scale = lcm(*(weight.denominator for weight in exact))
    whole = [int(weight * scale) for weight in exact]
    if sum(whole) > MOST_PARTS:
        raise Refused("The weights are too fine to count.", 'Write them as simple fractions, as "1/18".')
    least = line * sum(whole)
    return np.array(whole, dtype=np.int64), -(-least.numerator // least.denominator)


def fraction(name: str, value: Part) -> Fraction:
    """Return a number as the fraction it stands for. Raises Refused for what is no number."""
    try:
        exact = value if isinstance(value, Fraction) else Fraction(str(value).strip())
    except (TypeError, ValueError, ZeroDivisionError, OverflowError, AttributeError):
        raise Refused(f"{name}: {value!r} is no number.", 'Give a number or a fraction such as "1/18".') from None
    near = exact.limit_denominator(FINEST)
    return near if abs(near - exact) < CLOSE * abs(exact) else exact


def nested_weights(dimensions: Sequence[str]) -> tuple[Fraction, ...]:
    """Return weights that share one equally between dimensions, and each dimension's equally between its indicators.

    `dimensions` names the dimension of every indicator, in the order of the indicators. The weights of the global MPI
    (UNDP and OPHI, 2010) come out as 1/6 and 1/18. Raises Refused where there is none or a name is empty.
    """
    named = checks.labels("dimensions", dimensions).tolist()
    if not named:
        raise Refused("dimensions is empty.", "Name the dimension of at least one indicator.")
    return tuple(Fraction(1, len(set(named)) * named.count(name)) for name in named)
