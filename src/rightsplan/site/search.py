"""Finds what has a page by its code or its name in any language, also by two Chinese characters.

Words are kept with all their beginnings, scripts without spaces as single characters and overlapping pairs; a query is
then a set of equal terms, which every database looks up in an index. Names are split at whatever is no letter.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, product
from typing import overload

from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.urls import reverse

from rightsplan.bodies.models import Body, Place
from rightsplan.indicators.models import Indicator
from rightsplan.plans.models import Measure, Plan, Target
from rightsplan.site.labels import vocabulary_names
from rightsplan.site.models import SearchEntry, SearchTerm

# Han, kana, hangul and Thai are written without spaces between words.
DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
WORD = re.compile(r"\w+")
LONGEST, SHORTEST_PREFIX = 24, 2
LONG_WORD, SHORTEST_CUT, MOST_DROPPED = 6, 4, 3
# "And", "so", "with", "for", "as" and the article are written together with the word that follows them.
PARTICLES = re.compile(r"^(?:[وف]?(?:[بك]?ال|لل)|[وفبلك])(?=\w{3})")
MOST_TERMS = 10
CODE, TITLE, BEGINNING = 40, 10, 4
ROUTES = {
    "plan": "plan", "measure": "measure", "target": "target", "indicator": "indicator", "body": "body",
    "place": "place", "right": "right", "group": "group",
}  # fmt: skip


def folded(text: str) -> str:
    """Return text as it is compared: lower case, full width as half width, without accents and Arabic vowel signs."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in spread if not unicodedata.combining(c)))


def words(text: str) -> Iterator[str]:
    """Yield the words of folded text; an underscore separates, and the Arabic article is left off as well."""
    for word in WORD.findall(DENSE.sub(" ", text).replace("_", " ")):
        yield word
        if word.startswith("ال") and len(word) > 4:
            yield word[2:]


def pairs(text: str) -> Iterator[str]:
    """Yield overlapping pairs (or the only character) of every stretch without spaces."""
    for stretch in DENSE.findall(text):
        yield from (stretch[i : i + 2] for i in range(len(stretch) - 1)) if len(stretch) > 1 else stretch


def terms_of(code: str, names: Iterable[str]) -> dict[str, int]:
    """Return every term of an entry with its weight."""
    found: dict[str, int] = {}

    def add(term: str, weight: int) -> None:
        found[term] = max(found.get(term, 0), weight)

    for text in map(folded, names):
        for word in words(text):
            add(word[:LONGEST], TITLE)
            for end in range(SHORTEST_PREFIX, min(len(word), LONGEST)):
                add(word[:end], BEGINNING)
        for term in chain(pairs(text), chain.from_iterable(DENSE.findall(text))):
            add(term, TITLE)
    low = folded(code)
    for part in [low[:40], *(w[:LONGEST] for w in words(low))]:
        add(part, CODE if part == low else TITLE)
    return found


def asked(q: str) -> list[str]:
    """Return the terms of a query."""
    low = folded(q.strip())
    if "/" in low and " " not in low:
        return [low[:40]]
    return list(
        dict.fromkeys([*(w[:LONGEST] for w in WORD.findall(DENSE.sub(" ", low).replace("_", " "))), *pairs(low)])
    )[:MOST_TERMS]


@dataclass(frozen=True, slots=True)
class Hit:
    """One result."""

    kind: str
    code: str
    title: Mapping[str, str]

    @property
    def address(self) -> str:
        """Return its page."""
        return reverse(ROUTES[self.kind], args=[self.code])


class Hits(Sequence[Hit]):
    """The results of a query as a sequence that reads only the page that is shown."""

    def __init__(self, rows: "QuerySet[SearchEntry, SearchEntry]") -> None:
        self.rows = rows

    def __len__(self) -> int:
        return self.rows.count()

    @overload
    def __getitem__(self, part: int) -> Hit: ...

    @overload
    def __getitem__(self, part: slice) -> list[Hit]: ...

    def __getitem__(self, part: int | slice) -> Hit | list[Hit]:
        rows = self.rows[part] if isinstance(part, slice) else [self.rows[part]]
        hits = [Hit(e.kind, e.code, e.title) for e in rows]
        return hits if isinstance(part, slice) else hits[0]


