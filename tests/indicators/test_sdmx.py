"""SDMX-ML: every form of a message gives the figures that pysdmx reads from it, and the schemas call it valid."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pysdmx.io.xml.__parse_xml import parse_xml

from rightsplan.errors import Refused
from rightsplan.indicators.sdmx import is_xml, read_sdmx_ml
from rightsplan.tables.reading import ROW

from .known import read, rows_of
from .messages import DATAFLOW, MESSAGES, NAMES_21, ROWS, generic, generic_flat, head, specific

Pairs = frozenset[tuple[str, str]]


def as_list(part: Any) -> list[dict[str, Any]]:
    """Return what pysdmx gives as one thing or as a list of things."""
    return part if isinstance(part, list) else [part]


def told(part: dict[str, Any], name: str) -> dict[str, str]:
    return {value["id"]: value["value"] for value in as_list(part[name]["Value"])} if name in part else {}


def observations_of(content: bytes) -> Iterator[dict[str, str]]:
    """Yield the observations of a message as pysdmx parses it, after the official schemas called it valid."""
    ((_, message),) = parse_xml(content.decode(), validate=True).items()
    for dataset in as_list(message["DataSet"]):
        for series in as_list(dataset.get("Series", {"Obs": dataset.get("Obs")})):
            own = {k: v for k, v in series.items() if isinstance(v, str)}
            around = own | told(series, "SeriesKey") | told(series, "Attributes")
            for obs in as_list(series["Obs"]):
                row = {k: v for k, v in obs.items() if isinstance(v, str)}
                row |= told(obs, "ObsKey") | told(obs, "Attributes")
                row |= {"TIME_PERIOD": obs["ObsDimension"]["value"]} if "ObsDimension" in obs else {}
                row |= {"OBS_VALUE": obs["ObsValue"]["value"]} if "ObsValue" in obs else {}
                yield around | row


def facts(rows: Any) -> list[list[tuple[str, str]]]:
    """Return rows as sorted pairs in one order, names in lower case."""
    return sorted(sorted((str(k).lower(), str(v)) for k, v in row.items() if v) for row in rows)


def ours(content: bytes) -> list[list[tuple[str, str]]]:
    frame = read_sdmx_ml(content, "message.xml").frame.drop(ROW)
    return facts(frame.iter_rows(named=True))


@pytest.mark.parametrize("content", MESSAGES.values(), ids=MESSAGES)
def test_a_message_gives_what_pysdmx_reads_from_it(content: bytes) -> None:
    oracle = facts(observations_of(content))
    assert ours(content) == oracle
    assert oracle == facts(ROWS)


@pytest.mark.parametrize("content", MESSAGES.values(), ids=MESSAGES)
def test_a_message_gives_the_frame_that_pysdmx_gives(content: bytes) -> None:
    pytest.importorskip("pandas", reason="MISSING: pandas, which pysdmx needs to give frames")
    from pysdmx.io import read_sdmx

    (dataset,) = read_sdmx(io.BytesIO(content), validate=True).data
    assert ours(content) == facts(dataset.data.astype(str).to_dict("records"))


@pytest.mark.parametrize("content", MESSAGES.values(), ids=MESSAGES)
def test_every_form_of_a_message_ends_in_the_same_observations(content: bytes, tmp_path: Path) -> None:
    reading = read(tmp_path, content, name="message.xml")
    assert rows_of(reading, "indicator", "place", "sex", "period", "value", "status") == [
        ("literacy", "XA", "F", "2019", 79.125, None),
        ("literacy", "XA", "F", "2021", 81.5, "provisional"),
        ("literacy", "XA", "_T", "2019", 80.5, None),
        ("literacy", "XA", "_T", "2020", 81.25, "estimated"),
        ("literacy", "XA", "_T", "2021", 82.0, "break"),
        ("maternal_deaths", "XB", "_T", "2020", 12.0, None),
    ]


def test_rows_are_the_lines_of_the_message() -> None:
    lines = MESSAGES["generic flat"].decode().splitlines()
    for row in read_sdmx_ml(MESSAGES["generic flat"], "m").frame.iter_rows(named=True):
        assert f'value="{row["obs_value"]}"' in lines[row[ROW] - 1]


def with_part(content: bytes, before: str, part: str) -> bytes:
    """Return a message with a part put before the first place where `before` stands."""
    return content.replace(before.encode(), part.encode() + before.encode(), 1)


GROUP = '<Group xsi:type="ns1:Sibling" SERIES="maternal_deaths" REF_AREA="XB" UNIT_MULT="3"/>\n'
GENERIC_GROUP = (
    '<gen:Group type="Sibling"><gen:GroupKey><gen:Value id="SERIES" value="maternal_deaths"/></gen:GroupKey>'
    '<gen:Attributes><gen:Value id="UNIT_MULT" value="3"/></gen:Attributes></gen:Group>\n'
)


@pytest.mark.parametrize(
    "content",
    [
        with_part(specific(ROWS), "<Series ", GROUP),
        with_part(specific(ROWS, "3.0"), "<Series ", GROUP),
        with_part(specific(ROWS, flat=True), "<Obs ", GROUP),
        with_part(generic(ROWS), "<gen:Series>", GENERIC_GROUP),
        with_part(generic_flat(ROWS), "<gen:Obs>", GENERIC_GROUP),
    ],
)
def test_a_group_tells_of_the_series_that_share_its_key_and_of_no_other(content: bytes, tmp_path: Path) -> None:
    parse_xml(content.decode(), validate=True)
    values = {row[0]: row[1] for row in rows_of(read(tmp_path, content, name="m.xml"), "indicator", "value")}
    assert values["maternal_deaths"] == 12_000.0
    assert values["literacy"] == 82.0


def test_what_a_data_set_says_holds_for_all_its_observations(tmp_path: Path) -> None:
    rows = [{**row, "OBS_VALUE": "4.35"} for row in ROWS if row["SERIES"] == "maternal_deaths"]
    attribute = "<gen:Attributes><gen:Value id='UNIT_MULT' value='2'/></gen:Attributes>"
    for content in [
        specific(rows).replace(b'ss:action="Replace"', b'ss:action="Replace" UNIT_MULT="2"'),
        with_part(generic(rows), "<gen:Series>", attribute),
    ]:
        assert rows_of(read(tmp_path, content, name="m.xml"), "value") == [(435.0,)]


def test_groups_of_one_data_set_do_not_reach_into_the_next(tmp_path: Path) -> None:
    first, second = ([row for row in ROWS if row["SERIES"] == code] for code in ["maternal_deaths", "literacy"])
    one = with_part(specific(first), "<Series ", '<Group xsi:type="ns1:S" SEX="_T" UNIT_MULT="1"/>')
    two = specific(second)
    dataset = two[two.index(b"<mes:DataSet") : two.index(b"</mes:StructureSpecificData>")]
    content = one.replace(b"</mes:StructureSpecificData>", dataset + b"</mes:StructureSpecificData>")
    values = dict(rows_of(read(tmp_path, content, name="m.xml"), "indicator", "value"))
    assert values == {"maternal_deaths": 120.0, "literacy": 82.0}


@pytest.mark.parametrize(
    ("value", "power", "result"),
    [("4.35", "2", 435.0), ("1.1", "3", 1100.0), ("12", "0", 12.0), ("12", "", 12.0), ("12", "-2", 0.12),
     ("1.5E3", "3", 1.5e6), ("NaN", "3", None)],
)  # fmt: skip
def test_the_unit_multiplier_is_applied_as_written(value: str, power: str, result: float, tmp_path: Path) -> None:
    text = f"DATAFLOW,SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nX,income,XA,2020,{value},{power}\n"
    text += "X,income,XA,2021,1,0\n"
    assert (result,) in rows_of(read(tmp_path, text), "value")


@pytest.mark.parametrize(("value", "power"), [("1,5", "3"), ("many", "3"), ("12", "thousand"), ("12", "400")])
def test_what_cannot_be_multiplied_is_never_stored_as_it_stands(value: str, power: str, tmp_path: Path) -> None:
    text = f'DATAFLOW,SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nX,income,XA,2020,"{value}",{power}\n'
    with pytest.raises(Refused) as refusal:
        read(tmp_path, text).refuse()
    assert (2, value) in [(p.row, p.value) for p in refusal.value.problems]


def test_a_value_that_is_not_there_is_missing_and_not_zero(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "OBS_VALUE"} for row in ROWS[:1]] + ROWS[1:2]
    for content in [generic(rows), specific(rows)]:
        assert rows_of(read(tmp_path, content, name="m.xml"), "period", "value") == [("2019", None), ("2020", 81.25)]


@pytest.mark.parametrize(
    "content",
    [
        b"<",
        b"<html><body>404</body></html>",
        b"<?xml version='1.0'?><mes:GenericData/>",
        MESSAGES["generic flat"][:-30],
        head(NAMES_21, "GenericData", "TIME_PERIOD").encode() + b"</mes:GenericData>",
        b"<?xml version='1.0' encoding='klingon'?><a/>",
        b"<a>\x00</a>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    ],
)
def test_what_is_no_message_is_refused_with_a_remedy(content: bytes) -> None:
    assert is_xml(content)
    with pytest.raises(Refused) as refusal:
        read_sdmx_ml(content, "message.xml")
    assert refusal.value.remedy


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("90")
    lines = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE m [<!ENTITY x0 "ha"> {lines} <!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    for entity in ["x11", "file"]:
        content = MESSAGES["generic flat"].decode().replace("<mes:GenericData", f"{doctype}<mes:GenericData", 1)
        content = content.replace(
            '<gen:ObsValue value="80.5"/>', f'<gen:ObsValue value="80.5">&{entity};</gen:ObsValue>'
        )
        start = time.monotonic()
        try:
            frame = read_sdmx_ml(content.encode(), "m").frame
        except Refused:
            frame = None
        assert time.monotonic() - start < 2
        assert frame is None or frame["obs_value"][0] == "80.5"


def test_a_prefix_before_the_message_does_not_hide_that_it_is_xml() -> None:
    assert is_xml(b"\xef\xbb\xbf\n  <a/>")
    assert not is_xml(b"a<b,c\n")
    assert DATAFLOW.startswith("urn:sdmx")
