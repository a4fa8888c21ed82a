"""Imports places and bodies: all rows or none."""

from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction

from rightsplan.accounts.models import Person
from rightsplan.bodies.models import Body, Place
from rightsplan.bodies.tables import Node, check_tree, read_bodies, read_boundaries, read_places
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
    paths = check_tree(nodes, known, problems)
    problems.refuse(name)
    changes = Changes(problems=problems.found)
    rows = sorted(nodes, key=lambda node: paths[node.code].count(" > "))
    with transaction.atomic():
        for node in rows:
            save_node(model, node, stored, path=paths[node.code], shape=shapes.get(node.code), changes=changes)
        move_subtrees(model, stored, paths)
        if dry_run:
            transaction.set_rollback(True)
    return changes


def save_node(
    model: type[Tree], node: Node, stored: dict[str, Tree], *, path: str, shape: Any, changes: Changes
) -> None:
    """Write one row if it is new or differs."""
    fields = {**node.fields, "path": path, "parent_id": stored[node.parent].pk if node.parent else None}
    if shape is not None:
        fields["boundary"] = shape
    existing = stored.get(node.code)
    if existing is None:
        stored[node.code] = model.objects.create(code=node.code, **fields)
        changes.added.append(node.code)
        return
    old = {name: getattr(existing, name) for name in fields}
    if old == fields:
        changes.unchanged += 1
        return
    readable = {k: v for k, v in fields.items() if k != "boundary"}
    changes.compare(node.code, {k: old[k] for k in readable}, readable)
    for name, value in fields.items():
        setattr(existing, name, value)
    existing.save()


def move_subtrees(model: type[Tree], stored: dict[str, Tree], paths: dict[str, str]) -> None:
    """Correct the paths of rows below a moved one."""
    for code, row in stored.items():
        if row.path != paths[code]:
            row.path = paths[code]
            row.save(update_fields=["path"])
