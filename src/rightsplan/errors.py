"""The three kinds of failure a user can meet; everything else is a bug."""

from collections.abc import Sequence
from dataclasses import dataclass


class Refused(Exception):
    """Something the user can mend: carries the message and the remedy (HTTP 4xx, exit code 2)."""

    def __init__(self, message: str, remedy: str = "", problems: Sequence["Problem"] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.problems = tuple(problems)


class NotFound(Refused):
    """Nothing has this code (HTTP 404, exit code 2)."""


class Damaged(Exception):
    """Evidence that does not verify (loud, exit code 3)."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one cell of a file.

    `row` is the row number a person sees in a spreadsheet (the header is row 1; 0 means the file as a whole).
    `severity` is "error" (nothing is saved) or "warning" (may be accepted with a reason).
    """

    row: int
    column: str
    value: str
    message: str
    remedy: str
    severity: str = "error"

    def __str__(self) -> str:
        place = f"row {self.row}, column {self.column}" if self.row else self.column or "file"
        shown = f" ({self.value!r})" if self.value else ""
        return f"{place}{shown}: {self.message} {self.remedy}".strip()
