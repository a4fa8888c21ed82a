"""Odd values, revisions, age and last digits of series, and the statement that keeps them apart."""

from dataclasses import fields
from math import nan

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue import quality as entries
from rightsplan.stats.catalogue.entry import Method
from rightsplan.stats.quality import Statement, last_digits, outliers, revisions, staleness, state

YEARS = np.arange(2000.0, 2016.0)
CALM = 50 + 0.5 * np.arange(16) + np.random.default_rng(6).uniform(-0.1, 0.1, 16)


@pytest.mark.parametrize("entry", entries.METHODS, ids=lambda entry: entry.name)
def test_the_worked_figures_are_found(entry: Method) -> None:
    tables = catalogue.run(entry, catalogue.example(entry), entry.example_options)
    for worked in entry.worked:
        row = tables[worked.table].filter(*(pl.col(name) == value for name, value in worked.row.items()))
        assert row.height == 1
        assert row[worked.column][0] == pytest.approx(worked.value, abs=worked.within)
    for table in tables.values():
        assert not any(table[name].is_nan().any() for name, kind in table.schema.items() if kind == pl.Float64)


def test_the_score_is_that_of_scipy() -> None:
    bent = np.where(YEARS == 2008, 90.0, CALM)
    step = np.diff(bent)
    score = (step - np.median(step)) / stats.median_abs_deviation(step, scale="normal")
    found = outliers(YEARS, bent)
    assert found is not None
    assert [(one.year, one.reason) for one in found] == [(2008.0, "spike")]
    assert found[0].score == pytest.approx(score[7])


def test_a_level_shift_is_a_step_and_a_calm_series_has_none() -> None:
    found = outliers(YEARS, np.where(YEARS >= 2008, CALM + 30, CALM))
    assert found is not None
    assert [(one.year, one.reason) for one in found] == [(2008.0, "step")]
    assert outliers(YEARS, CALM) == ()


def test_short_and_flat_series_are_not_judged() -> None:
    assert outliers(YEARS[:5], CALM[:5]) is None
    assert outliers(YEARS, np.full(16, 3.0)) is None
    assert outliers(YEARS, np.full(16, nan)) is None


def test_a_shock_that_all_neighbours_share_is_no_difference_from_them() -> None:
    rng = np.random.default_rng(0)
    shock = np.where(YEARS == 2009, -8.0, 0.0)
    others = CALM + shock + rng.normal(0, 0.1, (5, 16))
    alone = np.where(YEARS == 2004, 1.2, 0.0)
    noisy = CALM + rng.normal(0, 0.1, 16) + np.tile([0.0, 1.0], 8)
    shared = outliers(YEARS, CALM + shock + alone, neighbours=others)
    assert shared is not None
    assert (2009.0, "neighbours") not in [(one.year, one.reason) for one in shared]
    unlike = outliers(YEARS, noisy + 3 * shock, neighbours=others)
    assert unlike is not None
    assert 2009.0 in [one.year for one in unlike]


def test_a_value_is_odd_beside_neighbours_whose_steps_it_does_not_share() -> None:
    """Its own steps are as large every year. Where a neighbour reaches a bound, none of them is on the logit scale."""
    rng = np.random.default_rng(0)
    wave = rng.normal(0, 0.5, 16).cumsum()
    own, others = wave + rng.normal(0, 0.02, 16), wave + rng.normal(0, 0.02, (5, 16))
    odd = own + np.where(YEARS == 2009, 0.4, 0.0)
    shares = [100 / (1 + np.exp(-x)) for x in (own, odd, others)]
    at_bound = shares[2].copy()
    at_bound[0, 3] = 100.0
    for beside in (shares[2], at_bound):
        assert outliers(YEARS, shares[0], lower=0, upper=100, neighbours=beside) == ()
        found = outliers(YEARS, shares[1], lower=0, upper=100, neighbours=beside)
        assert found is not None
        assert (2009.0, "neighbours") in [(one.year, one.reason) for one in found]
    assert found == outliers(YEARS, shares[1], neighbours=at_bound)


def test_a_file_may_give_the_lower_bound_alone() -> None:
    entry = next(entry for entry in entries.METHODS if entry.name == "quality")
    example = catalogue.example(entry).with_columns(lower=pl.lit("0"))
    with pytest.raises(Refused, match="decimals is no whole number"):
        catalogue.run(entry, example, {"decimals": 0.5})
    alone, empty = (catalogue.run(entry, frame) for frame in (example, example.with_columns(upper=pl.lit(""))))
    assert alone["suspects"].equals(empty["suspects"])
    assert not alone["suspects"].equals(catalogue.run(entry, example.drop("lower"))["suspects"])


