"""Plan files: one row per target. Columns, checks, and the rows as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rightsplan.errors import Refused
from rightsplan.stats.promise import DIRECTIONS, Promise
from rightsplan.tables.cells import Cells, Problems, check_columns
from rightsplan.tables.reading import TextTable

REQUIRED = ["plan", "chapter", "measure"]
OPTIONAL = [
    "plan_title", "plan_start", "plan_end", "jurisdiction", "predecessor", "parent_plan", "is_example", "plan_note",
    "chapter_title", "measure_title", "rights", "groups", "lead_body", "supporting_bodies", "due", "target",
    "target_title", "indicator", "group", "unit", "direction", "strict", "hold", "tolerance", "baseline",
    "baseline_year", "target_value", "target_year", "kind", "force", "reported_result", "reported_year",
    "reported_view", "source_target", "source_result", "language", "note",
]  # fmt: skip
TEXTS = ["plan_title", "chapter_title", "measure_title", "target_title"]
TARGET_COLUMNS = ["target", "target_title", "indicator", "direction", "target_value", "kind", "target_year"]
SPELLINGS = {
    **{name.replace("_", " "): name for name in DIRECTIONS},
    ">=": "at_least", "≥": "at_least", ">": "at_least", "<=": "at_most", "≤": "at_most", "<": "at_most",
    "=": "exactly", "~": "about", "≈": "about", "change": "change_by",
}  # fmt: skip
KINDS = {kind: kind for kind in ["quantitative", "qualitative", "process"]}
FORCES = {"binding": "binding", "expected": "expected"}


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


def read_plans(table: TextTable, known: Known, problems: Problems) -> list[PlanRow]:
    """Return the plans of a file. Problems are collected; a plan whose head is unusable is left out."""
    check_columns(table, required=REQUIRED, optional=OPTIONAL, texts=TEXTS)
    plans: dict[str, PlanRow | None] = {}
    for values in table.rows():
        cells = Cells(values, problems)
        code = cells.required("plan")
        if code not in plans:
            plans[code] = read_head(cells, code, known, plans)
        elif plans[code] is not None:
            check_agreement(cells, plans[code])
        plan = plans[code]
        if plan is not None:
            read_row(cells, plan, known)
    return [plan for plan in plans.values() if plan is not None]


def read_head(cells: Cells, code: str, known: Known, earlier: Mapping[str, object]) -> PlanRow | None:
    """Return the plan that the first of its rows describes."""
    if "/" in code or len(code) > 40 or " " in code:
        cells.wrong("plan", "This cannot be a plan's code.", "Use up to 40 letters, digits and hyphens: CN-2021.")
    start, end = cells.day("plan_start"), cells.day("plan_end", at_end=True)
    for column in ["plan_title", "plan_start", "plan_end", "jurisdiction"]:
        if not cells.text(column):
            cells.wrong(column, "The first row of a plan must say this.", "Fill it in on the plan's first row.")
    if start and end and end < start:
        cells.wrong("plan_end", "The plan ends before it starts.", "Correct plan_start or plan_end.")
    known_plans = known.plans | set(earlier) | {code}
    head = PlanRow(
        code=code,
        title=cells.texts("plan_title"),
        language=cells.language,
        jurisdiction=cells.code("jurisdiction", known.places),
        start=start or date.min,
        end=end or date.max,
        predecessor=cells.code("predecessor", known_plans - {code}),
        parent_plan=cells.code("parent_plan", known_plans - {code}),
        is_example=cells.yes("is_example"),
        note=cells.text("plan_note"),
    )
    return head if start and end and head.jurisdiction else None


def check_agreement(cells: Cells, plan: PlanRow | None) -> None:
    """Note where a later row says something else about the plan."""
    if plan is None:
        return
    said = {"jurisdiction": plan.jurisdiction, "predecessor": plan.predecessor, "parent_plan": plan.parent_plan}
    for column, first in said.items():
        if cells.text(column) and cells.text(column) != first:
            cells.wrong(column, f"The plan's first row says {first!r}.", "Make them agree, or leave this cell empty.")
    title = cells.text("plan_title")
    if title and title not in plan.title.values():
        cells.wrong("plan_title", "The plan's first row has another title.", "Make them agree, or leave it empty.")


def read_row(cells: Cells, plan: PlanRow, known: Known) -> None:
    """Add the chapter, measure and target of one row to its plan."""
    chapter = cells.required("chapter")
    title = cells.texts("chapter_title")
    if chapter not in plan.chapters:
        if not title:
            cells.wrong("chapter_title", "The first row of a chapter must name it.", "Fill in the chapter's title.")
        plan.chapters[chapter] = title
    elif title and title != plan.chapters[chapter]:
        cells.wrong("chapter_title", "An earlier row gives this chapter another title.", "Make them agree.")
    number = cells.required("measure")
    measure = plan.measures.get(number)
    if measure is None:
        measure = read_measure(cells, plan, number, known)
        plan.measures[number] = measure
    elif cells.text("measure_title") and cells.texts("measure_title") != measure.title:
        cells.wrong("measure_title", f"Row {measure.row} gives this measure another title.", "Make them agree.")
    if any(cells.text(column) for column in TARGET_COLUMNS):
        add_target(cells, plan, measure, known)


def read_measure(cells: Cells, plan: PlanRow, number: str, known: Known) -> MeasureRow:
    """Return the measure that this row is the first of."""
    title = cells.texts("measure_title")
    if not title:
        cells.wrong("measure_title", "The first row of a measure must name it.", "Fill in what will be done.")
    if "/" in number or "-" in number:
        cells.wrong("measure", "A measure's number may not hold / or -.", "Write it as 3.2.")
    return MeasureRow(
        row=cells.row,
        code=f"{plan.code}/{number}",
        chapter=cells.text("chapter"),
        title=title,
        language=cells.language,
        rights=cells.codes("rights", known.rights),
        groups=cells.codes("groups", known.groups),
        lead_body=cells.code("lead_body", known.bodies),
        supporting_bodies=cells.codes("supporting_bodies", known.bodies),
        due=cells.day("due", at_end=True),
    )


def add_target(cells: Cells, plan: PlanRow, measure: MeasureRow, known: Known) -> None:
    """Add the target of this row to its measure."""
    letter = cells.text("target") or letter_of(len(measure.targets))
    code = f"{measure.code}-{letter}"
    if any(target.code == code for target in measure.targets):
        cells.wrong("target", f"The measure has a target {letter} already.", "Give every target its own letter.")
    kind = cells.choice("kind", KINDS, default="quantitative")
    indicator = cells.code("indicator", known.indicators)
    if kind == "quantitative" and not cells.text("indicator"):
        cells.wrong("indicator", "A quantitative target needs an indicator.", "Name its code, or change the kind.")
    title = cells.texts("target_title")
    if not title and not indicator:
        cells.wrong("target_title", "Nothing says what this target is.", "Give a title or an indicator.")
    measure.targets.append(
        TargetRow(
            row=cells.row,
            code=code,
            title=title,
            language=cells.language,
            indicator=indicator,
            unit=read_unit(cells, known.indicators.get(indicator)),
            group=cells.text("group"),
            kind=kind,
            force=cells.choice("force", FORCES),
            promise=read_promise(cells, plan, kind, known.indicators.get(indicator)),
            reported=read_reported(cells),
            reported_view=cells.text("reported_view"),
            reported_source=cells.text("source_result"),
            source=cells.text("source_target"),
            note=cells.text("note"),
        )
    )


def letter_of(number: int) -> str:
    """Return a, b, ..., z, aa, ab, ... for 0, 1, ..."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def read_unit(cells: Cells, facts: IndicatorFacts | None) -> str:
    """Return the unit; it must be the indicator's."""
    unit = cells.text("unit")
    if facts and unit and unit != facts.unit:
        cells.wrong("unit", f"The indicator is measured in {facts.unit!r}.", "Convert the figures or leave it empty.")
    return unit or (facts.unit if facts else "")


