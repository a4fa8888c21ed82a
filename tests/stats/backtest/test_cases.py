"""Cases use nothing that came after their origin, and every target is an improvement that was really made."""

import numpy as np
import polars as pl
import pytest

from rightsplan.errors import Refused
from rightsplan.stats.backtest import draw_cases
from rightsplan.stats.backtest.cases import BASE_YEARS, HORIZONS, NOW


def panel(better: str = "higher", upper: float | None = 100.0, places: int = 12, years: int = 24) -> pl.DataFrame:
    """Return made-up yearly series of several places that mostly get better."""
    sign = -1 if better == "lower" else 1
    rng = np.random.default_rng(2)
    rows = []
    for place in range(places):
        value = 50.0 - sign * 20 + 2 * place
        for year in range(2000, 2000 + years):
            value += sign * rng.normal(0.6, 0.5)
            rows.append(("water", f"P{place}", "", year, value, 0.0, upper, better))
    names = ["indicator", "place", "group", "year", "value", "lower", "upper", "better"]
    return pl.DataFrame(rows, schema=names, orient="row")


def drawn(frame: pl.DataFrame, each: int = 40):  # type: ignore[no-untyped-def]
    return draw_cases(frame, each=each, rng=np.random.default_rng(9))


def test_every_horizon_has_its_share() -> None:
    cases = drawn(panel())
    assert {int(h): int((cases.horizon == h).sum()) for h in np.unique(cases.horizon)} == dict.fromkeys(HORIZONS, 40)
    assert cases.indicators == ("water",)
    assert len(cases.places) == 12


def test_nothing_after_the_origin_is_in_a_case() -> None:
    frame = panel()
    cases = drawn(frame)
    values = {(row["place"], row["year"]): row["value"] for row in frame.iter_rows(named=True)}
    ends = cases.panel.offsets[1:] - 1
    assert (cases.panel.t[ends] == NOW).all()
    assert (cases.panel.t >= NOW - 15).all()
    for i in range(cases.count):
        place, origin = cases.places[cases.place[i]], int(cases.origin[i])
        assert cases.latest[i] == values[place, origin] == cases.panel.y[ends[i]]
        assert cases.outcome[i] == values[place, origin + int(cases.horizon[i])]
        assert cases.base[i] == values[place, origin - BASE_YEARS] == cases.promises.baseline[i]


@pytest.mark.parametrize(("better", "sign"), [("higher", 1), ("lower", -1)])
@pytest.mark.parametrize("upper", [100.0, None])
def test_a_target_is_an_improvement_that_some_place_made(better: str, sign: int, upper: float | None) -> None:
    frame = panel(better, upper)
    cases = drawn(frame)
    values = {(row["place"], row["year"]): row["value"] for row in frame.iter_rows(named=True)}

    def put(y: float) -> float:
        return float(np.log(y / (upper - y)) if upper else np.log(y))

    for horizon in HORIZONS:
        span = BASE_YEARS + horizon
        moves = [put(values[p, y + span]) - put(v) for (p, y), v in values.items() if (p, y + span) in values]
        made = np.array([move for move in moves if sign * move > 0])
        for i in np.flatnonzero(cases.horizon == horizon):
            way = put(cases.promises.value[i]) - put(cases.base[i])
            assert sign * way > 0
            assert np.abs(made - way).min() < 1e-9
    assert (cases.is_met == (sign * (cases.outcome - cases.promises.value) >= 0)).all()


def test_the_same_seed_draws_the_same_cases_in_any_order_of_rows() -> None:
    frame = panel()
    one, other = drawn(frame), drawn(frame.sample(fraction=1.0, shuffle=True, seed=4))
    assert (one.promises.value == other.promises.value).all()
    assert (one.panel.y == other.panel.y).all()


def test_what_has_no_direction_is_not_judged() -> None:
    with pytest.raises(Refused, match="No case"):
        drawn(panel("none"))


def test_short_series_give_no_case() -> None:
    with pytest.raises(Refused, match="No case"):
        drawn(panel(years=5))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Refused, match="better"):
        drawn(panel().drop("better"))
