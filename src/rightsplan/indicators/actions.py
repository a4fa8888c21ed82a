"""Changes what is measured: definitions, batches, assessments and their publication."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from rightsplan.accounts.models import Person
from rightsplan.errors import NotFound, Problem, Refused
from rightsplan.evidence.batches import (
    Description,
    prepare,
    sweep_unfinished,
    write_atomically,
    write_batch,
    write_parquet,
)
from rightsplan.evidence.canonical import sha256
from rightsplan.evidence.published import publication_bytes
from rightsplan.indicators import publishing
from rightsplan.indicators.acceptance import (
    SourceFacts,
    accepted_before,
    check_facts,
    check_frame,
    check_supersedes,
    coverage_of,
    describe,
    reasons_for,
)
from rightsplan.indicators.assessing import Draft, assess_targets, latest_revisions
from rightsplan.indicators.definitions import Definition, read_definitions
from rightsplan.indicators.holdings import Progress
from rightsplan.indicators.models import Assessment, Batch, Coverage, Indicator, Publication, Role
from rightsplan.indicators.reported import frame_of_reported
from rightsplan.ledger.actions import append, wait_for_turn
from rightsplan.plans.actions import Reported
from rightsplan.plans.models import Target
from rightsplan.stats.periods import day_as_year
from rightsplan.tables.cells import Problems
from rightsplan.tables.changes import Changes
from rightsplan.tables.reading import TextTable

ASSESS_AGAIN = "Assess again and publish the result: rightsplan assess --by CODE"


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def import_indicators(*, by: Person, table: TextTable, rights: set[str], dry_run: bool = False) -> Changes:
    """Add and update indicators from a file in one transaction; indicators that the file does not name stay.

    `rights` are the codes that the column `right` may use. Returns what changed (or would change). Raises Refused with
    every problem; then nothing is saved. Does not re-import plans: their promises keep the bounds they were made with.
    """
    problems = Problems()
    definitions = read_definitions(table, rights=rights, problems=problems)
    problems.refuse(table.name)
    changes = Changes(problems=problems.found)
    with transaction.atomic():
        stored = {row.code: row for row in Indicator.objects.all()}
        for definition in definitions:
            save_definition(definition, stored, changes)
        if dry_run:
            transaction.set_rollback(True)
    return changes


def save_definition(definition: Definition, stored: Mapping[str, Indicator], changes: Changes) -> None:
    """Write one indicator if it is new or differs."""
    existing = stored.get(definition.code)
    if existing is None:
        Indicator.objects.create(code=definition.code, **definition.fields)
        changes.added.append(definition.code)
        return
    old = {name: getattr(existing, name) for name in definition.fields}
    changes.compare(definition.code, old, definition.fields)
    if old != definition.fields:
        for name, value in definition.fields.items():
            setattr(existing, name, value)
        existing.save()


def accept_batch(
    *,
    by: Person,
    frame: pl.DataFrame,
    source: SourceFacts,
    now: datetime,
    supersedes: Batch | None = None,
    jumps: Sequence[Problem] = (),
    accepted: Mapping[str, str] | None = None,
) -> Batch:
    """Store a frame of observations as an immutable batch, in the database and in the log.

    The frame has the columns of a canonical batch (docs/developers/architecture.md) and no errors. Of the warnings only
    `jumps` block: each needs a reason in `accepted` (text of the problem -> reason), which the batch's public
    description keeps. The Parquet file is written first, then one transaction, one writer at a time, writes the
    description and adds batch, coverage and log entry; a file whose transaction failed is harmless and removed by
    `sweep_orphans`. Content that is stored
    already is a no-op: the stored batch comes back with `is_new` false. A batch that `supersedes` another leaves it
    readable under its name. Raises Refused; then nothing is saved. Does not check values: see
    `observations` and `continuity`.
    """
    reasons = reasons_for(jumps, accepted or {})
    check_facts(source)
    indicators = check_frame(frame)
    clean, name = prepare(frame)
    known = Batch.objects.filter(sha256=name).first()
    if known is not None:
        return accepted_before(known, source, supersedes)
    check_supersedes(supersedes, source)
    description = describe(clean, name, source, by=by, supersedes=supersedes, rows=frame.height, accepted=reasons)
    path = settings.BATCH_DIR / f"{name}.parquet"
    if not path.exists():
        write_parquet(path, clean)
    return record_batch(clean, description, source, by=by, now=now, supersedes=supersedes, indicators=indicators)


def record_batch(
    clean: pl.DataFrame,
    description: Description,
    source: SourceFacts,
    *,
    by: Person,
    now: datetime,
    supersedes: Batch | None,
    indicators: Mapping[str, Indicator],
) -> Batch:
    """Write the description and add batch, coverage and log entry in one transaction, one writer at a time."""
    with transaction.atomic():
        wait_for_turn()
        known = Batch.objects.filter(sha256=description.batch).first()
        if known is not None:  # somebody else was faster with the same data
            return accepted_before(known, source, supersedes)
        check_supersedes(supersedes, source)
        # A description without a row in the database is what a killed import left; ours has to be the logged one.
        (settings.BATCH_DIR / f"{description.batch}.json").unlink(missing_ok=True)
        write_batch(settings.BATCH_DIR, clean, description)
        payload = {"batch": description.batch, "description": sha256(description.to_bytes())}
        entry = append(kind="batch", subject=description.batch, payload=payload, by=by, at=now)
        batch = Batch.objects.create(
            sha256=description.batch,
            accepted_at=now,
            accepted_by=by,
            supersedes=supersedes,
            rows=description.rows,
            first_period=str(clean["period"].min() or ""),
            last_period=str(clean["period"].max() or ""),
            log_index=entry.index,
            **asdict(source),
        )
        Coverage.objects.bulk_create(coverage_of(batch, clean, indicators))
    batch.is_new = True
    return batch


def accept_reported(*, by: Person, plan: str, reported: Sequence[Reported], now: datetime) -> Batch | None:
    """Store the results that a plan file reports as an official batch, which revises the plan's last one.

    `reported` are rows of `plans.actions.import_plan`; rows of other plans are left out. The same results again are a
    no-op; without any result there is no batch (None). Raises Refused where two targets report different values of one
    thing. Does not judge the results.
    """
    rows = [row for row in reported if row.plan == plan]
    if not rows:
        return None
    last = last_reported(plan)
    source = SourceFacts(
        title=f"Results as reported in the plan file {plan}",
        source=f"Official reports on the plan {plan}; each row names its own",
        licence="Single figures from official reports, cited with their source",
        role=Role.OFFICIAL.value,
        retrieved=now.date(),
        file=f"plan {plan}",
    )
    frame = frame_of_reported(rows)
    if last is not None and prepare(frame)[1] == last.sha256:
        return last
    known = Batch.objects.filter(sha256=prepare(frame)[1]).exists()
    if known:  # a return to earlier results: the row's note tells the two apart
        frame = frame.with_columns(note=pl.format("{} (reported again on {})", "note", pl.lit(now.date().isoformat())))
    return accept_batch(by=by, frame=frame, source=source, now=now, supersedes=last)


def last_reported(plan: str) -> Batch | None:
    """Return the current batch of the results that a plan's file reported, None where there is none."""
    rows = Batch.objects.filter(file=f"plan {plan}", role=Role.OFFICIAL, superseded_by__isnull=True)
    return rows.order_by("-log_index").first()


