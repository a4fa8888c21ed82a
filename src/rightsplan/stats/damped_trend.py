"""The state-space model of the forecast: a level that walks, and a trend that fades, learnt from how countries moved.

Model, on the scale of the forecast, in units of the series' own yearly spread s:

    observed(t) = level(t) + noise,                     noise ~ N(0, r s^2)
    d level     = trend dt + s dW
    d trend     = -k trend dt + ...,  stationary with mean 0 and variance v s^2

(a local linear trend whose trend is an Ornstein-Uhlenbeck process: Harvey, Forecasting, Structural Time Series Models
and the Kalman Filter, 1989, section 2.3, with the damping of Gardner and McKenzie, Management Science 31, 1985.) The
trend of a new series is drawn from that stationary law: it is pulled towards no movement, in neither direction. The
spread has the conjugate prior s^2 ~ scaled inverse chi-square (nu, s0^2), so that the forecast is Student's t. Its
degrees of freedom are at most `tail`: shocks come more often than a long quiet history says.

The six numbers k, v, r, nu, s0^2 and tail per scale are the pooling across places: fitted once to the history of all
places in the bundled world data (`stats.backtest.fitting`), then frozen with the version of the method. So every place
learns from all others, while no new figure of another place can change anyone's forecast, and a forecast can be
recomputed from its own series. On the linear scale nu is 0: without a unit there is nothing to compare spreads by.
"""

from dataclasses import dataclass, fields

import numpy as np

from rightsplan.stats.panel import Floats, Ints
from rightsplan.stats.scales import LINEAR, LOG, LOGIT, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The frozen numbers of one scale; `reversion` per year, variances in units of s^2 (the trend's per year^2)."""

    reversion: float
    trend_variance: float
    noise_variance: float
    freedom: float
    spread_squared: float
    tail: float


SETTINGS: dict[int, Setting] = {
    LINEAR: Setting(
        reversion=0.0949, trend_variance=2.12, noise_variance=1.93, freedom=0.0, spread_squared=0.0, tail=1.5
    ),
    LOG: Setting(
        reversion=0.0358, trend_variance=2.12, noise_variance=0.48, freedom=0.23, spread_squared=4.26e-5, tail=1.96
    ),
    LOGIT: Setting(
        reversion=0.0184, trend_variance=6.61, noise_variance=1.41, freedom=1.1, spread_squared=1.31e-4, tail=1.55
    ),
}
FIELDS = tuple(field.name for field in fields(Setting))


@dataclass(frozen=True, slots=True)
class Law:
    """The settings of each series as arrays of length m."""

    reversion: Floats
    trend: Floats
    noise: Floats
    freedom: Floats
    spread: Floats
    tail: Floats

    @classmethod
    def of(cls, code: Ints, settings: dict[int, Setting]) -> "Law":
        """Return the settings that belong to the scale of each series."""
        table = np.array([[getattr(settings[scale], name) for name in FIELDS] for scale in (LINEAR, LOG, LOGIT)])
        return cls(*table[code].T)

    def some(self, chosen: Ints | slice) -> "Law":
        """Return the settings of some series."""
        parts = (self.reversion, self.trend, self.noise, self.freedom, self.spread, self.tail)
        return Law(*(part[chosen] for part in parts))


@dataclass(frozen=True, slots=True)
class State:
    """What the past says of each series' level and trend at its last point; variances in units of s^2.

    `spread` is the estimate of s, NaN where nothing is known of it, `freedom` its degrees of freedom.
    """

    level: Floats
    trend: Floats
    level_variance: Floats
    covariance: Floats
    trend_variance: Floats
    spread: Floats
    freedom: Floats


@dataclass(frozen=True, slots=True)
class Move:
    """How the state moves over some years: the trend fades by `fade` and carries the level `reach` times itself."""

    fade: Floats
    reach: Floats
    level_variance: Floats
    covariance: Floats
    trend_variance: Floats


def move(years: Floats, law: Law) -> Move:
    """Return the exact transition over a number of years (any positive fraction of them)."""
    k, v = law.reversion, law.trend
    fade = np.exp(-k * years)
    gone = -np.expm1(-k * years)
    wander = 2 * v / k * (years - 2 * gone / k + (1 - fade**2) / (2 * k))
    return Move(fade, gone / k, np.maximum(wander, 0.0) + years, v * gone**2 / k, v * (1 - fade**2))


def filtered(window: Window, w: Floats, law: Law) -> State:
    """Return the state at the last point of every series: the exact Kalman filter, all series at once.

    The first point sets the level. The spread is learnt from every one-step surprise except the last, so that a better
    last value raises the forecast without widening it: the probability can only grow with the last value.
    """
    order = np.argsort(-window.number, kind="stable")
    start, number, own = window.start[order], window.number[order], law.some(order)
    x, b = w[start], np.zeros(len(order))
    p, q, u = own.noise.copy(), np.zeros(len(order)), own.trend.copy()
    squares = np.zeros(len(order))
    for k in range(1, int(number.max(initial=0))):
        live = int(np.searchsorted(-number, -k))  # the longest series come first
        now = slice(0, live)
        i = start[now] + k
        step = move(window.t[i] - window.t[i - 1], own.some(now))
        ahead = p[now] + 2 * step.reach * q[now] + step.reach**2 * u[now] + step.level_variance
        cross = step.fade * (q[now] + step.reach * u[now]) + step.covariance
        surprise = w[i] - x[now] - step.reach * b[now]
        total = ahead + own.noise[now]
        squares[now] += np.where(k < number[now] - 1, surprise**2 / total, 0.0)
        gain, lift = ahead / total, cross / total
        x[now] += step.reach * b[now] + gain * surprise
        b[now] = step.fade * b[now] + lift * surprise
        u[now] = step.fade**2 * u[now] + step.trend_variance - lift * cross
        p[now], q[now] = ahead - gain * ahead, cross - gain * cross
    freedom = own.freedom + np.maximum(number - 2.0, 0.0)
    spread = np.sqrt((own.freedom * own.spread + squares) / freedom)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return State(*(part[back] for part in (x, b, p, q, u, spread, np.minimum(freedom, own.tail))))


@dataclass(frozen=True, slots=True)
class Ahead:
    """Student's t law of the value some years ahead, on the forecast's scale.

    `spread` is its scale; of its square, `unsure` is the part that comes from not knowing level and trend today.
    """

    mean: Floats
    spread: Floats
    unsure: Floats
    freedom: Floats

    @property
    def known(self) -> Floats:
        """Return the scale that is left when level and trend of today are taken as known."""
        return np.sqrt(np.maximum(self.spread**2 - self.unsure**2, 0.0))


@dataclass(frozen=True, slots=True)
class Trend:
    """The state of every series with the law that it follows."""

    state: State
    law: Law

    def at(self, years: Floats) -> Ahead:
        """Return the law of the value observed `years` after the last point."""
        state, step = self.state, move(years, self.law)
        unsure = state.level_variance + 2 * step.reach * state.covariance + step.reach**2 * state.trend_variance
        total = unsure + step.level_variance + self.law.noise
        return Ahead(
            mean=state.level + step.reach * state.trend,
            spread=state.spread * np.sqrt(total),
            unsure=state.spread * np.sqrt(unsure),
            freedom=state.freedom,
        )


def trend_of(window: Window, w: Floats, code: Ints, settings: dict[int, Setting]) -> Trend:
    """Return the trend of every series; `w` are its points on the scale that `code` names."""
    law = Law.of(code, settings)
    return Trend(filtered(window, w, law), law)
