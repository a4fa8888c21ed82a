"""Pages for what is not there or broken, in the reader's language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_from_request

from rightsplan.site.search import suggest
from rightsplan.site.texts import tag


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that nothing has this address, and what comes near."""
    asked = request.path_info.strip("/").partition("/")[2][:200]
    language = get_language_from_request(request, check_path=True)
    with translation.override(language):
        context = {"asked": asked, "q": "", "near": suggest(asked.rpartition("/")[2] or asked) if asked else []}
        return render(request, "site/404.html", context, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; nothing is looked up, because that may be what failed."""
    language = get_language_from_request(request, check_path=True)
    with translation.override(language):
        direction = "rtl" if translation.get_language_bidi() else "ltr"
        context = {"site_name": settings.SITE_NAME, "language": language, "tag": tag(language), "direction": direction}
        return render(None, "site/500.html", context, status=500)
