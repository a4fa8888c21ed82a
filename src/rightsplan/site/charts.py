"""Charts by small named functions: a Vega-Lite spec each, drawn to SVG on the server and cached by content.

What comes out carries classes instead of colours and styles: the style sheet decides about light, dark and print, and
the content security policy stays strict.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import vl_convert
from babel.numbers import get_decimal_symbol, get_group_symbol
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from rightsplan.evidence.batches import write_atomically
from rightsplan.site.numbers import digits, here, number
from rightsplan.site.reads_data import Value
from rightsplan.site.series import Series

VERSION = "2"  # of what is made out of a spec; part of the name in the cache
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
SIZES = {"wide": (600, 280), "narrow": (230, 200)}
Spec = dict[str, Any]


def series_spec(named: Sequence[tuple[str, Series]], size: tuple[int, int]) -> Spec:
    """Return lines over the years, cut at breaks and gaps, each labelled at its end, with intervals where known."""
    shown = named[:MOST_LINES]
    rows = [
        {"t": p.t, "v": p.value, "lo": p.lower, "hi": p.upper, "s": name, "part": f"{name} {i}"}
        for name, series in shown
        for i, stretch in enumerate(series.stretches)
        for p in stretch
    ]
    ends = [
        {"t": s.points[-1].t, "v": s.points[-1].value, "s": n, "text": number(s.points[-1].value)}
        for n, s in shown
        if s.points
    ]
    colour = {"field": "s", "legend": None, "scale": {"domain": [n for n, _s in shown], "range": LINES[: len(shown)]}}
    x = {"field": "t", "type": "quantitative", "axis": axis(format="d", tickMinStep=1, grid=False), "title": None}
    x["scale"] = {"zero": False, "nice": False}
    y = {"field": "v", "type": "quantitative", "axis": axis(tickCount=4), "title": None, "scale": {"zero": False}}
    place = {"x": x, "y": y, "color": {**colour, "type": "nominal"}}
    detail = {"detail": {"field": "part", "type": "nominal"}}
    band = {"y": {**y, "field": "lo"}, "y2": {"field": "hi"}}
    layers: list[Spec] = [
        {"mark": {"type": "line", "strokeWidth": 2.5, "strokeCap": "round"}, "encoding": {**place, **detail}},
        {"mark": {"type": "circle", "size": 14, "opacity": 1}, "encoding": place},
        {
            "data": {"values": ends},
            "mark": {"type": "text", "align": "left", "dx": 7, "fontWeight": 600},
            "encoding": {**place, "text": {"field": "text", "type": "nominal"}},
        },
    ]
    if any(row["lo"] is not None and row["hi"] is not None for row in rows):
        known = [row for row in rows if row["lo"] is not None and row["hi"] is not None]
        encoding = {**place, **band, **detail}
        layers.insert(0, {"data": {"values": known}, "mark": {"type": "area", "opacity": 0.18}, "encoding": encoding})
    return {**frame(size), "data": {"values": rows}, "layer": layers}


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
    return {"width": size[0], "height": size[1], "config": config, "padding": {"right": 44, "left": 2, "top": 6}}


def number_locale() -> dict[str, Any]:
    """Return how d3 writes numbers in the reader's language."""
    locale = here()
    return {
        "decimal": get_decimal_symbol(locale, numbering_system="default"),
        "thousands": get_group_symbol(locale, numbering_system="default"),
        "grouping": [3],
        "currency": ["", ""],
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


def series_chart(named: Sequence[tuple[str, Series]], label: str) -> SafeString:
    """Return the chart of some series."""
    return both(series_spec, named, label)


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