def sweep_orphans() -> int:
    """Remove files in the batch folder that a killed import left behind; return how many.

    A batch's file belongs to a row in the database or it is an orphan. Do not run it while an import is under way.
    """
    known = set(Batch.objects.values_list("sha256", flat=True))
    orphans = [p for p in settings.BATCH_DIR.glob("*.*") if p.suffix in {".parquet", ".json"} and p.stem not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans) + sweep_unfinished(settings.BATCH_DIR)


def assess(*, by: Person, as_of: date, now: datetime, progress: Progress = silent) -> Publication:
    """Judge every target of the latest plan revisions and propose the lines as a publication.

    Method `progress` (stats.progress) on the current batches, see `assessing.lines_of` for which lines there are; the
    same batches, plans and day give the same bytes. The lines are kept in the data folder until somebody else publishes
    them. Raises Refused where there is no plan, Damaged where a batch is missing. Does not publish.
    """
    revisions = latest_revisions()
    if not revisions:
        raise Refused("There is no plan to assess.", "Import one: rightsplan import plan FILE --by CODE")
    drafts = assess_targets(revisions, as_of=day_as_year(as_of), progress=progress)
    content = publication_bytes(draft.line for draft in drafts)
    write_atomically(publishing.kept_file(sha256(content)), content)
    progress("Storing assessments", 0, len(drafts))
    with transaction.atomic():
        wait_for_turn()
        last = Publication.objects.aggregate(last=Max("number"))["last"] or 0
        publication = Publication.objects.create(
            number=last + 1,
            as_of=as_of,
            proposed_at=now,
            proposed_by=by,
            sha256=sha256(content),
            count=len(drafts),
        )
        publication.plan_revisions.set(revisions)
        Assessment.objects.bulk_create((row_of(publication, draft) for draft in drafts), batch_size=500)
    progress("Storing assessments", len(drafts), len(drafts))
    return publication


