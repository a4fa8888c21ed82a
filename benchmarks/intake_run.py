"""Imports one file again and again in a scratch data folder, beside Polars reading it, and prints the medians."""

import json
import sys
from pathlib import Path

import django

django.setup()  # before the models below

import polars as pl  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.measure import medians  # noqa: E402
from benchmarks.world import indicator_codes, place_codes, write_csv  # noqa: E402
from rightsplan.accounts.models import Person  # noqa: E402
from rightsplan.bodies.models import Place  # noqa: E402
from rightsplan.indicators import intake  # noqa: E402
from rightsplan.indicators.acceptance import SourceFacts  # noqa: E402
from rightsplan.indicators.models import Indicator  # noqa: E402


def prepare(rows: int) -> Person:
    """Make the database with the codes that the file uses; return who imports."""
    call_command("migrate", verbosity=0)
    made = [
        Indicator(code=code, name={"en": code}, unit="percent", better="higher", kind="outcome", lower=0, upper=100)
        for code in indicator_codes(rows)
    ]
    Indicator.objects.bulk_create(made)
    Place.objects.bulk_create([Place(code=code, name={"en": code}, level="region") for code in place_codes()])
    return Person.objects.create(code="bench", name="Benchmark")


def main(folder: Path, rows: int, repeats: int) -> None:
    """Time both; every import gets a file whose first value differs, so that it is a new batch."""
    by = prepare(rows)
    facts = SourceFacts(
        title="Benchmark", source="made up", licence="CC0-1.0", role="official", retrieved=timezone.now().date()
    )
    paths = [folder / f"{number}.csv" for number in range(repeats)]
    write_csv(paths[0], rows)
    content = pl.read_csv(paths[0])
    for number, path in enumerate(paths[1:], 1):
        changed = content.with_columns((pl.col("value") + number / 1000).round(4))
        changed.write_csv(path)
    ours, bare = iter(paths), iter(paths)

    def imported() -> None:
        outcome = intake.data(next(ours), by=by, facts=facts, now=timezone.now())
        if not outcome.is_new or outcome.rows != rows:
            raise SystemExit(f"{outcome.sentence()} The benchmark wants {rows:,} new rows.")

    seconds = medians(imported, lambda: pl.read_csv(next(bare)), repeats=repeats)
    size = paths[0].stat().st_size / 1e6
    print(json.dumps({"rows": rows, "megabytes": size, "ours": seconds[0], "bare": seconds[1]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
