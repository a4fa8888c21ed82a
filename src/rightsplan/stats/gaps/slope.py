"""Measures of ordered groups: concentration indices and slope indices.

With p the group's middle position in the ordered population (cumulative share less half its own; tied ranks share one
position): ACI = 2 sum w y (p - 1/2), RCI = ACI / mu (Wagstaff, Paci and van Doorslaer 1991; Kakwani, Wagstaff and van
Doorslaer 1997). For units with two ends, y as its share of the way: Wagstaff (2005) RCI / (1 - mu), Erreygers (2009)
4 mu RCI. SII and RII: difference and ratio of the fitted values at p = 1 and p = 0, from a straight line, or from a
logistic curve where the unit has two ends (Moreno-Betancur and others 2015), groups weighted once, by population.
Positive: more for the more advantaged.
"""

from typing import NamedTuple

import numpy as np

from rightsplan.stats.gaps import found as reasons
from rightsplan.stats.gaps.found import Found, found, value_alone, without_interval, without_value
from rightsplan.stats.gaps.panel import Block
from rightsplan.stats.gaps.picked import either, fieller
from rightsplan.stats.gaps.spread import fit_for_ratio
from rightsplan.stats.panel import Bools, Floats
from rightsplan.stats.points import NORMAL_95

ROUNDS = 30
STEEPEST = 30.0  # of the logit between the ends: beyond, the groups are told apart without error and there is no fit
NEVER_ZERO = 1e-12


class Fit(NamedTuple):
    """Fitted values at the bottom and the top, their gradients (n x K) in the group values; whether there is a fit."""

    bottom: Floats
    top: Floats
    bottom_slope: Floats
    top_slope: Floats
    is_found: Bools


def positions(rank: Floats, w: Floats) -> Floats:
    """Return the middle position of every group in the ordered population, from 0 to 1 (n x K); ties share one."""
    below = (rank[:, :, None] > rank[:, None, :]).astype(np.float64)
    level = (rank[:, :, None] == rank[:, None, :]).astype(np.float64)
    answer: Floats = np.einsum("ijk,ik->ij", below + level / 2, w)
    return answer


def linear_measure(block: Block, weights: Floats) -> Found:
    """Return a fixed linear combination of the values with its normal interval."""
    value = np.einsum("ij,ij->i", weights, block.y)
    if not block.has_error:
        return value_alone(value)
    reach = NORMAL_95 * np.sqrt(np.einsum("ij,ij->i", weights**2, block.s**2))
    return found(value, value, value - reach, value + reach)


def smooth_measure(block: Block, value: Floats, gradient: Floats, *, is_log: bool = False) -> Found:
    """Return a smooth measure with a normal interval from its gradient (delta method), on the log scale if asked."""
    if not block.has_error:
        return value_alone(value)
    reach = NORMAL_95 * np.sqrt(np.einsum("ij,ij->i", gradient**2, block.s**2))
    low, high = value - reach, value + reach
    if is_log:
        positive = np.maximum(value, NEVER_ZERO)
        factor = np.exp(np.minimum(reach / positive, 700))
        low, high = value / factor, value * factor
    return found(value, value, low, high)


def concentration(block: Block, place: Floats) -> dict[str, Found]:
    """Return aci, rci, wagstaff and erreygers."""
    weights = 2 * block.w * (place - 0.5)
    positive, sure = fit_for_ratio(block)
    aci = linear_measure(block, weights)
    rci = without_interval(fieller(block, weights, block.w), ~sure, reasons.MEAN_UNSURE)
    span = np.where(block.is_bounded, block.highest - block.lowest, 1)
    low = np.where(block.is_bounded, block.lowest, 0)
    mean = np.clip((block.mean - low) / span, 0, 1)
    room = mean * (1 - mean)
    has_room = room > 0
    room = np.where(has_room, room, 1)
    index = aci.value / span / room
    gradient = (weights / room[:, None] - (index * (1 - 2 * mean) / room)[:, None] * block.w) / span[:, None]
    wagstaff = without_value(smooth_measure(block, index, gradient), ~has_room, reasons.NOT_POSITIVE)
    erreygers = linear_measure(block, 4 * weights / span[:, None])
    return {
        "aci": aci,
        "rci": without_value(rci, ~positive, reasons.NOT_POSITIVE),
        "wagstaff": without_value(wagstaff, ~block.is_bounded, reasons.NO_LIMITS),
        "erreygers": without_value(erreygers, ~block.is_bounded, reasons.NO_LIMITS),
    }


