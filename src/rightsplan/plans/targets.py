"""The target of one row of a plan file: what is promised, in numbers or in words, and what is reported of it."""

import re
from datetime import date
from typing import Any

import polars as pl

from rightsplan.errors import Refused
from rightsplan.plans.rows import IndicatorFacts, Known, MeasureRow, PlanRow, TargetRow
from rightsplan.stats.periods import decimal_year
from rightsplan.stats.promise import DIRECTIONS, Promise
from rightsplan.tables.cells import Cells, Problems, split_list
from rightsplan.tables.numbers import parse_numbers
from rightsplan.tables.reading import ROW, TextTable

TARGET_COLUMNS = [
    "target", "target_title", "indicator", "group", "direction", "target_value", "target_year", "kind", "baseline",
    "reported_result", "reported_view",
]  # fmt: skip
SYMBOLS = {
    ">=": "at_least", "≥": "at_least", ">": "at_least", "<=": "at_most", "≤": "at_most", "<": "at_most",
    "=": "exactly", "~": "about", "≈": "about",
}  # fmt: skip
SPELLINGS = {**{name.replace("_", " "): name for name in DIRECTIONS}, **SYMBOLS, "change": "change_by"}
STRICT = {">", "<"}
KINDS = {kind: kind for kind in ["quantitative", "qualitative", "process"]}
FORCES = {"binding": "binding", "expected": "expected"}
SAME_UNITS = {"%": "percent", "per cent": "percent"}
LETTER = re.compile(r"[a-z0-9]+")
GROUP = re.compile(r"[\w-]+=[^=;]+")


def settle_results(table: TextTable, problems: Problems) -> TextTable:
    """Return the table with reported results as plain numbers between semicolons, read as one column.

    A result that is no number ("over 90") moves to `reported_view` with a warning: it is kept as text, never guessed.
    """
    if "reported_result" not in table.columns:
        return table
    cells = table.frame["reported_result"].to_list()
    parts = [split_list(cell or "") for cell in cells]
    flat = pl.Series([part for row in parts for part in row], dtype=pl.String)
    numbers = parse_numbers(flat)
    values = iter(numbers.value.to_list())
    results: list[str | None] = []
    views = table.frame["reported_view"].to_list() if "reported_view" in table.columns else [None] * len(cells)
    for i, (row, cell, pieces) in enumerate(zip(table.frame[ROW].to_list(), cells, parts, strict=True)):
        found = [next(values) for _ in pieces]
        is_plain = None not in found
        results.append(";".join(repr(value) for value in found) if pieces and is_plain else None)
        if pieces and not is_plain:
            views[i] = "; ".join(filter(None, [cell, views[i]]))
            message, remedy = "This is no number; it is shown as the body's own words.", "Move it to reported_view."
            problems.add(int(row), "reported_result", cell or "", message, remedy, severity="warning")
    texts = {"reported_result": results, "reported_view": views}
    columns = {name: pl.Series(name, column, dtype=pl.String) for name, column in texts.items()}
    return TextTable(table.name, table.frame.with_columns(**columns), table.headers)


def add_target(cells: Cells, plan: PlanRow, measure: MeasureRow, known: Known, *, today: date) -> None:
    """Add the target of this row to its measure."""
    kind = cells.choice("kind", KINDS, default="quantitative")
    indicator = cells.code("indicator", known.indicators)
    if kind == "quantitative" and not cells.text("indicator"):
        cells.wrong("indicator", "A quantitative target needs an indicator.", "Name its code, or change the kind.")
    title = cells.texts("target_title")
    if not title and not cells.text("indicator"):
        cells.wrong("target_title", "Nothing says what this target is.", "Give a title or an indicator.")
    facts = known.indicators.get(indicator)
    measure.targets.append(
        TargetRow(
            row=cells.row,
            code=f"{measure.code}-{read_letter(cells, measure)}",
            title=title,
            language=cells.language,
            indicator=indicator,
            unit=read_unit(cells, facts),
            group=read_group(cells),
            kind=kind,
            force=cells.choice("force", FORCES),
            promise=read_promise(cells, plan, kind, facts),
            reported=read_reported(cells, today),
            reported_view=cells.text("reported_view"),
            reported_source=cells.text("source_result"),
            source=cells.text("source_target"),
            note=cells.text("note"),
        )
    )


