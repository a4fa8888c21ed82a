"""The latent model on the published ratings, beside JAGS on the same data: agreement, time, effective samples.

The ratings are not bundled (CC BY-NC-SA): BENCH_LHRS names a folder with
DOIRT_PhysintLatentVariableEsimates_1981_2010.csv of CJFariss/Human-Rights-Latent-Variable at 2f1892e. JAGS runs through
Rscript with the package rjags; BENCH_JAGS_DRAWS is how many draws it makes.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measure import Ratio

NAME = "DOIRT_PhysintLatentVariableEsimates_1981_2010.csv"
ITEMS = ("DISAP", "KILL", "POLPRIS", "TORT")
ADAPT, DRAWS = 200, 2000  # a few hundred draws of so slow a chain say nothing about its effective size
WARMUP, KEPT = 300, 400
JAGS = """
model {
  for (n in 1:N) {
    for (k in 1:2) { logit(q[n, k]) <- cut[item[n], k] - beta[item[n]] * theta[node[n]] }
    p[n, 1] <- q[n, 1]
    p[n, 2] <- q[n, 2] - q[n, 1]
    p[n, 3] <- 1 - q[n, 2]
    y[n] ~ dcat(p[n, 1:3])
  }
  for (f in 1:F) { theta[first[f]] ~ dnorm(0, 1) }
  for (g in 1:G) { theta[later[g]] ~ dnorm(theta[later[g] - 1], kappa) }
  kappa <- 1 / v
  v ~ dunif(0, 1)
  for (j in 1:4) {
    beta[j] ~ dgamma(4, 3)
    for (k in 1:2) { raw[j, k] ~ dnorm(0, 0.25) }
    cut[j, 1:2] <- sort(raw[j, 1:2])
  }
}
"""
SCRIPT = """
library(rjags)
set.seed(1)
given <- commandArgs(trailingOnly = TRUE)
d <- read.csv(given[1]); b <- read.csv(given[2])$begins
data <- list(N = nrow(d), F = sum(b), G = sum(!b), item = d$item, node = d$node, y = d$y,
             first = which(b == 1), later = which(b == 0))
start <- list(raw = matrix(rep(c(-1, 1), each = 4), 4, 2), .RNG.name = "base::Mersenne-Twister", .RNG.seed = 1)
m <- jags.model(given[3], data, inits = start, n.adapt = as.integer(given[4]), quiet = TRUE)
seconds <- system.time(
  x <- coda.samples(m, c("theta", "beta", "cut", "v"), as.integer(given[5]), progress.bar = "none"))[["elapsed"]]
cat(min(effectiveSize(x)), seconds)
"""


def run(folder: Path) -> list[str]:
    """Return the lines of the report."""
    path = Path(os.environ.get("BENCH_LHRS", "")) / NAME
    if not path.is_file():
        return ["latent: not measured (BENCH_LHRS names a folder with the published ratings)"]
    import numpyro

    numpyro.set_host_device_count(2)
    from rightsplan.stats.latent import arrange
    from rightsplan.stats.latent.sampling import fit

    # The published walk goes from row to row within a run of equal codes, whatever the years of the rows.
    runs = pl.col("COW").rle_id()
    frame = pl.read_csv(path, null_values="NA", infer_schema_length=None).with_columns(
        runs.cast(pl.String).alias("unit"),
        pl.int_range(pl.len()).over(runs).cast(pl.Float64).alias("period"),
        *(pl.col(item).cast(pl.Float64) for item in ITEMS),
    )
    long = frame.unpivot(ITEMS, index=["unit", "period"], variable_name="source", value_name="rating")
    columns = {name: long[name].to_list() for name in ("unit", "source")}
    ratings = arrange(**columns, rating=long["rating"].to_numpy(), period=long["period"].to_numpy(), gaps="adjacent")
    begun = time.perf_counter()
    found = fit(ratings, warmup=WARMUP, draws=KEPT)
    seconds = time.perf_counter() - begun
    both = frame.join(found.units, on=["unit", "period"])
    ours, theirs = both["mean"].to_numpy(), both["latentmean"].to_numpy()
    correlation, quality = float(np.corrcoef(ours, theirs)[0, 1]), found.diagnostics
    lines = [
        f"latent: {both.height:,} unit-years, 2 chains of {WARMUP} + {KEPT}, {seconds:.1f} s with compilation,"
        f" R-hat {quality.rhat:.3f}, least effective sample size {quality.ess:.0f}",
        Ratio("10,000 x (1 - correlation with the published means)", 1e4 * (1 - correlation), 1).line(),
        Ratio("100 x root mean squared difference", float(100 * np.sqrt(((ours - theirs) ** 2).mean())), 1).line(),
        Ratio("seconds of sampling / 30", seconds / 30, 1).line(),
    ]
    return lines + peer(folder, long, frame, quality.ess / seconds)


def peer(folder: Path, long: pl.DataFrame, frame: pl.DataFrame, ours: float) -> list[str]:
    """Compare effective samples per second with JAGS; its warm-up and compilation are not counted, in its favour."""
    if shutil.which("Rscript") is None or shutil.which("jags") is None:
        return ["  ours / JAGS, effective samples per second: not measured (needs jags and r-cran-rjags)"]
    node = pl.DataFrame({"unit": frame["unit"], "period": frame["period"], "node": np.arange(frame.height) + 1})
    items = {name: i + 1 for i, name in enumerate(ITEMS)}
    rows = (
        long.drop_nulls("rating")
        .join(node, on=["unit", "period"])
        .with_columns(
            pl.col("source").replace_strict(items).alias("item"), (pl.col("rating") + 1).cast(pl.Int64).alias("y")
        )
    )
    rows.select("item", "node", "y").write_csv(folder / "rows.csv")
    frame.select((pl.col("period") == 0).cast(pl.Int8).alias("begins")).write_csv(folder / "begins.csv")
    (folder / "model.jags").write_text(JAGS, encoding="utf-8")
    (folder / "run.R").write_text(SCRIPT, encoding="utf-8")
    draws = os.environ.get("BENCH_JAGS_DRAWS", str(DRAWS))
    files = [str(folder / name) for name in ("run.R", "rows.csv", "begins.csv", "model.jags")]
    answer = subprocess.run(
        ["Rscript", *files, str(ADAPT), draws], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    ess, seconds = (float(x) for x in answer.stdout.split()[-2:])
    return [
        f"  ours {ours:.2f} effective samples per second, JAGS {ess / seconds:.4f} ({draws} draws, {ess:.1f} effective"
        f" in {seconds:.0f} s)",
        Ratio("ours / JAGS, least effective samples per second", ours / (ess / seconds), 500, is_floor=True).line(),
    ]
