"""`rightsplan people`, `assess`, `publish`, `export` and `log`."""

from pathlib import Path
from typing import Any

import click

from rightsplan.cli.output import Console
from rightsplan.cli.prepare import django_ready, person_of
from rightsplan.errors import NotFound


@click.group()
def people() -> None:
    """Name the people who import, assess and publish.

    \b
    Example: rightsplan people add alice "Alice Andersson"
    """


@people.command("add")
@click.argument("code")
@click.argument("name")
@click.pass_obj
def add_person(console: Console, code: str, name: str) -> None:
    """Add a person with a short CODE and a full NAME.

    \b
    Example: rightsplan people add alice "Alice Andersson"
    """
    django_ready()
    from rightsplan.accounts.actions import add_person as add

    person = add(code=code, name=name)
    console.result({"code": person.code}, f"Added {person.code}.")


@people.command("list")
@click.pass_obj
def list_people(console: Console) -> None:
    """List everybody.

    \b
    Example: rightsplan people list
    """
    django_ready()
    from rightsplan.accounts.models import Person

    rows = list(Person.objects.order_by("code").values_list("code", "name"))
    console.result(
        {"people": [{"code": c, "name": n} for c, n in rows]},
        "\n".join(f"{c}  {n}" for c, n in rows) or 'Nobody yet. Add somebody: rightsplan people add CODE "Name"',
    )


@click.command()
@click.option("--by", required=True, help="Code of the person who proposes the publication.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day to judge from (default: today).")
@click.pass_obj
def assess(console: Console, by: str, as_of: Any) -> None:
    """Assess every target and propose the result for publication by a second person.

    \b
    Example: rightsplan assess --by alice
    """
    django_ready()
    from rightsplan.indicators import actions, intake

    now = intake.clock()
    day = as_of.date() if as_of else now.date()
    draft = actions.assess(by=person_of(by), as_of=day, now=now, progress=console.progress)
    console.result(
        {"publication": draft.number, "lines": draft.count, "as_of": day},
        f"Proposed publication {draft.number}: {draft.count:,} lines as of {day}. "
        f"Somebody else publishes it: rightsplan publish {draft.number} --by CODE",
    )


@click.command()
@click.argument("number", type=int)
@click.option("--by", required=True, help="Code of the person who publishes; never the one who proposed.")
@click.pass_obj
def publish(console: Console, number: int, by: str) -> None:
    """Publish a proposed set of assessments: the second pair of eyes.

    \b
    Example: rightsplan publish 1 --by bob
    """
    django_ready()
    from django.conf import settings

    from rightsplan.indicators import actions, intake
    from rightsplan.site.search import rebuild

    published = actions.publish(by=person_of(by), number=number, now=intake.clock())
    rebuild()
    console.result(
        {"publication": published.number, "lines": published.count, "log_index": published.log_index},
        f"Published number {published.number} ({published.count:,} lines), log entry {published.log_index}, "
        f"in {settings.PUBLISHED_DIR}. Check it: rightsplan verify {settings.PUBLISHED_DIR}",
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["published", "csv", "parquet", "json", "sdmx"]),
    default="published",
    show_default=True,
    help="The published folder as it is, or one file for each indicator.",
)
@click.option("--plan", "plan_code", default=None, help="Only this plan, as a spreadsheet in the import format.")
@click.pass_obj
def export(console: Console, folder: Path, kind: str, plan_code: str | None) -> None:
    """Write everything published into FOLDER: to archive, to move, to recompute elsewhere.

    \b
    Examples:
      rightsplan export copy
      rightsplan export tables --format csv
      rightsplan export plans --plan XA-LINDHOLM
    """
    django_ready()
    from rightsplan.indicators import exports

    if plan_code:
        written = [write_plan(folder, plan_code)]
    else:
        written = exports.write_all(folder, kind=kind, progress=console.progress)
    console.result({"files": len(written), "folder": str(folder)}, f"Wrote {len(written):,} files into {folder}.")


def write_plan(folder: Path, code: str) -> Path:
    """Write one plan as XLSX in the import format."""
    from rightsplan.plans.queries import plan_of
    from rightsplan.plans.workbook import export_plan

    plan = plan_of(code)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{code}.xlsx"
    path.write_bytes(export_plan(plan))
    return path


@click.command()
@click.option("--last", default=20, show_default=True, help="How many entries, newest first.")
@click.option("--proof", type=int, default=None, help="Show the inclusion proof of this entry.")
@click.option("--checkpoint", "show_checkpoint", is_flag=True, help="Print the latest signed checkpoint.")
@click.pass_obj
def log(console: Console, last: int, proof: int | None, show_checkpoint: bool) -> None:
    """Read the public log.

    \b
    Examples:
      rightsplan log --last 5
      rightsplan log --checkpoint
      rightsplan log --proof 0
    """
    django_ready()
    from rightsplan.ledger import queries

    if show_checkpoint:
        checkpoint = queries.latest_checkpoint()
        if checkpoint is None:
            raise NotFound("There is no checkpoint yet.", "Publish something first.")
        console.result({"note": checkpoint.note}, checkpoint.note.rstrip())
    elif proof is not None:
        show_proof(console, proof)
    else:
        entries = list(queries.entries()[:last])
        rows = [
            {"index": e.index, "at": e.at, "kind": e.kind, "subject": e.subject, "leaf": e.leaf_hash} for e in entries
        ]
        lines = [f"{e.index:>6}  {e.at:%Y-%m-%d %H:%M}  {e.kind:<12} {e.subject}" for e in entries]
        console.result({"entries": rows}, "\n".join(lines) or "The log is empty.")


def show_proof(console: Console, index: int) -> None:
    """Print the hashes that lead from an entry to the root."""
    from rightsplan.ledger import queries

    entry = queries.entry(index)
    proof = queries.inclusion(index)
    values = {
        "index": index,
        "leaf": entry.leaf_hash,
        "size": proof.size,
        "root": proof.root,
        "hashes": proof.hashes,
    }
    console.result(
        values,
        "\n".join([f"leaf {entry.leaf_hash}", *proof.hashes, f"root {proof.root} (size {proof.size})"]),
    )
