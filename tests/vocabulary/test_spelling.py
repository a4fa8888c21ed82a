"""How texts are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.vocabulary.spelling import fold, likeness, nearest


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Equality & non-discrimination", "equality and non discrimination"),
        ("Budget &resources", "budget and resources"),
        ("  Côte\u00a0d’Ivoire ", "cote d ivoire"),
        ("water_sanitation", "water sanitation"),
        ("Straße", "strasse"),
        ("حقُّ", "حق"),
        ("意见和言论自由", "意见和言论自由"),
        ("ＣＮ", "cn"),
        ("—", ""),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("health", "health", 1, 1),
        ("health", "right to health", 0.9, 0.9),
        ("right to health", "health", 0.9, 0.9),
        ("heath", "health", 0.9, 0.95),
        ("woman", "women", 0.8, 0.8),
        ("life", "qqqq", 0, 0),
        ("and", "judges lawyers and prosecutors", 0, 0),
        ("", "health", 0, 0),
    ],
)
def test_likeness(one: str, other: str, least: float, most: float) -> None:
    assert least <= likeness(one, other) <= most


def test_the_nearest_come_first_and_ties_keep_their_order() -> None:
    names = {"b": ["food"], "a": ["food"], "c": ["foot", "x"], "d": ["water"], "e": []}
    assert nearest("FOOD", names, 5) == ["b", "a", "c"]
    assert nearest("food", names, 1) == ["b"]
    assert nearest("", names, 5) == []


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_lies_between_nothing_and_all(one: str, other: str) -> None:
    assert 0 <= likeness(fold(one), fold(other)) <= 1