def read_promise(cells: Cells, plan: PlanRow, kind: str, facts: IndicatorFacts | None) -> dict[str, Any]:
    """Return the promise as `stats.promise.Promise` has it."""
    direction = cells.choice("direction", SPELLINGS)
    value, year = cells.number("target_value"), cells.year("target_year")
    baseline, baseline_year = cells.number("baseline"), cells.year("baseline_year")
    if value is not None and not direction:
        cells.wrong("direction", "The target has a figure but no direction.", "Write at least, at most, change by ...")
    if baseline is not None and baseline_year is None:
        cells.wrong("baseline_year", "The baseline has no year.", "Say which year the baseline is of.")
    if year is not None and not plan.start.year <= year <= plan.end.year + 10:
        message = f"The plan runs from {plan.start.year} to {plan.end.year}."
        cells.wrong("target_year", message, "Correct the year if it is wrong.", severity="warning")
    if value is not None and facts:
        check_bounds(cells, value, direction, facts)
    try:
        promise = Promise(
            direction=direction or "at_least",  # type: ignore[arg-type]
            value=None if kind == "qualitative" else value,
            year=year if year is not None else float(plan.end.year),
            baseline=baseline,
            baseline_year=baseline_year,
            start_year=float(plan.start.year),
            end_year=float(plan.end.year),
            lower=facts.lower if facts else None,
            upper=facts.upper if facts else None,
            better=facts.better if facts else "none",  # type: ignore[arg-type]
            strict=cells.yes("strict") or cells.text("direction") in {">", "<"},
            hold=cells.yes("hold"),
            tolerance=cells.number("tolerance"),
            measured_as=facts.measured_as if facts else "level",  # type: ignore[arg-type]
            kind=kind,  # type: ignore[arg-type]
        )
    except Refused as refusal:
        cells.wrong("target_value", refusal.message, refusal.remedy)
        return {}
    return promise.to_dict()


def check_bounds(cells: Cells, value: float, direction: str, facts: IndicatorFacts) -> None:
    """Note a target that the indicator can never take, and one against the better direction."""
    low, high = facts.lower, facts.upper
    if direction != "change_by" and ((low is not None and value < low) or (high is not None and value > high)):
        cells.wrong("target_value", f"The indicator lies between {low} and {high}.", "Correct the figure or its unit.")
    against = {"at_least": "lower", "at_most": "higher"}.get(direction)
    if against == facts.better:
        message = f"For this indicator {facts.better} is better, and the target asks for the opposite."
        cells.wrong("direction", message, "Check the direction.", severity="warning")


def read_reported(cells: Cells) -> list[tuple[str, float]]:
    """Return the reported (period, value) pairs; several are separated by semicolons."""
    results = [part.strip() for part in cells.text("reported_result").split(";") if part.strip()]
    years = [part.strip() for part in cells.text("reported_year").split(";") if part.strip()]
    if len(results) != len(years):
        if results:
            cells.wrong("reported_year", "There is not one year for every result.", "Write as many years as results.")
        return []
    pairs = []
    for result, year in zip(results, years, strict=True):
        try:
            pairs.append((year, float(result.replace(",", ""))))
        except ValueError:
            cells.wrong("reported_result", "This is no number.", "Put words into reported_view; results are figures.")
    return pairs
