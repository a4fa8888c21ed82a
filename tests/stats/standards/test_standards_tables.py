"""Cross-tables of ratings against R, statsmodels and naive counting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.contingency_tables import StratifiedTable

from rightsplan.errors import Refused
from rightsplan.stats.standards import liu_agresti, mantel

# Admissions at Berkeley, 1973, six departments (Bickel, Hammel & O'Connell, Science 187, 1975; R's UCBAdmissions):
# women rejected, women admitted, men rejected, men admitted.
BERKELEY = np.array(
    [
        [[19, 89], [313, 512]],
        [[8, 17], [207, 353]],
        [[391, 202], [205, 120]],
        [[244, 131], [279, 138]],
        [[299, 94], [138, 53]],
        [[317, 24], [351, 22]],
    ]
)


def test_berkeley_as_in_r() -> None:
    """mantelhaen.test of R 4.2: odds ratio, 95 % interval, both chi-squared values and the p-value."""
    shift = liu_agresti(BERKELEY)
    odds, reach = np.exp(shift.log_odds), 1.959963984540054 * shift.error
    assert odds == pytest.approx(0.9046968283, abs=1e-9)
    assert odds * np.exp([-reach, reach]) == pytest.approx([0.7719073618, 1.0603297644], abs=1e-9)
    assert mantel(BERKELEY)[0] == pytest.approx(1.52460666, abs=1e-7)
    assert mantel(BERKELEY, correct=True) == (pytest.approx(1.4269462, abs=1e-6), pytest.approx(0.2322635, abs=1e-6))


def test_pooled_berkeley_looks_like_discrimination() -> None:
    pooled = BERKELEY.sum(0, keepdims=True)
    assert liu_agresti(pooled).log_odds > 0.5
    assert mantel(pooled)[1] < 1e-10


def test_two_categories_as_in_statsmodels() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        tables = rng.integers(1, 40, (rng.integers(1, 7), 2, 2))
        oracle = StratifiedTable([t.astype(float) for t in tables])
        shift = liu_agresti(tables)
        assert shift.log_odds == pytest.approx(oracle.logodds_pooled, abs=1e-10)
        assert shift.error == pytest.approx(oracle.logodds_pooled_se, abs=1e-10)
        plain, corrected = oracle.test_null_odds(), oracle.test_null_odds(correction=True)
        assert mantel(tables) == (pytest.approx(plain.statistic), pytest.approx(plain.pvalue))
        assert mantel(tables, correct=True)[0] == pytest.approx(corrected.statistic)


def naive(tables: np.ndarray) -> tuple[float, float]:
    """Liu and Agresti's ratio cutpoint by cutpoint, and the variance pair by pair."""
    top = bottom = 0.0
    for t in tables:
        for cut in range(1, t.shape[1]):
            a, b, c, d = t[0, :cut].sum(), t[0, cut:].sum(), t[1, :cut].sum(), t[1, cut:].sum()
            top, bottom = top + a * d / t.sum(), bottom + b * c / t.sum()
    ratio, variance = top / bottom, 0.0
    for t in tables:
        y, z = (np.repeat(np.arange(t.shape[1]), row.astype(int)) for row in t)
        h = np.array([[max(b - a, 0) - ratio * max(a - b, 0) for b in z] for a in y]).reshape(len(y), len(z))
        same = sum(h[i, m] * h[i, n] for i in range(len(y)) for m in range(len(z)) for n in range(len(z)))
        same += sum(h[i, m] * h[k, m] for m in range(len(z)) for i in range(len(y)) for k in range(len(y)) if i != k)
        variance += same / t.sum() ** 2
    return float(np.log(ratio)), float(np.sqrt(variance) / top)


def test_more_categories_by_naive_counting() -> None:
    rng = np.random.default_rng(8)
    for _ in range(8):
        tables = rng.integers(1, 5, (rng.integers(1, 4), 2, rng.integers(3, 5))).astype(float)
        shift = liu_agresti(tables)
        assert (shift.log_odds, shift.error) == pytest.approx(naive(tables), abs=1e-10)


def test_the_interval_covers_with_many_categories() -> None:
    """Few large strata and many small ones: 95 % intervals of 2,000 simulated tables hold the truth."""
    rng = np.random.default_rng(1)
    for strata, size in ((4, 60), (80, 4)):
        middle = rng.normal(0, 1, (strata, 1, 1))
        cuts = np.array([-1.0, 0.3, 1.2]) + np.array([[0.5], [0.0]]) - middle
        below = 1 / (1 + np.exp(-cuts))
        chances = np.diff(np.concatenate([np.zeros_like(below[..., :1]), below, np.ones_like(below[..., :1])], -1))
        shift = liu_agresti(rng.multinomial(size, chances, (2000, strata, 2)))
        covered = np.abs(shift.log_odds - 0.5) <= 1.96 * shift.error
        assert 0.93 < covered.mean() < 0.97, (strata, size, covered.mean())


@settings(max_examples=60, deadline=None)
@given(arrays(np.int64, (3, 2, 3), elements=st.integers(0, 30)))
def test_laws(tables: np.ndarray) -> None:
    """Swapping the sides, or turning the scale round, turns the shift round; strata have no order; never infinite."""
    shift, (statistic, p) = liu_agresti(tables), mantel(tables)
    for other in (tables[:, ::-1], tables[..., ::-1]):
        turned = liu_agresti(other)
        assert turned.log_odds == pytest.approx(-shift.log_odds, nan_ok=True)
        assert turned.error == pytest.approx(shift.error, nan_ok=True)
        assert mantel(other)[0] == pytest.approx(statistic, nan_ok=True, abs=1e-9)
    assert liu_agresti(tables[::-1]).log_odds == pytest.approx(shift.log_odds, nan_ok=True)
    assert not np.isinf([shift.log_odds, shift.error, statistic, p]).any()
    empty = np.concatenate([tables, np.zeros((1, 2, 3), dtype=int)])
    assert liu_agresti(empty).log_odds == pytest.approx(shift.log_odds, nan_ok=True)


def test_many_tables_at_once() -> None:
    tables = np.random.default_rng(2).integers(0, 20, (5, 4, 2, 3))
    found, (statistic, _) = liu_agresti(tables), mantel(tables)
    for i in range(5):
        assert found.log_odds[i] == pytest.approx(liu_agresti(tables[i]).log_odds)
        assert statistic[i] == pytest.approx(mantel(tables[i])[0])


@pytest.mark.parametrize(
    "tables",
    [np.zeros((2, 2)), np.zeros((0, 2, 2)), np.zeros((1, 3, 2)), -np.ones((1, 2, 2)), [[[1, np.nan], [1, 2]]], "words"],
    ids=["flat", "empty", "three rows", "negative", "missing", "words"],
)
@pytest.mark.parametrize("function", [liu_agresti, mantel])
def test_bad_tables_are_refused(function: object, tables: object) -> None:
    with pytest.raises(Refused, match="tables"):
        function(tables)  # type: ignore[operator]
