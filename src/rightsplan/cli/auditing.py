"""`rightsplan audit-standards`: needs neither Django nor a database."""

import sys

import click

from rightsplan.cli.output import Console

SHOWN = 50


@click.command("audit-standards")
@click.argument("where")
@click.option("--seed", default=0, show_default=True, help="Number from which the other names are drawn.")
@click.pass_obj
def audit_standards(console: Console, where: str, seed: int) -> None:
    """Judge everything published at WHERE (folder or address) again in other words; no verdict may change.

    Places and groups get each other's names, rows another order, values another unit and another year, and every share
    is told of those who are not counted. Ends with 1 where a judgement changed.

    \b
    Examples:
      rightsplan audit-standards .rightsplan/published
      rightsplan audit-standards http://localhost:8000/published/ --seed 7
    """
    from dataclasses import asdict

    from rightsplan.evidence.standards import audit

    found = audit(where, seed=seed, progress=console.progress)
    told = [f"  {name}: {count:,} lines" for name, count in found.told.items()]
    changed = [
        f"  {c.line}, told by {c.telling}: {c.field} is {c.after}, was {c.before}" for c in found.changes[:SHOWN]
    ]
    more = [f"  and {len(found.changes) - SHOWN:,} more; --json lists them all"] if len(found.changes) > SHOWN else []
    verdict = "No judgement changed." if found.ok else f"{len(found.changes):,} judgements CHANGED:"
    console.result(
        {**asdict(found), "ok": found.ok},
        "\n".join([f"Publication {found.publication}, {found.lines:,} lines", *told, verdict, *changed, *more]),
    )
    if not found.ok:
        sys.exit(1)
