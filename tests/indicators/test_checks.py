"""Every check of observations: what it finds, where, and what it lets pass."""

from pathlib import Path

import pytest

from rightsplan.indicators.checks import canonical_period
from rightsplan.indicators.findings import LISTED
from rightsplan.tables.numbers import WHY

from .known import found, problem, read, rows_of, series

HEADER = "indicator,place,period,value"


def one(row: str, *columns: str) -> str:
    """Return a file of one row."""
    return f"{','.join([HEADER, *columns])}\n{row}\n"


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        (one("literacy,XA,2020,101"), "value", "This is above 100, the largest value of literacy."),
        (one("literacy,XA,2020,-0.5"), "value", "This is below 0, the least value of literacy."),
        (one("trees,XA,2020,-1"), "value", "trees counts something and cannot be negative."),
        (one("literacy,XA,2020,many"), "value", WHY["number"][0]),
        (one("literacy,XA,2020,(5)"), "value", WHY["brackets"][0]),
        (one("income,XA,2020,1e999"), "value", WHY["large"][0]),
        (one('income,XA,2020,"1,234"'), "value", WHY["separator"][0]),
        (one("litteracy,XA,2020,5"), "indicator", "This code is not known."),
        (one("literacy,XC,2020,5"), "place", "This code is not known."),
        (one(",XA,2020,5"), "indicator", "This cell is empty."),
        (one("literacy,,2020,5"), "place", "This cell is empty."),
        (one("literacy,XA,,5"), "period", "This cell is empty."),
        (one("literacy,XA,20,5"), "period", "This is no period."),
        (one("literacy,XA,2020-13,5"), "period", "This is no period."),
        (one("literacy,XA,2019-2020,5"), "period", "This is no period."),
        (one("literacy,XA,2027,5"), "period", "This period lies in the future."),
        (one("literacy,XA,2026-12,5"), "period", "This period lies in the future."),
        (one("literacy,XA,2026-11-24,5"), "period", "This period lies in the future."),
        (one("literacy,XA,2020,5,6", "lower"), "lower", "The lower end of the interval is above the value."),
        (one("literacy,XA,2020,5,4", "upper"), "upper", "The upper end of the interval is below the value."),
        (one("literacy,XA,2020,5,kg", "unit"), "unit", "literacy is measured in 'percent' (this unit is in 1 rows)."),
        (one("income,XA,2020,5%"), "value", "A percent sign, but income is measured in dollars."),
    ],
)
def test_what_is_wrong_is_found_in_its_row_and_column(text: str, column: str, message: str, tmp_path: Path) -> None:
    reading = read(tmp_path, text)
    errors = [p for p in reading.problems if p.severity == "error"]
    assert [(p.row, p.column, p.message) for p in errors] == [(2, column, message)]
    assert errors[0].remedy


@pytest.mark.parametrize(
    "text",
    [
        one("literacy,XA,2020,0"),
        one("literacy,XA,2020,100"),
        one("income,XA,2020,-5"),
        one("trees,XA,2020,0"),
        one("literacy,XA,2020,"),
        one("literacy,XA,2020,.."),
        one("literacy,XA,2026,5"),
        one("literacy,XA,2026-11-23,5"),
        one("literacy,XA,2030,5,forecast", "status"),
        one("literacy,XA,2020,5,5", "lower"),
        one("literacy,XA,2020,5,5", "upper"),
        one("literacy,XA,2020,5,%", "unit"),
        one("literacy,XA,2020,5,Percent", "unit"),
        one("literacy,XA,2020,5%"),
        one("LITERACY,xaa,2020,5"),
        one("literacy,XA,2020,5\nliteracy,XA,2021,6\nliteracy,XB,2020,5"),
        one("literacy,XA,2020,5,F\nliteracy,XA,2020,6,M\nliteracy,XA,2020,5.5,", "sex"),
    ],
)
def test_what_is_right_passes_without_a_word(text: str, tmp_path: Path) -> None:
    assert found(read(tmp_path, text)) == []


