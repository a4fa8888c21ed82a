"""URL map of the public face."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(path("", include("rightsplan.site.urls"))),
]
