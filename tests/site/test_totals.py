"""What pages add up is what was published and can be recomputed; made-up plans never count among real ones."""

import pytest
from django.test import Client

from rightsplan.indicators.models import Assessment
from rightsplan.plans.models import Plan
from rightsplan.site.reads_home import by_facet, counted_plans, in_force, present
from rightsplan.site.reads_lines import official_tallies


def published(subject: str, role: str = "official") -> dict[str, int]:
    """Return the published counts of a subject without zeros."""
    line = Assessment.objects.filter(line_id=f"counts:{subject}@{role}").first()
    return {v: n for v, n in line.result.items() if n and v != "total"} if line else {}


def test_a_plans_counts_are_the_published_ones(site: Client) -> None:
    counted = counted_plans()
    assert len(counted) > 1
    for item in counted:
        assert item.official == published(f"plan={item.plan.code}"), item.plan.code
        assert item.independent == published(f"plan={item.plan.code}", "independent"), item.plan.code


def test_every_promise_counts_once_for_its_plan(site: Client) -> None:
    for item in counted_plans():
        targets = item.plan.measures.filter(dropped=False, targets__dropped=False).values_list("targets__pk")
        assert item.judged == len(targets)


@pytest.mark.parametrize("facet", ["rights", "groups"])
def test_rights_and_groups_count_what_was_published(site: Client, facet: str) -> None:
    Plan.objects.filter(code="XA-LINDHOLM").update(is_example=True)
    plan = Plan.objects.get(code="XA-LINDHOLM")
    rows = by_facet(facet, target__measure__plan=plan)
    assert rows
    for code, counts, total in rows:
        assert counts == published(f"plan={plan.code};{facet.removesuffix('s')}={code}")
        assert total == sum(counts.values())


def test_made_up_plans_are_left_out_as_soon_as_there_is_a_real_one(site: Client) -> None:
    before = {code: total for code, _counts, total in by_facet("rights")}
    assert before
    Plan.objects.filter(code="XA-LINDHOLM").update(is_example=False)
    after = {code: total for code, _counts, total in by_facet("rights")}
    assert sum(after.values()) < sum(before.values())
    assert not Assessment.objects.filter(line_id="counts:all@official").exists(), "the example alone counts for nobody"


def test_the_first_page_puts_plans_of_the_same_years_together(site: Client) -> None:
    (item,) = present(counted_plans())
    assert item.plan.code == "XA-LINDHOLM"
    assert [p.plan.code for p in item.beside] == ["XA-LINDHOLM-TOWN"]
    assert [p.plan.code for p in item.before] == ["XA-LINDHOLM-2016"]
    total = sum(item.all_official.values())
    assert total == item.judged + item.beside[0].judged
    assert in_force([item]) == [], "made-up plans are not in force"


def test_bodies_of_made_up_plans_are_marked(site: Client) -> None:
    assert b"made-up example" in site.get("/en/bodies/").content
    assert set(official_tallies("target__measure__plan__code")) == set(Plan.objects.values_list("code", flat=True))
