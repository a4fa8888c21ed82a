"""Poverty by counting: the textbook case, ties at the cutoff, standard errors, laws, nobody poor, bad input."""

from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.index import Poverty, Share, alkire_foster, nested_weights
from rightsplan.stats.index.poverty import fraction, whole_parts

# The test of the R package mpindex (MIT): 4 households, 4 equal indicators, cutoff one half. H, A and M0 are those of
# the example of Alkire and Foster (2011), section 4, which counts 0, 2, 4 and 1 deprivations too.
TEXTBOOK = np.array([[0, 0, 0, 0], [1, 0, 0, 1], [1, 1, 1, 1], [0, 1, 0, 0]])
NAMES = ("a1", "a2", "b1", "b2")
GLOBAL = ["health"] * 2 + ["education"] * 2 + ["living"] * 6


def measure(deprived: Any, **more: Any) -> Poverty:
    number = np.shape(deprived)[1]
    given_ = {"names": [f"i{j}" for j in range(number)], "weights": [1] * number, "cutoff": "1/2"}
    return alkire_foster(deprived, **{**given_, **more})


def test_the_textbook_case() -> None:
    found = measure(TEXTBOOK, names=NAMES)
    assert (found.headcount.value, found.intensity.value, found.adjusted.value) == (0.5, 0.75, 0.375)
    assert found.poor.tolist() == [False, True, True, False]
    assert found.score.tolist() == [0, 0.5, 1, 0.25]
    assert [each.uncensored.value for each in found.indicators] == [0.5, 0.5, 0.25, 0.5]
    assert [each.censored.value for each in found.indicators] == [0.5, 0.25, 0.25, 0.5]
    assert [each.contribution.value for each in found.indicators] == pytest.approx([1 / 3, 1 / 6, 1 / 6, 1 / 3])
    assert [each.name for each in found.indicators] == list(NAMES)


def test_the_weights_of_the_global_index() -> None:
    assert nested_weights(GLOBAL) == (Fraction(1, 6),) * 4 + (Fraction(1, 18),) * 6
    assert sum(nested_weights(["b", "a", "b"])) == 1


def test_a_tie_at_the_cutoff_is_a_tie() -> None:
    """Six living standards of 1/18 are exactly one third, 0.7 and 0.1 are 0.8: in binary numbers they are not."""
    assert sum([1 / 18] * 6) != 1 / 3
    assert 0.7 + 0.1 < 0.8
    assert measure([[1, 1, 0]], weights=[0.7, 0.1, 0.2], cutoff=0.8).poor.tolist() == [True]
    six = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    five = [0, 0, 0, 0, 1, 1, 1, 1, 1, 0]
    mixed = [1, 0, 0, 0, 1, 1, 1, 0, 0, 0]
    floats = [1 / 6] * 4 + [1 / 18] * 6
    for weights in (nested_weights(GLOBAL), ["1/6"] * 4 + ["1/18"] * 6, floats, [3] * 4 + [1] * 6):
        for cutoff in ("1/3", 1 / 3, Fraction(1, 3), 0.3333333333):
            found = measure([six, five, mixed], weights=weights, cutoff=cutoff)
            assert found.poor.tolist() == [True, False, True], (weights, cutoff)


def test_union_and_intersection() -> None:
    assert measure(TEXTBOOK, cutoff="1/1000").poor.tolist() == [False, True, True, True]
    assert measure(TEXTBOOK, cutoff=1).poor.tolist() == [False, False, True, False]


def test_nobody_is_poor() -> None:
    found = measure(np.zeros((5, 3)))
    assert found.headcount == Share(value=0.0, error=0.0, note="no interval: no row differs")
    assert found.intensity == Share(value=0.0, note="nobody is poor")
    assert found.adjusted.value == 0
    assert all(each.contribution == Share(value=None, note="nobody is poor") for each in found.indicators)


def test_everybody_is_poor_in_everything() -> None:
    found = measure(np.ones((5, 3)))
    assert (found.headcount.value, found.intensity.value, found.adjusted.value) == (1, 1, 1)
    assert found.headcount.low is None


def test_one_row_has_no_error() -> None:
    found = measure([[1, 0]])
    assert found.headcount == Share(value=1.0, note="one row: no standard error")


# Standard errors


def sample(rows: int = 240) -> dict[str, Any]:
    rng = np.random.default_rng(4)
    strata = rng.integers(0, 4, rows)
    clusters = strata * 100 + rng.integers(0, 6, rows)
    spread = rng.standard_normal(rows)[:, None] + 0.8 * rng.standard_normal(500)[clusters][:, None]
    return {
        "deprived": (spread + rng.standard_normal((rows, 4)) > 0.6).astype(int),
        "sampling": rng.uniform(0.5, 3, rows),
        "strata": [f"s{i}" for i in strata],
        "clusters": [f"c{i}" for i in clusters],
        "within": rng.random(rows) > 0.5,
    }


