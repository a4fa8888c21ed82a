"""Checks of observations, each on whole columns: bounds, intervals, units, periods, duplicates, jumps."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import polars as pl

from rightsplan.errors import Problem, Refused
from rightsplan.indicators.findings import Findings
from rightsplan.indicators.known import Known
from rightsplan.stats.periods import decimal_year
from rightsplan.tables.cells import nearest
from rightsplan.tables.keys import ordered_key
from rightsplan.tables.reading import ROW

TIME = "__time__"
SERIES = "__series__"
MOMENT = "__moment__"  # series and time as one number
MOST_SERIES = 1 << 62
PERCENT = "__percent__"
PERCENT_UNITS = {"percent", "%", "per cent", "percentage", "pt"}
FORECAST = "forecast"
SERIAL = r"^(\d{5})(?:\.0*)?$"
SERIALS = (20_000, 60_000)  # October 1954 to April 2064
DAY_ZERO = date(1899, 12, 30)  # so that the days after February 1900 are right
JUMP_FACTOR = 10.0  # times the median absolute change of the series
JUMP_SHARE = 2 / 3  # and this share of the larger of the two values: three times as much, or a third
LEAST_CHANGES = 4
QUIET_SHARE = 0.02  # a series that hardly moves still may move by this share of its median


def with_time(frame: pl.DataFrame, today: date, findings: Findings) -> pl.DataFrame:
    """Bring periods into canonical form and add their decimal year; malformed and future ones are problems."""
    spelled = frame["period"].drop_nulls().unique().to_list()
    forms = {text: canonical_period(text) for text in spelled}
    times = {text: decimal_or_none(form) for text, form in forms.items()}
    is_future = {text: times[text] is not None and starts_after(forms[text], today) for text in spelled}
    old = pl.Series(spelled, dtype=pl.String)

    def looked_up(values: Mapping[str, object], dtype: type[pl.DataType]) -> pl.Expr:
        new = pl.Series([values[text] for text in spelled], dtype=dtype)
        return pl.col("period").replace_strict(old, new, default=None, return_dtype=dtype)

    timed = frame.with_columns(looked_up(times, pl.Float64).alias(TIME))
    wrong = timed.filter(pl.col("period").is_not_null() & pl.col(TIME).is_null())
    check_malformed(wrong, findings)
    if any(is_future.values()):
        is_forecast = pl.col("status") == FORECAST if "status" in frame.columns else pl.lit(value=False)
        late = timed.filter(looked_up(is_future, pl.Boolean) & ~is_forecast.fill_null(value=False))
        remedy = f"Correct it, or give the row the status {FORECAST}."
        findings.rows(late, "period", "This period lies in the future.", remedy)
    if all(text == form for text, form in forms.items()):
        return timed
    return timed.with_columns(looked_up(forms, pl.String))


def check_malformed(wrong: pl.DataFrame, findings: Findings) -> None:
    """Note what is no period; of the number that a spreadsheet keeps for a day, say which day it would be."""
    number = pl.col("period").str.extract(SERIAL).cast(pl.Int64)
    is_serial = number.is_between(*SERIALS).fill_null(value=False)
    day = (pl.lit(DAY_ZERO) + pl.duration(days=number)).cast(pl.String)
    serials = wrong.filter(is_serial).with_columns(day.alias("day"))
    message = "This is no period; as a spreadsheet's number for a day it would be {day}."
    findings.rows(serials, "period", message, "Format the column as text and write the day, month or year.")
    others = wrong.filter(~is_serial)
    findings.rows(others, "period", "This is no period.", "Write 2015, 2015-Q3, 2015-03 or 2015-03-31.")


def canonical_period(text: str) -> str:
    """Return the canonical spelling of a period: 2015.0 as 2015, 2015Q3 as 2015-Q3, 2015M03 as 2015-03."""
    text = text.strip().upper()
    if match := re.fullmatch(r"(\d{4})\.0*", text):
        return match[1]
    if match := re.fullmatch(r"(\d{4})-?Q([1-4])", text):
        return f"{match[1]}-Q{match[2]}"
    if match := re.fullmatch(r"(\d{4})-?M(\d{1,2})", text):
        return f"{match[1]}-{int(match[2]):02d}"
    if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ][\d:.]+Z?", text):
        return match[1]
    return text


def decimal_or_none(period: str) -> float | None:
    """Return the decimal year, None where the text is no period."""
    try:
        return decimal_year(period)
    except Refused:
        return None


def starts_after(period: str, today: date) -> bool:
    """Say whether the first day of a period lies after `today`."""
    quarter = re.fullmatch(r"(\d{4})-Q([1-4])", period)
    start = f"{quarter[1]}-{int(quarter[2]) * 3 - 2:02d}" if quarter else period
    return start > today.isoformat()[: len(start)]


def definitions_of(known: Known, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the bounds, unit and kind of the indicators in a frame."""
    used = set(frame["indicator"].drop_nulls().unique().to_list())
    rows = {row.code: row for row in known.indicators.values() if row.code in used}
    return pl.DataFrame(
        [
            {
                "indicator": row.code,
                "least": row.lower,
                "most": row.upper,
                "own_unit": row.unit,
                "is_count": row.measured_as == "count",
                "is_percent": row.unit.strip().lower() in PERCENT_UNITS or row.unit.lower().startswith("percent"),
            }
            for row in rows.values()
        ],
        schema={
            "indicator": pl.String,
            "least": pl.Float64,
            "most": pl.Float64,
            "own_unit": pl.String,
            "is_count": pl.Boolean,
            "is_percent": pl.Boolean,
        },
    )


