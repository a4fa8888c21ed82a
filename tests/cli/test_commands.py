"""Every command from start to end: exit code 0 done, 2 your input, 3 evidence damaged; --json is one object."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

from rightsplan.accounts.models import Person
from rightsplan.indicators.models import Batch, Publication
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.models import Plan, Target
from rightsplan.tables.reading import read_text_table

from .conftest import Run

PLAN_OF_ONE = ["import", "plan", "plan.csv", "--by", "alice"]


def test_a_plan_goes_from_files_to_a_folder_that_verifies(published: Run) -> None:
    answer = published("verify", str(settings.PUBLISHED_DIR))
    assert (answer.code, answer.out.startswith("Everything holds")) == (0, True)
    assert Publication.objects.get().published_by == Person.objects.get(code="bob")


@pytest.mark.parametrize(
    "arguments",
    [
        ["people", "add", "dora", "Dora"],
        ["people", "list"],
        ["import", "places", "places.csv", "--by", "alice"],
        ["import", "bodies", "bodies.csv", "--by", "alice", "--dry-run"],
        ["import", "indicators", "indicators.csv", "--by", "alice"],
        ["import", "plan", "plan.csv", "--by", "alice", "--dry-run"],
        ["import", "plan", "--template", "form.xlsx"],
        ["import", "data", "data.csv", "--by", "alice"],
        ["import", "data", "data.csv", "--by", "alice", "--dry-run"],
        ["assess", "--by", "alice"],
        ["publish", "1", "--by", "bob"],
        ["log"],
        ["log", "--proof", "0"],
        ["log", "--checkpoint"],
        ["export", "out"],
        ["export", "out", "--format", "csv"],
        ["export", "out", "--plan", "XA-2021"],
        ["migrate"],
    ],
    ids=" ".join,
)
def test_json_prints_one_object_and_nothing_else(published: Run, arguments: list[str]) -> None:
    answer = published("--json", *arguments)
    assert (answer.code, answer.err) == (0, "")
    assert answer.json
    assert "error" not in answer.json


def test_json_may_stand_anywhere_on_the_line(published: Run) -> None:
    assert published("log", "--last", "1", "--json").json == published("--json", "log", "--last", "1").json


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["people", "add", "alice", "Again"], "is taken"),
        (["import", "places", "data.csv", "--by", "alice"], "problems; nothing was saved"),
        (["import", "places", "gone.csv", "--by", "alice"], "does not exist"),
        (["import", "places", "places.csv"], "--by"),
        (["import", "places", "places.csv", "--by", "charlie"], "Nobody has the code 'charlie' (known: alice, bob)"),
        (["import", "plan", "--by", "alice"], "--template"),
        (["import", "data", "plan.csv", "--by", "alice"], "description of the source"),
        (["import", "data", "data.csv", "--by", "alice", "--role", "neutral"], "neutral"),
        (["import", "data", "data.csv", "--by", "alice", "--supersedes", "zzz"], "zzz"),
        (["publish", "9", "--by", "bob"], "no publication 9"),
        (["publish", "one", "--by", "bob"], "one"),
        (["log", "--proof", "999"], "no entry 999"),
        (["export", "out", "--plan", "XX"], "no plan 'XX' (known: XA-2021)"),
        (["verify", "gone"], "no folder 'gone'"),
        (["verify"], "WHERE"),
        (["dance"], "dance"),
        (["demo", "--only", "atlantis", "--no-serve"], "no part 'atlantis'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_the_user_can_mend_ends_with_two_and_a_remedy(loaded: Run, arguments: list[str], part: str) -> None:
    before = LogEntry.objects.count()
    spoken = loaded(*arguments)
    assert (spoken.code, spoken.out) == (2, "")
    assert part in spoken.err
    machine = loaded("--json", *arguments)
    assert machine.code == 2
    assert part in machine.json["error"]
    assert machine.json["remedy"]
    assert LogEntry.objects.count() == before


def test_every_problem_of_a_file_stands_in_the_json(loaded: Run) -> None:
    Path("bad.csv").write_text("code,name,level\nXB,,continent\nX C,C,country\n")
    problems = loaded("--json", "import", "places", "bad.csv", "--by", "alice").json["problems"]
    assert [(p["row"], p["column"]) for p in problems] == [(2, "level"), (2, "name"), (3, "code")]


def test_who_proposes_cannot_publish_and_a_second_person_can(loaded: Run) -> None:
    loaded("assess", "--by", "alice")
    refused = loaded("publish", "1", "--by", "alice")
    assert refused.code == 2
    assert "alice proposed publication 1" in refused.err
    assert Publication.objects.get().published_at is None
    assert loaded("publish", "1", "--by", "charlie").code == 2
    assert loaded("publish", "1", "--by", "bob").code == 0


def test_somebody_who_left_acts_no_more(loaded: Run) -> None:
    Person.objects.filter(code="alice").update(is_active=False)
    assert loaded("assess", "--by", "alice").code == 2


def test_a_missing_batch_ends_with_three(loaded: Run) -> None:
    name = Batch.objects.get().sha256
    (settings.BATCH_DIR / f"{name}.parquet").unlink()
    spoken = loaded("assess", "--by", "alice")
    assert (spoken.code, spoken.out) == (3, "")
    assert spoken.err.startswith(f"DAMAGED: {name}.parquet")
    assert loaded("--json", "assess", "--by", "alice").json == {
        "damaged": "the file is missing", "where": f"{name}.parquet",
    }  # fmt: skip


def test_a_changed_figure_ends_with_three_and_is_named(published: Run) -> None:
    path = settings.PUBLISHED_DIR / "publications" / "1.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"met"', b'"behind"', 1))
    spoken = published("verify", str(settings.PUBLISHED_DIR))
    assert spoken.code == 3
    assert "publications/1.jsonl" in spoken.err
    machine = published("--json", "verify", str(settings.PUBLISHED_DIR))
    assert machine.code == 3
    assert "publications/1.jsonl" in json.dumps(machine.json)


def test_one_thing_that_does_not_hold_is_told_in_the_singular(published: Run) -> None:
    (settings.PUBLISHED_DIR / "catalogue.json").unlink()
    answer = published("verify", str(settings.PUBLISHED_DIR))
    assert (answer.code, answer.out) == (3, "1 thing does not hold. Nothing else could be checked.\n")


def test_several_things_that_do_not_hold_are_counted(published: Run) -> None:
    (batch,) = Batch.objects.values_list("sha256", flat=True)
    (settings.PUBLISHED_DIR / "batches" / f"{batch}.json").unlink()
    (settings.PUBLISHED_DIR / "batches" / f"{batch}.parquet").unlink()
    answer = published("verify", str(settings.PUBLISHED_DIR))
    assert answer.code == 3
    assert re.match(r"\d+ things do not hold\. Checked: \d", answer.out)


def test_a_batch_that_the_catalogue_does_not_list_is_noted_and_is_no_damage(published: Run) -> None:
    (settings.PUBLISHED_DIR / "batches" / "stray.parquet").write_bytes(b"x")
    spoken = published("verify", str(settings.PUBLISHED_DIR))
    assert (spoken.code, "note: batches/stray.parquet" in spoken.out) == (0, True)
    notes = published("--json", "verify", str(settings.PUBLISHED_DIR)).json["notes"]
    assert [note.partition(":")[0] for note in notes] == ["batches/stray.parquet"]


def test_a_site_that_cannot_be_reached_is_for_the_user_to_mend(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = run("verify", f"http://127.0.0.1:{port}")
    assert (answer.code, answer.out) == (2, "")
    assert "cannot be reached" in answer.err
    assert "What to do: Check the address" in answer.err


def test_verify_needs_neither_django_nor_a_database(published: Run) -> None:
    program = (
        "import sys; from rightsplan.cli import cli\n"
        f"cli(['verify', {str(settings.PUBLISHED_DIR)!r}], standalone_mode=False)\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in {'django', 'sqlite3', 'psycopg'}))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_a_log_that_only_grew_is_proved_by_an_earlier_checkpoint(published: Run) -> None:
    Path("earlier").write_bytes((settings.PUBLISHED_DIR / "log" / "checkpoint").read_bytes())
    published("assess", "--by", "alice")
    published("publish", "2", "--by", "bob")
    assert published("verify", str(settings.PUBLISHED_DIR), "--checkpoint", "earlier").code == 0


def test_a_dry_run_says_what_would_change_and_saves_nothing(loaded: Run) -> None:
    Path("plan.csv").write_text(Path("plan.csv").read_text().replace("at least,90", "at least,92"))
    answer = loaded(*PLAN_OF_ONE, "--dry-run")
    assert "  XA-2021/1.1-a promise.value: 90.0 -> 92.0\n" in answer.out
    assert answer.out.splitlines()[-1] == ("Would import plan: 0 new, 1 changed, 0 dropped, 3 unchanged.")
    assert Target.objects.get().promise["value"] == 90.0
    assert "Imported plan" in loaded(*PLAN_OF_ONE).out
    assert Target.objects.get().promise["value"] == 92.0


def test_data_may_be_described_by_options_alone(loaded: Run) -> None:
    Path("other.csv").write_text("indicator,place,period,value\nliteracy,XA,2021,82\n")
    options = ["--title", "T", "--from", "Office", "--licence", "CC0", "--role", "official",
               "--retrieved", "2026-03-01",
               "--publisher", "P", "--url", "https://x.example"]  # fmt: skip
    assert loaded("import", "data", "other.csv", "--by", "alice", *options).code == 0
    batch = Batch.objects.get(file="other.csv")
    assert [batch.title, batch.source, batch.licence, batch.role] == ["T", "Office", "CC0", "official"]
    assert [batch.retrieved.isoformat(), batch.publisher, batch.url] == ["2026-03-01", "P", "https://x.example"]


def test_data_are_told_in_stages(loaded: Run) -> None:
    Path("data.csv").write_text("indicator,place,period,value\nliteracy,XA,2021,82\n")
    answer = loaded("import", "data", "data.csv", "--by", "alice")
    assert answer.err.splitlines() == ["Checking series: 5", "Storing the batch: 1"]
    assert answer.out.startswith("Imported data.csv: 1 rows as batch ")


def test_a_form_is_written_once(loaded: Run) -> None:
    assert loaded("import", "plan", "--template", "form.xlsx").code == 0
    assert Path("form.xlsx").read_bytes().startswith(b"PK")
    again = loaded("import", "plan", "--template", "form.xlsx")
    assert (again.code, "exists" in again.err) == (2, True)


def test_an_exported_plan_comes_back_without_a_change(published: Run) -> None:
    assert published("export", "plans", "--plan", "XA-2021").code == 0
    answer = published("--json", "import", "plan", "plans/XA-2021.xlsx", "--by", "alice")
    assert (answer.json["added"], answer.json["changed"], answer.json["dropped"]) == ([], [], [])


@pytest.mark.parametrize(
    ("kind", "name"), [("csv", "literacy.csv"), ("parquet", "literacy.parquet"), ("sdmx", "literacy.sdmx.csv")]
)
def test_every_exported_table_holds_the_observations(published: Run, kind: str, name: str) -> None:
    assert published("export", "out", "--format", kind).code == 0
    table = read_text_table(Path("out") / name)
    value = "obs_value" if kind == "sdmx" else "value"
    assert table.frame[value].cast(pl.Float64).sort().to_list() == [80.0, 91.0]
    assert published("export", "out", "--format", kind).code == 2


def test_an_exported_table_is_read_again_as_the_same_data(published: Run) -> None:
    published("export", "out", "--format", "sdmx")
    Path("out/literacy.sdmx.source.json").write_text(Path("data.source.json").read_text())
    answer = published("--json", "import", "data", "out/literacy.sdmx.csv", "--by", "alice", "--source",
                       "data.source.json")  # fmt: skip
    assert (answer.code, answer.json.get("new")) == (0, False)


def test_a_copy_of_the_published_folder_verifies_where_it_lies(published: Run) -> None:
    assert published("export", "copy").code == 0
    assert published("verify", "copy").code == 0


def test_before_anything_is_published_there_is_nothing_to_copy(loaded: Run) -> None:
    assert loaded("export", "copy").code == 2
    assert loaded("log", "--checkpoint").code == 2


def test_an_interrupted_command_says_that_nothing_is_half_done(loaded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rightsplan.indicators.intake.plan", interrupted)
    answer = loaded(*PLAN_OF_ONE)
    assert answer.code == 130
    assert "Nothing was left half-done" in answer.err
    assert Plan.objects.count() == 1


def test_the_log_is_read_newest_first(published: Run) -> None:
    kinds = [entry["kind"] for entry in published("--json", "log", "--last", "2").json["entries"]]
    assert kinds == ["publication", "batch"]
    proof = published("--json", "log", "--proof", "0").json
    assert (proof["index"], proof["size"]) == (0, LogEntry.objects.count())
    assert published("log", "--checkpoint").out.startswith(settings.LOG_ORIGIN)


def test_people_are_listed_by_code(loaded: Run) -> None:
    assert loaded("people", "list").out.splitlines() == ["alice  Alice", "bob  Bob"]


def test_where_nobody_is_known_the_remedy_says_how_to_begin(run: Run) -> None:
    assert 'rightsplan people add CODE "Name"' in run("people", "list").out
    answer = run("import", "places", "places.csv", "--by", "alice")
    assert "known: nobody yet" in answer.err
    assert 'rightsplan people add alice "Full name"' in answer.err


def test_migrate_removes_what_a_killed_import_left(loaded: Run) -> None:
    settings.BATCH_DIR.mkdir(parents=True, exist_ok=True)
    kept = set(settings.BATCH_DIR.iterdir())
    (settings.BATCH_DIR / f"{'0' * 64}.parquet").write_bytes(b"PAR1")
    (settings.BATCH_DIR / ".writing-1-x.parquet").write_bytes(b"PAR1")
    assert "Removed 2 files" in loaded("migrate").out
    assert set(settings.BATCH_DIR.iterdir()) == kept
    assert "Removed" not in loaded("migrate").out
