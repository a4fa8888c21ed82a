"""Loads the bundled plans and data through the importers that every user has, then publishes them."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from rightsplan.accounts.actions import add_person
from rightsplan.accounts.models import Person
from rightsplan.errors import Refused
from rightsplan.indicators import actions, intake
from rightsplan.indicators.models import Publication
from rightsplan.plans.models import Plan
from rightsplan.site.search import rebuild

Say = Callable[[str], None]
Progress = Callable[[str, int, int], None]

# The demo's two people: publishing needs a second one.
LOADER = ("demo-loader", "Demo loader")
PUBLISHER = ("demo-publisher", "Demo publisher")


def load(*, part: str | None = None, say: Say, progress: Progress) -> dict[str, Any]:
    """Run the recipe (or one part of it), assess and publish; what is there already is left as it is."""
    with as_file(files("rightsplan.demo")) as folder:
        steps = read_recipe(folder, part)
        by = person(LOADER)
        changed = False
        for number, step in enumerate(steps, 1):
            say(f"[{number}/{len(steps)}] {step['why']}")
            changed = run_step(folder / "data", step, by=by, progress=progress) or changed
    current = Publication.objects.filter(published_at__isnull=False).first()
    if Plan.objects.exists() and (changed or current is None):
        say("Assessing every target")
        draft = actions.assess(by=by, as_of=intake.clock().date(), now=intake.clock(), progress=progress)
        say("Publishing (a second person)")
        current = actions.publish(by=person(PUBLISHER), number=draft.number, now=intake.clock())
    say("Building the search index")
    rebuild()
    return outcome_of(current, changed=changed)


def outcome_of(current: Publication | None, *, changed: bool) -> dict[str, Any]:
    """Return what there is now, with a sentence; data without a plan are stored and wait for one."""
    if current is None:
        sentence = "Loaded. No plan is there yet, so there is nothing to assess or to publish."
        return {"publication": None, "lines": 0, "changed": changed, "sentence": sentence}
    sentence = f"Published number {current.number} with {current.count:,} lines."
    return {"publication": current.number, "lines": current.count, "changed": changed, "sentence": sentence}


def read_recipe(folder: Path, part: str | None) -> list[dict[str, Any]]:
    """Return the recipe's steps, all or those of one part."""
    steps: list[dict[str, Any]] = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
    if part is None:
        return steps
    chosen = [s for s in steps if s["file"].startswith(f"{part}/")]
    if not chosen:
        parts = sorted({s["file"].split("/")[0] for s in steps})
        raise Refused(f"The bundled data have no part {part!r}.", f"Choose one of: {', '.join(parts)}")
    return chosen


def person(who: tuple[str, str]) -> Person:
    """Return one of the demo's people, made on first use."""
    code, name = who
    return Person.objects.filter(code=code).first() or add_person(code=code, name=name)


def run_step(folder: Path, step: Mapping[str, Any], *, by: Person, progress: Progress) -> bool:
    """Import one file; say whether anything changed."""
    path = folder / step["file"]
    kind = step["import"]
    if kind == "places":
        boundaries = folder / step["boundaries"] if step.get("boundaries") else None
        return bool(intake.places(path, boundaries=boundaries, by=by))
    if kind == "bodies":
        return bool(intake.bodies(path, by=by))
    if kind == "indicators":
        return bool(intake.definitions(path, by=by))
    if kind == "plan":
        return bool(intake.plan(path, by=by, now=intake.clock()))
    sidecar = folder / step["source"] if step.get("source") else None
    facts = intake.source_facts(path, sidecar=sidecar, typed={}, today=date.today())  # noqa: DTZ011  the user's day
    accept = step.get("accept")
    outcome = intake.data(path, by=by, facts=facts, accept=accept, now=intake.clock(), progress=progress)
    return outcome.is_new
