"""Human development: published cells, a bundled database as oracle, laws, and what cannot be measured."""

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.index import Development, atkinson, gdi, gii, hdi, ihdi

# UNDP, Human Development Report 2023/24, composite indices, complete time series, columns of 2022: le, eys, mys, gnipc,
# hdi, ineq_le, ineq_edu, ineq_inc, ihdi, coef_ineq. Single reference values.
PUBLISHED = {
    "Norway": (83.393, 18.63846016, 13.06234279, 69189.76165, 0.966, 2.4463964, 2.3289, 14.27021, 0.903, 6.348502133),
    "China": (78.587, 15.21793605, 8.106910446, 18024.88747, 0.788, 5.4146132, 10.2931, 30.28756, 0.662, 15.33175773),
    "Sweden": (83.505, 19.03676987, 12.67372015, 56995.84796, 0.952, 2.4708295, 3.40621, 16.94298, 0.878, 7.606673167),
    "India": (67.744, 12.58370972, 6.570700169, 6950.526798, 0.644, 17.34017, 36.87573, 37.36087, 0.444, 30.52559),
    "Brazil": (73.425, 15.5788002, 8.278307638, 14615.89235, 0.76, 9.5668726, 13.88125, 43.72531, 0.577, 22.3911442),
    "Niger": (62.08, 7.186131428, 1.341352433, 1283.309235, 0.394, 27.768312, 34.96483, 37.40003, 0.262, 33.377724),
    "Japan": (84.82, 15.45631981, 12.66923046, 43643.86417, 0.92, 2.5554345, 4.51092, 17.12348, 0.844, 8.063278167),
}
# The same series: le_f, eys_f, mys_f, gni_pc_f, le_m, eys_m, mys_m, gni_pc_m, gdi, gdi_group.
WOMEN_AND_MEN = {
    "Norway": (85.055, 19.5213604, 13.21011267, 61067.47743, 81.718, 17.80384064, 12.91269245, 77164.33022, 0.986, 1),
    "China": (81.343, 15.65643534, 7.543190438, 13291.58537, 75.963, 14.83649776, 8.670630455, 22566.93868, 0.962, 2),
    "India": (69.384, 12.60725021, 5.529439926, 2957.853786, 66.257, 12.56225967, 7.625889778, 10696.44788, 0.852, 5),
    "Brazil": (76.596, 16.22303963, 8.486056479, 11291.52637, 70.296, 14.95001984, 8.039534208, 18061.22633, 1.0, 1),
}
# The same series: mmr, abr, pr_f, se_f, se_m, lfpr_f, lfpr_m, gii.
INEQUALITY = {
    "Norway": (1.663741403, 2.195, 44.9704142, 99.09403104, 99.27497953, 62.53, 69.59, 0.012),
    "China": (23.04763188, 11.146, 24.94117647, 79.70198229, 86.36580148, 53.76, 74.54, 0.186),
    "Sweden": (4.507839264, 3.312, 46.41833811, 92.36278933, 92.70197297, 63.68, 70.38, 0.023),
    "India": (102.653912, 16.299, 14.63414634, 40.95923996, 58.66342926, 28.26, 76.14, 0.437),
    "Afghanistan": (620.4075093, 79.735, 27.21518987, 7.042049885, 24.07703972, 23.33, 77.09, 0.665),
    "Brazil": (72.14753684, 43.582, 17.50841751, 67.40000153, 64.97000122, 53.75, 73.64, 0.391),
}
HALF = 0.0005 + 1e-9
REGIONS = ("australia_states", "brazil_states", "china_provinces", "south_africa_provinces", "sweden_regions")
INDICATORS = ("life_expectancy", "expected_years_schooling", "mean_years_schooling", "gni_per_capita")


def develop(life: Any, expected: Any, mean: Any, income: Any, **more: Any) -> Development:
    return hdi(life_expectancy=life, expected_schooling=expected, mean_schooling=mean, income=income, **more)


def test_published_indices_and_what_inequality_takes_off() -> None:
    cells = np.array(list(PUBLISHED.values()))
    found = develop(*cells[:, :4].T)
    assert np.abs(found.index - cells[:, 4]).max() <= HALF
    adjusted = ihdi(found, health=cells[:, 5] / 100, education=cells[:, 6] / 100, income=cells[:, 7] / 100)
    assert np.abs(adjusted.index - cells[:, 8]).max() <= HALF
    assert np.abs(adjusted.coefficient * 100 - cells[:, 9]).max() <= 1e-6
    assert found.notes == ("",) * len(cells)


