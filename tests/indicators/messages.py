"""SDMX-ML data messages built by hand, in every form that offices hand out."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

Row = Mapping[str, str]  # concept to value; OBS_VALUE may be absent
SERIES_KEYS = ["SERIES", "REF_AREA", "SEX"]
OBS_ATTRIBUTES = ["OBS_STATUS", "UNIT_MEASURE"]
NAMES_21 = {
    "mes": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message",
    "com": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common",
    "gen": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic",
    "ss": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific",
}
NAMES_30 = {
    "mes": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message",
    "com": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common",
    "ss": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/data/structurespecific",
}
DATAFLOW = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=TEST:DATA(1.0)"
ROWS: list[dict[str, str]] = [
    {"SERIES": series, "REF_AREA": area, "SEX": sex, "TIME_PERIOD": str(year), "OBS_VALUE": str(value),
     "OBS_STATUS": status}
    for series, area, sex, values in [
        ("literacy", "XA", "_T", {2019: (80.5, "A"), 2020: (81.25, "E"), 2021: (82, "B")}),
        ("literacy", "XA", "F", {2019: (79.125, "A"), 2021: (81.5, "P")}),
        ("maternal_deaths", "XB", "_T", {2020: (12, "A")}),
    ]
    for year, (value, status) in values.items()
]  # fmt: skip


def head(names: Mapping[str, str], kind: str, at_observation: str) -> str:
    """Return the start of a message up to its data set."""
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in names.items())
    reference = (
        f"<com:Structure>{DATAFLOW.replace('Dataflow=', 'DataStructure=')}</com:Structure>"
        if names is NAMES_30
        else '<com:Structure><Ref id="DATA" agencyID="TEST" version="1.0" class="DataStructure"/></com:Structure>'
    )
    space = ' namespace="urn:test"' if kind == "StructureSpecificData" else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<mes:{kind} {spaces} '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        "<mes:Header><mes:ID>TEST</mes:ID><mes:Test>false</mes:Test><mes:Prepared>2026-01-01T00:00:00</mes:Prepared>"
        '<mes:Sender id="TEST"/>'
        f'<mes:Structure structureID="DATA"{space} dimensionAtObservation="{at_observation}">{reference}'
        "</mes:Structure></mes:Header>\n"
    )


def grouped(rows: Sequence[Row]) -> dict[tuple[str, ...], list[Row]]:
    """Return rows by the keys of their series."""
    series: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        series.setdefault(tuple(row[key] for key in SERIES_KEYS), []).append(row)
    return series


def values(names: Sequence[str], row: Row) -> str:
    return "".join(f'<gen:Value id="{n}" value={quoteattr(row[n])}/>' for n in names if n in row)


def attributes(names: Sequence[str], row: Row) -> str:
    return " ".join(f"{n}={quoteattr(row[n])}" for n in names if n in row)


def generic(rows: Sequence[Row]) -> bytes:
    """Return a generic 2.1 message by series."""
    parts = [head(NAMES_21, "GenericData", "TIME_PERIOD"), '<mes:DataSet structureRef="DATA">\n']
    for keys, members in grouped(rows).items():
        series = dict(zip(SERIES_KEYS, keys, strict=True))
        parts.append(f"<gen:Series><gen:SeriesKey>{values(SERIES_KEYS, series)}</gen:SeriesKey>\n")
        for row in members:
            parts.append(f'<gen:Obs><gen:ObsDimension value="{row["TIME_PERIOD"]}"/>{generic_value(row)}</gen:Obs>\n')
        parts.append("</gen:Series>\n")
    return "".join([*parts, "</mes:DataSet></mes:GenericData>"]).encode()


def generic_value(row: Row) -> str:
    value = f'<gen:ObsValue value="{row["OBS_VALUE"]}"/>' if "OBS_VALUE" in row else ""
    told = values(OBS_ATTRIBUTES, row)
    return value + (f"<gen:Attributes>{told}</gen:Attributes>" if told else "")


def generic_flat(rows: Sequence[Row]) -> bytes:
    """Return a generic 2.1 message without series."""
    names = [*SERIES_KEYS, "TIME_PERIOD"]
    lines = [f"<gen:Obs><gen:ObsKey>{values(names, row)}</gen:ObsKey>{generic_value(row)}</gen:Obs>\n" for row in rows]
    start = head(NAMES_21, "GenericData", "AllDimensions") + '<mes:DataSet structureRef="DATA">\n'
    return (start + "".join(lines) + "</mes:DataSet></mes:GenericData>").encode()


def specific(rows: Sequence[Row], version: str = "2.1", *, flat: bool = False) -> bytes:
    """Return a structure-specific message, 2.1 or 3.0, by series or flat."""
    names = NAMES_30 if version == "3.0" else NAMES_21
    start = head(names, "StructureSpecificData", "AllDimensions" if flat else "TIME_PERIOD")
    kind = 'xsi:type="ns1:DataSetType" xmlns:ns1="urn:test" ss:dataScope="DataStructure" ss:structureRef="DATA"'
    parts = [start, f'<mes:DataSet {kind} action="Replace">\n'.replace('" action', '" ss:action')]
    at = ["TIME_PERIOD", "OBS_VALUE", *OBS_ATTRIBUTES]
    if flat:
        parts += [f"<Obs {attributes([*SERIES_KEYS, *at], row)}/>\n" for row in rows]
    else:
        for keys, members in grouped(rows).items():
            parts.append(f"<Series {attributes(SERIES_KEYS, dict(zip(SERIES_KEYS, keys, strict=True)))}>\n")
            parts += [f"<Obs {attributes(at, row)}/>\n" for row in members]
            parts.append("</Series>\n")
    return "".join([*parts, "</mes:DataSet></mes:StructureSpecificData>"]).encode()


MESSAGES = {
    "generic by series": generic(ROWS),
    "generic flat": generic_flat(ROWS),
    "structure specific 2.1 by series": specific(ROWS),
    "structure specific 2.1 flat": specific(ROWS, flat=True),
    "structure specific 3.0 by series": specific(ROWS, "3.0"),
    "structure specific 3.0 flat": specific(ROWS, "3.0", flat=True),
}
