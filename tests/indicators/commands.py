"""Runs commands of the command line in a process of their own, which kills itself where the test says so.

Usage: python commands.py MOMENT < JSON list of argument lists. MOMENT is `module:name:when:count`, or `-` for none.
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from rightsplan.cli import cli
from rightsplan.cli.output import Console
from rightsplan.cli.prepare import django_ready
from rightsplan.errors import Refused


def die() -> None:
    """Leave without any clearing up, as in a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying(original: Callable[..., Any], when: str, count: int) -> Callable[..., Any]:
    """Return the function, with an end before or after its call number `count`."""
    calls = 0

    def call(*args: Any, **values: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and when == "before":
            die()
        result = original(*args, **values)
        if calls == count:
            die()
        return result

    return call


def arm(moment: str) -> None:
    """Put the end in its place."""
    if moment == "-":
        return
    place, name, when, count = moment.split(":")
    *path, last = name.split(".")
    owner = importlib.import_module(place)
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, dying(getattr(owner, last), when, int(count)))


def run() -> int:
    """Run every command; stop at the first refusal with its exit code."""
    django_ready()
    arm(sys.argv[1])
    for arguments in json.load(sys.stdin):
        try:
            cli(arguments, standalone_mode=False)
        except Refused as refusal:
            Console(False).refused(refusal)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(run())
