"""Verifies a published folder and prints the peak of memory, beyond the libraries, of it and its helper process."""

import json
import resource
import sys
from pathlib import Path

import polars as pl

from rightsplan.evidence.verify import verify


def peak(who: int) -> float:
    """Return a peak of memory in MB."""
    return resource.getrusage(who).ru_maxrss / 1024


def main(published: Path) -> None:
    """Verify once; the size of the largest batch is measured afterwards, so that reading it does not count."""
    before = peak(resource.RUSAGE_SELF)
    report = verify(str(published))
    used = peak(resource.RUSAGE_SELF) - before
    if not report.ok:
        raise SystemExit(f"The folder does not verify: {report.problems[:3]}")
    helper = max(peak(resource.RUSAGE_CHILDREN) - before, 0.0)
    sizes = [pl.read_parquet(path).estimated_size() for path in (published / "batches").glob("*.parquet")]
    checked = sum(report.counts.values())
    print(json.dumps({"megabytes": used + helper, "checked": checked, "largest": max(sizes) / 1e6}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
