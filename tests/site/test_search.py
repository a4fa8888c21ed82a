"""A name is found by its words, by inflected words of every language, and a page says when words had to be cut."""

import pytest
from django.test import Client

from rightsplan.bodies.models import Body, Place
from rightsplan.site.search import asked, find, find_or_alike, loosened, rebuild

NAMES = {
    "a": {"en": "Right to education", "ru": "Право на образование", "ar": "الصحة العامة"},
    "b": {"en": "Village schools", "ru": "Сельские школы", "ar": "برامج التعليم", "zh": "教育部"},
    "c": {"en": "Housing", "ru": "Жильё", "fr": "Logement"},
}


@pytest.fixture
def indexed(db: None) -> None:
    """Write three bodies with names in several languages into the index."""
    place = Place.objects.create(code="QQ", name={"en": "Somewhere"}, level="country", path="QQ > ")
    for code, name in NAMES.items():
        Body.objects.create(code=code, name=name, kind="agency", level="national", path=f"{code} > ", place=place)
    rebuild()


def bodies(q: str) -> tuple[list[str], bool]:
    hits, is_alike = find_or_alike(q, "en")
    return sorted(hit.code for hit in hits if hit.kind == "body"), is_alike


EXACT = [("education", ["a"]), ("образование", ["a"]), ("الصحة", ["a"]), ("صحة", ["a"]), ("教育", ["b"])]


@pytest.mark.parametrize(("q", "codes"), EXACT)
def test_a_word_as_it_stands_is_found_exactly(indexed: None, q: str, codes: list[str]) -> None:
    found, is_alike = bodies(q)
    assert set(codes) <= set(found)
    assert not is_alike


ALIKE = [
    ("образования", "a"), ("образованием", "a"), ("школах", "b"), ("والصحة", "a"), ("للصحة", "a"), ("بالصحة", "a"),
    ("فالتعليم", "b"), ("برامجها", "b"), ("logements", "c"),
]  # fmt: skip


@pytest.mark.parametrize(("q", "code"), ALIKE)
def test_an_inflected_word_finds_its_like(indexed: None, q: str, code: str) -> None:
    assert not [hit for hit in find(q, "en") if hit.kind == "body"]
    found, is_alike = bodies(q)
    assert code in found
    assert is_alike


@pytest.mark.parametrize("q", ["zzzzzzzz", "неттакогослова", "qq/12345678", "123456789", "   "])
def test_what_has_no_like_is_not_found(indexed: None, q: str) -> None:
    assert bodies(q) == ([], False)


LOOSENED = [
    ("образования", 1, True, "образовани"), ("образования", 3, True, "образова"), ("school", 3, True, "scho"),
    ("mens", 3, True, "mens"), ("2025и2030", 2, True, "2025и2030"), ("教育", 1, True, "教育"),
    ("والصحة", 0, True, "صحة"), ("والصحة", 0, False, "والصحة"), ("cn/2021", 1, True, "cn/2021"),
    ("وطن", 0, True, "وطن"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "dropped", "is_bare", "cut"), LOOSENED)
def test_only_long_words_are_cut(term: str, dropped: int, is_bare: bool, cut: str) -> None:
    assert loosened(term, dropped, is_bare=is_bare) == cut


def test_all_words_must_have_their_like(indexed: None) -> None:
    assert asked("школах образования") == ["школах", "образования"]
    assert bodies("школах образования") == ([], False)


def test_the_page_says_that_words_were_cut(site: Client) -> None:
    exact, alike = (site.get(f"/en/search/?q={q}").content.decode() for q in ("Lindholm", "Lindholmers"))
    assert "similar words" not in exact
    assert "similar words" in alike
    assert "“Lindholmers”" in alike
    assert "XA-LINDHOLM" in alike
