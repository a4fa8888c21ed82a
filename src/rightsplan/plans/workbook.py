"""Plans as workbooks: an empty form that explains itself, and a plan written back in the format it is imported in."""

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from rightsplan import vocabulary
from rightsplan.plans.columns import CHOICES, CODES, MEANING
from rightsplan.plans.models import Measure, Plan, Target
from rightsplan.plans.queries import chapters_of, latest_revision
from rightsplan.plans.tables import FILE_COLUMNS, REQUIRED, TEXTS

Row = dict[str, Any]
ROWS_WITH_LISTS = 5_000


def template_workbook() -> bytes:
    """Return an empty XLSX form: a sheet to fill in, one that explains every column, one with the codes."""
    return written([], FILE_COLUMNS)


def export_plan(plan: Plan) -> bytes:
    """Return a plan as XLSX in the import format; importing it again changes nothing. Dropped targets are left out."""
    rows = rows_of(plan)
    suffixed = sorted({name for row in rows for name in row} - set(FILE_COLUMNS))
    columns: list[str] = []
    for name in FILE_COLUMNS:
        columns += [name, *(s for s in suffixed if name in TEXTS and s.startswith(f"{name}_"))]
    return written(rows, columns)


def written(rows: list[Row], columns: list[str]) -> bytes:
    """Return the workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        write_plan_sheet(book, rows, columns)
        write_meanings(book)
        write_codes(book)
    return buffer.getvalue()


def write_plan_sheet(book: Workbook, rows: list[Row], columns: list[str]) -> None:
    """Write the sheet that is read: header, rows, lists to pick from."""
    sheet = book.add_worksheet("Plan")
    head, required = header_formats(book)
    as_text = book.add_format({"num_format": "@"})
    for number, name in enumerate(columns):
        sheet.set_column(
            number, number, 28 if name.startswith(tuple(TEXTS)) else 15, as_text if name in CODES else None
        )
        sheet.write_string(0, number, name, required if name in REQUIRED else head)
        if name in MEANING:
            sheet.write_comment(0, number, MEANING[name][0])
        if name in CHOICES:
            lists = {"validate": "list", "source": CHOICES[name], "error_message": "Pick one from the list."}
            sheet.data_validation(1, number, ROWS_WITH_LISTS, number, lists)
    for line, row in enumerate(rows, 1):
        for number, name in enumerate(columns):
            write_cell(sheet, (line, number), row.get(name), as_text if name in CODES else None)
    sheet.freeze_panes(1, 0)


def write_cell(sheet: Worksheet, at: tuple[int, int], value: Any, form: Format | None) -> None:
    """Write a number as a number and everything else as text; nothing where there is nothing."""
    if value is None or value == "":
        return
    if isinstance(value, float | int) and float(f"{value:.15g}") == value:  # what a spreadsheet keeps of a number
        sheet.write_number(*at, value, form)
    else:
        sheet.write_string(*at, str(value), form)


def header_formats(book: Workbook) -> tuple[Format, Format]:
    """Return the look of an optional and of a required column's header."""
    plain = book.add_format({"bold": True, "bottom": 1})
    return plain, book.add_format({"bold": True, "bottom": 2, "bg_color": "#e6e2d8"})


def write_meanings(book: Workbook) -> None:
    """Write the sheet that explains every column."""
    sheet = book.add_worksheet("Columns")
    head, _required = header_formats(book)
    for number, (name, width) in enumerate([("column", 20), ("meaning", 80), ("example", 30), ("required", 10)]):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name, head)
    for line, (name, (meaning, example)) in enumerate(MEANING.items(), 1):
        for number, text in enumerate([name, meaning, example, "yes" if name in REQUIRED else ""]):
            sheet.write_string(line, number, text)


def write_codes(book: Workbook) -> None:
    """Write the sheet of the codes of rights and groups, in every language."""
    sheet = book.add_worksheet("Codes")
    head, _required = header_formats(book)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 8, 36)
    for number, name in enumerate(["column", "code", *vocabulary.LANGUAGES]):
        sheet.write_string(0, number, name, head)
    codes = [(facet, code) for facet in ["rights", "groups"] for code in vocabulary.codes(facet)]
    for line, (facet, code) in enumerate(codes, 1):
        labels = (vocabulary.label(facet, code, language) for language in vocabulary.LANGUAGES)
        for number, text in enumerate([facet, code, *labels]):
            sheet.write_string(line, number, text)


