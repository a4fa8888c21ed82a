"""What a revision leaves out and what contradicts a current batch is told, and needs a reason."""

import json
from typing import Any

import polars as pl
import pytest
from django.conf import settings
from django.test.utils import CaptureQueriesContext

from rightsplan.errors import Damaged, Refused
from rightsplan.indicators import continuity, intake
from rightsplan.indicators.models import Batch

from .conftest import NOW, PLAN, Country, facts, literacy

HEADER = "indicator,place,period,value,sex\n"
OLD = {"XA 2019": 79.0, "XA 2020": 80.0, "XB 2020": 60.0, "XA 2020 F": 75.0}


def text(values: dict[str, float]) -> str:
    """Return a file of literacy; a key is place, period and, for a group, sex."""
    rows = [[*[*key.split(), ""][:3], str(value)] for key, value in values.items()]
    return HEADER + "".join(f"literacy,{place},{period},{value},{sex}\n" for place, period, sex, value in rows)


def load(country: Country, content: str, **more: Any) -> intake.Outcome:
    path = country.folder / "data.csv"
    path.write_text(content, encoding="utf-8")
    return intake.data(path, **{"by": country.alice, "facts": facts(), "now": NOW} | more)


def stored(country: Country, content: str, **more: Any) -> Batch:
    batch = load(country, content, **more).batch
    assert batch is not None
    return batch


def refused(country: Country, content: str, **more: Any) -> list[str]:
    """Return the messages that keep a file from being stored."""
    before = Batch.objects.count()
    with pytest.raises(Refused) as refusal:
        load(country, content, **more)
    assert Batch.objects.count() == before
    assert all("--accept" in p.remedy and p.severity == "warning" for p in refusal.value.problems)
    return [p.message for p in refusal.value.problems]


def without(*keys: str) -> dict[str, float]:
    return {key: value for key, value in OLD.items() if key not in keys}


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (without("XA 2019"), "1 value of batch {} is gone, in 1 series, 0 of them wholly; the first: XA 2019, 79."),
        (without("XB 2020"), "1 value of batch {} is gone, in 1 series, 1 of them wholly; the first: XB 2020, 60."),
        (without("XA 2020 F"), "1 value of batch {} is gone, in 1 series, 1 of them wholly; "
         "the first: XA 2020 sex=F, 75."),
        ({"XA 2021": 81.0}, "4 values of batch {} are gone, in 3 series, 2 of them wholly; the first: XA 2019, 79."),
    ],
)  # fmt: skip
def test_what_a_revision_drops_is_told_with_the_first_example(
    country: Country, new: dict[str, float], message: str
) -> None:
    old = stored(country, text(OLD))
    assert refused(country, text(new), supersedes=old.sha256) == [message.format(old.sha256[:12])]


def test_a_value_that_becomes_empty_is_gone_too(country: Country) -> None:
    old = stored(country, text(OLD))
    emptied = text(OLD).replace("XB,2020,60.0", "XB,2020,")
    (message,) = refused(country, emptied, supersedes=old.sha256)
    assert "the first: XB 2020, 60." in message


def test_unrelated_content_does_not_pass_for_a_revision(country: Country) -> None:
    old = stored(country, text(OLD))
    other = "indicator,place,period,value\nmaternal_deaths,XA,2020,10\n"
    (message,) = refused(country, other, supersedes=old.sha256)
    assert message.startswith("4 values of batch")
    assert "3 series, 3 of them wholly" in message


def test_a_revision_that_changes_and_adds_values_needs_no_reason(country: Country) -> None:
    old = stored(country, text(OLD))
    new = stored(country, text(OLD | {"XA 2020": 80.5, "XA 2021": 82.0}), supersedes=old.sha256)
    assert new.supersedes == old


def test_the_total_may_be_spelled_empty_or_left_out(country: Country) -> None:
    old = stored(country, text({"XA 2020": 80.0}).replace("80.0,", "80.0,_T"))
    plain = "indicator,place,period,value,note\nliteracy,XA,2020,80,checked\n"
    assert stored(country, plain, supersedes=old.sha256).supersedes == old


def test_the_reason_for_a_loss_stands_in_the_description(country: Country) -> None:
    old = stored(country, text(OLD))
    new = stored(country, text(without("XB 2020")), supersedes=old.sha256, accept="XB withdrew it")
    about = json.loads((settings.BATCH_DIR / f"{new.sha256}.json").read_bytes())
    assert [row["reason"] for row in about["accepted"]] == ["XB withdrew it"]
    assert "XB 2020, 60." in about["accepted"][0]["warning"]


