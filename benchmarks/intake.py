"""Import a million rows with every check, the canonical hash and storage, beside Polars reading the same file."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Ratio

ROWS = 1_000_000
REPEATS = 5


def run(folder: Path, *, rows: int = ROWS, repeats: int = REPEATS) -> list[str]:
    """Return the lines of the report; the import runs in a process of its own with a data folder of its own."""
    environment = {
        **os.environ,
        "RIGHTSPLAN_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "rightsplan.settings",
    }
    command = [sys.executable, "-m", "benchmarks.intake_run", str(folder), str(rows), str(repeats)]
    answer = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    ours, bare = answer["ours"], answer["bare"]
    return [
        f"intake: {answer['rows']:,} rows, {answer['megabytes']:.0f} MB of CSV: read, checked, hashed and stored",
        f"  ours {ours:.2f} s, Polars reading the same file {bare * 1e3:.0f} ms",
        Ratio("import / Polars' read of the same CSV", ours / bare, 15).line(),
    ]
