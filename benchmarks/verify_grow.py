"""Adds batches as large as the largest one to a data folder and publishes them."""

import json
import sys

import django

django.setup()  # before the models below

import polars as pl  # noqa: E402
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from rightsplan.accounts.models import Person  # noqa: E402
from rightsplan.indicators import actions, publishing  # noqa: E402
from rightsplan.indicators.acceptance import SourceFacts  # noqa: E402
from rightsplan.indicators.models import Batch  # noqa: E402


def main(more: int) -> None:
    """Store copies of the largest batch whose values differ by a little, and write the published folder."""
    largest = Batch.objects.order_by("-rows").first()
    by = Person.objects.first()
    if largest is None or by is None:
        raise SystemExit("The data folder holds no batch.")
    frame = pl.read_parquet(settings.BATCH_DIR / f"{largest.sha256}.parquet")
    now = timezone.now()
    facts = SourceFacts(
        title="Benchmark", source="made up", licence="CC0-1.0", role="independent", retrieved=now.date()
    )
    for number in range(1, more + 1):
        actions.accept_batch(by=by, frame=frame.with_columns(pl.col("value") + number / 1000), source=facts, now=now)
    publishing.complete(now=now)
    print(json.dumps({"rows": largest.rows, "batches": Batch.objects.count()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
