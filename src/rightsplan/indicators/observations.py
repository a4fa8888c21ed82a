"""Files of observations, in any of the documented formats, as the frame of a canonical batch or a list of problems."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from rightsplan.errors import Problem, Refused
from rightsplan.indicators import checks
from rightsplan.indicators.findings import Findings
from rightsplan.indicators.known import Known
from rightsplan.indicators.sdmx import is_xml, read_sdmx_ml
from rightsplan.indicators.shapes import CORE, Long, to_long
from rightsplan.tables.cells import Problems, nearest
from rightsplan.tables.containers import gunzip
from rightsplan.tables.numbers import WHY, parse_numbers
from rightsplan.tables.reading import ROW, TextTable, read_text_table

Progress = Callable[[str, int, int], None]
STEPS = 5
PEEK = 512
GZIP = b"\x1f\x8b"
MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: `frame` has the columns of a canonical batch and is usable where there are no errors."""

    name: str
    frame: pl.DataFrame
    findings: Findings

    @property
    def problems(self) -> list[Problem]:
        """Return at most a thousand problems, errors first, and one that says how many more there are."""
        return self.findings.problems()

    @property
    def jumps(self) -> list[Problem]:
        """Return the warnings that `accept_batch` wants a reason for."""
        return self.findings.jumps

    def refuse(self) -> None:
        """Raise Refused with everything found when there is an error."""
        self.findings.refuse(self.name)


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def read_observations(path: Path, *, known: Known, today: date, progress: Progress = silent) -> Reading:
    """Read and check a file of observations: tidy, wide or SDG-style CSV, XLSX or Parquet, SDMX-CSV, SDMX-ML.

    Every problem is collected with its row; the file's numbers, codes and periods come out in canonical form. A period
    after `today` is an error unless its status is forecast. Raises Refused where the file is no table of a known shape.
    """
    findings = Findings()
    progress("Reading", 0, STEPS)
    table = read_table(path)
    header = Problems()
    try:
        long = to_long(table, known, header)
    finally:
        findings.take(header)
    progress("Checking codes", 1, STEPS)
    frame = with_codes(long.frame, known, findings)
    progress("Checking numbers", 2, STEPS)
    frame = with_numbers(frame, findings)
    progress("Checking periods", 3, STEPS)
    frame = checks.with_time(frame, today, findings)
    progress("Checking series", 4, STEPS)
    check_all(frame, long, known, findings)
    progress("Checking series", STEPS, STEPS)
    kept = [name for name in frame.columns if name in {*CORE, "lower", "upper", "status", "note", *long.dimensions}]
    return Reading(long.name, frame.select(kept), findings)


def read_table(path: Path) -> TextTable:
    """Return the file as text, SDMX-ML by its own reader."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}.", "Check the file and try again.") from error
    if content.startswith(GZIP) and is_xml(zlib.decompressobj(wbits=31).decompress(content[:PEEK], PEEK)):
        content = gunzip(content, path.name, MOST_BYTES)
    if is_xml(content[:PEEK]):
        return read_sdmx_ml(content, path.name)
    return read_text_table(content, name=path.name)


def with_codes(frame: pl.DataFrame, known: Known, findings: Findings) -> pl.DataFrame:
    """Replace spellings of indicators and places by their codes; an unknown spelling is reported once."""
    for column in ["indicator", "place", "period"]:
        empty = frame.filter(pl.col(column).is_null())
        findings.rows(empty, column, "This cell is empty.", "Fill it in, or remove the row.")
    indicators = {spelling: row.code for spelling, row in known.indicators.items()}
    frame = mapped(frame, "indicator", indicators, findings)
    return mapped(frame, "place", known.places, findings)


def mapped(frame: pl.DataFrame, column: str, codes: Mapping[str, str], findings: Findings) -> pl.DataFrame:
    """Replace the spellings of one column; capitals do not matter where only one code fits."""
    spelled = frame[column].drop_nulls().unique().to_list()
    capitals = {spelling.upper(): code for spelling, code in codes.items()}
    found = {s: codes.get(s) or capitals.get(s.upper()) for s in spelled}
    unknown = [s for s, code in found.items() if code is None]
    if unknown:
        rows = frame.filter(pl.col(column).is_in(unknown)).group_by(column).agg(pl.col(ROW).min(), pl.len())
        for spelling, row, count in rows.sort(ROW).iter_rows():
            message = f"This code is not known{f' (in {count:,} rows)' if count > 1 else ''}."
            findings.add(Problem(int(row), column, spelling, message, nearest(spelling, codes)))
    if all(s == code for s, code in found.items()):
        return frame
    old = pl.Series(list(found), dtype=pl.String)
    new = pl.Series(list(found.values()), dtype=pl.String)
    replaced = frame[column].replace_strict(old, new, default=None, return_dtype=pl.String)
    return frame.with_columns(replaced.alias(column))


def with_numbers(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Turn value, lower and upper into numbers; signs for "no value" and footnote marks go into the note."""
    extra = []
    for column in ["value", "lower", "upper"]:
        if column not in frame.columns:
            continue
        numbers = parse_numbers(frame[column])
        wrong = frame.with_columns(why=numbers.why).filter(numbers.is_wrong)
        for (why,), rows in wrong.group_by("why", maintain_order=True):
            findings.rows(rows, column, *WHY[str(why)])
        frame = frame.with_columns(numbers.value.alias(column))
        if column == "value":
            extra = [numbers.mark, numbers.missing]
            frame = frame.with_columns(numbers.has_percent.alias(checks.PERCENT))
    remarks = [remark for remark in extra if remark.null_count() < len(remark)]
    if not remarks:
        return frame
    note = [pl.col("note")] if "note" in frame.columns else []
    text = pl.concat_str([*remarks, *note], separator=" ", ignore_nulls=True)
    return frame.with_columns(text.replace("", None).alias("note"))


def check_all(frame: pl.DataFrame, long: Long, known: Known, findings: Findings) -> None:
    """Run every check on the converted rows."""
    joined = checks.worth_a_look(frame, checks.definitions_of(known, frame))
    checks.check_bounds(joined, findings)
    checks.check_intervals(frame, findings)
    checks.check_units(joined, findings, has_codes=long.has_unit_codes)
    checks.check_fractions(joined, findings)
    checks.check_dimensions(frame, long.dimensions, known.dimensions, findings)
    keys = ["indicator", "place", *long.dimensions]
    ordered = checks.by_series(frame, keys)
    checks.check_duplicates(frame, ordered, [*keys, "period"], findings)
    checks.check_jumps(ordered, findings)
