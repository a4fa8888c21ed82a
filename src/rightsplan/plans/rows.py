"""What a plan file says, row by row put together: plans, measures and targets, and the codes that they may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """What a plan needs to know of an indicator."""

    unit: str
    better: str
    lower: float | None
    upper: float | None
    measured_as: str


@dataclass(frozen=True, slots=True)
class Known:
    """Every code that a plan file may use."""

    rights: Mapping[str, object]
    groups: Mapping[str, object]
    bodies: Mapping[str, object]
    places: Mapping[str, object]
    plans: set[str]
    indicators: Mapping[str, IndicatorFacts]


@dataclass(slots=True)
class TargetRow:
    """One promise as the file has it."""

    row: int
    code: str
    title: dict[str, str]
    language: str
    indicator: str
    unit: str
    group: str
    kind: str
    force: str
    promise: dict[str, Any]
    reported: list[tuple[str, float]]
    reported_view: str
    reported_source: str
    source: str
    note: str


@dataclass(slots=True)
class MeasureRow:
    """One measure with its targets."""

    row: int
    code: str
    chapter: str
    title: dict[str, str]
    language: str
    rights: list[str]
    groups: list[str]
    lead_body: str
    supporting_bodies: list[str]
    due: date | None
    targets: list[TargetRow] = field(default_factory=list)


@dataclass(slots=True)
class PlanRow:
    """One plan with its chapters (number to title) and measures."""

    code: str
    title: dict[str, str]
    language: str
    jurisdiction: str
    start: date
    end: date
    predecessor: str
    parent_plan: str
    is_example: bool
    note: str
    chapters: dict[str, dict[str, str]] = field(default_factory=dict)
    measures: dict[str, MeasureRow] = field(default_factory=dict)
