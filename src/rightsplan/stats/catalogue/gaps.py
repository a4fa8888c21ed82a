"""The methods about inequality between groups: all measures of gaps, who is furthest behind, who moved the mean."""

from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.gaps import (
    MEASURES,
    MeanMove,
    Part,
    furthest_behind,
    gaps,
    gaps_many,
    group_panel,
    who_moved_the_mean,
)
from rightsplan.stats.panel import Floats

BETTER = Option(
    name="better", default="higher", choices=("higher", "lower"), says="Whether higher or lower values are better."
)
LOWEST = Option(name="lowest", default="0", says="The lower end of the unit; empty: none.")
HIGHEST = Option(name="highest", default="100", says="The upper end of the unit, 100 for percent; empty: none.")
GROUP = Column(name="group", kind="text", says="The group's name.")
ERROR = Column(name="error", required=False, missing=True, says="The standard error of the value.")
SIZE = Column(
    name="size", required=False, missing=True, says="People asked in the group, where no standard error is known."
)
CHICAGO = (
    "Share of complaints about Chicago police officers with an allegation that was sustained, in percent, by the race "
    "of the complainant: public records released under FOIA request P046957, invinst/chicago-police-data 1a552953, "
    "complaints of 2000 to 2015 whose complainants are all of one recorded race. The complainants are not matched for "
    "what they complained of, and some are members of the police."
)
HEALTHEQUAL = "WHO's R package healthequal 1.0.1 on this file"


def run_gaps(frame: pl.DataFrame, options: Options) -> Tables:
    """Return all measures of every setting, and the groups that the ends are."""
    if "setting" not in frame.columns:
        frame = frame.with_columns(pl.lit("all").alias("setting"))
    double = frame.select("setting", "group").is_duplicated()
    if double.any():
        raise Refused(f"Row {double.arg_true()[0] + 2} names a group of its setting again.", "Give each group one row.")
    order = frame["setting"].unique(maintain_order=True)
    kept = frame.filter(pl.col("value").is_not_null())
    kept = kept.sort(pl.col("setting").cast(pl.Enum(order)), maintain_order=True)
    if kept.is_empty():
        raise Refused("No group has a value.", "Fill in the column value.")
    settings = kept["setting"].unique(maintain_order=True)
    sizes = kept.group_by("setting", maintain_order=True).len()["len"].to_numpy()
    offsets = np.append(0, np.cumsum(sizes.astype(np.int64)))
    panel = group_panel(
        kept["value"].to_numpy(),
        offsets=offsets,
        **{name: column(kept, name) for name in ("error", "size", "population", "rank")},
        is_higher_better=options["better"] == "higher",
        **limits(options),
        reference=reference_places(kept["group"].to_list(), offsets, str(options["reference"])),
    )
    found = gaps_many(panel).frame()
    names = pl.DataFrame({"setting": np.arange(len(settings)), "place": settings})
    table = found.join(names, on="setting", how="left", maintain_order="left")
    says = pl.col("measure").replace_strict({name: text for name, (_, text) in MEASURES.items()}).alias("says")
    columns = ("measure", "kind", "value", "corrected", "low", "high", "note")
    return {"measures": table.select(pl.col("place").alias("setting"), *columns, says)}


def column(frame: pl.DataFrame, name: str) -> Floats | None:
    """Return a column as numbers, NaN where it is null; None where the file has no such column."""
    return frame[name].fill_null(float("nan")).to_numpy() if name in frame.columns else None


def limits(options: Options) -> dict[str, float | None]:
    """Return the ends of the unit. Raises Refused for what is no number."""
    found: dict[str, float | None] = {}
    for name in ("lowest", "highest"):
        text = str(options[name]).strip()
        try:
            found[name] = float(text) if text else None
        except ValueError:
            raise Refused(f"{name} is {text!r}.", "Give a number, or nothing.") from None
    return found


def reference_places(groups: list[str], offsets: Any, name: str) -> list[int] | None:
    """Return the place of the reference group in every setting, -1 where it is lacking; None if none is named."""
    if not name:
        return None
    if name not in groups:
        raise Refused(f"reference is {name!r}, which is no group.", f"Give one of: {', '.join(sorted(set(groups)))}.")
    within = [groups[a:b] for a, b in pairwise(offsets)]
    return [part.index(name) if name in part else -1 for part in within]


