"""The simulation in small: the interval of the frontier holds the truth more often than not, and is of some use."""

import re

import pytest

from simulations import frontier


def test_intervals_cover_in_small() -> None:
    text = frontier.run(quick=True)
    found = re.findall(r"\| 0\.9 \| 40 \| \d+% \| (\d+)% \| ([\d.]+) \| ([-+][\d.]+) \|", text)
    assert len(found) == len(frontier.PLACES)
    held, width, error = zip(*((float(a), float(b), abs(float(c))) for a, b, c in found), strict=True)
    assert sum(held) / len(held) >= 65
    assert max(width) < 8
    assert max(error) < 1.5


def test_the_made_up_world_has_the_quantile_that_is_asked_for() -> None:
    import numpy as np

    x, y, names = frontier.drawn(np.random.default_rng(1), 4000)
    truth = frontier.possible(x) + frontier.scatter(x) * np.log(0.9)
    assert np.mean(y <= truth) == pytest.approx(0.9, abs=0.015)
    assert len(names) == len(x) == 4000 * frontier.YEARS
