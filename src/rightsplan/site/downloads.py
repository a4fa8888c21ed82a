"""Observations as files, in every format that people ask for, and everything published in one."""

import json
import os
import zipfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

from rightsplan.indicators import exports
from rightsplan.indicators.models import Indicator
from rightsplan.site.audience import audience

BY_SUFFIX = {suffix: kind for kind, suffix in exports.SUFFIX.items()}
ABOUT = "csv-metadata.json"


@audience("public")
def indicator(request: HttpRequest, code: str, suffix: str) -> HttpResponse:
    """Send one indicator in one format."""
    found = Indicator.objects.filter(code=code).first()
    if found is None or (suffix not in BY_SUFFIX and suffix != ABOUT):
        raise Http404(code)
    if suffix == ABOUT:
        text = json.dumps(exports.csvw(found, file=f"{code}.csv"), ensure_ascii=False)
        answer = HttpResponse(text, content_type="application/csvm+json")
    else:
        kind = BY_SUFFIX[suffix]
        answer = HttpResponse(exports.write(found, kind), content_type=exports.MEDIA[kind])
    answer["Content-Disposition"] = f'attachment; filename="{code}.{suffix}"'
    patch_cache_control(answer, public=True, max_age=300)
    return answer


indicator.kind = "file"  # type: ignore[attr-defined]


@audience("public")
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """Send the published folder as one archive, made once for every state of the catalogue."""
    listing = settings.PUBLISHED_DIR / "catalogue.json"
    if not listing.exists():
        raise Http404("catalogue.zip")
    facts = listing.stat()
    path = settings.CACHE_DIR / f"catalogue-{facts.st_mtime_ns:x}-{facts.st_size:x}.zip"
    if not path.exists():
        pack(settings.PUBLISHED_DIR, path)
    return FileResponse(path.open("rb"), as_attachment=True, filename="catalogue.zip", content_type="application/zip")


catalogue.kind = "file"  # type: ignore[attr-defined]


def pack(folder: Path, path: Path) -> None:
    """Write a folder into an archive: a temporary file first, so that nobody reads half of it; older ones go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".writing-{os.getpid()}-{path.name}")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.name.startswith(".writing-"):
                archive.write(file, Path("published") / file.relative_to(folder))
    os.replace(temporary, path)
    for old in path.parent.glob("catalogue-*.zip"):
        if old != path:
            old.unlink(missing_ok=True)
