"""A wrong place for the data stops the start with 2 and the remedy; the waiting start asks as a reader does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from rightsplan.cli.serving import as_reader
from rightsplan.settings import data_folder


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    """Return a place where no folder can be: below a file."""
    file = tmp_path / "file"
    file.write_text("in the way", encoding="ascii")
    return file / "data"


def test_the_data_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    assert data_folder(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("place", ["/proc/rightsplan", "~nobody-of-this-name/data", "with\0nul"])
def test_an_impossible_place_says_what_to_set(place: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Set it to a folder that this user may write"):
        data_folder(place)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ImproperlyConfigured, match="may not write"):
        data_folder(str(tmp_path))


def test_the_command_line_ends_with_two_and_the_remedy(blocked: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rightsplan", "--json", "log"]
    answer = subprocess.run(
        command, env={**os.environ, "RIGHTSPLAN_DATA": str(blocked)}, cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    said = json.loads(answer.stdout or answer.stderr)
    assert "RIGHTSPLAN_DATA" in json.dumps(said)
    assert "Set it to a folder that this user may write" in json.dumps(said)


READERS = [
    (["plan.example", "localhost"], False, "plan.example", None), ([".plan.example"], True, "plan.example", "https"),
    (["*"], False, None, None), (["*", "b.example"], True, "b.example", "https"), ([], False, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("hosts", "https", "host", "proto"), READERS)
def test_the_waiting_start_asks_by_an_allowed_name(
    hosts: list[str], https: bool, host: str | None, proto: str | None, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS, settings.HTTPS = hosts, https
    request = as_reader("http://127.0.0.1:8000/")
    assert request.get_header("Host") == host
    assert request.get_header("X-forwarded-proto") == proto
    assert request.full_url == "http://127.0.0.1:8000/"
