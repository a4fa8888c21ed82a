"""What people say they feel, on ladders of answers: an index from 0 to 100, the share of top answers, the silent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats, Ints
from rightsplan.stats.survey.design import Sample
from rightsplan.stats.survey.estimates import LEAST, LEVEL, Estimate, mean, share

HALF = 0.5  # of the questions that a person must have answered to have an index
TOP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Perception:
    """What one group says (empty: everybody).

    `index` is the mean index from 0 (worst answer) to 100 (best) of those who have one. `top` is the share of them
    whose answers are, on average, in the top answers: for one question the share of the top answers.
    `unanswered` is the share of all who were asked that has no index. `lowest` and `highest` bound the share `top`
    among all who were asked, were all the silent outside or inside it: how much silence, of fear too, could hide.
    """

    group: str
    index: Estimate
    top: Estimate
    unanswered: Estimate
    lowest: float | None
    highest: float | None


def perception(
    drawn: Sample,
    answers: ArrayLike,
    *,
    ladder: tuple[int, int] = (1, 5),
    reverse: Sequence[int] = (),
    top: int = TOP,
    by: Sequence[str] | None = None,
    least: int = LEAST,
    level: float = LEVEL,
) -> tuple[Perception, ...]:
    """Estimate a perception index, the share in the top answers and the share of the silent, by group.

    Method: every answer becomes 100 (answer - worst) / (best - worst); a person's index is the mean of those given
    (`index_of`, Likert 1932); shares and means are those of the design (`share`, `mean`). The bounds add nothing for
    the silent, or all of them (Manski 1989). `answers` (n, or n x questions) are whole steps of the `ladder` (worst,
    best), NaN where there is none; `reverse` numbers, from 0, the questions on which the lowest step is best; `top` is
    how many of the best steps count as top. `by`, `least`, `level` as in `mean`. Raises Refused for bad input.
    Treats steps as equally far apart. Does not correct for fear, for the interviewer or for the mode of asking.
    """
    table = table_of(drawn, answers, ladder)
    worst, best = ladder_of(ladder)
    steps = best - worst
    if not 1 <= checks.counts("top", [top])[0] <= steps:
        raise Refused(f"top is {top}.", f"Give 1 to {steps} of the {steps + 1} steps.")
    index = index_of(table, ladder=ladder, reverse=reverse)
    silent = np.isnan(index)
    is_top = np.where(silent, np.nan, index >= 100 * (steps - top + 1) / steps - 1e-9)
    found = zip(
        mean(drawn, index, by=by, least=least, level=level),
        share(drawn, is_top, by=by, least=least, level=level),
        share(drawn, silent, by=by, least=least, level=level),
        strict=True,
    )
    return tuple(Perception(group=a.group, index=a, top=b, unanswered=c, **bounds(b, c)) for a, b, c in found)


def table_of(drawn: Sample, answers: ArrayLike, ladder: tuple[int, int]) -> Floats:
    """Return the answers as n x questions. Raises Refused for one that is not on the ladder."""
    worst, best = ladder_of(ladder)
    raw = checks.as_floats("answers", answers)
    table = raw[:, None] if raw.ndim == 1 else raw
    table = checks.matrix("answers", table, shape=(len(drawn.weight), None), missing=True, least=worst, most=best)
    off = table != np.floor(table)
    off &= ~np.isnan(table)
    if off.any() or not table.shape[1]:
        where = checks.places(off.any(axis=1)) if off.any() else "every row"
        raise Refused(f"answers is no step of the ladder at {where}.", "Give whole steps.")
    return table


def ladder_of(ladder: tuple[int, int]) -> tuple[int, int]:
    """Return the worst and the best step. Raises Refused where they are no ladder."""
    worst, best = checks.counts("ladder", ladder, length=2, least=-100).tolist()
    if best <= worst:
        raise Refused("The ladder does not rise.", "Give its worst and its best step, such as 1 and 5.")
    return worst, best


def index_of(answers: ArrayLike, *, ladder: tuple[int, int] = (1, 5), reverse: Sequence[int] = ()) -> Floats:
    """Give every person's index from 0 to 100: the mean of the answers given, each from worst 0 to best 100.

    Method: summated rating (Likert 1932), rescaled. `answers` (n x questions) on the `ladder` (worst, best), NaN where
    there is none; `reverse` numbers, from 0, the questions on which the lowest step is best. NaN for a person who
    answered fewer than half of the questions. Raises Refused. Does not weigh questions.
    """
    worst, best = ladder_of(ladder)
    table = checks.matrix("answers", answers, missing=True, least=worst, most=best)
    turned = turned_of(reverse, table.shape[1])
    points = 100 * (table - worst) / (best - worst)
    points[:, turned] = 100 - points[:, turned]
    given = (~np.isnan(points)).sum(axis=1)
    enough = given >= max(HALF * points.shape[1], 1)
    return np.where(enough, np.nansum(points, axis=1) / np.maximum(given, 1), np.nan)


def turned_of(reverse: Sequence[int], questions: int) -> Ints:
    """Return the questions to turn. Raises Refused for one that there is not."""
    turned = checks.counts("reverse", reverse)
    if (turned >= questions).any():
        raise Refused(f"reverse names question {turned.max()}.", f"Count the {questions} questions from 0.")
    return turned


def bounds(top: Estimate, silent: Estimate) -> dict[str, float | None]:
    """Return the bounds of the top share among all who were asked."""
    if top.value is None or silent.value is None:
        return {"lowest": None, "highest": None}
    spoken = top.value * (1 - silent.value)
    return {"lowest": spoken, "highest": spoken + silent.value}
