"""The functions behind a method as its pages print them: read from the source, so that no extra has to be installed."""

import ast
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rightsplan.errors import Refused

WIDE = 100
Named = Callable[..., Any] | str


@dataclass(frozen=True, slots=True)
class Printed:
    """A function or class: how it is imported, its signature in lines, and what it says of itself."""

    name: str
    signature: tuple[str, ...]
    text: str

    @property
    def short(self) -> str:
        """Return the name without its module."""
        return self.name.rpartition(".")[2]


def printed(function: Named) -> Printed:
    """Return a function as its pages print it; one that needs an extra is named as "module:function".

    Raises Refused for a name that is in no source.
    """
    if isinstance(function, str):
        module, _, name = function.partition(":")
    else:
        found = inspect.unwrap(function)
        module, name = found.__module__, found.__qualname__
    for node in tree_of(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            text = ast.get_docstring(node) or ""
            return Printed(f"{module}.{name}", signature(node), text)
    raise Refused(f"{module} has no {name}.", "Name a function of the module as module:function.")


@functools.cache
def tree_of(module: str) -> ast.Module:
    """Return the parsed source of a module, which is not imported. Raises Refused for one that is not there."""
    package, _, _ = module.rpartition(".")
    spec = find_spec(module) if find_spec(package) else None
    if spec is None or spec.origin is None:
        raise Refused(f"There is no module {module}.", "Name a module of the statistics.")
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def signature(node: ast.FunctionDef | ast.ClassDef) -> tuple[str, ...]:
    """Return a signature as it is written, one parameter a line where it is long."""
    if isinstance(node, ast.ClassDef):
        return (node.name,)
    end = f") -> {ast.unparse(node.returns)}" if node.returns else ")"
    names = parameters(node.args)
    line = f"{node.name}({', '.join(names)}{end}"
    return (line,) if len(line) <= WIDE else (f"{node.name}(", *(f"    {name}," for name in names), end)


def parameters(found: ast.arguments) -> list[str]:
    """Return every parameter with its type and default."""
    places = [*found.posonlyargs, *found.args]
    defaults = [None] * (len(places) - len(found.defaults)) + list(found.defaults)
    first = [parameter(a, d) for a, d in zip(places, defaults, strict=True)]
    star = [f"*{ast.unparse(found.vararg)}"] if found.vararg else ["*"] if found.kwonlyargs else []
    named = [parameter(a, d) for a, d in zip(found.kwonlyargs, found.kw_defaults, strict=True)]
    return [*first, *star, *named, *([f"**{ast.unparse(found.kwarg)}"] if found.kwarg else [])]


def parameter(found: ast.arg, default: ast.expr | None) -> str:
    """Return one parameter."""
    return ast.unparse(found) + (f" = {ast.unparse(default)}" if default else "")
