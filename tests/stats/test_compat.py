"""The published rules give the figures of worked cases, to the digits that are printed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.regression.linear_model import WLS
from statsmodels.tools import add_constant

from rightsplan.errors import Refused
from rightsplan.stats import compat
from rightsplan.stats.compat import Path as Way

# tests/stats/data/SOURCES.md says where the cases come from.
CASES = json.loads((Path(__file__).parent / "data" / "worked_cases.json").read_text(encoding="utf-8"))
WITH_TARGET = [case for case in CASES if case["case"] != "limit"]
WITHOUT_TARGET = [case for case in CASES if case["case"] == "limit"]


def with_target(case: dict[str, Any]) -> Way:
    """Return the path of a case with a target."""
    return Way(
        base=case["v0"],
        base_year=case["t0"],
        value=case["v1"],
        year=case["t1"],
        direction=case["dir"],
        target=case["target"],
        target_year=case["tT"],
    )


def to_limit(case: dict[str, Any]) -> Way:
    """Return the path of a case without a target: seven years, as in all of them."""
    limit = case["limit"]
    return Way(base=case["v0"], base_year=2015, value=case["v1"], year=2022, direction=case["dir"], limit=limit)


@pytest.mark.parametrize("case", WITH_TARGET, ids=lambda case: case["case"])
def test_a_worked_case_with_a_target(case: dict[str, Any]) -> None:
    way = with_target(case)
    cagr = compat.cagr_ratio(way)
    # The cases put 0.001 for a target of zero into every ratio of growth; the rule of 2023 does not ask for it.
    unsd = compat.unsd_ratio(replace(way, target=way.target or compat.REPLACED_ZERO))
    found = [cagr.value, cagr.score, unsd.value, compat.linear_pace(way).value]
    names = ["sdgbuild_R", "sdgbuild_score", "unsd_ratio", "linear_pace_ratio"]
    assert found == pytest.approx([case[name] for name in names], rel=1e-12, abs=1e-12)
    assert cagr.status == case["sdgbuild_status"]
    assert compat.escap_status(way).value == pytest.approx(case["csi"], abs=5e-7)


@pytest.mark.parametrize("case", WITHOUT_TARGET, ids=lambda case: f"{case['v0']} to {case['v1']}")
def test_a_worked_case_without_a_target(case: dict[str, Any]) -> None:
    way = to_limit(case)
    found = compat.cagr_without_target(way)
    factor = compat.limit_factor(way.base, way.limit)
    cuts = [0.015 * factor, 0.005 * factor]
    named = [case["sdgbuild_thresholds"][name] for name in ("high", "med")]
    assert [found.value, found.score, factor, *cuts] == pytest.approx(
        [case["sdgbuild_value"], case["sdgbuild_score"], case["sdgbuild_coef"], *named], rel=1e-12, abs=1e-15
    )
    assert found.status == case["sdgbuild_status"]


def way(base: float, value: float, target: float | None, direction: int, **changes: Any) -> Way:
    """Return a path from 2015 to 2022 with a target for 2030."""
    years: dict[str, Any] = {"base_year": 2015, "year": 2022, "target_year": 2030}
    return Way(base=base, value=value, target=target, direction=direction, **{**years, **changes})


# sdg-build, ProgressMeasure: classes begin at 0.95, 0.60 and 0 of the growth that is required.
def growing(share: float) -> Way:
    """Return a path that grows by a share of the 5 % a year that its target requires."""
    return way(100.0, 100.0 * (1 + 0.05 * share) ** 7, 100.0 * 1.05**15, 1)


@pytest.mark.parametrize(
    ("share", "status", "score"),
    [
        (1.4, "substantial_progress", 5.0),
        (0.951, "substantial_progress", 2.5072),
        (0.949, "moderate_progress", 2.4929),
        (0.601, "moderate_progress", 0.0072),
        (0.599, "limited_progress", -0.0041),
        (0.001, "limited_progress", -2.4958),
        (-0.001, "deterioration", -2.5042),
        (-0.9, "deterioration", -5.0),
    ],
)
def test_the_classes_and_scores_of_the_growth_ratio(share: float, status: str, score: float) -> None:
    found = compat.cagr_ratio(growing(share))
    assert found.value == pytest.approx(share, rel=1e-9)
    assert found.status == status
    assert found.score == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize(
    ("share", "status"),
    [(0.96, "on_track"), (0.94, "fair_progress"), (0.49, "stagnation"), (-0.09, "stagnation"), (-0.11, "regression")],
)
def test_the_classes_of_the_2022_chart(share: float, status: str) -> None:
    assert compat.un_chart_2022(growing(share)).status == status


@pytest.mark.parametrize(
    ("rate", "status", "score"),
    [
        (0.02, "substantial_progress", 5.0),
        (0.0151, "substantial_progress", 2.55),
        (0.0149, "moderate_progress", 2.475),
        (0.0049, "limited_progress", -0.05),
        (-0.001, "deterioration", -2.625),
        (-0.1, "deterioration", -5.0),
    ],
)
def test_the_classes_and_scores_without_a_target(rate: float, status: str, score: float) -> None:
    found = compat.cagr_without_target(way(100.0, 100.0 * (1 + rate) ** 7, None, 1))
    assert found.status == status
    assert found.score == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(
    ("base", "limit", "factor"),
    [(50.0, None, 1.0), (200.0, 100.0, 1.0), (250.0, 100.0, 1.0), (100.0, 100.0, 0.0), (0.0, 100.0, 1.0), (5, 0, 1.0)],
)
def test_the_limit_factor_at_its_corners(base: float, limit: float | None, factor: float) -> None:
    assert compat.limit_factor(base, limit) == factor


def test_the_limit_factor_is_the_same_as_far_below_and_above_the_limit() -> None:
    assert compat.limit_factor(130.0, 100.0) == pytest.approx(compat.limit_factor(70.0, 100.0))


# The ratio of a path that is exactly on the straight line to zero, in units that make 0.001 larger and smaller.
@pytest.mark.parametrize(("unit", "ratio"), [(0.001, 0.60), (0.01, 0.32), (0.1, 0.23), (1.0, 0.19)])
def test_a_target_of_zero_makes_the_growth_ratio_depend_on_the_unit(unit: float, ratio: float) -> None:
    found = compat.cagr_ratio(way(10.0 * unit, 5.333333 * unit, 0.0, -1))
    assert found.value == pytest.approx(ratio, abs=0.005)


UNDEFINED = [
    ("signs differ", compat.cagr_ratio, way(-2.0, 1.0, 5.0, 1)),
    ("the base is the target", compat.cagr_ratio, way(5.0, 4.0, 5.0, 1)),
    ("signs differ, no target", compat.cagr_without_target, way(-2.0, 1.0, None, 1)),
    ("the base is the target", compat.un_chart_2022, way(5.0, 4.0, 5.0, 1)),
    ("the base is the target", compat.unsd_ratio, way(5.0, 4.0, 5.0, 1)),
    ("signs differ", compat.unsd_ratio, way(-2.0, 1.0, 5.0, 1)),
    ("the base is the target", compat.escap_status, way(5.0, 4.0, 5.0, 1)),
    ("the base is the target", compat.linear_pace, way(5.0, 4.0, 5.0, 1)),
    ("the base is the target", compat.sdg_index_trend, way(5.0, 4.0, 5.0, 1)),
]


@pytest.mark.parametrize(("why", "rule", "case"), UNDEFINED)
def test_where_a_rule_has_no_answer_it_says_so(why: str, rule: Any, case: Way) -> None:
    found = rule(case)
    assert (found.value, found.status, found.score) == (None, "undefined", None), why


def test_an_achieved_target_is_achieved_even_where_the_ratio_is_undefined() -> None:
    assert compat.cagr_ratio(way(5.0, 5.0, 5.0, 1)).status == compat.ACHIEVED


@pytest.mark.parametrize(
    "changes",
    [{"year": 2015}, {"direction": 0}, {"value": float("nan")}, {"target": float("inf")}],
    ids=str,
)
def test_a_path_without_time_direction_or_number_is_refused(changes: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "base": 1.0, "base_year": 2015, "value": 2.0, "year": 2022, "direction": 1, "target": 3.0, "target_year": 2030,
    }  # fmt: skip
    with pytest.raises(Refused):
        Way(**{**usual, **changes})


RULES_WITH_TARGET = [
    compat.cagr_ratio, compat.un_chart_2022, compat.unsd_ratio, compat.escap_status, compat.linear_pace,
    compat.sdg_index_trend,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES_WITH_TARGET, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("changes", [{"target": None}, {"target_year": None}, {"target_year": 2015}], ids=str)
def test_a_rule_that_needs_a_target_refuses_to_do_without(rule: Any, changes: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "base": 1.0, "base_year": 2015, "value": 2.0, "year": 2022, "direction": 1, "target": 3.0, "target_year": 2030,
    }  # fmt: skip
    with pytest.raises(Refused, match="target"):
        rule(Way(**{**usual, **changes}))


def test_every_rule_names_its_source() -> None:
    named = {rule.__name__ for rule in RULES_WITH_TARGET} | {"cagr_without_target", "escap_anticipated"}
    assert set(compat.SOURCES) == named


YEARS = [2015, 2017, 2018, 2020, 2022]


def anticipated(values: list[float], target: float, direction: int, **bounds: float | None) -> compat.Published:
    """Return ESCAP's anticipated progress of values in YEARS against a target for 2030."""
    path = way(values[0], values[-1], target, direction)
    return compat.escap_anticipated(path, YEARS, values, **bounds)


