"""How evenly several systems move together: coupling, level and coordination, always side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.index.normalise import whole_rows
from rightsplan.stats.index.weights import shares
from rightsplan.stats.panel import Bools, Floats

Form = Literal["corrected", "standard"]
DOMAINS = ("material", "political", "cultural", "social", "ecological")
ALIKE = 1e-12  # values closer than this are called equally far behind
UNMEASURED = "not measurable: no value for "
NOTHING = "coupling is undefined: every value is 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordination:
    """Coupling C (how alike), level T (how high) and coordination D = sqrt(C x T) of every row, 0 to 1.

    The three belong together: C is 1 for a place that is equally bad in everything. NaN where a value is missing; C
    alone is NaN where every value is 0, and D is 0 there. `notes` says why.
    """

    form: Form
    coupling: Floats
    level: Floats
    degree: Floats
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Coordination of every row with who lags: names of the lowest and the highest values and how far they are apart.

    `lagging` and `leading` are empty where all values are alike or one is missing; `spread` is the highest less the
    lowest, `deviation` the standard deviation between the values. `absent` names the expected ones never given.
    """

    names: tuple[str, ...]
    coordination: Coordination
    lagging: tuple[tuple[str, ...], ...]
    leading: tuple[tuple[str, ...], ...]
    spread: Floats
    deviation: Floats
    absent: tuple[str, ...]


def coordinate(values: ArrayLike, *, weights: Sequence[float] | None = None, form: Form = "corrected") -> Coordination:
    """Return coupling, level and coordination of every row.

    `values` is rows x systems, 0 (worst) to 1 (best) on goalposts that are fixed beforehand; NaN or None is missing.
    Level T = sum w u (weights of the plan, equal if none). Coupling, standard: geometric over arithmetic mean of u.
    Corrected (Wang, Kong et al. 2021, Journal of Natural Resources 36(3), 793-810): the square root of
    [1 - mean |u_i - u_j| over pairs] x [product of u / max u] to the power 1/(n-1), which uses the whole range from 0
    to 1 where the standard form crowds near 1. Coordination D = sqrt(C x T). Any value of 0 makes C and D 0. Raises
    Refused for values outside 0 to 1, fewer than two systems, or weights that do not fit. Says nothing about one
    system causing another, and has no standard error: give it draws of the values to see one.
    """
    checks.one_of("form", form, get_args(Form))
    table = checks.matrix("values", values, missing=True, least=0, most=1)
    rows, number = table.shape
    if number < 2:
        raise Refused(f"values has {number} columns.", "Give at least two systems to compare.")
    share = shares("weights", [1.0] * number if weights is None else weights, length=number)
    gone = ~whole_rows(table)
    known = np.where(gone[:, None], 1.0, table)
    highest: Floats = known.max(axis=1)
    zero: Bools = highest == 0
    scaled = known / np.where(zero, 1.0, highest)[:, None]
    alike = alikeness(known, scaled, form)
    coupling = np.where(gone | zero, np.nan, np.clip(alike, 0, 1))
    level = np.where(gone, np.nan, known @ share)
    degree = np.where(gone, np.nan, np.sqrt(np.where(zero, 0.0, np.clip(alike, 0, 1)) * (known @ share)))
    notes = tuple("a value is missing" if gone[i] else NOTHING if zero[i] else "" for i in range(rows))
    return Coordination(form=form, coupling=coupling, level=level, degree=degree, notes=notes)


def alikeness(known: Floats, scaled: Floats, form: Form) -> Floats:
    """Return the coupling of rows without gaps; `scaled` are the values over the highest of their row."""
    number = known.shape[1]
    with np.errstate(divide="ignore"):
        logs = np.log(scaled).sum(axis=1)  # minus infinity where a value is 0: the product is 0
    if form == "standard":
        total = scaled.sum(axis=1)
        found: Floats = np.exp(logs / number) * number / np.where(total > 0, total, 1.0)
        return found
    ranked = np.sort(known, axis=1)
    sums = ranked @ (2 * np.arange(number) - number + 1.0)  # the sum of |u_i - u_j| over all pairs
    apart = np.clip(1 - sums / (number * (number - 1) / 2), 0, 1)
    corrected: Floats = np.sqrt(apart * np.exp(logs / (number - 1)))
    return corrected


def balance(
    values: ArrayLike,
    *,
    names: Sequence[str],
    weights: Sequence[float] | None = None,
    form: Form = "corrected",
    expected: Sequence[str] = DOMAINS,
) -> Balance:
    """Say for every place and year how evenly its domains (or rights) stand, and which lags, by name.

    `values` is rows x names, 0 to 1 on fixed goalposts, as `coordinate` takes them. A row with a gap is not measurable
    and its note names the gap: places compared over different domains would not be compared at all. `expected` are
    the names that ought to be there; those that are not stand in `absent`, to be shown as loudly as a low value.
    Raises Refused as `coordinate`, and for a name that is empty or there twice.
    """
    kept = checks.labels("names", names)
    if len(set(kept.tolist())) < len(kept):
        raise Refused("names has a name twice.", "Name every column once.")
    table = checks.matrix("values", values, shape=(None, len(kept)), missing=True, least=0, most=1)
    found = coordinate(table, weights=weights, form=form)
    gone = np.isnan(table)
    whole = whole_rows(table)
    filled = np.where(gone, 0.0, table)
    low, high = filled.min(axis=1), filled.max(axis=1)
    differs = whole & (high - low > ALIKE)
    wanted = checks.labels("expected", expected).tolist()
    notes = tuple(
        note if whole[i] else UNMEASURED + ", ".join(kept[gone[i]].tolist()) for i, note in enumerate(found.notes)
    )
    return Balance(
        names=tuple(kept.tolist()),
        coordination=replace(found, notes=notes),
        lagging=named_where(kept, (filled - low[:, None] <= ALIKE) & differs[:, None]),
        leading=named_where(kept, (high[:, None] - filled <= ALIKE) & differs[:, None]),
        spread=np.where(whole, high - low, np.nan),
        deviation=np.where(whole, filled.std(axis=1), np.nan),
        absent=tuple(name for name in wanted if name not in set(kept.tolist())),
    )


def named_where(names: NDArray[np.str_], mask: Bools) -> tuple[tuple[str, ...], ...]:
    """Return the names where a row of the mask holds."""
    return tuple(tuple(names[row].tolist()) for row in mask)
