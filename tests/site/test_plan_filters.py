"""The filters of a plan's page leave exactly what fits, and none of their queries nests searches."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rightsplan.indicators.models import Assessment
from rightsplan.plans.models import Measure, Plan
from rightsplan.site.reads_plans import measure_page
from rightsplan.stats.verdicts import VERDICTS

PLAN = "XA-LINDHOLM"


def shown(**wanted: str) -> dict[str, list[str]]:
    """Return the targets that the filter shows under each measure."""
    rows, page = measure_page(Plan.objects.get(code=PLAN), wanted, 1)
    assert page.paginator.num_pages == 1
    return {item.measure.code: [row.target.code for row in item.rows] for item in rows}


def of_plan() -> list[Measure]:
    return list(Measure.objects.filter(plan__code=PLAN, dropped=False).order_by("position"))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_leaves_the_promises_that_have_it(site: Client, verdict: str) -> None:
    lines = Assessment.objects.filter(role="official", group="", verdict=verdict, target__measure__plan__code=PLAN)
    found = shown(verdict=verdict)
    assert sorted(code for codes in found.values() for code in codes) == sorted(
        lines.values_list("target__code", flat=True)
    )
    assert all(found.values()), "a measure without such a promise is not shown"


def test_a_body_leaves_what_it_leads_and_what_it_supports(site: Client) -> None:
    codes = {c for m in of_plan() for c in [m.lead_body.code if m.lead_body else "", *support(m)]} - {""}
    assert len(codes) > 2
    for code in codes:
        fitting = [m.code for m in of_plan() if (m.lead_body and m.lead_body.code == code) or code in support(m)]
        assert list(shown(body=code)) == fitting


def support(measure: Measure) -> list[str]:
    return list(measure.supporting_bodies.values_list("code", flat=True))


def test_filters_narrow_each_other_and_an_unknown_value_leaves_nothing(site: Client) -> None:
    everything = shown()
    assert list(everything) == [m.code for m in of_plan()]
    assert any(not targets for targets in everything.values()), "a measure without a target is shown"
    right = next(m.rights.strip(";").split(";")[0] for m in of_plan() if m.rights)
    both = shown(right=right, verdict="met")
    assert set(both) <= set(shown(right=right)) & set(shown(verdict="met"))
    for name in ("right", "group", "body", "verdict"):
        assert shown(**{name: "nothing_like_it"}) == {}


def test_a_verdict_is_looked_up_once_and_not_inside_other_searches(site: Client) -> None:
    """Nested, it took PostgreSQL minutes on tables without statistics."""
    with CaptureQueriesContext(connection) as queries:
        assert site.get(f"/en/plans/{PLAN}/?verdict=met").status_code == 200
    # One for the rows and one for the current publication.
    assert [q["sql"] for q in queries if q["sql"].count("SELECT") > 2] == []
