"""Small areas as methods: thin samples, rates of small numbers, and which differences are noise."""

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats.areas import MapReading, benchmark, compare_with, fay_herriot, joint_ranks, read_map, smooth_rates
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked

COVARIATES = ("x1", "x2", "x3", "x4")
CONFIDENCE = Option(name="confidence", default=0.95, says="Confidence of the intervals, between 0 and 1.")
AREA = Column(name="area", kind="text", says="The name of the area, each once.")


def names(frame: pl.DataFrame) -> list[str]:
    """Return the names of the areas. Raises Refused where one is there twice."""
    if frame["area"].is_duplicated().any():
        raise Refused(f"area {frame.filter(pl.col('area').is_duplicated())['area'][0]!r} is there twice.", "Keep one.")
    return frame["area"].to_list()


def run_small_areas(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the estimate of every area and the model."""
    area = names(frame)
    chosen = [name for name in COVARIATES if name in frame.columns]
    found = fay_herriot(
        frame["direct"].to_numpy(),
        frame["error"].to_numpy() ** 2,
        frame.select(chosen).to_numpy() if chosen else None,
        method=str(options["method"]),
        confidence=float(options["confidence"]),
    )
    table = pl.DataFrame(
        {
            "area": area,
            "direct": frame["direct"],
            "estimate": found.estimate,
            "error": np.sqrt(found.mse),
            "lower": found.lower,
            "upper": found.upper,
            "own weight": found.gamma,
            "note": [None if known else "no sample: model only" for known in found.has_sample],
        }
    )
    if str(options["total"]).strip():
        table = table.with_columns(benchmarked(frame, table, found.mse, str(options["total"])))
    model = pl.DataFrame(
        {
            "term": ["intercept", *chosen, "variance between areas"],
            "value": [*found.coefficients, found.variance],
            "error": [*found.coefficient_errors, None],
            "note": [None] * (1 + len(chosen)) + ["estimated as zero: margins too small" if found.at_zero else None],
        },
        schema_overrides={"note": pl.String, "error": pl.Float64},
    )
    return {"areas": table, "model": model}


def benchmarked(frame: pl.DataFrame, table: pl.DataFrame, mse: np.ndarray, text: str) -> pl.Series:
    """Return the estimates moved to agree with the national figure."""
    try:
        total = float(text)
    except ValueError:
        raise Refused(f"total is {text!r}.", "Give the national figure as a number.") from None
    shares = frame["share"].to_numpy() if "share" in frame.columns else np.ones(len(frame))
    return pl.Series("benchmarked", benchmark(table["estimate"].to_numpy(), mse, shares, total).estimate)


def run_rates(frame: pl.DataFrame, options: Options) -> Tables:
    """Return raw and smoothed rates."""
    area = names(frame)
    per = float(options["per"])
    if per <= 0:
        raise Refused(f"per is {per:g}.", "Give more than 0, such as 1000.")
    found = smooth_rates(
        frame["events"].to_numpy(),
        frame["exposure"].to_numpy(),
        model=str(options["model"]),
        fit=str(options["fit"]),
        confidence=float(options["confidence"]),
    )
    columns = {"raw": found.raw, "estimate": found.estimate, "lower": found.lower, "upper": found.upper}
    scaled = {name: per * values for name, values in columns.items()}
    note = None if found.beyond_chance else "moments find no difference between areas beyond chance"
    return {
        "rates": pl.DataFrame({"area": area, **scaled, "own weight": found.weight}),
        "model": pl.DataFrame(
            {"mean": [per * found.mean], "standard deviation": [per * found.variance**0.5], "note": [note]},
            schema_overrides={"note": pl.String},
        ),
    }


def run_differences(frame: pl.DataFrame, options: Options) -> Tables:
    """Return for every area what may be said, and the legend."""
    area = names(frame)
    against = str(options["against"])
    if against != "mean" and against not in area:
        raise Refused(f"against is {against!r}.", 'Give the name of an area, or "mean".')
    found = read_map(
        frame["value"].to_numpy(),
        frame["error"].to_numpy() if "error" in frame.columns else None,
        against="mean" if against == "mean" else area.index(against),
        better=str(options["better"]),
        number=int(options["classes"]),
        confidence=float(options["confidence"]),
    )
    kinds = found.classes
    table = pl.DataFrame(
        {
            "area": area,
            "value": frame["value"],
            "difference": found.compared.difference,
            "lower": found.compared.lower,
            "upper": found.compared.upper,
            "verdict": found.compared.verdict,
            "rank": [x if x > 0 else None for x in found.rank],
            "best rank": [x if x > 0 else None for x in found.first],
            "worst rank": [x if x > 0 else None for x in found.last],
            "class": [None] * len(area) if kinds is None else [int(x) + 1 if x >= 0 else None for x in kinds.chosen],
            "class sure": [None] * len(area) if kinds is None else kinds.is_sure.tolist(),
        },
        schema_overrides=dict.fromkeys(("rank", "best rank", "worst rank", "class"), pl.Int64)
        | {"class sure": pl.Boolean},
    )  # fmt: skip
    note = pl.when(pl.col("verdict") == "margin_unknown").then(pl.lit("margin unknown")).alias("note")
    legend = pl.DataFrame({"break": [] if kinds is None else list(kinds.breaks)}, schema={"break": pl.Float64})
    areas = table.with_columns(pl.col(pl.Float64).fill_nan(None), note)
    return {"areas": areas, "legend": legend, "summary": summary_of(found)}


def summary_of(found: MapReading) -> pl.DataFrame:
    """Return how much of the map can be told apart."""
    return pl.DataFrame(
        {
            "areas": [found.values_known],
            "with margin": [found.margins_known],
            "pairs told apart": [found.pairs_apart],
            "note": [None if found.margins_known else "no margin is known: nothing can be told apart"],
        },
        schema_overrides={"pairs told apart": pl.Float64, "note": pl.String},
    )


SMALL_AREAS = """
An area with a thin sample leans on what areas like it have in common (Fay and Herriot 1979).

```
estimate = g * direct + (1 - g) * (b0 + b1 x1 + ...)        g = A / (A + error^2)
mean squared error = g1 + g2 + 2 g3                        (Prasad and Rao 1990; Datta and Lahiri 2000)
```

A, the variance between areas that x1 ... do not explain, comes from the adjusted likelihood of Yoshimori and Lahiri
(2014), which is never zero, from REML or from ML. An area without a sample gets the model alone and says so. Assumes
known errors and a model that holds everywhere. Does not keep shares within 0 and 1, and knows no neighbours.
"""

RATES = """
Rates of small numbers jump by chance. Each is drawn towards the common rate as far as chance explains its distance.

```
estimate = m + c (events / exposure - m)        c = exposure / (exposure + m / A)
```

"moments" takes m and A of Marshall (1991), "likelihood" the greatest gamma-Poisson or beta-binomial likelihood (Clayton
and Kaldor 1987), "averaged" the mean over all m and A that fit. Assumes that nothing is known that sets areas apart.
"""

DIFFERENCES = """
Says which differences on a map are only noise. All statements hold at once with the given confidence.

```
against an area:  Dunnett's comparison of many with one, unequal known errors
against the mean: Sidak's inequality
ranks:            stepwise test of all pairs (Mogstad, Romano, Shaikh and Wilhelm 2024); from 151 areas on,
                  intervals that do not overlap (Klein, Wright and Wieczorek 2020)
classes:          as many of equal size as have middle areas that are told apart
```

Without an error the margin is unknown: nothing is told apart, and nothing is called equal. Assumes independent, normal
estimates. "noise" means that the data cannot tell, not that areas are equal.
"""

METHODS: tuple[Method, ...] = (
    Method(
        name="small-areas",
        title="Estimates for small areas",
        says="Gives every area an estimate and a margin, also where few people or nobody was asked.",
        explains=SMALL_AREAS,
        columns=(
            AREA,
            Column(name="direct", missing=True, says="The area's own estimate, empty without a sample."),
            Column(name="error", missing=True, says="Its standard error, above zero; empty without a sample."),
            *(Column(name=x, required=False, says="Something known of every area.") for x in COVARIATES),
            Column(name="share", required=False, says="The area's part of the population, for the total."),
        ),
        options=(
            Option(
                name="method",
                default="adjusted",
                choices=("adjusted", "reml", "ml"),
                says="How the variance between areas is found.",
            ),
            Option(name="total", default="", says="The national figure that estimates must agree with; empty: none."),
            CONFIDENCE,
        ),
        run=run_small_areas,
        functions=(fay_herriot, benchmark),
        example="small-areas.csv",
        example_source=(
            "Log odds ratios of tuberculosis with and without the BCG vaccine at thirteen trial sites, with latitude: "
            "Colditz et al. (1994), JAMA 271; figures of van Houwelingen et al. (2002), Statistics in Medicine 21, "
            "table I. The last row, a place without a trial, is made up."
        ),
        example_options={"method": "reml"},
        worked=tuple(
            Worked(
                table=table,
                row={name: value},
                column=column,
                value=figure,
                within=2e-6,
                source="samplics 0.6.1, EblupAreaModel, REML",
            )
            for table, name, value, column, figure in (
                ("model", "term", "x1", "value", -0.0315338),
                ("model", "term", "variance between areas", "value", 0.0504330740),
                ("areas", "area", "Trial 1, Aronson 1948", "estimate", -1.0681592220),
            )
        ),
    ),
    Method(
        name="rates",
        title="Rates of small numbers",
        says="Smooths rates of small areas, so that one case more or less does not make a scandal.",
        explains=RATES,
        columns=(
            AREA,
            Column(name="events", says="A whole number of events."),
            Column(name="exposure", says="People, births or years at risk, above zero."),
        ),
        options=(
            Option(name="model", default="poisson", choices=("poisson", "binomial"), says="Events or shares."),
            Option(
                name="fit",
                default="averaged",
                choices=("averaged", "moments", "likelihood"),
                says="How the differences between areas are found.",
            ),
            Option(name="per", default=1000.0, says="Rates are given per so many."),
            CONFIDENCE,
        ),
        run=run_rates,
        functions=(smooth_rates,),
        example="rates.csv",
        example_source=(
            "Sudden infant deaths and births in the counties of North Carolina, 1974 to 1978: Cressie (1993), "
            "Statistics for Spatial Data, pp. 386-389, as in libpysal (BSD licence)."
        ),
        example_options={"fit": "moments"},
        worked=tuple(
            Worked(
                table="rates",
                row={"area": area},
                column="estimate",
                value=value,
                within=1e-7,
                source="esda 2.9.0, smoothing.Empirical_Bayes",
            )
            for area, value in (("Ashe", 1.69729733), ("Alleghany", 1.70537768), ("Surry", 1.77308702))
        ),
    ),
    Method(
        name="map-differences",
        title="Which differences on a map are noise",
        says="Says which areas truly differ, which ranks they may have, and where the margin of error is not known.",
        explains=DIFFERENCES,
        columns=(
            AREA,
            Column(name="value", missing=True, says="The figure of the area."),
            Column(name="error", required=False, missing=True, says="Its standard error; empty: unknown."),
        ),
        options=(
            Option(name="against", default="mean", says="The name of an area, or mean."),
            Option(name="better", default="higher", choices=("higher", "lower"), says="Which values are better."),
            Option(name="classes", default=5.0, says="Classes of the legend, at most."),
            CONFIDENCE,
        ),
        run=run_differences,
        functions=(read_map, compare_with, joint_ranks),
        example="map-differences.csv",
        example_source=(
            "Median monthly rent of the states, American Community Survey 2017, US Census Bureau (public domain), as "
            "in tidyr (MIT licence); errors are the published 90 % margins over 1.645."
        ),
        example_options={"better": "lower"},
        worked=tuple(
            Worked(
                table="areas",
                row={"area": area},
                column=column,
                value=value,
                within=0,
                source="csranks 1.2.3 in R (ranks turned: low rent first)",
            )
            for area, column, value in (
                ("Alabama", "best rank", 6),
                ("Alabama", "worst rank", 9),
                ("Wyoming", "worst rank", 26),
            )
        ),
    ),
)
