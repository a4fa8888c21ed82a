"""Quality of data as methods: facts about series, and the cells that hold nothing."""

from collections.abc import Iterable, Iterator

import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.quality import (
    Cell,
    Completeness,
    Statement,
    completeness,
    last_digits,
    outliers,
    revisions,
    state,
)

NO_NUMBER = -1.0
FACTS = {
    "series": pl.String, "fact": pl.String, "verdict": pl.String, "value": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "note": pl.String,
}  # fmt: skip
SUSPECTS = {"series": pl.String, "year": pl.Float64, "value": pl.Float64, "score": pl.Float64, "reason": pl.String}
STATES = ("available", "missing", "withheld")


def optional(value: float) -> float | None:
    """Return an option's number, None where it was left at -1."""
    return None if value == NO_NUMBER else value


def bound_of(series: pl.DataFrame, column: str) -> float | None:
    """Return the bound of a series, None where it has none."""
    given = series[column].drop_nulls().to_list() if column in series.columns else []
    return given[0] if given else None


def run_quality(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the facts of every series and its suspicious values."""
    facts: list[tuple[object, ...]] = []
    suspects: list[tuple[object, ...]] = []
    as_of, decimals = (optional(float(options[name])) for name in ("as-of", "decimals"))
    whole = None if decimals is None else int(checks.counts("decimals", [decimals])[0])
    last = float(frame["year"].max()) if as_of is None else as_of  # type: ignore[arg-type]
    for (name,), rows in frame.group_by("series", maintain_order=True):
        series = rows.sort("year")
        found = state(
            series["year"].to_numpy(),
            series["value"].to_numpy(),
            as_of=last,
            every=optional(float(options["every"])),
            lower=bound_of(series, "lower"),
            upper=bound_of(series, "upper"),
            earlier=series["earlier"].to_numpy() if "earlier" in series.columns else None,
            decimals=whole,
        )
        facts += [(name, *fact) for fact in facts_of(found)]
        suspects += [(name, o.year, o.value, o.score, o.reason) for o in found.outliers or ()]
    return {
        "facts": pl.DataFrame(facts, schema=FACTS, orient="row"),
        "suspects": pl.DataFrame(suspects, schema=SUSPECTS, orient="row"),
    }


def facts_of(found: Statement) -> Iterator[tuple[object, ...]]:
    """Yield fact, verdict, value, low, high, note; nothing is added up."""
    age, looked = found.staleness, found.outliers
    yield "values", None, float(found.number), None, None, None
    yield "holes", None, float(found.holes), None, None, "no rhythm known" if age.every is None else None
    yield "age of the last value", age.verdict, age.age, None, None, "rhythm estimated" if age.is_estimated else None
    few = "fewer than 6 values, or all steps alike" if looked is None else None
    yield "suspicious values", None, None if looked is None else float(len(looked)), None, None, few
    if found.revisions is not None:
        change = found.revisions
        note = None if change.mean is not None else "no value in both vintages"
        yield "mean revision", change.lean, change.mean, change.mean_lower, change.mean_upper, note
        note = None if change.relative is not None else "no later value to compare with"
        yield "relative revision", None, change.relative, None, None, note
    if found.digits is not None:
        word = "look at the source" if found.digits.warning else None
        yield "last digits, p", word, found.digits.p, None, None, found.digits.reason or None


def run_completeness(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the summary, the share along every axis, and every empty cell by name."""
    wrong = frame.filter(~pl.col("state").is_in(STATES))
    if wrong.height:
        raise Refused(f"state is {wrong['state'][0]!r}.", f"Give one of: {', '.join(STATES)}.")
    cells = [Cell(*row) for row in frame.select("right", "attribute", "kind", "group").iter_rows()]
    by_state = {name: [c for c, s in zip(cells, frame["state"], strict=True) if s == name] for name in STATES}
    owners = dict(zip(cells, frame["owner"], strict=True)) if "owner" in frame.columns else None
    found = completeness(cells, by_state["available"], withheld=by_state["withheld"], owners=owners)
    return {"summary": summary_of(found), "shares": shares_of(found), "empty": empty_of(found)}


def summary_of(found: Completeness) -> pl.DataFrame:
    """Return one row of counts."""
    return pl.DataFrame(
        {
            "expected": [found.expected],
            "available": [found.available],
            "missing": [found.expected - found.available - found.withheld],
            "withheld": [found.withheld],
            "share": [found.share],
        }
    )


def shares_of(found: Completeness) -> pl.DataFrame:
    """Return the share along every value of every axis, emptiest first within an axis."""
    rows: Iterable[tuple[object, ...]] = [(s.axis, s.value, s.available, s.expected) for s in found.shares]
    schema = {"axis": pl.String, "value": pl.String, "available": pl.Int64, "expected": pl.Int64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.with_columns((pl.col("available") / pl.col("expected")).alias("share")).sort(
        "axis", "share", maintain_order=True
    )


def empty_of(found: Completeness) -> pl.DataFrame:
    """Return every cell without a figure."""
    schema = dict.fromkeys(("right", "attribute", "kind", "group", "owner", "note"), pl.String)
    rows = [
        (g.cell.right, g.cell.attribute, g.cell.kind, g.cell.group, g.owner or None,
         "withheld" if g.withheld else "missing")
        for g in found.gaps
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


QUALITY = """
Facts about every series, side by side; they are never added up to a score.

```
suspicious:  |0.6745 (step - median step) / median |step - median step|| > 3.5     (Iglewicz and Hoaglin 1993)
stale:       age of the last value > 1.5 periods
revision:    later - earlier; Student's interval of the mean, binomial sign test  (McKenzie and Gamba 2008)
last digits: chi-squared of ten digits against evenness, from 50 values
```

Steps are per year, on the logit scale inside `lower` and `upper`, on the log scale above `lower` alone. A suspicious
value is a reason to look: Haiti in 2010 is an earthquake, not a mistake; that Rwanda's lowest year is 2001 in this
edition, and not 1994, may well be one. Last digits are a warning only. Nothing here can
see an error that all values of a series share.
"""

COMPLETENESS = """
Every right has attributes; for each of them the OHCHR guide (Human Rights Indicators, 2012) asks for structural,
process and outcome indicators, for everyone and for each group. This counts the cells with a figure and names every
one that does not.

```
share = cells with a figure / expected cells
```

A cell that is withheld to protect people is told apart from one that nobody has collected; both are empty. Each cell
counts the same. It does not say whether a figure is good, nor whether a cell makes sense: leave such rows out.
"""

METHODS: tuple[Method, ...] = (
    Method(
        name="quality",
        title="Quality of series",
        says="Says of every series how old it is, what is missing, what looks odd and how it was revised.",
        explains=QUALITY,
        columns=(
            Column(name="series", kind="text", says="The name of the series."),
            Column(name="year", says="The year as a number; 2015.5 is the middle of the year after 2015."),
            Column(name="value", missing=True, says="The value, empty where there is none."),
            Column(name="earlier", required=False, missing=True, says="The value of an earlier edition."),
            Column(name="lower", required=False, missing=True, says="The least possible value of the series."),
            Column(name="upper", required=False, missing=True, says="The greatest possible value of the series."),
        ),
        options=(
            Option(name="as-of", default=NO_NUMBER, says="The year in which we ask; -1: the last year of the file."),
            Option(name="every", default=NO_NUMBER, says="Years between two values; -1: as the series itself does."),
            Option(name="decimals", default=NO_NUMBER, says="Published decimals, for the last digits; -1: not judged."),
        ),
        run=run_quality,
        functions=(state, outliers, revisions, last_digits),
        example="quality.csv",
        example_source="Life expectancy of eight countries, 1980 to 2023: Free data from Gapminder.org, CC BY 4.0.",
        worked=(
            Worked(
                table="suspects",
                row={"series": "HT", "year": 2010.0},
                column="score",
                value=-98.812748,
                within=1e-5,
                source="scipy.stats.median_abs_deviation of the yearly steps, scale='normal'",
            ),
        ),
    ),
    Method(
        name="completeness",
        title="What is not measured",
        says="Shows for every right and group what is measured, and names everything that nobody measures.",
        explains=COMPLETENESS,
        columns=(
            Column(name="right", kind="text", says="The right."),
            Column(name="attribute", kind="text", says="The attribute of the right."),
            Column(name="kind", kind="text", says="structural, process or outcome."),
            Column(name="group", kind="text", says="The group of people, such as everyone or women."),
            Column(name="state", kind="text", says="available, missing or withheld."),
            Column(name="owner", kind="text", required=False, says="Who owes the figure."),
        ),
        run=run_completeness,
        functions=(completeness,),
        example="completeness.csv",
        example_source=(
            "Attributes of rights of the OHCHR guide (2012), as in our vocabulary, against the attributes and kinds of "
            "the indicators of the bundled world data."
        ),
        worked=(
            Worked(
                table="summary",
                column="expected",
                value=171,
                within=0,
                source="57 attributes of the vocabulary times three kinds of indicator",
            ),
        ),
    ),
)
