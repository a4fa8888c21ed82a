"""Every benchmark runs on a tiny size and says its ratio; how fast it is depends on the machine and is not asserted."""

import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks import __main__ as command
from benchmarks import assess, intake, pages, verify
from benchmarks.children import environment_of
from benchmarks.measure import Ratio, medians
from benchmarks.targets import pick, plan_targets, promise_of, series_for, synthetic
from benchmarks.world import WHOLE, indicator_codes, place_codes, tidy, world, write_csv
from rightsplan.stats.panel import Panel

RATIO = re.compile(r"^  .+: [\d,]+\.\d\d( s| times)? \(promise: at (most|least) [\d.]+( s| times)?\) (PASS|FAIL)$")
EXAMPLE = ("demo", "--only", "example", "--no-serve")


def ratios_of(lines: list[str]) -> list[str]:
    return [line for line in lines if RATIO.match(line)]


@pytest.fixture
def small_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = [("AFG", year, name, 50.0 + year - 2000 + k) for k, name in enumerate("ab") for year in range(2000, 2024)]
    frame = pl.DataFrame(rows, schema=["iso3", "year", "indicator", "value"], orient="row")
    folder = tmp_path / "world"
    folder.mkdir()
    frame.write_csv(folder / WHOLE, compression="gzip")
    monkeypatch.setenv("BENCH_DATA", str(folder))
    return folder


@pytest.mark.usefixtures("small_world")
def test_assessment_is_set_beside_a_bare_group_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_SDG_BUILD", raising=False)
    lines = assess.run(tmp_path, repeats=1)
    assert "48 rows, 2 series" in lines[0]
    assert len(ratios_of(lines)) == 1
    assert lines[-1].endswith("not measured (BENCH_SDG_BUILD names a folder with its source)")


@pytest.mark.usefixtures("small_world")
def test_the_peer_is_measured_where_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    answer = json.dumps({"series": 2, "judged": 1, "seconds_per_series": 0.5})
    python.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setenv("BENCH_SDG_BUILD", str(tmp_path))
    monkeypatch.setenv("BENCH_SDG_PYTHON", str(python))
    lines = assess.run(tmp_path, repeats=1, sample=2)
    assert "sdg-build 500,000 us per series (2 series, 1 judged)" in lines[-2]
    assert len(ratios_of(lines)) == 2
    assert "at least 100" in lines[-1]


def test_import_is_set_beside_a_bare_read(tmp_path: Path) -> None:
    lines = intake.run(tmp_path, rows=300, repeats=1)
    assert "300 rows" in lines[0]
    assert len(ratios_of(lines)) == 1


def test_verifying_says_time_and_memory(tmp_path: Path) -> None:
    lines = verify.run(tmp_path, demo=EXAMPLE, more=2, repeats=1)
    assert len(ratios_of(lines)) == 2
    few, many = (int(number) for number in re.findall(r"\((\d+) batches", lines[2]))
    assert many == few + 2


def test_pages_are_set_beside_an_empty_view(tmp_path: Path) -> None:
    lines = pages.run(tmp_path, demo=EXAMPLE, readers=3, seconds=0.3, rounds=1)
    assert "3 readers" in lines[0]
    assert len(ratios_of(lines)) == 1


@pytest.mark.parametrize(
    ("value", "promise", "is_floor", "ending"),
    [
        (2.9, 3.0, False, "2.90 (promise: at most 3) PASS"),
        (3.0, 3.0, False, "3.00 (promise: at most 3) PASS"),
        (3.1, 3.0, False, "3.10 (promise: at most 3) FAIL"),
        (120.0, 100.0, True, "120.00 (promise: at least 100) PASS"),
        (99.0, 100.0, True, "99.00 (promise: at least 100) FAIL"),
    ],
)
def test_a_ratio_says_whether_its_promise_holds(value: float, promise: float, is_floor: bool, ending: str) -> None:
    assert Ratio("a / b", value, promise, is_floor=is_floor).line() == f"  a / b: {ending}"


def test_a_unit_stands_behind_both_numbers() -> None:
    assert Ratio("start", 2.5, 5, "s").line() == "  start: 2.50 s (promise: at most 5 s) PASS"


