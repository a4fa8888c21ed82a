"""CSV of every habit: delimiters, line ends, headers, ragged rows, and the numbers of rows a person sees."""

import string

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.tables.reading import ROW, column_name, spreadsheet_letter

from .files import numbers_of, read, refusal_of, rows_of


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "a;b\n1;2\n",
        "a\tb\n1\t2\n",
        "sep=;\na;b\n1;2\n",
        "sep=,\r\na,b\r\n1,2\r\n",
        "a,b\r\n1,2\r\n",
        "a,b\r1,2\r",
        "a,b\n1,2",
        "\n\na,b\n1,2\n",
        ' a , "b" \n 1 ,2\n'.replace(' "b" ', "b"),
        '"a","b"\n"1","2"\n',
        "a,b,\n1,2,\n",
        "a,b\n1,2,,,\n",
        "a,b,,\n1,2,,\n",
    ],
)
def test_habits_of_writing_do_not_matter(text: str) -> None:
    table = read(text.encode())
    assert table.columns == ["a", "b"]
    assert rows_of(table) == [("1", "2")]


def test_the_delimiter_is_the_one_outside_quotation_marks() -> None:
    assert rows_of(read(b'"a,b,c";d\n"1,5";x\n')) == [("1,5", "x")]


def test_sep_line_wins_over_what_the_header_looks_like() -> None:
    table = read(b"sep=;\na,x;b\n1;2\n")
    assert table.columns == ["a,x", "b"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n3,4\n", [2, 3]),
        ("a,b\n\n1,2\n\n\n3,4\n", [3, 6]),
        ("\n\na,b\n1,2\n", [4]),
        ("sep=,\na,b\n1,2\n", [3]),
        ("\nsep=,\na,b\n\n1,2\n", [5]),
        ('a,b\n"two\nlines",2\n3,4\n', [2, 3]),
        ("a,b\r\r1,2\r", [3]),
        ("a,b\n,\n1,2\n , \n3,4\n", [3, 5]),
        ("a\n1\n\n2\n", [2, 4]),
        ("a,b\n1,2\n \n3,4\n", [2, 4]),
        ("a,b\n1,2\n\n3,4,,\n", [2, 4]),
    ],
)
def test_rows_have_the_number_that_a_spreadsheet_shows(text: str, rows: list[int]) -> None:
    assert numbers_of(read(text.encode())) == rows


def test_cells_are_trimmed_and_empty_ones_are_nothing() -> None:
    table = read(b"a,b,c\n  x  ,\t,\n,y,\n")
    assert rows_of(table) == [("x", None), (None, "y")] or rows_of(table) == [("x", None, None), (None, "y", None)]
    assert table.rows()[0]["b"] == ""


def test_quoted_cells_keep_delimiters_quotation_marks_and_lines() -> None:
    assert rows_of(read(b'a,b\n"x, ""y""\nz",2\n')) == [('x, "y"\nz', "2")]


def test_leading_zeros_and_long_digits_stay_text() -> None:
    assert rows_of(read(b"a,b\n007,12345678901234567890\n")) == [("007", "12345678901234567890")]


def test_every_ragged_row_is_named_at_once() -> None:
    refusal = refusal_of(b"a,b,c\n1,2,3\n1,2\n\n1,2,3,4\n1,2,3\n")
    found = [(p.row, p.message) for p in refusal.problems]
    assert found == [(3, "The row has 2 of 3 cells."), (5, "The row has 4 of 3 cells.")]
    assert all(p.remedy for p in refusal.problems)


def test_short_rows_are_found_though_others_are_longer_by_as_much() -> None:
    assert [p.row for p in refusal_of(b'a,b\n"x,y",1\n2\n').problems] == [3]


def test_at_most_two_hundred_ragged_rows_are_listed_but_all_are_counted() -> None:
    refusal = refusal_of(b"a,b\n" + b"1\n" * 1000)
    assert len(refusal.problems) == 200
    assert "1,000 rows" in refusal.message


@pytest.mark.parametrize("text", ['a,b\n1,2\n"3"x,4\n', 'a,b\n1,2\n"3,4\n'])
def test_a_wrong_quotation_mark_is_named_with_its_row(text: str) -> None:
    (problem,) = refusal_of(text.encode()).problems
    assert problem.row == 3
    assert '""' in problem.remedy


