"""`rightsplan stats` lists, explains, runs an example or a file, and says what is wrong with one."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pytest_django import Settings

from rightsplan.evidence import standards
from rightsplan.stats import catalogue

from .conftest import Run


def test_all_methods_are_listed(run: Run) -> None:
    answer = run("stats")
    assert answer.code == 0
    assert all(name in answer.out for name in catalogue.methods())


def test_a_method_is_explained_with_its_columns_and_options(run: Run) -> None:
    entry = catalogue.method("progress")
    answer = run("stats", "progress")
    assert all(column.name in answer.out for column in entry.columns)
    assert all(option.name in answer.out for option in entry.options)
    assert "rightsplan stats progress --example" in answer.out


def test_the_example_runs(run: Run) -> None:
    answer = run("stats", "published-rules", "--example")
    assert answer.code == 0
    assert "substantial_progress" in answer.out


def test_machines_get_json(run: Run) -> None:
    answer = run("--json", "stats", "published-rules", "--example")
    rows = json.loads(answer.out)["rules"]
    assert {row["rule"] for row in rows} >= {"cagr_ratio", "linear_pace"}
    assert json.loads(run("--json", "stats", "progress").out)["columns"][0]["name"] == "series"


def test_a_file_of_ones_own_is_judged_and_written(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("period;value\n2020;90\n2021;91\n2022;92\n", encoding="utf-8")
    out = tmp_path / "results"
    settings = ["target=95", "target_year=2025", "baseline_year=2020", "start_year=2021", "as_of=2023.4"]
    words = [word for setting in settings for word in ("--set", setting)]
    answer = run("stats", "progress", str(file), *words, "--out", str(out))
    assert answer.code == 0
    verdicts = pl.read_csv(out / "progress-verdicts.csv")
    assert verdicts["verdict"].to_list() == ["on_track"]
    assert verdicts["pace_ratio"].to_list() == [1.0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stats", "guess"), "no method 'guess'"),
        (("stats", "progress", "nothing.csv"), "cannot be read"),
        (("stats", "progress", "nothing.csv", "--example"), "Both a file and the example"),
        (("stats", "progress", "--example", "--set", "target"), "'target' is no option"),
        (("stats", "progress", "--example", "--set", "target=many"), "target is 'many'"),
        (("stats", "progress", "--example", "--set", "colour=red"), "no option colour"),
        (("stats", "progress", "--example", "--set", "direction=up"), "direction is 'up'"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_is_wrong_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    answer = run(*words)
    assert answer.code == 2
    assert said in answer.err


def test_a_bad_cell_is_named_by_row_and_column(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("period,value\n2020,90\n2021,much\n", encoding="utf-8")
    answer = run("stats", "progress", str(file))
    assert answer.code == 2
    assert "Row 3, column value ('much')" in answer.err


def test_a_folder_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="ascii")
    answer = run("stats", "published-rules", "--example", "--out", str(blocked / "results"))
    assert answer.code == 2
    assert "cannot be written" in answer.err


def test_the_audit_says_what_it_told_and_what_changed(published: Run, settings: Settings) -> None:
    answer = published("audit-standards", str(settings.PUBLISHED_DIR), "--seed", "4")
    assert answer.code == 0
    assert "No judgement changed." in answer.out
    assert "names:" in answer.out
    found = published("--json", "audit-standards", str(settings.PUBLISHED_DIR)).json
    assert found["ok"] is True
    assert found["lines"] == found["told"]["order"]


def test_an_audit_that_finds_something_ends_with_one(
    published: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = standards.assess_points

    def partial(promise: Any, points: Any, as_of: float, version: str = "2") -> Any:
        return {**plain(promise, points, as_of, version), "verdict": "met" if as_of > 2029 else "behind"}

    monkeypatch.setattr(standards, "assess_points", partial)
    answer = published("audit-standards", str(settings.PUBLISHED_DIR))
    assert answer.code == 1
    assert "CHANGED" in answer.out
