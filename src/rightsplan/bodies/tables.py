"""Files of places and bodies: columns, checks, rows."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rightsplan.bodies.models import Body, Place
from rightsplan.errors import Refused
from rightsplan.evidence.canonical import parse_json
from rightsplan.tables.cells import Cells, Problems, check_columns, check_lengths
from rightsplan.tables.reading import TextTable

BODY_KINDS = ["government", "ministry", "agency", "court", "procuratorate", "independent", "people", "other"]
PATH_SEPARATOR = " > "
CODE = re.compile(r"(?!.*\.\.)\w[\w.-]*(?:/\w[\w.-]*)*")  # no part that a path or an option could be
# How deep the coordinates of a shape lie in lists (RFC 7946).
DEPTH = {"Point": 1, "MultiPoint": 2, "LineString": 2, "Polygon": 3, "MultiLineString": 3, "MultiPolygon": 4}


@dataclass(frozen=True, slots=True)
class Node:
    """One row of a tree file: its code, its parent's code ("" at the root) and its other fields."""

    row: int
    code: str
    parent: str
    fields: dict[str, Any]


def read_places(table: TextTable, problems: Problems) -> list[Node]:
    """Return the rows of a places file."""
    required, optional = ["code", "name", "level"], ["parent", "iso3", "note", "language"]
    check_columns(table, required=required, optional=optional, texts=["name"])
    check_lengths(table, {"code": 40, "iso3": 3, "language": 20}, problems)
    levels = {level: level for level in Place.Level.values}
    nodes = []
    for values in table.rows():
        cells = Cells(values, problems)
        fields = {
            "name": cells.texts("name"),
            "language": cells.language,
            "level": cells.choice("level", levels),
            "iso3": cells.text("iso3"),
            "note": cells.text("note"),
        }
        cells.required("name")
        cells.required("level")
        nodes.append(Node(cells.row, read_code(cells), cells.text("parent"), fields))
    return nodes


def read_code(cells: Cells) -> str:
    """Return a code that can stand in a URL and in a list."""
    code = cells.required("code")
    if code and not CODE.fullmatch(code):
        cells.wrong("code", "This cannot be a code.", "Use letters, digits, hyphens and slashes, such as CN-BJ.")
    return code


def read_bodies(table: TextTable, places: dict[str, Place], problems: Problems) -> list[Node]:
    """Return the rows of a bodies file."""
    required, optional = ["code", "name", "kind", "level"], ["parent", "place", "url", "language"]
    check_columns(table, required=required, optional=optional, texts=["name"])
    check_lengths(table, {"code": 80, "url": 500, "language": 20}, problems)
    nodes = []
    for values in table.rows():
        cells = Cells(values, problems)
        place = cells.code("place", places)
        fields = {
            "name": cells.texts("name"),
            "language": cells.language,
            "kind": cells.choice("kind", {kind: kind for kind in BODY_KINDS}),
            "level": cells.choice("level", {level: level for level in Body.Level.values}),
            "place": places[place] if place else None,
            "url": cells.text("url"),
        }
        if fields["url"] and not str(fields["url"]).startswith(("http://", "https://")):
            cells.wrong("url", "This is no web address.", "Begin it with https://")
        for column in ["name", "kind", "level"]:
            cells.required(column)
        nodes.append(Node(cells.row, read_code(cells), cells.text("parent"), fields))
    return nodes