def rows_of(plan: Plan) -> list[Row]:
    """Return the rows of a plan file, the plan's own columns on its first row only."""
    reported = reported_results(plan)
    rows: list[Row] = []
    for chapter in chapters_of(plan):
        title = chapter.title
        for measure in chapter.measures.all():
            head = {"plan": plan.code, "chapter": chapter.number, "measure": measure.code.partition("/")[2]}
            for number, target in enumerate(rows_about(measure)):
                row: Row = {**head, "language": target.language if target else measure.language}
                if not rows:
                    row |= plan_cells(plan, row["language"])
                row |= texts("chapter_title", title, row["language"])
                title = {}
                if number == 0:
                    row |= measure_cells(measure, row["language"])
                if target:
                    row |= target_cells(target, reported.get(target.code, []), row["language"])
                rows.append(row)
    return rows


def rows_about(measure: Measure) -> list[Target | None]:
    """Return the targets of a measure; the first row has its language, so another one may stand before them (None)."""
    targets = list(measure.targets.all())
    is_alone = not targets or targets[0].language != measure.language
    return [None, *targets] if is_alone else [*targets]


def texts(column: str, by_language: Mapping[str, str], language: str) -> Row:
    """Return a text in its languages as columns: the row's language without a suffix."""
    return {
        column if code == language else f"{column}_{code.replace('-', '_')}": text for code, text in by_language.items()
    }


def yes_or_empty(answer: bool) -> str:
    """Return yes, or nothing."""
    return "yes" if answer else ""


def plan_cells(plan: Plan, language: str) -> Row:
    """Return what the first row says of the plan."""
    return texts("plan_title", plan.title, language) | {
        "plan_start": plan.start.isoformat(),
        "plan_end": plan.end.isoformat(),
        "jurisdiction": plan.jurisdiction.code,
        "predecessor": plan.predecessor.code if plan.predecessor else "",
        "parent_plan": plan.parent_plan.code if plan.parent_plan else "",
        "is_example": yes_or_empty(plan.is_example),
        "plan_note": plan.note,
    }


def measure_cells(measure: Measure, language: str) -> Row:
    """Return what the first row of a measure says of it."""
    return texts("measure_title", measure.title, language) | {
        "rights": measure.rights.strip(";"),
        "groups": measure.groups.strip(";"),
        "lead_body": measure.lead_body.code if measure.lead_body else "",
        "supporting_bodies": "; ".join(body.code for body in measure.supporting_bodies.all()),
        "due": measure.due.isoformat() if measure.due else "",
    }


def target_cells(target: Target, reported: Iterable[tuple[str, float]], language: str) -> Row:
    """Return what a row says of its target; the columns that make up the promise come from the promise."""
    promise = target.promise
    direction = str(promise.get("direction", ""))
    has_direction = promise.get("value") is not None or direction != "at_least"  # what an empty cell is read as
    year, baseline_year = promise.get("year"), promise.get("baseline_year")
    is_before = baseline_year is None or year is None or baseline_year < year  # else only an empty cell was accepted
    return texts("target_title", target.title, language) | {
        "target": target.code.rpartition("-")[2],
        "indicator": target.indicator,
        "group": target.group,
        "unit": target.unit,
        "direction": direction.replace("_", " ") if has_direction else "",
        "strict": yes_or_empty(bool(promise.get("strict"))),
        "hold": yes_or_empty(bool(promise.get("hold"))),
        "tolerance": promise.get("tolerance"),
        "baseline": promise.get("baseline"),
        "baseline_year": baseline_year,
        "target_value": promise.get("value"),
        "target_year": year if is_before else None,
        "kind": target.kind,
        "force": target.force,
        "reported_result": ";".join(f"{value!r}" for _, value in reported),
        "reported_year": ";".join(period for period, _ in reported),
        "reported_view": target.reported_view,
        "source_target": target.source,
        "source_result": target.reported_source,
        "note": target.note,
    }


def reported_results(plan: Plan) -> dict[str, list[tuple[str, float]]]:
    """Return the reported results of every target as the latest revision has them."""
    revision = latest_revision(plan)
    document = json.loads(revision.document) if revision else {"measures": []}
    return {
        target["code"]: [(period, value) for period, value in target["reported"]]
        for measure in document["measures"]
        for target in measure["targets"]
    }
