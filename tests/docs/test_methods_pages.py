"""The pages of the methods are as the catalogue, complete, and lead somewhere."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.functions import printed

from .blocks import ROOT

LINK = re.compile(r"\]\(([^)#\s]+\.md)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PAGES = [*sorted((ROOT / "docs" / "methods").glob("*.md")), *sorted((ROOT / "docs" / "statisticians").glob("*.md"))]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("methods_script", ROOT / "scripts" / "methods.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = load()


def test_the_pages_are_as_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert SCRIPT.main(["--check"]) == 0, capsys.readouterr().out


def test_a_page_that_differs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCRIPT, "FOLDER", tmp_path)
    wanted = {"one.md": "1", "two.md": "2", "three.md": "3"}
    for name, text in {"one.md": "1", "two.md": "other", "old.md": "", "progress.md": "by hand"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert SCRIPT.differing(wanted) == ["old.md", "three.md", "two.md"]


def test_writing_mends_what_differs_and_leaves_what_is_written_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(SCRIPT, "FOLDER", tmp_path)
    (tmp_path / "old.md").write_text("of a method that is gone", encoding="utf-8")
    (tmp_path / "progress.md").write_text("by hand", encoding="utf-8")
    assert SCRIPT.main(["--check"]) == 1
    assert "docs/methods/old.md is not as the catalogue" in capsys.readouterr().out
    assert SCRIPT.main([]) == 0
    assert SCRIPT.main(["--check"]) == 0
    assert not (tmp_path / "old.md").exists()
    assert (tmp_path / "progress.md").read_text(encoding="utf-8") == "by hand"


@pytest.mark.parametrize("name", catalogue.methods())
def test_a_page_shows_everything_that_the_method_says_of_itself(name: str) -> None:
    method = catalogue.method(name)
    text = (ROOT / "docs" / "methods" / SCRIPT.page_name(method)).read_text(encoding="utf-8")
    assert text.startswith(f"# {method.title}\n\n{method.says}\n")
    for column in method.columns:
        assert f"| `{column.name}` | {column.kind}" in text
    for option in method.options:
        assert f"| `{option.name}` |" in text
    for function in method.functions:
        assert f"### {printed(function).short}\n" in text
    assert text.count("\n| ") >= len(method.columns) + len(method.options) + len(method.worked)
    assert method.example_source in text


def test_no_page_stands_for_two_methods_or_for_one_written_by_hand() -> None:
    names = [SCRIPT.page_name(method) for method in catalogue.methods().values()]
    assert len(set(names)) == len(names)
    assert not set(names) & (SCRIPT.BY_HAND | {"README.md"})


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_page(path: Path) -> None:
    text = FENCED.sub("", path.read_text(encoding="utf-8"))
    links = [link for link in LINK.findall(text) if not link.startswith("http")]
    assert [link for link in links if not (path.parent / link).resolve().is_file()] == []


def test_the_index_names_every_method_and_simulation() -> None:
    links = set(LINK.findall((ROOT / "docs" / "methods" / "README.md").read_text(encoding="utf-8")))
    simulations = {f"../simulations/{path.name}" for path in (ROOT / "docs" / "simulations").glob("*.md")}
    assert links == {SCRIPT.page_name(m) for m in catalogue.methods().values()} | simulations | {"progress.md"}


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1_000_000.0, "1000000"), (0.05, "0.05"), ("", "(empty)"), ("a", "a"), (3, "3")]
)
def test_a_value_is_shown_as_it_would_be_typed(value: object, text: str) -> None:
    assert SCRIPT.shown(value) == text
