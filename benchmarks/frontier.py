"""Scores against the published frontiers: speed, and agreement with HRMI's own tables where they are at hand."""

import os
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measure import Ratio, medians
from rightsplan.stats.frontier import CURVES, composite, right_scores, score

ROWS = 40_000
REPEATS = 15
COLUMNS = {
    "benchmark": "immediate_duty",
    "score": "score_wrt_immediate_duty",
    "penalty": "immediate_duty_penalty",
    "global_best": "score_wrt_global_best",
    "global_best_penalty": "global_best_penalty",
    "benchmark_share": "immediate_duty_wrt_global_best",
}
STANDARDS = {"Core": "core", "HiY": "high income"}
KEYS = ("place", "group", "year", "right", "standard")


def run(folder: Path) -> list[str]:
    """Return the lines of the report; nothing is written to `folder`."""
    data = os.environ.get("BENCH_HRMI", "")
    agreement = (
        compared(Path(data)) if data else ["  agreement: not measured (BENCH_HRMI names a folder with its tables)"]
    )
    return [*speed(), *agreement]


def speed() -> list[str]:
    """Return how long the scores of 40,000 rows take, names of indicators and groups included."""
    rng = np.random.default_rng(3)
    drawn = [list(CURVES)[i] for i in rng.integers(0, len(CURVES), ROWS)]
    names, groups = [name for name, _group in drawn], [group for _name, group in drawn]
    values, incomes = rng.uniform(0, 100, ROWS), np.exp(rng.normal(9, 1.2, ROWS)).clip(500, 150_000)
    (seconds,) = medians(lambda: score(names, values, incomes, groups=groups), repeats=REPEATS)
    return [
        f"frontier: {ROWS:,} scores",
        Ratio("scores of 40,000 rows", seconds, 0.1, "s").line(),
    ]


def read(path: Path) -> pl.DataFrame:
    """Return one of HRMI's tables."""
    return pl.read_csv(path, null_values=["", " "], infer_schema_length=None, encoding="utf8-lossy").rename(
        lambda name: name.lstrip("\ufeff")
    )


def with_income(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose income another or the same row of the country and year implies, with it as `income`.

    The release does not state the income that it used; an uncapped benchmark B gives it back: x = b / (a - B) - c.
    """
    curves = pl.DataFrame(
        [(k.indicator, k.group, k.a, k.b, k.c, k.cap) for k in CURVES.values()],
        schema=["metric_code", "group", "a", "b", "c", "cap"],
        orient="row",
    )
    known = rows.join(curves, on=["metric_code", "group"])
    is_free = (pl.col("immediate_duty") < pl.col("cap") - 1e-9) & (
        (pl.col("immediate_duty") - pl.col("value")).abs() > 1e-9
    )
    implied = 1000 * (pl.col("b") / (pl.col("a") - pl.col("immediate_duty")) - pl.col("c"))
    incomes = known.filter(is_free).group_by("country_code", "year").agg(implied.median().alias("income"))
    return known.join(incomes, on=["country_code", "year"])


def compared(data: Path) -> list[str]:
    """Return the largest differences from the published indicator scores, right scores and composites."""
    published = read(data / "esr-indicator-scores_2021.csv.gz")
    known = with_income(published)
    found = score(
        known["metric_code"].to_list(),
        known["value"].to_numpy(),
        known["income"].to_numpy(),
        groups=known["group"].to_list(),
        compat=True,
    )
    worst = {
        name: float(np.abs(getattr(found, name) - known[column].to_numpy()).max()) for name, column in COLUMNS.items()
    }
    undefined = int(
        (
            score(
                known["metric_code"].to_list(), known["value"], known["income"], groups=known["group"].to_list()
            ).reason
            == 3
        ).sum()
    )
    lines = [
        f"  HRMI 2021: {known.height:,} of {published.height:,} rows have an implied income,"
        f" {undefined} of them no benchmark (compared in the compatibility mode)",
        *(f"  largest difference of {name}: {value:.2g}" for name, value in worst.items()),
        Ratio("largest difference of an indicator score", worst["score"], 0.011, "points").line(),
    ]
    return lines + compared_rights(data, published)


def compared_rights(data: Path, published: pl.DataFrame) -> list[str]:
    """Return the differences of right scores and composites, made from the published indicator scores."""
    theirs = read(data / "esr-scores_2021.csv.gz").select(
        "year",
        "group",
        place="country_code",
        right="metric_code",
        standard=pl.col("standard").replace_strict(STANDARDS),
        published="score_wrt_immediate_duty",
    )
    years = theirs["year"].unique().sort().to_list()
    scores = published.select(
        "year", "group", place="country_code", indicator="metric_code", score="score_wrt_immediate_duty"
    )
    ours = right_scores(scores, years)
    names = ours["right"].unique().to_list()
    whole = composite(ours).drop_nulls("score").with_columns(right=pl.lit("SER_Average"))
    lines = []
    for what, mine, rows in (
        ("right scores", ours.drop_nulls("score"), theirs.filter(pl.col("right").is_in(names))),
        ("composites", whole, theirs.filter(pl.col("right") == "SER_Average")),
    ):
        both = mine.select(*KEYS, "score").join(rows, on=KEYS, how="full", coalesce=True)
        wrong = both.filter(((pl.col("score") - pl.col("published")).abs() > 1e-9).fill_null(value=True)).height
        lines.append(Ratio(f"{what} that differ, of {rows.height:,}", wrong, 0).line())
    return lines
