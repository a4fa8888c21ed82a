"""Registers the room with Django."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    name = "rightsplan.bodies"
    label = "bodies"
