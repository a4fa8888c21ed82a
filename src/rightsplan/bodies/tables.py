"""Files of places and bodies: columns, checks, rows."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rightsplan.bodies.models import Body, Place
from rightsplan.errors import Refused
from rightsplan.tables.cells import Cells, Problems, check_columns, nearest
from rightsplan.tables.reading import TextTable

BODY_KINDS = ["government", "ministry", "agency", "court", "procuratorate", "independent", "people", "other"]
PATH_SEPARATOR = " > "


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
        nodes.append(Node(cells.row, cells.required("code"), cells.text("parent"), fields))
    return nodes


def read_bodies(table: TextTable, places: dict[str, Place], problems: Problems) -> list[Node]:
    """Return the rows of a bodies file."""
    required, optional = ["code", "name", "kind", "level"], ["parent", "place", "url", "language"]
    check_columns(table, required=required, optional=optional, texts=["name"])
    nodes = []
    for values in table.rows():
        cells = Cells(values, problems)
        place = cells.code("place", places)
        fields = {
            "name": cells.texts("name"),
            "language": cells.language,
            "kind": cells.choice("kind", {kind: kind for kind in BODY_KINDS}),
            "level": cells.choice("level", {level: level for level in Body.Level.values}),
            "place_id": places[place].pk if place else None,
            "url": cells.text("url"),
        }
        if fields["url"] and not str(fields["url"]).startswith(("http://", "https://")):
            cells.wrong("url", "This is no web address.", "Begin it with https://")
        for column in ["name", "kind", "level"]:
            cells.required(column)
        nodes.append(Node(cells.row, cells.required("code"), cells.text("parent"), fields))
    return nodes


def check_tree(nodes: list[Node], known: dict[str, str], problems: Problems) -> dict[str, str]:
    """Return the path of every node; `known` maps stored codes to their parent. Notes doubles, orphans and cycles."""
    parents = dict(known)
    rows: dict[str, int] = {}
    for node in nodes:
        if node.code in rows:
            problems.add(node.row, "code", node.code, f"Row {rows[node.code]} has this code too.", "Keep one of them.")
        rows[node.code] = node.row
        parents[node.code] = node.parent
    for node in nodes:
        if node.parent and node.parent not in parents:
            remedy = nearest(node.parent, parents)
            problems.add(node.row, "parent", node.parent, "This code is not known.", remedy)
            parents[node.code] = ""
    paths: dict[str, str] = {}
    for code, parent in parents.items():
        chain = ancestry(code, parents)
        if chain is None:
            problems.add(rows.get(code, 0), "parent", parent, f"{code} is above itself.", "Break the circle.")
            chain = [code]
        paths[code] = PATH_SEPARATOR.join(chain) + PATH_SEPARATOR
    return paths


def ancestry(code: str, parents: dict[str, str]) -> list[str] | None:
    """Return the codes from the root to this one, None where they run in a circle."""
    chain = [code]
    while parent := parents.get(chain[0], ""):
        if parent in chain:
            return None
        chain.insert(0, parent)
    return chain


def read_boundaries(path: Path, codes: set[str], problems: Problems) -> dict[str, Any]:
    """Return a GeoJSON geometry for each known code."""
    try:
        features = json.loads(path.read_bytes())["features"]
        shapes = {f["properties"]["code"]: f["geometry"] for f in features}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            f"{path.name} is no GeoJSON with codes ({error}).", "Each feature needs a property named code."
        ) from error
    for code in sorted(set(shapes) - codes):
        message = f"{path.name} draws a place that is not known."
        problems.add(0, path.name, str(code), message, nearest(str(code), codes), severity="warning")
    return {code: shape for code, shape in shapes.items() if code in codes}
