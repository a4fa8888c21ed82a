"""How much figures change after they are first published, and whether changes lean one way."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rightsplan.stats import checks

Lean = Literal["up", "down", "no_sign", "not_measurable"]
LEAST = 6  # revisions that a sign test needs to be able to find anything at 5 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """Revisions between two vintages, later less earlier, in the unit of the values.

    `number` values are in both, `revised` of them changed, `ups` upwards; `added` and `dropped` count values of one
    vintage only. `mean` with its 95 % interval (None for fewer than two values), `mean_absolute`, `largest`.
    `relative` is the sum of absolute revisions over the sum of absolute later values, None where that is zero.
    `sign_p` is the two-sided sign test of the changed values, None without any; `lean` is "up" or "down" where it is
    below 5 %, "not_measurable" below six changes.
    """

    number: int
    revised: int
    ups: int
    added: int
    dropped: int
    mean: float | None
    mean_lower: float | None
    mean_upper: float | None
    mean_absolute: float | None
    largest: float | None
    relative: float | None
    sign_p: float | None
    lean: Lean


def revisions(earlier: ArrayLike, later: ArrayLike, *, tolerance: float = 0.0) -> Revisions:
    """Compare two vintages of the same cells (McKenzie and Gamba 2008, OECD, on the results of revision analyses).

    `earlier` and `later` (n,) are values of the same cells in the same order, NaN where a vintage has none;
    differences up to `tolerance` (rounding) count as unchanged. The interval is Student's over cells, the sign test
    binomial; both take the cells as independent, so that a change of method that moves a whole series counts as many
    revisions: look at one series, or at many places for one period. Raises Refused for lengths that differ. Does not
    say which vintage is right.
    """
    first = checks.numbers("earlier", earlier, missing=True)
    second = checks.numbers("later", later, length=len(first), missing=True)
    tolerance = checks.number("tolerance", tolerance, least=0.0)
    both = ~np.isnan(first) & ~np.isnan(second)
    change = second[both] - first[both]
    moved = change[np.abs(change) > tolerance]
    number, ups = len(change), int((moved > 0).sum())
    size = float(np.abs(second[both]).sum())
    low, high = mean_interval(change)
    chance = float(stats.binomtest(ups, len(moved)).pvalue) if len(moved) else None
    return Revisions(
        number=number,
        revised=len(moved),
        ups=ups,
        added=int((np.isnan(first) & ~np.isnan(second)).sum()),
        dropped=int((~np.isnan(first) & np.isnan(second)).sum()),
        mean=float(change.mean()) if number else None,
        mean_lower=low,
        mean_upper=high,
        mean_absolute=float(np.abs(change).mean()) if number else None,
        largest=float(change[np.argmax(np.abs(change))]) if number else None,
        relative=float(np.abs(change).sum()) / size if size else None,
        sign_p=chance,
        lean=lean_of(len(moved), ups, chance),
    )


def mean_interval(change: np.ndarray) -> tuple[float | None, float | None]:
    """Return Student's 95 % interval of the mean, None for fewer than two values."""
    if len(change) < 2:
        return None, None
    reach = float(stats.t.ppf(0.975, len(change) - 1) * change.std(ddof=1) / np.sqrt(len(change)))
    return float(change.mean()) - reach, float(change.mean()) + reach


def lean_of(moved: int, ups: int, chance: float | None) -> Lean:
    """Return which way revisions lean."""
    if chance is None or moved < LEAST:
        return "not_measurable"
    if chance >= 0.05:
        return "no_sign"
    return "up" if 2 * ups > moved else "down"
