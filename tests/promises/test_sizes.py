"""Small modules, small functions, smaller views, few positional parameters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tracked import ROOT, python_files

MODULE, FUNCTION, VIEW, POSITIONAL = 400, 40, 15, 5
FILES = python_files("src", "scripts", "benchmarks", "simulations")
# Methods whose parameters the standard library fixes.
FIXED = {"redirect_request"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(code: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def positional_of(function: Function) -> int:
    names = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def is_view(path: Path, function: Function) -> bool:
    first = [a.arg for a in function.args.args][:1]
    return "views" in path.relative_to(ROOT).as_posix() and first == ["request"]


def findings(path: Path, code: str) -> list[str]:
    found = []
    if code.count("\n") > MODULE:
        found.append(f"{path.name} has {code.count(chr(10))} lines")
    for function in functions(code):
        limit = VIEW if is_view(path, function) else FUNCTION
        if lines_of(function) > limit:
            found.append(f"{path.name}:{function.lineno} {function.name} has {lines_of(function)} lines, not {limit}")
        if positional_of(function) > POSITIONAL and function.name not in FIXED:
            found.append(
                f"{path.name}:{function.lineno} {function.name} has {positional_of(function)} positional parameters"
            )
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_sizes(path: Path) -> None:
    assert findings(path, path.read_text(encoding="utf-8")) == []


def test_too_much_of_anything_is_found() -> None:
    views = ROOT / "src" / "rightsplan" / "site" / "views.py"
    long_view = "def page(request):\n" + "    a = 1\n" * 15
    assert findings(views, long_view) == ["views.py:1 page has 16 lines, not 15"]
    assert findings(views, long_view.replace("request", "plan")) == []
    assert findings(views, "def f(a, b, c, d, e, g): ...\n") == ["views.py:1 f has 6 positional parameters"]
    assert findings(views, "class C:\n    def f(self, a, b, c, d, e, *, g): ...\n") == []
    assert findings(views, "a = 1\n" * 401) == ["views.py has 401 lines"]
