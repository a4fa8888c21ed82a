"""Observations for pages, straight from the Parquet of the current batches; one batch is read at a time, filtered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from django.conf import settings

from rightsplan.evidence.recompute import TOTAL, dimensions_of, series_of
from rightsplan.indicators.exports import current_batches
from rightsplan.indicators.models import Batch
from rightsplan.stats.periods import decimal_year
from rightsplan.stats.points import NORMAL_95

Points = list[list[object]]


@dataclass(frozen=True, slots=True)
class Source:
    """One batch's rows about an indicator and some places."""

    batch: Batch
    frame: pl.DataFrame

    def total(self, place: str) -> Points:
        """Return the points of everyone in a place."""
        rows = self.frame.filter(pl.col("place") == place)
        return series_of([only_totals(rows)])


@dataclass(frozen=True, slots=True)
class Value:
    """The latest observation of a place or group."""

    key: str
    period: str
    value: float
    lower: float | None
    upper: float | None

    @property
    def error(self) -> float | None:
        """Return the standard error by the wider half of the 95 % interval, None without one."""
        if self.lower is None or self.upper is None:
            return None
        return max(self.upper - self.value, self.value - self.lower, 0.0) / NORMAL_95


def scan(batch: Batch) -> pl.LazyFrame:
    """Return a batch's data, not yet read."""
    return pl.scan_parquet(settings.BATCH_DIR / f"{batch.sha256}.parquet")


def among(column: str, wanted: Iterable[str]) -> pl.Expr:
    """Return whether a column is one of some words.

    They go in as a column: with a plain list every scan of a batch, however small, takes about 4 ms longer.
    """
    return pl.col(column).is_in(pl.Series(list(wanted), dtype=pl.String).implode())


def sources(indicator: str, places: Sequence[str]) -> list[Source]:
    """Return the current batches that hold the indicator for one of the places, official ones first."""
    found = []
    for batch in sorted(current_batches(indicator), key=lambda b: (b.role != "official", b.log_index)):
        wanted = (pl.col("indicator") == indicator) & among("place", places)
        frame = scan(batch).filter(wanted).collect()
        if frame.height:
            found.append(Source(batch, frame))
    return found


def only_totals(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows about everyone."""
    return frame.filter(*(pl.col(n).is_null() | (pl.col(n) == TOTAL) for n in dimensions_of(frame)))


def measured_in(places: Sequence[str]) -> list[str]:
    """Return the indicators with a value in one of the places, most places first."""
    counts: dict[str, int] = {}
    wanted = among("place", places) & pl.col("value").is_not_null()
    for batch in Batch.objects.filter(superseded_by__isnull=True):
        rows = scan(batch).filter(wanted).group_by("indicator").agg(pl.col("place").n_unique()).collect()
        for code, count in rows.iter_rows():
            counts[code] = max(counts.get(code, 0), count)
    return sorted(counts, key=lambda code: (-counts[code], code))


def places_with(indicator: str) -> list[str]:
    """Return the places that have a value of the indicator."""
    found: set[str] = set()
    for batch in current_batches(indicator):
        wanted = (pl.col("indicator") == indicator) & pl.col("value").is_not_null()
        found.update(scan(batch).filter(wanted).select("place").unique().collect()["place"].to_list())
    return sorted(found)


def latest(source: Source) -> list[Value]:
    """Return the latest value of everyone in each place of a source."""
    values = []
    for (place,), rows in only_totals(source.frame).group_by("place"):
        last = last_of(series_of([rows]), str(place))
        if last:
            values.append(last)
    return values


def last_of(points: Points, key: str) -> Value | None:
    """Return the last point that has a value."""
    known = [p for p in points if p[1] is not None]
    if not known:
        return None
    period, value, lower, upper = known[-1][:4]
    return Value(key, str(period), float(str(value)), as_float(lower), as_float(upper))


def as_float(value: object) -> float | None:
    """Return a bound as a number, where there is one."""
    return float(value) if isinstance(value, int | float) else None


def groups(source: Source, place: str) -> list[Value]:
    """Return the latest value of every group of a place, one dimension at a time (`sex=F`), in order."""
    found = []
    for name, value, part in group_rows(source.frame.filter(pl.col("place") == place)):
        last = last_of(series_of([part]), f"{name}={value}")
        if last:
            found.append(last)
    return sorted(found, key=lambda v: (v.key.partition("=")[0], v.value))


def group_rows(rows: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield (dimension, value, its rows) for every group of a place, one dimension at a time, in order."""
    names = dimensions_of(rows)
    for name in names:
        others = [pl.col(n).is_null() | (pl.col(n) == TOTAL) for n in names if n != name]
        own = rows.filter(pl.col(name).is_not_null() & (pl.col(name) != TOTAL), *others)
        for (value,), part in sorted(own.group_by(name), key=lambda pair: str(pair[0][0])):
            yield name, str(value), part


def by_period(found: Sequence[Source], place: str) -> list[tuple[str, list[object]]]:
    """Return (period, point of each source or None), newest first."""
    columns = [{str(p[0]): p for p in source.total(place)} for source in found]
    periods = sorted({p for column in columns for p in column}, key=decimal_year, reverse=True)
    return [(period, [column.get(period) for column in columns]) for period in periods]
