"""Inequality between groups: measures with intervals that cover, who is furthest behind, who moved the mean."""

from rightsplan.stats.gaps.panel import GroupPanel, group_panel
from rightsplan.stats.gaps.table import MEASURES, Estimate, Gaps, GapTable, gaps, gaps_many

__all__ = ["MEASURES", "Estimate", "GapTable", "Gaps", "GroupPanel", "gaps", "gaps_many", "group_panel"]
