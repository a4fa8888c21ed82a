"""Periods as text and as decimal years."""

import re
from datetime import date
from functools import lru_cache

from rightsplan.errors import Refused

FORM = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.ASCII)


def decimal_year(period: str) -> float:
    """Return the decimal year of a period's middle, minus one half.

    2015 gives 2015.0, 2015-Q1 gives 2014.625, 2015-03-31 gives about 2014.745: only differences matter, and every
    period of the year Y lies within half a year of Y. Raises Refused for anything else.
    """
    if not isinstance(period, str):
        raise Refused(f"{period!r} is not a period.", "Write 2015, 2015-Q3, 2015-03 or 2015-03-31.")
    return year_of(period)


@lru_cache(maxsize=100_000)
def year_of(period: str) -> float:
    """Return the decimal year of a text. Raises Refused for anything that is no period."""
    match = FORM.fullmatch(period.strip())
    if match is None:
        raise Refused(f"{period!r} is not a period.", "Write 2015, 2015-Q3, 2015-03 or 2015-03-31.")
    year = int(match["year"])
    if match["quarter"]:
        return year + (int(match["quarter"]) - 0.5) / 4 - 0.5
    if match["month"] is None:
        return float(year)
    month = int(match["month"])
    if not 1 <= month <= 12:
        raise Refused(f"{period!r} has no month {month}.", "Months run from 01 to 12.")
    if match["day"] is None:
        return year + (month - 0.5) / 12 - 0.5
    try:
        day = date(year, month, int(match["day"]))
    except ValueError as error:
        raise Refused(f"{period!r} is not a day.", "Write the day as 2015-03-31.") from error
    return day_as_year(day)


def day_as_year(day: date) -> float:
    """Return a day on the same scale as `decimal_year`: 31 December 2015 lies just below 2015.5."""
    first = date(day.year, 1, 1)
    length = (date(day.year + 1, 1, 1) - first).days
    return day.year + ((day - first).days + 0.5) / length - 0.5
