"""The methods of the part `frontier`: what a place achieves against what has been possible with such resources."""

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.frontier import CARRY, SOURCE, carry_forward, curve, curve_points, path, right_scores, score
from rightsplan.stats.frontier.curves import LEAST_RESOURCE
from rightsplan.stats.frontier.shape import quantile_fit, scale_of, shape_of

PUBLISHED = f"""
A poor country cannot do at once what a rich one can; but it can do what others did who were as poor. The score says how
much of that it has done.

```
B(x)  = min(cap, a - b / (x + c))            what has been possible at the income x (thousands of dollars of 2017)
S     = (v - m) / (B(x) - m), cut to 0..1    v the value, m the value that scores 0
score = 100 S                                up to the threshold income of the curve
score = 100 S^sqrt(x / threshold)            above it: who is rich cannot plead poverty
```

`global_best` puts `cap`, the best at any income, in the place of B(x). A right's score is the mean of its indicators'
scores, by the standard for low and middle incomes (`core`) and the one for high incomes; a score counts for up to ten
years and the table says how old it is.

Source: {SOURCE}. The scores of the 2021 release are reproduced within 0.004 points, its right scores exactly.

Where the curve lies at or below m, or no curve was drawn for the group, the answer is "no benchmark" and not 100; the
option `compat` gives the 100 that is published. The curve is an envelope drawn by hand: it has no interval, knows no
resource but income, and was drawn with the judged country in view; `frontier-bayes` mends these. A score is no verdict
and never stands without the value itself. Regions are judged by their own income in the same columns.
"""

BAYES = """
The same question as `frontier` without a drawn curve: what do the best achieve with such resources, how sure is that,
and what is it without the country that is judged?

```
Q(x)  = min(top, level + sum over k of w_k x / (x + t_k)),   w_k >= 0      rises and bends down in every resource
value = Q(x) + asymmetric Laplace noise whose tau-quantile is 0
score = 100 (v - m) / (Q(x) - m), cut to 0..100
```

Source: Yu and Moyeed (2001) for the likelihood, its scale matched to the sampling error of the quantile fit (Powell
1991; Syring and Martin 2019); every country counts once, however many years it has. Sampled with NumPyro (NUTS). The
judged country is left out of its own benchmark by weighting the draws (Gelfand 1996), or by a new fit where the
frontier leans on it. Held-out losses beside the published curves stand in docs/simulations/frontier.md.

"No benchmark" outside the resources of the other countries. `tau` = 0.9 is what one in ten surpasses: it is a choice,
not a fact. A frontier says what has been done, not what could have been. It knows no measurement error of the values.
Intervals that mean 95 % held the truth in 85 to 98 % of made-up worlds.
Look at the table `checks` before anything else.
"""

GAPMINDER = "Free data from Gapminder.org, CC BY 4.0 (income in dollars of 2021 and child mortality)"
UNSD = "United Nations Statistics Division, SDG Global Database 2020, CC BY 4.0 (stunting, sanitation)"


def years_of(frame: pl.DataFrame) -> pl.Series:
    """Return the years as whole numbers. Raises Refused for parts of years."""
    return pl.Series("year", checks.counts("period", frame["period"].to_list(), least=1))


