"""Balance on place pages: level and evenness together, absent domains named, one source a figure, small pages."""

import re
from math import log, sqrt
from pathlib import Path
from statistics import fmean

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from rightsplan.bodies.models import Place
from rightsplan.site import reads_balance as reads
from rightsplan.site.charts_balance import Strip, said, small_strips, strips_spec
from rightsplan.stats.index.domains import REGIONS, WORLD

from .place_data import accept, accept_all, define, plain_pages

MOST_QUERIES = 15
MOST_BYTES = 100_000
shares = st.none() | st.floats(0, 1)
Drawn = list[tuple[float | None, float | None, bool]]


@pytest.fixture(autouse=True)
def pages(settings: Settings, own_folders: Path) -> None:
    plain_pages(settings, own_folders)


@pytest.fixture
def real(db: None) -> None:
    accept_all()


def look(code: str) -> reads.Balanced:
    place = Place.objects.get(code=code)
    found = reads.balance_of(place, list(place.children.all()))
    assert found is not None
    return found


def page(client: Client, code: str) -> str:
    return client.get(f"/en/places/{code}/").content.decode()


def test_a_domain_without_all_its_figures_is_absent_and_says_what_it_lacks(real: None) -> None:
    own = look("CN").own
    assert own is not None
    assert own.late is not None
    assert list(own.late.domains) == ["material", "social"]
    assert [strip.late is None for strip in own.strips] == [False, True, True, False, True]
    political, cultural, ecological = own.absent
    assert "Unsentenced detainees" in political
    assert "1997" in cultural  # out of school: a figure exists, but it is long out of date
    assert "no indicator" in ecological
    assert "2 of 5" in own.sentences[0]


def test_the_social_domain_is_what_its_figures_say(real: None) -> None:
    """By hand, from the bundled values of Sweden next to 2017 and the goalposts of the table."""
    own = look("SE").own
    assert own is not None
    assert own.late is not None
    values = {f.code: f.late[1] for f in own.figures if f.late}
    by_hand = fmean([
        (values["life_expectancy"] - 50) / 35,
        min(1.0, log(150 / values["under5_mortality"]) / log(150 / 3)),
        min(1.0, log(1000 / values["maternal_mortality"]) / log(1000 / 4)),
        (values["universal_health_coverage"] - 20) / 80,
    ])  # fmt: skip
    assert own.late.year == 2017
    assert own.late.domains["social"] == pytest.approx(100 * by_hand)
    assert own.late.level == pytest.approx(fmean(own.late.domains.values()))
    assert own.late.evenness is not None
    assert own.late.degree == pytest.approx(sqrt(own.late.level * own.late.evenness))
    assert own.late.lagging == ["political"]


def test_every_figure_is_near_the_year_for_which_it_stands(real: None) -> None:
    own = look("SE").own
    assert own is not None
    assert own.early is not None
    assert own.late is not None
    for figure in own.figures:
        assert figure.early is not None
        assert figure.late is not None
        assert abs(figure.early[0] - own.early.year) <= reads.NEAR
        assert abs(figure.late[0] - own.late.year) <= reads.NEAR


def test_all_provinces_stand_side_by_side_the_furthest_behind_first(real: None) -> None:
    found = look("CN")
    assert len(found.rows) == found.total == 31
    assert found.within_years == (1990, 2019)
    degrees = [row.late.degree for row in found.rows]
    assert degrees == sorted(degrees)
    assert found.rows[0].place.code == "CN-XZ"
    assert all(list(row.late.domains) == ["material", "cultural", "social"] for row in found.rows)
    assert {name for row in found.rows for name in row.late.lagging} <= {"material", "cultural", "social"}


def test_a_province_is_the_same_on_its_own_page_and_in_the_table(real: None) -> None:
    own = look("CN-GS").own
    assert own is not None
    row = next(row for row in look("CN").rows if row.place.code == "CN-GS")
    assert own.late == row.late
    assert own.early == row.early


def test_a_place_without_one_figure_is_named_and_not_ranked(real: None) -> None:
    Place.objects.create(code="CN-NEW", name={"en": "New"}, level="province", parent_id=Place.objects.get(code="CN").pk)
    found = look("CN")
    assert found.total == 31
    assert [p.code for p in found.without] == ["CN-NEW"]


def test_a_long_table_is_cut_and_says_so(real: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "MOST_ROWS", 5)
    assert len(look("CN").rows) == 5
    assert "The 5 furthest behind of 31 places." in page(client, "CN")


def test_the_page_stays_small_and_asks_little(real: None, client: Client) -> None:
    for code in ("CN", "SE", "TD", "CN-BJ"):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/en/places/{code}/")
        assert answer.status_code == 200
        assert len(answer.content) < MOST_BYTES
        assert len(queries) <= MOST_QUERIES, [q["sql"][:100] for q in queries]
        assert not re.search(r"\sstyle=|<style|<script(?! type=\"application/ld\+json\")", answer.content.decode())


def test_level_and_evenness_stand_together_everywhere(real: None, client: Client) -> None:
    text = page(client, "CN")
    assert text.count("evenness") >= text.count("(level")
    for row in look("CN").rows:
        assert row.late.words in {str(words) for words in reads.WORDS.values()}
    assert 'href="/en/methods/coordination/"' in text


