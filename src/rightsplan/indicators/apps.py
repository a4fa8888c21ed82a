"""Registers the room with Django."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "rightsplan.indicators"
    label = "indicators"
