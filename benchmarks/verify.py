"""`rightsplan verify` of the whole demo site: seconds, and memory with many more batches of the largest one's size."""

import subprocess
import sys
from pathlib import Path

from benchmarks.children import answer_of, environment_of
from benchmarks.measure import Ratio, medians

REPEATS = 5
MORE = 20
DEMO = ("demo", "--no-serve")


def run(folder: Path, *, demo: tuple[str, ...] = DEMO, more: int = MORE, repeats: int = REPEATS) -> list[str]:
    """Return the lines of the report."""
    environment = environment_of(folder / "data")
    published = folder / "data" / "published"
    rightsplan = [sys.executable, "-m", "rightsplan"]
    subprocess.run([*rightsplan, *demo], env=environment, check=True, capture_output=True)

    def verified() -> None:
        subprocess.run([*rightsplan, "verify", str(published)], env=environment, check=True, capture_output=True)

    (seconds,) = medians(verified, repeats=repeats)
    few, size = answer_of(environment, "verify_run", str(published)), bytes_of(published)
    answer_of(environment, "verify_grow", str(more))
    many, grown = answer_of(environment, "verify_run", str(published)), bytes_of(published)
    return [
        f"verify: the demo site, {size.count} batches, {size.total / 1e6:.1f} MB of Parquet,"
        f" {few['checked']:,} things checked",
        Ratio("rightsplan verify, start included", seconds, 5, "s").line(),
        f"  peak memory beyond the loaded libraries {few['megabytes']:.0f} MB ({size.count} batches,"
        f" the largest {few['largest']:.0f} MB in memory), {many['megabytes']:.0f} MB ({grown.count} batches,"
        f" {grown.total / 1e6:.1f} MB of Parquet, the largest {many['largest']:.0f} MB)",
        Ratio(
            f"memory with {grown.total / size.total:.1f} times as much data, the largest batch as before",
            many["megabytes"] / few["megabytes"],
            1.5,
            "times",
        ).line(),
    ]


class Size:
    """How many batches a published folder holds, and how large they are on disk."""

    def __init__(self, files: list[Path]) -> None:
        self.count = len(files)
        self.total = sum(path.stat().st_size for path in files)


def bytes_of(published: Path) -> Size:
    """Return the size of a published folder's batches."""
    return Size(sorted((published / "batches").glob("*.parquet")))
