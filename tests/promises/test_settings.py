"""Every setting is documented, works when set and when unset, and a misspelt one stops the start with the remedy."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from rightsplan.settings import VARIABLES, database_of, read_environment, read_switch

from .tracked import ROOT

DOCUMENT = ROOT / "docs" / "operators" / "settings.md"
# Variable: a value to set, an expression over the settings module, what it gives when set and when unset.
EFFECTS: dict[str, tuple[str, str, str, str]] = {
    "DATABASE_URL": ("postgres://a:b%20c@db:5433/x", "s.DATABASES['default']['NAME']", "x", "rightsplan.sqlite3"),
    "RIGHTSPLAN_DATA": ("elsewhere", "s.DATA_DIR.name", "elsewhere", ".rightsplan"),
    "RIGHTSPLAN_SECRET_KEY": ("k" * 50, "s.SECRET_KEY == 'k' * 50", "True", "False"),
    "RIGHTSPLAN_DEBUG": ("yes", "s.DEBUG", "True", "False"),
    "RIGHTSPLAN_HOSTS": ("a.example, b.example", "s.ALLOWED_HOSTS", "['a.example', 'b.example']", "['localhost',"),
    "RIGHTSPLAN_SITE_NAME": ("Our plan", "s.SITE_NAME", "Our plan", "Rightsplan"),
    "RIGHTSPLAN_SITE_URL": ("https://plan.example/", "s.SITE_URL", "https://plan.example", "http://localhost:8000"),
    "RIGHTSPLAN_LOG_ORIGIN": ("plan.example/log2", "s.LOG_ORIGIN", "plan.example/log2", "localhost:8000/log"),
    "RIGHTSPLAN_LOG_KEY": ("PRIVATE+KEY+x", "s.LOG_KEY", "PRIVATE+KEY+x", ""),
    "RIGHTSPLAN_VOCABULARY": ("words", "s.VOCABULARY_DIR", "words", "None"),
    "RIGHTSPLAN_HTTPS": ("yes", "s.SECURE_SSL_REDIRECT if s.HTTPS else s.HTTPS", "True", "False"),
    "RIGHTSPLAN_PAGE_CACHE": ("no", "s.PAGE_CACHE", "False", "True"),
}


def read_with(folder: Path, expression: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start a Python of its own in a folder of its own with exactly these settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("RIGHTSPLAN_") and k != "DATABASE_URL"}
    code = f"from rightsplan import settings as s; print({expression})"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, env=clean | variables, capture_output=True, text=True, check=False)


def documented() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: (default.strip("` "), meaning) for name, default, meaning in rows}


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    assert documented() == {name: (default or "empty", meaning) for name, (default, meaning) in VARIABLES.items()}


def test_every_setting_has_a_test() -> None:
    assert EFFECTS.keys() == VARIABLES.keys()


@pytest.mark.parametrize("name", EFFECTS)
def test_a_setting_works_set_and_unset(name: str, tmp_path: Path) -> None:
    value, expression, when_set, when_unset = EFFECTS[name]
    assert read_with(tmp_path, expression, **{name: value}).stdout.strip() == when_set
    assert when_unset in read_with(tmp_path, expression).stdout


def test_a_misspelt_setting_stops_the_start_and_names_the_known_ones(tmp_path: Path) -> None:
    answer = read_with(tmp_path, "s.DEBUG", RIGHTSPLAN_DEBUGG="yes")
    assert answer.returncode != 0
    assert "Unknown setting RIGHTSPLAN_DEBUGG" in answer.stderr
    assert "RIGHTSPLAN_DEBUG," in answer.stderr
    assert "Correct or unset it" in answer.stderr


def test_a_switch_is_yes_or_no() -> None:
    with pytest.raises(ImproperlyConfigured, match="Set it to yes or no"):
        read_switch({"RIGHTSPLAN_DEBUG": "maybe"}, "RIGHTSPLAN_DEBUG")


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres://host-without-name", "nonsense"])
def test_a_wrong_database_address_says_how_to_write_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgres://user:password@host:port/name"):
        database_of(url, tmp_path)


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_environment({"RIGHTSPLAN_SITE_NAME": ""})["RIGHTSPLAN_SITE_NAME"] == "Rightsplan"


def test_made_keys_are_kept_and_are_the_owners_alone(tmp_path: Path) -> None:
    first = read_with(tmp_path, "s.SECRET_KEY").stdout
    assert len(first.strip()) > 50
    assert read_with(tmp_path, "s.SECRET_KEY").stdout == first
    assert (tmp_path / ".rightsplan" / "secret_key").stat().st_mode & 0o077 == 0
