"""Every sentence exists in every language, with the same placeholders and all plural forms."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from .tracked import ROOT, SOURCE

LANGUAGES = ["ar", "es", "fr", "ru", "zh_Hans"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_script", ROOT / "scripts" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def read_catalog(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def faults(wanted: Catalog, have: Catalog) -> list[str]:
    """Return what is missing, marked as unsure, or differs in its placeholders."""
    found = []
    for message in wanted:
        if not message.id:
            continue
        translation = have.get(message.id, message.context)
        name = repr(forms(message.id)[0])
        if translation is None or not all(forms(translation.string)):
            found.append(f"missing: {name}")
        elif translation.fuzzy:
            found.append(f"unsure: {name}")
        elif message.pluralizable and len(forms(translation.string)) != have.num_plurals:
            found.append(f"plural forms: {name}")
        elif not placeholders_fit(message, translation):
            found.append(f"placeholders: {name}")
    return found


def placeholders_fit(message: Message, translation: Message) -> bool:
    """Say whether no form invents a placeholder and the last (general) form has them all."""
    known = {p for form in forms(message.id) for p in PLACEHOLDER.findall(form)}
    used = [set(PLACEHOLDER.findall(form)) for form in forms(translation.string)]
    general = set(PLACEHOLDER.findall(forms(message.id)[-1]))
    return all(u <= known for u in used) and general <= used[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    have = read_catalog(SOURCE / "locale" / language / "LC_MESSAGES" / "django.po", language)
    wanted = load_script().gather()
    assert len(wanted) > 100
    assert faults(wanted, have) == []


def test_each_fault_is_found() -> None:
    wanted = Catalog()
    for sentence in ["Absent", "Empty", "Unsure", "By %(who)s", "Fine"]:
        wanted.add(sentence)
    wanted.add(("%(n)s target", "%(n)s targets"))
    have = Catalog(locale="ar")
    have.add("Empty", "")
    have.add("Unsure", "؟", flags=["fuzzy"])
    have.add("By %(who)s", "%(whom)s")
    have.add("Fine", "حسن")
    have.add(("%(n)s target", "%(n)s targets"), ("%(n)s", "%(n)s"))
    assert faults(wanted, have) == [
        "missing: 'Absent'",
        "missing: 'Empty'",
        "unsure: 'Unsure'",
        "placeholders: 'By %(who)s'",
        "plural forms: '%(n)s target'",
    ]


def test_sentences_of_templates_and_code_are_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = load_script()
    monkeypatch.setattr(script, "SOURCE", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        '{% trans "It\'s" %} {% blocktrans count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktrans %}'
        "{% trans 'May' context 'month' %} {{ _('Filter') }}",
        encoding="utf-8",
    )
    (tmp_path / "b.py").write_text(
        "x = gettext_lazy('From code')\ny = ngettext('%d cat', '%d cats', n)", encoding="utf-8"
    )
    gathered = {(m.id if isinstance(m.id, str) else tuple(m.id), m.context) for m in script.gather() if m.id}
    assert gathered == {
        ("It's", None),
        (("%(n)s row", "%(n)s rows"), None),
        ("May", "month"),
        ("Filter", None),
        ("From code", None),
        (("%d cat", "%d cats"), None),
    }
