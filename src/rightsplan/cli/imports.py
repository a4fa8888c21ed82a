"""`rightsplan import`: from a file to stored rows, or to a list of problems."""

from pathlib import Path
from typing import Any

import click

from rightsplan.cli.output import Console, rows_of
from rightsplan.cli.prepare import django_ready, person_of
from rightsplan.errors import Refused

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_group() -> None:
    """Load places, bodies, indicators, plans and data from CSV, XLSX, Parquet or SDMX files.

    Every problem is reported with row, column, value and remedy, all at once, and then nothing is saved.

    \b
    Example: rightsplan import plan plan.xlsx --by alice --dry-run
    """


def by_option(command: Any) -> Any:
    """Add --by, the person who acts."""
    return click.option("--by", required=True, help="Code of the person who imports (see: rightsplan people).")(command)


def dry_option(command: Any) -> Any:
    """Add --dry-run."""
    return click.option("--dry-run", is_flag=True, help="Show what would change; save nothing.")(command)


def show_changes(console: Console, changes: Any, what: str, dry_run: bool) -> None:
    """Print what was added, changed and dropped."""
    for line in changes.lines():
        console.say(f"  {line}")
    console.say("".join(f"  {p.severity}: {p}\n" for p in changes.problems).rstrip() or "  no problems")
    verb = "Would import" if dry_run else "Imported"
    values = {**changes.as_dict(), "dry_run": dry_run, "problems": rows_of(changes.problems)}
    console.result(values, f"{verb} {what}: {changes.summary()}.")


@import_group.command()
@click.argument("file", type=FILE)
@click.option("--boundaries", type=FILE, help="GeoJSON whose features carry the place's code.")
@by_option
@dry_option
@click.pass_obj
def places(console: Console, file: Path, boundaries: Path | None, by: str, dry_run: bool) -> None:
    """Load territorial units.

    \b
    Example: rightsplan import places places.csv --boundaries map.geojson --by alice
    """
    django_ready()
    from rightsplan.indicators import intake

    changes = intake.places(file, boundaries=boundaries, by=person_of(by), dry_run=dry_run)
    show_changes(console, changes, "places", dry_run)


@import_group.command()
@click.argument("file", type=FILE)
@by_option
@dry_option
@click.pass_obj
def bodies(console: Console, file: Path, by: str, dry_run: bool) -> None:
    """Load duty-bearers and their tree.

    \b
    Example: rightsplan import bodies bodies.csv --by alice
    """
    django_ready()
    from rightsplan.indicators import intake

    show_changes(console, intake.bodies(file, by=person_of(by), dry_run=dry_run), "bodies", dry_run)


@import_group.command()
@click.argument("file", type=FILE)
@by_option
@dry_option
@click.pass_obj
def indicators(console: Console, file: Path, by: str, dry_run: bool) -> None:
    """Load definitions of indicators.

    \b
    Example: rightsplan import indicators indicators.csv --by alice
    """
    django_ready()
    from rightsplan.indicators import intake

    show_changes(console, intake.definitions(file, by=person_of(by), dry_run=dry_run), "indicators", dry_run)


@import_group.command()
@click.argument("file", type=FILE, required=False)
@click.option(
    "--template",
    "template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an empty XLSX form.",
)
@click.option("--by", help="Code of the person who imports.")
@dry_option
@click.pass_obj
def plan(console: Console, file: Path | None, template: Path | None, by: str | None, dry_run: bool) -> None:
    """Load a plan: one row per target.

    \b
    Examples:
      rightsplan import plan --template plan.xlsx
      rightsplan import plan plan.xlsx --by alice --dry-run
    """
    if template:
        write_template(console, template)
        return
    if file is None or by is None:
        raise click.UsageError("Name the FILE and who imports it (--by), or ask for a form with --template.")
    django_ready()
    from rightsplan.indicators import intake

    changes = intake.plan(file, by=person_of(by), dry_run=dry_run, now=intake.clock())
    show_changes(console, changes, "plan", dry_run)


def write_template(console: Console, path: Path) -> None:
    """Write the documented XLSX form."""
    django_ready()
    from rightsplan.plans.workbook import template_workbook

    if path.exists():
        raise Refused(f"{path} exists.", "Choose another name, or move the file away.")
    path.write_bytes(template_workbook())
    console.result({"written": str(path)}, f"Wrote the form to {path}.")


@import_group.command()
@click.argument("file", type=FILE)
@click.option(
    "--source",
    "sidecar",
    type=FILE,
    help="JSON with title, source, licence, role ... (default FILE.source.json).",
)
@click.option("--title", help="What the data are.")
@click.option("--from", "origin", help="Who collected the data, as it shall be cited.")
@click.option("--publisher", default=None, help="Who publishes them.")
@click.option("--url", default=None, help="Where they can be found.")
@click.option("--licence", default=None, help="Terms of use, as the source states them.")
@click.option(
    "--role",
    type=click.Choice(["official", "independent"]),
    default=None,
    help="Whether those who are judged by the data collected them.",
)
@click.option("--retrieved", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of retrieval (default: today).")
@click.option("--supersedes", default=None, help="Hash (or its beginning) of the batch that this one revises.")
@click.option(
    "--accept", default=None, help="Reason for accepting what blocks: jumps, dropped or contradicting values."
)
@by_option
@dry_option
@click.pass_obj
def data(
    console: Console, /, *, file: Path, sidecar: Path | None, by: str, dry_run: bool, retrieved: Any, **options: Any
) -> None:
    """Load observations of indicators as an immutable batch.

    \b
    Examples:
      rightsplan import data life.csv --title "Life expectancy" --from "National office" \\
          --licence CC-BY-4.0 --role official --by alice
      rightsplan import data world.csv.gz --source world.source.json --by alice --dry-run
    """
    django_ready()
    from rightsplan.indicators import intake

    typed = {name: options[name] for name in ("title", "publisher", "url", "licence", "role")}
    typed |= {"source": options["origin"], "retrieved": retrieved.date() if retrieved else None}
    outcome = intake.data(
        file,
        by=person_of(by),
        facts=intake.source_facts(file, sidecar=sidecar, typed=typed, today=intake.clock().date()),
        supersedes=options["supersedes"],
        accept=options["accept"],
        dry_run=dry_run,
        now=intake.clock(),
        progress=console.progress,
    )
    console.problems(outcome.problems)
    console.result(outcome.as_dict(), outcome.sentence())
