"""Codes, labels, entries and suggestions."""

from dataclasses import FrozenInstanceError
from time import perf_counter

import pytest

from rightsplan import vocabulary
from rightsplan.errors import NotFound
from rightsplan.vocabulary import facets, sheets


@pytest.mark.parametrize(
    ("facet", "code", "language", "label"),
    [
        ("rights", "life", "en", "Right to life"),
        ("rights", "life", "ar", "الحق في الحياة"),
        ("rights", "life", "es", "Derecho a la vida"),
        ("rights", "life", "fr", "Droit à la vie"),
        ("rights", "life", "ru", "Право на жизнь"),
        ("rights", "life", "zh", "生命权"),
        ("rights", "life", "zh-hans", "生命权"),
        ("rights", "life", "zh_CN", "生命权"),
        ("rights", "life", "ZH-Hant", "生命权"),
        ("rights", "life", "es-mx", "Derecho a la vida"),
        ("rights", "life", "sv", "Right to life"),
        ("rights", "life", "", "Right to life"),
        ("verdicts", "moving_away", "en", "Moving away"),
        ("sdg_targets", "1.1", "fr", vocabulary.entry("sdg_targets", "1.1").labels["fr"]),
        ("countries", "SD", "en", "Sudan"),
    ],
)
def test_a_label_is_read_in_the_language_or_in_english(facet: str, code: str, language: str, label: str) -> None:
    assert vocabulary.label(facet, code, language) == label


@pytest.mark.parametrize("code", ["", "no_such_right", "Life"])
def test_an_unknown_code_is_its_own_label(code: str) -> None:
    assert vocabulary.label("rights", code, "fr") == code


def test_codes_keep_the_order_of_their_file() -> None:
    assert vocabulary.codes("verdicts") == ("met", "on_track", "behind", "no_change", "moving_away", "not_measurable")
    assert vocabulary.codes("rights")[:3] == ("life", "liberty", "food")
    assert vocabulary.codes("sdg_goals")[-1] == "17"


def test_facets_are_sorted_and_hold_no_crosswalk() -> None:
    names = vocabulary.facet_names()
    assert list(names) == sorted(names)
    assert {"rights", "attributes", "groups", "sdg_targets", "countries", "verdicts"} <= set(names)
    assert "uhri_older_labels" not in names


def test_an_entry_holds_parent_labels_and_the_other_columns() -> None:
    attribute = vocabulary.entry("attributes", "health.child")
    assert (attribute.code, attribute.parent, dict(attribute.extra)) == ("health.child", "health", {})
    assert tuple(attribute.labels) == vocabulary.LANGUAGES
    right = vocabulary.entry("rights", "expression")
    assert right.parent == ""
    assert dict(right.extra) == {"categories": "civil;political", "articles": "UDHR 19; ICCPR 19"}
    assert right.values_of("categories") == ("civil", "political")


def test_an_entry_cannot_be_changed() -> None:
    found = vocabulary.entry("rights", "life")
    with pytest.raises(FrozenInstanceError):
        found.code = "death"  # type: ignore[misc]
    with pytest.raises(TypeError):
        found.labels["en"] = "Death"  # type: ignore[index]
    with pytest.raises(TypeError):
        found.extra["articles"] = ""  # type: ignore[index]


def test_a_column_that_a_facet_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError, match="iso3"):
        vocabulary.entry("rights", "life").values_of("iso3")


def test_require_returns_the_code_that_is_known() -> None:
    assert vocabulary.require("groups", "women") == "women"


@pytest.mark.parametrize(
    ("facet", "code", "remedy"),
    [
        ("rights", "heath", "Did you mean health?"),
        ("groups", "woman", "Did you mean women?"),
        ("attributes", "health.chidl", "Did you mean health.child?"),
        ("rights", "qqqqqq", "Known codes begin with life, liberty, food, torture, participation."),
        ("rights", "", "Known codes begin with life, liberty, food, torture, participation."),
    ],
)
@pytest.mark.parametrize("ask", [vocabulary.require, vocabulary.entry])
def test_an_unknown_code_is_not_found_and_the_remedy_names_near_ones(
    facet: str, code: str, remedy: str, ask: object
) -> None:
    assert callable(ask)
    with pytest.raises(NotFound) as caught:
        ask(facet, code)
    assert caught.value.message == f"The vocabulary has no code {code!r} in {facet}."
    assert caught.value.remedy.startswith(remedy.removesuffix("?"))


@pytest.mark.parametrize(
    ("facet", "text", "first"),
    [
        ("rights", "educaton", "education"),
        ("rights", "Right to health", "health"),
        ("rights", "water", "water_sanitation"),
        ("rights", "assembly", "assembly_association"),
        ("rights", "Droit a la vie", "life"),
        ("rights", "ÉDUCATION", "education"),
        ("rights", "受教育权", "education"),
        ("rights", "التعليم", "education"),
        ("rights", "образование", "education"),
        ("groups", "Persons with disability", "persons_with_disabilities"),
        ("groups", "disabilities", "persons_with_disabilities"),
        ("countries", "Sweden", "SE"),
        ("countries", "Швеция", "SE"),
        ("countries", "Cote d'Ivoire", "CI"),
        ("verdicts", "on track", "on_track"),
        ("sdg_targets", "16,10", "16.10"),
    ],
)
def test_suggestions_come_from_spelling_and_from_labels_in_any_language(facet: str, text: str, first: str) -> None:
    assert vocabulary.suggest(facet, text)[0] == first


@pytest.mark.parametrize("text", ["", "   ", "---", "zzzzzzzz"])
def test_nothing_is_suggested_where_nothing_comes_near(text: str) -> None:
    assert vocabulary.suggest("rights", text) == []


def test_suggestions_are_known_codes_and_no_more_than_asked_for() -> None:
    found = vocabulary.suggest("attributes", "access", limit=3)
    assert len(found) == 3
    assert set(found) <= set(vocabulary.codes("attributes"))
    assert len(vocabulary.suggest("attributes", "access")) == 5


@pytest.mark.parametrize(
    "ask",
    [
        vocabulary.codes,
        lambda facet: vocabulary.label(facet, "life", "en"),
        lambda facet: vocabulary.entry(facet, "life"),
        lambda facet: vocabulary.suggest(facet, "life"),
    ],
    ids=["codes", "label", "entry", "suggest"],
)
def test_an_unknown_facet_is_not_found_and_the_remedy_names_near_ones(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(NotFound, match=r"no part 'right'") as caught:
        ask("right")
    assert caught.value.remedy == "Use one of: rights."


def test_a_facet_that_resembles_none_is_answered_with_all() -> None:
    with pytest.raises(NotFound) as caught:
        vocabulary.codes("../settings")
    assert "attributes, body_kinds" in caught.value.remedy


def test_a_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary.use_folder(None)
    sheets.read_bundled.cache_clear()
    asked: list[str] = []

    def read(name: str) -> sheets.Sheet:
        asked.append(name)
        return sheets.read_bundled(name)

    monkeypatch.setattr(facets, "read_bundled", read)
    for _again in range(3):
        vocabulary.label("rights", "life", "en")
        vocabulary.codes("rights")
        vocabulary.entry("rights", "food")
    assert asked == ["rights"]


def test_all_files_are_read_in_less_than_a_second() -> None:
    vocabulary.use_folder(None)
    sheets.read_bundled.cache_clear()
    begun = perf_counter()
    count = sum(len(vocabulary.codes(facet)) for facet in vocabulary.facet_names())
    assert perf_counter() - begun < 1
    assert count > 1000
