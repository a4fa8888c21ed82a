"""The cells of one row: every reader gives a value, or notes a problem and gives its empty form."""

from datetime import date

import pytest

from rightsplan.errors import Problem, Refused
from rightsplan.tables.cells import (
    MOST_SUGGESTIONS,
    Cells,
    Problems,
    check_columns,
    check_lengths,
    nearest,
    settle_numbers,
    split_list,
)
from rightsplan.tables.reading import ROW

from .files import read, rows_of


def cells(**values: str) -> Cells:
    """Return row 7 of a file."""
    return Cells({ROW: "7", **values}, Problems())


def only(found: Cells) -> Problem:
    """Return the one problem of a row."""
    (problem,) = found.problems.found
    assert problem.row == 7
    assert problem.remedy
    return problem


def test_an_absent_column_reads_as_empty() -> None:
    row = cells()
    assert (row.text("x"), row.number("x"), row.year("x"), row.day("x"), row.yes("x")) == ("", None, None, None, False)
    assert (row.choice("x", {"a": "b"}, default="d"), row.code("x", set()), row.codes("x", set())) == ("d", "", [])
    assert row.texts("x") == {}
    assert row.problems.found == []


def test_a_required_cell_must_be_filled() -> None:
    row = cells(code="")
    assert row.required("code") == ""
    assert only(row).column == "code"


@pytest.mark.parametrize(("text", "year"), [("2025", 2025.0), ("2025.0", 2025.0), ("1900", 1900.0), ("2200", 2200.0)])
def test_a_year(text: str, year: float) -> None:
    assert cells(y=text).year("y") == year


@pytest.mark.parametrize("text", ["1899", "2201", "2025.5", "25"])
def test_what_is_no_year_is_given_back_but_noted(text: str) -> None:
    row = cells(y=text)
    assert row.year("y") is None
    assert (only(row).value, only(row).message) == (text, "This is no year.")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025.0", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-06-30", date(2025, 6, 30), date(2025, 6, 30)),
        ("2025/06/30", date(2025, 6, 30), date(2025, 6, 30)),
    ],
)
def test_a_day_a_month_or_a_year_is_a_day(text: str, first: date, last: date) -> None:
    assert cells(d=text).day("d") == first
    assert cells(d=text).day("d", at_end=True) == last


@pytest.mark.parametrize("text", ["2025-13", "2025-02-30", "30.6.2025", "soon", "0000", "2025-6"])
def test_what_is_no_day(text: str) -> None:
    row = cells(d=text)
    assert row.day("d") is None
    assert only(row).message == "This is no date."


@pytest.mark.parametrize(("text", "answer"), [("yes", True), ("Y", True), ("TRUE", True), ("1", True), ("no", False)])
def test_yes_and_no(text: str, answer: bool) -> None:
    row = cells(x=text)
    assert row.yes("x") is answer
    assert row.problems.found == []


def test_perhaps_is_neither_yes_nor_no() -> None:
    row = cells(x="perhaps")
    assert row.yes("x") is False
    assert only(row).value == "perhaps"


@pytest.mark.parametrize("text", ["at least", "At  Least", "at_least", "AT LEAST"])
def test_a_choice_in_any_spelling(text: str) -> None:
    assert cells(x=text).choice("x", {"at least": "at_least"}) == "at_least"


def test_a_choice_that_is_none_suggests_the_nearest() -> None:
    row = cells(x="at leest")
    assert row.choice("x", {"at least": "at_least", "about": "about"}, default="d") == "d"
    assert only(row).remedy == "Did you mean at least?"


def test_codes_are_split_known_and_named_once() -> None:
    row = cells(x="health; food ；health;;foot")
    assert row.codes("x", {"health", "food"}) == ["health", "food"]
    assert (only(row).value, only(row).remedy) == ("foot", "Did you mean food?")


def test_suggestions_are_made_for_the_first_two_hundred_codes_only() -> None:
    problems = Problems()
    remedies = [problems.suggest(f"health{n}", ["health"]) for n in range(MOST_SUGGESTIONS + 1)]
    assert set(remedies[:-1]) == {"Did you mean health?"}
    assert remedies[-1] == "Use a known code."
    assert problems.suggest("health0", ["health"]) == "Did you mean health?"


def test_nothing_near_shows_what_is_known() -> None:
    assert nearest("zzz", ["b", "a"]) == "Known: a, b."
    assert nearest("zzz", [f"code{n:02}" for n in range(20)]).endswith("code07 ...")
    assert nearest("zzz", []) == "None is known yet; import them first."


def test_capitals_do_not_hide_the_nearest_code() -> None:
    assert nearest("xa-n", ["XA-N", "XB"]) == "Did you mean XA-N?"


def test_texts_come_in_their_languages() -> None:
    row = cells(name="Nord", language="FR", name_en="North", name_zh_hant="北", name_ar="", named="x")
    assert row.texts("name") == {"fr": "Nord", "en": "North", "zh-hant": "北"}


def test_the_unsuffixed_text_comes_before_its_own_suffix() -> None:
    assert cells(name="one", name_en="two").texts("name") == {"en": "one"}


def test_a_wrong_language_is_noted() -> None:
    row = cells(name="x", language="english language")
    assert row.texts("name") == {"en": "x"}
    assert only(row).message == "This is no language code."


def test_lists_are_split_at_both_semicolons() -> None:
    assert split_list(" a ；b;; c ;") == ["a", "b", "c"]


def test_a_missing_and_an_unknown_column_are_named_with_the_nearest() -> None:
    table = read(b"cod,name,name_zh,nam_zh\n1,2,3,4\n")
    with pytest.raises(Refused) as refusal:
        check_columns(table, required=["code", "name"], optional=["note"], texts=["name"])
    found = {(p.column, p.message, p.remedy) for p in refusal.value.problems}
    assert ("code", "This column is missing.", "Add a column named code.") in found
    assert ("cod", "This column is not known.", "Did you mean code?") in found
    assert {p.column for p in refusal.value.problems} == {"code", "cod", "nam_zh"}


def test_cells_that_are_too_long_are_named() -> None:
    problems = Problems()
    check_lengths(read(b"code,name\nabc,x\nabcd,y\n"), {"code": 3, "gone": 1}, problems)
    assert [(p.row, p.column, p.value) for p in problems.found] == [(3, "code", "abcd...")]


def test_number_columns_are_settled_as_one() -> None:
    problems = Problems()
    table = settle_numbers(read(b"code;value\na;1,234\nb;3,5\nc;7*\nd;..\ne;many\n"), ["value", "gone"], problems)
    assert [value for _, value in rows_of(table)] == ["1.234", "3.5", "7.0", None, None]
    assert [(p.row, p.severity) for p in problems.found] == [(6, "error"), (4, "warning")]


def test_warnings_alone_refuse_nothing() -> None:
    problems = Problems()
    problems.add(1, "x", "", "Odd.", "Look.", severity="warning")
    problems.refuse("file")
    problems.add(2, "x", "", "Wrong.", "Mend it.")
    with pytest.raises(Refused, match=r"file has 1 problem; nothing was saved\.") as refusal:
        problems.refuse("file")
    assert [p.severity for p in refusal.value.problems] == ["warning", "error"]


def test_a_problem_reads_as_a_sentence() -> None:
    assert str(Problem(3, "unit", "kg", "Wrong unit.", "Use %.")) == "row 3, column unit ('kg'): Wrong unit. Use %."
    assert str(Problem(0, "", "", "Empty.", "Fill it.")) == "file: Empty. Fill it."
