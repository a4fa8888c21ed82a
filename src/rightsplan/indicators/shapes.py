"""The shapes of data files (tidy, wide, SDG, SDMX) brought into one: a text frame with one observation a row."""

import re
from dataclasses import dataclass

import polars as pl

from rightsplan.indicators.known import Known
from rightsplan.tables.cells import Problems, nearest
from rightsplan.tables.reading import MOST_PROBLEMS, ROW, TextTable

CORE = ["indicator", "place", "period", "value"]
EXTRA = ["lower", "upper", "status", "note", "unit"]
TOTAL = "_T"
LONGEST_VALUE = 60  # of a dimension: it becomes a part of codes and addresses
YEAR_COLUMN = re.compile(r"\d{4}(-?q[1-4]|-\d{2})?")

SDG = {
    "seriescode": "indicator", "geoareacode": "place", "timeperiod": "period", "value": "value",
    "upperbound": "upper", "lowerbound": "lower", "footnote": "note", "footnotes": "note", "units": "unit",
    "[units]": "unit", "[observation_status]": "status",
}  # fmt: skip
SDG_LEFT_OUT = {
    "goal", "target", "indicator", "seriesdescription", "geoareaname", "time_detail", "timecoverage", "baseperiod",
    "source", "geoinfourl", "valuetype", "nature", "[nature]", "[reporting_type]", "[mapping]", "[base_period]",
    "isprojected", "[freq]",
}  # fmt: skip
SDG_VALUES = {
    "BOTHSEX": TOTAL, "ALLAGE": TOTAL, "ALLAREA": TOTAL, "TOTAL": TOTAL, "ALL": TOTAL, "FEMALE": "F", "MALE": "M",
    "URBAN": "U", "RURAL": "R",
}  # fmt: skip
SDMX = {
    "series": "indicator", "indicator": "indicator", "ref_area": "place", "time_period": "period",
    "obs_value": "value", "lower_bound": "lower", "upper_bound": "upper", "obs_status": "status",
    "comment_obs": "note", "unit_measure": "unit",
}  # fmt: skip
SDMX_LEFT_OUT = {
    "dataflow", "structure", "structure_id", "structure_name", "action", "freq", "unit_mult", "decimals",
    "time_format", "reporting_type", "nature", "source_detail", "base_per", "time_detail", "time_coverage",
    "geo_info_url", "geo_info_type", "obs_conf", "conf_status", "collection", "cust_breakdown_lb", "comment_ts",
}  # fmt: skip
DIMENSIONS = {
    "urbanisation": "location", "disability_status": "disability", "income_wealth_quantile": "quantile",
    "education_lev": "education", "education_level": "education",
}  # fmt: skip
# Normal values need no mark; the first value after a break is what the statistics look for.
SDMX_STATUS = {"A": None, "B": "break", "E": "estimated", "P": "provisional", "F": "forecast", "I": "imputed"}


@dataclass(frozen=True, slots=True)
class Long:
    """One observation a row, all text. `has_unit_codes` says that units are codes of a code list, not words."""

    name: str
    frame: pl.DataFrame
    dimensions: list[str]
    has_unit_codes: bool = False


def to_long(table: TextTable, known: Known, problems: Problems) -> Long:
    """Return a table in the long shape. Raises Refused where the columns are of no shape we know."""
    columns = set(table.columns)
    if {"seriescode", "geoareacode"} <= columns:
        return from_sdg(table, known, problems)
    if {"ref_area", "time_period"} & columns and {"obs_value", "ref_area"} & columns:
        return from_sdmx(table, known, problems)
    years = [name for name in table.columns if YEAR_COLUMN.fullmatch(name)]
    if years and "value" not in columns:
        return from_wide(table, years, known, problems)
    return finished(table, table.frame, known, problems)


def from_wide(table: TextTable, years: list[str], known: Known, problems: Problems) -> Long:
    """Turn one column a year into rows; empty cells are no observations."""
    index = [name for name in table.frame.columns if name not in years]
    frame = table.frame.unpivot(on=years, index=index, variable_name="period", value_name="value")
    frame = frame.filter(pl.col("value").is_not_null()).with_columns(pl.col("period").str.to_uppercase())
    return finished(table, frame, known, problems)


