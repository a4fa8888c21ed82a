"""Names of codes in the reader's language: rights, groups, kinds, levels, dimensions."""

from collections.abc import Iterator
from functools import lru_cache

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rightsplan import vocabulary
from rightsplan.site.texts import listed, reading

OURS: dict[str, dict[str, str | Lazy]] = {
    "kind": {
        "structural": gettext_lazy("commitment"),
        "process": gettext_lazy("effort"),
        "outcome": gettext_lazy("enjoyment"),
    },
    "level": {
        "world": gettext_lazy("world"),
        "country": gettext_lazy("country"),
        "region": gettext_lazy("region"),
        "province": gettext_lazy("province"),
        "prefecture": gettext_lazy("prefecture"),
        "county": gettext_lazy("county"),
        "municipality": gettext_lazy("municipality"),
        "national": gettext_lazy("national"),
        "provincial": gettext_lazy("provincial"),
        "municipal": gettext_lazy("municipal"),
    },
    "body": {
        "government": gettext_lazy("government"),
        "ministry": gettext_lazy("ministry"),
        "agency": gettext_lazy("agency"),
        "court": gettext_lazy("court"),
        "procuratorate": gettext_lazy("procuratorate"),
        "independent": gettext_lazy("independent institution"),
        "people": gettext_lazy("people's organisation"),
        "other": gettext_lazy("other body"),
    },
    "page": {
        "plan": gettext_lazy("plan"),
        "measure": gettext_lazy("measure"),
        "target": gettext_lazy("promise"),
        "indicator": gettext_lazy("indicator"),
        "body": gettext_lazy("body"),
        "place": gettext_lazy("place"),
        "right": gettext_lazy("right"),
        "group": gettext_lazy("group"),
    },
    "role": {"official": gettext_lazy("official"), "independent": gettext_lazy("independent")},
    "force": {"binding": gettext_lazy("binding"), "expected": gettext_lazy("expected")},
    "entry": {
        "batch": gettext_lazy("Data accepted"),
        "plan": gettext_lazy("Plan recorded"),
        "publication": gettext_lazy("Verdicts published"),
    },
}


def label(facet: str, code: str) -> str:
    """Return the name of a code; an unknown one is shown as it is."""
    if facet in OURS:
        return str(OURS[facet].get(code, code))
    return vocabulary.label(facet, code, reading())


@lru_cache(maxsize=1)
def unit_codes() -> dict[str, str]:
    """Return the codes of the units by the words that files use for them."""
    return {vocabulary.label("units", code, "en").casefold(): code for code in vocabulary.codes("units")}


def unit_code(words: str) -> str:
    """Return the code of a unit, nothing for one that the vocabulary does not have."""
    return unit_codes().get(words.casefold(), "")


def unit(words: str) -> str:
    """Return a unit in the reader's language; one that the vocabulary does not have is shown as it is."""
    code = unit_code(words)
    return vocabulary.label("units", code, reading()) if code else words


def is_known(facet: str, code: str) -> bool:
    """Say whether the vocabulary has a code."""
    return code in vocabulary.codes(facet)


def vocabulary_names(facet: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every code of a facet with its names in all languages."""
    for code in vocabulary.codes(facet):
        yield code, {language: vocabulary.label(facet, code, language) for language in vocabulary.LANGUAGES}


def group_words(group: str) -> str:
    """Return `sex=F;age=15-24` as words; a value that speaks for itself stands alone."""
    words = []
    for part in filter(None, group.split(";")):
        name, _equals, value = part.partition("=")
        code = f"{name}.{value}"
        if is_known("dimension_values", code):
            words.append(vocabulary.label("dimension_values", code, reading()))
        else:
            dimension = vocabulary.label("dimensions", name, reading())
            words.append(_("%(dimension)s: %(value)s") % {"dimension": dimension, "value": value})
    return listed(words)
