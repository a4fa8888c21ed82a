"""Observations of an indicator in the formats people ask for: CSV with CSVW metadata, Parquet, JSON, SDMX-CSV.

Everything is read from the current batches; every row names the batch it comes from.
"""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from rightsplan.errors import Refused
from rightsplan.evidence.batches import write_atomically
from rightsplan.evidence.recompute import MEASURES, dimensions_of
from rightsplan.indicators.models import Batch, Indicator

Progress = Callable[[str, int, int], None]
KINDS = ("csv", "parquet", "json", "sdmx")
SUFFIX = {"csv": "csv", "parquet": "parquet", "json": "json", "sdmx": "sdmx.csv"}
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "sdmx": "application/vnd.sdmx.data+csv; charset=utf-8",
}
FRONT = ["indicator", "place", "period", "value"]
ALWAYS = {*FRONT, "role", "batch"}
BACK = ["lower", "upper", "status", "note", "role", "batch"]
TYPES = {"value": "double", "lower": "double", "upper": "double"}


def current_batches(indicator: str, role: str | None = None) -> list[Batch]:
    """Return the batches that hold an indicator and are not superseded, oldest first."""
    rows = Batch.objects.filter(coverage__indicator__code=indicator, superseded_by__isnull=True)
    return list((rows.filter(role=role) if role else rows).order_by("log_index"))


def observations(indicator: str, *, place: str | None = None, role: str | None = None) -> pl.DataFrame:
    """Return every observation of an indicator, sorted by place, dimensions, period and role."""
    frames = []
    for batch in current_batches(indicator, role):
        scan = pl.scan_parquet(settings.BATCH_DIR / f"{batch.sha256}.parquet").filter(pl.col("indicator") == indicator)
        frame = (scan.filter(pl.col("place") == place) if place else scan).collect()
        frames.append(frame.with_columns(role=pl.lit(batch.role), batch=pl.lit(batch.sha256)))
    if not frames:
        return pl.DataFrame(schema=dict.fromkeys([*FRONT, "role", "batch"], pl.String) | {"value": pl.Float64})
    together = pl.concat(frames, how="diagonal_relaxed")
    filled = [c for c in together.columns if together[c].null_count() < together.height or c in ALWAYS]
    dimensions = [c for c in sorted(filled) if c not in {*MEASURES, "role", "batch"}]
    order = [*FRONT[:2], *dimensions, *FRONT[2:], *(c for c in BACK if c in filled)]
    return together.select(order).sort([*FRONT[:2], *dimensions, "period", "role"])


def write(indicator: Indicator, kind: str) -> bytes:
    """Return one indicator's observations in one format. Raises Refused for an unknown format."""
    frame = observations(indicator.code)
    if kind == "csv":
        return frame.write_csv(line_terminator="\r\n").encode("utf-8")
    if kind == "parquet":
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd")
        return buffer.getvalue()
    if kind == "json":
        return json.dumps(as_document(indicator, frame), ensure_ascii=False).encode("utf-8")
    if kind == "sdmx":
        return as_sdmx(indicator, frame).write_csv().encode("utf-8")
    raise Refused(f"{kind!r} is no format.", f"Choose one of: {', '.join(KINDS)}.")


def as_document(indicator: Indicator, frame: pl.DataFrame) -> dict[str, Any]:
    """Return the JSON document: definition, sources, observations without empty fields."""
    rows = [{k: v for k, v in row.items() if v is not None} for row in frame.iter_rows(named=True)]
    return {
        "indicator": {"code": indicator.code, "name": indicator.name, "unit": indicator.unit},
        "sources": [source_of(batch) for batch in current_batches(indicator.code)],
        "observations": rows,
    }


def source_of(batch: Batch) -> dict[str, str]:
    """Return how a batch is to be cited."""
    names = ["title", "source", "publisher", "url", "licence", "role"]
    return {"batch": batch.sha256, **{n: getattr(batch, n) for n in names}, "retrieved": batch.retrieved.isoformat()}


def as_sdmx(indicator: Indicator, frame: pl.DataFrame) -> pl.DataFrame:
    """Return SDMX-CSV 1.0 columns: DATAFLOW, dimensions in capitals, OBS_VALUE, attributes."""
    dimensions = [pl.col(name).fill_null("_T").alias(name.upper()) for name in dimensions_of(frame) if name not in BACK]
    attributes = [pl.col(n).alias(a) for n, a in SDMX_ATTRIBUTES.items() if n in frame.columns]
    return frame.select(
        pl.lit("RIGHTSPLAN:OBSERVATIONS(1.0)").alias("DATAFLOW"),
        pl.col("indicator").alias("SERIES"),
        pl.col("place").alias("REF_AREA"),
        *dimensions,
        pl.col("period").alias("TIME_PERIOD"),
        pl.col("value").alias("OBS_VALUE"),
        pl.lit(indicator.unit).alias("UNIT_MEASURE"),
        *attributes,
    )


SDMX_ATTRIBUTES = {
    "lower": "LOWER_BOUND",
    "upper": "UPPER_BOUND",
    "status": "OBS_STATUS",
    "note": "COMMENT_OBS",
    "role": "REPORTING_TYPE",
    "batch": "SOURCE_DETAIL",
}


def csvw(indicator: Indicator, *, file: str) -> dict[str, Any]:
    """Return the CSV on the Web metadata that belongs beside the CSV file."""
    frame = observations(indicator.code)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"language": "en"}],
        "url": file,
        "dc:title": indicator.name.get("en") or next(iter(indicator.name.values()), indicator.code),
        "dc:source": [source_of(batch) for batch in current_batches(indicator.code)],
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {"name": name, "titles": name, "datatype": TYPES.get(name, "string"), "required": name in FRONT[:3]}
                for name in frame.columns
            ],
            "primaryKey": [n for n in frame.columns if n not in {"value", "lower", "upper", "status", "note"}],
        },
    }


def write_all(folder: Path, *, kind: str, progress: Progress) -> list[Path]:
    """Write the published folder, or every indicator that has data in one format, into `folder`."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty.", "Name a new or an empty folder; nothing is overwritten.")
    if kind == "published":
        return copy_published(folder)
    written = []
    rows = list(
        Indicator.objects.filter(coverage__batch__superseded_by__isnull=True, coverage__isnull=False).distinct()
    )
    for number, indicator in enumerate(rows, 1):
        path = folder / f"{indicator.code}.{SUFFIX[kind]}"
        write_atomically(path, write(indicator, kind))
        written.append(path)
        if kind == "csv":
            about = folder / f"{indicator.code}.csv-metadata.json"
            write_atomically(about, json.dumps(csvw(indicator, file=path.name), ensure_ascii=False).encode())
            written.append(about)
        progress("Writing indicators", number, len(rows))
    return written


def copy_published(folder: Path) -> list[Path]:
    """Copy the published folder as it is; it verifies wherever it lies."""
    if not (settings.PUBLISHED_DIR / "catalogue.json").exists():
        raise Refused("Nothing is published yet.", "Run: rightsplan assess, then rightsplan publish.")
    shutil.copytree(settings.PUBLISHED_DIR, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".writing-*"))
    return [path for path in folder.rglob("*") if path.is_file()]
