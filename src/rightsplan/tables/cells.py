"""Reads the cells of one row and collects what is wrong with them: row, column, value, message, remedy."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from rightsplan.errors import Problem, Refused
from rightsplan.tables.numbers import parse_number
from rightsplan.tables.reading import ROW, TextTable

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", ""}


@dataclass(slots=True)
class Problems:
    """The problems of a file, in the order in which they were found."""

    found: list[Problem] = field(default_factory=list)

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
    translated = {f"{text}_{language}" for text in texts for language in LANGUAGES}
    for column in required:
        if column not in table.columns:
            problems.add(1, column, "", "This column is missing.", f"Add a column named {column}.")
    for column in table.columns:
        if column not in known | translated:
            near = difflib.get_close_matches(column, known | translated, 1)
            remedy = f"Did you mean {near[0]}?" if near else f"Known columns: {', '.join(sorted(known))}."
            problems.add(1, column, column, "This column is not known.", remedy)
    problems.refuse(table.name)


def nearest(value: str, known: Iterable[str]) -> str:
    """Return a remedy that suggests the nearest known codes."""
    codes = list(known)
    lower = {code.lower(): code for code in codes}
    near = [lower[n] for n in difflib.get_close_matches(value.lower(), list(lower), 3, 0.5)]
    if near:
        return f"Did you mean {' or '.join(near)}?"
    shown = ", ".join(sorted(codes)[:8])
    return f"Known: {shown}{' ...' if len(codes) > 8 else ''}." if codes else "None is known yet; import them first."


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
        """Return a day; a year alone means its first day, or its last one with `at_end`."""
        text = self.text(column)
        if not text:
            return None
        try:
            if re.fullmatch(r"\d{4}", text):
                return date(int(text), 12, 31) if at_end else date(int(text), 1, 1)
            return date.fromisoformat(text[:10])
        except ValueError:
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
            self.wrong(column, "This code is not known.", nearest(text, known))
            return ""
        return text

    def codes(self, column: str, known: Mapping[str, object] | set[str]) -> list[str]:
        """Return the codes between semicolons; every unknown one is a problem."""
        parts = [part.strip() for part in self.text(column).split(";") if part.strip()]
        for part in parts:
            if part not in known:
                self.problems.add(self.row, column, part, "This code is not known.", nearest(part, known))
        return [part for part in parts if part in known]

    def texts(self, column: str) -> dict[str, str]:
        """Return a text in its languages: `column` in the row's language, `column_zh` and so on beside it."""
        own = {self.language: self.text(column)} if self.text(column) else {}
        others = {lang: self.text(f"{column}_{lang}") for lang in LANGUAGES}
        return {**own, **{lang: text for lang, text in others.items() if text}}

    @property
    def language(self) -> str:
        """Return the language of the unsuffixed texts of this row."""
        text = self.text("language").lower() or "en"
        if not LANGUAGE.fullmatch(text):
            self.wrong("language", "This is no language code.", "Write a code such as en, zh or sv.")
            return "en"
        return text
