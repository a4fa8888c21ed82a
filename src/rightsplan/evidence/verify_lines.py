"""Recomputes every line of every publication, batch by batch."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence.batches import prepare
from rightsplan.evidence.canonical import canonical_json, sha256
from rightsplan.evidence.recompute import METHODS, assess_points, counts_line, select, series_of
from rightsplan.evidence.source import Source

if TYPE_CHECKING:
    from rightsplan.evidence.verify import Report

Progress = Callable[[str, int, int], None]
Line = dict[str, Any]


def check_publications(
    source: Source, catalogue: Line, entries: list[Line], report: "Report", progress: Progress
) -> None:
    """Check every publication: its hash, its promises, that nothing vanished, and every figure in it."""
    held = [(item, list(lines_of(source, item, report))) for item in catalogue["publications"]]
    parts = series_parts(source, catalogue, [line for _, lines in held for line in lines], report, progress)
    plans = {item["sha256"]: promises_of(source, item, report) for item in catalogue["plans"]}
    withdrawn = {str(e.get("target")) for e in entries if e["kind"] == "withdrawal"}
    before: set[str] = set()
    for number, (item, lines) in enumerate(held, 1):
        check_lines(item, lines, parts, report)
        targets = check_promises(item, lines, plans, report)
        for target in sorted(before - targets - withdrawn):
            report.add(item["file"], f"target {target} was in the publication before and vanished without withdrawal")
        before = targets
        progress("Recomputing publications", number, len(held))


def lines_of(source: Source, item: Line, report: "Report") -> Iterator[Line]:
    """Yield the lines of a publication whose hash, count and form hold."""
    try:
        content = source.read(item["file"])
    except Damaged as damage:
        report.add(damage.where, damage.message)
        return
    if sha256(content) != item["sha256"]:
        report.add(item["file"], "its hash is not the one in the log")
    rows = content.splitlines()
    if len(rows) != item["count"]:
        report.add(item["file"], f"it has {len(rows)} lines, the log says {item['count']}")
    for number, row in enumerate(rows, 1):
        try:
            line = json.loads(row)
            if not (isinstance(line["id"], str) and isinstance(line["result"], dict) and line["method"]):
                raise TypeError("wrong fields")
        except (ValueError, KeyError, TypeError) as error:
            report.add(item["file"], f"line {number} is malformed ({error})")
            continue
        yield line


Key = tuple[str, bytes]


def key_of(item: Mapping[str, Any]) -> Key:
    """Return what identifies one input: batch and filter."""
    return item["batch"], canonical_json(item["where"])


def series_parts(
    source: Source, catalogue: Line, lines: list[Line], report: "Report", progress: Progress
) -> dict[Key, pl.DataFrame]:
    """Check every batch's name and cut out the series that the lines use; one batch is in memory at a time."""
    wanted: dict[str, dict[Key, Line]] = {}
    for line in lines:
        for item in line.get("inputs", []):
            wanted.setdefault(item["batch"], {})[key_of(item)] = item["where"]
    names = [item["batch"] for item in catalogue["batches"]]
    for name in sorted(set(wanted) - set(names)):
        report.add(f"batches/{name}.parquet", "a published line uses it, but the catalogue does not list it")
    parts: dict[Key, pl.DataFrame] = {}
    for number, name in enumerate(names, 1):
        frame = read_checked(source, name, report)
        if frame is not None:
            cut(frame, wanted.get(name, {}), parts, name, report)
        progress("Checking batches", number, len(names))
    return parts


def read_checked(source: Source, name: str, report: "Report") -> pl.DataFrame | None:
    """Return a batch whose content has its name; None after a finding."""
    path = f"batches/{name}.parquet"
    try:
        frame = pl.read_parquet(io.BytesIO(source.read(path)))
        found = prepare(frame)[1]
    except Damaged as damage:
        report.add(damage.where, damage.message)
        return None
    except (pl.exceptions.PolarsError, OSError, Refused) as error:
        report.add(path, f"it cannot be read as a batch ({str(error).splitlines()[0]})")
        return None
    report.count("batches")
    if found != name:
        report.add(path, f"its content has the hash {found[:12]}..., not its name")
        return None
    return frame


