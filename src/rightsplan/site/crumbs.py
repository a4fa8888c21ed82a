"""The way from the first page to this one."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rightsplan.plans.models import Plan
from rightsplan.site.texts import plain

Crumb = tuple[str, str]


def crumb(name: str, address: str = "") -> Crumb:
    """Return one step; the last has no address."""
    return name, address


def plan_crumbs(plan: Plan) -> list[Crumb]:
    """Return the steps to something inside a plan."""
    return [crumb(_("Plans"), reverse("plans")), crumb(plain(plan.title), reverse("plan", args=[plan.code]))]
