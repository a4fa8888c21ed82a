"""Every verdict, reason, flag and refusal to forecast has its sentence, and the sentences say what the numbers do."""

from typing import Any

import pytest
from django.utils import translation

from rightsplan.site import verdicts
from rightsplan.stats.flags import FLAGS
from rightsplan.stats.forecast import NO_FORECAST
from rightsplan.stats.verdicts import RULES, VERDICTS

# Told by sentences of their own, or seen in the picture.
ELSEWHERE = {"worse_than_baseline", "worse_than_best", "lost_after_met"}
PROMISE = {"direction": "at_least", "value": 78.3, "year": 2025.0}
RESULT = {
    "verdict": "met", "baseline": 77.3, "baseline_year": 2020.0, "latest": 79.0, "latest_period": "2024",
    "reached_period": "2024", "deadline": 2025.0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def test_every_rule_has_a_sentence() -> None:
    assert {rule.reason for rule in RULES} == set(verdicts.REASONS)


def test_every_verdict_has_word_shape_and_meaning() -> None:
    for table in (verdicts.WORDS, verdicts.SHAPES, verdicts.MEANINGS):
        assert tuple(table) == VERDICTS


def test_every_flag_has_a_sentence_or_is_told_elsewhere() -> None:
    assert set(FLAGS) == set(verdicts.FLAGS) | ELSEWHERE


def test_every_refusal_to_forecast_has_a_sentence() -> None:
    assert {code for code in NO_FORECAST if code} == set(verdicts.NO_PROBABILITY)


SENTENCES = [
    (
        {},
        "Life: rose from 77.3 (2020) to 79 years (2024); the promise was at least 78.3 years by 2025: "
        "met, 1 year early.",
    ),
    (
        {"latest": 76.0, "verdict": "moving_away"},
        "Life: fell from 77.3 (2020) to 76 years (2024); the promise was at least 78.3 years by 2025: moving away.",
    ),
    (
        {"latest": 77.3, "verdict": "no_change"},
        "Life: stayed at 77.3 years (2020 to 2024); the promise was at least 78.3 years by 2025: no change.",
    ),
    (
        {"baseline": None, "verdict": "behind"},
        "Life: 79 years in 2024; the promise was at least 78.3 years by 2025: behind.",
    ),
    (
        {"latest": None, "verdict": "not_measurable"},
        "There is no figure here for “Life”; the promise was at least 78.3 years by 2025: not measurable.",
    ),
]


@pytest.mark.parametrize(("changed", "told"), SENTENCES)
def test_a_sentence_says_what_happened(changed: dict[str, Any], told: str) -> None:
    assert verdicts.sentence("Life", PROMISE, {**RESULT, **changed}, "years") == told


def test_a_promise_in_words_is_never_called_kept() -> None:
    told = verdicts.sentence("Ask", {"value": None, "direction": "at_least"}, {**RESULT, "verdict": "x"}, "")
    assert told == "The promise is in words; no figure can tell whether it is kept: not measurable."


def test_the_chance_comes_with_its_interval_and_is_never_certain() -> None:
    chance = verdicts.chance({"probability": 0.997, "probability_low": 0.2, "probability_high": 1.0})
    assert chance == "The chance that it is kept in time is 99% (between 20% and 100%)."
    assert verdicts.chance({"probability": None, "no_probability": "no_data"}) == "No probability: there are no data."


PLURALS = [
    ("en", 1, "0 of 1 promise met, 1 behind."),
    ("en", 3, "0 of 3 promises met, 3 behind."),
]


@pytest.mark.parametrize(("language", "count", "told"), PLURALS)
def test_counts_use_the_plural_of_the_language(language: str, count: int, told: str) -> None:
    with translation.override(language):
        assert verdicts.tally_sentence({"behind": count}) == told


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh-hans"])
def test_sentences_are_in_the_readers_language(language: str) -> None:
    english = verdicts.sentence("X", PROMISE, RESULT, "years")
    with translation.override(language):
        told = verdicts.sentence("X", PROMISE, RESULT, "years")
    assert told != english
    assert "promise" not in told
    assert "years" not in told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "at least 78.3 years by 2025"),
        ({"strict": True}, "more than 78.3 years by 2025"),
        ({"strict": True, "direction": "at_most"}, "less than 78.3 years by 2025"),
        ({"year": None}, "at least 78.3 years, no year named"),
        ({"hold": True}, "at least 78.3 years in every year up to 2025"),
        ({"direction": "change_by", "value": -10.0}, "a change of \u221210 years by 2025"),
        ({"value": None}, "in words"),
    ],
)
def test_a_promise_is_told_as_it_was_made(changed: dict[str, Any], told: str) -> None:
    assert verdicts.goal({**PROMISE, **changed}, "years") == told


ABROAD = ["nobody", "no one", "anyone check", "has been published."]


def test_no_sentence_claims_more_than_what_is_held_here() -> None:
    told = [*verdicts.REASONS.values(), *verdicts.MEANINGS.values(), *verdicts.FLAGS.values()]
    told += [verdicts.movement("Life", {"latest": None}, "years")]
    assert [s for s in map(str, told) if any(word in s.casefold() for word in ABROAD)] == []