@settings(deadline=None)
@given(st.integers(0, 999))
def test_a_share_and_its_complement_have_the_same_suspects(seed: int) -> None:
    rng = np.random.default_rng(seed)
    share = 100 / (1 + np.exp(-np.cumsum(rng.standard_t(2, 20)) / 5))
    years = np.arange(20.0) + 2000
    one = outliers(years, share, lower=0, upper=100)
    two = outliers(years, 100 - share, lower=0, upper=100)
    three = outliers(years, share / 100, lower=0, upper=1)
    assert one is not None
    assert two is not None
    assert three is not None
    assert [o.place for o in one] == [o.place for o in two] == [o.place for o in three]


def test_revisions_that_lean_upwards() -> None:
    earlier = np.arange(10.0)
    found = revisions([*earlier, nan, 5.0], [*(earlier + 0.5), 7.0, nan])
    assert (found.number, found.revised, found.ups, found.added, found.dropped) == (10, 10, 10, 1, 1)
    assert found.mean == pytest.approx(0.5)
    assert found.relative == pytest.approx(5 / 50)
    assert found.sign_p == pytest.approx(2 / 1024)
    assert found.lean == "up"
    assert revisions(earlier, earlier - 0.5).lean == "down"


def test_the_interval_of_the_mean_revision_is_students() -> None:
    change = np.array([0.3, -0.1, 0.4, 0.0, 0.2, -0.3, 0.1])
    found = revisions(np.zeros(7), change)
    test = stats.ttest_1samp(change, 0).confidence_interval()
    assert (found.mean_lower, found.mean_upper) == pytest.approx((test.low, test.high))
    assert found.lean == "no_sign"


def test_few_or_no_revisions_are_not_measurable() -> None:
    assert revisions([1, 2, 3], [2, 3, 4]).lean == "not_measurable"
    none = revisions([nan], [1.0])
    assert (none.number, none.mean, none.mean_lower, none.largest, none.relative) == (0, None, None, None, None)
    assert revisions([1.0, 2], [1.001, 2], tolerance=0.01).revised == 0


AGES = [
    ([2010, 2011, 2012], 2013.0, None, "current", 1),
    ([2010, 2011, 2012], 2014.0, None, "stale", 2),
    ([2005, 2010, 2015], 2021.0, None, "current", 1),
    ([2015], 2016.0, None, "unknown_rhythm", None),
    ([2015], 2018.0, 1.0, "stale", 3),
    ([], 2018.0, 1.0, "no_data", None),
]


@pytest.mark.parametrize(("years", "as_of", "every", "verdict", "missed"), AGES)
def test_the_age_is_judged_by_the_rhythm(
    years: list[float], as_of: float, every: float | None, verdict: str, missed: int | None
) -> None:
    found = staleness(years, as_of, every=every)
    assert (found.verdict, found.missed) == (verdict, missed)


def test_even_digits_pass_and_rounded_ones_are_warned_of() -> None:
    rng = np.random.default_rng(2)
    even = last_digits(rng.integers(0, 10_000, 400))
    assert not even.warning
    assert even.p == pytest.approx(stats.chisquare(np.array(even.counts)).pvalue)
    rounded = last_digits(5 * rng.integers(0, 2_000, 400))
    assert rounded.warning
    assert rounded.heaping == pytest.approx(500)
    assert last_digits(np.arange(30)).reason == "too_few"
    assert last_digits(np.full(90, 0.3), decimals=1).reason == "range_too_narrow"


def test_the_statement_keeps_facts_apart_and_has_no_score() -> None:
    values = np.where(YEARS == 2003, nan, CALM)
    found = state(YEARS, values, as_of=2017.0, earlier=CALM - 1, expected=["sex"], actual={"sex": ["F", "M"]})
    assert (found.number, found.holes, found.staleness.verdict) == (15, 1, "stale")
    assert found.revisions is not None
    assert found.revisions.dropped == 1
    assert found.disaggregation is not None
    assert found.disaggregation.missing == ()
    assert not any("score" in field.name for field in fields(Statement))


BAD = [
    ({"years": [2001, 2000], "values": [1, 2]}, "years"),
    ({"years": [2000, 2000], "values": [1, 2]}, "years"),
    ({"years": [2000], "values": [1, 2]}, "values"),
    ({"years": [2000], "values": [np.inf]}, "values"),
    ({"years": [], "values": []}, "years"),
    ({"as_of": 1999.0}, "as_of"),
    ({"every": 0.0}, "every"),
    ({"earlier": [1.0, 2.0]}, "later"),
    ({"decimals": 12}, "decimals"),
    ({"decimals": 0.5}, "decimals"),
    ({"neighbours": [[1.0, 2.0]]}, "neighbours"),
]


@pytest.mark.parametrize(("change", "named"), BAD)
def test_bad_input_is_refused_with_the_name_of_the_field(change: dict[str, object], named: str) -> None:
    given_ = {"years": np.arange(2000.0, 2008.0), "values": [1, 2, 4, 3, 5, 6, 8, 7], "as_of": 2010.0, **change}
    with pytest.raises(Refused, match=named):
        state(**given_)  # type: ignore[arg-type]
