"""Case mix: logistic regression, standardised differences, Oaxaca-Blinder, one standard for all offices."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.oaxaca import OaxacaBlinder

from rightsplan.errors import Refused
from rightsplan.stats.disparity import decompose, fit_logistic, one_standard, standardised_difference


def made(seed: int, n: int = 1500, effect: float = -0.4):
    """Return group, decisions and covariates in which group a has the stronger cases."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    a = rng.random(n) < 1 / (1 + np.exp(-x[:, 0]))
    y = rng.random(n) < 1 / (1 + np.exp(-(0.3 + 0.8 * x[:, 0] - 0.5 * x[:, 1] + effect * a)))
    return a, y, x


def with_one(*columns) -> np.ndarray:
    return np.column_stack([np.ones(len(columns[0])), *columns]).astype(float)


def test_the_regression_agrees_with_statsmodels() -> None:
    a, y, x = made(1)
    design = with_one(a, x)
    found, oracle = fit_logistic(design, y), sm.Logit(y.astype(float), design).fit(disp=0)
    assert found.coefficients == pytest.approx(oracle.params, abs=1e-8)
    assert found.covariance == pytest.approx(oracle.cov_params(), abs=1e-8)
    assert found.fitted == pytest.approx(oracle.predict(), abs=1e-8)


def test_cases_are_as_good_as_repeated_rows() -> None:
    rng = np.random.default_rng(2)
    a, y, x = (v[:200] for v in made(2))
    cases = rng.integers(0, 4, 200)
    long = [np.repeat(v, cases, axis=0) for v in (a, y, x)]
    short, repeated = fit_logistic(with_one(a, x), y, cases=cases), fit_logistic(with_one(long[0], long[2]), long[1])
    assert short.coefficients == pytest.approx(repeated.coefficients, abs=1e-9)
    for found, wanted in (
        (standardised_difference(a, y, x, cases=cases), standardised_difference(*long)),
        (standardised_difference(a, y, x, cases=cases, by_group=True), standardised_difference(*long, by_group=True)),
    ):
        assert (found.difference, found.error, found.crude) == pytest.approx(
            (wanted.difference, wanted.error, wanted.crude)
        )
    split, wanted = decompose(a, y, x, cases=cases), decompose(*long)
    assert (split.explained, split.explained_error) == pytest.approx((wanted.explained, wanted.explained_error))
    assert split.unexplained_error == pytest.approx(wanted.unexplained_error)


def test_the_ridge_is_a_normal_prior() -> None:
    a, y, x = made(3, 60)
    found = fit_logistic(with_one(a, x), y, ridge=[0, 5, 5, 5])
    p = found.fitted
    gradient = with_one(a, x).T @ (y - p) - np.array([0, 5, 5, 5]) * found.coefficients
    assert np.abs(gradient).max() < 1e-6


def test_g_computation_by_statsmodels() -> None:
    a, y, x = made(4)
    found = standardised_difference(a, y, x)
    oracle = sm.Logit(y.astype(float), with_one(a, x)).fit(disp=0)
    ones, zeros = np.ones(len(y)), np.zeros(len(y))
    rates = [oracle.predict(with_one(flag, x)).mean() for flag in (ones, zeros)]
    assert (found.rate_a, found.rate_b) == pytest.approx(rates, abs=1e-9)
    assert found.difference == pytest.approx(rates[0] - rates[1], abs=1e-9)
    assert found.crude == pytest.approx(y[a].mean() - y[~a].mean())
    assert found.mix + found.difference == pytest.approx(found.crude)
    apart = standardised_difference(a, y, x, by_group=True)
    fits = [sm.Logit(y[m].astype(float), with_one(x[m])).fit(disp=0).predict(with_one(x)).mean() for m in (a, ~a)]
    assert (apart.rate_a, apart.rate_b) == pytest.approx(fits, abs=1e-9)


@pytest.mark.parametrize("by_group", [False, True])
def test_standardised_intervals_cover(by_group: bool) -> None:
    whole = np.random.default_rng(0).normal(size=(400_000, 2))
    base = 0.3 + 0.8 * whole[:, 0] - 0.5 * whole[:, 1]
    truth = (1 / (1 + np.exp(-(base - 0.4))) - 1 / (1 + np.exp(-base))).mean()
    found = [standardised_difference(*made(100 + s, 300), by_group=by_group) for s in range(400)]
    held = np.mean([f.low <= truth <= f.high for f in found])
    assert 0.92 <= held <= 0.98
    assert np.mean([f.error for f in found]) == pytest.approx(np.std([f.difference for f in found]), rel=0.1)
    assert np.mean([f.difference for f in found]) == pytest.approx(truth, abs=0.012)


