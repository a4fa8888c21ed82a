"""Targets to judge the world panel by: one made up for every series, and the figures of the bundled plans."""

from dataclasses import dataclass, fields
from importlib.resources import as_file, files

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats.panel import Ints, Panel, Promises
from rightsplan.stats.promise import Promise
from rightsplan.tables.numbers import parse_number
from rightsplan.tables.reading import read_text_table

NUMBERS = {"baseline": "baseline", "baseline_year": "baseline_year", "tolerance": "tolerance"}


@dataclass(frozen=True, slots=True)
class Targets:
    """Promises and, for each, the number of the series of the panel that it is put to."""

    promises: Promises
    series: Ints

    @property
    def count(self) -> int:
        """Return the number of promises."""
        return len(self.series)


def plan_targets() -> list[Promise]:
    """Return the promise of every target with a figure in the bundled plan files."""
    found = []
    with as_file(files("rightsplan.demo") / "data") as folder:
        for path in sorted(folder.glob("*/*.csv")):
            table = read_text_table(path)
            if {"plan", "target_value", "target_year"} <= set(table.columns):
                found += [promise for row in table.rows() if (promise := promise_of(row)) is not None]
    return found


def promise_of(row: dict[str, str]) -> Promise | None:
    """Return the promise of one row, None where it has no figure or year, or is written in a way of its own."""
    try:
        value, year = parse_number(row["target_value"]), parse_number(row["target_year"])
        if value is None or year is None:
            return None
        numbers = {name: parse_number(row.get(column, "")) for name, column in NUMBERS.items()}
        direction = row.get("direction", "at least").strip().replace(" ", "_") or "at_least"
        return Promise.from_dict(
            {"direction": direction, "value": value, "year": year, "start_year": 2015.0, **numbers}
        )
    except (ValueError, Refused):
        return None


def synthetic(panel: Panel, plans: list[Promise]) -> Targets:
    """Return one target per series (a tenth above its last value by 2030, from 2015), then those of the plans.

    The plans' targets are put to series in turn: their figures are judged, not their indicators. What a figure stands
    for makes no difference to the work.
    """
    last = panel.y[panel.offsets[1:] - 1]
    made = Promises.of([Promise(direction="at_least", value=0.0, year=2030.0, start_year=2015.0)] * panel.count)
    own = {field.name: getattr(made, field.name) for field in fields(Promises)} | {"value": last * 1.1}
    more = Promises.of(plans)
    joined = Promises(**{name: np.concatenate([array, getattr(more, name)]) for name, array in own.items()})
    in_turn = (np.arange(len(plans), dtype=np.int64) * 97) % max(panel.count, 1)
    return Targets(joined, np.concatenate([np.arange(panel.count, dtype=np.int64), in_turn]))


def put_to(panel: Panel, targets: Targets) -> Panel:
    """Return the panel whose series i is the one that target i is put to; the first ones are the panel's own."""
    extra = targets.series[panel.count :]
    if not len(extra):
        return panel
    sizes = np.diff(panel.offsets)[extra]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    points = np.repeat(panel.offsets[extra] - begins, sizes) + np.arange(sizes.sum())
    picked = np.concatenate([np.arange(len(panel.t)), points])
    ends = panel.offsets[-1] + np.cumsum(sizes)
    return Panel(
        panel.t[picked], panel.y[picked], panel.error[picked], panel.first[picked],
        np.concatenate([panel.offsets, ends]),
    )  # fmt: skip