def cut(
    frame: pl.DataFrame, wanted: Mapping[Key, Line], parts: dict[Key, pl.DataFrame], name: str, report: "Report"
) -> None:
    """Keep the wanted series of a batch; group the frame once by indicator and place."""
    if not wanted:
        return
    groups = frame.partition_by(["indicator", "place"], as_dict=True)
    for key, where in wanted.items():
        group = groups.get((where.get("indicator"), where.get("place")), frame.clear())
        try:
            parts[key] = select(group, where)
        except Damaged as damage:
            report.add(f"batches/{name}.parquet", damage.message)


def check_lines(item: Line, lines: list[Line], parts: Mapping[Key, pl.DataFrame], report: "Report") -> None:
    """Recompute every line and compare exactly."""
    ids = [line["id"] for line in lines]
    if ids != sorted(set(ids)):
        report.add(item["file"], "lines are double or out of order")
    verdicts = {line["id"]: str(line["result"].get("verdict")) for line in lines if line["method"] != "counts"}
    for line in lines:
        try:
            result = recomputed(line, parts, verdicts)
        except (Refused, Damaged, KeyError, TypeError, ValueError) as error:
            report.add(f"{item['file']} {line['id']}", f"it cannot be recomputed ({error})")
            continue
        report.count("figures recomputed")
        if canonical_json(result) != canonical_json(line["result"]):
            wrong = sorted(k for k in result.keys() | line["result"].keys() if result.get(k) != line["result"].get(k))
            first = wrong[0] if wrong else "result"
            report.add(
                f"{item['file']} {line['id']}",
                f"{first} is published as {line['result'].get(first)!r}, recomputed as {result.get(first)!r}",
            )


def recomputed(line: Line, parts: Mapping[Key, pl.DataFrame], verdicts: Mapping[str, str]) -> Line:
    """Return the result of one line, computed anew."""
    if line["method"] == "counts":
        result: Line = counts_line(line["id"], line["of"], verdicts, line["as_of"])["result"]
        return result
    if (line["method"], line["version"]) not in METHODS:
        raise Damaged(f"this program does not know method {line['method']} version {line['version']}")
    points = series_of(parts[key_of(item)] for item in line["inputs"])
    return assess_points(line["promise"], points, line["as_of"])


def promises_of(source: Source, item: Line, report: "Report") -> dict[str, Line]:
    """Return the promise of every target in a plan file."""
    try:
        document = json.loads(source.read(item["file"]))
        return {t["code"]: t["promise"] for m in document["measures"] for t in m["targets"]}
    except (Damaged, ValueError, KeyError, TypeError) as error:
        report.add(item["file"], f"it is no plan ({error})")
        return {}


def check_promises(item: Line, lines: list[Line], plans: Mapping[str, dict[str, Line]], report: "Report") -> set[str]:
    """Check that every target of the publication's plans has a line and every line the plan's promise."""
    promised: dict[str, Line] = {}
    for digest in item["plans"]:
        if digest not in plans:
            report.add(
                item["file"], f"it rests on plan revision {str(digest)[:12]}..., which the catalogue does not list"
            )
            continue
        promised |= plans[digest]
    judged: set[str] = set()
    for line in lines:
        if line["method"] == "counts":
            continue
        target = str(line.get("target"))
        judged.add(target)
        if target not in promised:
            report.add(f"{item['file']} {line['id']}", "no plan holds this target")
        elif canonical_json(line.get("promise")) != canonical_json(promised[target]):
            report.add(f"{item['file']} {line['id']}", "its promise is not the one in the plan")
    for target in sorted(set(promised) - judged):
        report.add(item["file"], f"target {target} of the plan has no line: a result is missing")
    return judged
