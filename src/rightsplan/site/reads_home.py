"""What the first page says: every present plan, what moved back, what nobody measures, rights, changes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rightsplan.indicators.models import Indicator, Role
from rightsplan.ledger.models import LogEntry
from rightsplan.plans.models import Plan
from rightsplan.site.reads_lines import Row, Tally, added, lines, official_tallies, rows_of, tallies, without_examples

UNMEASURED = ["no_data", "no_data_in_time", "deadline_passed_unobserved", "stale", "one_point", "no_baseline",
              "no_baseline_for_change", "no_data_since_baseline"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """A plan with its counts, official and independent; `beside` and `before` hold the jurisdiction's other plans."""

    plan: Plan
    official: Tally
    independent: Tally
    beside: tuple["PlanCounts", ...] = ()
    before: tuple["PlanCounts", ...] = ()

    @property
    def judged(self) -> int:
        """Return how many promises have a line."""
        return sum(self.official.values())

    @property
    def in_force(self) -> list["PlanCounts"]:
        """Return the plan and those of the same years."""
        return [self, *self.beside]

    @property
    def every(self) -> list["PlanCounts"]:
        """Return all plans of the jurisdiction, the present ones first."""
        return [self, *self.beside, *self.before]

    @property
    def all_official(self) -> Tally:
        """Return the official counts of all plans in force."""
        return added(item.official for item in self.in_force)

    @property
    def all_independent(self) -> Tally:
        """Return the independent counts of all plans in force."""
        return added(item.independent for item in self.in_force)


def counted_plans() -> list[PlanCounts]:
    """Return every plan with its counts (four queries)."""
    counts = tallies("target__measure__plan_id")
    official = official_tallies("target__measure__plan_id")
    plans = Plan.objects.select_related("jurisdiction", "predecessor", "parent_plan").defer("jurisdiction__boundary")
    return [PlanCounts(p, official.get(p.pk, {}), counts.get((p.pk, Role.INDEPENDENT), {})) for p in plans]


def present(plans: Iterable[PlanCounts]) -> list[PlanCounts]:
    """Return the newest plan of every jurisdiction with its others: of the same years, and before; examples last."""
    every = list(plans)
    rested_on = {p.plan.parent_plan_id for p in every}

    def newness(item: PlanCounts) -> tuple[bool, date, bool]:
        return item.plan.pk not in rested_on, item.plan.start, item.plan.predecessor_id is not None

    kin: dict[tuple[bool, int], list[PlanCounts]] = {}
    for item in sorted(every, key=newness, reverse=True):
        kin.setdefault((item.plan.is_example, item.plan.jurisdiction_id), []).append(item)
    found = []
    for newest, *others in kin.values():
        beside = tuple(p for p in others if p.plan.end >= newest.plan.start and p.plan.start <= newest.plan.end)
        before = sorted((p for p in others if p not in beside), key=lambda p: p.plan.start, reverse=True)
        found.append(replace(newest, beside=beside, before=tuple(before)))
    return sorted(found, key=lambda p: (p.plan.is_example, p.plan.jurisdiction.code))


def in_force(plans: Iterable[PlanCounts]) -> list[int]:
    """Return the keys of the plans in force, examples left out."""
    return [item.plan.pk for p in plans if not p.plan.is_example for item in p.in_force]


def moved_back(plans: Iterable[PlanCounts], limit: int = 3) -> list[Row]:
    """Return the promises that lost most of what had been gained by either source, those of plans in force first."""
    lost = lines().filter(moved_back__gt=0, target__measure__plan__is_example=False).order_by("-moved_back", "line_id")
    present_plans = set(in_force(plans))
    pairs = list(lost.values_list("target_id", "target__measure__plan_id")[:200])
    pairs.sort(key=lambda pair: pair[1] not in present_plans)
    order = list(dict.fromkeys(target for target, _plan in pairs))[:limit]
    rows = rows_of(lines().filter(target__in=order))
    return sorted(rows, key=lambda row: order.index(row.target.pk))


def unmeasured(plans: Iterable[PlanCounts], limit: int = 3) -> tuple[list[Row], int]:
    """Return promises with a figure that no source can judge, and how many there are."""
    present_lines = lines().filter(target__measure__plan__in=in_force(plans))
    known = set(present_lines.exclude(verdict="not_measurable").order_by().values_list("target_id", flat=True))
    open_ones = present_lines.filter(role=Role.OFFICIAL, verdict="not_measurable", reason__in=UNMEASURED)
    found = [pk for pk, target in open_ones.values_list("pk", "target_id") if target not in known]
    return rows_of(lines().filter(pk__in=found[:limit])), len(found)


def by_right(plans: Iterable[PlanCounts]) -> list[tuple[str, Tally, int]]:
    """Return (right, counts, total) of the given plans, most promises first (one query)."""
    return by_facet("rights", target__measure__plan__in=in_force(plans))


def by_facet(facet: str, **where: Any) -> list[tuple[str, Tally, int]]:
    """Return the counts of official verdicts for each right or group, most promises first; made-up plans left out.

    A promise counts for the rights of its measure and for that of its indicator, as the published counts do.
    """
    chosen = lines().filter(without_examples("target__measure__plan"), role=Role.OFFICIAL, **where).order_by()
    own = dict(Indicator.objects.values_list("code", "right")) if facet == "rights" else {}
    found: dict[str, Counter[str]] = {}
    for codes, indicator, verdict in chosen.values_list(f"target__measure__{facet}", "target__indicator", "verdict"):
        for code in {*codes.split(";"), own.get(indicator, "")} - {""}:
            found.setdefault(code, Counter())[verdict] += 1
    rows = [(code, dict(counts), counts.total()) for code, counts in found.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def changes(limit: int = 5) -> list[LogEntry]:
    """Return the newest entries of the log."""
    return list(LogEntry.objects.order_by("-index").only("index", "kind", "subject", "at")[:limit])
