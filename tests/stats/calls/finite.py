"""Finds every number in a result that is not finite and that no docstring announces."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import polars as pl

# Where NaN (or an infinite number) has a meaning that the docstring states. Key: the class and field, or the call
# itself where it returns plain arrays.
KNOWN_GAP = "a figure is missing, which `notes` names"
UNKNOWN = "NaN where unknown"
STATED: Mapping[str, str] = {
    "Adjusted.coefficient": KNOWN_GAP,
    "Adjusted.index": KNOWN_GAP,
    "Adjusted.loss": KNOWN_GAP,
    "Balance.deviation": KNOWN_GAP,
    "Balance.spread": KNOWN_GAP,
    "Baseline.seen": "the series says nothing of that year",
    "Compared.difference": "the value or a margin is not known",
    "Compared.lower": "the value or a margin is not known",
    "Compared.upper": "the value or a margin is not known",
    "Composite.score": KNOWN_GAP,
    "Composite.values": KNOWN_GAP,
    "Coordination.coupling": KNOWN_GAP,
    "Coordination.degree": KNOWN_GAP,
    "Coordination.level": KNOWN_GAP,
    "Development.education": KNOWN_GAP,
    "Development.health": KNOWN_GAP,
    "Development.income": KNOWN_GAP,
    "Development.index": KNOWN_GAP,
    "Forecast.high": "`why_not` says why there is no forecast",
    "Forecast.low": "`why_not` says why there is no forecast",
    "Forecast.lower": "`why_not` says why there is no forecast",
    "Forecast.median": "`why_not` says why there is no forecast",
    "Forecast.probability": "`why_not` says why there is no forecast",
    "Forecast.upper": "`why_not` says why there is no forecast",
    "GapTable.corrected": "`why` says why",
    "GapTable.high": "`why` says why",
    "GapTable.low": "`why` says why",
    "GapTable.value": "`why` says why",
    "GenderInequality.female": KNOWN_GAP,
    "GenderInequality.index": KNOWN_GAP,
    "GenderInequality.male": KNOWN_GAP,
    "GroupPanel.error": "no standard error is known",
    "GroupPanel.highest": "the unit has no end",
    "GroupPanel.lowest": "the unit has no end",
    "GroupPanel.rank": "the groups have no order",
    "Intervals.high": "infinite: there is no limit",
    "Intervals.low": "infinite: there is no limit",
    "Intervals.seen_high": "infinite: there is no limit; NaN: none was looked for",
    "Intervals.seen_low": "infinite: there is no limit; NaN: none was looked for",
    "Level.share": UNKNOWN,
    "Level.value": UNKNOWN,
    "Level.year": UNKNOWN,
    "Pace.moved": UNKNOWN,
    "Pace.needed_now": UNKNOWN,
    "Pace.observed": UNKNOWN,
    "Pace.ratio": UNKNOWN,
    "Pace.required": UNKNOWN,
    "Pace.tolerance": UNKNOWN,
    "Panel.error": "no standard error is known",
    "Pattern.high": "infinite: the attacker's interval has no end; NaN: not looked at",
    "Pattern.low": "NaN: not looked at",
    "Primary.high": "the rule does not hit the cell",
    "Primary.low": "the rule does not hit the cell",
    "Promises.end": "the promise does not say",
    "Promises.lower": "the unit has no end",
    "Promises.start": "the promise does not say",
    "Promises.tolerance": "the promise does not say",
    "Promises.upper": "the unit has no end",
    "RateComparison.ratio": "infinite: only the second group has none; NaN: `note` says why",
    "RateComparison.ratio_high": "infinite: the ratio has no upper bound",
    "RateComparison.ratio_low": "`note` says why",
    "Regression.baseline_p": UNKNOWN,
    "Regression.best_p": UNKNOWN,
    "Regression.best_value": UNKNOWN,
    "Regression.since_baseline": UNKNOWN,
    "Regression.since_best": UNKNOWN,
    "Scores.benchmark": "`reason` says why",
    "Scores.benchmark_share": "`reason` says why",
    "Scores.global_best": "`reason` says why",
    "Scores.global_best_penalty": "`reason` says why",
    "Scores.penalty": "`reason` says why",
    "Scores.score": "`reason` says why",
    "Shift.error": "there is nothing to compare",
    "Shift.log_odds": "there is nothing to compare",
    "StrataComparison.breslow_day": "`note` says why",
    "StrataComparison.breslow_day_p": "`note` says why",
    "StrataComparison.ets_delta": "`note` says why",
    "StrataComparison.odds_ratio": "`note` says why",
    "StrataComparison.odds_ratio_high": "`note` says why",
    "StrataComparison.odds_ratio_low": "`note` says why",
    "StrataComparison.tarone": "`note` says why",
    "StrataComparison.tarone_p": "`note` says why",
    "Table.values": "the cell is hidden",
    "Uncertainty.band": KNOWN_GAP,
    "Uncertainty.score_high": KNOWN_GAP,
    "Uncertainty.score_low": KNOWN_GAP,
    "backtest.said_with": "the method is silent",
    "index.normalise": "a figure is missing in the input",
    "standards.mantel": "no stratum holds both groups and two categories",
    "standards.matching_scores": "not every anchor has rated the unit",
    "survey.index_of": "fewer than half of the questions were answered",
}


def unstated(result: Any, where: str) -> list[str]:
    """Return the places of the result that hold NaN or infinity without saying so."""
    return [place for place in places_of(result, where) if place not in STATED]


def places_of(result: Any, where: str) -> Iterator[str]:
    """Yield the place of every number in a result that is not finite."""
    if isinstance(result, pl.DataFrame):
        for column in result.iter_columns():
            yield from places_of(column.drop_nulls().to_numpy(), f"{where}[{column.name}]")
    elif is_dataclass(result):
        for field in fields(result):
            yield from places_of(getattr(result, field.name), f"{type(result).__name__}.{field.name}")
    elif isinstance(result, Mapping):
        yield from places_of(tuple(result.values()), where)
    elif isinstance(result, tuple | list | set | frozenset):
        for value in result:
            yield from places_of(value, where)
    elif not is_finite(result):
        yield where


def is_finite(result: Any) -> bool:
    """Say whether a number or an array of numbers is finite; anything else is."""
    array = np.asarray(result) if isinstance(result, float | np.floating | np.ndarray) else np.zeros(0)
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())
