"""Imports plans: compares with what is there, writes all or nothing, and records the revision in the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from rightsplan.accounts.models import Person
from rightsplan.bodies.models import Body, Place
from rightsplan.evidence.canonical import sha256
from rightsplan.ledger.actions import append
from rightsplan.plans.documents import canonical_plan
from rightsplan.plans.models import Chapter, Measure, Plan, PlanRevision, Target
from rightsplan.plans.rows import IndicatorFacts, Known, MeasureRow, PlanRow, TargetRow
from rightsplan.plans.tables import read_plans
from rightsplan.tables.cells import Problems
from rightsplan.tables.changes import Change, Changes
from rightsplan.tables.reading import TextTable


@dataclass(frozen=True, slots=True)
class Reported:
    """A result as the plan file reports it."""

    plan: str
    target: str
    indicator: str
    place: str
    group: str
    period: str
    value: float
    source: str


@dataclass(slots=True)
class PlanChanges(Changes):
    """What a plan file changes, and the results it reports."""

    reported: list[Reported] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)


def import_plan(
    *,
    by: Person,
    table: TextTable,
    vocabulary: Mapping[str, Mapping[str, object]],
    indicators: Mapping[str, IndicatorFacts],
    now: datetime,
    dry_run: bool = False,
) -> PlanChanges:
    """Import every plan of a file in one transaction.

    Measures and targets that the file no longer names are marked as dropped, never deleted. A plan whose canonical
    document is unchanged gets no new revision. `vocabulary` holds the known `rights` and `groups`. Returns what changed
    (or would change) and the results that the file reports. Raises Refused with every problem; then nothing is saved.
    """
    problems = Problems()
    places = {place.code: place for place in Place.objects.defer("boundary")}
    bodies = {body.code: body for body in Body.objects.all()}
    known = Known(
        rights=vocabulary["rights"],
        groups=vocabulary["groups"],
        bodies=bodies,
        places=places,
        plans=set(Plan.objects.values_list("code", flat=True)),
        indicators=indicators,
    )
    rows = read_plans(table, known, problems, today=now.date())
    problems.refuse(table.name)
    changes = PlanChanges(problems=problems.found, plans=[row.code for row in rows])
    with transaction.atomic():
        for row in rows:
            save_plan(row, places, bodies, changes)
            record_revision(row, by=by, now=now)
            changes.reported += reported_of(row)
        if dry_run:
            transaction.set_rollback(True)
    return changes


def reported_of(row: PlanRow) -> list[Reported]:
    """Return the reported results of a plan."""
    return [
        Reported(row.code, t.code, t.indicator, row.jurisdiction, t.group, period, value, t.reported_source)
        for measure in row.measures.values()
        for t in measure.targets
        if t.indicator
        for period, value in t.reported
    ]


def upsert(existing: Any, model: Any, key: Mapping[str, Any], fields: Mapping[str, Any], changes: Changes) -> Any:
    """Create or update one row and note what changed; the position is written but not listed."""
    code = str(existing or model(**key))
    if existing is None:
        changes.added.append(code)
        return model.objects.create(**key, **fields)
    old = {name: getattr(existing, name) for name in fields}
    changes.compare(code, listed(old), listed(fields))
    if old != dict(fields):
        for name, value in fields.items():
            setattr(existing, name, value)
        existing.save()
    return existing


def listed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person compares; related things by their codes."""
    return {n: str(v) if isinstance(v, Model) else v for n, v in fields.items() if n != "position"}


def save_plan(row: PlanRow, places: Mapping[str, Place], bodies: Mapping[str, Body], changes: Changes) -> None:
    """Write one plan with its chapters, measures and targets."""
    wanted = Plan.objects.filter(code__in=[row.code, row.predecessor, row.parent_plan])
    others = {plan.code: plan for plan in wanted.select_related("jurisdiction", "predecessor", "parent_plan")}
    fields = {
        "title": row.title,
        "language": row.language,
        "jurisdiction": places[row.jurisdiction],
        "start": row.start,
        "end": row.end,
        "predecessor": others.get(row.predecessor),
        "parent_plan": others.get(row.parent_plan),
        "is_example": row.is_example,
        "note": row.note,
    }
    plan = upsert(others.get(row.code), Plan, {"code": row.code}, fields, changes)
    chapters = save_chapters(plan, row, changes)
    stored = plan.measures.select_related("plan", "chapter__plan", "lead_body").prefetch_related("supporting_bodies")
    measures = {measure.code: measure for measure in stored}
    targets = {target.code: target for target in Target.objects.filter(measure__plan=plan).select_related("measure")}
    position = 0
    for place, measure_row in enumerate(row.measures.values()):
        measure = save_measure(chapters, measure_row, place, stored=measures, bodies=bodies, changes=changes)
        for target_row in measure_row.targets:
            save_target(measure, target_row, position, targets, changes)
            position += 1
    drop(measures, {m.code for m in row.measures.values()}, changes)
    drop(targets, {t.code for m in row.measures.values() for t in m.targets}, changes)


