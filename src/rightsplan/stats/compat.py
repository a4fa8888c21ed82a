"""Progress by the published rules of others, labelled as theirs, for comparison only.

None of these numbers enters a verdict of ours: each breaks at least one law that `tests/stats/laws` checks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import copysign
from types import MappingProxyType

import numpy as np
from scipy.special import expit

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.checks import numbers
from rightsplan.stats.promise import finite

__all__ = [
    "SOURCES",
    "Path",
    "Published",
    "cagr_ratio",
    "cagr_without_target",
    "escap_anticipated",
    "escap_status",
    "linear_pace",
    "sdg_index_trend",
    "un_chart_2022",
    "unsd_ratio",
]

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "cagr_ratio": "Statistics Canada and Eurostat, as coded in Open SDG's sdg-build (ProgressMeasure)",
        "cagr_without_target": "Statistics Canada, as coded in Open SDG's sdg-build (ProgressMeasure)",
        "un_chart_2022": "United Nations Statistics Division, SDG Progress Chart 2022, ratio of growth rates",
        "unsd_ratio": "United Nations Statistics Division 2023, as applied by Eustat",
        "escap_status": "United Nations ESCAP, Current Status Index",
        "escap_anticipated": "United Nations ESCAP, Anticipated Progress, time-weighted regression to the target year",
        "sdg_index_trend": "Sustainable Development Solutions Network, SDG Index: trend against the pace needed",
        "linear_pace": "ratio of observed to required change per year",
    }
)
REPLACED_ZERO = 0.001  # sdg-build puts this in the place of a zero; the result depends on it
EXPONENT = 4.44
ACHIEVED = "target_achieved"
CLASSES = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")


def known(name: str, given: float | None) -> float:
    """Return the number. Raises Refused for anything else, None included."""
    found = finite(name, given)
    if found is None:
        raise Refused(f"{name} is missing.", "Give a finite number.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A base value and a later one, in the indicator's unit, with their decimal years, and what was promised.

    `direction` is +1 where more is better and -1 where less is.
    """

    base: float
    base_year: float
    value: float
    year: float
    direction: int
    target: float | None = None
    target_year: float | None = None
    limit: float | None = None

    def __post_init__(self) -> None:
        for name in ("base", "base_year", "value", "year", "target", "target_year", "limit"):
            given = getattr(self, name)
            if given is not None or name not in ("target", "target_year", "limit"):
                object.__setattr__(self, name, known(name, given))
        if isinstance(self.direction, bool) or self.direction not in (-1, 1):
            raise Refused(f"direction is {self.direction!r}.", "Give +1 or -1.")
        if self.year <= self.base_year:
            raise Refused(f"year is {self.year:g}, not after base_year.", "Give a year after the base year.")

    @property
    def goal(self) -> float:
        """Return the target. Raises Refused where there is none."""
        if self.target is None or self.target_year is None or self.target_year <= self.base_year:
            raise Refused("This rule needs a target and a target_year after base_year.", "Give both.")
        return self.target

    @property
    def allowed(self) -> float:
        """Return the years from the base to the target. Raises Refused where there is no target."""
        return (self.target_year or 0.0) - self.base_year if self.goal is not None else 0.0

    @property
    def is_achieved(self) -> bool:
        """Say whether the value lies at or beyond the target."""
        return self.direction * (self.value - self.goal) >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The result of another's rule; value and score are None, and status "undefined", where the rule has no answer."""

    rule: str
    value: float | None
    status: str
    score: float | None = None


def growth(before: float, after: float, years: float) -> float | None:
    """Return the compound growth rate per year, None where the signs differ; a zero becomes REPLACED_ZERO.

    None too where the rate is beyond the numbers of a computer.
    """
    start, end = before or REPLACED_ZERO, after or REPLACED_ZERO
    try:
        return (end / start) ** (1 / years) - 1 if end / start > 0 else None
    except OverflowError:
        return None


def placed(value: float, cuts: tuple[float, ...], names: tuple[str, ...]) -> str:
    """Return the first name whose cut the value reaches, the last name where it reaches none."""
    return next((name for cut, name in zip(cuts, names, strict=False) if value >= cut), names[-1])