@pytest.mark.parametrize(
    ("text", "row", "column", "message"),
    [
        ("a,b,a\n1,2,3\n", 1, "a", "Two columns have this name."),
        ("Unit Name,unit_name\n1,2\n", 1, "unit_name", "Two columns have this name."),
        ("ａ,a\n1,2\n", 1, "a", "Two columns have this name."),
        ("a,,c\n1,2,3\n", 1, "B", "The column has values but no name."),
        ("\na,,c\n1,2,3\n", 2, "B", "The column has values but no name."),
        ("1,2\n3,4\n", 1, "all", "The first row holds no column names."),
        ("__row__,b\n1,2\n", 1, ROW, "This name is taken."),
    ],
)
def test_headers_that_cannot_be_used(text: str, row: int, column: str, message: str) -> None:
    problems = refusal_of(text.encode()).problems
    assert (row, column, message) in [(p.row, p.column, p.message) for p in problems]


@pytest.mark.parametrize(
    ("text", "title", "names"),
    [
        ("Table 1\nplace,value,note\nXA,1,x\n", 1, 2),
        ("Table 1,,\nplace,value,note\nXA,1,x\n", 1, 2),
        ("Table 1,,\n,,\nplace,value,note\nXA,1,x\n", 1, 3),
        ("\nTable 1\n\nplace,value\nXA,1\n", 2, 4),
        (",Table 1\nplace,value\nXA,1\n", 1, 2),
    ],
)
def test_a_title_above_the_column_names_is_recognised(text: str, title: int, names: int) -> None:
    (problem,) = refusal_of(text.encode()).problems
    assert (problem.row, problem.value) == (title, "Table 1")
    assert problem.message == f"This row has one cell; the column names seem to be in row {names}."
    assert problem.remedy == f"Delete the rows above row {names}."


@pytest.mark.parametrize("text", ["a,,\n1,2,3\n", "a,\n1,\n,2\n"])
def test_a_header_with_one_name_above_figures_is_no_title(text: str) -> None:
    assert {p.message for p in refusal_of(text.encode()).problems} == {"The column has values but no name."}


def test_an_unnamed_column_without_values_is_left_out() -> None:
    table = read(b"a,,c\n1,,3\n")
    assert table.columns == ["a", "c"]
    assert rows_of(table) == [("1", "3")]


def test_a_named_column_without_values_is_kept() -> None:
    assert read(b"a,b\n1,\n").columns == ["a", "b"]


@pytest.mark.parametrize("text", ["a,b\n", "a,b\n,\n,\n", "sep=;\n"])
def test_a_file_without_rows_says_so(text: str) -> None:
    assert "no rows" in refusal_of(text.encode()).message or "is empty" in refusal_of(text.encode()).message


@pytest.mark.parametrize(
    ("header", "name"),
    [("Plan Title", "plan_title"), (" CODE ", "code"), ("ｎａｍｅ", "name"), ("name_ZH", "name_zh"), ("a \t b", "a_b")],
)
def test_headers_are_folded_to_names(header: str, name: str) -> None:
    assert column_name(header) == name


def test_headers_are_kept_as_they_were_written() -> None:
    assert read(b"Plan Title,x\n1,2\n").headers == {"plan_title": "Plan Title", "x": "x"}


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet(index: int, letters: str) -> None:
    assert spreadsheet_letter(index) == letters


CELL = st.text(alphabet=string.ascii_letters + "äß北京؟ ,;'\"\n-_.", max_size=8).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_what_was_written_is_what_is_read(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    frame = pl.DataFrame(rows, schema=["first", "second", "third"], orient="row")
    wanted = [tuple(cell or None for cell in row) for row in rows if any(row)]
    data = frame.write_csv(separator=delimiter, quote_style="always").encode()
    if not wanted:
        assert "no rows" in refusal_of(data).message
        return
    table = read(data)
    assert rows_of(table) == wanted
    assert numbers_of(table) == [n for n, row in enumerate(rows, 2) if any(row)]
