"""Reads the cells of one row and collects what is wrong with them: row, column, value, message, remedy."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from rightsplan.errors import Problem, Refused
from rightsplan.tables.numbers import number_problems, parse_number, parse_numbers
from rightsplan.tables.reading import ROW, TextTable

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
SUFFIX = r"_([a-z]{2,3}(?:_[a-z]{4})?(?:_[a-z]{2})?)"  # name_zh, name_pt_br, name_zh_hant
MOST_SUGGESTIONS = 200  # comparing every wrong cell with every known code would take minutes
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", ""}


@dataclass(slots=True)
class Problems:
    """The problems of a file, in the order in which they were found."""

    found: list[Problem] = field(default_factory=list)
    suggested: dict[str, str] = field(default_factory=dict)

    def suggest(self, value: str, known: Iterable[str]) -> str:
        """Return the remedy for an unknown code; each code is compared once, and only the first 200."""
        if value not in self.suggested and len(self.suggested) < MOST_SUGGESTIONS:
            self.suggested[value] = nearest(value, known)
        return self.suggested.get(value, "Use a known code.")

    def add(self, row: int, column: str, value: str, message: str, remedy: str, *, severity: str = "error") -> None:
        """Note one problem."""
        self.found.append(Problem(row, column, value, message, remedy, severity))

    @property
    def errors(self) -> list[Problem]:
        """Return the problems that keep a file from being saved."""
        return [p for p in self.found if p.severity == "error"]

    def refuse(self, name: str) -> None:
        """Raise Refused with everything found when there is an error."""
        if self.errors:
            count = len(self.errors)
            raise Refused(
                f"{name} has {count} problem{'s' if count > 1 else ''}; nothing was saved.",
                "Correct the rows below and import the file again.",
                self.found,
            )


def check_columns(table: TextTable, *, required: Iterable[str], optional: Iterable[str], texts: Iterable[str]) -> None:
    """Refuse a table without a required column; name unknown columns with the nearest known one."""
    problems = Problems()
    known = {*required, *optional}
    translation = re.compile(f"(?:{'|'.join(texts)}){SUFFIX}")
    for column in required:
        if column not in table.columns:
            problems.add(1, column, "", "This column is missing.", f"Add a column named {column}.")
    for column in table.columns:
        if column not in known and not translation.fullmatch(column):
            near = difflib.get_close_matches(column, known, 1)
            remedy = f"Did you mean {near[0]}?" if near else f"Known columns: {', '.join(sorted(known))}."
            problems.add(1, column, column, "This column is not known.", remedy)
    problems.refuse(table.name)


def check_lengths(table: TextTable, limits: Mapping[str, int], problems: Problems) -> None:
    """Note every cell that is longer than its column may be."""
    for column in [c for c in limits if c in table.columns]:
        most = limits[column]
        for row, text in table.frame.filter(pl.col(column).str.len_chars() > most).select(ROW, column).iter_rows():
            problems.add(row, column, f"{text[:40]}...", f"This is longer than {most} characters.", "Shorten it.")


def settle_numbers(table: TextTable, columns: Iterable[str], problems: Problems) -> TextTable:
    """Return the table with these columns as plain numbers, read a column at a time.

    What is no number is a problem and becomes empty; signs for "no value" become empty; footnote marks and percent
    signs are dropped, a mark with a warning.
    """
    settled = {}
    for column in [c for c in columns if c in table.columns]:
        cells = table.frame[column]
        numbers = parse_numbers(cells)
        problems.found += number_problems(numbers, cells=cells, rows=table.frame[ROW], column=column)
        for row, cell, mark in table.frame.select(ROW, column, mark=numbers.mark).drop_nulls("mark").iter_rows():
            message, remedy = f"The footnote mark {mark} is left out.", "Say in the note what it stands for."
            problems.add(row, column, cell, message, remedy, severity="warning")
        settled[column] = numbers.value.cast(pl.String)
    return TextTable(table.name, table.frame.with_columns(**settled), table.headers)


def language_tag(suffix: str) -> str:
    """Return the language tag of a column's suffix: `zh_hant` is `zh-hant`."""
    return suffix.replace("_", "-")


def nearest(value: str, known: Iterable[str]) -> str:
    """Return a remedy that suggests the nearest known codes."""
    codes = list(known)
    lower = {code.lower(): code for code in codes}
    near = [lower[n] for n in difflib.get_close_matches(value.lower(), list(lower), 3, 0.5)]
    if near:
        return f"Did you mean {' or '.join(near)}?"
    shown = ", ".join(sorted(codes)[:8])
    return f"Known: {shown}{' ...' if len(codes) > 8 else '.'}" if codes else "None is known yet; import them first."


