"""Whatever is in a file, every importer stores it or refuses it with a remedy; there is no third way."""

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rightsplan.bodies import tables as trees
from rightsplan.errors import Refused
from rightsplan.indicators import definitions, intake
from rightsplan.indicators.models import Batch
from rightsplan.indicators.sources import read_sidecar
from rightsplan.plans.tables import FILE_COLUMNS

from .conftest import BODIES, INDICATORS, NOW, PLACES, PLAN, Country, facts
from .messages import MESSAGES

DATA = "indicator,place,sex,period,value,lower,upper,status,note,unit\nliteracy,XA,F,2020,80,79,81,,,%\n"
TEXTS = {"places": PLACES, "bodies": BODIES, "definitions": INDICATORS, "plan": PLAN, "data": DATA}
COLUMNS = {
    "places": ["code", "name", "level", "parent", "iso3", "note", "language", "name_zh"],
    "bodies": ["code", "name", "kind", "level", "parent", "place", "url", "language"],
    "definitions": [*definitions.REQUIRED, *definitions.OPTIONAL],
    "plan": [*FILE_COLUMNS, "measure_title_fr"],
    "data": ["indicator", "place", "sex", "period", "value", "lower", "upper", "status", "note", "unit", "unit_mult"],
}
CELLS = [
    "", "", "XA", "XA", "XA-N", "XB", "XA/gov", "XA/health", "XA-2021", "literacy", "literacy",
    "maternal_deaths", "4.6.1", "country", "region", "ministry", "national", "percent", "%", "higher", "none",
    "education", "health;x", "at least", ">", "change by", "about", "quantitative", "qualitative", "process",
    "binding", "yes", "no", "1", "1.1", "2021", "2025", "2020-Q1", "2020-02-30", "0000", "9999-12",
    "2025-12-31", "1e5", "1e400", "-1", "1,234", "1,5", "12%", "..", "inf", "nan", "(5)", "5*", "٣", "a",
    "sex=F", "sex=", "=", ";", "85;86", "2022;2023", "over 90", "en", "zh-hant", "x" * 500, "https://x.example",
    "北京", "\u202e", "'; DROP TABLE", "{value}", "{0}", "%s", "_T", "break", "\x7f", "é", "2025.0", "10" * 80,
    "None", "null", "http://[", "𠮷", "\ufeff",
]  # fmt: skip
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
Importer = Callable[[bytes], "Refused | None"]


@pytest.fixture
def importers(country: Country) -> Iterator[dict[str, Importer]]:
    """Return every importer; what it stores is taken back."""
    path = country.folder / "file"
    by: dict[str, Any] = {"by": country.alice}
    calls: dict[str, Callable[[], object]] = {
        "places": lambda: intake.places(path, **by),
        "bodies": lambda: intake.bodies(path, **by),
        "definitions": lambda: intake.definitions(path, **by),
        "plan": lambda: intake.plan(path, **by, now=NOW),
        "data": lambda: intake.data(path, **by, facts=facts(), now=NOW, accept="tried"),
        "boundaries": lambda: trees.read_boundaries(path, {"XA"}, trees.Problems()),
        "sidecar": lambda: read_sidecar(path),
    }

    def bound(call: Callable[[], object]) -> Importer:
        def attempt(content: bytes) -> Refused | None:
            path.write_bytes(content)
            try:
                with transaction.atomic():
                    call()
                    transaction.set_rollback(True)
            except Refused as refusal:
                return refusal
            return None

        return attempt

    yield {name: bound(call) for name, call in calls.items()}
    assert not Batch.objects.exists()


def tried(importers: dict[str, Importer], content: bytes, *names: str) -> None:
    """Import; fail on anything but success or a refusal that says what to do."""
    for name in names or importers:
        refusal = importers[name](content)
        if refusal is not None:
            assert refusal.message
            assert refusal.remedy or all(p.remedy for p in refusal.problems)


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@example(b"<")
@example(b"\x1f\x8b<")
@example(gzip.compress(b"<a/>", mtime=0))
@example(b'{"features": [{}, 5, null, {"properties": {"code": "XA"}, "geometry": {"type": []}}]}')
@given(st.binary(max_size=120))
def test_any_bytes(importers: dict[str, Importer], content: bytes) -> None:
    tried(importers, content)


def rows(kind: str) -> st.SearchStrategy[bytes]:
    """Return files with the right columns, some left out, and any cells."""
    names = COLUMNS[kind]

    def written(drawn: tuple[list[str], list[list[str]]]) -> bytes:
        left_out, lines = drawn
        kept = [name for name in names if name not in left_out]
        buffer = io.StringIO()
        csv.writer(buffer).writerows([kept, *(line[: len(kept)] for line in lines)])
        return buffer.getvalue().encode()

    line = st.lists(st.sampled_from(CELLS), min_size=len(names), max_size=len(names))
    left_out = st.lists(st.sampled_from(names[4:]), max_size=3)
    return st.tuples(left_out, st.lists(line, min_size=1, max_size=4)).map(written)


@pytest.mark.parametrize("kind", COLUMNS)
def test_any_cells_under_the_right_columns(importers: dict[str, Importer], kind: str) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
    @given(rows(kind))
    def attempt(content: bytes) -> None:
        tried(importers, content, kind)

    attempt()


@pytest.mark.parametrize("kind", TEXTS)
def test_a_right_file_with_a_few_wrong_cells(importers: dict[str, Importer], kind: str) -> None:
    header, *lines = csv.reader(io.StringIO(TEXTS[kind]))
    accepted = 0
    for seed in range(80):
        rng = random.Random(seed)
        changed = [list(line) for line in lines]
        for _ in range(rng.randint(1, 2)):
            rng.choice(changed)[rng.randrange(len(header))] = rng.choice(CELLS)
        buffer = io.StringIO()
        csv.writer(buffer).writerows([header, *changed])
        refusal = importers[kind](buffer.getvalue().encode())
        accepted += refusal is None
        assert refusal is None or refusal.problems or refusal.remedy
    assert 0 < accepted < 80


def test_a_right_file_damaged_anywhere(importers: dict[str, Importer]) -> None:
    for kind, text in TEXTS.items():
        for seed in range(15):
            rng = random.Random(seed)
            content = bytearray(text.encode())
            for _ in range(rng.randint(1, 3)):
                content[rng.randrange(len(content))] = rng.randrange(256)
            tried(importers, bytes(content), kind)


def test_an_sdmx_message_damaged_anywhere(importers: dict[str, Importer]) -> None:
    for content in MESSAGES.values():
        for seed in range(15):
            rng = random.Random(seed)
            changed = bytearray(content)
            start = rng.randrange(len(changed))
            if seed % 2:
                changed[start] = rng.randrange(256)
            else:
                del changed[start : start + rng.randint(1, 60)]
            tried(importers, bytes(changed), "data")


def test_a_right_file_of_one_kind_is_no_file_of_another(importers: dict[str, Importer], tmp_path: Path) -> None:
    for kind, text in TEXTS.items():
        for other in COLUMNS:
            refusal = importers[other](text.encode())
            assert (refusal is None) == (kind == other)
