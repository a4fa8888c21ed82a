"""Inequality measures of 100,000 settings, beside WHO's package in R on the same input, and its published figures.

BENCH_HEALTHEQUAL_R names a folder with the R files of WHOequity/healthequal 1.0.1 (Rscript and dplyr must be there);
BENCH_HEALTHEQUAL names one with its sample data (OrderedSample.csv, NonorderedSample.csv).
"""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measure import Ratio
from rightsplan.stats.gaps import GapTable, gaps_many, group_panel
from rightsplan.stats.gaps.compat import slope_weighted_twice
from rightsplan.stats.panel import Floats

SETTINGS, GROUPS, PEERS = 100_000, 5, 4
SEED = 6
# Of healthequal 1.0.1 on its sample data and in its tests; theil and mld divided by its 1000.
SAMPLE = {
    "OrderedSample.csv": {
        "aci": 4.30051970,
        "rci": 0.04695060,
        "wagstaff": 0.55871558,
        "erreygers": 0.17202079,
        "paf": 8.32711561,
        "par": 7.62736229,
    },
    "NonorderedSample.csv": {"bgv": 50.42022648, "theil": 0.00314387232, "mld": 0.00330790061, "cov": 7.75215830},
}
PACKAGE_TESTS = {
    "bgv": 46.198326,
    "bgsd": 6.7969351,
    "idis_u": 8.7018175,
    "idis_w": 8.6178417,
    "mdb_u": 16.360001,
    "mdb_w": 16.293156,
    "mdm_u": 5.891726,
    "mdm_w": 5.8348689,
    "mdr_u": 7.2399998,
    "mdr_w": 7.2228465,
}
SLOPE_TEST, SLOPE_ONCE = (44.44502, 3.159506), (44.90526, 3.2239)  # the second with weights once
SHARES = np.array([0.2, 0.3, 0.4, 0.5, 0.6])
NAMES = {"d": "difference", "r": "ratio", "covar": "cov", "ti": "theil", "parisk": "par"}
PEER = r"""
suppressPackageStartupMessages(library(dplyr))
arguments <- commandArgs(TRUE)
for (f in list.files(arguments[1], pattern = "[.]R$", full.names = TRUE)) if (basename(f) != "data.R") source(f)
data <- read.csv(arguments[2])
plain <- c("d", "r", "bgv", "bgsd", "ti", "mld", "parisk", "paf", "aci", "rci")
drawn <- c("covar", "mdmu", "mdmw", "mdbu", "mdbw", "mdru", "mdrw", "idisu", "idisw")
one <- function(name, x) {
  given <- list(est = x$value, se = x$error, pop = x$people, subgroup_order = x$rank, scaleval = rep(100, nrow(x)),
                favourable_indicator = rep(1, nrow(x)), ordered_dimension = rep(1, nrow(x)),
                reference_subgroup = as.numeric(x$rank == max(x$rank)))
  wanted <- intersect(names(given), names(formals(get(name))))
  if (name %in% c("d", "r")) wanted <- setdiff(wanted, "reference_subgroup")
  suppressWarnings(do.call(name, given[wanted]))$estimate[1]
}
timed <- function(names) {
  values <- list()
  seconds <- system.time(for (s in unique(data$setting)) {
    x <- data[data$setting == s, ]
    for (n in names) values[[length(values) + 1]] <- c(s, match(n, names), one(n, x))
  })[["elapsed"]]
  list(seconds = seconds / length(unique(data$setting)), values = do.call(rbind, values))
}
a <- timed(plain); b <- timed(drawn)
row <- function(v, names) sprintf("[%d,\"%s\",%.12g]", as.integer(v[1]), names[v[2]], v[3])
set.seed(123); pop <- round(rnorm(25, 1000, 300)); est <- rbinom(25, 1000, .065); se <- rbinom(25, 100, .045)
ref <- rep(0, 25); ref[sample(25, 1)] <- 1
set.seed(123); five <- round(rnorm(5, 100, 40))
list_of <- function(x) paste0("[", paste(x, collapse = ","), "]")
cat(sprintf("{\"plain\":%g,\"drawn\":%g,\"values\":[%s],\"pop\":%s,\"est\":%s,\"se\":%s,\"ref\":%d,\"five\":%s}",
  a$seconds, b$seconds, paste(c(apply(a$values, 1, row, plain), apply(b$values, 1, row, drawn)), collapse = ","),
  list_of(pop), list_of(est), list_of(se), which(ref == 1) - 1, list_of(five)))
"""


def made_up(settings: int) -> pl.DataFrame:
    """Return settings of five ordered groups."""
    rng = np.random.default_rng(SEED)
    k = settings * GROUPS
    level = np.repeat(rng.uniform(20, 80, settings), GROUPS)
    value = np.clip(level + rng.normal(0, 6, k), 2, 98)
    return pl.DataFrame(
        {
            "setting": np.repeat(np.arange(settings), GROUPS),
            "rank": np.tile(np.arange(1, GROUPS + 1), settings),
            "value": value,
            "error": rng.uniform(1, 3, k),
            "people": np.round(rng.uniform(100, 900, k)),
        }
    )


def measured(frame: pl.DataFrame) -> GapTable:
    """Return all measures of a frame, the last group of each setting being the reference."""
    settings = frame.height // GROUPS
    return gaps_many(
        group_panel(
            frame["value"].to_numpy(),
            offsets=np.arange(settings + 1) * GROUPS,
            error=frame["error"].to_numpy(),
            population=frame["people"].to_numpy(),
            rank=frame["rank"].to_numpy(),
            lowest=0,
            highest=100,
            reference=GROUPS - 1,
        )
    )


