"""Every method introduces itself fully, gives its published figures, and answers bad files with words, never NaN."""

import ast
import inspect
import re
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsplan.errors import NotFound, Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue import Method, Worked
from rightsplan.stats.catalogue.functions import printed, signature

METHODS = catalogue.methods()
SLOW = {"bayes"}  # sampled models: their own tests feed them bad input
FAST = [entry for entry in METHODS.values() if entry.extra not in SLOW]
named = pytest.mark.parametrize("entry", METHODS.values(), ids=lambda entry: entry.name)


@pytest.fixture(scope="module")
def results() -> dict[str, catalogue.Tables]:
    """Return the example results of the methods that were asked for, each computed once."""
    return {}


def result_of(entry: Method, results: dict[str, catalogue.Tables]) -> catalogue.Tables:
    if entry.name not in results:
        results[entry.name] = catalogue.run(entry, catalogue.example(entry), entry.example_options)
    return results[entry.name]


def cell(tables: catalogue.Tables, worked: Worked) -> float:
    """Return the one cell that a worked figure names."""
    rows = tables[worked.table].filter(*(pl.col(name) == value for name, value in worked.row.items()))
    assert len(rows) == 1, worked.row
    return float(rows[worked.column][0])


@named
def test_the_figures_that_anyone_can_look_up(entry: Method, results: dict[str, catalogue.Tables]) -> None:
    tables = result_of(entry, results)
    assert entry.worked
    for worked in entry.worked:
        assert worked.source
        assert cell(tables, worked) == pytest.approx(worked.value, abs=worked.within), worked


def has_only_numbers(tables: catalogue.Tables) -> None:
    """Fail where a result holds NaN or infinity."""
    for title, table in tables.items():
        for name in table.columns:
            if table[name].dtype.is_float():
                assert not table[name].is_nan().any(), (title, name)
                assert not table[name].is_infinite().any(), (title, name)


@named
def test_the_example_has_no_hole_without_a_word(entry: Method, results: dict[str, catalogue.Tables]) -> None:
    tables = result_of(entry, results)
    assert all(len(table) for table in tables.values())
    has_only_numbers(tables)


@named
def test_a_method_introduces_itself(entry: Method) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", entry.name)
    assert all([entry.title, entry.says.endswith("."), entry.explains.strip(), entry.example_source, entry.functions])
    assert all(column.says for column in entry.columns)
    assert all(option.says for option in entry.options)
    assert all(printed(function).text for function in entry.functions)
    assert {option.name for option in entry.options} >= set(entry.example_options)
    assert set(catalogue.example(entry).columns) <= {column.name for column in entry.columns}


DRAWN = {"attack", "dp-counts", "alarms", "composite"}  # draws belong to rows and columns, or order is the question


@pytest.mark.parametrize("entry", [e for e in FAST if e.name not in DRAWN], ids=lambda entry: entry.name)
def test_order_of_rows_is_no_fact(entry: Method, results: dict[str, catalogue.Tables]) -> None:
    """The same rows in another order give the same numbers, whatever the order of the result."""
    shuffled = catalogue.example(entry).sample(fraction=1.0, shuffle=True, seed=3)
    for title, table in catalogue.run(entry, shuffled, entry.example_options).items():
        before = result_of(entry, results)[title]
        for name in table.columns:
            if table[name].dtype.is_float():
                one, other = (np.sort(t[name].drop_nulls().to_numpy()) for t in (before, table))
                assert other == pytest.approx(one, rel=1e-6, abs=1e-8), (title, name)


SPOILS: Mapping[str, Any] = {
    "empty": "",
    "not a number": "abc",
    "nan": "nan",
    "infinite": "inf",
    "negative": "-1",
    "zero": "0",
    "huge": "1e300",
    "large": "1e12",
    "tiny": "1e-300",
    "one": "1",
}


