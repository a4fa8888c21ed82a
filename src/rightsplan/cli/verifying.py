"""`rightsplan verify`: needs neither Django nor a database."""

import sys
from pathlib import Path

import click

from rightsplan.cli.output import Console
from rightsplan.errors import Damaged, Refused

NOTHING = "Nothing else could be checked"


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
    and it is named; 2: the folder or site cannot be reached. A file among the batches that the catalogue does not list
    is no evidence: it is noted and changes nothing.

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
    notes = notes_of(Path(where))
    for note in notes:
        console.say(f"  note: {note}")
    counts = ", ".join(f"{count:,} {what}" for what, count in report.counts.items())
    values = {**report.as_dict(), "notes": notes}
    if report.ok:
        console.result(values, f"Everything holds: {counts}.")
        return
    console.result(values, f"{things(len(report.problems))} not hold. {f'Checked: {counts}' if counts else NOTHING}.")
    sys.exit(3)


def things(number: int) -> str:
    """Return how many things do (not hold)."""
    return "1 thing does" if number == 1 else f"{number:,} things do"


def notes_of(folder: Path) -> list[str]:
    """Return a sentence for each file among the batches of a published folder that the catalogue does not list.

    No figure rests on such a file, so it is no damage. Of an address nobody can say what else it holds.
    """
    from rightsplan.evidence.batches import unlisted
    from rightsplan.evidence.source import Folder
    from rightsplan.evidence.verify import read_catalogue

    if not folder.is_dir():
        return []
    try:
        listed = {str(item["batch"]) for item in read_catalogue(Folder(folder))["batches"]}
    except Damaged:  # the report says so
        return []
    names = unlisted(folder / "batches", listed)
    return [f"batches/{name}: the catalogue does not list this file; nothing rests on it" for name in names]
