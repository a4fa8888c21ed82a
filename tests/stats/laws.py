"""The laws that a method of judging progress must keep, whoever made it: one suite for all of them.

A method registers as a `Classifier`. A law is a question about one `Story`: does the method keep it there? The same
question serves Hypothesis, which looks for a story where ours fails, and the search for the smallest story where a
published rule fails.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from math import isclose
from typing import NamedTuple

from rightsplan.stats import compat
from rightsplan.stats.progress import Promise, Result, assess


@dataclass(frozen=True, kw_only=True)
class Story:
    """A series with its years, the first point being the baseline, and what was promised.

    `direction` is +1 (at least), -1 (at most) or 0 (within `tolerance` of the target). `half` is half the width of the
    95 % interval of every value, `breaks` are years in which a new series begins.
    """

    points: tuple[tuple[int, float], ...]
    target: float
    target_year: int
    direction: int
    low: float | None = 0.0
    high: float | None = 100.0
    tolerance: float = 1.0
    half: float | None = None
    breaks: frozenset[int] = field(default_factory=frozenset)
    hold: bool = False
    strict: bool = False
    place: str = "A"

    @property
    def in_time(self) -> list[tuple[int, float]]:
        """Return the points in order of time."""
        return sorted(set(self.points))

    @property
    def base(self) -> float:
        """Return the first value in time."""
        return self.in_time[0][1]

    @property
    def last(self) -> float:
        """Return the last value in time."""
        return self.in_time[-1][1]

    @property
    def is_kept(self) -> bool:
        """Say whether the last value is at the target or beyond it."""
        return self.direction * (self.last - self.target) >= 0

    @property
    def is_directed(self) -> bool:
        """Say whether a side was promised and the last value lies before the deadline."""
        return self.direction != 0 and self.in_time[-1][0] <= self.target_year

    @property
    def has_fallen(self) -> bool:
        """Say whether the last value is further from the promised side than the first one."""
        return self.direction * (self.last - self.base) < 0


class Answer(NamedTuple):
    """What a method says: a place from 0 (worst) to 4 (best) or None, words, numbers, and whether it says "worse"."""

    rank: int | None
    words: tuple[str, ...]
    numbers: tuple[float | None, ...]
    says_worse: bool


STILL = 1  # a rank above it says that there is movement towards the target
Judge = Callable[[Story], Answer]


@dataclass(frozen=True)
class Classifier:
    """A method under its name."""

    name: str
    judge: Judge


@dataclass(frozen=True)
class Law:
    """A law under its name, in words, and as a question about a method and a story."""

    name: str
    says: str
    is_kept: Callable[[Judge, Story], bool]


def same(one: Answer, other: Answer) -> bool:
    """Say whether two answers are equal but for the last digits of their numbers."""
    pairs = zip(one.numbers, other.numbers, strict=True)
    is_near = all(a is b if a is None or b is None else isclose(a, b, rel_tol=1e-6, abs_tol=1e-7) for a, b in pairs)
    return one.words == other.words and one.says_worse == other.says_worse and is_near


def complement(story: Story) -> Story:
    """Return the same story told of those who are not counted: 40 % poor, 60 % not poor."""
    return replace(
        story,
        points=tuple((year, 100 - value) for year, value in story.points),
        target=100 - story.target,
        direction=-story.direction,
    )


def rescaled(story: Story, factor: float) -> Story:
    """Return the same story in another unit."""

    def times(x: float | None) -> float | None:
        return None if x is None else x * factor

    return replace(
        story,
        points=tuple((year, value * factor) for year, value in story.points),
        target=story.target * factor,
        low=times(story.low),
        high=times(story.high),
        tolerance=story.tolerance * factor,
        half=times(story.half),
    )


def later(story: Story, years: int) -> Story:
    """Return the same story some years later."""
    return replace(
        story,
        points=tuple((year + years, value) for year, value in story.points),
        target_year=story.target_year + years,
        breaks=frozenset(year + years for year in story.breaks),
    )


def with_last(story: Story, value: float) -> Story:
    """Return the story with another last value."""
    *before, (year, _) = story.in_time
    return replace(story, points=(*before, (year, value)))


def backwards(story: Story) -> Story:
    """Return the story with the same years and the values from last to first."""
    years, values = zip(*story.in_time, strict=True)
    return replace(story, points=tuple(zip(years, reversed(values), strict=True)))


def is_monotone(judge: Judge, story: Story) -> bool:
    """Say whether a last value that is nearer by one is judged no worse."""
    nearer = story.last + story.direction
    if not story.is_directed or not 0 <= nearer <= 100:
        return True
    now, better = judge(story).rank, judge(with_last(story, nearer)).rank
    return now is None or better is None or better >= now


def keeps_sign(judge: Judge, story: Story) -> bool:
    """Say whether a fall below the target is never called movement towards it.

    Skipped for levels to hold, which are behind as soon as they are broken, and across breaks.
    """
    if not story.is_directed or story.is_kept or not story.has_fallen or story.hold or story.breaks:
        return True
    rank = judge(story).rank
    return rank is None or rank <= STILL


def tells_back_from_forth(judge: Judge, story: Story) -> bool:
    """Say whether the way there and the same way back are not both called movement towards an unmet target."""
    back = backwards(story)
    if not story.is_directed or story.is_kept or back.is_kept or story.hold or story.breaks:
        return True
    ranks = [judge(story).rank, judge(back).rank]
    return any(rank is None or rank <= STILL for rank in ranks)


def shows_loss(judge: Judge, story: Story) -> bool:
    """Say whether a fall that stays beyond the target is said."""
    if not story.is_directed or not story.is_kept or not story.has_fallen or story.half or story.breaks:
        return True
    return judge(story).says_worse


def repeats(change: Callable[[Story], Story]) -> Callable[[Judge, Story], bool]:
    """Return the question whether the answer is the same for the changed story."""
    return lambda judge, story: same(judge(story), judge(change(story)))


LAWS = [
    Law("complement", "an indicator and its complement get the same answer", repeats(complement)),
    Law("unit", "percentages and shares get the same answer", repeats(lambda s: rescaled(s, 0.01))),
    Law("order", "the order of the rows does not matter", repeats(lambda s: replace(s, points=s.points[::-1]))),
    Law("duplicate", "a row that is there twice counts once", repeats(lambda s: replace(s, points=s.points * 2))),
    Law("place", "another name of the place changes nothing", repeats(lambda s: replace(s, place="B"))),
    Law("calendar", "the same story ten years later gets the same answer", repeats(lambda s: later(s, 10))),
    Law("monotone", "a better last value is judged no worse", is_monotone),
    Law("sign", "a fall below the target is not progress", keeps_sign),
    Law("reversal", "there and back are not both progress", tells_back_from_forth),
    Law("loss", "a fall that stays beyond the target is said", shows_loss),
]
RANKS = ("moving_away", "no_change", "behind", "on_track", "met")


def result_of(story: Story) -> Result:
    """Assess a story by our method, a few months into the year after its last value."""
    first = story.in_time[0][0]
    promise = Promise(
        direction={1: "at_least", -1: "at_most", 0: "about"}[story.direction],  # type: ignore[arg-type]
        value=story.target,
        year=float(story.target_year),
        baseline_year=float(first),
        start_year=float(first) + story.hold,
        lower=story.low,
        upper=story.high,
        tolerance=story.tolerance,
        hold=story.hold,
        strict=story.strict,
    )
    values = [value for _, value in story.points]
    half = story.half
    return assess(
        promise,
        [str(year) for year, _ in story.points],
        values,
        as_of=story.in_time[-1][0] + 0.9,
        lower=None if half is None else [value - half for value in values],
        upper=None if half is None else [value + half for value in values],
        status=["break" if year in story.breaks else None for year, _ in story.points],
    )


def judge_progress(story: Story) -> Answer:
    """Judge a story by our method."""
    result = result_of(story)
    return Answer(
        rank=RANKS.index(result.verdict) if result.verdict in RANKS else None,
        words=(result.verdict, result.reason, *result.flags, result.scale, result.no_probability),
        numbers=(result.pace_ratio, result.share, result.probability, result.since_baseline_p, result.since_best_p),
        says_worse=result.has_moved_back,
    )


def path_of(story: Story) -> compat.Path:
    """Return the first and the last point, which is all that the published rules look at."""
    (base_year, base), *_, (year, value) = story.in_time
    return compat.Path(
        base=base,
        base_year=base_year,
        value=value,
        year=year,
        direction=story.direction,
        target=story.target,
        target_year=story.target_year,
        limit=story.high if story.direction > 0 else story.low,
    )


# From worst to best, as the rules name them.
PUBLISHED: dict[str, tuple[Callable[[compat.Path], compat.Published], tuple[str, ...]]] = {
    "cagr_ratio": (compat.cagr_ratio, (*compat.CLASSES[::-1], compat.ACHIEVED)),
    "cagr_without_target": (compat.cagr_without_target, compat.CLASSES[::-1]),
    "un_chart_2022": (compat.un_chart_2022, ("regression", "stagnation", "fair_progress", "on_track")),
    "unsd_ratio": (compat.unsd_ratio, ("stagnation_or_regression", "progress_needs_acceleration", "on_track")),
    "escap_status": (compat.escap_status, ("regression", "acceleration_needed", "on_track")),
    "sdg_index_trend": (
        compat.sdg_index_trend,
        ("decreasing", "stagnating", "moderately_improving", "on_track"),
    ),
    "linear_pace": (compat.linear_pace, ("decreasing", "stagnating", "moderate", "on_track")),
}
WORST_IS_STILL = {"unsd_ratio", "escap_status"}  # their worst class stands for no movement as well


def judge_by(name: str) -> Judge:
    """Return the judge of one published rule."""
    rule, classes = PUBLISHED[name]

    def judge(story: Story) -> Answer:
        found = rule(path_of(story))
        if found.status not in classes:
            return Answer(None, (found.status,), (), says_worse=False)
        place = classes.index(found.status)
        return Answer(place + (name in WORST_IS_STILL), (found.status,), (), says_worse=place == 0)

    return judge


ANTICIPATED = ("no_progress_or_reverse", "acceleration_needed", "will_meet")


def judge_anticipated(story: Story) -> Answer:
    """Judge a story by ESCAP's anticipated progress, which looks at the whole series and at its bounds."""
    years, values = zip(*story.in_time, strict=True)
    found = compat.escap_anticipated(path_of(story), years, values, lower=story.low, upper=story.high)
    if found.status not in ANTICIPATED:
        return Answer(None, (found.status,), (), says_worse=False)
    place = ANTICIPATED.index(found.status)
    return Answer(place + 1, (found.status,), (), says_worse=place == 0)


OURS = [Classifier("progress", judge_progress)]
THEIRS = [
    *(Classifier(name, judge_by(name)) for name in PUBLISHED),
    Classifier("escap_anticipated", judge_anticipated),
]
LARGEST = 12  # the search looks at whole per cents up to this


def simplicity(numbers: tuple[int, ...]) -> tuple[bool, int, int, tuple[int, ...]]:
    """Return what puts small numbers first, and any story without a zero before those with one."""
    return 0 in numbers, max(numbers), sum(numbers), numbers


def small_stories() -> Iterator[Story]:
    """Yield stories of whole per cents from 2015 to 2022 with a target for 2030, the simplest first."""
    numbers = range(LARGEST + 1)
    for base, last, target in sorted(product(numbers, repeat=3), key=simplicity):
        if base != target:
            for direction in (1, -1):
                points = ((2015, float(base)), (2022, float(last)))
                yield Story(points=points, target=float(target), target_year=2030, direction=direction)


def smallest_failure(law: Law, classifier: Classifier) -> Story | None:
    """Return the smallest story where the classifier breaks the law, None where it keeps it in all of them."""
    return next((story for story in small_stories() if not law.is_kept(classifier.judge, story)), None)
