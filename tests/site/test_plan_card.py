"""A plan's card tells that plan's own verdicts first, and those of all plans of the same years under their own head."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from rightsplan.site.reads_home import PlanCounts, counted_plans, present

TOGETHER = "Together with the other plans of the same years"


@pytest.fixture
def lindholm(site: Client) -> PlanCounts:
    """Return the example's present plan, beside which another is in force."""
    found = next(item for item in present(counted_plans()) if item.plan.code == "XA-LINDHOLM")
    assert found.beside
    assert found.official != found.all_official
    return found


def card(item: PlanCounts) -> str:
    with translation.override("en"):
        html = render_to_string("site/_plan_card.html", {"item": item})
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_the_own_tally_stands_first_and_the_sum_under_its_own_head(lindholm: PlanCounts) -> None:
    own, _head, together = card(lindholm).partition(TOGETHER)
    total, everything = sum(lindholm.official.values()), sum(lindholm.all_official.values())
    assert total < everything
    assert f"of {total} promises" in own
    assert f"of {everything} promises" not in own
    assert f"of {everything} promises" in together


def test_without_other_plans_of_the_same_years_there_is_one_tally(lindholm: PlanCounts) -> None:
    alone = PlanCounts(lindholm.plan, lindholm.official, lindholm.independent)
    assert TOGETHER not in card(alone)
    assert len(re.findall(r"of \d+ promises", card(alone))) == 1


def test_independent_counts_have_the_scope_of_their_block(lindholm: PlanCounts) -> None:
    item = PlanCounts(
        lindholm.plan, {"met": 2}, {"behind": 3}, (PlanCounts(lindholm.beside[0].plan, {"met": 1}, {"behind": 4}),)
    )
    own, _head, together = card(item).partition(TOGETHER)
    assert "3 behind" in own
    assert "7 behind" not in own
    assert "7 behind" in together.partition("Plan after plan")[0]


def test_a_plan_that_is_not_judged_says_so_before_the_others_count(lindholm: PlanCounts) -> None:
    item = PlanCounts(lindholm.plan, {}, {}, lindholm.beside)
    own, _head, together = card(item).partition(TOGETHER)
    assert "none of its promises has been judged yet" in own
    assert "of 1 promise" in together
