"""Indicators with their data, places, bodies."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from rightsplan.api.schemas import BodyOut, IndicatorOut, ObservationOut, Page, Paging, PlaceOut, code_of, page_of
from rightsplan.bodies.models import Body, Place
from rightsplan.errors import NotFound
from rightsplan.indicators import exports
from rightsplan.indicators.models import Indicator

router = Router(tags=["measurement"])


def indicator_row(indicator: Indicator) -> dict[str, Any]:
    """Return an indicator as the API shows it."""
    return {name: getattr(indicator, name) for name in IndicatorOut.model_fields}


def place_row(place: Place) -> dict[str, Any]:
    """Return a place as the API shows it."""
    return {"code": place.code, "name": place.name, "level": place.level, "parent": code_of(place.parent)}


def body_row(body: Body) -> dict[str, Any]:
    """Return a body as the API shows it."""
    return {
        "code": body.code,
        "name": body.name,
        "kind": body.kind,
        "level": body.level,
        "parent": code_of(body.parent),
        "place": code_of(body.place),
    }


@router.get("/indicators", response=Page[IndicatorOut], summary="Definitions of indicators")
def list_indicators(
    request: HttpRequest, paging: Query[Paging], right: str | None = None, kind: str | None = None
) -> dict[str, Any]:
    wanted = {k: v for k, v in {"right": right, "kind": kind}.items() if v}
    return page_of(request, Indicator.objects.filter(**wanted), paging, indicator_row)


@router.get("/indicators/{code}", response=IndicatorOut, summary="One indicator")
def read_indicator(request: HttpRequest, code: str) -> dict[str, Any]:
    return indicator_row(find_indicator(code))


@router.get("/indicators/{code}/data", response=Page[ObservationOut], summary="Observations from all current batches")
def read_data(
    request: HttpRequest,
    code: str,
    paging: Query[Paging],
    place: str | None = None,
    role: str | None = None,
) -> dict[str, Any]:
    frame = exports.observations(find_indicator(code).code, place=place, role=role)
    rows = frame.slice(paging.offset, paging.limit).iter_rows(named=True)
    query = request.GET.copy()
    query["limit"], query["offset"] = str(paging.limit), str(paging.offset + paging.limit)
    more = paging.offset + paging.limit < frame.height
    return {
        "total": frame.height,
        "next": f"{request.path}?{query.urlencode()}" if more else None,
        "results": [observation_row(row) for row in rows],
    }


def observation_row(row: dict[str, Any]) -> dict[str, Any]:
    """Put the dimension columns of a row together."""
    fixed = {name: row.get(name) for name in ObservationOut.model_fields if name != "dimensions"}
    return {**fixed, "dimensions": {k: v for k, v in row.items() if k not in fixed and v is not None}}


def find_indicator(code: str) -> Indicator:
    """Return an indicator or the reason why there is none."""
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None:
        raise NotFound(f"There is no indicator {code!r}.", "GET /api/indicators lists the codes.")
    return indicator


@router.get("/places", response=Page[PlaceOut], summary="Territorial units")
def list_places(
    request: HttpRequest, paging: Query[Paging], parent: str | None = None, level: str | None = None
) -> dict[str, Any]:
    wanted = {k: v for k, v in {"parent__code": parent, "level": level}.items() if v}
    return page_of(
        request, Place.objects.select_related("parent").defer("boundary").filter(**wanted), paging, place_row
    )


@router.get("/bodies", response=Page[BodyOut], summary="Duty-bearers")
def list_bodies(
    request: HttpRequest, paging: Query[Paging], parent: str | None = None, level: str | None = None
) -> dict[str, Any]:
    wanted = {k: v for k, v in {"parent__code": parent, "level": level}.items() if v}
    return page_of(request, Body.objects.select_related("parent", "place").filter(**wanted), paging, body_row)
