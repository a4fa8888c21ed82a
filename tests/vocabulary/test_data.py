"""The bundled files: labels in six languages and their scripts, codes, references between files, known counts."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pytest

from rightsplan import vocabulary
from rightsplan.vocabulary.checks import find_problems
from rightsplan.vocabulary.entries import BASIC_COLUMNS
from rightsplan.vocabulary.sheets import DATA, read_bundled, read_sheet

FACETS = vocabulary.facet_names()
SCRIPTS = {"ar": "ARABIC", "en": "LATIN", "es": "LATIN", "fr": "LATIN", "ru": "CYRILLIC", "zh": "CJK"}
# OHCHR, HR/PUB/12/5, tables 1 to 14: how many attributes each right has.
ATTRIBUTES = {
    "life": 4, "liberty": 4, "food": 4, "torture": 4, "participation": 3, "education": 4, "housing": 4,
    "social_security": 4, "work": 4, "health": 5, "expression": 3, "fair_trial": 5, "violence_women": 5, "equality": 4,
}  # fmt: skip
FURTHER_RIGHTS = {
    "standard_of_living", "water_sanitation", "property", "culture", "religion", "assembly_association", "movement",
    "privacy", "nationality_identity", "family", "remedy", "environment", "development", "peace",
}  # fmt: skip
# Targets of each goal: A/RES/70/1.
TARGETS = {1: 7, 2: 8, 3: 13, 4: 10, 5: 9, 6: 8, 7: 5, 8: 12, 9: 8, 10: 10, 11: 10, 12: 11, 13: 5, 14: 10, 15: 12,
           16: 12, 17: 19}  # fmt: skip
# Words that are written alike in English and the other language.
COGNATES = {
    "es": {"Provincial", "Municipal", "Rural", "Material", "Social", "General"},
    "fr": {"Nutrition", "National", "Provincial", "Municipal", "Rural", "Social", "Participation", "Province",
           "Quantitative", "Qualitative", "Migrants"},
}  # fmt: skip


def entries_of(facet: str) -> list[vocabulary.Entry]:
    return [vocabulary.entry(facet, code) for code in vocabulary.codes(facet)]


def every_label() -> Iterator[tuple[str, str, str, str]]:
    for facet in FACETS:
        for each in entries_of(facet):
            for language in vocabulary.LANGUAGES:
                yield facet, each.code, language, each.labels.get(language, "")


def scripts_of(text: str) -> Counter[str]:
    return Counter(unicodedata.name(letter).split()[0] for letter in text if letter.isalpha())


def codes_known(facet: str) -> list[str]:
    return [row["code"] for _number, row in read_bundled(facet).records()]


@pytest.mark.parametrize("facet", FACETS)
def test_a_bundled_file_passes_the_checks_that_files_of_an_instance_must_pass(facet: str) -> None:
    sheet = read_bundled(facet)
    assert sheet.rows
    assert sheet.columns[: len(BASIC_COLUMNS)] == BASIC_COLUMNS
    assert find_problems(facet, sheet, columns=sheet.columns, existing=(), known=codes_known) == []


def test_every_code_has_a_label_in_six_languages() -> None:
    assert [where for *where, text in every_label() if not text.strip()] == []


def test_no_label_is_left_in_another_script() -> None:
    def is_foreign(language: str, text: str, english: str) -> bool:
        scripts = scripts_of(text)
        return scripts[SCRIPTS[language]] * 2 <= sum(scripts.values()) if scripts_of(english) else False

    found = [
        (facet, code, language, text)
        for facet, code, language, text in every_label()
        if is_foreign(language, text, vocabulary.label(facet, code, "en"))
    ]
    assert found == []


@pytest.mark.parametrize("language", ["es", "fr"])
def test_a_label_is_the_english_one_only_where_both_languages_write_it_alike(language: str) -> None:
    same = {
        each.labels["en"]
        for facet in FACETS
        for each in entries_of(facet)
        if facet not in {"countries", "units"}
        and each.labels[language] == each.labels["en"]
        and scripts_of(each.labels["en"])
    }
    assert same <= COGNATES[language]


def test_labels_are_composed_and_hold_no_marks_of_their_layout() -> None:
    unwanted = re.compile(r"[\u0640\u00ad\ufeff\n\t*]|\s\s|^\s|\s$|\((?:the|el|la|las|los|le|les|l')\)$")
    found = [
        (facet, code, language)
        for facet, code, language, text in every_label()
        if unwanted.search(text) or not unicodedata.is_normalized("NFC", text)
    ]
    assert found == []


def test_chinese_labels_have_chinese_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:()]|[,;:()][\u4e00-\u9fff]")
    found = [(facet, code) for facet, code, language, text in every_label() if language == "zh" and half.search(text)]
    assert found == []


def test_no_two_codes_below_one_parent_have_the_same_label() -> None:
    def is_in_use(each: vocabulary.Entry) -> bool:
        return not each.extra.get("withdrawn") and each.extra.get("version") != "older"

    labels = Counter(
        (facet, each.parent, language, text)
        for facet in FACETS
        for each in entries_of(facet)
        if is_in_use(each)
        for language, text in each.labels.items()
    )
    assert [where for where, times in labels.items() if times > 1] == []


def test_no_code_is_cut_off() -> None:
    assert [(f, code) for f in FACETS for code in vocabulary.codes(f) if len(code) >= 60 or code.endswith("_")] == []


def test_rights_are_those_of_the_tables_and_of_the_treaties() -> None:
    assert vocabulary.codes("rights")[:14] == tuple(ATTRIBUTES)
    assert set(vocabulary.codes("rights")[14:]) == FURTHER_RIGHTS


@pytest.mark.parametrize(("right", "count"), ATTRIBUTES.items())
def test_a_right_of_the_tables_has_all_its_attributes(right: str, count: int) -> None:
    assert len(vocabulary.attributes_of(right)) == count


def test_every_attribute_belongs_to_a_right_of_the_tables() -> None:
    assert {each.parent for each in entries_of("attributes")} == set(ATTRIBUTES)


@pytest.mark.parametrize("right", vocabulary.codes("rights"))
def test_every_right_has_a_category_and_an_article(right: str) -> None:
    assert vocabulary.entry("rights", right).values_of("categories")
    assert vocabulary.articles_of(right)


def test_every_category_has_a_right() -> None:
    used = {category for each in entries_of("rights") for category in each.values_of("categories")}
    assert used == set(vocabulary.codes("categories"))


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        ("categories", "economic social cultural civil political environmental collective"),
        ("obligations", "respect protect fulfil"),
        ("norms", "equality participation accountability rule_of_law"),
        ("indicator_kinds", "structural process outcome"),
        ("domains", "material political cultural social ecological"),
        ("guarantee_stages", "legislation enforcement judicature observance"),
        ("guarantee_grades", "none partial full"),
        ("place_levels", "world country region province prefecture county municipality"),
        ("body_levels", "national provincial municipal county"),
        ("body_kinds", "government ministry agency court procuratorate independent people other"),
        ("target_kinds", "quantitative qualitative process"),
        ("verdicts", "met on_track behind no_change moving_away not_measurable"),
    ],
)
def test_a_closed_list_is_complete_and_in_order(facet: str, expected: str) -> None:
    assert vocabulary.codes(facet) == tuple(expected.split())


@pytest.mark.parametrize(("facet", "column"), [("groups", "groups"), ("duty_bearers", "duty_bearers")])
def test_a_label_of_the_index_that_a_group_names_leads_back_to_it(facet: str, column: str) -> None:
    named = {each.code: each.extra["uhri"] for each in entries_of(facet) if each.extra["uhri"]}
    assert len(named) >= 7
    for code, label in named.items():
        assert code in getattr(vocabulary.cross_person(label), column)


def test_only_groups_that_the_index_does_not_list_have_no_label_of_it() -> None:
    without = {each.code for each in entries_of("groups") if not each.extra["uhri"]}
    assert without == {"informal_workers", "defenders", "victims"}


def test_goals_targets_and_indicators_are_those_of_the_framework() -> None:
    assert vocabulary.codes("sdg_goals") == tuple(map(str, range(1, 18)))
    assert Counter(int(each.parent) for each in entries_of("sdg_targets")) == TARGETS
    in_use = [each.code for each in entries_of("sdg_indicators") if not each.extra["withdrawn"]]
    assert len(in_use) == 247
    assert {each.parent for each in entries_of("sdg_indicators")} == set(vocabulary.codes("sdg_targets"))


@pytest.mark.parametrize(
    ("code", "iso3", "m49", "region"),
    [("SE", "SWE", "752", "Europe"), ("CN", "CHN", "156", "Asia"), ("BR", "BRA", "076", "Americas"),
     ("NA", "NAM", "516", "Africa"), ("PS", "PSE", "275", "Asia")],
)  # fmt: skip
def test_a_country_has_its_other_codes(code: str, iso3: str, m49: str, region: str) -> None:
    extra = vocabulary.entry("countries", code).extra
    assert (extra["iso3"], extra["m49"], extra["region"]) == (iso3, m49, region)


def test_all_countries_of_the_standard_are_there_with_both_other_codes() -> None:
    countries = entries_of("countries")
    assert len(countries) == 249
    assert all(each.extra["iso3"] and each.extra["m49"] for each in countries)


def test_every_current_theme_of_the_index_is_there() -> None:
    versions = Counter(each.extra["version"] for each in entries_of("uhri_themes"))
    assert versions["current"] == 100


def test_older_labels_lead_to_codes_that_exist_and_no_label_stands_twice() -> None:
    rows = [row for _number, row in read_sheet(DATA / "crosswalks" / "uhri_older_labels.csv").records()]
    assert [row["label"] for row in rows if row["code"] not in vocabulary.codes(row["facet"])] == []
    for column in ("label", "thesaurus"):
        values = Counter((row["facet"], row[column]) for row in rows if row[column])
        assert max(values.values()) == 1
    assert {row["seen"] for row in rows} == {"2015", "2020", "2015;2020"}
    assert all(re.fullmatch(r"([A-G]\d{1,2})?", row["thesaurus"]) for row in rows)
    assert all(("2015" in row["seen"]) == bool(row["thesaurus"]) for row in rows if row["facet"] == "uhri_themes")


def test_the_source_and_licence_of_every_file_are_named() -> None:
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    table = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    named = {name for line in table for name in re.findall(r"`([\w/]+\.csv)`", line[1])}
    assert named == {f"{facet}.csv" for facet in FACETS} | {"crosswalks/uhri_older_labels.csv"}
    assert all(cell.strip() for line in table for cell in line[1:5])


def test_the_vocabulary_is_read_without_django() -> None:
    import subprocess
    import sys

    code = "import sys; from rightsplan import vocabulary; vocabulary.codes('rights'); print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
