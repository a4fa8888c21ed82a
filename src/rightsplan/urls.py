"""URL map of the public face."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from rightsplan.api import routes
from rightsplan.site import downloads, published

urlpatterns = [
    path("api/", include((routes(), "ninja"), namespace="api")),
    path("published/<path:name>", published.serve, name="published"),
    path("data/catalogue.zip", downloads.catalogue, name="catalogue"),
    re_path(r"^data/(?P<code>[\w-]+)\.(?P<suffix>[\w.-]+)$", downloads.indicator, name="download"),
    *i18n_patterns(path("", include("rightsplan.site.urls"))),
]
handler404 = "rightsplan.site.views_errors.not_found"
handler500 = "rightsplan.site.views_errors.failed"
