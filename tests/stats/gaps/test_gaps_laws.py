"""Laws: complement, unit, order of rows, other names, a group cut in two, many settings at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.stats.gaps import MEASURES, Gaps, GapTable, gaps, gaps_many, group_panel
from rightsplan.stats.gaps.found import REASONS

ABSOLUTE = [name for name, (kind, _) in MEASURES.items() if kind == "absolute"]
MIRRORED = {"aci", "erreygers", "sii", "wagstaff"}
UNSEEN_BY_FRAME = {
    "difference",
    "par",
    "mdb_u",
    "mdb_w",
    "mdm_u",
    "mdm_w",
    "mdr_u",
    "mdr_w",
    "bgv",
    "bgsd",
    "d_index",
    "hoi",
}
PARTS = ("value", "corrected", "low", "high")


@st.composite
def settings_of_groups(draw: st.DrawFn) -> dict[str, list[float]]:
    k = draw(st.integers(2, 7))
    number = st.floats(8, 92).map(lambda x: round(x, 2))
    return {
        "value": draw(st.lists(number, min_size=k, max_size=k, unique=True)),
        "error": draw(st.lists(st.floats(0.2, 3.0), min_size=k, max_size=k)),
        "population": draw(st.lists(st.floats(1, 50), min_size=k, max_size=k)),
        "rank": list(range(k)),
    }


def measured(setting: dict[str, list[float]], **more: object) -> Gaps:
    names = [f"g{i}" for i in range(len(setting["value"]))]
    return gaps(names, **({"lowest": 0, "highest": 100, "reference": "g1"} | setting | more))  # type: ignore[arg-type]


def parts(found: Gaps, name: str) -> np.ndarray:
    return np.array([getattr(found.of(name), part) for part in PARTS], dtype=float)


def assert_same(a: np.ndarray, b: np.ndarray, name: str) -> None:
    np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-4 * (1 + np.nanmax(np.abs(a), initial=0)), err_msg=name)


@given(settings_of_groups(), st.booleans())
@settings(max_examples=12, deadline=None)
def test_the_complement_has_the_same_gaps(setting: dict[str, list[float]], is_ordered: bool) -> None:
    setting = setting | {"rank": setting["rank"] if is_ordered else None}  # type: ignore[dict-item]
    turned = setting | {"value": [100 - x for x in setting["value"]]}
    up, down = measured(setting), measured(turned, better="lower")
    for name in sorted(UNSEEN_BY_FRAME):
        expected = parts(up, name)
        assert_same(parts(down, name), expected, name)
    if is_ordered:
        for name in sorted(MIRRORED):
            a, b = parts(up, name), parts(down, name)
            assert_same(b, -a[[0, 1, 3, 2]], name)


@given(settings_of_groups())
@settings(max_examples=8, deadline=None)
def test_another_unit_scales_absolute_and_leaves_relative_measures(setting: dict[str, list[float]]) -> None:
    share = setting | {name: [x / 100 for x in setting[name]] for name in ("value", "error")}
    percent, fraction = measured(setting), measured(share, highest=1)
    for name in MEASURES:
        scale = {"bgv": 1e4, "erreygers": 1}.get(name, 100 if name in ABSOLUTE else 1)
        assert_same(parts(fraction, name) * scale, parts(percent, name), name)


@given(settings_of_groups(), st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_the_order_and_the_names_of_groups_do_not_matter(setting: dict[str, list[float]], random: object) -> None:
    k = len(setting["value"])
    order = list(range(k))
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = {name: [values[i] for i in order] for name, values in setting.items()}
    plain = measured(setting)
    other = measured(moved, reference=f"g{order.index(1)}")
    for name in MEASURES:
        assert_same(parts(other, name), parts(plain, name), name)


@given(settings_of_groups())
@settings(max_examples=8, deadline=None)
def test_a_group_cut_in_two_equal_ones_changes_no_weighted_value(setting: dict[str, list[float]]) -> None:
    cut = {name: [*values, values[0]] for name, values in setting.items()}
    people = setting["population"]
    cut["population"] = [people[0] / 2, *people[1:], people[0] / 2]
    whole, halves = measured(setting), measured(cut)
    for name in set(MEASURES) - {"mdb_u", "mdm_u", "mdr_u", "idis_u"}:
        assert halves.of(name).value == pytest.approx(whole.of(name).value, rel=1e-7, abs=1e-9), name


@given(settings_of_groups())
@settings(max_examples=10, deadline=None)
def test_intervals_are_in_order_and_hold_the_corrected_value(setting: dict[str, list[float]]) -> None:
    found = measured(setting)
    for estimate in (*found.absolute, *found.relative):
        if estimate.low is None:
            assert estimate.note
            continue
        assert estimate.corrected is not None
        assert estimate.high is not None
        slack = 1e-3 * (1 + abs(estimate.corrected))
        assert estimate.low - slack <= estimate.corrected <= estimate.high + slack, estimate.measure


def random_table(rng: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    sizes = rng.integers(1, 6, size=40)
    total = int(sizes.sum())
    arrays = {
        "value": rng.uniform(5, 95, total),
        "error": rng.uniform(0.5, 4, total),
        "population": rng.uniform(1, 9, total),
        "rank": rng.permutation(total).astype(float),
    }
    return arrays, np.append(0, np.cumsum(sizes))


def test_many_settings_give_what_each_gives_alone() -> None:
    arrays, offsets = random_table(np.random.default_rng(4))
    panel = group_panel(**arrays, offsets=offsets, lowest=0, highest=100)  # type: ignore[arg-type]
    table = gaps_many(panel)
    assert isinstance(table, GapTable)
    for i in range(0, 40, 7):
        rows = slice(offsets[i], offsets[i + 1])
        alone = group_panel(
            **{name: array[rows] for name, array in arrays.items()},  # type: ignore[arg-type]
            offsets=[0, offsets[i + 1] - offsets[i]],
            lowest=0,
            highest=100,
        )
        for part in PARTS:
            np.testing.assert_allclose(getattr(table, part)[i], getattr(gaps_many(alone), part)[0], rtol=1e-9)
    few = gaps_many(panel, settings=[9, 3, 9])
    np.testing.assert_array_equal(few.value, table.value[[9, 3, 9]])


def test_a_setting_with_one_group_is_not_measurable() -> None:
    arrays, offsets = random_table(np.random.default_rng(4))
    table = gaps_many(group_panel(**arrays, offsets=offsets, lowest=0, highest=100))  # type: ignore[arg-type]
    lonely = np.flatnonzero(np.diff(offsets) == 1)
    assert len(lonely)
    assert np.isnan(table.value[lonely]).all()
    assert {REASONS[code] for code in table.why[lonely].ravel()} == {"not measurable: fewer than two groups"}
    frame = table.frame()
    assert frame.height == 40 * len(MEASURES)
    assert frame["note"].null_count() == 0
    assert not any(frame[part].is_nan().any() for part in PARTS)
