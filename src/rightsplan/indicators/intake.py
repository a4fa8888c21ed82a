"""From a file on disk to stored rows: the one road that the command line, the demo and the desk share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from rightsplan import vocabulary
from rightsplan.accounts.models import Person
from rightsplan.bodies.actions import import_bodies, import_places
from rightsplan.errors import NotFound, Problem, Refused
from rightsplan.evidence.batches import prepare
from rightsplan.indicators import actions, observations
from rightsplan.indicators.acceptance import SourceFacts, check_facts, check_supersedes, reasons_for
from rightsplan.indicators.continuity import contradictions, look_back
from rightsplan.indicators.known import known_codes
from rightsplan.indicators.models import Batch, Indicator, Role
from rightsplan.indicators.reported import frame_of_reported
from rightsplan.indicators.sources import source_facts
from rightsplan.plans.actions import PlanChanges, Reported, import_plan
from rightsplan.plans.rows import IndicatorFacts
from rightsplan.tables.changes import Changes
from rightsplan.tables.reading import read_text_table

__all__ = ["Outcome", "bodies", "clock", "data", "definitions", "places", "plan", "source_facts"]

Progress = Callable[[str, int, int], None]


def clock() -> datetime:
    """Return the present moment; every action below takes it as an argument."""
    return timezone.now()


def places(path: Path, *, by: Person, boundaries: Path | None = None, dry_run: bool = False) -> Changes:
    """Import a file of places and, where given, their boundaries. Raises Refused with every problem."""
    return import_places(by=by, table=read_text_table(path), boundaries=boundaries, dry_run=dry_run)


def bodies(path: Path, *, by: Person, dry_run: bool = False) -> Changes:
    """Import a file of bodies. Raises Refused with every problem."""
    return import_bodies(by=by, table=read_text_table(path), dry_run=dry_run)


def definitions(path: Path, *, by: Person, dry_run: bool = False) -> Changes:
    """Import a file of indicators. Raises Refused with every problem."""
    rights = set(vocabulary.codes("rights"))
    return actions.import_indicators(by=by, table=read_text_table(path), rights=rights, dry_run=dry_run)


def plan(path: Path, *, by: Person, now: datetime, dry_run: bool = False) -> PlanChanges:
    """Import a plan file and store the results that it reports as a batch; both or neither.

    A result that differs from another official batch is a warning among the changes' problems, which does not block.
    Raises Refused with every problem; then nothing is saved.
    """
    words = {facet: dict.fromkeys(vocabulary.codes(facet)) for facet in ["rights", "groups"]}
    facts = {
        row.code: IndicatorFacts(row.unit, row.better, row.lower, row.upper, row.measured_as)
        for row in Indicator.objects.all()
    }
    table = read_text_table(path)
    with transaction.atomic():
        changes = import_plan(by=by, table=table, vocabulary=words, indicators=facts, now=now, dry_run=dry_run)
        for code in changes.plans:
            changes.problems = [*changes.problems, *contradicted(code, changes.reported)]
            if not dry_run:
                actions.accept_reported(by=by, plan=code, reported=changes.reported, now=now)
    return changes


def contradicted(plan: str, reported: Sequence[Reported]) -> list[Problem]:
    """Return a warning for each indicator of which a plan reports other values than another official batch has.

    Raises Refused where two targets report different values of one thing.
    """
    rows = [row for row in reported if row.plan == plan]
    frame = frame_of_reported(rows)
    return contradictions(frame, role=Role.OFFICIAL, besides=actions.last_reported(plan)) if rows else []


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a data file: the batch it is (None in a dry run), whether it is new, and the warnings."""

    name: str
    batch: Batch | None
    rows: int
    is_new: bool
    problems: list[Problem]
    open_warnings: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON can hold it."""
        return {
            "file": self.name,
            "batch": self.batch.sha256 if self.batch else None,
            "rows": self.rows,
            "new": self.is_new,
            "dry_run": self.batch is None,
            "warnings": len(self.problems),
            "need_a_reason": self.open_warnings,
        }

    def sentence(self) -> str:
        """Return the outcome in words."""
        if self.batch is None:
            warnings = "1 warning needs" if self.open_warnings == 1 else f"{self.open_warnings:,} warnings need"
            wanted = f"; {warnings} a reason (--accept)" if self.open_warnings else ""
            return f"Would import {self.name}: {self.rows:,} rows{wanted}. Nothing was saved."
        if not self.is_new:
            return f"{self.name} is stored already as batch {self.batch.sha256[:12]}; nothing changed."
        return f"Imported {self.name}: {self.rows:,} rows as batch {self.batch.sha256[:12]}."


def data(
    path: Path,
    *,
    by: Person,
    facts: SourceFacts,
    now: datetime,
    supersedes: str | None = None,
    accept: str | None = None,
    dry_run: bool = False,
    progress: Progress = observations.silent,
) -> Outcome:
    """Import a file of observations as a batch.

    `accept` is the reason for all warnings that block: improbable jumps, values that the batch it `supersedes` has and
    it has not, and values that contradict another current batch of the same role. Raises Refused with every problem;
    then nothing is saved.
    """
    check_facts(facts)
    old = batch_of(supersedes) if supersedes else None
    check_supersedes(old, facts)
    known = known_codes(m49=m49_codes(), dimensions=dimension_values())
    reading = observations.read_observations(path, known=known, today=now.date(), progress=progress)
    reading.refuse()
    breaks = breaks_of(reading.frame, facts, old)
    blocking, problems = [*reading.jumps, *breaks], [*reading.problems, *breaks]
    if dry_run:
        return Outcome(path.name, None, reading.frame.height, False, problems, 0 if accept else len(blocking))
    accepted = {str(warning): accept for warning in blocking} if accept else {}
    reasons_for(blocking, accepted)
    progress("Storing the batch", 0, 1)
    batch = actions.accept_batch(
        by=by, frame=reading.frame, source=facts, now=now, supersedes=old, jumps=blocking, accepted=accepted
    )
    progress("Storing the batch", 1, 1)
    return Outcome(path.name, batch, reading.frame.height, batch.is_new, problems)


def breaks_of(frame: pl.DataFrame, facts: SourceFacts, old: Batch | None) -> list[Problem]:
    """Return where the data break with earlier batches; nothing for data that are stored already."""
    breaks = look_back(frame, role=facts.role, revises=old)
    if breaks and Batch.objects.filter(sha256=prepare(frame)[1]).exists():
        return []
    return breaks


def batch_of(beginning: str) -> Batch:
    """Return the one batch whose hash begins so. Raises NotFound, or Refused where several do."""
    found = list(Batch.objects.filter(sha256__startswith=beginning.strip().lower())[:2])
    if not found:
        raise NotFound(f"No batch has a hash that begins with {beginning!r}.", "The data catalogue lists all hashes.")
    if len(found) > 1:
        raise Refused(f"Several batches have a hash that begins with {beginning!r}.", "Give more of its digits.")
    return found[0]


def m49_codes() -> dict[str, str]:
    """Return the numeric country codes of the United Nations with the alpha-2 codes they stand for."""
    entries = [vocabulary.entry("countries", code) for code in vocabulary.codes("countries")]
    return {entry.extra["m49"]: entry.code for entry in entries if entry.extra.get("m49")}


def dimension_values() -> dict[str, set[str]]:
    """Return the values that the vocabulary knows of each dimension; none where any value may stand."""
    values: dict[str, set[str]] = {dimension: set() for dimension in vocabulary.codes("dimensions")}
    for code in vocabulary.codes("dimension_values"):
        dimension, _point, value = code.partition(".")
        values.setdefault(dimension, set()).add(value)
    return values
