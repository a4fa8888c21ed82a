"""Whatever is given, the answer is refused or without NaN: figures are numbers or None with a reason."""

from math import isfinite

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats import survey
from rightsplan.stats.survey import Estimate, Margin

NAN = float("nan")
WEIGHT = st.one_of(st.floats(0.1, 100), st.sampled_from([1.0, 1.0, 1e-9, 1e14]))
WILD = st.one_of(WEIGHT, st.sampled_from([0.0, -1.0, 1e300, NAN, float("inf"), None]))
VALUE = st.one_of(st.integers(0, 1), st.floats(-10, 10), st.sampled_from([NAN, 0.0, 1.0, 1e15, -1e15]))
ROW = st.tuples(st.sampled_from("st"), st.sampled_from("cdef"), VALUE, st.sampled_from("xy"))


def check(found: Estimate) -> None:
    numbers = (found.value, found.error, found.low, found.high, found.effect)
    assert all(x is None or isfinite(x) for x in numbers)
    assert found.value is not None or found.note
    if found.low is None or found.high is None:
        assert found.note
    else:
        assert found.low <= found.value + 1e-9 * abs(found.value)
        assert found.value <= found.high + 1e-9 * abs(found.value)


def everything(weights: list[object], rows: list[tuple[str, str, float, str]], singleton: str) -> None:
    stratum, cluster, values, group = ([row[i] for row in rows] for i in range(4))
    drawn = survey.sample(weights, stratum=stratum, cluster=cluster, singleton=singleton)  # type: ignore[arg-type]
    y = np.array(values, dtype=float)
    is_so = np.where(np.isnan(y), NAN, y > 0)
    for by in (None, group):
        for found in (
            *survey.mean(drawn, y, by=by, least=2),
            *survey.total(drawn, y, by=by, least=2),
            *survey.ratio(drawn, y, is_so, by=by, least=2),
            *survey.share(drawn, is_so, by=by, least=2),
        ):
            check(found)
    for answer in survey.perception(drawn, np.where(np.isnan(y), NAN, 1 + 4 * (y > 0)), by=group, least=2):
        for found in (answer.index, answer.top, answer.unanswered):
            check(found)
    raked = survey.rake(drawn, [Margin(name="group", levels=group, totals=dict.fromkeys(group, 50.0))])
    check(survey.mean(raked.sample, y, least=2)[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WILD, ROW), max_size=12), st.sampled_from(["refuse", "centre", "scale", "certainty"]))
def test_wild_numbers_are_refused_or_answered(
    cases: list[tuple[object, tuple[str, str, float, str]]], singleton: str
) -> None:
    remedy = "none needed"
    try:
        everything([w for w, _ in cases], [row for _, row in cases], singleton)
    except Refused as refused:
        remedy = refused.remedy
    assert remedy


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WEIGHT, ROW), min_size=4, max_size=30))
def test_good_numbers_are_answered(cases: list[tuple[float, tuple[str, str, float, str]]]) -> None:
    rows = [row for _, row in cases]
    rows[:4] = [("s", "c", 1.0, "x"), ("s", "d", 0.0, "y"), ("t", "c", 1.0, "x"), ("t", "d", 3.0, "y")]
    everything([w for w, _ in cases], rows, "refuse")
