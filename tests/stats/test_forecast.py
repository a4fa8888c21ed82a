"""The probability grows with what is nearer and is silent where nothing is known; version 1 comes true on walks.

What is new in version 2 is tested in test_damped_trend.py, and on real series in backtest/.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from rightsplan.stats.panel import Floats, Panel, Promises
from rightsplan.stats.progress import VERSION, Outcome, Promise, Result, assess, assess_many

from .series import columns, judge

HISTORY, AHEAD = 12, 8
COUNT = 6000
SCALES = ["linear", "log", "logit"]
YEARS = np.arange(2011.0, 2011 + HISTORY)
SURE = 0.9999  # a test of chance with a fixed seed fails in one of ten thousand right programs


SIZE = {"linear": 1.0, "log": 0.04, "logit": 0.08}
BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "linear": (None, None),
    "log": (0.0, None),
    "logit": (0.0, 100.0),
}


class World(NamedTuple):
    """Simulated series on the forecast's scale, with what came after them."""

    scale: str
    past: Floats
    at_deadline: Floats


def unit_of(scale: str, w: Floats) -> Floats:
    """Return numbers on a scale in the indicator's unit."""
    return {"linear": w, "log": np.exp(w), "logit": 100 / (1 + np.exp(-w))}[scale]


def walks(seed: int, *, scale: str, spread: float = 1.0) -> World:
    """Return random walks with drift on a scale; every series has a drift and a start of its own."""
    rng = np.random.default_rng([seed, SCALES.index(scale)])
    size = SIZE[scale]
    start = rng.normal({"linear": 50.0, "log": 3.0, "logit": 0.0}[scale], 5 * size, COUNT)
    drift = rng.normal(0.0, 3 * size, COUNT)
    steps = drift[:, None] + spread * rng.normal(0.0, size, (COUNT, HISTORY + AHEAD - 1))
    w = np.cumsum(np.column_stack([start, steps]), axis=1)
    return World(scale, w[:, :HISTORY], w[:, -1])


def targets_for(world: World, seed: int) -> Floats:
    """Return targets on the scale around where the series seem to lead, drawn without a look at what came."""
    rng = np.random.default_rng(seed)
    seen = world.past[:, -1] + (world.past[:, -1] - world.past[:, 0]) / (HISTORY - 1) * AHEAD
    return seen + 4 * SIZE[world.scale] * rng.normal(size=COUNT)


def judged(world: World, targets: Floats, direction: str = "at_least", version: str = VERSION) -> Outcome:
    """Assess every series against a target, given on the scale, for the last simulated year."""
    promises = Promises.of([
        Promise(
            direction=direction,  # type: ignore[arg-type]
            value=float(target),
            year=YEARS[-1] + AHEAD,
            lower=BOUNDS[world.scale][0],
            upper=BOUNDS[world.scale][1],
        )
        for target in unit_of(world.scale, targets)
    ])  # fmt: skip
    flat = unit_of(world.scale, world.past).ravel()
    panel = Panel(
        t=np.tile(YEARS, len(targets)),
        y=flat,
        error=np.full(len(flat), np.nan),
        first=np.zeros(len(flat), dtype=bool),
        offsets=np.arange(len(targets) + 1, dtype=np.int64) * HISTORY,
    )
    return assess_many(panel, promises, as_of=YEARS[-1] + 0.4, version=version)


DECILES = [(low / 10, (low + 1) / 10) for low in range(10)]


@pytest.mark.parametrize("scale", SCALES)
def test_probabilities_come_true_as_often_as_they_say(scale: str) -> None:
    """Each tenth of the probabilities comes true within the central 99.99 % of the binomial distribution."""
    world = walks(20261, scale=scale)
    targets = targets_for(world, 7)
    outcome = judged(world, targets, version="1")
    assert set(outcome.forecast.scale) == {SCALES.index(scale)}
    said, came = outcome.forecast.probability, world.at_deadline >= targets
    for low, high in DECILES:
        chosen = (said >= low) & (said < high)
        number, expected = int(chosen.sum()), float(said[chosen].mean())
        least, most = binom.interval(SURE, number, expected)
        assert number > 100
        assert least <= came[chosen].sum() <= most, (low, number)