def test_an_unknown_code_is_told_once_with_its_rows_and_the_nearest(tmp_path: Path) -> None:
    reading = read(tmp_path, one("literacy,XA,2020,5\nliterracy,XA,2021,5\nliterracy,XA,2022,5"))
    only = problem(reading)
    assert (only.row, only.value, only.message) == (3, "literracy", "This code is not known (in 2 rows).")
    assert only.remedy == "Did you mean literacy?"


@pytest.mark.parametrize(
    ("spelled", "period"),
    [("2015.0", "2015"), ("2015Q3", "2015-Q3"), ("2015-q3", "2015-Q3"), ("2015M3", "2015-03"), ("2015-M03", "2015-03"),
     ("2015-03-31 00:00:00", "2015-03-31"), ("2015-03-31T00:00:00Z", "2015-03-31"), (" 2015 ", "2015"), ("x", "X")],
)  # fmt: skip
def test_periods_have_one_spelling(spelled: str, period: str) -> None:
    assert canonical_period(spelled) == period


@pytest.mark.parametrize(
    ("number", "day"), [("42094", "2015-03-31"), ("45292.0", "2024-01-01"), ("20000", "1954-10-03")]
)
def test_the_number_that_a_spreadsheet_keeps_for_a_day_is_recognised(tmp_path: Path, number: str, day: str) -> None:
    only = problem(read(tmp_path, one(f"literacy,XA,{number},5")))
    assert only.message == f"This is no period; as a spreadsheet's number for a day it would be {day}."
    assert (only.row, only.value.startswith(number[:5]), "as text" in only.remedy) == (2, True, True)


@pytest.mark.parametrize("number", ["19999", "60001", "420940", "42094.5"])
def test_other_numbers_are_no_day_of_a_spreadsheet(tmp_path: Path, number: str) -> None:
    assert problem(read(tmp_path, one(f"literacy,XA,{number},5"))).message == "This is no period."


def test_doubles_name_both_rows(tmp_path: Path) -> None:
    rows = ["literacy,XA,2020,1", "literacy,XB,2020,1", "literacy,XA,2020,2", "literacy,XAA,2020.0,3"]
    assert found(read(tmp_path, one("\n".join(rows)))) == [
        (4, "indicator", "Row 2 already has literacy XA 2020."),
        (5, "indicator", "Row 2 already has literacy XA 2020."),
    ]


def test_groups_are_not_doubles_of_one_another_but_of_themselves(tmp_path: Path) -> None:
    rows = ["literacy,XA,2020,5,F", "literacy,XA,2020,5,M", "literacy,XA,2020,5,", "literacy,XA,2020,5,_T"]
    assert found(read(tmp_path, one("\n".join(rows), "sex"))) == [
        (5, "indicator", "Row 4 already has literacy XA _T 2020.")
    ]


def test_units_of_code_lists_are_only_a_warning(tmp_path: Path) -> None:
    text = "SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\nincome,XA,2020,5,USD\nincome,XA,2021,5,USD\n"
    only = problem(read(tmp_path, text))
    assert (only.severity, only.row) == ("warning", 2)
    assert "this unit is in 2 rows" in only.message


def test_a_percentage_that_looks_like_fractions_is_doubted(tmp_path: Path) -> None:
    assert "at most 0.9" in problem(read(tmp_path, series([0.5, 0.6, 0.7, 0.8, 0.9], code="literacy"))).message
    alone = problem(read(tmp_path, series([0.85], code="literacy")))
    assert (alone.severity, alone.message) == (
        "warning", "The only value of literacy is 0.85, though it is a percentage."
    )  # fmt: skip
    assert found(read(tmp_path, series([0.5, 0.6, 0.7, 0.8, 1.1], code="literacy"))) == []
    assert found(read(tmp_path, series([0.0, 0.0, 0.0, 0.0, 0.0], code="literacy"))) == []
    assert found(read(tmp_path, series([0.5, 0.6, 0.7, 0.8, 0.9], code="income"))) == []