@st.composite
def spoiled(draw: st.DrawFn, entry: Method) -> pl.DataFrame:
    """Draw the example with some cells, rows or columns spoiled."""
    frame = catalogue.example(entry)
    size = draw(st.sampled_from([1, 2, 3, 10, len(frame)]))
    start = draw(st.integers(0, max(0, len(frame) - size)))
    frame = frame.slice(start, size)
    for _ in range(draw(st.integers(0, 3))):
        column = draw(st.sampled_from(frame.columns))
        text = SPOILS[draw(st.sampled_from(sorted(SPOILS)))]
        if draw(st.booleans()):
            frame = frame.with_columns(pl.lit(text).alias(column))
        else:
            row = draw(st.integers(0, len(frame) - 1))
            number = pl.int_range(pl.len())
            frame = frame.with_columns(
                pl.when(number == row).then(pl.lit(text)).otherwise(pl.col(column)).alias(column)
            )
    return pl.concat([frame, frame]) if draw(st.sampled_from([False, False, False, True])) else frame


def answer_of(entry: Method, frame: pl.DataFrame) -> catalogue.Tables | Refused:
    """Return the result tables, or the refusal."""
    try:
        return catalogue.run(entry, frame, entry.example_options)
    except Refused as refusal:
        return refusal


@pytest.mark.parametrize("entry", FAST, ids=lambda entry: entry.name)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoiled_file_is_refused_or_measured_and_never_silent(entry: Method, data: st.DataObject) -> None:
    frame = data.draw(spoiled(entry))
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        answer = answer_of(entry, frame)
    if isinstance(answer, Refused):
        assert answer.message
        assert answer.remedy
    else:
        has_only_numbers(answer)


@named
def test_a_file_without_a_needed_column_or_without_rows_is_refused(entry: Method) -> None:
    frame = catalogue.example(entry)
    needed = next(column.name for column in entry.columns if column.required)
    with pytest.raises(Refused, match=needed):
        catalogue.run(entry, frame.drop(needed), entry.example_options)
    with pytest.raises(Refused, match="no rows"):
        catalogue.run(entry, frame.clear(), entry.example_options)


@named
def test_an_unknown_option_is_refused(entry: Method) -> None:
    with pytest.raises(Refused, match="colour"):
        catalogue.run(entry, catalogue.example(entry), {**entry.example_options, "colour": "red"})


def test_an_unknown_method_names_the_known_ones() -> None:
    with pytest.raises(NotFound) as refusal:
        catalogue.method("guess")
    assert "progress" in refusal.value.remedy


@pytest.mark.parametrize(
    ("cell_text", "words"), [("abc", "Row 3, column value ('abc')"), ("inf", "Row 3, column value"), ("", "is empty")]
)
def test_the_row_and_the_column_of_a_bad_cell_are_named(cell_text: str, words: str) -> None:
    entry = METHODS["published-rules"]
    frame = catalogue.example(entry)
    changed = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 1).then(pl.lit(cell_text)).otherwise(pl.col("value")).alias("value")
    )
    with pytest.raises(Refused) as refusal:
        catalogue.run(entry, changed)
    assert words in refusal.value.message


def test_a_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "find_spec", lambda name: None)
    entry = next(entry for entry in METHODS.values() if entry.extra)
    with pytest.raises(Refused) as refusal:
        catalogue.run(entry, catalogue.example(entry))
    assert f"rightsplan[{entry.extra}]" in refusal.value.remedy


def test_a_function_is_printed_as_it_is_written() -> None:
    found = printed(catalogue.method)
    assert found.name == "rightsplan.stats.catalogue.method"
    assert found.signature == ("method(name: str) -> Method",)
    assert found.text == inspect.getdoc(catalogue.method)
    assert printed("rightsplan.stats.catalogue:method") == found


@pytest.mark.parametrize("name", ["rightsplan.stats.catalogue:guess", "rightsplan.stats.nowhere:method", "no.where:x"])
def test_a_function_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        printed(name)


EVERY_KIND = """
def every_kind(a: int, b: str = "x", *rest: float, c: bool, d: "list[int] | None" = None, **others: str) -> None: ...
"""


def test_a_long_signature_has_a_parameter_a_line() -> None:
    node = ast.parse(EVERY_KIND).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert signature(node) == (
        "every_kind(",
        "    a: int,",
        "    b: str = 'x',",
        "    *rest: float,",
        "    c: bool,",
        "    d: 'list[int] | None' = None,",
        "    **others: str,",
        ") -> None",
    )
