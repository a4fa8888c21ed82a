"""Small areas: estimates where samples are thin, rates without the noise of small numbers, and honest maps.

The spatial models are in `rightsplan.stats.areas.bayes`, which needs the extra `bayes`.
"""

from rightsplan.stats.areas.benchmark import Benchmarked, benchmark
from rightsplan.stats.areas.classes import Classes, classes_of
from rightsplan.stats.areas.fay_herriot import SmallAreas, fay_herriot
from rightsplan.stats.areas.honesty import Compared, MapReading, compare_with, read_map
from rightsplan.stats.areas.ranks import Ranks, joint_ranks
from rightsplan.stats.areas.rates import Rates, smooth_rates

__all__ = [
    "Benchmarked",
    "Classes",
    "Compared",
    "MapReading",
    "Ranks",
    "Rates",
    "SmallAreas",
    "benchmark",
    "classes_of",
    "compare_with",
    "fay_herriot",
    "joint_ranks",
    "read_map",
    "smooth_rates",
]
