"""Routes of the public site, under a language prefix."""

from django.urls import URLPattern, path

from rightsplan.site import (
    feed,
    views_bodies,
    views_evidence,
    views_indicators,
    views_methods,
    views_pages,
    views_places,
    views_plans,
    views_quality,
    views_rights,
)

urlpatterns: list[URLPattern] = [
    path("", views_plans.home, name="home"),
    path("plans/", views_plans.plans, name="plans"),
    path("plans/<str:code>/", views_plans.plan, name="plan"),
    path("plans/<path:code>/", views_plans.measure, name="measure"),
    path("targets/<path:code>/", views_plans.target, name="target"),
    path("rights/", views_rights.rights, name="rights"),
    path("rights/<str:code>/", views_rights.right, name="right"),
    path("groups/", views_rights.groups, name="groups"),
    path("groups/<str:code>/", views_rights.group, name="group"),
    path("bodies/", views_bodies.bodies, name="bodies"),
    path("bodies/<path:code>/", views_bodies.body, name="body"),
    path("places/", views_places.places, name="places"),
    path("places/<path:code>/", views_places.place, name="place"),
    path("indicators/", views_indicators.indicators, name="indicators"),
    path("indicators/<path:code>/", views_indicators.indicator, name="indicator"),
    path("data/", views_evidence.data, name="data"),
    path("data/<str:sha256>/", views_evidence.batch, name="batch"),
    path("changes.atom", feed.changes, name="feed"),
    path("log/", views_evidence.log, name="log"),
    path("log/<int:index>/", views_evidence.log_entry, name="log_entry"),
    path("methods/", views_pages.methods, name="methods"),
    path("methods/forecasts/", views_methods.forecasts, name="forecasts"),
    path("methods/<slug:name>/", views_methods.method, name="method"),
    path("quality/", views_quality.quality, name="quality"),
    path("search/", views_pages.search, name="search"),
    path("about/", views_pages.about, name="about"),
    path("accessibility/", views_pages.accessibility, name="accessibility"),
]