@pytest.mark.parametrize("upper", [None, 100.0], ids=["log", "logit"])
def test_anticipated_progress_is_a_weighted_regression(upper: float | None) -> None:
    """statsmodels' weighted least squares with the published weights predicts the same value."""
    values = [40.0, 42.0, 41.0, 46.0, 47.0]
    y, t = np.array(values), np.array(YEARS, dtype=float)
    w = np.log(y) if upper is None else np.log(y / (upper - y))
    fitted = WLS(w, add_constant(t), weights=(2030 - 2015) / (2030 - t)).fit()
    expected = float(fitted.params @ [1.0, 2030.0])
    value = np.exp(expected) if upper is None else upper / (1 + np.exp(-expected))
    found = anticipated(values, 90.0, 1, upper=upper)
    assert found.value == pytest.approx(10 * (value - 40) / 50, abs=1e-8)
    assert found.status == "acceleration_needed"


def test_anticipated_progress_at_its_ends() -> None:
    rising = [40.0, 42.0, 43.0, 46.0, 47.0]
    assert anticipated(rising, 50.0, 1, upper=100.0).status == "will_meet"
    assert anticipated(rising, 50.0, 1, upper=100.0).value == 10.0
    assert anticipated(rising, 30.0, -1, upper=100.0).status == "no_progress_or_reverse"
    assert anticipated(rising, 40.0, 1, upper=100.0).status == "undefined"
    assert anticipated([0.0, 1, 2, 3, 4], 9.0, 1, upper=100.0).status == "undefined"
    assert anticipated([40.0] * 5, 50.0, 1, upper=100.0).status == "no_progress_or_reverse"


@pytest.mark.parametrize(
    ("years", "values"),
    [
        ([2015, 2016], [1.0]),
        ([2016, 2016], [1.0, 2.0]),
        ([2015, 2031], [1.0, 2.0]),
        ([2015, 2016], [1.0, float("nan")]),
    ],
)
def test_anticipated_progress_refuses_a_series_that_is_none(years: list[int], values: list[float]) -> None:
    with pytest.raises(Refused):
        compat.escap_anticipated(way(1.0, 2.0, 3.0, 1), years, values)


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (67.0, "on_track"),
        (60.0, "moderately_improving"),
        (52.0, "stagnating"),
        (49.0, "decreasing"),
        (85.0, "on_track"),
    ],
)
def test_the_sdg_index_classes_the_pace(last: float, status: str) -> None:
    """From 50 in 2015 to 80 in 2030 the pace needed is 2 a year."""
    assert compat.sdg_index_trend(way(50.0, last, 80.0, 1)).status == status
