"""Every command in README and docs runs, in the order of its document, in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from rightsplan.cli import cli

from .blocks import ROOT, Command, FileToWrite, commands_of, documents, steps_of

WITH_STEPS = [path for path in documents() if steps_of(path.read_text(encoding="utf-8"))]
ANSWER = "The site answers"


class Shell:
    """Runs commands as a reader would, in a folder and with a port of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[subprocess.Popen[str]] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if not k.startswith("RIGHTSPLAN_") and k != "DATABASE_URL"}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self.environment = kept | {"PATH": path, "PORT": str(self.port), "HOME": str(folder), "PYTHONUNBUFFERED": "1"}

    def run(self, command: Command) -> None:
        line = command.line.replace("localhost:8000", f"localhost:{self.port}")
        if line.startswith("make "):
            line = f"{line.replace('make ', 'make -n ', 1)} -C {ROOT}"
        elif is_server(line):
            self.serve(line)
            return
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == command.exits, f"$ {line}\n{said}"
        assert missing_from(said, command.shows) == [], f"$ {line}\n{said}"

    def serve(self, line: str) -> None:
        """Start a server and wait for its address; one in the foreground is stopped at once, as by Ctrl-C."""
        server = subprocess.Popen(
            ["bash", "-c", f"exec {line.removesuffix('&').strip()}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.servers.append(server)
        assert server.stdout is not None
        said = []
        for heard in server.stdout:
            said.append(heard)
            if ANSWER in heard:
                break
        assert ANSWER in "".join(said), f"$ {line}\n{''.join(said)}"
        if not line.endswith("&"):
            self.stop(server)

    def stop(self, server: "subprocess.Popen[str]") -> None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        finally:
            server.kill()
        self.servers.remove(server)

    def close(self) -> None:
        for server in list(self.servers):
            self.stop(server)


def is_server(line: str) -> bool:
    return (
        re.match(r"rightsplan (serve|demo)\b", line) is not None and "--no-serve" not in line and "--help" not in line
    )


def missing_from(said: str, shows: list[str]) -> list[str]:
    """Return the promised lines that the command did not print; `...` stands for anything."""
    patterns = {line: re.escape(line).replace(r"\.\.\.", ".*") for line in shows if line != "..."}
    return [line for line, pattern in patterns.items() if not re.search(pattern, said)]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    shell.close()


@pytest.mark.parametrize("path", WITH_STEPS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_of_a_document_runs(path: Path, shell: Shell) -> None:
    for step in steps_of(path.read_text(encoding="utf-8")):
        if isinstance(step, FileToWrite):
            (shell.folder / step.name).write_text(step.content, encoding="utf-8")
        else:
            shell.run(step)


def test_a_command_that_fails_is_found(shell: Shell) -> None:
    with pytest.raises(AssertionError, match="false"):
        shell.run(Command("false"))
    with pytest.raises(AssertionError, match="echo one"):
        shell.run(Command("echo one", shows=["two"]))
    with pytest.raises(AssertionError, match="nothing-here"):
        shell.run(Command("make nothing-here"))


def test_a_console_block_is_read_as_commands_and_what_they_show() -> None:
    commands = commands_of("$ echo a \\\n  b\na b\n...\n$ false\n", exits=1, is_console=True)
    assert commands == [Command("echo a    b", 1, ["a b", "..."]), Command("false", 1)]


def test_the_quick_start_is_two_commands_and_nothing_else() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    quick = re.search(r"^## Quick start$(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    assert quick is not None
    assert [step.line for step in steps_of(quick[1]) if isinstance(step, Command)] == ["make demo", "make test"]


def commands_under(group: click.Group, prefix: str = "rightsplan") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_under(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


@pytest.mark.parametrize("command", list(commands_under(cli)))
def test_every_command_is_shown_in_a_document(command: str) -> None:
    shown = [s.line for path in WITH_STEPS for s in steps_of(path.read_text("utf-8")) if isinstance(s, Command)]
    assert any(line.startswith(command) for line in shown)


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
