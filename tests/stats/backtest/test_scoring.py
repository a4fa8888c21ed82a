"""Scores against scikit-free arithmetic and statsmodels-free definitions: small tables by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.backtest import calibration_error, recalibrated, reliability, score


def test_the_scores_by_hand() -> None:
    """Murphy, Journal of Applied Meteorology 12, 1973: the mean squared difference; and the mean log of what came."""
    found = score([0.8, 0.3, 1.0], [1, 0, 0])
    assert found.number == 3
    assert found.brier == pytest.approx((0.04 + 0.09 + 1.0) / 3)
    assert found.logarithmic == pytest.approx(-(np.log(0.8) + np.log(0.7) + np.log(0.01)) / 3)


chances = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(chances)
def test_bins_hold_every_case_once(cases: list[tuple[float, bool]]) -> None:
    said, met = zip(*cases, strict=True)
    bins = reliability(said, met)
    assert sum(b.number for b in bins) == len(cases)
    assert sum((b.came or 0) * b.number for b in bins) == pytest.approx(sum(met))
    assert all(b.low <= (b.said or b.low) <= b.high for b in bins)


@given(chances)
def test_the_complement_has_the_same_scores(cases: list[tuple[float, bool]]) -> None:
    said, met = (np.array(part, dtype=float) for part in zip(*cases, strict=True))
    one, other = score(said, met), score(1 - said, 1 - met)
    assert other.brier == pytest.approx(one.brier, abs=1e-12)
    assert other.logarithmic == pytest.approx(one.logarithmic, abs=1e-9)


def test_the_calibration_error_by_hand() -> None:
    said = [0.05, 0.05, 0.95, 0.95]
    assert calibration_error(said, [0, 0, 1, 1]) == pytest.approx(0.05)
    assert calibration_error(said, [1, 1, 0, 0]) == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("said", "met", "field"),
    [
        ([], [], "probability"),
        ([1.2], [1], "probability"),
        ([float("nan")], [1], "probability"),
        ([0.5], [1, 0], "is_met"),
        ([0.5], [2], "is_met"),
    ],
)
def test_bad_input_is_refused_by_its_field(said: list[float], met: list[int], field: str) -> None:
    with pytest.raises(Refused, match=field):
        score(said, met)


def test_recalibration_learns_from_the_other_folds_only() -> None:
    """A number that tells everything is turned into 0 and 1; what happened in a fold does not change its own answer."""
    values = np.array([1.0, 2, 3, 4, 1, 2, 3, 4])
    met = np.array([0, 0, 1, 1, 0, 0, 1, 1], dtype=bool)
    fold = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    assert recalibrated(values, met, fold) == pytest.approx([0, 0, 1, 1] * 2)
    turned = met.copy()
    turned[:4] = ~turned[:4]
    assert (recalibrated(values, turned, fold)[:4] == recalibrated(values, met, fold)[:4]).all()
