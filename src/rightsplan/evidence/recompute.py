"""The single road from batches to a published line; publication and verification both call it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from rightsplan.errors import Damaged
from rightsplan.stats import progress
from rightsplan.stats.promise import Promise

MEASURES = ("indicator", "place", "period", "value", "lower", "upper", "status", "note")
TOTAL = "_T"
Line = dict[str, Any]


def dimensions_of(frame: pl.DataFrame) -> list[str]:
    """Return the dimension columns of a batch, sorted."""
    return sorted(name for name in frame.columns if name not in MEASURES)


def select(frame: pl.DataFrame, where: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows of one series. A dimension that `where` does not name must be the total or empty.

    Raises Damaged where `where` names a column that the batch does not have.
    """
    unknown = sorted(set(where) - set(frame.columns))
    if unknown:
        raise Damaged(f"the batch has no column {', '.join(unknown)}")
    chosen = [pl.col(name) == value for name, value in where.items()]
    totals = [pl.col(n).is_null() | (pl.col(n) == TOTAL) for n in dimensions_of(frame) if n not in where]
    return frame.filter(*chosen, *totals)


def series_of(parts: Iterable[pl.DataFrame]) -> list[list[Any]]:
    """Return [period, value, lower, upper, status] sorted by period; of two inputs the later one wins a period."""
    points: dict[str, list[Any]] = {}
    for part in parts:
        wanted = [pl.col(n) if n in part.columns else pl.lit(None).alias(n) for n in POINT_COLUMNS]
        for row in part.select(wanted).iter_rows():
            points[row[0]] = list(row)
    return [points[period] for period in sorted(points, key=progress.decimal_year)]


POINT_COLUMNS = ["period", "value", "lower", "upper", "status"]


def assess_points(
    promise: Mapping[str, Any], points: Sequence[Sequence[Any]], as_of: float, version: str = progress.VERSION
) -> Line:
    """Return the result of a version of method `progress` on points as `series_of` gives them."""
    columns = list(zip(*points, strict=True)) if points else [()] * 5
    result = progress.assess(
        Promise.from_dict(promise),
        columns[0],
        columns[1],
        lower=columns[2],
        upper=columns[3],
        status=columns[4],
        as_of=as_of,
        version=version,
    )
    return result.to_dict()


OFFICIAL = "official"


def judged_promise(line: Mapping[str, Any]) -> Line:
    """Return the promise that a line is judged by.

    The plan states its baseline for everyone (or the target's own group) in official figures. Another source may stand
    on another level and a group elsewhere: those start from their own value in the baseline's year, and where they have
    none, no way covered is computed. The line's id tells which it is; its published promise is the plan's in any case.
    """
    promise = dict(line["promise"])
    return promise if line["id"] == f"{line['target']}@{OFFICIAL}" else {**promise, "baseline": None}


def progress_line(*, facts: Mapping[str, Any], points: Sequence[Sequence[Any]]) -> Line:
    """Return a publication line; `facts` holds id, target, role, place, group, inputs, promise and as_of."""
    result = assess_points(judged_promise(facts), points, facts["as_of"])
    return {**facts, "method": progress.METHOD, "version": progress.VERSION, "result": result}


def counts_line(line_id: str, of: Sequence[str], verdicts: Mapping[str, str], as_of: float) -> Line:
    """Return the totals over the lines named in `of`; `verdicts` gives the verdict of every line by its id."""
    result = progress.counts({"verdict": verdicts[name]} for name in of)
    return {"id": line_id, "of": list(of), "method": "counts", "version": "1", "as_of": as_of, "result": result}


def recompute_progress(line: Mapping[str, Any], frame_of: Callable[[str], pl.DataFrame]) -> Line:
    """Recompute a progress line from its batches."""
    parts = [select(frame_of(item["batch"]), item["where"]) for item in line["inputs"]]
    return assess_points(judged_promise(line), series_of(parts), line["as_of"], line["version"])


METHODS = {(progress.METHOD, version): recompute_progress for version in progress.VERSIONS}