def split_list(cell: str) -> list[str]:
    """Return the parts of a cell between semicolons (also fullwidth ones), trimmed, without empty ones."""
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: every reader returns a value, or notes a problem and returns its empty form."""

    values: Mapping[str, str]
    problems: Problems

    @property
    def row(self) -> int:
        """Return the row number that a person sees."""
        return int(self.values[ROW])

    def text(self, column: str) -> str:
        """Return a cell's text, empty where the column is absent."""
        return self.values.get(column, "")

    def wrong(self, column: str, message: str, remedy: str, *, severity: str = "error") -> None:
        """Note a problem in a cell of this row."""
        self.problems.add(self.row, column, self.text(column), message, remedy, severity=severity)

    def required(self, column: str) -> str:
        """Return a cell that must not be empty."""
        value = self.text(column)
        if not value:
            self.wrong(column, "This cell is empty.", "Fill it in.")
        return value

    def number(self, column: str) -> float | None:
        """Return a number or None."""
        try:
            return parse_number(self.text(column))
        except ValueError:
            self.wrong(column, "This is no number.", "Write digits, such as 1234.5, and nothing else.")
            return None

    def year(self, column: str) -> float | None:
        """Return a year between 1900 and 2200, or None."""
        value = self.number(column)
        if value is not None and not (1900 <= value <= 2200 and value == int(value)):
            self.wrong(column, "This is no year.", "Write four digits, such as 2025.")
            return None
        return value

    def day(self, column: str, *, at_end: bool = False) -> date | None:
        """Return a day; a year or month alone means its first day, or its last one with `at_end`."""
        text = self.text(column).replace("/", "-").removesuffix(".0")
        if not text:
            return None
        try:
            if re.fullmatch(r"\d{4}", text):
                return date(int(text), 12, 31) if at_end else date(int(text), 1, 1)
            if re.fullmatch(r"\d{4}-\d\d", text):
                first = date.fromisoformat(f"{text}-01")
                return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if at_end else first
            return date.fromisoformat(text)
        except (ValueError, OverflowError):
            self.wrong(column, "This is no date.", "Write 2025 or 2025-12-31.")
            return None

    def yes(self, column: str) -> bool:
        """Return yes or no; empty means no."""
        text = self.text(column).lower()
        if text not in YES | NO:
            self.wrong(column, "This is neither yes nor no.", "Write yes or no.")
        return text in YES

    def choice(self, column: str, allowed: Mapping[str, str], *, default: str = "") -> str:
        """Return the value of a closed list; `allowed` maps every accepted spelling to its value."""
        text = self.text(column)
        if not text:
            return default
        value = allowed.get(" ".join(text.lower().replace("_", " ").split()))
        if value is None:
            self.wrong(column, "This value is not known.", nearest(text, sorted({*allowed})))
            return default
        return value

    def code(self, column: str, known: Mapping[str, object] | set[str]) -> str:
        """Return a code that must be known; empty stays empty."""
        text = self.text(column)
        if text and text not in known:
            self.wrong(column, "This code is not known.", self.problems.suggest(text, known))
            return ""
        return text

    def codes(self, column: str, known: Mapping[str, object] | set[str]) -> list[str]:
        """Return the codes between semicolons; every unknown one is a problem."""
        parts = list(dict.fromkeys(split_list(self.text(column))))
        for part in parts:
            if part not in known:
                self.problems.add(self.row, column, part, "This code is not known.", self.problems.suggest(part, known))
        return [part for part in parts if part in known]

    def texts(self, column: str) -> dict[str, str]:
        """Return a text in its languages: `column` in the row's language, `column_zh` and so on beside it."""
        found = {self.language: self.text(column)} if self.text(column) else {}
        for name, text in self.values.items():
            suffix = re.fullmatch(column + SUFFIX, name)
            if suffix and text:
                found.setdefault(language_tag(suffix[1]), text)
        return found

    @property
    def language(self) -> str:
        """Return the language of the unsuffixed texts of this row."""
        text = self.text("language").lower() or "en"
        if not LANGUAGE.fullmatch(text):
            self.wrong("language", "This is no language code.", "Write a code such as en, zh or sv.")
            return "en"
        return text
