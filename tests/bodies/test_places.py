"""Places: a tree of codes, boundaries, and nothing saved when anything is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from rightsplan.accounts.models import Person
from rightsplan.bodies.actions import import_places
from rightsplan.bodies.models import Place
from rightsplan.bodies.queries import ancestors
from rightsplan.errors import Problem, Refused
from rightsplan.tables.changes import Changes
from rightsplan.tables.reading import read_text_table

HEADER = "code,name,level,parent\n"
TREE = HEADER + "XA,Aland,country,\nXA-N,North,region,XA\nXA-N1,Northtown,municipality,XA-N\nXA-S,South,region,XA\n"


def load(text: str, by: Person, **more: Any) -> Changes:
    """Import a places file."""
    return import_places(by=by, table=read_text_table(text.encode(), name="places.csv"), **more)


def refused(text: str, by: Person, **more: Any) -> tuple[Problem, ...]:
    """Return the problems of a file that is refused, of which nothing is saved."""
    before = list(Place.objects.order_by("pk").values())
    with pytest.raises(Refused) as refusal:
        load(text, by, **more)
    assert list(Place.objects.order_by("pk").values()) == before
    assert all(problem.remedy for problem in refusal.value.problems)
    return refusal.value.problems


def paths() -> dict[str, str]:
    return dict(Place.objects.values_list("code", "path"))


def below(code: str) -> list[str]:
    """Return a place and everything whose path begins with its path."""
    root = Place.objects.get(code=code)
    return list(Place.objects.filter(path__startswith=root.path).order_by("path").values_list("code", flat=True))


def test_a_tree_is_stored_with_its_paths(alice: Person) -> None:
    changes = load(TREE, alice)
    assert sorted(changes.added) == ["XA", "XA-N", "XA-N1", "XA-S"]
    assert paths()["XA-N1"] == "XA > XA-N > XA-N1 > "
    assert below("XA-N") == ["XA-N", "XA-N1"]
    assert [p.code for p in ancestors(Place.objects.get(code="XA-N1"))] == ["XA", "XA-N"]


def test_a_code_that_begins_like_another_is_not_below_it(alice: Person) -> None:
    load(HEADER + "XA,A,country,\nXA1,B,country,\n", alice)
    assert below("XA") == ["XA"]


def test_children_may_stand_above_their_parents_in_the_file(alice: Person) -> None:
    header, *rows = TREE.splitlines()
    load("\n".join([header, *reversed(rows)]), alice)
    assert paths()["XA-N1"] == "XA > XA-N > XA-N1 > "


def test_the_same_file_again_changes_nothing(alice: Person) -> None:
    load(TREE, alice)
    before = list(Place.objects.values())
    changes = load(TREE, alice)
    assert not changes
    assert changes.unchanged == 4
    assert list(Place.objects.values()) == before


def test_places_that_the_file_does_not_name_stay(alice: Person) -> None:
    load(TREE, alice)
    changes = load(HEADER + "XA,Aland,country,\n", alice)
    assert not changes
    assert changes.missing == ["XA-N", "XA-N1", "XA-S"]
    assert Place.objects.count() == 4


def test_a_dry_run_shows_the_differences_and_saves_none(alice: Person) -> None:
    load(TREE, alice)
    changes = load(HEADER + "XA,Åland,country,\nXB,Bland,country,\n", alice, dry_run=True)
    assert changes.lines() == ["new: XB", "XA name.en: Aland -> Åland"]
    assert Place.objects.get(code="XA").name == {"en": "Aland"}
    assert not Place.objects.filter(code="XB").exists()


def test_a_subtree_moves_with_its_root(alice: Person) -> None:
    load(TREE, alice)
    changes = load(HEADER + "XA-N,North,region,XA-S\n", alice)
    assert [str(change) for change in changes.changed] == ["XA-N parent: XA -> XA-S"]
    assert paths()["XA-N1"] == "XA > XA-S > XA-N > XA-N1 > "
    assert below("XA-S") == ["XA-S", "XA-N", "XA-N1"]


def test_parent_and_child_may_change_places(alice: Person) -> None:
    load(HEADER + "XA,A,country,\nXA-N,N,region,XA\n", alice)
    load(HEADER + "XA,A,country,XA-N\nXA-N,N,region,\n", alice)
    assert paths() == {"XA-N": "XA-N > ", "XA": "XA-N > XA > "}


def test_names_come_in_all_their_languages(alice: Person) -> None:
    load("code,name,name_zh,name_pt_br,level,language,note\nXA,Nord,北,Norte,country,fr,old\n", alice)
    place = Place.objects.get()
    assert place.name == {"fr": "Nord", "zh": "北", "pt-br": "Norte"}
    assert (place.language, place.note) == ("fr", "old")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("XA,A,country,XA\n", [(2, "parent", "XA is above itself.")]),
        (
            "XA,A,country,XB\nXB,B,country,XA\n",
            [(2, "parent", "XA is above itself."), (3, "parent", "XB is above itself.")],
        ),
        (
            "XA,A,country,XB\nXB,B,country,XA\nXC,C,region,XA\n",
            [(2, "parent", "XA is above itself."), (3, "parent", "XB is above itself.")],
        ),
        ("XA,A,country,\nXA-N,N,region,XX\n", [(3, "parent", "This code is not known.")]),
        ("XA,A,country,\nXB,B,country,\nXA,C,country,\n", [(4, "code", "Row 2 has this code too.")]),
        (",A,country,\n", [(2, "code", "This cell is empty.")]),
        ("XA,,country,\n", [(2, "name", "This cell is empty.")]),
        ("XA,A,,\n", [(2, "level", "This cell is empty.")]),
        ("XA,A,continent,\n", [(2, "level", "This value is not known.")]),
        ("X A,A,country,\n", [(2, "code", "This cannot be a code.")]),
        ("XA/,A,country,\n", [(2, "code", "This cannot be a code.")]),
        ("X?A,A,country,\n", [(2, "code", "This cannot be a code.")]),
        ("X" * 41 + ",A,country,\n", [(2, "code", "This is longer than 40 characters.")]),
    ],
)
def test_every_fault_is_named_with_row_and_column(alice: Person, rows: str, found: list[tuple[int, str, str]]) -> None:
    assert [(p.row, p.column, p.message) for p in refused(HEADER + rows, alice)] == found


def test_all_faults_of_a_file_are_named_at_once(alice: Person) -> None:
    problems = refused(HEADER + "XA,,continent,XX\nX B,B,country,\n", alice)
    assert [(p.row, p.column) for p in problems] == [(2, "level"), (2, "name"), (3, "code"), (2, "parent")]


def test_an_orphan_is_told_the_nearest_code(alice: Person) -> None:
    (problem,) = refused(HEADER + "XA-NORTH,A,region,\nXB,B,county,XA-NORHT\n", alice)
    assert problem.remedy == "Did you mean XA-NORTH?"


def test_a_move_below_its_own_child_is_a_circle(alice: Person) -> None:
    load(TREE, alice)
    problems = refused(HEADER + "XA-N,North,region,XA-N1\n", alice)
    assert (2, "parent", "XA-N is above itself.") in [(p.row, p.column, p.message) for p in problems]


def test_a_tree_that_is_too_deep_for_its_paths_is_refused(alice: Person) -> None:
    codes = [f"{'X' * 34}-{n:04}" for n in range(15)]
    rows = "".join(f"{code},N,county,{above}\n" for code, above in zip(codes, ["", *codes], strict=False))
    assert {p.message for p in refused(HEADER + rows, alice)} == {"The tree is too deep here."}


def square(code: str, **more: Any) -> dict[str, Any]:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    } | more


def geojson(folder: Path, *features: object) -> Path:
    path = folder / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def test_boundaries_are_drawn_once(alice: Person, tmp_path: Path) -> None:
    path = geojson(tmp_path, square("XA"), square("XA-N"))
    load(TREE, alice, boundaries=path)
    assert Place.objects.get(code="XA").boundary["type"] == "Polygon"
    assert not load(TREE, alice, boundaries=path)


def test_a_boundary_that_differs_is_a_change(alice: Person, tmp_path: Path) -> None:
    load(TREE, alice)
    changes = load(TREE, alice, boundaries=geojson(tmp_path, square("XA")))
    assert [str(c) for c in changes.changed] == ["XA boundary: (empty) -> drawn anew"]
    point = square("XA", geometry={"type": "Point", "coordinates": [0, 0]})
    changes = load(TREE, alice, boundaries=geojson(tmp_path, point), dry_run=True)
    assert [str(c) for c in changes.changed] == ["XA boundary: drawn -> drawn anew"]
    assert Place.objects.get(code="XA").boundary["type"] == "Polygon"


def test_a_boundary_of_a_place_nobody_knows_is_a_warning(alice: Person, tmp_path: Path) -> None:
    changes = load(TREE, alice, boundaries=geojson(tmp_path, square("XA-NN")))
    assert [(p.severity, p.value, p.remedy) for p in changes.problems] == [
        ("warning", "XA-NN", "Did you mean XA-N or XA-N1 or XA-S?")
    ]


def test_a_boundary_says_whose_it_is(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({"source": "Survey Office", "features": [square("XA")]}))
    load(TREE, alice, boundaries=path)
    assert Place.objects.get(code="XA").boundary["source"] == "Survey Office"
    assert not load(TREE, alice, boundaries=path)


def test_of_a_boundary_only_its_shape_is_kept(alice: Person, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [1, 2.5], "crs": {"name": "\0"}}
    parts = {"type": "GeometryCollection", "geometries": [point], "bbox": []}
    load(TREE, alice, boundaries=geojson(tmp_path, square("XA", geometry=point), square("XA-N", geometry=parts)))
    kept = {"type": "Point", "coordinates": [1, 2.5]}
    assert Place.objects.get(code="XA").boundary == kept
    assert Place.objects.get(code="XA-N").boundary == {"type": "GeometryCollection", "geometries": [kept]}


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ({"type": "Feature", "geometry": None}, "Feature 2 has no code."),
        (square("XA", properties={"code": 5}), "Feature 2 has no code."),
        (square("XA", properties=None), "Feature 2 has no code."),
        ("no feature", "Feature 2 has no code."),
        (square("XA", geometry=None), "Feature 2 has no geometry."),
        (square("XA", geometry={"type": "Circle"}), "Feature 2 has no geometry."),
        (square("XA", geometry={"type": ["Point"], "coordinates": [0, 0]}), "Feature 2 has no geometry."),
        (square("XA", geometry={"type": "Polygon", "coordinates": [0, 0]}), "Feature 2 has no geometry."),
        (square("XA", geometry={"type": "Point", "coordinates": ["0", "0"]}), "Feature 2 has no geometry."),
        (square("XA", geometry={"type": "GeometryCollection", "geometries": [{}]}), "Feature 2 has no geometry."),
        (square("XA-N"), "Two features have this code."),
    ],
)
def test_a_feature_that_cannot_be_drawn(alice: Person, tmp_path: Path, feature: object, message: str) -> None:
    path = geojson(tmp_path, square("XA-N"), feature)
    assert [p.message for p in refused(TREE, alice, boundaries=path)] == [message]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"features": null}', b"[" * 100_000, b"\xff\xfe", b"5", b"{}", b'{"features": [NaN]}'],
)
def test_what_is_no_geojson_draws_nothing(alice: Person, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "map.geojson"
    path.write_bytes(content)
    with pytest.raises(Refused, match="is no GeoJSON"):
        load(TREE, alice, boundaries=path)
    assert not Place.objects.exists()
