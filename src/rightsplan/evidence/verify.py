"""Checks a published folder or site from outside: hashes, log, signatures, and every published figure anew.

Needs neither Django nor a database. One batch is in memory at a time, and once more in the process that tries it first.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence.canonical import parse_json, sha256
from rightsplan.evidence.notes import Checkpoint, Verifier
from rightsplan.evidence.published import FORMAT, plan_file, publication_file
from rightsplan.evidence.source import Source, open_source
from rightsplan.evidence.tiles import WIDTH, LogReader, spans, tile_path
from rightsplan.evidence.tree import EMPTY_ROOT, Tree, leaf_hash, verify_consistency
from rightsplan.evidence.verify_lines import check_publications

Progress = Callable[[str, int, int], None]
ATTEMPTS = 3  # somebody may publish between the reading of the catalogue and of the log


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold."""

    where: str
    sentence: str


@dataclass(slots=True)
class Report:
    """What was checked and what does not hold."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether everything holds."""
        return not self.problems

    def add(self, where: str, sentence: str) -> None:
        """Note one thing that does not hold."""
        self.problems.append(Finding(where, sentence))

    def count(self, what: str, number: int = 1) -> None:
        """Note that something was checked."""
        self.counts[what] = self.counts.get(what, 0) + number

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON can hold it."""
        return {"ok": self.ok, "checked": self.counts, "problems": [asdict(p) for p in self.problems]}


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def verify(where: str, *, key: str | None = None, checkpoint: str | None = None, progress: Progress = silent) -> Report:
    """Check everything published at a folder or address and return the report.

    `key` pins the log's verifier key; `checkpoint` is an earlier signed note that the present log must extend.
    Damage never raises: it becomes a finding that names the file. What is published while it is read is read again.
    Raises NotFound for a folder that does not exist, Refused for an address without an answer and a malformed `key`.
    """
    source = open_source(where)
    pinned = Verifier.parse(key) if key else None
    try:
        catalogue = read_catalogue(source)
        for _attempt in range(ATTEMPTS):
            report = Report()
            entries = check_log(source, catalogue, report, pinned=pinned, earlier=checkpoint)
            if entries is not None:
                check_listing(catalogue, entries, report)
            seen, catalogue = catalogue, read_catalogue(source)
            if catalogue == seen:
                break
    except Damaged as damage:
        report = Report()
        report.add("catalogue.json", damage.message)
        return report
    check_files(source, catalogue, report)
    check_publications(source, catalogue, entries or [], report, progress)
    return report


def read_catalogue(source: Source) -> dict[str, Any]:
    """Return the catalogue. Raises Damaged where it is missing or not of the known form."""
    try:
        catalogue: dict[str, Any] = parse_json(source.read("catalogue.json"))
        for name, fields in LISTS.items():
            if not isinstance(catalogue[name], list):
                raise TypeError(f"{name} is no list")
            for item in catalogue[name]:
                check_item(name, item, fields)
        if catalogue["format"] != FORMAT:
            raise ValueError(f"format is {catalogue['format']!r}, expected {FORMAT!r}")
        if not isinstance(catalogue["origin"], str) or not isinstance(catalogue["verifier_key"], str):
            raise TypeError("origin or verifier_key is no text")
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"it is malformed ({type(error).__name__}: {error})", "catalogue.json") from error
    return catalogue


def check_item(name: str, item: Any, fields: dict[str, type]) -> None:
    """Raise TypeError or KeyError where an item of a list does not have the wanted fields."""
    for wanted, kind in fields.items():
        if not isinstance(item[wanted], kind) or isinstance(item[wanted], bool):
            raise TypeError(f"{name}: {wanted} is {item[wanted]!r:.60}")
    if not all(isinstance(digest, str) for digest in item.get("plans", [])):
        raise TypeError(f"{name}: plans holds something that is no text")


LISTS: dict[str, dict[str, type]] = {
    "batches": {"batch": str, "description": str, "log_index": int},
    "plans": {"plan": str, "file": str, "sha256": str, "log_index": int},
    "publications": {"number": int, "file": str, "sha256": str, "count": int, "log_index": int, "plans": list},
}


def check_log(
    source: Source,
    catalogue: dict[str, Any],
    report: Report,
    *,
    pinned: Verifier | None,
    earlier: str | None,
) -> list[dict[str, Any]] | None:
    """Check signature, tiles, bundles and consistency; return the log's entries, None where they cannot be read."""
    reader = LogReader(source)
    try:
        verifier = pinned or Verifier.parse(catalogue["verifier_key"])
        state = Checkpoint.parse(verifier.open(reader.note()))
        if state.origin != catalogue["origin"]:
            report.add("log/checkpoint", f"its origin is {state.origin!r}, the catalogue says {catalogue['origin']!r}")
        tree = reader.tree(state.size)
        raw = list(reader.entries(state.size))
    except Refused as refusal:
        report.add("catalogue.json", refusal.message)
        return None
    except Damaged as damage:
        report.add(damage.where or "log", damage.message)
        return None
    tree = check_tree(reader, tree, raw, state, report)
    if earlier is not None:
        check_growth(tree, verifier, earlier, state, report)
    return parsed(raw, report)


