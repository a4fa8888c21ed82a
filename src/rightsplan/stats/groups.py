"""Who is furthest behind: groups of people compared at one time, absolutely and relatively together."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, hypot, isfinite, log
from typing import get_args

from scipy.special import ndtri

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.points import NORMAL_95, checked, error_of
from rightsplan.stats.promise import Better

__all__ = ["GroupComparison", "compare"]

CHANCE = 0.05
LARGEST_EXPONENT = 700.0
Span = tuple[float | None, float | None]
NO_SPAN: Span = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison:
    """The distance between groups of one period, in the indicator's unit; None where undefined.

    `behind` and `ahead` name the groups furthest behind and ahead (several where they are equal, in alphabetical
    order), empty where no direction is better or fewer than two groups have a value. `ratio` is the largest value over
    the smallest, None unless both are above zero. `difference_span` and `ratio_span` are their 95 % intervals.
    `may_be_behind` names every group that may be the one furthest behind, empty where no interval is known.
    `missing` names groups without a value: they may be worse off.
    """

    behind: tuple[str, ...]
    ahead: tuple[str, ...]
    lowest: float | None
    highest: float | None
    difference: float | None
    difference_span: Span
    ratio: float | None
    ratio_span: Span
    may_be_behind: tuple[str, ...]
    number: int
    missing: tuple[str, ...]


def compare(
    values_by_group: Mapping[str, float | None],
    *,
    better: Better,
    periods: Mapping[str, str] | None = None,
    intervals: Mapping[str, Span] | None = None,
) -> GroupComparison:
    """Compare groups by the simple difference and ratio (WHO, Handbook on health inequality monitoring, 2013, ch. 3).

    Values are in one unit; None is missing. `periods`, where given, names the period of every group. `intervals`, where
    given, are 95 % intervals of independent estimates. The interval of the difference is normal,
    that of the ratio normal on the logarithm (delta method); both treat the two groups as named beforehand, and are too
    narrow where many small groups compete for the ends. `may_be_behind` has no such fault: a group is left out only
    where another one is worse by a one-sided test at 5 % over the number of the other groups (Bonferroni), so that the
    group that is furthest behind in truth is named in at least 95 of 100 comparisons. A group without an interval is
    never left out. Does not weigh groups by size. Raises Refused where periods differ, for intervals that do not fit.
    """
    checks.one_of("better", better, get_args(Better))
    refuse_nameless(values_by_group)
    refuse_periods(periods or {})
    known = {group: checked(group, value) for group, value in sorted(values_by_group.items()) if value is not None}
    errors = errors_of(known, intervals or {}, set(values_by_group))
    worse, better_off = ends_of(known)
    pair = (worse[0], better_off[-1]) if len(known) > 1 else None
    low, high = (known[pair[0]], known[pair[1]]) if pair else (None, None)
    ends = (worse, better_off) if low != high and better != "none" else ((), ())
    behind, ahead = ends[::-1] if better == "lower" else ends
    return GroupComparison(
        behind=behind,
        ahead=ahead,
        lowest=min(known.values(), default=None),
        highest=max(known.values(), default=None),
        difference=None if low is None or high is None else high - low,
        difference_span=difference_span(known, errors, pair),
        ratio=high / low if low is not None and high is not None and low > 0 else None,
        ratio_span=ratio_span(known, errors, pair),
        may_be_behind=may_be_behind(known, errors, better) if errors else (),
        number=len(known),
        missing=tuple(sorted(set(values_by_group) - set(known))),
    )


def refuse_nameless(values_by_group: object) -> None:
    """Raise Refused where the groups have no names."""
    if not isinstance(values_by_group, Mapping):
        raise Refused(f"values_by_group is {values_by_group!r}.", "Give the value of every group by its name.")


def refuse_periods(periods: Mapping[str, str]) -> None:
    """Raise Refused where the groups are not of one period."""
    named = set(periods.values())
    if not all(isinstance(period, str) for period in named):
        raise Refused("periods holds something that is no text.", "Name the period of every group.")
    if len(named) > 1:
        raise Refused(f"The groups are of different periods: {', '.join(sorted(named))}.", "Compare one period.")


def ends_of(known: Mapping[str, float]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the groups with the lowest and those with the highest value."""
    ends = min(known.values(), default=None), max(known.values(), default=None)
    lowest, highest = (tuple(group for group, value in known.items() if value == end) for end in ends)
    return lowest, highest


def errors_of(known: Mapping[str, float], intervals: Mapping[str, Span], groups: set[str]) -> dict[str, float]:
    """Return the standard error of every group with a value and an interval.

    Raises Refused for an interval of no group, and for one that does not hold the value.
    """
    strangers = sorted(set(intervals) - groups)
    if strangers:
        raise Refused(f"There are intervals of unknown groups: {', '.join(strangers)}.", "Name the groups alike.")
    errors: dict[str, float] = {}
    for group, value in known.items():
        low, high = ends_given(group, intervals.get(group, NO_SPAN))
        error = error_of(group, low, high)
        if low is not None and high is not None and not low <= value <= high:
            raise Refused(f"The interval of {group} does not hold its value.", "Correct the value or the interval.")
        if isfinite(error):
            errors[group] = error
    return errors


def ends_given(group: str, ends: Span) -> Span:
    """Return the two ends of an interval. Raises Refused where there are not two."""
    if not isinstance(ends, tuple | list) or len(ends) != 2:
        raise Refused(f"The interval of {group} is no pair.", "Give its lower and its upper end.")
    return ends[0], ends[1]


def difference_span(known: Mapping[str, float], errors: Mapping[str, float], pair: tuple[str, str] | None) -> Span:
    """Return the 95 % interval of the difference of two groups, none where one has no standard error."""
    if pair is None or not set(pair) <= set(errors):
        return NO_SPAN
    reach = NORMAL_95 * hypot(errors[pair[0]], errors[pair[1]])
    difference = known[pair[1]] - known[pair[0]]
    return difference - reach, difference + reach


def ratio_span(known: Mapping[str, float], errors: Mapping[str, float], pair: tuple[str, str] | None) -> Span:
    """Return the 95 % interval of the ratio of two groups, none where one has no standard error or is not positive.

    An upper end beyond the numbers of a computer is None.
    """
    if pair is None or not set(pair) <= set(errors) or known[pair[0]] <= 0:
        return NO_SPAN
    reach = NORMAL_95 * hypot(*(errors[group] / known[group] for group in pair))
    middle = log(known[pair[1]] / known[pair[0]])
    return exp(middle - reach), exp(middle + reach) if middle + reach < LARGEST_EXPONENT else None


def may_be_behind(known: Mapping[str, float], errors: Mapping[str, float], better: Better) -> tuple[str, ...]:
    """Return the groups that no other group is worse than by more than chance, in alphabetical order."""
    if better == "none" or len(known) < 2:
        return ()
    sign = 1 if better == "higher" else -1
    reach = -float(ndtri(CHANCE / (len(known) - 1)))

    def is_worse(other: str, group: str) -> bool:
        if other not in errors or group not in errors:
            return False
        return sign * (known[group] - known[other]) > reach * hypot(errors[group], errors[other])

    return tuple(group for group in known if not any(is_worse(other, group) for other in known))
