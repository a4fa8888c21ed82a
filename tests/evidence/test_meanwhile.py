"""Somebody may publish while somebody else verifies: what changed meanwhile is read again."""

import pytest

from rightsplan.evidence import verify as verifying
from rightsplan.evidence.canonical import canonical_json
from rightsplan.evidence.verify import verify

from .conftest import Published


def test_a_catalogue_that_is_older_than_the_log_is_read_again(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = verifying.read_catalogue(verifying.open_source(str(published.folder)))
    old = {**present, "publications": []}
    answers = [old, present, present]
    monkeypatch.setattr(verifying, "read_catalogue", lambda source: answers.pop(0))
    report = verify(str(published.folder))
    assert [f.sentence for f in report.problems] == []
    assert report.counts["figures recomputed"] > 0
    assert answers == []


def test_a_catalogue_that_stays_behind_the_log_is_damage(published: Published) -> None:
    present = verifying.read_catalogue(verifying.open_source(str(published.folder)))
    (published.folder / "catalogue.json").write_bytes(canonical_json({**present, "publications": []}))
    report = verify(str(published.folder))
    assert any("not listed" in finding.sentence for finding in report.problems)


def test_a_site_that_changes_all_the_time_is_given_up_after_some_attempts(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = verifying.read_catalogue(verifying.open_source(str(published.folder)))
    versions = iter(range(100))
    monkeypatch.setattr(verifying, "read_catalogue", lambda source: {**present, "site": str(next(versions))})
    assert verify(str(published.folder)).counts["log entries"] > 0
    assert next(versions) == verifying.ATTEMPTS + 1
