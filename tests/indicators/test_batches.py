"""Batches: one name for the same facts, who revises what, reasons that are kept, and nothing half-done."""

import errno
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings

from rightsplan.errors import Problem, Refused
from rightsplan.evidence.batches import read_batch
from rightsplan.evidence.canonical import sha256
from rightsplan.indicators import actions, exports
from rightsplan.indicators.acceptance import SourceFacts
from rightsplan.indicators.models import Batch, Coverage
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.actions import Reported

from .conftest import NOW, TODAY, Country, facts, literacy

SERIES = {2019: 79.0, 2020: 80.0, 2021: 82.0}
JUMP = Problem(4, "value", "82", "The value before was 8.", "Correct it.", "warning")


def description(batch: Batch) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((settings.BATCH_DIR / f"{batch.sha256}.json").read_bytes())
    return found


def stored() -> tuple[int, int, int]:
    return Batch.objects.count(), Coverage.objects.count(), LogEntry.objects.filter(kind="batch").count()


def test_a_batch_is_stored_with_its_coverage_and_a_log_entry(country: Country) -> None:
    frame = pl.concat([literacy(SERIES, sex="_T"), literacy({2019: 70.0}, sex="F")])
    batch = country.accept(frame)
    assert batch.is_new
    assert (batch.rows, batch.first_period, batch.last_period, batch.role) == (4, "2019", "2021", "independent")
    (coverage,) = Coverage.objects.values("rows", "places", "first_period", "last_period", "dimensions")
    assert coverage == {
        "rows": 4, "places": 1, "first_period": "2019", "last_period": "2021", "dimensions": "sex",
    }  # fmt: skip
    entry = json.loads(bytes(LogEntry.objects.get(index=batch.log_index).data))
    bytes_of_description = (settings.BATCH_DIR / f"{batch.sha256}.json").read_bytes()
    assert (entry["batch"], entry["description"]) == (batch.sha256, sha256(bytes_of_description))
    assert read_batch(settings.BATCH_DIR, batch.sha256, check=True).height == 4


def test_the_same_facts_in_another_order_are_the_same_batch(country: Country) -> None:
    first = country.accept(literacy(SERIES, note="x").with_columns(status=pl.lit(None, pl.String)))
    before = stored()
    shuffled = literacy(SERIES, note="x").reverse().select("note", "value", "period", "place", "indicator")
    again = country.accept(shuffled)
    assert (again.pk, again.is_new) == (first.pk, False)
    assert stored() == before


def test_whole_numbers_and_decimals_are_the_same_facts(country: Country) -> None:
    first = country.accept(literacy({2020: 80.0}))
    assert country.accept(literacy({2020: 80.0}).with_columns(pl.col("value").cast(pl.Int64))).pk == first.pk


def test_any_other_value_is_another_batch(country: Country) -> None:
    first = country.accept(literacy(SERIES))
    assert country.accept(literacy(SERIES | {2021: 82.5})).sha256 != first.sha256


def test_a_revision_takes_the_place_of_its_batch_and_leaves_it_readable(country: Country) -> None:
    first = country.accept(literacy(SERIES))
    second = country.accept(literacy(SERIES | {2021: 83.0}), supersedes=first)
    third = country.accept(literacy(SERIES | {2021: 84.0}), supersedes=second)
    assert [row.sha256 for row in exports.current_batches("literacy")] == [third.sha256]
    assert description(third)["supersedes"] == second.sha256
    assert read_batch(settings.BATCH_DIR, first.sha256, check=True)["value"].to_list() == [79.0, 80.0, 82.0]


def test_a_batch_is_revised_once(country: Country) -> None:
    first = country.accept(literacy(SERIES))
    country.accept(literacy({2020: 81.0}), supersedes=first)
    with pytest.raises(Refused, match="was revised already") as refusal:
        country.accept(literacy({2020: 82.0}), supersedes=first)
    assert "newer batch" in refusal.value.remedy


def test_data_that_were_revised_do_not_come_back_in_silence(country: Country) -> None:
    first = country.accept(literacy(SERIES))
    country.accept(literacy({2020: 81.0}), supersedes=first)
    before = stored()
    with pytest.raises(Refused, match="revised since"):
        country.accept(literacy(SERIES))
    assert stored() == before


