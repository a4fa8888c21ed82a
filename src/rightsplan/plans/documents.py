"""A plan as it is published: canonical JSON of every promise, the same bytes for the same plan."""

from typing import Any

from rightsplan.evidence.canonical import canonical_json
from rightsplan.plans.tables import MeasureRow, PlanRow, TargetRow


def canonical_plan(plan: PlanRow) -> bytes:
    """Return the canonical JSON of a plan: head, chapters, measures and targets in the order of their codes."""
    measures = sorted(plan.measures.values(), key=lambda measure: measure.code)
    return canonical_json(
        {
            "plan": plan.code,
            "title": plan.title,
            "language": plan.language,
            "jurisdiction": plan.jurisdiction,
            "start": plan.start.isoformat(),
            "end": plan.end.isoformat(),
            "predecessor": plan.predecessor or None,
            "parent_plan": plan.parent_plan or None,
            "is_example": plan.is_example,
            "chapters": plan.chapters,
            "measures": [measure_document(measure) for measure in measures],
        }
    )


def measure_document(measure: MeasureRow) -> dict[str, Any]:
    """Return one measure."""
    return {
        "code": measure.code,
        "chapter": measure.chapter,
        "title": measure.title,
        "rights": measure.rights,
        "groups": measure.groups,
        "lead_body": measure.lead_body or None,
        "supporting_bodies": sorted(measure.supporting_bodies),
        "due": measure.due.isoformat() if measure.due else None,
        "targets": [target_document(t) for t in sorted(measure.targets, key=lambda target: target.code)],
    }


def target_document(target: TargetRow) -> dict[str, Any]:
    """Return one target with its promise in numbers and what the body says of itself."""
    return {
        "code": target.code,
        "title": target.title,
        "indicator": target.indicator or None,
        "unit": target.unit,
        "group": target.group,
        "kind": target.kind,
        "force": target.force,
        "promise": target.promise,
        "reported": [[period, value] for period, value in target.reported],
        "reported_view": target.reported_view,
        "reported_source": target.reported_source,
        "source": target.source,
    }
