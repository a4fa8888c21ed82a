"""Numbers, shares, years and dates in the reader's language and digits (Unicode CLDR through Babel)."""

import math
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from django.utils.translation import get_language, pgettext

from rightsplan.errors import Refused
from rightsplan.stats.periods import decimal_year

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
UNKNOWN = "–"
MINUS = "\u2212"  # a hyphen is no minus sign
MOST_DECIMALS = 8


@lru_cache(maxsize=16)
def locale_of(language: str) -> Locale:
    """Return Babel's locale for a language code of the site."""
    return Locale.parse(language.replace("-hans", "-Hans"), sep="-")


def here() -> Locale:
    """Return the reader's locale."""
    return locale_of(get_language() or "en")


def digits(text: str) -> str:
    """Return the text with the digits that the reader's language uses by default."""
    return text.translate(ARABIC) if here().default_numbering_system == "arab" else text


def decimals_of(value: float) -> int:
    """Return how many decimals show about four significant digits."""
    size = abs(value)
    if size >= 1000 or size == 0:
        return 0 if float(value).is_integer() or size >= 10_000 else 1
    return min(MOST_DECIMALS, max(0, 3 - math.floor(math.log10(size))))


def number(value: float | None, decimals: int | None = None) -> str:
    """Return a number; without `decimals` about four significant digits, trailing zeros cut; zero has no sign."""
    if value is None:
        return UNKNOWN
    form = (
        "#,##0." + "#" * decimals_of(value)
        if decimals is None
        else "#,##0" + ("." + "0" * decimals if decimals else "")
    )
    shown = format_decimal(value + 0.0, format=form, locale=here(), numbering_system="default")
    return shown.replace("-", MINUS)


def rounded(value: float, decimals: int | None = None) -> Decimal:
    """Return what `number` shows, as a decimal with the same digits: plurals depend on them."""
    exact = Decimal(repr(float(value)))
    if decimals is not None:
        return round(exact, decimals)
    return Decimal(f"{round(exact, decimals_of(value)).normalize():f}")


def decimals_apart(value: float, other: float | None) -> int | None:
    """Return the decimals that keep a value from looking like another one that it is not; None where it does not."""
    if other is None or value == other or number(value) != number(other):
        return None
    for decimals in range(decimals_of(value) + 1, MOST_DECIMALS + 1):
        if number(value, decimals) != number(other, decimals):
            return decimals
    return None


def whole(value: int) -> str:
    """Return a count."""
    return format_decimal(value, format="#,##0", locale=here(), numbering_system="default")


def percent(share: float | None) -> str:
    """Return a share between 0 and 1 as whole percent; nearly certain is never rounded to certain."""
    if share is None:
        return UNKNOWN
    shown = min(max(round(share * 100), 1), 99) if 0 < share < 1 else round(share * 100)
    return pgettext("percentage", "%(number)s%%") % {"number": whole(shown)}


def year(value: float | str | None) -> str:
    """Return a year without grouping; a decimal year is the year its period lies in."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, str):
        return period(value)
    return digits(str(math.floor(value + 0.5)))


def period(text: str | None) -> str:
    """Return a period as people write it: 2015, March 2015, Q3 2015, 31 March 2015."""
    if not text:
        return UNKNOWN
    parts = text.split("-")
    if len(parts) == 1:
        return digits(text)
    try:
        decimal_year(text)
    except Refused:
        return digits(text)
    if parts[1].startswith("Q"):
        return digits(f"{parts[0]} Q{parts[1][1:]}")
    if len(parts) == 3:
        return day(date.fromisoformat(text))
    return digits(format_skeleton("yMMMM", datetime(int(parts[0]), int(parts[1]), 1), locale=here()))  # noqa: DTZ001


def day(value: date | datetime | None) -> str:
    """Return a day in words and digits."""
    return digits(format_date(value, format="long", locale=here())) if value else UNKNOWN
