"""The backtest of the forecast: targets of the past, judged with what was known then, beside the published rules.

Also writes `stats/backtest/result.json`, which the site shows.
"""

import json
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from rightsplan.stats import backtest
from rightsplan.stats.backtest.cases import HORIZONS, Cases
from rightsplan.stats.backtest.fitting import described
from rightsplan.stats.compat import SOURCES
from rightsplan.stats.damped_trend import SETTINGS
from rightsplan.stats.panel import Bools, Floats, Ints
from rightsplan.stats.progress import VERSION
from simulations.panels import bundled_panels

FOLDS = 5
EACH = 250
SEED = 20261125
CUT = 2009.0  # numbers fitted to outcomes until then are tried on origins from then on
RESAMPLES = 1000


def folds_of(cases: Cases) -> Ints:
    """Return the fold of every case: all series of one place lie in one fold, by the checksum of its code."""
    of_place = np.array([zlib.crc32(name.encode()) % FOLDS for name in cases.places])
    return of_place[cases.place].astype(np.int64)


def said_out_of_fold(cases: Cases, fold: Ints) -> Floats:
    """Return every case's probability with numbers fitted to the places of the other folds only."""
    said = np.empty(cases.count)
    for number in range(FOLDS):
        settings = backtest.fit(cases, fold != number)
        said[fold == number] = backtest.said_with(cases, settings)[fold == number]
    return said


