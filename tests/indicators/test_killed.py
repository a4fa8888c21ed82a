"""An import that is killed leaves nothing half-done: no rows, a folder that verifies, and the next import works."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from rightsplan.evidence.verify import verify

from .conftest import BODIES, INDICATORS, PLACES, PLAN

PROGRAM = Path(__file__).with_name("commands.py")
TABLES = [
    "indicators_batch", "indicators_coverage", "indicators_publication", "indicators_assessment", "ledger_logentry",
    "plans_plan", "plans_chapter", "plans_measure", "plans_target", "plans_planrevision",
]  # fmt: skip
SMALL = "indicator,place,period,value\nliteracy,XA,2020,80\nliteracy,XA,2025,91\n"
ABOUT = {"title": "A series", "source": "Office", "licence": "CC BY 4.0", "role": "independent"}
ACTIONS = "rightsplan.indicators.actions"
WHY = ["--accept", "another survey"]  # the small file contradicts its earlier form
DATA_MOMENTS = {
    "before the data have their name": "rightsplan.evidence.batches:os.replace:before:1",
    "between data and description": "rightsplan.evidence.batches:os.replace:after:1",
    "between files and database": f"{ACTIONS}:record_batch:before:1",
    "after the log entry": f"{ACTIONS}:append:after:1",
    "before the end of the transaction": f"{ACTIONS}:Coverage.objects.bulk_create:after:1",
}
PLAN_MOMENTS = {
    "after the log entry": "rightsplan.plans.actions:append:after:1",
    "after the results": f"{ACTIONS}:accept_reported:after:1",
}
PUBLISH_MOMENTS = {
    "amid the marking": f"{ACTIONS}:append:after:2",
    "once it is marked": f"{ACTIONS}:mark_published:after:1",
}


@dataclass
class Office:
    """A data folder of its own with a published plan, and the commands that are run on it."""

    folder: Path

    @property
    def published(self) -> Path:
        return self.folder / "data" / "published"

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def start(self, moment: str, *commands: list[str]) -> "subprocess.Popen[str]":
        kept = {k: v for k, v in os.environ.items() if not k.startswith("RIGHTSPLAN_") and k != "DATABASE_URL"}
        kept |= {"RIGHTSPLAN_DATA": str(self.folder / "data"), "PYTHONUNBUFFERED": "1"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        program = [sys.executable, str(PROGRAM), moment]
        started = subprocess.Popen(program, env=kept, cwd=self.folder, text=True, **pipes)
        assert started.stdin is not None
        started.stdin.write(json.dumps(commands))
        started.stdin.close()
        return started

    def run(self, moment: str, *commands: list[str]) -> int:
        """Run commands and return how the process ended."""
        process = self.start(moment, *commands)
        assert process.stdout is not None
        assert process.stderr is not None
        said, complained = process.stdout.read(), process.stderr.read()
        code = process.wait(timeout=60)
        assert code in {0, -signal.SIGKILL}, said + complained
        return code

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return everything that an import or a publication writes into the database."""
        with sqlite3.connect(self.folder / "data" / "rightsplan.sqlite3") as database:
            return {name: database.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in TABLES}

    def problems(self) -> list[str]:
        return [str(problem) for problem in verify(str(self.published)).problems]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Load and publish the small country through the command line."""
    office = Office(tmp_path_factory.mktemp("office"))
    office.file("small.source.json", json.dumps(ABOUT))
    office.file("large.source.json", json.dumps(ABOUT | {"source": "Another office"}))
    commands = [["people", "add", "alice", "Alice"], ["people", "add", "bob", "Bob"]]
    for kind, text in [("places", PLACES), ("bodies", BODIES), ("indicators", INDICATORS), ("plan", PLAN)]:
        commands.append(["import", kind, office.file(f"{kind}.csv", text), "--by", "alice"])
    commands.append(["import", "data", office.file("small.csv", SMALL), "--by", "alice"])
    commands += [["assess", "--by", "alice"], ["publish", "1", "--by", "bob"]]
    assert office.run("-", *commands) == 0
    return office


def large(office: Office) -> list[str]:
    """Return the command that imports a file of 117,000 rows."""
    rows = [
        f"maternal_deaths,{place},{year}-{month:02}-{day:02},{(year * 31 + day * 7) % 97 + 50}"
        for place in ["XA", "XB", "XA-N"] for year in range(1900, 2020) for month in range(1, 13)
        for day in range(1, 28)
    ]  # fmt: skip
    text = "\n".join(["indicator,place,period,value", *rows])
    return ["import", "data", office.file("large.csv", text), "--by", "alice", "--accept", "made up"]


@pytest.mark.parametrize("moment", DATA_MOMENTS.values(), ids=DATA_MOMENTS)
def test_an_import_of_data_that_is_killed(office: Office, moment: str) -> None:
    before = office.rows()
    value = 60 + [*DATA_MOMENTS.values()].index(moment)
    command = ["import", "data", office.file("small.csv", SMALL.replace("91", str(value))), "--by", "alice", *WHY]
    assert office.run(moment, command) == -signal.SIGKILL
    assert office.rows() == before
    assert office.problems() == []


@pytest.mark.parametrize("line", ["", "Checking series"])
def test_an_import_of_a_large_file_that_is_killed_from_outside(office: Office, line: str) -> None:
    before = office.rows()
    process = office.start("-", large(office))
    assert process.stderr is not None
    while line and line not in process.stderr.readline():
        assert process.poll() is None
    if not line:
        time.sleep(0.7)
    process.kill()
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert office.rows() == before
    assert office.problems() == []


@pytest.mark.parametrize("moment", PLAN_MOMENTS.values(), ids=PLAN_MOMENTS)
def test_an_import_of_a_plan_that_is_killed(office: Office, moment: str) -> None:
    before = office.rows()
    text = PLAN.replace("at least,90", "at least,95").replace("85,2023", "86,2023")
    assert office.run(moment, ["import", "plan", office.file("plan.csv", text), "--by", "alice"]) == -signal.SIGKILL
    assert office.rows() == before
    assert office.problems() == []


def test_after_all_that_the_imports_work_and_what_they_published_verifies(office: Office) -> None:
    plan = office.file("plan.csv", PLAN.replace("at least,90", "at least,95"))
    data = office.file("small.csv", SMALL.replace("91", "60"))
    commands = [["import", "plan", plan, "--by", "alice"], ["import", "data", data, "--by", "alice", *WHY]]
    assert office.run("-", *commands, ["assess", "--by", "alice"], ["publish", "2", "--by", "bob"]) == 0
    assert office.problems() == []
    assert len(office.rows()["indicators_publication"]) == 2


@pytest.mark.parametrize("moment", PUBLISH_MOMENTS.values(), ids=PUBLISH_MOMENTS)
def test_a_publication_that_is_killed_verifies_before_and_after_it_is_run_again(office: Office, moment: str) -> None:
    rows = office.rows()
    data = office.file("small.csv", SMALL.replace("91", str(70 + len(rows["indicators_batch"]))))
    number = str(len(rows["indicators_publication"]) + 1)
    publish = ["publish", number, "--by", "bob"]
    imported = ["import", "data", data, "--by", "alice", *WHY]
    assert office.run(moment, imported, ["assess", "--by", "alice"], publish) == -signal.SIGKILL
    assert office.problems() == []
    assert office.run("-", publish) == 0
    assert office.problems() == []
    entries = [row for row in office.rows()["ledger_logentry"] if row[1:3] == ("publication", number)]
    assert len(entries) == 1
