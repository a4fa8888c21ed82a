"""Our method keeps every law in any story; each published rule breaks at least one, in the story that is named."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from .laws import (
    LAWS,
    OURS,
    THEIRS,
    Answer,
    Classifier,
    Law,
    Story,
    backwards,
    complement,
    result_of,
    smallest_failure,
    with_last,
)

BY_NAME = {law.name: law for law in LAWS}
RULES = {rule.name: rule for rule in THEIRS}
tenths = st.integers(0, 1000).map(lambda number: number / 10)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a series of percentages in tenths and a promise about it, also odd ones."""
    years = sorted(draw(st.sets(st.integers(2008, 2024), min_size=1, max_size=12)))
    around = draw(st.integers(0, 1000))
    reach = draw(st.sampled_from([5, 30, 1000]))
    near = st.integers(max(0, around - reach), min(1000, around + reach)).map(lambda number: number / 10)
    direction = draw(st.sampled_from([1, -1, 1, -1, 0]))
    half = draw(st.sampled_from([None, None, 0.5, 3.0]))
    return Story(
        points=tuple((year, draw(near)) for year in years),
        target=draw(near),
        target_year=draw(st.integers(2005, 2035)),
        direction=direction,
        tolerance=draw(st.sampled_from([0.0, 0.5, 2.0])),
        half=half,
        breaks=frozenset(draw(st.sets(st.sampled_from(years), max_size=1))) if draw(st.booleans()) else frozenset(),
        hold=draw(st.booleans()) if direction else False,
        strict=draw(st.booleans()),
    )


FALLING = Story(points=((2015, 40.0), (2022, 30.0)), target=20.0, target_year=2030, direction=-1)
HELD = Story(points=((2020, 90.0), (2021, 91.0), (2022, 94.5)), target=95.0, target_year=2025, direction=1, hold=True)
AT_THE_CUT = Story(points=((2020, 26.1), (2022, 25.536)), target=12.0, target_year=2025, direction=-1)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("classifier", OURS, ids=lambda classifier: classifier.name)
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@example(story=FALLING)
@example(story=HELD)
@example(story=AT_THE_CUT)
@given(story=stories())
def test_our_method_keeps_the_law(classifier: Classifier, law: Law, story: Story) -> None:
    assert law.is_kept(classifier.judge, story), law.says


# The rule, the law, and the simplest story in whole per cents where the rule breaks it: 2015, 2022, target for 2030.
FAILURES = [
    ("cagr_ratio", "complement", 3, 2, 1, -1),
    ("cagr_ratio", "unit", 3, 1, 0, -1),
    ("cagr_ratio", "loss", 2, 1, 1, 1),
    ("cagr_without_target", "complement", 1, 2, 2, 1),
    ("un_chart_2022", "complement", 3, 2, 1, -1),
    ("un_chart_2022", "unit", 1, 2, 0, 1),
    ("un_chart_2022", "loss", 11, 10, 1, 1),
    ("unsd_ratio", "complement", 3, 2, 1, 1),
    ("unsd_ratio", "monotone", 2, 1, 1, 1),
    ("unsd_ratio", "sign", 1, 3, 2, -1),
    ("unsd_ratio", "loss", 2, 1, 1, 1),
    ("escap_status", "loss", 2, 1, 1, 1),
    ("sdg_index_trend", "sign", 1, 3, 2, -1),
    ("sdg_index_trend", "loss", 2, 1, 1, 1),
    ("linear_pace", "monotone", 1, 1, 2, -1),
    ("linear_pace", "sign", 1, 3, 2, -1),
    ("linear_pace", "loss", 2, 1, 1, 1),
    ("escap_anticipated", "loss", 3, 2, 1, 1),
]


def story_of(base: int, last: int, target: int, direction: int) -> Story:
    """Return the story of one row of FAILURES."""
    points = ((2015, float(base)), (2022, float(last)))
    return Story(points=points, target=float(target), target_year=2030, direction=direction)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("law", BY_NAME)
