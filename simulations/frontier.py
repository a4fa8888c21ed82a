"""Does the interval of the frontier cover, and is it nearer to what other countries achieve than the drawn curves?"""

import gzip
import os
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from scipy.special import ndtr

from benchmarks.frontier import read, with_income
from rightsplan.stats.frontier import INDICATORS, score
from rightsplan.stats.frontier.bayes import fit_frontier
from rightsplan.stats.frontier.shape import pinball, quantile
from rightsplan.stats.panel import Floats

TAUS = (0.9, 0.95)
SEED = 20
REPLICATES = {True: 2, False: 60}
YEARS = 6
PLACES = (0.1, 0.5, 0.9)  # quantiles of income where the interval is looked at


def drawn(rng: np.random.Generator, countries: int) -> tuple[Floats, Floats, list[str]]:
    """Return made-up incomes, values and countries: shortfalls are exponential and hang together within a country."""
    base = rng.normal(9, 1.1, countries)
    x = np.exp(base[:, None] + 0.03 * np.arange(YEARS)).ravel()
    from_normal = np.sqrt(0.8) * rng.normal(size=(countries, 1)) + np.sqrt(0.2) * rng.normal(size=(countries, YEARS))
    shortfall = -np.log(ndtr(from_normal)).ravel()
    names = [f"c{i}" for i in range(countries) for _ in range(YEARS)]
    return x, possible(x) - scatter(x) * shortfall, names


def possible(x: Floats) -> Floats:
    """Return the most that is possible at an income in the made-up world."""
    return 99 - 40 / (1 + x / 2500)


def scatter(x: Floats) -> Floats:
    """Return the mean shortfall, which falls with income."""
    return 12 / (1 + x / 8000) ** 0.5


def coverage(*, quick: bool) -> list[str]:
    """Return the table of how often 95 % intervals hold the true quantile, and how wide they are."""
    lines = [
        "| tau | countries | quantile of income | intervals that hold the truth | mean width | mean error |",
        "|---|---|---|---|---|---|",
    ]
    shares: list[float] = []
    cases = [(0.9, 40)] if quick else [(0.9, 60), (0.9, 150), (0.95, 150)]
    for tau, countries in cases:
        rng = np.random.default_rng(SEED)
        at = np.exp(9 + 1.1 * np.array([-1.2816, 0, 1.2816]))
        truth = possible(at) + scatter(at) * np.log(tau)
        held, width, error = [], [], []
        for _ in range(REPLICATES[quick]):
            x, y, names = drawn(rng, countries)
            found = fit_frontier(x, y, names, tau=tau, seed=1).benchmark(at)
            held.append((found.lower <= truth) & (truth <= found.upper))
            width.append(found.upper - found.lower)
            error.append(found.mean - truth)
        for i, place in enumerate(PLACES):
            share, wide, off = np.mean(held, axis=0)[i], np.mean(width, axis=0)[i], np.mean(error, axis=0)[i]
            shares.append(float(share))
            lines.append(f"| {tau} | {countries} | {place:.0%} | {share:.0%} | {wide:.2f} | {off:+.2f} |")
    return [*lines, covered(min(shares), max(shares))]


def covered(least: float, most: float) -> str:
    """Return in words how well the intervals cover."""
    verdict = "as promised" if least >= 0.93 else "too narrow in places: the doubt is larger than they say"
    return (
        f"\nThe intervals hold the truth in {least:.0%} to {most:.0%} of the worlds, where 95 % are meant: {verdict}."
    )


def held_out(rows: pl.DataFrame, tau: float) -> dict[str, float]:
    """Return the mean pinball loss of one indicator: published, recalibrated, and ours without the judged country.

    Every country counts once. Rows where no benchmark is published take no part. The recalibrated curve is the
    published one, moved up or down by the tau-quantile of the other countries' residuals. The published curve was drawn
    with all of these countries in view.
    """
    plain = score(rows["metric_code"].to_list(), rows["value"], rows["income"], groups=rows["group"].to_list())
    kept = rows.filter(pl.Series(plain.reason == 0))
    x, y = kept["income"].to_numpy(), np.minimum(kept["value"].to_numpy(), 100.0)
    names, benchmark = kept["country_code"].to_list(), plain.benchmark[plain.reason == 0]
    _known, country = np.unique(names, return_inverse=True)
    weight = 1 / np.bincount(country)[country]
    moved = np.empty(len(y))
    for c in range(country.max() + 1):
        others = country != c
        moved[~others] = quantile((y - benchmark)[others], weight[others], tau)
    fitted = fit_frontier(x, y, names, tau=tau, seed=SEED)
    ours = fitted.benchmark(x, without=names).mean
    curves = {"published": benchmark, "moved": np.minimum(benchmark + moved, 100), "ours": ours}
    loss = {name: float(np.average(pinball(y - curve, tau), weights=weight)) for name, curve in curves.items()}
    below = float(np.average(y <= benchmark, weights=weight))
    return loss | {"below": below, "r_hat": fitted.r_hat, "worth": fitted.draws_worth, "anew": len(fitted.leans_on)}


