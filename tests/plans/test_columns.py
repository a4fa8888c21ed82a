"""Every column of a plan file: what it becomes, and what is said when it is wrong."""

from datetime import date
from typing import Any

import pytest

from rightsplan.accounts.models import Person
from rightsplan.plans.columns import CHOICES, CODES, MEANING
from rightsplan.plans.models import Chapter, Measure, Plan, Target
from rightsplan.plans.tables import FILE_COLUMNS, LENGTHS, REQUIRED, TEXTS

from .files import head, later, load, refused

FULL = head(
    plan_start="2021-03-01", plan_end="2025-06", is_example="yes", plan_note="Made up.", chapter_title="Learning",
    measure_title="Teach everyone", rights="education; participation", groups="children;women", lead_body="XA/schools",
    supporting_bodies="XA/health; XA/gov", due="2024", target="b", target_title="Nine in ten read",
    group="sex=F;age=15-24", unit="%", direction="at least", strict="yes", hold="yes", baseline="80",
    baseline_year="2019", target_value="90,5", target_year="2024", kind="quantitative", force="binding",
    reported_result="85;86.5", reported_year="2022;2023", reported_view="Good progress", source_target="page 3",
    source_result="report", language="sv", note="Pilot first.", measure_title_en="Teach all", plan_title_zh="计划",
)  # fmt: skip


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (Plan, "code", "XA-2021"),
        (Plan, "title", {"sv": "Plan of Aland", "zh": "计划"}),
        (Plan, "language", "sv"),
        (Plan, "start", date(2021, 3, 1)),
        (Plan, "end", date(2025, 6, 30)),
        (Plan, "is_example", True),
        (Plan, "note", "Made up."),
        (Chapter, "number", "1"),
        (Chapter, "title", {"sv": "Learning"}),
        (Measure, "code", "XA-2021/1.1"),
        (Measure, "title", {"sv": "Teach everyone", "en": "Teach all"}),
        (Measure, "rights", ";education;participation;"),
        (Measure, "groups", ";children;women;"),
        (Measure, "due", date(2024, 12, 31)),
        (Target, "code", "XA-2021/1.1-b"),
        (Target, "title", {"sv": "Nine in ten read"}),
        (Target, "indicator", "literacy"),
        (Target, "group", "age=15-24;sex=F"),
        (Target, "unit", "percent"),
        (Target, "kind", "quantitative"),
        (Target, "force", "binding"),
        (Target, "target_year", 2024.0),
        (Target, "reported_view", "Good progress"),
        (Target, "reported_source", "report"),
        (Target, "source", "page 3"),
        (Target, "note", "Pilot first."),
    ],
)
def test_every_column_arrives_in_its_field(by: Person, model: Any, field: str, value: object) -> None:
    load(by, FULL)
    assert getattr(model.objects.get(), field) == value


def test_bodies_and_reported_results_arrive(by: Person) -> None:
    changes = load(by, FULL)
    measure = Measure.objects.get()
    assert measure.lead_body is not None
    assert measure.lead_body.code == "XA/schools"
    assert sorted(body.code for body in measure.supporting_bodies.all()) == ["XA/gov", "XA/health"]
    assert [(r.target, r.period, r.value, r.group, r.source) for r in changes.reported] == [
        ("XA-2021/1.1-b", "2022", 85.0, "age=15-24;sex=F", "report"),
        ("XA-2021/1.1-b", "2023", 86.5, "age=15-24;sex=F", "report"),
    ]


def test_the_promise_holds_every_number(by: Person) -> None:
    load(by, FULL)
    assert Target.objects.get().promise == {
        "direction": "at_least", "value": 90.5, "year": 2024.0, "baseline": 80.0, "baseline_year": 2019.0,
        "start_year": 2021.0, "end_year": 2025.0, "lower": 0.0, "upper": 100.0, "better": "higher", "strict": True,
        "hold": True, "tolerance": None, "measured_as": "level", "kind": "quantitative",
    }  # fmt: skip


def test_a_tolerance_belongs_to_about_and_exactly(by: Person) -> None:
    load(by, head(direction="about", tolerance="2,5"))
    assert Target.objects.get().promise["tolerance"] == 2.5


