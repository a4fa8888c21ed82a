"""Where treaties name a right."""

import pytest

from rightsplan import vocabulary
from rightsplan.errors import NotFound
from rightsplan.vocabulary import Article, parse_articles

EXPECTED = {
    "life": "UDHR 3, ICCPR 6",
    "fair_trial": "UDHR 10, UDHR 11, ICCPR 14, ICCPR 15",
    "work": "UDHR 23, ICESCR 6, ICESCR 7, ICESCR 8",
    "equality": "UDHR 1, UDHR 2, UDHR 7, ICCPR 2, ICCPR 26",
    "torture": "UDHR 5, ICCPR 7, CAT",
    "violence_women": "CEDAW",
    "remedy": "UDHR 8, ICCPR 2(3)",
    "nationality_identity": "UDHR 15, ICCPR 24, CRC 7",
    "water_sanitation": "ICESCR 11, ICESCR 12, A/RES/64/292",
    "environment": "A/RES/76/300",
    "development": "A/RES/41/128",
}
# How many articles an instrument has, from its text.
LAST_ARTICLE = {"UDHR": 30, "ICCPR": 53, "ICESCR": 31, "CRC": 54}


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", []),
        (" ; ", []),
        ("CAT", [("CAT", "")]),
        ("UDHR 3", [("UDHR", "3")]),
        ("UDHR 1-2, 7; ICCPR 2, 26", [("UDHR", "1"), ("UDHR", "2"), ("UDHR", "7"), ("ICCPR", "2"), ("ICCPR", "26")]),
        ("ICESCR 6\u20138", [("ICESCR", "6"), ("ICESCR", "7"), ("ICESCR", "8")]),
        ("ICCPR 2(3)(a)", [("ICCPR", "2(3)(a)")]),
        ("A/RES/76/300;CRC  28 , 29", [("A/RES/76/300", ""), ("CRC", "28"), ("CRC", "29")]),
    ],
)
def test_articles_are_read_as_pairs(text: str, pairs: list[tuple[str, str]]) -> None:
    assert parse_articles(text) == tuple(Article(*pair) for pair in pairs)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("the Universal Declaration", "the Universal Declaration"),
        ("UDHR three", "UDHR three"),
        ("UDHR 3; ICCPR x", "ICCPR x"),
        ("UDHR 3,", ""),
        ("UDHR 8-6", "8-6"),
        ("UDHR 6-6", "6-6"),
        ("UDHR 1-5000", "1-5000"),
        ("UDHR 2(3", "2(3"),
    ],
)
def test_what_names_no_article_is_refused_with_the_part_that_cannot_be_read(text: str, part: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_articles(text)
    assert str(caught.value) == part


@pytest.mark.parametrize(("right", "expected"), EXPECTED.items())
def test_the_articles_of_a_right(right: str, expected: str) -> None:
    assert ", ".join(map(str, vocabulary.articles_of(right))) == expected


@pytest.mark.parametrize("right", vocabulary.codes("rights"))
def test_every_article_stands_in_its_instrument(right: str) -> None:
    for found in vocabulary.articles_of(right):
        assert found.instrument in vocabulary.codes("instruments")
        if found.article:
            assert 1 <= int(found.article.partition("(")[0]) <= LAST_ARTICLE[found.instrument]


@pytest.mark.parametrize(
    ("instrument", "article", "rights"),
    [
        ("ICCPR", "6", {"life"}),
        ("ICCPR", "2", {"equality", "remedy"}),
        ("ICCPR", "2(3)", {"equality", "remedy"}),
        ("ICCPR", "15", {"fair_trial"}),
        ("ICESCR", "7", {"work"}),
        ("ICESCR", "11", {"food", "housing", "standard_of_living", "water_sanitation"}),
        ("CAT", "3", {"torture"}),
        ("CEDAW", "", {"violence_women"}),
        ("CRPD", "24", set()),
        ("ICCPR", "1", set()),
    ],
)
def test_the_rights_that_an_article_guarantees(instrument: str, article: str, rights: set[str]) -> None:
    assert set(vocabulary.rights_of(instrument, article)) == rights


def test_a_whole_instrument_guarantees_what_any_of_its_articles_does() -> None:
    by_article = {right for n in range(1, 54) for right in vocabulary.rights_of("ICCPR", str(n))}
    assert set(vocabulary.rights_of("ICCPR")) == by_article
    assert len(by_article) > 10


def test_unknown_instruments_and_rights_are_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        vocabulary.rights_of("ICCRP", "6")
    assert "ICCPR" in caught.value.remedy
    with pytest.raises(NotFound, match="no code 'lief' in rights"):
        vocabulary.articles_of("lief")
