"""Whatever is given, the answer is refused or without NaN: figures are numbers or None with a reason."""

from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats import durations
from rightsplan.stats.durations import Figure

WILD = st.one_of(
    st.floats(0, 100), st.integers(0, 5), st.sampled_from([0.0, -1.0, 1e15, 1e300, float("nan"), float("inf"), None])
)
TAME = st.one_of(st.integers(0, 6), st.floats(0, 1e15))
ROW = st.tuples(st.booleans(), st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", "z"]))


def check(figure: Figure) -> None:
    numbers = (figure.value, figure.error, figure.low, figure.high)
    assert all(x is None or isfinite(x) for x in numbers)
    if figure.value is None:
        assert figure.note
        return
    if figure.low is not None and figure.high is not None:
        assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9


def everything(times: list[object], rows: list[tuple[bool, str, str]], when: float) -> None:
    done, group, cause = ([row[i] for row in rows] for i in range(3))
    for interval in ("beta", "log-log", "greenwood"):
        curve = durations.kaplan_meier(times, done, interval=interval)  # type: ignore[arg-type]
        for share in (0.1, 0.5, 0.9):
            found = durations.quantile(curve, share)
            assert found.value is not None or found.note
        check(durations.done_by(curve, when))
        check(durations.done_by(curve, when, least=1))
        if when > 0:
            check(durations.restricted_mean(curve, when, least=1))
            gap = durations.restricted_mean_difference(curve, curve, when, least=1)
            assert gap.value == 0 or gap.note
    test = durations.log_rank(times, done, group)
    assert test.note if test.p_value is None else 0 <= test.p_value <= 1
    for name in ("beta", "log-log"):
        shares = durations.cumulative_incidence(times, done, cause, causes=["x"], interval=name)  # type: ignore[arg-type]
        check(durations.incidence_at(shares, "x", when, least=1))
        assert durations.incidence_difference(shares, shares, "x", when, least=1).value in (0, None)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WILD, ROW), max_size=12), WILD)
def test_wild_numbers_are_refused_or_answered(cases: list[tuple[object, tuple[bool, str, str]]], when: object) -> None:
    remedy = "none needed"
    try:
        everything([x for x, _ in cases], [row for _, row in cases], float("nan") if when is None else when)  # type: ignore[arg-type]
    except Refused as refused:
        remedy = refused.remedy
    assert remedy


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TAME, ROW), min_size=2, max_size=40), TAME)
def test_good_numbers_are_answered(cases: list[tuple[float, tuple[bool, str, str]]], when: float) -> None:
    rows = [row for _, row in cases]
    rows[0], rows[1] = (True, "a", "x"), (True, "b", "y")
    everything([x for x, _ in cases], rows, when)
