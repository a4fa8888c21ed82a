"""Pictures of balance: how far each domain of life has come, large for one place and small for a row of a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rightsplan.site.charts import INK, LINES, SOFT, Spec, axis, both, frame, room_for
from rightsplan.site.numbers import number

LEFT, RIGHT, LINE = 4.0, 116.0, 10.0  # of the small picture: its ends and the height of a line, in pixels
DOT, SMALL_DOT, WAY = (f' stroke-width="{width}"' for width in (7, 5, 2))
BEYOND = 114  # the axis ends there, so that a number fits beside a dot at 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One domain: its name, how far it had come and has come (0 to 1); None where it is not measured."""

    name: str
    early: float | None
    late: float | None
    lags: bool = False


def strips_spec(strips: Sequence[Strip], size: tuple[int, int]) -> Spec:
    """Return a line a domain from a small dot (then) to a large one (now), 0 to 100; an unmeasured one says so."""
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
    colour: Spec = {"field": "of", "type": "nominal", "legend": None}
    colour["scale"] = {"domain": ["other", "lags"], "range": [LINES[0], LINES[1]]}
    text = {"x": {**x, "field": "at"}, "y": y, "text": {"field": "text", "type": "nominal"}}
    before = {"type": "circle", "color": SOFT, "size": 50, "opacity": 1}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 2},
         "encoding": {"x": {**x, "field": "w"}, "x2": {"field": "v"}, "y": y, "color": colour}},
        {"data": {"values": [r for r, s in zip(rows, [s for s in strips if s.late is not None], strict=True)
                             if s.early is not None]},
         "mark": before, "encoding": {"x": {**x, "field": "w"}, "y": y}},
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
    return f"{strip.name} {span(strip)}"


def span(strip: Strip) -> str:
    """Return how far a domain had come and has come, as whole numbers of 100."""
    now = number(None if strip.late is None else strip.late * 100, 0)
    if strip.early is None:
        return now
    return _("%(then)s to %(now)s") % {"then": number(strip.early * 100, 0), "now": now}


def small_strips(strips: Sequence[Strip]) -> SafeString:
    """Return the same picture for a row of a table: a line for each measured domain, without words in it.

    Everything alike is one path, and names stand above the table: a page may hold dozens of these.
    """
    shown = [(LINE * i + 6, strip) for i, strip in enumerate(s for s in strips if s.late is not None)]
    parts = [path_of("grid", [f"M{LEFT:g} {y:g}H{RIGHT:g}" for y, _strip in shown])]
    before = [f"M{place_of(s.early):.0f} {y:g}h0" for y, s in shown if s.early is not None]
    parts.append(path_of("c-soft", before, SMALL_DOT))
    for colour, lags in (("c-s1", False), ("c-s2", True)):
        own = [(y, place_of(s.late or 0), s.early) for y, s in shown if s.lags is lags]
        ways = [f"M{place_of(early):.0f} {y:g}H{now:.0f}" for y, now, early in own if early is not None]
        parts.append(path_of(colour, ways, WAY))
        parts.append(path_of(colour, [f"M{now:.0f} {y:g}h0" for y, now, _e in own], DOT))
    label = escape(_(", ").join(span(strip) for _y, strip in shown))
    height = LINE * max(len(shown), 1) + 2
    drawn = f'<svg class="pl" viewBox="0 0 120 {height:g}" role="img" aria-label="{label}">'
    return mark_safe(f'{drawn}<g stroke-linecap="round">{"".join(parts)}</g></svg>')  # noqa: S308  numbers only, the label is escaped


def path_of(name: str, pieces: Sequence[str], more: str = "") -> str:
    """Return one path of several pieces, nothing where there are none."""
    return f'<path class="{name}"{more} d="{"".join(pieces)}"/>' if pieces else ""


def place_of(share: float) -> float:
    """Return where a share lies on the small line."""
    return LEFT + (RIGHT - LEFT) * share
