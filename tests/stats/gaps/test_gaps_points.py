"""Point values against other implementations, formulas written out anew, and published figures."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate

from rightsplan.errors import Refused
from rightsplan.stats.gaps import Gaps, gaps
from rightsplan.stats.gaps.compat import slope_weighted_twice
from rightsplan.stats.gaps.slope import logistic_fit

GROUPS = [f"g{i}" for i in range(6)]
VALUE = np.array([34.0, 48.5, 47.0, 61.0, 72.5, 83.0])
PEOPLE = np.array([120.0, 340.0, 90.0, 410.0, 200.0, 75.0])
ERROR = np.array([3.0, 1.5, 4.0, 1.2, 2.0, 3.5])
W = PEOPLE / PEOPLE.sum()
MEAN = W @ VALUE


def found(**changes: object) -> Gaps:
    given: dict[str, object] = {
        "error": ERROR, "population": PEOPLE, "rank": range(6), "lowest": 0, "highest": 100, "reference": "g3",
    }  # fmt: skip
    return gaps(GROUPS, VALUE, **(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("difference", 83.0 - 34.0),
        ("ratio", 83.0 / 34.0),
        ("par", 61.0 - MEAN),
        ("paf", 100 * (61.0 / MEAN - 1)),
        ("mdb_u", np.abs(VALUE - 83.0).mean()),
        ("mdb_w", W @ np.abs(VALUE - 83.0)),
        ("mdm_u", np.abs(VALUE - MEAN).mean()),
        ("mdm_w", W @ np.abs(VALUE - MEAN)),
        ("mdr_u", np.abs(VALUE - 61.0).mean()),
        ("mdr_w", W @ np.abs(VALUE - 61.0)),
        ("bgv", np.cov(VALUE, aweights=W, ddof=0)),
        ("bgsd", np.sqrt(np.cov(VALUE, aweights=W, ddof=0))),
        ("cov", 100 * np.sqrt(np.cov(VALUE, aweights=W, ddof=0)) / MEAN),
        ("idis_u", 100 * np.abs(VALUE - MEAN).mean() / MEAN),
        ("idis_w", 100 * W @ np.abs(VALUE - MEAN) / MEAN),
        ("theil", W @ (VALUE / MEAN * np.log(VALUE / MEAN))),
        ("mld", -W @ np.log(VALUE / MEAN)),
        ("d_index", W @ np.abs(VALUE - MEAN) / MEAN / 2),
        ("hoi", MEAN - W @ np.abs(VALUE - MEAN) / 2),
    ],
)
def test_a_measure_equals_its_formula(measure: str, expected: float) -> None:
    assert found().of(measure).value == pytest.approx(float(expected), rel=1e-12)


def test_the_concentration_index_is_twice_the_area_of_the_concentration_curve() -> None:
    population = np.concatenate([[0], np.cumsum(W)])
    total = np.concatenate([[0], np.cumsum(W * VALUE)])
    area = integrate.trapezoid(population * MEAN - total, population)
    aci, rci = found().of("aci").value, found().of("rci").value
    assert aci == pytest.approx(2 * area, rel=1e-12)
    assert rci == pytest.approx(2 * area / MEAN, rel=1e-12)
    share = MEAN / 100
    assert found().of("wagstaff").value == pytest.approx(2 * area / MEAN / (1 - share), rel=1e-12)
    assert found().of("erreygers").value == pytest.approx(4 * share * 2 * area / MEAN, rel=1e-12)


def ridit() -> np.ndarray:
    return np.cumsum(W) - W / 2


def test_the_slope_index_of_a_bounded_unit_is_a_logistic_fit_weighted_once() -> None:
    design = sm.add_constant(ridit())
    fit = sm.GLM(VALUE / 100, design, family=sm.families.Binomial(), var_weights=PEOPLE).fit(tol=1e-14, maxiter=200)
    bottom, top = fit.predict([[1, 0], [1, 1]])
    assert found().of("sii").value == pytest.approx(100 * (top - bottom), rel=1e-8)
    assert found().of("rii").value == pytest.approx(top / bottom, rel=1e-8)


def test_the_package_s_slope_index_weights_twice_and_is_another_figure() -> None:
    design = sm.add_constant(ridit())
    cases = np.round(VALUE / 100 * PEOPLE)
    counts = np.column_stack([cases, PEOPLE - cases])
    fit = sm.GLM(counts, design, family=sm.families.Binomial(), var_weights=PEOPLE).fit(tol=1e-14, maxiter=200)
    bottom, top = fit.predict([[1, 0], [1, 1]])
    published = slope_weighted_twice(VALUE, population=PEOPLE, rank=range(6))
    assert (published.sii, published.rii) == pytest.approx((100 * (top - bottom), top / bottom), rel=1e-7)
    assert abs(published.sii - (found().of("sii").value or 0)) > 0.1
    with pytest.raises(Refused, match="curve"):
        slope_weighted_twice([0, 0, 100, 100], population=[1, 1, 1, 1], rank=[1, 2, 3, 4])


def test_the_slope_index_of_an_open_unit_is_a_weighted_straight_line() -> None:
    fit = sm.WLS(VALUE, sm.add_constant(ridit()), weights=PEOPLE).fit()
    open_ended = found(lowest=None, highest=None)
    assert open_ended.of("sii").value == pytest.approx(fit.params[1], rel=1e-10)
    assert open_ended.of("rii").value == pytest.approx(1 + fit.params[1] / fit.params[0], rel=1e-10)


def test_the_gradient_of_the_logistic_fit_is_that_of_small_changes() -> None:
    place, y, step = ridit()[None, :], VALUE[None, :] / 100, 1e-6
    fit = logistic_fit(y, W[None, :], place)
    for j in range(6):
        up, down = (logistic_fit(y + side * step * np.eye(6)[j], W[None, :], place) for side in (1, -1))
        assert fit.top_slope[0, j] == pytest.approx((up.top[0] - down.top[0]) / 2 / step, rel=1e-5)
        assert fit.bottom_slope[0, j] == pytest.approx((up.bottom[0] - down.bottom[0]) / 2 / step, rel=1e-5)


def test_without_an_order_the_ends_are_those_of_the_data() -> None:
    unordered = found(rank=None, reference=None)
    assert (unordered.best, unordered.worst) == ("g5", "g0")
    assert unordered.of("par").value == pytest.approx(83.0 - MEAN)
    assert unordered.of("aci").value is None
    assert "order" in unordered.of("aci").note
    assert "reference" in unordered.of("mdr_w").note


def test_where_less_is_better_the_gap_is_turned() -> None:
    adverse = found(better="lower", rank=None, reference=None)
    assert (adverse.best, adverse.worst) == ("g0", "g5")
    assert adverse.of("difference").value == pytest.approx(49.0)
    assert adverse.of("ratio").value == pytest.approx(83 / 34)
    assert adverse.of("par").value == pytest.approx(MEAN - 34)
    assert adverse.of("paf").value == pytest.approx(100 * (1 - 34 / MEAN))


def test_tied_ranks_share_one_position() -> None:
    tied = gaps(["a", "b", "c"], [10, 20, 60], population=[1, 1, 2], rank=[1, 1, 2])
    assert tied.of("aci").value == pytest.approx(2 * (0.25 * 10 * -0.25 + 0.25 * 20 * -0.25 + 0.5 * 60 * 0.25))
