"""Help: every command shows examples that it would accept, and every option says what it is for."""

import shlex
from collections.abc import Iterator

import click
import pytest

from rightsplan.cli import cli

from .conftest import Run


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, (*path, name))


ALL = dict(commands(cli))


def examples(command: click.Command) -> list[list[str]]:
    """Return the examples of a command's help, split as a shell does."""
    text = (command.help or "").partition("Example")[2].replace("\\\n", " ")
    return [shlex.split(line.partition("rightsplan")[2]) for line in text.splitlines() if "rightsplan " in line]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_shows_an_example_of_itself(path: tuple[str, ...]) -> None:
    found = examples(ALL[path])
    assert found
    assert any(tuple(words[: len(path)]) == path for words in found)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_example_names_commands_and_options_that_exist(path: tuple[str, ...]) -> None:
    for words in examples(ALL[path]):
        command, rest = cli, list(words)
        while isinstance(command, click.Group):
            command = command.commands[rest.pop(0)]
        with click.Context(command) as context:
            command.make_parser(context).parse_args(rest)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_says_what_it_is_for(path: tuple[str, ...]) -> None:
    options = [p for p in ALL[path].params if isinstance(p, click.Option)]
    assert [o.opts for o in options if not o.help] == []


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("path", [(), ("import",), ("import", "data"), ("verify",)], ids=" ".join)
def test_help_is_printed_and_ends_well(run: Run, path: tuple[str, ...], flag: str) -> None:
    answer = run(*path, flag)
    assert answer.code == 0
    assert "Usage: rightsplan" in answer.out or "Usage:" in answer.out


def test_the_version_is_that_of_the_package(run: Run) -> None:
    from rightsplan import __version__

    assert run("--version").out.strip().endswith(__version__)
