"""What was promised, in numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from rightsplan.errors import Refused

Direction = Literal["at_least", "at_most", "exactly", "change_by", "about"]
Better = Literal["higher", "lower", "none"]
MeasuredAs = Literal["level", "count", "change"]
Kind = Literal["quantitative", "qualitative", "process"]

DIRECTIONS: tuple[str, ...] = get_args(Direction)
ABOUT_TOLERANCE = 0.05  # "about 50" is kept by 47.5 to 52.5 unless the plan says otherwise
LARGEST = 1e150  # squares of larger numbers do not fit into a float


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One target as numbers; years are decimal years, values are in the indicator's unit.

    `change_by` promises `value` as the wanted change since the baseline; `measured_as="change"` says that the series
    itself already counts from the baseline, `"count"` that it accumulates from zero at the start and cannot be lost.
    `hold` promises that every year of the plan keeps the target. `lower` and `upper` are the natural bounds of the
    indicator (0 and 100 for a percentage). `tolerance` is for `exactly` and `about`, in the indicator's unit.
    `year` may be missing: then `end_year`, the end of the plan, is the deadline. Raises Refused naming a wrong
    field.
    """

    direction: Direction
    value: float | None
    year: float | None
    baseline: float | None = None
    baseline_year: float | None = None
    start_year: float | None = None
    end_year: float | None = None
    lower: float | None = None
    upper: float | None = None
    better: Better = "none"
    strict: bool = False
    hold: bool = False
    tolerance: float | None = None
    measured_as: MeasuredAs = "level"
    kind: Kind = "quantitative"

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise Refused(f"{name} is {getattr(self, name)!r}.", f"Use one of: {', '.join(allowed)}.")
        for name in NUMBERS:
            object.__setattr__(self, name, finite(name, getattr(self, name)))
        for name in ("strict", "hold"):
            if not isinstance(getattr(self, name), bool):
                raise Refused(f"{name} is {getattr(self, name)!r}.", "Give true or false.")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise Refused("The lower bound is not below the upper bound.", "Correct the indicator's bounds.")
        if self.tolerance is not None and self.tolerance < 0:
            raise Refused("The tolerance is negative.", "Give a tolerance of zero or more.")

    def to_dict(self) -> dict[str, Any]:
        """Return every field as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Promise":
        """Return the promise of `to_dict`. Raises Refused naming an unknown, missing or wrong field."""
        names = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - names)
        missing = sorted({"direction", "value", "year"} - set(values))
        if unknown or missing:
            raise Refused(
                f"The promise has wrong fields: unknown {unknown}, missing {missing}.",
                "Use the fields of Promise.",
            )
        return cls(**values)


def finite(name: str, number: Any) -> float | None:
    """Return the number as a float. Raises Refused naming the field for anything else, infinity and NaN included."""
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= LARGEST:
        raise Refused(f"{name} is {number!r}.", "Give a finite number or leave it empty.")
    return float(number)


CHOICES: dict[str, tuple[str, ...]] = {
    "direction": DIRECTIONS,
    "better": get_args(Better),
    "measured_as": get_args(MeasuredAs),
    "kind": get_args(Kind),
}
NUMBERS = [
    "value",
    "year",
    "baseline",
    "baseline_year",
    "start_year",
    "end_year",
    "lower",
    "upper",
    "tolerance",
]