def from_sdg(table: TextTable, known: Known, problems: Problems) -> Long:
    """Rename the columns of the SDG database's exports; a series without a definition may stand for its indicator."""
    frame = table.frame
    if "indicator" in frame.columns:
        mapped = frame["seriescode"].is_in(list(known.indicators))
        frame = frame.with_columns(
            pl.when(mapped).then("seriescode")
            .when(pl.col("indicator").is_in(list(known.indicators))).then("indicator")
            .otherwise("seriescode").alias("seriescode")
        )  # fmt: skip
    frame = frame.drop([name for name in frame.columns if name in SDG_LEFT_OUT])
    dimensions = {name: name.strip("[]") for name in frame.columns if name.startswith("[") and name not in SDG}
    frame = renamed(frame, SDG | {name: DIMENSIONS.get(short, short) for name, short in dimensions.items()})
    short_names = {DIMENSIONS.get(short, short) for short in dimensions.values()}
    values = [
        pl.col(name).replace_strict(SDG_VALUES, default=pl.col(name), return_dtype=pl.String)
        for name in frame.columns
        if name in short_names
    ]
    return finished(table, frame.with_columns(values), known, problems, is_lenient=True)


def from_sdmx(table: TextTable, known: Known, problems: Problems) -> Long:
    """Rename the concepts of SDMX and apply the unit multiplier; attributes without a place here are left out."""
    frame = table.frame
    if "unit_mult" in frame.columns and "obs_value" in frame.columns:
        frame = multiplied(frame, problems)
    if "series" in frame.columns:
        frame = frame.drop("indicator", strict=False)
    frame = frame.drop([name for name in frame.columns if name in SDMX_LEFT_OUT])
    frame = renamed(frame, SDMX | DIMENSIONS)
    if "status" in frame.columns:
        frame = frame.with_columns(
            pl.col("status").replace_strict(SDMX_STATUS, default=pl.col("status"), return_dtype=pl.String)
        )
    return finished(table, frame, known, problems, is_lenient=True)


def multiplied(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Apply the power of ten of every row to its value, as written: 4.35 with 2 is 435, not 434.99999999999994."""
    value, power = pl.col("obs_value"), pl.col("unit_mult").cast(pl.Int32, strict=False)
    is_scaled = value.is_not_null() & pl.col("unit_mult").is_not_null() & (power != 0).fill_null(value=True)
    is_plain = value.str.contains(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$") & power.is_between(-99, 99)
    is_missing = value.str.to_lowercase() == "nan"
    wrong = frame.filter(is_scaled & ~is_missing & ~is_plain.fill_null(value=False)).head(MOST_PROBLEMS)
    for row, cell, unit_mult in wrong.select(ROW, "obs_value", "unit_mult").iter_rows():
        message, remedy = f"This cannot be multiplied by ten to the power of {unit_mult}.", "Write plain numbers."
        problems.add(int(row), "obs_value", cell, message, remedy)
    exponent = value.str.extract(r"[eE]([+-]?\d+)$").cast(pl.Int32).fill_null(0) + power
    digits = value.str.replace(r"[eE].*$", "")
    scaled = pl.concat_str(digits, pl.lit("e"), exponent.cast(pl.String)).cast(pl.Float64, strict=False).cast(pl.String)
    return frame.with_columns(pl.when(is_scaled & ~is_missing).then(scaled).otherwise(value).alias("obs_value"))


def renamed(frame: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Rename the columns that are there."""
    return frame.rename({old: new for old, new in names.items() if old in frame.columns})


def finished(
    table: TextTable, frame: pl.DataFrame, known: Known, problems: Problems, *, is_lenient: bool = False
) -> Long:
    """Check the columns, fill totals in and leave out dimensions that say nothing.

    In files of foreign shape (`is_lenient`) an unknown column is left out with a warning; two rows that only it told
    apart are found as duplicates. In our own shapes it is an error.
    """
    for column in CORE:
        if column not in frame.columns:
            problems.add(1, column, "", "This column is missing.", f"Add a column named {column}.")
    problems.refuse(table.name)
    dimensions = []
    for column in [name for name in frame.columns if name not in {ROW, *CORE, *EXTRA}]:
        if frame[column].is_null().all():
            continue
        if known.dimensions and column not in known.dimensions:
            remedy = nearest(column, known.dimensions) if not is_lenient else "It is left out."
            severity = "warning" if is_lenient else "error"
            problems.add(1, column, column, "This is no known dimension.", remedy, severity=severity)
            continue
        dimensions.append(column)
        for row, text in frame.filter(pl.col(column).str.len_chars() > LONGEST_VALUE).select(ROW, column).iter_rows():
            message = f"This is longer than {LONGEST_VALUE} characters."
            problems.add(int(row), column, f"{text[:40]}...", message, "Use a code.")
    filled = frame.with_columns(pl.col(dimensions).fill_null(TOTAL)) if dimensions else frame
    telling = [name for name in dimensions if (filled[name] != TOTAL).any()]
    kept = [name for name in EXTRA if name in filled.columns and filled[name].null_count() < filled.height]
    return Long(table.name, filled.select(ROW, *CORE, *kept, *telling), telling, has_unit_codes=is_lenient)
