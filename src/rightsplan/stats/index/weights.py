"""Weights of indicators: fixed by the plan, drawn around it to see what they matter, from data only to compare."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats

MOST_DRAWS = 1_000_000
SHARPNESS = 10.0  # concentration of the drawn weights per indicator: a weight then varies by about 30 % of itself


def shares(name: str, weights: Sequence[float] | Floats, *, length: int) -> Floats:
    """Return weights divided by their sum. Raises Refused for a wrong number, negative weights or only zeros."""
    array = checks.numbers(name, weights, length=length, least=0)
    if not array.sum() > 0:
        raise Refused(f"{name} are all 0.", "Give at least one indicator a weight.")
    found: Floats = array / array.sum()
    return found


def entropy_weights(values: ArrayLike) -> Floats:
    """Return the weights that the entropy method draws from the data: an indicator counts the more, the more it varies.

    Shannon (1948) as used by Zeleny (1982), Multiple Criteria Decision Making: p = x / sum of its column,
    e = -sum p ln p / ln m, w = (1 - e) / sum (1 - e). `values` is rows x indicators, not negative. The weights change
    whenever a value changes and differ between two tables of the same places: **for sensitivity only**, never for a
    published index, whose weights the plan fixes. A constant column has weight 0. Raises Refused for fewer than two
    rows, negative values, a column of zeros, or where every column is constant.
    """
    table = checks.matrix("values", values, least=0)
    rows, number = table.shape
    if rows < 2 or number < 1:
        raise Refused(f"values has {rows} rows and {number} columns.", "Give at least two rows and one indicator.")
    totals = table.sum(axis=0)
    if (totals == 0).any():
        raise Refused(f"values has only zeros in column {np.flatnonzero(totals == 0)[0] + 1}.", "Leave it out.")
    part = table / totals
    terms = part * np.log(np.where(part > 0, part, 1.0))
    spare = 1 + terms.sum(axis=0) / np.log(rows)
    spare = np.where(table.max(axis=0) == table.min(axis=0), 0.0, np.maximum(spare, 0.0))
    if not spare.sum() > 0:
        raise Refused("Every column of values is constant.", "Entropy weights need values that differ.")
    found: Floats = spare / spare.sum()
    return found


def drawn_weights(
    weights: Sequence[float] | Floats, *, draws: int, rng: np.random.Generator, sharpness: float = SHARPNESS
) -> Floats:
    """Return weights drawn around the plan's: draws x indicators, each row a Dirichlet draw whose mean is the plan's.

    The concentration is `sharpness` (above 0) times the number of indicators with a weight; an indicator without a
    weight keeps none. OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7. Raises Refused for
    weights that do not fit, no draws, or a sharpness that is not above 0.
    """
    share = shares("weights", weights, length=checks.as_floats("weights", weights).size)
    checks.number("draws", draws, least=1, most=MOST_DRAWS)
    checks.number("sharpness", sharpness, above=0)
    pulls = rng.standard_gamma(share * sharpness * np.count_nonzero(share), size=(int(draws), len(share)))
    total = pulls.sum(axis=1, keepdims=True)
    found: Floats = np.where(total > 0, pulls / np.where(total > 0, total, 1.0), share)
    return found
