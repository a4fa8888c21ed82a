"""Resource-adjusted realization: what a place achieves against what has been possible with such resources."""

from rightsplan.stats.frontier.curves import CURVES, GROUPS, INDICATORS, SOURCE, Curve, CurvePoint, curve, curve_points
from rightsplan.stats.frontier.rights import CARRY, RIGHTS, carry_forward, composite, right_scores
from rightsplan.stats.frontier.scores import REASONS, PathPoint, Scores, path, score

__all__ = [
    "CARRY",
    "CURVES",
    "GROUPS",
    "INDICATORS",
    "REASONS",
    "RIGHTS",
    "SOURCE",
    "Curve",
    "CurvePoint",
    "PathPoint",
    "Scores",
    "carry_forward",
    "composite",
    "curve",
    "curve_points",
    "path",
    "right_scores",
    "score",
]
