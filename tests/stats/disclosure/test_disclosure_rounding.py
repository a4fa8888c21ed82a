"""Rounding keeps what it says, and the attack on it finds the truth within an honest interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.disclosure import attack, controlled_rounding, link, random_rounding, table

from .tables import published, summed

FEW = settings(max_examples=25, deadline=None)


def complete(inner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    full = summed(inner.astype(float))
    return full, np.zeros(full.shape, dtype=bool)


inners = st.lists(st.integers(0, 30), min_size=6, max_size=6).map(lambda n: np.array(n).reshape(2, 3))


@FEW
@given(inner=inners, base=st.sampled_from([3, 5, 10]))
def test_controlled_rounding_keeps_sums_and_stays_near(inner: np.ndarray, base: int) -> None:
    full, none = complete(inner)
    made = controlled_rounding(published(full, none), base=base)
    assert (made.values % base == 0).all()
    assert np.abs(made.values - full.ravel()).max() < base
    assert np.abs(link([made]).matrix @ made.values).max() == 0
    multiples = full.ravel() % base == 0
    assert (made.values[multiples] == full.ravel()[multiples]).all()
    assert (made.margin == base - 1).all()


def test_controlled_rounding_is_the_nearest_by_trying_all() -> None:
    full, none = complete(np.array([[4, 7], [11, 3]]))
    made = controlled_rounding(published(full, none), base=5)
    low = np.floor(full[:2, :2] / 5) * 5
    best = np.inf
    for bits in np.ndindex(2, 2, 2, 2):
        tried = summed(low + 5 * np.array(bits).reshape(2, 2))
        distance = np.abs(tried - full)
        if (distance < 5).all() and (distance[full % 5 == 0] == 0).all():
            best = min(best, distance.sum())
    assert np.abs(made.values - full.ravel()).sum() == best


@FEW
@given(inner=inners, seed=st.integers(0, 99))
def test_the_attack_on_a_rounded_table_holds_the_truth(inner: np.ndarray, seed: int) -> None:
    full, none = complete(inner)
    for made in (random_rounding(published(full, none), base=5, seed=seed), controlled_rounding(published(full, none))):
        found = attack([made])
        assert (found.low <= full.ravel()).all()
        assert (full.ravel() <= found.high).all()
        assert (found.high - found.low <= 2 * made.margin).all()


def test_random_rounding_is_unbiased_and_repeatable() -> None:
    made = table(["x"], [(f"c{i}",) for i in range(20_000)], np.full(20_000, 7.0))
    once, again = random_rounding(made, base=5, seed=4), random_rounding(made, base=5, seed=4)
    assert (once.values == again.values).all()
    assert set(once.values.tolist()) == {5.0, 10.0}
    # 2/5 go up: mean 7, standard error 5 sqrt(0.24 / 20000) = 0.017
    assert once.values.mean() == pytest.approx(7, abs=0.07)
    assert (random_rounding(made, base=5, seed=5).values != once.values).any()


def test_a_three_way_table_is_rounded() -> None:
    full, none = complete(np.random.default_rng(2).poisson(4.0, (4, 3, 3)))
    made = controlled_rounding(published(full, none), base=3)
    assert np.abs(link([made]).matrix @ made.values).max() == 0
    assert (np.abs(made.values - full.ravel()) <= made.margin).all()


def test_bad_input_is_refused() -> None:
    full, none = complete(np.array([[1, 2], [3, 4]]))
    made = published(full, none)
    with pytest.raises(Refused, match="base"):
        controlled_rounding(made, base=1)
    with pytest.raises(Refused, match="seed"):
        random_rounding(made, seed=-1)
    with pytest.raises(Refused, match="rounded already"):
        random_rounding(random_rounding(made))
    with pytest.raises(Refused, match="values"):
        controlled_rounding(published(full, np.eye(3, dtype=bool)))
    with pytest.raises(Refused, match="whole"):
        random_rounding(table(["x"], [("a",)], [1.5]))
