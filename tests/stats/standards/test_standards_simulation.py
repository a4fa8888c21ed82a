"""The promises of docs/simulations/standards.md, loosely and quickly."""

import numpy as np

from simulations import standards


def test_false_alarms_and_power() -> None:
    rng = np.random.default_rng(7)
    shape = (1500, 200)
    fair = standards.alarm(standards.tables(rng, shape, 0.0, gap=1.0, error=0.0))
    harsh = standards.alarm(standards.tables(rng, shape, 0.8, gap=1.0, error=0.0))
    assert 0.03 < fair < 0.07
    assert harsh > 0.85


def test_error_in_the_matching_score_is_what_the_text_says_it_is() -> None:
    rng = np.random.default_rng(8)
    alike = standards.alarm(standards.tables(rng, (1000, 500), 0.0, gap=0.0, error=standards.ERROR))
    apart = standards.alarm(standards.tables(rng, (1000, 500), 0.0, gap=1.0, error=standards.ERROR))
    assert alike < 0.08
    assert apart > 0.5


def test_the_text_is_written() -> None:
    text = standards.run(quick=True)
    assert text.startswith("# The audit of double standards")
    assert "Falls short" in text
