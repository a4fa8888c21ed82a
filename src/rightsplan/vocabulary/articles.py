"""Reads where treaties name a right: `UDHR 1-2, 7; ICCPR 2(3)` as pairs of instrument and article."""

import re
from dataclasses import dataclass

from rightsplan.vocabulary.entries import split_list

# An instrument without blanks, then nothing (the whole instrument) or articles between commas.
REFERENCE = re.compile(r"(?P<instrument>[A-Z][A-Za-z0-9/.-]*)(?:\s+(?P<articles>\d.*))?")
RANGE = re.compile(r"(\d+)\s*[-\u2013]\s*(\d+)")
SINGLE = re.compile(r"\d+(?:\(\w+\))*")
LONGEST_RANGE = 50


@dataclass(frozen=True, slots=True, order=True)
class Article:
    """One article of an instrument (code of the facet `instruments`); an empty article is the instrument as a whole."""

    instrument: str
    article: str

    def __str__(self) -> str:
        return f"{self.instrument} {self.article}".rstrip()


def parse_articles(text: str) -> tuple[Article, ...]:
    """Return the articles that a cell names, in its order; a range such as `6-8` gives each article.

    Paragraphs stay with their article: `2(3)` is one. Raises ValueError, with the part that cannot be read, where the
    text has another form. Whether instrument and article exist is not checked here.
    """
    found: list[Article] = []
    for part in split_list(text):
        hit = REFERENCE.fullmatch(part)
        if hit is None:
            raise ValueError(part)
        listed = hit["articles"]
        numbers = [number for item in listed.split(",") for number in numbers_of(item.strip())] if listed else [""]
        found += [Article(hit["instrument"], number) for number in numbers]
    return tuple(found)


def numbers_of(item: str) -> list[str]:
    """Return one article, or all of a range. Raises ValueError where it is neither."""
    if SINGLE.fullmatch(item):
        return [item]
    hit = RANGE.fullmatch(item)
    if hit is None or not 0 < int(hit[2]) - int(hit[1]) <= LONGEST_RANGE:
        raise ValueError(item)
    return [str(number) for number in range(int(hit[1]), int(hit[2]) + 1)]
