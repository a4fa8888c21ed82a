"""Unequal decisions: how large, whether the mix of cases explains them, and alarms that may be looked at every day."""

from rightsplan.stats.disparity.adjusted import (
    AdjustedDifference,
    Decomposition,
    decompose,
    standardised_difference,
)
from rightsplan.stats.disparity.alarms import Alarms, difference_sequence, raise_alarms
from rightsplan.stats.disparity.evidence import (
    Watch,
    disparity_evidence,
    expected_closures,
    rate_evidence,
    watch_day,
    watch_offices,
)
from rightsplan.stats.disparity.logistic import Fit, fit_logistic
from rightsplan.stats.disparity.offices import OneStandard, one_standard
from rightsplan.stats.disparity.strata import StrataComparison, mantel_haenszel
from rightsplan.stats.disparity.tables import RateComparison, compare_rates

__all__ = [
    "AdjustedDifference",
    "Alarms",
    "Decomposition",
    "Fit",
    "OneStandard",
    "RateComparison",
    "StrataComparison",
    "Watch",
    "compare_rates",
    "decompose",
    "difference_sequence",
    "disparity_evidence",
    "expected_closures",
    "fit_logistic",
    "mantel_haenszel",
    "one_standard",
    "raise_alarms",
    "rate_evidence",
    "standardised_difference",
    "watch_day",
    "watch_offices",
]
