"""The facets: every bundled file with what an instance adds to it, read once and kept."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from rightsplan.errors import NotFound
from rightsplan.vocabulary.entries import Entry, base_language, entry_of
from rightsplan.vocabulary.instance import read_folder
from rightsplan.vocabulary.sheets import bundled_names, read_bundled
from rightsplan.vocabulary.spelling import nearest

# What the folder of an instance adds, by facet; only `use_folder` changes it.
_added: dict[str, dict[str, Entry]] = {}
_forget: list[Callable[[], None]] = []
T = TypeVar("T")


def facet_names() -> tuple[str, ...]:
    """Return the names of all facets, sorted."""
    return bundled_names()


def codes(facet: str) -> tuple[str, ...]:
    """Return the codes of a facet in the order of its file, those of the instance last.

    Raises NotFound where there is no such facet.
    """
    return codes_in(facet)


def entry(facet: str, code: str) -> Entry:
    """Return the entry of a code. Raises NotFound, with the nearest known codes, where facet or code is unknown."""
    found = entries(facet).get(code)
    if found is None:
        raise unknown(facet, code)
    return found


def require(facet: str, code: str) -> str:
    """Return the code itself where it is known. Raises NotFound, with the nearest known codes, where it is not."""
    return entry(facet, code).code


def label(facet: str, code: str, language: str) -> str:
    """Return the name of a code in a language, else in English, else the code itself.

    `language` may carry a script or region (`zh-hans` reads the labels marked `zh`). Raises NotFound where there is no
    such facet; an unknown code is no error here, because old files may hold codes that an instance once had.
    """
    found = entries(facet).get(code)
    if found is None:
        return code
    return found.labels.get(base_language(language)) or found.labels.get("en") or code


def suggest(facet: str, code: str, limit: int = 5) -> list[str]:
    """Return the known codes that come nearest to a text, best first; none where nothing comes near.

    A code comes near by its own spelling or by its label in any language. Raises NotFound where there is no such facet.
    """
    names = {known: (known, *found.labels.values()) for known, found in entries(facet).items()}
    return nearest(code, names, limit)


def use_folder(path: Path | None) -> None:
    """Add the files of one instance to the bundled ones; None takes away what was added before.

    A file has the name and the columns of a bundled one and holds new codes only. Raises Refused with a Problem for
    every cell that is wrong; then the vocabulary stays as it was. Meant for the start of a process: readers that run
    meanwhile may see either state.
    """
    added = read_folder(path) if path else {}
    _added.clear()
    _added.update(added)
    for forget in _forget:
        forget()


def keep(read: Callable[[str], T]) -> Callable[[str], T]:
    """Keep what a function returns until the folder of the instance changes."""
    kept = cache(read)
    _forget.append(kept.cache_clear)
    return kept


@keep
def entries(facet: str) -> Mapping[str, Entry]:
    """Return all entries of a facet by code, in order. Raises NotFound where there is no such facet."""
    if facet not in facet_names():
        near = nearest(facet, {name: (name,) for name in facet_names()}, 3) or facet_names()
        raise NotFound(f"The vocabulary has no part {facet!r}.", f"Use one of: {', '.join(near)}.")
    bundled = {row["code"]: entry_of(row) for _number, row in read_bundled(facet).records()}
    return MappingProxyType(bundled | _added.get(facet, {}))


def unknown(facet: str, code: str) -> NotFound:
    """Return the error for a code that a facet does not have, with the nearest ones as its remedy."""
    near = suggest(facet, code)
    remedy = f"Did you mean {' or '.join(near)}?" if near else f"Known codes begin with {', '.join(codes(facet)[:5])}."
    return NotFound(f"The vocabulary has no code {code!r} in {facet}.", remedy)


@keep
def codes_in(facet: str) -> tuple[str, ...]:
    """Return the codes of a facet; kept, because every page asks."""
    return tuple(entries(facet))
