"""Whether a statement about places stands in every admissible way to compute the index, or says that it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.index.composite import EVEN, Recipe, Yardstick, bands, joined, recipes, scores_by
from rightsplan.stats.index.normalise import normalise, whole_rows
from rightsplan.stats.index.ranks import drawn_values
from rightsplan.stats.panel import Bools, Floats

Verdict = Literal["holds", "does not hold", "depends on the method", "within the error of the data", "not measurable"]
PARTS = 10  # a statement that more than one in ten methods answers otherwise says so
SURE = 0.95  # of the draws of the data must agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A claim about a row: it scores above another row, or (where `band` is given) it is in that class.

    "A improved since t" is the claim that A's row now scores above A's row of then.
    """

    row: int
    above: int | None = None
    band: int | None = None

    def __post_init__(self) -> None:
        if (self.above is None) == (self.band is None):
            raise Refused("A statement says both or neither of above and band.", "Give one of them.")
        for name in ("row", "above", "band"):
            if getattr(self, name) is not None:
                checks.counts(name, [getattr(self, name)], least=-int(checks.LARGEST))
        if self.row == self.above:
            raise Refused("A statement compares a row with itself.", "Name two rows.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """How firmly a statement stands: by the plan's yardstick, by methods, by the data; three facts and a verdict.

    `holds` is what the yardstick says of the figures as they are. `methods` are the admissible ones, `agree` those that
    say the same, `otherwise` names the rest. `probability` is the share of draws of the data in which the yardstick
    finds the statement true; it is 0 or 1 where no errors are stated.
    """

    statement: Statement
    holds: bool | None
    methods: int
    agree: int
    otherwise: tuple[str, ...]
    probability: float | None
    verdict: Verdict


def robustness(
    values: ArrayLike,
    *,
    yardstick: Yardstick,
    statements: Sequence[Statement],
    seed: int,
    errors: ArrayLike | None = None,
    draws: int = 1_000,
) -> tuple[Robustness, ...]:
    """Say of each statement whether it holds, and if another admissible method or the error of the data would flip it.

    Every recipe of `recipes` answers on the figures as they are; on classes only those that keep the goalposts, for
    elsewhere the edges mean nothing. Where more than a tenth answer otherwise than the plan's yardstick the verdict is
    "depends on the method"; else, where fewer than 95 of 100 draws of the data agree, "within the error of the data";
    else "holds" or "does not hold". `values`, `errors`, `seed` as for `uncertainty`. Min-max and z see all rows given.
    Raises Refused for rows and classes that are not there. Does not ask whether the indicators are the right ones. The
    probability takes each pair by itself: where all places are nearly alike, it is too sure of their differences.
    """
    size = int(checks.number("draws", draws, least=100, most=100_000))
    table = normalise(values, goalposts=yardstick.goalposts)
    whole = whole_rows(table)
    for statement in statements:
        refuse_unknown(statement, rows=len(table), classes=len(yardstick.edges) + 1)
    rng = np.random.default_rng(int(checks.counts("seed", [seed])[0]))
    chosen = recipes(yardstick)
    by_recipe = spread_out(scores_by(table[whole], chosen), whole)
    noisy = drawn_values(values, errors, whole=whole, yardstick=yardstick, draws=size, rng=rng)
    by_draw = spread_out(joined(noisy, yardstick.shares, yardstick.aggregation), whole)
    return tuple(judged(each, yardstick, chosen, by_recipe=by_recipe, by_draw=by_draw) for each in statements)


def judged(
    statement: Statement, yardstick: Yardstick, chosen: Sequence[Recipe], *, by_recipe: Floats, by_draw: Floats
) -> Robustness:
    """Return the facts and the verdict on one statement; the yardstick's own recipe comes first."""
    rows = [statement.row] if statement.above is None else [statement.row, statement.above]
    if np.isnan(by_recipe[:, rows]).any():
        return Robustness(
            statement=statement,
            holds=None,
            methods=0,
            agree=0,
            otherwise=(),
            probability=None,
            verdict="not measurable",
        )
    fits = [i for i, r in enumerate(chosen) if statement.band is None or r.normalisation == "goalposts"]
    answers = answer(statement, by_recipe[fits], yardstick.edges)
    holds = bool(answers[0])
    probability = float(answer(statement, by_draw, yardstick.edges).mean())
    agree = int((answers == holds).sum())
    sure = probability if holds else 1 - probability
    verdict: Verdict = "holds" if holds else "does not hold"
    if PARTS * (len(fits) - agree) > len(fits):
        verdict = "depends on the method"
    elif sure < SURE:
        verdict = "within the error of the data"
    return Robustness(
        statement=statement,
        holds=holds,
        methods=len(fits),
        agree=agree,
        otherwise=tuple(chosen[i].name for i, given in zip(fits, answers, strict=True) if given != holds),
        probability=probability,
        verdict=verdict,
    )


def answer(statement: Statement, scores: Floats, edges: Sequence[float]) -> Bools:
    """Return whether the statement is true by each row of scores."""
    mine = scores[:, statement.row]
    if statement.above is None:
        return np.asarray(bands(mine, edges) == statement.band)
    return np.asarray(np.round(mine - scores[:, statement.above], EVEN) > 0)


def spread_out(scores: Floats, whole: Bools) -> Floats:
    """Return scores of the rows without gaps in the columns of all rows, NaN elsewhere."""
    found = np.full((len(scores), len(whole)), np.nan)
    found[:, whole] = scores
    return found


def refuse_unknown(statement: Statement, *, rows: int, classes: int) -> None:
    """Raise Refused where a statement names a row or a class that is not there."""
    named = [statement.row, *([] if statement.above is None else [statement.above])]
    if not all(0 <= row < rows for row in named):
        raise Refused(f"A statement names row {max(named)} or {min(named)}.", f"There are rows 0 to {rows - 1}.")
    if statement.band is not None and not 0 <= statement.band < classes:
        raise Refused(f"A statement names class {statement.band}.", f"There are classes 0 to {classes - 1}.")