def test_predecessor_and_parent_plan_may_stand_in_the_same_file(by: Person) -> None:
    old = head(plan="XA-2016", plan_start="2016", plan_end="2020", target_year="2020")
    load(by, old, head(predecessor="XA-2016", parent_plan="XA-2016"))
    plan = Plan.objects.get(code="XA-2021")
    assert [p.code for p in (plan.predecessor, plan.parent_plan) if p] == ["XA-2016", "XA-2016"]


@pytest.mark.parametrize(
    ("text", "direction", "strict"),
    [
        ("at least", "at_least", False),
        ("At_Most", "at_most", False),
        (">=", "at_least", False),
        ("≥", "at_least", False),
        (">", "at_least", True),
        ("<", "at_most", True),
        ("≤", "at_most", False),
        ("=", "exactly", False),
        ("~", "about", False),
        ("change by", "change_by", False),
        ("change", "change_by", False),
    ],
)
def test_directions_in_words_and_signs(by: Person, text: str, direction: str, strict: bool) -> None:
    load(by, head(direction=text, baseline="80", baseline_year="2019", target_value="10"))
    promise = Target.objects.get().promise
    assert (promise["direction"], promise["strict"]) == (direction, strict)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("plan", "XA 2021", "This cannot be a plan's code."),
        ("plan", "XA/2021", "This cannot be a plan's code."),
        ("plan", "X" * 41, "This is longer than 40 characters."),
        ("plan", "", "This cell is empty."),
        ("plan_title", "", "The first row of a plan must say this."),
        ("plan_start", "", "The first row of a plan must say this."),
        ("plan_start", "soon", "This is no date."),
        ("plan_end", "2020", "The plan ends before it starts."),
        ("plan_end", "2025-02-30", "This is no date."),
        ("jurisdiction", "XX", "This code is not known."),
        ("predecessor", "XA-2016", "This code is not known."),
        ("predecessor", "XA-2021", "This code is not known."),
        ("parent_plan", "XA-2016", "This code is not known."),
        ("is_example", "maybe", "This is neither yes nor no."),
        ("chapter", "", "This cell is empty."),
        ("chapter_title", "", "The first row of a chapter must name it."),
        ("measure", "", "This cell is empty."),
        ("measure", "3-2", "A measure's number may hold letters, digits and points."),
        ("measure", "1" * 15, "This is longer than 14 characters."),
        ("measure_title", "", "The first row of a measure must name it."),
        ("rights", "education; helth", "This code is not known."),
        ("groups", "childrn", "This code is not known."),
        ("lead_body", "XA/heath", "This code is not known."),
        ("supporting_bodies", "XA/heath", "This code is not known."),
        ("due", "31.12.2025", "This is no date."),
        ("target", "a-1", "A target has a letter."),
        ("target", "abcde", "This is longer than 4 characters."),
        ("indicator", "litteracy", "This code is not known."),
        ("indicator", "", "A quantitative target needs an indicator."),
        ("group", "women", "This names no group."),
        ("unit", "kg", "The indicator is measured in 'percent'."),
        ("direction", "more", "This value is not known."),
        ("direction", "", "The target has a figure but no direction."),
        ("strict", "very", "This is neither yes nor no."),
        ("hold", "very", "This is neither yes nor no."),
        ("tolerance", "some", "This is no number."),
        ("tolerance", "-1", "The tolerance is negative."),
        ("baseline", "many", "This is no number."),
        ("baseline", "80", "The baseline has no year."),
        ("baseline_year", "19", "This is no year."),
        ("baseline_year", "2025", "The baseline is not before the target year."),
        ("target_value", "all", "This is no number."),
        ("target_value", "101", "The indicator lies between 0 and 100."),
        ("target_value", "-1", "The indicator lies between 0 and 100."),
        ("target_value", "1,234", "This can be a thousand separator or a decimal sign."),
        ("target_value", "1e200", "value is 1e+200."),
        ("target_year", "25", "This is no year."),
        ("target_year", "2020", "The plan starts in 2021."),
        ("kind", "qualitative", "A qualitative target has no figure."),
        ("force", "maybe", "This value is not known."),
        ("reported_result", "85", "There is not one year for every result."),
        ("language", "swedish language", "This is no language code."),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_its_column_and_message(by: Person, column: str, value: str, message: str) -> None:
    problems = refused(by, head(**{column: value}))
    where = "baseline_year" if message == "The baseline has no year." else column
    where = {"reported_result": "reported_year", "kind": "target_value"}.get(column, where)
    found = [(p.row, p.column, p.message) for p in problems]
    assert (2, where, message) in found


