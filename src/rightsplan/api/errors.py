"""Problem details (RFC 9457) for everything that goes wrong."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from rightsplan.errors import NotFound, Refused


def problem(status: int, title: str, detail: str = "", **more: object) -> HttpResponse:
    """Return one problem document; `about:blank` says that the status code is the whole type."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail, **more}
    content = json.dumps({k: v for k, v in body.items() if v != ""}, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type="application/problem+json")


def register_errors(api: NinjaAPI) -> None:
    """Give every kind of failure its document."""

    def not_found(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(404, "Not found", getattr(error, "message", str(error)), remedy=getattr(error, "remedy", ""))

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(400, "Refused", error.message, remedy=error.remedy)

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        fields = [{"field": ".".join(map(str, e["loc"][1:])), "message": e["msg"]} for e in error.errors]
        return problem(422, "Invalid parameters", "Correct the fields named below.", errors=fields)

    def http(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(error.status_code, error.message)

    api.add_exception_handler(NotFound, not_found)
    api.add_exception_handler(Http404, not_found)
    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(HttpError, http)
