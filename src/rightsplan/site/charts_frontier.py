"""Pictures of the frontier: how a country's achievement moved with its income, beside what has been possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rightsplan.site.charts import INK, LINES, SOFT, Spec, axis, both, draw, frame
from rightsplan.site.numbers import number, year

SMALL = (300, 190)  # a picture beside others
LEAST_SPAN = 10.0  # percentage points upwards: small gaps must not look large
ROOM = 0.16  # below the way, for the years written under its ends
LONGEST_STEP = 6  # years between two figures; over more nothing is drawn
SHORTEST = 7.0  # years between two labels on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One year: income in the dollars of the axis, and of 100 people how many enjoy it."""

    year: int
    income: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPicture:
    """A country's way in order of years, the curve as (income, benchmark), and the best possible at any income."""

    way: Sequence[Step]
    curve: Sequence[tuple[float, float]]
    standard: float
    money: str


def stretches(way: Sequence[Step], gap: int) -> list[list[Step]]:
    """Return the way cut where more than `gap` years lie between two figures: nothing is drawn across."""
    parts = [[way[0]]]
    for before, after in pairwise(way):
        if after.year - before.year > gap:
            parts.append([])
        parts[-1].append(after)
    return parts


def heights(picture: FrontierPicture) -> tuple[float, float]:
    """Return the lowest and highest value of the axis: the way, the standard, and the curve above incomes lived at."""
    values = [step.value for step in picture.way]
    poorest = min(step.income for step in picture.way)
    shown = [height for income, height in picture.curve if income >= poorest]
    low = min([*values, *shown[:1]])
    high = max(picture.standard, *values)
    low = min(low, high - LEAST_SPAN)
    return low - (high - low) * ROOM, high + (high - low) * 0.08


def end_labels(picture: FrontierPicture) -> list[dict[str, Any]]:
    """Return the year at the start of the way, and year and value at its end."""
    first, last = picture.way[0], picture.way[-1]
    ends = [{"x": last.income, "v": last.value, "text": f"{year(last.year)}{_(': ')}{number(last.value)}"}]
    if last.year - first.year >= SHORTEST:
        ends.insert(0, {"x": first.income, "v": first.value, "text": year(first.year)})
    return ends


def frontier_spec(picture: FrontierPicture, size: tuple[int, int]) -> Spec:
    """Return incomes across (equal ratios are equal steps), achievement upwards: curve, standard, and the way."""
    low, high = heights(picture)
    curve = [{"x": x, "v": v} for x, v in picture.curve if low <= v <= high]
    parts = stretches(picture.way, LONGEST_STEP)
    way = [{"x": s.income, "v": s.value, "t": s.year, "part": str(i)} for i, part in enumerate(parts) for s in part]
    place = axes([*(row["x"] for row in curve), *(s.income for s in picture.way)], (low, high), picture.money)
    ends, best = {"values": end_labels(picture)}, {"values": [{"v": picture.standard}]}
    words = {**place, "text": {"field": "text", "type": "nominal"}}
    order = {"detail": {"field": "part", "type": "nominal"}, "order": {"field": "t", "type": "quantitative"}}
    way_mark = {"type": "line", "color": LINES[0], "strokeWidth": 2.5, "strokeCap": "round"}
    label = {"type": "text", "dy": 14, "align": "center", "fontWeight": 600, "color": INK}
    layers: list[Spec] = [
        {"data": best, "mark": {"type": "rule", "color": SOFT, "strokeDash": [2, 3]}, "encoding": {"y": place["y"]}},
        {"data": {"values": curve}, "mark": {"type": "line", "color": LINES[2], "strokeWidth": 2}, "encoding": place},
        {"mark": way_mark, "encoding": {**place, **order}},
        {"data": ends, "mark": {"type": "circle", "size": 60, "opacity": 1, "color": LINES[0]}, "encoding": place},
        {"data": ends, "mark": label, "encoding": words},
    ]
    if len(curve) > 2:  # there is nothing above a curve, so its name stands there
        at = {**curve[len(curve) * 2 // 5], "text": _("the best")}
        mark = {"type": "text", "align": "right", "dx": -6, "dy": -6, "color": LINES[2], "fontWeight": 600}
        layers.append({"data": {"values": [at]}, "mark": mark, "encoding": words})
    return {**frame(size), "data": {"values": way}, "layer": layers}


def axes(incomes: Sequence[float], ends: tuple[float, float], money: str) -> dict[str, Any]:
    """Return both axes: incomes on the logarithm, achievement between its ends."""
    low, high = min(incomes), max(incomes)
    if low == high:
        low, high = low / 1.1, high * 1.1
    titled = {"titleColor": SOFT, "titleFontWeight": 400, "titleFontSize": 12, "titlePadding": 8}
    ticks = axis(values=ticks_between(low, high), format=",d", grid=False, labelOverlap=True, **titled)
    across = {"type": "log", "domain": [low, high], "nice": False}
    upwards = {"zero": False, "nice": False, "domain": list(ends)}
    x = {"field": "x", "type": "quantitative", "title": money, "scale": across, "axis": ticks}
    y = {"field": "v", "type": "quantitative", "title": None, "scale": upwards, "axis": axis(tickCount=3)}
    return {"x": x, "y": y}


def ticks_between(low: float, high: float) -> list[float]:
    """Return round incomes between two: 1, 2 and 5 times the powers of ten."""
    steps = [base * 10.0**power for power in range(2, 7) for base in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]


def frontier_chart(picture: FrontierPicture, label: str, *, is_alone: bool) -> SafeString:
    """Return the picture of one indicator: for wide and narrow screens, or small, where others stand beside it."""
    if is_alone:
        return both(frontier_spec, picture, label)
    return mark_safe(draw(frontier_spec(picture, SMALL), name="small", label=label))  # noqa: S308  label is escaped
