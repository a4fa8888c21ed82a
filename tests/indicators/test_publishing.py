"""The road from batches to a folder that anybody can verify, and the second person on it."""

import errno
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from rightsplan.accounts.models import Person
from rightsplan.errors import Damaged, NotFound, Refused
from rightsplan.evidence.canonical import sha256
from rightsplan.evidence.verify import verify
from rightsplan.indicators import actions, publishing
from rightsplan.indicators.models import Assessment, Batch, Publication
from rightsplan.ledger.models import LogEntry

from .conftest import NOW, PLAN, TODAY, Country, facts, literacy, load_plan

SERIES = {2019: 79.0, 2020: 80.0, 2021: 82.0, 2022: 83.5, 2023: 86.0, 2024: 88.0, 2025: 91.0}
WITHOUT_LITERACY = PLAN.replace("Literacy,literacy,percent,at least,90,2025,80,2020,quantitative,85,2023", ",,,,,,,,,,")


def verdict(line_id: str, number: int) -> str:
    return Assessment.objects.get(publication__number=number, line_id=line_id).verdict


def problems_of(folder: Path | None = None) -> list[str]:
    return [str(p) for p in verify(str(folder or settings.PUBLISHED_DIR)).problems]


def unpublished(number: int = 1) -> bool:
    """Say whether nothing marks a proposal as published."""
    row = Publication.objects.get(number=number)
    is_logged = LogEntry.objects.filter(kind="publication", subject=str(number)).exists()
    return not is_logged and (row.published_at, row.published_by, row.log_index) == (None, None, None)


def snapshot() -> dict[str, bytes]:
    root = settings.PUBLISHED_DIR
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()} if root.exists() else {}


def test_what_is_published_verifies(country: Country) -> None:
    country.accept(literacy(SERIES))
    country.publish()
    assert problems_of() == []
    assert verdict("XA-2021/1.1-a@independent", 1) == "met"
    assert verdict("XA-2021/1.3-a@official", 1) == "not_measurable"


def test_assessing_twice_gives_the_same_bytes(country: Country) -> None:
    country.accept(literacy(SERIES))
    country.accept(literacy({2020: 79.5, 2023: 85.0}, sex="F"), role="official")
    first, second = country.assess(), country.assess()
    assert (first.number, second.number) == (1, 2)
    assert first.sha256 == second.sha256
    country.publish()
    assert sha256((settings.PUBLISHED_DIR / "publications" / "3.jsonl").read_bytes()) == first.sha256


def test_the_published_folder_is_the_same_however_often_it_is_written(country: Country) -> None:
    country.accept(literacy(SERIES))
    country.publish()
    before = snapshot()
    publishing.complete(now=NOW + timedelta(days=1))
    assert snapshot() == before


def test_a_lost_folder_is_written_again_from_database_and_kept_lines(country: Country) -> None:
    country.accept(literacy(SERIES))
    country.publish()
    before = snapshot()
    shutil.rmtree(settings.PUBLISHED_DIR)
    publishing.complete(now=NOW)
    assert snapshot() == before


def test_lines_of_file_and_database_are_the_same(country: Country) -> None:
    country.accept(literacy(SERIES))
    number = country.publish().number
    lines = [json.loads(line) for line in (settings.PUBLISHED_DIR / "publications" / "1.jsonl").open()]
    rows = Assessment.objects.filter(publication__number=number).order_by("line_id")
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
    assert {row.line_id: (row.result, row.promise, row.inputs) for row in rows} == {
        line["id"]: (line["result"], line.get("promise", {}), line.get("inputs", [])) for line in lines
    }


def test_official_and_independent_are_both_judged(country: Country) -> None:
    country.accept(literacy(SERIES))
    country.accept(literacy({2020: 80.0, 2025: 85.0}), role="official")
    country.publish()
    assert verdict("XA-2021/1.1-a@independent", 1) == "met"
    assert verdict("XA-2021/1.1-a@official", 1) != "met"


def test_a_revised_batch_is_judged_and_the_old_one_stays_readable(country: Country) -> None:
    old = country.accept(literacy(SERIES))
    country.publish()
    country.accept(literacy(SERIES | {2025: 85.0}), supersedes=old)
    country.publish()
    assert (verdict("XA-2021/1.1-a@independent", 1), verdict("XA-2021/1.1-a@independent", 2)) == ("met", "behind")
    assert (settings.PUBLISHED_DIR / "batches" / f"{old.sha256}.parquet").exists()
    assert problems_of() == []


def test_without_a_plan_there_is_nothing_to_assess(alice: Person) -> None:
    with pytest.raises(Refused, match="no plan to assess"):
        actions.assess(by=alice, as_of=TODAY, now=NOW)


