"""The methods on unequal decisions as a user runs them on a file."""

from collections import defaultdict
from fractions import Fraction
from math import exp, log, log10

import numpy as np
import polars as pl
import pytest
from scipy.integrate import quad
from scipy.special import gammainc, gammaln

from rightsplan.errors import Refused
from rightsplan.stats import catalogue
from rightsplan.stats.catalogue.disparity import METHODS

BY_NAME = {entry.name: entry for entry in METHODS}


def run(name: str, frame: pl.DataFrame | None = None, **options):
    entry = BY_NAME[name]
    return catalogue.run(entry, catalogue.example(entry) if frame is None else frame, options)


def rows_of(text: str) -> pl.DataFrame:
    return pl.read_csv(text.strip().encode(), infer_schema=False)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_example_gives_the_worked_figures(name: str) -> None:
    entry = BY_NAME[name]
    tables = run(name, **entry.example_options)
    assert entry.worked
    for worked in entry.worked:
        table = tables[worked.table]
        for column, value in worked.row.items():
            table = table.filter(pl.col(column) == value)
        assert table.height == 1, worked
        assert table[worked.column][0] == pytest.approx(worked.value, abs=worked.within), worked


@pytest.mark.parametrize("name", BY_NAME)
def test_no_cell_is_nan_and_all_is_told(name: str) -> None:
    entry = BY_NAME[name]
    for table in run(name, **entry.example_options).values():
        assert "note" in table.columns
        for column in table.select(pl.selectors.float()):
            assert not column.is_nan().any()
            assert not column.is_infinite().any()
    assert entry.example_source
    assert all(function.__doc__ for function in entry.functions)


def test_the_evidence_of_the_example_in_exact_fractions() -> None:
    # A program of its own: one office, one start after another, products of fractions.
    frame = catalogue.example(BY_NAME["alarms"]).filter(pl.col("office") == "kind 09")
    days = sorted(catalogue.example(BY_NAME["alarms"])["day"].unique().to_list())
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for day, _, group, y, n in frame.rows():
        first = 0 if group == "female" else 2
        counts[day][first] += int(y)
        counts[day][first + 1] += int(n)
    total = Fraction(1, len(range(0, len(days), 12)) + 1)
    for k, start in enumerate(range(0, len(days), 12)):
        total += factor([counts[d] for d in days], start) / ((k + 1) * (k + 2))
    found = run("alarms", restart_every=12)["offices"].filter(pl.col("office") == "kind 09")
    assert found["evidence_log10"][0] == pytest.approx(log10(total), abs=1e-9)


def factor(days: list[list[int]], start: int) -> Fraction:
    """Return the evidence of one start; a block that was waiting when it began belongs to it."""
    prior, value, seen, waiting = Fraction(18, 100), Fraction(1), [0] * 4, [0] * 4
    for day, counts in enumerate(days):
        waiting = [w + c for w, c in zip(waiting, counts, strict=True)]
        if not (waiting[1] and waiting[3]):
            continue
        ya, na, yb, nb = waiting
        if day >= start:
            pa, pb = ((seen[k] + prior) / (seen[k + 1] + 2 * prior) for k in (0, 2))
            both = (na * pa + nb * pb) / (na + nb)
            value *= (pa / both) ** ya * (pb / both) ** yb
            value *= ((1 - pa) / (1 - both)) ** (na - ya) * ((1 - pb) / (1 - both)) ** (nb - yb)
            seen = [s + w for s, w in zip(seen, waiting, strict=True)]
        waiting = [0] * 4
    return value


def test_the_backlog_of_the_example_by_integration() -> None:
    frame = catalogue.example(BY_NAME["backlog-alarms"]).filter(pl.col("office") == "kind 01").sort("day")
    closed, opened = ([int(v) for v in frame[c]] for c in ("closed", "open"))
    due = [n * (1 - exp(-30.44 / 365)) for n in opened]
    starts, total = range(0, len(closed), 12), 0.0
    for k, start in enumerate(starts):
        x, mu = sum(closed[start:]), sum(due[start:])

        def density(t: float, x: int = x, mu: float = mu) -> float:
            prior = 4 * log(4) - gammaln(4) + 3 * log(t) - 4 * t - log(gammainc(4, 4))
            return exp(x * log(t) - (t - 1) * mu + prior)

        total += quad(density, 1e-12, 1, points=[min(x / mu, 0.99)], epsrel=1e-11, limit=500)[0] / ((k + 1) * (k + 2))
    total += 1 / (len(starts) + 1)
    tables = run("backlog-alarms", restart_every=12, period_days=30.44, standard_days=365)
    found = tables["offices"].filter(pl.col("office") == "kind 01")
    assert found["evidence_log10"][0] == pytest.approx(log10(total), abs=1e-6)


