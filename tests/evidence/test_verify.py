"""Verification needs neither Django nor a database, and memory for one batch only."""

import gc
import json
import subprocess
import sys
import weakref
from pathlib import Path

import polars as pl
import pytest

from rightsplan.errors import Damaged, NotFound, Refused
from rightsplan.evidence import verify_lines
from rightsplan.evidence.batches import parquet_of
from rightsplan.evidence.canonical import canonical_json
from rightsplan.evidence.recompute import (
    METHODS,
    assess_points,
    counts_line,
    dimensions_of,
    recompute_progress,
    select,
    series_of,
)
from rightsplan.evidence.verify import Report, verify
from rightsplan.stats import progress
from rightsplan.stats.promise import Promise

from .conftest import AS_OF, PROMISES, SIGNER, Published, observations, problems

LOADED = """
import json, sys
from rightsplan.cli import main
sys.argv = ["rightsplan", "--json", "verify", sys.argv[1]]
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_command_loads_neither_django_nor_a_database(published: Published) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(published.folder)], capture_output=True, text=True, timeout=120, check=True
    )
    report, loaded = map(json.loads, done.stdout.splitlines())
    assert report["ok"]
    assert "rightsplan" in loaded
    assert not {"django", "sqlite3", "_sqlite3", "psycopg", "duckdb"} & set(loaded)


def test_one_batch_is_in_memory_at_a_time(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the whole frames that are alive each time another one is read."""
    for number in range(6):
        published.add_batch(observations("literacy", {year: year + number / 10 for year in range(1000, 3000)}))
    published.write()
    alive: list[weakref.ref[pl.DataFrame]] = []
    most = 0

    def counted(content: bytes, where: str) -> pl.DataFrame:
        nonlocal most
        gc.collect()
        most = max(most, sum(ref() is not None for ref in alive))
        frame = parquet_of(content, where)
        alive.append(weakref.ref(frame))
        return frame

    monkeypatch.setattr(verify_lines, "parquet_of", counted)
    lines = published.lines()
    names = [item["batch"] for item in published.contents["batches"]]
    lines[0]["inputs"] = [{"batch": n, "where": {"indicator": "literacy", "place": "XA"}} for n in names if n]
    published.rewrite_publication(b"".join(canonical_json(line) + b"\n" for line in lines))
    published.verify()
    assert len(alive) == len(names) == 8
    assert most == 0


def test_progress_is_told_for_batches_and_publications(published: Published) -> None:
    told: list[tuple[str, int, int]] = []
    verify(str(published.folder), progress=lambda *step: told.append(step))
    assert told == [("Checking batches", 1, 2), ("Checking batches", 2, 2), ("Recomputing publications", 1, 1)]


