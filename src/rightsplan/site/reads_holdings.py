"""What the accepted batches hold of which indicator, for which places, and who promised it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db.models import Max

from rightsplan import vocabulary
from rightsplan.bodies.models import Body, Place
from rightsplan.evidence.recompute import TOTAL, dimensions_of
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.plans.models import Plan, Target
from rightsplan.site.reads_data import among
from rightsplan.site.reads_lines import current
from rightsplan.stats.periods import day_as_year, decimal_year
from rightsplan.stats.quality import Cell, Completeness, completeness, expected_cells

MOST_CHOICES = 300  # of places: a longer list is no choice


@dataclass(frozen=True, slots=True)
class Held:
    """What is observed of an indicator: the decimal years, and the dimensions by which a place is broken down."""

    years: frozenset[float]
    dimensions: frozenset[str]


@lru_cache(maxsize=512)
def held_in(path: Path, places: frozenset[str]) -> Mapping[str, Held]:
    """Return what a batch holds of each indicator in some places; kept, for a batch never changes."""
    scan = pl.scan_parquet(path)
    names = scan.collect_schema().names()
    seen = pl.col("value").is_not_null() & among("place", places)
    if "status" in names:
        seen &= pl.col("status").ne_missing("forecast")
    dimensions = dimensions_of(pl.DataFrame(schema=names))
    rows = scan.filter(seen).select("indicator", "place", "period", *dimensions).collect()
    if rows.is_empty():
        return {}
    apart: dict[str, set[str]] = {}
    for name in dimensions:
        own = rows.filter(pl.col(name) != TOTAL)
        if own.is_empty():
            continue
        broken = own.group_by("indicator", "place").agg(pl.col(name).n_unique()).filter(pl.col(name) > 1)
        for code in broken["indicator"].unique():
            apart.setdefault(code, set()).add(name)
    years = rows.group_by("indicator").agg(pl.col("period").unique())
    return {
        code: Held(frozenset(map(decimal_year, periods)), frozenset(apart.get(code, ())))
        for code, periods in years.iter_rows()
    }


def held(batches: Iterable[str], places: frozenset[str]) -> dict[str, Held]:
    """Return what the batches hold together."""
    found: dict[str, Held] = {}
    for sha256 in batches:
        for code, own in held_in(settings.BATCH_DIR / f"{sha256}.parquet", places).items():
            other = found.get(code)
            found[code] = Held(own.years | other.years, own.dimensions | other.dimensions) if other else own
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """The places whose figures count, and those made up for examples that do not; some with plans as `choices`."""

    codes: frozenset[str]
    made_up: frozenset[str]
    choices: list[Place]
    place: Place | None
    is_example: bool


def counted(wanted: str) -> Counted:
    """Return which places count: the wanted one with those within it, else all that no example made up."""
    plans = Plan.objects.select_related("jurisdiction").order_by("jurisdiction__code")
    planned: dict[str, bool] = {}
    places: dict[str, Place] = {}
    for plan in plans.only("jurisdiction__code", "jurisdiction__name", "jurisdiction__path", "is_example"):
        code = plan.jurisdiction.code
        places[code], planned[code] = plan.jurisdiction, planned.get(code, True) and plan.is_example
    choices = list(places.values())[:MOST_CHOICES]
    paths = {code: path.split(" > ") for code, path in Place.objects.order_by().values_list("code", "path")}
    real = {paths[code][0] for code, is_example in planned.items() if not is_example}
    roots = {paths[code][0] for code, is_example in planned.items() if is_example} - real
    made_up = frozenset(code for code, path in paths.items() if path[0] in roots) if real else frozenset()
    place = places.get(wanted)
    if place is not None:
        choices = choices if place in choices else [place, *choices]
        within = frozenset(code for code, path in paths.items() if place.code in path)
        return Counted(within, made_up - within, choices, place, planned[place.code])
    return Counted(frozenset(paths) - made_up, made_up, choices, None, bool(planned) and not real)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything the pages need: indicators that count, what is held of them, and who promised them."""

    counted: Counted
    indicators: list[Indicator]
    held: Mapping[str, Held]
    owners: Mapping[str, Body]


