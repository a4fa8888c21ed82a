"""On the bundled data the forecast comes true and beats every published rule; the stored result is what it says."""

import json
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import compat
from rightsplan.stats.backtest import RULES, Cases, draw_cases, fit, said_with, score, verdict_values
from rightsplan.stats.backtest.fitting import described
from rightsplan.stats.backtest.rules import path_of
from rightsplan.stats.damped_trend import SETTINGS
from rightsplan.stats.progress import VERSION
from rightsplan.stats.scales import LINEAR
from simulations.backtest import measured
from simulations.panels import bundled_panels

STORED: dict[str, Any] = json.loads((files("rightsplan.stats") / "backtest" / "result.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def cases() -> Cases:
    """Return a small sample of the cases of the bundled panels."""
    return draw_cases(bundled_panels(), each=12, rng=np.random.default_rng(77))


@pytest.fixture(scope="module")
def found(cases: Cases) -> dict[str, Any]:
    """Return the quick run of the simulation."""
    return measured(cases, full=False)


def test_the_promise_in_the_quick_run(found: dict[str, Any]) -> None:
    assert found["cases"] > 2000
    assert found["ours"]["calibration_error"] < 0.05
    for rule in found["rules"]:
        assert found["ours"]["brier"] < rule["brier"] < rule["as_is"]["brier"]
        assert found["ours"]["logarithmic"] < rule["logarithmic"] < rule["as_is"]["logarithmic"]


def test_the_promise_in_the_stored_run() -> None:
    assert STORED["cases"] >= 10_000
    assert STORED["ours"]["calibration_error"] < 0.05
    assert STORED["later"]["calibration_error"] < 0.05
    assert {rule["rule"] for rule in STORED["rules"]} == set(RULES)
    for rule in STORED["rules"]:
        assert rule["lead_low"] > 0
        assert STORED["ours"]["logarithmic"] < rule["logarithmic"]


def test_the_stored_run_is_of_this_version_and_of_these_numbers() -> None:
    assert STORED["version"] == VERSION
    assert STORED["settings"] == described(SETTINGS)
    assert sum(b["cases"] for b in STORED["bins"]) == STORED["cases"] == sum(h["cases"] for h in STORED["horizons"])


def test_a_fresh_sample_scores_as_the_stored_run_says(cases: Cases) -> None:
    said = said_with(cases)
    spoken = np.isfinite(said)
    losses = (said[spoken] - cases.is_met[spoken]) ** 2
    margin = 4 * losses.std() / np.sqrt(spoken.sum())
    assert losses.mean() == pytest.approx(STORED["ours"]["brier"], abs=margin)


def test_fitting_finds_better_numbers_than_bad_ones(cases: Cases) -> None:
    everything = np.ones(cases.count, dtype=bool)
    fitted = fit(cases, everything)
    spoken = np.isfinite(said_with(cases))
    ours = score(said_with(cases, fitted)[spoken], cases.is_met[spoken]).logarithmic
    frozen = score(said_with(cases)[spoken], cases.is_met[spoken]).logarithmic
    assert ours <= frozen + 1e-6


def test_a_scale_with_few_cases_keeps_its_numbers(cases: Cases) -> None:
    none = np.zeros(cases.count, dtype=bool)
    assert fit(cases, none) == SETTINGS
    assert fit(cases, none)[LINEAR] is SETTINGS[LINEAR]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_asked_what_it_is_asked_elsewhere(rule: str, cases: Cases) -> None:
    values, favourable = verdict_values(cases, rule)
    assert len(values) == len(favourable) == cases.count
    assert np.isfinite(values).all()
    assert 0 < favourable.mean() < 1
    if rule != "escap_anticipated":
        one = getattr(compat, rule)(path_of(cases, 5))
        assert values[5] == pytest.approx(one.value)


def test_an_unknown_rule_is_refused(cases: Cases) -> None:
    with pytest.raises(Refused, match="guess"):
        verdict_values(cases, "guess")