def worth_a_look(frame: pl.DataFrame, definitions: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of all indicators that the checks below may find fault with, joined with their definitions.

    The range of its values says of most indicators that there is nothing to find. Units and percent signs are looked
    at row by row, so a file that has any is returned whole.
    """
    has_units = "unit" in frame.columns or (PERCENT in frame.columns and bool(frame[PERCENT].any()))
    if not has_units:
        value = pl.col("value")
        ranges = frame.group_by("indicator").agg(value.min().alias("low"), value.max().alias("high"))
        low, high = pl.col("low"), pl.col("high")
        is_out = (low < pl.col("least")) | (high > pl.col("most")) | (pl.col("is_count") & (low < 0))
        is_fraction = pl.col("is_percent") & (low >= 0) & (high <= 1)
        suspected = ranges.join(definitions, on="indicator").filter(
            is_out.fill_null(value=False) | is_fraction.fill_null(value=False)
        )
        frame = frame.filter(pl.col("indicator").is_in(suspected["indicator"].implode()))
    return frame.join(definitions, on="indicator", how="left", maintain_order="left")


def check_bounds(joined: pl.DataFrame, findings: Findings) -> None:
    """Note values outside the indicator's natural bounds, and counts below zero."""
    low = joined.filter(pl.col("value") < pl.col("least"))
    findings.rows(low, "value", "This is below {least:g}, the least value of {indicator}.", "Correct the value.")
    high = joined.filter(pl.col("value") > pl.col("most"))
    findings.rows(high, "value", "This is above {most:g}, the largest value of {indicator}.", "Correct the value.")
    negative = joined.filter(
        pl.col("is_count") & (pl.col("value") < 0) & ~(pl.col("value") < pl.col("least")).fill_null(value=False)
    )
    findings.rows(negative, "value", "{indicator} counts something and cannot be negative.", "Correct the value.")


def check_intervals(frame: pl.DataFrame, findings: Findings) -> None:
    """Note intervals that do not hold their value."""
    if "lower" in frame.columns:
        bad = frame.filter(pl.col("lower") > pl.col("value"))
        findings.rows(bad, "lower", "The lower end of the interval is above the value.", "Correct one of them.")
    if "upper" in frame.columns:
        bad = frame.filter(pl.col("upper") < pl.col("value"))
        findings.rows(bad, "upper", "The upper end of the interval is below the value.", "Correct one of them.")


def check_units(joined: pl.DataFrame, findings: Findings, *, has_codes: bool) -> None:
    """Note units that are not the indicator's; once per indicator and unit.

    Codes of a code list (SDMX, SDG exports) are spelled otherwise than our units, so there it is a warning.
    """
    if "unit" in joined.columns:
        own, given = (pl.col(name).str.strip_chars().str.to_lowercase() for name in ["own_unit", "unit"])
        both_percent = pl.col("is_percent") & given.is_in(sorted(PERCENT_UNITS))
        differs = joined.filter((own != given) & ~both_percent)
        rows = differs.group_by("indicator", "unit", "own_unit").agg(pl.col(ROW).min(), pl.len())
        for indicator, unit, right, row, count in rows.sort(ROW).iter_rows():
            message = f"{indicator} is measured in {right!r} (this unit is in {count:,} rows)."
            remedy = "Convert the values, or correct the unit."
            findings.add(Problem(int(row), "unit", unit, message, remedy, "warning" if has_codes else "error"))
    if PERCENT in joined.columns:
        signs = joined.filter(pl.col(PERCENT) & ~pl.col("is_percent"))
        findings.rows(
            signs, "value", "A percent sign, but {indicator} is measured in {own_unit}.", "Convert the value."
        )


def check_fractions(joined: pl.DataFrame, findings: Findings) -> None:
    """Warn where all values of a percentage lie between 0 and 1."""
    percents = joined.filter(pl.col("is_percent") & pl.col("value").is_not_null())
    if not percents.height:
        return
    rows = percents.group_by("indicator").agg(
        pl.col(ROW).min(), pl.len(), pl.col("value").min().alias("least"), pl.col("value").max().alias("most")
    )
    suspected = rows.filter((pl.col("least") >= 0) & (pl.col("most") <= 1))
    for indicator, row, count, _least, most in suspected.filter(pl.col("most") > 0).sort(ROW).iter_rows():
        what = "The only value of {} is" if count == 1 else f"All {count:,} values of {{}} are at most"
        message = f"{what.format(indicator)} {most:g}, though it is a percentage."
        findings.add(Problem(int(row), "value", "", message, "Multiply by 100 if these are fractions.", "warning"))


def check_dimensions(
    frame: pl.DataFrame, dimensions: Sequence[str], known: Mapping[str, Collection[str]], findings: Findings
) -> None:
    """Warn of values that a known dimension does not have; once per value."""
    for name in dimensions:
        allowed = set(known.get(name, ()))
        if not allowed:
            continue
        bad = frame.filter(~pl.col(name).is_in(sorted({*allowed, "_T"})))
        rows = bad.group_by(name).agg(pl.col(ROW).min(), pl.len())
        for value, row, count in rows.sort(ROW).iter_rows():
            message = f"{name} has no value of this code (in {count:,} rows)."
            findings.add(Problem(int(row), name, str(value), message, nearest(str(value), allowed), "warning"))


def by_series(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return row, series, time, value and status sorted by series and time; `keys` tell the series apart.

    A series is a number, or a hash where the keys hold too many values for that; the text itself is never sorted.
    """
    series = ordered_key(frame, keys)
    if series is None:
        series = frame.select(pl.struct(keys).hash()).to_series()
    columns = [ROW, TIME, "value", *(["status"] if "status" in frame.columns else [])]
    rows = frame.select(*columns, series.alias(SERIES))
    times = frame[TIME].unique().sort()  # null first
    if series.dtype != pl.Int64 or series.to_numpy().max(initial=0) > MOST_SERIES // max(len(times), 1):
        return rows.sort(SERIES, TIME, maintain_order=True)
    number = pl.col(TIME).replace_strict(times, pl.Series(range(len(times)), dtype=pl.Int64), return_dtype=pl.Int64)
    moment = (pl.col(SERIES) * len(times) + number).alias(MOMENT)
    timed = rows.with_columns(moment)
    ordered = timed if timed[MOMENT].is_sorted() else timed.sort(MOMENT)
    if bool((ordered[MOMENT].diff() == 0).any()):  # rows of one moment stay in the order of the file
        ordered = timed.sort(MOMENT, maintain_order=True)
    return ordered.drop(MOMENT)


def check_duplicates(frame: pl.DataFrame, ordered: pl.DataFrame, keys: list[str], findings: Findings) -> None:
    """Note every row whose indicator, place, period and dimensions an earlier row has too; both rows are named.

    `ordered` is the frame `by_series`: only rows of one series and moment can be doubles, and they lie side by side.
    """
    is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in (SERIES, TIME))
    follows = ordered.select(is_same.alias("same")).to_series()
    if not bool(follows[1:].any()):
        return
    suspected = ordered.filter(follows | follows.shift(-1, fill_value=False))
    suspects = frame.filter(pl.col(ROW).is_in(suspected[ROW].implode()))
    complete = suspects.filter(pl.all_horizontal(pl.col(keys).is_not_null())).sort(ROW)
    repeated = complete.with_columns(pl.col(ROW).first().over(keys).alias("first")).filter(
        pl.col(ROW) != pl.col("first")
    )
    shown = repeated.with_columns(pl.concat_str(keys, separator=" ").alias("key"))
    findings.rows(shown, "indicator", "Row {first} already has {key}.", "Keep one of the two rows.", shown="indicator")


SAME_SERIES = pl.col(SERIES) == pl.col(SERIES).shift(1)


def improbable_of(judged: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of improbable changes, the way back from a spike left out, in the order of the file."""
    scale = pl.max_horizontal("usual", "quiet")
    is_fast = pl.col("change").abs() > JUMP_FACTOR * scale
    improbable = (pl.col("is_large") & (pl.col("changes") >= LEAST_CHANGES) & (scale > 0) & is_fast).fill_null(
        value=False
    )
    if "status" in judged.columns:
        improbable = improbable & (pl.col("status") != "break").fill_null(value=True)
    marked = judged.with_columns(improbable.alias("is_jump"))
    same = pl.col(SERIES) == pl.col(SERIES).shift(1)
    is_turn = pl.col("change").sign() != pl.col("change").shift(1).sign()
    is_way_back = (pl.col("is_jump").shift(1) & same & is_turn).fill_null(value=False)
    return marked.filter(pl.col("is_jump") & ~is_way_back).sort(ROW)


def check_jumps(ordered: pl.DataFrame, findings: Findings) -> None:
    """Warn of changes that are improbable for their series; `ordered` is a frame `by_series`.

    A change (per year, where years are missing between two values) is improbable when it is more than ten times the
    median absolute change of its series and more than two thirds of the larger of the two values. The way back from a
    spike is not reported again. Series with fewer than four changes are not judged; a break excuses its
    own change.
    """
    moved = large_changes(ordered)
    usual = moved.group_by(SERIES).agg(
        pl.col("change").abs().median().alias("usual"),
        (pl.col("value").abs().median() * QUIET_SHARE).alias("quiet"),
        pl.col("change").count().alias("changes"),
    )
    jumps = improbable_of(moved.join(usual, on=SERIES, maintain_order="left"))
    for row, value, before, usual_change in jumps.select(ROW, "value", "before", "usual").iter_rows():
        message = f"The value before was {before:.6g}; the series usually changes by {usual_change:.3g} a year."
        findings.add_jump(
            Problem(int(row), "value", f"{value:.15g}", message, "Correct it, or give the reason for it.", "warning")
        )


def large_changes(ordered: pl.DataFrame) -> pl.DataFrame:
    """Return the values and yearly changes of all series in which a change is large beside its two values.

    Most series have none; they cannot have a jump, and their usual change need not be known.
    """
    rows = ordered.filter(pl.col("value").is_not_null(), pl.col(TIME).is_not_null())
    before = pl.col("value").shift(1)
    size = pl.max_horizontal(pl.col("value").abs(), before.abs())
    is_large = SAME_SERIES & ((pl.col("value") - before).abs() > JUMP_SHARE * size)
    series = rows.filter(is_large)[SERIES].unique()
    gap = (pl.col(TIME) - pl.col(TIME).shift(1)).clip(lower_bound=1.0)
    return rows.filter(pl.col(SERIES).is_in(series.implode())).with_columns(
        pl.when(SAME_SERIES).then((pl.col("value") - before) / gap).alias("change"),
        before.alias("before"),
        is_large.fill_null(value=False).alias("is_large"),
    )
