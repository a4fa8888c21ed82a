"""What must hold before a batch is accepted, and what is written down about it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from rightsplan.accounts.models import Person
from rightsplan.errors import Problem, Refused
from rightsplan.evidence.batches import Description
from rightsplan.evidence.recompute import TOTAL, dimensions_of
from rightsplan.indicators.models import Batch, Coverage, Indicator, Role
from rightsplan.tables.cells import Problems, nearest

REQUIRED_COLUMNS = ["indicator", "place", "period", "value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Where data come from, as it is cited. `role` is official or independent, `file` the name of the file."""

    title: str
    source: str
    licence: str
    role: str
    retrieved: date
    publisher: str = ""
    url: str = ""
    note: str = ""
    file: str = ""


def accepted_before(batch: Batch, source: SourceFacts, supersedes: Batch | None) -> Batch:
    """Return a batch that is stored already.

    Raises Refused where a newer one has taken its place, where it has the other role, and where it was to revise a
    batch that it does not revise.
    """
    if batch.role != source.role:
        raise Refused(
            f"These data are stored already as batch {batch.sha256[:12]}, which is {batch.role}.",
            "If another source has the very same figures, name it in a note column; then both stand side by side.",
        )
    if supersedes is not None and supersedes.pk not in {batch.pk, batch.supersedes_id}:
        raise Refused(
            f"These data are stored already as batch {batch.sha256[:12]}, which does not revise "
            f"{supersedes.sha256[:12]}.",
            "To let them revise it, say so in a note column; then they are a batch of their own.",
        )
    newer = batch.superseded_by.first()
    if newer is not None:
        raise Refused(
            f"These data were accepted as batch {batch.sha256[:12]} and revised since by batch {newer.sha256[:12]}.",
            "To return to them, say so in a note column and import them as a revision of the newer batch.",
        )
    return batch


def reasons_for(jumps: Sequence[Problem], accepted: Mapping[str, str]) -> list[dict[str, str]]:
    """Return every warning that blocks with the reason for accepting it. Raises Refused naming those without one."""
    open_ones = [jump for jump in jumps if not accepted.get(str(jump), "").strip()]
    if open_ones:
        is_one = len(open_ones) == 1
        what = "value jumps improbably" if is_one else "values jump improbably"
        if not all(jump.row for jump in open_ones):  # what concerns earlier batches has no row
            what = "warning needs a reason" if is_one else "warnings need a reason"
        raise Refused(
            f"{len(open_ones):,} {what}.",
            "Check what is listed; if it is right, import again and give the reason (--accept).",
            open_ones,
        )
    return [{"warning": str(jump), "reason": accepted[str(jump)].strip()} for jump in jumps]


def check_facts(source: SourceFacts) -> None:
    """Refuse a source that cannot be cited."""
    problems = Problems()
    for name, value in asdict(source).items():
        longest = getattr(Batch._meta.get_field(name), "max_length", None)
        if name in {"title", "source", "licence", "role"} and not str(value).strip():
            problems.add(0, name, "", "This is missing.", "Say what the data are, who collected them, on what terms.")
        elif longest and len(str(value)) > longest:
            problems.add(0, name, str(value)[:40], f"This is longer than {longest} characters.", "Shorten it.")
    if source.role not in Role.values:
        problems.add(0, "role", source.role, "This role is not known.", nearest(source.role, Role.values))
    if source.url and not source.url.startswith(("http://", "https://")):
        problems.add(0, "url", source.url, "This is no web address.", "Begin it with https://")
    problems.refuse("The description of the source")


def check_frame(frame: pl.DataFrame) -> dict[str, Indicator]:
    """Return the indicators of a frame. Raises Refused where a column is missing or an indicator is not defined."""
    missing = [name for name in REQUIRED_COLUMNS if name not in frame.columns]
    if missing or not frame.height:
        raise Refused(
            f"The data have no {', '.join(missing) or 'rows'}.", f"A batch needs {', '.join(REQUIRED_COLUMNS)}."
        )
    codes = frame["indicator"].unique().to_list()
    indicators = {row.code: row for row in Indicator.objects.filter(code__in=codes)}
    unknown = sorted(str(code) for code in codes if code not in indicators)
    if unknown:
        raise Refused(
            f"These indicators are not defined: {', '.join(unknown[:10])}.", "Import their definitions first."
        )
    return indicators


def check_supersedes(old: Batch | None, source: SourceFacts) -> None:
    """Refuse to revise a batch twice, or one of another role."""
    if old is None:
        return
    newer = old.superseded_by.first()
    if newer is not None:
        raise Refused(
            f"Batch {old.sha256[:12]} was revised already by {newer.sha256[:12]}.", "Revise the newer batch instead."
        )
    if old.role != source.role:
        raise Refused(
            f"Batch {old.sha256[:12]} is {old.role}, this one {source.role}; they stand side by side.",
            "Import it without saying that it revises the other.",
        )


def describe(
    clean: pl.DataFrame,
    name: str,
    source: SourceFacts,
    *,
    by: Person,
    supersedes: Batch | None,
    rows: int,
    accepted: list[dict[str, str]],
) -> Description:
    """Return the public description of a batch."""
    facts = asdict(source) | {"retrieved": source.retrieved.isoformat()}
    return Description(
        batch=name,
        by=by.code,
        rows=rows,
        columns=clean.columns,
        supersedes=supersedes.sha256 if supersedes else None,
        accepted=accepted,
        **facts,
    )


def coverage_of(batch: Batch, clean: pl.DataFrame, indicators: Mapping[str, Indicator]) -> list[Coverage]:
    """Return what the batch holds of each indicator."""
    dimensions = dimensions_of(clean)
    rows = clean.group_by("indicator").agg(
        pl.len().alias("rows"),
        pl.col("place").n_unique().alias("places"),
        pl.col("period").min().alias("first"),
        pl.col("period").max().alias("last"),
        *[(pl.col(name).is_not_null() & (pl.col(name) != TOTAL)).any().alias(f"has {name}") for name in dimensions],
    )
    return [
        Coverage(
            batch=batch,
            indicator=indicators[row["indicator"]],
            rows=row["rows"],
            places=row["places"],
            first_period=row["first"],
            last_period=row["last"],
            dimensions=";".join(name for name in dimensions if row[f"has {name}"]),
        )
        for row in rows.iter_rows(named=True)
    ]