def test_errors_of_a_simple_sample_are_those_of_a_mean() -> None:
    cells = sample()["deprived"]
    found = measure(cells)
    count = len(cells)
    assert found.headcount.error == pytest.approx(np.std(found.poor, ddof=1) / np.sqrt(count), rel=1e-12)
    assert found.adjusted.error == pytest.approx(np.std(found.poor * found.score, ddof=1) / np.sqrt(count), rel=1e-12)
    kept = found.score[found.poor]
    among = np.sqrt(((kept - kept.mean()) ** 2).sum() / len(kept) ** 2 * count / (count - 1))
    assert found.intensity.error == pytest.approx(among, rel=1e-12)


def test_errors_agree_with_leaving_out_one_cluster_at_a_time() -> None:
    """The jackknife is another road to the same variance: near, not equal."""
    drawn = sample()
    groups = np.array([f"{a} {b}" for a, b in zip(drawn["strata"], drawn["clusters"], strict=True)])
    strata = np.array(drawn["strata"])
    found = measure(drawn["deprived"], sampling=drawn["sampling"], strata=drawn["strata"], clusters=drawn["clusters"])
    variance = 0.0
    for stratum in np.unique(strata):
        members = np.unique(groups[strata == stratum])
        left = []
        for member in members:
            kept = groups != member
            grown = np.where(strata == stratum, len(members) / (len(members) - 1), 1.0) * drawn["sampling"]
            left.append(measure(drawn["deprived"][kept], sampling=grown[kept]).intensity.value)
        variance += (len(members) - 1) / len(members) * ((np.array(left) - np.mean(left)) ** 2).sum()
    assert found.intensity.error == pytest.approx(np.sqrt(variance), rel=0.06)


@pytest.mark.parametrize("of_group", [False, True])
def test_errors_equal_those_of_svy(of_group: bool) -> None:
    svy = pytest.importorskip("svy")
    drawn = sample()
    within = drawn["within"] if of_group else np.ones(len(drawn["sampling"]), dtype=bool)
    design = {name: drawn[name] for name in ("sampling", "strata", "clusters")}
    found = measure(drawn["deprived"], weights=["1/3", "1/3", "1/6", "1/6"], cutoff="1/3", within=within, **design)
    frame = pl.DataFrame(
        {
            "weight": drawn["sampling"],
            "stratum": drawn["strata"],
            "cluster": drawn["clusters"],
            "inside": within.astype(int),
            "poor": found.poor.astype(float),
            "score": found.poor * found.score,
            "part": drawn["deprived"][:, 0] * found.poor / 3,
        }
    )
    estimate = svy.Sample(frame, svy.Design(stratum="stratum", psu="cluster", wgt="weight", wr=True)).estimation
    where = svy.col("inside") == 1
    pairs = [
        (estimate.mean("poor", where=where), found.headcount),
        (estimate.mean("score", where=where), found.adjusted),
        (estimate.ratio("score", "poor", where=where), found.intensity),
        (estimate.ratio("part", "score", where=where), found.indicators[0].contribution),
    ]
    for theirs, ours in pairs:
        (row,) = theirs.estimates
        assert ours.value == pytest.approx(row.est, rel=1e-10)
        assert ours.error == pytest.approx(row.se, rel=1e-10)


def test_intervals_cover() -> None:
    """Clustered samples of a known population: 95 % intervals of H and M0 hold the truth about as often."""
    rng = np.random.default_rng(11)
    hits, number, per = [], 40, 12
    level = rng.beta(2, 3, 4_000)
    truth = (np.mean(level**2 + 2 * level * (1 - level)), np.mean(level**2 + level * (1 - level)))
    for _ in range(250):
        picked = rng.choice(level, number)
        cells = rng.random((number * per, 2)) < np.repeat(picked, per)[:, None]
        found = measure(cells.astype(int), clusters=[f"c{i // per}" for i in range(number * per)], cutoff="1/2")
        for share, real in zip((found.headcount, found.adjusted), truth, strict=True):
            assert share.low is not None
            assert share.high is not None
            hits.append(share.low <= real <= share.high)
    assert 0.92 <= np.mean(hits) <= 0.975


# Laws

cells = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 1), min_size=width, max_size=width), min_size=2, max_size=12)
)


@given(cells, st.integers(1, 10))
@settings(max_examples=60, deadline=None)
def test_the_parts_make_the_whole(table: list[list[int]], tenths: int) -> None:
    found = measure(table, cutoff=Fraction(tenths, 10))
    h, a, m = found.headcount.value, found.intensity.value, found.adjusted.value
    assert h is not None
    assert a is not None
    assert m == pytest.approx(h * a)
    assert m == pytest.approx(sum(float(each.weight) * (each.censored.value or 0) for each in found.indicators))
    for each in found.indicators:
        assert (each.censored.value or 0) <= (each.uncensored.value or 0) + 1e-12
    if h > 0:
        assert sum(each.contribution.value or 0 for each in found.indicators) == pytest.approx(1)


