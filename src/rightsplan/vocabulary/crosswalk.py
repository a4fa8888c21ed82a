"""Leads from one list to another: UHRI labels to rights and groups, rights to attributes and to treaty articles.

Source of the labels: the Universal Human Rights Index (OHCHR), its current list and the two that thematic lists of the
Universal Periodic Review used in 2015 (coded thesaurus) and 2020. Which rights and groups a label leads to is this
project's own reading, written in `data/uhri_themes.csv` and `data/uhri_persons.csv`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rightsplan.errors import NotFound
from rightsplan.vocabulary.articles import Article, parse_articles
from rightsplan.vocabulary.entries import Entry
from rightsplan.vocabulary.facets import entries, entry, keep
from rightsplan.vocabulary.sheets import DATA, read_sheet
from rightsplan.vocabulary.spelling import fold, nearest

THEMES, PERSONS = "uhri_themes", "uhri_persons"
# Some sources put a bullet or the code of the older thesaurus before a label: "- Media", "B31 Equality & ...".
PREFIX = re.compile(r"^\W*(?:[A-G]\d{1,3}\s+)?")


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a UHRI label leads: its code, whether the label is current or older, and rights, groups and duty-bearers.

    Empty tuples say that the label concerns no single right or group ("Reservations", "General").
    """

    code: str
    version: str
    rights: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    duty_bearers: tuple[str, ...] = ()


def cross_theme(label: str) -> Crossing:
    """Return where the label of a UHRI theme leads, whatever its capitals, blanks and `&`.

    Current labels are known in six languages, older ones in English, with or without the code of the thesaurus, and by
    that code alone (`B31`). Raises NotFound, with the nearest themes, for any other label.
    """
    return cross(THEMES, label)


def cross_person(label: str) -> Crossing:
    """Return where a label of UHRI's affected persons leads; as `cross_theme` does for themes."""
    return cross(PERSONS, label)


def cross(facet: str, label: str) -> Crossing:
    """Return where a label of one of the two lists leads. Raises NotFound where it is unknown."""
    index = index_of(facet)
    found = index.get(fold(PREFIX.sub("", label))) or index.get(fold(label))
    if found is None:
        current = {text: (text,) for each in entries(facet).values() if (text := each.labels["en"])}
        near = "; ".join(nearest(label, current, 3))
        raise NotFound(f"UHRI has no label {label!r} in {facet}.", f"Nearest: {near}." if near else "Check the label.")
    return found


@keep
def index_of(facet: str) -> Mapping[str, Crossing]:
    """Return the crossings of a list by folded label; current labels go before older ones."""
    index: dict[str, Crossing] = {}
    for each in entries(facet).values():
        for text in each.labels.values():
            index.setdefault(fold(text), crossing_of(each, each.extra["version"]))
    for _number, row in read_sheet(DATA / "crosswalks" / "uhri_older_labels.csv").records():
        if row["facet"] == facet:
            for text in filter(None, (row["label"], row["thesaurus"])):
                index.setdefault(fold(text), crossing_of(entry(facet, row["code"]), "older"))
    return index


def crossing_of(found: Entry, version: str) -> Crossing:
    """Return where the entry of a theme or of affected persons leads."""
    rights, groups, bearers = (
        found.values_of(column) if column in found.extra else () for column in ("rights", "groups", "duty_bearers")
    )
    return Crossing(found.code, version, rights, groups, bearers)


def right_of(attribute: str) -> str:
    """Return the right that an attribute belongs to. Raises NotFound where there is no such attribute."""
    return entry("attributes", attribute).parent


def attributes_of(right: str) -> tuple[str, ...]:
    """Return the attributes of a right in order; none for rights that OHCHR's tables do not cover.

    Source: OHCHR (2012), Human Rights Indicators, HR/PUB/12/5, tables 1 to 14. Raises NotFound where there is no such
    right.
    """
    found = entry("rights", right)
    return tuple(code for code, each in entries("attributes").items() if each.parent == found.code)


def articles_of(right: str) -> tuple[Article, ...]:
    """Return the articles that guarantee a right. Raises NotFound where there is no such right."""
    return parse_articles(entry("rights", right).extra["articles"])


def rights_of(instrument: str, article: str = "") -> tuple[str, ...]:
    """Return the rights that an article guarantees, or with no article all rights of the instrument.

    A right that names the whole instrument is guaranteed by each of its articles; a paragraph counts for its article.
    Raises NotFound where there is no such instrument.
    """
    entry("instruments", instrument)
    wanted = Article(instrument, article)
    return tuple(right for right in entries("rights") if any(covers(found, wanted) for found in articles_of(right)))


def covers(found: Article, wanted: Article) -> bool:
    """Say whether two references meet: one is the whole instrument, or both are the same article."""
    numbers = {reference.article.partition("(")[0] for reference in (found, wanted)}
    return found.instrument == wanted.instrument and ("" in numbers or len(numbers) == 1)
