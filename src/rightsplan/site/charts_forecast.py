"""Pictures of forecasts: the fan of one promise, and what was said beside what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rightsplan.site.charts import INK, LINES, SOFT, Spec, axis, both, frame, room_for
from rightsplan.site.numbers import number
from rightsplan.site.series import Series
from rightsplan.stats.forecast import Fan

PROMISED = LINES[1]
LEAST_SHOWN = 60  # cases; a share of fewer says nothing
LARGEST_DOT = 900


@dataclass(frozen=True, slots=True)
class FanPicture:
    """A series with its forecast and what was promised by when."""

    series: Series
    fan: Fan
    target: float
    deadline: float


def fan_rows(picture: FanPicture) -> list[dict[str, float]]:
    """Return the bands, beginning at the last observation."""
    last = picture.series.points[-1]
    start = {"t": last.t, "v": last.value, "l5": last.value, "h5": last.value, "l8": last.value, "h8": last.value}
    fan = picture.fan
    parts = zip(fan.years, fan.median, *fan.inner, *fan.outer, strict=True)
    return [start, *(dict(zip(("t", "v", "l5", "h5", "l8", "h8"), map(float, part), strict=True)) for part in parts)]


def fan_spec(picture: FanPicture, size: tuple[int, int]) -> Spec:
    """Return observations as a line, the forecast as two bands around its middle, the promise as a ring."""
    rows = fan_rows(picture)
    seen: list[dict[str, Any]] = [
        {"t": p.t, "v": p.value, "part": str(i)} for i, part in enumerate(picture.series.stretches) for p in part
    ]
    promise: dict[str, Any] = {"t": picture.deadline, "v": picture.target, "text": number(picture.target)}
    heights = [row[key] for row in rows for key in ("l8", "h8")] + [row["v"] for row in seen] + [picture.target]
    air = (max(heights) - min(heights)) * 0.06 or 1.0
    scale = {"zero": False, "nice": False, "domain": [min(heights) - air, max(heights) + air]}
    x = {"field": "t", "type": "quantitative", "title": None, "scale": {"zero": False, "nice": False}}
    x["axis"] = axis(format="d", tickMinStep=1, tickCount=6, grid=False)
    y = {"field": "v", "type": "quantitative", "title": None, "scale": scale, "axis": axis(tickCount=4)}

    def band(low: str, high: str, opacity: float) -> Spec:
        place = {"x": x, "y": {**y, "field": low}, "y2": {"field": high}}
        return {"mark": {"type": "area", "color": LINES[0], "opacity": opacity}, "encoding": place}

    ring = {"type": "point", "shape": "circle", "filled": False, "color": PROMISED, "size": 90, "strokeWidth": 2.5}
    layers = [
        band("l8", "h8", 0.14),
        band("l5", "h5", 0.22),
        {"mark": {"type": "line", "color": LINES[0], "strokeWidth": 1.2, "strokeDash": [4, 3]},
         "encoding": {"x": x, "y": y}},
        {"data": {"values": seen}, "mark": {"type": "line", "color": LINES[0], "strokeWidth": 2.5},
         "encoding": {"x": x, "y": y, "detail": {"field": "part", "type": "nominal"}}},
        {"data": {"values": seen}, "mark": {"type": "circle", "color": LINES[0], "size": 14, "opacity": 1},
         "encoding": {"x": x, "y": y}},
        {"data": {"values": [promise]}, "mark": ring, "encoding": {"x": x, "y": y}},
        {"data": {"values": [promise]},
         "mark": {"type": "text", "align": "left", "dx": 10, "fontWeight": 600, "color": INK},
         "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}}},
    ]  # fmt: skip
    narrower = max(0, room_for([promise["text"]]) - 40)
    return {**frame((size[0] - narrower, size[1])), "data": {"values": rows}, "layer": layers}


def fan_chart(picture: FanPicture, label: str) -> SafeString:
    """Return the fan of one promise."""
    return both(fan_spec, picture, label)


def reliability_spec(bins: Sequence[dict[str, Any]], size: tuple[int, int]) -> Spec:
    """Return a dot for each tenth of the probabilities: what was said across, what came upwards, more cases larger."""
    most = max(b["cases"] for b in bins)
    rows = [
        {"said": b["said"] * 100, "came": b["came"] * 100, "size": LARGEST_DOT * b["cases"] / most + 30}
        for b in bins
        if b["cases"] >= LEAST_SHOWN
    ]
    side = min(size[0], 360)
    ticks = axis(values=[0, 25, 50, 75, 100], titleColor=SOFT, titleFontWeight=400, titleFontSize=12)
    limits = {"domain": [0, 100]}
    x = {"field": "said", "type": "quantitative", "title": _("what we said, %"), "axis": ticks, "scale": limits}
    y = {"field": "came", "type": "quantitative", "title": _("what came, %"), "axis": ticks, "scale": limits}
    even = [{"said": 0, "came": 0}, {"said": 100, "came": 100}]
    layers = [
        {"data": {"values": even}, "mark": {"type": "line", "color": SOFT, "strokeWidth": 1},
         "encoding": {"x": x, "y": y}},
        {"mark": {"type": "circle", "color": LINES[0], "opacity": 0.75},
         "encoding": {"x": x, "y": y, "size": {"field": "size", "type": "quantitative", "scale": None}}},
    ]  # fmt: skip
    return {**frame((side, side)), "data": {"values": rows}, "layer": layers}


def reliability_chart(bins: Sequence[dict[str, Any]], label: str) -> SafeString:
    """Return the reliability diagram."""
    return both(reliability_spec, bins, label)
