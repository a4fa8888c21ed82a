"""Hiding, attacking and blurring tables of counts, for the command line and the methods pages."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.disclosure.attack import Intervals, Prior, attack
from rightsplan.stats.disclosure.audit import Promised, audit
from rightsplan.stats.disclosure.privacy import Budget, noisy_counts
from rightsplan.stats.disclosure.rules import minimum_frequency
from rightsplan.stats.disclosure.suppress import suppress
from rightsplan.stats.disclosure.table import TOTAL, Cell, Nested, Table, cell_of, table, with_totals

DIMENSIONS = ("row", "column", "layer")
SAME, CUMULATIVE, SEPARATE = "same", "cumulative", "separate"
TOGETHER = "table"  # the population of tables that count the same people
INCREASE = "new in "
CLOSE = 1e-6
SOURCE = (
    "The example table that Fischetti and Salazar use, e.g. in Solving the Cell Suppression Problem on Tabular Data"
    " with Linear Constraints, Management Science 47 (2001), figure 1; the figure worked by hand from its sums: "
)
AT_MOST = "II-A and II-C make up 49 - 19 = 30."
COLUMNS = (
    Column(name="table", kind="text", required=False, says="which table the row is of, if there are several"),
    Column(name="row", kind="text", says="the first thing the table is broken down by (place, office); _T for all"),
    Column(name="column", kind="text", required=False, says="the second thing (sex, age, outcome); _T for all"),
    Column(name="layer", kind="text", required=False, says="the third thing; _T for all"),
)
KINDS = Option(
    name="tables",
    default=SAME,
    choices=(SAME, CUMULATIVE, SEPARATE),
    says="same: all tables count the same people, and equal codes mean the same cell; cumulative: each table includes"
    " everybody in the one before it; separate: they have nothing to do with each other",
)


def dimensions_of(frame: pl.DataFrame) -> list[str]:
    """Return the dimensions that a file has."""
    return [name for name in DIMENSIONS if name in frame.columns]


def tables_of(frame: pl.DataFrame, kind: str) -> list[Table]:
    """Return the tables of a file; a null count is hidden."""
    dimensions = dimensions_of(frame)
    if "table" not in frame.columns:
        frame = frame.with_columns(pl.lit("table").alias("table"))
    made = []
    for name in frame["table"].unique(maintain_order=True):
        own = frame.filter(pl.col("table") == name)
        values = own["count"].fill_null(float("nan")).to_numpy()
        population = TOGETHER if kind == SAME else str(name)
        made.append(table(dimensions, own.select(dimensions).rows(), values, population=population))
    return made


def nested_of(tables: Sequence[Table], kind: str) -> list[Nested]:
    """Return how cumulative tables contain each other."""
    if kind != CUMULATIVE:
        return []
    pairs = pairwise(given.population for given in tables)
    return [Nested(whole=after, part=before, rest=f"{INCREASE}{after}") for before, after in pairs]


def place_of(cell: Cell, tables: Sequence[Table]) -> dict[str, str]:
    """Return the cell as columns of a result."""
    codes = dict(cell.at)
    dimensions = [name for name in DIMENSIONS if any(name in given.dimensions for given in tables)]
    return {"table": cell.population} | {name: codes.get(name, TOTAL) for name in dimensions}


def run_attack(frame: pl.DataFrame, options: Options) -> Tables:
    """Run the method."""
    kind = options["tables"]
    tables = tables_of(frame, kind)
    nested = nested_of(tables, kind)
    prior = Prior(whole=options["whole"] == "yes")
    found = attack(tables, nested=nested, prior=prior, time_limit=options["seconds"])
    shown = {
        cell for given in tables for cell, value in zip(given.cells, given.values, strict=True) if not np.isnan(value)
    }
    rows: list[dict[str, object]] = []
    for i, cell in enumerate(found.cells):
        if cell in shown:
            continue
        is_disclosed = bool(found.high[i] - found.low[i] < CLOSE)
        rows.append(place_of(cell, tables) | interval(found, i) | {"is_disclosed": is_disclosed})
    if not rows:
        raise Refused("No cell is hidden.", "Leave the count empty where the table does not show it.")
    disclosed = sum(bool(row["is_disclosed"]) for row in rows)
    summary = pl.DataFrame({"hidden": [len(rows)], "disclosed": [disclosed], "published": [len(shown)]})
    return {"hidden": frame_of(rows), "summary": summary}


def run_suppress(frame: pl.DataFrame, options: Options) -> Tables:
    """Run the method."""
    tables = tables_of(frame, SAME)
    has_totals = any(TOTAL in codes for given in tables for codes in given.codes)
    tables = tables if has_totals else [with_totals(given) for given in tables]
    promised = promises_of(frame, tables, options)
    cells = [cell for given in tables for cell in given.cells]
    weights = dict.fromkeys(cells, 1.0) if options["minimise"] == "cells" else None
    pattern = suppress(tables, promised, weights=weights, time_limit=options["seconds"])
    hidden = {cell for cell, is_hidden in zip(pattern.cells, pattern.hidden, strict=True) if is_hidden}
    published = [hide(given, hidden) for given in tables]
    checked = audit(published, promised)
    counts = {"primary": int(pattern.primary.sum()), "secondary": int((pattern.hidden & ~pattern.primary).sum())}
    result = {"cost": pattern.cost, "lower_limit": pattern.bound, "gap_percent": 100 * pattern.gap}
    flags = {"is_optimal": pattern.is_optimal, "is_safe": checked.is_safe}
    rows = pattern_rows(published, set(promised), hidden, options["seconds"])
    return {"pattern": frame_of(rows), "summary": pl.DataFrame([counts | result | flags])}


def pattern_rows(
    published: Sequence[Table], primary: set[Cell], hidden: set[Cell], seconds: float
) -> list[dict[str, object]]:
    """Return each cell with what is published of it and what an attacker works out."""
    found = attack(published, time_limit=seconds)
    value = {cell: number for given in published for cell, number in zip(given.cells, given.values, strict=True)}
    rows = []
    for i, cell in enumerate(found.cells):
        why = "hidden (itself)" if cell in primary else "hidden (to protect others)"
        is_hidden = cell in hidden
        shown = {"count": None if is_hidden else float(value[cell]), "status": why if is_hidden else "published"}
        rows.append(place_of(cell, published) | shown | interval(found, i))
    return rows


def interval(found: Intervals, i: int) -> dict[str, object]:
    """Return the attacker's interval as columns; no limit is null, with a note."""
    high = float(found.high[i])
    notes = ["" if found.exact[i] else "time ran out: the true interval may be narrower"]
    notes += ["" if np.isfinite(high) else "no upper limit"]
    note = "; ".join(filter(None, notes)) or None
    return {"low": float(found.low[i]), "high": high if np.isfinite(high) else None, "note": note}


