"""The scale on which a series is forecast, and the points of each series that a forecast may use."""

from dataclasses import dataclass

import numpy as np

from rightsplan.stats.panel import Bools, Floats, Ints, Panel

LINEAR, LOG, LOGIT = range(3)
SCALES = ["linear", "log", "logit"]
NO_VARIATION = 1e-9  # steps that differ by less than this part of the values are rounding


@dataclass(frozen=True, slots=True)
class Window:
    """The points that a forecast may use, of the m series that have enough of them; `number` counts them."""

    chosen: Ints  # numbers of the m series in the panel
    t: Floats
    y: Floats
    start: Ints
    number: Ints

    @property
    def end(self) -> Ints:
        """Return the position of each series' last point."""
        return self.start + self.number - 1

    def spread(self, values: Floats) -> Floats:
        """Return one value per series repeated for each of its points."""
        return np.repeat(values, self.number)


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of each series, its bounds, and the transformation both ways."""

    code: Ints
    lower: Floats
    upper: Floats

    def put(self, y: Floats, number: Ints) -> Floats:
        """Return values on their scale, `number` values per series; a value beyond a bound becomes infinite."""
        out = y.astype(np.float64, copy=True)
        code = np.repeat(self.code, number)
        with np.errstate(divide="ignore"):
            if LOG in self.code:
                log = chosen_by(code == LOG)
                out[log] = np.log(np.maximum(y[log], 0.0))
            if LOGIT in self.code:
                logit = chosen_by(code == LOGIT)
                lower, upper = np.repeat(self.lower, number)[logit], np.repeat(self.upper, number)[logit]
                out[logit] = np.log(np.maximum(y[logit] - lower, 0.0) / np.maximum(upper - y[logit], 0.0))
        return out

    def back(self, w: Floats) -> Floats:
        """Return one value per series in the indicator's unit; linear ones stay within the bounds."""
        with np.errstate(over="ignore", invalid="ignore"):
            logistic = self.lower + (self.upper - self.lower) / (1 + np.exp(-w))
            linear = np.fmin(np.fmax(w, self.lower), self.upper)
            return np.select([self.code == LOG, self.code == LOGIT], [np.exp(w), logistic], default=linear)


def chosen_by(mask: Bools) -> Ints | slice:
    """Return what selects the masked places; a slice, which copies nothing, where that is all of them."""
    return slice(None) if mask.all() else np.flatnonzero(mask)


def window_of(panel: Panel, able: Ints, low: Ints, number: Ints) -> Window:
    """Return the points of the series in `able`: `number` of them from `low` on."""
    own = number[able]
    start = np.cumsum(own) - own
    index = np.repeat(low[able] - start, own) + np.arange(own.sum())
    return Window(able, panel.t[index], panel.y[index], start, own)


def scale_of(window: Window, lower: Floats, upper: Floats, level: Floats) -> Scale:
    """Return the scale of each series; `lower`, `upper` and the target's `level` have length m.

    Logit between two bounds, logarithm above a lower bound of zero, else linear; linear too where a value or the target
    sits on a bound, for nothing is ever added to a zero.
    """
    least, most = level.copy(), level.copy()
    if len(level):
        least = np.minimum(level, np.minimum.reduceat(window.y, window.start))
        most = np.maximum(level, np.maximum.reduceat(window.y, window.start))
    has_lower, has_upper = np.isfinite(lower), np.isfinite(upper)
    logit = has_lower & has_upper & (least > lower) & (most < upper)
    log = has_lower & (lower == 0) & ~has_upper & (least > 0)
    code = np.select([logit, log], [LOGIT, LOG], default=LINEAR).astype(np.int64)
    return Scale(code, lower, upper)


def is_straight(window: Window, w: Floats) -> Bools:
    """Say which series are a straight line but for their last point: all their steps are the same but for rounding."""
    head, tail, t = window.start, window.end, window.t
    if not len(head):
        return np.empty(0, dtype=bool)
    slope = (w[tail - 1] - w[head]) / (t[tail - 1] - t[head])
    off = np.abs(w - window.spread(w[head]) - window.spread(slope) * (t - window.spread(t[head])))
    off[tail] = 0.0
    straight: Bools = np.maximum.reduceat(off, head) <= NO_VARIATION * np.maximum.reduceat(np.abs(w), head)
    return straight