def lead(cases: Cases, ours: Floats, theirs: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """Return the central 95 % of how much lower our Brier score is, whole places drawn with replacement."""
    better = (theirs - cases.is_met) ** 2 - (ours - cases.is_met) ** 2
    total = np.bincount(cases.place, better, len(cases.places))
    number = np.bincount(cases.place, minlength=len(cases.places))
    draws = rng.integers(len(cases.places), size=(RESAMPLES, len(cases.places)))
    low, high = np.quantile(total[draws].sum(axis=1) / number[draws].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


def row_of(name: str, said: Floats, is_met: Bools) -> dict[str, Any]:
    """Return the scores of one way to say a probability."""
    found = backtest.score(said, is_met)
    return {
        "rule": name,
        "brier": round(found.brier, 4),
        "logarithmic": round(found.logarithmic, 4),
        "calibration_error": round(backtest.calibration_error(said, is_met), 4),
    }


def measured(cases: Cases, *, full: bool) -> dict[str, Any]:
    """Return all results as plain numbers; the full ones fit the numbers of the method anew, fold by fold."""
    fold, frozen = folds_of(cases), backtest.said_with(cases)
    spoken = np.isfinite(frozen)
    said = said_out_of_fold(cases, fold) if full else frozen
    met = cases.is_met[spoken]
    return {
        "version": VERSION,
        "cases": int(spoken.sum()),
        "silent": int((~spoken).sum()),
        "met": round(float(met.mean()), 4),
        "indicators": len(cases.indicators),
        "places": len(cases.places),
        "ours": row_of("rightsplan", said[spoken], met),
        "frozen": row_of("frozen", frozen[spoken], met),
        "plain": row_of("version 1", backtest.said_with(cases, version="1")[spoken], met),
        "rules": [rule_row(name, cases, spoken, said, fold) for name in backtest.RULES],
        "bins": [bin_of(b) for b in backtest.reliability(said[spoken], met)],
        "horizons": [
            {"years": h, "cases": int(m.sum()), **row_of("rightsplan", said[m], cases.is_met[m])}
            for h in HORIZONS
            for m in [spoken & (cases.horizon == h)]
        ],
        "by_indicator": by_indicator(cases, spoken, said),
        "later": later(cases, spoken) if full else None,
        "settings": described(SETTINGS),
        "refitted": described(backtest.fit(cases, np.ones(cases.count, dtype=bool))) if full else None,
    }


def rule_row(name: str, cases: Cases, spoken: Bools, said: Floats, fold: Ints) -> dict[str, Any]:
    """Return the scores of one published rule, as it is and at its best, and our lead over it."""
    values, favourable = backtest.verdict_values(cases, name)
    met = cases.is_met[spoken]
    best = backtest.recalibrated(values[spoken], met, fold[spoken])
    low, high = lead_of(cases, spoken, said, best, np.random.default_rng(SEED))
    return {
        **row_of(name, best, met),
        "source": SOURCES[name],
        "as_is": row_of(name, favourable[spoken].astype(float), met),
        "lead_low": round(low, 4),
        "lead_high": round(high, 4),
    }


def lead_of(cases: Cases, spoken: Bools, said: Floats, best: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """Return our lead over one rule on the cases where ours has a probability."""
    theirs = np.full(cases.count, np.nan)
    theirs[spoken] = best
    return lead(cases, np.where(spoken, said, 0.0), np.where(spoken, theirs, 0.0), rng)


def bin_of(b: backtest.Bin) -> dict[str, Any]:
    """Return one bin of the reliability diagram."""
    said, came = (None if x is None else round(x, 4) for x in (b.said, b.came))
    return {"low": b.low, "high": b.high, "cases": b.number, "said": said, "came": came}


def by_indicator(cases: Cases, spoken: Bools, said: Floats) -> list[dict[str, Any]]:
    """Return the scores of every indicator, the mean of what was said and what came."""
    found = []
    for i, name in enumerate(cases.indicators):
        mine = spoken & (cases.indicator == i)
        if mine.any():
            met = cases.is_met[mine]
            mean = {"said": round(float(said[mine].mean()), 4), "came": round(float(met.mean()), 4)}
            found.append({"indicator": name, "cases": int(mine.sum()), **mean, **row_of(name, said[mine], met)})
    return found


def later(cases: Cases, spoken: Bools) -> dict[str, Any]:
    """Return the scores of origins from CUT on, with numbers fitted to outcomes before it only."""
    before = cases.origin + cases.horizon < CUT
    after = spoken & (cases.origin >= CUT)
    said = backtest.said_with(cases, backtest.fit(cases, before))
    fitted = int((before & spoken).sum())
    return {
        "from": CUT,
        "fitted_to": fitted,
        "cases": int(after.sum()),
        **row_of("later", said[after], cases.is_met[after]),
    }


def run(*, quick: bool) -> str:
    """Return the report; the full run also writes the numbers that the site shows."""
    rng = np.random.default_rng(SEED)
    cases = backtest.draw_cases(bundled_panels(), each=10 if quick else EACH, rng=rng)
    found = measured(cases, full=not quick)
    if not quick:
        path = Path(str(files("rightsplan.stats") / "backtest" / "result.json"))
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return report(found)


INTRODUCTION = """# How well the forecasts did

{cases:,} cases of {indicators} indicators and {places} places in the bundled public data: a promise made five years
before an origin, as large as an improvement that some place made in that indicator, judged at the origin with what was
known then; the deadline lies 1, 3, 5, 8 or 10 years ahead. {met:.1%} were kept. In {silent:,} more cases the method
says nothing.

The probability comes from numbers fitted to other places only (five folds). Beside it stand the published rules: as
they are (on track = 1, else 0), and recalibrated: the best increasing probability that their number holds, learnt from
what came of it in other places. Smaller is better; the lead is ours in the Brier score, with its central 95 % over
draws of whole places.
"""


def report(found: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    own = [("**rightsplan**", found["ours"]), ("rightsplan, version 1", found["plain"])]
    rules = [
        f"| {r['rule']} | {r['brier']:.4f} | {r['logarithmic']:.4f} | {r['calibration_error']:.4f}"
        f" | {r['as_is']['brier']:.4f} | {r['lead_low']:.4f} to {r['lead_high']:.4f} |"
        for r in found["rules"]
    ]
    bins = [
        f"| {b['low']:.0%} to {b['high']:.0%} | {b['cases']:,} | {b['said']:.1%} | {b['came']:.1%} |"
        for b in found["bins"]
        if b["cases"]
    ]
    horizons = [
        f"| {h['years']} | {h['cases']:,} | {h['brier']:.4f} | {h['calibration_error']:.4f} |"
        for h in found["horizons"]
    ]
    return "\n".join([
        INTRODUCTION.format(**found),
        "| | Brier | logarithmic | calibration error | as it is: Brier | lead |",
        "| --- | --- | --- | --- | --- | --- |",
        *(f"| {n} | {r['brier']:.4f} | {r['logarithmic']:.4f} | {r['calibration_error']:.4f} | | |" for n, r in own),
        *rules,
        "",
        "| said | cases | mean said | came |",
        "| --- | --- | --- | --- |",
        *bins,
        "",
        "| years ahead | cases | Brier | calibration error |",
        "| --- | --- | --- | --- |",
        *horizons,
        "",
        *falls_short(found),
    ])  # fmt: skip


def falls_short(found: dict[str, Any]) -> list[str]:
    """Return where the forecast is worst, and what it did on years that its numbers had never seen."""
    off = sorted(found["by_indicator"], key=lambda row: -abs(row["said"] - row["came"]))[:5]
    worst = "; ".join(f"{r['indicator']} {r['said']:.0%} said, {r['came']:.0%} came" for r in off)
    lines = [f"Where it is furthest off in the mean: {worst}."]
    if found["later"]:
        later = found["later"]
        lines.append(
            f"Numbers fitted to {later['fitted_to']:,} outcomes before {later['from']:.0f}, tried on {later['cases']:,}"
            f" origins from then on: Brier {later['brier']:.4f}, calibration error {later['calibration_error']:.4f}."
        )
    lines.append(
        "Many series of the bundled data are estimates of models, which are smoother than counts: forecasts of raw"
        " counts are harder than these. Two of the indicators are the same fact from two sources."
    )
    return lines
