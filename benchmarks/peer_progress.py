"""Runs the progress calculation of Open SDG's library on sampled series and prints its seconds per series.

The library is in no package registry: the first argument is a folder with its source (sdg/ProgressMeasure.py at the
revision 27c0bf0, whose calculation is one function and needs pandas alone). Runs in the Python that has pandas and
knows nothing of this project.
"""

import importlib.util
import json
import sys
import time
import types
import warnings
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped,unused-ignore]


def load(folder: Path) -> types.ModuleType:
    """Import the one module that calculates progress."""
    spec = importlib.util.spec_from_file_location("ProgressMeasure", folder / "sdg" / "ProgressMeasure.py")
    if spec is None or spec.loader is None or not Path(spec.origin or "").exists():
        raise SystemExit(f"{folder} holds no sdg/ProgressMeasure.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(folder: str, parquet: str, sample: int) -> None:
    """Time the calculation itself; reading and cutting the series is not counted, in its favour."""
    warnings.simplefilter("ignore")
    peer = load(Path(folder))
    frame = pd.read_parquet(parquet)
    parts = list(frame.groupby(["indicator", "place"], sort=False, observed=True))
    chosen = parts[:: max(1, len(parts) // sample)][:sample]
    items = [item_of(part) for _key, part in chosen]
    judged = 0
    start = time.perf_counter()
    for item in items:
        try:
            judged += peer.measure_indicator_progress(item) is not None
        except (ZeroDivisionError, ValueError, TypeError, IndexError):
            continue  # what it cannot judge costs it less time than a verdict, in its favour
    seconds = time.perf_counter() - start
    print(json.dumps({"series": len(items), "judged": judged, "seconds_per_series": seconds / max(len(items), 1)}))


def item_of(part: pd.DataFrame) -> types.SimpleNamespace:
    """Return one series as the library wants it, with the target that ours has: a tenth more by 2030, from 2015."""
    data = pd.DataFrame({"Year": part["year"].astype(int).to_numpy(), "Value": part["value"].to_numpy()})
    target = float(data["Value"].iloc[-1]) * 1.1
    options = {"base_year": 2015, "target": target, "target_year": 2030, "direction": "positive"}
    return types.SimpleNamespace(
        data=data, meta={"auto_progress_calculation": True, "progress_calculation_options": [options]}
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
