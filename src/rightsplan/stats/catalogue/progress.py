"""The methods of progress: level, pace and probability of series; and the rules that others have published."""

from typing import Any

import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import compat
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.forecast import Fan, fans_of
from rightsplan.stats.panel import Promises
from rightsplan.stats.points import panel_of, sorted_points
from rightsplan.stats.progress import Promise, Result, assess, assess_many, result_of

SHOWN = (
    "verdict", "reason", "latest", "latest_period", "baseline", "gap", "share", "pace_ratio", "probability",
    "probability_low", "probability_high", "no_probability", "forecast", "forecast_lower", "forecast_upper",
    "since_baseline", "since_best", "has_moved_back",
)  # fmt: skip
NUMBERS = {
    "latest", "baseline", "gap", "share", "pace_ratio", "probability", "probability_low", "probability_high",
    "forecast", "forecast_lower", "forecast_upper", "since_baseline", "since_best",
}  # fmt: skip


def bound(options: Options, name: str) -> float | None:
    """Return an option that may be left empty as a number. Raises Refused."""
    text = str(options[name]).strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise Refused(f"{name} is {text!r}.", "Give a number, or leave it empty.") from None


def promise_of(options: Options) -> Promise:
    """Return the promise that the options describe."""
    return Promise(
        direction=options["direction"],
        value=options["target"],
        year=options["target_year"],
        baseline_year=bound(options, "baseline_year"),
        start_year=bound(options, "start_year"),
        lower=bound(options, "lower"),
        upper=bound(options, "upper"),
    )