def test_another_value_beside_a_current_batch_is_told_with_both_values(country: Country) -> None:
    old = stored(country, text(OLD))
    assert refused(country, text(OLD | {"XA 2020": 81.0, "XA 2020 F": 76.0})) == [
        f"2 values differ from batch {old.sha256[:12]} (A series), which is independent too; the first: XA 2020 sex=F, "
        "75 there and 76 here."
    ]


def test_the_remedy_names_the_batch_to_revise(country: Country) -> None:
    old = stored(country, text(OLD))
    with pytest.raises(Refused, match="1 warning needs a reason") as refusal:
        load(country, text({"XA 2020": 81.0}))
    assert f"--supersedes {old.sha256[:12]}" in refusal.value.problems[0].remedy
    outcome = load(country, text({"XA 2020": 81.0}), dry_run=True)
    assert (outcome.open_warnings, len(outcome.problems)) == (1, 1)
    assert (
        outcome.sentence() == "Would import data.csv: 1 rows; 1 warning needs a reason (--accept). Nothing was saved."
    )
    assert load(country, text({"XA 2020": 81.0}), accept="two surveys").is_new


def test_an_empty_cell_does_not_take_the_place_of_a_value_in_silence(country: Country) -> None:
    stored(country, text(OLD))
    (message,) = refused(country, "indicator,place,period,value\nliteracy,XA,2020,\nliteracy,XA,2021,5\n")
    assert "80 there and no value here" in message


@pytest.mark.parametrize("new", [{"XA 2020": 80.0}, {"XA 2021": 1.5}, {"XB 2019": 5.0}, {"XA 2020 M": 5.0}])
def test_the_same_values_and_other_things_stand_beside_a_batch(country: Country, new: dict[str, float]) -> None:
    stored(country, text(OLD))
    assert load(country, text(new)).is_new


def test_another_role_and_a_revised_batch_contradict_nobody(country: Country) -> None:
    first = stored(country, text(OLD))
    assert load(country, text(OLD | {"XA 2020": 81.0}), facts=facts("official")).is_new
    second = stored(country, text(OLD | {"XA 2020": 82.0}), supersedes=first.sha256)
    assert load(country, text(OLD | {"XA 2020": 83.0}), supersedes=second.sha256).is_new


def test_data_that_are_stored_already_need_no_reason_again(country: Country) -> None:
    stored(country, text(OLD))
    new = text({"XA 2020": 81.0})
    stored(country, new, accept="two surveys")
    again = load(country, new)
    assert (again.is_new, again.problems) == (False, [])
    assert load(country, new, dry_run=True).open_warnings == 0


def test_a_batch_without_a_shared_indicator_is_not_opened(
    country: Country, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = stored(country, text(OLD))
    (settings.BATCH_DIR / f"{batch.sha256}.parquet").unlink()
    other = pl.DataFrame({"indicator": ["maternal_deaths"], "place": ["XA"], "period": ["2020"], "value": [1.0]})
    with django_assert_num_queries(1) as queries:
        assert continuity.look_back(other, role="independent", revises=None) == []
    assert isinstance(queries, CaptureQueriesContext)
    with pytest.raises(Damaged, match="missing"):
        continuity.look_back(literacy({2020: 1.0}), role="independent", revises=None)


def plan(country: Country, content: str, **more: Any) -> list[str]:
    """Return the warnings of a plan file."""
    path = country.folder / "plan.csv"
    path.write_text(content, encoding="utf-8")
    return [p.message for p in intake.plan(path, by=country.alice, now=NOW, **more).problems]


def test_a_plan_that_reports_another_value_than_an_official_batch_is_told_so(country: Country) -> None:
    official = country.accept(literacy({2023: 84.0}), role="official")
    said = [
        f"1 value differs from batch {official.sha256[:12]} (A series), which is official too; the first: XA 2023, "
        "84 there and 85 here."
    ]
    assert plan(country, PLAN, dry_run=True) == said
    assert Batch.objects.count() == 1
    assert plan(country, PLAN) == said
    assert Batch.objects.filter(file="plan XA-2021").exists()


def test_a_plan_may_report_less_and_other_values_than_before(country: Country) -> None:
    assert plan(country, PLAN) == []
    assert plan(country, PLAN.replace("85,2023", "86,2024")) == []
    assert plan(country, PLAN.replace("85,2023", "87,2024")) == []
    assert Batch.objects.filter(superseded_by__isnull=True).count() == 1
