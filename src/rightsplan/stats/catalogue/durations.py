"""The methods of the part `durations`: how long cases wait, and how they end."""

from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.durations import (
    Curve,
    Figure,
    Incidence,
    LogRank,
    cumulative_incidence,
    done_by,
    incidence_at,
    incidence_difference,
    kaplan_meier,
    log_rank,
    quantile,
    restricted_mean,
    restricted_mean_difference,
)

OPEN = "open"
ALL = "all"
Row = dict[str, Any]
R = "R survival 3.5-3 on the same file"

WAITING = """
How long do people wait, and do all groups wait equally long? Some cases are still open when the file is made. Leaving
them out would make slow offices look fast; they count for as long as they were watched.

```
S(t) = product over times u <= t of (1 - d(u) / Y(u))      share still waiting after t
done within t  = 1 - S(t)
median         = first t with S(t) <= 1/2                  (R takes the middle where S is 1/2 for a while)
mean within U  = area under S from 0 to U
log-rank       = (O - E)' V^-1 (O - E)                     chi-square, groups less one
```

`Y(u)` are the cases open just before `u`, `d(u)` those done at `u`; `O` the cases done in each group and `E` those
expected if all groups were equally fast, with the hypergeometric covariance `V`.

Source: Kaplan and Meier (1958); Fay, Brittain and Proschan (2013) for the intervals, which without open cases are the
exact ones of Clopper and Pearson and hold also for small offices; Mantel (1966) for the test; Klein and Moeschberger
(2003, section 4.5) for the mean, with Student's t. The table `differences` sets each group against all other cases.

Assumes that a case which is still open is like the others that have waited as long. Where cases can also end in
another way, such as withdrawal, use the method `outcomes`: counting the withdrawn as open overstates how many are
decided. It does not adjust for the kind of case, except by the column `stratum` in the test. With many groups some
intervals miss the truth by chance: five of a hundred may. A small p-value is no proof of discrimination, and a large
one none of fairness.
"""

ENDINGS = """
Cases end in different ways: decided, withdrawn, closed without a finding. Each way takes cases away from the others.

```
F_k(t) = sum over times u <= t of S(u-) d_k(u) / Y(u)      share ended in way k by t
sum over k of F_k(t) + S(t) = 1                            what is left still waits
```

Source: Aalen and Johansen (1978), variance by the delta method (Marubini and Valsecchi 1995); interval of Clopper and
Pearson on the effective number of cases (after Korn and Graubard 1998); that of a difference from those of both
groups (Zou and Donner 2008). `differences` sets each group against all other cases.

Assumes that a case which is still open is like the others that have waited as long. It does not say what would happen
if nobody withdrew, nor why people do: many withdrawals may be a sign of fear.
"""

CHICAGO = (
    "A random sample of 400 complaints against police officers of Chicago, July 2014 to June 2016, with a complainant"
    " on record; days to the closing date, cases without one as open on 27 October 2016, the last day in the records;"
    " group is the complainant's race as recorded. Public record (freedom of information request p046957),"
    " invinst/chicago-police-data at 1a552953. Some cases may be closed without a date on record"
)

WAITS = {  # group: restricted mean to 365 days, share done in 90 days
    "Black": (153.713486903, 0.440594059406),
    "Hispanic": (174.415483585, 0.347826086957),
    "White": (210.961690549, 0.330357142857),
    "other or not recorded": (138.546590909, 0.525),
}
ENDS = {  # group: closed without finding, finding, no affidavit, by 365 days
    "Black": (0.403212362522, 0.1100510491633, 0.341024322547),
    "Hispanic": (0.465764566696, 0.1703637976930, 0.205264714581),
    "White": (0.305399393402, 0.2204618822305, 0.160980810235),
    "other or not recorded": (0.384090909091, 0.0640151515152, 0.379545454545),
}
WAYS = ("closed without finding", "finding", "no affidavit")