def test_what_only_the_caller_can_mend_is_refused(published: Published, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no folder"):
        verify(str(tmp_path / "nowhere"))
    with pytest.raises(Refused, match="verifier key is malformed"):
        published.verify(key="nonsense")
    assert published.verify(key=f" {SIGNER.verifier_key}\n").ok


def test_a_report_counts_and_names() -> None:
    report = Report()
    report.count("batches")
    report.count("batches", 2)
    assert report.ok
    report.add("x", "it is gone")
    assert report.as_dict() == {
        "ok": False, "checked": {"batches": 3}, "problems": [{"where": "x", "sentence": "it is gone"}],
    }  # fmt: skip


def test_an_empty_published_folder_names_the_catalogue(tmp_path: Path) -> None:
    assert problems(verify(str(tmp_path))) == [("catalogue.json", "the file is missing")]


# --- from batches to figures

ROWS = pl.DataFrame(
    {
        "indicator": ["literacy"] * 5,
        "place": ["XA", "XA", "XA", "XA", "XB"],
        "period": ["2020", "2020", "2021", "2021", "2020"],
        "value": [80.0, 78.0, 82.0, 79.0, 50.0],
        "sex": [None, "F", "_T", "F", None],
    }
)


@pytest.mark.parametrize(
    ("where", "values"),
    [
        ({"indicator": "literacy", "place": "XA"}, [80.0, 82.0]),
        ({"indicator": "literacy", "place": "XA", "sex": "F"}, [78.0, 79.0]),
        ({"indicator": "literacy", "place": "XA", "sex": "M"}, []),
        ({"indicator": "deaths", "place": "XA"}, []),
        ({"place": "XB"}, [50.0]),
    ],
)
def test_a_series_is_the_total_unless_a_group_is_named(where: dict[str, str], values: list[float]) -> None:
    assert select(ROWS, where)["value"].to_list() == values


def test_a_column_that_a_batch_has_not_is_damage() -> None:
    with pytest.raises(Damaged, match="no column age, colour"):
        select(ROWS, {"colour": "red", "age": "15"})


def test_dimensions_are_the_columns_that_are_no_measures() -> None:
    assert dimensions_of(ROWS.with_columns(note=pl.lit("x"), age=pl.lit("15"))) == ["age", "sex"]


def test_of_two_inputs_the_later_one_wins_a_period() -> None:
    old = observations("literacy", {2021: 82.0, 2020: 80.0})
    new = observations("literacy", {2021: 83.0, 2022: 85.0}).with_columns(status=pl.lit("break"))
    assert series_of([old, new]) == [
        ["2020", 80.0, None, None, None],
        ["2021", 83.0, None, None, "break"],
        ["2022", 85.0, None, None, "break"],
    ]
    assert series_of([]) == []


def test_a_promise_without_data_is_not_measurable() -> None:
    assert assess_points(PROMISES["XA-2021/1.1-a"].to_dict(), [], AS_OF)["verdict"] == "not_measurable"


def test_every_known_method_recomputes_the_published_line(published: Published) -> None:
    frames = {path.stem: pl.read_parquet(path) for path in published.folder.glob("batches/*.parquet")}
    lines = [line for line in published.lines() if line["method"] != "counts"]
    assert {(line["method"], line["version"]) for line in lines} == {(progress.METHOD, progress.VERSION)}
    assert METHODS.keys() == {(progress.METHOD, version) for version in progress.VERSIONS}
    for line in lines:
        assert recompute_progress(line, frames.__getitem__) == line["result"]


def test_a_line_of_an_older_version_is_recomputed_by_that_version() -> None:
    """Five years of a straight way and one step more: version 1 walks on, version 2 lets the trend fade."""
    points = [[str(2015 + i), value, None, None, None] for i, value in enumerate([50.0, 52, 53, 55, 57, 58])]
    promise = Promise(direction="at_least", value=66.0, year=2025.0, lower=0.0, upper=100.0).to_dict()
    old, new = (assess_points(promise, points, AS_OF - 5, version) for version in progress.VERSIONS)
    assert old["probability"] != new["probability"]
    free = {name: None for name in old if name.startswith(("probability", "forecast"))}
    assert {**old, **free} == {**new, **free}
    item = {"batch": "b", "where": {}}
    frame = pl.DataFrame(points, schema=["period", "value", "lower", "upper", "status"], orient="row")
    line = {"id": "X-1/1-a@official", "target": "X-1/1-a", "promise": promise, "as_of": AS_OF - 5, "inputs": [item]}
    for version, result in zip(progress.VERSIONS, (old, new), strict=True):
        told = {**line, "method": "progress", "version": version}
        assert verify_lines.recomputed(told, {verify_lines.key_of(item): frame}, {}) == result


def test_totals_count_the_verdicts_of_the_named_lines() -> None:
    line = counts_line("counts:x", ["a", "b", "c"], {"a": "met", "b": "met", "c": "behind", "d": "met"}, AS_OF)
    assert (line["of"], line["method"], line["as_of"]) == (["a", "b", "c"], "counts", AS_OF)
    assert (line["result"]["met"], line["result"]["behind"], line["result"]["on_track"]) == (2, 1, 0)
