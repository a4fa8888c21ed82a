"""How long people wait for a decision, where some still wait: survival curves, their comparison, competing outcomes."""

from rightsplan.stats.durations.causes import Incidence, cumulative_incidence, incidence_at, incidence_difference
from rightsplan.stats.durations.compare import LogRank, log_rank, restricted_mean_difference
from rightsplan.stats.durations.curve import Curve, done_by, kaplan_meier, quantile, restricted_mean
from rightsplan.stats.durations.spells import Figure

__all__ = [
    "Curve",
    "Figure",
    "Incidence",
    "LogRank",
    "cumulative_incidence",
    "done_by",
    "incidence_at",
    "incidence_difference",
    "kaplan_meier",
    "log_rank",
    "quantile",
    "restricted_mean",
    "restricted_mean_difference",
]
