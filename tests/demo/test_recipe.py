"""The bundled data: complete, sourced, loadable part by part, and judged as their notes say."""

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings

import rightsplan
from rightsplan import vocabulary
from rightsplan.bodies.models import Place
from rightsplan.demo import load as demo
from rightsplan.errors import Refused
from rightsplan.evidence.verify import verify
from rightsplan.indicators import intake
from rightsplan.indicators.models import Batch, Publication
from rightsplan.plans import tables as plans
from rightsplan.plans.models import Measure, Plan, Target
from rightsplan.stats.progress import VERDICTS
from rightsplan.stats.promise import DIRECTIONS

FOLDER = Path(demo.__file__).parent
DATA = FOLDER / "data"
STEPS = demo.read_recipe(FOLDER, None)
PARTS = sorted({step["file"].split("/")[0] for step in STEPS})
WITH_PLAN = sorted({step["file"].split("/")[0] for step in STEPS if step["import"] == "plan"})
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OTHER_LANGUAGES = ["zh", "fr", "es", "ru", "ar"]


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a bundled CSV file."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plan_rows(part: str) -> list[dict[str, str]]:
    """Return the rows of all plan files of a part."""
    return [
        row
        for step in STEPS
        if step["import"] == "plan" and step["file"].startswith(part)
        for row in rows_of(step["file"])
    ]


def target_rows(part: str) -> list[dict[str, str]]:
    """Return those of them that promise something."""
    return [row for row in plan_rows(part) if any(row.get(column) for column in plans.TARGET_COLUMNS)]


def silent(*_said: object) -> None:
    """Say nothing."""


