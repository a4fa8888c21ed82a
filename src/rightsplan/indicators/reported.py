"""Results that plan files report, as a frame of observations."""

from collections.abc import Sequence

import polars as pl

from rightsplan.errors import Refused
from rightsplan.indicators.assessing import group_of
from rightsplan.plans.actions import Reported
from rightsplan.tables.cells import Problems


def frame_of_reported(reported: Sequence[Reported]) -> pl.DataFrame:
    """Return one row per indicator, place, group and period; the note names targets and sources.

    Raises Refused where two targets report different values of the same thing.
    """
    rows: dict[tuple[str, ...], dict[str, object]] = {}
    problems = Problems()
    for item in sorted(reported, key=lambda r: (r.target, r.period)):
        group = ";".join(f"{name}={value}" for name, value in sorted(group_of(item.group).items()))
        note = f"{item.target}: {item.source}" if item.source else item.target
        row = rows.setdefault(
            (item.indicator, item.place, group, item.period),
            {"indicator": item.indicator, "place": item.place, "period": item.period, "value": item.value, "note": ""}
            | group_of(item.group),
        )
        if row["value"] != item.value:
            thing = f"{item.indicator} in {item.period}"
            message = f"{item.target} reports {item.value} for {thing}, {row['note']} has {row['value']}."
            problems.add(0, "reported_result", str(item.value), message, "Report one value, or use two indicators.")
        row["note"] = f"{row['note']}; {note}" if row["note"] else note
    if problems.found:
        raise Refused(
            "Two targets report different values of the same thing.", "Correct the plan file.", problems.found
        )
    names = sorted({name for row in rows.values() for name in row})
    types = {name: pl.Float64 if name == "value" else pl.String for name in names}
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows.values()], schema=types)