def line_weights(block: Block, place: Floats) -> tuple[Floats, Floats]:
    """Return the weights (n x K) with which the values enter a weighted straight line's ends at 0 and at 1."""
    middle = np.einsum("ij,ij->i", block.w, place)[:, None]
    away = place - middle
    slope = block.w * away / np.maximum((block.w * away**2).sum(axis=1, keepdims=True), NEVER_ZERO)
    return block.w - middle * slope, block.w + (1 - middle) * slope


def logistic_fit(y: Floats, w: Floats, place: Floats) -> Fit:
    """Return the logistic curve that fits shares y (n x K) by weighted quasi-likelihood, Newton steps with halving."""
    away = place - 0.5
    mean = np.clip((w * y).sum(axis=1), 1e-9, 1 - 1e-9)
    a, b = np.log(mean / (1 - mean)), np.zeros(len(mean))
    for _ in range(ROUNDS):
        p, inverse = information(a, b, w, away)
        score = np.stack([(w * (y - p)).sum(axis=1), (w * (y - p) * away).sum(axis=1)], axis=1)
        step = np.einsum("ijk,ik->ij", inverse, score)
        step *= np.minimum(1, 3 / np.maximum(np.abs(step).max(axis=1, keepdims=True), 3e-300))
        a, b = a + step[:, 0], np.clip(b + step[:, 1], -2 * STEEPEST, 2 * STEEPEST)
    p, inverse = information(a, b, w, away)
    score = np.abs((w * (y - p) * away).sum(axis=1)) + np.abs((w * (y - p)).sum(axis=1))
    is_found = (np.abs(b) < STEEPEST) & (np.abs(a) < STEEPEST) & (score < 1e-8)
    design = np.stack([w, w * away], axis=1)
    change = np.einsum("ijk,ikl->ijl", inverse, design)
    ends = []
    for end in (-0.5, 0.5):
        fitted = logistic(a + end * b)
        ends.append((fitted, (fitted * (1 - fitted))[:, None] * (change[:, 0] + end * change[:, 1])))
    return Fit(ends[0][0], ends[1][0], ends[0][1], ends[1][1], is_found)


def logistic(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x))."""
    answer: Floats = 0.5 * (1 + np.tanh(x / 2))
    return answer


def information(a: Floats, b: Floats, w: Floats, away: Floats) -> tuple[Floats, Floats]:
    """Return fitted shares and the inverse of the information matrix (n x 2 x 2)."""
    p = logistic(a[:, None] + b[:, None] * away)
    v = w * np.maximum(p * (1 - p), NEVER_ZERO)
    s0, s1, s2 = v.sum(axis=1), (v * away).sum(axis=1), (v * away**2).sum(axis=1)
    determinant = np.maximum(s0 * s2 - s1**2, NEVER_ZERO**2)
    inverse = np.stack([np.stack([s2, -s1], axis=1), np.stack([-s1, s0], axis=1)], axis=1)
    return p, inverse / determinant[:, None, None]


def slopes(block: Block, place: Floats) -> dict[str, Found]:
    """Return sii (in the unit) and rii."""
    bottom, top = line_weights(block, place)
    line = {"sii": linear_measure(block, top - bottom), "rii": fieller(block, top, bottom)}
    at_bottom = np.einsum("ij,ij->i", bottom, block.y)
    at_top = np.einsum("ij,ij->i", top, block.y)
    line["rii"] = without_value(line["rii"], (at_bottom <= 0) | (at_top <= 0), reasons.NOT_POSITIVE)
    bounded = block.is_bounded
    if not bounded.any():
        return line
    span = np.where(bounded, block.highest - block.lowest, 1)
    share = np.where(bounded[:, None], (block.y - np.nan_to_num(block.lowest)[:, None]) / span[:, None], 0.5)
    fit = logistic_fit(share, block.w, place)
    safe = np.maximum(fit.bottom, NEVER_ZERO)
    ratio = fit.top / safe
    tilt = (fit.top_slope - ratio[:, None] * fit.bottom_slope) / safe[:, None] / span[:, None]
    curve = {
        "sii": smooth_measure(block, span * (fit.top - fit.bottom), fit.top_slope - fit.bottom_slope),
        "rii": smooth_measure(block, ratio, tilt, is_log=True),
    }
    fitted = {name: without_value(x, ~fit.is_found, reasons.NO_FIT) for name, x in curve.items()}
    return {name: either(bounded, fitted[name], line[name]) for name in line}


def slope_measures(block: Block) -> dict[str, Found]:
    """Return aci, rci, wagstaff, erreygers, sii and rii of every setting; not measurable without an order."""
    ordered = block.is_ordered
    rank = np.where(ordered[:, None], block.rank, np.arange(block.y.shape[1])[None, :])
    place = positions(rank, block.w)
    answer = concentration(block, place) | slopes(block, place)
    return {name: without_value(measure, ~ordered, reasons.NO_ORDER) for name, measure in answer.items()}