@pytest.mark.parametrize("scale", SCALES)
def test_about_seventy_in_a_hundred_come_true_where_it_says_seventy(scale: str) -> None:
    """A target that each series is given at its own 70 % comes true in 70 of a hundred, within the binomial band."""
    world = walks(4, scale=scale)
    drift = (world.past[:, -1] - world.past[:, 0]) / (HISTORY - 1)
    steps = np.diff(world.past[:, :-1], axis=1)
    spread = steps.std(axis=1) * np.sqrt((HISTORY - 2) / (HISTORY - 3)) * np.sqrt(AHEAD + AHEAD**2 / (HISTORY - 1))
    targets = world.past[:, -1] + drift * AHEAD + t.ppf(0.3, HISTORY - 3) * spread
    assert judged(world, targets, version="1").forecast.probability == pytest.approx(0.7, abs=1e-6)
    least, most = binom.interval(SURE, COUNT, 0.7)
    assert least <= (world.at_deadline >= targets).sum() <= most
    assert (most - least) / COUNT < 0.05


def test_a_probability_that_ignores_how_far_series_stray_would_not_pass() -> None:
    """The check of calibration can fail: half the true spread is found out."""
    calm, wild = walks(20261, scale="linear", spread=0.5), walks(20261, scale="linear")
    targets = targets_for(wild, 7)
    said = judged(calm, targets, version="1").forecast.probability
    chosen = (said >= 0.9) & (said < 1.0)
    _, most = binom.interval(SURE, int(chosen.sum()), float(said[chosen].mean()))
    least, _ = binom.interval(SURE, int(chosen.sum()), float(said[chosen].mean()))
    came = (wild.at_deadline >= targets)[chosen].sum()
    assert not least <= came <= most


@pytest.mark.parametrize("scale", SCALES)
def test_eighty_in_a_hundred_values_end_within_the_interval_of_the_forecast(scale: str) -> None:
    world = walks(99, scale=scale)
    forecast = judged(world, world.past[:, -1], version="1").forecast
    came = unit_of(scale, world.at_deadline)
    inside = (came >= forecast.lower) & (came <= forecast.upper)
    least, most = binom.interval(SURE, COUNT, 0.8)
    assert least <= inside.sum() <= most
    assert ((forecast.lower < forecast.median) & (forecast.median < forecast.upper)).all()


@pytest.mark.parametrize("scale", SCALES)
def test_both_sides_of_a_target_add_up_to_certainty(scale: str) -> None:
    world = walks(3, scale=scale)
    targets = targets_for(world, 1)
    up, down = (judged(world, targets, direction).forecast for direction in ("at_least", "at_most"))
    assert up.probability + down.probability == pytest.approx(1.0, abs=1e-12)
    assert up.low + down.high == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("scale", SCALES)
def test_the_probability_lies_within_its_interval(scale: str) -> None:
    world = walks(6, scale=scale)
    forecast = judged(world, targets_for(world, 2)).forecast
    assert ((forecast.low <= forecast.probability) & (forecast.probability <= forecast.high)).all()
    assert (forecast.high - forecast.low).max() > 0.3


@pytest.mark.parametrize("scale", SCALES)
def test_a_target_further_away_is_less_probable(scale: str) -> None:
    world = walks(8, scale=scale)
    nearer = targets_for(world, 3)
    one, other = (judged(world, target).forecast.probability for target in (nearer, nearer + SIZE[scale]))
    assert (other <= one).all()
    assert (other < one).mean() > 0.9


def test_the_numbers_by_hand() -> None:
    """A random walk on the linear scale, step by step: ten years, three percentage points and three years to go."""
    values = [50, 52, 51, 54, 55, 54, 57, 58, 60, 61]
    periods = [str(2013 + i) for i in range(10)]
    result = assess(
        Promise(direction="at_least", value=64.0, year=2025.0, baseline=50.0, baseline_year=2013.0),
        periods,
        [float(value) for value in values],
        as_of=2023.0,
        version="1",
    )
    steps = np.diff(values)
    scale = np.sqrt(((steps[:-1] - steps[:-1].mean()) ** 2).sum() / 7)
    mean, total = 61 + 3 * 11 / 9, scale * np.sqrt(3 + 9 / 9)
    assert result.probability == pytest.approx(t.sf((64 - mean) / total, 7), abs=1e-9)
    assert result.forecast == pytest.approx(mean)
    assert result.forecast_lower == pytest.approx(mean - t.ppf(0.9, 7) * total)
    reach = t.ppf(0.9, 7) * scale / np.sqrt(9) * 3
    assert result.probability_low == pytest.approx(t.sf((64 - mean + reach) / (scale * np.sqrt(3)), 7), abs=1e-9)


