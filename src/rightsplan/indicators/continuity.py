"""What a new batch leaves out of the one it revises, and where it contradicts the batches that stand beside it."""

from collections.abc import Sequence

import polars as pl
from django.conf import settings

from rightsplan.errors import Damaged, Problem
from rightsplan.evidence.batches import read_batch
from rightsplan.evidence.recompute import TOTAL, dimensions_of
from rightsplan.indicators.models import Batch, Coverage

KEYS = ["indicator", "place", "period"]
OLD = "__old__"


def look_back(frame: pl.DataFrame, *, role: str, revises: Batch | None) -> list[Problem]:
    """Return what a person has to explain before these observations are accepted: losses and contradictions.

    `frame` has the columns of a canonical batch, `role` is the one it will have, `revises` the batch whose place it is
    to take. Reads only the indicators that other current batches of that role share with it. Compares values, not
    intervals, status or notes. Raises Damaged where a stored batch is missing or unreadable.
    """
    lost = losses(frame, revises) if revises is not None else []
    return lost + contradictions(frame, role=role, besides=revises)


def losses(frame: pl.DataFrame, old: Batch) -> list[Problem]:
    """Return one warning for each indicator of which the old batch has values that the new one has not."""
    before = read_batch(settings.BATCH_DIR, old.sha256)
    if "value" not in before.columns:
        return []
    dimensions = sorted({*dimensions_of(before), *dimensions_of(frame)})
    then, now = (comparable(rows, dimensions).drop_nulls("value") for rows in (before, frame))
    gone = then.join(now, on=[*KEYS, *dimensions], how="anti").sort([*KEYS, *dimensions])
    series = ["indicator", "place", *dimensions]
    wholly = gone.select(series).unique().join(now.select(series).unique(), on=series, how="anti")
    problems = []
    for (indicator,), rows in gone.group_by("indicator", maintain_order=True):
        values, touched = rows.height, rows.select(series).n_unique()
        ended = wholly.filter(pl.col("indicator") == indicator).height
        first = rows.row(0, named=True)
        message = (
            f"{counted(values, 'value')} of batch {old.sha256[:12]} {'is' if values == 1 else 'are'} gone, in "
            f"{touched:,} series, {ended:,} of them wholly; the first: {thing_of(first, dimensions)}, "
            f"{first['value']:.15g}."
        )
        remedy = "Add them; if they are to go, give the reason (--accept); if this is no revision, drop --supersedes."
        problems.append(Problem(0, "indicator", str(indicator), message, remedy, "warning"))
    return problems


def contradictions(frame: pl.DataFrame, *, role: str, besides: Batch | None) -> list[Problem]:
    """Return one warning for each current batch of the role and indicator that has other values for the same things.

    `besides` is a batch that is left out, because the new one takes its place.
    """
    wanted = frame["indicator"].drop_nulls().unique().to_list()
    rows = Coverage.objects.filter(
        batch__role=role, batch__superseded_by__isnull=True, indicator__code__in=wanted
    ).exclude(batch=besides)
    shared: dict[Batch, list[str]] = {}
    for row in rows.select_related("batch", "indicator").order_by("batch__log_index", "indicator__code"):
        shared.setdefault(row.batch, []).append(row.indicator.code)
    return [problem for batch, codes in shared.items() for problem in differences(frame, batch, codes)]


def differences(frame: pl.DataFrame, batch: Batch, indicators: Sequence[str]) -> list[Problem]:
    """Return one warning for each indicator of which a batch has other values."""
    stored = stored_rows(batch, indicators)
    if "value" not in stored.columns:
        return []
    dimensions = sorted({*dimensions_of(stored), *dimensions_of(frame)})
    new = comparable(frame.filter(pl.col("indicator").is_in(indicators)), dimensions)
    old = comparable(stored, dimensions).rename({"value": OLD}).drop_nulls(OLD)
    both = new.join(old, on=[*KEYS, *dimensions], how="inner")
    other = both.filter(pl.col("value").ne_missing(pl.col(OLD))).sort([*KEYS, *dimensions])
    problems = []
    for (indicator,), rows in other.group_by("indicator", maintain_order=True):
        first = rows.row(0, named=True)
        value = "no value" if first["value"] is None else f"{first['value']:.15g}"
        message = (
            f"{counted(rows.height, 'value')} {'differs' if rows.height == 1 else 'differ'} from batch "
            f"{batch.sha256[:12]} ({batch.title}), which is {batch.role} too; the first: "
            f"{thing_of(first, dimensions)}, {first[OLD]:.15g} there and {value} here."
        )
        remedy = (
            f"If these data revise that batch, import them with --supersedes {batch.sha256[:12]}; "
            "if both are right, give the reason (--accept)."
        )
        problems.append(Problem(0, "indicator", str(indicator), message, remedy, "warning"))
    return problems


def stored_rows(batch: Batch, indicators: Sequence[str]) -> pl.DataFrame:
    """Return the rows of some indicators of a stored batch. Raises Damaged naming the file."""
    path = settings.BATCH_DIR / f"{batch.sha256}.parquet"
    try:
        return pl.scan_parquet(path).filter(pl.col("indicator").is_in(indicators)).collect()
    except FileNotFoundError as error:
        raise Damaged("the file is missing", path.name) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Damaged(f"the file cannot be read as a batch ({error})", path.name) from error


def comparable(frame: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """Return keys, dimensions and value; a dimension that is empty or absent is the total."""
    split = [
        pl.col(name).fill_null(TOTAL) if name in frame.columns else pl.lit(TOTAL).alias(name) for name in dimensions
    ]
    return frame.select(*KEYS, *split, pl.col("value").cast(pl.Float64))


def thing_of(row: dict[str, object], dimensions: Sequence[str]) -> str:
    """Return place, period and group of a row in words."""
    group = [f"{name}={row[name]}" for name in dimensions if row[name] != TOTAL]
    return " ".join([str(row["place"]), str(row["period"]), *group])


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
