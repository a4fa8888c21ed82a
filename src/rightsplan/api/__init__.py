"""The public API: everything the site shows, as JSON, with OpenAPI 3.1, paging, ETags and RFC 9457 errors."""

from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from rightsplan import __version__
from rightsplan.api.errors import register_errors
from rightsplan.api.evidence import router as evidence
from rightsplan.api.measurement import router as measurement
from rightsplan.api.plans import router as plans

api = NinjaAPI(
    title="Rightsplan",
    version=__version__,
    description="Plans, targets, assessments, indicators and the public log. Everything here is public and read-only.",
    docs_url=None,  # the bundled viewer would load scripts from other hosts
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", plans)
api.add_router("", measurement)
api.add_router("", evidence)
register_errors(api)


def routes() -> list[URLPattern | URLResolver]:
    """Return the API's routes, each marked as public."""
    patterns = list(api.urls[0])
    for pattern in patterns:
        pattern.callback.audience = "public"  # type: ignore[union-attr]
    return patterns
