"""The words for the methods are those of the catalogue, and each of them can be translated."""

import pkgutil
from importlib import import_module

import pytest
from django.utils import translation

from rightsplan.site.method_words import SAYS, TITLES
from rightsplan.site.reads_methods import listed
from rightsplan.stats import catalogue
from scripts import messages

MODULES = [import_module(f"{catalogue.__name__}.{module.name}") for module in pkgutil.iter_modules(catalogue.__path__)]
METHODS = {entry.name: entry for module in MODULES for entry in getattr(module, "METHODS", ())}


@pytest.mark.parametrize(("words", "field"), [(TITLES, "title"), (SAYS, "says")])
def test_every_method_has_the_words_of_the_catalogue(words: dict[str, object], field: str) -> None:
    with translation.override("en"):
        assert {name: str(text) for name, text in words.items()} == {
            name: getattr(method, field) for name, method in METHODS.items()
        }


def test_the_methods_listed_are_those_that_have_a_page() -> None:
    assert {name for name, _title, _says in listed()} == set(catalogue.methods())


def test_every_sentence_is_gathered_for_translation() -> None:
    path = messages.SOURCE / "site" / "method_words.py"
    gathered = {message for _, _, message, _ in messages.messages_of_python(path)}
    assert gathered == {text for method in METHODS.values() for text in (method.title, method.says)}


def test_words_are_short_enough_for_a_phone_and_end_as_they_should() -> None:
    for method in METHODS.values():
        assert len(method.title) <= 75, method.name
        assert len(method.says) <= 120, method.name
        assert method.says.endswith("."), method.name
        assert not method.title.endswith("."), method.name