def save_chapters(plan: Plan, row: PlanRow, changes: Changes) -> dict[str, Chapter]:
    """Write the chapters in the order of the file."""
    stored = {chapter.number: chapter for chapter in plan.chapters.select_related("plan")}
    saved = {}
    for position, (number, title) in enumerate(row.chapters.items()):
        fields = {"title": title, "position": position}
        key = {"plan": plan, "number": number}
        saved[number] = upsert(stored.get(number), Chapter, key, fields, changes)
    return saved


def save_measure(
    chapters: Mapping[str, Chapter],
    row: MeasureRow,
    position: int,
    *,
    stored: Mapping[str, Measure],
    bodies: Mapping[str, Body],
    changes: Changes,
) -> Measure:
    """Write one measure and its supporting bodies."""
    fields = {
        "plan": chapters[row.chapter].plan,
        "chapter": chapters[row.chapter],
        "title": row.title,
        "language": row.language,
        "rights": joined(row.rights),
        "groups": joined(row.groups),
        "lead_body": bodies.get(row.lead_body),
        "due": row.due,
        "position": position,
        "dropped": False,
    }
    measure: Measure = upsert(stored.get(row.code), Measure, {"code": row.code}, fields, changes)
    old = sorted(body.code for body in measure.supporting_bodies.all())
    new = sorted(row.supporting_bodies)
    if old != new:
        measure.supporting_bodies.set([bodies[code] for code in new])
    if old != new and row.code in stored:
        changes.changed.append(Change(row.code, "supporting_bodies", ";".join(old), ";".join(new)))
    return measure


def save_target(
    measure: Measure, row: TargetRow, position: int, stored: Mapping[str, Target], changes: Changes
) -> None:
    """Write one target."""
    fields = {
        "measure": measure,
        "title": row.title,
        "language": row.language,
        "indicator": row.indicator,
        "unit": row.unit,
        "kind": row.kind,
        "force": row.force,
        "promise": row.promise,
        "group": row.group,
        "target_year": row.promise.get("year"),
        "reported_view": row.reported_view,
        "reported_source": row.reported_source,
        "source": row.source,
        "note": row.note,
        "position": position,
        "dropped": False,
    }
    upsert(stored.get(row.code), Target, {"code": row.code}, fields, changes)


def joined(codes: list[str]) -> str:
    """Return codes as `;a;b;`, so that one code is found with a plain text search."""
    return f";{';'.join(codes)};" if codes else ""


def drop(stored: Mapping[str, Any], named: set[str], changes: Changes) -> None:
    """Mark what the file no longer names."""
    for code, row in stored.items():
        if code not in named and not row.dropped:
            row.dropped = True
            row.save(update_fields=["dropped"])
            changes.dropped.append(code)


def record_revision(row: PlanRow, *, by: Person, now: datetime) -> PlanRevision:
    """Return the plan's revision: the last one when the document is the same, otherwise a new one with a log entry."""
    document = canonical_plan(row)
    digest = sha256(document)
    plan = Plan.objects.get(code=row.code)
    last = plan.revisions.order_by("-number").first()
    if last is not None and last.sha256 == digest:
        return last
    entry = append(kind="plan", subject=row.code, payload={"plan": row.code, "sha256": digest}, by=by, at=now)
    return PlanRevision.objects.create(
        plan=plan,
        number=last.number + 1 if last else 1,
        sha256=digest,
        document=document.decode("utf-8"),
        at=now,
        by=by,
        log_index=entry.index,
    )
