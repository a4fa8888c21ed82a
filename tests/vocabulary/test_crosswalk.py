"""From labels of the Universal Human Rights Index to rights and groups, and from attributes to rights."""

import pytest

from rightsplan import vocabulary
from rightsplan.errors import NotFound
from rightsplan.vocabulary import Crossing

# Labels as they stand in UHRI exports (current) and in the thematic lists of the Universal Periodic Review.
THEMES = [
    ("Right to health", "right_to_health", "current", "health", ""),
    ("Equality & non-discrimination", "equality_non_discrimination", "current", "equality", ""),
    ("Access to justice & remedy", "access_to_justice_remedy", "current", "remedy fair_trial", ""),
    ("Violence against women", "violence_against_women", "current", "violence_women", "women"),
    ("Death penalty", "death_penalty", "current", "life", ""),
    ("Trade union rights", "trade_union_rights", "current", "work assembly_association", ""),
    ("Children: juvenile justice", "children_juvenile_justice", "current", "fair_trial", "children"),
    ("Conditions of detention", "conditions_of_detention", "current", "torture liberty", "detained"),
    ("Constitutional & legislative framework", "constitutional_legislative_framework", "current", "", ""),
    ("Reservations", "reservations", "current", "", ""),
    ("Acceptance of international norms", "ratification_of_accession_to_international_instruments", "older", "", ""),
    ("Domestic violence", "domestic_violence", "older", "violence_women", ""),
    ("D29 Domestic violence", "domestic_violence", "older", "violence_women", ""),
    ("G1 Members of minorities", "members_of_minorities", "older", "equality", "minorities"),
    ("E26 Human Rights & drinking water and sanitation", "safe_drinking_water_sanitation", "older",
     "water_sanitation", ""),
    ("Right to work and to just & favorable conditions of work & labour rights", "labour_rights_and_right_to_work",
     "older", "work", ""),
    ("Prohibition of torture & cruel, inhuman or degrading treatment", "prohibition_of_torture_ill_treatment",
     "older", "torture", ""),
]  # fmt: skip
PERSONS = [
    ("Women & girls", "women_girls", "current", "women", ""),
    ("Persons with disabilities", "persons_with_disabilities", "current", "persons_with_disabilities", ""),
    ("Minorities/ racial, ethnic, linguistic, religious or descent-based groups", "minorities", "current",
     "minorities", ""),
    ("Roma, Gypsies, Sinti & Travellers", "roma_gypsies_sinti_travellers", "current", "minorities", ""),
    ("Judges, lawyers and prosecutors", "judges_lawyers_and_prosecutors", "current", "", "judges_lawyers"),
    ("Media", "media", "current", "", "media"),
    ("Vulnerable persons/groups", "vulnerable_persons_groups", "current", "", ""),
    ("Women", "women", "older", "women", ""),
    ("girls", "girls", "older", "women children", ""),
    ("youth", "youth_juveniles", "older", "youth", ""),
    ("non-citizens", "non_citizens", "older", "migrants", ""),
    ("General", "general", "older", "", ""),
    ("lesbian, gay, bisexual, transgender and intersex persons (LGBTI)", "lgbti", "older", "lgbti", ""),
]  # fmt: skip


@pytest.mark.parametrize(("label", "code", "version", "rights", "groups"), THEMES)
def test_a_theme_leads_to_rights_and_groups(label: str, code: str, version: str, rights: str, groups: str) -> None:
    assert vocabulary.cross_theme(label) == Crossing(code, version, tuple(rights.split()), tuple(groups.split()))


@pytest.mark.parametrize(("label", "code", "version", "groups", "bearers"), PERSONS)
def test_affected_persons_lead_to_groups_or_duty_bearers(
    label: str, code: str, version: str, groups: str, bearers: str
) -> None:
    expected = Crossing(code, version, (), tuple(groups.split()), tuple(bearers.split()))
    assert vocabulary.cross_person(label) == expected


@pytest.mark.parametrize("facet", ["uhri_themes", "uhri_persons"])
def test_every_label_in_every_language_leads_to_its_own_code(facet: str) -> None:
    cross = {"uhri_themes": vocabulary.cross_theme, "uhri_persons": vocabulary.cross_person}[facet]
    wrong = [
        (code, label)
        for code in vocabulary.codes(facet)
        for label in vocabulary.entry(facet, code).labels.values()
        if cross(label).code != code
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "label",
    [
        "B31 Equality & non-discrimination",
        "B31",
        "equality and non-discrimination",
        "  EQUALITY  &NON-DISCRIMINATION ",
        "- Equality & non-discrimination",
        "Égalité et non-discrimination",
        "平等和不歧视",
    ],
)
def test_capitals_blanks_signs_codes_and_language_do_not_matter(label: str) -> None:
    assert vocabulary.cross_theme(label).code == "equality_non_discrimination"


def test_a_label_is_current_where_only_its_spelling_was_older() -> None:
    assert vocabulary.cross_theme("A41 Constitutional and legislative framework").version == "current"
    assert vocabulary.cross_theme("B31 Equality & non-discrimination").version == "current"


def test_the_code_of_the_old_thesaurus_alone_is_an_older_label() -> None:
    assert vocabulary.cross_theme("D25") == Crossing("prohibition_of_torture_ill_treatment", "older", ("torture",))


def test_both_lists_have_migrants_of_their_own() -> None:
    assert vocabulary.cross_theme("Migrants").version == "older"
    assert vocabulary.cross_person("Migrants").version == "current"


@pytest.mark.parametrize(
    ("label", "near"), [("Right to heatlh", "Right to health"), ("Death penalties", "Death penalty")]
)
def test_an_unknown_label_is_not_found_and_the_remedy_names_near_ones(label: str, near: str) -> None:
    with pytest.raises(NotFound, match="UHRI has no label") as caught:
        vocabulary.cross_theme(label)
    assert near in caught.value.remedy


@pytest.mark.parametrize("label", ["", "  ", "-", "&&&", "zzzzzzzz"])
def test_what_resembles_no_label_is_not_found(label: str) -> None:
    with pytest.raises(NotFound) as caught:
        vocabulary.cross_person(label)
    assert caught.value.remedy == "Check the label."


def test_every_right_of_the_treaties_but_peace_is_reached_by_a_theme() -> None:
    themes = [vocabulary.entry("uhri_themes", code) for code in vocabulary.codes("uhri_themes")]
    reached = {right for theme in themes for right in theme.values_of("rights")}
    assert set(vocabulary.codes("rights")) - reached == {"peace"}


@pytest.mark.parametrize(
    ("attribute", "right"),
    [
        ("life.death_penalty", "life"),
        ("social_security.family", "social_security"),
        ("violence_women.work", "violence_women"),
    ],
)
def test_an_attribute_belongs_to_a_right(attribute: str, right: str) -> None:
    assert vocabulary.right_of(attribute) == right
    assert attribute in vocabulary.attributes_of(right)


def test_attributes_come_in_the_order_of_the_tables() -> None:
    expected = ("food.nutrition", "food.safety", "food.availability", "food.accessibility")
    assert vocabulary.attributes_of("food") == expected
    assert vocabulary.attributes_of("peace") == ()


def test_unknown_attributes_and_rights_are_not_found() -> None:
    with pytest.raises(NotFound, match=r"no code 'food.nutriton' in attributes") as caught:
        vocabulary.right_of("food.nutriton")
    assert "food.nutrition" in caught.value.remedy
    with pytest.raises(NotFound, match="no code 'foods' in rights"):
        vocabulary.attributes_of("foods")
