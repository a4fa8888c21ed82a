"""Quality of data: what is missing, late, revised, suspicious; each said by itself, never as one score."""

from rightsplan.stats.quality.completeness import (
    Cell,
    Completeness,
    Disaggregation,
    Gap,
    Share,
    completeness,
    disaggregation,
    expected_cells,
)
from rightsplan.stats.quality.digits import Digits, last_digits
from rightsplan.stats.quality.outliers import Outlier, outliers
from rightsplan.stats.quality.revisions import Revisions, revisions
from rightsplan.stats.quality.statement import Staleness, Statement, staleness, state

__all__ = [
    "Cell",
    "Completeness",
    "Digits",
    "Disaggregation",
    "Gap",
    "Outlier",
    "Revisions",
    "Share",
    "Staleness",
    "Statement",
    "completeness",
    "disaggregation",
    "expected_cells",
    "last_digits",
    "outliers",
    "revisions",
    "staleness",
    "state",
]
