"""Assess every series of a world panel against a target, beside a bare group-by of the same Parquet and a peer."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measure import Ratio, Work, medians
from benchmarks.targets import pick, plan_targets, series_for, synthetic
from benchmarks.world import world
from rightsplan.stats.panel import Panel, Promises
from rightsplan.stats.progress import assess_many

AS_OF = 2026.0
REPEATS = 25
ROUNDS = 5
SAMPLE = 1_000


def group_by(path: Path) -> int:
    """Read the panel and reduce every series to five numbers: the bare scan that ours is compared with."""
    value = pl.col("value")
    reduced = (
        pl.scan_parquet(path)
        .group_by("indicator", "place")
        .agg(pl.len(), value.last(), value.first().alias("first"), value.max().alias("max"), value.mean().alias("mean"))
    )
    return reduced.collect().height


def panel_of(path: Path) -> Panel:
    """Read the panel, which is sorted, into the arrays of the statistics; a series begins where a key changes."""
    keys = ("indicator", "place")
    begins = [pl.col(key).ne_missing(pl.col(key).shift()).alias(f"{key} begins") for key in keys]
    frame = pl.scan_parquet(path).select("year", "value", *begins).collect()
    is_new = frame["indicator begins"] | frame["place begins"]
    starts = is_new.arg_true().to_numpy().astype(np.int64)
    t, y = frame["year"].to_numpy(), frame["value"].to_numpy()
    offsets = np.append(starts, len(t))
    unknown, no = np.broadcast_to(np.nan, len(t)), np.broadcast_to(np.False_, len(t))
    return Panel(t, y, unknown, no, offsets)


def assess(path: Path, made: Promises, plans: Promises) -> int:
    """Read the panel and judge every series by its made-up target, some by those of plans; return how many verdicts."""
    panel = panel_of(path)
    some = pick(panel, series_for(len(plans.value), panel))
    return sum(len(assess_many(*pair, as_of=AS_OF).verdicts()) for pair in [(panel, made), (some, plans)])


def run(folder: Path, *, repeats: int = REPEATS, sample: int = SAMPLE) -> list[str]:
    """Return the lines of the report."""
    frame, what = world()
    path = folder / "world.parquet"
    frame.write_parquet(path, compression="zstd", row_group_size=100_000)  # as batches are stored
    panel, own = panel_of(path), plan_targets()
    made, plans = synthetic(panel), Promises.of(own)
    ours, bare = medians(lambda: assess(path, made, plans), lambda: group_by(path), repeats=repeats)
    lines = [
        f"assess: {frame.height:,} rows, {panel.count:,} series ({what});"
        f" a made-up target for each and {len(own):,} of the bundled plans",
        f"  ours {ours * 1e3:.0f} ms, bare group-by {bare * 1e3:.0f} ms",
        Ratio("assessment / bare group-by of the same file", ours / bare, 3).line(),
    ]
    return lines + peer(path, lambda: assess(path, made, plans), panel.count + len(own), sample=sample)


def peer(path: Path, ours: Work, count: int, *, sample: int) -> list[str]:
    """Compare with Open SDG's library where its source is given: both in turn, so that a busy moment hits both."""
    folder = os.environ.get("BENCH_SDG_BUILD", "")
    if not folder:
        return ["  sdg-build / assessment, per series: not measured (BENCH_SDG_BUILD names a folder with its source)"]
    python = os.environ.get("BENCH_SDG_PYTHON", sys.executable)
    command = [python, str(Path(__file__).with_name("peer_progress.py")), folder, str(path), str(sample)]
    theirs, own, judged = [], [], 0
    for _ in range(ROUNDS):
        answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        theirs.append(answer["seconds_per_series"])
        own.append(medians(ours, repeats=ROUNDS)[0] / count)
        judged = answer["judged"]
    ratio = statistics.median(a / b for a, b in zip(theirs, own, strict=True))
    return [
        f"  sdg-build {statistics.median(theirs) * 1e6:,.0f} us per series ({sample:,} series, {judged:,} judged),"
        f" ours {statistics.median(own) * 1e6:.2f} us",
        Ratio("sdg-build / assessment, per series", ratio, 100, is_floor=True).line(),
    ]