def test_a_country_without_figures_says_so_and_a_town_says_nothing(db: None, client: Client) -> None:
    define()
    Place.objects.create(code="XT", name={"en": "Town"}, level="municipality", path="XT > ")
    assert "None of the figures from which the domains" in page(client, "CN")
    assert "Do all sides of life" not in page(client, "XT")


def test_a_figure_has_one_source_the_one_that_knows_most(db: None) -> None:
    define()
    row = {"indicator": "life_expectancy", "place": "CN"}
    many = pl.DataFrame([{**row, "period": str(y), "value": 70.0} for y in range(2000, 2010)])
    few = pl.DataFrame([{**row, "period": "2024", "value": 79.0}, {**row, "period": "2023-06", "value": 1.0}])
    accept(few, "few", index=1, role="official")
    accept(many, "many", index=2)
    batch, values = reads.held(["life_expectancy"], ["CN"]).best("life_expectancy", ["CN"])
    assert batch is not None
    assert batch.title == "many"
    assert sorted(values["CN"]) == list(range(2000, 2010))
    accept(many.with_columns(value=71.0), "same", index=3, role="official")
    batch, values = reads.held(["life_expectancy"], ["CN"]).best("life_expectancy", ["CN"])
    assert batch is not None
    assert batch.title == "same"  # of equals the official one
    assert set(values["CN"].values()) == {71.0}


def test_of_two_figures_as_near_the_later_one_counts() -> None:
    assert reads.near({2010: 1.0, 2014: 2.0}, 2012) == (2014, 2.0)
    assert reads.near({2010: 1.0}, 2010 + reads.NEAR) == (2010, 1.0)
    assert reads.near({2010: 1.0}, 2011 + reads.NEAR) is None
    assert reads.near({}, 2010) is None


def test_common_years_need_two_domains_and_a_year_in_common() -> None:
    codes = [each.goalpost.name for each in REGIONS]
    every = {code: dict.fromkeys(range(1990, 2020), 1.0) for code in codes}
    assert reads.common_years(REGIONS, [every]) == (1990, 2019)
    assert reads.common_years(REGIONS, [every, {**every, codes[0]: {1980: 1.0}}]) is None
    assert reads.common_years(REGIONS[1:3], [every]) is None  # both speak for one domain
    assert reads.common_years([], [every]) is None


def test_a_series_that_ended_long_ago_takes_its_domain_away() -> None:
    series = {each.goalpost.name: {2000: 1.0, 2020: 1.0} for each in WORLD}
    assert reads.measured(WORLD, series) == list(WORLD)
    series["tertiary_enrolment"] = {2020 - reads.OLDEST: 1.0}
    assert len(reads.measured(WORLD, series)) == len(WORLD)
    series["tertiary_enrolment"] = {2019 - reads.OLDEST: 1.0}
    assert "cultural" not in {each.domain for each in reads.measured(WORLD, series)}


@pytest.mark.parametrize(
    ("level", "coupling", "words"),
    [
        (0.7, 0.8, "high and even"), (0.9, 0.79, "high but uneven"), (0.69, 0.8, "middling and even"),
        (0.55, 0.1, "middling and uneven"), (0.54, 1.0, "low, though even"), (0.0, None, "low and uneven"),
    ],
)  # fmt: skip
def test_words_hold_level_and_evenness(level: float, coupling: float | None, words: str) -> None:
    assert reads.in_words(level, coupling) == words


def test_all_at_the_worst_has_no_evenness() -> None:
    worst = {each.goalpost.name: {2000: each.goalpost.worst} for each in REGIONS}
    state = reads.states(REGIONS, [worst], 2000)[0]
    assert state.evenness is None
    assert state.degree == state.level == 0
    assert state.said["evenness"] == "–"


def test_the_change_is_said_by_evenness_not_by_level() -> None:
    def at(evenness: float) -> reads.State:
        return reads.State(2000, {"material": 1.0}, 50.0, evenness, 50.0, "low", [], [])

    assert "closer together" in reads.then(at(50), at(60))
    assert "moved apart" in reads.then(at(60), at(50))
    assert "about as far apart" in reads.then(at(60), at(61))


def test_an_unmeasured_domain_is_words_and_never_a_dot_at_zero() -> None:
    strips = [Strip(name="A", early=None, late=0.5), Strip(name="B", early=None, late=None)]
    spec = strips_spec(strips, (600, 280))
    assert [row["g"] for row in spec["data"]["values"]] == ["A"]
    assert spec["layer"][-1]["data"]["values"] == [{"g": "B", "at": 0, "text": "not measured"}]
    assert spec["layer"][-1]["mark"]["type"] == "text"
    assert spec["layer"][1]["data"]["values"] == []  # no earlier year, no small dot
    assert said(strips[1]) == "B not measured"


@given(st.lists(st.tuples(shares, shares, st.booleans()), max_size=5))
def test_the_small_picture_shows_each_measured_domain_once(
    drawn: list[tuple[float | None, float | None, bool]],
) -> None:
    strips = [Strip(name=f"<{i}>", early=e, late=n, lags=lags) for i, (e, n, lags) in enumerate(drawn)]
    svg = small_strips(strips)
    measured = [strip for strip in strips if strip.late is not None]
    assert svg.count("h0") == len(measured) + sum(strip.early is not None for strip in measured)
    assert "<0>" not in svg  # names are escaped
    assert "style" not in svg
    assert len(svg) < 1_500
