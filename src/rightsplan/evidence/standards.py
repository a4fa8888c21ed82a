"""The audit of ourselves: tell every published line in other words, and see whether the verdict changes.

A method without double standards judges the same facts alike, whoever they are about and however they are told. Every
line of a publication is assessed again with other names of places, bodies and groups, in another order of rows, twice,
in other units, ten years later, and told of those who are not counted. What is a fact must stay; what only changed its
sign or unit must have changed just so.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Damaged, NotFound
from rightsplan.evidence.recompute import assess_points, judged_promise, select, series_of
from rightsplan.evidence.source import open_source
from rightsplan.evidence.verify import Progress, Report, read_catalogue, silent
from rightsplan.evidence.verify_lines import Key, Line, key_of, lines_of, series_parts

Points = list[list[Any]]
CLOSE = 1e-6  # probabilities and ratios that differ by less differ by rounding
IN_UNIT = ("value", "baseline", "lower", "upper", "tolerance")
YEARS = ("year", "baseline_year", "start_year", "end_year")
WORDS = ("verdict", "reason", "flags", "has_moved_back", "no_probability", "scale", "observations", "is_over")
FREE_OF_UNIT = ("share", "pace_ratio", "probability", "since_baseline_p", "since_best_p")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line told in some way: promise, points and the day of judgement."""

    promise: Line
    points: Points
    as_of: float
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A way to tell the same facts; `change` returns None where a line cannot be told so."""

    name: str
    says: str
    change: Callable[[Told], Told | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line whose judgement changed though the facts did not."""

    line: str
    telling: str
    field: str
    before: str
    after: str


