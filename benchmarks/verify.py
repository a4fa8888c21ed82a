"""`rightsplan verify` of the whole demo site: seconds, and memory beside the size of the largest batch."""

import os
import subprocess
import sys
import time
from pathlib import Path


def run(folder: Path) -> list[str]:
    """Return the lines of the report."""
    environment = {**os.environ, "RIGHTSPLAN_DATA": str(folder / "data")}
    demo = [sys.executable, "-m", "rightsplan", "demo", "--no-serve"]
    subprocess.run(demo, env=environment, check=True, capture_output=True)
    published = folder / "data" / "published"
    code = (
        "import resource, sys; from rightsplan.evidence.verify import verify; import polars;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "report = verify(sys.argv[1]); assert report.ok, report.problems;"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "print(before, after, sum(report.counts.values()))"
    )
    start = time.perf_counter()
    answer = subprocess.run([sys.executable, "-c", code, str(published)], check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    before, after, checked = (int(x) for x in answer.stdout.split())
    files = [path.stat().st_size for path in (published / "batches").glob("*.parquet")]
    return [
        f"verify: the demo site, {len(files)} batches, {checked:,} things checked, {seconds:.2f} s with start (promise: 5 s)",
        f"  memory above the loaded libraries {(after - before) / 1024:.0f} MB;"
        f" largest batch {max(files) / 1e6:.1f} MB on disk, all {sum(files) / 1e6:.1f} MB",
    ]
