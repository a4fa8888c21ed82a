"""CSV, XLSX and Parquet into one frame of text, with the row numbers a person sees in a spreadsheet.

Whatever is wrong with a file becomes sentences, never a traceback.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import fastexcel
import polars as pl

from rightsplan.errors import Problem, Refused
from rightsplan.tables.containers import Content, open_container

ROW = "__row__"
MOST_BYTES = 1 << 30  # of uncompressed content: a million rows have about a tenth of it
MOST_PROBLEMS = 200  # more of the same kind help nobody
LEAST_BELOW_TITLE = 2  # names and one row
NUMBER = r"[-+]?[\d.,\s%]*"
SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8)."


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as text: `frame` has String columns (trimmed, empty ones null) and ROW, the row a person sees (header: 1).

    Rows without any value are left out, but counted. `headers` gives each column's header as it is written in the file.
    """

    name: str
    frame: pl.DataFrame
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Return the column names without ROW."""
        return [name for name in self.frame.columns if name != ROW]

    def rows(self) -> list[dict[str, str]]:
        """Return rows as dictionaries of text; an empty cell is an empty string. `ROW` holds the number as text."""
        texts = self.frame.with_columns(pl.all().cast(pl.String).fill_null(""))
        return list(texts.iter_rows(named=True))


def read_text_table(source: Path | bytes, *, name: str | None = None, sheet: str | None = None) -> TextTable:
    """Read CSV (UTF-8, UTF-16, GB18030; comma, semicolon, tab), XLSX or Parquet, packed by gzip or not.

    The content decides what it is, not the name (default: the path's), which is used in messages. `sheet` names the
    sheet of a workbook (default: the first visible one that is not empty). Header names are trimmed, lower-cased and
    their blanks become underscores. Raises Refused with every problem of the file's shape: no header, a column without
    a name or named twice, rows with more or fewer cells than the header, an encrypted, old or damaged file, more than
    1 GiB of content. Does not look at what the cells mean.
    """
    shown = name or (source.name if isinstance(source, Path) else "The file")
    try:
        content = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise Refused(f"{shown} cannot be read: {error.strerror}.", "Check the file and try again.") from error
    opened = open_container(content, name=shown, most_bytes=MOST_BYTES)
    if opened.kind == "parquet":
        return read_parquet(opened, shown)
    grid = read_sheet(opened, shown, sheet) if opened.kind == "xlsx" else read_csv(opened, shown)
    return table_of(grid, shown)


def column_name(header: str) -> str:
    """Return the name that a header stands for (trimmed, lower case, blanks as underscores)."""
    return re.sub(r"\s+", "_", unicodedata.normalize("NFKC", header).strip().lower())


def read_csv(opened: Content, name: str) -> pl.DataFrame:
    """Return the cells of a text file, header and empty lines included."""
    data = opened.data
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    lead = len(data) - len(data.lstrip(b"\r\n"))
    skipped = data[:lead].count(b"\n")
    data = data[lead:]
    first = data.split(b"\n", 1)[0].strip(b"\r ")
    delimiter = delimiter_of(first)
    if re.fullmatch(rb"sep=[,;\t]", first):  # Excel's way to name the delimiter
        delimiter, data, skipped = chr(first[-1]), data[data.find(b"\n") + 1 :], skipped + 1
    if not data.strip():
        raise Refused(f"{name} is empty.", "Give a file with a header row and at least one row below it.")
    grid = fast_grid(data, delimiter)
    if grid is None:
        grid = careful_grid(data, delimiter, name, skipped)
    if not skipped:
        return grid
    return pl.concat([pl.DataFrame({c: [None] * skipped for c in grid.columns}, schema=grid.schema), grid])


def delimiter_of(line: bytes) -> str:
    """Return the one of comma, semicolon and tab that a header line has most of outside quotation marks."""
    bare = re.sub(rb'"[^"]*"', b"", line)
    return max(",;\t", key=lambda d: bare.count(d.encode()))


def fast_grid(data: bytes, delimiter: str) -> pl.DataFrame | None:
    """Return the cells as Polars reads them, or None where a row may be too short, too long or badly quoted.

    Polars fills short rows silently: the delimiters that are not inside cells must be one fewer than the columns in
    every row, else the careful reader looks.
    """
    try:
        grid = pl.read_csv(data, has_header=False, infer_schema=False, separator=delimiter)
    except pl.exceptions.PolarsError:
        return None
    within = 0
    if b'"' in data:
        counts = grid.select(pl.all().str.count_matches(delimiter, literal=True).sum())
        within = sum(int(n or 0) for n in counts.row(0)) if grid.height else 0
    is_whole = data.count(delimiter.encode()) - within == (grid.width - 1) * grid.height
    return grid if is_whole else None


def careful_grid(data: bytes, delimiter: str, name: str, skipped: int) -> pl.DataFrame:
    """Return the cells read one by one. Raises Refused naming every row that has too many or too few cells."""
    lines: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter, strict=True):
            lines.append(cells)
    except csv.Error as error:
        place = skipped + len(lines) + 1
        problem = Problem(
            place, "", "", f"The row cannot be read ({error}).", 'Write a quotation mark in a cell as "".'
        )
        raise Refused(f"{name} cannot be read.", "Correct the row that is named.", [problem]) from error
    refuse_title(lines, name, skipped)
    width = len(lines[0])
    problems = []
    for number, cells in enumerate(lines, skipped + 1):
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if not any(cell.strip() for cell in cells):
            cells.clear()
        elif len(cells) != width:
            problems.append(ragged(number, cells, width))
    if problems:
        count = f"{len(problems):,} row{'s' if len(problems) > 1 else ''}"
        raise Refused(
            f"{name} has {count} with the wrong number of cells.",
            'Put cells that hold the delimiter in quotation marks ("a, b").',
            problems[:MOST_PROBLEMS],
        )
    columns = {f"column_{i}": [c[i] if c else None for c in lines] for i in range(width)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def refuse_title(lines: Sequence[Sequence[str]], name: str, skipped: int) -> None:
    """Refuse lines of which only the first one has a single cell: that is a title, and the names are below it."""
    wide = [(number, cells) for number, cells in enumerate(lines, skipped + 1) if any(c.strip() for c in cells)]
    if len(wide) > LEAST_BELOW_TITLE and len(wide[0][1]) == 1 and all(len(cells) > 1 for _, cells in wide[1:]):
        problem = title_problem(wide[0][0], wide[0][1][0], wide[1][0])
        raise Refused(f"The header of {name} cannot be used.", problem.remedy, [problem])


def title_problem(row: int, title: str, names: int) -> Problem:
    """Return the problem of a first row that holds a title."""
    message = f"This row has one cell; the column names seem to be in row {names}."
    return Problem(row, "all", title[:40], message, f"Delete the rows above row {names}.")


def ragged(row: int, cells: list[str], width: int) -> Problem:
    """Return the problem of a row with the wrong number of cells."""
    remedy = "Leave cells empty, but keep their delimiters." if len(cells) < width else "Quote cells with delimiters."
    return Problem(row, "all", cells[0][:40], f"The row has {len(cells)} of {width} cells.", remedy)


def read_sheet(opened: Content, name: str, sheet: str | None) -> pl.DataFrame:
    """Return the cells of one sheet of a workbook; whole days as dates without a time."""
    try:
        book = fastexcel.read_excel(opened.data)
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise Refused(f"{name} has no sheet {sheet!r}.", f"Its sheets are: {', '.join(names)}.")
        for chosen in [sheet] if sheet is not None else names:
            loaded = book.load_sheet(chosen, header_row=None, skip_rows=0, dtypes="string")
            grid = loaded.to_polars() if loaded.visible == "visible" or sheet is not None else pl.DataFrame()
            if grid.height:
                if sheet is None and is_header_only(grid):
                    refuse_header_only(book, chosen, name)
                return grid.select(pl.all().cast(pl.String).str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", "$1"))
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise Refused(f"{name} is a damaged workbook.", f"Open it in a spreadsheet program. {SAVE_AS}") from error
    raise Refused(f"{name} is empty.", "Give a sheet with a header row and at least one row below it.")


def is_header_only(grid: pl.DataFrame) -> bool:
    """Say whether a sheet has no filled row below its first filled one."""
    texts = pl.all().cast(pl.String).str.strip_chars().replace("", None).is_not_null()
    return int(grid.select(pl.any_horizontal(texts).sum()).item()) <= 1


def refuse_header_only(book: fastexcel.ExcelReader, chosen: str, name: str) -> None:
    """Refuse a sheet without rows where another visible sheet has some."""
    others = []
    for sheet in book.sheet_names:
        loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        if sheet != chosen and loaded.visible == "visible":
            grid = loaded.to_polars()
            if grid.height and not is_header_only(grid):
                others.append(sheet)
    if others:
        raise Refused(
            f"The sheet {chosen!r} of {name}, which was read because it comes first, has a header but no rows.",
            f"Move the sheet with the table to the front, or delete {chosen!r}. Sheets with rows: {', '.join(others)}.",
        )


def read_parquet(opened: Content, name: str) -> TextTable:
    """Return a Parquet file as text; numbers in the shortest form that reads back as the same number."""
    try:
        frame = pl.read_parquet(io.BytesIO(opened.data))
        nested = [c for c, kind in frame.schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)]
        if nested:
            raise Refused(f"{name} has columns that are no text, number or date: {', '.join(nested)}.", "Drop them.")
        text = frame.select(pl.all().cast(pl.String))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise Refused(f"{name} is a damaged Parquet file.", "Write it again, or give CSV.") from error
    header = pl.DataFrame([[c] for c in text.columns], schema=dict.fromkeys(text.columns, pl.String), orient="col")
    return table_of(pl.concat([header, text]) if text.width else text, name)


def table_of(grid: pl.DataFrame, name: str) -> TextTable:
    """Split a grid of cells into header and rows. Raises Refused for headers that are missing, unnamed or doubled."""
    grid = grid.rename({c: spreadsheet_letter(i) for i, c in enumerate(grid.columns)})
    cells = grid.select(pl.all().str.strip_chars().replace("", None)).with_row_index(ROW, offset=1)
    filled = cells.filter(pl.any_horizontal(pl.col(grid.columns).is_not_null())) if grid.width else cells
    if filled.is_empty():
        raise Refused(f"{name} is empty.", "Give a file with a header row and at least one row below it.")
    (first, *heads), body = filled.row(0), filled[1:]
    used = {c: h for c, h in zip(grid.columns, heads, strict=True) if h or body[c].null_count() < len(body)}
    problems = title_problems(used, body, int(first)) or header_problems(used, int(first))
    if problems:
        raise Refused(f"The header of {name} cannot be used.", "Name every column once.", problems)
    if body.is_empty():
        raise Refused(f"{name} has a header but no rows.", "Add at least one row below the header.")
    names = {c: column_name(h or "") for c, h in used.items()}
    frame = body.select(ROW, *(pl.col(c).alias(n) for c, n in names.items()))
    return TextTable(name, frame, {names[c]: h or "" for c, h in used.items()})


def title_problems(used: Mapping[str, str | None], body: pl.DataFrame, row: int) -> list[Problem]:
    """Return the problem of a first row with one cell above a row that could be the column names."""
    titles = [h for h in used.values() if h]
    filled = pl.sum_horizontal(pl.col([*used]).is_not_null()) if used else pl.lit(0)
    below = body.filter(filled > 1).head(1)
    if len(titles) != 1 or below.is_empty():
        return []
    names = [str(text) for text in below.select([*used]).row(0) if text is not None]
    if any(re.fullmatch(NUMBER, text) for text in names[:1]):
        return []
    return [title_problem(row, titles[0], int(below[ROW].item()))]


def header_problems(used: Mapping[str, str | None], row: int) -> list[Problem]:
    """Return what is wrong with a header row; `used` maps the letters over the columns to headers."""
    if all(re.fullmatch(NUMBER, h or "") for h in used.values()):
        first = next((h for h in used.values() if h), "")
        return [Problem(row, "all", first or "", "The first row holds no column names.", "Add a header row on top.")]
    problems = [
        Problem(row, letter, "", "The column has values but no name.", "Name it, or empty it.")
        for letter, h in used.items()
        if not h
    ]
    times = Counter(column_name(h) for h in used.values() if h)
    for name, count in times.items():
        if count > 1:
            problems.append(Problem(row, name, name, "Two columns have this name.", "Rename or remove one."))
    if ROW in times:
        problems.append(Problem(row, ROW, ROW, "This name is taken.", "Rename the column."))
    return problems


def spreadsheet_letter(index: int) -> str:
    """Return the letters over a column: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