def cagr_ratio(path: Path) -> Published:
    """Return observed over required compound growth, class and score from -5 to +5.

    Source: SOURCES["cagr_ratio"]; classes at 0.95, 0.60 and 0. A zero is replaced by 0.001. Undefined where signs
    differ or the base equals the target. Raises Refused without a target. Differs between an indicator and its
    complement.
    """
    goal = path.goal
    observed = growth(path.base, path.value, path.year - path.base_year)
    required = growth(path.base, goal, path.allowed)
    if observed is None or required is None or required == 0:
        status = ACHIEVED if path.is_achieved else "undefined"
        return Published(rule="cagr_ratio", value=None, status=status, score=5.0 if path.is_achieved else None)
    value = copysign(1, path.base) * path.direction * observed / abs(required)
    if path.is_achieved:
        return Published(rule="cagr_ratio", value=value, status=ACHIEVED, score=5.0)
    score = min(7.1429 * value - 4.2857, 5.0) if value >= 0.6 else max(4.1667 * value - 2.5, -5.0)
    return Published(rule="cagr_ratio", value=value, status=placed(value, (0.95, 0.6, 0), CLASSES), score=score)


def limit_factor(base: float, limit: float | None) -> float:
    """Return by how much the cuts shrink near a limit (Statistics Canada); 1 without a limit."""
    if limit is None or abs(base) >= 2 * abs(limit):
        return 1.0
    size, top = abs(base), abs(limit)
    return float(1 - ((size if size <= top else 2 * top - size) / top) ** EXPONENT)


def cagr_without_target(path: Path) -> Published:
    """Return compound growth in the better direction, class and score from -5 to +5, without any target.

    Source: SOURCES["cagr_without_target"]; cuts at 1.5 %, 0.5 % and 0 a year, shrunk near a limit.
    """
    observed = growth(path.base, path.value, path.year - path.base_year)
    if observed is None:
        return Published(rule="cagr_without_target", value=None, status="undefined")
    value = copysign(1, path.base) * path.direction * observed
    factor = limit_factor(path.base, path.limit)
    status = placed(value, (0.015 * factor, 0.005 * factor, 0), CLASSES)
    return Published(rule="cagr_without_target", value=value, status=status, score=score_of(value, factor))


def score_of(value: float, factor: float) -> float:
    """Return the score from -5 to +5 of a growth rate without a target."""
    if value < 0:
        return max(125 * value - 2.5, -5.0)
    if factor == 0:
        return 5.0
    share = value / factor
    if share >= 0.015:
        return min(500 * share - 5, 5.0)
    return 250 * share - 1.25 if share >= 0.005 else 500 * share - 2.5


def un_chart_2022(path: Path) -> Published:
    """Return observed over required compound growth with the cuts of the 2022 chart: 0.95, 0.5 and -0.1."""
    value = cagr_ratio(path).value
    if value is None:
        return Published(rule="un_chart_2022", value=None, status="undefined")
    names = ("on_track", "fair_progress", "stagnation", "regression")
    return Published(rule="un_chart_2022", value=value, status=placed(value, (0.95, 0.5, -0.1), names))


def unsd_ratio(path: Path) -> Published:
    """Return the change expected by the target year, at constant compound growth, over the change required.

    Source: SOURCES["unsd_ratio"]; cuts at 0.95 and 0.10. The sign is lost where the base lies beyond the target: a fall
    from 97 to 94 with the target 95 scores +3.2. Undefined where base and target are equal or signs differ.
    """
    rate = growth(path.base, path.value, path.year - path.base_year)
    if rate is None or path.goal == path.base:
        return Published(rule="unsd_ratio", value=None, status="undefined")
    try:
        expected = path.value * (1 + rate) ** (path.allowed - (path.year - path.base_year))
    except (OverflowError, ZeroDivisionError):
        return Published(rule="unsd_ratio", value=None, status="undefined")
    value = (expected - path.base) / (path.goal - path.base)
    names = ("on_track", "progress_needs_acceleration", "stagnation_or_regression")
    return Published(rule="unsd_ratio", value=value, status=placed(value, (0.95, 0.10), names))


