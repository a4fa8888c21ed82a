"""What nobody measures: empty cells of right, attribute, kind and group by name, and indicators out of date."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rightsplan import vocabulary
from rightsplan.bodies.models import Body
from rightsplan.indicators.models import Indicator
from rightsplan.plans.models import Measure
from rightsplan.site import labels
from rightsplan.site.numbers import whole
from rightsplan.site.reads_holdings import (
    Holdings,
    as_of,
    cell_of,
    cells_of,
    dimensions_expected,
    groups_of,
    holdings,
    rights_of,
)
from rightsplan.site.reads_lines import without_examples
from rightsplan.site.texts import listed
from rightsplan.stats.quality import Cell, Completeness, Staleness, staleness
from rightsplan.stats.quality.completeness import KINDS

MOST_OLD = 30
MOST_NAMED = 60
MOST_MISSING = 6  # on a right's own page, before the reader is sent on
MOST_LEADS = 5
MOST_IN_BOX = 20


def attribute_name(cell: Cell) -> str:
    """Return what a cell is about: its attribute, or the whole right where it has none."""
    return labels.label("attributes", cell.attribute) if cell.attribute else labels.label("rights", cell.right)


def cell_name(cell: Cell) -> str:
    """Return a cell in words."""
    values = {"what": attribute_name(cell), "kind": labels.label("kind", cell.kind)}
    if not cell.group:
        return _("%(what)s: %(kind)s") % values
    return _("%(what)s: %(kind)s, by %(dimension)s") % {**values, "dimension": labels.label("dimensions", cell.group)}


@dataclass(frozen=True, slots=True)
class Empty:
    """An empty cell by name, and who owes the figure where a plan says so."""

    name: str
    owner: Body | None


@dataclass(frozen=True, slots=True)
class Square:
    """One right and one kind: how many attributes have a figure, those without, figures that name no attribute."""

    kind: str
    available: int
    expected: int
    empty: list[Empty]
    loose: int

    @property
    def full(self) -> range:
        """Return something to go through once for each cell with a figure."""
        return range(self.available)


@dataclass(frozen=True, slots=True)
class Row:
    """One right in the table of all."""

    right: str
    sentence: str
    squares: list[Square]
    groups_available: int
    groups_expected: int
    groups_missing: list[Empty]


def rows_of(found: Holdings, cells: Completeness, groups: Completeness | None, rights: Iterable[str]) -> list[Row]:
    """Return a row for each right."""
    loose = Counter((i.right, i.kind) for i in found.indicators if i.code in found.held and not cell_of(i).attribute)
    bodies = {body.code: body for body in found.owners.values()}
    empty: dict[tuple[str, str], list[Empty]] = {}
    for gap in cells.gaps:
        named = Empty(attribute_name(gap.cell), bodies.get(gap.owner))
        empty.setdefault((gap.cell.right, gap.cell.kind), []).append(named)
    unbroken: dict[str, list[Empty]] = {}
    for gap in groups.gaps if groups else ():
        unbroken.setdefault(gap.cell.right, []).append(Empty(cell_name(gap.cell), bodies.get(gap.owner)))
    broken = {share.value: share for share in groups.shares if share.axis == "right"} if groups else {}
    rows = []
    for right in rights:
        attributes = vocabulary.attributes_of(right)
        squares = []
        for kind in KINDS:
            names, expected = empty.get((right, kind), []), len(attributes) or 1
            free = loose[right, kind] if attributes else 0
            squares.append(Square(kind, expected - len(names), expected, names, free))
        share = broken.get(right)
        available, asked = sum(s.available for s in squares), sum(s.expected for s in squares)
        told = (share.available, share.expected) if share else (0, 0)
        rows.append(Row(right, count_words(available, asked), squares, *told, unbroken.get(right, [])))
    return rows


def count_words(available: int, expected: int) -> str:
    """Return how many cells hold a figure."""
    values = {"available": whole(available), "expected": whole(expected), "empty": whole(expected - available)}
    if not available:
        text = ngettext("%(expected)s cell, and it is empty.", "All %(expected)s cells are empty.", expected)
    elif available == expected:
        text = ngettext("%(expected)s cell, and it holds a figure.", "All %(expected)s cells hold a figure.", expected)
    else:
        text = ngettext(
            "%(available)s of %(expected)s cells holds a figure; %(empty)s are empty.",
            "%(available)s of %(expected)s cells hold a figure; %(empty)s are empty.",
            available,
        )
    return text % values


def silences(found: Holdings, cells: Completeness) -> list[str]:
    """Return sentences about kinds and rights without a single figure, also none that names no attribute."""
    asked = {share.value for share in cells.shares if share.axis == "right"}
    spoken = {name for i in found.indicators if i.right in asked and i.code in found.held for name in (i.right, i.kind)}
    silent = [share for share in cells.silent if share.value not in spoken]
    told = [
        _("Nobody measures %(kind)s: not one of %(expected)s cells holds a figure.")
        % {"kind": labels.label("kind", share.value), "expected": whole(share.expected)}
        for share in silent
        if share.axis == "kind"
    ]
    rights = [share.value for share in silent if share.axis == "right"]
    if rights and len(asked) > 1:
        values = {"number": whole(len(rights)), "names": listed(labels.label("rights", code) for code in rights)}
        told.append(
            ngettext(
                "%(number)s right has no figure at all: %(names)s.",
                "%(number)s rights have no figure at all: %(names)s.",
                len(rights),
            )
            % values
        )
    return told


@dataclass(frozen=True, slots=True)
class Box:
    """One attribute and one kind of a right: its indicators with whether they have data and who owes it, breakdowns.

    Not all of the `total` indicators are there: those with data come first.
    """

    kind: str
    is_asked: bool
    is_held: bool
    indicators: list[tuple[Indicator, bool, Body | None]]
    total: int
    present: list[str]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute of a right with its three boxes."""

    name: str
    boxes: list[Box]


