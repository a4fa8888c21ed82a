"""Imports places and bodies: all rows or none."""

from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction

from rightsplan.accounts.models import Person
from rightsplan.bodies.models import Body, Place
from rightsplan.bodies.tables import PATH_SEPARATOR, Node, check_tree, read_bodies, read_boundaries, read_places
from rightsplan.tables.cells import Problems
from rightsplan.tables.changes import Changes
from rightsplan.tables.reading import TextTable

Tree = TypeVar("Tree", Place, Body)


def import_places(*, by: Person, table: TextTable, boundaries: Path | None = None, dry_run: bool = False) -> Changes:
    """Add and update places from a file in one transaction; places that the file does not name stay.

    Returns what changed (or would change). Raises Refused with every problem; then nothing is saved.
    """
    problems = Problems()
    nodes = read_places(table, problems)
    stored = {place.code: place for place in Place.objects.select_related("parent")}
    shapes = read_boundaries(boundaries, {n.code for n in nodes} | set(stored), problems) if boundaries else {}
    return save_tree(Place, nodes, stored, shapes=shapes, problems=problems, name=table.name, dry_run=dry_run)


def import_bodies(*, by: Person, table: TextTable, dry_run: bool = False) -> Changes:
    """Add and update bodies from a file in one transaction; bodies that the file does not name stay.

    Returns what changed (or would change). Raises Refused with every problem; then nothing is saved.
    """
    problems = Problems()
    places = {place.code: place for place in Place.objects.defer("boundary")}
    nodes = read_bodies(table, places, problems)
    stored = {body.code: body for body in Body.objects.select_related("parent")}
    return save_tree(Body, nodes, stored, shapes={}, problems=problems, name=table.name, dry_run=dry_run)


def save_tree(
    model: type[Tree],
    nodes: list[Node],
    stored: dict[str, Tree],
    *,
    shapes: dict[str, Any],
    problems: Problems,
    name: str,
    dry_run: bool,
) -> Changes:
    """Compare the rows with what is stored and write the differences; parents before children."""
    known = {code: row.parent.code if row.parent else "" for code, row in stored.items()}
    longest = model._meta.get_field("path").max_length or 0
    paths = check_tree(nodes, known, problems, longest=longest)
    problems.refuse(name)
    named = {node.code for node in nodes}
    changes = Changes(problems=problems.found, missing=[code for code in stored if code not in named])
    with transaction.atomic():
        for node in sorted(nodes, key=lambda node: paths[node.code].count(PATH_SEPARATOR)):
            save_node(model, node, stored, path=paths[node.code], changes=changes)
        draw(stored, shapes, changes)
        move_subtrees(model, stored, paths)
        if dry_run:
            transaction.set_rollback(True)
    return changes


def save_node(model: type[Tree], node: Node, stored: dict[str, Tree], *, path: str, changes: Changes) -> None:
    """Write one row if it is new or differs."""
    parent = stored[node.parent] if node.parent else None
    fields = {**node.fields, "path": path, "parent": parent}
    existing = stored.get(node.code)
    if existing is None:
        stored[node.code] = model.objects.create(code=node.code, **fields)
        changes.added.append(node.code)
        return
    old = {name: getattr(existing, name) for name in fields}
    changes.compare(node.code, readable(old), readable(fields))
    if old == fields:
        return
    for name, value in fields.items():
        setattr(existing, name, value)
    existing.save()


def readable(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields as a person compares them: codes for relations, and not the path, which follows from the parent."""
    shown = {name: value for name, value in fields.items() if name != "path"}
    return {name: value.code if isinstance(value, Place | Body) else value for name, value in shown.items()}


def draw(stored: dict[str, Tree], shapes: dict[str, Any], changes: Changes) -> None:
    """Write the boundaries that are new or differ."""
    for code, shape in shapes.items():
        place = stored[code]
        if not isinstance(place, Place) or place.boundary == shape:
            continue
        if code not in changes.added:
            changes.compare(code, {"boundary": "drawn" if place.boundary else ""}, {"boundary": "drawn anew"})
        place.boundary = shape
        place.save(update_fields=["boundary"])


def move_subtrees(model: type[Tree], stored: dict[str, Tree], paths: dict[str, str]) -> None:
    """Correct the paths of rows below a moved one."""
    for code, row in stored.items():
        if row.path != paths[code]:
            row.path = paths[code]
            row.save(update_fields=["path"])