def test_official_and_independent_stand_side_by_side_and_revise_only_their_own(country: Country) -> None:
    official = country.accept(literacy(SERIES), role="official")
    with pytest.raises(Refused, match="stand side by side"):
        country.accept(literacy({2020: 81.0}), role="independent", supersedes=official)
    country.accept(literacy({2020: 81.0}), role="independent")
    assert sorted(row.role for row in exports.current_batches("literacy")) == ["independent", "official"]


def test_the_same_figures_from_the_other_side_are_not_swallowed(country: Country) -> None:
    country.accept(literacy(SERIES), role="official")
    before = stored()
    with pytest.raises(Refused, match="official") as refusal:
        country.accept(literacy(SERIES), role="independent")
    assert "note" in refusal.value.remedy
    assert stored() == before


def test_data_that_are_stored_already_revise_nothing_in_silence(country: Country) -> None:
    first = country.accept(literacy(SERIES))
    other = country.accept(literacy({2018: 1.0}))
    with pytest.raises(Refused, match="does not revise"):
        country.accept(literacy(SERIES), supersedes=other)
    assert country.accept(literacy(SERIES), supersedes=first) == first
    assert {row.sha256 for row in exports.current_batches("literacy")} == {first.sha256, other.sha256}


def test_a_jump_needs_a_reason_which_the_description_keeps(country: Country) -> None:
    with pytest.raises(Refused, match="1 value jumps improbably") as refusal:
        country.accept(literacy(SERIES), jumps=[JUMP])
    assert refusal.value.problems == (JUMP,)
    with pytest.raises(Refused):
        country.accept(literacy(SERIES), jumps=[JUMP], accepted={str(JUMP): "   "})
    assert not Batch.objects.exists()
    batch = country.accept(literacy(SERIES), jumps=[JUMP], accepted={str(JUMP): " New census. "})
    assert description(batch)["accepted"] == [{"warning": str(JUMP), "reason": "New census."}]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", " ", "This is missing."),
        ("source", "", "This is missing."),
        ("licence", "", "This is missing."),
        ("role", "", "This is missing."),
        ("role", "neutral", "This role is not known."),
        ("url", "www.example.org", "This is no web address."),
        ("url", "javascript:alert(1)", "This is no web address."),
        ("title", "t" * 301, "This is longer than 300 characters."),
    ],
)
def test_a_source_that_cannot_be_cited_is_refused(country: Country, field: str, value: str, message: str) -> None:
    source: SourceFacts = facts(**{field: value})
    with pytest.raises(Refused) as refusal:
        actions.accept_batch(by=country.alice, frame=literacy(SERIES), source=source, now=NOW)
    assert (field, message) in [(p.column, p.message) for p in refusal.value.problems]
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (literacy(SERIES).drop("place"), "have no place"),
        (literacy(SERIES).head(0), "have no rows"),
        (literacy(SERIES).with_columns(indicator=pl.lit("unheard")), "not defined: unheard"),
        (literacy(SERIES).with_columns(value=pl.lit(float("nan"))), "no finite number"),
    ],
)
def test_a_frame_that_is_no_batch_is_refused(country: Country, frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(Refused, match=message):
        country.accept(frame)
    assert stored() == (0, 0, 0)


def test_if_the_log_cannot_be_written_nothing_has_changed(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise OSError("the log cannot be written")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "append", broken)
        with pytest.raises(OSError, match="the log cannot be written"):
            country.accept(literacy(SERIES))
    assert stored() == (0, 0, 0)
    assert actions.sweep_orphans() == 2
    assert country.accept(literacy(SERIES)).is_new


def test_a_full_disk_is_told_and_leaves_nothing(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("rightsplan.evidence.batches.os.fsync", full)
        with pytest.raises(Refused, match="The disk is full"):
            country.accept(literacy(SERIES))
    assert stored() == (0, 0, 0)
    assert list(settings.BATCH_DIR.glob("*.json")) == []
    assert country.accept(literacy(SERIES)).is_new


def test_a_description_that_a_killed_import_left_does_not_outlive_it(country: Country) -> None:
    batch = country.accept(literacy(SERIES))
    path = settings.BATCH_DIR / f"{batch.sha256}.json"
    Coverage.objects.all().delete()
    Batch.objects.all().delete()
    path.write_text("{}")
    again = actions.accept_batch(by=country.bob, frame=literacy(SERIES), source=facts(), now=NOW)
    assert description(again)["by"] == "bob"


def test_of_two_people_with_the_same_data_the_faster_ones_description_is_the_logged_one(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked whether the batch is known before the faster one stores it."""
    original = actions.write_parquet

    def interrupted(path: Path, clean: pl.DataFrame) -> None:
        monkeypatch.setattr(actions, "write_parquet", original)
        faster = actions.accept_batch(by=country.bob, frame=literacy(SERIES), source=facts(title="Faster"), now=NOW)
        assert faster.is_new
        original(path, clean)

    monkeypatch.setattr(actions, "write_parquet", interrupted)
    slower = actions.accept_batch(by=country.alice, frame=literacy(SERIES), source=facts(title="Slower"), now=NOW)
    batch = Batch.objects.get()
    assert (slower.pk, slower.is_new, batch.title) == (batch.pk, False, "Faster")
    logged = json.loads(bytes(LogEntry.objects.get(kind="batch").data))
    content = (settings.BATCH_DIR / f"{batch.sha256}.json").read_bytes()
    assert (logged["description"], json.loads(content)["title"]) == (sha256(content), "Faster")


def test_a_batch_that_somebody_revised_meanwhile_is_not_revised_again(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = country.accept(literacy(SERIES))
    original = actions.write_parquet

    def interrupted(path: Path, clean: pl.DataFrame) -> None:
        monkeypatch.setattr(actions, "write_parquet", original)
        country.accept(literacy({2020: 81.0}), supersedes=first)
        original(path, clean)

    monkeypatch.setattr(actions, "write_parquet", interrupted)
    with pytest.raises(Refused, match="was revised already"):
        country.accept(literacy({2020: 82.0}), supersedes=first)
    assert first.superseded_by.count() == 1


def reported(value: float, **more: Any) -> Reported:
    fields = {"plan": "XA-2021", "target": "XA-2021/1.1-a", "indicator": "literacy", "place": "XA", "group": "",
              "period": "2023", "value": value, "source": "report"} | more  # fmt: skip
    return Reported(**fields)


def accept_reported(country: Country, *rows: Reported) -> Batch | None:
    return actions.accept_reported(by=country.alice, plan="XA-2021", reported=rows, now=NOW)


def test_reported_results_become_an_official_batch_that_is_revised(country: Country) -> None:
    first = accept_reported(country, reported(85.0), reported(84.0, group="sex=F"), reported(1.0, plan="XB-1"))
    assert first is not None
    assert (first.role, first.rows, first.file) == ("official", 2, "plan XA-2021")
    assert accept_reported(country, reported(84.0, group="sex=F"), reported(85.0)) == first
    second = accept_reported(country, reported(86.0))
    assert second is not None
    assert second.supersedes == first
    assert accept_reported(country) is None


def test_a_return_to_earlier_results_is_a_revision_of_its_own(country: Country) -> None:
    values = [accept_reported(country, reported(value)) for value in [85.0, 86.0, 85.0]]
    assert len({batch.sha256 for batch in values if batch}) == 3
    assert [b.sha256 for b in exports.current_batches("literacy")] == [values[-1].sha256 if values[-1] else ""]


def test_two_targets_cannot_report_two_values_of_one_thing(country: Country) -> None:
    with pytest.raises(Refused, match="different values of the same thing") as refusal:
        accept_reported(country, reported(85.0), reported(86.0, target="XA-2021/1.1-b"))
    assert "literacy in 2023" in refusal.value.problems[0].message
    assert accept_reported(country, reported(85.0), reported(85.0, target="XA-2021/1.1-b")) is not None


def test_a_day_of_retrieval_stands_in_the_description(country: Country) -> None:
    assert description(country.accept(literacy(SERIES)))["retrieved"] == TODAY.isoformat()
