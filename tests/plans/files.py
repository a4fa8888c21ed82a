"""Plan files written as tables of a few cells, and the country they are about."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from rightsplan.accounts.models import Person
from rightsplan.bodies.actions import import_bodies, import_places
from rightsplan.errors import Problem, Refused
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.actions import PlanChanges, import_plan
from rightsplan.plans.models import Chapter, Measure, Plan, PlanRevision, Target
from rightsplan.plans.tables import FILE_COLUMNS, IndicatorFacts
from rightsplan.tables.reading import TextTable, read_text_table

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACES = "code,name,level,parent\nXA,Aland,country,\nXA-N,North,region,XA\n"
BODIES = (
    "code,name,kind,level,parent,place\n"
    "XA/gov,Government,government,national,,XA\n"
    "XA/health,Ministry of Health,ministry,national,XA/gov,XA\n"
    "XA/schools,School Office,agency,national,XA/gov,XA\n"
)
VOCABULARY = {
    "rights": dict.fromkeys(["education", "health", "participation"]),
    "groups": dict.fromkeys(["children", "women"]),
}
INDICATORS = {
    "literacy": IndicatorFacts("percent", "higher", 0.0, 100.0, "level"),
    "maternal_deaths": IndicatorFacts("per 100,000 live births", "lower", 0.0, None, "level"),
    "trees": IndicatorFacts("million", "higher", None, None, "count"),
    "index": IndicatorFacts("points", "none", None, 10.0, "change"),
}
HEAD = {
    "plan": "XA-2021", "plan_title": "Plan of Aland", "plan_start": "2021", "plan_end": "2025", "jurisdiction": "XA",
    "chapter": "1", "chapter_title": "Living", "measure": "1.1", "measure_title": "Teach",
}  # fmt: skip
NEXT = {"plan": "XA-2021", "chapter": "1", "measure": "1.1"}
TARGET = {
    "target_title": "Literacy", "indicator": "literacy", "direction": "at least", "target_value": "90",
    "target_year": "2025",
}  # fmt: skip
Row = Mapping[str, str]


def head(**cells: str) -> dict[str, str]:
    """Return a plan's first row with a target; an empty cell takes one away."""
    return {**HEAD, **TARGET, **cells}


def later(**cells: str) -> dict[str, str]:
    """Return a later row of the same measure with a target."""
    return {**NEXT, **TARGET, **cells}


def table(*rows: Row, columns: list[str] | None = None) -> TextTable:
    """Return rows as a table that was read from a file."""
    names = columns or list(dict.fromkeys([*FILE_COLUMNS, *(name for row in rows for name in row)]))
    lines = [";".join(names), *(";".join(quoted(row.get(name, "")) for name in names) for row in rows)]
    return read_text_table("\n".join(lines).encode(), name="plan.csv")


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def load(by: Person, *rows: Row, **more: Any) -> PlanChanges:
    """Import rows as a plan file."""
    return take(by, table(*rows), **more)


def take(by: Person, file: TextTable, **more: Any) -> PlanChanges:
    """Import a table as a plan file."""
    facts = {"vocabulary": VOCABULARY, "indicators": INDICATORS, "now": NOW} | more
    return import_plan(by=by, table=file, **facts)


def stored() -> list[list[dict[str, Any]]]:
    """Return everything that an import of plans writes."""
    models = [Plan, Chapter, Measure, Target, PlanRevision, LogEntry, Measure.supporting_bodies.through]
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(by: Person, *rows: Row) -> tuple[Problem, ...]:
    """Return the problems of a file that must be refused, of which nothing may be saved."""
    before = stored()
    with pytest.raises(Refused) as refusal:
        load(by, *rows)
    assert stored() == before
    assert all(problem.message and problem.remedy and problem.row for problem in refusal.value.problems)
    return tuple(p for p in refusal.value.problems if p.severity == "error")


def prepare_country(by: Person) -> None:
    """Load places and bodies."""
    import_places(by=by, table=read_text_table(PLACES.encode(), name="places.csv"))
    import_bodies(by=by, table=read_text_table(BODIES.encode(), name="bodies.csv"))
