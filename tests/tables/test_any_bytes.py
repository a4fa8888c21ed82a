"""Whatever the bytes, reading a table ends in a table or in a refusal that says what to do."""

import gzip
import io
import random

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.tables.reading import ROW, TextTable, read_text_table

from .files import rezipped, sheet_of

CSV = '代码,name;x\tvalue\n北京,"a""b",1,5\n\r\n\'x\';y\t2'.encode()
WORKBOOK = sheet_of([["code", "name", "value"], ["XA", "Aland", 1.5], ["XB", None, 2]])


def parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"code": ["XA", "XB"], "value": [1.5, None]}).write_parquet(buffer)
    return buffer.getvalue()


def outcome(data: bytes) -> TextTable | Refused:
    """Return the table or the refusal; anything else fails the test."""
    try:
        return read_text_table(data, name="file")
    except Refused as refusal:
        return refusal


def tried(data: bytes) -> None:
    """Read; fail on anything but a table or a refusal with a remedy."""
    found = outcome(data)
    if isinstance(found, Refused):
        assert found.message.startswith(("file ", "The header of file"))
        assert found.remedy
        assert all(problem.message and problem.remedy for problem in found.problems)
        return
    assert found.frame.height > 0
    assert found.columns
    assert found.frame[ROW].is_sorted()
    assert set(found.frame.drop(ROW).dtypes) == {pl.String}


@settings(max_examples=300, deadline=None)
@example(b"\x1f\x8b")
@example(b"\xff\xfe\x00")
@example(b'"')
@example(b",")
@example(b"\r")
@example(b"a\n\xff")
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    tried(data)


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab,;\t\r\n\"'= 1é北\ufeff\x00"), max_size=60),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_any_text(text: str, encoding: str) -> None:
    tried(text.encode(encoding))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_behind_the_mark_of_a_known_format(data: bytes) -> None:
    for mark in [b"PAR1", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]:
        tried(mark + data)
    tried(gzip.compress(data, mtime=0))


def damaged(data: bytes, seed: int) -> bytes:
    """Return the bytes with some of them changed, cut off or doubled."""
    rng = random.Random(seed)
    content = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(content))
        if rng.random() < 0.6:
            content[place] = rng.randrange(256)
        elif rng.random() < 0.5:
            del content[place : place + rng.randint(1, 30)]
        else:
            content[place:place] = content[place : place + rng.randint(1, 30)]
        content = content or bytearray(b"x")
    return bytes(content)


@pytest.mark.parametrize("data", [CSV, WORKBOOK, gzip.compress(CSV, mtime=0)], ids=["csv", "xlsx", "gzip"])
def test_a_file_damaged_anywhere(data: bytes) -> None:
    for seed in range(150):
        tried(damaged(data, seed))


def test_a_workbook_whose_parts_are_damaged() -> None:
    for seed in range(120):
        target = ["sheet1.xml", "workbook.xml", "sharedStrings.xml", "styles.xml", "workbook.xml.rels"][seed % 5]
        tried(rezipped(WORKBOOK, lambda n, c: damaged(c, seed) if n.endswith(target) else c))  # noqa: B023


def test_a_workbook_without_one_of_its_parts() -> None:
    for target in ["sheet1.xml", "workbook.xml", "sharedStrings.xml", "styles.xml", "workbook.xml.rels"]:
        tried(rezipped(WORKBOOK, lambda n, c: b"" if n.endswith(target) else c))  # noqa: B023


def test_a_parquet_file_cut_off_anywhere() -> None:
    whole = parquet()
    for end in range(0, len(whole), 7):
        tried(whole[:end])
        tried(whole[:end] + b"PAR1")
