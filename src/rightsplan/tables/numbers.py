"""Numbers as people write them: decimal commas, thousand separators, percent signs, footnote marks, other digits."""

import re
from dataclasses import dataclass

import polars as pl

MISSING = ["-", "–", "—", ".", "..", "...", "…", ":", "n/a", "na", "n.a.", "nan", "null", "none", "x", "/"]
DIGITS = {
    **{chr(0x0660 + i): str(i) for i in range(10)},
    **{chr(0x06F0 + i): str(i) for i in range(10)},
    **{chr(0xFF10 + i): str(i) for i in range(10)},
    "−": "-",
    "－": "-",
    "．": ".",
    "，": ",",
    "٫": ".",
    "٬": ",",
    "％": "%",
}
PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
FOOTNOTE = r"(?:\s*(?:[*†‡§#]+|[ᵃ-ᵶ¹²³⁰-⁹]+|\([a-z0-9]\)|\[[a-z0-9]+\]))+$"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Parsed cells: `value` (null where missing or wrong), `is_wrong`, the footnote `mark` and the `missing` sign."""

    value: pl.Series
    is_wrong: pl.Series
    mark: pl.Series
    missing: pl.Series
    has_percent: pl.Series


def parse_numbers(cells: pl.Series) -> Numbers:
    """Return the numbers of a text column.

    The whole column decides what a single comma means: where any cell has a comma followed by a number of digits other
    than three, or a point as thousand separator before a comma, commas are decimal; otherwise `1,234` is a thousand.
    A percent sign is dropped (the value stays as written, 12 % is 12). Footnote marks are kept apart, not lost.
    """
    text = cells.cast(pl.String)
    fast = text.cast(pl.Float64, strict=False)
    simple = text.is_null() | (fast.is_not_null() & fast.is_finite().fill_null(False))
    empty = pl.Series([None] * len(text), dtype=pl.String)
    if bool(simple.all()):
        false = pl.Series([False]).new_from_index(0, len(text)) if len(text) else pl.Series([], dtype=pl.Boolean)
        return Numbers(fast, false, empty, empty, false)
    return parse_slowly(text, fast, simple)


def parse_slowly(text: pl.Series, fast: pl.Series, simple: pl.Series) -> Numbers:
    """Parse the distinct cells that are no plain numbers one by one."""
    distinct = text.filter(~simple).unique().to_list()
    cleaned = {cell: clean(cell) for cell in distinct}
    decimal_comma = any(is_decimal_comma(c.body) for c in cleaned.values() if c.body)
    found = {cell: number_of(c.body, decimal_comma) for cell, c in cleaned.items()}

    def mapped(values: list[object], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
        series = pl.Series(values, dtype=dtype)
        return text.replace_strict(pl.Series(distinct, dtype=pl.String), series, default=None, return_dtype=dtype)

    value = fast.zip_with(simple, mapped([found[c] for c in distinct], pl.Float64))
    wrong = [bool(cleaned[c].body) and found[c] is None for c in distinct]
    return Numbers(
        value=value,
        is_wrong=mapped(list(wrong), pl.Boolean).fill_null(False),
        mark=mapped([cleaned[c].mark or None for c in distinct], pl.String),
        missing=mapped([cleaned[c].missing or None for c in distinct], pl.String),
        has_percent=mapped([cleaned[c].percent for c in distinct], pl.Boolean).fill_null(False),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell taken apart."""

    body: str
    mark: str = ""
    missing: str = ""
    percent: bool = False


def clean(cell: str) -> Cell:
    """Take footnote mark, percent sign and missing sign off a cell."""
    text = "".join(DIGITS.get(c, c) for c in cell).strip()
    if text.lower() in MISSING:
        return Cell("", missing=text)
    match = re.search(FOOTNOTE, text)
    mark = match.group().strip() if match else ""
    text = text[: match.start()].strip() if match else text
    if text.lower() in MISSING or not text:
        return Cell("", mark=mark, missing=text)
    percent = text.endswith("%")
    body = re.sub(r"[\s'’  ]", "", text.rstrip("%"))
    return Cell(body, mark, "", percent)


def is_decimal_comma(body: str) -> bool:
    """Say whether a cell can only be read with a decimal comma."""
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", body):
        return True
    match = re.fullmatch(r"[+-]?\d+,(\d+)", body)
    return bool(match) and len(match.group(1)) != 3 if match else False


def number_of(body: str, decimal_comma: bool) -> float | None:
    """Return the number of a clean cell, or None."""
    if not body:
        return None
    if decimal_comma and "," in body:
        whole, _, part = body.rpartition(",")
        body = f"{whole.replace('.', '')}.{part}" if "," not in whole else ""
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", body):
        body = body.replace(",", "")
    elif re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", body):
        body = body.replace(".", "")
    return float(body) if re.fullmatch(PLAIN, body) else None


def parse_number(cell: str) -> float | None:
    """Return the number of one cell, None where it is empty or missing. Raises ValueError where it is no number."""
    if not cell.strip():
        return None
    parts = clean(cell)
    if not parts.body:
        return None
    value = number_of(parts.body, is_decimal_comma(parts.body))
    if value is None:
        raise ValueError(cell)
    return value
