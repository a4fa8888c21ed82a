"""Forecasts as pages show them: the fan of a published line, and how well forecasts did."""

import functools
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rightsplan.evidence.recompute import judged_promise
from rightsplan.indicators.models import Assessment, Indicator
from rightsplan.site.charts_forecast import FanPicture, fan_chart
from rightsplan.site.numbers import percent, whole, year
from rightsplan.site.series import cut, since
from rightsplan.site.verdicts import with_unit
from rightsplan.stats.facts import facts_of
from rightsplan.stats.forecast import WINDOW_YEARS, Fan, fans_of
from rightsplan.stats.panel import Promises
from rightsplan.stats.periods import day_as_year
from rightsplan.stats.points import panel_of, sorted_points
from rightsplan.stats.progress import Promise

CURRENT = "2"
MOST_WORST = 8


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast of one promise: picture, its words, and a row of numbers for each year."""

    picture: SafeString
    sentence: str
    rows: list[dict[str, Any]]


def outlook(line: Assessment) -> Outlook | None:
    """Return the forecast of a published line year by year; None where the line has no probability.

    It is computed from the line's own points, promise and day, as the published probability was.
    """
    result, unit = line.result, line.target.unit if line.target else ""
    if result.get("forecast") is None or line.version != CURRENT:
        return None
    fan = fan_of(line)
    if fan is None or not len(fan.years):
        return None
    series = since(cut(line.points), fan.years[0] - WINDOW_YEARS)
    picture = FanPicture(series, fan, float(result["target_level"]), float(result["deadline"]))
    words = sentence(result, unit)
    return Outlook(fan_chart(picture, words), words, rows_of(fan))


def fan_of(line: Assessment) -> Fan | None:
    """Return the fan of a published line."""
    columns = list(zip(*line.points, strict=True)) if line.points else [()] * 5
    points = sorted_points(columns[0], columns[1], lower=columns[2], upper=columns[3], status=columns[4])
    facts = {"id": line.line_id, "target": line.target.code if line.target else "", "promise": line.promise}
    panel, promises = panel_of([points]), Promises.of([Promise.from_dict(judged_promise(facts))])
    with np.errstate(invalid="ignore", over="ignore"):
        return fans_of(panel, promises, facts_of(panel, promises, day_as_year(line.publication.as_of)))[0]


def rows_of(fan: Fan) -> list[dict[str, Any]]:
    """Return the numbers of a fan, a row a year."""
    names = ("year", "median", "low50", "high50", "low80", "high80")
    parts = zip(fan.years, fan.median, *fan.inner, *fan.outer, strict=True)
    return [dict(zip(names, map(float, part), strict=True)) for part in parts]


def sentence(result: dict[str, Any], unit: str) -> str:
    """Return where the value is likely to be at the deadline, in words."""
    values = {
        "year": year(result["deadline"]),
        "low": with_unit(result["forecast_lower"], unit),
        "high": with_unit(result["forecast_upper"], unit),
        "middle": with_unit(result["forecast"], unit),
    }
    return _("If it goes on as it has, it will be about %(middle)s in %(year)s; in eight of ten cases between %(low)s"
             " and %(high)s.") % values  # fmt: skip


@functools.cache
def backtest() -> dict[str, Any]:
    """Return the stored result of the backtest, which `python -m simulations backtest` makes."""
    text = (files("rightsplan.stats") / "backtest" / "result.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def said_and_came(found: dict[str, Any]) -> str:
    """Return one tenth of the probabilities in words: what was said, what came."""
    bins = [b for b in found["bins"] if b["cases"]]
    chosen = min(bins, key=lambda b: abs(b["low"] - 0.7))
    values = {
        "cases": whole(chosen["cases"]),
        "low": percent(chosen["low"]),
        "high": percent(chosen["high"]),
        "came": percent(chosen["came"]),
    }
    return _("Of %(cases)s promises to which we would have given %(low)s to %(high)s, %(came)s were kept.") % values


RULE_NAMES = {
    "cagr_ratio": gettext_lazy("growth ratio (Eurostat, Statistics Canada)"),
    "unsd_ratio": gettext_lazy("expected change (UN Statistics Division)"),
    "escap_status": gettext_lazy("share of the way (ESCAP, current status)"),
    "escap_anticipated": gettext_lazy("expected share of the way (ESCAP, anticipated progress)"),
    "sdg_index_trend": gettext_lazy("trend (SDG Index)"),
    "linear_pace": gettext_lazy("straight line"),
}


def rules_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return ours and the published rules, the best first."""
    ours = {**found["ours"], "name": _("our forecast"), "as_is": None, "is_ours": True}
    theirs = [{**rule, "name": str(RULE_NAMES[rule["rule"]]), "is_ours": False} for rule in found["rules"]]
    return sorted([ours, *theirs], key=lambda rule: rule["brier"])


def furthest_off(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the indicators whose mean probability is furthest from what came, with their names."""
    worst = sorted(found["by_indicator"], key=lambda row: -abs(row["said"] - row["came"]))[:MOST_WORST]
    known = {i.code: i for i in Indicator.objects.filter(code__in=[row["indicator"] for row in worst])}
    return [{**row, "known": known.get(row["indicator"])} for row in worst]
