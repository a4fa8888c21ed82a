"""A small country with two indicators and one plan, loaded through the importers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from rightsplan.accounts.models import Person
from rightsplan.bodies.actions import import_bodies, import_places
from rightsplan.indicators import actions
from rightsplan.indicators.acceptance import SourceFacts
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.plans.actions import PlanChanges, import_plan
from rightsplan.plans.tables import IndicatorFacts
from rightsplan.tables.reading import read_text_table

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PLACES = """code,name,level,parent,iso3
XA,Aland,country,,XAA
XA-N,North,region,XA,
XB,Bland,country,,XBB
"""
BODIES = """code,name,kind,level,parent,place
XA/gov,Government,government,national,,XA
XA/health,Ministry of Health,ministry,national,XA/gov,XA
"""
INDICATORS = """code,name,unit,better,right,lower,upper,sdg
literacy,Adult literacy,percent,higher,education,0,100,4.6.1
maternal_deaths,Maternal deaths,"per 100,000 live births",lower,health,0,,3.1.1
"""
PLAN = """plan,plan_title,plan_start,plan_end,jurisdiction,chapter,chapter_title,measure,measure_title,rights,\
lead_body,target_title,indicator,unit,direction,target_value,target_year,baseline,baseline_year,kind,reported_result,reported_year
XA-2021,Plan of Aland,2021,2025,XA,1,Living,1.1,Teach,education,XA/health,\
Literacy,literacy,percent,at least,90,2025,80,2020,quantitative,85,2023
,,,,,1,,1.2,Heal,health,XA/health,Maternal deaths,maternal_deaths,,at most,10,2025,,,quantitative,,
,,,,,1,,1.3,Consult,participation,XA/gov,Consult everyone,,,,,,,,qualitative,,
""".replace("\n,,,,,1", "\nXA-2021,,,,,1")


def table(folder: Path, name: str, text: str):
    """Return a CSV text as a table."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_text_table(path)


def load_plan(folder: Path, by: Person, text: str = PLAN) -> PlanChanges:
    """Import a plan file."""
    facts = {
        row.code: IndicatorFacts(row.unit, row.better, row.lower, row.upper, row.measured_as)
        for row in Indicator.objects.all()
    }
    vocabulary = {"rights": {"education": 1, "health": 1, "participation": 1}, "groups": {}}
    return import_plan(by=by, table=table(folder, "plan.csv", text), vocabulary=vocabulary, indicators=facts, now=NOW)


def facts(role: str = "independent", **changes: object) -> SourceFacts:
    """Return a source."""
    values = {
        "title": "A series", "source": f"{role} office", "licence": "CC BY 4.0", "role": role, "retrieved": TODAY,
    }  # fmt: skip
    return SourceFacts(**{**values, **changes})


def literacy(values: dict[int, float], **columns: str) -> pl.DataFrame:
    """Return a literacy series of XA."""
    rows = [
        {"indicator": "literacy", "place": "XA", "period": str(year), "value": value, **columns}
        for year, value in values.items()
    ]
    return pl.DataFrame(rows)


@dataclass
class Country:
    """What a test starts from."""

    folder: Path
    alice: Person
    bob: Person

    def accept(self, frame: pl.DataFrame, role: str = "independent", **more: object) -> Batch:
        """Store a batch as Alice."""
        return actions.accept_batch(by=self.alice, frame=frame, source=facts(role), now=NOW, **more)

    def assess(self):
        """Propose a publication as Alice."""
        return actions.assess(by=self.alice, as_of=TODAY, now=NOW)

    def publish(self):
        """Propose as Alice, publish as Bob."""
        return actions.publish(by=self.bob, number=self.assess().number, now=NOW)


@pytest.fixture
def country(db: None, tmp_path: Path, alice: Person, bob: Person) -> Country:
    """Load places, bodies, indicators and the plan."""
    folder = tmp_path / "files"
    folder.mkdir()
    import_places(by=alice, table=table(folder, "places.csv", PLACES))
    import_bodies(by=alice, table=table(folder, "bodies.csv", BODIES))
    rights = {"education", "health", "participation"}
    actions.import_indicators(by=alice, table=table(folder, "indicators.csv", INDICATORS), rights=rights)
    load_plan(folder, alice)
    return Country(folder, alice, bob)
