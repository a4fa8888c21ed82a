"""`rightsplan verify`: needs neither Django nor a database."""

import sys
from pathlib import Path

import click

from rightsplan.cli.output import Console
from rightsplan.errors import Refused


def read_checkpoint(path: Path) -> str:
    """Return the text of a checkpoint file; refuse what is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path.name} is no checkpoint.", "Give the file that `rightsplan log --checkpoint` wrote."
        ) from error


@click.command()
@click.argument("where")
@click.option("--key", help="Verifier key you already trust; otherwise the key in the catalogue is used.")
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint file saved earlier: proves that the log only grew since.",
)
@click.pass_obj
def verify(console: Console, where: str, key: str | None, checkpoint: Path | None) -> None:
    """Recompute every published figure and check every hash and the log.

    WHERE is a folder or the address of a published site. Exit code 0: everything holds; 3: something does not,
    and it is named.

    \b
    Examples:
      rightsplan verify http://localhost:8000
      rightsplan verify .rightsplan/published
    """
    from rightsplan.evidence.verify import verify as verify_published

    earlier = read_checkpoint(checkpoint) if checkpoint else None
    report = verify_published(where, key=key, checkpoint=earlier, progress=console.progress)
    for finding in report.problems:
        if not console.as_json:
            console.error(f"  {finding.where}: {finding.sentence}")
    checked = ", ".join(f"{count:,} {what}" for what, count in report.counts.items())
    if report.ok:
        console.result(report.as_dict(), f"Everything holds: {checked}.")
        return
    console.result(report.as_dict(), f"{len(report.problems)} things do not hold. Checked: {checked}.")
    sys.exit(3)
