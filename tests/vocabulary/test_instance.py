"""The folder of one instance: what it adds, and every way in which its files can be wrong."""

import re
from pathlib import Path

import pytest

from rightsplan import vocabulary
from rightsplan.errors import NotFound, Problem, Refused

from .conftest import Write

LABELS = "حق,Right,Derecho,Droit,Право,权利"
PLAIN = "code,parent,ar,en,es,fr,ru,zh"
RIGHTS = f"{PLAIN},categories,articles"
GROUPS = f"{PLAIN},uhri"
COUNTRIES = f"{PLAIN},iso3,m49,region,subregion"


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        vocabulary.use_folder(folder)
    return list(caught.value.problems)


def test_a_file_adds_its_codes_after_the_bundled_ones(write: Write) -> None:
    before = vocabulary.codes("rights")
    vocabulary.use_folder(write(rights=f"{RIGHTS}\ncare,,{LABELS},social;civil,ICESCR 9-10; UDHR 25\n"))
    assert vocabulary.codes("rights") == (*before, "care")
    assert vocabulary.label("rights", "care", "fr") == "Droit"
    assert vocabulary.entry("rights", "care").values_of("categories") == ("social", "civil")
    assert [str(a) for a in vocabulary.articles_of("care")] == ["ICESCR 9", "ICESCR 10", "UDHR 25"]
    assert "care" in vocabulary.rights_of("ICESCR", "10")
    assert vocabulary.suggest("rights", "caer") == ["care"]


def test_no_folder_takes_away_what_one_added(write: Write) -> None:
    before = vocabulary.codes("groups")
    vocabulary.use_folder(write(groups=f"{GROUPS}\ncarers,,{LABELS},\n"))
    assert "carers" in vocabulary.codes("groups")
    vocabulary.use_folder(None)
    assert vocabulary.codes("groups") == before
    with pytest.raises(NotFound):
        vocabulary.require("groups", "carers")


def test_another_folder_replaces_what_the_first_one_added(write: Write, tmp_path: Path) -> None:
    vocabulary.use_folder(write(groups=f"{GROUPS}\ncarers,,{LABELS},\n"))
    (tmp_path / "empty").mkdir()
    vocabulary.use_folder(tmp_path / "empty")
    assert "carers" not in vocabulary.codes("groups")


def test_files_may_name_codes_of_each_other_whatever_their_order(write: Write) -> None:
    folder = write(
        attributes=f"{PLAIN}\ncare.time,care,{LABELS}\n",
        categories=f"{PLAIN}\ndigital,,{LABELS}\n",
        instruments=f"{PLAIN},adopted,document\nACHPR,,{LABELS},1981,\n",
        rights=f"{RIGHTS}\ncare,,{LABELS},digital,ACHPR 18\n",
    )
    vocabulary.use_folder(folder)
    assert vocabulary.attributes_of("care") == ("care.time",)
    assert vocabulary.rights_of("ACHPR", "18") == ("care",)


def test_a_code_may_lie_below_a_bundled_or_a_new_one_of_its_own_file(write: Write) -> None:
    rows = f"carers,women,{LABELS},\nyoung_carers,carers,{LABELS},\n"
    vocabulary.use_folder(write(groups=f"{GROUPS}\n{rows}"))
    assert [vocabulary.entry("groups", code).parent for code in ("carers", "young_carers")] == ["women", "carers"]


def test_a_theme_that_an_instance_adds_leads_to_its_rights(write: Write) -> None:
    with pytest.raises(NotFound):
        vocabulary.cross_theme("Derecho al cuidado")
    header = f"{PLAIN},rights,groups,version"
    row = (
        "care,,رعاية,Right to care,Derecho al cuidado,Droit aux soins,Право на уход,照护权,health,older_persons,current"
    )
    vocabulary.use_folder(write(uhri_themes=f"{header}\n{row}\n"))
    crossing = vocabulary.cross_theme("Derecho al cuidado")
    assert (crossing.code, crossing.rights, crossing.groups) == ("care", ("health",), ("older_persons",))


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{GROUPS}\ncarers,,{LABELS},\n",
        f"{GROUPS}\r\ncarers,,{LABELS},\r\n",
        f"{GROUPS}\n\ncarers , ,{LABELS},\n,,,,,,,,\n",
        f"uhri,{PLAIN}\n,carers,,{LABELS}\n",
        f"{GROUPS}\ncarers,,{LABELS}",
        f'{GROUPS}\n"carers","",{LABELS},""\n',
    ],
    ids=["byte order mark", "Windows lines", "blanks and empty rows", "other order", "short row", "quotation marks"],
)
def test_a_file_from_any_spreadsheet_is_read(write: Write, text: str) -> None:
    vocabulary.use_folder(write(groups=text))
    assert vocabulary.label("groups", "carers", "ru") == "Право"
    assert vocabulary.entry("groups", "carers").extra["uhri"] == ""