def escap_status(path: Path) -> Published:
    """Return ten times the share of the way covered, 10 at or beyond the target, whatever time is left.

    Source: SOURCES["escap_status"]; above 9 on track, at or below 0 regression. A fall that stays beyond the target is
    not seen.
    """
    goal = path.goal
    if path.is_achieved:
        return Published(rule="escap_status", value=10.0, status="on_track")
    if goal == path.base:
        return Published(rule="escap_status", value=None, status="undefined")
    value = 10 * path.direction * (path.value - path.base) / abs(goal - path.base)
    status = "on_track" if value > 9 else "acceleration_needed" if value > 0 else "regression"
    return Published(rule="escap_status", value=value, status=status)


def weighted_prediction(years: Sequence[float], values: Sequence[float], at: float) -> float:
    """Return the value at `at` of the line fitted with ESCAP's weights (at - first year) / (at - year)."""
    t, y = numbers("years", years, at_least=2, below=at), numbers("values", values, length=len(years))
    if len(np.unique(t)) < 2:
        raise Refused("All years are the same.", "Give values of at least two years.")
    weight = (at - t.min()) / (at - t)
    middle = np.average(t, weights=weight)
    slope = np.sum(weight * (t - middle) * y) / np.sum(weight * (t - middle) ** 2)
    return float(np.average(y, weights=weight) + slope * (at - middle))


def escap_anticipated(
    path: Path,
    years: Sequence[float],
    values: Sequence[float],
    *,
    lower: float | None = 0.0,
    upper: float | None = None,
) -> Published:
    """Return ten times the share of the way that is expected by the target year, 10 where the target is expected met.

    Source: SOURCES["escap_anticipated"]: regression on the logit scale between two bounds, on the log scale above a
    lower bound of zero, weighted towards recent years; above 9 will be met, at or below 0 no progress. `years` and
    `values` are the series, all before the target year. Undefined where a value sits on a bound or the base is the
    target. Raises Refused for series of other lengths or of one year.
    """
    goal, at = path.goal, float(path.target_year or 0.0)
    y = numbers("values", values, length=len(numbers("years", years)))
    lower, upper = (None if x is None else checks.number(name, x) for name, x in (("lower", lower), ("upper", upper)))
    has_two = lower is not None and upper is not None
    on_bound = (lower is not None and (y <= lower).any()) or (upper is not None and (y >= upper).any())
    if goal == path.base or on_bound or lower is None:
        return Published(rule="escap_anticipated", value=None, status="undefined")
    if has_two and upper is not None:
        expected = weighted_prediction(years, np.log((y - lower) / (upper - y)).tolist(), at)
        expected = lower + (upper - lower) * float(expit(expected))
    else:
        expected = lower + float(np.exp(weighted_prediction(years, np.log(y - lower).tolist(), at)))
    value = round(10 * path.direction * (expected - path.base) / abs(goal - path.base), 9)
    if path.direction * (expected - goal) >= 0:
        value = 10.0
    status = "will_meet" if value > 9 else "acceleration_needed" if value > 0 else "no_progress_or_reverse"
    return Published(rule="escap_anticipated", value=value, status=status)


def sdg_index_trend(path: Path) -> Published:
    """Return the recent change per year over the change per year needed from the base, as the SDG Index classes it.

    Source: SOURCES["sdg_index_trend"]: from 1 on track, from 0.5 moderately improving, from 0 stagnating, below
    decreasing; what has reached the target is on track whatever its trend, so a fall beyond the target is not seen.
    """
    if path.is_achieved:
        return Published(rule="sdg_index_trend", value=1.0, status="on_track")
    value = linear_pace(path).value
    if value is None:
        return Published(rule="sdg_index_trend", value=None, status="undefined")
    names = ("on_track", "moderately_improving", "stagnating", "decreasing")
    return Published(rule="sdg_index_trend", value=value, status=placed(value, (1.0, 0.5, 0.0), names))


def linear_pace(path: Path) -> Published:
    """Return observed over required change per year. The sign is lost where the base lies beyond the target."""
    if path.goal == path.base:
        return Published(rule="linear_pace", value=None, status="undefined")
    required = (path.goal - path.base) / path.allowed
    value = (path.value - path.base) / (path.year - path.base_year) / required
    names = ("on_track", "moderate", "stagnating", "decreasing")
    return Published(rule="linear_pace", value=value, status=placed(value, (1.0, 0.5, 0.0), names))