def run_behind(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the group furthest behind, and every group's probability to be it."""
    ends = limits(options)
    found = furthest_behind(
        frame["group"].to_list(),
        frame["value"].fill_null(float("nan")).to_numpy(),
        better=str(options["better"]),
        pooling=str(options["pooling"]),
        error=column(frame, "error"),
        size=column(frame, "size"),
        lowest=ends["lowest"],
        highest=ends["highest"],
    )
    answer = pl.DataFrame(
        {
            "group": [found.group],
            "value": [found.value],
            "chance": [found.chance],
            "likeliest": [found.likeliest],
            "missing": [", ".join(found.missing)],
            "note": [found.note],
        },
        schema_overrides={"chance": pl.Float64, "likeliest": pl.String},
    )
    schema = {"group": pl.String, "chance": pl.Float64}
    return {"behind": answer, "chances": pl.DataFrame(list(found.chances), schema=schema, orient="row")}


def run_moved(frame: pl.DataFrame, _options: Options) -> Tables:
    """Return what each group did to the mean, and the sums."""
    found = who_moved_the_mean(
        frame["group"].to_list(),
        frame["before"].to_numpy(),
        frame["after"].to_numpy(),
        population_before=frame["population_before"].to_numpy(),
        population_after=frame["population_after"].to_numpy(),
        error_before=column(frame, "error_before"),
        error_after=column(frame, "error_after"),
    )
    rows = [row_of(move.group, move.own, move.weight, move.total) for move in found.groups]
    return {"groups": pl.DataFrame(rows), "mean": mean_table(found)}


def row_of(group: str, own: Part, weight: Part, total: Part) -> dict[str, Any]:
    """Return one row of the table of moves."""
    parts = {"own": own, "weight": weight, "total": total}
    row: dict[str, Any] = {"group": group}
    for name, part in parts.items():
        row |= {name: part.change, f"{name}_low": part.low, f"{name}_high": part.high}
    return row


def mean_table(found: MeanMove) -> pl.DataFrame:
    """Return the mean before and after, and what its change consists of."""
    row = row_of("all", found.own, found.weight, found.total)
    return pl.DataFrame([{"before": found.before, "after": found.after, **row}])


GAPS = """With group values y, population shares w and the mean m = sum w y:

```
difference = best - worst          ratio = best / worst (above 1 where the worst-off is behind)
PAR  = best - m                    PAF   = 100 PAR / m
BGV  = sum w (y - m)^2             BGSD  = sqrt(BGV)        COV = 100 BGSD / m
MDM, MDB, MDR = mean of |y - m|, |y - best|, |y - reference|, by population (w) or groups alike (u)
IDIS = 100 MDM / m                 D = IDIS_w / 200         HOI = m (1 - D)
Theil = sum w (y/m) ln(y/m)        MLD = -sum w ln(y/m)
ACI  = 2 sum w y (p - 1/2)         RCI = ACI / m            p: middle position of the group in the order
SII, RII = difference, ratio of the fitted values at p = 1 and p = 0
```

Absolute and relative measures stand side by side: they can move in opposite directions, and either alone can mislead.

**Sources.** WHO, Handbook on health inequality monitoring (2013); Wagstaff (2005), Erreygers (2009) for concentration
indices of bounded units; Barros and others (2009) for the D-index and the human opportunity index.

**Noise.** Groups of few people differ by chance, and every measure that squares differences, takes absolute values or
picks the best and the worst group turns that into inequality. `corrected` takes it out; `value` is the raw measure as
others print it. **Intervals.** Measures that cannot be below zero: a test is inverted along a path from equality, with
the noise's own skewed distribution. Measures that pick groups: the interval is for the groups that were picked, given
that they were. Named groups and orders: normal intervals, Fieller's for ratios. How often they hold the truth is shown
in the simulation `gaps`.

**It assumes** independent, about normal estimates with known standard errors and known shares. **It does not** measure
inequality within groups, adjust for anything, or test a trend. With fewer than about 30 people in a group the standard
error of a share is rough. The slope of a bounded unit comes from a logistic curve, every group weighted once, by
population: WHO's package weights twice on grouped data and so prints other figures.
"""
BEHIND = """True values t_1 ... t_K, estimates y_j ~ N(t_j, s_j^2):

```
chance_j = P(t_j is the worst of all | y, s)
```

With partial pooling the t_j come from one normal distribution with unknown mean and spread (flat priors; Gelman 2006),
integrated exactly. A group of five people with the worst value need not be the one that is truly furthest behind:
`likeliest` may be another one. Without pooling each t_j has a flat prior, which overstates the chance of small groups.
Two groups are not pooled.

**It does not** say how far behind the group is (see gaps), and groups without a value may be worse off: they are named.
"""
MOVED = """With shares v before and w after, values y before and z after (Kitagawa 1955):

```
own_j    = (v_j + w_j)/2 (z_j - y_j)
weight_j = (w_j - v_j) ((y_j + z_j)/2 - (mean before + mean after)/2)
mean after - mean before = sum of own_j + weight_j, exactly
```

`own` is a group's own change, `weight` the change of its part of the population. The intervals are exact for
independent normal estimates and known shares. **It does not** say why a group changed.
"""


def worked_gaps() -> tuple[Worked, ...]:
    """Return figures of the example that WHO's package gives too."""
    figures = (
        ("Chicago 2000-2007", "bgv", 85.6506044377, 1e-6),
        ("Chicago 2000-2007", "cov", 91.7282755775, 1e-6),
        ("Chicago 2000-2007", "idis_w", 76.4848105038, 1e-6),
        ("Chicago 2000-2007", "mdb_w", 16.3990299034, 1e-6),
        ("Chicago 2008-2015", "theil", 0.339918575919, 1e-9),
        ("Chicago 2008-2015", "mld", 0.334907764225, 1e-9),
        ("Ethiopia 2005", "aci", 6.126988, 1e-6),
        ("Ethiopia 2005", "rci", 0.695973410515, 1e-9),
        ("Ethiopia 2019", "aci", 12.488005, 1e-6),
        ("Ethiopia 2019", "rci", 0.229706493418, 1e-9),
    )
    return tuple(
        Worked(
            table="measures",
            row={"setting": setting, "measure": measure},
            column="value",
            value=value,
            within=within,
            source=f"{HEALTHEQUAL}{', divided by its 1000' if measure in ('theil', 'mld') else ''}",
        )
        for setting, measure, value, within in figures
    )


METHODS: tuple[Method, ...] = (
    Method(
        name="gaps",
        title="Inequality between groups",
        says="Shows how unequal groups are, in points and in proportion, with the uncertainty that small groups bring.",
        explains=GAPS,
        columns=(
            Column(name="setting", kind="text", required=False, says="Place, year or indicator; one result for each."),
            GROUP,
            Column(name="value", missing=True, says="The group's value."),
            ERROR,
            SIZE,
            Column(name="population", required=False, says="The group's size or share; alike where not given."),
            Column(
                name="rank", required=False, missing=True, says="Order from the least to the most advantaged group."
            ),
        ),
        options=(
            BETTER,
            LOWEST,
            HIGHEST,
            Option(name="reference", default="", says="The group that the others are compared with; empty: none."),
        ),
        run=run_gaps,
        functions=(gaps, gaps_many, group_panel),
        example="gaps.csv",
        example_source=(
            f"{CHICAGO} Ethiopia: births attended by skilled staff by wealth decile, International Center for Equity "
            "in Health (CC BY 4.0, open-numbers/ddf--gapminder--iceh_indicators fb818435); it has no standard errors."
        ),
        worked=worked_gaps(),
    ),
    Method(
        name="furthest-behind",
        title="Who is furthest behind",
        says="Names the group furthest behind, and says how sure that is.",
        explains=BEHIND,
        columns=(GROUP, Column(name="value", missing=True, says="The group's value."), ERROR, SIZE),
        options=(
            BETTER,
            LOWEST,
            HIGHEST,
            Option(name="pooling", default="partial", choices=("partial", "none"), says="If groups inform each other."),
        ),
        run=run_behind,
        functions=(furthest_behind,),
        example="furthest-behind.csv",
        example_source=CHICAGO,
        worked=(
            Worked(
                table="behind",
                column="chance",
                value=0.38736,
                within=0.001,
                source="The same posterior by importance sampling, 2,000,000 draws",
            ),
            Worked(
                table="chances",
                row={"group": "Black"},
                column="chance",
                value=0.41273,
                within=0.001,
                source="The same posterior by importance sampling, 2,000,000 draws",
            ),
        ),
    ),
    Method(
        name="who-moved-the-mean",
        title="Who moved the mean",
        says="Says which groups made the average rise or fall, and how much is only a change of who is counted.",
        explains=MOVED,
        columns=(
            GROUP,
            Column(name="before", says="The group's value before."),
            Column(name="after", says="The group's value after."),
            Column(name="population_before", says="The group's size or share before."),
            Column(name="population_after", says="The group's size or share after."),
            Column(name="error_before", required=False, says="The standard error of the value before."),
            Column(name="error_after", required=False, says="The standard error of the value after."),
        ),
        run=run_moved,
        functions=(who_moved_the_mean,),
        example="who-moved-the-mean.csv",
        example_source=CHICAGO,
        worked=(
            Worked(
                table="mean",
                column="before",
                value=100 * 497 / 4926,
                within=1e-5,
                source="497 of 4,926 complaints sustained, counted without groups",
            ),
            Worked(
                table="mean",
                column="total",
                value=100 * (2037 / 21649 - 497 / 4926),
                within=1e-5,
                source="2,037 of 21,649 complaints sustained after, 497 of 4,926 before",
            ),
        ),
    ),
)
