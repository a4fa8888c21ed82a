"""A map and a ranking say what may be chance: ranks are ranges, what cannot be told from the mean is grey."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from django.test import Client
from django.utils import translation

from rightsplan.accounts.models import Person
from rightsplan.bodies.models import Place
from rightsplan.indicators.acceptance import SourceFacts
from rightsplan.indicators.actions import accept_batch
from rightsplan.indicators.models import Indicator
from rightsplan.site import reads_places
from rightsplan.site.reads_data import Value
from rightsplan.site.reads_places import GREY, Ranked, levels_of, ranked, reading_of, sentences
from rightsplan.stats.areas import MapReading, read_map
from rightsplan.stats.points import NORMAL_95

QUARTERS = ["XA-LI-N", "XA-LI-E", "XA-LI-S", "XA-LI-W"]
UNKNOWN = "Margin of error unknown: this %s may show differences that are only chance."


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def value(code: str, level: float, half: float | None) -> Value:
    low, high = (None, None) if half is None else (level - half, level + half)
    return Value(code, "2024", level, low, high)


def rows_of(
    levels: Sequence[float], halves: Sequence[float | None], better: str = "higher"
) -> tuple[list[Ranked], MapReading | None]:
    """Return the rows of places P0, P1, ... in the order of a ranking."""
    found = [value(f"P{i}", v, h) for i, (v, h) in enumerate(zip(levels, halves, strict=True))]
    found.sort(key=lambda v: v.value, reverse=better != "lower")
    places = [Place(code=v.key, name={"en": v.key}) for v in found]
    reading = reading_of(found, better)
    return ranked(places, {v.key: v for v in found}, reading), reading


def test_without_margins_nothing_is_grey_and_ranks_follow_the_values() -> None:
    rows, reading = rows_of([5.0, 9.0, 9.0, 1.0], [None] * 4)
    assert reading is None
    assert [row.ranks for row in rows] == ["1", "1", "3", "4"]
    assert not any(row.is_grey or row.told for row in rows)
    assert sentences(rows, reading) == []


def test_one_margin_alone_tells_nothing_apart() -> None:
    assert reading_of([value("a", 1.0, 0.1), value("b", 2.0, None)], "higher") is None


def test_wide_margins_leave_every_place_grey_with_every_rank() -> None:
    rows, reading = rows_of([60.0, 61.0, 62.0, 63.0], [8.0] * 4)
    assert {row.ranks for row in rows} == {"between 1 and 4"}
    assert all(row.is_grey and row.told == "may be chance" for row in rows)
    told = " ".join(sentences(rows, reading))
    assert "4 places of 4 are grey" in told
    assert "No two of these places can be told apart." in told
    assert set(levels_of(rows, reading).values()) == {GREY}


def test_narrow_margins_give_single_ranks_and_all_colours() -> None:
    rows, reading = rows_of([10.0, 30.0, 55.0, 71.0, 90.0], [0.5] * 5)
    assert [row.ranks for row in rows] == ["1", "2", "3", "4", "5"]
    assert sorted(levels_of(rows, reading).values()) == [1, 2, 3, 4, 5]
    assert "100%" in " ".join(sentences(rows, reading))
    assert not any(row.is_grey for row in rows)


@pytest.mark.parametrize("better", ["higher", "lower", "none"])
def test_ranks_and_verdicts_are_those_of_the_method(better: str) -> None:
    levels = [62.0, 70.0, 74.0, 66.5, 81.0, 79.0, 58.0]
    halves = [3.0, 4.5, 2.5, 5.0, 3.5, 6.0, 4.0]
    rows, _reading = rows_of(levels, halves, better)
    way = "lower" if better == "lower" else "higher"
    expected = read_map(np.array(levels), np.array(halves) / 1.96, better=way)
    for row in rows:
        i = int(row.place.code[1:])
        assert (row.verdict, row.rank) == (expected.compared.verdict[i], expected.rank[i])
        assert abs((row.first or 0) - expected.first[i]) <= 1  # the draws meet the places in another order
        assert abs((row.last or 0) - expected.last[i]) <= 1
        assert row.first is not None
        assert row.rank is not None
        assert row.last is not None
        assert row.first <= row.rank <= row.last
    assert any(row.is_grey for row in rows)
    assert any(not row.is_grey for row in rows)


def test_a_place_without_a_margin_has_no_rank_and_is_grey_beside_places_with_one() -> None:
    rows, reading = rows_of([10.0, 50.0, 90.0, 70.0], [1.0, 1.0, 1.0, None])
    odd = next(row for row in rows if row.place.code == "P3")
    assert (odd.ranks, odd.told, odd.is_grey) == ("–", "margin of error unknown", True)
    assert [row.ranks for row in rows if row is not odd] == ["1", "2", "3"]
    assert "For 1 place the margin of error is unknown" in " ".join(sentences(rows, reading))
    assert levels_of(rows, reading)["P3"] == GREY


def test_where_no_two_colours_can_be_told_apart_the_sides_of_the_mean_are_left() -> None:
    # One high and one low place among eleven that are alike, each far from the mean, and wide margins between.
    rows, reading = rows_of([50.0] * 11 + [64.0, 36.0], [8.0] * 13)
    assert reading is not None
    assert reading.classes is not None
    assert reading.classes.breaks == ()
    levels = levels_of(rows, reading)
    assert (levels.pop("P11"), levels.pop("P12")) == (5, 1)
    assert set(levels.values()) == {GREY}


def test_the_wider_half_of_a_lopsided_interval_counts() -> None:
    assert Value("a", "2024", 4.1, 0.0, 8.3).error == pytest.approx(4.2 / NORMAL_95)
    assert Value("a", "2024", 4.0, 4.0, 4.0).error == 0.0
    assert Value("a", "2024", 4.0, None, 5.0).error is None


def test_what_chance_makes_is_drawn_once_for_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counting(*args: object, **options: object) -> MapReading:
        calls.append(args)
        return read_map(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(reads_places, "read_map", counting)
    for _again in range(3):
        rows_of([1.25, 2.5, 3.75], [0.3, 0.4, None])
    assert len(calls) == 1


# On the site.


def give_margins(halves: Sequence[float | None]) -> None:
    """Accept a survey of the quarters of the town."""
    rows = [
        ("feel_safe", code, "2024", 60.0 + 5 * i, h) for i, (code, h) in enumerate(zip(QUARTERS, halves, strict=True))
    ]
    frame = pl.DataFrame(rows, schema=["indicator", "place", "period", "value", "half"], orient="row")
    frame = frame.with_columns(pl.col("half").cast(pl.Float64)).with_columns(
        lower=pl.col("value") - pl.col("half"), upper=pl.col("value") + pl.col("half")
    )
    source = SourceFacts(
        title="Quarters", source="Made up", licence="CC0-1.0", role="independent", retrieved=date(2026, 3, 1)
    )
    by = Person.objects.create(code="surveyor", name="Surveyor")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    accept_batch(by=by, frame=frame.drop("half"), source=source, now=now)


def page(site: Client, query: str) -> str:
    return site.get(f"/en/places/XA-LI/?{query}").content.decode()


def table_rows(text: str) -> list[str]:
    """Return the rows of the ranking, without what stands behind it."""
    body = text.split('<div class="map-side">')[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return re.findall(r"<tr.*?</tr>", body, re.DOTALL)


def test_unknown_margins_are_said_below_the_map_and_above_the_table(site: Client) -> None:
    text = page(site, "indicator=finish_school")
    assert UNKNOWN % "map" in text.split("<figcaption>")[1].split("</figcaption>")[0]
    assert UNKNOWN % "table" in text
    assert text.count('class="noise"') == 0
    assert 'class="m6"' not in text


def test_known_margins_make_ranks_ranges_and_grey_on_map_and_table(site: Client) -> None:
    give_margins([4.0, 4.0, 4.0, 4.0])
    text = page(site, "indicator=feel_safe")
    assert "Margin of error unknown" not in text
    rows = table_rows(text)
    assert len(rows) == 4
    grey = [row for row in rows if 'class="noise"' in row]
    assert 0 < len(grey) < 4
    assert all("may be chance" in row for row in grey)
    assert "between 1 and" in rows[0]
    assert text.count('class="m6"') == len(grey) + 1  # and once in the key
    assert "cannot be told from the mean of these places" in text


def test_what_is_said_of_a_place_does_not_depend_on_the_order(site: Client) -> None:
    give_margins([7.0, 7.0, None, 7.0])
    orders = [
        sorted(table_rows(page(site, f"indicator=feel_safe&order={order}"))) for order in ("best", "worst", "name")
    ]
    assert orders[0] == orders[1] == orders[2]


def test_every_source_of_the_example_says_whether_its_margins_are_known(site: Client) -> None:
    for code in Indicator.objects.values_list("code", flat=True):
        text = page(site, f"indicator={code}")
        assert ("grey" in text) != (UNKNOWN % "table" in text), code
