"""A batch has one name, whoever wrote its file."""

import hashlib
import io
import json
import struct
import unicodedata
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.evidence.canonical import batch_name, canonical_frame, canonical_json, parse_json, rounded, sha256

FRAME = pl.DataFrame(
    {
        "indicator": ["literacy", "literacy", "deaths", "literacy"],
        "place": ["XA", "XA-N", "Québec", "北京"],
        "period": ["2020", "2021", "2021", "2020-Q1"],
        "value": [80.0, -0.5, None, 1e-300],
        "rank": [1, None, 3, 4],
        "note": [None, "", "x", None],
    }
)
NAME = batch_name(FRAME)


def parquet(frame: pl.DataFrame, **options: object) -> io.BytesIO:
    """Return a file that pyarrow wrote."""
    file = io.BytesIO()
    pq.write_table(pa.table({name: frame[name].to_list() for name in frame.columns}), file, **options)
    file.seek(0)
    return file


def test_the_golden_name_is_the_hash_of_the_byte_stream_that_the_module_describes() -> None:
    stream = (
        b"rightsplan-batch/1\n2\n"  # version, rows
        b"place:text\nvalue:number\n"  # columns in order of name; the empty one is left out
        + struct.pack("<qq", 1, 2)  # byte lengths of "b" and of "é" in form NFC, rows sorted by place
        + b"b\xc3\xa9"
        + bytes([0, 1])  # the value beside "b" is missing
        + struct.pack("<dd", 0.0, 2.5)
    )
    golden = "7fb13503bf83705b9167a8f2ca46ce9e5b1719df2f7ad603685dcf5b36623ce9"
    assert hashlib.sha256(stream).hexdigest() == golden
    frame = pl.DataFrame({"value": [2.5, None], "note": [None, None], "place": ["e\u0301", "b"]})
    assert batch_name(frame) == golden


def test_a_missing_text_has_the_length_minus_one() -> None:
    stream = b"rightsplan-batch/1\n2\na:text\n" + struct.pack("<qq", -1, 0)
    assert batch_name(pl.DataFrame({"a": ["", None]})) == hashlib.sha256(stream).hexdigest()


@pytest.mark.parametrize("version", ["1.0", "2.4", "2.6"])
@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "brotli", "lz4"])
@pytest.mark.parametrize("use_dictionary", [True, False])
def test_the_name_survives_every_parquet_that_pyarrow_writes(
    version: str, compression: str, use_dictionary: bool
) -> None:
    file = parquet(FRAME, version=version, compression=compression, use_dictionary=use_dictionary)
    assert batch_name(pl.read_parquet(file)) == NAME


def test_the_name_survives_parquet_v2_pages_row_groups_and_dictionary_columns() -> None:
    assert batch_name(pl.read_parquet(parquet(FRAME, data_page_version="2.0", row_group_size=1))) == NAME
    dictionary = FRAME.with_columns(pl.col("indicator").cast(pl.Categorical), pl.col("place").cast(pl.Categorical))
    file = io.BytesIO()
    dictionary.write_parquet(file)
    file.seek(0)
    assert batch_name(pl.read_parquet(file)) == NAME
    assert batch_name(dictionary.with_columns(pl.col("period").cast(pl.Enum(["2020", "2021", "2020-Q1"])))) == NAME


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4"])
def test_the_name_survives_every_parquet_that_polars_writes(compression: str) -> None:
    file = io.BytesIO()
    FRAME.write_parquet(file, compression=compression, row_group_size=2)  # type: ignore[arg-type]
    file.seek(0)
    assert batch_name(pl.read_parquet(file)) == NAME


def test_the_name_survives_csv() -> None:
    text = FRAME.write_csv()
    read = pl.read_csv(io.StringIO(text), schema_overrides={"period": pl.String})
    without_note = FRAME.drop("note")  # CSV cannot tell an empty text from a missing one
    assert batch_name(read.drop("note")) == batch_name(without_note)


