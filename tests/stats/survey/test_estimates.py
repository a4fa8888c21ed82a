"""Means, totals, ratios and shares beside the formulas of the textbooks, and what is refused or not published."""

import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rightsplan.errors import Refused
from rightsplan.stats import survey
from rightsplan.stats.survey import design

from .made import Made, made, ratio_by_hand, total_variance


def drawn(sample: Made, *, finite: bool = True, **more: object) -> survey.Sample:
    population = sample.population if finite else None
    return survey.sample(sample.weight, stratum=sample.stratum, cluster=sample.cluster, population=population, **more)


@pytest.mark.parametrize("finite", [True, False])
def test_mean_ratio_and_total_are_those_of_the_textbook(finite: bool) -> None:
    made_up = made()
    bound = drawn(made_up, finite=finite)
    t = stats.t.ppf(0.975, 12)
    assert (bound.strata, bound.clusters, bound.freedom) == (3, 15, 12)
    for x, found in [
        (np.ones(120), survey.mean(bound, made_up.y)[0]),
        (made_up.x, survey.ratio(bound, made_up.y, made_up.x)[0]),
    ]:
        value, error = ratio_by_hand(made_up, made_up.y, x, finite=finite)
        assert (found.value, found.error, found.freedom) == (
            pytest.approx(value, rel=1e-12),
            pytest.approx(error, rel=1e-10),
            12,
        )
        assert (found.low, found.high) == pytest.approx((value - t * error, value + t * error), rel=1e-10)
    total = survey.total(bound, made_up.y)[0]
    assert total.value == pytest.approx((made_up.weight * made_up.y).sum(), rel=1e-12)
    assert total.error == pytest.approx(total_variance(made_up.weight * made_up.y, made_up, finite=finite) ** 0.5)


def test_a_group_is_a_domain_and_keeps_the_clusters_in_which_it_is_missing() -> None:
    made_up = made()
    found = {x.group: x for x in survey.mean(drawn(made_up), made_up.y, by=made_up.group)}
    assert list(found) == ["north", "south"]
    for name, estimate in found.items():
        inside = (np.array(made_up.group) == name).astype(float)
        value, error = ratio_by_hand(made_up, made_up.y * inside, inside, finite=True)
        assert (estimate.value, estimate.error) == (pytest.approx(value), pytest.approx(error, rel=1e-10))
        assert estimate.number == inside.sum()


def test_who_did_not_answer_is_no_part_of_the_mean() -> None:
    made_up = made()
    silent = np.arange(120) % 7 == 0
    found = survey.mean(drawn(made_up), np.where(silent, np.nan, made_up.y))[0]
    spoke = (~silent).astype(float)
    value, error = ratio_by_hand(made_up, made_up.y * spoke, spoke, finite=True)
    assert (found.value, found.error) == (pytest.approx(value), pytest.approx(error, rel=1e-10))
    assert found.number == spoke.sum()


def test_the_interval_of_a_share_is_that_of_the_logit() -> None:
    made_up = made()
    is_so = (made_up.y > 58).astype(float)
    found = survey.share(drawn(made_up), is_so)[0]
    value, error = ratio_by_hand(made_up, is_so, np.ones(120), finite=True)
    middle, reach = np.log(value / (1 - value)), stats.t.ppf(0.975, 12) * error / (value * (1 - value))
    assert (found.value, found.error) == (pytest.approx(value), pytest.approx(error, rel=1e-9))
    assert (found.low, found.high) == pytest.approx([1 / (1 + np.exp(-(middle + s * reach))) for s in (-1, 1)])