def test_a_published_rule_breaks_exactly_the_laws_that_are_named(rule: str, law: str) -> None:
    named = [story_of(*row[2:]) for row in FAILURES if row[:2] == (rule, law)]
    found = smallest_failure(BY_NAME[law], RULES[rule])
    assert found == (named[0] if named else None)


@pytest.mark.parametrize("row", FAILURES, ids=lambda row: f"{row[0]}-{row[1]}")
def test_ours_keeps_the_law_where_a_published_rule_breaks_it(row: tuple[str, str, int, int, int, int]) -> None:
    story, law = story_of(*row[2:]), BY_NAME[row[1]]
    assert not law.is_kept(RULES[row[0]].judge, story)
    assert all(law.is_kept(ours.judge, story) for ours in OURS)


def test_every_published_rule_breaks_a_law() -> None:
    assert {row[0] for row in FAILURES} == set(RULES)


def test_the_double_standard_that_started_it_all() -> None:
    theirs = [RULES["cagr_ratio"].judge(story).words for story in (FALLING, complement(FALLING))]
    assert theirs == [("moderate_progress",), ("substantial_progress",)]
    ours = [OURS[0].judge(story).words[:2] for story in (FALLING, complement(FALLING))]
    assert ours == [("on_track", "pace_enough")] * 2


# Every law must be able to fail: a method made to break it is found out.
def broken(**changes: object) -> Answer:
    """Return an answer with changes."""
    return Answer(**{"rank": 2, "words": (), "numbers": (), "says_worse": False, **changes})  # type: ignore[arg-type]


BREAKERS = {
    "complement": lambda story: broken(words=(str(story.direction),)),
    "unit": lambda story: broken(words=(str(story.last > 1),)),
    "order": lambda story: broken(numbers=(story.points[0][1],)),
    "duplicate": lambda story: broken(numbers=(float(len(story.points)),)),
    "place": lambda story: broken(words=(story.place,)),
    "calendar": lambda story: broken(numbers=(float(story.target_year),)),
    "monotone": lambda story: broken(rank=2 if story.last == 30 else 1),
    "sign": lambda story: broken(rank=3),
    "reversal": lambda story: broken(rank=3),
    "loss": lambda story: broken(),
}
STORIES = [
    FALLING,
    backwards(FALLING),
    Story(points=((2015, 99.0), (2022, 96.0)), target=95.0, target_year=2030, direction=1),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_law_finds_a_method_that_breaks_it(law: Law) -> None:
    assert not all(law.is_kept(BREAKERS[law.name], story) for story in STORIES)


# Time reversal and facts beside the verdict.
@settings(max_examples=120, deadline=None, derandomize=True)
@given(stories())
def test_time_reversal_turns_the_change_around(story: Story) -> None:
    plain = replace(story, breaks=frozenset(), target_year=2040)
    there, back = result_of(plain), result_of(backwards(plain))
    if there.since_baseline is None:
        assert back.since_baseline is None
    else:
        assert back.since_baseline == pytest.approx(-there.since_baseline, abs=1e-7)
        assert there.observed_pace is not None
        if story.direction:
            assert back.observed_pace == pytest.approx(-there.observed_pace, abs=1e-7)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(stories(), tenths)
def test_a_fall_from_the_best_value_is_said_whatever_the_verdict(story: Story, last: float) -> None:
    plain = replace(with_last(story, last), half=None, breaks=frozenset(), target_year=2040)
    assume(story.direction)
    values = [story.direction * value for _, value in plain.in_time]
    assert result_of(plain).has_moved_back == (values[-1] < max(values))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(stories())
def test_no_verdict_is_a_pass_without_a_value_in_the_plan_and_in_time(story: Story) -> None:
    result = result_of(story)
    if result.verdict in {"met", "on_track"}:
        assert result.latest_period is not None
        seen, first = int(result.latest_period), story.in_time[0][0]
        assert first <= seen <= story.target_year
        assert seen > first or result.share is None or result.share >= 1 or story.hold or story.direction == 0
