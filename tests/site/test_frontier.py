"""The frontier on place pages: the plain value first, the score in words, nothing compared that means another thing."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Indicator
from rightsplan.site import reads_frontier as reads
from rightsplan.site.charts_frontier import LEAST_SPAN, FrontierPicture, Step, frontier_spec, heights, stretches
from rightsplan.stats.frontier import INDICATORS, PathPoint, curve

from .place_data import accept_all, define, plain_pages

BY_CODE = {c.code: c for c in reads.COMPARED}
UNDER5, BASIC = BY_CODE["under5_mortality"], BY_CODE["basic_sanitation"]


@pytest.fixture(autouse=True)
def pages(settings: Settings, own_folders: Path) -> None:
    plain_pages(settings, own_folders)


@pytest.fixture
def real(db: None) -> None:
    accept_all()


def look(code: str) -> reads.Frontier:
    found = reads.frontier_of(Place.objects.get(code=code))
    assert found is not None
    return found


def test_only_what_means_the_same_is_compared() -> None:
    assert {c.curve for c in reads.COMPARED} <= set(INDICATORS)
    assert not {"extreme_poverty", "out_of_school_primary", "basic_water"} & set(BY_CODE)
    assert "extreme poverty" in reads.not_compared()


@pytest.mark.parametrize(
    ("compared", "year", "value", "income", "score"),
    [
        (BASIC, 2014, 99.302627, 50_009.1062, 97.754876),  # Sweden
        (BASIC, 2017, 83.494057, 3_775.5250, 88.038670),  # Marshall Islands
        (UNDER5, 2007, 34.73, 3_367.6547, 95.910792),  # Tuvalu: 96.527 of 100 live
    ],
)
def test_scores_are_those_published(
    compared: reads.Compared, year: int, value: float, income: float, score: float
) -> None:
    """Human Rights Measurement Initiative, release of 2021; incomes are those that its benchmarks imply."""
    (point,) = reads.way_of(compared, {year: value}, {year: income}, 1.0)
    assert point.score == pytest.approx(score, abs=0.004)


def test_dollars_of_another_year_change_nothing_once_converted() -> None:
    plain = reads.way_of(UNDER5, {2018: 20.0}, {2018: 10_000.0}, 1.0)
    other = reads.way_of(UNDER5, {2018: 20.0}, {2018: 11_000.0}, 1.1)
    assert other[0].score == pytest.approx(plain[0].score)
    assert other[0].value == 98.0  # 20 of 1,000 die: 98 of 100 live


def test_only_years_with_both_figures_are_on_the_way() -> None:
    way = reads.way_of(UNDER5, {2000: 50.0, 2001: 49.0, 2002: 2_000.0}, {2001: 5_000.0, 2002: 5_000.0}, 1.0)
    assert [point.year for point in way] == [2001]  # 2,000 deaths of 1,000 are no figure
    assert reads.way_of(UNDER5, {2000: 50.0}, {}, 1.0) == ()


def told(compared: reads.Compared, values: dict[int, float], incomes: dict[int, float], last: int = 2018) -> str:
    return " ".join(reads.sentences(compared, reads.way_of(compared, values, incomes, 1.0), "Here", (1.0, last)))


def test_the_sentence_gives_the_value_before_the_score() -> None:
    text = told(UNDER5, {1990: 100.0, 2018: 20.0}, {1990: 2_000.0, 2018: 8_000.0})
    assert text.startswith("98 of 100 in 2018. At its income, Here has reached")
    assert "In 1990 it was" in text
    assert "universal standard" in text
    assert "counts for more" not in text
    assert "no later figure" not in text


def test_no_benchmark_is_said_and_never_called_complete() -> None:
    text = told(BASIC, {2000: 5.0, 2018: 7.0}, {2000: 600.0, 2018: 700.0})
    assert "No benchmark" in text
    assert "In 2000 there was no benchmark." in text
    assert "has reached" not in text


def test_words_and_score_part_where_a_shortfall_counts_for_more() -> None:
    """Above the threshold the score is lower than the share in plain words: both are given."""
    text = told(BASIC, {2018: 80.0}, {2018: 20_000.0})
    assert "has reached 80% of what the best have reached (100 of 100)" in text
    assert "Above an income of 4,800 a shortfall counts for more: the score is 63." in text  # 100 * 0.8^sqrt(20/4.75)


def test_a_stale_figure_says_how_far_income_is_known() -> None:
    assert "income is known up to 2024" in told(UNDER5, {2018: 20.0}, {2018: 8_000.0}, last=2024)


def test_a_country_has_each_indicator_with_its_source(real: None) -> None:
    found = look("CN")
    assert [item.code for item in found.items] == ["under5_mortality", "stunting", "basic_sanitation"]
    assert found.is_converted
    assert found.price == 1.1
    assert all(item.batch in found.batches for item in found.items)
    assert "There is no later figure" in " ".join(found.items[2].sentences)
    for item in found.items:
        years = [row.year for row in item.rows]
        assert years == sorted(years, reverse=True)
        assert all(y % reads.EVERY == 0 for y in years[1:-1])


def test_of_two_standards_the_one_that_asks_more_is_shown_where_the_other_is_met(real: None) -> None:
    assert "safe_sanitation" in [item.code for item in look("SE").items]
    assert "basic_sanitation" not in [item.code for item in look("SE").items]
    assert [item.code for item in look("TD").items][-1] == "basic_sanitation"  # the only one that is held


def test_what_is_not_held_is_named(real: None, client: Client) -> None:
    assert [str(BY_CODE["stunting"].says)] == look("SE").absent
    text = client.get("/en/places/SE/").content.decode()
    assert "Not held here for this place: Children under five who are not stunted." in text
    assert "made in prices of 2017; 1.1 of these dollars" in text
    assert 'href="/en/methods/frontier/"' in text


def test_without_income_a_country_says_so_and_a_province_has_no_section(real: None, client: Client) -> None:
    Place.objects.create(code="XQ", name={"en": "Nowhere"}, level="country", path="XQ > ")
    assert "No income per person is held here" in look("XQ").why
    assert reads.frontier_of(Place.objects.get(code="CN-BJ")) is None


def test_an_unknown_price_year_is_not_guessed(real: None) -> None:
    Indicator.objects.filter(code=reads.INCOME).update(unit="international dollars of 2005")
    found = look("CN")
    assert found.items == []
    assert "prices" in found.why


def test_nothing_at_all_says_so(db: None, client: Client) -> None:
    define()
    assert "No income per person" in client.get("/en/places/TD/").content.decode()


WAY = [Step(year=2000, income=5_000, value=99.5), Step(year=2003, income=6_000, value=99.6)]


def picture(way: list[Step]) -> FrontierPicture:
    points = [(1_000.0 * i, 100 - 30.0 / i) for i in range(1, 20)]
    return FrontierPicture(way=way, curve=points, standard=100.0, money="dollars")


def test_small_gaps_do_not_look_large_and_the_way_lies_inside() -> None:
    low, high = heights(picture(WAY))
    assert high - low >= LEAST_SPAN
    assert low < min(step.value for step in WAY)
    assert high >= 100


def test_nothing_is_drawn_across_years_without_figures() -> None:
    way = [*WAY, Step(year=2015, income=9_000, value=99.7)]
    assert [[s.year for s in part] for part in stretches(way, 6)] == [[2000, 2003], [2015]]
    spec = frontier_spec(picture(way), (300, 190))
    assert len({row["part"] for row in spec["data"]["values"]}) == 2


def test_the_curve_is_drawn_inside_the_axis_and_years_stand_at_the_ends() -> None:
    way = [Step(year=1990, income=4_000, value=80), Step(year=1995, income=5_000, value=85), *WAY]
    spec = frontier_spec(picture(way), (300, 190))
    low, high = spec["layer"][1]["encoding"]["y"]["scale"]["domain"]
    assert all(low <= row["v"] <= high for row in spec["layer"][1]["data"]["values"])
    assert [row["text"] for row in spec["layer"][4]["data"]["values"]] == ["1990", "2003: 99.6"]
    one = frontier_spec(picture(way[:1]), (300, 190))  # a single year is a dot
    assert len(one["layer"][3]["data"]["values"]) == 1


def test_the_picture_moves_the_curve_and_not_the_country() -> None:
    point = PathPoint(year=2018, resource=10_000.0, value=98.0, benchmark=99.0, score=97.0, note="")
    made = reads.picture_of(UNDER5, [point], 1.1, "dollars of 2021")
    assert made.way[0].income == pytest.approx(11_000)
    known = curve("U5Survival")
    income, height = made.curve[-1]
    assert height == pytest.approx(known.a - known.b / (income / 1.1 / 1000 + known.c), abs=0.002)
