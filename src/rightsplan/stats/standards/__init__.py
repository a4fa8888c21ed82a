"""Is one standard applied to all? Audits by cross-tables and regression; `standards.bayes` needs the extra `bayes`."""

from rightsplan.stats.standards.observed import ROPE, Comparison, audit, matching_scores
from rightsplan.stats.standards.proportional import Fit, proportional_odds
from rightsplan.stats.standards.tables import Shift, liu_agresti, mantel

__all__ = [
    "ROPE",
    "Comparison",
    "Fit",
    "Shift",
    "audit",
    "liu_agresti",
    "mantel",
    "matching_scores",
    "proportional_odds",
]
