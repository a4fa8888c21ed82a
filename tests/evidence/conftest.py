"""A small published folder, built without Django from two batches, one plan and one publication."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rightsplan.evidence.batches import Description, prepare, read_batch, write_batch
from rightsplan.evidence.canonical import canonical_json, sha256
from rightsplan.evidence.notes import Signer
from rightsplan.evidence.probe import Probe
from rightsplan.evidence.published import (
    copy_batch,
    plan_file,
    publication_bytes,
    publication_file,
    write_catalogue,
    write_document,
)
from rightsplan.evidence.recompute import counts_line, progress_line, select, series_of
from rightsplan.evidence.tiles import write_log
from rightsplan.evidence.verify import Report, verify
from rightsplan.stats.promise import Promise

Alter = Callable[[Callable[[list[dict[str, Any]]], object]], Report]

FILE = "publications/1.jsonl"
ORIGIN = "evidence.example/log"
SIGNER = Signer(ORIGIN, bytes(range(32)))
AS_OF = 2026.0
PROMISES = {
    "XA-2021/1.1-a": Promise(direction="at_least", value=90, year=2025, baseline=80, baseline_year=2020),
    "XA-2021/1.2-a": Promise(direction="at_most", value=10, year=2025),
}
SERIES = {
    "literacy": {2019: 79.0, 2020: 80.0, 2021: 82.0, 2022: 83.5, 2023: 86.0, 2024: 88.0, 2025: 91.0},
    "maternal_deaths": {2020: 14.0, 2021: 13.5, 2022: 12.0, 2023: 11.0},
}


def observations(indicator: str, values: Mapping[int, float], **columns: str) -> pl.DataFrame:
    """Return a series of XA as a frame."""
    rows = [
        {"indicator": indicator, "place": "XA", "period": str(year), "value": value, **columns}
        for year, value in values.items()
    ]
    return pl.DataFrame(rows)


@dataclass
class Published:
    """A published folder; what a test changes is written by `write`."""

    folder: Path
    stored: Path
    entries: list[bytes] = field(default_factory=list)
    contents: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"batches": [], "plans": [], "publications": []}
    )

    def log(self, kind: str, **payload: object) -> int:
        """Add a log entry and return its index."""
        facts = {"kind": kind, "at": "2026-11-23T12:00:00+00:00", "by": "alice", **payload}
        self.entries.append(canonical_json(facts))
        return len(self.entries) - 1

    def add_batch(self, frame: pl.DataFrame) -> str:
        """Store, publish, log and list a batch."""
        clean, name = prepare(frame)
        about = Description(
            batch=name, title="A series", source="office", licence="CC0", role="independent",
            retrieved="2026-11-23", by="alice", rows=frame.height, columns=clean.columns,
        )  # fmt: skip
        write_batch(self.stored, clean, about)
        copy_batch(self.stored, self.folder, name)
        digest = sha256(about.to_bytes())
        index = self.log("batch", batch=name, description=digest)
        self.contents["batches"].append({"batch": name, "description": digest, "log_index": index})
        return name

    def add_plan(self, code: str, promises: Mapping[str, Promise]) -> str:
        """Publish, log and list a plan revision."""
        targets = [{"code": target, "promise": promise.to_dict()} for target, promise in promises.items()]
        content = canonical_json({"plan": code, "measures": [{"code": f"{code}/1", "targets": targets}]})
        file = plan_file(code, sha256(content))
        digest = write_document(self.folder, file, content)
        index = self.log("plan", plan=code, sha256=digest)
        self.contents["plans"].append({"plan": code, "file": file, "sha256": digest, "log_index": index})
        return digest

    def add_publication(self, lines: Sequence[Mapping[str, Any]], plans: Sequence[str]) -> str:
        """Publish, log and list a publication; return its path."""
        number = len(self.contents["publications"]) + 1
        content, file = publication_bytes(lines), publication_file(number)
        digest = write_document(self.folder, file, content)
        index = self.log("publication", number=number, sha256=digest, count=len(lines))
        self.contents["publications"].append(
            {
                "number": number, "file": file, "sha256": digest, "count": len(lines), "log_index": index,
                "plans": list(plans), "as_of": "2026-01-01",
            }
        )  # fmt: skip
        return file

    def line(self, target: str, batch: str, indicator: str, promise: Promise) -> dict[str, Any]:
        """Return the published line of one target."""
        where = {"indicator": indicator, "place": "XA"}
        points = series_of([select(read_batch(self.stored, batch), where)])
        facts = {
            "id": f"{target}@independent", "target": target, "role": "independent", "place": "XA", "group": {},
            "inputs": [{"batch": batch, "where": where}], "as_of": AS_OF, "promise": promise.to_dict(),
        }  # fmt: skip
        return progress_line(facts=facts, points=points)

    def write(self) -> None:
        """Write log and catalogue."""
        write_log(self.folder / "log", self.entries, signer=SIGNER, origin=ORIGIN)
        self.write_catalogue()

    def write_catalogue(self, **changes: object) -> None:
        """Write the catalogue alone."""
        log = {"origin": ORIGIN, "verifier_key": SIGNER.verifier_key}
        write_catalogue(self.folder, site="http://evidence.example", log=log, contents={**self.contents, **changes})

    def resign(self) -> None:
        """Write the log anew as somebody who holds the key and does not care about the old one."""
        (self.folder / "log" / "checkpoint").unlink()
        self.write()

    def lines(self, number: int = 1) -> list[dict[str, Any]]:
        """Return the lines of a publication as objects."""
        rows = (self.folder / publication_file(number)).read_bytes().splitlines()
        return [json.loads(row) for row in rows]

    def rewrite_publication(self, content: bytes, *, count: int | None = None) -> None:
        """Replace publication 1 and its hash everywhere, as somebody who holds the key could."""
        item = self.contents["publications"][0]
        (self.folder / item["file"]).write_bytes(content)
        item["sha256"], item["count"] = sha256(content), len(content.splitlines()) if count is None else count
        entry = json.loads(self.entries[item["log_index"]])
        self.entries[item["log_index"]] = canonical_json({**entry, "sha256": item["sha256"], "count": item["count"]})
        self.resign()

    def verify(self, **options: str) -> Report:
        """Check the folder."""
        return verify(str(self.folder), **options)


def problems(report: Report) -> list[tuple[str, str]]:
    """Return what a report found, as pairs of place and sentence."""
    return [(finding.where, finding.sentence) for finding in report.problems]


def one(report: Report, where: str, sentence: str) -> None:
    """Say that a report names a place with a sentence."""
    assert any(place == where and sentence in said for place, said in problems(report)), problems(report)
    assert not report.ok


def relist(published: Published, name: str, edit: Callable[[list[dict[str, Any]]], object]) -> Report:
    """Change one list of the catalogue and check the folder."""
    items = [dict(item) for item in published.contents[name]]
    edit(items)
    published.write_catalogue(**{name: items})
    return published.verify()


def build(folder: Path) -> Published:
    """Write the folder that most tests start from."""
    made = Published(folder / "published", folder / "stored")
    first = made.add_batch(observations("literacy", SERIES["literacy"]))
    second = made.add_batch(observations("maternal_deaths", SERIES["maternal_deaths"]))
    plan = made.add_plan("XA-2021", PROMISES)
    lines = [
        made.line("XA-2021/1.1-a", first, "literacy", PROMISES["XA-2021/1.1-a"]),
        made.line("XA-2021/1.2-a", second, "maternal_deaths", PROMISES["XA-2021/1.2-a"]),
    ]
    verdicts = {line["id"]: line["result"]["verdict"] for line in lines}
    lines.append(counts_line("counts:plan=XA-2021@independent", sorted(verdicts), verdicts, AS_OF))
    made.add_publication(lines, [plan])
    made.write()
    return made


@pytest.fixture(scope="session")
def probe() -> Iterator[Probe]:
    """Return one reading process for all tests: starting one takes longer than most of them."""
    with Probe() as started:
        yield started


@pytest.fixture(autouse=True)
def shared_probe(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every check use that process."""
    monkeypatch.setattr("rightsplan.evidence.verify_lines.Probe", lambda: nullcontext(probe))


@pytest.fixture
def published(tmp_path: Path) -> Published:
    """Return a small published folder."""
    return build(tmp_path)


@pytest.fixture
def alter(published: Published) -> Alter:
    """Return a function that changes the lines of publication 1, hashes and all, and checks the folder."""

    def change(edit: Callable[[list[dict[str, Any]]], object]) -> Report:
        lines = published.lines()
        edit(lines)
        published.rewrite_publication(b"".join(canonical_json(line) + b"\n" for line in lines))
        return published.verify()

    return change
