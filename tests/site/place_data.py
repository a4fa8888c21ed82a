"""Bundled figures of three countries and China's provinces as batches, without the whole demo behind them."""

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import polars as pl
from django.conf import settings
from pytest_django import Settings

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Batch, Coverage, Indicator

DATA = files("rightsplan.demo") / "data"
COUNTRIES = {"CN": "China", "SE": "Sweden", "TD": "Chad"}
PARTS = ("world/gapminder", "world/unstats_sdg", "world/unesco_education", "subnational/china_provinces")


def bundled(name: str) -> pl.DataFrame:
    """Return one bundled file, only the places used here."""
    frame = pl.read_csv(str(DATA / f"{name}.csv.gz"), infer_schema_length=0).cast({"value": pl.Float64})
    return frame.filter(pl.col("place").is_in(list(COUNTRIES)) | pl.col("place").str.starts_with("CN-"))


def define() -> None:
    """Define places and indicators as the bundled tables have them."""
    for table in ("world", "subnational"):
        for row in pl.read_csv(str(DATA / table / "indicators.csv"), infer_schema_length=0).iter_rows(named=True):
            facts = {"name": {"en": row["name"]}, "unit": row["unit"] or "", "better": row["better"], "kind": "outcome"}
            Indicator.objects.get_or_create(code=row["code"], defaults=facts)
    for code, name in COUNTRIES.items():
        Place.objects.create(code=code, name={"en": name}, level="country", path=f"{code} > ")
    china = Place.objects.get(code="CN")
    listed = pl.read_csv(str(DATA / "subnational" / "places_china_provinces.csv"), infer_schema_length=0)
    for row in listed.filter(pl.col("code").str.starts_with("CN-")).iter_rows(named=True):
        name, path = {"en": row["name"]}, f"CN > {row['code']} > "
        Place.objects.create(code=row["code"], name=name, level="province", parent=china, path=path)


def accept(frame: pl.DataFrame, title: str, *, index: int, role: str = "independent") -> Batch:
    """Store a batch with its coverage, as accepting one does."""
    folder = Path(settings.BATCH_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    sha = f"{index:064x}"
    frame.write_parquet(folder / f"{sha}.parquet")
    batch = Batch.objects.create(
        sha256=sha, title=title, source=title, licence="CC BY 4.0", role=role, retrieved=date(2024, 8, 21),
        accepted_at=datetime(2024, 9, 1, tzinfo=UTC), rows=frame.height, log_index=index,
    )  # fmt: skip
    for (code,), rows in frame.group_by("indicator"):
        known = Indicator.objects.filter(code=code).first()
        if known:
            facts = {"rows": rows.height, "places": 1, "first_period": "1980", "last_period": "2024"}
            Coverage.objects.create(batch=batch, indicator=known, **facts)
    return batch


def accept_all() -> None:
    """Define everything and store the bundled figures."""
    define()
    for index, name in enumerate(PARTS, 1):
        accept(bundled(name), name, index=index)


def plain_pages(settings: Settings, folder: Path) -> None:
    """Let pages be made anew and without collected static files."""
    settings.PAGE_CACHE = False
    settings.STATIC_ROOT = str(folder)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
