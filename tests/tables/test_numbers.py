"""Numbers as people write them, read a column at a time."""

import math
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.tables.numbers import MISSING, Numbers, number_problems, parse_number, parse_numbers


def column(*cells: str | None) -> Numbers:
    """Parse cells as one column."""
    return parse_numbers(pl.Series(cells, dtype=pl.String))


def values(*cells: str | None) -> list[float | None]:
    """Return the values of a column in which nothing is wrong."""
    numbers = column(*cells)
    assert numbers.why.to_list() == [None] * len(cells)
    return numbers.value.to_list()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12.0),
        ("-3.5", -3.5),
        ("+3.5", 3.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e5", 100_000.0),
        ("1.5E-3", 0.0015),
        ("3,5", 3.5),
        (",5", 0.5),
        ("0,123", 0.123),
        ("1234,567", 1234.567),
        ("1.234", 1.234),
        ("1,234,567", 1_234_567.0),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234.567", 1_234_567.0),
        ("1.234.567,89", 1_234_567.89),
        ("12,34,567", 1_234_567.0),
        ("1,23,456.7", 123_456.7),
        ("1'234'567.5", 1_234_567.5),
        ("1’234’567", 1_234_567.0),
        ("12'345", 12_345.0),
        ("1 234 567", 1_234_567.0),
        ("1 234,5", 1234.5),
        ("1\u00a0234", 1234.0),
        ("1\u202f234\u202f567", 1_234_567.0),
        ("1\u2009234.5", 1234.5),
        ("−5", -5.0),
        ("–5", -5.0),
        ("- 5", -5.0),
        ("－5", -5.0),
        ("１２．５", 12.5),
        ("٣٫٥", 3.5),
        ("١٬٢٣٤٬٥٦٧", 1_234_567.0),
        ("۱۲", 12.0),
        ("१२", 12.0),
        ("  7  ", 7.0),
    ],
)
def test_a_number_in_any_habit_of_writing(cell: str, value: float) -> None:
    assert values(cell) == [value]


@pytest.mark.parametrize(
    ("others", "value"),
    [
        (["3.5"], 1234.0),
        (["1,234,567"], 1234.0),
        (["1,234.5"], 1234.0),
        (["0.125"], 1234.0),
        (["3,5"], 1.234),
        (["1.234,5"], 1.234),
        (["0,5"], 1.234),
    ],
)
def test_the_other_cells_say_what_a_comma_before_three_digits_means(others: list[str], value: float) -> None:
    assert values("1,234", *others)[0] == value


@pytest.mark.parametrize(
    "cells",
    [["1,234"], ["1,234", "5,678"], ["1,234", "12"], ["12,345", "1,234*"], ["1,234", "3.5", "3,5"], ["１，２３４"]],
)
def test_where_no_cell_says_it_or_both_are_said_a_person_is_asked(cells: list[str]) -> None:
    numbers = column(*cells)
    assert numbers.why[0] == "separator"
    assert numbers.value[0] is None


@pytest.mark.parametrize(
    ("others", "value", "why"),
    [([], 1.234, None), (["2.5"], 1.234, None), (["3,5"], 1234.0, None), (["3,5", "2.5"], None, "separator")],
)
def test_a_point_before_three_digits_is_decimal_unless_the_column_has_decimal_commas(
    others: list[str], value: float | None, why: str | None
) -> None:
    numbers = column("1.234", *others)
    assert (numbers.value[0], numbers.why[0]) == (value, why)


@pytest.mark.parametrize("cell", ["12%", "12 %", "12.0 %", "１２％", "12٪", "12\u202f%"])
def test_a_percent_sign_is_dropped_and_remembered(cell: str) -> None:
    numbers = column(cell, "3")
    assert numbers.value.to_list() == [12.0, 3.0]
    assert numbers.has_percent.to_list() == [True, False]


@pytest.mark.parametrize(
    ("cell", "value", "mark"),
    [
        ("3.5*", 3.5, "*"),
        ("3.5 **", 3.5, "**"),
        ("5¹", 5.0, "¹"),
        ("7†", 7.0, "†"),
        ("4 (a)", 4.0, "(a)"),
        ("2023(1)", 2023.0, "(1)"),
        ("6[b]", 6.0, "[b]"),
        ("5%*", 5.0, "*"),
        ("12ᵃ", 12.0, "ᵃ"),
    ],
)
def test_a_footnote_mark_is_kept_apart(cell: str, value: float, mark: str) -> None:
    numbers = column(cell)
    assert (numbers.value[0], numbers.mark[0], numbers.why[0]) == (value, mark, None)


