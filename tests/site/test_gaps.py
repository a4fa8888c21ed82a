"""Who is furthest behind: same year only, points beside proportion, chance said where known and doubt where not."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from rightsplan.indicators.models import Batch, Indicator
from rightsplan.site import reads_data
from rightsplan.site import reads_gaps as reads
from rightsplan.stats.gaps import furthest_behind, gaps

from .place_data import accept, bundled, plain_pages

Given = dict[tuple[str, str], tuple[float, ...]]  # (group, period) -> value, or value, lower, upper


@pytest.fixture(autouse=True)
def pages(settings: Settings, own_folders: Path) -> None:
    plain_pages(settings, own_folders)


def shares(**more: Any) -> Indicator:
    facts = {"code": "x", "name": {"en": "X"}, "unit": "%", "better": "higher", "lower": 0, "upper": 100, **more}
    return Indicator.objects.create(**facts)


def source_of(given: Given, *, dimension: str = "sex", broken: set[tuple[str, str]] = frozenset()) -> reads_data.Source:  # type: ignore[assignment]
    rows = [
        {"indicator": "x", "place": "P", "period": period, dimension: group, "value": v[0],
         "lower": v[1] if len(v) > 1 else None, "upper": v[2] if len(v) > 1 else None,
         "status": "break" if (group, period) in broken else None}
        for (group, period), v in given.items()
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema_overrides={"lower": pl.Float64, "upper": pl.Float64, "status": pl.String})
    return reads_data.Source(accept(frame, "a survey", index=1), frame)


def page_of(found: reads.Unequal) -> str:
    text = re.sub(r"<[^>]+>", " ", render_to_string("site/_gaps.html", {"gaps": found}))
    return re.sub(r"\s+", " ", text.replace("\u202f", "").replace("&#x27;", "'"))


def one(given: Given, *, dimension: str = "sex", **facts: Any) -> reads.Kind:
    (kind,) = reads.unequal(shares(**facts), "P", source_of(given, dimension=dimension)).kinds
    return kind


SURE: Given = {("F", "2024"): (60.0, 57.0, 63.0), ("M", "2024"): (70.0, 67.0, 73.0)}


def test_the_sentence_has_the_probability_of_the_statistics(db: None) -> None:
    found = reads.unequal(shares(), "P", source_of(SURE))
    error = [6 / 3.919928] * 2
    expected = furthest_behind(["F", "M"], [60, 70], error=error, lowest=0, highest=100)
    text = page_of(found)
    assert "Furthest behind of 2 groups in 2024: female, 60%." in text.replace("Female", "female")
    assert expected.chance is not None
    assert expected.chance > 0.99
    assert "truly the last one: 99%." in text  # never certain
    assert "unknown: who is last" not in text
    assert found.has_margins


def test_the_interval_is_that_of_the_statistics(db: None) -> None:
    kind = one(SURE)
    expected = gaps(["F", "M"], [60, 70], error=[6 / 3.919928] * 2, lowest=0, highest=100)
    assert kind.rows[0].now.low == pytest.approx(expected.of("difference").low, rel=1e-6)
    assert kind.rows[1].now.high == pytest.approx(expected.of("ratio").high, rel=1e-6)
    assert "10 percentage points (95% interval from" in kind.gap[0]
    assert "1.167 times the value of" in kind.gap[1]


def test_without_margins_it_says_that_it_may_be_chance(db: None) -> None:
    text = page_of(reads.unequal(shares(), "P", source_of({("F", "2024"): (60,), ("M", "2024"): (70,)})))
    assert "Margin of error unknown: who is last may be chance." in text
    assert "probability that" not in text
    assert text.count("(margin of error unknown)") == 2


def test_one_margin_missing_is_none(db: None) -> None:
    kind = one({("F", "2024"): (60, 57, 63), ("M", "2024"): (70,)})
    assert "may be chance" in kind.last[-1]
    assert all(row.now.low is None for row in kind.rows)


def test_a_noisy_last_one_gives_way_to_a_surer_one(db: None) -> None:
    given: Given = {("a", "2024"): (40, 10, 70), ("b", "2024"): (45, 44, 46), ("c", "2024"): (60, 59, 61),
                    ("d", "2024"): (62, 61, 63), ("e", "2024"): (61, 60, 62)}  # fmt: skip
    kind = one(given, dimension="region")
    assert "40" in kind.last[0]
    assert kind.last[2].startswith("More likely it is another")


def test_less_can_be_better(db: None) -> None:
    kind = one({("F", "2024"): (20,), ("M", "2024"): (5,)}, better="lower")
    assert ": female, 20" in kind.last[0].lower()
    assert "female is above male by 15" in kind.gap[0].lower()
    assert "female has 4 times the value of male" in kind.gap[1].lower()


def test_without_a_better_direction_nobody_is_called_behind(db: None) -> None:
    kind = one({("F", "2024"): (20,), ("M", "2024"): (5,)}, better="none")
    assert kind.last == ["Neither more nor less is better here, so no group is called behind."]
    assert "female has 4 times the value of male" in kind.gap[1].lower()


def test_groups_of_different_years_are_not_compared(db: None) -> None:
    apart = one({("F", "2020"): (60,), ("M", "2024"): (70,)})
    assert "No two groups have a value for the same year" in apart.why
    assert apart.rows == []


def test_the_year_is_the_newest_with_most_groups() -> None:
    def groups(**periods: str) -> reads.Groups:
        return {g: {p: reads_data.Value(g, p, 1.0, None, None) for p in ps.split()} for g, ps in periods.items()}

    assert reads.period_shown(groups(a="2010 2020", b="2010 2020", c="2010", d="2010")) == "2020"
    assert reads.period_shown(groups(a="2010 2020", b="2010 2020", c="2010", d="2010", e="2010")) == "2010"
    assert reads.period_shown(groups(a="2010 2021", b="2010 2020")) == "2010"
    assert reads.period_shown(groups(a="2021", b="2020")) is None


def test_one_group_and_none_are_empty_states(db: None) -> None:
    alone = one({("F", "2024"): (60,)})
    assert "one cannot be behind itself" in alone.why
    assert "No source held here tells groups apart" in page_of(reads.unequal(Indicator(code="y"), "P", None))


def test_another_place_has_no_groups(db: None) -> None:
    found = reads.unequal(shares(), "Q", source_of(SURE))
    assert found.kinds == []
    assert "No source held here tells groups apart" in found.why


def test_a_count_says_nothing_about_who_is_better_off(db: None) -> None:
    found = reads.unequal(shares(measured_as="count"), "P", source_of(SURE))
    assert found.kinds == []
    assert "This counts cases." in page_of(found)


def test_a_change_has_no_ratio(db: None) -> None:
    kind = one(SURE, measured_as="change", lower=None, upper=None)
    assert "not measurable" in kind.gap[1]
    assert not any(row.is_relative for row in kind.rows)


def test_all_alike_have_no_gap(db: None) -> None:
    kind = one({("F", "2024"): (60,), ("M", "2024"): (60,)})
    assert kind.last[0].startswith("All groups stand alike in 2024")
    assert kind.gap == []


def test_zero_has_a_difference_and_says_that_it_has_no_ratio(db: None) -> None:
    kind = one({("F", "2024"): (0,), ("M", "2024"): (5,)})
    assert "not measurable, because a value is zero" in kind.gap[1]
    assert "not measurable" in page_of(reads.Unequal([kind], 0, first_batch(), has_margins=False, why=""))


def first_batch() -> Batch:
    return Batch.objects.get(log_index=1)


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ((40.0, 50.0), (55.0, 60.0), "narrowed, in points and in proportion"),
        ((40.0, 50.0), (40.0, 60.0), "widened, in points and in proportion"),
        ((10.0, 20.0), (40.0, 55.0), "widened in points and narrowed in proportion"),
        ((50.0, 70.0), (10.0, 20.0), "narrowed in points and widened in proportion"),
        ((40.0, 50.0), (40.0, 50.0), "about what it was, in points and in proportion"),
        ((40.0, 50.0), (50.0, 40.0), "about what it was, in points and in proportion"),
        ((0.0, 50.0), (40.0, 50.0), "in proportion it cannot be told"),
    ],
)
def test_then_and_now(db: None, then: tuple[float, float], now: tuple[float, float], said: str) -> None:
    given: Given = {("F", "2014"): then[:1], ("M", "2014"): then[1:], ("F", "2024"): now[:1], ("M", "2024"): now[1:]}
    kind = one(given)
    assert kind.before == "2014"
    assert said in " ".join(kind.change)
    assert ("this change may be chance" in kind.change[-1]) == ("about what it was" not in said)
    assert ("others then" in " ".join(kind.change)) == ((then[0] < then[1]) != (now[0] < now[1]))


def test_a_change_beyond_the_margins_is_told_from_chance(db: None) -> None:
    wide: Given = {("F", "2014"): (20, 18, 22), ("M", "2014"): (70, 68, 72)}
    assert "hardly chance" in one(wide | SURE).change[-1]


def test_a_change_within_the_margins_is_not(db: None) -> None:
    near: Given = {("F", "2014"): (58, 55, 61), ("M", "2014"): (70, 67, 73)}
    assert "overlap, so this change may be chance" in one(near | SURE).change[-1]


def test_a_ratio_without_an_interval_leaves_it_to_the_difference(db: None) -> None:
    given: Given = {("F", "2014"): (60, 58, 62), ("M", "2014"): (3, -4, 10), ("F", "2024"): (64, 62, 66),
                    ("M", "2024"): (4, -3, 11)}  # fmt: skip
    kind = one(given, better="lower", lower=None)
    assert kind.rows[0].now.low is not None
    assert kind.rows[1].now.low is None
    assert "overlap, so this change may be chance" in kind.change[-1]


@pytest.mark.parametrize("width", [(), (1.0,)])
def test_the_same_figures_are_computed_once(db: None, width: tuple[float, ...]) -> None:
    given: Given = {
        (g, "2024"): (v, *(v - w for w in width), *(v + w for w in width)) for g, v in (("F", 3.0), ("M", 9.0))
    }
    indicator, source = shares(), source_of(given)
    reads.computed.cache_clear()
    first, second = (reads.unequal(indicator, "P", source) for _ in range(2))
    assert first.kinds == second.kinds
    assert (reads.computed.cache_info().misses, reads.computed.cache_info().hits) == (1, 1)


def test_a_break_hides_earlier_years(db: None) -> None:
    given: Given = {(g, p): (v,) for g, v in (("F", 40.0), ("M", 50.0)) for p in ("2012", "2020", "2024")}
    found = reads.unequal(shares(), "P", source_of(given, broken={("F", "2024")})).kinds[0]
    assert "way of counting changed" in found.change[0]
    assert found.before == ""


def test_years_since_a_break_are_compared(db: None) -> None:
    given: Given = {(g, p): (v,) for g, v in (("F", 40.0), ("M", 50.0)) for p in ("2014", "2020", "2024")}
    assert reads.unequal(shares(), "P", source_of(given, broken={("F", "2020")})).kinds[0].before == "2020"


def test_fifths_are_measured_along_their_order(db: None) -> None:
    values = [30.0, 45.0, 40.0, 60.0, 80.0]
    kind = one({(f"Q{i}", "2024"): (v,) for i, v in enumerate(values, 1)}, dimension="quantile")
    expected = gaps([f"Q{i}" for i in range(1, 6)], values, rank=range(5), lowest=0, highest=100)
    assert kind.is_ordered
    assert [row.now.value for row in kind.rows] == pytest.approx([expected.of(n).value for p in reads.PAIRS for n in p])
    assert [row.is_relative for row in kind.rows] == [False, True] * 4


def test_the_richest_may_be_behind(db: None) -> None:
    kind = one({(f"Q{i}", "2024"): (80.0 - 10 * i,) for i in range(1, 6)}, dimension="quantile")
    assert "Richest fifth" in kind.last[0]
    assert "Poorest fifth is above Richest fifth by 40" in kind.gap[0]
    assert "Poorest fifth has 2.333 times" in kind.gap[1]


def test_missing_fifths_are_named_and_leave_no_order(db: None) -> None:
    kind = one({("Q1", "2024"): (30.0,), ("Q5", "2024"): (80.0,)}, dimension="quantile")
    assert not kind.is_ordered
    assert "perhaps worse off: Second fifth, Middle fifth, Fourth fifth." in kind.missing


def test_fifths_and_tenths_are_two_kinds(db: None) -> None:
    given: Given = {(f"{f}{i}", "2024"): (10.0 + i,) for f, n in reads.FAMILIES.items() for i in range(1, n + 1)}
    kinds = reads.unequal(shares(), "P", source_of(given, dimension="quantile")).kinds
    assert len(kinds) == 2
    assert all(kind.is_ordered for kind in kinds)


def test_a_value_beyond_the_limits_does_not_break_the_page(db: None) -> None:
    kind = one({("F", "2024"): (104.0,), ("M", "2024"): (99.0,)})
    assert kind.rows[0].now.value == pytest.approx(5)


def test_real_tenths_of_chad(db: None) -> None:
    frame = bundled("world/iceh_wealth_deciles")
    births = frame.filter((pl.col("indicator") == "skilled_birth_attendance") & (pl.col("place") == "TD"))
    found = reads.unequal(shares(), "TD", reads_data.Source(accept(births, "ICEH", index=1), births))
    (kind,) = found.kinds
    last = births["period"].max()
    now = births.filter(pl.col("period") == last)
    spread = dict(zip(now["quantile"], now["value"], strict=True))
    assert kind.period == last
    assert kind.rows[0].now.value == pytest.approx(spread["D10"] - spread["D1"])
    assert kind.rows[1].now.value == pytest.approx(spread["D10"] / spread["D1"])
    assert kind.before
    text = page_of(found)
    assert "nan" not in text.lower()
    assert "Furthest behind of 10 groups" in text


def test_the_example_of_the_town(site: Client) -> None:
    indicator = Indicator.objects.get(code="feel_safe")
    source = max(reads_data.sources("feel_safe", ["XA-LI"]), key=lambda s: len(reads_data.groups(s, "XA-LI")))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = reads.unequal(indicator, "XA-LI", source)
    assert len(queries) == 0
    assert found.has_margins
    text = render_to_string("site/_gaps.html", {"gaps": found})
    assert "/methods/gaps/" in text
    assert "/methods/furthest-behind/" in text
    assert f"/{source.batch.sha256}/" in text
    assert len(text) < 20_000
    assert text.count("<section") == text.count("</section>")


@pytest.mark.parametrize("language", ["zh-hans", "ar"])
def test_other_languages_name_the_groups_in_their_words(db: None, language: str) -> None:
    found = reads.unequal(shares(), "P", source_of(SURE))
    with translation.override(language):
        again = reads.unequal(Indicator.objects.get(code="x"), "P", reads_data.Source(found.batch, source_frame()))  # type: ignore[arg-type]
        text = render_to_string("site/_gaps.html", {"gaps": again})
    assert {"ar": "الجنس", "zh-hans": "性别"}[language] in text


def source_frame() -> pl.DataFrame:
    return reads_data.scan(first_batch()).collect()
