"""The index, the top answers, the silent and what they could hide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rightsplan.errors import Refused
from rightsplan.stats import survey
from rightsplan.stats.survey import index_of, perception

from .made import made

NONE = float("nan")


def test_the_index_by_hand() -> None:
    answers = [[1, 5, 3], [5, NONE, 4], [NONE, NONE, 2], [NONE, NONE, NONE]]
    assert index_of(answers)[:2] == pytest.approx([50, 87.5])
    assert np.isnan(index_of(answers)[2:]).all()  # fewer than half of the questions
    turned = index_of(answers, reverse=[1])
    assert turned[:2] == pytest.approx([(0 + 0 + 50) / 3, 87.5])


@settings(max_examples=40, deadline=None)
@given(arrays(np.int64, (12, 3), elements=st.integers(1, 5)))
def test_the_index_turned_round_is_its_complement(answers: np.ndarray) -> None:
    found = index_of(answers)
    assert ((found >= 0) & (found <= 100)).all()
    assert index_of(6 - answers) == pytest.approx(100 - found)
    assert index_of(answers, reverse=[0, 1, 2]) == pytest.approx(100 - found)
    assert index_of(answers * 2 - 1, ladder=(1, 9)) == pytest.approx(found)  # another ladder, the same places


def table() -> tuple[survey.Sample, np.ndarray, list[str]]:
    made_up, rng = made(), np.random.default_rng(5)
    answers = rng.integers(1, 6, 120).astype(float)
    answers[rng.random(120) < 0.2] = NONE
    return survey.sample(made_up.weight, stratum=made_up.stratum, cluster=made_up.cluster), answers, made_up.group


def test_one_question_is_the_weighted_mean_share_and_silence() -> None:
    drawn, answers, group = table()
    for found in perception(drawn, answers, by=group):
        inside = np.array(group) == found.group
        w, spoke = drawn.weight * inside, ~np.isnan(answers)
        points, top = np.where(spoke, 25 * (answers - 1), 0), spoke & (answers >= 4)
        assert found.index.value == pytest.approx((w * points).sum() / w[spoke].sum())
        assert found.top.value == pytest.approx(w[top].sum() / w[spoke].sum())
        assert found.unanswered.value == pytest.approx(w[~spoke].sum() / w.sum())
        assert found.unanswered.number == inside.sum()
        assert found.index.number == (inside & spoke).sum()
        assert found.lowest == pytest.approx(w[top].sum() / w.sum())
        assert found.highest == pytest.approx((w[top].sum() + w[~spoke].sum()) / w.sum())
        assert found.lowest <= found.top.value <= found.highest


def test_top_counts_the_best_steps() -> None:
    drawn, answers, _ = table()
    spoke = ~np.isnan(answers)
    for top, best in ((1, 5), (2, 4), (3, 3), (4, 2)):
        found = perception(drawn, answers, top=top)[0].top.value
        assert found == pytest.approx(np.average(answers[spoke] >= best, weights=drawn.weight[spoke]))


def test_small_groups_and_silence_are_not_hidden() -> None:
    drawn, answers, _ = table()
    small = perception(drawn, answers, by=["few"] * 20 + ["many"] * 100)[0]
    assert (small.index.value, small.top.value, small.unanswered.value) == (None, None, None)
    assert (small.lowest, small.highest, small.index.note) == (None, None, "fewer than 25 answers")
    silent = perception(drawn, np.full(120, NONE))[0]
    assert (silent.index.value, silent.index.number, silent.unanswered.value) == (None, 0, 1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": np.full(120, 6.0)}, "answers is above 5"),
        ({"answers": np.full(120, 0.0)}, "answers is below 1"),
        ({"answers": np.full(120, 2.5)}, "answers is no step"),
        ({"answers": np.ones(3)}, "answers has the shape"),
        ({"answers": np.ones((120, 0))}, "answers"),
        ({"ladder": (5, 1)}, "ladder"),
        ({"ladder": (1, 2.5)}, "ladder"),
        ({"reverse": [1]}, "reverse names question 1"),
        ({"top": 0}, "top"),
        ({"top": 5}, "top"),
    ],
)
def test_bad_answers_are_refused(change: dict[str, object], message: str) -> None:
    drawn, answers, _ = table()
    arguments = {"answers": answers} | change
    with pytest.raises(Refused, match=message) as refused:
        perception(drawn, arguments.pop("answers"), **arguments)  # type: ignore[arg-type]
    assert refused.value.remedy
