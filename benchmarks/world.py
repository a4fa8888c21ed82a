"""The data that the benchmarks run on: the panel in BENCH_WORLD, or a made-up one of the same shape."""

import os
from pathlib import Path

import numpy as np
import polars as pl

SERIES, COUNTRIES, ROWS = 117, 235, 650_000
SEED = 20_261_123


def world() -> tuple[pl.DataFrame, str]:
    """Return (indicator, place, period, value) and what it is."""
    given = os.environ.get("BENCH_WORLD", "")
    if given:
        frame = pl.read_csv(Path(given)).rename({"iso3": "place", "year": "period"})
        typed = frame.with_columns(pl.col("period").cast(pl.String), pl.col("value").cast(pl.Float64))
        return typed.select("indicator", "place", "period", "value").drop_nulls(), Path(given).name
    return made_up(), "made-up panel of the same shape (BENCH_WORLD names a real one)"


def made_up() -> pl.DataFrame:
    """Return random walks for 117 indicators and 235 places, 650,000 rows in all."""
    random = np.random.default_rng(SEED)
    pairs = SERIES * COUNTRIES
    lengths = random.multinomial(ROWS, random.dirichlet(np.full(pairs, 2.0)))
    lengths = np.minimum(lengths, 120)
    number = np.repeat(np.arange(pairs), lengths)
    start = np.cumsum(lengths) - lengths
    position = np.arange(lengths.sum()) - np.repeat(start, lengths)
    year = 2024 - (np.repeat(lengths, lengths) - 1 - position)
    steps = random.normal(0.1, 1.0, len(number))
    value = 50 + 0.3 * (np.cumsum(steps) - np.repeat(np.concatenate([[0], np.cumsum(steps)])[start], lengths))
    return (
        pl.DataFrame(
            {
                "indicator": [f"series_{k}" for k in range(SERIES)],
            }
        )
        .with_row_index("i")
        .join(
            pl.DataFrame(
                {"i": (number // COUNTRIES).astype(np.uint32), "p": number % COUNTRIES, "y": year, "value": value}
            ),
            on="i",
        )
        .select(
            "indicator",
            (pl.lit("P") + pl.col("p").cast(pl.String).str.zfill(3)).alias("place"),
            pl.col("y").cast(pl.String).alias("period"),
            "value",
        )
    )


def write_csv(path: Path, rows: int) -> None:
    """Write a tidy CSV of `rows` observations without doubles."""
    random = np.random.default_rng(SEED)
    years, places = 34, 235
    index = np.arange(rows)
    frame = pl.DataFrame(
        {
            "indicator": index // (years * places),
            "place": (index // years) % places,
            "period": 1990 + index % years,
            "value": np.round(random.uniform(0, 100, rows), 4),
        }
    )
    frame.with_columns(
        pl.format("bench_{}", pl.col("indicator")).alias("indicator"),
        pl.format("P{}", pl.col("place").cast(pl.String).str.zfill(3)).alias("place"),
    ).write_csv(path)
