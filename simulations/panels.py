"""The bundled public panels as one frame of yearly series, as the backtest reads them."""

from importlib.resources import as_file, files

import polars as pl

from rightsplan.stats.backtest.cases import COLUMNS

MEASURES = ("indicator", "place", "period", "value", "lower", "upper", "status", "note")


def bundled_panels() -> pl.DataFrame:
    """Return every yearly value of the bundled world and regional data, with the facts of its indicator."""
    with as_file(files("rightsplan.demo") / "data") as data:
        paths = sorted([*data.glob("world/*.csv.gz"), *data.glob("subnational/*.csv.gz")])
        definitions = [
            pl.read_csv(data / part / "indicators.csv", infer_schema=False) for part in ("world", "subnational")
        ]
        frames = [series_of(pl.read_csv(path, infer_schema=False)) for path in paths]
    facts = (
        pl.concat(definitions, how="diagonal")
        .unique("code", keep="first", maintain_order=True)
        .select(
            pl.col("code").alias("indicator"),
            pl.col("lower", "upper").replace("", None).cast(pl.Float64),
            "better",
        )
    )
    rows = pl.concat(frames).unique(["indicator", "place", "group", "year"], keep="first", maintain_order=True)
    return rows.join(facts, on="indicator").select(COLUMNS)


def series_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the yearly values of one file, its dimensions joined to one name of a group."""
    dimensions = [name for name in frame.columns if name not in MEASURES]
    group = (
        pl.concat_str([pl.col(name).fill_null("") for name in dimensions], separator="|") if dimensions else pl.lit("")
    )
    yearly = frame.filter(pl.col("period").str.contains(r"^\d{4}$"), pl.col("value").is_not_null())
    return yearly.select(
        "indicator",
        "place",
        group.alias("group"),
        pl.col("period").cast(pl.Int64).alias("year"),
        pl.col("value").cast(pl.Float64),
    )