def find(q: str, language: str) -> Hits:
    """Return what matches all words of a query, names before parts of names; `language` is the reader's.

    Names in every language are searched whatever the reader's: a Chinese title is found on the French site too.
    """
    return with_all(asked(q))


def with_all(wanted: Sequence[str]) -> Hits:
    """Return what has every one of some terms."""
    if not wanted:
        return Hits(SearchEntry.objects.none())
    every = SearchEntry.objects.filter(terms__term__in=wanted)
    counted = every.annotate(found=Count("terms"), score=Sum("terms__weight"))
    return Hits(counted.filter(found=len(wanted)).order_by(F("score").desc(), "kind", "code"))


def find_or_alike(q: str, language: str) -> tuple[Hits, bool]:
    """Return what matches a query, else what matches its words cut ever shorter, and whether they had to be cut.

    Endings are dropped letter by letter, three at most, until something is found: no grammar of any language is known.
    """
    exact = find(q, language)
    if len(exact):
        return exact, False
    tried = [asked(q)]
    for dropped, is_bare in product(range(MOST_DROPPED + 1), (True, False)):
        cut = list(dict.fromkeys(loosened(term, dropped, is_bare=is_bare) for term in tried[0]))
        if cut not in tried:
            tried.append(cut)
            alike = with_all(cut)
            if len(alike):
                return alike, True
    return exact, False


def loosened(term: str, dropped: int, *, is_bare: bool) -> str:
    """Return a term without `dropped` last letters, where it is long enough; a bare one loses Arabic particles as well.

    Short words, words with digits, codes and pairs of Chinese characters stay as they are.
    """
    if not term.isalpha() or DENSE.search(term):
        return term
    bare = PARTICLES.sub("", term) if is_bare else term
    return bare[: max(SHORTEST_CUT, len(bare) - dropped)] if len(bare) >= LONG_WORD else bare


def suggest(q: str, limit: int = 5) -> list[Hit]:
    """Return what comes near a query that nothing matches: codes spelt alike, then names with one of its words."""
    low = q.strip()
    if not low:
        return []
    beginning = folded(low)[:2]
    codes = {e.code: e for e in SearchEntry.objects.filter(terms__term=beginning).order_by("code").distinct()[:2000]}
    near = [codes[code] for code in get_close_matches(low, codes, n=limit, cutoff=0.6)]
    if len(near) < limit:
        shorter = [t[: max(3, len(t) - 2)] for t in asked(low)]
        rows = SearchEntry.objects.filter(terms__term__in=shorter).exclude(pk__in=[e.pk for e in near])
        near += list(rows.annotate(score=Sum("terms__weight")).order_by("-score", "code")[: limit - len(near)])
    return [Hit(e.kind, e.code, e.title) for e in near]


def things() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (kind, code, names) of everything that has a page."""
    for kind, rows in (
        ("plan", Plan.objects.values_list("code", "title")),
        ("measure", Measure.objects.filter(dropped=False).values_list("code", "title")),
        ("target", Target.objects.filter(dropped=False).values_list("code", "title")),
        ("indicator", Indicator.objects.values_list("code", "name")),
        ("body", Body.objects.values_list("code", "name")),
        ("place", Place.objects.values_list("code", "name")),
    ):
        for code, names in rows.order_by("code").iterator(chunk_size=2000):
            yield kind, code, names
    for kind, facet in (("right", "rights"), ("group", "groups")):
        for code, names in vocabulary_names(facet):
            yield kind, code, names


@transaction.atomic
def rebuild() -> int:
    """Write the index anew in one transaction; return how many things can be found."""
    SearchTerm.objects.all().delete()
    SearchEntry.objects.all().delete()
    entries = [SearchEntry(kind=kind, code=code, title=names) for kind, code, names in things()]
    stored = SearchEntry.objects.bulk_create(entries, batch_size=2000)
    terms = (
        SearchTerm(entry=entry, term=term, weight=weight)
        for entry in stored
        for term, weight in terms_of(entry.code, entry.title.values()).items()
    )
    SearchTerm.objects.bulk_create(terms, batch_size=5000)
    return len(stored)
