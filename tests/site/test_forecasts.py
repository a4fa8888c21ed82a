"""The fan begins at the last observation and ends at the published forecast; every method has its page."""

from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from rightsplan.indicators.models import Assessment
from rightsplan.site import charts_forecast, reads_forecast
from rightsplan.site.charts import SIZES
from rightsplan.site.markdown import rendered
from rightsplan.site.reads_methods import page_of
from rightsplan.site.series import cut
from rightsplan.stats import catalogue
from rightsplan.stats.forecast import Fan


def forecast_lines() -> list[Assessment]:
    """Return the published lines with a forecast."""
    every = Assessment.objects.select_related("target", "publication").exclude(target=None)
    return [line for line in every if line.result.get("forecast") is not None]


def test_the_fan_ends_where_the_published_forecast_is(site: Client) -> None:
    found = forecast_lines()
    assert len(found) > 5
    for line in found:
        fan = reads_forecast.fan_of(line)
        assert fan is not None
        assert fan.years[-1] == pytest.approx(line.result["deadline"])
        ends = [fan.median[-1], fan.outer[0][-1], fan.outer[1][-1]]
        published = [line.result[name] for name in ("forecast", "forecast_lower", "forecast_upper")]
        assert ends == pytest.approx(published, rel=1e-8)
        low, inner_low, middle, inner_high, high = fan.outer[0], fan.inner[0], fan.median, *fan.inner[1:], fan.outer[1]
        assert ((low <= inner_low) & (inner_low <= middle) & (middle <= inner_high) & (inner_high <= high)).all()


def test_a_promise_with_a_forecast_shows_it(site: Client) -> None:
    line = next(line for line in forecast_lines() if line.group == "" and line.role == "official")
    assert line.target is not None
    page = site.get(f"/en/targets/{line.target.code}/").content.decode()
    outlook = reads_forecast.outlook(line)
    assert outlook is not None
    assert "What is likely" in page
    with translation.override("en"):
        assert escape(reads_forecast.sentence(line.result, line.target.unit)) in page
    assert len(outlook.rows) == len(reads_forecast.fan_of(line).years)  # type: ignore[union-attr]


def test_a_promise_without_a_forecast_shows_none(site: Client) -> None:
    every = Assessment.objects.filter(group="", role="official").select_related("target", "publication")
    line = next(a for a in every if a.target and a.result.get("forecast") is None)
    assert reads_forecast.outlook(line) is None
    assert "What is likely" not in site.get(f"/en/targets/{line.target.code}/").content.decode()  # type: ignore[union-attr]


def test_an_older_version_draws_no_fan(site: Client) -> None:
    line = forecast_lines()[0]
    line.version = "1"
    assert reads_forecast.outlook(line) is None


def picture() -> charts_forecast.FanPicture:
    one = np.array([50.0, 52.0])
    fan = Fan(np.array([2023.0, 2024.0]), one, (one - 1, one + 1), (one - 3, one + 4))
    series = cut([["2020", 46.0], ["2021", 47.0], ["2022", 49.0]])
    return charts_forecast.FanPicture(series, fan, 60.0, 2024.0)


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_everything_drawn_lies_within_the_axis(size: str) -> None:
    with translation.override("en"):
        spec = charts_forecast.fan_spec(picture(), SIZES[size])
    low, high = next(
        layer["encoding"]["y"]["scale"]["domain"] for layer in spec["layer"] if "scale" in layer["encoding"]["y"]
    )
    rows = spec["data"]["values"]
    assert rows[0] == {"t": 2022.0, **dict.fromkeys(("v", "l5", "h5", "l8", "h8"), 49.0)}
    assert low < min(row["l8"] for row in rows)
    assert high > 60.0


def test_the_reliability_diagram_leaves_out_what_rests_on_few_cases() -> None:
    bins: list[dict[str, Any]] = [
        {"low": i / 10, "high": (i + 1) / 10, "cases": 1000 if i else 3, "said": i / 10, "came": i / 10}
        for i in range(10)
    ]
    spec = charts_forecast.reliability_spec(bins, SIZES["wide"])
    assert len(spec["data"]["values"]) == 9


def test_the_page_of_the_past_names_the_best_first(site: Client) -> None:
    page = site.get("/en/methods/forecasts/").content.decode()
    found = reads_forecast.backtest()
    with translation.override("en"):
        rules = reads_forecast.rules_of(found)
    assert rules[0]["is_ours"]
    assert [rule["brier"] for rule in rules] == sorted(rule["brier"] for rule in rules)
    assert all(str(rule["name"]) in page for rule in rules)
    assert f"{found['cases']:,}" in page


@pytest.mark.parametrize("name", list(catalogue.methods()))
def test_a_method_has_a_page_with_its_figures(name: str, site: Client) -> None:
    page = site.get(f"/en/methods/{name}/").content.decode()
    method = catalogue.method(name)
    assert f"rightsplan stats {name} --example" in page
    assert all(escape(worked.source) in page for worked in method.worked)
    assert all(escape(column.says) in page for column in method.columns)
    shown = page_of(name)
    assert len(shown.rows) + shown.more == len(catalogue.example(method))


def test_an_unknown_method_is_not_found(site: Client) -> None:
    assert site.get("/en/methods/guess/").status_code == 404


def test_markup_in_an_explanation_stays_text() -> None:
    assert "&lt;script&gt;" in rendered("<script>alert(1)</script>")
