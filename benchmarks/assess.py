"""Assess every series of a world panel against a target, beside a bare group-by of the same Parquet and a peer."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.world import world
from rightsplan.stats.panel import Panel, Promises
from rightsplan.stats.progress import assess_many

REPEATS = 7


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median time of several runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def group_by(path: Path) -> pl.DataFrame:
    """Read the panel and reduce every series to its last value: the bare scan that ours is compared with."""
    return (
        pl.scan_parquet(path)
        .group_by("indicator", "place")
        .agg(pl.len(), pl.col("value").last(), pl.col("value").first(), pl.col("value").max(), pl.col("value").mean())
        .collect()
    )


def assess(path: Path) -> int:
    """Read the panel and judge every series against a synthetic target; return how many."""
    frame = pl.scan_parquet(path).select("indicator", "place", "year", "value").collect()
    keys = frame.select(new=pl.struct("indicator", "place").rle_id())["new"].to_numpy()
    offsets = np.concatenate([[0], np.flatnonzero(np.diff(keys)) + 1, [len(keys)]])
    t, y = frame["year"].to_numpy(), frame["value"].to_numpy()
    count = len(offsets) - 1
    panel = Panel(t, y, np.full(len(t), np.nan), np.zeros(len(t), dtype=bool), offsets)
    last = y[offsets[1:] - 1]
    outcome = assess_many(panel, synthetic(last, count), as_of=2026.0)
    return len(outcome.rule)


def synthetic(last: np.ndarray, count: int) -> Promises:
    """Return one target per series: a tenth above the last value by 2030, from the value of 2015."""
    nan, no = np.full(count, np.nan), np.zeros(count, dtype=bool)
    return Promises(
        direction=np.zeros(count, dtype=np.int64),
        value=last * 1.1,
        year=np.full(count, 2030.0),
        baseline=nan,
        baseline_year=nan,
        start=np.full(count, 2015.0),
        lower=nan,
        upper=nan,
        strict=no,
        hold=no,
        tolerance=nan,
        measured=np.zeros(count, dtype=np.int64),
        numeric=~no,
    )


def run(folder: Path) -> list[str]:
    """Return the lines of the report."""
    frame, what = world()
    path = folder / "world.parquet"
    ordered = frame.with_columns(pl.col("period").cast(pl.Float64).alias("year")).sort("indicator", "place", "year")
    ordered.write_parquet(path, compression="zstd")
    series = assess(path)
    ours, bare = median_seconds(lambda: assess(path)), median_seconds(lambda: group_by(path))
    lines = [
        f"assess: {ordered.height:,} rows, {series:,} series ({what})",
        f"  ours {ours * 1e3:.0f} ms, bare group-by of the same file {bare * 1e3:.0f} ms:"
        f" ratio {ours / bare:.2f} (promise: at most 3)",
    ]
    return lines + peer(path, ours / series)


def peer(path: Path, ours_per_series: float) -> list[str]:
    """Compare with Open SDG's library where its source is given."""
    folder = os.environ.get("BENCH_SDG_BUILD", "")
    if not folder:
        return ["  peer sdg-build: not measured (BENCH_SDG_BUILD names a folder with its source)"]
    command = [sys.executable, "-m", "benchmarks.peer_progress", folder, str(path), "1000"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    each = answer["seconds_per_series"]
    return [
        f"  peer sdg-build: {each * 1e6:,.0f} us per series, ours {ours_per_series * 1e6:.1f} us:"
        f" ratio {each / ours_per_series:,.0f} (promise: at least 100)"
    ]
