"""One byte stream for the same facts, whatever file, library or row order they came in.

A JSON value becomes UTF-8 with sorted keys, `,` and `:` as separators, no NaN, floats in shortest repr. Text in it is
not normalised: what a person wrote is kept.

A frame becomes, in this order:

1. the line `rightsplan-batch/1`, then the number of rows in decimal, each followed by a line feed;
2. for every column that has at least one value, in order of its name (Unicode form NFC, no control characters): the
   name, `:text` or `:number`, a line feed
   (a column without any value is left out, so that "absent" and "empty" are the same fact);
3. for every such column in the same order, over the rows sorted by all text columns and then all number columns
   (each group in order of column name; nulls first; text by its UTF-8 bytes):
   - text, in Unicode form NFC: the byte length of every value as a signed 64-bit little-endian integer (-1 for
     null), then the UTF-8 bytes of all values without separators;
   - number: one byte per row (1 value, 0 null), then IEEE 754 doubles, little-endian (0.0 for null; negative zero
     becomes zero).
"""

import hashlib
import json
import math
import unicodedata
from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.tables.keys import ordered_key

VERSION_LINE = b"rightsplan-batch/1\n"
KEY = "\n"  # the name of no column: control characters are refused
ROWS_AT_ONCE = 100_000


def canonical_json(value: Any) -> bytes:
    """Return the canonical UTF-8 JSON of a value made of dicts, lists, text, numbers, booleans and None.

    Raises Refused for NaN, infinity, half a surrogate pair, endless nesting and objects JSON has no form for.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8")
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(f"This cannot be written as canonical JSON: {error}.", "Use finite numbers and text.") from error


def parse_json(content: bytes) -> Any:
    """Return the value of JSON that a stranger may have written.

    Raises ValueError for what is no JSON of RFC 8259 in UTF-8: NaN, numbers no double can hold, half a surrogate pair,
    endless nesting.
    """
    try:
        value = json.loads(content.decode("utf-8"))
        canonical_json(value)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except Refused as refusal:
        raise ValueError(refusal.message) from refusal
    return value


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with canonical types, columns and row order, as its name is computed from.

    Shape: any number of rows; text (String, Categorical, Enum) and number (integer, Float) columns only.
    Raises Refused for other types, NaN, infinity, whole numbers that no double holds exactly, and column names that are
    double or hold control characters.
    """
    names = {name: canonical_name(name) for name in frame.columns}
    if len(set(names.values())) < len(names):
        raise Refused("Two columns have the same name in Unicode form NFC.", "Rename one of them.")
    columns = [canonical_column(frame[name]).alias(names[name]) for name in sorted(names, key=lambda name: names[name])]
    kept = [c for c in columns if c.null_count() < len(c)]
    clean = pl.DataFrame(kept)
    texts = [c.name for c in kept if c.dtype == pl.String]
    return in_order(clean, texts, [c.name for c in kept if c.dtype == pl.Float64])


def in_order(clean: pl.DataFrame, texts: list[str], numbers: list[str]) -> pl.DataFrame:
    """Return the rows sorted by all text columns and then all number columns, nulls first.

    Rows that no text tells apart are rare; so the texts are compared as one number, and numbers only where needed.
    """
    key = ordered_key(clean, texts)
    if key is None:
        return clean.sort([*texts, *numbers], nulls_last=False) if clean.width else clean
    keyed = clean.with_columns(key.alias(KEY))
    ordered = keyed if key.is_sorted() else keyed.sort(KEY)
    if bool((ordered[KEY].diff() == 0).any()):
        ordered = ordered.sort([KEY, *numbers], nulls_last=False)
    return ordered.drop(KEY)


def canonical_name(name: str) -> str:
    """Return a column name in NFC. A line feed in it could pass for the end of the name, so it is refused."""
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise Refused(f"The column name {name!r} holds a control character.", "Use letters, digits and underscores.")
    return unicodedata.normalize("NFC", name)


def canonical_column(column: pl.Series) -> pl.Series:
    """Return one column as NFC text or as finite doubles without negative zero."""
    if column.dtype in {pl.Categorical, pl.Enum} or isinstance(column.dtype, pl.Categorical | pl.Enum):
        column = column.cast(pl.String)
    if column.dtype == pl.Null:
        return column.cast(pl.String)
    if column.dtype == pl.String:
        is_ascii = bool((column.str.len_bytes() == column.str.len_chars()).all())
        return column if is_ascii else normalised(column)
    if column.dtype.is_numeric():
        numbers = column.cast(pl.Float64)
        if not numbers.is_finite().all():
            raise Refused(
                f"Column {column.name} holds a value that is no finite number.", "Leave missing values empty."
            )
        if column.dtype.is_integer() and not numbers.cast(column.dtype, strict=False).eq_missing(column).all():
            raise Refused(
                f"Column {column.name} holds a whole number with more than 15 digits.", "Give it in a larger unit."
            )
        return numbers.set(numbers == 0.0, 0.0)  # adding 0.0 is optimised away and keeps the sign
    raise Refused(f"Column {column.name} has the type {column.dtype}.", "Use text and numbers only.")


def normalised(column: pl.Series) -> pl.Series:
    """Return text in Unicode form NFC; each distinct value is normalised once."""
    distinct = column.unique().drop_nulls()
    forms = [unicodedata.normalize("NFC", text) for text in distinct]
    return column.replace_strict(distinct, pl.Series(forms, dtype=pl.String), default=None, return_dtype=pl.String)


def batch_name(frame: pl.DataFrame) -> str:
    """Return the SHA-256 (hexadecimal) of the frame's canonical byte stream, as the module describes it.

    It does not depend on row or column order, integer or float storage of the same number, Parquet version or reader.
    Raises Refused as `canonical_frame`.
    """
    return name_of_canonical(canonical_frame(frame), rows=frame.height)


def name_of_canonical(clean: pl.DataFrame, *, rows: int) -> str:
    """Return the name of a frame that `canonical_frame` made."""
    digest = hashlib.sha256(VERSION_LINE)
    digest.update(f"{rows}\n".encode())
    for column in clean.iter_columns():
        kind = "text" if column.dtype == pl.String else "number"
        digest.update(f"{column.name}:{kind}\n".encode())
    for column in clean.iter_columns():
        if column.dtype == pl.String:
            lengths = column.str.len_bytes().cast(pl.Int64).fill_null(-1).to_numpy()
            digest.update(np.ascontiguousarray(lengths, dtype="<i8").data)
            present = column.drop_nulls()
            for first in range(0, len(present), ROWS_AT_ONCE):
                digest.update(present.slice(first, ROWS_AT_ONCE).str.join("").item().encode("utf-8"))
        else:
            is_present = column.is_not_null().cast(pl.UInt8).to_numpy()
            digest.update(np.ascontiguousarray(is_present).data)
            digest.update(np.ascontiguousarray(column.fill_null(0.0).to_numpy(), dtype="<f8").data)
    return digest.hexdigest()


def rounded(value: float | None, digits: int = 9) -> float | None:
    """Return a number rounded to significant digits; None stays None, NaN and infinity become None."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits - 1}e}") + 0.0