def run_published(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the scores of every row, and those of rights."""
    price = checks.number("price", options["price"], above=0)
    groups = frame["group"] if "group" in frame.columns else pl.Series("group", ["All"] * frame.height)
    known = frame.with_columns(years_of(frame), groups.alias("group"), pl.col("resource") / price)
    found = score(
        known["indicator"].to_list(),
        known["value"].to_list(),
        known["resource"].to_list(),
        groups=known["group"].to_list(),
        compat=options["compat"] == "yes",
    ).frame()
    named = known.select("place", "group", "year", "indicator", "value", "resource").hstack(found)
    keys = ["place", "group", "year", "indicator"]
    if named.select(keys).is_duplicated().any():
        raise Refused("There are two rows of the same place, group, period and indicator.", "Give every one once.")
    observed = named.filter(pl.col("note").is_in(["", "no benchmark"])).select(*keys, "score")
    tables = {"scores": named.sort(keys)}
    if observed.height:
        tables["rights"] = right_scores(observed, limit=int(options["carry"]))
    return tables


def run_bayes(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the scores with their intervals, the curve, and the checks of the sampler."""
    from rightsplan.stats.frontier.bayes import BAYES_REASONS, fit_frontier  # noqa: PLC0415 - an extra

    names = [name for name in ("resource", "schooling", "revenue") if name in frame.columns]
    x, y = frame.select(names).to_numpy(), frame["value"].to_numpy()
    places = frame["place"].to_list()
    seed = int(checks.counts("seed", [options["seed"]])[0])
    fitted = fit_frontier(x, y, places, tau=options["tau"], top=options["top"], seed=seed)
    found = fitted.score(y, x, minimum=options["minimum"], without=places, level=options["level"])
    notes = [BAYES_REASONS[reason] for reason in found.reason]
    scored = {
        "benchmark": found.benchmark.mean,
        "benchmark_lower": found.benchmark.lower,
        "benchmark_upper": found.benchmark.upper,
        "score": found.score,
        "score_lower": found.lower,
        "score_upper": found.upper,
    }
    shown = [name for name in ("place", "period", "value", *names) if name in frame.columns]
    scores = frame.select(shown).hstack(pl.DataFrame(scored).fill_nan(None)).with_columns(pl.Series("note", notes))
    checked = {
        "rows": float(len(y)),
        "places": float(len(fitted.countries)),
        "at_or_below": float(np.mean(y <= fitted.benchmark(x).mean)),
        "r_hat": fitted.r_hat,
        "effective_draws": fitted.draws_worth,
        "divergences": float(fitted.divergences),
        "fitted_anew": float(len(fitted.leans_on)),
        "converged": float(fitted.is_converged),
    }
    tables = {"scores": scores, "checks": pl.DataFrame({"check": list(checked), "value": list(checked.values())})}
    if len(names) == 1:
        grid = np.geomspace(max(float(x.min()), float(x.max()) / 1e4), float(x.max()), 41)
        line = fitted.benchmark(grid, level=options["level"])
        columns = {"resource": grid, "benchmark": line.mean, "lower": line.lower, "upper": line.upper}
        tables["curve"] = pl.DataFrame(columns)
    return tables


HRMI = "Human Rights Measurement Initiative, economic and social rights, release of 2021 (with another income table)"
PLAIN = "statsmodels 0.14, QuantReg on x / (x + t) with the t of least loss, 1,754 dollars, all countries"


def published(place: str, year: int, indicator: str, value: float, within: float) -> Worked:
    """Return one score that HRMI published; its income table is another one, which the difference allows for."""
    row = {"place": place, "year": year, "indicator": indicator}
    return Worked(table="scores", row=row, column="score", value=value, within=within, source=HRMI)


METHODS = (
    Method(
        name="frontier",
        title="What a place achieves with its income",
        says="Compares what a place achieves with what has been possible for places with the same income.",
        explains=PUBLISHED,
        columns=(
            Column(name="place", kind="text", says="the country or region"),
            Column(name="period", says="the year, such as 2018"),
            Column(name="indicator", kind="text", says="HRMI's code, such as U5Survival"),
            Column(name="group", kind="text", required=False, says="All, Female or Male"),
            Column(name="value", missing=True, says="per cent of people who enjoy the right, 0 to 100"),
            Column(
                name="resource",
                missing=True,
                says=f"income per person and year in international dollars, {LEAST_RESOURCE:g} or more",
            ),
        ),
        options=(
            Option(name="price", default=1.0, says="dollars of the file that buy what one dollar of 2017 bought"),
            Option(name="carry", default=float(CARRY), says="years that a score counts for its right"),
            Option(name="compat", default="no", choices=("no", "yes"), says="score 100 where there is no benchmark"),
        ),
        run=run_published,
        functions=(score, curve, curve_points, path, carry_forward, right_scores),
        example="frontier.csv",
        example_source=(
            f"{GAPMINDER}; {UNSD}. Twelve countries since 2000; mortality and stunting turned into those who live and"
            " are not stunted. 1.10 dollars of 2021 buy what one of 2017 bought (GDP deflator of the United States)"
        ),
        example_options={"price": 1.1},
        worked=(
            published("US", 2009, "SafeSanitation", 87.763161, 0.02),
            published("US", 2016, "NotStunted", 96.472689, 0.02),
            published("US", 2018, "U5Survival", 95.628059, 0.1),
            published("ET", 2017, "BasicSanitation", 10.021466, 0.02),
            published("NG", 2018, "U5Survival", 66.588077, 0.1),
            published("CN", 2013, "NotStunted", 92.414203, 0.3),
            Worked(
                table="rights",
                row={"place": "ET", "year": 2016, "right": "Food", "standard": "core"},
                column="score",
                value=61.202034,
                within=0.02,
                source=HRMI,
            ),
        ),
    ),
    Method(
        name="frontier-bayes",
        title="What a place achieves with its resources, and how sure that is",
        says="Estimates what the best achieve with such resources, how sure that is, and who stays how far behind it.",
        explains=BAYES,
        columns=(
            Column(name="place", kind="text", says="the country or region; it is left out of its own benchmark"),
            Column(name="period", required=False, says="the year; shown only"),
            Column(name="value", says="the achievement, more is better"),
            Column(name="resource", says="a resource, such as income per person, 0 or more"),
            Column(name="schooling", required=False, says="a second resource, 0 or more"),
            Column(name="revenue", required=False, says="a third resource, 0 or more"),
        ),
        options=(
            Option(name="tau", default=0.9, says="share of places that stay below the frontier, 0.5 to 0.99"),
            Option(name="minimum", default=0.0, says="the value that scores 0"),
            Option(name="top", default=100.0, says="the largest possible value"),
            Option(name="level", default=0.95, says="probability within the intervals"),
            Option(name="seed", default=0.0, says="seed of the random numbers"),
        ),
        run=run_bayes,
        functions=("rightsplan.stats.frontier.bayes:fit_frontier", shape_of, quantile_fit, scale_of),
        example="frontier-bayes.csv",
        example_source=(
            "Free data from Gapminder.org, CC BY 4.0: children who live to the age of five, of 100, and income per"
            " person in dollars of 2021; 64 countries (every third of the file), 2000, 2006, 2012, 2018"
        ),
        example_options={"minimum": 66.9},
        worked=(
            Worked(
                table="scores",
                row={"place": "PY", "period": 2000},
                column="benchmark",
                value=98.611,
                within=0.4,
                source=PLAIN,
            ),
            Worked(
                table="scores",
                row={"place": "CI", "period": 2018},
                column="benchmark",
                value=97.913,
                within=0.6,
                source=PLAIN,
            ),
            Worked(
                table="checks",
                row={"check": "at_or_below"},
                column="value",
                value=0.9,
                within=0.06,
                source="the definition of the tau-quantile (Koenker and Bassett, 1978), tau = 0.9",
            ),
        ),
        extra="bayes",
    ),
)
