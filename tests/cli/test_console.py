"""How the command line speaks: one JSON object for machines, sentences and progress for people."""

import json
import sys

import pytest

from rightsplan.cli.output import SHOWN_PROBLEMS, Console
from rightsplan.errors import Damaged, Problem, Refused

PROBLEMS = [Problem(n, "value", "x", "Wrong.", "Mend it.", "warning" if n % 2 else "error") for n in range(1, 121)]


def test_a_refusal_for_people_lists_errors_first_and_says_how_many_more(capsys: pytest.CaptureFixture[str]) -> None:
    Console(False).refused(Refused("It is wrong.", "Mend it.", PROBLEMS))
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert said.out == ""
    assert lines[0] == "Refused: It is wrong."
    assert lines[1] == "  error: row 2, column value ('x'): Wrong. Mend it."
    assert all(line.startswith("  error") for line in lines[1 : SHOWN_PROBLEMS + 1])
    assert lines[-2:] == ["  and 70 more; --json lists them all", "What to do: Mend it."]


def test_a_refusal_for_machines_lists_everything(capsys: pytest.CaptureFixture[str]) -> None:
    Console(True).refused(Refused("Falsch, 错.", "Mend it.", PROBLEMS))
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert said.err == ""
    assert (found["error"], found["remedy"], len(found["problems"])) == ("Falsch, 错.", "Mend it.", 120)
    assert found["problems"][0] == {
        "row": 1, "column": "value", "value": "x", "message": "Wrong.", "remedy": "Mend it.", "severity": "warning",
    }  # fmt: skip


@pytest.mark.parametrize("as_json", [True, False])
def test_damage_names_where(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    Console(as_json).damaged(Damaged("its hash differs", "batches/x.parquet"))
    said = capsys.readouterr()
    if as_json:
        assert json.loads(said.out) == {"damaged": "its hash differs", "where": "batches/x.parquet"}
    else:
        assert said.err == "DAMAGED: batches/x.parquet: its hash differs\n"


def test_progress_in_a_file_is_one_line_at_the_end_of_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(False)
    for done in [0, 1, 2, 1000, 1000]:
        console.progress("Reading", done, 1000)
    console.progress("Empty", 0, 0)
    assert capsys.readouterr() == ("", "Reading: 1,000\n")


def test_progress_on_a_terminal_is_a_line_that_grows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for done in [0, 12, 24]:
        Console(False).progress("Reading", done, 24)
    bars = capsys.readouterr().err.split("\r")[1:]
    assert [bar.count("#") for bar in bars] == [0, 12, 24]
    assert [bar.endswith("\n") for bar in bars] == [False, False, True]


def test_machines_hear_no_progress_and_no_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(True)
    console.progress("Reading", 5, 5)
    console.say("Almost done.")
    console.result({"day": Console}, "Done.")
    said = capsys.readouterr()
    assert said.err == ""
    assert list(json.loads(said.out)) == ["day"]
