"""The current batches, cut down to what a set of targets needs, and the choice of one source for one series."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.conf import settings

from rightsplan.errors import Damaged
from rightsplan.evidence.recompute import TOTAL, dimensions_of, select, series_of
from rightsplan.indicators.models import Batch
from rightsplan.stats.periods import decimal_year
from rightsplan.stats.promise import Promise

Progress = Callable[[str, int, int], None]
HALF_YEAR = 0.5


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one source, as `recompute.series_of` gives them, and the inputs that lead to them."""

    inputs: list[dict[str, Any]]
    points: list[list[Any]]

    def rank(self, until: float) -> tuple[float, int]:
        """Return how good a series is for a promise: its last year up to `until`, then how many values up to it."""
        years = [decimal_year(p[0]) for p in self.points if p[1] is not None]
        in_time = [year for year in years if year < until + HALF_YEAR]
        return (max(in_time), len(in_time)) if in_time else (float("-inf"), len(years))


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one batch for one indicator and place."""

    batch: Batch
    frame: pl.DataFrame


class Holdings:
    """The rows of all current batches for the wanted indicators and places; each batch is read once, filtered."""

    def __init__(self, indicators: Iterable[str], places: Iterable[str], *, progress: Progress) -> None:
        wanted, where = sorted(set(indicators)), sorted(set(places))
        self._parts: dict[tuple[str, str, str], list[Part]] = {}
        batches = list(current_batches(wanted))
        for number, batch in enumerate(batches, 1):
            for (indicator, place), frame in read_groups(batch.sha256, wanted, where).items():
                key = (batch.role, str(indicator), str(place))
                self._parts.setdefault(key, []).append(Part(batch, frame))
            progress("Reading batches", number, len(batches))

    def best(self, role: str, where: Mapping[str, str], promise: Promise, as_of: float) -> Series | None:
        """Return the series of one source that says most about a promise, None where no batch has any value.

        Batches with the same source text are one source and are joined (the later one wins a period); different
        sources are never mixed. The source with the latest value in time wins, then the one with more values in time,
        then the one accepted last.
        """
        found = self._series(role, where).values()
        until = as_of if promise.year is None else min(as_of, promise.year)
        return max(reversed(list(found)), key=lambda series: series.rank(until), default=None)

    def _series(self, role: str, where: Mapping[str, str]) -> dict[str, Series]:
        """Return the series of each source, in order of acceptance."""
        chosen: dict[str, list[tuple[str, pl.DataFrame]]] = {}
        for part in self._parts.get((role, where["indicator"], where["place"]), []):
            if set(where) <= set(part.frame.columns):
                rows = select(part.frame, where)
                if rows["value"].count():
                    chosen.setdefault(part.batch.source, []).append((part.batch.sha256, rows))
        return {
            name: Series(
                [{"batch": sha, "where": dict(where)} for sha, _ in pairs], series_of(rows for _, rows in pairs)
            )
            for name, pairs in chosen.items()
        }

    def groups(
        self, role: str, where: Mapping[str, str], promise: Promise, as_of: float
    ) -> list[tuple[dict[str, str], Series]]:
        """Return the series of every group, one dimension at a time.

        All groups of one dimension come from one source, so that they can be compared: the one whose values in time
        are the latest, then the most.
        """
        until = as_of if promise.year is None else min(as_of, promise.year)
        found: list[tuple[dict[str, str], Series]] = []
        for dimension, values in self._values(role, where).items():
            by_source: dict[str, list[tuple[dict[str, str], Series]]] = {}
            for value in values:
                for source, series in self._series(role, {**where, dimension: value}).items():
                    by_source.setdefault(source, []).append(({dimension: value}, series))
            found += max(by_source.values(), key=lambda rows: overall_rank([s for _, s in rows], until), default=[])
        return found

    def _values(self, role: str, where: Mapping[str, str]) -> dict[str, list[str]]:
        """Return the values of every dimension that `where` leaves open, without totals."""
        values: dict[str, set[str]] = {}
        for part in self._parts.get((role, where["indicator"], where["place"]), []):
            for name in dimensions_of(part.frame):
                if name not in where:
                    values.setdefault(name, set()).update(part.frame[name].drop_nulls().unique().to_list())
        return {name: sorted(found - {TOTAL}) for name, found in sorted(values.items())}


def overall_rank(rows: Sequence[Series], until: float) -> tuple[float, int]:
    """Return the rank of several series together."""
    ranks = [series.rank(until) for series in rows]
    return max(rank[0] for rank in ranks), sum(rank[1] for rank in ranks)


def current_batches(indicators: Iterable[str]) -> Iterable[Batch]:
    """Return the batches that hold any of the indicators and are not superseded, oldest first."""
    rows = Batch.objects.filter(coverage__indicator__code__in=list(indicators), superseded_by__isnull=True)
    return rows.order_by("log_index").distinct()


def read_groups(name: str, indicators: Sequence[str], places: Sequence[str]) -> dict[tuple[Any, ...], pl.DataFrame]:
    """Return the wanted rows of one batch by indicator and place. Raises Damaged naming the file."""
    path = settings.BATCH_DIR / f"{name}.parquet"
    try:
        rows = (
            pl.scan_parquet(path).filter(pl.col("indicator").is_in(indicators), pl.col("place").is_in(places)).collect()
        )
    except FileNotFoundError as error:
        raise Damaged("the file is missing", path.name) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Damaged(f"the file cannot be read as a batch ({error})", path.name) from error
    if "value" not in rows.columns:
        return {}
    return rows.partition_by(["indicator", "place"], as_dict=True)