def check_tree(nodes: list[Node], known: dict[str, str], problems: Problems, *, longest: int) -> dict[str, str]:
    """Return the path of every node; `known` maps stored codes to their parent. Notes doubles, orphans and cycles."""
    parents = dict(known)
    rows: dict[str, int] = {}
    for node in nodes:
        if node.code and node.code in rows:
            problems.add(node.row, "code", node.code, f"Row {rows[node.code]} has this code too.", "Keep one of them.")
        rows[node.code] = node.row
        parents[node.code] = node.parent
    for node in nodes:
        if node.parent and node.parent not in parents:
            remedy = problems.suggest(node.parent, parents)
            problems.add(node.row, "parent", node.parent, "This code is not known.", remedy)
            parents[node.code] = ""
    paths: dict[str, str] = {}
    for code, parent in parents.items():
        chain = ancestry(code, parents)
        if chain is None:
            if is_in_circle(code, parents):
                problems.add(rows.get(code, 0), "parent", parent, f"{code} is above itself.", "Break the circle.")
            chain = [code]
        paths[code] = PATH_SEPARATOR.join(chain) + PATH_SEPARATOR
        if len(paths[code]) > longest:
            problems.add(rows.get(code, 0), "parent", parent, "The tree is too deep here.", "Use fewer levels.")
    return paths


def is_in_circle(code: str, parents: dict[str, str]) -> bool:
    """Say whether the way up from a code leads back to it."""
    above, seen = parents.get(code, ""), set[str]()
    while above and above not in seen:
        seen.add(above)
        above = parents.get(above, "")
    return code in seen


def ancestry(code: str, parents: dict[str, str]) -> list[str] | None:
    """Return the codes from the root to this one, None where they run in a circle."""
    chain = [code]
    while parent := parents.get(chain[0], ""):
        if parent in chain:
            return None
        chain.insert(0, parent)
    return chain


def read_boundaries(path: Path, codes: set[str], problems: Problems) -> dict[str, Any]:
    """Return a GeoJSON geometry for each known code; features nobody knows are left out with a warning.

    A text named `source` beside the features says whose boundaries they are; each geometry carries it along.
    """
    try:
        document = parse_json(path.read_bytes())
        features = document["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{path.name} is no GeoJSON.", "Give a FeatureCollection.") from error
    if not isinstance(features, list):
        raise Refused(f"{path.name} is no GeoJSON.", "Give a FeatureCollection.")
    source = str(document.get("source") or "").replace("\0", "")  # PostgreSQL keeps no such character
    shapes: dict[str, Any] = {}
    for number, feature in enumerate(features, 1):
        code, shape = code_and_shape(feature)
        if not code or shape is None:
            message = f"Feature {number} has no code." if not code else f"Feature {number} has no geometry."
            problems.add(0, path.name, code, message, "Give it a property named code and a geometry.")
        elif code in shapes:
            problems.add(0, path.name, code, "Two features have this code.", "Join them into one MultiPolygon.")
        elif code not in codes:
            message, remedy = f"{path.name} draws a place that is not known.", problems.suggest(code, codes)
            problems.add(0, path.name, code, message, remedy, severity="warning")
        else:
            shapes[code] = {**shape, "source": source} if source else shape
    return shapes


def code_and_shape(feature: Any) -> tuple[str, Any]:
    """Return the code and the geometry of a GeoJSON feature; empty and None where it has none."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    shape = shape_of(feature.get("geometry")) if isinstance(feature, dict) else None
    return (code if isinstance(code, str) else "", shape)


def shape_of(geometry: Any) -> dict[str, Any] | None:
    """Return type and coordinates of a GeoJSON geometry, a collection with its parts; None for what is none."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        parts = [simple_shape_of(part) for part in geometry["geometries"]]
        return {"type": kind, "geometries": parts} if parts and None not in parts else None
    return simple_shape_of(geometry)


def simple_shape_of(geometry: Any) -> dict[str, Any] | None:
    """Return type and coordinates of a geometry that is no collection."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(kind, str) or kind not in DEPTH or not has_depth(geometry.get("coordinates"), DEPTH[kind]):
        return None
    return {"type": kind, "coordinates": geometry["coordinates"]}


def has_depth(value: Any, depth: int) -> bool:
    """Say whether a value is lists in lists of coordinates, so many deep."""
    if not isinstance(value, list) or not value:
        return False
    if depth == 1:
        return len(value) > 1 and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
    return all(has_depth(part, depth - 1) for part in value)
