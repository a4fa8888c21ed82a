"""What an import changes, for people and for machines."""

import json

import pytest

from rightsplan.tables.changes import Change, Changes


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", "1", "2")]),
        ({"a": None}, {"a": ""}, [("a", "", "")]),
        ({"title": {"en": "x", "zh": "y"}}, {"title": {"en": "x", "zh": "z"}}, [("title.zh", "y", "z")]),
        ({"title": {"en": "x"}}, {"title": {"en": "x", "fr": "z"}}, [("title.fr", "", "z")]),
        ({"title": {"en": "x", "fr": "z"}}, {"title": {"en": "x"}}, [("title.fr", "z", "")]),
        ({"promise": {"value": 1.0}}, {"promise": {}}, [("promise.value", "1.0", "")]),
    ],
)
def test_only_the_part_that_differs_is_listed(
    old: dict[str, object], new: dict[str, object], changed: list[tuple[str, str, str]]
) -> None:
    changes = Changes()
    changes.compare("XA", old, new)
    assert [(c.field, c.old, c.new) for c in changes.changed] == changed
    assert changes.unchanged == (0 if changed else 1)


def test_changes_are_true_when_something_changes() -> None:
    assert not Changes(unchanged=3, missing=["XB"])
    assert Changes(added=["XA"])
    assert Changes(dropped=["XA"])
    assert Changes(changed=[Change("XA", "unit", "", "%")])


def test_the_summary_counts_things_and_not_fields() -> None:
    fields = [Change("XA", "unit", "", "%"), Change("XA", "name", "a", "b")]
    changes = Changes(added=["XB"], changed=fields, dropped=["XC"], missing=["XD", "XE"], unchanged=4)
    assert changes.summary() == "1 new, 1 changed, 1 dropped, 4 unchanged, 2 not in the file"
    assert changes.lines() == [
        "new: XB", "XA unit: (empty) -> %", "XA name: a -> b", "no longer in the file: XC",
    ]  # fmt: skip


def test_changes_become_json() -> None:
    changes = Changes(added=["XB"], changed=[Change("XA", "unit", "", "%")])
    assert json.loads(json.dumps(changes.as_dict())) == {
        "added": ["XB"],
        "changed": [{"code": "XA", "field": "unit", "old": "", "new": "%"}],
        "dropped": [],
        "missing": [],
        "unchanged": 0,
    }
