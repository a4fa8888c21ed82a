"""Inequality between groups: measures with intervals that cover, who is furthest behind, who moved the mean."""

from rightsplan.stats.gaps.behind import FurthestBehind, furthest_behind
from rightsplan.stats.gaps.moved import GroupMove, MeanMove, Part, who_moved_the_mean
from rightsplan.stats.gaps.panel import GroupPanel, group_panel
from rightsplan.stats.gaps.table import MEASURES, Estimate, Gaps, GapTable, gaps, gaps_many

__all__ = [
    "MEASURES",
    "Estimate",
    "FurthestBehind",
    "GapTable",
    "Gaps",
    "GroupMove",
    "GroupPanel",
    "MeanMove",
    "Part",
    "furthest_behind",
    "gaps",
    "gaps_many",
    "group_panel",
    "who_moved_the_mean",
]