@pytest.mark.parametrize(("kind", "reference"), [("pooled", "pooled"), ("nuemark", "all")])
def test_oaxaca_agrees_with_statsmodels(kind: str, reference) -> None:
    a, y, x = made(5)
    oracle = OaxacaBlinder(y.astype(float), with_one(~a, x), 1, hasconst=True, swap=False).two_fold(two_fold_type=kind)
    found = decompose(a, y, x, reference=reference)
    assert (found.unexplained, found.explained, found.gap) == pytest.approx(oracle.params, abs=1e-10)
    assert sum(found.by_covariate) == pytest.approx(found.explained)


@pytest.mark.parametrize(("reference", "weight"), [("a", 1), ("b", 0)])
def test_oaxaca_by_one_groups_treatment(reference, weight: int) -> None:
    a, y, x = made(6)
    model = OaxacaBlinder(y.astype(float), with_one(~a, x), 1, hasconst=True, swap=False)
    oracle = model.two_fold(two_fold_type="self_submitted", submitted_weight=weight)
    found = decompose(a, y, x, reference=reference)
    assert (found.unexplained, found.explained) == pytest.approx(oracle.params[:2], abs=1e-10)


@pytest.mark.parametrize("reference", ["pooled", "all", "a", "b"])
def test_oaxaca_errors_by_simulation(reference) -> None:
    found = [decompose(*made(1000 + s, 250), reference=reference) for s in range(400)]
    for part in ("explained", "unexplained"):
        spread = np.std([getattr(f, part) for f in found])
        assert np.mean([getattr(f, f"{part}_error") for f in found]) == pytest.approx(spread, rel=0.1), part


def test_swapping_the_groups_turns_the_sign() -> None:
    a, y, x = made(7)
    there, back = standardised_difference(a, y, x), standardised_difference(~a, y, x)
    assert back.difference == pytest.approx(-there.difference, abs=1e-9)
    assert back.error == pytest.approx(there.error, rel=1e-6)
    split, other = decompose(a, y, x), decompose(~a, y, x)
    assert other.unexplained == pytest.approx(-split.unexplained, abs=1e-9)
    assert other.by_covariate == pytest.approx([-v for v in split.by_covariate], abs=1e-9)


def test_the_unit_of_a_covariate_does_not_matter() -> None:
    a, y, x = made(8)
    plain, scaled = standardised_difference(a, y, x), standardised_difference(a, y, x * [1000, 0.01] + [5, -3])
    assert scaled.difference == pytest.approx(plain.difference, abs=1e-7)
    assert scaled.error == pytest.approx(plain.error, rel=1e-5)


def made_offices(seed: int, offices: int, each: int, spread: float = 0.7):
    rng = np.random.default_rng(seed)
    office = np.repeat(np.arange(offices), each)
    x = rng.normal(size=(len(office), 1))
    effect = rng.normal(0, spread, offices)
    y = rng.random(len(office)) < 1 / (1 + np.exp(-(0.2 + 0.8 * x[:, 0] + effect[office])))
    return [f"office {i:03d}" for i in office], y, x, effect


def test_office_effects_are_found_and_shrunk() -> None:
    office, y, x, effect = made_offices(1, 60, 40)
    found = one_standard(office, y, x)
    assert np.corrcoef(found.effect, effect)[0, 1] > 0.85
    assert found.spread == pytest.approx(effect.std(), rel=0.3)
    centred = effect - effect.mean()
    held = np.abs(found.effect - centred) <= 1.96 * found.effect_error
    assert held.mean() > 0.85
    assert found.effect.std() < effect.std() * 1.1
    assert found.effect.sum() == pytest.approx(0, abs=1e-9)


def test_alike_offices_are_not_told_apart() -> None:
    office, y, x, _ = made_offices(2, 50, 30, spread=0.0)
    found = one_standard(office, y, x, standard="best")
    assert found.spread < 0.3
    raw = max(y[np.array(office) == name].mean() for name in found.offices)
    chance = found.expected_all / len(y)
    assert chance < (raw + y.mean()) / 2  # far from the luckiest office's own rate