def test_works_are_run_in_turn() -> None:
    calls: list[str] = []
    seconds = medians(lambda: calls.append("a"), lambda: calls.append("b"), repeats=3)
    assert calls == ["a", "b"] * 3
    assert all(second >= 0 for second in seconds)


def test_without_a_folder_the_bundled_world_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_DATA", raising=False)
    frame, what = world()
    assert what.startswith("bundled part")
    assert frame.height > 50_000
    assert not frame.select("indicator", "place", "year").is_duplicated().any()
    assert frame["indicator"].to_list() == sorted(frame["indicator"])


def test_groups_are_left_out_and_doubles_count_once() -> None:
    cells = [("2000", "F", "1"), ("2000", None, "2"), ("2000", "_T", "3"), ("", "_T", "4"), ("1999", "_T", "5")]
    rows = [("a", "X", *cell) for cell in cells]
    frame = pl.DataFrame(rows, schema=["indicator", "place", "period", "sex", "value"], orient="row")
    assert tidy(frame).rows() == [("a", "X", 1999.0, 5.0), ("a", "X", 2000.0, 2.0)]


@pytest.mark.parametrize("rows", [1, 34, 8_000])
def test_the_made_up_file_has_no_doubles_and_known_codes(rows: int, tmp_path: Path) -> None:
    write_csv(tmp_path / "made.csv", rows)
    frame = pl.read_csv(tmp_path / "made.csv")
    assert frame.height == rows
    assert not frame.select("indicator", "place", "period").is_duplicated().any()
    assert set(frame["indicator"]) == set(indicator_codes(rows))
    assert set(frame["place"]) <= set(place_codes())


def test_series_are_picked_whole() -> None:
    nan, no = np.full(5, np.nan), np.zeros(5, dtype=bool)
    t, y = np.array([1.0, 2.0, 1.0, 1.0, 2.0]), np.arange(5.0)
    panel = Panel(t, y, nan, no, np.array([0, 2, 3, 5]))
    picked = pick(panel, np.array([2, 0, 2]))
    assert picked.y.tolist() == [3.0, 4.0, 0.0, 1.0, 3.0, 4.0]
    assert picked.offsets.tolist() == [0, 2, 4, 6]
    assert synthetic(panel).value.tolist() == pytest.approx([1.1, 2.2, 4.4])
    assert set(series_for(7, panel).tolist()) == {0, 1, 2}


def test_the_bundled_plans_give_targets() -> None:
    promises = plan_targets()
    assert len(promises) > 20
    assert all(promise.value is not None and promise.year is not None for promise in promises)


@pytest.mark.parametrize(
    ("row", "is_target"),
    [
        ({"target_value": "95", "target_year": "2025", "direction": "at least"}, True),
        ({"target_value": "-18 %", "target_year": "2025", "direction": "change by"}, True),
        ({"target_value": "", "target_year": "2025", "direction": "at least"}, False),
        ({"target_value": "95", "target_year": "", "direction": "at least"}, False),
        ({"target_value": "many", "target_year": "2025", "direction": "at least"}, False),
        ({"target_value": "95", "target_year": "2025", "direction": "sideways"}, False),
    ],
)
def test_a_row_is_a_target_where_it_has_figure_and_year(row: dict[str, str], is_target: bool) -> None:
    assert (promise_of(row) is not None) is is_target


def test_children_keep_to_a_folder_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHTSPLAN_SITE_NAME", "Mine")
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    environment = environment_of(tmp_path)
    assert environment["RIGHTSPLAN_DATA"] == str(tmp_path)
    assert not {"RIGHTSPLAN_SITE_NAME", "DATABASE_URL"} & set(environment)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SystemExit, match=r"no benchmark speed; known: assess, import, verify, pages"):
        command.main(["speed"])


def test_the_command_prints_versions_first(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PARTS", {"one": lambda folder: [f"{folder.is_dir()}"]})
    command.main([])
    first, second = capsys.readouterr().out.splitlines()
    assert re.match(r"\d{4}-\d\d-\d\d, Python 3\.\d+.*Polars .*NumPy .*Django .*\d+ cores", first)
    assert second == "True"
