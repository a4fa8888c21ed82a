"""Every page answers, stays small, and asks the database no more the more there is to show."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rightsplan.bodies.models import Body, Place
from rightsplan.indicators.models import Assessment, Batch, Indicator
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.models import Measure, Plan, Target
from rightsplan.stats import catalogue

MOST_QUERIES = 15
MOST_BYTES = 100_000
FIXED = [
    "", "plans/", "rights/", "groups/", "bodies/", "places/", "indicators/", "data/", "log/", "methods/", "search/",
    "search/?q=school", "about/", "accessibility/", "rights/education/", "groups/children/", "methods/forecasts/",
    "quality/", "quality/?right=education",
    *(f"methods/{name}/" for name in catalogue.methods()),
]  # fmt: skip


def addresses() -> Iterator[str]:
    """Yield every page of the example."""
    yield from FIXED
    yield from (f"plans/{code}/" for code in Plan.objects.values_list("code", flat=True))
    yield from (f"plans/{code}/" for code in Measure.objects.values_list("code", flat=True))
    yield from (f"targets/{code}/" for code in Target.objects.values_list("code", flat=True))
    yield from (f"bodies/{code}/" for code in Body.objects.values_list("code", flat=True))
    yield from (f"places/{code}/" for code in Place.objects.values_list("code", flat=True))
    yield from (f"indicators/{code}/" for code in Indicator.objects.values_list("code", flat=True))
    yield from (f"data/{sha}/" for sha in Batch.objects.values_list("sha256", flat=True))
    yield from (f"log/{index}/" for index in LogEntry.objects.values_list("index", flat=True))


def test_every_page_answers_with_few_queries_and_few_bytes(site: Client) -> None:
    visited = list(addresses())
    assert len(visited) > 40
    for address in visited:
        with CaptureQueriesContext(connection) as queries:
            answer = site.get(f"/en/{address}")
        assert answer.status_code == 200, address
        assert len(answer.content) < MOST_BYTES, address
        assert len(queries) <= MOST_QUERIES, (address, [q["sql"][:120] for q in queries])


@pytest.fixture
def many(site: Client) -> Client:
    """Add three hundred measures with a judged target each, led by two hundred bodies in two hundred places."""
    plan = Plan.objects.get(code="XA-LINDHOLM")
    chapter = plan.chapters.first()
    pattern = Assessment.objects.filter(target__isnull=False, group="", role="official").first()
    assert chapter is not None
    assert pattern is not None
    root = plan.jurisdiction
    places = Place.objects.bulk_create(
        Place(code=f"{root.code}-{i}", name={"en": f"Part {i}"}, level="county", parent=root, path=f"{root.path}{i} > ")
        for i in range(200)
    )
    bodies = Body.objects.bulk_create(
        Body(code=f"many/{i}", name={"en": f"Office {i}"}, kind="agency", level="county", path=f"many/{i} > ", place=p)
        for i, p in enumerate(places)
    )
    measures = Measure.objects.bulk_create(
        Measure(
            code=f"{plan.code}/9.{i}",
            plan=plan,
            chapter=chapter,
            title={"en": f"Measure {i}"},
            rights=";education;",
            groups=";children;",
            lead_body=bodies[i % 200],
            position=1000 + i,
        )
        for i in range(300)
    )
    targets = Target.objects.bulk_create(
        Target(
            code=f"{m.code}-a",
            measure=m,
            title={"en": m.code},
            kind="quantitative",
            promise=pattern.promise,
            indicator=pattern.target.indicator if pattern.target else "",
            position=i,
        )
        for i, m in enumerate(measures)
    )
    Assessment.objects.bulk_create(
        Assessment(
            publication=pattern.publication,
            line_id=f"{t.code}@official",
            target=t,
            role="official",
            method="progress",
            version="1",
            verdict=pattern.verdict,
            reason=pattern.reason,
            promise=pattern.promise,
            result=pattern.result,
            points=pattern.points,
            moved_back=0.5,
        )
        for t in targets
    )
    return site


def test_pages_neither_grow_nor_ask_more_with_the_data(many: Client) -> None:
    plan = Plan.objects.get(code="XA-LINDHOLM")
    pages = [*FIXED, f"plans/{plan.code}/", f"places/{plan.jurisdiction.code}/", "bodies/many/7/", "search/?q=part"]
    pages += [f"plans/{plan.code}/?verdict={v}&page=2" for v in ("met", "behind")]
    pages += [f"indicators/{code}/" for code in Indicator.objects.values_list("code", flat=True)]
    for address in pages:
        with CaptureQueriesContext(connection) as queries:
            answer = many.get(f"/en/{address}")
        assert answer.status_code == 200, address
        assert len(answer.content) < MOST_BYTES, (address, len(answer.content))
        assert len(queries) <= MOST_QUERIES, (address, [q["sql"][:120] for q in queries])


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh-hans"])
def test_no_page_shows_untranslated_marks_or_empty_values(site: Client, language: str) -> None:
    for address in addresses():
        text = site.get(f"/{language}/{address}").content.decode()
        shown = re.sub(r"<script.*?</script>|<pre>.*?</pre>|<[^>]+>", " ", text, flags=re.DOTALL)
        assert not re.search(r"%\(\w+\)s|\bNone\b(?! of)|\bnan\b|\{\{|\{%", shown), (address, shown[:200])


def test_an_address_in_no_language_leads_to_one(site: Client) -> None:
    assert site.get("/plans/", headers={"accept-language": "fr"}).headers["Location"] == "/fr/plans/"


@pytest.mark.parametrize(
    "address", ["plans/XX-1/", "targets/XX-1/1.1-a/", "rights/none/", "groups/none/", "bodies/x/y/", "places/QQ/",
                "indicators/none/", "data/00/", "log/9999999/", "nonsense/"],
)  # fmt: skip
def test_what_is_not_there_is_said_in_the_readers_language(site: Client, address: str) -> None:
    answer = site.get(f"/fr/{address}")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert '<html lang="fr"' in text
    assert 'type="search"' in text


def test_a_page_number_out_of_range_shows_the_last_page(site: Client) -> None:
    plan = Plan.objects.get(code="XA-LINDHOLM")
    for number in ("0", "-1", "999", "x", "1;drop"):
        assert site.get(f"/en/plans/{plan.code}/?page={number}").status_code == 200


def test_pages_allow_nothing_from_elsewhere_and_no_inline_style(site: Client) -> None:
    for address in addresses():
        answer = site.get(f"/en/{address}")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = answer.content.decode()
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?! type=\"application/ld\+json\")", text), address
        assert not re.search(r"(?:src|href)=\"https?://[^\"]+\.(?:js|css|png|woff2?)", text), address
