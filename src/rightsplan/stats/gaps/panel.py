"""Groups of many settings as flat arrays, so that one code path serves one setting and a hundred thousand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats.checks import as_floats, counts, flags, numbers, places, within
from rightsplan.stats.panel import Bools, Floats, Ints

BLOCK = 20_000  # groups that are worked on at a time, so that the arrays stay in the cache
NO_REFERENCE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPanel:
    """Setting i (one place, period and indicator) holds the groups offsets[i]:offsets[i + 1].

    Shapes: value, error, share, rank flat of length N; the rest one per setting (n), offsets n + 1. `error` is the
    standard error or NaN, `share` sums to 1 in every setting, `rank` orders the groups from the least to the most
    advantaged (NaN: no order). `lowest` and `highest` are the limits of the unit or NaN. `reference` is the position of
    the reference group within its setting, or -1. Made by `group_panel`, which checks everything.
    """

    value: Floats
    error: Floats
    share: Floats
    rank: Floats
    offsets: Ints
    is_higher_better: Bools
    lowest: Floats
    highest: Floats
    reference: Ints

    @property
    def count(self) -> int:
        """Return the number of settings."""
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Settings with equally many groups as arrays of n x K; the rest n. `settings` are their places in the panel.

    `has_error`: every group of every setting has a standard error; otherwise each setting has a group without one.
    """

    settings: Ints
    y: Floats
    s: Floats
    w: Floats
    rank: Floats
    sign: Floats
    lowest: Floats
    highest: Floats
    reference: Ints
    has_error: bool

    @property
    def mean(self) -> Floats:
        """Return the weighted mean of every setting."""
        return np.asarray(np.einsum("ij,ij->i", self.w, self.y))

    @property
    def mean_variance(self) -> Floats:
        """Return the sampling variance of the weighted mean."""
        return np.asarray(np.einsum("ij,ij->i", self.w**2, self.s**2))

    @property
    def is_ordered(self) -> Bools:
        """Return which settings order their groups."""
        return np.asarray(~np.isnan(self.rank).any(axis=1))

    @property
    def is_bounded(self) -> Bools:
        """Return which settings have a unit with two ends."""
        return ~np.isnan(self.lowest) & ~np.isnan(self.highest)


SMALLEST = 1e-60  # of a value that is not zero: ratios and squares of smaller ones leave the range of a float


def large_enough(value: Floats) -> Floats:
    """Return the values. Raises Refused where one is not zero and too small to compute with."""
    tiny = (value != 0) & (np.abs(value) < SMALLEST)
    if tiny.any():
        raise Refused(f"value is too small to compute with at {places(tiny)}.", "Give zero, or a larger unit.")
    return value


def group_panel(
    value: ArrayLike,
    *,
    offsets: ArrayLike,
    error: ArrayLike | None = None,
    size: ArrayLike | None = None,
    population: ArrayLike | None = None,
    rank: ArrayLike | None = None,
    is_higher_better: ArrayLike = True,
    lowest: ArrayLike | None = None,
    highest: ArrayLike | None = None,
    reference: ArrayLike | None = None,
) -> GroupPanel:
    """Return the checked panel of groups that every measure of inequality takes.

    `error` are standard errors (NaN: unknown). Where they are not given and the unit has two ends, `size` (people asked
    in each group) gives the standard error of a share, sqrt(p (1 - p) / n) with p moved by one success and one failure
    (Agresti and Coull 1998), so that a group at 0 or 100 % is not taken for certain. `population` are sizes or shares,
    equal where not given. `rank`: any rising numbers from the least to the most advantaged group. The arguments after
    `rank` are one number for all settings, or one for each. Raises Refused for what is not finite, negative, out of
    its limits or of the wrong length, and for a setting without people. Does not know survey designs: give standard
    errors that do.
    """
    where = starts_of(offsets, as_floats("value", value).size)
    n, total = len(where) - 1, int(where[-1])
    y = large_enough(numbers("value", value, length=total, at_least=1))
    setting = np.repeat(np.arange(n), np.diff(where))
    low, high = ends_of(y, each("lowest", lowest, n), each("highest", highest, n), setting)
    return GroupPanel(
        value=y,
        error=errors_of(y, error, size, (low[setting], high[setting])),
        share=shares_of(population, setting, total),
        rank=np.full(total, np.nan) if rank is None else numbers("rank", rank, length=total, missing=True),
        offsets=where,
        is_higher_better=flags("is_higher_better", each("is_higher_better", is_higher_better, n)),
        lowest=low,
        highest=high,
        reference=references_of(reference, where),
    )


