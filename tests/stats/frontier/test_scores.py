"""Scores against the published curves: published values, laws, edges, bad input."""

import warnings
from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.frontier import CURVES, INDICATORS, REASONS, curve, curve_points, path, score

from .published import CELLS, UNDEFINED, Cell

keys = st.sampled_from(sorted(CURVES))
percents = st.integers(0, 1000).map(lambda tenth: tenth / 10)
incomes = st.floats(100, 200_000)


def score_of(cell: Cell, *, compat: bool = False):
    return score([cell.indicator], [cell.value], [cell.income], groups=[cell.group], compat=compat)


@pytest.mark.parametrize("cell", CELLS, ids=lambda c: f"{c.place}-{c.indicator}-{c.group}")
def test_published_scores(cell: Cell) -> None:
    found = score_of(cell)
    assert found.benchmark[0] == pytest.approx(cell.benchmark, abs=2e-6)
    assert found.score[0] == pytest.approx(cell.score, abs=0.011)
    assert found.global_best[0] == pytest.approx(cell.global_best, abs=0.011)
    assert REASONS[found.reason[0]] == ""


def test_every_indicator_has_a_published_score() -> None:
    assert {cell.indicator for cell in CELLS} == set(INDICATORS)
    assert len(INDICATORS) == 18


def test_aruba_2007_in_the_release_of_2022() -> None:
    """HRMI 2022: benchmark 95.40087, score 87.21397523, of the global best 86.04994453, at an income of 40,058.3."""
    found = score(["AdultSurvival"], [89.5775528], [40058.3])
    assert found.benchmark[0] == pytest.approx(95.40087, abs=1e-5)
    assert found.score[0] == pytest.approx(87.21397523, abs=1e-4)
    assert found.global_best[0] == pytest.approx(86.04994453, abs=1e-4)
    share = (89.5775528 - 24) / (96 - 24 / 40.0583 - 24)
    assert found.score[0] == pytest.approx(100 * share ** sqrt(40058.3 / 15491.93338), abs=1e-6)
    assert found.penalty[0] == pytest.approx(100 * share - found.score[0], abs=1e-9)


@pytest.mark.parametrize("cell", UNDEFINED, ids=lambda c: c.place)
def test_no_benchmark_is_no_full_score(cell: Cell) -> None:
    found = score_of(cell)
    assert REASONS[found.reason[0]] == "no benchmark"
    assert np.isnan([found.score[0], found.benchmark[0], found.penalty[0], found.benchmark_share[0]]).all()
    assert found.global_best[0] == pytest.approx(cell.global_best, abs=1e-5)
    frame = found.frame()
    assert (frame["score"][0], frame["note"][0]) == (None, "no benchmark")


@pytest.mark.parametrize("cell", UNDEFINED, ids=lambda c: c.place)
def test_compat_gives_what_was_published(cell: Cell) -> None:
    found = score_of(cell, compat=True)
    assert (found.score[0], found.benchmark[0], found.reason[0]) == (cell.score, cell.value, 0)


@pytest.mark.parametrize(
    ("indicator", "threshold"),
    [
        ("NetPrimEnrol", 1992),
        ("NetSecEnrol", 23333),
        ("PISAscience", 56915),
        ("PISAmath", 61237),
        ("PISAreading", 38461),
        ("NotStunted", 13043),
        ("FoodSecure", 26833),
        ("AdultSurvival", 15492),
        ("U5Survival", 8567),
        ("Contraception", 24345),
        ("NotLowBirWt", 10000),
        ("WaterInHome", 10000),
        ("BasicSanitation", 4750),
        ("SafeSanitation", 40857),
        ("AffordHouse", 49230),
        ("NotAbsPoor", 9791),
        ("NotRelPoor", 27452),
        ("NotLTUnemploy", 22000),
    ],
)
def test_thresholds(indicator: str, threshold: int) -> None:
    assert curve(indicator).threshold == pytest.approx(threshold, abs=1)


@given(keys, percents, percents, incomes)
def test_a_better_value_never_scores_less(key, one, other, income) -> None:
    low, high = sorted((one, other))
    found = score([key[0]] * 2, [low, high], [income] * 2, groups=[key[1]] * 2)
    if found.reason[0] == 0:
        assert 0 <= found.score[0] <= found.score[1] <= 100
    assert found.global_best[0] <= found.global_best[1]


@given(keys, percents, incomes, incomes)
def test_more_income_never_excuses_more(key, value, one, other) -> None:
    low, high = sorted((one, other))
    found = score([key[0]] * 2, [value] * 2, [low, high], groups=[key[1]] * 2)
    if not found.reason.any():
        assert found.score[1] <= found.score[0] + 1e-9
        assert found.benchmark[0] <= found.benchmark[1] + 1e-12


@given(keys, percents, incomes)
def test_what_is_possible_anywhere_asks_more_than_what_is_possible_here(key, value, income) -> None:
    found = score([key[0]], [value], [income], groups=[key[1]])
    if found.reason[0] == 0:
        assert found.global_best[0] <= found.score[0] + 1e-9
        assert 0 < found.benchmark_share[0] <= 100 + 1e-9
        assert found.penalty[0] >= -1e-9