def test_nobody_and_everybody_have_the_exact_interval() -> None:
    plain = survey.sample(np.ones(60))
    nobody, everybody = (survey.share(plain, np.full(60, x))[0] for x in (0.0, 1.0))
    exact = stats.binomtest(0, 60).proportion_ci(0.95, method="exact")
    assert (nobody.value, nobody.low, nobody.high) == (0.0, 0.0, pytest.approx(exact.high, rel=1e-9))
    assert (everybody.low, everybody.high) == (pytest.approx(1 - exact.high), 1.0)
    assert nobody.error is None
    assert "exact" in nobody.note
    clustered = survey.share(drawn(made()), np.zeros(120))[0]
    assert clustered.high > stats.binomtest(0, 120).proportion_ci(0.95, method="exact").high


def test_design_effects() -> None:
    assert survey.kish_effect(np.full(9, 3.0)) == pytest.approx(1)
    weights = np.array([1.0, 1, 1, 3])
    assert survey.kish_effect(weights) == pytest.approx(1 + (weights.std() / weights.mean()) ** 2)
    made_up = made()
    found = survey.mean(drawn(made_up, finite=False), made_up.y)[0]
    w, n = made_up.weight, 120
    simple = (w * (made_up.y - found.value) ** 2).sum() / w.sum() / (n - 1)
    assert found.effect == pytest.approx(found.error**2 / simple, rel=1e-6)
    plain = survey.mean(survey.sample(np.ones(n)), made_up.y)[0]
    assert plain.effect == pytest.approx(1)
    assert plain.error == pytest.approx(made_up.y.std(ddof=1) / n**0.5)


def singletons(rule: str) -> survey.Estimate:
    made_up = made()
    alone = made_up.stratum.copy()
    for i in range(8):  # the first cluster becomes a stratum of its own
        alone[i] = "alone"
    bound = survey.sample(made_up.weight, stratum=alone, cluster=made_up.cluster, singleton=rule)  # type: ignore[arg-type]
    return survey.mean(bound, made_up.y)[0]


def test_a_singleton_is_refused_until_the_rule_is_chosen() -> None:
    with pytest.raises(Refused, match="stratum alone has one cluster") as refused:
        singletons("refuse")
    assert "certainty" in refused.value.remedy
    made_up = made()
    w = made_up.weight / made_up.weight.sum()
    scores = w * (made_up.y - (w * made_up.y).sum())
    rest = Made(
        weight=made_up.weight[8:],
        stratum=made_up.stratum[8:],
        cluster=made_up.cluster[8:],
        population=made_up.population[8:],
        y=made_up.y[8:],
        x=made_up.x[8:],
        group=made_up.group[8:],
    )
    others = total_variance(scores[8:], rest, finite=False)
    by_hand = {
        "certainty": others,
        "centre": others + scores[:8].sum() ** 2,  # scores of all rows have the mean 0
        "scale": others * 4 / 3,
    }
    for rule, variance in by_hand.items():
        assert singletons(rule).error == pytest.approx(variance**0.5, rel=1e-9), rule


def test_few_answers_are_not_published() -> None:
    made_up = made()
    group = ["few"] * 24 + ["many"] * 96
    for estimate in (survey.mean, survey.total, survey.share):
        few, many = estimate(drawn(made_up), (made_up.y > 55).astype(float), by=group)
        assert (few.value, few.error, few.low, few.high, few.number) == (None, None, None, None, 24)
        assert few.note == "fewer than 25 answers"
        assert many.value is not None
    nobody = survey.mean(drawn(made_up), np.full(120, np.nan))[0]
    assert (nobody.value, nobody.number) == (None, 0)


def test_what_has_no_interval_says_why() -> None:
    made_up = made()
    same = survey.mean(drawn(made_up), np.full(120, 3.0))[0]
    assert (same.value, same.low, same.note) == (pytest.approx(3), None, "no interval: all answers are the same")
    one_cluster = [
        "in" if s == "s0" and c == "c0" else "out" for s, c in zip(made_up.stratum, made_up.cluster, strict=True)
    ]
    found = survey.mean(drawn(made_up), made_up.y, by=one_cluster, least=5)[0]
    assert (found.low, found.freedom, found.note) == (None, 0, "no interval: one cluster in every stratum")
    of_nothing = survey.ratio(drawn(made_up), made_up.y, np.zeros(120))[0]
    assert (of_nothing.value, of_nothing.note) == (None, "the lower sum is zero")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100), st.floats(-50, 50))
