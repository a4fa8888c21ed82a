"""How well forecasts did: targets of the past, judged by the method with what was known then, and by others' rules."""

from rightsplan.stats.backtest.cases import Cases, draw_cases
from rightsplan.stats.backtest.fitting import fit, said_with
from rightsplan.stats.backtest.rules import RULES, recalibrated, verdict_values
from rightsplan.stats.backtest.scoring import Bin, Score, calibration_error, reliability, score

__all__ = [
    "RULES",
    "Bin",
    "Cases",
    "Score",
    "calibration_error",
    "draw_cases",
    "fit",
    "recalibrated",
    "reliability",
    "said_with",
    "score",
    "verdict_values",
]
