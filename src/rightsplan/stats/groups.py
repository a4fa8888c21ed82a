"""Who is furthest behind: groups of people compared at one time, absolutely and relatively together."""

from collections.abc import Mapping
from dataclasses import dataclass

from rightsplan.errors import Refused
from rightsplan.stats.points import checked
from rightsplan.stats.promise import Better


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison:
    """The distance between groups of one period, in the indicator's unit; None where undefined.

    `behind` and `ahead` name the groups furthest behind and ahead (several where they are equal, in alphabetical
    order), empty where no direction is better or fewer than two groups have a value. `ratio` is the largest value over
    the smallest, None unless both are above zero. `missing` names groups without a value: they may be worse off.
    """

    behind: tuple[str, ...]
    ahead: tuple[str, ...]
    lowest: float | None
    highest: float | None
    difference: float | None
    ratio: float | None
    number: int
    missing: tuple[str, ...]


def compare(
    values_by_group: Mapping[str, float | None], *, better: Better, periods: Mapping[str, str] | None = None
) -> GroupComparison:
    """Compare groups by the simple difference and ratio (WHO, Handbook on health inequality monitoring, 2013, ch. 3).

    Values are of one period and in one unit; None is a missing value. `periods`, where given, names the period of every
    group. Raises Refused where these differ, and for numbers that are not finite. Does not weigh groups by their size
    and says nothing about chance: small groups lie far apart more often.
    """
    named = set((periods or {}).values())
    if len(named) > 1:
        raise Refused(f"The groups are of different periods: {', '.join(sorted(named))}.", "Compare one period.")
    known = {group: checked(group, value) for group, value in sorted(values_by_group.items()) if value is not None}
    missing = tuple(sorted(set(values_by_group) - set(known)))
    low, high = min(known.values(), default=None), max(known.values(), default=None)
    lowest = tuple(group for group, value in known.items() if value == low)
    highest = tuple(group for group, value in known.items() if value == high)
    if low is None or high is None or len(known) < 2:
        lowest = highest = ()
    ends = {"higher": (lowest, highest), "lower": (highest, lowest), "none": ((), ())}[better]
    is_gap = low is not None and high is not None and len(known) > 1
    return GroupComparison(
        behind=ends[0] if low != high else (),
        ahead=ends[1] if low != high else (),
        lowest=low,
        highest=high,
        difference=high - low if is_gap and low is not None and high is not None else None,
        ratio=high / low if is_gap and low is not None and high is not None and low > 0 else None,
        number=len(known),
        missing=missing,
    )
