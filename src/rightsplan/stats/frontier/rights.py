"""Scores of whole rights and of all of them: means of indicator scores, older ones carried forward with their age."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import LAST_YEAR

CARRY = 10  # years that HRMI carries a score forward
Parts = tuple[tuple[str, ...], ...]
PISA = ("PISAscience", "PISAmath", "PISAreading")

# A right's score is the mean of its parts; a part is the mean of its indicators.
RIGHTS: Mapping[tuple[str, str], Parts] = MappingProxyType(
    {
        ("Education", "core"): (("NetPrimEnrol",), ("NetSecEnrol",)),
        ("Education", "high income"): (("NetSecEnrol",), PISA),
        ("Food", "core"): (("NotStunted",),),
        ("Food", "high income"): (("FoodSecure",),),
        ("Health", "core"): (("AdultSurvival",), ("U5Survival",), ("Contraception",)),
        ("Health", "high income"): (("AdultSurvival",), ("U5Survival",), ("NotLowBirWt",)),
        ("Housing", "core"): (("WaterInHome",), ("BasicSanitation",)),
        ("Housing", "high income"): (("SafeSanitation",), ("AffordHouse",)),
        ("Work", "core"): (("NotAbsPoor",),),
        ("Work", "high income"): (("NotRelPoor",), ("NotLTUnemploy",)),
    }
)
KEYS = ("place", "group")
RIGHT_KEYS = (*KEYS, "year", "right", "standard")


def weights() -> pl.DataFrame:
    """Return how much every indicator counts in a right: right, standard, indicator, weight; weights sum to 1."""
    rows = [
        (right, standard, indicator, 1 / len(parts) / len(part))
        for (right, standard), parts in RIGHTS.items()
        for part in parts
        for indicator in part
    ]
    return pl.DataFrame(rows, schema=["right", "standard", "indicator", "weight"], orient="row")


def checked(frame: pl.DataFrame, columns: Sequence[str], keys: Sequence[str]) -> pl.DataFrame:
    """Return the columns as their types, in this order. Raises Refused for what is missing, double or out of range."""
    if not isinstance(frame, pl.DataFrame):
        raise Refused("The scores are no frame.", f"Give a Polars frame with {', '.join(columns)}.")
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise Refused(f"The frame has no column {', '.join(absent)}.", f"Give {', '.join(columns)}.")
    if frame.is_empty():
        raise Refused("The frame has no rows.", "Give at least one score.")
    texts = [name for name in columns if name not in ("year", "score", "age")]
    for name in texts:
        checks.labels(name, frame[name].to_list())
    checks.numbers("score", frame["score"].to_list(), missing=True, least=0, most=100)
    if "age" in columns:
        checks.numbers("age", frame["age"].to_list(), missing=True, least=0)
    years = checks.counts("year", frame["year"].to_list())
    checks.numbers("year", years, most=LAST_YEAR)
    if frame.select(keys).is_duplicated().any():
        raise Refused(f"There are two scores of the same {', '.join(keys)}.", "Give every score once.")
    whole = [pl.Series("year", years)]
    floats = [pl.col(name).cast(pl.Float64).fill_nan(None) for name in ("score", "age") if name in columns]
    return frame.select(columns).with_columns(*whole, *floats)


def carry_forward(frame: pl.DataFrame, years: Sequence[int] | None = None, *, limit: int = CARRY) -> pl.DataFrame:
    """Return the latest score of every indicator for every year, with its age (HRMI, 2021: up to 10 years).

    `frame` has the columns place, group, year (whole), indicator, score (0 to 100; null: observed, but no benchmark).
    `years` are those wanted, all from the first to the last of the frame by default; `limit` is the greatest age in
    years, 0 for none. Returns place, group, year, indicator, score, measured (the year it is of), age. An observation
    without a benchmark is carried like a score, so that an old score never hides it. Raises Refused for double rows.
    Does not interpolate, and does not carry backwards.
    """
    kept = checked(frame, (*KEYS, "year", "indicator", "score"), (*KEYS, "year", "indicator"))
    reach = int(checks.counts("limit", [limit])[0])
    wanted = wanted_years(kept, years)
    grid = kept.select(*KEYS, "indicator").unique(maintain_order=True).join(wanted, how="cross")
    by = [*KEYS, "indicator"]
    measured = kept.with_columns(measured=pl.col("year")).sort("year")
    joined = grid.sort("year").join_asof(
        measured, on="year", by=by, strategy="backward", tolerance=reach, check_sortedness=False
    )
    return (
        joined.drop_nulls("measured")
        .with_columns(age=pl.col("year") - pl.col("measured"))
        .sort(*KEYS, "year", "indicator")
        .select(*KEYS, "year", "indicator", "score", "measured", "age")
    )


def wanted_years(kept: pl.DataFrame, years: Sequence[int] | None) -> pl.DataFrame:
    """Return the years wanted as a frame. Raises Refused where there are none."""
    if years is None:
        found = kept["year"].to_list()
        return pl.DataFrame({"year": pl.Series(range(min(found), max(found) + 1), dtype=pl.Int64)})
    whole = checks.counts("years", years)
    if not len(whole):
        raise Refused("years has 0 values.", "Give at least 1.")
    return pl.DataFrame({"year": pl.Series("year", whole).unique().sort()})


def right_scores(frame: pl.DataFrame, years: Sequence[int] | None = None, *, limit: int = CARRY) -> pl.DataFrame:
    """Return the score of every right by both standards: the mean of its parts, each the mean of its indicators.

    Method and right-hand sides as in `RIGHTS` (HRMI, 2021; reproduces its right scores exactly from its indicator
    scores). Arguments as in `carry_forward`, indicators by HRMI's codes. Returns place, group, year, right, standard,
    score (null where not measurable), age (of the oldest score used, in years), missing (indicators without a score,
    in words, or null), note. Only rights with at least one indicator in that year have a row. Raises Refused as
    `carry_forward`, and for an indicator of no right. Limits: the mean lets a good indicator make up for a bad one.
    """
    counted = weights()
    carried = carry_forward(frame, years, limit=limit)
    strangers = set(carried["indicator"].unique()) - set(counted["indicator"])
    if strangers:
        raise Refused(f"indicator {', '.join(sorted(strangers))} belongs to no right.", "Use HRMI's codes.")
    whole = counted.group_by("right", "standard").agg(needed=pl.col("indicator"))
    has = pl.col("score").is_not_null()
    found = (
        carried.join(counted, on="indicator")
        .group_by(RIGHT_KEYS)
        .agg(
            (pl.col("weight") * pl.col("score")).sum().alias("total"),
            pl.col("age").max(),
            pl.col("measured").min(),
            pl.col("indicator").filter(has).alias("scored"),
            pl.col("indicator").filter(~has).sort().str.join(", ").alias("none"),
        )
        .join(whole, on=["right", "standard"])
        .with_columns(missing=pl.col("needed").list.set_difference("scored").list.sort().list.join(", "))
    )
    return finished(found)


def finished(found: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `right_scores` with their score or the reason why there is none."""
    is_whole, has_none = pl.col("missing") == "", pl.col("none") != ""
    note = (
        pl.when(has_none)
        .then(pl.format("no benchmark: {}", "none"))
        .when(~is_whole)
        .then(pl.format("no score: {}", "missing"))
        .when(pl.col("age") > 0)
        .then(pl.format("carried forward from {} ({} years)", "measured", "age"))
        .otherwise(pl.lit(""))
    )
    return found.select(
        *RIGHT_KEYS,
        pl.when(is_whole).then("total").alias("score"),
        "age",
        pl.when(~is_whole).then("missing").alias("missing"),
        note.alias("note"),
    ).sort(RIGHT_KEYS)