def durations(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the waiting of every group, the comparison of groups, and the curves."""
    groups = grouped(frame)
    named = frame["group"].to_list() if "group" in frame.columns else [ALL] * len(frame)
    until = float(options["until"]) or min(float(part["time"].max()) for part in groups.values())  # type: ignore[arg-type]
    least = whole_least(options)
    curves = {name: curve_of(part) for name, part in groups.items()}
    tables = {"groups": pl.DataFrame([waiting_row(name, x, options, until) for name, x in curves.items()])}
    if len(groups) > 1:
        extra = {x: frame[x].to_list() for x in ("stratum", "entry") if x in frame.columns}
        test = log_rank(
            frame["time"].to_numpy(), flags_of(frame), named, strata=extra.get("stratum"), entry=extra.get("entry")
        )
        tables["test"] = test_table(test)
        rows = []
        for name, curve in curves.items():
            rest = curve_of(frame.filter(pl.col("group") != name))
            found = restricted_mean_difference(curve, rest, until, least=least)
            rows.append({"group": name, "until": until, **cells("longer", found), "note": found.note})
        tables["differences"] = pl.DataFrame(rows, infer_schema_length=None)
    return tables | {"curves": pl.concat([curve_table(name, curve) for name, curve in curves.items()])}


def grouped(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the rows of every group, in alphabetical order."""
    if "group" not in frame.columns:
        return {ALL: frame}
    parts = frame.partition_by("group", as_dict=True)
    return {str(key[0]): parts[key] for key in sorted(parts)}


def flags_of(frame: pl.DataFrame) -> np.ndarray:
    """Return which cases are done. Raises Refused."""
    return checks.flags("done", frame["done"].to_numpy())


def whole_least(options: Options) -> int:
    """Return the least number of cases. Raises Refused."""
    return int(checks.counts("least", [options["least"]], least=2)[0])


def curve_of(part: pl.DataFrame) -> Curve:
    """Return the curve of some rows."""
    entry = part["entry"].to_numpy() if "entry" in part.columns else None
    return kaplan_meier(part["time"].to_numpy(), flags_of(part), entry=entry)


def cells(name: str, figure: Figure) -> Row:
    """Return a figure with its interval as three cells."""
    return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}


def waiting_row(name: str, curve: Curve, options: Options, until: float) -> Row:
    """Return the row of one group."""
    least, deadline = whole_least(options), float(options["deadline"])
    figures = {"median": quantile(curve, least=least), "mean": restricted_mean(curve, until, least=least)}
    if deadline:
        figures["in_time"] = done_by(curve, deadline, least=least)
    notes = "; ".join(f"{key.replace('_', ' ')}: {x.note}" for key, x in figures.items() if x.note)
    row: Row = {"group": name, "cases": curve.number, "done": int(curve.done.sum())}
    for key, figure in figures.items():
        row |= cells(key, figure)
    return row | {"mean_until": until, "note": notes}


def test_table(test: LogRank) -> pl.DataFrame:
    """Return the log-rank test, one row per group."""
    return pl.DataFrame(
        {
            "group": list(test.groups),
            "observed": test.observed,
            "expected": test.expected,
            "statistic": [test.statistic] * len(test.groups),
            "degrees": [test.degrees] * len(test.groups),
            "p_value": [test.p_value] * len(test.groups),
            "note": [test.note] * len(test.groups),
        }
    )


def curve_table(name: str, curve: Curve) -> pl.DataFrame:
    """Return the curve of one group, one row per time."""
    return pl.DataFrame(
        {
            "group": [name] * len(curve.times),
            "time": curve.times,
            "at_risk": curve.at_risk,
            "done": curve.done,
            "waiting": curve.survival,
            "low": curve.low,
            "high": curve.high,
        }
    )


