"""Whole methods from a table of a user to tables of results: what the catalogue runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.index.composite import Yardstick, measure, recipes
from rightsplan.stats.index.coupling import Form, balance, coordinate
from rightsplan.stats.index.domains import joined_by
from rightsplan.stats.index.frames import claims, claims_table, goalposts_of, methods_table, table, widen
from rightsplan.stats.index.human import Development, gdi, hdi, ihdi
from rightsplan.stats.index.poverty import alkire_foster, nested_weights
from rightsplan.stats.index.ranks import uncertainty
from rightsplan.stats.index.ratios import Share
from rightsplan.stats.index.statements import robustness
from rightsplan.stats.index.weights import entropy_weights

SEXES = ("both", "female", "male")
UNEQUAL = ("inequality_health", "inequality_education", "inequality_income")


def human_development(frame: pl.DataFrame, options: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """Return the index of every row, adjusted for inequality, and women beside men."""
    if "sex" not in frame.columns:
        frame = frame.with_columns(sex=pl.lit("both"))
    if (strange := sorted(set(frame["sex"]) - set(SEXES))) or frame.select("place", "sex").is_duplicated().any():
        what = f"unknown: {', '.join(strange)}" if strange else "named twice for one place"
        raise Refused(f"sex is {what}.", "Give one row for each of both, female, male.")
    parts = {sex: frame.filter(pl.col("sex") == sex) for sex in SEXES}
    found = {sex: developed(part, sex) for sex, part in parts.items() if len(part)}
    tables = {"development": pl.concat([development_table(parts[sex], each) for sex, each in found.items()])}
    if "both" in found and all(name in frame.columns for name in UNEQUAL):
        tables["inequality"] = inequality_table(parts["both"], found["both"])
    shared = parts["female"].select("place").join(parts["male"].select("place"), on="place", maintain_order="left")
    if len(shared):
        women, men = (
            developed(shared.join(parts[sex], on="place", maintain_order="left"), sex) for sex in ("female", "male")
        )
        answer = gdi(female=women, male=men)
        group = [int(g) if g else None for g in answer.group]
        tables["women_and_men"] = table(shared, {"gdi": answer.index, "group": group, "note": list(answer.notes)})
    return tables


def developed(part: pl.DataFrame, sex: Any) -> Development:
    """Return the index of rows of one sex."""
    names = ("life_expectancy", "expected_schooling", "mean_schooling", "income")
    return hdi(**{name: part[name].to_numpy() for name in names}, sex=sex)


def development_table(part: pl.DataFrame, found: Development) -> pl.DataFrame:
    """Return the parts and the index of rows."""
    columns = {"health": found.health, "education": found.education, "income": found.income, "hdi": found.index}
    return table(part.select("place", "sex"), {**columns, "note": list(found.notes)})


def inequality_table(part: pl.DataFrame, found: Development) -> pl.DataFrame:
    """Return the index adjusted for inequality; the file holds per cents."""
    health, education, income = (part[name].to_numpy() / 100 for name in UNEQUAL)
    answer = ihdi(found, health=health, education=education, income=income)
    columns = {"ihdi": answer.index, "loss": answer.loss, "coefficient": answer.coefficient}
    return table(part.select("place"), {**columns, "note": list(answer.notes)})


def poverty(frame: pl.DataFrame, options: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """Return headcount, intensity and adjusted headcount, and every indicator, of all rows and of each group."""
    wide = widen(frame, rows=["household"], names="indicator")
    deprived = wide.matrix("deprived")
    if np.isnan(deprived).any():
        row, column = np.argwhere(np.isnan(deprived))[0]
        where = f"{wide.labels.item(int(row), 0)}, {wide.names[column]}"
        raise Refused(f"deprived is missing for {where}.", "Fill it in, or leave the household out.")
    size, strata, clusters, group = (
        of_household(wide.frame, name) for name in ("people", "stratum", "cluster", "group")
    )
    if "weight" in frame.columns:
        weights: Sequence[Any] = wide.constant("weight")
    elif "dimension" in frame.columns:
        weights = nested_weights([str(name) for name in wide.constant("dimension")])
    else:
        weights = [1] * len(wide.names)
    totals, indicators = [], []
    for own in [None, *sorted(set(group or []))]:
        name = "all" if own is None else own
        inside = None if own is None else np.array(group) == own
        found = alkire_foster(
            deprived,
            names=wide.names,
            weights=weights,
            cutoff=str(options["cutoff"]),
            sampling=size,
            strata=strata,
            clusters=clusters,
            within=inside,
        )
        measures = {"headcount": found.headcount, "intensity": found.intensity, "adjusted headcount": found.adjusted}
        totals += [{"group": name, "measure": label, **shown(value)} for label, value in measures.items()]
        for each in found.indicators:
            kinds = {"deprived": each.uncensored, "poor and deprived": each.censored, "contribution": each.contribution}
            start = {"group": name, "indicator": each.name, "weight": float(each.weight)}
            indicators += [{**start, "measure": label, **shown(value)} for label, value in kinds.items()]
    return {"poverty": pl.DataFrame(totals), "indicators": pl.DataFrame(indicators)}


def of_household(frame: pl.DataFrame, column: str) -> list[Any] | None:
    """Return a column's value for each household. Raises Refused where a household has two."""
    if column not in frame.columns:
        return None
    kept = frame.group_by("_row").agg(pl.col(column).first(), pl.col(column).n_unique().alias("_number")).sort("_row")
    if (kept["_number"] > 1).any():
        raise Refused(f"A household has two values of {column}.", "Give all rows of a household the same one.")
    return kept[column].to_list()


