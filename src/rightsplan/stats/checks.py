"""What every method asks of its numbers, so that a bad one is refused with the field's name and the remedy."""

import math
from collections.abc import Collection, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rightsplan.errors import Refused
from rightsplan.stats.panel import Bools, Floats, Ints

T = TypeVar("T")
LARGEST = 1e15  # the largest number that a method takes; sums and squares of many such are still finite
MOST_NAMED = 3


def places(mask: Bools) -> str:
    """Return the first few places where a mask holds, counted from 1, as words."""
    found = np.flatnonzero(mask.ravel())
    named = ", ".join(str(i + 1) for i in found[:MOST_NAMED])
    rest = len(found) - MOST_NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def number(
    name: str,
    value: float,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return a finite number within its limits. Raises Refused that names the field."""
    array = numbers(name, [value], least=least, most=most, above=above, below=below)
    return float(array[0])


def numbers(
    name: str,
    values: ArrayLike,
    *,
    length: int | None = None,
    at_least: int = 0,
    missing: bool = False,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> Floats:
    """Return a vector of finite numbers as float64, a copy of its own.

    `length` is the length it must have, `at_least` the least length; `missing` allows NaN; `least` and `most` may be
    reached, `above` and `below` may not. Raises Refused that names the field, the places and the remedy.
    """
    array = as_floats(name, values)
    if array.ndim != 1:
        raise Refused(f"{name} has {array.ndim} dimensions.", f"Give {name} as one list of numbers.")
    if length is not None and len(array) != length:
        raise Refused(f"{name} has {len(array)} values where {length} are needed.", f"Give {length} values.")
    if len(array) < at_least:
        raise Refused(f"{name} has {len(array)} values.", f"Give at least {at_least}.")
    return within(name, array, missing=missing, least=least, most=most, above=above, below=below)


def matrix(
    name: str,
    values: ArrayLike,
    *,
    shape: tuple[int | None, ...] = (None, None),
    missing: bool = False,
    least: float = -math.inf,
    most: float = math.inf,
) -> Floats:
    """Return an array of finite numbers of the given shape (None: any size). Raises Refused that names the field."""
    array = as_floats(name, values)
    if array.ndim != len(shape) or any(want not in (None, have) for want, have in zip(shape, array.shape, strict=True)):
        wanted = " x ".join("any" if size is None else str(size) for size in shape)
        raise Refused(f"{name} has the shape {array.shape}.", f"Give {name} as {wanted}.")
    return within(name, array, missing=missing, least=least, most=most)


def as_floats(name: str, values: ArrayLike) -> Floats:
    """Return anything like an array as a fresh float64 array; None becomes NaN."""
    try:
        raw = np.asarray(values)
        if raw.dtype.kind not in "biufO":
            raise TypeError
        return np.array(raw, dtype=np.float64)
    except (TypeError, ValueError):
        raise Refused(f"{name} is not made of numbers.", f"Give {name} as a list of numbers.") from None


def within(
    name: str,
    array: Floats,
    *,
    missing: bool = False,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> Floats:
    """Return the array. Raises Refused where a number is not finite (NaN may be allowed) or beyond the limits."""
    is_missing = np.isnan(array)
    bad = [
        (is_missing & (not missing), "is missing", "Fill it in or leave the row out."),
        (np.abs(array) > LARGEST, "is infinite or too large", "Give a finite number."),
        (array < least, f"is below {least:g}", f"Give {least:g} or more."),
        (array > most, f"is above {most:g}", f"Give {most:g} or less."),
        (array <= above, f"is not above {above:g}", f"Give more than {above:g}."),
        (array >= below, f"is not below {below:g}", f"Give less than {below:g}."),
    ]
    for mask, what, remedy in bad:
        if mask.any():
            raise Refused(f"{name} {what} at {places(mask)}.", remedy)
    return array


def counts(name: str, values: ArrayLike, *, length: int | None = None, least: int = 0) -> Ints:
    """Return a vector of whole numbers. Raises Refused for fractions and what `numbers` refuses."""
    array = numbers(name, values, length=length, least=least)
    off = array != np.floor(array)
    if off.any():
        raise Refused(f"{name} is no whole number at {places(off)}.", "Give whole numbers.")
    return array.astype(np.int64)


def flags(name: str, values: ArrayLike, *, length: int | None = None) -> Bools:
    """Return a vector of true and false; 0 and 1 count as such. Raises Refused for anything else."""
    array = numbers(name, values, length=length)
    off = ~np.isin(array, (0.0, 1.0))
    if off.any():
        raise Refused(f"{name} is neither 0 nor 1 at {places(off)}.", "Give 0 or 1.")
    return array.astype(bool)


def listed(name: str, values: Collection[T]) -> list[T]:
    """Return what a collection holds. Raises Refused for a single word or number, which is none."""
    if isinstance(values, str) or not hasattr(values, "__len__"):
        raise Refused(f"{name} is {values!r}.", f"Give {name} as a list.")
    return list(values)


def labels(name: str, values: Collection[str], *, length: int | None = None) -> NDArray[np.str_]:
    """Return a vector of names, none of them empty. Raises Refused that names the field."""
    kept = listed(name, values)
    if length is not None and len(kept) != length:
        raise Refused(f"{name} has {len(kept)} values where {length} are needed.", f"Give {length} values.")
    wrong = np.array([not isinstance(x, str) or not x for x in kept], dtype=bool)
    if wrong.any():
        raise Refused(f"{name} is empty at {places(wrong)}.", "Give every row a name.")
    return np.array(kept, dtype=np.str_)


def one_of(name: str, value: str, choices: Sequence[str]) -> str:
    """Return the value. Raises Refused where it is not among the choices."""
    if value not in choices:
        raise Refused(f"{name} is {value!r}.", f"Give one of: {', '.join(choices)}.")
    return value