def lines_of(found: Holdings, right: str) -> list[Line]:
    """Return the matrix of one right; figures that name no attribute come last, in a line that nobody asks for."""
    attributes = vocabulary.attributes_of(right)
    by_cell: dict[Cell, list[Indicator]] = {}
    for indicator in found.indicators:
        if indicator.right == right:
            by_cell.setdefault(cell_of(indicator), []).append(indicator)
    lines = []
    for attribute in attributes or ("",):
        boxes = [box_of(found, by_cell.get(Cell(right, attribute, kind), []), kind, is_asked=True) for kind in KINDS]
        lines.append(Line(attribute_name(Cell(right, attribute, KINDS[0])), boxes))
    if attributes and any(not cell.attribute for cell in by_cell):
        boxes = [box_of(found, by_cell.get(Cell(right, "", kind), []), kind, is_asked=False) for kind in KINDS]
        lines.append(Line(_("Names no attribute"), boxes))
    return lines


def box_of(found: Holdings, own: Sequence[Indicator], kind: str, *, is_asked: bool) -> Box:
    """Return one box of the matrix."""
    wanted = {name for i in own for name in dimensions_expected(i)}
    there = {name for i in own if i.code in found.held for name in found.held[i.code].dimensions}
    shown = sorted(own, key=lambda i: i.code not in found.held)[:MOST_IN_BOX]
    return Box(
        kind=kind,
        is_asked=is_asked,
        is_held=any(i.code in found.held for i in own),
        indicators=[(i, True, None) if i.code in found.held else (i, False, found.owners.get(i.code)) for i in shown],
        total=len(own),
        present=[labels.label("dimensions", name) for name in sorted(wanted & there)],
        missing=[labels.label("dimensions", name) for name in sorted(wanted - there)],
    )


@dataclass(frozen=True, slots=True)
class Old:
    """An indicator whose last value is late."""

    indicator: Indicator
    age: Staleness

    @property
    def years(self) -> float | None:
        """Return the age to one decimal."""
        return None if self.age.age is None else round(self.age.age, 1)


def old_ones(found: Holdings, rights: Iterable[str], day: float | None) -> tuple[list[Old], int]:
    """Return the indicators whose last value is late on a day, oldest first, and how many cannot be judged."""
    own = set(rights)
    if day is None:
        return [], 0
    judged = []
    for indicator in found.indicators:
        if indicator.right in own and indicator.code in found.held:
            years = [year for year in found.held[indicator.code].years if year <= day]
            judged.append(Old(indicator, staleness(years, day)))
    late = sorted((o for o in judged if o.age.verdict == "stale"), key=lambda o: (-(o.age.age or 0), o.indicator.code))
    return late, sum(o.age.verdict == "unknown_rhythm" for o in judged)


def leads(right: str) -> list[tuple[Body, int]]:
    """Return the bodies that lead most measures on a right, with how many (one query); made-up plans left out."""
    found = Measure.objects.filter(without_examples("plan"), rights__contains=f";{right};", dropped=False)
    bodies = [m.lead_body for m in found.exclude(lead_body=None).select_related("lead_body").only("lead_body")]
    return Counter(body for body in bodies if body).most_common(MOST_LEADS)


def quality_page(right: str, place: str) -> dict[str, Any]:
    """Return what the page shows: all rights, or one in detail."""
    found = holdings(place)
    right = right if labels.is_known("rights", right) else ""
    cells, groups, rights = cells_of(found, right), groups_of(found, right), rights_of(right)
    rows, (late, unknown) = rows_of(found, cells, groups, rights), old_ones(found, rights, as_of())
    without = [i for i in found.indicators if i.right in set(rights) and i.code not in found.held]
    return {
        "right": right, "rights": rights_of(""), "where": found.counted,
        "lead": count_words(cells.available, cells.expected), "silences": silences(found, cells),
        "rows": rows, "loose": sum(square.loose for row in rows for square in row.squares),
        "lines": lines_of(found, right) if right else [],
        "leads": leads(right) if right else [], "old": late[:MOST_OLD], "old_total": len(late), "unknown": unknown,
        "without": [(i, found.owners.get(i.code)) for i in without[:MOST_NAMED]], "without_total": len(without),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing about one right, in short."""

    right: str
    sentence: str
    empty: list[Empty]
    more: int


def missing(right: str) -> Missing:
    """Return the empty cells of a right, those for everyone first (five queries)."""
    found = holdings()
    bodies = {body.code: body for body in found.owners.values()}
    cells, groups = cells_of(found, right), groups_of(found, right)
    gaps = (*cells.gaps, *(groups.gaps if groups else ()))
    empty = [Empty(cell_name(gap.cell), bodies.get(gap.owner)) for gap in gaps[:MOST_MISSING]]
    return Missing(right, count_words(cells.available, cells.expected), empty, len(gaps) - len(empty))
