"""The estimated frontier: its shape, its interval, leaving out the judged, laws, diagnostics, bad input."""

from math import inf, nan

import numpy as np
import pytest
from scipy.stats import norm

from rightsplan.errors import Refused
from rightsplan.stats.frontier import shape as shapes
from rightsplan.stats.frontier.bayes import BAYES_REASONS, fit_frontier, log_ratios, normalised

COUNTRIES, YEARS = 40, 3


def made_up(seed: int = 5):
    """Return incomes, values and countries whose 0.9-quantile is 59 + 40 x / (x + 2500), less a tenth of 10 or so."""
    rng = np.random.default_rng(seed)
    x = np.exp(rng.normal(9, 1, (COUNTRIES, 1)) + 0.02 * np.arange(YEARS)).ravel()
    shortfall = rng.exponential(size=(COUNTRIES, 1)) * np.exp(rng.normal(0, 0.05, (COUNTRIES, YEARS)))
    names = [f"c{i:02d}" for i in range(COUNTRIES) for _ in range(YEARS)]
    return x, 59 + 40 * x / (x + 2500) - 8 * shortfall.ravel(), names


X, Y, NAMES = made_up()
GRID = np.geomspace(X.min(), X.max(), 60)


@pytest.fixture(scope="module")
def frontier():
    return fit_frontier(X, Y, NAMES, tau=0.9, seed=1)


def test_the_chains_agree(frontier) -> None:
    assert frontier.is_converged
    assert frontier.r_hat < 1.05
    assert frontier.draws_worth > 100


def test_it_rises_and_bends_down(frontier) -> None:
    even = np.linspace(X.min(), X.max(), 200)
    heights = frontier.heights(even[:, None], frontier.draws)
    assert (np.diff(heights) >= -1e-9).all()
    assert (np.diff(heights, 2) <= 1e-6).all()
    assert heights.max() <= 100


def test_it_is_near_the_truth(frontier) -> None:
    truth = 59 + 40 * GRID / (GRID + 2500) + 8 * np.log(0.9)
    found = frontier.benchmark(GRID)
    inner = slice(10, 50)
    assert np.abs(found.mean - truth)[inner].max() < 3
    assert ((found.lower <= found.mean) & (found.mean <= found.upper)).all()
    assert np.mean((found.lower <= truth) & (truth <= found.upper)) > 0.6
    assert 0.8 <= np.mean(frontier.benchmark(X).mean >= Y) <= 0.97


def test_a_wider_interval_holds_a_narrower_one(frontier) -> None:
    narrow, wide = frontier.benchmark(GRID, level=0.5), frontier.benchmark(GRID, level=0.99)
    assert (wide.lower <= narrow.lower).all()
    assert (wide.upper >= narrow.upper).all()


def test_the_same_seed_gives_the_same(frontier) -> None:
    again = fit_frontier(X, Y, NAMES, tau=0.9, seed=1)
    np.testing.assert_array_equal(again.benchmark(GRID).mean, frontier.benchmark(GRID).mean)


def test_units_and_order_do_not_matter(frontier) -> None:
    """In cents and in tenths of the value, with rows turned round and countries renamed: the same frontier."""
    turned = fit_frontier(100 * X[::-1], Y[::-1] / 10, [f"z{name}" for name in NAMES[::-1]], seed=1, top=10)
    found = turned.benchmark(100 * GRID)
    spread = np.mean(frontier.benchmark(GRID).upper - frontier.benchmark(GRID).lower)
    assert np.abs(10 * found.mean - frontier.benchmark(GRID).mean).max() < 0.25 * spread


