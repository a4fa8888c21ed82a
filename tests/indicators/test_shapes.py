"""Data files of every documented shape end in the same observations."""

import gzip
import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from rightsplan.errors import Refused
from rightsplan.indicators.known import Known
from rightsplan.indicators.models import Indicator
from rightsplan.indicators.observations import read_observations, read_table

from .known import DIMENSIONS, KNOWN, PLACES, TODAY, found, read, rows_of

TIDY = """indicator,place,sex,period,value
literacy,XA,,2019,80.5
literacy,XA,,2020,81.25
literacy,XA,F,2019,79
literacy,XB,,2020,70
"""
WIDE = """Indicator;Place;Sex;2019;2020
literacy;XA;;80,5;81,25
literacy;XA;F;79;
literacy;XB;;;70
"""
SDG = """Goal,Target,Indicator,SeriesCode,GeoAreaCode,GeoAreaName,TimePeriod,Value,[Sex],[Nature],Units
4,4.6,4.6.1,SE_ADT_LITR,987,Aland,2019,80.5,BOTHSEX,C,PERCENT
4,4.6,4.6.1,SE_ADT_LITR,987,Aland,2020,81.25,BOTHSEX,C,PERCENT
4,4.6,4.6.1,SE_ADT_LITR,987,Aland,2019,79,FEMALE,C,PERCENT
4,4.6,4.6.1,SE_ADT_LITR,XBB,Bland,2020,70,BOTHSEX,C,PERCENT
"""
SDMX_CSV = """DATAFLOW,FREQ,SERIES,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS
T:D(1.0),A,literacy,XA,_T,2019,80.5,A
T:D(1.0),A,literacy,XA,_T,2020,81.25,A
T:D(1.0),A,literacy,XA,F,2019,79,A
T:D(1.0),A,literacy,XBB,_T,2020,70,A
"""
ROWS = [
    ("literacy", "XA", "F", "2019", 79.0),
    ("literacy", "XA", "_T", "2019", 80.5),
    ("literacy", "XA", "_T", "2020", 81.25),
    ("literacy", "XB", "_T", "2020", 70.0),
]
NAMES = ["indicator", "place", "sex", "period", "value"]


