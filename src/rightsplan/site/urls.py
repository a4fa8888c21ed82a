"""Routes of the public site, under a language prefix."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
