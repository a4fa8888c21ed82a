"""Charts by small named functions: a Vega-Lite spec each, drawn to SVG on the server and cached by content.

What comes out carries classes instead of colours and styles: the style sheet decides about light, dark and print, and
the content security policy stays strict.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert
from babel.numbers import get_decimal_symbol, get_group_symbol
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from rightsplan.evidence.batches import write_atomically
from rightsplan.site.numbers import MINUS, digits, here, number
from rightsplan.site.reads_data import Value
from rightsplan.site.series import Series

VERSION = "3"  # of what is made out of a spec; part of the name in the cache
TOKENS = {
    "#000001": "ink",
    "#000002": "soft",
    "#000003": "grid",
    "#000011": "s1",
    "#000012": "s2",
    "#000013": "s3",
    "#000014": "s4",
    "#000015": "s5",
}
INK, SOFT, GRID, *LINES = TOKENS
MOST_LINES = len(LINES)
USUAL_ROOM = 64  # pixels at the right that a chart has anyway; longer labels take them from its lines
OF_ROLE = {"official": LINES[0], "independent": LINES[2]}  # as in the promise line
SAYS = {"official": gettext_lazy("official %(value)s"), "independent": gettext_lazy("independent %(value)s")}
OTHER = gettext_lazy("%(who)s %(value)s")
SIZES = {"wide": (600, 280), "narrow": (230, 200)}
Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One source's series: its full name, its role, and who says it where the role does not tell."""

    name: str
    role: str
    who: str
    series: Series


def colours_of(lines: Sequence[Line]) -> list[str]:
    """Return the colours that the promise line has for both roles; further sources take the next free ones."""
    free = [colour for colour in LINES if colour not in OF_ROLE.values()]
    taken: list[str] = []
    for line in lines:
        own = OF_ROLE.get(line.role, "")
        taken.append(own if own and own not in taken else free.pop(0))
    return taken


def labels_of(lines: Sequence[Line]) -> list[str]:
    """Return what stands at the end of each line: the value, after who says it where there are several."""
    ends = [number(line.series.points[-1].value) for line in lines]
    if len(lines) == 1:
        return ends
    said = zip(lines, ends, strict=True)
    return [str(SAYS.get(line.role if not line.who else "", OTHER)) % {"who": line.who, "value": e} for line, e in said]


def pushed_apart(heights: Sequence[float], least: float = 15.0) -> list[float]:
    """Return the heights of labels, moved down where they would meet, in the order in which they came."""
    found = list(heights)
    last = float("-inf")
    for i in sorted(range(len(found)), key=lambda i: heights[i]):
        found[i] = last = max(found[i], last + least)
    return found


def room_for(texts: Sequence[str]) -> int:
    """Return about how many pixels the longest of some labels takes; a Chinese character is as wide as it is high."""
    return round(max((sum(12.5 if c > "\u2e80" else 7.2 for c in text) for text in texts), default=0))


