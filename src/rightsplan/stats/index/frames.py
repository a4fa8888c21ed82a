"""From a long table of a user to the arrays of this package, and back to tables without NaN."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.index.composite import Yardstick
from rightsplan.stats.index.normalise import Goalpost, Scale
from rightsplan.stats.index.statements import Robustness, Statement
from rightsplan.stats.panel import Floats

Shown = float | int | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """A long table as rows x names: the labels of rows in their first order, and a matrix with NaN for gaps."""

    labels: pl.DataFrame
    names: tuple[str, ...]
    frame: pl.DataFrame

    def matrix(self, column: str) -> Floats:
        """Return a column of the long table as rows x names."""
        found = np.full((len(self.labels), len(self.names)), np.nan)
        values = self.frame[column].cast(pl.Float64).to_numpy()
        found[self.frame["_row"].to_numpy(), self.frame["_name"].to_numpy()] = values
        return found

    def constant(self, column: str) -> list[float | str]:
        """Return the value that a column has for each name. Raises Refused where it has two, or none."""
        kept: list[float | str] = []
        for j, name in enumerate(self.names):
            values = self.frame.filter(pl.col("_name") == j)[column].drop_nulls().unique().to_list()
            if len(values) != 1:
                what = "no value" if not values else "several values"
                raise Refused(f"{column} of {name} has {what}.", "Give every indicator one for all places and periods.")
            kept.append(values[0])
        return kept


def widen(frame: pl.DataFrame, *, rows: Sequence[str], names: str) -> Wide:
    """Return a long table as a wide one. Raises Refused where a cell is there twice."""
    keys = [*rows, names]
    if (double := frame.select(keys).is_duplicated()).any():
        cell = ", ".join(str(part) for part in frame.select(keys).row(int(double.arg_max() or 0)))
        raise Refused(f"The table has two rows for {cell}.", "Keep one.")
    labels = frame.select(rows).unique(maintain_order=True).with_row_index("_row")
    named = frame.select(names).unique(maintain_order=True).with_row_index("_name")
    joined = frame.join(labels, on=list(rows)).join(named, on=names)
    return Wide(labels=labels.drop("_row"), names=tuple(named[names].to_list()), frame=joined)


def goalposts_of(wide: Wide) -> tuple[Goalpost, ...]:
    """Return the goalposts that stand in the columns worst, best and scale (linear where there is none)."""
    worst, best = wide.constant("worst"), wide.constant("best")
    scales = wide.constant("scale") if "scale" in wide.frame.columns else ["linear"] * len(wide.names)
    return tuple(
        Goalpost(name=name, worst=float(worst[j]), best=float(best[j]), scale=scale_of(name, str(scales[j])))
        for j, name in enumerate(wide.names)
    )


def scale_of(name: str, scale: str) -> Scale:
    """Return the scale of an indicator. Raises Refused for an unknown one."""
    found: Scale = "log" if checks.one_of(f"scale of {name}", scale, ("linear", "log")) == "log" else "linear"
    return found


def table(labels: pl.DataFrame, columns: Mapping[str, Any]) -> pl.DataFrame:
    """Return labels with columns beside them; NaN becomes null."""
    series = [pl.Series(name, values) for name, values in columns.items()]
    clean = [s.fill_nan(None) if s.dtype.is_float() else s for s in series]
    return labels.with_columns(clean)


def claims(labels: pl.DataFrame, *, score: Floats, band: ArrayLike) -> list[Statement]:
    """Return the statements that a table of ranks makes.

    Each place stands above the next one of its period, is in its class, and is better than in its first period. Rows
    without a score make none.
    """
    found: list[Statement] = []
    classes = np.asarray(band)
    known = np.flatnonzero(~np.isnan(score))
    rows = labels.with_row_index("_row").with_columns(pl.Series("_score", score))[known.tolist()]
    for _, part in rows.group_by("period", maintain_order=True):
        order = part.sort("_score", descending=True, maintain_order=True)["_row"].to_list()
        found += [Statement(row=a, above=b) for a, b in pairwise(order)]
    found += [Statement(row=int(i), band=int(classes[i])) for i in known]
    for _, part in rows.group_by("place", maintain_order=True):
        ordered = part.sort("period")["_row"].to_list()
        found += [Statement(row=ordered[-1], above=ordered[0])] if len(ordered) > 1 else []
    return found


def claims_table(labels: pl.DataFrame, answers: Sequence[Robustness]) -> pl.DataFrame:
    """Return the answers to statements as a table in words."""
    rows: list[dict[str, Shown]] = []
    for answer in answers:
        place, period = labels.row(answer.statement.row)
        other = (None, None) if answer.statement.above is None else labels.row(answer.statement.above)
        kind = "is in class" if other[0] is None else "is better than in" if other[0] == place else "is above"
        rows.append(
            {
                "place": place,
                "period": period,
                "says": kind,
                "other_place": other[0],
                "other_period": other[1],
                "class": answer.statement.band,
                "holds": answer.holds,
                "methods": answer.methods,
                "agree": answer.agree,
                "probability": answer.probability,
                "verdict": answer.verdict,
                "note": note_of(answer),
            }
        )
    return pl.DataFrame(rows, schema=CLAIM, orient="row")


CLAIM: dict[str, pl.DataType] = {
    **dict.fromkeys(("place", "period", "says", "other_place", "other_period"), pl.String()),
    "class": pl.Int64(),
    "holds": pl.Boolean(),
    **dict.fromkeys(("methods", "agree"), pl.Int64()),
    "probability": pl.Float64(),
    **dict.fromkeys(("verdict", "note"), pl.String()),
}


def note_of(answer: Robustness) -> str:
    """Return the methods that answer otherwise, the first three by name."""
    rest = len(answer.otherwise) - 3
    named = "; ".join(answer.otherwise[:3])
    return f"otherwise: {named}{f' and {rest} more' if rest > 0 else ''}" if named else ""


def methods_table(yardstick: Yardstick, names: Sequence[str], weights: Sequence[Sequence[float]]) -> pl.DataFrame:
    """Return every method by name with the weight of each indicator."""
    columns = {f"weight_{post.name}": [row[j] for row in weights] for j, post in enumerate(yardstick.goalposts)}
    return pl.DataFrame({"method": list(names), **columns})
