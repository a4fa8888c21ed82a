"""The worked examples for notebooks run from top to bottom and print what their page shows."""

import contextlib
import io
import re
import subprocess
import sys
from typing import Any

import pytest

from rightsplan import stats

from .blocks import ROOT

PAGE = ROOT / "docs" / "statisticians" / "notebooks.md"
PAIR = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def printed(code: str, names: dict[str, Any]) -> str:
    """Return what a block prints; what it defines stays in `names`."""
    with contextlib.redirect_stdout(io.StringIO()) as heard:
        exec(compile(code, PAGE.name, "exec"), names)
    return heard.getvalue()


def pairs(text: str) -> list[tuple[str, str]]:
    """Return every block of code with the result that follows it."""
    found = PAIR.findall(text)
    assert len(found) == text.count("```python"), "a block has no result below it"
    return found


def test_every_block_prints_what_the_page_shows() -> None:
    names: dict[str, Any] = {}
    blocks = pairs(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 6
    assert [printed(code, names) for code, _ in blocks] == [shown for _, shown in blocks]


def test_the_page_has_five_examples_that_each_say_what_they_do_not_mean() -> None:
    sections = re.split(r"^## \d\. ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(sections) == 5
    for section in sections:
        words = " ".join(section.split())
        assert "What it means:" in words
        assert "What it does not mean:" in words


def test_a_block_without_a_result_is_found() -> None:
    with pytest.raises(AssertionError, match="no result"):
        pairs("```python\nprint(1)\n```\n\nWords.\n")


def test_a_wrong_result_is_found() -> None:
    ((code, shown),) = pairs("```python\nprint(1)\n```\n\n```text\n2\n```\n")
    assert printed(code, {}) != shown


def test_every_part_is_there_by_its_name_and_loaded_when_it_is_named() -> None:
    parts = {path.parent.name for path in (ROOT / "src" / "rightsplan" / "stats").glob("*/__init__.py")}
    assert parts <= set(stats.__all__)
    for name in stats.__all__:
        assert getattr(stats, name).__name__ == f"rightsplan.stats.{name}"
        assert name in dir(stats)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = stats.nothing_of_the_kind


def test_the_import_alone_loads_no_library() -> None:
    code = "import sys, rightsplan.stats; print(sorted({'numpy', 'polars', 'scipy', 'django'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
