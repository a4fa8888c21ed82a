"""Verifies a published folder and prints the peak of memory, beyond the libraries, of it and the process it tries in.

Reads /proc, so it needs Linux: what `getrusage` says of a child includes the peak of the process that started it.
"""

import contextlib
import json
import sys
import threading
from pathlib import Path

import polars as pl

from rightsplan.errors import Damaged
from rightsplan.evidence.probe import Probe
from rightsplan.evidence.verify import verify

EVERY_SECONDS = 0.002
LEAST = 1.0  # MB; less than that is not told apart from nothing


def peak(process: str) -> float:
    """Return the peak of memory of a process in MB, 0 where it has ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path("/proc", process, "status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def children() -> list[str]:
    """Return the numbers of the processes that this one has started."""
    return [pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()]


class Watch:
    """Keeps the highest peak of all children, as long as it is entered."""

    def __init__(self) -> None:
        self.highest = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._is_over.wait(EVERY_SECONDS):
            self.highest = max([self.highest, *(peak(pid) for pid in children())])

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()


def peak_of_idle_probe() -> float:
    """Return the peak of a process that has only loaded the libraries and refused an empty file."""
    with Watch() as watch, Probe() as probe, contextlib.suppress(Damaged):
        probe.name_of(b"", "nothing")
    return watch.highest


def main(published: Path) -> None:
    """Verify once; the size of the largest batch is measured afterwards, so that reading it does not count."""
    idle, before = peak_of_idle_probe(), peak("self")
    with Watch() as watch:
        report = verify(str(published))
    if not report.ok:
        raise SystemExit(f"The folder does not verify: {report.problems[:3]}")
    used = peak("self") - before + max(watch.highest - idle, 0.0)
    sizes = [pl.read_parquet(path).estimated_size() for path in (published / "batches").glob("*.parquet")]
    checked = sum(report.counts.values())
    print(json.dumps({"megabytes": max(used, LEAST), "checked": checked, "largest": max(sizes) / 1e6}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
