"""The methods of the part `survey`: means, totals and shares by design, and perception indices (extra `survey`)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.survey import Estimate, Perception, Sample, kish_effect, mean, perception, sample, share, total

ALL = "all"
FIGURES = {"mean": mean, "total": total, "share": share}
SINGLETONS = ("refuse", "centre", "scale", "certainty")
R = "R survey 4.1-1 on the same file"
Row = dict[str, Any]

DESIGN = """
A sample speaks for everybody only if each person's chance to be in it is known. Weights say how many people a row
stands for; strata and clusters say how the rows were drawn, and with that how far off the estimate may be.

```
mean      = sum of w y / sum of w
variance  = sum over strata h of (1 - n_h / N_h) n_h / (n_h - 1) * sum over clusters c of (z_hc - mean of z_h)^2
            z_hc = sum in the cluster of w (y - mean) / sum of w
interval  = mean +- t * error,  t with clusters less strata degrees of freedom
share     : the same on the scale ln(p / (1 - p)), so that it stays within 0 and 1
effect    = variance / variance of a simple random sample of as many answers
```

Source: Särndal, Swensson and Wretman (1992, chapters 4 and 5); Korn and Graubard (1998) for shares of 0 and 1;
computed by the library svy. A group is a domain: clusters without a member of it still count as drawn, and its
degrees of freedom are those of the clusters in which it is.

Assumes that the weights are right and that those who did not answer are like those who did. It uses the first stage
of the draw only, and no replicate weights. Groups with fewer answers than `least` are not shown: the default 25 is
that of the Demographic and Health Surveys. Weights are raked with the Python function `rake`.
"""

FEELING = """
People answer on a ladder, such as 1 (not at all) to 5 (fully). The index is 0 where all answer the worst and 100
where all answer the best.

```
points  = 100 (answer - worst) / (best - worst), turned round where the lowest step is best
index   = mean of a person's points, if at least half of the questions were answered
top     = share of people whose index is in the best steps (for one question: who chose one of them)
silent  = share of those asked who have no index
bounds  = top share of all asked, if none (lowest) or all (highest) of the silent were in it
```

Source: Likert (1932) for the sum of answers, Manski (1989) for the bounds; estimates and intervals as in the method
`survey`.

Silence is shown as its own share and never left out quietly: people who fear to speak choose it. The bounds say how
much that could hide. Steps are taken as equally far apart. It does not correct for fear in the answers that were
given, nor for the interviewer or the way of asking.
"""


def drawn_from(frame: pl.DataFrame, options: Options) -> Sample:
    """Return the sample of a file by its columns. Raises Refused."""
    given = {name: frame[name].to_list() for name in ("stratum", "cluster") if name in frame.columns}
    population = frame["population"].to_numpy() if "population" in frame.columns else None
    return sample(frame["weight"].to_numpy(), population=population, singleton=options["singleton"], **given)


def groups_of(frame: pl.DataFrame) -> tuple[Sequence[str] | None, ...]:
    """Return what to estimate by: everybody, then the groups where there are any."""
    return (None, frame["group"].to_list()) if "group" in frame.columns else (None,)


def rules_of(options: Options) -> dict[str, Any]:
    """Return the least number and the level. Raises Refused."""
    return {"least": int(checks.counts("least", [options["least"]], least=2)[0]), "level": float(options["level"])}


def survey(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the estimate of everybody and of every group, and the facts of the design."""
    drawn = drawn_from(frame, options)
    values = frame["value"].to_numpy()
    figure = FIGURES[options["figure"]]
    found = [x for by in groups_of(frame) for x in figure(drawn, values, by=by, **rules_of(options))]
    asked = {"": len(frame)}
    if "group" in frame.columns:
        asked |= dict(frame["group"].value_counts().iter_rows())
    rows = [{**row_of(x), "unanswered": asked[x.group] - x.number} for x in found]
    return {"estimates": pl.DataFrame(rows, infer_schema_length=None), "design": design_table(drawn)}


def row_of(found: Estimate) -> Row:
    """Return an estimate as a row."""
    names = ("number", "value", "error", "low", "high", "freedom", "effect", "note")
    return {"group": found.group or ALL, **{name: getattr(found, name) for name in names}}


def design_table(drawn: Sample) -> pl.DataFrame:
    """Return the facts of the design as one row."""
    return pl.DataFrame(
        {
            "rows": [len(drawn.weight)],
            "strata": [drawn.strata],
            "clusters": [drawn.clusters],
            "freedom": [drawn.freedom],
            "people": [float(drawn.weight.sum())],
            "weights_effect": [kish_effect(drawn.weight)],
        }
    )


def perceptions(frame: pl.DataFrame, options: Options) -> Tables:
    """Return index, top share and silence of everybody and of every group, and of every question by itself."""
    people, answers, items = widened(frame)
    drawn = drawn_from(people, options)
    turned = [i.strip() for i in str(options["reverse"]).split(";") if i.strip()]
    if strange := sorted(set(turned) - set(items)):
        raise Refused(f"reverse names no question: {', '.join(strange)}.", f"Questions: {'; '.join(items)}.")
    ladder = tuple(int(x) for x in checks.counts("worst and best", [options["worst"], options["best"]], least=-100))
    top = int(checks.counts("top", [options["top"]], least=1)[0])
    rows, each = [], []
    for by in groups_of(people):
        given = {"ladder": (ladder[0], ladder[1]), "top": top, "by": by, **rules_of(options)}
        reverse = [i for i, item in enumerate(items) if item in turned]
        rows += [perception_row(x) for x in perception(drawn, answers, reverse=reverse, **given)]
        for i, item in enumerate(items):
            found = perception(drawn, answers[:, i], reverse=[0] if item in turned else [], **given)
            each += [{"item": item, **perception_row(x)} for x in found]
    return {
        "index": pl.DataFrame(rows, infer_schema_length=None),
        "items": pl.DataFrame(each, infer_schema_length=None),
    }


