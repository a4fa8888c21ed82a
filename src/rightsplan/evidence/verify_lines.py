"""Recomputes every line of every publication, batch by batch."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence.batches import parquet_of
from rightsplan.evidence.canonical import canonical_json, parse_json, sha256
from rightsplan.evidence.probe import Probe
from rightsplan.evidence.recompute import METHODS, assess_points, counts_line, judged_promise, select, series_of
from rightsplan.evidence.source import Source

if TYPE_CHECKING:
    from rightsplan.evidence.verify import Report

Progress = Callable[[str, int, int], None]
Line = dict[str, Any]


def check_publications(
    source: Source, catalogue: Line, entries: list[Line], report: "Report", progress: Progress
) -> None:
    """Check every publication: its hash, its promises, that nothing vanished, and every figure in it."""
    in_order = sorted(catalogue["publications"], key=lambda item: int(item["log_index"]))
    held = [(item, list(lines_of(source, item, report))) for item in in_order]
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
        report.add(item["file"], f"it has {len(rows)} lines, the catalogue says {item['count']}")
    for number, row in enumerate(rows, 1):
        try:
            yield checked_line(row)
        except (ValueError, KeyError, TypeError) as error:
            report.add(item["file"], f"line {number} is malformed ({type(error).__name__}: {error})")


def checked_line(row: bytes) -> Line:
    """Return a line whose fields have the types on which the checks rest. Raises ValueError, KeyError or TypeError."""
    line: Line = parse_json(row)
    if canonical_json(line) != row:
        raise ValueError("it is no canonical JSON")
    if not (isinstance(line["id"], str) and isinstance(line["result"], dict) and isinstance(line["method"], str)):
        raise TypeError("id, method or result has the wrong type")
    for item in line.get("inputs", []):
        batch, where = item["batch"], item["where"]
        if not (isinstance(batch, str) and isinstance(where, dict) and all(isinstance(v, str) for v in where.values())):
            raise TypeError("an input is not made of text")
    return line


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
    with Probe() as probe:
        for number, name in enumerate(names, 1):
            parts |= parts_of(source, name, wanted.get(name, {}), report, probe)
            progress("Checking batches", number, len(names))
    return parts


def parts_of(
    source: Source, name: str, wanted: Mapping[Key, Line], report: "Report", probe: Probe
) -> dict[Key, pl.DataFrame]:
    """Return the wanted series of one batch, if its content has its name; nothing after a finding."""
    path = f"batches/{name}.parquet"
    try:
        content = source.read(path)
        found = probe.name_of(content, path)
        report.count("batches")
        if found != name:
            raise Damaged(f"its content has the hash {found[:12]}..., not its name", path)
        return cut(parquet_of(content, path), wanted, path) if wanted else {}
    except Damaged as damage:
        report.add(damage.where or path, damage.message)
        return {}


def cut(frame: pl.DataFrame, wanted: Mapping[Key, Line], path: str) -> dict[Key, pl.DataFrame]:
    """Return the wanted series of a batch; the frame is grouped once by indicator and place. Raises Damaged."""
    if not {"indicator", "place", "period", "value"} <= set(frame.columns):
        raise Damaged("it lacks one of the columns indicator, place, period and value", path)
    groups = frame.partition_by(["indicator", "place"], as_dict=True)
    try:
        return {
            key: select(groups.get((where.get("indicator"), where.get("place")), frame.clear()), where)
            for key, where in wanted.items()
        }
    except pl.exceptions.PolarsError as error:  # text is asked of a column of numbers
        raise Damaged(f"a published line cannot be cut from it ({str(error).splitlines()[0]})", path) from error


def check_lines(item: Line, lines: list[Line], parts: Mapping[Key, pl.DataFrame], report: "Report") -> None:
    """Recompute every line and compare exactly."""
    ids = [line["id"] for line in lines]
    if ids != sorted(set(ids)):
        report.add(item["file"], "lines are double or out of order")
    verdicts = {line["id"]: str(line["result"].get("verdict")) for line in lines if line["method"] != "counts"}
    for line in lines:
        try:
            result = recomputed(line, parts, verdicts)
        except RECOMPUTING_FAILS as error:
            report.add(f"{item['file']} {line['id']}", f"it cannot be recomputed ({type(error).__name__}: {error})")
            continue
        report.count("figures recomputed")
        if canonical_json(result) != canonical_json(line["result"]):
            report.add(f"{item['file']} {line['id']}", first_difference(line["result"], result))


def first_difference(published: Line, result: Line) -> str:
    """Say in which field a published result differs from the recomputed one; 91 and 91.0 are different."""
    for name in sorted(published.keys() | result.keys()):
        both = [canonical_json(values[name]) if name in values else b"" for values in (published, result)]
        if both[0] != both[1]:
            shown = [repr(values[name]) if name in values else "nothing" for values in (published, result)]
            return f"{name} is published as {shown[0]}, recomputed as {shown[1]}"
    return "it differs from what is recomputed"


# What the wrong types and numbers of a forged line raise somewhere in the statistics.
RECOMPUTING_FAILS = (Refused, Damaged, KeyError, TypeError, ValueError, AttributeError, ArithmeticError)


def recomputed(line: Line, parts: Mapping[Key, pl.DataFrame], verdicts: Mapping[str, str]) -> Line:
    """Return the result of one line, computed anew."""
    if line["method"] == "counts":
        result: Line = counts_line(line["id"], line["of"], verdicts, line["as_of"])["result"]
        return result
    if (line["method"], line["version"]) not in METHODS:
        raise Damaged(f"this program does not know method {line['method']} version {line['version']}")
    for item in line["inputs"]:
        if key_of(item) not in parts:
            raise Damaged(f"its batch {item['batch'][:12]}... does not hold")
    points = series_of(parts[key_of(item)] for item in line["inputs"])
    return assess_points(judged_promise(line), points, line["as_of"], line["version"])


def promises_of(source: Source, item: Line, report: "Report") -> dict[str, Line]:
    """Return the promise of every target in a plan file."""
    try:
        document = parse_json(source.read(item["file"]))
        return {str(t["code"]): t["promise"] for m in document["measures"] for t in m["targets"]}
    except Damaged:  # reported with the file's hash already
        return {}
    except (ValueError, KeyError, TypeError) as error:
        report.add(item["file"], f"it is no plan ({type(error).__name__}: {error})")
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
        if str(line["id"]).partition(":")[0] != f"{target}@{line.get('role')}":
            report.add(f"{item['file']} {line['id']}", "its id does not name its target and role")
        if target not in promised:
            report.add(f"{item['file']} {line['id']}", "no plan holds this target")
        elif canonical_json(line.get("promise")) != canonical_json(promised[target]):
            report.add(f"{item['file']} {line['id']}", "its promise is not the one in the plan")
    for target in sorted(set(promised) - judged):
        report.add(item["file"], f"target {target} of the plan has no line: a result is missing")
    return judged
