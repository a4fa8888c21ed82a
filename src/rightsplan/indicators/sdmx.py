"""SDMX-ML data messages (2.1 and 3.0, generic and structure specific, flat and by series) as a table of text.

Read as a stream, so that memory stays in proportion to the rows and not to the tree of the document; no entity is
expanded and nothing is fetched.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from lxml import etree  # type: ignore[import-untyped]

from rightsplan.errors import Refused
from rightsplan.tables.reading import ROW, TextTable

RowValues = dict[str, str]
SAFELY: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True,
    "remove_pis": True,
}  # fmt: skip
ABOUT_THE_FILE = {
    "structureref", "setid", "action", "datascope", "reportingbegindate", "reportingenddate", "validfromdate",
    "validtodate", "publicationyear", "publicationperiod",
}  # fmt: skip


def is_xml(content: bytes) -> bool:
    """Say whether a file is XML."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read_sdmx_ml(content: bytes, name: str) -> TextTable:
    """Return the observations of a data message; columns are the lower-cased ids of dimensions and attributes.

    The row number is the line of the observation in the file. Raises Refused for what is no SDMX data message.
    """
    try:
        rows = list(observations(content))
    except etree.XMLSyntaxError as error:
        raise Refused(f"{name} is no well-formed XML: {error.msg}.", "Export the message again.") from error
    if not rows:
        raise Refused(
            f"{name} holds no SDMX observation.", "Hand over an SDMX-ML data message (generic or structure specific)."
        )
    columns = dict.fromkeys(column for row in rows for column in row)
    lines = [int(row.pop(ROW)) for row in rows]
    columns.pop(ROW)
    frame = pl.DataFrame(
        {column: pl.Series([row.get(column) or None for row in rows], dtype=pl.String) for column in columns}
    )
    return TextTable(name, frame.with_columns(pl.Series(ROW, lines, dtype=pl.UInt32)))


def observations(content: bytes) -> Iterator[RowValues]:
    """Yield every observation with the values of its series, its groups and its data set."""
    around = Surroundings()
    at_observation = "TIME_PERIOD"
    for event, element in etree.iterparse(io.BytesIO(content), events=("start", "end"), **SAFELY):
        name = name_of(element)
        if event == "start":
            if name == "Structure" and element.get("dimensionAtObservation"):
                at_observation = element.get("dimensionAtObservation", at_observation)
            around.enter(name, element)
        elif name == "Obs":
            own = around.series | observation(element, at_observation)
            yield {ROW: str(element.sourceline or 0), **around.inherited(own), **own}
            release(element)
        elif name in {"SeriesKey", "GroupKey", "Attributes"}:
            around.add(name_of(element.getparent()), values_of(element))
        elif name in {"Series", "Group"}:
            around.leave(name)
            release(element)


@dataclass(slots=True)
class Surroundings:
    """What holds for an observation beyond itself; a group tells of every series that shares its key values."""

    dataset: RowValues = field(default_factory=dict)
    groups: list[RowValues] = field(default_factory=list)
    series: RowValues = field(default_factory=dict)
    index: dict[tuple[str, ...], dict[tuple[str, ...], RowValues]] = field(default_factory=dict)

    def enter(self, name: str, element: Any) -> None:
        """Take what the start tag of a structure-specific message says."""
        if name == "DataSet":
            told = attributes_of(element)
            self.dataset = {key: value for key, value in told.items() if key not in ABOUT_THE_FILE}
            self.groups, self.index = [], {}
        elif name == "Group":
            self.groups.append(attributes_of(element))
        elif name == "Series":
            self.series = attributes_of(element)

    def add(self, to: str, values: RowValues) -> None:
        """Take what a generic message says in elements."""
        if to == "DataSet":
            self.dataset |= values
        elif to == "Series":
            self.series |= values
        elif to == "Group":
            self.groups[-1] |= values

    def leave(self, name: str) -> None:
        """Forget a series; groups hold until the data set ends."""
        if name == "Series":
            self.series = {}
        else:
            self.index = {}

    def inherited(self, own: RowValues) -> RowValues:
        """Return what data set and groups say of an observation."""
        if self.groups and not self.index:
            for group in self.groups:
                names = tuple(sorted(name for name in group if name in own))
                self.index.setdefault(names, {})[tuple(group[name] for name in names)] = group
        found = dict(self.dataset)
        for names, groups in self.index.items():
            found |= groups.get(tuple(own.get(name, "") for name in names), {}) if names else {}
        return found


def name_of(element: Any) -> str:
    """Return an element's name without its namespace, empty for what has none."""
    tag = "" if element is None else element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def attributes_of(element: Any) -> RowValues:
    """Return the unqualified XML attributes, as structure-specific messages write keys and values."""
    return {str(key).lower(): str(value) for key, value in element.attrib.items() if not str(key).startswith("{")}


def values_of(element: Any) -> RowValues:
    """Return the `Value` children of a generic key or attribute list."""
    found = ((child.get("id") or child.get("concept"), child.get("value")) for child in element)
    return {key.lower(): value for key, value in found if key and value is not None}


def observation(element: Any, at_observation: str) -> RowValues:
    """Return the values of one `Obs`, generic or structure specific."""
    row = attributes_of(element)
    for child in element:
        name = name_of(child)
        if name in {"ObsKey", "Attributes"}:
            row |= values_of(child)
        elif name == "ObsDimension":
            row[(child.get("id") or at_observation).lower()] = child.get("value") or ""
        elif name == "ObsValue":
            row["obs_value"] = child.get("value") or ""
    return row


def release(element: Any) -> None:
    """Forget what has been read."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