def test_the_name_ignores_the_order_of_rows_and_columns() -> None:
    assert batch_name(FRAME.reverse()) == NAME
    assert batch_name(FRAME.select(sorted(FRAME.columns, reverse=True))) == NAME
    assert batch_name(FRAME.sample(fraction=1, shuffle=True, seed=7)) == NAME


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int64, pl.UInt16, pl.Float32, pl.Float64, pl.Decimal(10, 2)])
def test_a_whole_number_has_one_form(dtype: pl.DataType) -> None:
    numbers = pl.Series("value", [1, 2, None, 100])
    assert batch_name(pl.DataFrame({"value": numbers.cast(dtype)})) == batch_name(pl.DataFrame({"value": numbers}))


def test_a_column_without_values_is_the_same_as_no_column() -> None:
    for empty in [pl.lit(None), pl.lit(None, pl.String), pl.lit(None, pl.Float64), pl.lit(None, pl.Int64)]:
        assert batch_name(FRAME.with_columns(empty.alias("lower"))) == NAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": ["x", ""]}, {"a": ["x", None]}),
        ({"a": ["ab", "c"]}, {"a": ["a", "bc"]}),
        ({"a": [1.0]}, {"a": ["1.0"]}),
        ({"a": [0.0, 1.0]}, {"a": [None, 1.0]}),
        ({"a": [1.0]}, {"b": [1.0]}),
        ({"a": [1.0]}, {"a": [1.0, 1.0]}),
        ({"a": [1.0, None]}, {"a": [1.0]}),
        ({"a": ["x"], "b": ["y"]}, {"a": ["y"], "b": ["x"]}),
        ({"a": [0.1]}, {"a": [0.1 + 2**-56]}),
        ({"a": [5e-324]}, {"a": [0.0]}),
        ({"a": ["ﬁ"]}, {"a": ["fi"]}),  # form NFC keeps a ligature; NFKC would not
    ],
)
def test_different_facts_have_different_names(one: dict[str, list[object]], other: dict[str, list[object]]) -> None:
    assert batch_name(pl.DataFrame(one)) != batch_name(pl.DataFrame(other))


def test_negative_zero_is_zero() -> None:
    assert batch_name(pl.DataFrame({"a": [-0.0, 1.0]})) == batch_name(pl.DataFrame({"a": [0.0, 1.0]}))


@pytest.mark.parametrize("number", [5e-324, 1e-300, 1.7976931348623157e308, -1.7976931348623157e308, 2.0**53])
def test_numbers_at_the_ends_of_a_double_are_kept(number: float) -> None:
    assert canonical_frame(pl.DataFrame({"a": [number]}))["a"].to_list() == [number]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_finite_number_is_refused(number: float) -> None:
    with pytest.raises(Refused, match="Column value holds a value that is no finite number"):
        batch_name(pl.DataFrame({"value": [1.0, number]}))


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 2**63 - 1])
def test_a_whole_number_that_no_double_holds_is_refused_instead_of_rounded(number: int) -> None:
    with pytest.raises(Refused, match="more than 15 digits"):
        batch_name(pl.DataFrame({"value": [1, number]}))


@pytest.mark.parametrize("column", [[True], [[1]], [b"x"], [{"a": 1}]])
def test_other_types_are_refused(column: list[object]) -> None:
    with pytest.raises(Refused, match="has the type"):
        batch_name(pl.DataFrame({"value": column}))


def test_text_in_any_unicode_form_is_the_same_text() -> None:
    words = ["Québec", "Åland", "한국", "Việt Nam"]
    names = {
        batch_name(pl.DataFrame({"place": [unicodedata.normalize(form, word) for word in words]}))
        for form in ("NFC", "NFD")
    }
    assert len(names) == 1


def test_column_names_in_any_unicode_form_are_the_same_name() -> None:
    assert batch_name(pl.DataFrame({"e\u0301ge": ["x"]})) == batch_name(pl.DataFrame({"\u00e9ge": ["x"]}))
    with pytest.raises(Refused, match="Two columns have the same name"):
        batch_name(pl.DataFrame({"e\u0301ge": ["x"], "\u00e9ge": ["y"]}))


