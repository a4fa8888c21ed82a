"""Scores of rights: published values, carrying forward with its age, what is missing, laws, bad input."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused
from rightsplan.stats.frontier import CURVES, RIGHTS, carry_forward, composite, right_scores

from .published import INDICATOR_SCORES, RIGHT_SCORES

SCHEMA = {"place": pl.String, "group": pl.String, "year": pl.Int64, "indicator": pl.String, "score": pl.Float64}


def frame_of(rows, group: str = "All") -> pl.DataFrame:
    return pl.DataFrame([(p, group, y, i, s) for p, i, y, s in rows], schema=SCHEMA, orient="row")


def test_published_right_scores() -> None:
    found = right_scores(frame_of(INDICATOR_SCORES))
    for place, right, standard, year, value, age in RIGHT_SCORES:
        row = found.filter(place=place, right=right, standard=standard, year=year).to_dicts()
        assert len(row) == 1
        assert row[0]["score"] == pytest.approx(value, abs=1.5e-6)
        assert row[0]["age"] == age


def test_rights_are_made_of_curves_that_are_published() -> None:
    counted = {i for parts in RIGHTS.values() for part in parts for i in part}
    assert counted == {indicator for indicator, _group in CURVES}
    for (right, standard), parts in RIGHTS.items():
        for indicator in (i for part in parts for i in part):
            known = CURVES[indicator, "All"]
            assert known.right == right
            assert known.standard in (standard, "both")


def test_a_score_is_carried_ten_years_and_says_so() -> None:
    found = right_scores(frame_of([("A", "NotStunted", 2000, 80.0)]), range(1999, 2013))
    assert found["year"].to_list() == list(range(2000, 2011))
    assert found["age"].to_list() == list(range(11))
    assert found["note"][0] == ""
    assert found["note"][10] == "carried forward from 2000 (10 years)"


@pytest.mark.parametrize("limit", [0, 3])
def test_another_limit(limit: int) -> None:
    found = carry_forward(frame_of([("A", "NotStunted", 2000, 80.0)]), range(2000, 2020), limit=limit)
    assert found["year"].to_list() == list(range(2000, 2001 + limit))


def test_no_benchmark_is_carried_too_and_hides_no_older_score() -> None:
    rows = [("A", "NotAbsPoor", 2000, 80.0), ("A", "NotAbsPoor", 2002, None)]
    found = right_scores(frame_of(rows), [2001, 2003])
    assert found["score"].to_list() == [80.0, None]
    assert found["note"].to_list() == ["carried forward from 2000 (1 years)", "no benchmark: NotAbsPoor"]
    assert found["missing"].to_list() == [None, "NotAbsPoor"]


def test_a_missing_indicator_is_named() -> None:
    rows = [("A", "U5Survival", 2000, 80.0), ("A", "AdultSurvival", 2000, 70.0)]
    found = right_scores(frame_of(rows)).filter(standard="core")
    assert found.select("score", "missing", "note").row(0) == (None, "Contraception", "no score: Contraception")


def test_pisa_counts_as_one_indicator() -> None:
    names = ("PISAscience", "PISAmath", "PISAreading")
    rows = [("A", "NetSecEnrol", 2000, 50.0), *(("A", name, 2000, 80.0) for name in names)]
    found = right_scores(frame_of(rows)).filter(standard="high income")
    assert found["score"][0] == pytest.approx(65.0)


def test_groups_and_places_do_not_mix() -> None:
    both = pl.concat(
        [frame_of([("A", "NotStunted", 2000, 10.0)], "Female"), frame_of([("B", "NotStunted", 2000, 30.0)], "Male")]
    )
    assert right_scores(both).select("place", "group", "score").rows() == [("A", "Female", 10.0), ("B", "Male", 30.0)]


def all_rights(score: float, *, without: str = "") -> pl.DataFrame:
    names = {i for (_r, s), parts in RIGHTS.items() if s == "core" for part in parts for i in part} - {without}
    return right_scores(frame_of([("A", name, 2000, score) for name in sorted(names)])).filter(standard="core")


def test_the_composite_is_the_mean_of_five_rights() -> None:
    rights = all_rights(60.0).with_columns(
        score=pl.when(pl.col("right") == "Food").then(pl.lit(10.0)).otherwise("score")
    )
    found = composite(rights)
    assert found["score"].to_list() == pytest.approx([50.0])
    assert found["missing"].to_list() == [None]


def test_the_composite_waits_for_all_five() -> None:
    found = composite(all_rights(60.0, without="NotStunted"))
    assert found.select("score", "missing", "note").row(0) == (None, "Food", "no score: Food")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from(["NotStunted", "NetSecEnrol"]), st.integers(2000, 2015)),
        unique=True,
        min_size=1,
    ),
    st.randoms(),
)
def test_order_and_names_do_not_matter(cells, random) -> None:
    rows = [(p, i, y, float((y * 7 + ord(p)) % 101)) for p, i, y in cells]
    shuffled = rows[:]
    random.shuffle(shuffled)
    found = right_scores(frame_of(rows))
    assert found.equals(right_scores(frame_of(shuffled)))
    renamed = right_scores(frame_of([(f"the place {p}", i, y, s) for p, i, y, s in rows]))
    assert found["score"].to_list() == renamed["score"].to_list()
    brute = {(p, y): s for p, i, y, s in rows if i == "NotStunted"}
    for row in found.filter(right="Food").iter_rows(named=True):
        last = max(y for p, y in brute if p == row["place"] and row["year"] - 10 <= y <= row["year"])
        assert (row["score"], row["age"]) == (brute[row["place"], last], row["year"] - last)


GOOD = frame_of([("A", "NotStunted", 2000, 80.0)])
BAD = [
    ("no frame", [1.0], "no frame"),
    ("no column", GOOD.drop("group"), "no column group"),
    ("no rows", GOOD.clear(), "no rows"),
    ("double", pl.concat([GOOD, GOOD]), "two scores"),
    ("above 100", GOOD.with_columns(score=101.0), "score is above 100"),
    ("part of a year", GOOD.with_columns(year=2000.5), "year is no whole number"),
    ("no year", GOOD.with_columns(year=None), "year is missing"),
    ("no place", GOOD.with_columns(place=None), "place is empty"),
    ("a far year", GOOD.with_columns(year=20_000), "year is above"),
    ("a stranger", GOOD.with_columns(indicator=pl.lit("Joy")), "Joy"),
]


@pytest.mark.parametrize(("frame", "says"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_frames_are_refused(frame, says) -> None:
    with pytest.raises(Refused, match=says):
        right_scores(frame)


@pytest.mark.parametrize(("years", "limit"), [([], 10), ([2000.5], 10), ([2000], -1), ([2000], 1.5)])
def test_bad_choices_are_refused(years, limit) -> None:
    with pytest.raises(Refused):
        carry_forward(GOOD, years, limit=limit)


def test_bad_rights_are_refused() -> None:
    rights = all_rights(60.0)
    with pytest.raises(Refused, match="right Sleep"):
        composite(rights.with_columns(right=pl.lit("Sleep")).head(1))
    with pytest.raises(Refused, match="two scores"):
        composite(pl.concat([rights, rights]))
    with pytest.raises(Refused, match="no column"):
        composite(rights.drop("age"))
