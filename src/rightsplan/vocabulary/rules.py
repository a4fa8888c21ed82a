"""What each facet asks of its file: the form of its codes, where parents live, what other columns may hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

WORD = r"[a-z][a-z0-9_]*"


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one facet.

    `code` is the pattern of a whole code and `example` one that fits. `parents` is the facet that parents are codes of;
    empty: the facet itself, and a parent is not needed. Where parents are needed, a code is its parent, a point
    and more. `lists` maps columns with values between semicolons to the facet of those values, `patterns` other columns
    to the form of their value where there is one, `unique` names columns in which no value may stand twice.
    """

    code: str = WORD
    example: str = "lower_case"
    parents: str = ""
    lists: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ()

    def fits(self, code: str) -> bool:
        """Say whether a code has the form of this facet."""
        return re.fullmatch(self.code, code) is not None


NUMBER = r"(?:[1-9]|1[0-7])"
PLAIN = Rule()
RULES: Mapping[str, Rule] = {
    "attributes": Rule(rf"{WORD}\.{WORD}", "health.child", "rights"),
    "countries": Rule(r"[A-Z]{2}", "FR", patterns={"iso3": r"[A-Z]{3}", "m49": r"\d{3}"}, unique=("iso3", "m49")),
    "dimension_values": Rule(rf"{WORD}\.\w[\w+<>=-]*", "sex.F", "dimensions"),
    "instruments": Rule(r"[A-Z][A-Za-z0-9/.-]*", "ICCPR", patterns={"adopted": r"\d{4}"}),
    "rights": Rule(example="water_sanitation", lists={"categories": "categories"}),
    "sdg_goals": Rule(NUMBER, "4"),
    "sdg_targets": Rule(rf"{NUMBER}\.(?:[1-9]\d?|[a-d])", "4.1", "sdg_goals"),
    "sdg_indicators": Rule(
        rf"{NUMBER}\.(?:[1-9]\d?|[a-d])\.[1-9]", "4.1.2", "sdg_targets", patterns={"withdrawn": r"\d{4}"}
    ),
    "uhri_persons": Rule(
        lists={"groups": "groups", "duty_bearers": "duty_bearers"}, patterns={"version": "current|older"}
    ),
    "uhri_themes": Rule(lists={"rights": "rights", "groups": "groups"}, patterns={"version": "current|older"}),
}


def rule_of(facet: str) -> Rule:
    """Return the rule of a facet; most have the plain one."""
    return RULES.get(facet, PLAIN)