def check_tree(reader: LogReader, tree: Tree, raw: list[bytes], state: Checkpoint, report: Report) -> Tree:
    """Check that entries, tiles and the signed root agree, and name the file that does not.

    Return the tree that has the signed root, where there is one.
    """
    grown = Tree(leaf_hash(entry) for entry in raw)
    entries_hold, tiles_hold = grown.root() == state.root, tree.root() == state.root
    for number, width in spans(state.size):
        part = slice(number * WIDTH, number * WIDTH + width)
        pairs = zip(grown.levels[0][part], tree.levels[0][part], strict=True)
        wrong = [number * WIDTH + i for i, (entry, leaf) in enumerate(pairs) if entry != leaf]
        if wrong:
            kind = 0 if entries_hold else "entries"
            sentence = f"the hash of entry {wrong[0]} is another one in {'the entries' if entries_hold else 'the tile'}"
            report.add(f"{reader.base}/{tile_path(kind, number, width)}", sentence)
    if not (entries_hold or tiles_hold):
        report.add("log/checkpoint", "neither the entries nor the tiles lead to the signed root")
    held = grown if entries_hold else tree
    for path, expected in reader.upper_tiles(held):
        try:
            if reader.source.read(path) != expected:
                report.add(path, "the tile does not match the tiles below it")
        except Damaged as damage:
            report.add(damage.where, damage.message)
    report.count("log entries", len(raw))
    return held


def check_growth(tree: Tree, verifier: Verifier, earlier: str, state: Checkpoint, report: Report) -> None:
    """Prove that the present log extends an earlier checkpoint."""
    try:
        old = Checkpoint.parse(verifier.open(earlier))
    except Damaged as damage:
        report.add("the earlier checkpoint", damage.message)
        return
    if old.origin != state.origin:
        report.add("the earlier checkpoint", f"it is of the log {old.origin!r}, not of {state.origin!r}")
        return
    if old.size > state.size:
        report.add("log", f"it has {state.size} entries; the earlier checkpoint had {old.size}")
        return
    if not extends(tree, old, state):
        report.add("log", f"it does not extend the earlier checkpoint of {old.size} entries")
    report.count("consistency proofs")


def extends(tree: Tree, old: Checkpoint, state: Checkpoint) -> bool:
    """Say whether a state extends an earlier one; every state extends the empty one."""
    if old.size == 0:
        return old.root == EMPTY_ROOT
    return verify_consistency((old.size, old.root), (state.size, state.root), tree.consistency_proof(old.size))


def parsed(raw: list[bytes], report: Report) -> list[dict[str, Any]]:
    """Return entries as objects; one that is no JSON object becomes a finding and an empty object."""
    entries: list[dict[str, Any]] = []
    for index, content in enumerate(raw):
        try:
            entry = parse_json(content)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
            report.add("log", f"entry {index} is no JSON object with a kind")
            entry = {"kind": "unreadable"}
        entries.append(entry)
    return entries


def check_listing(catalogue: dict[str, Any], entries: list[dict[str, Any]], report: Report) -> None:
    """Check that the catalogue and the log name exactly the same things."""
    listed: dict[tuple[str, int], tuple[Any, Any]] = {}
    for kind, name, key, digest in LISTED:
        for item in catalogue[name]:
            place = (kind, item["log_index"])
            if place in listed:
                report.add("catalogue.json", f"{kind} {item[key]} is listed at log entry {place[1]} beside another one")
            listed[place] = (item[key], item[digest])
    logged = {
        (e["kind"], index): (e.get(KEYS[e["kind"]]), e.get("description" if e["kind"] == "batch" else "sha256"))
        for index, e in enumerate(entries)
        if e["kind"] in KEYS
    }
    for place in sorted(logged.keys() | listed.keys(), key=lambda place: (place[1], place[0])):
        kind, index = place
        if place not in listed:
            report.add("catalogue.json", f"log entry {index} ({kind} {logged[place][0]}) is not listed: it vanished")
        elif place not in logged:
            report.add("catalogue.json", f"lists {kind} {listed[place][0]} at log entry {index}, which is not there")
        elif listed[place] != logged[place]:
            report.add("catalogue.json", f"{kind} {listed[place][0]} differs from log entry {index}")


def check_files(source: Source, catalogue: dict[str, Any], report: Report) -> None:
    """Check that descriptions and plans have their hashes and that every file has the name it must have."""
    for item in catalogue["batches"]:
        check_file(source, f"batches/{item['batch']}.json", item["description"], report, "descriptions")
    for item in catalogue["plans"]:
        if item["file"] != plan_file(item["plan"], item["sha256"]):
            report.add("catalogue.json", f"plan {item['plan']} is listed under the wrong file {item['file']}")
        check_file(source, item["file"], item["sha256"], report, "plan revisions")
    for item in catalogue["publications"]:
        if item["file"] != publication_file(item["number"]):
            report.add("catalogue.json", f"publication {item['number']} is listed under {item['file']}")


LISTED = [
    ("batch", "batches", "batch", "description"),
    ("plan", "plans", "plan", "sha256"),
    ("publication", "publications", "number", "sha256"),
]
KEYS = {kind: key for kind, _, key, _ in LISTED}


def check_file(source: Source, path: str, digest: str, report: Report, what: str) -> None:
    """Check one file against its hash."""
    try:
        found = sha256(source.read(path))
    except Damaged as damage:
        report.add(damage.where, damage.message)
        return
    report.count(what)
    if found != digest:
        report.add(path, f"its hash is {found[:12]}..., the log says {digest[:12]}...")