def test_the_published_loss_is_that_of_rounded_indices() -> None:
    norway = develop(*([x] for x in PUBLISHED["Norway"][:4]))
    adjusted = ihdi(norway, health=[0.024463964], education=[0.023289], income=[0.1427021])
    assert adjusted.loss[0] == pytest.approx(1 - (0.975536036 * 0.976711 * 0.8572979) ** (1 / 3), abs=1e-12)
    assert (1 - round(adjusted.index[0], 3) / round(norway.index[0], 3)) * 100 == pytest.approx(6.5217, abs=1e-3)


def test_published_women_over_men_and_its_group() -> None:
    cells = np.array(list(WOMEN_AND_MEN.values()))
    found = gdi(female=develop(*cells[:, :4].T, sex="female"), male=develop(*cells[:, 4:8].T, sex="male"))
    assert np.abs(found.index - cells[:, 8]).max() <= HALF
    assert found.group.tolist() == cells[:, 9].tolist()


def test_published_gender_inequality() -> None:
    cells = np.array(list(INEQUALITY.values()))
    found = unequal(*cells[:, :7].T)
    assert np.abs(found.index - cells[:, 7]).max() <= HALF


def unequal(deaths: Any, births: Any, seats: Any, school_f: Any, school_m: Any, work_f: Any, work_m: Any) -> Any:
    return gii(
        maternal_mortality=deaths,
        adolescent_births=births,
        parliament_female=seats,
        education_female=school_f,
        education_male=school_m,
        work_female=work_f,
        work_male=work_m,
    )


@cache
def regions(name: str) -> pl.DataFrame:
    data = (files("rightsplan.demo") / "data" / "subnational" / f"{name}.csv.gz").read_bytes()
    return pl.read_csv(data).pivot(on="indicator", index=["place", "period", "sex"], values="value")


@pytest.mark.parametrize("name", REGIONS)
@pytest.mark.parametrize(("code", "sex"), [("_T", "both"), ("F", "female"), ("M", "male")])
def test_every_index_of_the_bundled_regions_is_reproduced(name: str, code: str, sex: Any) -> None:
    """Global Data Lab publishes its own computation; its inputs are rounded to three decimals, as is its index."""
    rows = regions(name).filter(pl.col("sex") == code).drop_nulls()
    assert len(rows) >= 90
    found = develop(*(rows[column].to_numpy() for column in INDICATORS), sex=sex)
    off = np.abs(found.index - rows["hdi"].to_numpy())
    assert off.max() <= 0.00051
    assert (off > 0.0005).mean() <= 0.02


class Gap(NamedTuple):
    name: str
    figures: tuple[float | None, float | None, float | None, float | None]
    note: str


@pytest.mark.parametrize(
    "gap",
    [
        Gap("one", (None, 12, 8, 10_000), "missing: life_expectancy"),
        Gap("two", (70, None, 8, float("nan")), "missing: expected_schooling, income"),
        Gap("none", (70, 12, 8, 10_000), ""),
    ],
    ids=lambda gap: gap.name,
)
def test_a_missing_figure_is_named(gap: Gap) -> None:
    found = develop(*([x] for x in gap.figures))
    assert found.notes == (gap.note,)
    assert np.isnan(found.index[0]) == bool(gap.note)


def test_one_gap_leaves_other_places_alone() -> None:
    found = develop([70, None], [12, 12], [8, 8], [10_000, 10_000])
    assert np.isfinite(found.index[0])
    assert np.isnan(found.index[1])


def test_goalposts_hold_values_between_them() -> None:
    assert develop([90], [25], [20], [1e6]).index[0] == 1
    assert develop([10], [0], [0], [50]).index[0] == 0


def test_an_index_of_zero_has_no_loss() -> None:
    found = ihdi(develop([20], [10], [5], [1_000]), health=[0.1], education=[0.1], income=[0.1])
    assert found.index[0] == 0
    assert np.isnan(found.loss[0])
    assert found.notes == ("no loss: the index is 0",)


def test_women_over_men_needs_both() -> None:
    women = develop([70, 70], [12, 12], [8, 8], [10_000, None], sex="female")
    men = develop([15, 68], [12, 12], [8, 8], [10_000, 9_000], sex="male")
    found = gdi(female=women, male=men)
    assert np.isnan(found.index).all()
    assert found.group.tolist() == [0, 0]
    assert found.notes == ("men's index is 0", "women: missing: income")


def test_gender_inequality_without_a_figure_or_with_a_zero() -> None:
    found = unequal([20, 20, 20], [10, 0, None], [30, 30, 30], [70, 70, 70], [80, 80, 80], [50, 50, 50], [70, 70, 70])
    assert np.isfinite(found.index[0])
    assert np.isnan(found.index[1:]).all()
    assert "figure is 0" in found.notes[1]
    assert found.notes[2] == "missing: adolescent_births"


def test_no_woman_in_parliament_counts_as_a_tenth_of_a_per_cent() -> None:
    none, few = (unequal([20], [10], [seats], [70], [80], [50], [70]).index[0] for seats in (0, 0.1))
    assert none == few


