"""Values that do not fit their own series or their neighbours': a reason to look, never a reason to delete."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats

Reason = Literal["step", "spike", "neighbours"]
CUT = 3.5  # of the modified z score (Iglewicz and Hoaglin 1993)
LEAST_STEPS = 5
MAD_TO_SD, MEAN_TO_SD = 1.482602218505602, 1.2533141373155
NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A suspicious value: its place in the series, its score, and why it is suspected."""

    place: int
    year: float
    value: float
    score: float
    reason: Reason


def outliers(
    years: ArrayLike,
    values: ArrayLike,
    *,
    lower: float | None = None,
    upper: float | None = None,
    neighbours: ArrayLike | None = None,
    cut: float = CUT,
) -> tuple[Outlier, ...] | None:
    """Return the suspicious values of one series, None where it is too short or too flat to judge.

    The yearly steps of the series, on the logit scale where it lies between `lower` and `upper`, on the log scale where
    it lies above `lower` alone, else as it is, are compared with their median by the median absolute deviation (mean
    absolute deviation where that is zero; Iglewicz and Hoaglin 1993, volume 16 of the ASQC references): a score beyond
    `cut` is a "step", or a "spike" where the next step goes straight back as improbably. With `neighbours` (k, n),
    other places' values in the same years (NaN where missing), the steps less the median step of at least three
    neighbours are judged too: "neighbours"; all on the scale that fits every one of them.

    `years` (n,) rise, `values` (n,) may be NaN: such years are left out and their steps divided by the gap. At least
    five steps are needed. Raises Refused for years that do not rise, and for lengths that differ. Does not judge
    levels, and cannot tell an error from a true shock: a war and a typing mistake look alike.
    """
    when = checks.numbers("years", years, at_least=1)
    raw = checks.numbers("values", values, length=len(when), missing=True)
    if (np.diff(when) <= 0).any():
        raise Refused("years do not rise.", "Sort the series by year, one value a year.")
    cut = checks.number("cut", cut, above=0.0)
    y, known = on_scale(raw, lower, upper), ~np.isnan(raw)
    place = np.flatnonzero(known)
    step = np.diff(y[known]) / np.diff(when[known])
    score = scores_of(step)
    if score is None:
        return None
    marks = judged(score, cut)
    if neighbours is not None:
        others = checks.matrix("neighbours", neighbours, shape=(None, len(when)), missing=True)
        same = on_scale(np.vstack([raw, others]), lower, upper)  # one scale, or the steps could not be compared
        beside = judged(against(when, same[0], known, same[1:]), cut)
        marks += [(i, s, "neighbours") for i, s, _ in beside if i not in {at for at, _, _ in marks}]
    return tuple(outlier_at(int(place[i]), when, raw, score=s, reason=reason) for i, s, reason in sorted(marks))


def outlier_at(place: int, when: Floats, raw: Floats, *, score: float, reason: Reason) -> Outlier:
    """Return the suspicious value at a place."""
    return Outlier(place=place, year=float(when[place]), value=float(raw[place]), score=score, reason=reason)


def on_scale(values: Floats, lower: float | None, upper: float | None) -> Floats:
    """Return values as logit or log where every one lies inside the bounds, else as they are.

    Raises Refused for a bound that is no finite number.
    """
    lower, upper = (None if x is None else checks.number(name, x) for name, x in (("lower", lower), ("upper", upper)))
    known = values[~np.isnan(values)]
    if lower is None or not (known > lower).all():
        return values
    if upper is None:
        return np.log(values - lower)
    if not (known < upper).all():
        return values
    scaled: Floats = np.log(values - lower) - np.log(upper - values)
    return scaled


def scores_of(step: Floats) -> Floats | None:
    """Return robust scores of steps (NaN is no step), None where fewer than five or all are alike."""
    known = step[~np.isnan(step)]
    if len(known) < LEAST_STEPS:
        return None
    off = step - np.median(known)
    size = np.abs(off[~np.isnan(off)])
    floor = NEGLIGIBLE * np.abs(known).max()
    scale = MAD_TO_SD * np.median(size)
    if scale <= floor:
        scale = MEAN_TO_SD * size.mean()
    return None if scale <= floor else off / scale


def judged(score: Floats | None, cut: float) -> list[tuple[int, float, Reason]]:
    """Return the number of the value after each improbable step, its score, and whether it is a spike or a step."""
    found: list[tuple[int, float, Reason]] = []
    back = -1
    for i, s in enumerate([] if score is None else score):
        if not abs(s) > cut or i == back:
            continue
        after = score[i + 1] if score is not None and i + 1 < len(score) else np.nan
        is_spike = abs(after) > cut and np.sign(after) != np.sign(s)
        back = i + 1 if is_spike else -1
        found.append((i + 1, float(s), "spike" if is_spike else "step"))
    return found


def against(when: Floats, y: Floats, known: Bools, others: Floats) -> Floats | None:
    """Return scores of the steps less the median step of the neighbours, where at least three have one."""
    gap = np.diff(when[known])
    own = np.diff(y[known]) / gap
    theirs = np.diff(others[:, known], axis=1) / gap
    enough = (~np.isnan(theirs)).sum(axis=0) >= 3
    usual = np.full(len(own), np.nan)
    usual[enough] = np.nanmedian(theirs[:, enough], axis=0) if enough.any() else usual[enough]
    return scores_of(own - usual)