def test_a_label_may_hold_commas_and_lines(write: Write) -> None:
    vocabulary.use_folder(write(groups=f'{GROUPS}\ncarers,,حق,"Carers, all\nof them",Derecho,Droit,Право,权利,\n'))
    assert vocabulary.label("groups", "carers", "en") == "Carers, all\nof them"


def test_other_files_of_the_folder_are_passed_over(write: Write) -> None:
    folder = write(groups=f"{GROUPS}\ncarers,,{LABELS},\n")
    (folder / "README.md").write_text("Our words.", encoding="utf-8")
    (folder / "old").mkdir()
    vocabulary.use_folder(folder)
    assert "carers" in vocabulary.codes("groups")


# File, text, then of each problem: row, column, value, a part of the message, a part of the remedy.
WRONG: list[tuple[str, str, list[tuple[int, str, str, str, str]]]] = [
    ("groups", f"{GROUPS}\nwomen,,{LABELS},\n", [(2, "code", "women", "exists already", "Choose another code")]),
    ("groups", f"{GROUPS}\na,,{LABELS},\na,,{LABELS},\n", [(3, "code", "a", "in a row above", "Remove one")]),
    ("groups", f"{GROUPS}\n,,{LABELS},\n", [(2, "code", "", "code is missing", "lower_case")]),
    ("groups", f"{GROUPS}\nOur Group,,{LABELS},\n", [(2, "code", "Our Group", "not the form", "lower_case")]),
    ("groups", f"{GROUPS}\ncarers,,حق,Carers,,Droit,,权利,\n",
     [(2, "es", "", "'carers'", "ar, en, es, fr, ru, zh"), (2, "ru", "", "language is missing", "ar, en")]),
    ("groups", f"{GROUPS}\ncarers,womn,{LABELS},\n", [(2, "parent", "womn", "No such parent", "mean women")]),
    ("groups", f"{GROUPS}\ncarers,carers,{LABELS},\n", [(2, "parent", "carers", "No such parent", "carers")]),
    ("groups", f"{GROUPS}\ncarers,,{LABELS},,,more\n", [(2, "", "more", "11 cells for 9 columns", "quotation marks")]),
    ("groups", f"{PLAIN}\ncarers,,{LABELS}\n", [(1, "uhri", "", "column is missing", "code, parent, ar")]),
    ("groups", f"{GROUPS},note\ncarers,,{LABELS},,\n", [(1, "note", "note", "No such column", "ru, zh, uhri")]),
    ("groups", f"{GROUPS},en\ncarers,,{LABELS},,x\n", [(1, "en", "en", "there twice", "Remove one")]),
    ("attributes", f"{PLAIN}\nhealth.care,,{LABELS}\n", [(2, "parent", "", "parent is missing", "code of rights")]),
    ("attributes", f"{PLAIN}\nhealth.care,heath,{LABELS}\n", [(2, "parent", "heath", "No such", "mean health?")]),
    ("attributes", f"{PLAIN}\nhealth.care,food,{LABELS}\n",
     [(2, "code", "health.care", "begin with its parent 'food'", "health.child")]),
    ("attributes", f"{PLAIN}\ncare,health,{LABELS}\n",
     [(2, "code", "care", "not the form", "health.child"), (2, "code", "care", "begin with its parent", "health")]),
    ("rights", f"{RIGHTS}\ncare,,{LABELS},socail; civil,\n", [(2, "categories", "socail", "in categories", "social")]),
    ("rights", f"{RIGHTS}\ncare,,{LABELS},social,UDHR twelve\n",
     [(2, "articles", "UDHR twelve", "names no article", "UDHR 1-2, 7")]),
    ("rights", f"{RIGHTS}\ncare,,{LABELS},social,UNCRC 3; UNCRC 4\n",
     [(2, "articles", "UNCRC", "No such instrument", "CRC")]),
    ("countries", f"{COUNTRIES}\nXA,,{LABELS},xa,12,Asia,\n",
     [(2, "iso3", "xa", "not the form", "[A-Z]{3}"), (2, "m49", "12", "not the form", r"\d{3}")]),
    ("countries", f"{COUNTRIES}\nXA,,{LABELS},XAA,,Asia,\nXB,,{LABELS},XAA,,Asia,\n",
     [(3, "iso3", "XAA", "in a row above", "Correct one")]),
    ("countries", f"{COUNTRIES}\nXA,,{LABELS},SWE,,Asia,\n", [(2, "iso3", "SWE", "bundled file already", "Correct")]),
    ("uhri_persons", f"{PLAIN},groups,duty_bearers,version\nx,,{LABELS},womn,medai,new\n",
     [(2, "groups", "womn", "in groups", "women"), (2, "duty_bearers", "medai", "in duty_bearers", "media"),
      (2, "version", "new", "not the form", "current|older")]),
    ("sdg_indicators", f"{PLAIN},withdrawn\n4.1.99,4.1,{LABELS},\n", [(2, "code", "4.1.99", "form", "4.1.2")]),
    ("groups", "", [(1, column, "", "column is missing", "columns are") for column in GROUPS.split(",")]),
    ("groups", f'{GROUPS}\n"carers,,{LABELS},\n', [(0, "", "", "is no CSV", "quotation mark")]),
    ("right", f"{RIGHTS}\ncare,,{LABELS},,\n", [(0, "", "right", "No part of the vocabulary", "Use rights")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), WRONG, ids=[f"{w[0]} {w[2][0][3]}" for w in WRONG])
def test_every_wrong_cell_is_named_with_its_remedy(
    write: Write, name: str, text: str, expected: list[tuple[int, str, str, str, str]]
) -> None:
    found = problems_of(write(**{name: text}))
    assert [(p.row, p.column, p.value) for p in found] == [wanted[:3] for wanted in expected]
    for problem, (*_place, message, remedy) in zip(found, expected, strict=True):
        assert problem.message.startswith(f"{name}.csv: ")
        assert message in problem.message
        assert remedy in problem.remedy
        assert problem.severity == "error"


def test_problems_of_all_files_come_at_once(write: Write) -> None:
    folder = write(
        groups=f"{GROUPS}\nwomen,,{LABELS},\n",
        rights=f"{RIGHTS}\nlife,,{LABELS},,\n",
        verdict=f"{PLAIN}\nx,,{LABELS}\n",
    )
    assert {p.message.partition(":")[0] for p in problems_of(folder)} == {"groups.csv", "rights.csv", "verdict.csv"}


def test_after_a_refusal_the_vocabulary_is_as_it_was(write: Write, tmp_path: Path) -> None:
    vocabulary.use_folder(write(groups=f"{GROUPS}\ncarers,,{LABELS},\n"))
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "rights.csv").write_text(f"{RIGHTS}\ncare,,{LABELS},,\nlife,,{LABELS},,\n", encoding="utf-8")
    problems_of(wrong)
    assert "carers" in vocabulary.codes("groups")
    assert "care" not in vocabulary.codes("rights")


