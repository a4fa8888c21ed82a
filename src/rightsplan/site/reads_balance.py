"""How evenly the domains of life stand in a place and in the places within it, by the goalposts of `stats.index`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import nan

import polars as pl
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Batch, Coverage, Indicator
from rightsplan.site.charts_balance import Strip, small_strips, strips_chart, words_of
from rightsplan.site.labels import label
from rightsplan.site.numbers import number, year
from rightsplan.site.reads_data import among, only_totals
from rightsplan.site.texts import listed, plain
from rightsplan.stats.index import DOMAINS, balance
from rightsplan.stats.index.domains import REGIONS, WORLD, Placed, joined_by

NEAR = 3  # years that a figure may lie from the year for which it stands
OLDEST = 10  # years behind the place's newest figure; an indicator that ends earlier is no longer measured
HIGH, MIDDLING = 0.7, 0.55  # of the level: the cuts of the human development index (UNDP 2014)
EVEN = 0.8  # of the coupling
ALIKE = 0.02  # a smaller change of the coupling is none
MOST_ROWS = 40  # of the table, those furthest behind: the page stays small
COUNTRY = Place.Level.COUNTRY
Years = Mapping[int, float]
WORDS = {
    ("high", True): gettext_lazy("high and even"),
    ("high", False): gettext_lazy("high but uneven"),
    ("middling", True): gettext_lazy("middling and even"),
    ("middling", False): gettext_lazy("middling and uneven"),
    ("low", True): gettext_lazy("low, though even"),
    ("low", False): gettext_lazy("low and uneven"),
}


@lru_cache(maxsize=256)
def read(folder: str, sha256: str, codes: tuple[str, ...], places: tuple[str, ...]) -> dict[tuple[str, str], Years]:
    """Return the yearly values for everyone by indicator and place; a batch never changes, so it is read once."""
    wanted = among("indicator", codes) & among("place", places) & pl.col("value").is_not_null()
    yearly = pl.col("period").str.contains(r"^\d{4}$")
    frame = only_totals(pl.scan_parquet(f"{folder}/{sha256}.parquet").filter(wanted, yearly).collect())
    found: dict[tuple[str, str], dict[int, float]] = {}
    for code, place, period, value in frame.select("indicator", "place", "period", "value").iter_rows():
        found.setdefault((code, place), {})[int(period)] = value
    return dict(found)


@dataclass(frozen=True, slots=True)
class Held:
    """What the current batches hold about some indicators and places, and what the indicators are called."""

    parts: list[tuple[Batch, dict[tuple[str, str], Years]]]
    indicators: dict[str, Indicator]

    def best(self, code: str, places: Sequence[str]) -> tuple[Batch | None, dict[str, Years]]:
        """Return the one source with most yearly values of these places, the official one of equals: never mixed."""
        most: tuple[Batch | None, dict[str, Years]] = (None, {})
        for batch, values in self.parts:
            own = {place: values[code, place] for place in places if (code, place) in values}
            if sum(map(len, own.values())) > sum(map(len, most[1].values())):
                most = batch, own
        return most

    def name(self, code: str) -> str:
        """Return the name of an indicator, its code where it has none."""
        known = self.indicators.get(code)
        return plain(known.name) if known else code


def held(codes: Sequence[str], places: Sequence[str]) -> Held:
    """Read indicators for places from the current batches, official ones first."""
    current = Coverage.objects.filter(indicator__code__in=codes, batch__superseded_by__isnull=True)
    by_batch: dict[Batch, list[str]] = {}
    for row in current.select_related("batch", "indicator"):
        by_batch.setdefault(row.batch, []).append(row.indicator.code)
    ordered = sorted(by_batch, key=lambda b: (b.role != "official", b.log_index))
    folder, where = str(settings.BATCH_DIR), tuple(sorted(places))
    parts = [(b, read(folder, b.sha256, tuple(sorted(by_batch[b])), where)) for b in ordered]
    known = {i.code: i for i in Indicator.objects.filter(code__in=codes)}
    return Held([part for part in parts if part[1]], known)


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator behind a domain: its value then and now with its own years, and where it counts 0 and 100."""

    code: str
    name: str
    unit: str
    domain: str
    worst: float
    best: float
    early: tuple[int, float] | None
    late: tuple[int, float] | None
    last: int | None

    @property
    def is_known(self) -> bool:
        """Say whether the site knows the indicator at all."""
        return bool(self.unit)


