"""How much of what has been possible at a country's income it has achieved, by the curves of `stats.frontier`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Batch
from rightsplan.site.charts_frontier import FrontierPicture, Step, frontier_chart
from rightsplan.site.labels import unit as unit_name
from rightsplan.site.numbers import number, percent, whole, year
from rightsplan.site.reads_balance import Years, held, once
from rightsplan.site.texts import listed, plain
from rightsplan.stats.frontier import PathPoint, curve, curve_points, path, score
from rightsplan.stats.frontier.curves import LEAST_RESOURCE

INCOME = "gdp_per_capita"
PRICES = {"2017": 1.0, "2021": 1.1}  # dollars of that year that buy what one of 2017 did (deflator of US GDP)

NEARLY = 95  # of 100: a standard met so far says little more
POINTS = 24
EVERY = 10  # years between two rows of the table
LEAST_PENALTY = 0.5  # points of the score; less is not worth a sentence
AROUND = 1.6  # the curve is drawn so many times below and above the incomes of the way


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An indicator of ours that means the same as one with a curve: per how many, and whether ours counts the rest."""

    code: str
    curve: str
    per: float
    is_rest: bool
    says: str | Promise


# Checked against the values that HRMI published for the same places and years: they agree but for later revisions.
# Poverty is not among them (another poverty line, up to 31 points too good), nor are children out of school.
COMPARED = (
    Compared(code="under5_mortality", curve="U5Survival", per=10, is_rest=True,
             says=gettext_lazy("Newborn children who live to the age of five")),
    Compared(code="stunting", curve="NotStunted", per=1, is_rest=True,
             says=gettext_lazy("Children under five who are not stunted")),
    Compared(code="basic_sanitation", curve="BasicSanitation", per=1, is_rest=False,
             says=gettext_lazy("People with basic sanitation")),
    Compared(code="safe_sanitation", curve="SafeSanitation", per=1, is_rest=False,
             says=gettext_lazy("People with safely managed sanitation")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A year of the table: income in the dollars of the source, value, benchmark and score in per cent."""

    year: int
    income: int | None
    value: float | None
    benchmark: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Realised:
    """One indicator: its name, picture, sentences, table and source."""

    code: str
    says: str
    picture: SafeString
    sentences: list[str]
    rows: list[Row]
    batch: Batch


@dataclass(frozen=True, slots=True)
class Frontier:
    """What a country's page says about achievement for income."""

    items: list[Realised]
    absent: list[str]
    money: str
    is_converted: bool
    price: float
    batches: list[Batch]
    left_out: str
    why: str


def frontier_of(place: Place) -> Frontier | None:
    """Return what a place has achieved for its income; None where the place is no country and has no such figures."""
    found = held([INCOME, *(c.code for c in COMPARED)], [place.code])
    batch, values = found.best(INCOME, [place.code])
    incomes = {y: x for y, x in values.get(place.code, {}).items() if x >= LEAST_RESOURCE}
    known = {c.code: found.best(c.code, [place.code]) for c in COMPARED}
    if not incomes and (place.level != Place.Level.COUNTRY):
        return None
    money = found.indicators[INCOME].unit if INCOME in found.indicators else ""
    price = PRICES.get("".join(re.findall(r"\d{4}$", money)))
    if not incomes or price is None:
        why = (
            _("No income per person is held here for this place, so nothing can be said about what it allows.")
            if not incomes
            else _("It is not known in which year's prices incomes are, so they are not compared.")
        )
        return Frontier([], [], "", is_converted=False, price=1.0, batches=[], left_out="", why=why)
    ways = {c: way_of(c, known[c.code][1].get(place.code, {}), incomes, price) for c in COMPARED}
    shown = [c for c in COMPARED if ways[c] and c.code != outdone(ways)]
    items = []
    for c in shown:
        source = known[c.code][0]
        if source is not None:
            last = max(incomes)
            items.append(realised(c, ways[c], source, place, (price, unit_name(money), last, len(shown) == 1)))
    absent = [str(c.says) for c in COMPARED if not ways[c]]
    why = "" if items else _("None of the figures that have a curve is held here for this place.")
    batches = once([batch, *(item.batch for item in items)])
    return Frontier(items, absent, unit_name(money), price != 1.0, price, batches, not_compared(), why)


def outdone(ways: Mapping[Compared, Sequence[PathPoint]]) -> str:
    """Return which of two standards of sanitation is not shown: the one that asks less where it is nearly met."""
    latest = {c.code: way[-1].value for c, way in ways.items() if way}
    if latest.get("basic_sanitation") is None or latest.get("safe_sanitation") is None:
        return ""
    return "basic_sanitation" if (latest["basic_sanitation"] or 0) >= NEARLY else "safe_sanitation"


def way_of(compared: Compared, values: Years, incomes: Years, price: float) -> tuple[PathPoint, ...]:
    """Return the years in which both value and income are known, with benchmark and score."""
    parts = {y: v / compared.per for y, v in values.items() if y in incomes and 0 <= v / compared.per <= 100}
    if not parts:
        return ()
    years = sorted(parts)
    achieved = [100 - parts[y] if compared.is_rest else parts[y] for y in years]
    return path(compared.curve, years, achieved, [incomes[y] / price for y in years])


def realised(
    compared: Compared,
    way: Sequence[PathPoint],
    batch: Batch,
    place: Place,
    money: tuple[float, str, int, bool],
) -> Realised:
    """Return one indicator with everything the page shows; `money` is price, unit, last year known, and if alone."""
    price, unit, last, is_alone = money
    told = sentences(compared, way, plain(place.name), (price, last))
    picture = picture_of(compared, way, price, unit)
    chart = frontier_chart(picture, f"{compared.says}. {' '.join(told)}", is_alone=is_alone)
    kept = [p for p in way if p in (way[0], way[-1]) or p.year % EVERY == 0]
    rows = [
        Row(p.year, None if p.resource is None else round(p.resource * price), p.value, p.benchmark, p.score)
        for p in reversed(kept)
    ]
    return Realised(compared.code, str(compared.says), chart, told, rows, batch)


def picture_of(compared: Compared, way: Sequence[PathPoint], price: float, unit: str) -> FrontierPicture:
    """Return the picture with incomes in the dollars of our source: the curve is moved, not the country."""
    steps = [
        Step(year=p.year, income=p.resource * price, value=p.value)
        for p in way
        if p.resource is not None and p.value is not None
    ]
    incomes = [step.income / price for step in steps]
    low, high = max(LEAST_RESOURCE, min(incomes) / AROUND), max(incomes) * AROUND
    points = curve_points(compared.curve, low, high, POINTS)
    line = [(round(p.resource * price, 1), round(p.benchmark, 3)) for p in points if p.benchmark is not None]
    return FrontierPicture(way=steps, curve=line, standard=curve(compared.curve).cap, money=unit)


def sentences(compared: Compared, way: Sequence[PathPoint], place: str, money: tuple[float, int]) -> list[str]:
    """Return the latest year in words: the plain value first, then what it is of what was possible, then and now.

    `money` is the price of our dollars and the last year with an income.
    """
    first, last = way[0], way[-1]
    now, before = reached(compared, last), reached(compared, first)
    values = {"place": place, "year": year(last.year), "value": number(last.value),
              "benchmark": number(last.benchmark), "score": share(now)}  # fmt: skip
    told = [_("%(value)s of 100 in %(year)s.") % values]
    if now is None:
        told.append(_("No benchmark: about an income as low as this the curve says nothing."))
    else:
        told.append(_("At its income, %(place)s has reached %(score)s of what the best have reached"
                      " (%(benchmark)s of 100).") % values)  # fmt: skip
    if first.year < last.year:
        then = {"year": year(first.year), "score": share(before)}
        told.append(
            _("In %(year)s there was no benchmark.") % then
            if before is None
            else _("In %(year)s it was %(score)s.") % then
        )
    told.extend(beside(compared, last, money[0]))
    if money[1] > last.year:
        told.append(_("There is no later figure, though income is known up to %(year)s.") % {"year": year(money[1])})
    return told


def reached(compared: Compared, point: PathPoint) -> float | None:
    """Return the score before anything is taken off for a high income: what plain words can say."""
    if point.score is None or point.value is None or point.resource is None:
        return None
    found = score([compared.curve], [point.value], [point.resource])
    return float(found.score[0] + found.penalty[0])


def beside(compared: Compared, last: PathPoint, price: float) -> list[str]:
    """Return the universal standard in words, and the score where a shortfall counts for more at this income."""
    if last.value is None or last.resource is None:
        return []
    found = score([compared.curve], [last.value], [last.resource])
    best = float(found.global_best[0] + found.global_best_penalty[0])
    values = {"best": number(curve(compared.curve).cap), "score": share(best)}
    told = [_("Of the universal standard, %(best)s of 100 at any income: %(score)s.") % values]
    if found.penalty[0] > LEAST_PENALTY:
        more = {"income": whole(int(round(float(found.threshold[0]) * price, -2))), "score": number(last.score, 0)}
        told.append(_("Above an income of %(income)s a shortfall counts for more: the score is %(score)s.") % more)
    return told


def share(value: float | None) -> str:
    """Return a score between 0 and 100 as per cent in the reader's language."""
    return percent(None if value is None else value / 100)


def not_compared() -> str:
    """Return which figures are left out although a curve of that name exists, and why."""
    what = [_("extreme poverty (the curve was made with a higher poverty line)"),
            _("children out of school (the curve counts enrolment in primary school)")]  # fmt: skip
    return listed(what)