def row_of(publication: Publication, draft: Draft) -> Assessment:
    """Return the database row of a line."""
    line: dict[str, Any] = draft.line
    return Assessment(
        publication=publication,
        line_id=line["id"],
        target=draft.target,
        role=draft.role,
        place=draft.target.measure.plan.jurisdiction if draft.target else None,
        group=draft.group,
        method=line["method"],
        version=line["version"],
        verdict=line["result"].get("verdict", ""),
        reason=line["result"].get("reason", ""),
        inputs=line.get("inputs", []),
        promise=line.get("promise", {}),
        result=line["result"],
        points=draft.points,
        moved_back=draft.moved_back,
    )


def publish(*, by: Person, number: int, now: datetime) -> Publication:
    """Publish a proposed set of assessments: the second pair of eyes.

    Everything but log and catalogue is written and room for those is reserved first, so that a full disk is reported
    before anything is marked as published; then one transaction marks it, with its log entry and one for each target
    that was withdrawn from its plan; then log, checkpoint and catalogue are written. A run that was interrupted is
    completed by running it again. Raises NotFound, Refused (own proposal, older than the current publication, than a
    revision of a plan or than a batch, disk full), Damaged where a stored file does not have its hash.
    """
    publication = Publication.objects.filter(number=number).first()
    if publication is None:
        raise NotFound(f"There is no publication {number}.", "Propose one: rightsplan assess --by CODE")
    if publication.published_at is None:
        check_may_publish(publication, by)
        publishing.write_contents(publication)
        with publishing.reserved_space():
            mark_published(publication, by=by, now=now)
    publishing.complete(now=now)
    return publication


def check_may_publish(publication: Publication, by: Person) -> None:
    """Refuse the proposer, and a proposal that a newer publication, a revised plan or a later batch has overtaken."""
    if publication.proposed_by_id == by.pk:
        raise Refused(
            f"{by.code} proposed publication {publication.number} and cannot publish it.",
            "Ask a second person to check and publish it.",
        )
    newer = Publication.objects.filter(published_at__isnull=False, number__gt=publication.number).first()
    if newer is not None:
        raise Refused(f"Publication {newer.number} is newer and out already.", ASSESS_AGAIN)
    judged = set(publication.plan_revisions.values_list("pk", flat=True))
    revised = [row.plan.code for row in latest_revisions() if row.pk not in judged]
    if revised:
        raise Refused(
            f"Since publication {publication.number} was proposed, these plans were revised: {', '.join(revised)}.",
            ASSESS_AGAIN,
        )
    later = Batch.objects.filter(accepted_at__gt=publication.proposed_at).order_by("log_index").first()
    if later is not None:
        raise Refused(
            f"Since publication {publication.number} was proposed, batch {later.sha256[:12]} was accepted.",
            ASSESS_AGAIN,
        )


def mark_published(publication: Publication, *, by: Person, now: datetime) -> None:
    """Mark a publication and log it in one transaction; proposals it overtakes lose their rows.

    One that another process has marked meanwhile stays as it is. Raises Refused as `check_may_publish`.
    """
    with transaction.atomic():
        wait_for_turn()
        publication.refresh_from_db()
        if publication.published_at is not None:
            return
        check_may_publish(publication, by)
        for code in withdrawn_targets(publication):
            append(kind="withdrawal", subject=code, payload={"target": code}, by=by, at=now)
        payload = {"number": publication.number, "sha256": publication.sha256, "count": publication.count}
        entry = append(kind="publication", subject=str(publication.number), payload=payload, by=by, at=now)
        publication.published_at, publication.published_by, publication.log_index = now, by, entry.index
        publication.save(update_fields=["published_at", "published_by", "log_index"])
        Assessment.objects.filter(
            publication__published_at__isnull=True, publication__number__lt=publication.number
        ).delete()


def withdrawn_targets(publication: Publication) -> list[str]:
    """Return the targets of the publication before that this one no longer has."""
    before = Publication.objects.filter(published_at__isnull=False).order_by("-number").first()
    if before is None:
        return []
    now_judged = Target.objects.filter(assessments__publication=publication)
    gone = Target.objects.filter(assessments__publication=before).exclude(pk__in=now_judged.values("pk"))
    return list(gone.order_by("code").values_list("code", flat=True).distinct())
