"""The measurement engine as a whole: what importing it costs, and the full probabilistic assessment of the world."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.assess import AS_OF, panel_of
from benchmarks.measure import Ratio, medians
from benchmarks.targets import synthetic
from benchmarks.world import world
from rightsplan.stats.facts import facts_of
from rightsplan.stats.forecast import fans_of
from rightsplan.stats.progress import assess_many

REPEATS = 9
BARE = "import polars, numpy, scipy"
OURS = "import rightsplan.stats, polars, numpy, scipy"


def importing(program: str) -> None:
    """Run a program that only imports, in an interpreter of its own."""
    subprocess.run([sys.executable, "-c", program], check=True)


def run(folder: Path, *, repeats: int = REPEATS) -> list[str]:
    """Return the lines of the report."""
    importing(OURS)  # write the compiled files first
    ours, bare = medians(lambda: importing(OURS), lambda: importing(BARE), repeats=repeats)
    frame, what = world()
    path = folder / "world.parquet"
    frame.write_parquet(path)
    started = perf_counter()
    panel = panel_of(path)
    promises = synthetic(panel)
    outcome = assess_many(panel, promises, as_of=AS_OF)
    with np.errstate(invalid="ignore", over="ignore"):
        fans = [fan for fan in fans_of(panel, promises, facts_of(panel, promises, AS_OF)) if fan is not None]
    seconds = perf_counter() - started
    number = int(np.isfinite(outcome.forecast.probability).sum())
    return [
        f"engine: {panel.count:,} series ({what}), {number:,} with a probability, {len(fans):,} fans year by year",
        Ratio("importing the engine / Polars, NumPy and SciPy alone", ours / bare, 1.3).line(),
        Ratio("verdicts, probabilities and fans of all series", seconds, 60, unit="s").line(),
    ]
