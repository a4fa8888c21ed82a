"""The signature picture: one promise and what became of it, the same in a table row and at the head of a page.

A dot where it started, a thin line to the ring that was promised, a thick line for what was observed with its
uncertainty, a thinner one for the second source, and the verdict's shape at the end. It is drawn from the points of the
published assessment alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rightsplan.site.numbers import number, year
from rightsplan.site.series import Point, Series, cut, since
from rightsplan.site.texts import listed
from rightsplan.site.verdicts import goal, word

MOST_POINTS = 48  # of a small picture; above that each column keeps its extremes


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: the points of one assessment, its promise and result, and the second source's points."""

    name: str
    unit: str
    promise: Mapping[str, Any]
    result: Mapping[str, Any]
    points: Sequence[Sequence[Any]]
    second: Sequence[Sequence[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where years and values lie on the paper."""

    left: float
    right: float
    top: float
    bottom: float
    t0: float
    t1: float
    low: float
    high: float

    def x(self, t: float) -> float:
        """Return the horizontal position of a decimal year."""
        return self.left + (t - self.t0) / (self.t1 - self.t0) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Return the vertical position of a value."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def n(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def span(picture: Picture, series: Series, second: Series, *, small: bool) -> tuple[float, float]:
    """Return the first and last year drawn.

    The small picture looks back no further than the promise is long, the large one twice that and at least ten years:
    a longer past would squeeze the promise; the indicator's page shows it whole.
    """
    result = picture.result
    marks = [t for t in (result.get("baseline_year"), result.get("deadline"), picture.promise.get("start_year")) if t]
    seen = [p.t for p in [*series.points, *second.points]]
    if result.get("baseline_year") and result.get("deadline"):
        length = result["deadline"] - result["baseline_year"]
        start = result["baseline_year"] - (max(2.0, length) if small else max(10.0, 2 * length))
        seen = [t for t in seen if t >= start - 0.5]
    every = [*marks, *seen] or [0.0, 1.0]
    first, last = min(every), max(every)
    return (first, last) if last > first else (first - 1, last + 1)


def frame_of(picture: Picture, drawn: Sequence[Series], box: tuple[float, float, float, float], years: Any) -> Frame:
    """Return the frame that holds everything drawn, with a little air."""
    result = picture.result
    values = [v for v in (result.get("baseline"), result.get("target_level")) if v is not None]
    for point in (p for series in drawn for p in series.points):
        values += [v for v in (point.value, point.lower, point.upper) if v is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    air = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    left, right, top, bottom = box
    return Frame(left, right, top, bottom, years[0], years[1], low - air, high + air)


def thin_out(stretch: Sequence[Point], most: int) -> list[Point]:
    """Return a stretch with the extremes of each of `most`/2 columns, in order; short ones stay as they are."""
    if len(stretch) <= most:
        return list(stretch)
    width = (stretch[-1].t - stretch[0].t) / (most / 2)
    kept: list[Point] = [stretch[0]]
    columns: dict[int, list[Point]] = {}
    for point in stretch[1:-1]:
        columns.setdefault(int((point.t - stretch[0].t) / width), []).append(point)
    for points in columns.values():
        ends = {min(points, key=lambda p: p.value).t, max(points, key=lambda p: p.value).t}
        kept += [p for p in points if p.t in ends]
    return [*kept, stretch[-1]]


def path_of(series: Series, frame: Frame, most: int = 10_000) -> str:
    """Return the path of every stretch; one lone observation is a dot (a line of no length with round ends)."""
    parts = []
    for stretch in series.stretches:
        points = thin_out(stretch, most)
        coordinates = [f"{n(frame.x(p.t))} {n(frame.y(p.value))}" for p in points]
        parts.append("M" + "L".join(coordinates) + ("h0" if len(points) == 1 else ""))
    return "".join(parts)


def band_of(series: Series, frame: Frame, most: int = 10_000) -> str:
    """Return the outline of the uncertainty where every observation of a stretch has an interval."""
    parts = []
    for stretch in series.stretches:
        points = [p for p in thin_out(stretch, most) if p.lower is not None and p.upper is not None]
        if len(points) < 2 or len(points) < min(len(stretch), most) // 2:
            continue
        upper = [f"{n(frame.x(p.t))} {n(frame.y(p.upper or 0.0))}" for p in points]
        lower = [f"{n(frame.x(p.t))} {n(frame.y(p.lower or 0.0))}" for p in reversed(points)]
        parts.append("M" + "L".join([*upper, *lower]) + "z")
    return "".join(parts)


def shift(series: Series, frame: Frame) -> list[float]:
    """Return where marks of missing values go."""
    return [frame.x(t) for t in series.missing if frame.t0 <= t <= frame.t1]


def drawing(picture: Picture, series: Series, second: Series, frame: Frame, *, small: bool) -> str:
    """Return the marks of the picture, from the back to the front."""
    most = MOST_POINTS if small else 10_000
    parts = []
    if band := band_of(series, frame, most):
        parts.append(f'<path class="pl-band" d="{band}"/>')
    parts += [f'<path class="pl-miss" d="M{n(x)} {n(frame.bottom)}v-4"/>' for x in shift(series, frame)[:12]]
    parts += [promised(picture, frame, small=small)]
    if path := path_of(second, frame, most):
        parts.append(f'<path class="pl-second" d="{path}"/>')
    parts.append(lost(picture, series, frame))
    if path := path_of(series, frame, most):
        parts.append(f'<path class="pl-obs" d="{path}"/>')
    parts.append(ending(picture, series, frame, size=10 if small else 16))
    return "".join(parts)


def promised(picture: Picture, frame: Frame, *, small: bool) -> str:
    """Return the dot where it started, the promised way and the ring at its end."""
    result = picture.result
    level, deadline = result.get("target_level"), result.get("deadline")
    base, base_year = result.get("baseline"), result.get("baseline_year")
    if level is None:
        return ""
    end = frame.x(deadline) if deadline is not None else frame.right
    radius = 3 if small else 5.5
    parts = []
    if base is not None and base_year is not None and deadline is not None:
        start = f"{n(frame.x(base_year))} {n(frame.y(base))}"
        via = f"L{start.split(maxsplit=1)[0]} {n(frame.y(level))}" if picture.promise.get("hold") else ""
        parts.append(f'<path class="pl-way" d="M{start}{via}L{n(end)} {n(frame.y(level))}"/>')
        x, y = start.split()
        parts.append(f'<circle class="pl-base" cx="{x}" cy="{y}" r="{n(radius * 0.8)}"/>')
    else:
        parts.append(f'<path class="pl-way" d="M{n(frame.left)} {n(frame.y(level))}H{n(end)}"/>')
    if deadline is not None:
        parts.append(f'<circle class="pl-ring" cx="{n(end)}" cy="{n(frame.y(level))}" r="{n(radius)}"/>')
    return "".join(parts)


def lost(picture: Picture, series: Series, frame: Frame) -> str:
    """Return the height of the best value and the fall from it, where a gain was lost."""
    best = picture.result.get("best_period")
    at = next((p for p in series.points if p.period == best), None)
    if not picture.result.get("has_moved_back") or at is None or not series.points:
        return ""
    x, y = n(frame.x(at.t)), n(frame.y(at.value))
    end = series.points[-1]
    return f'<path class="pl-lost" d="M{x} {y}H{n(frame.x(end.t))}V{n(frame.y(end.value))}"/>'


def ending(picture: Picture, series: Series, frame: Frame, size: float) -> str:
    """Return the verdict's shape at the last observation, or in the middle of the way where there is none."""
    points = series.points
    x = frame.x(points[-1].t) if points else (frame.left + frame.right) / 2
    y = frame.y(points[-1].value) if points else (frame.top + frame.bottom) / 2
    verdict = picture.result["verdict"]
    place = f'x="{n(x - size / 2)}" y="{n(y - size / 2)}" width="{n(size)}" height="{n(size)}"'
    return f'<use class="end {verdict}" href="#v-{verdict}" {place}/>'


def small(picture: Picture) -> SafeString:
    """Return the picture for a row: 120 by 32."""
    series, second = cut(picture.points), cut(picture.second)
    years = span(picture, series, second, small=True)
    series, second = since(series, years[0]), since(second, years[0])
    frame = frame_of(picture, [series, second], (6, 114, 5, 27), years)
    marks = drawing(picture, series, second, frame, small=True)
    label = escape(describe(picture, short=True))
    return mark_safe(  # noqa: S308  numbers, our own classes and an escaped label
        f'<svg class="pl" viewBox="0 0 120 32" role="img" aria-label="{label}">{marks}</svg>'
    )


def large(picture: Picture) -> SafeString:
    """Return the picture for the head of a page, once for wide and once for narrow screens."""
    return mark_safe(  # noqa: S308  made of the two below
        sized(picture, 760, 300, "wide") + sized(picture, 344, 240, "narrow")
    )


def sized(picture: Picture, width: int, height: int, name: str) -> str:
    """Return the full picture with axes and labels set on the lines."""
    series, second = cut(picture.points), cut(picture.second)
    years = span(picture, series, second, small=False)
    series, second = since(series, years[0]), since(second, years[0])
    is_wide = name == "wide"
    box = (52 if is_wide else 42, width - (132 if is_wide else 92), 18, height - 30)
    frame = frame_of(picture, [series, second], box, years)
    marks = drawing(picture, series, second, frame, small=False)
    label = escape(describe(picture))
    return (
        f'<svg class="pl full {name}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
        f"{axes(frame, 6 if is_wide else 4)}{broken(series, frame)}{marks}"
        f"{labels(picture, series, second, frame)}</svg>"
    )


def steps(low: float, high: float, about: int) -> list[float]:
    """Return round numbers between two values."""
    rough = (high - low) / about
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= rough)
    first = math.ceil(low / step)
    return [round(i * step, 10) for i in range(first, math.floor(high / step) + 1)]


def axes(frame: Frame, about: int) -> str:
    """Return light horizontal lines with their values, and the years below."""
    parts = []
    for value in steps(frame.low, frame.high, 4):
        y = n(frame.y(value))
        parts.append(f'<path class="grid" d="M{n(frame.left)} {y}H{n(frame.right)}"/>')
        parts.append(f'<text class="tick num" x="{n(frame.left - 8)}" y="{n(float(y) + 4)}">{number(value)}</text>')
    whole_years = sorted({round(t) for t in steps(frame.t0, frame.t1, about)})
    for t in whole_years:
        if frame.t0 - 0.01 <= t <= frame.t1 + 0.01:
            parts.append(
                f'<text class="tick mid" x="{n(frame.x(t))}" y="{n(frame.bottom + 20)}">{year(float(t))}</text>'
            )
    return "".join(parts)


def broken(series: Series, frame: Frame) -> str:
    """Return a mark where the series was broken."""
    return "".join(
        f'<path class="pl-break" d="M{n(frame.x(t - 0.5))} {n(frame.top)}V{n(frame.bottom)}"/>' for t in series.breaks
    )


def labels(picture: Picture, series: Series, second: Series, frame: Frame) -> str:
    """Return the names of the lines at their right ends, pushed apart where they would meet."""
    wanted: list[tuple[float, str, str]] = []
    if picture.result.get("target_level") is not None:
        text = _("promised %(value)s") % {"value": number(picture.result["target_level"])}
        wanted.append((frame.y(picture.result["target_level"]), "way", text))
    if series.points:
        value = number(series.points[-1].value)
        text = (_("official %(value)s") if second.points else _("observed %(value)s")) % {"value": value}
        wanted.append((frame.y(series.points[-1].value), "obs", text))
    if second.points:
        text = _("independent %(value)s") % {"value": number(second.points[-1].value)}
        wanted.append((frame.y(second.points[-1].value), "second", text))
    parts, last = [], -100.0
    for y, kind, text in sorted(wanted):
        at = max(y + 4, last + 16)
        parts.append(f'<text class="on {kind}" x="{n(frame.right + 12)}" y="{n(at)}">{escape(text)}</text>')
        last = at
    return "".join(parts)


def describe(picture: Picture, *, short: bool = False) -> str:
    """Return the text alternative, written from the data."""
    promise = _("Promised: %(goal)s.") % {"goal": goal(picture.promise, picture.unit)}
    verdict = _("Verdict: %(verdict)s.") % {"verdict": word(picture.result["verdict"])}
    points = [p for p in picture.points if p[1] is not None]
    if not points:
        return " ".join([promise, _("No observations."), verdict])
    series = cut(picture.points)
    first, last = series.points[0], series.points[-1]
    course = _("Observed: %(first)s in %(start)s, %(last)s in %(end)s.") % {
        "first": number(first.value), "start": year(first.period),
        "last": number(last.value), "end": year(last.period),
    }  # fmt: skip
    if short:
        return f"{promise} {course} {verdict}"
    more = []
    if picture.result.get("has_moved_back") and picture.result.get("best") is not None:
        values = {"best": number(picture.result["best"]), "year": year(picture.result.get("best_period"))}
        more.append(_("The best value was %(best)s in %(year)s.") % values)
    if series.breaks:
        more.append(_("The series is broken in %(years)s.") % {"years": listed(year(t) for t in series.breaks)})
    return " ".join([promise, course, *more, verdict])