def ends_of(y: Floats, low: Floats, high: Floats, setting: Ints) -> tuple[Floats, Floats]:
    """Return the ends of the units. Raises Refused where they are crossed or a value lies beyond them."""
    if (low >= high).any():
        raise Refused(f"lowest is not below highest at {places(low >= high)}.", "Give the limits of the unit.")
    off = (y < low[setting]) | (y > high[setting])
    if off.any():
        raise Refused(f"value is outside lowest and highest at {places(off)}.", "Correct the value or the limits.")
    return low, high


def starts_of(offsets: ArrayLike, total: int) -> Ints:
    """Return checked offsets. Raises Refused unless they rise from zero to the number of values, one group at least."""
    where = counts("offsets", offsets)
    if len(where) < 2 or where[0] != 0 or where[-1] != total or (np.diff(where) < 1).any():
        raise Refused("The offsets do not rise from 0 to the number of values.", "Give n + 1 offsets of n settings.")
    return where


def each(name: str, given: ArrayLike | None, n: int) -> Floats:
    """Return one number per setting; NaN where none is given. Raises Refused for infinities and wrong lengths."""
    array = as_floats(name, np.nan if given is None else given)
    if array.shape not in {(), (1,), (n,)}:
        raise Refused(f"{name} has the shape {array.shape}.", f"Give one number or {n}.")
    return within(name, np.array(np.broadcast_to(array, n)), missing=True)


def errors_of(y: Floats, error: ArrayLike | None, size: ArrayLike | None, limits: tuple[Floats, Floats]) -> Floats:
    """Return standard errors, from the sizes where no errors are given; NaN where neither is known."""
    given = np.full(len(y), np.nan)
    if error is not None:
        given = numbers("error", error, length=len(y), missing=True, least=0)
    if size is None:
        return given
    n = numbers("size", size, length=len(y), missing=True, above=0)
    span = limits[1] - limits[0]
    p = ((y - limits[0]) / span * n + 1) / (n + 2)
    return np.where(np.isnan(given), span * np.sqrt(p * (1 - p) / n), given)


def shares_of(population: ArrayLike | None, setting: Ints, total: int) -> Floats:
    """Return shares that sum to 1 in every setting. Raises Refused for a setting without people."""
    people = np.ones(total) if population is None else numbers("population", population, length=total, least=0)
    sums = np.bincount(setting, weights=people)
    if (sums <= 0).any():
        raise Refused(f"population is zero in the whole of setting {places(sums <= 0)}.", "Give the groups' sizes.")
    shares: Floats = people / sums[setting]
    return shares


def references_of(reference: ArrayLike | None, where: Ints) -> Ints:
    """Return positions of reference groups within their settings. Raises Refused for one that does not exist."""
    n = len(where) - 1
    if reference is None:
        return np.full(n, NO_REFERENCE, dtype=np.int64)
    found = counts("reference", each("reference", reference, n), least=NO_REFERENCE)
    off = found >= np.diff(where)
    if off.any():
        raise Refused(f"reference is no group of setting {places(off)}.", "Give a position from 0, or -1 for none.")
    return found


def blocks(panel: GroupPanel, settings: Sequence[int] | Ints | None = None) -> Iterator[Block]:
    """Yield the settings with two groups or more, equally many groups in each block, all with errors or none whole.

    Without all standard errors there is no interval to look for, which is nearly all of the work.
    """
    chosen = np.arange(panel.count) if settings is None else np.asarray(settings, dtype=np.int64)
    sizes = np.diff(panel.offsets)[chosen]
    has_error = ~np.logical_or.reduceat(np.isnan(panel.error), panel.offsets[:-1])[chosen]
    for k in np.unique(sizes[sizes > 1]):
        step = max(1, BLOCK // int(k))
        for same in (chosen[(sizes == k) & has_error], chosen[(sizes == k) & ~has_error]):
            for start in range(0, len(same), step):
                yield block_of(panel, same[start : start + step], int(k))


def block_of(panel: GroupPanel, settings: Ints, k: int) -> Block:
    """Return one block of settings of k groups; unknown standard errors become 0 and `has_error` false."""
    rows = panel.offsets[settings][:, None] + np.arange(k)
    error = panel.error[rows]
    return Block(
        settings=settings,
        y=panel.value[rows],
        s=np.nan_to_num(error),
        w=panel.share[rows],
        rank=panel.rank[rows],
        sign=np.where(panel.is_higher_better[settings], 1.0, -1.0),
        lowest=panel.lowest[settings],
        highest=panel.highest[settings],
        reference=panel.reference[settings],
        has_error=not np.isnan(error).any(),
    )