@dataclass(frozen=True, slots=True)
class State:
    """A place around a year: every domain, level, evenness, both together (0 to 100), in words, and who lags."""

    year: int
    domains: dict[str, float]
    level: float
    evenness: float | None
    degree: float
    words: str
    lagging: list[str]
    leading: list[str]

    @property
    def said(self) -> dict[str, str]:
        """Return level, evenness and both together as whole numbers of 100."""
        parts = {"level": self.level, "evenness": self.evenness, "degree": self.degree}
        return {name: number(value, 0) for name, value in parts.items()}


@dataclass(frozen=True, slots=True)
class Within:
    """A row of the table: a place within, its picture, and how it stands now and stood then."""

    place: Place
    picture: SafeString
    late: State
    early: State | None


@dataclass(frozen=True, slots=True)
class Own:
    """The domains of the place itself: picture, sentences, the figures behind it, and what is missing."""

    picture: SafeString | str
    sentences: list[str]
    absent: list[str]
    figures: list[Figure]
    strips: list[Strip]
    early: State | None
    late: State | None
    batches: list[Batch]


@dataclass(frozen=True, slots=True)
class Balanced:
    """What a place's page says about balance."""

    own: Own | None
    rows: list[Within]
    total: int
    without: list[Place]
    within_domains: str
    within_years: tuple[int, int] | None
    within_batches: list[Batch]


def balance_of(place: Place, below: Sequence[Place]) -> Balanced | None:
    """Return the balance of a place and of the places within it; None where nothing is measured and none is due."""
    table = WORLD if place.level == COUNTRY else REGIONS
    inside = [] if any(p.level == COUNTRY for p in below) else list(below)
    codes = list({each.goalpost.name: None for each in (*table, *(REGIONS if inside else ()))})
    found = held(codes, [place.code, *(p.code for p in inside)])
    own = own_balance(found, place, table)
    rows, without, years, batches = within(found, inside)
    if not rows and place.level != COUNTRY and (own is None or own.late is None):
        return None
    names = listed(label("domains", d) for d in (rows[0].late.domains if rows else ()))
    return Balanced(own, rows[:MOST_ROWS], len(rows), without, names, years, batches)


def own_balance(found: Held, place: Place, table: Sequence[Placed]) -> Own | None:
    """Return the domains of one place; None where it has no figure of any."""
    best = {each.goalpost.name: found.best(each.goalpost.name, [place.code]) for each in table}
    series = {code: values[place.code] for code, (_batch, values) in best.items() if place.code in values}
    if not series:
        return None
    used = measured(table, series)
    years = common_years(used, [series])
    late, early = (states(used, [series], y)[0] for y in (years[1], years[0])) if years else (None, None)
    early = early if years and years[0] < years[1] else None
    strips = strips_of(DOMAINS, early, late)
    figures = [figure(found, each, series.get(each.goalpost.name, {}), years) for each in table]
    told = sentences(early, late)
    picture = strips_chart(strips, f"{plain(place.name)}: {words_of(strips)}") if late else ""
    return Own(
        picture, told, missing(figures, used), figures, strips, early, late, once([b for b, _v in best.values()])
    )


