"""The plan's baseline is of everyone, in official figures: groups and other sources start from their own values."""

import json

import pytest
from django.conf import settings

from rightsplan.evidence.canonical import canonical_json, sha256
from rightsplan.evidence.recompute import judged_promise
from rightsplan.evidence.verify import verify
from rightsplan.indicators.models import Assessment

from .conftest import Country, literacy

RISING = {2019: 79.0, 2020: 80.0, 2021: 82.0, 2022: 83.5, 2023: 86.0, 2024: 88.0}
BEHIND = {2019: 59.0, 2020: 60.0, 2021: 60.9, 2022: 61.7, 2023: 62.6, 2024: 63.4}


def line(line_id: str) -> Assessment:
    return Assessment.objects.get(line_id=line_id)


def test_a_group_that_rose_from_its_own_start_has_not_moved_away(country: Country) -> None:
    country.accept(literacy(RISING), role="official")
    country.accept(literacy(BEHIND, sex="F"), role="official")
    country.publish()
    found = line("XA-2021/1.1-a@official:sex=F")
    assert (found.result["baseline"], found.result["baseline_year"]) == (60.0, 2020.0)
    assert found.verdict == "behind"
    assert found.promise["baseline"] == 80.0, "the published promise stays the plan's"
    assert found.result["best"] in BEHIND.values()


def test_a_group_without_a_value_at_the_start_has_no_way_covered(country: Country) -> None:
    country.accept(literacy({2023: 62.6, 2024: 63.4}, sex="F"), role="official")
    country.publish()
    found = line("XA-2021/1.1-a@official:sex=F")
    assert found.result["baseline"] is None
    assert found.result["share"] is None
    assert found.verdict in {"behind", "not_measurable"}


def test_another_source_starts_on_its_own_level(country: Country) -> None:
    higher = {year: value + 8 for year, value in RISING.items()}
    country.accept(literacy(higher))
    country.publish()
    found = line("XA-2021/1.1-a@independent")
    assert found.result["baseline"] == 88.0
    assert found.result["since_baseline"] == 8.0


def test_the_official_line_starts_where_the_plan_says(country: Country) -> None:
    country.accept(literacy({**RISING, 2020: 80.4}), role="official")
    country.publish()
    assert line("XA-2021/1.1-a@official").result["baseline"] == 80.0


@pytest.mark.parametrize(
    ("line_id", "baseline"),
    [("T@official", 80.0), ("T@independent", None), ("T@official:sex=F", None), ("T@independent:sex=F", None)],
)
def test_the_id_tells_whose_start_counts(line_id: str, baseline: float | None) -> None:
    promise = judged_promise({"id": line_id, "target": "T", "promise": {"baseline": 80.0, "baseline_year": 2020.0}})
    assert promise == {"baseline": baseline, "baseline_year": 2020.0}


def test_there_is_an_official_line_also_where_only_others_measure(country: Country) -> None:
    country.accept(literacy({**RISING, 2025: 91.0}))
    Assessment.objects.all().delete()
    country.publish()
    # The plan file reports one official figure for literacy; maternal deaths have none.
    official = line("XA-2021/1.2-a@official")
    assert (official.verdict, official.reason, official.inputs) == ("not_measurable", "no_data", [])
    counts = line("counts:plan=XA-2021@official").result
    assert counts["total"] == 3


def test_a_line_that_takes_another_lines_name_is_found(country: Country) -> None:
    country.accept(literacy(RISING))
    country.publish()
    path = settings.PUBLISHED_DIR / "publications" / "1.jsonl"
    rows = [json.loads(row) for row in path.read_bytes().splitlines()]
    for row in rows:
        if row.get("role") == "independent" and row["method"] != "counts":
            row["role"] = "official"
    content = b"".join(canonical_json(row) + b"\n" for row in rows)
    path.write_bytes(content)
    sentences = [finding.sentence for finding in verify(str(settings.PUBLISHED_DIR)).problems]
    assert any("its id does not name its target and role" in sentence for sentence in sentences)
    assert len(sha256(content)) == 64
