"""Estimates that agree with the national figure."""

import numpy as np
import pytest

from rightsplan.errors import Refused
from rightsplan.stats.areas import benchmark

ESTIMATE, MSE, SHARES = [10.0, 20.0, 40.0], [1.0, 4.0, 0.25], [5.0, 3.0, 2.0]


@pytest.mark.parametrize("how", ["ratio", "difference", "error"])
def test_the_weighted_mean_is_the_total(how: str) -> None:
    found = benchmark(ESTIMATE, MSE, SHARES, 22.0, how=how)
    assert np.average(found.estimate, weights=SHARES) == pytest.approx(22.0)
    assert found.gap == pytest.approx(22.0 - 19.0)
    assert found.mse == pytest.approx(np.array(MSE) + found.moved**2)


def test_each_way_moves_as_it_says() -> None:
    assert benchmark(ESTIMATE, MSE, SHARES, 22.0, how="ratio").estimate == pytest.approx(np.array(ESTIMATE) * 22 / 19)
    assert benchmark(ESTIMATE, MSE, SHARES, 22.0).moved == pytest.approx([3, 3, 3])
    moved = benchmark(ESTIMATE, MSE, SHARES, 22.0, how="error").moved
    assert moved[1] / moved[0] == pytest.approx(4 * 3 / 5)


BAD = [
    ({"shares": [0, 0, 0]}, "shares"),
    ({"shares": [1, 1]}, "shares"),
    ({"mse": [-1, 1, 1]}, "mse"),
    ({"mse": [0, 0, 0], "how": "error"}, "mse"),
    ({"total": -5.0, "how": "ratio"}, "total"),
    ({"total": np.nan}, "total"),
    ({"how": "magic"}, "how"),
]


@pytest.mark.parametrize(("change", "named"), BAD)
def test_bad_input_is_refused(change: dict[str, object], named: str) -> None:
    given = {"estimate": ESTIMATE, "mse": MSE, "shares": SHARES, "total": 22.0, **change}
    with pytest.raises(Refused, match=named):
        benchmark(**given)  # type: ignore[arg-type]
