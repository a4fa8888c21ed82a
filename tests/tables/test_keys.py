"""Text columns as numbers: the same order and the same equality as the text itself."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.tables import keys
from rightsplan.tables.keys import ordered_key

CELLS = st.sampled_from([None, "", "a", "b", "aa", "é", "e\u0301", "中", "ÿ", "z" * 20, "z" * 20 + "a", "_T"])
FRAMES = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=20).map(
    lambda rows: pl.DataFrame(rows, schema=dict.fromkeys("abc", pl.String), orient="row")
)


def key_of(frame: pl.DataFrame, columns: list[str]) -> list[int]:
    key = ordered_key(frame, columns)
    assert key is not None
    return key.to_list()


@given(FRAMES)
def test_numbers_sort_as_the_text_does(frame: pl.DataFrame) -> None:
    numbered = frame.with_columns(pl.Series("key", key_of(frame, ["a", "b", "c"]), dtype=pl.Int64))
    assert numbered.sort("key").drop("key").equals(frame.sort("a", "b", "c"), null_equal=True)


@given(FRAMES)
def test_numbers_are_equal_where_all_columns_are(frame: pl.DataFrame) -> None:
    found, rows = key_of(frame, ["a", "c"]), frame.select("a", "c").rows()
    assert all((x == y) == (p == q) for x, p in zip(found, rows, strict=True) for y, q in zip(found, rows, strict=True))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["b", "a", "b"], [1, 0, 1]),
        ([None, "", "a"], [0, 1, 2]),
        (["中", "z", "é"], [2, 0, 1]),
        ([None, None], [0, 0]),
        ([], []),
    ],
)
def test_null_comes_first_and_then_bytes_decide(cells: list[str | None], order: list[int]) -> None:
    found = key_of(pl.DataFrame({"a": pl.Series(cells, dtype=pl.String)}), ["a"])
    assert pl.Series(found, dtype=pl.Int64).rank("dense").to_list() == [place + 1 for place in order]


def test_earlier_columns_weigh_more() -> None:
    frame = pl.DataFrame({"a": ["x", "y", "x"], "b": ["2", "1", "1"]})
    first, second = key_of(frame, ["a", "b"]), key_of(frame, ["b", "a"])
    assert sorted(range(3), key=first.__getitem__) == [2, 0, 1]
    assert sorted(range(3), key=second.__getitem__) == [2, 1, 0]


def test_a_column_with_too_many_values_has_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"a": ["x", "y", "z"]})
    monkeypatch.setattr(keys, "MOST_DISTINCT", 2)
    assert ordered_key(frame, ["a"]) is None
    assert ordered_key(frame.head(2), ["a"]) is not None


def test_columns_that_outgrow_the_numbers_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"a": ["x", "y"], "b": ["x", "y"]})
    monkeypatch.setattr(keys, "MOST_KEYS", 8)
    assert ordered_key(frame, ["a", "b"]) is None
    assert ordered_key(frame, ["a"]) is not None


def test_no_columns_have_no_number() -> None:
    assert ordered_key(pl.DataFrame({"a": ["x"]}), []) is None
