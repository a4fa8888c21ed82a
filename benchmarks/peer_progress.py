"""Runs the progress calculation of Open SDG's library on sampled series and prints its seconds per series.

The library is not in a package registry: BENCH_SDG_BUILD names a folder with its source (sdg/ProgressMeasure.py).
"""

import importlib.util
import json
import sys
import time
import types
from pathlib import Path

import polars as pl


def load(folder: Path) -> types.ModuleType:
    """Import the one module that calculates progress."""
    spec = importlib.util.spec_from_file_location("ProgressMeasure", folder / "sdg" / "ProgressMeasure.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder} holds no sdg/ProgressMeasure.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(folder: str, parquet: str, sample: int) -> None:
    """Time the calculation itself; reading and cutting the series is not counted."""
    peer = load(Path(folder))
    frame = pl.read_parquet(parquet).with_columns(pl.col("period").cast(pl.Int64))
    cut = frame.partition_by(["indicator", "place"], as_dict=False, maintain_order=True)[:: max(1, 24_000 // sample)]
    options = {"base_year": 2015, "target": 60.0, "target_year": 2030, "direction": "positive"}
    series = []
    for part in cut[:sample]:
        data = part.select(pl.col("period").alias("Year"), pl.col("value").alias("Value")).to_pandas()
        meta = {"auto_progress_calculation": True, "progress_calculation_options": [dict(options)]}
        series.append(types.SimpleNamespace(data=data, meta=meta))
    done = 0
    start = time.perf_counter()
    for item in series:
        try:
            peer.measure_indicator_progress(item)
        except (ZeroDivisionError, ValueError, TypeError, IndexError):
            pass  # what it cannot judge counts as judged, in its favour
        done += 1
    print(json.dumps({"series": done, "seconds_per_series": (time.perf_counter() - start) / max(done, 1)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
