"""Outlines are computed once for each boundary, a place without data looks like no class, newest plans lead."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from rightsplan.bodies.models import Place
from rightsplan.site import maps
from rightsplan.site.maps import Area
from rightsplan.site.reads_home import counted_plans
from rightsplan.site.reads_places import newest_first


def square(west: float, south: float = 50.0) -> dict[str, Any]:
    corners = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


AREAS = [Area(square(0), 0, "/a/", "A: –"), Area(square(1), 1, "/b/", "B: 1"), Area(square(2), 5, "/c/", "C: 2")]


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "cache" / "maps").glob("*.json"))


def test_outlines_are_computed_once_for_each_content(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = maps.draw(AREAS, "Map")
    assert len(kept(own_folders)) == 1
    monkeypatch.setattr(maps, "outline", None)  # a second computation would fail
    assert maps.draw(AREAS, "Map") == first


def test_another_boundary_is_another_outline_and_another_value_is_not(own_folders: Path) -> None:
    maps.draw(AREAS, "Map")
    recoloured = maps.draw([Area(a.boundary, 3, a.address, a.title) for a in AREAS], "Other")
    assert len(kept(own_folders)) == 1
    assert recoloured.count('class="m3"') == 3
    maps.draw([*AREAS, Area(square(3), 2, "/d/", "D")], "Map")
    assert len(kept(own_folders)) == 2


def test_without_boundaries_there_is_no_map_and_nothing_is_kept(own_folders: Path) -> None:
    assert maps.draw([], "Map") == ""
    assert maps.draw([Area({"type": "Polygon", "coordinates": []}, 1, "/", "")], "Map") == ""
    assert kept(own_folders) == []


def test_places_without_data_are_drawn_last_with_their_own_outline(own_folders: Path) -> None:
    drawn = maps.draw(AREAS, "Map")
    assert [drawn.index(f'href="/{name}/"') for name in "bca"] == sorted(drawn.index(f'href="/{n}/"') for n in "abc")
    outlines = {address: drawn.split(f'href="/{address}/"')[1].split(' d="')[1].split('"')[0] for address in "abc"}
    assert len(set(outlines.values())) == 3
    assert outlines["a"].startswith("M0 ")


def test_no_data_is_paper_with_a_dashed_outline() -> None:
    style = (settings.BASE_DIR / "site" / "static" / "site" / "site.css").read_text(encoding="utf-8")
    rule = style.split(".map .m0 {")[1].split("}")[0]
    assert "fill: var(--paper)" in rule
    assert "stroke-dasharray" in rule
    assert "--map0" not in style


def test_the_plans_of_a_place_are_listed_newest_first(site: Client) -> None:
    place = Place.objects.get(code="XA-LI")
    codes = [item.plan.code for item in newest_first(place, counted_plans())]
    assert codes == ["XA-LINDHOLM", "XA-LINDHOLM-TOWN", "XA-LINDHOLM-2016"]
    text = site.get("/en/places/XA-LI/").content.decode()
    assert [text.index(f"/en/plans/{code}/") for code in codes] == sorted(text.index(f"/en/plans/{c}/") for c in codes)