def measured(table: Sequence[Placed], series: Mapping[str, Years]) -> list[Placed]:
    """Return the indicators of the domains that have all of theirs, none of them long out of date."""
    since = max(max(years) for years in series.values()) - OLDEST
    gone = {e.domain for e in table if max(series.get(e.goalpost.name, {0: 0.0})) < since}
    return [each for each in table if each.domain not in gone]


def common_years(used: Sequence[Placed], many: Sequence[Mapping[str, Years]]) -> tuple[int, int] | None:
    """Return the first and the last year in which every indicator of every place is known, give or take `NEAR`.

    None where fewer than two domains are left, or there is no such year.
    """
    if len({each.domain for each in used}) < 2:
        return None
    every = [series[each.goalpost.name] for series in many for each in used]
    first, last = max(min(years) for years in every), min(max(years) for years in every)
    fit = set(range(first, last + 1))
    for years in every:
        fit &= {y + off for y in years for off in range(-NEAR, NEAR + 1)}
    return (min(fit), max(fit)) if fit else None


def near(years: Years, wanted: int) -> tuple[int, float] | None:
    """Return the figure nearest to a year (of two the later one), with its own year; None where none is near."""
    nearest = min(years, key=lambda y: (abs(y - wanted), -y), default=None)
    return (nearest, years[nearest]) if nearest is not None and abs(nearest - wanted) <= NEAR else None


def states(used: Sequence[Placed], many: Sequence[Mapping[str, Years]], wanted: int) -> list[State]:
    """Return how places stand around a year in which all of them are measured."""
    posts = [each.goalpost for each in used]
    rows = [[(near(series[post.name], wanted) or (0, nan))[1] for post in posts] for series in many]
    joined = joined_by(rows, goalposts=posts, names=[each.domain for each in used])
    result = balance(joined.values, names=joined.names)
    even = result.coordination
    made = []
    for i, values in enumerate(joined.values.tolist()):
        coupling = float(even.coupling[i]) if even.level[i] > 0 else None  # undefined where all are 0
        words = in_words(float(even.level[i]), coupling)
        shares = {name: value * 100 for name, value in zip(joined.names, values, strict=True)}
        made.append(
            State(
                wanted, shares, float(even.level[i]) * 100, None if coupling is None else coupling * 100,
                float(even.degree[i]) * 100, words, list(result.lagging[i]), list(result.leading[i]),
            )
        )  # fmt: skip
    return made


def in_words(level: float, coupling: float | None) -> str:
    """Return level and evenness in plain words, always both."""
    height = "high" if level >= HIGH else "middling" if level >= MIDDLING else "low"
    return str(WORDS[height, coupling is not None and coupling >= EVEN])


def strips_of(names: Sequence[str], early: State | None, late: State | None) -> list[Strip]:
    """Return the lines of the picture in a fixed order, the unmeasured ones among them."""
    return [
        Strip(
            name=label("domains", name),
            early=early.domains[name] / 100 if early and name in early.domains else None,
            late=late.domains[name] / 100 if late and name in late.domains else None,
            lags=bool(late and name in late.lagging),
        )
        for name in names
    ]


def figure(found: Held, each: Placed, years: Years, around: tuple[int, int] | None) -> Figure:
    """Return one indicator as the table shows it."""
    known = found.indicators.get(each.goalpost.name)
    early, late = (near(years, around[0]), near(years, around[1])) if around else (None, None)
    return Figure(
        each.goalpost.name, found.name(each.goalpost.name), known.unit if known else "", label("domains", each.domain),
        each.goalpost.worst, each.goalpost.best, early, late, max(years, default=None),
    )  # fmt: skip


def missing(figures: Sequence[Figure], used: Sequence[Placed]) -> list[str]:
    """Return for every unmeasured domain what it lacks, in words."""
    have = {each.domain for each in used}
    codes = {each.goalpost.name for each in used}
    told = []
    for name in (domain for domain in DOMAINS if domain not in have):
        own = [f for f in figures if f.domain == label("domains", name) and f.code not in codes]
        newest = max((f.last for f in figures if f.last is not None), default=0)
        lacks = [lack(f) for f in own if f.last is None or f.last < newest - OLDEST]
        values = {"domain": label("domains", name), "what": listed(lacks)}
        told.append(
            _("%(domain)s: not measured, for want of %(what)s.") % values
            if lacks
            else _("%(domain)s: not measured; no indicator held here speaks for it.") % values
        )
    return told


