"""Workbooks and Parquet: days, numbers, text that looks like numbers, sheets, hidden sheets."""

import io
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.workbook import Workbook

from rightsplan.errors import Refused

from .files import numbers_of, read, refusal_of, rows_of, sheet_of, workbook


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.5, "1.5"),
        (2024, "2024"),
        (1234567.0, "1234567"),
        (0.1, "0.1"),
        (-3.25, "-3.25"),
        ("007", "007"),
        ("3.10", "3.10"),
        (" x ", "x"),
        (date(2024, 5, 6), "2024-05-06"),
        (datetime(2024, 5, 6, 7, 8), "2024-05-06 07:08:00"),  # noqa: DTZ001  spreadsheets know no time zone
        ("=1+1", "=1+1"),
        ("北京", "北京"),
    ],
)
def test_a_cell_of_a_workbook_reads_as_a_person_sees_it(cell: str | float | date, text: str) -> None:
    assert rows_of(read(sheet_of([["name", "value"], ["x", cell]]))) == [("x", text)]


def test_a_value_in_error_is_empty() -> None:
    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_string(1, 0, "x")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    assert rows_of(read(workbook(fill))) == [("x", None)]


def test_rows_of_a_workbook_have_the_number_that_the_program_shows() -> None:
    rows = [[None], [None, None], [None, "a", "b"], [None, "1", "2"], [None], [None, "3", "4"]]
    table = read(sheet_of(rows))
    assert table.columns == ["a", "b"]
    assert numbers_of(table) == [4, 6]


def two_sheets(book: Workbook) -> None:
    book.add_worksheet("empty")
    hidden = book.add_worksheet("lists")
    hidden.write_column(0, 0, ["hidden", "1"])
    hidden.hide()
    shown = book.add_worksheet("data")
    shown.write_column(0, 0, ["shown", "2"])


def test_the_first_visible_sheet_that_is_not_empty_is_read() -> None:
    assert read(workbook(two_sheets)).columns == ["shown"]


def test_a_sheet_can_be_asked_for_by_name() -> None:
    assert read(workbook(two_sheets), sheet="lists").columns == ["hidden"]


def test_an_unknown_sheet_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(Refused, match="no sheet 'figures'") as refusal:
        read(workbook(two_sheets), sheet="figures")
    assert "empty, lists, data" in refusal.value.remedy


def test_a_sheet_without_rows_before_one_with_rows_is_named() -> None:
    def fill(book: Workbook) -> None:
        for name, rows in [("form", [["a", "b"]]), ("figures", [["a", "b"], ["1", "2"]]), ("notes", [["x"]])]:
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)

    refusal = refusal_of(workbook(fill))
    assert "The sheet 'form' of file, which was read because it comes first" in refusal.message
    assert refusal.remedy.endswith("Sheets with rows: figures.")
    assert read(workbook(fill), sheet="figures").columns == ["a", "b"]
    assert "a header but no rows" in refusal_of(sheet_of([["a", "b"]])).message


def test_a_title_row_of_a_sheet_is_recognised() -> None:
    (problem,) = refusal_of(sheet_of([["Table 1"], ["place", "value"], ["XA", 1]])).problems
    assert problem.message == "This row has one cell; the column names seem to be in row 2."


def test_a_workbook_without_any_cell_is_empty() -> None:
    assert "is empty" in refusal_of(workbook(lambda book: book.add_worksheet("x"))).message


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def test_parquet_reads_as_text() -> None:
    frame = pl.DataFrame(
        {"place": ["XA", None], "day": [date(2024, 1, 2)] * 2, "count": [3, None], "share": [0.1, 1e-7]}
    )
    table = read(parquet(frame))
    assert rows_of(table) == [("XA", "2024-01-02", "3", "0.1"), (None, "2024-01-02", None, "1e-7")]
    assert numbers_of(table) == [2, 3]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_numbers_of_parquet_read_back_as_the_same_numbers(values: list[float]) -> None:
    table = read(parquet(pl.DataFrame({"value": values})))
    assert [float(str(text)) for (text,) in rows_of(table)] == values


@pytest.mark.parametrize("column", [pl.Series([[1]]), pl.Series([{"a": 1}]), pl.Series([b"x"])])
def test_parquet_columns_that_are_no_cells_are_named(column: pl.Series) -> None:
    refusal = refusal_of(parquet(pl.DataFrame({"odd": column})))
    assert "odd" in refusal.message


def test_parquet_without_columns_or_rows() -> None:
    assert "is empty" in refusal_of(parquet(pl.DataFrame())).message
    assert "no rows" in refusal_of(parquet(pl.DataFrame({"a": []}, schema={"a": pl.String}))).message
