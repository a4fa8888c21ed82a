"""How the command line speaks: sentences with progress for people, one JSON object for machines."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence

import click

from rightsplan.errors import Damaged, Problem, Refused

Progress = Callable[[str, int, int], None]
SHOWN_PROBLEMS = 50


class Console:
    """Writes results to standard output and everything else to standard error."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._stage = ""

    def say(self, sentence: str) -> None:
        """Tell a person what happens; silent in JSON mode."""
        if not self.as_json:
            click.echo(sentence)

    def result(self, values: Mapping[str, object], sentence: str) -> None:
        """Print the outcome in the wanted form."""
        click.echo(json.dumps(values, ensure_ascii=False, default=str) if self.as_json else sentence)

    def error(self, sentence: str) -> None:
        """Print one line to standard error."""
        click.echo(sentence, err=True)

    def progress(self, stage: str, done: int, total: int) -> None:
        """Draw one progress line per stage on a terminal; one line at the end of a stage elsewhere."""
        if self.as_json:
            return
        finished = total > 0 and done >= total
        if sys.stderr.isatty():
            width = 24
            filled = width * done // total if total else 0
            bar = "#" * filled + "." * (width - filled)
            click.echo(f"\r{stage:<40.40} [{bar}] {done:,}/{total:,}", nl=finished, err=True)
        elif finished and stage != self._stage:
            click.echo(f"{stage}: {total:,}", err=True)
            self._stage = stage

    def problems(self, problems: Sequence[Problem]) -> None:
        """List problems, errors first, and say how many more there are."""
        ordered = sorted(problems, key=lambda p: (p.severity != "error", p.row, p.column))
        for problem in ordered[:SHOWN_PROBLEMS]:
            self.error(f"  {problem.severity}: {problem}")
        if len(ordered) > SHOWN_PROBLEMS:
            self.error(f"  and {len(ordered) - SHOWN_PROBLEMS:,} more; --json lists them all")

    def refused(self, refusal: Refused) -> None:
        """Say what the user can mend and how."""
        if self.as_json:
            body = {"error": refusal.message, "remedy": refusal.remedy, "problems": rows_of(refusal.problems)}
            click.echo(json.dumps(body, ensure_ascii=False))
            return
        self.error(f"Refused: {refusal.message}")
        self.problems(refusal.problems)
        if refusal.remedy:
            self.error(f"What to do: {refusal.remedy}")

    def damaged(self, damage: Damaged) -> None:
        """Say which evidence does not hold."""
        if self.as_json:
            click.echo(json.dumps({"damaged": damage.message, "where": damage.where}, ensure_ascii=False))
        else:
            self.error(f"DAMAGED: {damage}")


def rows_of(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Return problems as JSON-able rows."""
    return [
        {
            "row": p.row,
            "column": p.column,
            "value": p.value,
            "message": p.message,
            "remedy": p.remedy,
            "severity": p.severity,
        }
        for p in problems
    ]
