"""Raking meets its margins, keeps the odds that it must keep, counts in the variance, refuses what cannot be met."""

import numpy as np
import pytest

from rightsplan.errors import Refused
from rightsplan.stats import survey
from rightsplan.stats.survey import Margin, Sample

from .made import made

SEX = {"f": 60_000.0, "m": 54_000.0}
AGE = {"old": 30_000.0, "young": 84_000.0}


def drawn(seed: int = 11) -> tuple[Sample, list[str], list[str], np.ndarray]:
    made_up, rng = made(), np.random.default_rng(seed)
    bound = survey.sample(made_up.weight, stratum=made_up.stratum, cluster=made_up.cluster)
    sex, age = (rng.choice(x, 120).tolist() for x in (["f", "m"], ["old", "young"]))
    return bound, sex, age, made_up.y


def margins(sex: list[str], age: list[str]) -> list[Margin]:
    return [Margin(name="sex", levels=sex, totals=SEX), Margin(name="age", levels=age, totals=AGE)]


def test_margins_are_met_and_cross_products_kept() -> None:
    """Iterative fitting multiplies rows and columns: the odds ratio of the table stays as it was."""
    bound, sex, age, _ = drawn()
    found = survey.rake(bound, margins(sex, age))
    table = {}
    for which, weights in (("before", bound.weight), ("after", found.sample.weight)):
        cells = {(s, a): weights[(np.array(sex) == s) & (np.array(age) == a)].sum() for s in SEX for a in AGE}
        table[which] = cells["f", "old"] * cells["m", "young"] / cells["f", "young"] / cells["m", "old"]
    for levels, totals in ((sex, SEX), (age, AGE)):
        for level, want in totals.items():
            assert found.sample.weight[np.array(levels) == level].sum() == pytest.approx(want, rel=1e-8)
    assert table["after"] == pytest.approx(table["before"])
    assert found.misfit <= 1e-8
    factors = found.sample.weight / bound.weight
    assert (found.smallest, found.largest) == (pytest.approx(factors.min()), pytest.approx(factors.max()))


def test_one_margin_is_poststratification_and_its_total_is_certain() -> None:
    """With one margin the weights scale by level, and the total of a level has no variance any more."""
    bound, sex, _, y = drawn()
    found = survey.rake(bound, [Margin(name="sex", levels=sex, totals=SEX)])
    is_f = np.array(sex) == "f"
    assert found.sample.weight[is_f] == pytest.approx(bound.weight[is_f] * SEX["f"] / bound.weight[is_f].sum())
    share = survey.share(found.sample, is_f)[0]
    assert share.value == pytest.approx(SEX["f"] / sum(SEX.values()))
    assert share.error is None or share.error < 1e-9
    assert survey.mean(found.sample, y)[0].error > 0.1


def test_the_variance_is_that_of_residuals() -> None:
    """The linearised score is weight times the distance from the mean of the own level.

    That mean is unweighted, as in R's survey; the weighted one (Deville, Särndal and Sautory 1993) is about as good.
    """
    bound, sex, _, y = drawn()
    found = survey.rake(bound, [Margin(name="sex", levels=sex, totals=SEX)])
    assert survey.mean(found.sample, y)[0].error == pytest.approx(by_hand(found.sample, sex, y, None), rel=1e-8)
    weighted = by_hand(found.sample, sex, y, found.sample.weight)
    assert survey.mean(found.sample, y)[0].error == pytest.approx(weighted, rel=0.02)


def by_hand(raked: Sample, levels: list[str], y: np.ndarray, by: np.ndarray | None) -> float:
    w, residual, made_up = raked.weight, np.zeros(120), made()
    for level in SEX:
        inside = np.array(levels) == level
        residual[inside] = y[inside] - np.average(y[inside], weights=None if by is None else by[inside])
    variance = 0.0
    for name in np.unique(made_up.stratum):
        inside = np.array(made_up.stratum) == name
        keys = np.array(made_up.cluster)
        sums = np.array([(w * residual)[inside & (keys == c)].sum() for c in np.unique(keys)])
        variance += len(sums) / (len(sums) - 1) * ((sums - sums.mean()) ** 2).sum()
    return float(variance**0.5 / w.sum())


def test_a_raked_sample_can_be_raked_again() -> None:
    bound, sex, age, y = drawn()
    once = survey.rake(bound, margins(sex, age))
    twice = survey.rake(once.sample, margins(sex, age))
    assert twice.sample.weight == pytest.approx(once.sample.weight, rel=1e-7)
    assert survey.mean(twice.sample, y)[0].value == pytest.approx(survey.mean(once.sample, y)[0].value)


def test_what_cannot_be_met_is_refused() -> None:
    bound, sex, age, _ = drawn()
    both = margins(sex, age)
    bad = [
        ([], "margins"),
        ([both[0], both[0]], "one name"),
        ([Margin(name="sex", levels=sex, totals=SEX | {"f": 0.0})], "the totals of sex"),
        ([Margin(name="sex", levels=sex, totals=SEX | {"x": 9.0})], "sex has no row of x"),
        ([Margin(name="sex", levels=sex, totals={"f": 1.0})], "sex has no total for m"),
        ([Margin(name="sex", levels=["f"], totals=SEX)], "sex has 1 values"),
        ([both[0], Margin(name="age", levels=age, totals=AGE | {"old": 1.0})], "different totals: sex 114000, age"),
    ]
    for given, message in bad:
        with pytest.raises(Refused, match=message) as refused:
            survey.rake(bound, given)
        assert refused.value.remedy
    for tolerance in (0, 0.5, float("nan")):
        with pytest.raises(Refused, match="tolerance"):
            survey.rake(bound, both, tolerance=tolerance)


def test_not_converging_is_refused_and_says_how_far() -> None:
    """Empty cells: all women are young and all men old, so that no weights meet both margins."""
    bound, sex, _, _ = drawn()
    age = ["young" if s == "f" else "old" for s in sex]
    with pytest.raises(Refused, match="misses the margins by more than 1e-08 after 50 rounds") as refused:
        survey.rake(bound, margins(sex, age), rounds=50)
    assert "Merge small levels" in refused.value.remedy
