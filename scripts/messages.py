"""Gathers the sentences to translate into locale/*.po and compiles them, without GNU gettext.

usage: python scripts/messages.py update | compile
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "rightsplan"
LOCALE = SOURCE / "locale"
LANGUAGES = ("ar", "es", "fr", "ru", "zh_Hans")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
TEXT = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
# Django turns a template into calls of these functions between X-ed out text.
CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({TEXT}(?:\s*,\s*{TEXT})*)", re.DOTALL)

Message = tuple[str, int, str | tuple[str, str], str | None]


def messages_of_template(path: Path) -> Iterator[Message]:
    """Yield file, line, message (or singular and plural) and context of every sentence in a template."""
    code = templatize(path.read_text(encoding="utf-8"))
    for call in CALL.finditer(code):
        texts = [_unquote(t) for t in re.findall(TEXT, call[2], re.DOTALL)]
        context = texts.pop(0) if "p" in call[1] else None
        line = code.count("\n", 0, call.start()) + 1
        yield _name(path), line, (texts[0], texts[1]) if call[1].startswith("n") else texts[0], context


def messages_of_python(path: Path) -> Iterator[Message]:
    """Yield the sentences of a Python module."""
    with path.open("rb") as file:
        for line, message, _comments, context in extract(
            "python", file, keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            yield _name(path), line, (message[0], message[1]) if isinstance(message, tuple) else message, context


def gather() -> Catalog:
    """Return every sentence of templates and code, in the order of the files."""
    catalog = Catalog(project="Rightsplan", charset="utf-8")
    for path in sorted(SOURCE.rglob("*.html")) + sorted(SOURCE.rglob("*.txt")):
        if "templates" in path.parts:
            _add(catalog, messages_of_template(path))
    for path in sorted(SOURCE.rglob("*.py")):
        _add(catalog, messages_of_python(path))
    return catalog


def update() -> None:
    """Add new sentences to every .po, keep the translated ones, drop those that are gone."""
    template = gather()
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = Catalog(locale=language, charset="utf-8", fuzzy=False, project="Rightsplan")
        if path.exists():
            with path.open("rb") as file:
                catalog = read_po(file, locale=language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, no_location=True)
        empty = sum(1 for m in catalog if m.id and not _is_translated(m.string))
        print(f"{language}: {len(catalog)} sentences, {empty} without translation")


def compile_all() -> None:
    """Write django.mo beside every django.po that is newer."""
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3])
        with target.open("wb") as file:
            write_mo(file, catalog)
        print(f"==> Compiled the translations of {path.parts[-3]}")


def _is_translated(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def _add(catalog: Catalog, messages: Iterator[Message]) -> None:
    for name, line, message, context in messages:
        catalog.add(message, locations=[(name, line)], context=context)


def _name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def _unquote(text: str) -> str:
    value = ast.literal_eval(text)
    return value if isinstance(value, str) else str(value)


if __name__ == "__main__":
    tasks = {"update": update, "compile": compile_all}
    if sys.argv[1:] not in [["update"], ["compile"]]:
        sys.exit(__doc__)
    tasks[sys.argv[1]]()
