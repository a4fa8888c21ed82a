"""Maps as small SVG: boundaries of the instance, projected flat, cut to whole pixels, coloured by class."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from rightsplan.evidence.batches import write_atomically

VERSION = "1"  # of how outlines are made; part of their name in the cache
WIDTH = 640
MOST_BYTES = 42_000  # of all boundaries of one map: a page stays below 100 KB
GRIDS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Area:
    """One place of a map: its boundary, its class, where it leads and what it says.

    Class 0 is "no data", 1 to 5 are the colours, 6 is "cannot be told apart".
    """

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


@dataclass(frozen=True, slots=True)
class Outlines:
    """The paths of some boundaries and the paper they lie on."""

    width: int
    height: int
    paths: list[str]


def outlines_of(areas: Sequence[Area], projection: Projection) -> Outlines:
    """Return the outlines on the finest grid that keeps them small enough."""
    for grid in GRIDS:
        paths = [outline(area.boundary, projection, grid) for area in areas]
        if sum(map(len, paths)) <= MOST_BYTES:
            break
    return Outlines(math.ceil(WIDTH / grid), math.ceil(projection.height / grid), paths)


def outlines(areas: Sequence[Area]) -> Outlines | None:
    """Return the outlines, computed once for each content of the boundaries; None where there is nothing."""
    boundaries = [area.boundary for area in areas]
    content = json.dumps([VERSION, WIDTH, MOST_BYTES, GRIDS, boundaries], sort_keys=True).encode()
    path = settings.CACHE_DIR / "maps" / f"{hashlib.sha256(content).hexdigest()}.json"
    if path.exists():
        return Outlines(**json.loads(path.read_text(encoding="ascii")))
    projection = projection_of(areas)
    if projection is None:
        return None
    made = outlines_of(areas, projection)
    write_atomically(path, json.dumps(asdict(made)).encode("ascii"))
    return made


def draw(areas: Sequence[Area], label: str) -> SafeString | str:
    """Return the map; places without data come last, so that their dashed outline is not painted over."""
    made = outlines(areas)
    if made is None:
        return ""
    drawn = sorted(zip(areas, made.paths, strict=True), key=lambda pair: pair[0].level == 0)
    shapes = "".join(
        f'<a href="{escape(a.address)}"><path class="m{a.level}" d="{d}"><title>{escape(a.title)}</title></path></a>'
        for a, d in drawn
    )
    size = f"-2 -2 {made.width + 4} {made.height + 4}"
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
