"""The command line: exit code 0 done, 1 a judgement changed in the audit, 2 your input, 3 evidence damaged.

`verify`, `stats` and `audit-standards` load neither Django nor a database; every other command prepares Django when it
runs.
"""

import sys

import click

from rightsplan import __version__
from rightsplan.cli.auditing import audit_standards
from rightsplan.cli.imports import import_group
from rightsplan.cli.measuring import stats
from rightsplan.cli.output import Console
from rightsplan.cli.publishing import assess, export, log, people, publish
from rightsplan.cli.serving import demo, migrate, serve
from rightsplan.cli.verifying import verify
from rightsplan.errors import Damaged, Refused


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="rightsplan")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines instead of sentences.")
@click.pass_context
def cli(context: click.Context, as_json: bool) -> None:
    """Run a human-rights action plan end to end and prove what it changed.

    \b
    Examples:
      rightsplan demo
      rightsplan import plan targets.csv --by alice --dry-run
      rightsplan verify http://localhost:8000
    """
    context.obj = Console(as_json)


for command in [
    demo,
    serve,
    migrate,
    import_group,
    people,
    assess,
    publish,
    verify,
    export,
    log,
    stats,
    audit_standards,
]:
    cli.add_command(command)


def main() -> None:
    """Run the command line and turn the known failures into sentences and exit codes."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    console = Console(len(words) < len(sys.argv) - 1)
    try:
        cli(["--json", *words] if console.as_json else words, standalone_mode=False)
    except Refused as refusal:
        console.refused(refusal)
        sys.exit(2)
    except Damaged as damage:
        console.damaged(damage)
        sys.exit(3)
    except click.exceptions.Abort:
        console.error("Stopped. Nothing was left half-done; run the command again.")
        sys.exit(130)
    except click.ClickException as error:
        if console.as_json:
            console.refused(Refused(error.format_message(), "rightsplan --help shows how each command is called."))
        else:
            error.show()
        sys.exit(2)
