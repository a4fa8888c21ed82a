"""An empty Django view behind Django's own middleware: what every page time is compared with."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightsplan.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing."""
    return HttpResponse("")


urlpatterns = [path("", empty)]
settings.ROOT_URLCONF = "benchmarks.empty"
settings.MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
application = get_wsgi_application()
