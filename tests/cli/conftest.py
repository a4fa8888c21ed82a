"""The command line as a person calls it: arguments in, exit code, output and errors out."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rightsplan.accounts.models import Person
from rightsplan.cli import main

FILES = {
    "places.csv": "code,name,level\nXA,Aland,country\n",
    "bodies.csv": "code,name,kind,level,place\nXA/gov,Government,government,national,XA\n",
    "indicators.csv": "code,name,unit,better,lower,upper\nliteracy,Literacy,percent,higher,0,100\n",
    "plan.csv": (
        "plan,plan_title,plan_start,plan_end,jurisdiction,chapter,chapter_title,measure,measure_title,lead_body,"
        "target_title,indicator,direction,target_value,target_year\n"
        "XA-2021,Plan,2021,2025,XA,1,Living,1.1,Teach,XA/gov,Literacy,literacy,at least,90,2025\n"
    ),
    "data.csv": "indicator,place,period,value\nliteracy,XA,2020,80\nliteracy,XA,2025,91\n",
    "data.source.json": json.dumps(
        {"title": "Literacy", "source": "Office", "licence": "CC BY 4.0", "role": "independent"}
    ),
}


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Return the one JSON object on standard output."""
        (line,) = self.out.splitlines()
        found = json.loads(line)
        assert isinstance(found, dict)
        return found


Run = Callable[..., Answer]


@pytest.fixture
def run(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs one command in a folder with the files of a small country."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Answer:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["rightsplan", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capfd.readouterr()
        return Answer(code, said.out, said.err)

    return call


@pytest.fixture
def loaded(run: Run, alice: Person, bob: Person) -> Run:
    """Load the small country."""
    for kind in ["places", "bodies", "indicators", "plan", "data"]:
        assert run("import", kind, f"{kind}.csv", "--by", "alice").code == 0
    return run


@pytest.fixture
def published(loaded: Run) -> Run:
    """Publish it."""
    assert loaded("assess", "--by", "alice", "--as-of", "2026-01-01").code == 0
    assert loaded("publish", "1", "--by", "bob").code == 0
    return loaded
