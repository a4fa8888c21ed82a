"""Reads the documents: fenced blocks that are files to write or commands to run."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)[ \t]*([^\n]*)\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
COMMANDS, FILES = {"sh", "console"}, {"csv", "json"}


@dataclass(frozen=True)
class Command:
    """One command of a document, the exit code it promises and the lines it shows."""

    line: str
    exits: int = 0
    shows: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FileToWrite:
    """A file that the document gives in full."""

    name: str
    content: str


def documents() -> list[Path]:
    """Return every document of the project."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def steps_of(text: str) -> list[Command | FileToWrite]:
    """Return files and commands in the order of the document.

    ```csv NAME and ```json NAME are files; ```sh holds commands; ```console holds commands after `$ ` and the lines
    they show (`...` stands for anything). `exits=2` after the word says which exit code the commands have.
    """
    steps: list[Command | FileToWrite] = []
    for language, rest, body in FENCE.findall(text):
        if language in FILES and rest.strip():
            steps.append(FileToWrite(rest.strip(), body))
        elif language in COMMANDS:
            found = re.search(r"exits=(\d+)", rest)
            steps += commands_of(body, exits=int(found[1]) if found else 0, is_console=language == "console")
    return steps


def commands_of(body: str, *, exits: int, is_console: bool) -> list[Command]:
    """Return the commands of one block."""
    commands: list[Command] = []
    for line in body.replace("\\\n", " ").splitlines():
        if is_console and not line.startswith("$ "):
            if line.strip():
                commands[-1].shows.append(line.strip())
            continue
        typed = line.removeprefix("$ ") if is_console else line
        if shlex.split(typed, comments=True):
            commands.append(Command(typed.strip(), exits))
    return commands