def test_berkeley_office_by_office() -> None:
    offices = run("disparity", group="Male", reference="Female")["offices"]
    assert offices["office"].to_list() == [*"ABCDEF", "all offices, unadjusted"]
    assert offices["difference"][0] == pytest.approx(512 / 825 - 89 / 108)
    assert offices["difference_high"][0] < 0 < offices["difference_low"][6]


def test_offices_may_be_left_out_and_groups_are_named() -> None:
    frame = rows_of("group,favourable,total\na,3,10\nb,6,12\nc,1,30")
    with pytest.raises(Refused, match="3 groups"):
        run("disparity", frame)
    found = run("disparity", frame, group="a")
    assert found["offices"]["reference"].to_list() == ["c", "c"]
    assert found["within"]["informative"][0] == 1
    two = run("disparity", frame.head(2))
    assert two["within"]["group"][0] == "a"


def test_what_cannot_be_measured_is_null_with_a_note() -> None:
    frame = rows_of("office,group,favourable,total\nx,a,0,4\nx,b,0,6\ny,a,2,3\nz,a,1,5\nz,b,0,20")
    found = run("disparity", frame, group="a", reference="b")["offices"]
    notes = dict(zip(found["office"], found["note"], strict=True))
    assert "no ratio" in notes["x"]
    assert "no cases" in notes["y"]
    assert "upper bound" in notes["z"]
    assert found.filter(pl.col("office") == "y")["difference"][0] is None


def test_the_case_mix_of_texts_and_numbers() -> None:
    lines = ["group,favourable,kind,x1,office"]
    rng = np.random.default_rng(4)
    for i in range(400):
        group, kind = "ab"[i % 3 == 0], ("new", "old")[i % 4 == 0]
        lines.append(f"{group},{int(rng.random() < 0.4 + 0.02 * (i % 11))},{kind},{i % 11},o{i % 5}")
    tables = run("adjusted-disparity", rows_of("\n".join(lines)), standard="best")
    assert tables["difference"].height == 5
    assert tables["difference"]["low"].null_count() == 1
    assert tables["offices"].height == 5
    assert tables["offices"]["cases"].sum() == 400
    none = run("adjusted-disparity", rows_of("\n".join(lines)), within_offices="no")
    (crude, ours), (same, mixed) = (t["difference"]["difference"][:2] for t in (tables, none))
    assert crude == same
    assert ours != pytest.approx(mixed, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("disparity", "group,favourable,total\na,1,2", "one group only"),
        ("disparity", "group,favourable,total\na,3,2\nb,1,2", "Row 2: favourable is above total"),
        ("disparity", "group,favourable,total\nb,1,2\na,-1,2", "Row 3: favourable is no count"),
        ("disparity", "group,total\na,3", "no column favourable"),
        ("adjusted-disparity", "group,favourable\na,1\nb,0", "nothing to adjust"),
        ("adjusted-disparity", "group,favourable,x1\na,1,\nb,0,1", "Row 2, column x1"),
        ("adjusted-disparity", "group,favourable,x1\na,2,3\nb,0,1", "neither 0 nor 1"),
        ("adjusted-disparity", "group,favourable,x1\na,1,3\nb,1,1", "alike"),
        ("alarms", "day,office,group,favourable,total\nMonday,o,a,1,2\nTuesday,o,b,1,2", "column day"),
        ("alarms", "day,office,group,favourable,total\n2025-01,o,a,1,2\n2025-01-02,o,b,1,2", "column day"),
        (
            "alarms",
            "day,office,group,favourable,total\n2025-01,o,a,3,2\n2025-01,o,b,1,2",
            "Row 2: favourable is above total",
        ),
        ("backlog-alarms", "day,office,open,closed\n2025-01,o,3,4", "Row 2: closed is above open"),
        ("backlog-alarms", "day,office,open,closed\n2025-01,o,-3,-4", "closed is no count"),
    ],
)
def test_bad_files_are_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        run(name, rows_of(text))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("disparity", {"group": "Other"}, "'Other'"),
        ("disparity", {"group": "Male", "reference": "Male"}, "the same"),
        ("alarms", {"alpha": 0}, "level|alpha"),
        ("alarms", {"restart_every": 0}, "restart_every"),
        ("alarms", {"restart_every": 0.5}, "restart_every"),
        ("alarms", {"restart_every": 12.5}, "restart_every"),
        ("backlog-alarms", {"restart_every": 12.5}, "restart_every"),
        ("backlog-alarms", {"standard_days": -1}, "standard_days"),
    ],
)
def test_bad_options_are_refused(name: str, options, words: str) -> None:
    with pytest.raises(Refused, match=words):
        run(name, **options)


def test_an_alarm_only_for_the_worse_side() -> None:
    either = run("alarms", restart_every=12)["offices"]
    women = run("alarms", restart_every=12, side="worse")["offices"]
    men = run("alarms", restart_every=12, side="worse", group="male", reference="female")["offices"]
    assert either["alarm"].sum() > 0
    assert women["alarm"].sum() > 0 == men["alarm"].sum()