def outcomes(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the share ended in each way by a time, of every group, and the curves."""
    groups, least = grouped(frame), whole_least(options)
    ways = sorted(set(frame["outcome"]) - {OPEN})
    if not ways:
        raise Refused("outcome is open everywhere.", "Give cases that have ended.")
    found = {name: incidence_of(part, ways) for name, part in groups.items()}
    by = float(options["by"]) or min(float(x.times[-1]) for x in found.values())
    rows, gaps = [], []
    for name, incidence in found.items():
        rest = None if len(groups) == 1 else incidence_of(frame.filter(pl.col("group") != name), ways)
        for way in ways:
            row = {"group": name, "outcome": way, "by": by}
            figure = incidence_at(incidence, way, by, least=least)
            rows.append({**row, "cases": incidence.number, **cells("share", figure), "note": figure.note})
            if rest is not None:
                gap = incidence_difference(incidence, rest, way, by, least=least)
                gaps.append({**row, **cells("difference", gap), "note": gap.note})
    tables = {"outcomes": pl.DataFrame(rows, infer_schema_length=None)}
    if gaps:
        tables["differences"] = pl.DataFrame(gaps, infer_schema_length=None)
    return tables | {"curves": pl.concat([incidence_table(name, x) for name, x in found.items()])}


def incidence_of(part: pl.DataFrame, ways: list[str]) -> Incidence:
    """Return the incidences of some rows."""
    outcome = part["outcome"].to_list()
    entry = part["entry"].to_numpy() if "entry" in part.columns else None
    return cumulative_incidence(
        part["time"].to_numpy(), [x != OPEN for x in outcome], outcome, causes=ways, entry=entry
    )


def incidence_table(name: str, found: Incidence) -> pl.DataFrame:
    """Return the curves of one group, one row per way and time."""
    parts = [
        pl.DataFrame(
            {
                "group": [name] * len(found.times),
                "outcome": [way] * len(found.times),
                "time": found.times,
                "share": found.incidence[row],
                "low": pl.Series(found.low[row]).fill_nan(None),
                "high": pl.Series(found.high[row]).fill_nan(None),
            }
        )
        for row, way in enumerate(found.causes)
    ]
    return pl.concat(parts)


GROUP = Column(name="group", kind="text", required=False, says="Office, region or group of people; all where absent.")
ENTRY = Column(name="entry", required=False, says="Time already waited when watching began, if later than the start.")
LEAST = Option(name="least", default=5.0, says="Groups with fewer cases are not shown.")

METHODS = (
    Method(
        name="durations",
        title="How long people wait",
        says="Shows how long cases take in each office or group, counting those still open, and whether groups differ.",
        explains=WAITING,
        columns=(
            Column(name="time", says="Time from the start to the end of the case, or to when it was last seen open."),
            Column(name="done", says="1 the case is done, 0 it is still open."),
            GROUP,
            Column(name="stratum", kind="text", required=False, says="Kind of case within which groups are compared."),
            ENTRY,
        ),
        options=(
            Option(name="deadline", default=0.0, says="Time within which the law asks for an end; 0 for none."),
            Option(name="until", default=0.0, says="Horizon of the mean; 0 for the longest that all groups allow."),
            LEAST,
        ),
        run=durations,
        functions=(kaplan_meier, quantile, done_by, restricted_mean, log_rank, restricted_mean_difference),
        example="durations.csv",
        example_source=CHICAGO,
        example_options={"deadline": 90, "until": 365},
        worked=(
            Worked(
                table="test",
                row={"group": "Black"},
                column="statistic",
                value=13.5492937926,
                within=1e-9,
                source=f"survdiff, {R}",
            ),
            Worked(
                table="groups", row={"group": "Black"}, column="median", value=108, within=0, source=f"survfit, {R}"
            ),
            Worked(
                table="groups", row={"group": "White"}, column="median", value=201, within=0, source=f"survfit, {R}"
            ),
            *(
                Worked(
                    table="groups", row={"group": name}, column=column, value=value, within=1e-8, source=f"survfit, {R}"
                )
                for name, values in WAITS.items()
                for column, value in zip(("mean", "in_time"), values, strict=True)
            ),
        ),
    ),
    Method(
        name="outcomes",
        title="How cases end",
        says="Shows which share of cases has ended in each way by a time, such as decided or withdrawn, in each group.",
        explains=ENDINGS,
        columns=(
            Column(name="time", says="Time from the start to the end of the case, or to when it was last seen open."),
            Column(name="outcome", kind="text", says="How the case ended; the word open where it has not."),
            GROUP,
            ENTRY,
        ),
        options=(Option(name="by", default=0.0, says="Time by which; 0 for the longest that all groups allow."), LEAST),
        run=outcomes,
        functions=(cumulative_incidence, incidence_at, incidence_difference),
        example="outcomes.csv",
        example_source=CHICAGO,
        example_options={"by": 365},
        worked=tuple(
            Worked(
                table="outcomes",
                row={"group": name, "outcome": way},
                column="share",
                value=value,
                within=1e-11,
                source=f"survfit, {R}",
            )
            for name, values in ENDS.items()
            for way, value in zip(WAYS, values, strict=True)
        ),
    ),
)