def test_a_value_of_a_dimension_that_nobody_knows_is_a_warning(tmp_path: Path) -> None:
    text = one("literacy,XA,2020,5,W\nliteracy,XA,2021,5,W\nliteracy,XA,2021,5,F", "sex")
    only = problem(read(tmp_path, text))
    assert (only.row, only.column, only.value, only.severity) == (2, "sex", "W", "warning")
    assert found(read(tmp_path, one("literacy,XA,2020,5,15-24", "age"))) == []


JUMPY = [10.0, 11.0, 10.5, 11.5, 11.0]


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([*JUMPY, 110.0], [7]),
        ([*JUMPY, 110.0, 11.0], [7]),
        ([*JUMPY, 110.0, 112.0], [7]),
        ([110.0, *JUMPY], [3]),
        ([100.0, 101.0, 100.5, 101.5, 101.0, 1.1], [7]),
        ([*JUMPY, 1.1], []),
        ([*JUMPY, 20.0], []),
        ([10.0, 11.0, 10.5, 110.0], []),
        ([10.0, 20.0, 40.0, 80.0, 160.0, 320.0], []),
        ([5.0, 5.0, 5.0, 5.0, 5.0, 5.1], []),
        ([5.0, 5.0, 5.0, 5.0, 5.0, 50.0], [7]),
        ([0.0, 0.0, 0.0, 0.0, 0.0, 50.0], []),
    ],
)
def test_a_jump_is_what_its_series_does_not_do(values: list[float], rows: list[int], tmp_path: Path) -> None:
    reading = read(tmp_path, series(values))
    assert [jump.row for jump in reading.jumps] == rows
    assert {jump.severity for jump in reading.jumps} <= {"warning"}
    assert set(map(str, reading.jumps)) <= set(map(str, reading.problems))


def test_a_break_excuses_its_own_change(tmp_path: Path) -> None:
    lines = series([*JUMPY, 110.0], status="").splitlines()
    assert read(tmp_path, "\n".join(lines)).jumps
    assert not read(tmp_path, "\n".join([*lines[:-1], lines[-1] + "break"])).jumps


def test_years_without_a_value_stretch_a_change(tmp_path: Path) -> None:
    text = series([*JUMPY]) + "income,XA,2025,60\n"
    assert not read(tmp_path, text).jumps
    assert read(tmp_path, text.replace("2025", "2006")).jumps


def test_one_series_does_not_judge_another(tmp_path: Path) -> None:
    other = series([1000.0, 1010.0, 1005.0, 1015.0, 1010.0]).replace(",XA,", ",XB,").split("\n", 1)[1]
    assert not read(tmp_path, series(JUMPY) + other).jumps


def test_marks_and_missing_signs_go_into_the_note(tmp_path: Path) -> None:
    text = one("literacy,XA,2019,5*,see annex\nliteracy,XA,2020,..,\nliteracy,XA,2021,6,", "note")
    assert rows_of(read(tmp_path, text), "period", "value", "note") == [
        ("2019", 5.0, "* see annex"), ("2020", None, ".."), ("2021", 6.0, None),
    ]  # fmt: skip


def test_a_thousand_problems_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"literacy,{'XA' if n < 750 else 'XB'},{1000 + n % 750},101\n" for n in range(1500))
    reading = read(tmp_path, f"{HEADER}\n{rows}")
    assert len(reading.problems) == LISTED + 1
    assert reading.problems[-1].message == "1,500 problems in all; 1,000 are listed."
    assert reading.findings.errors == 1500


def test_errors_come_before_warnings(tmp_path: Path) -> None:
    reading = read(tmp_path, series([*JUMPY, 110.0]) + "income,XA,1990,many\n")
    assert [p.severity for p in reading.problems] == ["error", "warning"]


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    rows = [
        "literacy,XA,2020,101",
        "litracy,XA,2020,5",
        "literacy,XX,2020,5",
        "literacy,XA,20,5",
        "literacy,XA,2021,many",
    ]
    assert sorted(found(read(tmp_path, one("\n".join(rows)))))[0][0] == 2
    assert [row for row, _, _ in found(read(tmp_path, one("\n".join(rows))))] == [2, 3, 4, 5, 6]