def test_who_proposes_cannot_publish(country: Country) -> None:
    country.assess()
    with pytest.raises(Refused, match="alice proposed publication 1") as refusal:
        actions.publish(by=country.alice, number=1, now=NOW)
    assert "second person" in refusal.value.remedy
    assert unpublished()
    assert snapshot() == {}


def test_the_database_refuses_the_proposer_too(country: Country) -> None:
    country.assess()
    with pytest.raises(IntegrityError, match="second_person_publishes"), transaction.atomic():
        Publication.objects.update(published_by=country.alice, published_at=NOW, log_index=7)
    assert unpublished()


@pytest.mark.parametrize("fields", [{"published_at": NOW}, {"log_index": 3}, {"published_at": NOW, "log_index": 3}])
def test_the_database_refuses_a_publication_that_is_half_marked(country: Country, fields: dict[str, Any]) -> None:
    country.assess()
    with pytest.raises(IntegrityError, match="published_completely_or_not"), transaction.atomic():
        Publication.objects.update(**fields)
    assert unpublished()


def test_a_second_person_publishes_and_the_log_names_them(country: Country) -> None:
    published = country.publish()
    assert (published.proposed_by, published.published_by) == (country.alice, country.bob)
    entry = json.loads(bytes(LogEntry.objects.get(index=published.log_index).data))
    assert (entry["kind"], entry["number"], entry["sha256"], entry["by"]) == ("publication", 1, published.sha256, "bob")


def test_publishing_again_changes_nothing_whoever_does_it(country: Country, charlie: Person) -> None:
    country.publish()
    before, entries = snapshot(), LogEntry.objects.count()
    for person in [country.alice, country.bob, charlie]:
        assert actions.publish(by=person, number=1, now=NOW).published_by == country.bob
    assert (snapshot(), LogEntry.objects.count()) == (before, entries)


def test_a_number_that_nobody_proposed(country: Country) -> None:
    with pytest.raises(NotFound, match="no publication 9"):
        actions.publish(by=country.bob, number=9, now=NOW)


def test_a_proposal_that_a_newer_one_has_overtaken_stays_unpublished(country: Country) -> None:
    country.assess()
    country.publish()
    with pytest.raises(Refused, match="Publication 2 is newer"):
        actions.publish(by=country.bob, number=1, now=NOW)
    assert unpublished(1)
    assert not Assessment.objects.filter(publication__number=1).exists()


def test_a_proposal_from_before_a_plan_was_revised_is_assessed_again(country: Country) -> None:
    country.assess()
    load_plan(country.folder, country.alice, PLAN.replace("at least,90", "at least,95"))
    with pytest.raises(Refused, match="these plans were revised: XA-2021") as refusal:
        actions.publish(by=country.bob, number=1, now=NOW)
    assert "Assess again" in refusal.value.remedy
    assert unpublished()
    assert actions.publish(by=country.bob, number=country.assess().number, now=NOW).published_by == country.bob


def test_a_proposal_from_before_a_batch_was_accepted_is_assessed_again(country: Country) -> None:
    country.assess()
    later = NOW + timedelta(minutes=1)
    batch = actions.accept_batch(by=country.alice, frame=literacy(SERIES), source=facts(), now=later)
    with pytest.raises(Refused, match=f"batch {batch.sha256[:12]} was accepted") as refusal:
        actions.publish(by=country.bob, number=1, now=later)
    assert "Assess again" in refusal.value.remedy
    assert unpublished()
    again = actions.assess(by=country.alice, as_of=TODAY, now=later)
    assert actions.publish(by=country.bob, number=again.number, now=later).log_index is not None


def test_two_people_who_publish_at_once_leave_one_entry_of_the_first(country: Country, charlie: Person) -> None:
    country.assess()
    seen = [Publication.objects.get(number=1), Publication.objects.get(number=1)]
    actions.mark_published(seen[0], by=country.bob, now=NOW)
    actions.mark_published(seen[1], by=charlie, now=NOW + timedelta(seconds=1))
    assert (seen[1].published_by, seen[1].published_at) == (country.bob, NOW)
    assert LogEntry.objects.filter(kind="publication").count() == 1


