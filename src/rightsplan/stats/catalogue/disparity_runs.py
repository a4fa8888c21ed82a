"""Runs the methods on unequal decisions on a user's file."""

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rightsplan.errors import Refused
from rightsplan.stats.catalogue.entry import Options, Tables
from rightsplan.stats.disparity import (
    compare_rates,
    decompose,
    difference_sequence,
    disparity_evidence,
    expected_closures,
    fit_logistic,
    mantel_haenszel,
    one_standard,
    raise_alarms,
    rate_evidence,
    standardised_difference,
)
from rightsplan.stats.disparity.adjusted import Reference
from rightsplan.stats.disparity.evidence import Side, total_counts
from rightsplan.stats.disparity.offices import Standard
from rightsplan.stats.disparity.strata import over
from rightsplan.stats.points import NORMAL_95

DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
ALL = "all"
COUNTS = ("favourable", "total")


def clean(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return a table in which nothing is NaN or infinite: such a cell is null."""

    def cell(value: Any) -> Any:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return pl.DataFrame([{name: cell(value) for name, value in row.items()} for row in rows], infer_schema_length=None)


def pair_of(frame: pl.DataFrame, weight: str, options: Options) -> tuple[str, str]:
    """Return the group that is asked about and the one it is compared with. Raises Refused where that is not clear."""
    sizes = frame.group_by("group").agg(pl.col(weight).sum()).sort(weight, "group", descending=[True, False])
    groups = sizes["group"].to_list()
    if len(groups) < 2:
        raise Refused("The column group names one group only.", "Give rows of at least two groups.")
    reference = str(options["reference"]) or next(g for g in groups if g != options["group"])
    others = [g for g in groups if g != reference]
    if not options["group"] and len(others) > 1:
        raise Refused(f"There are {len(groups)} groups.", f"Name the option group: {', '.join(sorted(groups))}.")
    group = str(options["group"]) or others[0]
    for name, value in (("group", group), ("reference", reference)):
        if value not in groups:
            raise Refused(f"No row has the {name} {value!r}.", f"Give one of: {', '.join(sorted(groups))}.")
    if group == reference:
        raise Refused("Group and reference are the same.", "Name two groups.")
    return group, reference


def counts_of(frame: pl.DataFrame, group: str, reference: str) -> tuple[list[str], NDArray[np.float64]]:
    """Return the offices and their counts (4 x offices): favourable and all of the group, then of the reference."""
    frame = frame.filter(pl.col("group").is_in([group, reference]))
    offices = sorted(frame["office"].unique().to_list())
    rows = frame.select("office", "group", *COUNTS).rows()
    place = {office: i for i, office in enumerate(offices)}
    return offices, total_counts([(0, place[o], g == group, y, n) for o, g, y, n in rows], 1, len(offices))[0]


def check_counts(frame: pl.DataFrame, part: str, whole: str) -> None:
    """Raise Refused for the first row that holds no counts, or more of the part than of the whole."""
    y, n = frame[part], frame[whole]
    for wrong, what in (
        ((y < 0) | (y != y.floor()), f"{part} is no count"),
        ((n < 0) | (n != n.floor()), f"{whole} is no count"),
        (y > n, f"{part} is above {whole}"),
    ):
        if wrong.any():
            raise Refused(f"Row {wrong.arg_true()[0] + 2}: {what}.", f"Give whole numbers, {part} at most {whole}.")


def with_office(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with an office in every row."""
    return frame if "office" in frame.columns else frame.with_columns(pl.lit(ALL).alias("office"))


def run_disparity(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the comparison of every office and the one within offices."""
    check_counts(frame, *COUNTS)
    frame = with_office(frame)
    group, reference = pair_of(frame, "total", options)
    offices, counts = counts_of(frame, group, reference)
    every = np.column_stack([counts, counts.sum(axis=1)])
    found = compare_rates(*every)
    no_top = np.isinf(found.ratio_high)
    rows = [
        {
            "office": office,
            "group": group,
            "reference": reference,
            "cases": int(every[1, i]),
            "cases_reference": int(every[3, i]),
            "rate": found.rate_a[i].item(),
            "rate_reference": found.rate_b[i].item(),
            "difference": found.difference[i].item(),
            "difference_low": found.difference_low[i].item(),
            "difference_high": found.difference_high[i].item(),
            "ratio": found.ratio[i].item(),
            "ratio_low": found.ratio_low[i].item(),
            "ratio_high": found.ratio_high[i].item(),
            "p": found.p[i].item(),
            "below_four_fifths": bool(found.below_four_fifths[i]),
            "note": found.note[i] or ("the ratio has no upper bound" if no_top[i] else ""),
        }
        for i, office in enumerate([*offices, f"{ALL} offices, unadjusted"])
    ]
    within = mantel_haenszel(*counts)
    names = [n for n in within.__slots__ if n not in ("note", "ets_delta")]
    overall = {"group": group, "reference": reference, **{n: getattr(within, n)[0].item() for n in names}}
    return {"offices": clean(rows), "within": clean([overall | {"note": within.note[0]}])}


def design_of(frame: pl.DataFrame, names: list[str]) -> NDArray[np.float64]:
    """Return covariates as numbers; a text becomes one indicator per value but the first."""
    columns = [np.empty((len(frame), 0))]
    for name in names:
        values = frame[name]
        if values.dtype == pl.String:
            levels = sorted(values.unique().to_list())[1:]
            columns.append(np.column_stack([np.empty((len(frame), 0)), *[(values == v).to_numpy() for v in levels]]))
        else:
            columns.append(values.to_numpy()[:, None])
    return np.hstack(columns).astype(float)


def run_adjusted(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the difference with and without the case mix, and what one standard for all offices would change."""
    cases = frame["cases"] if "cases" in frame.columns else pl.Series("cases", np.ones(len(frame)))
    frame = frame.with_columns(cases.alias("cases"))
    group, reference = pair_of(frame, "cases", options)
    frame = frame.filter(pl.col("group").is_in([group, reference]))
    mix: list[str] = [c for c in ("kind", "kind2", "x1", "x2", "x3") if c in frame.columns]
    names = mix + (["office"] if options["within_offices"] == "yes" and "office" in frame.columns else [])
    a, y, w = (frame["group"] == group).to_numpy(), frame["favourable"].to_numpy(), frame["cases"].to_numpy()
    x = design_of(frame, names)
    if not x.shape[1]:
        raise Refused("There is nothing to adjust for.", "Give office, kind, kind2, x1, x2 or x3.")
    tables = {"difference": clean(difference_rows((a, y, x, w), options)), "odds": clean([odds_row((a, y, x, w))])}
    if "office" in frame.columns and frame["office"].n_unique() > 1:
        standard: Standard = "best" if options["standard"] == "best" else "average"
        tables |= standard_tables(frame, (a, y, w), design_of(frame, mix), standard)
    return tables


def difference_rows(data: tuple[Any, Any, Any, Any], options: Options) -> list[dict[str, Any]]:
    """Return one row for every way to adjust."""
    a, y, x, w = data
    found = standardised_difference(a, y, x, cases=w)
    rows = [row("crude", found.crude), row("standardised", found.difference, found.error)]
    try:
        apart = standardised_difference(a, y, x, cases=w, by_group=True)
        rows.append(row("standardised, groups fitted apart", apart.difference, apart.error))
    except Refused as refused:
        rows.append(row("standardised, groups fitted apart", None, None, refused.message))
    choice: Reference = next(r for r in ("pooled", "all", "a", "b") if r == options["treatment"])
    try:
        split = decompose(a, y, x, cases=w, reference=choice)
        rows.append(row("Oaxaca-Blinder, unexplained", split.unexplained, split.unexplained_error))
        rows.append(row("Oaxaca-Blinder, explained", split.explained, split.explained_error))
    except Refused as refused:
        rows += [row(f"Oaxaca-Blinder, {part}", None, None, refused.message) for part in ("unexplained", "explained")]
    return rows


def row(method: str, value: float | None, error: float | None = None, note: str = "") -> dict[str, Any]:
    """Return a row with its 95 % interval."""
    low, high = (None if value is None or error is None else value + z * error for z in (-NORMAL_95, NORMAL_95))
    no_error = "no interval: see the method disparity" if value is not None and error is None else ""
    return {"method": method, "difference": value, "low": low, "high": high, "note": note or no_error}


def odds_row(data: tuple[Any, Any, Any, Any]) -> dict[str, Any]:
    """Return the odds ratio of the group in the logistic regression."""
    a, y, x, w = data
    fit = fit_logistic(np.column_stack([np.ones(len(y)), a, x]), y, cases=w)
    value, error = float(fit.coefficients[1]), math.sqrt(fit.covariance[1, 1])
    low, high = (math.exp(value + z * error) for z in (-NORMAL_95, NORMAL_95))
    return {"log_odds": value, "error": error, "odds_ratio": math.exp(value), "low": low, "high": high, "note": ""}


def standard_tables(frame: pl.DataFrame, data: tuple[Any, Any, Any], mix: Any, standard: Standard) -> Tables:
    """Return what one standard for all offices would change, in all and office by office."""
    a, y, w = data
    found = one_standard(frame["office"].to_list(), y, mix, is_a=a, cases=w, standard=standard)
    total = {
        "standard": found.standard,
        "favourable": found.favourable_all,
        "expected": found.expected_all,
        "expected_low": found.expected_low,
        "expected_high": found.expected_high,
        "gap": found.gap,
        "gap_expected": found.gap_expected,
        "gap_low": found.gap_low,
        "gap_high": found.gap_high,
        "office_spread": found.spread,
        "note": "",
    }
    names = ("cases", "favourable", "expected", "effect", "effect_error")
    rows = [
        {"office": office, **{n: getattr(found, n)[i].item() for n in names}, "note": ""}
        for i, office in enumerate(found.offices)
    ]
    return {"one_standard": clean([total]), "offices": clean(rows)}


def days_of(frame: pl.DataFrame) -> list[str]:
    """Return the days in order. Raises Refused where they are no dates or of different lengths."""
    days = sorted(frame["day"].unique().to_list())
    wrong = [d for d in days if not DAY.fullmatch(d) or len(d) != len(days[0])]
    if wrong:
        raise Refused(f"The column day has {wrong[0]!r}.", "Write all as 2025-03-31, all as 2025-03, or all as 2025.")
    return days


def run_alarms(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the state of every office after the last day."""
    check_counts(frame, *COUNTS)
    group, reference = pair_of(frame, "total", options)
    frame = frame.filter(pl.col("group").is_in([group, reference]))
    days, offices = days_of(frame), sorted(frame["office"].unique().to_list())
    when, where = ({v: i for i, v in enumerate(values)} for values in (days, offices))
    rows = [
        (when[d], where[o], g == group, y, n)
        for d, o, g, y, n in frame.select("day", "office", "group", *COUNTS).rows()
    ]
    counts = total_counts(rows, len(days), len(offices))
    side: Side = "a_lower" if options["side"] == "worse" else "either"
    evidence = disparity_evidence(counts, restart_every=options["restart_every"], side=side)
    sums = counts.sum(axis=0)
    low, high = difference_sequence(*sums, level=1 - float(options["alpha"]) / len(offices))
    extra: dict[str, Any] = {
        "cases": sums[1],
        "cases_reference": sums[3],
        "rate": over(sums[0], sums[1]),
        "rate_reference": over(sums[2], sums[3]),
        "difference_low": low,
        "difference_high": high,
    }
    return {"offices": alarm_table(evidence, days, offices, extra, options)}


def alarm_table(
    evidence: NDArray[np.float64], days: list[str], offices: list[str], extra: Mapping[str, Any], options: Options
) -> pl.DataFrame:
    """Return a row per office: its numbers, its evidence and its alarm."""
    alarms = raise_alarms(evidence, alpha=float(options["alpha"]))
    rows = []
    for i, office in enumerate(offices):
        first = int(alarms.day[i])
        numbers = {name: values[i].item() for name, values in extra.items()}
        numbers |= {name: int(numbers[name]) for name in ("cases", "cases_reference", "closed") if name in numbers}
        is_empty = bool(numbers.get("cases", 1) == 0 or numbers.get("cases_reference", 1) == 0)
        rows.append(
            {
                "office": office,
                **numbers,
                "evidence_log10": evidence[-1, i].item() / math.log(10),
                "adjusted_log10": alarms.log_adjusted[i].item() / math.log(10),
                "alarm": first >= 0,
                "alarm_day": days[first] if first >= 0 else None,
                "note": "one group has no cases: nothing can be learned" if is_empty else "",
            }
        )
    return clean(rows)


def run_backlog(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the state of every office's backlog after the last day."""
    check_counts(frame, "closed", "open")
    days, offices = days_of(frame), sorted(frame["office"].unique().to_list())
    when, where = ({v: i for i, v in enumerate(values)} for values in (days, offices))
    rows = [(when[d], where[o], True, y, n) for d, o, y, n in frame.select("day", "office", "closed", "open").rows()]
    counts = total_counts(rows, len(days), len(offices))
    expected = expected_closures(counts[:, 1], float(options["standard_days"]), days=float(options["period_days"]))
    evidence = rate_evidence(counts[:, 0], expected, worse="below", restart_every=options["restart_every"])
    closed, due = counts[:, 0].sum(axis=0), expected.sum(axis=0)
    extra = {"closed": closed, "expected": due, "share": over(closed, due)}
    return {"offices": alarm_table(evidence, days, offices, extra, options)}
