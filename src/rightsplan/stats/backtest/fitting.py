"""Where the frozen numbers of the forecast come from: the settings under which past targets came out best."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import minimize
from scipy.special import stdtr

from rightsplan.stats import checks
from rightsplan.stats.backtest.cases import NOW, Cases
from rightsplan.stats.damped_trend import FIELDS, SETTINGS, Setting, trend_of
from rightsplan.stats.facts import facts_of
from rightsplan.stats.forecast import VERSION, Model, forecast_of, model_of
from rightsplan.stats.panel import Bools, Floats, Ints
from rightsplan.stats.scales import LINEAR, LOG, LOGIT, SCALES, Window

Settings = dict[int, Setting]
AS_OF = NOW + 0.4
FEWEST = 1e-3  # probabilities nearer to 0 or 1 count as this while fitting
LIMITS = {
    "reversion": (0.01, 3.0),
    "trend_variance": (0.01, 10.0),
    "noise_variance": (1e-3, 5.0),
    "freedom": (0.2, 30.0),
    "spread_squared": (1e-7, 1.0),
    "tail": (1.5, 30.0),
}
WITHOUT_UNIT = ("reversion", "trend_variance", "noise_variance", "tail")  # on the linear scale there is no prior spread
LEAST_CASES = 200
FIRST_STEP = -0.4  # of the logarithms, towards smaller numbers: away from the upper limits


def said_with(cases: Cases, settings: Settings | None = None, version: str = VERSION) -> Floats:
    """Return the probability of every case, NaN where the method is silent; the frozen settings if none are given."""
    facts = facts_of(cases.panel, cases.promises, AS_OF)
    with np.errstate(invalid="ignore", over="ignore"):
        found = forecast_of(cases.panel, cases.promises, facts, version=version, settings=settings or SETTINGS)
    return found.probability


def fit(cases: Cases, chosen: Bools) -> Settings:
    """Return the settings with the best logarithmic score of the chosen cases, for each scale.

    Method: Nelder and Mead, The Computer Journal 7, 1965, on the logarithms of the six numbers (four on the linear
    scale), from the frozen ones. A scale with fewer than 200 chosen cases keeps its frozen numbers. Shapes: `chosen`
    has one entry per case. Deterministic. Raises Refused where `chosen` does not fit.
    """
    chosen = checks.flags("chosen", chosen, length=cases.count)
    facts = facts_of(cases.panel, cases.promises, AS_OF)
    with np.errstate(invalid="ignore", over="ignore"):
        model = model_of(cases.panel, cases.promises, facts)
    of = model.window.chosen
    usable = (model.reason[of] == 0) & chosen[of]
    found: Settings = {}
    for code in (LINEAR, LOG, LOGIT):
        mine = np.flatnonzero(usable & (model.scale.code == code))
        found[code] = best(cases, model, mine, code) if len(mine) >= LEAST_CASES else SETTINGS[code]
    return found


def best(cases: Cases, model: Model, mine: Ints, code: int) -> Setting:
    """Return the best setting for some cases that share a scale."""
    window = part_of(model.window, mine)
    w = model.scale.put(model.window.y, model.window.number)[positions_of(model.window, mine)]
    of = window.chosen
    one = np.ones(len(model.window.number), dtype=np.int64)
    target = model.scale.put(cases.promises.value[model.window.chosen], one)[mine]
    codes = np.full(len(mine), code, dtype=np.int64)
    side = np.where(cases.promises.better[of] > 0, 1.0, -1.0)

    def loss(logs: Floats) -> float:
        trend = trend_of(window, w, codes, {**SETTINGS, code: setting_of(logs, code)})
        coming = trend.at(cases.horizon[of])
        said = stdtr(coming.freedom, side * (coming.mean - target) / coming.spread)
        near = np.clip(said, FEWEST, 1 - FEWEST)
        return float(-np.where(cases.is_met[of], np.log(near), np.log1p(-near)).mean())

    names = names_of(code)
    limits = np.log([LIMITS[name] for name in names])
    start = np.clip([np.log(getattr(SETTINGS[code], name)) for name in names], *limits.T)
    simplex = np.vstack([start, start + FIRST_STEP * np.eye(len(start))])
    options = {"maxiter": 400, "xatol": 0.02, "fatol": 1e-6, "initial_simplex": np.clip(simplex, *limits.T)}
    return setting_of(minimize(loss, start, method="Nelder-Mead", bounds=limits, options=options).x, code)


def positions_of(window: Window, mine: Ints) -> Ints:
    """Return the positions of all points of some series of a window."""
    number = window.number[mine]
    start = np.cumsum(number) - number
    return np.repeat(window.start[mine] - start, number) + np.arange(number.sum())


def part_of(window: Window, mine: Ints) -> Window:
    """Return the window of some of its series."""
    at, number = positions_of(window, mine), window.number[mine]
    return Window(window.chosen[mine], window.t[at], window.y[at], np.cumsum(number) - number, number)


def names_of(code: int) -> tuple[str, ...]:
    """Return the names of the numbers that are fitted on a scale."""
    return WITHOUT_UNIT if code == LINEAR else FIELDS


def setting_of(logs: Floats, code: int) -> Setting:
    """Return the setting whose numbers have these logarithms, with three significant digits."""
    found = {name: float(f"{np.exp(x):.3g}") for name, x in zip(names_of(code), logs, strict=True)}
    return Setting(**{**dict.fromkeys(FIELDS, 0.0), **found})


def described(settings: Mapping[int, Setting]) -> dict[str, dict[str, float]]:
    """Return settings as plain numbers by the name of their scale."""
    return {SCALES[code]: {name: getattr(s, name) for name in FIELDS} for code, s in settings.items()}
