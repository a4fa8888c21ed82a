"""The promise of the intervals, loosely: a small simulation with a fixed seed, and the page that it writes."""

import pytest

from simulations import durations

USUAL, CAUTIOUS = (0.9, 0.995), (0.93, 1.0)
PROMISED = {
    ("beta", "done by 0.2"): CAUTIOUS,
    ("beta", "done by 0.7"): CAUTIOUS,
    ("beta", "median"): CAUTIOUS,
    ("log-log", "done by 0.7"): USUAL,
    ("t", "mean within 1"): USUAL,
    ("t", "difference to one as small"): USUAL,
    ("beta", "withdrawn by 1"): CAUTIOUS,
    ("of both", "decided, difference"): (0.9, 1.0),
}


@pytest.fixture(scope="module")
def counts() -> durations.Counts:
    return durations.simulate(150, (30,))[30, "30 %"]


@pytest.mark.parametrize("key", PROMISED, ids=" ".join)
def test_intervals_cover(key: tuple[str, str], counts: durations.Counts) -> None:
    least, most = PROMISED[key]
    assert counts[key].given > 140
    assert least <= counts[key].coverage <= most


def test_greenwood_is_known_to_fall_short(counts: durations.Counts) -> None:
    """The simulation can tell a poor interval: with 30 cases the symmetric one misses too often at the ends."""
    assert counts["greenwood", "done by 0.2"].coverage < counts["beta", "done by 0.2"].coverage - 0.02


def test_the_page_says_what_was_found() -> None:
    text = durations.run(quick=True)
    assert "| done by 0.7 | beta |" in text
    assert "What falls short" in text
    assert "nan" not in text.lower()
