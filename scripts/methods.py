"""Writes docs/methods/*.md, one page for each method of the catalogue, and their index.

usage: python scripts/methods.py [--check]

With --check nothing is written; every page that differs from the catalogue is named and the exit code is 1.
"""

import inspect
import re
import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rightsplan.stats import catalogue
from rightsplan.stats.catalogue import Method
from rightsplan.stats.catalogue.functions import Named, printed

DOCS = Path(__file__).resolve().parent.parent / "docs"
FOLDER = DOCS / "methods"
BY_HAND = {"progress.md"}
# The page of this name is written by hand; that of the method stands beside it.
RENAMED = {"progress": "progress-on-a-file"}
SIMULATED = {"progress": "backtest"}
MENTION = re.compile(r"(?<![\w/(\[])docs/([\w/-]+\.md)")


def parts() -> dict[str, tuple[Method, ...]]:
    """Return the methods of every part of the catalogue."""
    return {part: import_module(f"{catalogue.__name__}.{part}").METHODS for part in catalogue.PARTS}


def page_name(method: Method) -> str:
    """Return the file name of a method's page."""
    return f"{RENAMED.get(method.name, method.name)}.md"


def part_words(part: str) -> tuple[str, str]:
    """Return what a part is called and, where its package says so, what it does."""
    package = f"rightsplan.stats.{part}"
    module = import_module(package if find_spec(package) else f"{catalogue.__name__}.{part}")
    if not hasattr(module, "__path__"):
        return part.capitalize(), ""
    title, _, rest = (inspect.getdoc(module) or part).splitlines()[0].partition(": ")
    return title.rstrip("."), rest[:1].upper() + rest[1:]


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    found = {"README.md": index()}
    for part, methods in parts().items():
        found |= {page_name(method): page(method, part) for method in methods}
    return found


def page(method: Method, part: str) -> str:
    """Return the page of one method."""
    needs = f" It needs the extra `{method.extra}`: `pip install 'rightsplan[{method.extra}]'`." if method.extra else ""
    runs = (
        f"`rightsplan stats {method.name} FILE` runs it on a file of your own, "
        f"`rightsplan stats {method.name} --example` on the bundled example.{needs}"
    )
    simulation = SIMULATED.get(part, part)
    has_simulation = (DOCS / "simulations" / f"{simulation}.md").is_file()
    tried = [f"How well it keeps its promises: [simulations](../simulations/{simulation}.md).", ""]
    blocks = [
        *(f"# {method.title}", "", method.says, "", runs, ""),
        *("## How it is computed", "", MENTION.sub(r"[docs/\1](../\1)", method.explains.strip()), ""),
        *(tried if has_simulation else []),
        *("## The file", "", *columns(method), ""),
        *(["## Options", "", *options(method), ""] if method.options else []),
        *("## Figures to check it by", "", *worked(method), ""),
        *("## In Python", "", *(line for f in method.functions for line in function(f))),
        *("Made by `make methods` from the catalogue and the docstrings. [All methods](README.md)", ""),
    ]
    return "\n".join(blocks)


def index() -> str:
    """Return the index: every method by part, the method of progress and the simulations."""
    lines = [
        *("# All methods", ""),
        "Every method that `rightsplan stats` runs, with its formula, its sources and figures that anyone can look up.",
        *("[How progress is judged](progress.md) is the whole method behind the verdicts of the site.", ""),
    ]
    for part, methods in parts().items():
        title, rest = part_words(part)
        rows = [[f"[{m.title}]({page_name(m)})", f"`{m.name}`", m.says] for m in methods]
        lines += [f"## {title}", "", *([rest, ""] if rest else [])]
        lines += [*table(["method", "name", "what it does"], rows), ""]
    lines += ["## Simulations", "", "Whether intervals cover, alarms stay silent and forecasts come true:", ""]
    for path in sorted((DOCS / "simulations").glob("*.md")):
        heading = path.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")
        lines.append(f"- [{heading}](../simulations/{path.name})")
    return "\n".join([*lines, "", "Made by `make methods` from the catalogue.", ""])


def columns(method: Method) -> list[str]:
    """Return the table of the file's columns."""
    rows = []
    for column in method.columns:
        kind = column.kind + (", may be empty" if column.missing else "")
        rows.append([f"`{column.name}`", kind, "required" if column.required else "optional", column.says])
    return table(["column", "kind", "", "what it holds"], rows)


def options(method: Method) -> list[str]:
    """Return the table of options."""
    rows = []
    for option in method.options:
        one_of = f" One of: {', '.join(option.choices)}." if option.choices else ""
        rows.append([f"`{option.name}`", shown(option.default), f"{option.says.rstrip('.')}.{one_of}"])
    return ["Each is given as `--set NAME=VALUE`.", "", *table(["option", "default", "what it does"], rows)]


def worked(method: Method) -> list[str]:
    """Return where the example comes from and the figures that can be looked up elsewhere."""
    given = ", ".join(f"`{name}={shown(value)}`" for name, value in method.example_options.items())
    rows = []
    for figure in method.worked:
        where = ", ".join(f"{name} {shown(value)}" for name, value in figure.row.items())
        rows.append([figure.table, where, figure.column, shown(figure.value), shown(figure.within), figure.source])
    return [
        f"Example: {method.example_source.rstrip('.')}.",
        *(["", f"It is run with {given}."] if given else []),
        *("", "A test runs the example and compares each of these figures.", ""),
        *table(["table", "row", "figure", "value", "within", "source"], rows),
    ]


def shown(value: Any) -> str:
    """Return a value as it would be typed."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.10g}"
    return str(value) if str(value) else "(empty)"


def table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    """Return a table as lines of Markdown."""
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *cells]]


def function(named: Named) -> list[str]:
    """Return name, signature and docstring of a public function."""
    found = printed(named)
    return [f"### {found.short}", "", f"`{found.name}`", "", "```text", *found.signature, "", found.text, "```", ""]


def differing(wanted: dict[str, str]) -> list[str]:
    """Return the names of pages that are absent, differ or belong to no method."""
    present = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md") if path.name not in BY_HAND}
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def main(arguments: list[str]) -> int:
    """Write the pages, or say which differ."""
    if arguments not in ([], ["--check"]):
        raise SystemExit(__doc__)
    wanted = pages()
    changed = differing(wanted)
    if arguments:
        print("\n".join(f"docs/methods/{name} is not as the catalogue; run `make methods`" for name in changed))
        return 1 if changed else 0
    for name in changed:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    print(f"{len(wanted)} pages in docs/methods, {len(changed)} changed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
