"""`python -m simulations [NAME ...]`: runs the simulations and writes their results to docs/simulations/NAME.md."""

import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter

PARTS = ("gaps", "disparity", "standards", "frontier", "areas", "backtest", "index", "durations")
FOLDER = Path(__file__).parent.parent / "docs" / "simulations"


def main(names: list[str]) -> None:
    """Run the chosen simulations one after another; every one has a fixed seed."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise SystemExit(f"There is no simulation {', '.join(unknown)}; known: {', '.join(PARTS)}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or PARTS:
        started = perf_counter()
        text = import_module(f"simulations.{name}").run(quick=False)
        note = f"\nMade by `python -m simulations {name}`; the seed is fixed.\n"
        (FOLDER / f"{name}.md").write_text(text.rstrip() + "\n" + note, encoding="utf-8")
        print(f"{text}\n({name}: {perf_counter() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