def published(data: Path) -> list[str]:
    """Return the table of held-out losses for all indicators of HRMI's release, and what follows from it."""
    known = with_income(read(data / "esr-indicator-scores_2021.csv.gz")).filter(pl.col("group") == "All")
    lines = []
    for tau in TAUS:
        lines += [
            f"\n### tau = {tau}\n",
            "| indicator | below published | published | recalibrated | ours | ours / published | ours / recalibrated |"
            " R-hat | effective draws | fitted anew |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        ratios, worse, unsettled = [], [], []
        for name in INDICATORS:
            found = held_out(known.filter(pl.col("metric_code") == name), tau)
            ratios.append((found["ours"] / found["published"], found["ours"] / found["moved"]))
            worse += [name] if ratios[-1][0] > 1 else []
            unsettled += [name] if found["r_hat"] > 1.05 or found["worth"] < 100 else []
            lines.append(
                f"| {name} | {found['below']:.0%} | {found['published']:.3f} | {found['moved']:.3f} |"
                f" {found['ours']:.3f} | {ratios[-1][0]:.2f} | {ratios[-1][1]:.2f} | {found['r_hat']:.3f} |"
                f" {found['worth']:.0f} | {found['anew']:.0f} |"
            )
        lines += [*verdicts(np.array(ratios), tau), shortfalls(worse, unsettled)]
    return lines


def shortfalls(worse: list[str], unsettled: list[str]) -> str:
    """Return in words where the estimated frontier falls short."""
    return (
        f"\nLarger loss than the published curve: {', '.join(worse) or 'none'}. Chains that do not agree well enough"
        f" (R-hat above 1.05 or fewer than 100 effective draws): {', '.join(unsettled) or 'none'}."
    )


def verdicts(ratios: Floats, tau: float) -> list[str]:
    """Return in words how many losses are smaller, and by how much in the geometric mean."""
    lines = []
    for i, other in enumerate(("published", "recalibrated")):
        mean, better = float(np.exp(np.log(ratios[:, i]).mean())), int((ratios[:, i] < 1).sum())
        lines.append(
            f"\nAt tau = {tau} the loss is smaller than that of the {other} curve for {better} of {len(ratios)}"
            f" indicators; the geometric mean of the ratios is {mean:.3f}."
        )
    return lines


def resources() -> list[str]:
    """Return whether schooling beside income brings the frontier nearer to countries that were left out."""
    folder = files("rightsplan.demo") / "data" / "world"

    def series(name: str, indicator: str, column: str) -> pl.DataFrame:
        frame = pl.read_csv(gzip.decompress((folder / name).read_bytes()), infer_schema=False)
        total = [pl.col(c) == "_T" for c in ("sex", "location", "quantile", "disability") if c in frame.columns]
        return (
            frame.filter(pl.col("indicator") == indicator, *total)
            .select("place", "period", pl.col("value").cast(pl.Float64).alias(column))
            .filter(pl.col("period").is_in([str(year) for year in range(2000, 2021)]))
        )

    joined = (
        series("gapminder.csv.gz", "under5_mortality", "mortality")
        .join(series("gapminder.csv.gz", "gdp_per_capita", "income"), on=["place", "period"])
        .join(series("unesco_education.csv.gz", "completion_lower_secondary", "schooling"), on=["place", "period"])
        .unique(["place", "period"])
        .sort("place", "period")
    )
    y, names = 100 - joined["mortality"].to_numpy() / 10, joined["place"].to_list()
    weight = 1 / joined.select(pl.len().over("place")).to_series().to_numpy()
    lines = ["| resources | held-out loss | R-hat |", "|---|---|---|"]
    for columns in (["income"], ["schooling"], ["income", "schooling"]):
        x = joined.select(columns).to_numpy()
        fitted = fit_frontier(x, y, names, tau=0.9, seed=SEED)
        loss = np.average(pinball(y - fitted.benchmark(x, without=names).mean, 0.9), weights=weight)
        lines.append(f"| {' and '.join(columns)} | {loss:.4f} | {fitted.r_hat:.3f} |")
    places = joined["place"].n_unique()
    return [
        f"Children who live to the age of five, {joined.height:,} rows of {places} countries, 2000 to 2020, tau = 0.9."
        " Schooling is the share that completes lower secondary school. Gapminder and UNESCO.\n",
        *lines,
    ]


def run(*, quick: bool) -> str:
    """Return the report; the comparison with the published curves needs HRMI's tables in the folder BENCH_HRMI."""
    lines = [
        "# The estimated frontier\n",
        "## Does the interval cover?\n",
        f"A made-up world whose true quantile is known: {YEARS} years of every country, shortfalls exponential and"
        f" strongly alike within a country (correlation 0.8 of the underlying normals), {REPLICATES[quick]} worlds a"
        " row. Nominal: 95 %.\n",
        *coverage(quick=quick),
    ]
    data = os.environ.get("BENCH_HRMI", "")
    if not quick and data:
        lines += [
            "\n## Nearer to countries that were left out?\n",
            "Pinball loss at the same tau, every country counting once; ours without the country that is judged. The"
            " published curves were drawn with every country in view, so the comparison favours them. They were drawn"
            " as envelopes, with about 98 of 100 below: `recalibrated` moves each to the tau that is compared, by the"
            " other countries. HRMI, release of 2021 (`BENCH_HRMI` names the folder with its tables); income is the one"
            " that the benchmarks imply.",
            *published(Path(data)),
        ]
    if not quick:
        lines += ["\n## Another resource beside income\n", *resources()]
    return "\n".join(lines) + "\n"
