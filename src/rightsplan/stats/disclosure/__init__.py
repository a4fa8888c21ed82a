"""Disclosure control: which numbers of a table may be published, and what an attacker learns from those that are."""

from rightsplan.stats.disclosure.attack import Intervals, Prior, attack
from rightsplan.stats.disclosure.audit import Audit, Breach, audit, refuse_unsafe
from rightsplan.stats.disclosure.rounding import controlled_rounding, random_rounding
from rightsplan.stats.disclosure.rules import Primary, dominance, minimum_frequency, p_percent, pq, together
from rightsplan.stats.disclosure.suppress import Pattern, suppress
from rightsplan.stats.disclosure.table import TOTAL, Cell, Nested, Table, link, table, with_totals

__all__ = [
    "TOTAL",
    "Audit",
    "Breach",
    "Cell",
    "Intervals",
    "Nested",
    "Pattern",
    "Primary",
    "Prior",
    "Table",
    "attack",
    "audit",
    "controlled_rounding",
    "dominance",
    "link",
    "minimum_frequency",
    "p_percent",
    "pq",
    "random_rounding",
    "refuse_unsafe",
    "suppress",
    "table",
    "together",
    "with_totals",
]
