"""The data that the benchmarks run on: the whole world panel in BENCH_DATA, or the part of it that is bundled."""

import os
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import polars as pl

WHOLE = "world_indicators.csv.gz"
SEED = 20_261_124
TOTAL = "_T"
INDICATORS, PLACES, YEARS = 126, 235, 34  # about a million rows


def world() -> tuple[pl.DataFrame, str]:
    """Return (indicator, place, year, value), sorted and without doubles, and what it is."""
    given = os.environ.get("BENCH_DATA", "")
    if given:
        frame = pl.read_csv(Path(given) / WHOLE, schema_overrides={"value": pl.Float64}, infer_schema_length=None)
        return tidy(frame.rename({"iso3": "place", "year": "period"})), WHOLE
    with as_file(files("rightsplan.demo") / "data" / "world") as folder:
        frames = [pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob("*.csv.gz"))]
    return tidy(pl.concat(frames, how="diagonal")), "bundled part; BENCH_DATA names a folder with the whole"


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Return one value a year of every national series; rows about a part of the people are left out."""
    groups = [name for name in frame.columns if name not in {"indicator", "place", "period", "value"}]
    totals = frame.filter(pl.all_horizontal(pl.col(groups).fill_null(TOTAL) == TOTAL)) if groups else frame
    typed = totals.select(
        "indicator",
        "place",
        pl.col("period").cast(pl.Float64, strict=False).alias("year"),
        pl.col("value").cast(pl.Float64, strict=False),
    )
    keys = ["indicator", "place", "year"]
    return typed.drop_nulls().unique(keys, keep="first", maintain_order=True).sort(keys)


def indicator_codes(rows: int) -> list[str]:
    """Return the codes that a file of `write_csv` uses."""
    return [f"bench_{i}" for i in range(-(-rows // (YEARS * PLACES)))]


def place_codes() -> list[str]:
    """Return the codes of the places in it."""
    return [f"P{i:03d}" for i in range(PLACES)]


def write_csv(path: Path, rows: int) -> None:
    """Write a tidy CSV of `rows` observations: random walks without doubles or jumps, in no order."""
    random = np.random.default_rng(SEED)
    index = np.arange(rows)
    walk = 50 + np.cumsum(random.normal(0, 0.02, rows))
    frame = pl.DataFrame(
        {
            "indicator": index // (YEARS * PLACES),
            "place": (index // YEARS) % PLACES,
            "period": 1990 + index % YEARS,
            "value": np.round(np.clip(walk, 5, 95) + random.uniform(-1, 1, rows), 4),
        }
    )
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=SEED)
    shuffled.with_columns(
        pl.format("bench_{}", pl.col("indicator")).alias("indicator"),
        pl.format("P{}", pl.col("place").cast(pl.String).str.zfill(3)).alias("place"),
    ).write_csv(path)
