"""Targets to judge the world panel by: one made up for every series, and the figures of the bundled plans."""

from dataclasses import replace
from importlib.resources import as_file, files

import numpy as np

from rightsplan.errors import Refused
from rightsplan.stats.panel import Ints, Panel, Promises
from rightsplan.stats.promise import Promise
from rightsplan.tables.numbers import parse_number
from rightsplan.tables.reading import read_text_table

NUMBERS = ("baseline", "baseline_year", "tolerance")
START = 2015.0


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
        numbers = {name: parse_number(row.get(name, "")) for name in NUMBERS}
        direction = row.get("direction", "at least").strip().replace(" ", "_") or "at_least"
        return Promise.from_dict(
            {"direction": direction, "value": value, "year": year, "start_year": 2015.0, **numbers}
        )
    except (ValueError, Refused):
        return None


def synthetic(panel: Panel) -> Promises:
    """Return one target per series: a tenth above its last value by 2030, from 2015."""
    plain = Promises.of([Promise(direction="at_least", value=0.0, year=2030.0, start_year=START)] * panel.count)
    return replace(plain, value=panel.y[panel.offsets[1:] - 1] * 1.1)


def series_for(count: int, panel: Panel) -> Ints:
    """Return which series each of the plans' targets is put to.

    It is their figures that are judged, not their indicators: what a figure stands for makes no difference to the work.
    """
    return (np.arange(count, dtype=np.int64) * 97) % panel.count


def pick(panel: Panel, series: Ints) -> Panel:
    """Return the panel of some of the series."""
    sizes = panel.sizes[series]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    points = np.repeat(panel.offsets[series] - offsets[:-1], sizes) + np.arange(offsets[-1])
    return Panel(panel.t[points], panel.y[points], panel.error[points], panel.first[points], offsets)
