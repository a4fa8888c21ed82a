"""Gathers the static files of a data folder and prints the addresses of some of its pages."""

import json

import django

django.setup()  # before the models below

from django.core.management import call_command  # noqa: E402

from rightsplan.plans.models import Target  # noqa: E402


def main() -> None:
    """Print a page of every kind, in all languages in turn."""
    call_command("collectstatic", interactive=False, verbosity=0)
    target = Target.objects.exclude(indicator="").select_related("measure__plan__jurisdiction").order_by("code").first()
    if target is None:
        raise SystemExit("The data folder holds no target.")
    plan = target.measure.plan
    pages = [
        "/en/",
        f"/zh-hans/plans/{plan.code}/",
        f"/ar/plans/{target.measure.code}/",
        f"/en/targets/{target.code}/",
        f"/fr/places/{plan.jurisdiction.code}/",
        f"/ru/indicators/{target.indicator}/",
        "/es/rights/",
        "/en/data/",
        "/fr/log/",
    ]
    print(json.dumps({"pages": pages}))


if __name__ == "__main__":
    main()