def widened(frame: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray, list[str]]:
    """Return one row per person, the answers (people x questions) and the questions. Raises Refused."""
    if frame.select("person", "item").is_duplicated().any():
        raise Refused("A person answers a question twice.", "Give one row for each person and item.")
    about = [x for x in ("weight", "stratum", "cluster", "population", "group") if x in frame.columns]
    people = frame.select("person", *about).unique(maintain_order=True)
    if people["person"].is_duplicated().any():
        name = people.filter(pl.col("person").is_duplicated())["person"][0]
        raise Refused(f"Person {name} has different {', '.join(about)} in different rows.", "Give one for a person.")
    items = sorted(set(frame["item"]))
    wide = people.select("person").join(
        frame.pivot("item", index="person", values="answer"), on="person", how="left", maintain_order="left"
    )
    return people, wide.select(items).cast(pl.Float64).to_numpy(), items


def perception_row(found: Perception) -> Row:
    """Return a perception as a row."""
    row: Row = {"group": found.group or ALL, "asked": found.unanswered.number, "answered": found.index.number}
    parts = {"index": found.index, "top": found.top, "unanswered": found.unanswered}
    for name, part in parts.items():
        row |= {name: part.value, f"{name}_low": part.low, f"{name}_high": part.high}
    notes = "; ".join(f"{name}: {part.note}" for name, part in parts.items() if part.note)
    return row | {"lowest": found.lowest, "highest": found.highest, "note": notes}


DESIGN_COLUMNS = (
    Column(name="weight", says="How many people the row stands for, above 0."),
    Column(name="stratum", kind="text", required=False, says="Part of the country that was sampled by itself."),
    Column(
        name="cluster", kind="text", required=False, says="Village, block or class that was drawn whole or in part."
    ),
    Column(name="population", required=False, says="Number of clusters of the stratum in the whole population."),
    Column(name="group", kind="text", required=False, says="A group to be shown by itself."),
)
DESIGN_OPTIONS = (
    Option(name="singleton", default="refuse", choices=SINGLETONS, says="What to do with a stratum of one cluster."),
    Option(name="least", default=25.0, says="Groups with fewer answers are not shown."),
    Option(name="level", default=0.95, says="How often the interval is to hold the truth."),
)
SURVEY_FIGURES = {  # group, column: R
    ("all", "value"): 46.7218666603,
    ("all", "error"): 2.03118544488,
    ("all", "low"): 42.4545043913,
    ("all", "high"): 50.9892289292,
    ("rural", "value"): 63.6712748328,
    ("rural", "error"): 4.96604766131,
    ("urban", "value"): 38.3139319523,
    ("urban", "error"): 1.94481860060,
}
PERCEPTION_FIGURES = {
    ("all", "index"): 45.7006011062,
    ("men", "index"): 51.9168967455,
    ("women", "index"): 40.3620198542,
    ("all", "top"): 0.159921147415,
    ("all", "unanswered"): 0.0384551839567,
}


def looked_up(table: str, figures: dict[tuple[str, str], float], source: str) -> tuple[Worked, ...]:
    """Return figures by group and column as worked ones."""
    return tuple(
        Worked(table=table, row={"group": group}, column=column, value=value, within=2e-10 * abs(value), source=source)
        for (group, column), value in figures.items()
    )


METHODS = (
    Method(
        name="survey",
        title="What a sample says of everybody",
        says="Estimates a mean, total or share of the whole population, and of each group, from a sample survey.",
        explains=DESIGN,
        columns=(
            Column(name="value", missing=True, says="The answer as a number; 0 or 1 for a share; empty for none."),
            *DESIGN_COLUMNS,
        ),
        options=(
            Option(name="figure", default="mean", choices=tuple(FIGURES), says="What to estimate."),
            *DESIGN_OPTIONS,
        ),
        run=survey,
        functions=(sample, mean, total, share, kish_effect),
        example="survey.csv",
        example_source="Made up: minutes to the nearest clinic in a country that does not exist; free to use",
        worked=looked_up("estimates", SURVEY_FIGURES, f"svymean and svyby, {R}"),
        extra="survey",
    ),
    Method(
        name="perception",
        title="What people feel",
        says="Sums up answers such as 1 to 5 into an index by group, and shows how many did not answer.",
        explains=FEELING,
        columns=(
            Column(name="person", kind="text", says="The person; one row for each person and item."),
            Column(name="item", kind="text", says="The question."),
            Column(name="answer", missing=True, says="A step of the ladder; empty where the person did not answer."),
            *DESIGN_COLUMNS,
        ),
        options=(
            Option(name="worst", default=1.0, says="The worst step of the ladder."),
            Option(name="best", default=5.0, says="The best step of the ladder."),
            Option(name="top", default=2.0, says="How many of the best steps count as top."),
            Option(name="reverse", default="", says="Questions on which the lowest step is best, with ; between them."),
            *DESIGN_OPTIONS,
        ),
        run=perceptions,
        functions=(perception,),
        example="perception.csv",
        example_source="Made up: 153 people of a country that does not exist, three questions; free to use",
        example_options={"reverse": "fear of speaking"},
        worked=looked_up("index", PERCEPTION_FIGURES, f"svymean and svyby, {R}"),
        extra="survey",
    ),
)
