"""The audit of ourselves finds nothing in our publication, and finds every double standard that is put in."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rightsplan.errors import NotFound
from rightsplan.evidence import standards
from rightsplan.evidence.recompute import assess_points
from rightsplan.evidence.standards import Told, audit, later, of_the_others, tellings
from rightsplan.stats.promise import Promise

PROMISE = Promise(direction="at_least", value=95.0, year=2025.0, baseline=90.0, baseline_year=2020.0, start_year=2021.0,
                  lower=0.0, upper=100.0, better="higher").to_dict()  # fmt: skip
POINTS = [["2020", 90.0, 89.0, 91.5, None], ["2021", 91.0, None, None, None], ["2022", 92.5, 91.0, 93.0, None]]
TOLD = Told(promise=PROMISE, points=POINTS, as_of=2023.4, version="2")
ASSESS = assess_points


@pytest.fixture
def published(loaded: Path) -> str:
    """Return the published folder of the example."""
    return str(loaded / "published")


def test_no_judgement_of_ours_changes(published: str) -> None:
    found = audit(published, seed=5)
    assert found.ok, found.changes[:3]
    assert found.lines > 20
    assert set(found.told) == {"names", *(way.name for way in tellings(np.random.default_rng(0)))}
    assert 0 < found.told["complement"] <= found.lines
    assert all(count == found.lines for name, count in found.told.items() if name not in {"complement", "later"})


def judged_by(rule: Any) -> Any:
    """Return an assessment that lets a rule spoil the verdict."""

    def assess(promise: Any, points: Any, as_of: float, version: str = "2") -> dict[str, Any]:
        result = ASSESS(promise, points, as_of, version)
        return {**result, "verdict": "met"} if rule(promise, points, as_of) else result

    return assess


DOUBLE_STANDARDS = [
    ("order", lambda promise, points, as_of: points[:1] != sorted(points[:2], key=lambda p: p[0])[:1]),
    ("twice", lambda promise, points, as_of: len(points) > len({p[0] for p in points})),
    ("larger unit", lambda promise, points, as_of: any(p[1] is not None and 0 < abs(p[1]) < 0.2 for p in points)),
    ("smaller unit", lambda promise, points, as_of: any(p[1] is not None and abs(p[1]) > 1e3 for p in points)),
    ("later", lambda promise, points, as_of: as_of > 2028),
    ("complement", lambda promise, points, as_of: promise["direction"] == "at_most" and promise["upper"] == 100),
]


@pytest.mark.parametrize(("telling", "rule"), DOUBLE_STANDARDS, ids=[name for name, _ in DOUBLE_STANDARDS])
def test_a_double_standard_is_found(telling: str, rule: Any, published: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standards, "assess_points", judged_by(rule))
    found = audit(published)
    assert not found.ok
    assert telling in {change.telling for change in found.changes}
    assert {change.field for change in found.changes} <= {"verdict"}


def test_a_favourite_place_is_found(published: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A road to the figures that looks at the name of a group gives another one its verdict."""
    cut = standards.select

    def favoured(frame: Any, where: Any) -> Any:
        return cut(frame, where).with_columns(value=100.0) if where.get("sex") == "F" else cut(frame, where)

    monkeypatch.setattr(standards, "select", favoured)
    found = audit(published, seed=3)
    assert {change.telling for change in found.changes} == {"names"}


def test_the_complement_mirrors_everything() -> None:
    other = of_the_others(TOLD)
    assert other is not None
    assert other.promise["direction"] == "at_most"
    assert (other.promise["value"], other.promise["baseline"], other.promise["better"]) == (5.0, 10.0, "lower")
    assert other.points[0] == ["2020", 10.0, 8.5, 11.0, None]
    again = of_the_others(other)
    assert again is not None
    assert (again.promise, again.points) == (PROMISE, POINTS)


@pytest.mark.parametrize("changes", [{"upper": None}, {"lower": None}, {"measured_as": "count"}])
def test_what_has_no_complement_is_not_told_so(changes: dict[str, Any]) -> None:
    assert of_the_others(Told(promise={**PROMISE, **changes}, points=POINTS, as_of=2023.4, version="2")) is None


def test_later_moves_every_year_and_leaves_days_alone() -> None:
    other = later(4)(TOLD)
    assert other is not None
    assert [p[0] for p in other.points] == ["2024", "2025", "2026"]
    assert (other.promise["year"], other.promise["baseline_year"], other.as_of) == (2029.0, 2024.0, 2027.4)
    assert (
        later(4)(Told(promise=PROMISE, points=[["2020-03-01", 1.0, None, None, None]], as_of=2023, version="2")) is None
    )


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        audit(str(tmp_path / "nowhere"))