def xlsx(text: str) -> bytes:
    """Return a tidy text as a workbook with numbers as numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(text.splitlines()):
            sheet.write_row(line, 0, row.split(","))
    return buffer.getvalue()


def parquet(text: str) -> bytes:
    buffer = io.BytesIO()
    pl.read_csv(io.StringIO(text)).write_parquet(buffer)
    return buffer.getvalue()


FILES: dict[str, bytes] = {
    "tidy": TIDY.encode(),
    "tidy with semicolons in UTF-16": TIDY.replace(",", ";").encode("utf-16"),
    "tidy in capitals": TIDY.upper().replace("LITERACY", "Literacy").encode(),
    "tidy xlsx": xlsx(TIDY),
    "tidy parquet": parquet(TIDY),
    "tidy gzip": gzip.compress(TIDY.encode(), mtime=0),
    "wide": WIDE.encode(),
    "wide xlsx": xlsx(WIDE.replace(",", ".").replace(";", ",")),
    "sdg": SDG.encode(),
    "sdmx csv": SDMX_CSV.encode(),
    "sdmx csv 2.0": SDMX_CSV.replace("DATAFLOW", "STRUCTURE,STRUCTURE_ID,ACTION")
    .replace("T:D(1.0)", "dataflow,T:D(1.0),I").encode(),
}  # fmt: skip


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_every_shape_ends_in_the_same_observations(content: bytes, tmp_path: Path) -> None:
    assert rows_of(read(tmp_path, content), *NAMES) == ROWS


def test_rows_of_a_wide_table_keep_the_number_of_their_line(tmp_path: Path) -> None:
    text = "indicator,place,2019,2020\n\nliteracy,XA,80,many\nliteracy,XX,70,71\n"
    assert found(read(tmp_path, text)) == [
        (3, "value", "This is no number."),
        (4, "place", "This code is not known (in 2 rows)."),
    ]


@pytest.mark.parametrize(
    ("columns", "periods"),
    [
        ("2019,2020", ["2019", "2020"]),
        ("2019Q1,2019-Q2", ["2019-Q1", "2019-Q2"]),
        ("2019-01,2019-02", ["2019-01", "2019-02"]),
    ],
)
def test_columns_of_a_wide_table_may_be_years_quarters_or_months(
    columns: str, periods: list[str], tmp_path: Path
) -> None:
    text = f"indicator,place,{columns}\nliteracy,XA,80,81\n"
    assert [row[0] for row in rows_of(read(tmp_path, text), "period")] == periods


def test_a_cell_that_is_empty_in_a_wide_table_is_no_observation(tmp_path: Path) -> None:
    assert read(tmp_path, "indicator,place,2019,2020\nliteracy,XA,80,\n").frame.height == 1


def test_a_value_that_is_empty_in_a_tidy_table_is_a_gap_that_somebody_states(tmp_path: Path) -> None:
    reading = read(tmp_path, "indicator,place,period,value,note\nliteracy,XA,2019,,not collected\n")
    assert rows_of(reading, "value", "note") == [(None, "not collected")]


def test_an_sdg_series_without_a_definition_stands_for_its_indicator(tmp_path: Path) -> None:
    known = Known({"4.6.1": Indicator(code="literacy", unit="percent")}, PLACES, DIMENSIONS)
    assert {row[0] for row in rows_of(read(tmp_path, SDG, known=known), "indicator")} == {"literacy"}


def test_dimensions_of_foreign_files_get_our_names(tmp_path: Path) -> None:
    text = "SERIES,REF_AREA,URBANISATION,TIME_PERIOD,OBS_VALUE\nliteracy,XA,U,2019,80\nliteracy,XA,_T,2019,81\n"
    assert rows_of(read(tmp_path, text), "location", "value") == [("U", 80.0), ("_T", 81.0)]
    sdg = "SeriesCode,GeoAreaCode,TimePeriod,Value,[Location]\nSE_ADT_LITR,987,2019,80,RURAL\n"
    assert rows_of(read(tmp_path, sdg), "location") == [("R",)]


def test_a_dimension_that_is_total_everywhere_is_left_out(tmp_path: Path) -> None:
    text = "indicator,place,sex,period,value\nliteracy,XA,_T,2019,80\nliteracy,XA,,2020,81\n"
    assert "sex" not in read(tmp_path, text).frame.columns


def test_an_unknown_column_is_an_error_in_our_shapes_and_a_warning_in_foreign_ones(tmp_path: Path) -> None:
    ours = read(tmp_path, "indicator,place,sexx,period,value\nliteracy,XA,F,2019,80\n")
    assert [(p.column, p.severity, p.remedy) for p in ours.problems] == [("sexx", "error", "Did you mean sex?")]
    foreign = read(tmp_path, "SERIES,REF_AREA,COLOUR,TIME_PERIOD,OBS_VALUE\nliteracy,XA,red,2019,80\n")
    assert [(p.column, p.severity) for p in foreign.problems] == [("colour", "warning")]


def test_rows_that_only_a_left_out_column_told_apart_are_doubles(tmp_path: Path) -> None:
    text = "SERIES,REF_AREA,COLOUR,TIME_PERIOD,OBS_VALUE\nliteracy,XA,red,2019,80\nliteracy,XA,blue,2019,81\n"
    errors = [p for p in read(tmp_path, text).problems if p.severity == "error"]
    assert [(p.row, p.message) for p in errors] == [(3, "Row 2 already has literacy XA 2019.")]


def test_a_value_of_a_dimension_that_is_no_code_is_named(tmp_path: Path) -> None:
    text = f"indicator,place,age,period,value\nliteracy,XA,{'9' * 60},2019,80\nliteracy,XA,{'9' * 61},2019,80\n"
    assert found(read(tmp_path, text)) == [(3, "age", "This is longer than 60 characters.")]


def test_without_a_vocabulary_every_column_may_be_a_dimension(tmp_path: Path) -> None:
    known = Known(KNOWN.indicators, PLACES)
    text = "indicator,place,colour,period,value\nliteracy,XA,red,2019,80\n"
    assert rows_of(read(tmp_path, text, known=known), "colour") == [("red",)]


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("place,period,value", ["indicator"]),
        ("indicator,period", ["place", "value"]),
        ("a,b", ["indicator", "place", "period", "value"]),
    ],
)
def test_every_missing_column_is_named_at_once(header: str, missing: list[str], tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read(tmp_path, f"{header}\n{','.join('x' for _ in header.split(','))}\n")
    assert [p.column for p in refusal.value.problems if "missing" in p.message] == missing


def test_a_file_that_is_gone_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"gone\.csv cannot be read"):
        read_table(tmp_path / "gone.csv")


def test_progress_is_told_from_nothing_to_all(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(TIDY)
    heard: list[tuple[str, int, int]] = []
    read_observations(path, known=KNOWN, today=TODAY, progress=lambda *a: heard.append(a))
    assert [done for _, done, _ in heard] == sorted(done for _, done, _ in heard)
    assert (heard[0][1], heard[-1][1] == heard[-1][2]) == (0, True)