def frame_of(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Return rows as a frame, whose notes are texts even where there is none."""
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"note": pl.String, "high": pl.Float64})


def promises_of(frame: pl.DataFrame, tables: Sequence[Table], options: Options) -> Promised:
    """Return which cells are hidden for their own sake, and what is promised for each."""
    threshold, reach = options["threshold"], options["protect"] / 100
    promised: dict[Cell, tuple[float, float]] = {}
    if "primary" in frame.columns:
        dimensions = dimensions_of(frame)
        marked = frame.filter(checks.flags("primary", frame["primary"].fill_null(0).to_numpy()))
        for *codes, value in marked.select(*dimensions, "count").rows():
            off = max(reach * value, 1.0)
            promised[cell_of(TOGETHER, tuple(dimensions), tuple(codes))] = (value - off, value + off)
        return promised
    for given in tables:
        rule = minimum_frequency(given.values, threshold=threshold, zeros=options["zeros"] == "yes")
        ends = zip(given.cells, rule.hit, rule.low, rule.high, strict=True)
        promised |= {cell: (low, high) for cell, hit, low, high in ends if hit}
    return promised


def hide(given: Table, hidden: set[Cell]) -> Table:
    """Return the table as it would be published."""
    values = [np.nan if cell in hidden else value for cell, value in zip(given.cells, given.values, strict=True)]
    return table(given.dimensions, given.codes, values, population=given.population)


def run_noise(frame: pl.DataFrame, options: Options) -> Tables:
    """Run the method."""
    inner = dimensions_of(frame)
    if frame.select(pl.any_horizontal(pl.col(inner) == TOTAL).any()).item():
        raise Refused("The file has totals (_T).", "Give the cells only: totals cost more, and can be added up.")
    if "table" not in frame.columns:
        frame = frame.with_columns(pl.lit("table").alias("table"))
    if frame.select("table", *inner).is_duplicated().any():
        raise Refused("A cell is there twice.", "Give every cell once.")
    budget = Budget(year=int(options["year"]), limit=options["budget"])
    released, spent = [], []
    for part in frame.partition_by("table", maintain_order=True):
        what = str(part["table"][0])
        made = noisy_counts(
            part["count"].to_numpy(),
            budget,
            what=what,
            epsilon=options["epsilon"],
            contributes=options["contributes"],
            mechanism=options["mechanism"],
            level=options["level"],
        )
        budget = made.budget
        size = part.height
        columns = {"noisy": made.counts, "low": made.low, "high": made.high}
        columns |= {"margin": np.full(size, made.margin), "standard_error": np.full(size, made.standard_error)}
        released.append(part.drop("count").with_columns(**{k: pl.Series(v) for k, v in columns.items()}))
        spent.append({"release": what, "epsilon": made.epsilon, "left": budget.left})
    return {"counts": pl.concat(released), "budget": pl.DataFrame(spent)}


def worked_cell(where: str, column: str, value: float, by_hand: str) -> Worked:
    """Return a figure of the cell II-C, worked by hand from the sums."""
    row = {"row": "II", "column": "C"}
    return Worked(table=where, row=row, column=column, value=value, within=0, source=SOURCE + by_hand)


ATTACK = Method(
    name="attack",
    title="What can be worked out from hidden cells",
    says="Shows what anybody can work out about the hidden cells of published tables, also across tables and years.",
    explains="""
For every hidden cell the least and the greatest value that still fits everything published:

```
minimise / maximise  y_i
such that            parts add up to totals in every table
                     y equals what is published
                     y >= 0, and whole numbers
```

Linear programmes, and integer programmes where the linear optimum is not whole (Fischetti and Salazar 2000,
section 2). A cell whose interval is one number is **disclosed**, even though it is hidden. `_T` marks a total. Tables
that count the same people share cells and margins: what one table hides another may show. With `tables=cumulative` each
table (in the order of the file) includes everybody in the one before; the result then also has the cells of
`new in ...`, which nobody published but which follow from the difference.

Assumes that the published numbers are exact. Does not weigh which value in an interval is likelier, and does not know
facts from outside the file.
""",
    columns=(*COLUMNS, Column(name="count", missing=True, says="the number, 0 or more; empty where it is hidden")),
    options=(
        KINDS,
        Option(name="whole", default="yes", choices=("yes", "no"), says="whether all numbers are whole"),
        Option(name="seconds", default=60.0, says="time after which wider limits are given, with a note"),
    ),
    run=run_attack,
    functions=(attack, table),
    example="attack.csv",
    example_source="Numbers of the small table in Fischetti and Salazar (2001), with four cells hidden.",
    worked=(
        worked_cell("hidden", "low", 5, "II-C is at least 34 - 29 = 5, since III-A and III-C make up 29."),
        worked_cell("hidden", "high", 30, AT_MOST),
    ),
)

SUPPRESS = Method(
    name="suppress",
    title="Which cells of a table to hide",
    says="Finds the fewest cells to hide in a table, and shows what could still be worked out about each of them.",
    explains="""
Cells below the threshold are hidden for their own sake (or those marked in `primary`, found by any rule). Because rows
and columns add up, others must be hidden too:

```
minimise   sum of weight_i over hidden cells
such that  for each cell hidden for its own sake, the attacker's interval reaches from its promised low to its
           promised high
```

Promised for a count below the threshold: both 0 and the threshold stay possible. For a cell marked in `primary`: the
value plus and minus `protect` percent, at least 1. The exact model is that of Fischetti and Salazar (2000, 2001): a
master problem in whole numbers, and attacks that add the conditions its pattern breaks. The result says whether the
pattern is proven cheapest; otherwise `lower_limit` and `gap_percent` say how much cheaper a safe one could be at most.
Whatever is returned has passed the attack as a whole.

Without `_T` in the file the totals are added, and absent combinations count as zero. Does not protect against knowing
the rule itself (that a hidden count is below the threshold), nor against tables that are not in the file.
""",
    columns=(
        *COLUMNS,
        Column(name="count", says="the true number, 0 or more"),
        Column(name="primary", required=False, missing=True, says="1 where the cell is to be hidden for its own sake"),
    ),
    options=(
        Option(
            name="threshold", default=5.0, says="counts below it are hidden (not used if there is a column primary)"
        ),
        Option(name="zeros", default="no", choices=("no", "yes"), says="whether zeros are hidden too"),
        Option(name="protect", default=20.0, says="percent by which a cell marked in primary must stay uncertain"),
        Option(name="minimise", default="counts", choices=("counts", "cells"), says="what hiding is to cost least of"),
        Option(name="seconds", default=60.0, says="time after which the best pattern so far is returned, with its gap"),
    ),
    run=run_suppress,
    functions=(suppress, audit, minimum_frequency, with_totals),
    example="suppress.csv",
    example_source="Numbers of the small table in Fischetti and Salazar (2001); the cell II-C is to be hidden.",
    worked=(
        Worked(
            table="summary",
            column="cost",
            value=37,
            within=1e-6,
            source=SOURCE + "of the four rectangles through II-C the cheapest hides 8 + 17 + 12 = 37 more.",
        ),
        worked_cell("pattern", "high", 30, AT_MOST),
    ),
)

NOISE = Method(
    name="dp-counts",
    title="Counts with noise that protects everybody",
    says="Adds noise to counts so that nobody can tell who is in them, and says how large the error can be.",
    explains="""
Differential privacy. To every count noise is added that is drawn from

```
geometric:  P(noise = k) = (1 - r) / (1 + r) r^|k|     r = exp(-epsilon / contributes)
laplace:    density exp(-|z| / scale) / (2 scale)      scale = contributes / epsilon
variance of geometric noise: 2 r / (1 - r)^2
```

Source: Ghosh, Roughgarden and Sundararajan (2009); Dwork, McSherry, Nissim and Smith (2006). The noise is drawn by
OpenDP and differs in every run. Each table of the file is one release and costs `epsilon` of the year's budget; beyond
the budget nothing is drawn. Assumes that one person is in at most `contributes` cells of a table. The results are not
made to add up, and may be negative: both would bias sums. An interval speaks of one count, not of all at once.
""",
    columns=(*COLUMNS, Column(name="count", says="the true number, whole, 0 or more; no totals")),
    options=(
        Option(name="epsilon", default=1.0, says="privacy cost of each table; smaller is more private"),
        Option(name="budget", default=2.0, says="greatest total epsilon of the year"),
        Option(name="year", default=2026.0, says="the year that the budget is for"),
        Option(name="contributes", default=1.0, says="in how many cells of a table one person can be at most"),
        Option(name="mechanism", default="geometric", choices=("geometric", "laplace"), says="the noise"),
        Option(name="level", default=95.0, says="percent of the intervals that hold the true count, or more"),
    ),
    run=run_noise,
    functions=(noisy_counts, Budget),
    example="dp-counts.csv",
    example_source="Made-up numbers of complaints.",
    worked=(
        Worked(
            table="counts",
            row={"row": "North", "column": "upheld"},
            column="standard_error",
            value=1.3570,
            within=5e-5,
            source="Ghosh, Roughgarden and Sundararajan (2009), two-sided geometric distribution with r = 1/e: its"
            " variance 2 r / (1 - r)^2 is 1.8413",
        ),
    ),
    extra="privacy",
)

METHODS = (SUPPRESS, ATTACK, NOISE)
