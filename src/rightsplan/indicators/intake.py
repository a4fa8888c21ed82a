"""From a file on disk to stored rows: the one road that the command line, the demo and the desk share."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from rightsplan.accounts.models import Person
from rightsplan.bodies.actions import import_bodies, import_places
from rightsplan.errors import Problem, Refused
from rightsplan.indicators import actions, observations
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.plans.actions import import_plan
from rightsplan.tables.reading import read_text_table

Progress = Callable[[str, int, int], None]
SOURCE_FIELDS = ["title", "source", "publisher", "url", "licence", "role", "retrieved", "note"]


def clock() -> datetime:
    """Return the present moment; every action below takes it as an argument."""
    return timezone.now()
