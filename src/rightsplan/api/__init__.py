"""The public API: everything the site shows, as JSON, with OpenAPI 3.1, paging, ETags and RFC 9457 errors."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path, reverse
from ninja import NinjaAPI

from rightsplan import __version__
from rightsplan.api.errors import problem, register_errors
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


def index(request: HttpRequest) -> HttpResponse:
    """Say where the description of the API is."""
    return JsonResponse({"title": api.title, "version": api.version, "openapi": reverse("api:openapi-json")})


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Say that the API has no such address."""
    return problem(404, "Not found", f"The API has nothing at /api/{rest[:200]}.", remedy="See /api/openapi.json.")


def routes() -> list[URLPattern | URLResolver]:
    """Return the API's routes, each marked as public."""
    patterns = [path("", index, name="index"), *api.urls[0], path("<path:rest>", nowhere, name="nowhere")]
    for pattern in patterns:
        pattern.callback.audience = "public"  # type: ignore[union-attr]
    return patterns