def test_equals_have_no_gender_inequality() -> None:
    found = unequal([10], [1], [50], [80], [80], [60], [60])
    assert found.index[0] == pytest.approx(0, abs=1e-12)


# Laws

shares = st.floats(0.02, 0.98)
rows = st.lists(st.tuples(*[shares] * 4), min_size=1, max_size=6)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_places_does_not_matter(places: list[tuple[float, ...]], random: Any) -> None:
    order = list(range(len(places)))
    random.shuffle(order)
    table = scaled(places)
    assert np.array_equal(develop(*table.T).index[order], develop(*table[order].T).index)


def scaled(places: list[tuple[float, ...]]) -> np.ndarray:
    low, high = np.array([20, 0, 0, 100]), np.array([85, 18, 15, 75_000])
    return low + np.array(places) * (high - low)


@given(rows, st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_more_of_anything_never_lowers_the_index(places: list[tuple[float, ...]], which: int) -> None:
    table = scaled(places)
    more = table.copy()
    more[:, which] *= 1.01
    assert (develop(*more.T).index >= develop(*table.T).index - 1e-15).all()


@given(rows)
@settings(max_examples=40, deadline=None)
def test_inequality_only_lowers(places: list[tuple[float, ...]]) -> None:
    found = develop(*scaled(places).T)
    part = np.array(places)
    adjusted = ihdi(found, health=part[:, 0], education=part[:, 1], income=part[:, 2])
    assert (adjusted.index <= found.index).all()
    assert np.allclose(adjusted.loss, 1 - adjusted.index / found.index)
    none = ihdi(found, health=0 * part[:, 0], education=0 * part[:, 0], income=0 * part[:, 0])
    assert np.array_equal(none.index, found.index)


positive = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20)


@given(positive, st.floats(0.001, 1000))
@settings(max_examples=60, deadline=None)
def test_atkinson_knows_no_unit_and_no_order(values: list[float], unit: float) -> None:
    found = atkinson(values)
    assert found is not None
    assert 0 <= found < 1
    assert atkinson([unit * x for x in values][::-1]) == pytest.approx(found, abs=1e-9)


@given(positive)
@settings(max_examples=40, deadline=None)
def test_atkinson_by_its_definition_and_by_weights(values: list[float]) -> None:
    by_hand = 1 - float(np.exp(np.mean(np.log(values)))) / float(np.mean(values))
    assert atkinson(values) == pytest.approx(max(by_hand, 0), abs=1e-9)
    assert atkinson(values, weights=[2] * len(values)) == pytest.approx(by_hand, abs=1e-9)
    assert atkinson([*values, *values[:1]]) == pytest.approx(
        atkinson(values, weights=[2, *[1] * (len(values) - 1)]), abs=1e-9
    )


def test_atkinson_of_a_zero_is_not_measurable_unless_nobody_has_it() -> None:
    assert atkinson([0, 1, 2]) is None
    assert atkinson([0, 1, 1], weights=[0, 1, 1]) == 0


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: develop([], [], [], []), "life_expectancy"),
        (lambda: develop([70, 71], [12], [8], [1_000]), "expected_schooling"),
        (lambda: develop([70], [12], [-8], [1_000]), "mean_schooling"),
        (lambda: develop([70], [12], [8], [0]), "income"),
        (lambda: develop([float("inf")], [12], [8], [1_000]), "life_expectancy"),
        (lambda: develop([70], [12], [8], [1_000], sex="other"), "sex"),
        (lambda: develop(["x"], [12], [8], [1_000]), "life_expectancy"),
        (lambda: ihdi(develop([70], [12], [8], [1_000]), health=[1], education=[0], income=[0]), "health"),
        (lambda: ihdi(develop([70], [12], [8], [1_000]), health=[0], education=[0, 0], income=[0]), "education"),
        (lambda: atkinson([]), "values"),
        (lambda: atkinson([-1, 2]), "values"),
        (lambda: atkinson([1, 2], weights=[0, 0]), "weights"),
        (lambda: atkinson([1, 2], weights=[-1, 2]), "weights"),
        (lambda: unequal([20], [10], [130], [70], [80], [50], [70]), "parliament_female"),
        (lambda: unequal([20], [10], [30], [70], [80, 81], [50], [70]), "education_male"),
        (lambda: unequal([-20], [10], [30], [70], [80], [50], [70]), "maternal_mortality"),
    ],
)
def test_bad_input_is_refused_with_its_field(call: Any, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        call()
    assert field in refusal.value.message
    assert refusal.value.remedy


def test_women_and_men_must_be_of_the_same_places() -> None:
    with pytest.raises(Refused, match="differ in length"):
        gdi(female=develop([70], [12], [8], [1_000]), male=develop([70, 70], [12, 12], [8, 8], [1_000, 1_000]))