def read_letter(cells: Cells, measure: MeasureRow) -> str:
    """Return the target's letter; the next free one where the file has none."""
    taken = {target.code.removeprefix(f"{measure.code}-"): target.row for target in measure.targets}
    letter = cells.text("target").lower()
    if not letter:
        return next(free for free in map(letter_of, range(len(taken) + 1)) if free not in taken)
    if not LETTER.fullmatch(letter):
        cells.wrong("target", "A target has a letter.", "Write a, b, c ... or leave it empty.")
    if letter in taken:
        message = f"Row {taken[letter]} has the target {letter} of this measure."
        cells.wrong("target", message, "Give every target its own letter.")
    return letter


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
    if facts and unit and same_unit(unit) != same_unit(facts.unit):
        cells.wrong("unit", f"The indicator is measured in {facts.unit!r}.", "Convert the figures or leave it empty.")
    return facts.unit if facts else unit


def same_unit(unit: str) -> str:
    """Return one form for spellings of the same unit."""
    folded = " ".join(unit.casefold().split())
    return SAME_UNITS.get(folded, folded)


def read_group(cells: Cells) -> str:
    """Return for whom it is promised, `age=15-24;sex=F`, in order of the dimensions."""
    parts = split_list(cells.text("group"))
    if not all(GROUP.fullmatch(part) for part in parts):
        cells.wrong("group", "This names no group.", "Write dimension=value, such as sex=F;age=15-24.")
    return ";".join(sorted(parts))


def read_direction(cells: Cells, kind: str) -> tuple[str, bool]:
    """Return the direction and whether it is strict ("more than" rather than "at least")."""
    text = cells.text("direction")
    direction = cells.choice("direction", SPELLINGS)
    strict = cells.yes("strict") or text in STRICT
    if text in SYMBOLS and direction:
        words = direction.replace("_", " ") + (", strictly" if strict else "")
        cells.wrong("direction", f"Read as {words}.", f"Write {direction.replace('_', ' ')}.", severity="warning")
    if text in STRICT and cells.text("strict") and not cells.yes("strict"):
        cells.wrong("strict", f"The direction {text} is strict, this cell says it is not.", "Make them agree.")
    if kind != "qualitative" and cells.text("target_value") and not text:
        cells.wrong("direction", "The target has a figure but no direction.", "Write at least, at most, change by ...")
    return direction, strict


def read_promise(cells: Cells, plan: PlanRow, kind: str, facts: IndicatorFacts | None) -> dict[str, Any]:
    """Return the promise as `stats.promise.Promise` has it."""
    direction, strict = read_direction(cells, kind)
    value, year = cells.number("target_value"), cells.year("target_year")
    baseline, baseline_year = cells.number("baseline"), cells.year("baseline_year")
    check_years(cells, plan, year, direction, facts)
    check_figures(cells, facts, kind=kind, value=value, baseline=baseline, direction=direction)
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
            strict=strict,
            hold=cells.yes("hold"),
            tolerance=cells.number("tolerance"),
            measured_as=facts.measured_as if facts else "level",  # type: ignore[arg-type]
            kind=kind,  # type: ignore[arg-type]
        )
    except Refused as refusal:
        column = "tolerance" if "tolerance" in refusal.message else "target_value"
        cells.wrong(column, refusal.message, refusal.remedy)
        return {}
    return promise.to_dict()


