"""What the first page says: every present plan, what moved back, what nobody measures, rights, changes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rightsplan.indicators.models import Role
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.models import Plan
from rightsplan.site.reads_lines import Row, Tally, lines, official_tallies, rows_of, tallies

UNMEASURED = ["no_data", "no_data_in_time", "deadline_passed_unobserved", "stale", "one_point", "no_baseline",
              "no_baseline_for_change", "no_data_since_baseline"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """A plan with its counts, official and independent."""

    plan: Plan
    official: Tally
    independent: Tally
    earlier: int = 0

    @property
    def judged(self) -> int:
        """Return how many promises have a line."""
        return sum(self.official.values())


def counted_plans() -> list[PlanCounts]:
    """Return every plan with its counts (four queries)."""
    counts = tallies("target__measure__plan_id")
    official = official_tallies("target__measure__plan_id")
    plans = Plan.objects.select_related("jurisdiction", "predecessor", "parent_plan").defer("jurisdiction__boundary")
    return [PlanCounts(p, official.get(p.pk, {}), counts.get((p.pk, Role.INDEPENDENT), {})) for p in plans]


def present(plans: Iterable[PlanCounts]) -> list[PlanCounts]:
    """Return the latest plan of every jurisdiction; plans that others only rest on are left out, examples last."""
    every = list(plans)
    rested_on = {p.plan.parent_plan_id for p in every}
    chosen: dict[tuple[bool, int], PlanCounts] = {}
    earlier: Counter[tuple[bool, int]] = Counter()
    for item in sorted(every, key=lambda p: (p.plan.pk not in rested_on, p.plan.start)):
        key = (item.plan.is_example, item.plan.jurisdiction_id)
        earlier[key] += key in chosen
        chosen[key] = item
    found = [PlanCounts(item.plan, item.official, item.independent, earlier[key]) for key, item in chosen.items()]
    return sorted(found, key=lambda p: (p.plan.is_example, p.plan.jurisdiction.code))


def moved_back(limit: int = 3) -> list[Row]:
    """Return the promises that lost most of what had been gained (two queries, official figures)."""
    worst = (
        lines()
        .filter(role=Role.OFFICIAL, moved_back__gt=0, target__measure__plan__is_example=False)
        .order_by("-moved_back", "line_id")
        .values_list("target_id", flat=True)[:limit]
    )
    order = list(worst)
    rows = rows_of(lines().filter(target__in=order))
    return sorted(rows, key=lambda row: order.index(row.target.pk))


def unmeasured(plans: Iterable[PlanCounts], limit: int = 3) -> tuple[list[Row], int]:
    """Return promises with a figure that no source can judge, and how many there are."""
    wanted = [p.plan.pk for p in plans if not p.plan.is_example]
    known = lines().exclude(verdict="not_measurable").values("target_id")
    found = lines().filter(
        role=Role.OFFICIAL, verdict="not_measurable", reason__in=UNMEASURED, target__measure__plan__in=wanted
    )
    found = found.exclude(target__in=known)
    return rows_of(found[:limit]), found.count()


def by_right(plans: Iterable[PlanCounts]) -> list[tuple[str, Tally, int]]:
    """Return (right, counts, total) of the given plans, most promises first (one query)."""
    wanted = [p.plan.pk for p in plans if not p.plan.is_example]
    return by_facet("rights", target__measure__plan__in=wanted)


def by_facet(facet: str, **where: Any) -> list[tuple[str, Tally, int]]:
    """Return the counts of official verdicts for each code in a measure's list, most promises first."""
    found: dict[str, Counter[str]] = {}
    values = lines().filter(role=Role.OFFICIAL, **where).order_by().values_list(f"target__measure__{facet}", "verdict")
    for codes, verdict in values:
        for code in filter(None, codes.split(";")):
            found.setdefault(code, Counter())[verdict] += 1
    rows = [(code, dict(counts), counts.total()) for code, counts in found.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def changes(limit: int = 5) -> list[LogEntry]:
    """Return the newest entries of the log."""
    return list(LogEntry.objects.order_by("-index").only("index", "kind", "subject", "at")[:limit])
