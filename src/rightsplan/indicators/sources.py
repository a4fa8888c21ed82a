"""Where data come from, as the person who imports them says it: typed on the command line or in a file beside them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rightsplan.errors import Problem, Refused
from rightsplan.evidence.canonical import parse_json
from rightsplan.indicators.acceptance import SourceFacts
from rightsplan.tables.cells import nearest

FIELDS = ["title", "source", "publisher", "url", "licence", "role", "retrieved", "note"]
EXAMPLE = 'Write {"title": ..., "source": ..., "licence": ..., "role": "official" or "independent"}.'


def source_facts(path: Path, *, sidecar: Path | None, typed: Mapping[str, Any], today: date) -> SourceFacts:
    """Return the source of a data file: what is typed comes before what stands in the JSON file beside it.

    Without `sidecar` the file `<name>.source.json` is looked for, with and without the endings of the data file.
    `retrieved` is `today` where nobody says it. Raises Refused for a file that is no such JSON or has unknown names.
    """
    beside = sidecar or next((p for p in sidecars_of(path) if p.exists()), None)
    facts = read_sidecar(beside) if beside else {}
    facts |= {name: value for name, value in typed.items() if value is not None}
    return SourceFacts(
        title=str(facts.get("title", "")).strip(),
        source=str(facts.get("source", "")).strip(),
        licence=str(facts.get("licence", "")).strip(),
        role=str(facts.get("role", "")).strip(),
        retrieved=day_of(facts.get("retrieved") or today, beside),
        publisher=str(facts.get("publisher", "")).strip(),
        url=str(facts.get("url", "")).strip(),
        note=str(facts.get("note", "")).strip(),
        file=path.name,
    )


def sidecars_of(path: Path) -> list[Path]:
    """Return where the description of a data file may lie."""
    stem = path.name.split(".", 1)[0]
    return [path.with_name(f"{path.name}.source.json"), path.with_name(f"{stem}.source.json")]


def read_sidecar(path: Path) -> dict[str, Any]:
    """Return the JSON object of a source file. Raises Refused for anything else."""
    try:
        facts = parse_json(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}.", "Check the file and try again.") from error
    except ValueError as error:
        raise Refused(f"{path.name} is no JSON ({error}).", EXAMPLE) from error
    if not isinstance(facts, dict):
        raise Refused(f"{path.name} holds no JSON object.", EXAMPLE)
    problems = [
        Problem(0, name, str(facts[name])[:40], "This name is not known.", nearest(name, FIELDS))
        for name in facts
        if name not in FIELDS
    ]
    problems += [
        Problem(0, name, str(value)[:40], "This is no text.", "Write it in quotation marks.")
        for name, value in facts.items()
        if name in FIELDS and (not isinstance(value, str) or "\0" in value)
    ]
    if problems:
        raise Refused(f"{path.name} does not describe a source.", EXAMPLE, problems)
    return facts


def day_of(value: date | str, sidecar: Path | None) -> date:
    """Return a day. Raises Refused where a text is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        problem = Problem(0, "retrieved", value, "This is no day.", "Write 2026-03-31.")
        raise Refused(f"{sidecar.name if sidecar else 'The source'} has a wrong day.", "", [problem]) from error
