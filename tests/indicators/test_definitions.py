"""Definitions of indicators: columns, faults, and files that come again."""

from pathlib import Path
from typing import Any

import pytest

from rightsplan.accounts.models import Person
from rightsplan.errors import Refused
from rightsplan.indicators.actions import import_indicators
from rightsplan.indicators.known import known_codes
from rightsplan.indicators.models import Indicator
from rightsplan.tables.changes import Changes

from .conftest import Country, table

HEADER = (
    "code,name,name_zh,unit,better,right,attribute,kind,lower,upper,measured_as,sdg,definition,source,"
    "expected_dimensions,language\n"
)
FULL = HEADER + (
    "finish,Finish school,毕业,%,higher is better,education,completion,process,0,100,count,4.1.2,Share who finish,"
    "Ministry,Sex; location ,sv\n"
)
SHORT = "code,name,unit,better\n"


def load(folder: Path, by: Person, text: str, **more: Any) -> Changes:
    return import_indicators(by=by, table=table(folder, "indicators.csv", text), rights={"education", "health"}, **more)


def test_every_column_arrives_in_its_field(alice: Person, tmp_path: Path) -> None:
    load(tmp_path, alice, FULL)
    row = Indicator.objects.values().get()
    del row["id"]
    assert row == {
        "code": "finish", "name": {"sv": "Finish school", "zh": "毕业"}, "language": "sv", "unit": "%",
        "better": "higher", "right": "education", "attribute": "completion", "kind": "process", "lower": 0.0,
        "upper": 100.0, "measured_as": "count", "sdg": "4.1.2", "definition": {"sv": "Share who finish"},
        "source": "Ministry", "expected_dimensions": "sex;location",
    }  # fmt: skip


def test_what_is_left_out_has_its_documented_value(alice: Person, tmp_path: Path) -> None:
    load(tmp_path, alice, SHORT + "finish,Finish,%,none\n")
    row = Indicator.objects.get()
    assert (row.kind, row.measured_as, row.lower, row.language) == ("outcome", "level", None, "en")


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (",N,%,higher", "code", "This cell is empty."),
        ("a b,N,%,higher", "code", "This cannot be a code."),
        (f"{'a' * 81},N,%,higher", "code", "This cannot be a code."),
        ("a,,%,higher", "name", "This cell is empty."),
        ("a,N,,higher", "unit", "This cell is empty."),
        (f"a,N,{'u' * 81},higher", "unit", "This is longer than 80 characters."),
        ("a,N,%,", "better", "This cell is empty."),
        ("a,N,%,bigger", "better", "This value is not known."),
    ],
)
def test_every_fault_is_named(alice: Person, row: str, column: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        load(tmp_path, alice, SHORT + row + "\n")
    assert [(p.row, p.column, p.message) for p in refusal.value.problems] == [(2, column, message)]
    assert not Indicator.objects.exists()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("right", "educaton", "This code is not known."),
        ("kind", "result", "This value is not known."),
        ("measured_as", "sum", "This value is not known."),
        ("lower", "none at all", "This is no number."),
        ("upper", "0", "The upper bound is not above the lower one."),
        ("sdg", "4" * 21, "This is longer than 20 characters."),
        ("expected_dimensions", "d" * 201, "This is longer than 200 characters."),
        ("attribute", "d" * 81, "This is longer than 80 characters."),
        ("language", "svenska språket", "This is no language code."),
    ],
)
def test_faults_of_optional_columns(alice: Person, column: str, value: str, message: str, tmp_path: Path) -> None:
    names, cells = (line.split(",") for line in FULL.splitlines())
    cells[names.index(column)] = value
    with pytest.raises(Refused) as refusal:
        load(tmp_path, alice, f"{','.join(names)}\n{','.join(cells)}\n")
    assert (column, message) in [(p.column, p.message) for p in refusal.value.problems]


def test_a_code_twice_is_named_with_both_rows(alice: Person, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        load(tmp_path, alice, SHORT + "a,N,%,higher\nb,N,%,higher\na,M,%,higher\n")
    assert [(p.row, p.message) for p in refusal.value.problems] == [(4, "Row 2 has this code too.")]


def test_the_same_file_again_and_a_dry_run_change_nothing(alice: Person, tmp_path: Path) -> None:
    load(tmp_path, alice, FULL)
    assert not load(tmp_path, alice, FULL)
    changes = load(tmp_path, alice, FULL.replace(",%,", ",points,") + "b,B,,%,none,,,,,,,,,,,\n", dry_run=True)
    assert changes.lines() == ["new: b", "finish unit: % -> points"]
    assert Indicator.objects.get().unit == "%"


def test_known_spellings_of_indicators_and_places(country: Country) -> None:
    known = known_codes(m49={"987": "XA", "004": "AF", "040": "XB"})
    assert known.places == {
        "XA": "XA", "XAA": "XA", "XA-N": "XA-N", "XB": "XB", "XBB": "XB", "987": "XA", "40": "XB", "040": "XB",
    }  # fmt: skip
    assert {spelling: row.code for spelling, row in known.indicators.items()} == {
        "literacy": "literacy", "maternal_deaths": "maternal_deaths", "4.6.1": "literacy", "3.1.1": "maternal_deaths",
    }  # fmt: skip


def test_an_sdg_code_of_two_indicators_stands_for_neither(country: Country, tmp_path: Path) -> None:
    load(tmp_path, country.alice, "code,name,unit,better,sdg\nother,Other,%,higher,4.6.1;3.1.2\n")
    spellings = known_codes().indicators
    assert "4.6.1" not in spellings
    assert spellings["3.1.2"].code == "other"