def load(part: str | None = None) -> dict[str, Any]:
    """Run the recipe."""
    return demo.load(part=part, say=silent, progress=silent)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the day stand still: verdicts depend on it."""
    monkeypatch.setattr(intake, "clock", lambda: NOW)


def verdicts() -> dict[str, str]:
    """Return the official verdict of every target as a whole in the current publication."""
    found = Publication.objects.get(number=1).assessments.filter(role="official", group="", target__isnull=False)
    return dict(found.values_list("target__code", "verdict"))


# What lies in the folder


def test_every_bundled_file_is_loaded_or_described() -> None:
    files = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()}
    named = {step[key] for step in STEPS for key in ["file", "boundaries", "source"] if step.get(key)}
    assert files - named == {f"{part}/SOURCES.md" for part in PARTS}
    assert named - files == set()


def test_no_file_is_loaded_twice() -> None:
    assert [file for file, count in Counter(step["file"] for step in STEPS).items() if count > 1] == []


@pytest.mark.parametrize("part", PARTS)
def test_the_sources_of_a_part_name_its_files(part: str) -> None:
    text = (DATA / part / "SOURCES.md").read_text(encoding="utf-8")
    assert "Apache-2.0" in text
    patterns = [re.escape(p).replace(r"\*", ".*") for p in re.findall(r"[\w*./-]+\.(?:csv\.gz|csv|geojson)", text)]
    files = [path.name for path in (DATA / part).iterdir() if path.suffix in {".csv", ".gz", ".geojson"}]
    assert part == "example" or [name for name in files if not any(re.fullmatch(p, name) for p in patterns)] == []


def test_every_step_says_why_and_every_data_file_has_a_source() -> None:
    kinds = {"places", "bodies", "indicators", "plan", "data"}
    for step in STEPS:
        assert step["why"]
        assert step["import"] in kinds
        assert set(step) <= {"why", "import", "file", "boundaries", "source", "accept"}
        if step["import"] == "data":
            facts = json.loads((DATA / step["source"]).read_text(encoding="utf-8"))
            assert {"title", "source", "licence", "role", "retrieved", "url"} <= {k for k, v in facts.items() if v}


@pytest.mark.parametrize("kind", ["places", "indicators"])
def test_what_two_files_define_is_the_same_in_both(kind: str) -> None:
    seen: dict[str, dict[str, str]] = {}
    for step in (s for s in STEPS if s["import"] == kind):
        for row in rows_of(step["file"]):
            filled = {name: value for name, value in row.items() if value}
            assert seen.setdefault(row["code"], filled) == filled, (step["file"], row["code"])
    assert len(seen) > 50


# What the plans say


def test_the_chinese_plans_have_each_of_the_118_rows_once() -> None:
    rows = target_rows("china")
    counts = Counter(row["plan"] for row in rows)
    assert counts == {
        "CN-2009": 23, "CN-2012": 12, "CN-2016": 43, "CN-2021": 11, "CN-14FYP": 9, "CN-14FYP-SERVICES": 14,
        "CN-14FYP-DISABILITY": 6,
    }  # fmt: skip
    assert counts.total() == 118
    promises = [(r["plan"], r["indicator"], r["group"], r["target_value"], r["reported_result"]) for r in rows]
    assert len(set(promises)) == 118
    assert sum(bool(row["source_result"]) for row in rows) == 40


def test_the_swedish_plan_has_each_of_the_208_assignments_once() -> None:
    rows = target_rows("sweden")
    addresses = [row["source_target"].rsplit(" ", 1)[1] for row in rows]
    assert len(rows) == len(set(addresses)) == 208
    assert all(address.startswith("https://www.regeringen.se/regeringsuppdrag/") for address in addresses)
    assert Counter(row["kind"] for row in rows) == {"process": 162, "qualitative": 46}
    assert [r["measure"] for r in rows if r["kind"] == "process" and not r["due"].startswith(r["target_year"])] == []


@pytest.mark.parametrize("part", WITH_PLAN)
def test_every_promise_and_every_result_has_a_source(part: str) -> None:
    rows = target_rows(part)
    assert rows
    assert [row for row in rows if not (row.get("source_target") or row.get("source_result"))] == []
    told = [row for row in rows if row.get("reported_result") or row.get("reported_view")]
    assert [row for row in told if not row["source_result"]] == []


@pytest.mark.parametrize("part", ["china", "example"])
@pytest.mark.parametrize("base", plans.TEXTS)
def test_every_title_is_there_in_six_languages(part: str, base: str) -> None:
    rows = [row for row in plan_rows(part) if row[base]]
    assert len(rows) >= 3
    missing = [(r[base], code) for r in rows for code in OTHER_LANGUAGES if not r[f"{base}_{code}"].strip()]
    assert missing == []
    for code, letters in {"zh": r"[\u4e00-\u9fff]", "ru": r"[\u0400-\u04ff]", "ar": r"[\u0600-\u06ff]"}.items():
        assert [r[base] for r in rows if not re.search(letters, r[f"{base}_{code}"])] == []


def test_the_swedish_titles_are_swedish_and_english() -> None:
    rows = [row for row in plan_rows("sweden") if row["measure_title"]]
    assert {row["language"] for row in rows} == {"sv"}
    assert [row["measure"] for row in rows if row["measure_title"] == row["measure_title_en"]] == []
    assert [row["measure"] for row in rows if not row["measure_title_en"]] == []


def test_the_example_uses_every_column_and_every_kind_of_promise() -> None:
    rows = plan_rows("example")
    used = {column for row in rows for column, value in row.items() if value}
    assert set(plans.FILE_COLUMNS) - used == {"language"}
    assert {row["direction"].replace(" ", "_") for row in rows if row["direction"]} == set(DIRECTIONS)
    assert {row["kind"] for row in rows if row["kind"]} == set(vocabulary.codes("target_kinds"))
    assert {row["force"] for row in rows if row["force"]} == {"binding", "expected"}
    assert {row["is_example"] for row in rows if row["plan_title"]} == {"yes"}
    assert any(row["measure"] and not any(row[c] for c in plans.TARGET_COLUMNS) for row in rows)
    assert {row["measured_as"] for row in rows_of("example/indicators.csv")} == {"level", "count", "change"}


# What becomes of it


@pytest.mark.django_db
@pytest.mark.parametrize("part", WITH_PLAN)
def test_a_part_with_a_plan_loads_publishes_and_verifies_by_itself(part: str) -> None:
    outcome = load(part)
    assert outcome["changed"]
    assert Target.objects.count() == len(target_rows(part))
    assert Measure.objects.count() == len({(r["plan"], r["measure"]) for r in plan_rows(part)})
    assert outcome["lines"] == Publication.objects.get(number=outcome["publication"]).count > Target.objects.count()
    report = verify(str(settings.PUBLISHED_DIR))
    assert report.problems == []
    assert report.ok


@pytest.mark.django_db
@pytest.mark.parametrize("part", sorted(set(PARTS) - set(WITH_PLAN)))
def test_a_part_without_a_plan_loads_and_says_that_nothing_can_be_published(part: str) -> None:
    outcome = load(part)
    assert (outcome["publication"], outcome["lines"], outcome["changed"]) == (None, 0, True)
    assert "No plan" in outcome["sentence"]
    files = [step["file"] for step in STEPS if step["import"] == "data" and step["file"].startswith(part)]
    assert sorted(Batch.objects.values_list("file", flat=True)) == sorted(file.split("/")[1] for file in files)
    kept = sum(pl.read_parquet(path).height for path in settings.BATCH_DIR.glob("*.parquet"))
    assert kept == sum(pl.read_csv(DATA / file, infer_schema_length=0).height for file in files)


@pytest.mark.django_db
def test_loading_again_changes_nothing() -> None:
    first = load("example")
    second = load("example")
    assert second == {**first, "changed": False}
    assert Publication.objects.count() == 1


def test_an_unknown_part_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused) as refusal:
        demo.read_recipe(FOLDER, "atlantis")
    assert refusal.value.remedy == f"Choose one of: {', '.join(PARTS)}"


@pytest.mark.django_db
def test_the_example_comes_to_every_verdict() -> None:
    load("example")
    found = verdicts()
    assert set(found.values()) == set(VERDICTS)
    assert found["XA-LINDHOLM/1.1-a"] == "on_track"
    assert found["XA-LINDHOLM/2.1-a"] == "moving_away"
    assert all(Plan.objects.values_list("is_example", flat=True))


@pytest.mark.django_db
def test_the_chinese_plans_follow_each_other_and_rest_on_a_parent() -> None:
    load("china")
    links = {p.code: (str(p.predecessor or ""), str(p.parent_plan or "")) for p in Plan.objects.all()}
    assert links == {
        "CN-2009": ("", ""), "CN-2012": ("CN-2009", ""), "CN-2016": ("CN-2012", ""), "CN-2021": ("CN-2016", "CN-14FYP"),
        "CN-14FYP": ("", ""), "CN-14FYP-SERVICES": ("", "CN-14FYP"), "CN-14FYP-DISABILITY": ("", "CN-14FYP"),
    }  # fmt: skip
    provinces = Place.objects.filter(level="province", parent__code="CN")
    assert provinces.count() == provinces.exclude(boundary=None).count() == 31


@pytest.mark.django_db
def test_the_note_on_the_chinese_results_names_every_one_that_is_not_met() -> None:
    load("china")
    found = verdicts()
    note = (DATA / "china" / "SOURCES.md").read_text(encoding="utf-8").split("## Official results")[1]
    note = note.split("\n## ")[0]
    told = Target.objects.exclude(reported_source="").values_list("code", flat=True)
    met = {code for code in told if found[code] == "met"}
    assert len(told) == 40
    assert f"of these, {len(met)} are judged as met" in note
    assert set(re.findall(r"CN-[\w-]+/[\d.]+-[a-z]", note)) == set(told) - met
    assert {found[code] for code in set(told) - met} == {"not_measurable"}


@pytest.mark.django_db
def test_an_independent_series_stands_beside_the_official_one_where_the_world_data_have_one() -> None:
    for part in ["world", "china"]:
        outcome = load(part)
    lines = Publication.objects.get(number=outcome["publication"]).assessments.filter(role="independent", group="")
    assert set(lines.values_list("target__indicator", flat=True)) - {None} == {
        "life_expectancy", "infant_mortality", "under5_mortality", "maternal_mortality",
    }  # fmt: skip


NAMED = re.compile(r"""China|Sweden|Swedish|["'](?:CN|SE)["']""")


def test_no_country_stands_in_the_program() -> None:
    source = Path(rightsplan.__file__).parent
    examples = source / "stats" / "catalogue"  # says whose figures the bundled examples hold
    files = [path for path in source.rglob("*.py") if not {DATA, examples} & set(path.parents)]
    found = [(path.name, hit[0]) for path in files for hit in NAMED.finditer(path.read_text(encoding="utf-8"))]
    assert len(files) > 100
    assert found == []


@pytest.mark.parametrize("code", ['if place == "CN":', "SPECIAL = {'SE'}", "# as in Sweden"])
def test_a_country_in_the_program_would_be_found(code: str) -> None:
    assert NAMED.search(code)
