"""Composite measures: human development, poverty in many things, coordination of domains, indices on a yardstick."""

from rightsplan.stats.index.composite import (
    Composite,
    Recipe,
    Yardstick,
    aggregate,
    measure,
    recipes,
)
from rightsplan.stats.index.coupling import DOMAINS, Balance, Coordination, balance, coordinate
from rightsplan.stats.index.human import (
    Adjusted,
    Development,
    GenderDevelopment,
    GenderInequality,
    atkinson,
    gdi,
    gii,
    hdi,
    ihdi,
)
from rightsplan.stats.index.normalise import Goalpost, normalise
from rightsplan.stats.index.poverty import Deprivation, Poverty, alkire_foster, nested_weights
from rightsplan.stats.index.ranks import Uncertainty, uncertainty
from rightsplan.stats.index.ratios import Share
from rightsplan.stats.index.statements import Robustness, Statement, robustness
from rightsplan.stats.index.weights import drawn_weights, entropy_weights

__all__ = [
    "DOMAINS",
    "Adjusted",
    "Balance",
    "Composite",
    "Coordination",
    "Deprivation",
    "Development",
    "GenderDevelopment",
    "GenderInequality",
    "Goalpost",
    "Poverty",
    "Recipe",
    "Robustness",
    "Share",
    "Statement",
    "Uncertainty",
    "Yardstick",
    "aggregate",
    "alkire_foster",
    "atkinson",
    "balance",
    "coordinate",
    "drawn_weights",
    "entropy_weights",
    "gdi",
    "gii",
    "hdi",
    "ihdi",
    "measure",
    "nested_weights",
    "normalise",
    "recipes",
    "robustness",
    "uncertainty",
]
