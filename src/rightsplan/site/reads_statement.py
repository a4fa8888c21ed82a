"""What is known about the quality of an indicator in one place: age, holes, odd values, revisions, groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rightsplan.bodies.models import Place
from rightsplan.evidence.recompute import TOTAL, dimensions_of, series_of
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.site import labels, reads_data
from rightsplan.site.numbers import whole, year
from rightsplan.site.reads_data import Points, Source
from rightsplan.site.reads_holdings import dimensions_expected
from rightsplan.site.reads_lines import current
from rightsplan.site.texts import listed
from rightsplan.site.verdicts import with_unit
from rightsplan.stats.periods import day_as_year, decimal_year
from rightsplan.stats.quality import Disaggregation, Outlier, Revisions, Staleness, Statement, disaggregation, state

FORECAST = "forecast"
MOST_ODD = 8
REASONS: dict[str, str | Lazy] = {
    "spike": gettext_lazy("It jumps away and goes straight back."),
    "step": gettext_lazy("It moves by far more than is usual in this series."),
    "neighbours": gettext_lazy("It moves where its neighbours do not."),
}
LEANS: dict[str, str | Lazy] = {
    "up": gettext_lazy("Changes lean upwards: first figures tend to be too low."),
    "down": gettext_lazy("Changes lean downwards: first figures tend to be too high."),
    "no_sign": gettext_lazy("Changes do not lean one way."),
    "not_measurable": gettext_lazy("There are too few changes to say whether they lean one way."),
}


@dataclass(frozen=True, slots=True)
class Odd:
    """A value that does not fit its own series, and why."""

    period: str
    value: float
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What is said of one source's series; `odd` is None where it cannot be judged, `more` counts those not shown."""

    batch: Batch
    amount: str
    age: str
    is_late: bool
    odd: list[Odd] | None
    more: int
    revised: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What is said of an indicator in a place; `groups` is None where the definition asks for no group."""

    place: Place
    sources: list[Checked]
    groups: Disaggregation | None
    groups_said: list[str]


def quality_of(indicator: Indicator, place: Place | None, found: Sequence[Source]) -> Quality | None:
    """Return what is known about the quality of the series of a place (two queries); None without any source."""
    if place is None or not found:
        return None
    publication = current()
    day = publication.as_of if publication else max(source.batch.retrieved for source in found)
    replaced = Batch.objects.in_bulk([s.batch.supersedes_id for s in found if s.batch.supersedes_id])
    sources = []
    for source in found:
        points = observed(source.total(place.code), day_as_year(day))
        old = replaced.get(source.batch.supersedes_id) if source.batch.supersedes_id else None
        earlier = observed(earlier_points(old, indicator.code, place.code), day_as_year(day)) if old else None
        if points:
            sources.append(checked(indicator, source.batch, points, earlier, as_of=day_as_year(day)))
    wanted = dimensions_expected(indicator)
    groups = disaggregation(wanted, groups_in(found, place.code)) if wanted else None
    return Quality(place, sources, groups, group_sentences(groups) if groups else [])


def observed(points: Points, as_of: float) -> Points:
    """Return one point a moment, up to a day, without forecasts."""
    by_moment = {decimal_year(str(p[0])): p for p in points if p[4] != FORECAST}
    return [by_moment[moment] for moment in sorted(by_moment) if moment <= as_of]


def earlier_points(batch: Batch, indicator: str, place: str) -> Points:
    """Return the points of the edition that a batch replaced."""
    wanted = (pl.col("indicator") == indicator) & (pl.col("place") == place)
    return series_of([reads_data.only_totals(reads_data.scan(batch).filter(wanted).collect())])


def checked(
    indicator: Indicator, batch: Batch, points: Points, earlier: Points | None, *, as_of: float
) -> Checked:  # fmt: skip
    """Return what is said of one series."""
    before = None if earlier is None else {str(p[0]): p[1] for p in earlier}
    taken_back = [[p[0], None, None, None, None] for p in earlier or ()]  # unless the new edition has them
    points = observed([*taken_back, *points], as_of)
    found = state(
        np.array([decimal_year(str(p[0])) for p in points]),
        np.array([p[1] for p in points], dtype=np.float64),
        as_of=as_of,
        lower=indicator.lower,
        upper=indicator.upper,
        earlier=None if before is None else np.array([before.get(str(p[0])) for p in points], dtype=np.float64),
    )
    odd = None if found.outliers is None else [odd_of(o, points) for o in latest_first(found.outliers)]
    last = next((str(p[0]) for p in reversed(points) if p[1] is not None), "")
    return Checked(
        batch=batch,
        amount=amount_words(found),
        age=age_words(found.staleness, last),
        is_late=found.staleness.verdict in ("stale", "no_data"),
        odd=None if odd is None else odd[:MOST_ODD],
        more=max(0, len(odd or []) - MOST_ODD),
        revised="" if found.revisions is None else revision_words(found.revisions, indicator.unit),
    )


def latest_first(found: Sequence[Outlier]) -> list[Outlier]:
    """Return the suspicious values, the latest first."""
    return sorted(found, key=lambda o: o.year, reverse=True)


def odd_of(outlier: Outlier, points: Points) -> Odd:
    """Return a suspicious value in words."""
    return Odd(str(points[outlier.place][0]), outlier.value, outlier.score, str(REASONS[outlier.reason]))


def amount_words(found: Statement) -> str:
    """Return how many values there are, and how many are missing between them."""
    values = ngettext("%(number)s value", "%(number)s values", found.number) % {"number": whole(found.number)}
    if found.staleness.every is None:
        return _("%(values)s: too few to know how often there should be one.") % {"values": values}
    if not found.holes:
        return _("%(values)s, none missing between the first and the last.") % {"values": values}
    holes = ngettext("%(number)s is missing", "%(number)s are missing", found.holes) % {"number": whole(found.holes)}
    return _("%(values)s; %(holes)s between the first and the last.") % {"values": values, "holes": holes}


def years_words(years: float) -> str:
    """Return a number of years to one decimal."""
    return with_unit(round(years, 1), "years")


def age_words(age: Staleness, last: str) -> str:
    """Return how old the last value is, and whether that is late."""
    if age.verdict == "no_data" or age.age is None:
        return _("There is no value at all.")
    values = {"last": year(last), "age": years_words(age.age)}
    if age.every is None:
        return _("The last value is of %(last)s, %(age)s ago.") % values
    values["every"] = years_words(age.every)
    if age.verdict == "stale":
        return _("The last value is of %(last)s, %(age)s ago; the usual distance is %(every)s. It is late.") % values
    return _("The last value is of %(last)s, %(age)s ago; the usual distance is %(every)s.") % values


def revision_words(found: Revisions, unit: str) -> str:
    """Return how much figures changed since the edition before."""
    if not found.number:
        return _("No value is in both this edition and the one before.")
    values = {"revised": whole(found.revised), "number": whole(found.number)}
    told = [
        ngettext(
            "%(revised)s of %(number)s values was changed since the edition before.",
            "%(revised)s of %(number)s values were changed since the edition before.",
            found.revised,
        )
        % values
    ]
    if found.revised and found.largest is not None:
        told.append(_("The largest change is %(change)s.") % {"change": signed(found.largest, unit)})
        told.append(str(LEANS[found.lean]))
    if found.dropped:
        told.append(
            ngettext("%(number)s value was taken back.", "%(number)s values were taken back.", found.dropped)
            % {"number": whole(found.dropped)}
        )
    return " ".join(told)


def signed(value: float, unit: str) -> str:
    """Return a change with its sign."""
    return f"+{with_unit(value, unit)}" if value > 0 else with_unit(value, unit)


def groups_in(found: Sequence[Source], place: str) -> dict[str, set[str]]:
    """Return the groups with a value of every dimension, over all sources."""
    groups: dict[str, set[str]] = {}
    for source in found:
        rows = source.frame.filter((pl.col("place") == place) & pl.col("value").is_not_null())
        for name in dimensions_of(rows):
            own = rows[name].drop_nulls().unique().to_list()
            groups.setdefault(name, set()).update(group for group in own if group != TOTAL)
    return groups


def group_sentences(groups: Disaggregation) -> list[str]:
    """Return which expected breakdowns are there and which are not."""
    told = []
    if groups.missing:
        names = listed(labels.label("dimensions", name) for name in groups.missing)
        told.append(_("Should be broken down and is not: %(names)s.") % {"names": names})
    if groups.present:
        names = listed(labels.label("dimensions", name) for name in groups.present)
        told.append(_("Broken down as it should be: %(names)s.") % {"names": names})
    return told
