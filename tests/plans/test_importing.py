"""Importing a plan: all or nothing, shown before; the same again is nothing, dropped is not deleted."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from rightsplan.accounts.models import Person
from rightsplan.errors import Refused
from rightsplan.evidence.canonical import sha256
from rightsplan.ledger.models import LogEntry
from rightsplan.plans import actions
from rightsplan.plans.models import Measure, Plan, PlanRevision, Target
from rightsplan.plans.queries import (
    chapters_of,
    latest_revision,
    plan_of,
)

from .files import NOW, head, later, load, refused, stored, table, take

SECOND = later(measure="1.2", measure_title="Heal", rights="health", lead_body="XA/health", target_title="Deaths",
               indicator="maternal_deaths", direction="at most", target_value="10")  # fmt: skip
THIRD = later(chapter="2", chapter_title="Deciding", measure="2.1", measure_title="Consult", kind="qualitative",
              target_title="All are heard", indicator="", direction="", target_value="", target_year="")  # fmt: skip
ROWS = [head(rights="education", groups="children", lead_body="XA/schools"), SECOND, THIRD]


def document(number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PlanRevision.objects.get(number=number).document)
    return found


def test_the_first_import_adds_everything_with_one_revision_and_one_log_entry(by: Person) -> None:
    changes = load(by, *ROWS)
    assert changes.added == [
        "XA-2021", "XA-2021 chapter 1", "XA-2021 chapter 2", "XA-2021/1.1", "XA-2021/1.1-a", "XA-2021/1.2",
        "XA-2021/1.2-a", "XA-2021/2.1", "XA-2021/2.1-a",
    ]  # fmt: skip
    revision = PlanRevision.objects.get()
    entry = LogEntry.objects.get(kind="plan")
    assert revision.sha256 == sha256(revision.document.encode())
    assert (revision.number, revision.log_index, revision.by) == (1, entry.index, by)
    assert json.loads(bytes(entry.data)) == {
        "at": "2026-11-23T12:00:00+00:00", "by": "alice", "kind": "plan", "plan": "XA-2021", "sha256": revision.sha256,
    }  # fmt: skip


def test_the_same_file_again_changes_nothing(by: Person) -> None:
    load(by, *ROWS)
    before = stored()
    changes = load(by, *ROWS)
    assert not changes
    assert changes.unchanged == 9
    assert stored() == before


def test_the_order_of_columns_does_not_matter(by: Person) -> None:
    load(by, *ROWS)
    names = list(table(*ROWS).columns)
    assert not take(by, table(*ROWS, columns=sorted(names, reverse=True)))


def test_a_dry_run_shows_the_differences_and_saves_nothing(by: Person) -> None:
    load(by, *ROWS)
    before = stored()
    changed = [head(rights="education;health", groups="children", lead_body="XA/gov", target_value="92"), THIRD]
    changes = load(by, *changed, dry_run=True)
    assert stored() == before
    assert changes.lines() == [
        "XA-2021/1.1 rights: ;education; -> ;education;health;",
        "XA-2021/1.1 lead_body: XA/schools -> XA/gov",
        "XA-2021/1.1-a promise.value: 90.0 -> 92.0",
        "no longer in the file: XA-2021/1.2",
        "no longer in the file: XA-2021/1.2-a",
    ]
    assert load(by, *changed).lines() == changes.lines()


def test_a_dry_run_of_a_new_plan_saves_nothing(by: Person) -> None:
    before = stored()
    assert len(load(by, *ROWS, dry_run=True).added) == 9
    assert stored() == before


def test_what_a_revision_changes_is_kept_beside_what_it_said_before(by: Person) -> None:
    load(by, *ROWS)
    load(by, head(target_value="95"), SECOND, THIRD)
    values = [document(n)["measures"][0]["targets"][0]["promise"]["value"] for n in (1, 2)]
    assert values == [90.0, 95.0]
    latest = latest_revision(plan_of("XA-2021"))
    assert latest is not None
    assert latest.number == 2
    assert LogEntry.objects.filter(kind="plan").count() == 2


def test_a_return_to_an_earlier_text_is_a_revision_of_its_own(by: Person) -> None:
    for minute, value in enumerate(["90", "95", "90"]):
        load(by, head(target_value=value), now=NOW + timedelta(minutes=minute))
    first, _, third = PlanRevision.objects.order_by("number")
    assert first.sha256 == third.sha256
    assert third.log_index > first.log_index


def test_a_dropped_row_is_marked_and_comes_back_with_its_code(by: Person) -> None:
    load(by, *ROWS)
    old = Target.objects.get(code="XA-2021/1.2-a").pk
    changes = load(by, ROWS[0], THIRD)
    assert changes.dropped == ["XA-2021/1.2", "XA-2021/1.2-a"]
    assert Measure.objects.get(code="XA-2021/1.2").dropped
    assert [m.code for c in chapters_of(plan_of("XA-2021")) for m in c.measures.all()] == ["XA-2021/1.1", "XA-2021/2.1"]
    assert "XA-2021/1.2" not in [m["code"] for m in document(2)["measures"]]
    back = load(by, *ROWS, now=NOW + timedelta(minutes=1))
    assert [str(change) for change in back.changed] == [
        "XA-2021/1.2 dropped: True -> False",
        "XA-2021/1.2-a dropped: True -> False",
    ]
    assert Target.objects.get(code="XA-2021/1.2-a").pk == old


def test_a_dropped_row_is_dropped_once(by: Person) -> None:
    load(by, *ROWS)
    load(by, ROWS[0], THIRD)
    assert not load(by, ROWS[0], THIRD)


def test_a_chapter_without_measures_is_not_shown(by: Person) -> None:
    load(by, *ROWS)
    load(by, *ROWS[:2])
    plan = plan_of("XA-2021")
    assert [chapter.number for chapter in chapters_of(plan)] == ["1"]
    assert [chapter.number for chapter in chapters_of(plan, with_dropped=True)] == ["1", "2"]


@pytest.mark.parametrize("size", [2, 40])
def test_a_plan_is_read_in_four_queries_whatever_its_size(
    by: Person, size: int, django_assert_num_queries: Any
) -> None:
    rows = [later(measure=f"1.{n}", measure_title="M", supporting_bodies="XA/gov") for n in range(2, size)]
    load(by, head(), *rows)
    plan = plan_of("XA-2021")
    with django_assert_num_queries(4):
        for chapter in chapters_of(plan):
            for measure in chapter.measures.all():
                assert len(measure.targets.all()) == 1
                assert measure.supporting_bodies.all() is not None


def test_all_problems_of_all_rows_come_at_once(by: Person) -> None:
    rows = [
        head(plan_end="2020", rights="helth", unit="kg"),
        later(indicator="litteracy", target_value="many"),
        later(measure="1.2", measure_title="", lead_body="XA/x", due="never"),
    ]
    found = {(p.row, p.column) for p in refused(by, *rows)}
    assert found >= {
        (2, "plan_end"), (2, "rights"), (2, "unit"), (3, "indicator"), (3, "target_value"), (4, "measure_title"),
        (4, "lead_body"), (4, "due"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("plan_title", "Another plan", "The plan's first row says 'Plan of Aland' (en)."),
        ("plan_start", "2020", "The plan's first row says '2021-01-01'."),
        ("plan_end", "2026", "The plan's first row says '2025-12-31'."),
        ("jurisdiction", "XA-N", "The plan's first row says 'XA'."),
        ("is_example", "yes", "The plan's first row says 'False'."),
        ("chapter_title", "Dying", "An earlier row of the chapter says 'Living' (en)."),
        ("measure_title", "Learn", "Row 2 of the measure says 'Teach' (en)."),
        ("rights", "health", "Row 2 of the measure says 'education'."),
        ("lead_body", "XA/health", "Row 2 of the measure says 'XA/schools'."),
        ("chapter", "2", "Row 2 of the measure says '1'."),
        ("due", "2024", "Row 2 of the measure says ''."),
    ],
)
def test_later_rows_agree_with_the_first_or_say_nothing(by: Person, column: str, value: str, message: str) -> None:
    first = head(rights="education", lead_body="XA/schools")
    problems = refused(
        by,
        first,
        later(
            **{column: value, "chapter_title": "Two" if column == "chapter" else ""}
            | ({"chapter_title": value} if column == "chapter_title" else {})
        ),
    )
    assert (3, column, message) in [(p.row, p.column, p.message) for p in problems]


def test_repeating_what_the_first_row_says_is_no_problem(by: Person) -> None:
    first = head(rights="education", plan_end="2025-12-31")
    load(by, first, {**first, "target_title": "Another"})
    assert Target.objects.count() == 2


def test_an_unknown_column_is_refused_with_the_nearest(by: Person) -> None:
    (problem,) = refused(by, head(lead_boddy="XA/gov"))
    assert (problem.column, problem.remedy) == ("lead_boddy", "Did you mean lead_body?")


def test_if_the_log_cannot_be_written_nothing_has_changed(by: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    load(by, *ROWS)
    before = stored()

    def broken(**_: object) -> None:
        raise OSError("the log cannot be written")

    monkeypatch.setattr(actions, "append", broken)
    with pytest.raises(OSError, match="the log cannot be written"):
        load(by, head(target_value="95"))
    assert stored() == before


def test_two_plans_of_one_file_are_saved_together_or_not_at_all(by: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    original, calls = actions.append, []

    def second_fails(**values: Any) -> LogEntry:
        calls.append(values["subject"])
        if len(calls) == 2:
            raise OSError("the log cannot be written")
        return original(**values)

    monkeypatch.setattr(actions, "append", second_fails)
    before = stored()
    with pytest.raises(OSError, match="the log cannot be written"):
        load(by, head(), head(plan="XA-N-2021", jurisdiction="XA-N"))
    assert calls == ["XA-2021", "XA-N-2021"]
    assert stored() == before


def test_the_document_does_not_depend_on_the_order_of_the_rows(by: Person) -> None:
    load(by, *ROWS)
    first = PlanRevision.objects.get().sha256
    reordered = [{**ROWS[1], **{k: v for k, v in head().items() if k.startswith("plan") or k == "jurisdiction"},
                  "chapter_title": "Living"}, {**ROWS[0]}, ROWS[2]]  # fmt: skip
    load(by, *reordered)
    assert PlanRevision.objects.get().sha256 == first


@pytest.mark.parametrize("end", ["2020-12-31"])
def test_the_database_refuses_a_plan_that_ends_before_it_starts(by: Person, end: str) -> None:
    load(by, head())
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.update(end=end)


def test_a_plan_nobody_knows(db: None) -> None:
    with pytest.raises(Refused, match=r"There is no plan 'XX' \(known: none yet\)"):
        plan_of("XX")


def test_problems_carry_the_row_of_the_file_with_its_empty_rows(by: Person) -> None:
    file = table(head(), {}, {}, later(target_value="many"))
    with pytest.raises(Refused) as refusal:
        take(by, file, now=NOW)
    errors = [p for p in refusal.value.problems if p.severity == "error"]
    assert [(p.row, p.column, p.value) for p in errors] == [(5, "target_value", "many")]
