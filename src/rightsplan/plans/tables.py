"""Plan files: one row per target. Columns, checks of plan, chapter and measure, and the rows put together."""

import re
from collections.abc import Callable
from datetime import date

from rightsplan.plans.rows import IndicatorFacts, Known, MeasureRow, PlanRow, TargetRow
from rightsplan.plans.targets import TARGET_COLUMNS, add_target, settle_results
from rightsplan.tables.cells import Cells, Problems, check_columns, check_lengths, settle_numbers
from rightsplan.tables.reading import TextTable

__all__ = [
    "FILE_COLUMNS",
    "OPTIONAL",
    "REQUIRED",
    "TEXTS",
    "IndicatorFacts",
    "Known",
    "MeasureRow",
    "PlanRow",
    "TargetRow",
    "read_plans",
]

REQUIRED = ["plan", "chapter", "measure"]
FILE_COLUMNS = [
    "plan", "plan_title", "plan_start", "plan_end", "jurisdiction", "predecessor", "parent_plan", "is_example",
    "plan_note", "chapter", "chapter_title", "measure", "measure_title", "rights", "groups", "lead_body",
    "supporting_bodies", "due", "target", "target_title", "indicator", "group", "unit", "direction", "strict", "hold",
    "tolerance", "baseline", "baseline_year", "target_value", "target_year", "kind", "force", "reported_result",
    "reported_year", "reported_view", "source_target", "source_result", "language", "note",
]  # fmt: skip
OPTIONAL = [column for column in FILE_COLUMNS if column not in REQUIRED]
TEXTS = ["plan_title", "chapter_title", "measure_title", "target_title"]
NUMBERS = ["tolerance", "baseline", "target_value"]
LENGTHS = {
    "plan": 40, "chapter": 20, "measure": 14, "target": 4, "rights": 380, "groups": 380, "indicator": 80,
    "group": 200, "unit": 80, "language": 20,
}  # fmt: skip
ABOUT_A_TARGET = [
    "unit", "strict", "hold", "tolerance", "baseline_year", "force", "reported_year", "source_target", "source_result",
    "note",
]  # fmt: skip
PLAN_CODE = re.compile(r"[\w.]+(?:-[\w.]+)*")
NUMBER = re.compile(r"[\w.]+")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)  # where the file gives none, so that the rows are checked


def read_plans(table: TextTable, known: Known, problems: Problems, *, today: date) -> list[PlanRow]:
    """Return the plans of a file; every problem is collected, and what is wrong has its empty form."""
    check_columns(table, required=REQUIRED, optional=OPTIONAL, texts=TEXTS)
    check_lengths(table, LENGTHS, problems)
    settled = settle_results(settle_numbers(table, NUMBERS, problems), problems)
    plans: dict[str, PlanRow] = {}
    for values in settled.rows():
        cells = Cells(values, problems)
        code = cells.required("plan")
        if code in plans:
            check_agreement(cells, plans[code])
        else:
            plans[code] = read_head(cells, code, known, plans)
        read_row(cells, plans[code], known, today)
    return list(plans.values())


def read_head(cells: Cells, code: str, known: Known, earlier: dict[str, PlanRow]) -> PlanRow:
    """Return the plan that the first of its rows describes."""
    if code and not PLAN_CODE.fullmatch(code):
        cells.wrong("plan", "This cannot be a plan's code.", "Use letters, digits and hyphens: CN-2021.")
    start, end = cells.day("plan_start"), cells.day("plan_end", at_end=True)
    for column in ["plan_title", "plan_start", "plan_end", "jurisdiction"]:
        if not cells.text(column):
            cells.wrong(column, "The first row of a plan must say this.", "Fill it in on the plan's first row.")
    if start and end and end < start:
        cells.wrong("plan_end", "The plan ends before it starts.", "Correct plan_start or plan_end.")
    others = (known.plans | set(earlier)) - {code}
    return PlanRow(
        code=code,
        title=cells.texts("plan_title"),
        language=cells.language,
        jurisdiction=cells.code("jurisdiction", known.places),
        start=start or FIRST_DAY,
        end=end or LAST_DAY,
        predecessor=cells.code("predecessor", others),
        parent_plan=cells.code("parent_plan", others),
        is_example=cells.yes("is_example"),
        note=cells.text("plan_note"),
    )


