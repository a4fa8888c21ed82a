"""Maps as small SVG: boundaries of the instance, projected flat, cut to whole pixels, coloured by class."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH = 640
MOST_BYTES = 42_000  # of all boundaries of one map: a page stays below 100 KB
GRIDS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Area:
    """One place of a map: its boundary, its class (0 is "no data", 1 to 5), where it leads and what it says."""

    boundary: Mapping[str, Any]
    level: int
    address: str
    title: str


def rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """Yield every ring of a GeoJSON polygon, multipolygon or collection."""
    kind = geometry.get("type")
    if kind == "Polygon":
        yield from geometry["coordinates"]
    elif kind == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon
    elif kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from rings(part)
    elif kind == "Feature":
        yield from rings(geometry["geometry"])


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular with the true scale in the middle: angles become a plane without a library."""

    left: float
    top: float
    scale: float
    squeeze: float
    height: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return the position on the paper."""
        return (longitude * self.squeeze - self.left) * self.scale, (self.top - latitude) * self.scale


def projection_of(areas: Sequence[Area]) -> Projection | None:
    """Return the projection that fits everything into the width, None where there is nothing."""
    points = [p for area in areas for ring in rings(area.boundary) for p in ring]
    if not points:
        return None
    north, south = max(p[1] for p in points), min(p[1] for p in points)
    squeeze = max(0.2, math.cos(math.radians((north + south) / 2)))
    west, east = min(p[0] for p in points) * squeeze, max(p[0] for p in points) * squeeze
    scale = min(WIDTH / max(east - west, 1e-6), WIDTH * 0.9 / max(north - south, 1e-6))
    return Projection(west, north, scale, squeeze, (north - south) * scale)


def outline(geometry: Mapping[str, Any], projection: Projection, grid: float) -> str:
    """Return the path of a boundary on a grid; rings smaller than a grid cell vanish unless they are all there is."""
    drawn = []
    for ring in rings(geometry):
        points: list[tuple[int, int]] = []
        for longitude, latitude, *_height in ring:
            x, y = projection.place(longitude, latitude)
            point = (round(x / grid), round(y / grid))
            if not points or point != points[-1]:
                points.append(point)
        drawn.append(points)
    large = [p for p in drawn if len(p) > 3] or [max(drawn, key=len, default=[])]
    return "".join(relative(points) for points in large if points)


def relative(points: Sequence[tuple[int, int]]) -> str:
    """Return a ring as a path of small steps."""
    x, y = points[0]
    parts = [f"M{x} {y}l"]
    for i, (next_x, next_y) in enumerate(points[1:]):
        step_x, step_y = next_x - x, next_y - y
        parts.append(f"{' ' if i and step_x >= 0 else ''}{step_x}{' ' if step_y >= 0 else ''}{step_y}")
        x, y = next_x, next_y
    return ("".join(parts) if len(points) > 1 else f"M{x} {y}h1v1h-1") + "z"


def draw(areas: Sequence[Area], label: str) -> SafeString | str:
    """Return the map; the finest grid that keeps it small enough."""
    projection = projection_of(areas)
    if projection is None:
        return ""
    for grid in GRIDS:
        paths = [outline(area.boundary, projection, grid) for area in areas]
        if sum(map(len, paths)) <= MOST_BYTES:
            break
    shapes = "".join(
        f'<a href="{escape(a.address)}"><path class="m{a.level}" d="{d}"><title>{escape(a.title)}</title></path></a>'
        for a, d in zip(areas, paths, strict=True)
    )
    size = f"-2 -2 {math.ceil(WIDTH / grid) + 4} {math.ceil(projection.height / grid) + 4}"
    return mark_safe(  # noqa: S308  numbers and escaped texts
        f'<svg class="map" viewBox="{size}" role="group" aria-label="{escape(label)}">{shapes}</svg>'
    )


def classes(values: Sequence[float]) -> list[float]:
    """Return the upper ends of five classes with about as many places each."""
    ordered = sorted(set(values))
    if len(ordered) <= 5:
        return ordered
    every = sorted(values)
    return sorted({every[min(len(every) - 1, math.ceil(len(every) * i / 5) - 1)] for i in range(1, 6)})


def level_of(value: float, ends: Sequence[float]) -> int:
    """Return the class of a value, spread over the five colours."""
    at = next((i for i, end in enumerate(ends) if value <= end), len(ends) - 1)
    return 5 if len(ends) == 1 else 1 + round(at * 4 / (len(ends) - 1))