def composite(rights: pl.DataFrame) -> pl.DataFrame:
    """Return the mean of the five rights of `right_scores` for every place, group, year and standard (HRMI, 2021).

    Returns place, group, year, standard, score (null unless all five rights have one), age (the oldest used, in years),
    missing (rights without a score) and note. Raises Refused for columns that are not there and double rows. A good
    right makes up for a bad one here: it is for comparison with HRMI and enters no verdict.
    """
    kept = checked(rights, (*RIGHT_KEYS, "score", "age"), RIGHT_KEYS)
    names = sorted({right for right, _standard in RIGHTS})
    strangers = set(kept["right"].unique()) - set(names)
    if strangers:
        raise Refused(f"right {', '.join(sorted(strangers))} is unknown.", f"Known: {', '.join(names)}.")
    has = pl.col("score").is_not_null()
    needed = pl.DataFrame({"needed": [names]})
    found = (
        kept.group_by(*KEYS, "year", "standard")
        .agg(pl.col("score").mean(), pl.col("age").max(), pl.col("right").filter(has).alias("scored"))
        .join(needed, how="cross")
    )
    missing = pl.col("needed").list.set_difference("scored").list.sort().list.join(", ")
    is_whole = missing == ""
    return found.select(
        *KEYS,
        "year",
        "standard",
        pl.when(is_whole).then("score").alias("score"),
        "age",
        pl.when(~is_whole).then(missing).alias("missing"),
        pl.when(is_whole).then(pl.lit("")).otherwise(pl.format("no score: {}", missing)).alias("note"),
    ).sort(*KEYS, "year", "standard")