def judge_series(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the verdict of every series, and its forecast year by year."""
    promise, as_of = promise_of(options), float(options["as_of"])
    names = ["period", "value", "low", "high", "status"]
    full = frame.with_columns(pl.lit(None).alias(n) for n in names if n not in frame.columns)
    keyed = full if "series" in full.columns else full.with_columns(series=pl.lit("all"))
    verdicts, forecasts = [], []
    for (series,), part in keyed.group_by("series", maintain_order=True):
        periods, values, low, high, status = (part[name].to_list() for name in names)
        points = sorted_points(periods, values, lower=low, upper=high, status=status)
        panel, promises = panel_of([points]), Promises.of([promise])
        outcome = assess_many(panel, promises, as_of=as_of)
        result = result_of(outcome, panel, [point.period for point in points], 0, as_of=as_of)
        verdicts.append(verdict_row(str(series), result))
        forecasts += fan_rows(str(series), fans_of(panel, promises, outcome.facts)[0])
    types = dict.fromkeys(NUMBERS, pl.Float64)
    fan_names = ("series", "year", "median", "low_50", "high_50", "low_80", "high_80")
    fan_types = {name: pl.String if name == "series" else pl.Float64 for name in fan_names}
    return {
        "verdicts": pl.DataFrame(verdicts, schema_overrides=types),
        "forecasts": pl.DataFrame(forecasts, schema=fan_types),
    }


def verdict_row(series: str, result: Result) -> dict[str, Any]:
    """Return the facts of one series as a row; `note` says why there is no verdict or no probability."""
    row = {name: getattr(result, name) for name in SHOWN}
    note = result.reason if result.verdict == "not_measurable" else result.no_probability
    return {"series": series, **row, "flags": ", ".join(result.flags), "note": note or None}


def fan_rows(series: str, fan: Fan | None) -> list[dict[str, Any]]:
    """Return the forecast of one series, a row a year; none where there is no forecast."""
    if fan is None:
        return []
    parts = zip(fan.years, fan.median, *fan.inner, *fan.outer, strict=True)
    names = ("year", "median", "low_50", "high_50", "low_80", "high_80")
    return [{"series": series, **dict(zip(names, map(float, part), strict=True))} for part in parts]


RULES = (
    compat.cagr_ratio,
    compat.un_chart_2022,
    compat.unsd_ratio,
    compat.escap_status,
    compat.sdg_index_trend,
    compat.linear_pace,
)


def compare_rules(frame: pl.DataFrame, options: Options) -> Tables:
    """Return what each published rule says of every row."""
    rows = []
    for row in frame.iter_rows(named=True):
        if row["direction"] not in (1.0, -1.0):
            raise Refused(f"{row['name']}: direction is {row['direction']:g}.", "Give 1 or -1.")
        path = compat.Path(
            base=row["base"],
            base_year=row["base_year"],
            value=row["value"],
            year=row["year"],
            direction=int(row["direction"]),
            target=row["target"],
            target_year=row["target_year"],
        )
        for rule in RULES:
            found = rule(path)
            note = "the rule has no answer here" if found.value is None else None
            rows.append({
                "name": row["name"], "rule": found.rule, "value": found.value, "status": found.status,
                "score": found.score, "note": note,
            })  # fmt: skip
    return {"rules": pl.DataFrame(rows, schema_overrides={"value": pl.Float64, "score": pl.Float64, "note": pl.String})}


EUROSTAT = "Eurostat rule as coded in Open SDG's sdg-build, ProgressMeasure, worked case"
WORKED_RULES = (
    Worked(table="rules", row={"name": "poor", "rule": "cagr_ratio"}, column="value", value=0.892, within=5e-4,
           source=EUROSTAT),
    Worked(table="rules", row={"name": "not poor", "rule": "cagr_ratio"}, column="value", value=1.150, within=5e-4,
           source=EUROSTAT),
    Worked(table="rules", row={"name": "poor", "rule": "escap_status"}, column="value", value=5.0, within=1e-9,
           source="ESCAP Current Status Index: ten times half of the way"),
    Worked(table="rules", row={"name": "fall beyond", "rule": "unsd_ratio"}, column="value", value=3.16, within=5e-3,
           source="UNSD ratio as applied by Eustat: a fall from 97 to 94 with the target 95 scores above 1"),
)  # fmt: skip
WORKED_PROGRESS = (
    Worked(table="verdicts", row={"series": "BD"}, column="pace_ratio", value=(38.07 - 30.67) / 4 * 15 / (38.07 - 25),
           within=1e-6, source="by hand: 38.07 in 2015, 30.67 in 2019, 25 promised for 2030"),
    Worked(table="verdicts", row={"series": "NG"}, column="share", value=(126.45 - 116.94) / (126.45 - 25), within=1e-8,
           source="by hand: 126.45 in 2015, 116.94 in 2019, 25 promised"),
    Worked(table="verdicts", row={"series": "BD"}, column="probability", value=0.947357, within=1e-6,
           source="a dense Gaussian process without recursion (tests/stats/test_damped_trend.py)"),
    Worked(table="verdicts", row={"series": "BD"}, column="forecast", value=18.373156, within=1e-5,
           source="a dense Gaussian process without recursion (tests/stats/test_damped_trend.py)"),
)  # fmt: skip


METHODS = (
    Method(
        name="progress",
        title="Is a promise being kept?",
        says="For each series: how far the target is, whether the pace is enough, how likely it will be met in time.",
        explains="""
Three facts that are never blended, and one verdict by one table, the same for everybody.

```
share of the way = s (y - y0) / (s (T - y0))
pace ratio       = ((y - y0) / (t - t0)) / ((T - y0) / (tT - t0))
probability      = P(value at the deadline keeps the promise), Student's t around a fading trend
```

All on the indicator's own scale except the probability, which uses logits between two bounds and logarithms above zero.
The whole method, its table of verdicts and its sources are in docs/methods/progress.md. How well its probabilities came
true is in docs/simulations/backtest.md. It does not say why something changed.
""",
        columns=(
            Column(name="series", kind="text", required=False, says="Name of the series; without it all rows are one."),
            Column(name="period", kind="text", says="Year, quarter (2024-Q1), month (2024-03) or day."),
            Column(name="value", missing=True, says="Value in the indicator's unit; empty where missing."),
            Column(name="low", required=False, missing=True, says="Lower end of the value's 95 % interval."),
            Column(name="high", required=False, missing=True, says="Upper end of the value's 95 % interval."),
            Column(name="status", kind="text", required=False, missing=True, says="break: a new series begins here."),
        ),
        options=(
            Option(name="target", default=0.0, says="The value promised."),
            Option(name="target_year", default=2030.0, says="The year promised."),
            Option(
                name="direction", default="at_least", choices=("at_least", "at_most"), says="Which side is promised."
            ),
            Option(name="baseline_year", default="", says="The year to start from; empty: none named."),
            Option(name="start_year", default="", says="The plan's first year; empty: none named."),
            Option(name="lower", default="", says="Natural lower bound of the indicator; empty: none."),
            Option(name="upper", default="", says="Natural upper bound of the indicator; empty: none."),
            Option(name="as_of", default=2030.0, says="The day of judgement as a decimal year."),
        ),
        run=judge_series,
        functions=(assess, assess_many),
        example="progress.csv",
        example_source="Child mortality of five countries, 1990 to 2019: Free data from Gapminder.org, CC BY 4.0.",
        example_options={
            "target": 25.0,
            "target_year": 2030.0,
            "direction": "at_most",
            "baseline_year": "2015",
            "start_year": "2016",
            "lower": "0",
            "upper": "1000",
            "as_of": 2020.0,
        },
        worked=WORKED_PROGRESS,
    ),
    Method(
        name="published-rules",
        title="What other rules would say",
        says="The progress rules of Eurostat, the UN, ESCAP and the SDG Index on the same figures, for comparison.",
        explains="""
Rules that others have published, labelled as theirs. None of them enters a verdict of ours: each breaks at least one
law of fair judgement (docs/methods/progress.md, Laws). Where a rule divides by zero or meets two signs it has no
answer.
""",
        columns=(
            Column(name="name", kind="text", says="Name of the row."),
            Column(name="base", says="Value of the base year."),
            Column(name="base_year", says="The base year."),
            Column(name="value", says="Latest value."),
            Column(name="year", says="Its year."),
            Column(name="direction", says="1 where more is better, -1 where less is."),
            Column(name="target", says="The target."),
            Column(name="target_year", says="Its year."),
        ),
        run=compare_rules,
        functions=RULES,
        example="published-rules.csv",
        example_source="Made-up cases; the first two are one fact told twice (40 % poor, 60 % not poor).",
        worked=WORKED_RULES,
    ),
)
