"""Last digits that look invented or rounded: a warning to look at the source, never a proof."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rightsplan.stats import checks

LEAST = 50  # five expected values for each of ten digits
LEAST_RANGE = 20  # units of the last digit between the quartiles, below which digits are not even to begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """Counts of last digits 0 to 9; `chi2` with 9 degrees of freedom and `p` against evenness.

    `heaping` is the share of digits 0 and 5 over the expected fifth, times 100 (as Whipple's index: 100 none, 500 all).
    Where `measurable` is False the tests are None and `reason` says why. `warning` is True for p below 0.001.
    """

    number: int
    counts: tuple[int, ...]
    chi2: float | None
    p: float | None
    heaping: float | None
    measurable: bool
    reason: str
    warning: bool


def last_digits(values: ArrayLike, *, decimals: int = 0) -> Digits:
    """Test whether the last digits of values are even, by chi-squared (Mosimann et al. 1995), and for heaping.

    `values` (n,) as published with `decimals` decimals; values with more are rounded to them. Needs 50 values and a
    distance between the quartiles of 20 units of the last digit, otherwise nothing is said. Raises Refused for missing
    values and for decimals that are no whole number from 0 to 9. Whipple's index proper is for ages 23 to 62; here it
    is taken over all values. Honest data may fail (prices, round counts, survey shares of few people), invented data
    may pass.
    """
    y = checks.numbers("values", values, at_least=1)
    checks.number("decimals", decimals, most=9)
    checks.counts("decimals", [decimals])
    units = np.rint(np.abs(y) * 10.0**decimals)
    counts = np.bincount((units % 10).astype(np.int64), minlength=10)
    low, high = np.quantile(y * 10.0**decimals, (0.25, 0.75))
    reason = "too_few" if len(y) < LEAST else "range_too_narrow" if high - low < LEAST_RANGE else ""
    test = stats.chisquare(counts) if not reason else None
    p = None if test is None else float(test.pvalue)
    return Digits(
        number=len(y),
        counts=tuple(counts.tolist()),
        chi2=None if test is None else float(test.statistic),
        p=p,
        heaping=None if reason else float(100 * (counts[0] + counts[5]) / len(y) / 0.2),
        measurable=not reason,
        reason=reason,
        warning=p is not None and p < 0.001,
    )
