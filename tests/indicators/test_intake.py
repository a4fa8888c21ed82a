"""From a file on disk to stored rows: sources beside the data, plans with their results, dry runs."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from rightsplan.accounts.models import Person
from rightsplan.bodies.models import Body, Place
from rightsplan.errors import NotFound, Refused
from rightsplan.indicators import actions, intake
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.indicators.sources import source_facts
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.models import Plan, Target

from .conftest import BODIES, INDICATORS, NOW, PLACES, PLAN, TODAY, Country, facts

DATA = "indicator,place,period,value\nliteracy,XA,2020,80\nliteracy,XA,2021,82\n"
JUMPY = "indicator,place,period,value\n" + "".join(
    f"maternal_deaths,XA,{year},{value}\n" for year, value in enumerate([10, 11, 10.5, 11.5, 11, 110], 2015)
)
ABOUT = {"title": "A series", "source": "Office", "licence": "CC BY 4.0", "role": "independent"}


def file(folder: Path, text: str, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def data(country: Country, text: str, **more: Any) -> intake.Outcome:
    arguments: dict[str, Any] = {"by": country.alice, "facts": facts(), "now": NOW} | more
    return intake.data(file(country.folder, text), **arguments)


def counts() -> list[int]:
    return [model.objects.count() for model in (Place, Body, Indicator, Plan, Target, Batch, LogEntry)]


def test_every_kind_of_file_is_stored_from_its_path(alice: Person, tmp_path: Path) -> None:
    assert len(intake.places(file(tmp_path, PLACES), by=alice).added) == 3
    assert len(intake.bodies(file(tmp_path, BODIES), by=alice).added) == 2
    assert len(intake.definitions(file(tmp_path, INDICATORS), by=alice).added) == 2
    assert intake.plan(file(tmp_path, PLAN), by=alice, now=NOW).plans == ["XA-2021"]
    outcome = intake.data(file(tmp_path, DATA), by=alice, facts=facts(), now=NOW)
    assert (outcome.rows, outcome.is_new) == (2, True)
    assert counts() == [3, 2, 2, 1, 3, 2, 3]


def test_the_same_files_again_change_nothing(country: Country) -> None:
    data(country, DATA)
    intake.plan(file(country.folder, PLAN), by=country.alice, now=NOW)
    before = counts()
    again = data(country, DATA)
    assert not again.is_new
    assert "stored already" in again.sentence()
    assert not intake.plan(file(country.folder, PLAN), by=country.alice, now=NOW)
    assert not intake.places(file(country.folder, PLACES), by=country.alice)
    assert counts() == before


def test_a_dry_run_of_data_checks_all_and_saves_nothing(country: Country) -> None:
    before = counts()
    outcome = data(country, DATA, dry_run=True)
    assert (outcome.batch, outcome.rows, outcome.is_new) == (None, 2, False)
    assert outcome.as_dict() == {
        "file": "data.csv", "batch": None, "rows": 2, "new": False, "dry_run": True, "warnings": 0, "need_a_reason": 0,
    }  # fmt: skip
    assert outcome.sentence() == "Would import data.csv: 2 rows. Nothing was saved."
    with pytest.raises(Refused):
        data(country, DATA.replace("82", "182"), dry_run=True)
    assert counts() == before
    assert not list(settings.DATA_DIR.rglob("*.parquet"))


def test_a_jump_blocks_until_there_is_a_reason_for_it(country: Country) -> None:
    with pytest.raises(Refused, match="jumps improbably") as refusal:
        data(country, JUMPY)
    assert [p.row for p in refusal.value.problems] == [7]
    assert data(country, JUMPY, dry_run=True).open_warnings == 1
    assert data(country, JUMPY, dry_run=True, accept="War").open_warnings == 0
    outcome = data(country, JUMPY, accept="War")
    assert outcome.batch is not None
    about = json.loads((settings.BATCH_DIR / f"{outcome.batch.sha256}.json").read_bytes())
    assert [row["reason"] for row in about["accepted"]] == ["War"]


def test_a_revision_is_named_by_the_beginning_of_its_hash(country: Country) -> None:
    first = data(country, DATA).batch
    assert first is not None
    second = data(country, DATA.replace("82", "83"), supersedes=first.sha256[:8].upper()).batch
    assert second is not None
    assert second.supersedes == first
    with pytest.raises(NotFound, match="begins with 'zzz'"):
        data(country, DATA.replace("82", "84"), supersedes="zzz")
    with pytest.raises(Refused, match="Several batches"):
        intake.batch_of("")


def test_a_wrong_source_is_told_before_the_file_is_read(country: Country) -> None:
    with pytest.raises(Refused, match="description of the source"):
        data(country, "nothing", facts=facts(licence=""))


def test_a_plan_and_its_reported_results_are_saved_together(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = PLAN.replace("at least,90", "at least,95")
    before = counts()

    def broken(**_: object) -> None:
        raise OSError("no batch")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "accept_batch", broken)
        with pytest.raises(OSError, match="no batch"):
            intake.plan(file(country.folder, changed), by=country.alice, now=NOW)
    assert counts() == before
    assert Target.objects.get(code="XA-2021/1.1-a").promise["value"] == 90.0
    intake.plan(file(country.folder, changed), by=country.alice, now=NOW)
    assert Batch.objects.get().role == "official"


CLASH = PLAN + ("XA-2021,,,,,1,,1.1,,,,Again,literacy,percent,at least,95,2025,80,2020,quantitative,86,2023\n")


def test_two_values_reported_for_one_thing_are_refused_in_a_dry_run_too(country: Country) -> None:
    before = counts()
    for dry_run in [True, False]:
        with pytest.raises(Refused, match="different values of the same thing"):
            intake.plan(file(country.folder, CLASH), by=country.alice, now=NOW, dry_run=dry_run)
    assert counts() == before


def test_a_dry_run_of_a_plan_stores_no_results(country: Country) -> None:
    before = counts()
    changes = intake.plan(
        file(country.folder, PLAN.replace("85,2023", "86,2023")), by=country.alice, now=NOW, dry_run=True
    )
    assert [r.value for r in changes.reported] == [86.0]
    assert counts() == before


def test_changed_results_revise_the_batch_of_the_plan(country: Country) -> None:
    for day, value in enumerate(["85", "86", "85"]):
        text = PLAN.replace("85,2023", f"{value},2023")
        intake.plan(file(country.folder, text), by=country.alice, now=NOW + timedelta(days=day))
    (current,) = Batch.objects.filter(superseded_by__isnull=True)
    assert current.supersedes is not None
    assert current.supersedes.supersedes is not None


def test_numeric_codes_of_countries_and_values_of_dimensions_come_from_the_vocabulary() -> None:
    assert intake.m49_codes()["004"] == "AF"
    assert {"F", "M"} <= intake.dimension_values()["sex"]


def test_the_clock_knows_its_zone() -> None:
    assert abs(intake.clock() - datetime.now(UTC)) < timedelta(seconds=5)


def test_what_is_typed_comes_before_what_stands_beside_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, DATA, "life.csv.gz")
    file(tmp_path, json.dumps(ABOUT | {"retrieved": "2026-03-01", "url": "https://x.example"}), "life.source.json")
    found = source_facts(path, sidecar=None, typed={"title": " Typed ", "role": None}, today=TODAY)
    assert (found.title, found.role, found.retrieved) == ("Typed", "independent", date(2026, 3, 1))
    assert (found.file, found.url, found.publisher) == ("life.csv.gz", "https://x.example", "")


def test_the_file_with_the_whole_name_is_nearer_than_the_one_with_its_stem(tmp_path: Path) -> None:
    path = file(tmp_path, DATA, "life.csv")
    file(tmp_path, json.dumps(ABOUT | {"title": "stem"}), "life.source.json")
    file(tmp_path, json.dumps(ABOUT | {"title": "whole"}), "life.csv.source.json")
    other = file(tmp_path, json.dumps(ABOUT | {"title": "given"}), "other.json")
    assert source_facts(path, sidecar=None, typed={}, today=TODAY).title == "whole"
    assert source_facts(path, sidecar=other, typed={}, today=TODAY).title == "given"


def test_without_a_day_data_were_retrieved_today(tmp_path: Path) -> None:
    assert source_facts(tmp_path / "x.csv", sidecar=None, typed=ABOUT, today=TODAY).retrieved == TODAY


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "holds no JSON object"),
        ("null", "holds no JSON object"),
        ('{"titel": "x"}', "does not describe a source"),
        ('{"title": 5}', "does not describe a source"),
        ('{"title": null}', "does not describe a source"),
        ('{"retrieved": "1.3.2026"}', "has a wrong day"),
    ],
)
def test_a_source_file_that_cannot_be_used(tmp_path: Path, content: str, message: str) -> None:
    sidecar = file(tmp_path, content, "data.source.json")
    with pytest.raises(Refused, match=message):
        source_facts(tmp_path / "data.csv", sidecar=sidecar, typed={}, today=TODAY)


def test_a_misspelled_name_in_a_source_file_is_told_the_right_one(tmp_path: Path) -> None:
    sidecar = file(tmp_path, '{"titel": "x"}', "data.source.json")
    with pytest.raises(Refused) as refusal:
        source_facts(tmp_path / "data.csv", sidecar=sidecar, typed={}, today=TODAY)
    assert [(p.column, p.remedy) for p in refusal.value.problems] == [("titel", "Did you mean title?")]


def test_a_source_file_in_latin_letters_of_another_encoding(tmp_path: Path) -> None:
    sidecar = tmp_path / "data.source.json"
    sidecar.write_bytes('{"title": "Zürich"}'.encode("latin-1"))
    with pytest.raises(Refused, match="is no JSON"):
        source_facts(tmp_path / "data.csv", sidecar=sidecar, typed={}, today=TODAY)
