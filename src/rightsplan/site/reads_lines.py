"""Published lines as pages show them: which publication is current, its lines, and each as one row with its picture."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rightsplan.indicators.models import Assessment, Publication, Role
from rightsplan.plans.models import Plan, Target
from rightsplan.site import promise_line, verdicts
from rightsplan.site.texts import plain


def current() -> Publication | None:
    """Return the publication that the site shows."""
    return Publication.objects.filter(published_at__isnull=False).order_by("-number").first()


def lines() -> "QuerySet[Assessment, Assessment]":
    """Return the current publication's lines about promises as a whole (not their groups), with what a row needs."""
    newest = Publication.objects.filter(published_at__isnull=False).order_by("-number").values("pk")[:1]
    return (
        Assessment.objects.filter(publication__in=newest, group="", target__isnull=False, target__dropped=False)
        .select_related("target__measure__plan", "target__measure__lead_body")
        .defer("inputs")
        .order_by("target__measure__plan__code", "target__measure__position", "target__position", "role")
    )


@dataclass(frozen=True)
class Row:
    """One promise: its official line, and the independent one beside it where there is one."""

    target: Target
    official: Assessment | None
    independent: Assessment | None

    @property
    def main(self) -> Assessment | None:
        """Return the line that is drawn: the official one; the independent one where there are no official figures."""
        has_figures = self.official and (self.official.points or not self.independent)
        return self.official if has_figures else self.independent or self.official

    @property
    def verdict(self) -> str:
        """Return the verdict by the official figures; the other source does not fill their place."""
        return self.official.verdict if self.official else "not_measurable"

    @property
    def why(self) -> str:
        """Return the reason of the verdict in words."""
        if self.official and not self.official.points and self.independent:
            return _("There is no official figure of it here.")
        return verdicts.reason(self.official.reason) if self.official else ""

    @property
    def other_verdict(self) -> str:
        """Return the independent verdict where it differs from the official one."""
        return self.independent.verdict if self.independent and self.independent.verdict != self.verdict else ""

    @property
    def goal(self) -> str:
        """Return what was promised."""
        return verdicts.goal(self.target.promise, self.target.unit) if self.target.promise else ""

    @cached_property
    def picture(self) -> promise_line.Picture | None:
        """Return what the promise line is drawn from."""
        return picture_of(self.main, self.independent if self.main is self.official else None) if self.main else None

    @property
    def small(self) -> SafeString | str:
        """Return the promise line for a row."""
        return promise_line.small(self.picture) if self.picture else ""

    @property
    def loss(self) -> str:
        """Return the gain that was lost by the official figures, else by the independent series, in words."""
        told = verdicts.loss(self.official.result, self.target.unit) if self.official else ""
        if told or not self.independent:
            return told
        other = verdicts.loss(self.independent.result, self.target.unit)
        return _("By the independent series: %(loss)s") % {"loss": other} if other else ""


def picture_of(line: Assessment, second: Assessment | None = None) -> promise_line.Picture:
    """Return the picture of a published line; the second source is drawn where it has observations."""
    target = line.target
    return promise_line.Picture(
        name=plain(target.title) if target else line.line_id,
        unit=target.unit if target else "",
        promise=line.promise,
        result=line.result,
        points=line.points,
        second=second.points if second else [],
    )


def rows_of(assessments: Iterable[Assessment]) -> list[Row]:
    """Put the official and the independent line of each target together, in the order they come."""
    by_target: dict[int, dict[str, Assessment]] = {}
    targets: dict[int, Target] = {}
    for line in assessments:
        if line.target is not None:
            targets.setdefault(line.target.pk, line.target)
            by_target.setdefault(line.target.pk, {})[line.role] = line
    return [Row(targets[pk], roles.get(Role.OFFICIAL), roles.get(Role.INDEPENDENT)) for pk, roles in by_target.items()]


def rows_for(targets: Iterable[Target]) -> list[Row]:
    """Return a row for every target, also for those that were never judged (two queries)."""
    wanted = list(targets)
    found = {row.target.pk: row for row in rows_of(lines().filter(target__in=wanted))}
    return [found.get(target.pk, Row(target, None, None)) for target in wanted]


Tally = dict[str, int]


def without_examples(path: str) -> Q:
    """Return the condition that leaves made-up plans out where there is a real one; `path` leads to the plan."""
    has_real = Plan.objects.filter(is_example=False).exists()
    return Q(**{f"{path}__is_example": False}) if has_real else Q()


def tallies(by: str, **where: Any) -> dict[tuple[Any, str], Tally]:
    """Return the counts of verdicts by (value of a field, role) in one query."""
    found: dict[tuple[Any, str], Tally] = {}
    for key, role, verdict in lines().filter(**where).order_by().values_list(by, "role", "verdict"):
        counts = found.setdefault((key, role), Counter())
        counts[verdict] += 1
    return found


def judged(plan: Plan, verdict: str) -> set[int]:
    """Return the keys of a plan's targets that have an official verdict (one query).

    Faces narrow their lists by this set: put into their own queries as a subquery, these joins made PostgreSQL, as long
    as it had no statistics of new tables, search for minutes.
    """
    found = lines().filter(role=Role.OFFICIAL, verdict=verdict, target__measure__plan=plan).order_by()
    return set(found.values_list("target_id", flat=True))


def official_tallies(by: str, **where: Any) -> dict[Any, Tally]:
    """Return official counts by a field (one query)."""
    return {key: dict(tally) for (key, role), tally in tallies(by, **where).items() if role == Role.OFFICIAL}


def added(parts: Iterable[Mapping[str, int]]) -> Tally:
    """Return the sum of several counts."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)
