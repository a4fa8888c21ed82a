"""A number carries a true minus sign and its unit in the plural that the language wants."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from rightsplan import vocabulary
from rightsplan.site import units
from rightsplan.site.charts import number_locale
from rightsplan.site.numbers import MINUS, decimals_apart, number, rounded
from rightsplan.site.verdicts import goal, latest, with_unit

LANGUAGES = ["ar", "en", "es", "fr", "ru", "zh-hans"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [-1.0, -0.25, -12345.6])
def test_a_minus_is_no_hyphen_in_any_language(language: str, value: float) -> None:
    with translation.override(language):
        assert MINUS in number(value)
        assert "-" not in number(value)
        assert number_locale()["minus"] == MINUS


def test_zero_has_no_sign() -> None:
    with translation.override("en"):
        assert number(-0.0) == "0"


ROUNDED = [
    (1.0, None, "1"), (1.0, 2, "1.00"), (78.3, None, "78.3"), (1200000.0, None, "1200000"), (-2.5, None, "-2.5"),
    (1234.56, None, "1234.6"), (0.0, None, "0"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "decimals", "shown"), ROUNDED)
def test_what_is_shown_is_known_with_its_digits(value: float, decimals: int | None, shown: str) -> None:
    assert str(rounded(value, decimals)) == shown


MEASURED = [
    ("en", 1.0, "years", "1 year"), ("en", 2.0, "years", "2 years"), ("en", 1.5, "years", "1.5 years"),
    ("en", 1.0, "percentage points", "1 percentage point"), ("en", 1.0, "cases", "1 case"),
    ("en", 1.0, "persons", "1 person"), ("en", 1.0, "million", "1 million"),
    ("fr", 1.0, "years", "1 an"), ("fr", 0.0, "years", "0 an"), ("fr", 1.5, "years", "1,5 an"),
    ("fr", 2.0, "years", "2 ans"), ("fr", 1.2, "million", "1,2 million"), ("fr", 3.0, "million", "3 millions"),
    ("es", 1.0, "years", "1 año"), ("es", 2.0, "million", "2 millones"), ("es", 1.0, "million", "1 millón"),
    ("ru", 1.0, "years", "1 год"), ("ru", 2.0, "years", "2 года"), ("ru", 5.0, "years", "5 лет"),
    ("ru", 11.0, "years", "11 лет"), ("ru", 21.0, "years", "21 год"), ("ru", 78.3, "years", "78,3 года"),
    ("ru", 0.5, "percentage points", "0,5 процентного пункта"), ("ru", 3.0, "cases", "3 дела"),
    ("ar", 5.0, "years", "٥ سنوات"), ("ar", 11.0, "years", "١١ سنة"), ("ar", 3.0, "million", "٣ ملايين"),
    ("zh-hans", 1.0, "years", "1 年"), ("en", 1.0, "per 1,000 people", "1 per 1,000 people"),
    ("en", 1.0, "barrels", "1 barrels"), ("fr", 5.0, "%", "5\u202f%"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "value", "unit", "told"), MEASURED)
def test_a_unit_has_the_plural_that_its_number_needs(language: str, value: float, unit: str, told: str) -> None:
    with translation.override(language):
        shown = with_unit(value, unit)
        # Digits of Arabic follow the locale's usual ones.
        assert shown.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) == told.translate(
            str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
        )


GOVERNED = [
    ("at_least", 81.0, "не менее 81 года к 2025 году"), ("at_most", 82.0, "не более 82 лет к 2025 году"),
    ("about", 78.3, "около 78,3 года к 2025 году"), ("exactly", 81.0, "ровно 81 год к 2025 году"),
]  # fmt: skip


@pytest.mark.parametrize(("direction", "value", "told"), GOVERNED)
def test_russian_declines_the_unit_after_at_least(direction: str, value: float, told: str) -> None:
    promise: dict[str, Any] = {"direction": direction, "value": value, "year": 2025.0}
    with translation.override("ru"):
        assert goal(promise, "years") == told


def test_every_unit_of_the_table_is_in_the_vocabulary_and_every_form_in_a_known_language() -> None:
    assert set(units.FORMS) <= set(vocabulary.codes("units"))
    for forms in units.FORMS.values():
        assert {name.partition("/")[0] for name in forms} <= {"ar", "en", "es", "fr", "ru"}
        assert all(kind in {"zero", "one", "two", "few", "many", "other"} for row in forms.values() for kind in row)


def test_a_missing_form_keeps_the_label() -> None:
    with translation.override("fr"):
        assert units.beside(Decimal(7), "persons") == "personnes"


APART = [
    (49.996, 50.0, "49.996"), (49.5, 50.0, "49.5"), (50.0, 50.0, "50"), (49.99999, 50.0, "49.99999"),
    (89.996, None, "90"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "target", "shown"), APART)
def test_a_value_that_misses_its_target_never_looks_like_it(value: float, target: float | None, shown: str) -> None:
    with translation.override("en"):
        assert latest({"latest": value, "target_level": target}, "") == shown


def test_no_decimals_are_added_where_the_numbers_differ_already() -> None:
    with translation.override("en"):
        assert decimals_apart(49.5, 50.0) is None
        assert decimals_apart(50.0, 50.0) is None
        assert decimals_apart(49.996, 50.0) == 3
