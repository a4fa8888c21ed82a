"""What a sample of people says of a whole population: estimates by design, raking, perception indices (extra `survey`).

Everything can be imported without the extra; `sample` refuses where it is missing.
"""

from rightsplan.stats.survey.design import Margin, Raked, Sample, kish_effect, rake, sample
from rightsplan.stats.survey.estimates import Estimate, mean, ratio, share, total
from rightsplan.stats.survey.perception import Perception, index_of, perception

__all__ = [
    "Estimate",
    "Margin",
    "Perception",
    "Raked",
    "Sample",
    "index_of",
    "kish_effect",
    "mean",
    "perception",
    "rake",
    "ratio",
    "sample",
    "share",
    "total",
]
