"""Rights, groups, goals and other words of the field: data files in six languages and the code that reads them."""

from rightsplan.vocabulary.articles import Article, parse_articles
from rightsplan.vocabulary.crosswalk import (
    Crossing,
    articles_of,
    attributes_of,
    cross_person,
    cross_theme,
    right_of,
    rights_of,
)
from rightsplan.vocabulary.entries import LANGUAGES, Entry
from rightsplan.vocabulary.facets import codes, entry, facet_names, label, require, suggest, use_folder

__all__ = [
    "LANGUAGES",
    "Article",
    "Crossing",
    "Entry",
    "articles_of",
    "attributes_of",
    "codes",
    "cross_person",
    "cross_theme",
    "entry",
    "facet_names",
    "label",
    "parse_articles",
    "require",
    "right_of",
    "rights_of",
    "suggest",
    "use_folder",
]
