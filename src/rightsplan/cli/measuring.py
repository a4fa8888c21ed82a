"""`rightsplan stats`: any method on a file of one's own. Loads neither Django nor a database."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click
import polars as pl

from rightsplan.cli.output import Console
from rightsplan.errors import Refused

if TYPE_CHECKING:
    from rightsplan.stats.catalogue import Method

SHOWN_ROWS = 40
SHOWN_COLUMNS = 30


@click.command("stats")
@click.argument("name", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="An option of the method; may be repeated."
)
@click.option("--example", is_flag=True, help="Run the method on its bundled example instead of a file.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder for the result tables as CSV.")
@click.pass_obj
def stats(
    console: Console,
    *,
    name: str | None,
    file: Path | None,
    settings: tuple[str, ...],
    example: bool,
    out: Path | None,
) -> None:
    """Run the method NAME on FILE (CSV, XLSX or Parquet). Without FILE: explain it. Without NAME: list all methods.

    \b
    Examples:
      rightsplan stats
      rightsplan stats gaps
      rightsplan stats gaps --example
      rightsplan stats gaps groups.csv --set favourable=higher --out results
    """
    from rightsplan.stats import catalogue

    if name is None:
        list_methods(console, catalogue.methods().values())
        return
    entry = catalogue.method(name)
    if file is None and not example:
        explain(console, entry)
        return
    if file is not None and example:
        raise Refused("Both a file and the example are asked for.", "Leave --example out, or the file.")
    frame = catalogue.example(entry) if file is None else read(file)
    given = {**(entry.example_options if file is None else {}), **chosen(settings)}
    show(console, entry.name, catalogue.run(entry, frame, given), out)


def read(file: Path) -> pl.DataFrame:
    """Return a file as a frame of text, its own columns only."""
    from rightsplan.tables.reading import read_text_table

    table = read_text_table(file)
    return table.frame.select(table.columns)


def chosen(settings: tuple[str, ...]) -> dict[str, str]:
    """Return the options that are given as NAME=VALUE. Raises Refused for anything else."""
    pairs = [setting.partition("=") for setting in settings]
    wrong = [name for name, sign, _value in pairs if not (name and sign)]
    if wrong:
        raise Refused(f"{wrong[0]!r} is no option.", "Write --set NAME=VALUE.")
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def list_methods(console: Console, entries: "Collection[Method]") -> None:
    """Print every method with its sentence."""
    width = max(len(entry.name) for entry in entries)
    lines = [f"{entry.name:<{width}}  {entry.says}" for entry in entries]
    console.result(
        {"methods": [{"name": e.name, "title": e.title, "says": e.says, "extra": e.extra} for e in entries]},
        "\n".join([*lines, "", "rightsplan stats NAME explains one, rightsplan stats NAME FILE runs it."]),
    )


def explain(console: Console, entry: "Method") -> None:
    """Print what a method reads, which options it has and where its formulas come from."""
    width = max(len(name) for name in [*(c.name for c in entry.columns), *(o.name for o in entry.options)])
    columns = [f"  {c.name:<{width}}  {'' if c.required else '(optional) '}{c.says}" for c in entry.columns]
    chosen_from = {o.name: f" One of: {', '.join(o.choices)}." if o.choices else "" for o in entry.options}
    options = [f"  {o.name:<{width}}  {o.says} Default: {o.default!r}.{chosen_from[o.name]}" for o in entry.options]
    extra = [f"Needs the extra: pip install 'rightsplan[{entry.extra}]'", ""] if entry.extra else []
    parts = [
        *(entry.title, "", entry.says, "", *extra),
        *("Columns of the file:", *columns, ""),
        *(["Options (--set NAME=VALUE):", *options, ""] if options else []),
        entry.explains.strip(),
        "",
        f"Try it: rightsplan stats {entry.name} --example",
    ]
    described = {
        "name": entry.name,
        "title": entry.title,
        "says": entry.says,
        "columns": [{"name": c.name, "kind": c.kind, "required": c.required, "says": c.says} for c in entry.columns],
        "options": [
            {"name": o.name, "default": o.default, "choices": list(o.choices), "says": o.says} for o in entry.options
        ],
        "explains": entry.explains,
    }
    console.result(described, "\n".join(parts))


def show(console: Console, name: str, tables: dict[str, pl.DataFrame], out: Path | None) -> None:
    """Print the result tables, or write them to a folder."""
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            paths = {title: out / f"{name}-{title}.csv" for title in tables}
            for title, path in paths.items():
                tables[title].write_csv(path)
        except OSError as error:
            raise Refused(
                f"{out} cannot be written: {error.strerror}.", "Name a folder that you may write to."
            ) from None
        lines = [f"{path}: {len(tables[title]):,} rows" for title, path in paths.items()]
        console.result({"files": [str(path) for path in paths.values()]}, "\n".join(lines))
        return
    texts = [f"{title} ({len(table):,} rows)\n{drawn(table)}" for title, table in tables.items()]
    console.result({title: table.to_dicts() for title, table in tables.items()}, "\n\n".join(texts))


def drawn(table: pl.DataFrame) -> str:
    """Return a table as text."""
    with pl.Config(
        tbl_rows=SHOWN_ROWS,
        tbl_cols=SHOWN_COLUMNS,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_width_chars=160,
        fmt_str_lengths=60,
        tbl_formatting="ASCII_BORDERS_ONLY_CONDENSED",
        float_precision=4,
    ):
        return str(table)