steps = st.lists(st.integers(-20, 20), min_size=7, max_size=12)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(moves=steps, last=st.integers(1, 40), target=st.integers(1, 99), upper=st.sampled_from([None, 1000.0]))
def test_a_better_last_value_is_never_less_probable(
    moves: list[int], last: int, target: int, upper: float | None
) -> None:
    values = [float(v) for v in 300 + np.cumsum(moves)]
    chances = [chance(values, values[-1] + move, target, upper) for move in (last, last + 1)]
    assert chances[0] is None or chances[0] <= chances[1]  # type: ignore[operator]


def chance(values: list[float], last: float, target: int, upper: float | None) -> float | None:
    """Return the probability for a series whose last value is given."""
    promise = Promise(direction="at_least", value=300.0 + target, year=2030.0, lower=0.0, upper=upper)
    periods = [str(2010 + i) for i in range(len(values) + 1)]
    return assess(promise, periods, [*values, last], as_of=2023.0).probability


WAVE = "2012 40, 2013 42, 2014 41, 2015 44, 2016 43, 2017 46, 2018 45, 2019 48, 2020 47, 2021 50, 2022 49"


class Certain(NamedTuple):
    name: str
    changes: dict[str, Any]
    probability: float | None
    series: str = WAVE


COUNTED = {"measured_as": "count", "baseline": None, "baseline_year": None, "upper": None}
CERTAIN = [
    Certain("below the lower bound nothing lies", {"value": -1.0}, 1.0),
    Certain("the lower bound itself is always reached", {"value": 0.0}, 1.0),
    Certain("above the upper bound nothing lies", {"value": 100.5}, 0.0),
    Certain("at most the upper bound is always kept", {"value": 100.0, "direction": "at_most"}, 1.0),
    Certain("strictly more than the upper bound is impossible", {"value": 100.0, "strict": True}, 0.0),
    Certain("about something outside is impossible", {"value": 110.0, "direction": "about", "tolerance": 5.0}, 0.0),
    Certain("about everything is certain", {"value": 50.0, "direction": "about", "tolerance": 50.0}, 1.0),
    Certain("a count that has arrived stays", {**COUNTED, "value": 45.0}, 1.0),
    Certain("a count beyond its limit stays beyond", {**COUNTED, "value": 45.0, "direction": "at_most"}, 0.0),
    Certain("a level to hold that was broken stays broken", {"value": 49.5, "hold": True}, 0.0),
]


@pytest.mark.parametrize("case", CERTAIN, ids=lambda case: case.name)
def test_what_is_certain_has_the_probability_zero_or_one(case: Certain) -> None:
    result = judge(case.series, **case.changes)
    assert (result.probability, result.probability_low, result.probability_high) == (case.probability,) * 3


def test_bounds_that_the_values_have_passed_make_nothing_certain() -> None:
    result = judge(WAVE, value=45.0, upper=44.0, lower=0.0)
    assert result.probability is not None
    assert 0 < result.probability < 1


@pytest.mark.parametrize(
    ("changes", "scale"),
    [
        ({}, "logit"),
        ({"upper": None}, "log"),
        ({"lower": None}, "linear"),
        ({"lower": None, "upper": None}, "linear"),
        ({"lower": 10.0, "upper": None}, "linear"),
        ({"value": 100.0}, "linear"),
        ({"lower": 40.0}, "linear"),
    ],
    ids=str,
)
def test_the_scale_fits_the_bounds(changes: dict[str, Any], scale: str) -> None:
    assert judge(WAVE, **changes).scale == scale


def test_nothing_is_added_to_a_zero() -> None:
    """With a zero in the series or as the target the forecast is the plain linear one, to the digit."""
    series = "2015 0, 2016 3, 2017 2, 2018 5, 2019 4, 2020 6, 2021 9, 2022 8"
    bounded = judge(series, value=12.0, baseline=0.0)
    plain = judge(series, value=12.0, baseline=0.0, lower=None, upper=None)
    assert (bounded.scale, bounded.probability) == ("linear", plain.probability)
    falling = judge("2015 9, 2016 8, 2017 8, 2018 6, 2019 5, 2020 5, 2021 4, 2022 2", value=0.0, direction="at_most")
    assert falling.scale == "linear"
    assert falling.probability is not None
    assert "linear_at_bound" in falling.flags


