"""Which cells of right x attribute x kind x group should hold a figure and do not: said as loudly as a bad figure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rightsplan.errors import Refused
from rightsplan.stats import checks

KINDS = ("structural", "process", "outcome")
Axis = Literal["right", "attribute", "kind", "group"]
AXES: tuple[Axis, ...] = ("right", "attribute", "kind", "group")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One cell that ought to hold a figure; `group` is empty for everyone together."""

    right: str
    attribute: str
    kind: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the cells along one value of an axis hold a figure."""

    axis: Axis
    value: str
    available: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A cell without a figure: who owes it (empty: nobody was named), and whether it exists but is withheld."""

    cell: Cell
    owner: str
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How much of what is expected is there. Counts and lists of cells; `gaps` in order of cell.

    `silent` names the values of an axis with no figure at all. `unexpected` are figures that nobody asked for; they do
    not make up for a gap. `share` is available over expected.
    """

    expected: int
    available: int
    withheld: int
    share: float
    gaps: tuple[Gap, ...]
    shares: tuple[Share, ...]
    silent: tuple[Share, ...]
    owed: tuple[tuple[str, int], ...]
    unexpected: tuple[Cell, ...]


def expected_cells(
    attributes: Mapping[str, Collection[str]], *, kinds: Collection[str] = KINDS, groups: Collection[str] = ("",)
) -> tuple[Cell, ...]:
    """Return every cell of right x attribute x kind x group (OHCHR 2012, Human Rights Indicators, chapters II and IV).

    `attributes` lists the attributes of every right; a right without any has one cell per kind and group with an empty
    attribute. `groups` should hold the empty text for everyone together. Raises Refused for kinds other than
    structural, process and outcome. Does not ask whether a cell makes sense: leave such cells out.
    """
    return tuple(
        checked(Cell(right, attribute, kind, group))
        for right, named in attributes.items()
        for attribute in (named or [""])
        for kind in checks.listed("kinds", kinds)
        for group in checks.listed("groups", groups)
    )


def completeness(
    expected: Iterable[Cell],
    available: Iterable[Cell],
    *,
    withheld: Iterable[Cell] = (),
    owners: Mapping[Cell, str] | None = None,
) -> Completeness:
    """Return which expected cells hold a figure, and name each of those that do not.

    A cell counts once however often it is listed; one that is `withheld` (kept back to protect people) is no figure,
    but is told apart from one that nobody has collected; where a cell is both, it is available. `owners` says who owes
    a cell. Raises Refused where nothing is expected, for a cell without a right and for unknown kinds. Says nothing
    about how good a figure is, and adds no weights: each cell counts the same.
    """
    wanted = {checked(cell) for cell in expected}
    have = {checked(cell) for cell in available}
    kept_back = {checked(cell) for cell in withheld} - have
    if not wanted:
        raise Refused("expected has no cells.", "List the cells that ought to hold a figure.")
    found = wanted & have
    gaps = tuple(
        Gap(cell=cell, owner=(owners or {}).get(cell, ""), withheld=cell in kept_back) for cell in sorted(wanted - have)
    )
    shares = tuple(share for axis in AXES for share in shares_of(axis, wanted, found))
    return Completeness(
        expected=len(wanted),
        available=len(found),
        withheld=sum(gap.withheld for gap in gaps),
        share=len(found) / len(wanted),
        gaps=gaps,
        shares=shares,
        silent=tuple(share for share in shares if not share.available),
        owed=tuple(sorted(Counter(g.owner for g in gaps if not g.withheld).items(), key=lambda pair: (-pair[1], pair))),
        unexpected=tuple(sorted(have - wanted)),
    )


def shares_of(axis: Axis, wanted: Collection[Cell], found: Collection[Cell]) -> list[Share]:
    """Return the share along every value of one axis, in order of value. Attributes are named with their right."""
    expected, available = (Counter(value_of(cell, axis) for cell in cells) for cells in (wanted, found))
    return [
        Share(axis=axis, value=value, available=available[value], expected=number)
        for value, number in sorted(expected.items())
    ]


def value_of(cell: Cell, axis: Axis) -> str:
    """Return a cell's value on an axis."""
    if axis == "attribute":
        return f"{cell.right}: {cell.attribute}"
    value: str = getattr(cell, axis)
    return value


def checked(cell: Cell) -> Cell:
    """Return the cell. Raises Refused for a cell without a right and for an unknown kind."""
    if not all(isinstance(part, str) for part in (cell.right, cell.attribute, cell.kind, cell.group)):
        raise Refused("A right, attribute, kind or group is no text.", "Name all four as text.")
    if not cell.right:
        raise Refused("A cell has no right.", "Name the right of every cell.")
    if cell.kind not in KINDS:
        raise Refused(f"The kind of a cell of {cell.right} is {cell.kind!r}.", f"Give one of: {', '.join(KINDS)}.")
    return cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Disaggregation:
    """Which dimensions of a series are there, missing, or there without having been asked for."""

    present: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]


def disaggregation(expected: Collection[str], actual: Mapping[str, Collection[str]]) -> Disaggregation:
    """Compare the dimensions that a series ought to be broken down by with those that it is.

    `actual` lists the groups with a value of every dimension, totals left out: a dimension with fewer than two groups
    is not broken down. Dimensions are names such as "sex". Says nothing about groups that a dimension lacks.
    """
    there = {name for name, groups in actual.items() if len(set(groups)) > 1}
    wanted = set(checks.labels("expected", expected).tolist())
    return Disaggregation(
        present=tuple(sorted(wanted & there)),
        missing=tuple(sorted(wanted - there)),
        unexpected=tuple(sorted(there - wanted)),
    )