def test_laws(seed: int, scale: float, shift: float) -> None:
    """Another unit, another scale of the weights, another order of rows, other names: the same facts."""
    made_up = made(3)
    base = survey.mean(drawn(made_up, finite=False), made_up.y)[0]
    unit = survey.mean(drawn(made_up, finite=False), made_up.y * scale + shift)[0]
    assert unit.value == pytest.approx(base.value * scale + shift, rel=1e-9, abs=1e-9)
    assert unit.error == pytest.approx(base.error * scale, rel=1e-6)
    order = np.random.default_rng(seed).permutation(120)
    other = survey.sample(
        made_up.weight[order] * scale,
        stratum=[f"Z{made_up.stratum[i]}" for i in order],
        cluster=[made_up.cluster[i] for i in order],
    )
    turned = survey.mean(other, made_up.y[order])[0]
    assert (turned.value, turned.error) == (pytest.approx(base.value), pytest.approx(base.error))
    is_so = (made_up.y > 55).astype(float)
    yes, no = (survey.share(other, x[order])[0] for x in (is_so, 1 - is_so))
    assert (yes.low, yes.high) == pytest.approx((1 - no.high, 1 - no.low))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weight": np.append(np.ones(119), 0)}, "weight"),
        ({"weight": np.append(np.ones(119), -1)}, "weight"),
        ({"weight": np.append(np.ones(119), np.nan)}, "weight"),
        ({"weight": np.append(np.ones(119), np.inf)}, "weight"),
        ({"weight": []}, "weight"),
        ({"stratum": ["a"]}, "stratum"),
        ({"cluster": [""] * 120}, "cluster"),
        ({"stratum": [str(i) for i in range(120)]}, "stratum"),
        ({"stratum": [str(i) for i in range(120)], "singleton": "centre"}, "stratum"),
        ({"population": np.full(120, 3.0)}, "population"),
        ({"population": np.linspace(5, 50, 120)}, "population"),
        ({"singleton": "guess"}, "singleton"),
    ],
)
def test_bad_designs_are_refused(change: dict[str, object], field: str) -> None:
    made_up = made()
    good = {"weight": made_up.weight, "stratum": made_up.stratum, "cluster": made_up.cluster}
    arguments = good | change
    with pytest.raises(Refused, match=f"(?i){field}") as refused:
        survey.sample(arguments.pop("weight"), **arguments)  # type: ignore[arg-type]
    assert refused.value.remedy


def test_bad_questions_are_refused() -> None:
    bound = drawn(made())
    for call, field in [
        (lambda: survey.mean(bound, [1.0, 2.0]), "values"),
        (lambda: survey.mean(bound, np.full(120, np.inf)), "values"),
        (lambda: survey.mean(bound, np.ones(120), by=["a"]), "by"),
        (lambda: survey.mean(bound, np.ones(120), level=1), "level"),
        (lambda: survey.mean(bound, np.ones(120), least=1), "least"),
        (lambda: survey.share(bound, np.full(120, 0.5)), "is_so"),
        (lambda: survey.share(bound, [np.nan, np.nan, 3.0, *[1.0] * 117]), "is_so is neither 0 nor 1 at 3"),
        (lambda: survey.ratio(bound, np.ones(120), np.ones(3)), "below"),
        (lambda: survey.kish_effect([]), "weight"),
    ]:
        with pytest.raises(Refused, match=field) as refused:
            call()
        assert refused.value.remedy


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(design, "import_module", absent)
    with pytest.raises(Refused, match="extra 'survey'") as refused:
        survey.sample(np.ones(3))
    assert refused.value.remedy == "pip install 'rightsplan[survey]'"
    assert importlib.util.find_spec("svy")  # it is there: the estimates above came from it