def holdings(place: str = "") -> Holdings:
    """Return what is held (five queries). Indicators that exist for a made-up place alone are left out elsewhere."""
    where = counted(place)
    batches = sorted(Batch.objects.filter(superseded_by__isnull=True).order_by().values_list("sha256", flat=True))
    own = held(batches, where.codes)
    owners, promised, by_examples = promisers(is_example=where.is_example)
    foreign = set(held(batches, where.made_up)) if where.made_up else set()
    foreign = (foreign | by_examples) - promised - set(own)
    indicators = [i for i in Indicator.objects.exclude(right="") if i.code not in foreign]
    return Holdings(counted=where, indicators=indicators, held=own, owners=owners)


def as_of() -> float | None:
    """Return the day of the newest verdicts, else that of the newest data, as a decimal year; None without data."""
    publication = current()
    day = publication.as_of if publication else Batch.objects.aggregate(day=Max("retrieved"))["day"]
    return day_as_year(day) if day else None


def promisers(*, is_example: bool) -> tuple[dict[str, Body], set[str], set[str]]:
    """Return who leads the newest promise about each indicator, the indicators promised, and those by examples alone.

    Made-up plans count on the pages of made-up places only.
    """
    found = Target.objects.filter(dropped=False, measure__dropped=False).exclude(indicator="")
    found = found.select_related("measure__plan", "measure__lead_body").order_by("measure__plan__start")
    owners: dict[str, Body] = {}
    promised: set[str] = set()
    others: set[str] = set()
    for target in found:
        if target.measure.plan.is_example and not is_example:
            others.add(target.indicator)
            continue
        promised.add(target.indicator)
        if target.measure.lead_body:
            owners[target.indicator] = target.measure.lead_body
    return owners, promised, others - promised


@lru_cache(maxsize=1)
def attribute_codes() -> dict[tuple[str, str], str]:
    """Return the code of an attribute by its right and what files call it."""
    found = {}
    for code in vocabulary.codes("attributes"):
        right = vocabulary.right_of(code)
        for name in (code, vocabulary.label("attributes", code, "en")):
            found[right, name.casefold()] = code
    return found


def cell_of(indicator: Indicator, group: str = "") -> Cell:
    """Return the cell of an indicator; without an attribute that the vocabulary knows it has none."""
    attribute = attribute_codes().get((indicator.right, indicator.attribute.casefold()), "")
    return Cell(indicator.right, attribute, indicator.kind, group)


def dimensions_expected(indicator: Indicator) -> list[str]:
    """Return the dimensions by which an indicator ought to be broken down."""
    return [name for name in indicator.expected_dimensions.split(";") if name]


def rights_of(right: str) -> list[str]:
    """Return the one right, or all."""
    return [right] if right else list(vocabulary.codes("rights"))


def cells_of(found: Holdings, right: str) -> Completeness:
    """Return which cells of right, attribute and kind hold a figure for everyone."""
    rights = {code: vocabulary.attributes_of(code) for code in rights_of(right)}
    own = [i for i in found.indicators if i.right in rights]
    owners = {cell_of(i): found.owners[i.code].code for i in own if i.code in found.owners}
    return completeness(expected_cells(rights), (cell_of(i) for i in own if i.code in found.held), owners=owners)


def groups_of(found: Holdings, right: str) -> Completeness | None:
    """Return which breakdowns that definitions ask for are there; None where none is asked for."""
    rights = set(rights_of(right))
    own = [i for i in found.indicators if i.right in rights]
    wanted = [cell_of(i, name) for i in own for name in dimensions_expected(i)]
    there = [cell_of(i, name) for i in own if i.code in found.held for name in found.held[i.code].dimensions]
    owners = {
        cell_of(i, name): found.owners[i.code].code
        for i in own if i.code in found.owners for name in dimensions_expected(i)
    }  # fmt: skip
    return completeness(wanted, there, owners=owners) if wanted else None
