"""Pictures of balance: how far each domain of life has come, large for one place and small for a row of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rightsplan.site.charts import INK, LINES, SOFT, Spec, axis, both, frame, room_for
from rightsplan.site.numbers import number

LEFT, RIGHT, LINE = 4.0, 116.0, 10.0  # of the small picture: its ends and the height of a line, in pixels
BEYOND = 114  # the axis ends there, so that a number fits beside a dot at 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One domain: its name, how far it had come and has come (0 to 1); None where it is not measured."""

    name: str
    early: float | None
    late: float | None
    lags: bool = False


def strips_spec(strips: Sequence[Strip], size: tuple[int, int]) -> Spec:
    """Return a line for each domain from a ring (then) to a dot (now), 0 to 100; an unmeasured one says so."""
    rows = [
        {"g": s.name, "v": s.late * 100, "w": (s.late if s.early is None else s.early) * 100,
         "at": max(s.late, s.early or 0) * 100, "text": number(s.late * 100, 0), "of": "lags" if s.lags else "other"}
        for s in strips if s.late is not None
    ]  # fmt: skip
    absent = [{"g": s.name, "at": 0, "text": _("not measured")} for s in strips if s.late is None]
    names = [s.name for s in strips]
    y = {"field": "g", "type": "nominal", "sort": names, "title": None, "scale": {"domain": names}}
    y["axis"] = axis(grid=False, domain=False, labelLimit=size[0] * 0.6, labelOverlap=False)
    ticks = axis(values=[0, 25, 50, 75, 100], domain=False)
    x = {"field": "v", "type": "quantitative", "title": None, "axis": ticks, "scale": {"domain": [0, BEYOND]}}
    colour = {"field": "of", "type": "nominal", "legend": None}
    colour["scale"] = {"domain": ["other", "lags"], "range": [LINES[0], LINES[1]]}
    text = {"x": {**x, "field": "at"}, "y": y, "text": {"field": "text", "type": "nominal"}}
    ring = {"type": "point", "filled": False, "color": SOFT, "size": 70, "strokeWidth": 1.5}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 2},
         "encoding": {"x": {**x, "field": "w"}, "x2": {"field": "v"}, "y": y, "color": colour}},
        {"data": {"values": [r for r, s in zip(rows, [s for s in strips if s.late is not None], strict=True)
                             if s.early is not None]},
         "mark": ring, "encoding": {"x": {**x, "field": "w"}, "y": y}},
        {"mark": {"type": "circle", "size": 110, "opacity": 1}, "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": {"type": "text", "align": "left", "dx": 10, "fontWeight": 600, "color": INK}, "encoding": text},
        {"data": {"values": absent},
         "mark": {"type": "text", "align": "left", "dx": 4, "color": SOFT}, "encoding": text},
    ]  # fmt: skip
    narrower = round(max(0, room_for(names) - 40) * size[0] / 600)
    return {**frame((size[0] - narrower, 34 * len(strips))), "data": {"values": rows}, "layer": layers}


def strips_chart(strips: Sequence[Strip], label: str) -> SafeString:
    """Return the domains of one place."""
    return both(strips_spec, strips, label)


def words_of(strips: Sequence[Strip]) -> str:
    """Return the domains in words, for those who do not see the picture."""
    return _(", ").join(said(strip) for strip in strips)


def said(strip: Strip) -> str:
    """Return one domain in words."""
    if strip.late is None:
        return _("%(name)s not measured") % {"name": strip.name}
    values: dict[str, Any] = {"name": strip.name, "now": number(strip.late * 100, 0)}
    if strip.early is None:
        return "{name} {now}".format(**values)
    return _("%(name)s %(now)s, before %(then)s") % {**values, "then": number(strip.early * 100, 0)}


def small_strips(strips: Sequence[Strip]) -> SafeString:
    """Return the same picture for a row of a table: a line for each measured domain, without words in it."""
    parts = []
    shown = [strip for strip in strips if strip.late is not None]
    for i, strip in enumerate(shown):
        y, now = f"{LINE * i + 6:g}", f"{place_of(strip.late or 0):.1f}"
        end = "s2" if strip.lags else "s1"
        parts.append(f'<path class="grid" d="M{LEFT:g} {y}H{RIGHT:g}"/>')
        if strip.early is not None:
            then = f"{place_of(strip.early):.1f}"
            parts.append(f'<path class="c-{end}" stroke-width="2" d="M{then} {y}H{now}"/>')
            parts.append(f'<circle class="pl-ring" cx="{then}" cy="{y}" r="2.5"/>')
        parts.append(f'<circle class="f-{end}" cx="{now}" cy="{y}" r="3.5"/>')
    label = escape(words_of(shown))
    drawn = f'<svg class="pl" viewBox="0 0 120 {LINE * max(len(shown), 1) + 2:g}" role="img" aria-label="{label}">'
    return mark_safe(f"{drawn}{''.join(parts)}</svg>")  # noqa: S308  numbers only, the label is escaped


def place_of(share: float) -> float:
    """Return where a share lies on the small line."""
    return LEFT + (RIGHT - LEFT) * share