def test_a_file_that_is_not_utf8_is_refused(write: Write) -> None:
    folder = write()
    (folder / "groups.csv").write_bytes(f"{GROUPS}\ncarers,,{LABELS},\n".encode("utf-16"))
    (found,) = problems_of(folder)
    assert (found.row, found.message, found.remedy) == (
        0, "groups.csv: The file is not UTF-8.", "Save it as CSV in UTF-8."
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["missing", "a file"])
def test_a_folder_that_is_none_is_refused_with_the_setting_to_change(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "words"
    if kind == "a file":
        path.write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="no folder") as caught:
        vocabulary.use_folder(path)
    assert "RIGHTSPLAN_VOCABULARY" in caught.value.remedy


def test_the_message_counts_the_problems_and_names_the_folder(write: Write) -> None:
    folder = write(groups=f"{GROUPS}\nwomen,,{LABELS},\nMen,,{LABELS},\n")
    with pytest.raises(Refused) as caught:
        vocabulary.use_folder(folder)
    assert re.search(r"files of '.*words': 2\.$", caught.value.message)


def test_the_example_of_the_documentation_is_accepted(write: Write) -> None:
    page = Path(__file__).parents[2] / "docs" / "developers" / "vocabulary.md"
    (example,) = re.findall(r"```csv groups\.csv\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    vocabulary.use_folder(write(groups=example))
    assert vocabulary.label("groups", "carers", "en") == "Family carers"
