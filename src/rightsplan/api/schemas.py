"""The shapes of the API's answers."""

from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

Row = TypeVar("Row")
Texts = dict[str, str]


class Paging(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(50, ge=1, le=500, description="Rows in one answer, at most 500.")
    offset: int = Field(0, ge=0, le=1_000_000_000, description="Rows to skip.")


class Page(Schema, Generic[Row]):
    """One part of a list, with the address of the next."""

    total: int
    next: str | None
    results: list[Row]


def page_of(request: HttpRequest, rows: "QuerySet[Any, Any]", paging: Paging, shape: Any) -> dict[str, Any]:
    """Cut a page out of a query (two queries: count and rows)."""
    total = rows.count()
    results = [shape(row) for row in rows[paging.offset : paging.offset + paging.limit]]
    query = request.GET.copy()
    query["limit"], query["offset"] = str(paging.limit), str(paging.offset + paging.limit)
    more = paging.offset + paging.limit < total
    return {
        "total": total,
        "next": f"{request.path}?{query.urlencode()}" if more else None,
        "results": results,
    }


def code_of(thing: Model | None) -> str | None:
    """Return the public code of a related thing, or None."""
    return getattr(thing, "code", None)


class PlanOut(Schema):
    code: str
    title: Texts
    jurisdiction: str
    start: str
    end: str
    predecessor: str | None
    parent_plan: str | None
    is_example: bool


class AssessmentOut(Schema):
    id: str
    target: str | None
    role: str
    place: str | None
    group: str
    method: str
    version: str
    verdict: str
    reason: str
    publication: int
    inputs: list[dict[str, Any]]
    promise: dict[str, Any]
    result: dict[str, Any]
    points: list[list[Any]]


class TargetOut(Schema):
    code: str
    measure: str
    title: Texts
    indicator: str
    unit: str
    kind: str
    force: str
    group: str
    promise: dict[str, Any]
    reported_view: str
    source: str
    dropped: bool


class TargetDetail(TargetOut):
    assessments: list[AssessmentOut]


class MeasureOut(Schema):
    code: str
    plan: str
    chapter: str
    title: Texts
    rights: list[str]
    groups: list[str]
    lead_body: str | None
    due: str | None
    dropped: bool


class MeasureDetail(MeasureOut):
    supporting_bodies: list[str]
    targets: list[TargetOut]


class BodyOut(Schema):
    code: str
    name: Texts
    kind: str
    level: str
    parent: str | None
    place: str | None


class PlaceOut(Schema):
    code: str
    name: Texts
    level: str
    parent: str | None


class IndicatorOut(Schema):
    code: str
    name: Texts
    unit: str
    better: str
    right: str
    attribute: str
    kind: str
    lower: float | None
    upper: float | None
    measured_as: str
    sdg: str


class ObservationOut(Schema):
    indicator: str
    place: str
    period: str
    value: float | None
    role: str
    batch: str
    dimensions: Texts
    lower: float | None = None
    upper: float | None = None
    status: str | None = None
    note: str | None = None


class BatchOut(Schema):
    sha256: str
    title: str
    source: str
    publisher: str
    url: str
    licence: str
    role: str
    retrieved: str
    rows: int
    supersedes: str | None
    superseded_by: list[str]
    log_index: int
    parquet: str


class LogOut(Schema):
    index: int
    at: str
    kind: str
    subject: str
    leaf_hash: str
    entry: dict[str, Any]


class PublicationOut(Schema):
    number: int
    as_of: str
    published_at: str
    count: int
    sha256: str
    log_index: int