@pytest.mark.parametrize("name", ["a:text\nb", "a\r", "\x00"])
def test_a_column_name_cannot_pass_for_two(name: str) -> None:
    with pytest.raises(Refused, match="control character"):
        batch_name(pl.DataFrame({name: ["x"]}))


def test_text_is_sorted_by_its_bytes() -> None:
    places = ["é", "z", "Z", "\U0001f30d", "\uff5e"]  # UTF-16 would put the globe before the wide tilde
    assert canonical_frame(pl.DataFrame({"a": places}))["a"].to_list() == sorted(places, key=str.encode)


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float)
ROWS = st.lists(st.tuples(TEXT, TEXT, NUMBER, NUMBER), min_size=1, max_size=8)
SCHEMA = {"place": pl.String, "note": pl.String, "value": pl.Float64, "lower": pl.Float64}


@given(ROWS, st.randoms())
def test_any_rows_in_any_order_have_one_name(rows, random) -> None:
    shuffled = random.sample(rows, len(rows))
    columns = random.sample(list(SCHEMA), len(SCHEMA))
    other = pl.DataFrame(shuffled, schema=SCHEMA, orient="row").select(columns)
    assert batch_name(other) == batch_name(pl.DataFrame(rows, schema=SCHEMA, orient="row"))


@given(ROWS)
def test_the_canonical_frame_of_any_rows_is_its_own_canonical_frame(rows) -> None:
    clean = canonical_frame(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert canonical_frame(clean).equals(clean)
    if clean.width:
        file = io.BytesIO()
        clean.write_parquet(file)
        file.seek(0)
        assert batch_name(pl.read_parquet(file)) == batch_name(clean)


def facts(rows: list[tuple[object, ...]]) -> list[str]:
    """Return what rows say, in a form that is equal exactly where the facts are."""
    normal = [
        tuple(unicodedata.normalize("NFC", v) if isinstance(v, str) else v + 0.0 if v is not None else v for v in row)
        for row in rows
    ]
    return sorted(map(repr, normal))


@given(ROWS, ROWS)
def test_two_tables_share_a_name_exactly_where_they_share_the_facts(one, other) -> None:
    names = [batch_name(pl.DataFrame(rows, schema=SCHEMA, orient="row")) for rows in (one, other)]
    assert (names[0] == names[1]) == (facts(one) == facts(other))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, 0.1]}, b'{"a":[true,null,0.1],"b":1}'),
        ({"名": "北京\n"}, '{"名":"北京\\n"}'.encode()),
        (1e22, b"1e+22"),
        (5e-324, b"5e-324"),
        ({}, b"{}"),
    ],
)
def test_canonical_json_has_one_form(value: object, expected: bytes) -> None:
    assert canonical_json(value) == expected
    assert parse_json(expected) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, Decimal(1), b"x", "\ud800", {1: 2, "a": 3}])
def test_what_json_has_no_form_for_is_refused(value: object) -> None:
    with pytest.raises(Refused, match="canonical JSON"):
        canonical_json(value)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"NaN", b"1e999", b"-Infinity", b'"\\ud800"', b"\xff", b"[" * 100_000, b"9" * 5000, b"{}{}"],
)  # fmt: skip
def test_what_is_no_json_of_the_standard_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_canonical_json_of_any_value_comes_back(value) -> None:
    content = canonical_json(value)
    assert parse_json(content) == json.loads(content) == value
    assert canonical_json(parse_json(content)) == content


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.23456789012, 1.23456789), (None, None), (float("nan"), None), (float("inf"), None),
        (-0.0, 0.0), (123456789.5, 123456790.0), (1.7976931348623157e308, 1.79769313e308),
    ],
)  # fmt: skip
def test_results_keep_nine_significant_digits(value: float | None, expected: float | None) -> None:
    assert rounded(value) == expected
    assert str(rounded(-0.0)) == "0.0"


def test_sha256_is_that_of_fips_180() -> None:
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