@given(keys, st.floats(100, 190_000), st.floats(1, 5_000))
def test_curves_are_concave(key, income, step) -> None:
    points = [income, income + step, income + 2 * step]
    a, b, c = score([key[0]] * 3, [50.0] * 3, points, groups=[key[1]] * 3).benchmark
    if not np.isnan(a):
        assert b - a >= c - b - 1e-9


@given(keys, percents)
def test_the_penalty_begins_without_a_jump(key, value) -> None:
    at = curve(*key).threshold
    found = score([key[0]] * 2, [value] * 2, [at * (1 - 1e-9), at * (1 + 1e-9)], groups=[key[1]] * 2)
    assert found.score[0] == pytest.approx(found.score[1], abs=1e-5)


@settings(max_examples=30)
@given(st.lists(st.tuples(keys, st.none() | percents, st.none() | incomes), min_size=1, max_size=20), st.randoms())
def test_rows_are_scored_alone(rows, random) -> None:
    def columns(some):
        names, groups = zip(*(key for key, _v, _x in some), strict=True)
        values, resources = [v for _k, v, _x in some], [x for _k, _v, x in some]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return score(names, values, resources, groups=groups)

    order = list(range(len(rows)))
    random.shuffle(order)
    together, shuffled = columns(rows), columns([rows[i] for i in order])
    for name in ("score", "benchmark", "global_best", "reason"):
        np.testing.assert_array_equal(getattr(together, name)[order], getattr(shuffled, name))
    is_measured = together.reason == 0
    assert (np.isnan(together.score) == ~is_measured).all()
    assert together.frame()["score"].is_nan().sum() == 0


def test_what_is_missing_is_said() -> None:
    found = score(["U5Survival"] * 3, [None, 99.0, nan], [5000, None, nan]).frame()
    assert found["note"].to_list() == ["no value", "no resource", "no value"]
    assert found["score"].null_count() == 3
    assert found["benchmark"][0] == pytest.approx(100 - 7 / 4.8)


BAD = [
    ("unknown indicator", {"indicators": ["Joy"]}, "Joy"),
    ("unhashable", {"indicators": [["U5Survival"]]}, "no text"),
    ("no rows", {"indicators": [], "values": [], "resources": []}, "0 values"),
    ("lengths", {"values": [1.0, 2.0]}, "value has 2"),
    ("resource lengths", {"resources": []}, "resource has 0"),
    ("group lengths", {"groups": []}, "group has 0"),
    ("no curve of the group", {"indicators": ["NotAbsPoor"], "groups": ["Female"]}, "Female"),
    ("infinite", {"values": [inf]}, "infinite"),
    ("above 100", {"values": [100.1]}, "value is above"),
    ("below 0", {"values": [-0.1]}, "value is below"),
    ("text", {"values": ["many"]}, "numbers"),
    ("thousands", {"resources": [40.058]}, "resource is below 100"),
    ("negative income", {"resources": [-5000.0]}, "resource is below"),
]


@pytest.mark.parametrize(("change", "says"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input_is_refused(change, says) -> None:
    given_ = {"indicators": ["U5Survival"], "values": [90.0], "resources": [5000.0]} | change
    with pytest.raises(Refused, match=says) as caught:
        score(**given_)
    assert caught.value.remedy


def test_a_path_is_sorted_and_keeps_its_gaps() -> None:
    found = path("U5Survival", [2010, 2000, 2005], [97.0, 95.0, None], [6000, 3000, 4000])
    assert [p.year for p in found] == [2000, 2005, 2010]
    assert (found[1].value, found[1].score, found[1].note) == (None, None, "no value")
    alone = score(["U5Survival"], [95.0], [3000])
    assert (found[0].score, found[0].benchmark) == (alone.score[0], alone.benchmark[0])
    with pytest.raises(Refused, match="same year twice"):
        path("U5Survival", [2010, 2010], [97.0, 95.0], [6000, 3000])
    with pytest.raises(Refused, match="whole number"):
        path("U5Survival", [2010.5], [97.0], [6000])


def test_points_for_drawing() -> None:
    points = curve_points("AffordHouse", 1000, 100_000, 50)
    assert len(points) == 50
    assert (points[0].resource, points[-1].resource) == (pytest.approx(1000), pytest.approx(100_000))
    assert points[0].benchmark is None
    assert points[-1].benchmark == pytest.approx(100 - 150 / 89.5)
    known = [p for p in points if p.benchmark is not None]
    again = score(["AffordHouse"] * len(known), [50.0] * len(known), [p.resource for p in known]).benchmark
    assert [p.benchmark for p in known] == pytest.approx(list(again))


@pytest.mark.parametrize(
    ("low", "high", "n"), [(2000, 1000, 9), (1000, 1000, 9), (1000, 2000, 1), (1, 2000, 9), (1000, 2000, 99_999)]
)
def test_bad_points_are_refused(low, high, n) -> None:
    with pytest.raises(Refused):
        curve_points("U5Survival", low, high, n)


def test_unknown_curves_are_refused() -> None:
    with pytest.raises(Refused, match="no published curve"):
        curve("U5Survival", "Rural")
    with pytest.raises(Refused):
        curve(None)