SILENT = [
    ("qualitative", WAVE, {"kind": "qualitative", "value": None}, "no_target_value"),
    ("no figure", WAVE, {"value": None}, "no_target_value"),
    ("no data", "", {}, "no_data"),
    ("a change from nowhere", WAVE, {"direction": "change_by", "baseline": None, "baseline_year": 1990.0,
                                     "start_year": 1990.0}, "no_baseline_for_change"),
    ("the deadline has passed", WAVE, {"as_of": 2026.0}, "deadline_passed"),
    ("no deadline", WAVE, {"year": None, "end_year": None}, "no_deadline"),
    ("the deadline's year is observed", WAVE, {"year": 2022.0, "as_of": 2022.3}, "deadline_year_observed"),
    ("an exact value", WAVE, {"direction": "exactly"}, "exact_target"),
    ("four years", "2019 89, 2020 90, 2021 91.5, 2022 92", {}, "too_few_observations"),
    ("a break four years ago", WAVE.replace("2019", "break 2019"), {}, "too_few_observations"),
    ("no variation", ", ".join(f"{year} 90" for year in range(2010, 2023)), {}, "no_variation"),
    ("a straight line", ", ".join(f"{year} {year - 1950}" for year in range(2010, 2023)),
     {"lower": None, "upper": None}, "no_variation"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "series", "changes", "why"), SILENT, ids=[row[0] for row in SILENT])
def test_where_no_forecast_is_possible_it_says_why(name: str, series: str, changes: dict[str, Any], why: str) -> None:
    result = judge(series, **changes)
    numbers = (result.probability, result.probability_low, result.probability_high, result.forecast)
    assert (numbers, result.no_probability) == ((None,) * 4, why)


def probability_of(result: Result) -> float:
    """Return the probability. Fails where there is none."""
    assert result.probability is not None
    return result.probability


def test_values_older_than_fifteen_years_do_not_count() -> None:
    old = "1990 90, 1995 10, 2000 80, 2007 20"
    assert judge(f"{old}, {WAVE}").to_dict() | {"best": 0, "best_period": 0, "since_best": 0, "flags": []} == judge(
        WAVE
    ).to_dict() | {"best": 0, "best_period": 0, "since_best": 0, "flags": []}


def test_values_before_a_break_do_not_count() -> None:
    broken = judge(f"2009 10, 2010 90, 2011 20, break {WAVE}")
    assert probability_of(broken) == probability_of(judge(WAVE))


def test_about_is_the_chance_of_ending_between() -> None:
    between = judge(WAVE, direction="about", value=52.0, tolerance=2.0)
    above, beyond = judge(WAVE, value=50.0), judge(WAVE, value=54.0)
    assert probability_of(between) == pytest.approx(probability_of(above) - probability_of(beyond), abs=2e-9)


def test_quarters_are_steps_of_a_quarter_year() -> None:
    """The same walk told by quarters has the same yearly spread, within what eleven years can tell."""
    rng = np.random.default_rng(12)
    walk = 50 + np.cumsum(rng.normal(0.2, 0.5, 48))
    quarters = ", ".join(f"{2011 + i // 4}-Q{i % 4 + 1} {value:.3f}" for i, value in enumerate(walk))
    result = judge(quarters, value=70.0, year=2030.0, lower=None, upper=None, version="1")
    assert result.observations == 12
    steps = np.diff([round(value, 3) for value in walk])
    drift, inner = steps.mean() * 4, steps[:-1]
    scale = np.sqrt(((inner - inner.mean()) ** 2).sum() * 4 / 45)
    ahead, span = 2030 - 2022.375, 47 / 4
    expected = t.sf((70 - walk[-1] - drift * ahead) / (scale * np.sqrt(ahead + ahead**2 / span)), 45)
    assert probability_of(result) == pytest.approx(expected, abs=2e-5)


def test_missing_years_are_longer_steps() -> None:
    data = columns("2010 10, 2012 13, 2013 13.5, 2016 19, 2018 21, 2021 30, 2022 31")
    promise = Promise(direction="at_least", value=40.0, year=2028.0)
    result = assess(promise, data["periods"], data["values"], as_of=2023.0, version="1")
    times, values = np.array([2010, 2012, 2013, 2016, 2018, 2021, 2022.0]), np.array(data["values"])
    own = (values[-2] - values[0]) / (times[-2] - times[0])
    gaps = np.diff(times)[:-1]
    scale = np.sqrt(((np.diff(values)[:-1] - own * gaps) ** 2 / gaps).sum() / 4)
    mean = 31 + 6 * 21 / 12
    assert result.probability == pytest.approx(t.sf((40 - mean) / (scale * np.sqrt(6 + 36 / 12)), 4), abs=1e-9)
