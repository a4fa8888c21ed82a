"""`python -m benchmarks [NAME ...]`: the parts by their names in PARTS; all by default."""

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import django
import numpy as np
import polars as pl

from benchmarks import assess, disclosure, engine, frontier, gaps, intake, latent, pages, survey, verify

PARTS: dict[str, Callable[[Path], list[str]]] = {
    "assess": assess.run,
    "import": intake.run,
    "verify": verify.run,
    "pages": pages.run,
    "engine": engine.run,
    "frontier": frontier.run,
    "gaps": gaps.run,
    "survey": survey.run,
    "latent": latent.run,
    "disclosure": disclosure.run,
}


def main(names: list[str]) -> None:
    """Run the chosen parts one after another and print their reports."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise SystemExit(f"There is no benchmark {', '.join(unknown)}; known: {', '.join(PARTS)}.")
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, Polars {pl.__version__},"
        f" NumPy {np.__version__}, Django {django.get_version()}, {os.cpu_count()} cores"
    )
    for name in names or list(PARTS):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            print("\n".join(PARTS[name](Path(folder))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
