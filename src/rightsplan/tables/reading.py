"""CSV, XLSX and Parquet into one frame of text. Whatever is wrong with a file becomes a sentence, never a traceback."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from rightsplan.errors import Problem, Refused

ROW = "__row__"
LARGEST_BYTES = 2_000_000_000
LARGEST_ZIP_RATIO = 200
DELIMITERS = [",", ";", "\t", "|"]
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP, GZIP, PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"PAR1"


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as text: `frame` has String columns (null where empty) and ROW, the row a person sees (header = 1)."""

    name: str
    frame: pl.DataFrame

    @property
    def columns(self) -> list[str]:
        """Return the column names without ROW."""
        return [name for name in self.frame.columns if name != ROW]

    def rows(self) -> list[dict[str, str]]:
        """Return rows as dictionaries of text; an empty cell is an empty string. `ROW` holds the number as text."""
        texts = self.frame.with_columns(pl.all().cast(pl.String).fill_null(""))
        return list(texts.iter_rows(named=True))


def read_text_table(path: Path, *, sheet: str | None = None) -> TextTable:
    """Read a file by its content, not its name: CSV (UTF-8, UTF-16, GB18030; , ; tab |), XLSX, Parquet, gzip of CSV.

    Header names are trimmed, lower-cased and their blanks become underscores. Raises Refused for empty, encrypted, old
    Excel and binary files, doubled or missing headers and rows that are longer than the header.
    """
    content = read_bytes(path)
    if content.startswith(PARQUET):
        return finish(path.name, parquet_frame(content), first_row=2)
    if content.startswith(ZIP):
        return finish(path.name, xlsx_frame(content, sheet), first_row=2)
    return finish(path.name, csv_frame(decoded(content, path.name)), first_row=2)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, unpacked from gzip. Raises Refused."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Refused(f"{path.name} is larger than 2 GB.", "Split the file.")
        content = path.read_bytes()
        if content.startswith(GZIP):
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(LARGEST_BYTES + 1)
    except (OSError, EOFError) as error:
        raise Refused(f"{path.name} cannot be read: {error}.", "Check the file and try again.") from error
    if not content.strip():
        raise Refused(f"{path.name} is empty.", "Hand over a file with a header and at least one row.")
    if len(content) > LARGEST_BYTES:
        raise Refused(f"{path.name} unpacks to more than 2 GB.", "Split the file.")
    if content.startswith(OLD_EXCEL):
        raise Refused(
            f"{path.name} is an old or an encrypted Excel file.", "Save it as .xlsx without password, or as CSV UTF-8."
        )
    return content


def decoded(content: bytes, name: str) -> str:
    """Return the text of a CSV file, whatever its encoding. Raises Refused for binary content."""
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if is_utf16 else ["utf-8-sig", "gb18030"]
    if b"\x00" in content[:4096] and not is_utf16:
        raise Refused(f"{name} is no table: it holds binary data.", "Hand over CSV, XLSX or Parquet.")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(f"{name} is neither UTF-8 nor GB18030 text.", "Save it as CSV in UTF-8.")


def delimiter_of(text: str) -> str:
    """Return the delimiter that cuts the header into most pieces."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def csv_frame(text: str) -> pl.DataFrame:
    """Return a CSV text as a frame without header: the first row holds the names."""
    try:
        return pl.read_csv(
            io.BytesIO(text.encode("utf-8")),
            has_header=False,
            separator=delimiter_of(text),
            infer_schema=False,
            truncate_ragged_lines=False,
        )
    except pl.exceptions.PolarsError as error:
        raise Refused(
            f"The file is no well-formed CSV: {str(error).splitlines()[0][:200]}.",
            "Every row needs as many cells as the header; put text that holds the delimiter in double quotes.",
        ) from error


def xlsx_frame(content: bytes, sheet: str | None) -> pl.DataFrame:
    """Return a sheet (the first by default) of an XLSX file as text without header."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            if unpacked > LARGEST_BYTES or unpacked > LARGEST_ZIP_RATIO * max(len(content), 10_000):
                raise Refused("The spreadsheet unpacks to an unreasonable size.", "Save it anew, or as CSV.")
        book = fastexcel.read_excel(content)
        if sheet is not None and sheet not in book.sheet_names:
            raise Refused(f"There is no sheet {sheet!r}.", f"The file has: {', '.join(book.sheet_names)}.")
        return book.load_sheet(sheet or 0, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, zipfile.BadZipFile) as error:
        raise Refused(
            f"The spreadsheet cannot be read: {error}.", "Save it as .xlsx without password, or as CSV."
        ) from error


def parquet_frame(content: bytes) -> pl.DataFrame:
    """Return a Parquet file as text with its column names as the first row."""
    try:
        frame = pl.read_parquet(io.BytesIO(content)).with_columns(pl.all().cast(pl.String))
    except pl.exceptions.PolarsError as error:
        raise Refused(f"The Parquet file cannot be read: {error}.", "Write it anew, or hand over CSV.") from error
    header = pl.DataFrame({name: [name] for name in frame.columns})
    return pl.concat([header, frame])


def finish(name: str, raw: pl.DataFrame, *, first_row: int) -> TextTable:
    """Take the header off, trim the cells, drop empty rows and number the others."""
    header = [tidy(cell) for cell in raw.row(0)] if raw.height else []
    while header and not header[-1]:
        header.pop()
    check_header(name, header)
    body = raw.slice(1)[:, : len(header)].rename(dict(zip(raw.columns, header, strict=False)))
    trimmed = body.with_columns(pl.all().str.strip_chars().replace("", None)).with_row_index(ROW, first_row)
    frame = trimmed.filter(~pl.all_horizontal(pl.col(header).is_null()))
    if not frame.height:
        raise Refused(f"{name} has a header and no rows.", "Hand over at least one row.")
    return TextTable(name, frame)


def tidy(cell: object) -> str:
    """Return a header cell as a column name."""
    return "_".join(str(cell or "").strip().strip("\ufeff").lower().split())


def check_header(name: str, header: list[str]) -> None:
    """Refuse a header with empty or doubled names."""
    problems = [
        Problem(1, f"column {i}", "", "This column has no name.", "Name it, or remove the column.")
        for i, column in enumerate(header, 1)
        if not column
    ]
    problems += [
        Problem(1, column, column, "This column name occurs twice.", "Keep one of the columns.")
        for column in sorted({c for c in header if c and header.count(c) > 1})
    ]
    if problems or not header:
        raise Refused(f"The header of {name} is not usable.", "Correct the first row.", problems)
