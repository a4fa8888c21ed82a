"""Parts that need a process of their own: a data folder of its own, or its own peak of memory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def environment_of(data: Path) -> dict[str, str]:
    """Return the environment of a child that keeps everything in a scratch data folder, in SQLite."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RIGHTSPLAN_", "DATABASE_URL"))}
    return {**kept, "RIGHTSPLAN_DATA": str(data), "DJANGO_SETTINGS_MODULE": "rightsplan.settings"}


def answer_of(environment: dict[str, str], part: str, *arguments: str) -> dict[str, Any]:
    """Run a module of this folder and return the JSON that it prints; what it complains of stays visible."""
    command = [sys.executable, "-m", f"benchmarks.{part}", *arguments]
    found: dict[str, Any] = json.loads(
        subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    )
    return found