@pytest.mark.parametrize("cell", [*MISSING, "N/A", "NaN", "X", " .. "])
def test_a_sign_for_no_value_is_missing_and_never_zero(cell: str) -> None:
    numbers = column(cell, "3.5")
    assert numbers.value.to_list() == [None, 3.5]
    assert numbers.is_wrong.to_list() == [False, False]
    assert numbers.missing[0] == cell.strip()


def test_empty_cells_are_neither_wrong_nor_marked() -> None:
    numbers = column(None, "", "1,5")
    assert numbers.value.to_list() == [None, None, 1.5]
    assert not numbers.is_wrong.any()
    assert numbers.missing[0] is None


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("over 90", "number"),
        ("90-95", "number"),
        ("1,5,7", "number"),
        ("1 23", "number"),
        ("1_000", "number"),
        ("0x10", "number"),
        ("inf", "number"),
        ("-Infinity", "number"),
        ("1e400", "large"),
        ("(5)", "brackets"),
        ("(1,234.5)", "brackets"),
        ("٬", "number"),
        ("12 34", "number"),
        ("1..5", "number"),
        ("--5", "number"),
    ],
)
def test_what_is_no_number_is_never_guessed(cell: str, why: str) -> None:
    numbers = column(cell, "1")
    assert (numbers.value[0], numbers.why[0], numbers.is_wrong[0]) == (None, why, True)
    assert numbers.value[1] == 1.0


def test_a_number_in_brackets_carries_no_footnote() -> None:
    assert column("(5)").mark.to_list() == [None]


def test_problems_name_row_column_cell_and_remedy() -> None:
    cells = pl.Series(["1", "over 90", None, "1,234"], dtype=pl.String)
    problems = number_problems(parse_numbers(cells), cells=cells, rows=pl.Series([2, 3, 5, 9]), column="value")
    assert [(p.row, p.column, p.value, p.message) for p in problems] == [
        (3, "value", "over 90", "This is no number."),
        (9, "value", "1,234", "This can be a thousand separator or a decimal sign."),
    ]
    assert problems[1].remedy == "Write 1234 or 1.234."


def test_no_more_problems_are_listed_than_asked_for() -> None:
    cells = pl.Series(["many"] * 50)
    assert len(number_problems(parse_numbers(cells), cells=cells, rows=pl.Series(range(50)), column="v", most=7)) == 7


@pytest.mark.parametrize(
    ("cell", "value"), [("3,5", 3.5), (" 7 ", 7.0), ("nan", None), ("-", None), ("", None), ("12%", 12.0), ("٣", 3.0)]
)
def test_one_cell_alone(cell: str, value: float | None) -> None:
    assert parse_number(cell) == value


@pytest.mark.parametrize("cell", ["1,234", "inf", "1e999", "1_000", "ten", "(5)", "1__0"])
def test_one_cell_alone_that_cannot_be_read(cell: str) -> None:
    with pytest.raises(ValueError, match=re.escape(cell)):
        parse_number(cell)


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(FINITE, max_size=20))
def test_every_double_reads_back_exactly(numbers: list[float]) -> None:
    assert values(*map(repr, numbers)) == numbers


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=20))
def test_german_swiss_and_english_spelling_give_the_same_column(amounts: list[object]) -> None:
    english = [f"{amount:,.2f}" for amount in amounts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    swiss = [text.replace(",", "’") for text in english]
    french = [text.replace(",", "\u202f").replace(".", ",") for text in english]
    plain = [float(f"{amount}") for amount in amounts]
    assert values(*english) == values(*german) == values(*swiss) == values(*french) == plain


@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_text_gives_a_finite_number_a_missing_value_or_a_reason(cells: list[str]) -> None:
    numbers = column(*cells)
    for value, why in zip(numbers.value.to_list(), numbers.why.to_list(), strict=True):
        assert value is None or math.isfinite(value)
        assert value is None or why is None


@given(st.lists(st.sampled_from(["1,234", "3,5", "3.5", "1.234", "7", "..", "(5)", "x*", "1 234,5", "2%"]), max_size=6))
def test_the_order_of_the_rows_does_not_matter(cells: list[str]) -> None:
    forwards, backwards = column(*cells), column(*reversed(cells))
    assert forwards.value.to_list() == backwards.value.to_list()[::-1]
    assert forwards.why.to_list() == backwards.why.to_list()[::-1]