def check_agreement(cells: Cells, plan: PlanRow) -> None:
    """Note where a later row says something else about the plan."""
    readers: dict[str, tuple[object, Callable[[], object]]] = {
        "plan_start": (plan.start, lambda: cells.day("plan_start")),
        "plan_end": (plan.end, lambda: cells.day("plan_end", at_end=True)),
        "jurisdiction": (plan.jurisdiction, lambda: cells.text("jurisdiction")),
        "predecessor": (plan.predecessor, lambda: cells.text("predecessor")),
        "parent_plan": (plan.parent_plan, lambda: cells.text("parent_plan")),
        "is_example": (plan.is_example, lambda: cells.yes("is_example")),
        "plan_note": (plan.note, lambda: cells.text("plan_note")),
    }
    for column, (first, read) in readers.items():
        if cells.text(column) and read() != first:
            cells.wrong(
                column, f"The plan's first row says {str(first)[:40]!r}.", "Make them agree, or leave it empty."
            )
    agree(cells, "plan_title", plan.title, "The plan's first row")


def agree(cells: Cells, column: str, first: dict[str, str], who: str) -> None:
    """Note a text that differs from what an earlier row says in the same language."""
    for language, text in cells.texts(column).items():
        if first.get(language) != text:
            message = f"{who} says {first.get(language, '')[:40]!r} ({language})."
            cells.wrong(column, message, "Make them agree, or leave this cell empty.")


def read_row(cells: Cells, plan: PlanRow, known: Known, today: date) -> None:
    """Add the chapter, measure and target of one row to its plan."""
    chapter, number = cells.required("chapter"), cells.required("measure")
    if chapter in plan.chapters:
        agree(cells, "chapter_title", plan.chapters[chapter], "An earlier row of the chapter")
    else:
        plan.chapters[chapter] = cells.texts("chapter_title")
        if chapter and not plan.chapters[chapter]:
            cells.wrong("chapter_title", "The first row of a chapter must name it.", "Fill in the chapter's title.")
    read = read_measure(cells, plan, number, known)
    measure = plan.measures.setdefault(number, read)
    if measure is read:
        check_first(cells, number, measure)
    else:
        check_same(cells, measure, read)
    if any(cells.text(column) for column in TARGET_COLUMNS):
        add_target(cells, plan, measure, known, today=today)
        return
    for column in [name for name in ABOUT_A_TARGET if cells.text(name)]:
        message = "This row has no target, so the cell is left out."
        cells.wrong(column, message, "Give the target a title, or empty the cell.", severity="warning")


def read_measure(cells: Cells, plan: PlanRow, number: str, known: Known) -> MeasureRow:
    """Return what this row says of its measure."""
    return MeasureRow(
        row=cells.row,
        code=f"{plan.code}/{number}",
        chapter=cells.text("chapter"),
        title=cells.texts("measure_title"),
        language=cells.language,
        rights=cells.codes("rights", known.rights),
        groups=cells.codes("groups", known.groups),
        lead_body=cells.code("lead_body", known.bodies),
        supporting_bodies=cells.codes("supporting_bodies", known.bodies),
        due=cells.day("due", at_end=True),
    )


def check_first(cells: Cells, number: str, measure: MeasureRow) -> None:
    """Note what the first row of a measure lacks."""
    if number and not measure.title:
        cells.wrong("measure_title", "The first row of a measure must name it.", "Fill in what will be done.")
    if number and not NUMBER.fullmatch(number):
        cells.wrong("measure", "A measure's number may hold letters, digits and points.", "Write it as 3.2.")
    if measure.lead_body and measure.lead_body in measure.supporting_bodies:
        cells.wrong("supporting_bodies", "The lead body is named again.", "Name it once.", severity="warning")


def check_same(cells: Cells, first: MeasureRow, later: MeasureRow) -> None:
    """Note where a later row says something else about the measure."""
    who = f"Row {first.row} of the measure"
    agree(cells, "measure_title", first.title, who)
    for column in ["chapter", "rights", "groups", "lead_body", "supporting_bodies", "due"]:
        said, new = getattr(first, column), getattr(later, column)
        if new and new != said:
            shown = "; ".join(said) if isinstance(said, list) else str(said or "")
            cells.wrong(column, f"{who} says {shown!r}.", "Make them agree, or leave this cell empty.")
