"""Rights, groups, goals and other words of the field: data files and the code that reads them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


@dataclass(frozen=True, slots=True)
class Entry:
    """One code with its labels and the other columns of its file."""

    code: str
    parent: str
    labels: Mapping[str, str]
    extra: Mapping[str, str]


@lru_cache(maxsize=64)
def facet_of(name: str) -> dict[str, Entry]:
    """Return the entries of one file, in its order."""
    text = (files("rightsplan.vocabulary") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    known = {"code", "parent", *LANGUAGES}
    return {
        row["code"]: Entry(
            row["code"],
            row.get("parent", ""),
            {language: row[language] for language in LANGUAGES if row.get(language)},
            {column: value for column, value in row.items() if column not in known},
        )
        for row in csv.DictReader(text.splitlines())
    }


def codes(facet: str) -> tuple[str, ...]:
    """Return the codes of a facet."""
    return tuple(facet_of(facet))


def entry(facet: str, code: str) -> Entry:
    """Return one entry."""
    return facet_of(facet)[code]


def label(facet: str, code: str, language: str) -> str:
    """Return the name of a code."""
    found = facet_of(facet).get(code)
    if found is None:
        return code
    return found.labels.get(language.split("-")[0]) or found.labels.get("en", code)
