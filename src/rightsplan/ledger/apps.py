"""Registers the room with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "rightsplan.ledger"
    label = "ledger"
