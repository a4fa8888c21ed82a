"""Numbers as people write them: decimal commas, thousand separators, percent signs, footnote marks, other digits."""

from dataclasses import dataclass

import polars as pl

from rightsplan.errors import Problem

MISSING = ["-", "–", "—", ".", "..", "...", "…", ":", "n/a", "na", "n.a.", "nan", "null", "none", "x", "/"]
SAME = {
    **{chr(zero + i): str(i) for zero in (0x0660, 0x06F0, 0x0966, 0xFF10) for i in range(10)},
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000", " "),
    **dict.fromkeys("’‘ʼ´`٬", "'"),
    **dict.fromkeys("−－﹣", "-"),
    **dict.fromkeys("．٫", "."),
    **dict.fromkeys("％٪", "%"),
    "，": ",",
    "（": "(",
    "）": ")",
}
FOOTNOTE = r"((?:\s*(?:[*†‡§#]+|[ᵃ-ᵶ¹²³⁰-⁹]+|\([a-z0-9]{1,2}\)|\[[a-z0-9]+\]))+)$"
ACCOUNTING = r"^[+-]?\s*\([\d.,' ]+\s*%?\)$"
SPACED = r"\d{1,3}(?:(?: \d{3})+|(?:'\d{3})+)"  # 1 234 567 and 1'234'567