def shown(share: Share) -> dict[str, Any]:
    """Return an estimate as cells."""
    return {"value": share.value, "error": share.error, "low": share.low, "high": share.high, "note": share.note}


def coordination(frame: pl.DataFrame, options: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """Return coupling, level and coordination of every place and period, and which domain lags."""
    frame = with_period(frame)
    if "indicator" not in frame.columns:
        frame = frame.with_columns(indicator=pl.col("domain"))
    wide = widen(frame, rows=["place", "period"], names="indicator")
    labels = [str(name) for name in wide.constant("domain")]
    domains = joined_by(wide.matrix("value"), goalposts=goalposts_of(wide), names=labels)
    form: Form = "standard" if options["form"] == "standard" else "corrected"
    found = balance(domains.values, names=domains.names, form=form, expected=())
    other = coordinate(domains.values, form="corrected" if form == "standard" else "standard")
    it = found.coordination
    columns: dict[str, Any] = {"coupling": it.coupling, "level": it.level, "coordination": it.degree}
    columns[f"coordination_{other.form}"] = other.degree
    columns |= {
        "spread": found.spread,
        "lagging": [", ".join(names) or None for names in found.lagging],
        "leading": [", ".join(names) or None for names in found.leading],
        "note": list(it.notes),
    }
    values = {name: domains.values[:, j] for j, name in enumerate(domains.names)}
    return {"coordination": table(wide.labels, columns), "domains": table(wide.labels, values)}


def with_period(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with a period, all rows one where it has none."""
    return frame if "period" in frame.columns else frame.with_columns(period=pl.lit("all"))


def composite(frame: pl.DataFrame, options: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """Return scores, ranks and classes with what errors, weights and methods leave of them, and every statement."""
    ordered = with_period(frame).sort("place", "period", maintain_order=True)  # draws belong to rows, in this order
    wide = widen(ordered, rows=["place", "period"], names="indicator")
    values = wide.matrix("value")
    errors = np.nan_to_num(wide.matrix("error")) if "error" in wide.frame.columns else None
    weights = tuple(float(w) for w in wide.constant("weight")) if "weight" in wide.frame.columns else ()
    yardstick = Yardstick(
        goalposts=goalposts_of(wide),
        weights=weights,
        aggregation=options["mean"],
        edges=edges_of(str(options["edges"])),
    )
    periods = wide.labels["period"].to_list()
    seed, draws = (int(checks.counts(name, [options[name]])[0]) for name in ("seed", "draws"))
    found = measure(values, yardstick=yardstick, groups=periods)
    range_ = uncertainty(values, yardstick=yardstick, errors=errors, groups=periods, draws=draws, seed=seed)
    asked = claims(wide.labels, score=found.score, band=found.band)
    answers = robustness(values, yardstick=yardstick, statements=asked, errors=errors, draws=draws, seed=seed)
    chosen = recipes(yardstick)
    whole = found.band >= 0
    columns: dict[str, Any] = {"score": found.score, "score_low": range_.score_low, "score_high": range_.score_high}
    for name in ("rank_low", "rank_high", "reach_low", "reach_high"):
        columns[name] = blank(getattr(range_, name), whole)
    columns |= {"rank": blank(found.rank, whole), "class": blank(found.band, whole), "note": list(found.notes)}
    columns |= {f"in_class_{k}": range_.band[:, k] for k in range(range_.band.shape[1])}
    return {
        "places": table(wide.labels, columns),
        "statements": claims_table(wide.labels, answers),
        "methods": methods_table(yardstick, [r.name for r in chosen], [r.weights for r in chosen]),
        "weights": weights_table(yardstick, found.values[whole]),
    }


def weights_table(yardstick: Yardstick, values: Any) -> pl.DataFrame:
    """Return the plan's weights beside those that entropy would draw from these data, which the index never uses."""
    drawn: Any = [None] * len(yardstick.goalposts)
    note = "entropy weights: for comparison only"
    try:
        drawn = entropy_weights(values)
    except Refused as refusal:
        note = f"no entropy weights: {refusal.message}"
    names = [post.name for post in yardstick.goalposts]
    columns: dict[str, Any] = {"plan": yardstick.shares, "entropy": list(drawn), "note": [note] * len(names)}
    return pl.DataFrame({"indicator": names, **columns}, schema_overrides={"entropy": pl.Float64()})


def blank(numbers: Any, whole: Any) -> list[int | None]:
    """Return whole numbers, None for rows with a gap."""
    return [int(number) if known else None for number, known in zip(numbers, whole, strict=True)]


def edges_of(text: str) -> tuple[float, ...]:
    """Return the edges of classes from a text such as "0.55, 0.7, 0.8". Raises Refused for what is no number."""
    try:
        return tuple(float(part) for part in text.replace(";", ",").split(",") if part.strip())
    except ValueError:
        raise Refused(f"edges is {text!r}.", "Give numbers between 0 and 1, as 0.55, 0.7, 0.8.") from None