def test_nobody_is_judged_by_a_curve_it_set_itself(frontier) -> None:
    """One country far above the others: with it the frontier is higher than without it; weighting equals a new fit."""
    richest_free = np.argsort(X)[len(X) // 2]
    star = NAMES[richest_free]
    is_star = np.array([name == star for name in NAMES])
    raised = np.where(is_star, 99.5, Y)
    fitted = fit_frontier(X, raised, NAMES, tau=0.9, seed=1)
    at = X[is_star]
    without = fitted.benchmark(at, without=star)
    alone = fit_frontier(X[~is_star], raised[~is_star], [n for n in NAMES if n != star], tau=0.9, seed=1).benchmark(at)
    assert (without.mean < fitted.benchmark(at).mean).all()
    assert np.abs(without.mean - alone.mean).max() < 0.5 * np.mean(alone.upper - alone.lower)
    assert fitted.score(raised[is_star], at, without=star).score == pytest.approx(100)


def test_a_stranger_leaves_nothing_out(frontier) -> None:
    np.testing.assert_array_equal(frontier.benchmark(GRID, without="nobody").mean, frontier.benchmark(GRID).mean)


def test_each_row_without_its_own_country(frontier) -> None:
    together = frontier.benchmark(X, without=NAMES)
    alone = frontier.benchmark(X[:YEARS], without=NAMES[0])
    np.testing.assert_allclose(together.mean[:YEARS], alone.mean)


def test_scores_have_intervals_and_reasons(frontier) -> None:
    poorest = NAMES[int(np.argmin(X))]
    found = frontier.score([50.0, nan, 50.0, 20.0], [8000.0, 8000.0, X.min(), 8000.0], minimum=30.0, without=poorest)
    words = [BAYES_REASONS[reason] for reason in found.reason]
    assert words == ["", "no value", "beyond the resources of the other countries", ""]
    assert found.lower[0] < found.score[0] < found.upper[0]
    assert found.score[0] == pytest.approx(100 * 20 / (found.benchmark.mean[0] - 30))
    assert np.isnan([found.score[1], found.score[2], found.upper[2]]).all()
    assert (found.score[3], found.upper[3]) == (0, 0)
    none = frontier.score([50.0], [8000.0], minimum=99.9)
    assert BAYES_REASONS[none.reason[0]] == "no benchmark"


def test_a_second_resource_that_matters_is_seen() -> None:
    rng = np.random.default_rng(2)
    schooling = rng.uniform(1, 14, len(X))
    y = Y - 25 + 25 * schooling / (schooling + 4)
    fitted = fit_frontier(np.column_stack([X, schooling]), y, NAMES, seed=1, draws=100)
    low, high = fitted.benchmark([[8000, 2], [8000, 12]]).mean
    assert high - low > 3
    with pytest.raises(Refused, match="shape"):
        fitted.benchmark([8000.0])


def test_the_linear_programme_finds_the_plain_quantile() -> None:
    y = np.arange(11.0)
    level = shapes.quantile_fit(np.zeros((11, 1)), y, np.ones(11), 0.85)[0]
    assert level == pytest.approx(9)
    assert shapes.quantile(y, np.ones(11), 0.85) == 9


def test_the_linear_programme_is_quantile_regression() -> None:
    """Koenker and Bassett's estimate of statsmodels, where no weight has to be held at 0."""
    statsmodels = pytest.importorskip("statsmodels.api")
    feature = X / (X + 2500)
    feature = feature - feature.mean()
    theirs = statsmodels.QuantReg(Y, statsmodels.add_constant(feature)).fit(q=0.9).params
    ours = shapes.quantile_fit(feature[:, None], Y, np.ones(len(Y)), 0.9)
    assert ours == pytest.approx(theirs, abs=0.02)


def test_pinball_loss_and_bandwidth() -> None:
    np.testing.assert_allclose(shapes.pinball(np.array([2.0, -2.0, 0.0]), 0.9), [1.8, 0.2, 0.0])
    density = norm.pdf(norm.ppf(0.9))
    wide = 100 ** (-1 / 3) * 1.96 ** (2 / 3) * (1.5 * density**2 / (2 * norm.ppf(0.9) ** 2 + 1)) ** (1 / 3)
    assert shapes.bandwidth(0.9, 100) == pytest.approx(wide)
    assert shapes.bandwidth(0.99, 12) == pytest.approx(0.008)


def test_taking_a_likelihood_out_again() -> None:
    likelihood = np.log([[0.1, 0.2, 0.4], [0.5, 0.5, 0.25]])
    assert normalised(log_ratios(likelihood, np.ones(2))[0]) == pytest.approx(np.array([4, 2, 1]) / 7)
    half = normalised(log_ratios(likelihood, np.array([2.0, 1.0]))[0])  # the other country at twice the scale
    expected = np.sqrt([0.5, 0.5, 0.25]) / np.array([0.05, 0.1, 0.1])
    assert half == pytest.approx(expected / expected.sum())


def test_one_that_stands_far_out_blurs_the_scale_only_where_it_takes_part() -> None:
    country = np.repeat(np.arange(COUNTRIES), YEARS)
    feature = (X / (X + 2500))[:, None]
    raised = np.where(country == 3, 99.5, Y)
    scale, factors = shapes.scale_of(feature - feature.mean(), raised, country, 0.9)
    assert (scale > 0).all()
    assert np.argmin(factors) == 3 or factors[3] < np.median(factors)


BAD = [
    ("nan", {"values": np.where(np.arange(len(Y)) == 1, nan, Y)}, "values is missing"),
    ("infinite", {"resources": np.where(np.arange(len(X)) == 1, inf, X)}, "resources is infinite"),
    ("negative", {"resources": -X}, "resources is below 0"),
    ("above the top", {"values": Y + 50}, "values is above 100"),
    ("lengths", {"values": Y[1:]}, "values has"),
    ("names", {"countries": NAMES[1:]}, "countries has"),
    ("one country", {"countries": ["a"] * len(X)}, "There are 1 countries"),
    ("constant resource", {"resources": np.ones(len(X))}, "one value only"),
    ("constant values", {"values": np.full(len(Y), 50.0)}, "one value only"),
    ("no scatter", {"values": 59 + 40 * X / (X + X.max() / 2)}, "without any scatter"),
    ("tau", {"tau": 1.0}, "tau is above"),
    ("seed", {"seed": 0.5}, "seed is no whole number"),
    ("draws", {"draws": 5}, "draws is below 100"),
    ("three dimensions", {"resources": np.ones((2, 2, 2))}, "shape"),
    ("empty", {"resources": [], "values": [], "countries": []}, "There are 0 countries"),
]


@pytest.mark.parametrize(("change", "says"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input_is_refused(change, says) -> None:
    given = {"resources": X, "values": Y, "countries": NAMES} | change
    with pytest.raises(Refused, match=says):
        fit_frontier(given.pop("resources"), given.pop("values"), given.pop("countries"), **given)


def test_bad_questions_are_refused(frontier) -> None:
    for ask in (
        lambda: frontier.benchmark([nan]),
        lambda: frontier.benchmark([8000.0], level=1),
        lambda: frontier.benchmark([8000.0], without=["a", "b"]),
        lambda: frontier.score([1.0, 2.0], [8000.0]),
        lambda: frontier.score([inf], [8000.0]),
    ):
        with pytest.raises(Refused):
            ask()
