"""An empty cell is named as loudly as a bad value; age, odd values and revisions are said, never added up."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from rightsplan import vocabulary
from rightsplan.accounts.models import Person
from rightsplan.bodies.models import Place
from rightsplan.indicators.acceptance import SourceFacts
from rightsplan.indicators.actions import accept_batch
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.plans.models import Plan
from rightsplan.site import reads_data
from rightsplan.site.reads_holdings import Counted, Held, Holdings, attribute_codes, cell_of, held_in, holdings
from rightsplan.site.reads_quality import count_words, missing, old_ones, quality_page
from rightsplan.site.reads_statement import Quality, quality_of

CELLS = 3 * (57 + 14)  # the attributes of the vocabulary, and the rights that have none, three kinds each
DEMO = Path(__file__).parents[2] / "src" / "rightsplan" / "demo" / "data"
TOWN = "XA-LI"


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def accept(rows: Sequence[tuple[str, str, str, float]], title: str, supersedes: Batch | None = None) -> Batch:
    """Accept observations as (indicator, place, period, value)."""
    frame = pl.DataFrame(rows, schema=["indicator", "place", "period", "value"], orient="row")
    source = SourceFacts(
        title=title, source="Made up", licence="CC0-1.0", role="independent", retrieved=date(2026, 3, 1)
    )
    by, _made = Person.objects.get_or_create(code="surveyor", defaults={"name": "Surveyor"})
    return accept_batch(
        by=by, frame=frame, source=source, now=datetime(2026, 3, 2, tzinfo=UTC), supersedes=supersedes
    )  # fmt: skip


# What is held.


def parquet(folder: Path, rows: Sequence[tuple[object, ...]]) -> Path:
    names = {"indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64, "sex": pl.String,
             "status": pl.String}  # fmt: skip
    path = folder / f"{len(rows)}.parquet"
    pl.DataFrame(rows, schema=names, orient="row").write_parquet(path)
    return path


def test_empty_values_and_forecasts_are_no_figures(tmp_path: Path) -> None:
    path = parquet(tmp_path, [
        ("a", "P", "2020", 1.0, None, None), ("a", "P", "2021", None, None, None),
        ("a", "P", "2030", 2.0, None, "forecast"),
        ("b", "P", "2020", None, None, None), ("c", "Q", "2020", 1.0, None, "break"),
    ])  # fmt: skip
    assert held_in(path, frozenset({"P"})) == {"a": Held(frozenset({2020.0}), frozenset())}
    assert set(held_in(path, frozenset({"P", "Q"}))) == {"a", "c"}
    assert held_in(path, frozenset()) == {}


def test_a_breakdown_needs_two_groups_of_one_place(tmp_path: Path) -> None:
    alone = [
        ("a", "P", "2020", 1.0, "F", None),
        ("a", "Q", "2020", 2.0, "M", None),
        ("a", "P", "2020", 1.5, "_T", None),
    ]
    both = frozenset({"P", "Q"})
    assert held_in(parquet(tmp_path, alone), both)["a"].dimensions == frozenset()
    told = held_in(parquet(tmp_path, [*alone, ("a", "P", "2020", 3.0, "M", None)]), both)
    assert told["a"].dimensions == frozenset({"sex"})


def test_every_attribute_that_a_bundled_indicator_names_is_one_of_the_vocabulary() -> None:
    seen = 0
    for path in sorted(DEMO.glob("*/indicators.csv")):
        for row in pl.read_csv(path, infer_schema=False).iter_rows(named=True):
            if row["attribute"]:
                seen += 1
                assert (row["right"], row["attribute"].casefold()) in attribute_codes(), row["code"]
    assert seen >= 60


def test_an_attribute_of_another_right_or_none_fills_no_cell() -> None:
    own = Indicator(code="a", right="food", attribute="Nutrition", kind="outcome")
    assert cell_of(own).attribute == "food.nutrition"
    for right, attribute in [("health", "nutrition"), ("food", "no such thing"), ("food", "")]:
        assert cell_of(Indicator(code="a", right=right, attribute=attribute, kind="outcome")).attribute == ""


# The page of all rights.


def test_every_cell_is_either_counted_as_filled_or_named(site: Client) -> None:
    rows = quality_page("", "")["rows"]
    assert [row.right for row in rows] == list(vocabulary.codes("rights"))
    squares = [square for row in rows for square in row.squares]
    assert sum(square.expected for square in squares) == CELLS
    assert all(square.available + len(square.empty) == square.expected for square in squares)
    assert 0 < sum(square.available for square in squares) < 30
    text = site.get("/en/quality/").content.decode()
    assert text.count('href="#q0"') == CELLS - sum(s.available for s in squares) + 1  # and once in the key
    assert text.count('href="#q1"') == sum(s.available for s in squares) + 1


def test_empty_cells_stand_on_the_page_by_name_in_every_language(site: Client) -> None:
    for language in ("en", "ar", "ru", "zh-hans"):
        answer = site.get(f"/{language}/quality/")
        text = answer.content.decode()
        assert len(answer.content) < 100_000
        for code in ("fair_trial.innocence", "torture.force", "housing.habitability"):
            assert text.count(vocabulary.label("attributes", code, language.split("-")[0])) == 3, (language, code)


def test_the_pages_ask_little(site: Client) -> None:
    for address in (
        "quality/",
        "quality/?right=education",
        f"quality/?right=housing&place={TOWN}",
        "rights/education/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert site.get(f"/en/{address}").status_code == 200
        assert len(queries) <= 15, address


def test_a_wrong_choice_shows_everything(site: Client) -> None:
    assert len(quality_page("no_such_right", "NO-PLACE")["rows"]) == len(vocabulary.codes("rights"))
    assert site.get("/en/quality/?right=%00&place=<b>").status_code == 200


def test_silence_is_said_of_kinds_and_rights(site: Client) -> None:
    told = quality_page("", "")["silences"]
    assert told[0] == "Nobody measures commitment: not one of 71 cells holds a figure."
    assert "Fair trial" in told[1]
    assert "Education" not in told[1]
    # A figure that names no attribute fills no cell, and still somebody measures something.
    assert "Clean, healthy" not in told[1]


def test_counts_in_words() -> None:
    assert count_words(0, 12) == "All 12 cells are empty."
    assert count_words(1, 12) == "1 of 12 cells holds a figure; 11 are empty."
    assert count_words(4, 12) == "4 of 12 cells hold a figure; 8 are empty."
    assert count_words(3, 3) == "All 3 cells hold a figure."


# One right.


def boxes(right: str, line: str) -> dict[str, bool]:
    found = next(row for row in quality_page(right, "")["lines"] if row.name == line)
    return {box.kind: box.is_held for box in found.boxes}


def test_a_figure_fills_its_cell_and_no_other(site: Client) -> None:
    assert not any(boxes("housing", "Security of tenure").values())
    before = quality_page("housing", "")
    empty = before["rows"][0].squares[2].empty
    owner = next(e.owner for e in empty if e.name == "Security of tenure")
    assert owner is not None  # the lead of the measure whose promise names this indicator
    assert owner.name["en"] in site.get("/en/quality/?right=housing").content.decode()
    assert any(i.code == "evictions_unheard" for i, _owner in before["without"])
    accept([("evictions_unheard", TOWN, "2025", 3.0)], "Evictions")
    assert boxes("housing", "Security of tenure") == {"structural": False, "process": False, "outcome": True}
    after = quality_page("housing", "")
    assert after["rows"][0].squares[2].available == before["rows"][0].squares[2].available + 1
    assert not any(i.code == "evictions_unheard" for i, _owner in after["without"])


def test_breakdowns_that_a_definition_asks_for_are_compared_with_those_there(site: Client) -> None:
    row = next(r for r in quality_page("", "")["rows"] if r.right == "liberty")
    assert (row.groups_available, row.groups_expected) == (1, 2)  # by sex, and not by age
    assert [e.name for e in row.groups_missing] == [
        "Security from crime and abuse by law enforcement: enjoyment, by Age"
    ]
    text = site.get("/en/quality/?right=liberty").content.decode()
    assert re.search(r"Broken down by: Sex</p>.*Not broken down by: Age", text, re.DOTALL)


# Made-up places.


def test_made_up_figures_do_not_count_beside_real_plans(site: Client) -> None:
    assert quality_page("", "")["where"].is_example
    with_example = quality_page("education", "")["rows"][0].squares[2].available
    assert with_example == 1
    real = Place.objects.create(code="ZZ", name={"en": "Real"}, level="country", path="ZZ > ")
    Plan.objects.create(code="ZZ-1", title={"en": "Plan"}, jurisdiction=real, start="2020-01-01", end="2025-12-31")
    page = quality_page("education", "")
    assert page["rows"][0].squares[2].available == 0
    assert not page["where"].is_example
    assert all(not line.boxes[2].indicators for line in page["lines"])  # nor is a made-up indicator owed by anybody
    assert quality_page("education", TOWN)["rows"][0].squares[2].available == 1
    assert quality_page("education", "ZZ")["rows"][0].squares[2].available == 0
    accept([("finish_school", "ZZ", "2020", 50.0)], "Real")
    assert quality_page("education", "ZZ")["rows"][0].squares[2].available == 1


# Age.


def test_late_figures_come_oldest_first() -> None:
    def known(*years: float) -> Held:
        return Held(frozenset(years), frozenset())

    indicators = [Indicator(code=c, right="health") for c in "abcde"] + [Indicator(code="f", right="food")]
    held = {
        "a": known(2010, 2011, 2012), "b": known(2022, 2023, 2024), "c": known(2000, 2010, 2020), "d": known(1990),
        "e": known(2015, 2016, 2017, 2030), "f": known(1990, 1991, 1992),
    }  # fmt: skip
    nowhere = Counted(frozenset(), frozenset(), [], None, is_example=False)
    found = Holdings(nowhere, indicators, held, {})
    late, unknown = old_ones(found, ["health"], 2025.0)
    # c comes every ten years and is not late; d has no rhythm; what is said of 2030 is no observation of e.
    assert [(o.indicator.code, o.years, o.age.last) for o in late] == [("a", 13.0, 2012.0), ("e", 8.0, 2017.0)]
    assert unknown == 1
    assert old_ones(found, ["health"], None) == ([], 0)


# One series.


def quality(code: str, place: str) -> Quality | None:
    return quality_of(
        Indicator.objects.get(code=code), Place.objects.get(code=place), reads_data.sources(code, [place])
    )  # fmt: skip


def partial(code: str, place: str) -> str:
    indicator = Indicator.objects.get(code=code)
    return render_to_string("site/_quality.html", {"quality": quality(code, place), "indicator": indicator})


def test_an_odd_value_is_named_with_its_reason(site: Client) -> None:
    noise = [0.0, 0.4, 0.3, 0.9, 0.7, 1.5, 1.2, 1.8, 1.6, 2.3, 2.9, 2.6, 3.3, 3.0, 3.8, 3.9]
    level = {2010 + i: 50.0 + step for i, step in enumerate(noise)}
    level[2017] -= 30.0
    accept([("vaccinated_children", "XA-LI-N", str(year), value) for year, value in level.items()], "Clinic")
    found = quality("vaccinated_children", "XA-LI-N")
    assert found is not None
    (source,) = found.sources
    assert source.odd is not None
    assert [(o.period, o.why) for o in source.odd] == [("2017", "It jumps away and goes straight back.")]
    text = partial("vaccinated_children", "XA-LI-N")
    assert "<strong>2017: " in text
    assert "16 values, none missing between the first and the last." in text
    assert "No earlier edition is held here" in text


def test_too_few_values_are_not_judged(site: Client) -> None:
    accept([("vaccinated_children", "XA-LI-S", str(year), 50.0) for year in (2020, 2021)], "Clinic")
    text = partial("vaccinated_children", "XA-LI-S")
    assert "2 values: too few to know how often there should be one." in text
    assert "Too few values, or too even, to judge." in text
    assert "No value stands out" not in text


def test_holes_and_lateness_are_said(site: Client) -> None:
    years = (2005, 2006, 2007, 2010, 2011)
    accept([("vaccinated_children", "XA-LI-E", str(y), 50.0 + y % 4) for y in years], "Clinic")
    found = quality("vaccinated_children", "XA-LI-E")
    assert found is not None
    assert found.sources[0].amount == "5 values; 2 are missing between the first and the last."
    assert found.sources[0].is_late
    assert found.sources[0].age.startswith("The last value is of 2011, ")
    assert found.sources[0].age.endswith("the usual distance is 1 year. It is late.")


def test_a_revision_is_compared_with_the_edition_it_replaced(site: Client) -> None:
    first = [("near_a_park", "XA-LI-W", str(year), 40.0 + year - 2010) for year in range(2010, 2020)]
    old = accept(first, "Parks")
    second = [(i, p, y, v - 2.0 if int(y) > 2012 else v) for i, p, y, v in first[:-1]]
    accept(second, "Parks again", supersedes=old)
    found = quality("near_a_park", "XA-LI-W")
    assert found is not None
    (source,) = found.sources  # the former edition is not shown as a source of its own
    assert source.revised.startswith("6 of 9 values were changed since the edition before. The largest change is −2")
    assert "lean downwards" in source.revised
    assert source.revised.endswith("1 value was taken back.")


def test_groups_expected_and_there(site: Client) -> None:
    text = partial("feel_safe", TOWN)
    assert "Should be broken down and is not: Age." in text
    assert "Broken down as it should be: Sex." in text
    assert "The definition asks for no breakdown" in partial("near_a_park", TOWN)


def test_without_a_source_nothing_is_said(site: Client) -> None:
    assert quality("evictions_unheard", TOWN) is None
    assert partial("evictions_unheard", TOWN).strip() == ""
    assert quality_of(Indicator.objects.get(code="feel_safe"), None, []) is None


def test_the_series_asks_two_queries(site: Client) -> None:
    indicator, place = Indicator.objects.get(code="feel_safe"), Place.objects.get(code=TOWN)
    found = reads_data.sources("feel_safe", [TOWN])
    with CaptureQueriesContext(connection) as queries:
        quality_of(indicator, place, found)
    assert len(queries) <= 2


# On a right's own page.


def test_a_right_names_its_first_empty_cells_and_sends_on(site: Client) -> None:
    found = missing("education")
    assert found.sentence == "2 of 12 cells hold a figure; 10 are empty."
    assert len(found.empty) == 6
    assert found.more == 4
    text = render_to_string("site/_missing.html", {"missing": found})
    assert all(f'<strong class="alarm">{empty.name}</strong>' in text for empty in found.empty)
    assert "Curricula and educational resources: commitment" in [e.name for e in found.empty]
    assert 'href="/en/quality/?right=education"' in text
    assert "4 more empty cells" in text


def test_holdings_ask_few_queries(site: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        holdings()
    assert len(queries) <= 5