def check_years(cells: Cells, plan: PlanRow, year: float | None, direction: str, facts: IndicatorFacts | None) -> None:
    """Note years that are missing or cannot be."""
    baseline_year = cells.text("baseline_year")
    if cells.text("baseline") and not baseline_year:
        cells.wrong("baseline_year", "The baseline has no year.", "Say which year the baseline is of.")
    counts_itself = facts is not None and facts.measured_as == "change"
    if direction == "change_by" and cells.text("target_value") and not baseline_year and not counts_itself:
        cells.wrong("baseline_year", "A change counts from a year.", "Give it; often the year before the plan.")
    if year is None:
        return
    if year < plan.start.year:
        cells.wrong("target_year", f"The plan starts in {plan.start.year}.", "Correct the year.")
    elif year > plan.end.year:
        message = f"The plan ends in {plan.end.year}."
        cells.wrong("target_year", message, "Correct the year if it is wrong.", severity="warning")
    if re.fullmatch(r"\d{4}", baseline_year) and float(baseline_year) >= year:
        cells.wrong("baseline_year", "The baseline is not before the target year.", "Correct one of the years.")


def check_figures(
    cells: Cells,
    facts: IndicatorFacts | None,
    *,
    kind: str,
    value: float | None,
    baseline: float | None,
    direction: str,
) -> None:
    """Note a missing or superfluous figure, one outside the indicator's bounds, one that would be a step back."""
    if kind == "qualitative" and value is not None:
        cells.wrong("target_value", "A qualitative target has no figure.", "Empty it, or call it quantitative.")
    if kind == "quantitative" and cells.text("indicator") and value is None:
        cells.wrong("target_value", "No figure is promised.", "Give one, or call it qualitative.", severity="warning")
    if facts is None or value is None:
        return
    low, high = facts.lower, facts.upper
    for column, figure in [("target_value", None if direction == "change_by" else value), ("baseline", baseline)]:
        if figure is not None and ((low is not None and figure < low) or (high is not None and figure > high)):
            cells.wrong(column, f"The indicator lies {between(low, high)}.", "Correct the figure or its unit.")
    check_way(cells, value, baseline, direction, facts)


def between(low: float | None, high: float | None) -> str:
    """Return the natural bounds in words."""
    if low is None or high is None:
        return f"at {high:g} or below" if low is None else f"at {low:g} or above"
    return f"between {low:g} and {high:g}"


def check_way(cells: Cells, value: float, baseline: float | None, direction: str, facts: IndicatorFacts) -> None:
    """Warn where the target asks for less than there is."""
    against = {"at_least": "lower", "at_most": "higher"}.get(direction)
    if against is not None and against == facts.better:
        message = f"For this indicator {facts.better} is better, and the target asks for the opposite."
        cells.wrong("direction", message, "Check the direction.", severity="warning")
    sign = {"higher": 1.0, "lower": -1.0}.get(facts.better, 0.0)
    start = 0.0 if direction == "change_by" else baseline
    if start is not None and (value - start) * sign < 0:
        message = f"The target is worse than where it starts ({facts.better} is better)."
        cells.wrong("target_value", message, "Check baseline, target and unit.", severity="warning")


def read_reported(cells: Cells, today: date) -> list[tuple[str, float]]:
    """Return the reported (period, value) pairs; several are separated by semicolons."""
    results = split_list(cells.text("reported_result"))
    periods = [period.removesuffix(".0") for period in split_list(cells.text("reported_year"))]
    if len(results) != len(periods):
        if results:
            cells.wrong("reported_year", "There is not one year for every result.", "Write as many years as results.")
        return []
    for period in periods:
        try:
            if decimal_year(period) > today.year:
                cells.wrong("reported_year", f"{period} is not over.", "Report results of the past.")
        except Refused as refusal:
            cells.wrong("reported_year", refusal.message, refusal.remedy)
    if len(set(periods)) < len(periods):
        cells.wrong("reported_year", "A year occurs twice.", "Give one result for each year.")
    return list(zip(periods, map(float, results), strict=True))
