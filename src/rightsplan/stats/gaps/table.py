"""All measures of inequality between groups, for one setting or a hundred thousand, absolute beside relative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats.checks import counts, one_of
from rightsplan.stats.gaps.distance import distance_measures
from rightsplan.stats.gaps.found import ONE_GROUP, REASONS, Codes, Found
from rightsplan.stats.gaps.named import end_of, kept_groups, kept_of
from rightsplan.stats.gaps.panel import GroupPanel, blocks, group_panel
from rightsplan.stats.gaps.picked import picked_measures
from rightsplan.stats.gaps.slope import slope_measures
from rightsplan.stats.gaps.spread import variance_measures
from rightsplan.stats.panel import Floats, Ints

Kind = Literal["absolute", "relative"]
MEASURES: Mapping[str, tuple[Kind, str]] = MappingProxyType(
    {
        "difference": ("absolute", "Difference between the best-off and the worst-off group"),
        "par": ("absolute", "Gain of the mean if all were at the best level (population attributable risk)"),
        "mdb_u": ("absolute", "Mean distance from the best group, groups alike"),
        "mdb_w": ("absolute", "Mean distance from the best group, by population"),
        "mdm_u": ("absolute", "Mean distance from the mean, groups alike"),
        "mdm_w": ("absolute", "Mean distance from the mean, by population"),
        "mdr_u": ("absolute", "Mean distance from the reference group, groups alike"),
        "mdr_w": ("absolute", "Mean distance from the reference group, by population"),
        "bgv": ("absolute", "Between-group variance"),
        "bgsd": ("absolute", "Between-group standard deviation"),
        "aci": ("absolute", "Absolute concentration index"),
        "erreygers": ("absolute", "Concentration index after Erreygers"),
        "sii": ("absolute", "Slope index of inequality"),
        "hoi": ("absolute", "Human opportunity index: the mean less the penalty for inequality"),
        "ratio": ("relative", "Ratio of the two ends"),
        "paf": ("relative", "Gain of the mean in percent (population attributable fraction)"),
        "idis_u": ("relative", "Index of disparity in percent, groups alike"),
        "idis_w": ("relative", "Index of disparity in percent, by population"),
        "cov": ("relative", "Coefficient of variation in percent"),
        "theil": ("relative", "Theil index"),
        "mld": ("relative", "Mean log deviation"),
        "rci": ("relative", "Relative concentration index"),
        "wagstaff": ("relative", "Concentration index after Wagstaff"),
        "rii": ("relative", "Relative index of inequality"),
        "d_index": ("relative", "Dissimilarity index: the share of opportunities that would have to move"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapTable:
    """Every measure of every setting: arrays of n x M, in the order of MEASURES; NaN where unknown.

    `value` is the raw measure, `corrected` the one freed from what noise adds, `low` and `high` a 95 % interval, `why`
    the place in REASONS of what is not known, 0 where all is.
    """

    value: Floats
    corrected: Floats
    low: Floats
    high: Floats
    why: Codes

    def of(self, measure: str) -> Found:
        """Return one measure in all settings. Raises Refused for an unknown name."""
        if measure not in MEASURES:
            raise Refused(f"There is no measure {measure!r}.", f"Known measures: {', '.join(MEASURES)}.")
        at = list(MEASURES).index(measure)
        value, corrected, low, high = (x[:, at] for x in (self.value, self.corrected, self.low, self.high))
        return Found(value, corrected, low, high, self.why[:, at])

    def frame(self) -> pl.DataFrame:
        """Return setting (from 0), measure, kind, value, corrected, low, high, note; null where unknown, never NaN."""
        n, m = self.value.shape
        numbers_of = {x: getattr(self, x).ravel() for x in ("value", "corrected", "low", "high")}
        frame = pl.DataFrame({"setting": np.repeat(np.arange(n), m), "why": self.why.ravel(), **numbers_of})
        names = pl.Series("measure", list(MEASURES) * n)
        kinds = pl.Series("kind", [kind for kind, _ in MEASURES.values()] * n)
        notes = pl.col("why").replace_strict(dict(enumerate(REASONS)), return_dtype=pl.String).alias("note")
        return frame.select("setting", names, kinds, pl.col(*numbers_of).fill_nan(None), notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One measure of one setting. None where unknown, with the reason in `note`.

    `value` is the raw measure, as published elsewhere; `corrected` is freed from the inequality that noise alone adds
    (the same where noise adds none); `low` and `high` are a 95 % interval.
    """

    measure: str
    says: str
    value: float | None
    corrected: float | None
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Inequality between the groups of one setting: absolute and relative measures, never one without the other.

    `mean` is weighted by population. `best` and `worst` name the ends that difference and ratio compare: the ends of
    the order, or the groups with the best and the worst value. `missing` names groups without a value.
    """

    mean: float
    best: str
    worst: str
    absolute: tuple[Estimate, ...]
    relative: tuple[Estimate, ...]
    missing: tuple[str, ...]

    def of(self, measure: str) -> Estimate:
        """Return one measure by its name. Raises Refused for an unknown name."""
        for estimate in (*self.absolute, *self.relative):
            if estimate.measure == measure:
                return estimate
        raise Refused(f"There is no measure {measure!r}.", f"Known measures: {', '.join(MEASURES)}.")


def gaps_many(panel: GroupPanel, *, settings: Sequence[int] | Ints | None = None) -> GapTable:
    """Return every measure of inequality, with intervals that cover, of every setting (or of the chosen).

    Sources, formulas and interval methods: the modules `picked`, `distance`, `spread`, `slope` and `invert` of this
    package; their coverage: docs/simulations/gaps.md. Estimates of groups are taken as independent and normal with
    known standard errors. A setting with one group is not measurable. Theil and MLD are natural numbers; WHO prints
    them times 1000. Does not test for trend, does not pool settings, and says nothing about inequality within groups.
    """
    places = np.arange(panel.count) if settings is None else counts("settings", settings)
    n = len(places)
    if (places >= panel.count).any():
        raise Refused("settings names one that is not in the panel.", f"Give numbers from 0 to {panel.count - 1}.")
    back = np.full(panel.count, -1)
    back[places] = np.arange(n)
    parts = [np.full((n, len(MEASURES)), np.nan) for _ in range(4)]
    why = np.full((n, len(MEASURES)), ONE_GROUP, dtype=np.int8)
    for block in blocks(panel, np.unique(places)):
        measures = variance_measures(block) | distance_measures(block) | picked_measures(block) | slope_measures(block)
        rows = back[block.settings]
        for at, name in enumerate(MEASURES):
            for part, numbers_found in zip(parts, measures[name][:4], strict=True):
                part[rows, at] = numbers_found
            why[rows, at] = measures[name].why
    value, corrected, low, high = (part[back[places]] for part in parts)
    return GapTable(value=value, corrected=corrected, low=low, high=high, why=why[back[places]])


def gaps(
    groups: Sequence[str],
    value: ArrayLike,
    *,
    better: str = "higher",
    error: ArrayLike | None = None,
    size: ArrayLike | None = None,
    population: ArrayLike | None = None,
    rank: ArrayLike | None = None,
    lowest: float | None = None,
    highest: float | None = None,
    reference: str | None = None,
) -> Gaps:
    """Return all measures of inequality between the groups of one setting: `gaps_many` of one.

    `groups` are K different names; the arrays have length K: `value` in any unit (NaN: no value; the group is named in
    `missing` and left out), `error` its standard errors or `size` the people asked, `population` sizes or shares (equal
    if not given), `rank` rising from the least to the most advantaged group. `lowest` and `highest` are the ends of the
    unit, e.g. 0 and 100. `reference` names the group that MDR, PAR and PAF compare with. Raises Refused for bad
    numbers, double names and fewer than two groups with a value. Source and limits: `gaps_many`.
    """
    kept = kept_groups(groups, value)
    one_of("better", better, ("higher", "lower"))
    if reference is not None:
        one_of("reference", reference, kept.names)
    panel = group_panel(
        kept.value,
        offsets=[0, len(kept.names)],
        error=kept_of("error", error, kept),
        size=kept_of("size", size, kept),
        population=kept_of("population", population, kept),
        rank=kept_of("rank", rank, kept),
        is_higher_better=better == "higher",
        lowest=end_of("lowest", lowest),
        highest=end_of("highest", highest),
        reference=None if reference is None else [kept.names.index(reference)],
    )
    return one_of_table(panel, kept.names, kept.missing)


def one_of_table(panel: GroupPanel, names: Sequence[str], missing: tuple[str, ...]) -> Gaps:
    """Return the single setting of a panel with its names."""
    table = gaps_many(panel)
    turned = panel.value if panel.is_higher_better[0] else -panel.value
    order = turned if np.isnan(panel.rank).any() else panel.rank
    estimates = []
    for at, (name, (_, says)) in enumerate(MEASURES.items()):
        parts = (float(x[0, at]) for x in (table.value, table.corrected, table.low, table.high))
        value, corrected, low, high = (None if np.isnan(x) else x for x in parts)
        note = REASONS[table.why[0, at]]
        estimates.append(
            Estimate(measure=name, says=says, value=value, corrected=corrected, low=low, high=high, note=note)
        )
    return Gaps(
        mean=float((panel.share * panel.value).sum()),
        best=names[int(order.argmax())],
        worst=names[int(order.argmin())],
        absolute=tuple(e for e in estimates if MEASURES[e.measure][0] == "absolute"),
        relative=tuple(e for e in estimates if MEASURES[e.measure][0] == "relative"),
        missing=missing,
    )
