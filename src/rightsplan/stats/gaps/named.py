"""The groups of one setting by their names: those with a value are kept, the others are named as missing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats.checks import as_floats, labels, number, numbers
from rightsplan.stats.panel import Bools, Floats


class Kept(NamedTuple):
    """The names and values of the groups that have a value, the names of the others, and which have one."""

    names: tuple[str, ...]
    value: Floats
    missing: tuple[str, ...]
    has_value: Bools


def different(groups: Sequence[str]) -> tuple[str, ...]:
    """Return the names. Raises Refused where one is empty or given twice."""
    names = tuple(str(x) for x in labels("groups", groups))
    if len(set(names)) != len(names):
        raise Refused("A group is named twice.", "Give every group one row.")
    return names


def kept_groups(groups: Sequence[str], value: ArrayLike) -> Kept:
    """Return the groups with a value (NaN: none). Raises Refused for bad names and fewer than two such groups."""
    names = different(groups)
    y = numbers("value", value, length=len(names), missing=True)
    has_value = ~np.isnan(y)
    kept = tuple(name for name, has in zip(names, has_value, strict=True) if has)
    if len(kept) < 2:
        raise Refused(f"{len(kept)} of {len(names)} groups have a value.", "Give at least two groups with a value.")
    missing = tuple(name for name, has in zip(names, has_value, strict=True) if not has)
    return Kept(kept, y[has_value], missing, has_value)


def kept_of(name: str, array: ArrayLike | None, kept: Kept) -> Floats | None:
    """Return the numbers of the groups with a value. Raises Refused for a wrong length."""
    if array is None:
        return None
    found = as_floats(name, array)
    if found.shape != kept.has_value.shape:
        raise Refused(f"{name} has the shape {found.shape}.", f"Give {len(kept.has_value)} values.")
    return np.asarray(found[kept.has_value])


def end_of(name: str, end: float | None) -> float | None:
    """Return an end of the unit. Raises Refused where it is no finite number."""
    return None if end is None else number(name, end)
