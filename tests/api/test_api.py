"""The public API: every route answers, pages, is conditional, and reports what is wrong as RFC 9457 says."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from openapi_spec_validator import validate

from rightsplan.indicators.models import Assessment, Batch, Indicator
from rightsplan.plans.models import Measure, Plan, Target
from rightsplan.site.reads_lines import judged
from rightsplan.stats.progress import VERDICTS

LISTS = [
    "plans", "measures", "targets", "assessments", "indicators", "places", "bodies", "batches", "publications", "log",
]  # fmt: skip


def read(site: Client, address: str) -> Any:
    answer = site.get(address)
    assert answer.status_code == 200, (address, answer.content[:300])
    return json.loads(answer.content)


def every(site: Client, address: str) -> Iterator[dict[str, Any]]:
    """Yield all rows of a list by following `next`."""
    following: str | None = address
    while following:
        page = read(site, following)
        yield from page["results"]
        following = page["next"]


def test_the_document_is_valid_openapi_3_1_and_names_every_list(site: Client) -> None:
    document = read(site, "/api/openapi.json")
    assert document["openapi"].startswith("3.1")
    validate(document)
    assert {f"/api/{name}" for name in LISTS} <= set(document["paths"])
    assert all(set(methods) == {"get"} for methods in document["paths"].values())


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_completely_and_once(site: Client, name: str) -> None:
    whole = read(site, f"/api/{name}?limit=500")
    rows = list(every(site, f"/api/{name}?limit=3"))
    assert rows == whole["results"]
    assert len(rows) == whole["total"] > 0
    assert whole["next"] is None


def test_plans_measures_and_targets_are_those_of_the_site(site: Client) -> None:
    assert {row["code"] for row in every(site, "/api/plans")} == set(Plan.objects.values_list("code", flat=True))
    for code in Measure.objects.values_list("code", flat=True):
        assert read(site, f"/api/measures/{code}")["code"] == code
    for target in Target.objects.all():
        found = read(site, f"/api/targets/{target.code}")
        assert found["promise"] == target.promise
        lines = Assessment.objects.filter(target=target)
        assert sorted(a["id"] for a in found["assessments"]) == sorted(lines.values_list("line_id", flat=True))


def test_filters_choose(site: Client) -> None:
    chosen = {row["code"] for row in every(site, "/api/measures?right=education")}
    assert chosen == set(Measure.objects.filter(rights__contains=";education;").values_list("code", flat=True)) != set()
    assert read(site, "/api/measures?right=nothing_like_it")["total"] == 0


@pytest.mark.parametrize("verdict", VERDICTS)
def test_targets_are_chosen_by_their_official_verdict_as_on_the_pages(site: Client, verdict: str) -> None:
    chosen = {row["code"] for row in every(site, f"/api/targets?verdict={verdict}")}
    kept = set().union(*(judged(plan, verdict) for plan in Plan.objects.all()))
    wanted = Target.objects.filter(pk__in=kept, dropped=False, measure__dropped=False)
    assert chosen == set(wanted.values_list("code", flat=True))


def test_an_independent_verdict_chooses_no_target(site: Client) -> None:
    official = dict(Assessment.objects.filter(group="", role="official").values_list("target__code", "verdict"))
    independent = Assessment.objects.filter(group="", role="independent", target__isnull=False)
    differing = [(c, v) for c, v in independent.values_list("target__code", "verdict") if official.get(c) != v]
    assert differing
    for code, verdict in differing:
        assert code not in {row["code"] for row in every(site, f"/api/targets?verdict={verdict}")}


def test_data_of_a_place_that_has_none_are_an_empty_list(site: Client) -> None:
    code = Indicator.objects.filter(coverage__isnull=False)[0].code
    assert read(site, f"/api/indicators/{code}/data?place=ZZ") == {"total": 0, "next": None, "results": []}


def test_the_root_says_where_the_description_is(site: Client) -> None:
    found = read(site, "/api/")
    assert found["openapi"] == "/api/openapi.json"
    assert read(site, found["openapi"])["info"]["version"] == found["version"]


def test_the_data_of_an_indicator_name_their_batch(site: Client) -> None:
    known = set(Batch.objects.values_list("sha256", flat=True))
    for code in Indicator.objects.filter(coverage__isnull=False).values_list("code", flat=True).distinct():
        rows = list(every(site, f"/api/indicators/{code}/data?limit=100"))
        assert rows
        assert {row["batch"] for row in rows} <= known
        places = {row["place"] for row in rows}
        one = sorted(places)[0]
        assert {r["place"] for r in every(site, f"/api/indicators/{code}/data?place={one}")} == {one}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("plans/none", 404), ("targets/none/1-a", 404), ("measures/none/1", 404), ("indicators/none", 404),
        ("indicators/none/data", 404), ("batches/00", 404), ("log/999999", 404), ("plans?limit=0", 422),
        ("plans?limit=501", 422), ("plans?offset=-1", 422), ("plans?offset=1e20", 422),
        ("plans?offset=100000000000000000000", 422), ("log?limit=x", 422), ("nowhere", 404),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_a_problem_document(site: Client, address: str, status: int) -> None:
    answer = site.get(f"/api/{address}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = json.loads(answer.content)
    assert document["status"] == status
    assert document["title"]
    assert "Traceback" not in answer.content.decode()


def test_an_answer_that_did_not_change_is_not_sent_again(site: Client) -> None:
    answer = site.get("/api/plans")
    etag = answer.headers["ETag"]
    assert site.get("/api/plans", headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_can_write(site: Client, method: str) -> None:
    for address in ("/api/plans", "/api/log", "/en/", "/published/catalogue.json"):
        path = urlsplit(address).path
        before = (Plan.objects.count(), Batch.objects.count(), Assessment.objects.count())
        assert getattr(site, method)(path).status_code == 405
        assert (Plan.objects.count(), Batch.objects.count(), Assessment.objects.count()) == before
