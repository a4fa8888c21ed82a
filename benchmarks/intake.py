"""Import a million rows with every check, the canonical hash and storage, beside Polars reading the same file."""

from pathlib import Path

from benchmarks.children import answer_of, environment_of
from benchmarks.measure import Ratio

ROWS = 1_000_000
REPEATS = 7


def run(folder: Path, *, rows: int = ROWS, repeats: int = REPEATS) -> list[str]:
    """Return the lines of the report; the import runs in a process of its own with a data folder of its own."""
    answer = answer_of(environment_of(folder / "data"), "intake_run", str(folder), str(rows), str(repeats))
    ours, bare = answer["ours"], answer["bare"]
    return [
        f"import: {answer['rows']:,} rows, {answer['megabytes']:.0f} MB of CSV: read, checked, hashed and stored",
        f"  ours {ours * 1e3:.0f} ms, Polars reading the same file {bare * 1e3:.0f} ms",
        Ratio("import / Polars' read of the same CSV", ours / bare, 15).line(),
    ]