@given(cells, st.integers(1, 10), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_rows_and_indicators_does_not_matter(table: list[list[int]], tenths: int, random: Any) -> None:
    grid = np.array(table)
    order, across = list(range(len(grid))), list(range(grid.shape[1]))
    random.shuffle(order)
    random.shuffle(across)
    weights = [j + 1 for j in range(grid.shape[1])]
    one = measure(grid, weights=weights, cutoff=Fraction(tenths, 10))
    two = measure(grid[order][:, across], weights=[weights[j] for j in across], cutoff=Fraction(tenths, 10))
    assert one.adjusted.value == pytest.approx(two.adjusted.value)
    assert one.poor[order].tolist() == two.poor.tolist()


@given(cells, st.integers(1, 10), st.floats(0.1, 100))
@settings(max_examples=40, deadline=None)
def test_only_relative_weights_count(table: list[list[int]], tenths: int, unit: float) -> None:
    one = measure(table, cutoff=Fraction(tenths, 10), sampling=[1.0] * len(table))
    two = measure(table, cutoff=Fraction(tenths, 10), sampling=[unit] * len(table), weights=[7] * len(table[0]))
    assert one.adjusted.value == pytest.approx(two.adjusted.value)
    assert one.adjusted.error == pytest.approx(two.adjusted.error, abs=1e-12)


@given(cells, st.integers(1, 10))
@settings(max_examples=40, deadline=None)
def test_a_new_deprivation_never_lowers_poverty(table: list[list[int]], tenths: int) -> None:
    worse = [list(row) for row in table]
    worse[0] = [1] * len(worse[0])
    one, two = (measure(each, cutoff=Fraction(tenths, 10)).adjusted.value for each in (table, worse))
    assert one is not None
    assert two is not None
    assert two >= one - 1e-12


@given(cells, st.integers(1, 10))
@settings(max_examples=30, deadline=None)
def test_groups_add_up(table: list[list[int]], tenths: int) -> None:
    first = np.arange(len(table)) % 2 == 0
    cutoff = Fraction(tenths, 10)
    whole = measure(table, cutoff=cutoff).adjusted.value
    one, two = (measure(table, cutoff=cutoff, within=mask).adjusted.value for mask in (first, ~first))
    assert one is not None
    assert two is not None
    assert whole == pytest.approx(first.mean() * one + (1 - first.mean()) * two)


@given(cells)
@settings(max_examples=30, deadline=None)
def test_a_row_that_stands_for_two_is_two_rows(table: list[list[int]]) -> None:
    one = measure(table, sampling=[2, *[1] * (len(table) - 1)])
    two = measure([table[0], *table])
    assert one.headcount.value == pytest.approx(two.headcount.value)
    assert one.intensity.value == pytest.approx(two.intensity.value)


def test_decimals_are_read_as_the_fractions_they_stand_for() -> None:
    assert fraction("w", 1 / 18) == Fraction(1, 18)
    assert fraction("w", 0.0555555555556) == Fraction(1, 18)
    assert fraction("w", "0.125") == Fraction(1, 8)
    assert fraction("w", 0.05556) == Fraction(1389, 25000)  # four digits are no eighteenth
    parts, line = whole_parts(["1/6", "1/18", 0.5], "1/3", number=3)
    assert parts.tolist() == [3, 1, 9]
    assert line == 5  # a third of 13 is 4 1/3: five parts reach it, four do not


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: measure(np.zeros((0, 2))), "empty"),
        (lambda: alkire_foster([[]], names=[], weights=[], cutoff=1), "empty"),
        (lambda: measure([[0, 2]]), "row 1"),
        (lambda: measure([[0, float("nan")]]), "deprived is missing"),
        (lambda: measure([[0, 1]], names=["a"]), "deprived has the shape"),
        (lambda: measure([[0, 1]], names=["a", ""]), "names is empty"),
        (lambda: measure([[0, 1]], weights=[1]), "weights has 1 values"),
        (lambda: measure([[0, 1]], weights=[1, 0]), "not above 0"),
        (lambda: measure([[0, 1]], weights=[1, "x"]), "no number"),
        (lambda: measure([[0, 1]], weights=[1, float("inf")]), "no number"),
        (lambda: measure([[0, 1]], weights=[1, float("nan")]), "no number"),
        (lambda: measure([[0, 1]], weights=["1/99999999999989", "1/99999999999971"]), "too fine"),
        (lambda: measure([[0, 1]], cutoff=0), "cutoff"),
        (lambda: measure([[0, 1]], cutoff="3/2"), "cutoff"),
        (lambda: measure([[0, 1], [1, 0]], sampling=[-1, 2]), "sampling weights is below 0"),
        (lambda: measure([[0, 1], [1, 0]], sampling=[0, 0]), "all 0"),
        (lambda: measure([[0, 1], [1, 0]], sampling=[1]), "sampling weights has 1 values"),
        (lambda: measure([[0, 1], [1, 0]], strata=["a", "b"]), "Stratum a has one cluster"),
        (lambda: measure([[0, 1], [1, 0]], clusters=["a", "a"]), "Stratum all has one cluster"),
        (lambda: measure([[0, 1], [1, 0]], within=[0, 0]), "No row of the group"),
        (lambda: measure([[0, 1], [1, 0]], within=[0, 2]), "within"),
        (lambda: nested_weights([]), "empty"),
        (lambda: nested_weights(["a", ""]), "empty"),
    ],
)
def test_bad_input_is_refused(call: Any, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        call()
    assert refusal.value.remedy