# What each form proves about the column. A form is tried in this order; the first that fits decides.
ONE_OF_TWO = r"^[+-]?[1-9]\d{0,2},\d{3}$"  # 1,234 is a thousand or one and a bit
POINT_FORMS = [
    r"^[+-]?\d{1,3}(?:,\d{3})+\.\d*$",
    r"^[+-]?\d{1,3}(?:,\d{3}){2,}$",
    r"^[+-]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?$",  # 12,34,567
    rf"^[+-]?{SPACED}\.\d+$",
]
COMMA_FORMS = [
    r"^[+-]?\d{1,3}(?:\.\d{3})+,\d+$",
    r"^[+-]?\d{1,3}(?:\.\d{3}){2,}$",
    rf"^[+-]?(?:\d*|{SPACED}),(?:\d{{1,2}}|\d{{4,}})$",
    rf"^[+-]?(?:0|\d{{4,}}|{SPACED}),\d{{3}}$",
]
PLAIN_FORMS = [r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$", rf"^[+-]?{SPACED}$"]
POINT_ONLY = r"\.(?:\d{1,2}|\d{4,})$|^[+-]?(?:0|\d{4,})\.\d{3}$"
THOUSAND_OR_POINT = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"

WHY = {
    "number": ("This is no number.", "Write digits with a decimal point, such as 1234.5; put words into a note."),
    "brackets": ("A number in brackets is not read as negative.", "Write it with a minus sign."),
    "separator": ("This can be a thousand separator or a decimal sign.", "Write 1234 or 1.234."),
    "large": ("This number is too large.", "Check the number of digits."),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Parsed cells, each a Series as long as the column.

    `value` is null where missing or wrong; `why` is a key of WHY where wrong; `missing` the sign that stands for no
    value; `mark` the footnote mark.
    """

    value: pl.Series
    is_wrong: pl.Series
    mark: pl.Series
    missing: pl.Series
    has_percent: pl.Series
    why: pl.Series


def parse_numbers(cells: pl.Series) -> Numbers:
    """Return the numbers of a text column.

    A percent sign is dropped (12 % is 12), a footnote mark kept apart, a sign for "no value" kept as `missing`. The
    whole column decides what `1,234` means: a decimal comma where another cell can only be read with one (`3,5`,
    `1.234,5`), a thousand where another cell can only be read with a point (`3.5`, `1,234,567`); where no cell or
    both kinds tell, it is wrong. `1.234` is one and a bit unless the column has decimal commas.
    """
    text = cells.cast(pl.String)
    fast = text.cast(pl.Float64, strict=False)
    is_plain = text.is_null() | (fast.is_finite().fill_null(False) & (text != "").fill_null(False))
    if bool(is_plain.all()):
        nothing = pl.repeat(None, len(text), dtype=pl.String, eager=True)
        no = pl.repeat(False, len(text), dtype=pl.Boolean, eager=True)
        return Numbers(fast, no, nothing, nothing, no, nothing)
    return parse_rest(text, fast, is_plain)


def parse_rest(text: pl.Series, fast: pl.Series, is_plain: pl.Series) -> Numbers:
    """Parse a column in which some cells are no plain numbers."""
    rest = taken_apart(text.filter(~is_plain))
    plain = text.filter(is_plain).drop_nulls()
    has_comma = bool(rest["is_comma"].any())
    has_point = bool(rest["is_point"].any()) or bool(plain.str.contains(POINT_ONLY).any())
    rest = with_values(rest, comma=has_comma, point=has_point)
    whole = pl.DataFrame({"fast": fast, "is_plain": is_plain, "text": text}).with_row_index("i")
    places = whole.filter(~pl.col("is_plain")).select("i")
    joined = whole.join(pl.concat([places, rest], how="horizontal"), on="i", how="left", maintain_order="left")
    if has_comma:
        doubtful = pl.col("is_plain") & pl.col("text").str.contains(THOUSAND_OR_POINT)
        thousands = pl.col("text").str.replace_all(".", "", literal=True).cast(pl.Float64, strict=False)
        joined = joined.with_columns(
            pl.when(doubtful).then(None if has_point else thousands).otherwise("fast").alias("fast"),
            pl.when(doubtful & pl.lit(has_point)).then(pl.lit("separator")).otherwise("why").alias("why"),
        )
    done = joined.with_columns(pl.when("is_plain").then("fast").otherwise("value").alias("value"))
    return Numbers(
        value=done["value"],
        is_wrong=done["why"].is_not_null().alias("is_wrong"),
        mark=done["mark"],
        missing=done["missing"],
        has_percent=done["has_percent"].fill_null(False),
        why=done["why"],
    )


def taken_apart(text: pl.Series) -> pl.DataFrame:
    """Return cell, body, footnote mark, percent sign, missing sign and what the form proves."""
    cell = pl.col("cell")
    body = pl.col("body")
    frame = pl.DataFrame({"cell": text.str.replace_many(list(SAME), list(SAME.values())).str.strip_chars()})
    frame = frame.with_columns(cell.str.replace(r"^([+–-]) ?([\d.,])", "$1$2").str.replace(r"^–(\d)", "-$1"))
    frame = frame.with_columns(
        cell.str.contains(ACCOUNTING).alias("is_accounting"),
        cell.str.extract(FOOTNOTE).str.strip_chars().alias("mark"),
        cell.str.replace(FOOTNOTE, "").str.strip_chars().alias("body"),
    )
    frame = frame.with_columns(
        (body.is_in(["", *MISSING]) | body.str.to_lowercase().is_in(MISSING)).alias("is_missing"),
        body.str.ends_with("%").alias("has_percent"),
        body.str.strip_suffix("%").str.strip_chars().alias("body"),
    )
    return frame.with_columns(
        pl.when(~pl.col("is_accounting")).then("mark").alias("mark"),
        pl.when(pl.col("is_missing") & ~pl.col("is_accounting")).then("cell").alias("missing"),
        body.str.contains(ONE_OF_TWO).alias("is_doubtful"),
        body.str.contains("|".join(POINT_FORMS)).alias("is_point"),
        body.str.contains("|".join(COMMA_FORMS)).alias("is_comma"),
        body.str.contains("|".join(PLAIN_FORMS)).alias("is_number"),
    )


def with_values(rest: pl.DataFrame, *, comma: bool, point: bool) -> pl.DataFrame:
    """Add the value of every cell, or why it has none; `comma` and `point` say what the column proves."""
    body = pl.col("body")
    as_point = body.str.replace_all(r"[ ',]", "").cast(pl.Float64, strict=False)
    as_comma = body.str.replace_all(r"[ '.]", "").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    thousand = body.str.contains(THOUSAND_OR_POINT) & pl.lit(comma)
    unclear = (pl.col("is_doubtful") & pl.lit(comma == point)) | (thousand & pl.lit(point))
    value = (
        pl.when(pl.col("is_accounting") | pl.col("missing").is_not_null() | unclear)
        .then(None)
        .when(pl.col("is_comma") | (pl.col("is_doubtful") & pl.lit(comma)) | thousand)
        .then(as_comma)
        .when(pl.col("is_point") | pl.col("is_number") | pl.col("is_doubtful"))
        .then(as_point)
    )
    why = (
        pl.when(pl.col("is_accounting"))
        .then(pl.lit("brackets"))
        .when(pl.col("missing").is_not_null())
        .then(None)
        .when(unclear)
        .then(pl.lit("separator"))
        .when(pl.col("value").is_null())
        .then(pl.lit("number"))
        .when(pl.col("value").is_infinite())
        .then(pl.lit("large"))
    )
    valued = rest.with_columns(value.alias("value")).with_columns(why.alias("why"))
    finite = pl.when(pl.col("value").is_finite()).then("value").alias("value")
    return valued.select(finite, "why", "mark", "missing", "has_percent")


def number_problems(
    numbers: Numbers, *, cells: pl.Series, rows: pl.Series, column: str, most: int = 200
) -> list[Problem]:
    """Return the first `most` problems of a parsed column; `rows` are the row numbers a person sees."""
    frame = pl.DataFrame({"row": rows, "cell": cells, "why": numbers.why})
    wrong = frame.filter(numbers.is_wrong).head(most)
    return [Problem(row, column, cell, *WHY[why]) for row, cell, why in wrong.iter_rows()]


def parse_number(cell: str) -> float | None:
    """Return the number of one cell, None where it is empty or missing. Raises ValueError where it is no number.

    A cell alone cannot say what `1,234` means: that is wrong too.
    """
    try:
        number = float(cell)
    except ValueError:
        number = float("inf")
    if cell.isascii() and abs(number) < float("inf") and "_" not in cell:
        return number
    parsed = parse_numbers(pl.Series([cell.strip() or None], dtype=pl.String))
    if parsed.is_wrong[0]:
        raise ValueError(cell)
    value: float | None = parsed.value[0]
    return value