@dataclass(slots=True)
class Audit:
    """How many lines were told in which way, how many could not, and what changed."""

    publication: int = 0
    lines: int = 0
    told: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether nothing changed."""
        return not self.changes


def in_unit(factor: float) -> Callable[[Told], Told]:
    """Return the telling in a unit that is `factor` times as small."""

    def change(told: Told) -> Told:
        points = [[p[0], *(None if x is None else x * factor for x in p[1:4]), p[4]] for p in told.points]
        promise = {**told.promise, **{n: scaled(told.promise.get(n), factor) for n in IN_UNIT}}
        return replace(told, points=points, promise=promise)

    return change


def scaled(value: float | None, factor: float) -> float | None:
    """Return a number in another unit."""
    return None if value is None else value * factor


def of_the_others(told: Told) -> Told | None:
    """Return the same told of those who are not counted; None for what has no two bounds, or counts or changes."""
    promise = told.promise
    lower, upper = promise.get("lower"), promise.get("upper")
    if lower is None or upper is None or promise.get("measured_as", "level") != "level":
        return None
    total = lower + upper
    sides = {"at_least": "at_most", "at_most": "at_least"}
    better = {"higher": "lower", "lower": "higher", "none": "none"}
    is_change = promise["direction"] == "change_by"
    turned = {n: None if promise.get(n) is None else total - promise[n] for n in ("value", "baseline")}
    if is_change and promise.get("value") is not None:
        turned["value"] = -promise["value"]
    points = [[p[0], *(None if x is None else total - x for x in (p[1], p[3], p[2])), p[4]] for p in told.points]
    return replace(
        told,
        points=points,
        promise={
            **promise,
            **turned,
            "direction": sides.get(promise["direction"], promise["direction"]),
            "better": better[promise.get("better", "none")],
        },
    )


def later(years: int) -> Callable[[Told], Told | None]:
    """Return the telling some years later; None where a year would get another number of digits."""

    def change(told: Told) -> Told | None:
        moved = [[f"{int(p[0][:4]) + years:04d}{p[0][4:]}", *p[1:]] for p in told.points]
        dated = {n: None if told.promise.get(n) is None else told.promise[n] + years for n in YEARS}
        is_leap = any(len(p[0]) > 7 for p in told.points)  # days fall on another fraction of a leap year
        if is_leap:
            return None
        return replace(told, points=moved, promise={**told.promise, **dated}, as_of=told.as_of + years)

    return change


def tellings(rng: np.random.Generator) -> tuple[Telling, ...]:
    """Return the ways to tell a line that need nothing but its promise and its points."""

    def shuffled(told: Told) -> Told:
        order = rng.permutation(len(told.points))
        return replace(told, points=[told.points[i] for i in order])

    def doubled(told: Told) -> Told:
        return replace(told, points=told.points + told.points)

    return (
        Telling(name="order", says="in another order of rows", change=shuffled),
        Telling(name="twice", says="with every row twice", change=doubled),
        Telling(name="larger unit", says="in a unit a thousand times as large", change=in_unit(0.001)),
        Telling(name="smaller unit", says="in a unit a hundred times as small", change=in_unit(100.0)),
        Telling(name="later", says="four years later", change=later(4)),
        Telling(name="complement", says="of those who are not counted", change=of_the_others),
    )


def audit(where: str, *, seed: int = 0, progress: Progress = silent) -> Audit:
    """Tell every line of the newest publication at a folder or address in other words, and report what changed.

    Names are changed in the batches themselves: places, and the values of every group's dimensions, get each other's
    names by a random permutation drawn from `seed`. Raises NotFound where nothing is published, Damaged where the
    published lines do not hold (`rightsplan verify` says what). Does not look for double standards in the data.
    """
    source, report = open_source(where), Report()
    catalogue = read_catalogue(source)
    newest = max(catalogue["publications"], key=lambda item: int(item["number"]), default=None)
    if newest is None:
        raise NotFound("Nothing has been published there.", "Publish first, or name another folder or address.")
    lines = [line for line in lines_of(source, newest, report) if line["method"] == "progress"]
    parts = series_parts(source, catalogue, lines, report, progress)
    if report.problems:
        raise Damaged(report.problems[0].sentence, report.problems[0].where)
    found = Audit(publication=int(newest["number"]), lines=len(lines))
    ways = tellings(np.random.default_rng(seed))
    names = renamed(parts, np.random.default_rng(seed))
    for number, line in enumerate(lines, 1):
        tell(line, parts, names, ways, found)
        progress("Telling every line in other words", number, len(lines))
    return found


def tell(
    line: Line,
    parts: Mapping[Key, pl.DataFrame],
    names: Mapping[str, Mapping[str, str]],
    ways: Sequence[Telling],
    found: Audit,
) -> None:
    """Tell one line in every way and note what changed."""
    points = series_of(parts[key_of(item)] for item in line["inputs"])
    told = Told(promise=judged_promise(line), points=points, as_of=line["as_of"], version=line["version"])
    before = assess_points(told.promise, told.points, told.as_of, told.version)
    compare(line["id"], "names", before, under_other_names(line, parts, names), found)
    for way in ways:
        other = way.change(told)
        if other is not None:
            after = assess_points(other.promise, other.points, other.as_of, other.version)
            compare(line["id"], way.name, before, after, found)


def renamed(parts: Mapping[Key, pl.DataFrame], rng: np.random.Generator) -> dict[str, dict[str, str]]:
    """Return for every column of text that names somebody a permutation of its names."""
    known: dict[str, set[str]] = {}
    for frame in parts.values():
        for name in frame.columns:
            if name not in MEASURED and frame[name].dtype == pl.String:
                known.setdefault(name, set()).update(frame[name].drop_nulls().to_list())
    orders = {name: sorted(values - {TOTAL}) for name, values in sorted(known.items())}
    return {
        name: {**dict(zip(values, rng.permutation(values).tolist(), strict=True)), TOTAL: TOTAL}
        for name, values in orders.items()
    }


MEASURED = ("indicator", "period", "value", "lower", "upper", "status", "note")
TOTAL = "_T"
OTHER_CODE = "XX-1/1-a"


def under_other_names(line: Line, parts: Mapping[Key, pl.DataFrame], names: Mapping[str, Mapping[str, str]]) -> Line:
    """Return the result of a line after places and groups got each other's names, cut out of the batch anew.

    The target has another code too. Bodies need no other name: no assessment is told whose promise it is.
    """
    code = str(line["target"])
    alias = {**line, "target": OTHER_CODE, "id": OTHER_CODE + str(line["id"]).removeprefix(code)}
    cut = []
    for item in line["inputs"]:
        frame = parts[key_of(item)]
        other = frame.with_columns(pl.col(name).replace(dict(names[name])) for name in frame.columns if name in names)
        where = {name: names.get(name, {}).get(value, value) for name, value in item["where"].items()}
        cut.append(select(other, where))
    return assess_points(judged_promise(alias), series_of(cut), line["as_of"], line["version"])


def compare(line: str, telling: str, before: Line, after: Line, found: Audit) -> None:
    """Note the first field in which two results differ."""
    found.told[telling] = found.told.get(telling, 0) + 1
    for name in WORDS:
        one, other = before[name], after[name]
        if name == "flags":
            one, other = sorted(one), sorted(other)
        if one != other:
            found.changes.append(Change(line=line, telling=telling, field=name, before=str(one), after=str(other)))
            return
    for name in FREE_OF_UNIT:
        if not is_close(before[name], after[name]):
            values = {"before": str(before[name]), "after": str(after[name])}
            found.changes.append(Change(line=line, telling=telling, field=name, **values))
            return


def is_close(one: float | None, other: float | None) -> bool:
    """Say whether two numbers are equal but for rounding."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
