"""Compares codes and labels as a person would: without capitals, accents, signs and joining words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

NO_WORD = re.compile(r"[\W_]+")
LEAST_LIKENESS = 0.6
SAME_WORDS = 0.9
# A word that every long label has says nothing.
JOINING = {"and"}


def fold(text: str) -> str:
    """Return text as it is compared: lower case, no accents or vowel signs, `&` as `and`, other signs as one blank."""
    # Letters in circles and the like must be plain before capitals can go, and casefold may spread letters again.
    plain = unicodedata.normalize("NFKD", text).replace("&", " and ").casefold()
    spread = unicodedata.normalize("NFKD", plain)
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return NO_WORD.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def likeness(wanted: str, name: str) -> float:
    """Return how much two folded texts are alike, from 0 to 1.

    Equal texts give 1; where all words of one stand in the other 0.9; else the ratio of Ratcliff and Metzener (1988,
    Pattern Matching: The Gestalt Approach) as `difflib` computes it, or 0 where that cannot reach 0.6.
    """
    if wanted == name:
        return 1.0
    words, others = set(wanted.split()) - JOINING, set(name.split()) - JOINING
    if words and others and (words <= others or others <= words):
        return SAME_WORDS
    matcher = SequenceMatcher(None, wanted, name, autojunk=False)
    if matcher.real_quick_ratio() < LEAST_LIKENESS or matcher.quick_ratio() < LEAST_LIKENESS:
        return 0.0
    return matcher.ratio()


def nearest(wanted: str, names: Mapping[str, Iterable[str]], limit: int) -> list[str]:
    """Return the keys of `names` that one of their names makes most alike, best first, ties in the order given."""
    low = fold(wanted)
    if not low:
        return []
    scores = {key: max((likeness(low, fold(name)) for name in texts), default=0.0) for key, texts in names.items()}
    return sorted((key for key, score in scores.items() if score >= LEAST_LIKENESS), key=lambda k: -scores[k])[:limit]
