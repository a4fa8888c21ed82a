"""Reads trees of places and bodies with one query each."""

from typing import TypeVar

from rightsplan.bodies.models import Body, Place
from rightsplan.bodies.tables import PATH_SEPARATOR

Tree = TypeVar("Tree", Place, Body)


def ancestors(node: Tree) -> list[Tree]:
    """Return what lies above a place or body, the root first."""
    codes = [code for code in node.path.split(PATH_SEPARATOR) if code and code != node.code]
    found = {row.code: row for row in type(node)._default_manager.filter(code__in=codes)}
    return [found[code] for code in codes if code in found]


def children_of(rows: list[Tree]) -> dict[int | None, list[Tree]]:
    """Return rows by the key of their parent (None: the roots), each list in the order given."""
    kin: dict[int | None, list[Tree]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        kin.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    return kin


def body_tree() -> dict[int | None, list[Body]]:
    """Return all bodies by parent, with their places, in one query."""
    return children_of(list(Body.objects.select_related("place").defer("place__boundary").order_by("path")))
