"""The forecast of version 1: a random walk with drift. Kept so that what was published with it can be recomputed.

The drift is (last - first) / time; the scale s of the yearly steps is estimated from all steps except the last, with
their own drift; the forecast at horizon h is Student's t with observations - 3 degrees of freedom, mean last + drift h
and variance s^2 (h + h^2 / time) (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. 2021,
section 5.2).
"""

from dataclasses import dataclass

import numpy as np

from rightsplan.stats.damped_trend import Ahead
from rightsplan.stats.panel import Floats
from rightsplan.stats.scales import NO_VARIATION, Window


@dataclass(frozen=True, slots=True)
class Walk:
    """Last value, drift, step scale (NaN where the steps do not vary), time and degrees of freedom of each series."""

    last: Floats
    drift: Floats
    spread: Floats
    span: Floats
    freedom: Floats

    def at(self, years: Floats) -> Ahead:
        """Return the law of the value `years` after the last point."""
        return Ahead(
            mean=self.last + self.drift * years,
            spread=self.spread * np.sqrt(years + years**2 / self.span),
            unsure=self.spread * years / np.sqrt(self.span),
            freedom=self.freedom,
        )


def walk_of(window: Window, w: Floats) -> Walk:
    """Return the random walk with drift of every series."""
    head, tail, t = window.start, window.end, window.t
    if not len(head):
        return Walk(*(np.empty(0),) * 5)
    span = t[tail] - t[head]
    drift = (w[tail] - w[head]) / span
    own = (w[tail - 1] - w[head]) / (t[tail - 1] - t[head])
    gap, step = np.ones_like(t), np.zeros_like(w)
    gap[1:], step[1:] = np.diff(t), np.diff(w)
    gap[head] = 1.0  # a first point has no step
    residual = (step - window.spread(own) * gap) ** 2 / gap
    residual[head] = residual[tail] = 0.0
    s = np.sqrt(np.add.reduceat(residual, head) / (window.number - 3.0))
    size = np.maximum.reduceat(np.abs(w), head)
    freedom: Floats = (window.number - 3).astype(np.float64)
    return Walk(w[tail], drift, np.where(s <= NO_VARIATION * size, np.nan, s), span, freedom)
