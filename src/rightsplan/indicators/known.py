"""Every code that a data file may use, as it is spelled in files, with what it stands for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Indicator


@dataclass(frozen=True, slots=True)
class Known:
    """`indicators` maps spellings to indicators, `places` spellings (code, alpha-3, M49) to codes.

    `dimensions` maps a dimension's code to the codes of its values (empty: any value); without any dimension every
    column name is accepted as one.
    """

    indicators: Mapping[str, Indicator]
    places: Mapping[str, str]
    dimensions: Mapping[str, Collection[str]] = field(default_factory=dict)


def known_codes(
    *, m49: Mapping[str, str] | None = None, dimensions: Mapping[str, Collection[str]] | None = None
) -> Known:
    """Return what the database knows. `m49` maps numeric country codes to alpha-2 codes (from the vocabulary).

    An SDG code stands for an indicator where only one has it.
    """
    places: dict[str, str] = {}
    for code, iso3 in Place.objects.values_list("code", "iso3"):
        places[code] = code
        if iso3:
            places.setdefault(iso3, code)
    for number, code in (m49 or {}).items():
        if code in places:
            places.setdefault(str(int(number)), code)
            places.setdefault(f"{int(number):03d}", code)
    rows = list(Indicator.objects.all())
    by_sdg: dict[str, list[Indicator]] = {}
    for row in rows:
        for part in row.sdg.split(";"):
            by_sdg.setdefault(part.strip(), []).append(row)
    indicators = {code: found[0] for code, found in by_sdg.items() if code and len(found) == 1}
    return Known(indicators | {row.code: row for row in rows}, places, dimensions or {})