def run(folder: Path) -> list[str]:
    """Return the lines of the report."""
    frame = made_up(SETTINGS)
    start = time.perf_counter()
    table = measured(frame)
    each = (time.perf_counter() - start) / SETTINGS
    intervals = int(np.isfinite(table.low).sum())
    lines = [
        f"gaps: {SETTINGS:,} settings of {GROUPS} groups, {table.value.shape[1]} measures, {intervals:,} intervals",
        f"  ours {each * SETTINGS:.1f} s, {each * 1e6:.0f} us per setting",
    ]
    return [*lines, *peer(folder, frame, table, each), *sample_lines()]


def peer(folder: Path, frame: pl.DataFrame, table: GapTable, each: float) -> list[str]:
    """Run the package on the first settings; compare time and point values."""
    source = os.environ.get("BENCH_HEALTHEQUAL_R", "")
    if not source or shutil.which("Rscript") is None:
        return ["  healthequal / gaps, per setting: not measured (BENCH_HEALTHEQUAL_R names a folder with its R files)"]
    data, script = folder / "gaps.csv", folder / "gaps.R"
    frame.filter(pl.col("setting") < PEERS).write_csv(data)
    script.write_text(PEER, encoding="utf-8")
    command = ["Rscript", str(script), source, str(data)]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    differences = [difference(table, *row) for row in answer["values"]]
    drawn, plain = answer["drawn"], answer["plain"]
    return [
        f"  healthequal {drawn + plain:.2f} s per setting ({PEERS} settings, 19 measures; sii and rii need more"
        " packages),"
        f" {plain:.3f} s for the 10 measures that it does not simulate",
        Ratio("healthequal / gaps, per setting, all measures", (drawn + plain) / each, 200, is_floor=True).line(),
        f"  healthequal's 10 measures with formulas / all 25 of ours, per setting: {plain / each:,.0f}",
        Ratio("largest relative difference of point values", max(differences), 1e-6).line(),
        *package_tests(answer),
    ]


def difference(table: GapTable, setting: int, name: str, theirs: float) -> float:
    """Return the relative difference of one point value; PAR and PAF of the wrong sign are 0 in the package."""
    plain = NAMES.get(name, name)
    plain = plain if plain[:3] not in {"mdm", "mdb", "mdr"} else f"{plain[:3]}_{plain[3]}"
    plain = f"idis_{plain[4]}" if plain.startswith("idis") else plain
    ours = float(table.of(plain).value[setting])
    theirs = theirs / 1000 if plain in {"theil", "mld"} else theirs
    ours = max(ours, 0.0) if plain in {"par", "paf"} else ours
    return abs(ours - theirs) / max(abs(theirs), 1e-6)


def package_tests(answer: dict[str, list[float]]) -> list[str]:
    """Compare with the values that the package's own tests expect, on the data that they draw."""
    panel = group_panel(
        answer["est"], offsets=[0, 25], error=answer["se"], population=answer["pop"], reference=[answer["ref"]]
    )
    table = gaps_many(panel)
    worst = max(abs(float(table.of(name).value[0]) / value - 1) for name, value in PACKAGE_TESTS.items())
    once = slope_of(np.array(answer["five"]))
    twice = slope_weighted_twice(100 * SHARES, population=answer["five"], rank=range(5))
    return [
        Ratio("largest relative difference from the package's tests", worst, 1e-5).line(),
        f"  slope index weighted once {once[0]:.5f}, {once[1]:.4f} (expected {SLOPE_ONCE[0]}, {SLOPE_ONCE[1]}); as the"
        f" package weights {twice.sii:.5f}, {twice.rii:.6f} (expected {SLOPE_TEST[0]}, {SLOPE_TEST[1]})",
    ]


def slope_of(people: Floats) -> tuple[float, float]:
    """Return our slope indices of the package's slope test, with its whole numbers of cases."""
    panel = group_panel(
        100 * np.round(SHARES * people) / people,
        offsets=[0, 5],
        population=people,
        rank=[1, 2, 3, 4, 5],
        lowest=0,
        highest=100,
    )
    table = gaps_many(panel)
    return float(table.of("sii").value[0]), float(table.of("rii").value[0])


def sample_lines() -> list[str]:
    """Compare with the package's figures on its sample data."""
    folder = os.environ.get("BENCH_HEALTHEQUAL", "")
    if not folder:
        return ["  sample data of healthequal: not measured (BENCH_HEALTHEQUAL names a folder with it)"]
    worst = 0.0
    for name, expected in SAMPLE.items():
        frame = pl.read_csv(Path(folder) / name)
        panel = group_panel(
            frame["estimate"].to_numpy(),
            offsets=[0, frame.height],
            error=frame["se"].to_numpy(),
            population=frame["population"].to_numpy(),
            rank=frame["subgroup_order"].to_numpy() if "subgroup_order" in frame.columns else None,
            lowest=0,
            highest=100,
        )
        table = gaps_many(panel)
        worst = max(worst, *(abs(float(table.of(m).value[0]) / value - 1) for m, value in expected.items()))
    return [Ratio("largest relative difference on healthequal's sample data", worst, 1e-6).line()]