def test_a_plan_that_is_revised_while_the_files_are_written_stops_the_marking(country: Country) -> None:
    proposal = country.assess()
    load_plan(country.folder, country.alice, PLAN.replace("at least,90", "at least,95"))
    with pytest.raises(Refused, match="were revised"):
        actions.mark_published(proposal, by=country.bob, now=NOW)
    assert unpublished()


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "where",
    ["rightsplan.indicators.publishing.os.posix_fallocate", "rightsplan.indicators.publishing.copy_batch",
     "rightsplan.evidence.batches.os.fsync"],
)  # fmt: skip
def test_a_full_disk_is_told_before_anything_is_marked(
    country: Country, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    country.accept(literacy(SERIES))
    country.assess()
    with monkeypatch.context() as patched:
        patched.setattr(where, full)
        with pytest.raises(Refused, match="disk is full"):
            actions.publish(by=country.bob, number=1, now=NOW)
    assert unpublished()
    assert [name for name in snapshot() if ".writing" in name or name.startswith("log/")] == []
    actions.publish(by=country.bob, number=1, now=NOW)
    assert problems_of() == []


def test_if_the_log_cannot_be_written_nothing_is_published(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    country.accept(literacy(SERIES))
    country.publish()
    load_plan(country.folder, country.alice, WITHOUT_LITERACY)
    country.assess()
    catalogue = snapshot()["catalogue.json"]
    entries = LogEntry.objects.count()
    original = actions.append

    def broken(**values: Any) -> LogEntry:
        if values["kind"] == "publication":
            raise OSError("the log cannot be written")
        return original(**values)

    with monkeypatch.context() as patched:
        patched.setattr(actions, "append", broken)
        with pytest.raises(OSError, match="the log cannot be written"):
            actions.publish(by=country.bob, number=2, now=NOW)
    assert unpublished(2)
    assert LogEntry.objects.count() == entries
    assert snapshot()["catalogue.json"] == catalogue
    assert problems_of() == []


def test_a_publication_that_was_interrupted_is_completed_by_running_it_again(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    country.accept(literacy(SERIES))
    country.assess()
    for step in ["write_log", "write_catalogue"]:
        with monkeypatch.context() as patched:
            patched.setattr(publishing, step, full)
            with pytest.raises(OSError, match="No space"):
                actions.publish(by=country.bob, number=1, now=NOW)
        assert not (settings.PUBLISHED_DIR / "catalogue.json").exists()
    actions.publish(by=country.bob, number=1, now=NOW)
    assert problems_of() == []
    assert LogEntry.objects.filter(kind="publication").count() == 1


def test_a_target_that_left_its_plan_is_logged_as_withdrawn_once(country: Country) -> None:
    country.publish()
    load_plan(country.folder, country.alice, WITHOUT_LITERACY)
    for _ in range(2):
        country.publish()
    withdrawn = LogEntry.objects.filter(kind="withdrawal")
    assert [entry.subject for entry in withdrawn] == ["XA-2021/1.1-a"]
    assert withdrawn[0].index < (Publication.objects.get(number=2).log_index or 0)
    assert json.loads(bytes(withdrawn[0].data))["target"] == "XA-2021/1.1-a"
    assert problems_of() == []


def test_lines_that_were_changed_on_disk_are_not_published(country: Country) -> None:
    publication = country.assess()
    path = publishing.kept_file(publication.sha256)
    path.write_bytes(path.read_bytes().replace(b"not_measurable", b"met"))
    with pytest.raises(Damaged, match="its hash is not that of publication 1"):
        actions.publish(by=country.bob, number=1, now=NOW)
    assert unpublished()
    path.unlink()
    with pytest.raises(Damaged, match="are missing"):
        actions.publish(by=country.bob, number=1, now=NOW)


def test_a_batch_that_is_gone_or_broken_stops_the_assessment(country: Country) -> None:
    batch: Batch = country.accept(literacy(SERIES))
    path = settings.BATCH_DIR / f"{batch.sha256}.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(Damaged, match=batch.sha256):
        country.assess()
    path.unlink()
    with pytest.raises(Damaged, match="the file is missing"):
        country.assess()
    assert not Publication.objects.exists()


def test_a_figure_that_is_changed_after_publication_is_found(country: Country) -> None:
    country.accept(literacy(SERIES))
    country.publish()
    path = settings.PUBLISHED_DIR / "publications" / "1.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"verdict":"met"', b'"verdict":"not_met"', 1))
    assert any("publications/1.jsonl" in problem for problem in problems_of())


def test_a_publication_cut_off_before_its_catalogue_is_finished_later(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not publishing.complete_interrupted(now=NOW)
    country.accept(literacy(SERIES))
    country.publish()
    country.accept(literacy({year: value + 0.5 for year, value in SERIES.items()}))
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "write_catalogue", stop)
        with pytest.raises(KeyboardInterrupt):
            country.publish()
    assert problems_of() != []
    assert publishing.complete_interrupted(now=NOW)
    assert problems_of() == []
    assert not publishing.complete_interrupted(now=NOW)


def stop(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt
