"""A promise in numbers: what it takes, what it refuses, and what level it means."""

import math
from typing import Any

import pytest

from rightsplan.errors import Refused
from rightsplan.stats.promise import Promise

from .series import judge, promise

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no such direction", {"direction": "more"}, "direction"),
    ("no such kind", {"kind": "vague"}, "kind"),
    ("no such measure", {"measured_as": "sum"}, "measured_as"),
    ("no such side", {"better": "up"}, "better"),
    ("a figure that is text", {"value": "95"}, "value"),
    ("a figure that is not a number", {"value": math.nan}, "value"),
    ("an infinite year", {"year": math.inf}, "year"),
    ("true is no number", {"baseline": True}, "baseline"),
    ("a number too large to square", {"value": 1e151}, "value"),
    ("one is not true", {"strict": 1}, "strict"),
    ("yes is not true", {"hold": "yes"}, "hold"),
    ("bounds the wrong way round", {"lower": 100.0, "upper": 0.0}, "bound"),
    ("equal bounds", {"lower": 1.0, "upper": 1.0}, "bound"),
    ("a negative tolerance", {"tolerance": -1.0}, "tolerance"),
]


@pytest.mark.parametrize(("name", "changes", "says"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_promise_is_refused(name: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        promise(**changes)


def test_whole_numbers_become_floats_so_that_their_bytes_are_the_same() -> None:
    whole, decimal = promise(value=95, year=2025), promise(value=95.0, year=2025.0)
    assert whole == decimal
    assert repr(whole.to_dict()) == repr(decimal.to_dict())


def test_a_promise_comes_back_from_its_dictionary() -> None:
    made = promise(strict=True, tolerance=0.5)
    assert Promise.from_dict(made.to_dict()) == made


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"goal": 1.0}, "goal"), ({"direction": None}, "direction")],
)
def test_an_unknown_or_empty_field_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        Promise.from_dict({**promise().to_dict(), **changes})


@pytest.mark.parametrize("field", ["direction", "value", "year"])
def test_a_missing_field_is_refused(field: str) -> None:
    values = promise().to_dict()
    del values[field]
    with pytest.raises(Refused, match=field):
        Promise.from_dict(values)


KEPT: list[tuple[str, float, dict[str, Any], bool]] = [
    ("at least: the target", 95.0, {}, True),
    ("at least: just below", 94.999, {}, False),
    ("at least: strictly", 95.0, {"strict": True}, False),
    ("at most: the target", 95.0, {"direction": "at_most"}, True),
    ("at most: just above", 95.001, {"direction": "at_most"}, False),
    ("at most: strictly", 95.0, {"direction": "at_most", "strict": True}, False),
    ("exactly", 95.0, {"direction": "exactly"}, True),
    ("exactly: beside it", 95.001, {"direction": "exactly"}, False),
    ("exactly with a tolerance: its edge", 95.5, {"direction": "exactly", "tolerance": 0.5}, True),
    ("exactly with a tolerance: beyond", 94.49, {"direction": "exactly", "tolerance": 0.5}, False),
    ("strict means nothing for exactly", 95.0, {"direction": "exactly", "strict": True}, True),
    ("about a percentage: five per cent of the way to the bound", 95.25, {"direction": "about"}, True),
    ("about a percentage: beyond", 95.26, {"direction": "about"}, False),
    ("about without bounds: five per cent", 99.75, {"direction": "about", "lower": None, "upper": None}, True),
    ("about without bounds: beyond", 90.2, {"direction": "about", "lower": None, "upper": None}, False),
    ("about with a tolerance", 98.0, {"direction": "about", "tolerance": 3.0}, True),
    ("about with a tolerance of none", 95.1, {"direction": "about", "tolerance": 0.0}, False),
    ("a change up", 95.0, {"direction": "change_by", "value": 5.0}, True),
    ("a change up, short", 94.9, {"direction": "change_by", "value": 5.0}, False),
    ("a change down", 85.0, {"direction": "change_by", "value": -5.0}, True),
    ("a change down, short", 85.1, {"direction": "change_by", "value": -5.0}, False),
    (
        "no change for the worse, more is better",
        90.0,
        {"direction": "change_by", "value": 0.0, "better": "higher"},
        True,
    ),
    ("fallen, more is better", 89.0, {"direction": "change_by", "value": 0.0, "better": "higher"}, False),
    ("risen, less is better", 91.0, {"direction": "change_by", "value": 0.0, "better": "lower"}, False),
    ("no change, no side", 90.0, {"direction": "change_by", "value": 0.0}, True),
    ("changed, no side", 90.1, {"direction": "change_by", "value": 0.0}, False),
]


@pytest.mark.parametrize(("name", "value", "changes", "is_kept"), KEPT, ids=[row[0] for row in KEPT])
def test_what_keeps_a_promise(name: str, value: float, changes: dict[str, Any], is_kept: bool) -> None:
    assert (judge(f"2022 {value}", **changes).verdict == "met") is is_kept