@pytest.mark.parametrize(
    ("years", "results", "message"),
    [
        ("2022;2022", "1;2", "A year occurs twice."),
        ("2027", "1", "2027 is not over."),
        ("22", "1", "'22' is not a period."),
        ("2022", "1;2", "There is not one year for every result."),
    ],
)
def test_reported_results_need_their_years(by: Person, years: str, results: str, message: str) -> None:
    problems = refused(by, head(reported_result=results, reported_year=years))
    assert [(p.column, p.message) for p in problems] == [("reported_year", message)]


def test_a_change_counts_from_a_year(by: Person) -> None:
    problems = refused(by, head(direction="change by", target_value="5"))
    assert [(p.column, p.message) for p in problems] == [("baseline_year", "A change counts from a year.")]
    load(by, head(indicator="index", direction="change by", target_value="5"))


def test_an_unknown_kind_is_named(by: Person) -> None:
    assert [(p.row, p.column, p.value) for p in refused(by, head(kind="numbers"))] == [(2, "kind", "numbers")]


def test_a_reported_view_is_kept_in_words_and_never_guessed(by: Person) -> None:
    changes = load(by, head(reported_result="over 90", reported_year="2023", reported_view="All well"))
    assert Target.objects.get().reported_view == "over 90; All well"
    assert changes.reported == []
    assert [(p.column, p.value, p.severity) for p in changes.problems] == [("reported_result", "over 90", "warning")]


@pytest.mark.parametrize(
    ("cells", "column", "part"),
    [
        ({"target_year": "2030"}, "target_year", "The plan ends in 2025."),
        ({"direction": "at most"}, "direction", "higher is better"),
        ({"baseline": "95", "baseline_year": "2019"}, "target_value", "worse than where it starts"),
        ({"target_value": "", "direction": ""}, "target_value", "No figure is promised."),
        ({"direction": ">="}, "direction", "Read as at least."),
        ({"lead_body": "XA/gov", "supporting_bodies": "XA/gov"}, "supporting_bodies", "named again"),
        ({"target_value": "90*"}, "target_value", "The footnote mark * is left out."),
    ],
)
def test_what_is_odd_is_a_warning_and_is_saved(by: Person, cells: dict[str, str], column: str, part: str) -> None:
    changes = load(by, head(**cells))
    assert Target.objects.count() == 1
    assert [(p.column, p.severity, p.row) for p in changes.problems] == [(column, "warning", 2)]
    assert part in changes.problems[0].message


def test_a_row_without_a_target_keeps_no_cell_of_one_in_silence(by: Person) -> None:
    row = {**head(), **dict.fromkeys(["target_title", "indicator", "direction", "target_value", "target_year"], "")}
    changes = load(by, {**row, "note": "Not yet.", "source_target": "page 9"})
    assert not Target.objects.exists()
    assert [(p.column, p.severity) for p in changes.problems] == [("source_target", "warning"), ("note", "warning")]


def test_letters_are_given_in_row_order_around_those_that_are_taken(by: Person) -> None:
    rows = [head(target="b"), later(), later(target="D"), later(), later()]
    load(by, *rows)
    assert list(Target.objects.values_list("code", flat=True)) == [
        f"XA-2021/1.1-{letter}" for letter in ["b", "a", "d", "c", "e"]
    ]


def test_every_letter_once(by: Person) -> None:
    (problem,) = refused(by, head(target="a"), later(target="A"))
    assert (problem.row, problem.column, problem.message) == (3, "target", "Row 2 has the target a of this measure.")


def test_the_form_explains_every_column_and_no_other() -> None:
    assert list(MEANING) == FILE_COLUMNS
    assert all(meaning.endswith(".") for meaning, _ in MEANING.values())
    assert all(MEANING[name][1] for name in REQUIRED)
    assert {*CHOICES, *CODES, *LENGTHS, *TEXTS, *REQUIRED} <= set(FILE_COLUMNS)


def test_the_lists_to_pick_from_hold_only_what_the_reader_takes(by: Person) -> None:
    for column, choices in CHOICES.items():
        for choice in choices:
            more = {"baseline": "80", "baseline_year": "2019"} if choice == "change by" else {}
            more |= {"target_value": "", "direction": ""} if choice == "qualitative" else {}
            load(by, head(**({column: choice, "target_value": "10"} | more)), dry_run=True)
