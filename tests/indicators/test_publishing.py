"""The road from batches to a folder that anybody can verify."""

import json

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from rightsplan.errors import Refused
from rightsplan.evidence.verify import verify
from rightsplan.indicators import actions, publishing
from rightsplan.indicators.models import Assessment, Batch, Publication
from rightsplan.ledger.models import LogEntry

from .conftest import NOW, TODAY, Country, literacy, load_plan

SERIES = {2019: 79.0, 2020: 80.0, 2021: 82.0, 2022: 83.5, 2023: 86.0, 2024: 88.0, 2025: 91.0}


def verdict(line_id: str, number: int) -> str:
    return Assessment.objects.get(publication__number=number, line_id=line_id).verdict


def test_what_is_published_verifies(country: Country) -> None:
    country.accept(literacy(SERIES))
    country.publish()
    report = verify(str(settings.PUBLISHED_DIR))
    assert [str(p) for p in report.problems] == []
    assert verdict("XA-2021/1.1-a@independent", 1) == "met"
    assert verdict("XA-2021/1.3-a@official", 1) == "not_measurable"