def domain_of(rows: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the lowest and highest value of the axis: everything drawn, with a little air."""
    values = [row[key] for row in rows for key in ("v", "lo", "hi") if row[key] is not None]
    low, high = min(values), max(values)
    air = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    return low - air, high + air


def end_rows(lines: Sequence[Line], domain: tuple[float, float], height: int) -> list[dict[str, Any]]:
    """Return the labels at the right edge of the chart, at the height of their last values and never on each other."""
    low, high = domain
    last = max(line.series.points[-1].t for line in lines)
    heights = [(high - line.series.points[-1].value) / (high - low) * height for line in lines]
    placed = zip(lines, labels_of(lines), pushed_apart(heights), strict=True)
    return [
        {"t": last, "v": high - at * (high - low) / height, "s": line.name, "text": text} for line, text, at in placed
    ]


def series_spec(lines: Sequence[Line], size: tuple[int, int]) -> Spec:
    """Return lines over the years, cut at breaks and gaps, each labelled at its end, with intervals where known."""
    shown = [line for line in lines if line.series.points][:MOST_LINES]
    rows = [
        {"t": p.t, "v": p.value, "lo": p.lower, "hi": p.upper, "s": line.name, "part": f"{line.name} {i}"}
        for line in shown
        for i, stretch in enumerate(line.series.stretches)
        for p in stretch
    ]
    domain = domain_of(rows)
    colour = {"field": "s", "legend": None, "scale": {"domain": [n.name for n in shown], "range": colours_of(shown)}}
    x = {"field": "t", "type": "quantitative", "axis": axis(format="d", tickMinStep=1, grid=False), "title": None}
    x["scale"] = {"zero": False, "nice": False}
    scale = {"zero": False, "nice": False, "domain": list(domain)}
    y = {"field": "v", "type": "quantitative", "axis": axis(tickCount=4), "title": None, "scale": scale}
    place = {"x": x, "y": y, "color": {**colour, "type": "nominal"}}
    detail = {"detail": {"field": "part", "type": "nominal"}}
    band = {"y": {**y, "field": "lo"}, "y2": {"field": "hi"}}
    layers: list[Spec] = [
        {"mark": {"type": "line", "strokeWidth": 2.5, "strokeCap": "round"}, "encoding": {**place, **detail}},
        {"mark": {"type": "circle", "size": 14, "opacity": 1}, "encoding": place},
        {
            "data": {"values": end_rows(shown, domain, size[1])},
            "mark": {"type": "text", "align": "left", "dx": 7, "fontWeight": 600},
            "encoding": {**place, "text": {"field": "text", "type": "nominal"}},
        },
    ]
    known = [row for row in rows if row["lo"] is not None and row["hi"] is not None]
    if known:
        encoding = {**place, **band, **detail}
        layers.insert(0, {"data": {"values": known}, "mark": {"type": "area", "opacity": 0.18}, "encoding": encoding})
    narrower = max(0, room_for(labels_of(shown)) - USUAL_ROOM)
    return {**frame((size[0] - narrower, size[1])), "data": {"values": rows}, "layer": layers}


def dots_spec(named: Sequence[tuple[str, Value]], size: tuple[int, int]) -> Spec:
    """Return one dot a group on a common scale, its interval as a line, in the given order."""
    rows = [{"g": name, "v": v.value, "lo": v.lower, "hi": v.upper, "text": number(v.value)} for name, v in named]
    label = axis(grid=False, labelLimit=size[0] * 0.6, labelOverlap=False, domain=False)
    y = {"field": "g", "type": "nominal", "sort": [n for n, _v in named], "title": None, "axis": label}
    x = {"field": "v", "type": "quantitative", "title": None, "axis": axis(tickCount=4), "scale": {"zero": False}}
    layers: list[Spec] = [
        {"mark": {"type": "circle", "size": 90, "opacity": 1, "color": LINES[0]}, "encoding": {"x": x, "y": y}},
        {
            "mark": {"type": "text", "align": "left", "dx": 9, "color": INK},
            "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
        },
    ]
    if any(row["lo"] is not None and row["hi"] is not None for row in rows):
        rule = {"x": {**x, "field": "lo"}, "x2": {"field": "hi"}, "y": y}
        layers.insert(0, {"mark": {"type": "rule", "color": SOFT, "strokeWidth": 2}, "encoding": rule})
    return {**frame((size[0], 24 * len(rows))), "data": {"values": rows}, "layer": layers}


def axis(**more: Any) -> Spec:
    """Return the light axis that all charts share."""
    return {"gridColor": GRID, "labelColor": SOFT, "domainColor": GRID, "ticks": False, "labelPadding": 6, **more}


def frame(size: tuple[int, int]) -> Spec:
    """Return what every spec begins with."""
    config = {"view": {"stroke": None}, "axis": {"labelFontSize": 12}, "text": {"fontSize": 12}, "background": None}
    return {"width": size[0], "height": size[1], "config": config, "padding": {"right": 16, "left": 10, "top": 6}}


def number_locale() -> dict[str, Any]:
    """Return how d3 writes numbers in the reader's language."""
    locale = here()
    return {
        "decimal": get_decimal_symbol(locale, numbering_system="default"),
        "thousands": get_group_symbol(locale, numbering_system="default"),
        "grouping": [3],
        "currency": ["", ""],
        "minus": MINUS,
        "numerals": [digits(str(i)) for i in range(10)],
    }


def draw(spec: Spec, *, name: str, label: str) -> str:
    """Return the SVG of a spec, made once for each content."""
    locale = number_locale()
    content = json.dumps([VERSION, spec, locale], sort_keys=True, ensure_ascii=False).encode()
    path = settings.CACHE_DIR / "charts" / f"{hashlib.sha256(content).hexdigest()}.svg"
    if not path.exists():
        made = vl_convert.vegalite_to_svg(spec, format_locale=locale)
        write_atomically(path, classed(made).encode())
    inner = path.read_text(encoding="utf-8")
    return inner.replace("<svg", f'<svg class="chart {name}" role="img" aria-label="{escape(label)}"', 1)


def both(make: Any, data: Any, label: str) -> SafeString:
    """Return a chart for wide and for narrow screens; only one of them is shown and spoken."""
    drawn = [draw(make(data, size), name=name, label=label) for name, size in SIZES.items()]
    return mark_safe("".join(drawn))  # noqa: S308  drawn above, the label is escaped


def series_chart(lines: Sequence[Line], label: str) -> SafeString:
    """Return the chart of some series."""
    return both(series_spec, lines, label)


def dots_by_group(named: Sequence[tuple[str, Value]], label: str) -> SafeString:
    """Return the chart of groups."""
    return both(dots_spec, named, label)


TAG = re.compile(r"<([a-z]+)((?:\s+[\w:-]+=\"[^\"]*\")*)\s*(/?)>")
ATTRIBUTE = re.compile(r"([\w:-]+)=\"([^\"]*)\"")
KEPT = {
    "d", "x", "y", "x1", "x2", "y1", "y2", "transform", "width", "height", "viewBox", "text-anchor", "font-weight",
    "opacity", "fill-opacity", "stroke-width", "stroke-linecap", "stroke-dasharray",
}  # fmt: skip
COLOURS = {"fill": "f", "stroke": "c"}


def classed(svg: str) -> str:
    """Return the SVG with our classes for our colours, without styles, fonts and roles of single marks."""
    return TAG.sub(lambda hit: rewritten(hit[1], dict(ATTRIBUTE.findall(hit[2])), hit[3]), svg)


def rewritten(tag: str, attributes: Mapping[str, str], end: str) -> str:
    """Return one tag with what we keep of its attributes."""
    kept = {name: value for name, value in attributes.items() if name in KEPT}
    if tag == "svg":
        kept = {"viewBox": attributes.get("viewBox", "")}
    names = []
    for name, prefix in COLOURS.items():
        value = attributes.get(name, "")
        if value in TOKENS:
            names.append(f"{prefix}-{TOKENS[value]}")
        elif value in ("none", "transparent"):
            kept[name] = "none"
    if names:
        kept["class"] = " ".join(names)
    return "<" + " ".join([tag, *(f'{n}="{v}"' for n, v in kept.items())]) + f"{end}>"
