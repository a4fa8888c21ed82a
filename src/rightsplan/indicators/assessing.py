"""From the latest plan revisions and the current batches to the lines of a publication."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rightsplan.evidence.recompute import counts_line, progress_line
from rightsplan.indicators.holdings import Holdings, Progress, Series
from rightsplan.indicators.models import Indicator, Role
from rightsplan.plans.models import PlanRevision, Target
from rightsplan.stats.promise import Promise

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """One line with what the database keeps beside it. `group` is the group beyond the target's own, as text."""

    line: Line
    target: Target | None = None
    role: str = ""
    group: str = ""
    points: list[list[Any]] = field(default_factory=list)

    @property
    def moved_back(self) -> float | None:
        """Return the loss since the best value ever as a share of the promised change, None where undefined."""
        result = self.line["result"]
        if not result.get("has_moved_back") or result["baseline"] is None or result["target_level"] is None:
            return None
        promised = abs(result["target_level"] - result["baseline"])
        return abs(result["since_best"]) / promised if promised else None


def latest_revisions() -> list[PlanRevision]:
    """Return the latest revision of every plan, sorted by plan."""
    rows = PlanRevision.objects.select_related("plan__jurisdiction").order_by("plan__code", "number")
    return list({row.plan_id: row for row in rows}.values())


def targets_of(revisions: list[PlanRevision]) -> list[tuple[Target, dict[str, Any]]]:
    """Return every target of the revisions with the promise exactly as the revision's document has it."""
    promises = {
        target["code"]: target["promise"]
        for revision in revisions
        for measure in json.loads(revision.document)["measures"]
        for target in measure["targets"]
    }
    rows = Target.objects.filter(code__in=promises).select_related(
        "measure__plan__jurisdiction", "measure__chapter", "measure__lead_body"
    )
    return [(row, promises[row.code]) for row in rows.order_by("code")]


def group_of(text: str) -> dict[str, str]:
    """Return `sex=F;age=15-24` as a dictionary."""
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def assess_targets(revisions: list[PlanRevision], *, as_of: float, progress: Progress) -> list[Draft]:
    """Return all lines, targets first, then their totals."""
    targets = targets_of(revisions)
    holdings = Holdings(
        (target.indicator for target, _ in targets if target.indicator),
        (target.measure.plan.jurisdiction.code for target, _ in targets),
        progress=progress,
    )
    drafts: list[Draft] = []
    for number, (target, promise) in enumerate(targets, 1):
        drafts += lines_of(target, promise, holdings, as_of)
        progress("Assessing targets", number, len(targets))
    return drafts + totals(drafts, as_of)


def lines_of(target: Target, promise: dict[str, Any], holdings: Holdings, as_of: float) -> list[Draft]:
    """Return the lines of one target: one per role that has data and one per group beside it.

    There always is an official line; without official figures it has no inputs, and its verdict says why.
    """
    own = group_of(target.group)
    facts: Line = {
        "target": target.code,
        "place": target.measure.plan.jurisdiction.code,
        "promise": promise,
        "as_of": as_of,
    }
    where = {"indicator": target.indicator, "place": facts["place"], **own}
    judged = Promise.from_dict(promise)
    drafts = []
    for role in Role.values if target.indicator else []:
        series = holdings.best(role, where, judged, as_of)
        if series:
            drafts.append(draft_of(target, facts, role=role, own=own, series=series))
        for group, part in holdings.groups(role, where, judged, as_of):
            drafts.append(draft_of(target, facts, role=role, own=own, series=part, group=group))
    if not any(draft.group == "" and draft.role == Role.OFFICIAL for draft in drafts):
        drafts.append(draft_of(target, facts, role=Role.OFFICIAL.value, own=own, series=Series([], [])))
    return drafts


def draft_of(
    target: Target,
    facts: Line,
    *,
    role: str,
    own: Mapping[str, str],
    series: Series,
    group: Mapping[str, str] | None = None,
) -> Draft:
    """Return one line. The id names the group beyond the target's own; the line's `group` names both."""
    text = ";".join(f"{name}={value}" for name, value in sorted((group or {}).items()))
    line_id = f"{target.code}@{role}" + (f":{text}" if text else "")
    together = {**own, **(group or {})}
    line = progress_line(
        facts={**facts, "id": line_id, "role": role, "group": together, "inputs": series.inputs}, points=series.points
    )
    return Draft(line, target, role, text, series.points)


def totals(drafts: list[Draft], as_of: float) -> list[Draft]:
    """Return the counts of verdicts by plan, chapter, right, group, body and role; lines of groups do not count."""
    rights = dict(Indicator.objects.values_list("code", "right"))
    members: dict[tuple[str, str], list[str]] = {}
    verdicts: dict[str, str] = {}
    for draft in drafts:
        if draft.target is None or draft.group:
            continue
        line_id = draft.line["id"]
        verdicts[line_id] = draft.line["result"]["verdict"]
        for subject in subjects(draft.target, rights):
            members.setdefault((subject, draft.role), []).append(line_id)
    return [
        Draft(counts_line(f"counts:{subject}@{role}", sorted(of), verdicts, as_of), role=role)
        for (subject, role), of in sorted(members.items())
    ]


def subjects(target: Target, rights: Mapping[str, str]) -> Iterator[str]:
    """Yield everything that a target counts for; `subtree` is a body with all below it.

    A right counts what its measures and its indicators promise. Made-up examples count for themselves alone.
    """
    measure = target.measure
    plan = f"plan={measure.plan.code}"
    yield plan
    yield f"{plan};chapter={measure.chapter.number}"
    codes = {*measure.rights.split(";"), rights.get(target.indicator, "")} - {""}
    named = [f"right={right}" for right in sorted(codes)]
    named += [f"group={group}" for group in filter(None, measure.groups.split(";"))]
    yield from (f"{plan};{name}" for name in named)
    if not measure.plan.is_example:
        yield from ("all", *named)
    if measure.lead_body:
        yield f"body={measure.lead_body.code}"
        for code in filter(None, (part.strip() for part in measure.lead_body.path.split(">"))):
            yield f"subtree={code}"
