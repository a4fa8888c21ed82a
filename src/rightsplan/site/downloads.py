"""Downloads: every indicator in every format, the whole catalogue in one file, and the machine-readable description."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from rightsplan.indicators import exports
from rightsplan.indicators.models import Indicator, Publication
from rightsplan.site.audience import audience

FORMATS = {exports.SUFFIX[kind]: kind for kind in exports.KINDS}


@audience("public")
def indicator_file(request: HttpRequest, code: str, suffix: str) -> HttpResponse:
    """One indicator's observations in one format."""
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None or suffix not in {*FORMATS, "csv-metadata.json"}:
        raise Http404(_("There is no such download."))
    if suffix == "csv-metadata.json":
        content, media = json.dumps(exports.csvw(indicator, file=f"{code}.csv")).encode(), "application/csvm+json"
    else:
        content, media = exports.write(indicator, FORMATS[suffix]), exports.MEDIA[FORMATS[suffix]]
    return attachment(content, media, f"{code}.{suffix}")


def attachment(content: bytes, media: str, name: str) -> HttpResponse:
    """Return a file to keep, with an ETag of its content and, for CSV, the address of its description."""
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["X-Content-Type-Options"] = "nosniff"
    if name.endswith(".csv") and not name.endswith(".sdmx.csv"):
        response["Link"] = f'<{name}-metadata.json>; rel="describedby"; type="application/csvm+json"'
    return response


@audience("public")
def catalogue_zip(request: HttpRequest) -> HttpResponseBase:
    """Everything published in one file; it verifies as it is."""
    current = Publication.objects.filter(published_at__isnull=False).first()
    if current is None:
        raise Http404(_("Nothing is published yet."))
    archive = archive_of(current)
    return FileResponse(archive.open("rb"), as_attachment=True, filename=archive.name)


def archive_of(publication: Publication) -> Path:
    """Return the archive of the published folder, made once per publication."""
    target: Path = settings.CACHE_DIR / f"published-{publication.number}.zip"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".writing")
    with zipfile.ZipFile(temporary, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(settings.PUBLISHED_DIR.rglob("*")):
            if file.is_file() and not file.name.startswith(".writing-"):
                archive.write(file, file.relative_to(settings.PUBLISHED_DIR))
    temporary.replace(target)
    return target


def dataset_description(indicator: Indicator, *, language: str) -> dict[str, Any]:
    """Return the Schema.org Dataset of an indicator, for search engines and catalogues."""
    batches = exports.current_batches(indicator.code)
    name = indicator.name.get(language) or indicator.name.get("en") or indicator.code
    address = f"{settings.SITE_URL}/data/{indicator.code}"
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": name,
        "description": f"{name} ({indicator.unit})",
        "identifier": indicator.code,
        "url": f"{settings.SITE_URL}/{language}/indicators/{indicator.code}/",
        "variableMeasured": {"@type": "PropertyValue", "name": name, "unitText": indicator.unit},
        "license": sorted({batch.licence for batch in batches}),
        "creator": [{"@type": "Organization", "name": n} for n in sorted({b.publisher or b.source for b in batches})],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": exports.MEDIA[kind], "contentUrl": f"{address}.{suffix}"}
            for suffix, kind in FORMATS.items()
        ],
    }


urlpatterns: list[URLPattern] = [
    path("data/catalogue.zip", catalogue_zip, name="catalogue-zip"),
    *(path(f"data/<slug:code>.{s}", indicator_file, {"suffix": s}, f"data-{k}") for s, k in FORMATS.items()),
    path("data/<slug:code>.csv-metadata.json", indicator_file, {"suffix": "csv-metadata.json"}, "data-csvw"),
]
