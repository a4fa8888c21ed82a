"""Collects what is wrong with a large file: at most a thousand problems in words, and how many there are in truth."""

from dataclasses import dataclass, field

import polars as pl

from rightsplan.errors import Problem, Refused
from rightsplan.tables.cells import Problems
from rightsplan.tables.reading import ROW

LISTED = 1_000


@dataclass(slots=True)
class Findings:
    """Problems in the order found; `errors`, `warnings` and `jumps` count all, listed or not."""

    listed: list[Problem] = field(default_factory=list)
    jumps: list[Problem] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0

    def take(self, problems: Problems) -> None:
        """Add the problems of a header."""
        for problem in problems.found:
            self.add(problem)

    def add(self, problem: Problem, count: int = 1) -> None:
        """Add one problem that stands for `count` rows."""
        if problem.severity == "error":
            self.errors += count
        else:
            self.warnings += count
        if len(self.listed) < LISTED:
            self.listed.append(problem)

    def rows(
        self,
        bad: pl.DataFrame,
        column: str,
        message: str,
        remedy: str,
        *,
        shown: str | None = None,
        severity: str = "error",
    ) -> None:
        """Add one problem for every row of `bad`; `{name}` in message and remedy stands for that row's column."""
        room = max(LISTED - len(self.listed), 0)
        for row in bad.head(room).iter_rows(named=True):
            value = row.get(shown or column)
            text = "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
            self.listed.append(Problem(row[ROW], column, text, message.format(**row), remedy.format(**row), severity))
        if severity == "error":
            self.errors += bad.height
        else:
            self.warnings += bad.height

    def add_jump(self, problem: Problem) -> None:
        """Add a jump: a warning that blocks until somebody gives a reason."""
        self.jumps.append(problem)
        self.add(problem)

    def problems(self) -> list[Problem]:
        """Return what is listed, errors first; a last entry says how many are not listed."""
        ordered = sorted(self.listed, key=lambda p: (p.severity != "error", p.row))
        hidden = self.errors + self.warnings - len(self.listed)
        if hidden > 0:
            ordered.append(
                Problem(
                    0,
                    "",
                    "",
                    f"{self.errors + self.warnings:,} problems in all; {len(self.listed):,} are listed.",
                    "Correct these first.",
                    "error" if self.errors else "warning",
                )
            )
        return ordered

    def refuse(self, name: str) -> None:
        """Raise Refused with everything listed when there is an error."""
        if self.errors:
            raise Refused(
                f"{name} has {self.errors:,} problem{'s' if self.errors > 1 else ''}; nothing was saved.",
                "Correct the rows below and import the file again.",
                self.problems(),
            )