def lack(one: Figure) -> str:
    """Return the name of a missing indicator, with the year in which it ended."""
    if one.last is None:
        return one.name
    return _("%(name)s (last figure: %(year)s)") % {"name": one.name, "year": year(one.last)}


def sentences(early: State | None, late: State | None) -> list[str]:
    """Return the balance in words: now, who lags, and what has changed."""
    if late is None:
        return [_("Fewer than two of the five domains can be measured here for the same years, so nothing can be said"
                  " about how evenly they move.")]  # fmt: skip
    values = {
        "year": year(late.year), "words": late.words, "number": number(len(late.domains), 0),
        "all": number(len(DOMAINS), 0), "names": listed(label("domains", d) for d in late.domains), **late.said,
    }  # fmt: skip
    told = [_("Measured: %(names)s (%(number)s of %(all)s domains). Around %(year)s, in these: %(words)s; level"
              " %(level)s and evenness %(evenness)s of 100, together %(degree)s.") % values]  # fmt: skip
    if late.lagging:
        told.append(_("Furthest behind: %(behind)s. Furthest ahead: %(ahead)s.") % {
            "behind": with_level(late.lagging, late), "ahead": with_level(late.leading, late)})  # fmt: skip
    if early:
        told.append(then(early, late))
    return told


def with_level(names: Sequence[str], state: State) -> str:
    """Return domains by name with how far each has come."""
    return listed(f"{label('domains', name)} ({number(state.domains[name], 0)})" for name in names)


def then(early: State, late: State) -> str:
    """Return how it was before, and whether the domains have come closer together."""
    values = {"year": year(early.year), "words": early.words, **early.said}
    change = (late.evenness or 0) - (early.evenness or 0)
    if abs(change) < ALIKE * 100:
        return _("Around %(year)s: %(words)s (level %(level)s, evenness %(evenness)s). The domains stand about as far"
                 " apart as then.") % values  # fmt: skip
    if change > 0:
        return _("Around %(year)s: %(words)s (level %(level)s, evenness %(evenness)s). The domains have come closer"
                 " together since.") % values  # fmt: skip
    return _("Around %(year)s: %(words)s (level %(level)s, evenness %(evenness)s). The domains have moved apart"
             " since.") % values  # fmt: skip


def within(
    found: Held, inside: Sequence[Place]
) -> tuple[list[Within], list[Place], tuple[int, int] | None, list[Batch]]:
    """Return the places within, least level and evenness first, those without figures, the years and the sources."""
    places = [p.code for p in inside]
    best = {each.goalpost.name: found.best(each.goalpost.name, places) for each in REGIONS}
    whole = [p for p in inside if all(p.code in values for _b, values in best.values())]
    many = [{code: values[p.code] for code, (_b, values) in best.items()} for p in whole]
    years = common_years(REGIONS, many) if many else None
    if years is None:
        return [], [], None, []
    now, before = states(REGIONS, many, years[1]), states(REGIONS, many, years[0])
    rows = []
    for place, late, early in zip(whole, now, before, strict=True):
        kept = early if years[0] < years[1] else None
        rows.append(Within(place, small_strips(strips_of(tuple(late.domains), kept, late)), late, kept))
    rows.sort(key=lambda row: row.late.degree)
    return rows, [p for p in inside if p not in whole], years, once([b for b, _v in best.values()])


def once(batches: Sequence[Batch | None]) -> list[Batch]:
    """Return every batch once, in order."""
    return list({b.pk: b for b in batches if b is not None}.values())