def test_without_covariates_large_offices_keep_their_rate() -> None:
    office = ["a"] * 1000 + ["b"] * 1000 + ["c"] * 1000
    y = np.concatenate([np.arange(1000) < k for k in (200, 500, 700)])
    found = one_standard(office, y, np.empty((3000, 0)), standard="best")
    assert found.standard == "c"
    assert found.expected_all == pytest.approx(2100, rel=0.01)
    assert found.expected_low < 2100 < found.expected_high
    assert found.favourable.tolist() == [200, 500, 700]
    assert found.expected.sum() == pytest.approx(found.expected_all)
    width = 3000 * 1.96 * np.sqrt(0.7 * 0.3 / 1000)
    assert (found.expected_high - found.expected_low) / 2 == pytest.approx(width, rel=0.05)


def test_one_standard_removes_a_gap_made_by_offices() -> None:
    # Group a lives where the strict office decides; each office treats both alike.
    office = ["strict"] * 1000 + ["mild"] * 1000
    is_a = np.concatenate([np.arange(1000) < 800, np.arange(1000) < 200])
    y = np.concatenate([np.arange(1000) % 10 < 3, np.arange(1000) % 10 < 7])
    found = one_standard(office, y, np.empty((2000, 0)), is_a=is_a)
    assert found.gap == pytest.approx(-0.24)
    assert found.gap_expected == pytest.approx(0, abs=1e-9)


def test_one_standard_keeps_a_gap_made_by_cases() -> None:
    office, y, x, _ = made_offices(3, 30, 100)
    found = one_standard(office, y, x, is_a=x[:, 0] > 0)
    assert found.gap_expected == pytest.approx(found.gap, abs=0.06)
    assert found.gap_low < found.gap_expected < found.gap_high


def test_offices_without_any_favourable_decision_have_finite_effects() -> None:
    found = one_standard(["a", "a", "b", "b", "c", "c"], [0, 0, 1, 1, 1, 0], np.empty((6, 0)))
    assert np.isfinite(found.effect).all()
    assert np.isfinite(found.effect_error).all()


A, Y, X = made(9, 40)
NAN = np.where(np.arange(40)[:, None] == 3, np.nan, X)


@pytest.mark.parametrize("method", [standardised_difference, decompose])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((A, Y, NAN), "covariates is missing"),
        ((A, Y, X[:30]), "covariates has the shape"),
        ((A[:30], Y, X), "is_a"),
        ((np.zeros(40), Y, X), "group has no cases"),
        ((A, np.ones(40), X), "All decisions are alike"),
        ((A * 2, Y, X), "is_a is neither"),
        ((A, Y, np.column_stack([X, X[:, 0]])), "depend on each other"),
        ((A, Y, np.column_stack([X, np.ones(40)])), "depend on each other"),
        (([], [], np.empty((0, 1))), "no values"),
    ],
)
def test_bad_input_is_refused(method, arguments, words: str) -> None:
    with pytest.raises(Refused, match=words):
        method(*arguments)


def test_separated_decisions_are_refused() -> None:
    with pytest.raises(Refused, match="apart completely"):
        fit_logistic(with_one(np.arange(20)), np.arange(20) > 9)
    with pytest.raises(Refused, match="apart completely"):
        standardised_difference(A, Y, np.column_stack([X, np.where(Y, 1.0, 0.0)]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fit_logistic(with_one(X), Y, cases=-np.ones(40)), "cases is below 0"),
        (lambda: fit_logistic(with_one(X), Y, ridge=[1, 1]), "ridge"),
        (lambda: standardised_difference(A, Y, X, level=1.0), "level"),
        (lambda: decompose(A, Y, X, reference="cotton"), "reference"),
        (lambda: decompose(A, Y, np.empty((40, 0))), "no columns"),
        (lambda: one_standard(["x"] * 40, Y, X), "one office"),
        (lambda: one_standard(["x"] * 39, Y, X), "offices has 39"),
        (lambda: one_standard(["x", ""] * 20, Y, X), "offices is empty"),
        (lambda: one_standard(["x", "y"] * 20, Y, X, is_a=np.ones(40)), "group has no cases"),
        (lambda: one_standard(["x", "y"] * 20, Y, X, standard="worst"), "standard"),
        (lambda: one_standard(["x", "y"] * 20, Y, np.column_stack([X, X])), "depend on each other"),
    ],
)
def test_bad_options_are_refused(call, words: str) -> None:
    with pytest.raises(Refused, match=words):
        call()
