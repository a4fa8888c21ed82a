"""What the published rules say of the same cases, and the best probabilities that could be read out of them."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import isotonic_regression

from rightsplan.errors import Refused
from rightsplan.stats import checks, compat
from rightsplan.stats.backtest.cases import BASE_YEARS, NOW, Cases
from rightsplan.stats.panel import Bools, Floats, Ints

UNDEFINED = -1e3  # where a rule has no answer its value lies below every other
LARGEST = 1e3
FAVOURABLE = {"target_achieved", "substantial_progress", "on_track", "will_meet"}


def escap_anticipated(cases: Cases, i: int) -> compat.Published:
    """Return ESCAP's anticipated progress of one case."""
    points = slice(int(cases.panel.offsets[i]), int(cases.panel.offsets[i + 1]))
    lower, upper = float(cases.promises.lower[i]), float(cases.promises.upper[i])
    return compat.escap_anticipated(
        path_of(cases, i),
        cases.panel.t[points].tolist(),
        cases.panel.y[points].tolist(),
        lower=lower if np.isfinite(lower) else None,
        upper=upper if np.isfinite(upper) else None,
    )


def by_path(rule: Callable[[compat.Path], compat.Published]) -> Callable[[Cases, int], compat.Published]:
    """Return a rule of two values as a rule of a case."""
    return lambda cases, i: rule(path_of(cases, i))


RULES: dict[str, Callable[[Cases, int], compat.Published]] = {
    "cagr_ratio": by_path(compat.cagr_ratio),
    "unsd_ratio": by_path(compat.unsd_ratio),
    "escap_status": by_path(compat.escap_status),
    "escap_anticipated": escap_anticipated,
    "sdg_index_trend": by_path(compat.sdg_index_trend),
    "linear_pace": by_path(compat.linear_pace),
}


def path_of(cases: Cases, i: int) -> compat.Path:
    """Return one case as the published rules see it: two values and a target."""
    return compat.Path(
        base=float(cases.base[i]),
        base_year=NOW - BASE_YEARS,
        value=float(cases.latest[i]),
        year=NOW,
        direction=1 if cases.promises.better[i] > 0 else -1,
        target=float(cases.promises.value[i]),
        target_year=NOW + float(cases.horizon[i]),
    )


def verdict_values(cases: Cases, rule: str) -> tuple[Floats, Bools]:
    """Return the number that a rule gives each case (very low where undefined), and whether its verdict is favourable.

    Raises Refused for a rule that is not in RULES.
    """
    checks.one_of("rule", rule, tuple(RULES))
    found = [RULES[rule](cases, i) for i in range(cases.count)]
    values = np.array([UNDEFINED if p.value is None else np.clip(p.value, -LARGEST, LARGEST) for p in found])
    return values.astype(np.float64), np.array([p.status in FAVOURABLE for p in found], dtype=bool)


def recalibrated(values: Floats, is_met: Bools, fold: Ints) -> Floats:
    """Return the best increasing probability that the values hold: isotonic regression on all other folds.

    Barlow et al., Statistical Inference under Order Restrictions, 1972. It favours the rule: no user of it has the
    table of what came of its numbers. Raises Refused for lengths that differ, and for fewer than two folds.
    """
    values = checks.numbers("values", values, at_least=1)
    is_met = checks.flags("is_met", is_met, length=len(values))
    fold = checks.counts("fold", fold, length=len(values))
    if len(np.unique(fold)) < 2:
        raise Refused("fold is the same everywhere.", "Give at least two folds.")
    said = np.empty(len(values))
    for number in np.unique(fold):
        learn, apply = fold != number, fold == number
        order = np.argsort(values[learn], kind="stable")
        known = values[learn][order]
        said[apply] = np.interp(values[apply], known, isotonic_regression(is_met[learn][order].astype(float)).x)
    return said
