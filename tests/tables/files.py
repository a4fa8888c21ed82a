"""Small files in every container, made in memory."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.workbook import Workbook

from rightsplan.errors import Refused
from rightsplan.tables.reading import ROW, TextTable, read_text_table

Cell = str | float | bool | date | None


def workbook(fill: Callable[[Workbook], None]) -> bytes:
    """Return a workbook that `fill` has written."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        fill(book)
    return buffer.getvalue()


def sheet_of(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet; days and moments are written as spreadsheets keep them, as numbers."""

    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet("Sheet")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, column, value, moment if isinstance(value, datetime) else day)
                elif value is not None:
                    sheet.write(line, column, value)

    return workbook(fill)


def rezipped(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a workbook with every part passed through `change`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def read(data: bytes, sheet: str | None = None) -> TextTable:
    """Read a file by its bytes."""
    return read_text_table(data, name="file", sheet=sheet)


def rows_of(table: TextTable) -> list[tuple[str | None, ...]]:
    """Return the cells without row numbers."""
    return table.frame.drop(ROW).rows()


def numbers_of(table: TextTable) -> list[int]:
    """Return the row numbers."""
    return table.frame[ROW].to_list()


def refusal_of(data: bytes) -> Refused:
    """Return the refusal of a file that must not be read."""
    try:
        table = read(data)
    except Refused as refusal:
        return refusal
    raise AssertionError(f"the file was read: {table.frame}")
