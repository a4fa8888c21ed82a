"""One code of the vocabulary with its labels in the languages of the United Nations."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
BASIC_COLUMNS = ("code", "parent", *LANGUAGES)


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its parent (empty: none), its label in every language, and the other columns of its file."""

    code: str
    parent: str
    labels: Mapping[str, str]
    extra: Mapping[str, str]

    def values_of(self, column: str) -> tuple[str, ...]:
        """Return the values between semicolons of another column: `civil;political` is ("civil", "political").

        Raises KeyError where the facet has no such column.
        """
        return split_list(self.extra[column])


def split_list(cell: str) -> tuple[str, ...]:
    """Return what stands between semicolons, without blanks and empty values."""
    return tuple(value for part in cell.split(";") if (value := part.strip()))


def entry_of(row: Mapping[str, str]) -> Entry:
    """Return the entry that one row of a file describes; a label that is empty is left out."""
    labels = {language: row[language] for language in LANGUAGES if row.get(language)}
    extra = {column: value for column, value in row.items() if column not in BASIC_COLUMNS}
    return Entry(row["code"], row.get("parent", ""), MappingProxyType(labels), MappingProxyType(extra))


def base_language(language: str) -> str:
    """Return the language without script and region: `zh-hans` and `zh_CN` are read as `zh`."""
    return language.replace("_", "-").partition("-")[0].lower()
