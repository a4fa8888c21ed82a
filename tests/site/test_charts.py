"""A chart names who says what at the end of each line, in the promise line's colours, and no label lies on another."""

import re
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from rightsplan.bodies.models import Place
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.site import charts, reads_data
from rightsplan.site.charts import OF_ROLE, SIZES, TOKENS, Line, colours_of, pushed_apart, series_spec
from rightsplan.site.reads_indicators import lines_of, shortened
from rightsplan.site.series import cut


def line(role: str, last: float, *, who: str = "", name: str = "") -> Line:
    return Line(name or f"{role} {who}", role, who, cut([["2020", 70.0], ["2021", 71.0], ["2022", last]]))


def ends(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return next(layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "text")


SAID = [
    ("en", ["official 79", "independent 80.1"]), ("fr", ["officiel 79", "indép. 80,1"]),
    ("ru", ["офиц. 79", "независ. 80,1"]), ("zh-hans", ["官方79", "独立80.1"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "told"), SAID)
def test_several_sources_are_named_at_their_ends(language: str, told: list[str]) -> None:
    with translation.override(language):
        spec = series_spec([line("official", 79.0), line("independent", 80.1)], SIZES["wide"])
    assert [end["text"] for end in ends(spec)] == told


def test_one_source_needs_no_name_and_equal_roles_have_that_of_the_source() -> None:
    with translation.override("en"):
        assert [e["text"] for e in ends(series_spec([line("independent", 79.0)], SIZES["wide"]))] == ["79"]
        two = [line("independent", 79.0, who="WHO"), line("independent", 60.0, who="UNDP")]
        assert [e["text"] for e in ends(series_spec(two, SIZES["wide"]))] == ["WHO 79", "UNDP 60"]


COLOURS = [
    (["official"], ["s1"]), (["independent"], ["s3"]), (["official", "independent"], ["s1", "s3"]),
    (["independent", "official"], ["s3", "s1"]), (["official", "official", "independent"], ["s1", "s2", "s3"]),
    (["independent"] * 3, ["s3", "s2", "s4"]), (["official"] + ["independent"] * 4, ["s1", "s3", "s2", "s4", "s5"]),
]  # fmt: skip


@pytest.mark.parametrize(("roles", "names"), COLOURS)
def test_colours_are_those_of_the_promise_line(roles: list[str], names: list[str]) -> None:
    assert [TOKENS[c] for c in colours_of([line(role, 1.0) for role in roles])] == names


def test_the_style_sheet_gives_both_roles_the_colours_of_the_promise_line(site: Client) -> None:
    style = b"".join(site.get("/static/site/site.css").streaming_content).decode()  # type: ignore[attr-defined]
    for role, drawn in (("official", "pl-obs"), ("independent", "pl-second")):
        wanted = re.search(rf"\.{drawn} {{ stroke: (var\([\w-]+\))", style)
        have = re.search(rf"\.c-{TOKENS[OF_ROLE[role]]} {{ stroke: (var\([\w-]+\))", style)
        assert wanted is not None
        assert have is not None
        assert wanted[1] == have[1]


APART = [
    ([10.0, 100.0], [10.0, 100.0]), ([10.0, 12.0], [10.0, 25.0]), ([12.0, 10.0], [25.0, 10.0]),
    ([5.0, 5.0, 5.0], [5.0, 20.0, 35.0]), ([], []),
]  # fmt: skip


@pytest.mark.parametrize(("heights", "placed"), APART)
def test_labels_are_pushed_apart(heights: list[float], placed: list[float]) -> None:
    assert pushed_apart(heights) == placed


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_drawn_labels_lie_apart_inside_the_picture(size: str, own_folders: object) -> None:
    lines = [line("official", 79.0), line("independent", 79.1), line("independent", 79.05, who="Somebody’s survey")]
    with translation.override("en"):
        svg = charts.draw(series_spec(lines, SIZES[size]), name=size, label="Life")
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])  # type: ignore[index]
    found = re.findall(r'transform="translate\(([\d.-]+),([\d.-]+)\)"[^>]*>([^<]*7[\d.]+)</text>', svg)
    labels = [(float(x), float(y), text) for x, y, text in found if " " in text]
    assert len(labels) == 3
    heights = sorted(y for _x, y, _text in labels)
    assert all(b - a >= 14 for a, b in pairwise(heights))
    assert all(x + 6 * len(text) < width for x, _y, text in labels)


def test_a_level_line_has_room_above_and_below() -> None:
    low, high = charts.domain_of([{"v": 5.0, "lo": None, "hi": None}])
    assert low < 5.0 < high
    assert charts.domain_of([{"v": 0.0, "lo": None, "hi": None}]) == (-1.0, 1.0)


def test_an_indicators_sources_are_told_apart(site: Client) -> None:
    found = reads_data.sources("rent_burden", [Place.objects.get(code="XA-LI").code])
    with translation.override("en"):
        lines = lines_of(found, "XA-LI")
    assert [item.role for item in lines] == ["official", "independent"]
    assert [item.who for item in lines] == ["", ""]
    text = site.get("/en/indicators/rent_burden/").content.decode()
    assert re.search(r">official [\d.]+</text>", text)
    assert re.search(r">independent [\d.]+</text>", text)


def test_sources_of_one_role_are_named_after_their_publisher(site: Client) -> None:
    Batch.objects.filter(role="official").update(role="independent")
    found = reads_data.sources(Indicator.objects.get(code="rent_burden").code, ["XA-LI"])
    with translation.override("en"):
        who = [item.who for item in lines_of(found, "XA-LI")]
    assert who == [shortened(source.batch.publisher) for source in found]
    assert all(0 < len(name) <= 16 for name in who)
