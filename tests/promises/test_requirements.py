"""The locked files: hashes for everything, no address of anything, and a reason above every dependency."""

import re
import tomllib
from itertools import pairwise

import pytest

from .tracked import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^\s;\\]+)((?:.*\\\n\s+--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {hit[1]: hit[2] for hit in PIN.finditer(text)}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", r)[0].lower().replace("_", "-") for r in requirements}


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_everything_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert len(pins(name)) == len(re.findall(r"^[a-z0-9]\S*==", text, re.MULTILINE)) > 20
    assert not re.search(r"https?:|--(extra-)?index|--find-links|--trusted-host|@ ", text)


def test_the_demo_runs_on_the_versions_that_are_tested() -> None:
    assert pins("run.txt").items() <= pins("dev.txt").items()


def test_every_dependency_is_locked() -> None:
    run = names(PROJECT["project"]["dependencies"]) | names(PROJECT["project"]["optional-dependencies"]["postgres"])
    assert run <= set(pins("run.txt"))
    assert names(PROJECT["dependency-groups"]["dev"]) <= set(pins("dev.txt"))


def test_a_reason_stands_above_every_dependency() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    inside = re.compile(r'^(    |postgres = \[)"[a-z][\w\[\]-]*[<>=]')
    bare = [line for above, line in pairwise(lines) if inside.match(line) and "#" not in above]
    assert bare == []
